"""The fitted B: found again in simulated learners, and not claimed where the data cannot tell it."""

from __future__ import annotations

import numpy as np
import pytest

from shared.metrics._rows import Value
from shared.metrics.error_sensitivity import fitted_error_sensitivity
from shared.metrics.spec import Missing
from tests.shared.metrics.edited import reason, value
from tests.shared.recordings import planned_session, recording, varied

BIAS_DEG = 3.0
ROTATION = np.concatenate([np.zeros(8), np.full(80, 20.0), np.zeros(16)])
UNSEEN = np.concatenate([np.ones(8, bool), np.zeros(80, bool), np.ones(16, bool)])


def learner(b: float, noise_deg: float, seed: int = 0, sign: float = 1.0) -> np.ndarray:
    """Hand angles of a one-rate learner with A = .98, about a bias; it sees hand plus rotation."""
    random, state, hand = np.random.default_rng(seed), 0.0, []
    for rotation, unseen in zip(sign * ROTATION, UNSEEN, strict=True):
        hand.append(sign * BIAS_DEG - state + noise_deg * float(random.standard_normal()))
        state = 0.98 * state + b * (0.0 if unseen else rotation + sign * BIAS_DEG - state)
    return np.array(hand)


def fitted(
    hand: np.ndarray, rotation: np.ndarray, unseen: np.ndarray, baseline_deg: float = BIAS_DEG
) -> float:
    found = fitted_error_sensitivity(hand, rotation, unseen, baseline_deg)
    assert isinstance(found, Value), found
    return found.value


@pytest.mark.science
@pytest.mark.parametrize("b", [0.05, 0.1, 0.25])
def test_a_noiseless_learner_is_found_exactly(b: float) -> None:
    assert fitted(learner(b, 0.0), ROTATION, UNSEEN) == pytest.approx(b, abs=1e-6)


@pytest.mark.science
def test_two_degrees_of_noise_leave_b_unbiased() -> None:
    found = [fitted(learner(0.1, 2.0, seed), ROTATION, UNSEEN) for seed in range(30)]
    assert np.mean(found) == pytest.approx(0.10, abs=0.008)
    assert np.std(found) < 0.02


@pytest.mark.science
def test_the_wrong_variants_are_elsewhere() -> None:
    """Probes as perturbations of zero, the hand's sign turned, the bias left in."""
    hand = learner(0.1, 0.0)
    zero = fitted_error_sensitivity(hand, ROTATION, np.zeros(len(hand), bool), BIAS_DEG)
    assert not isinstance(zero, Value) or abs(zero.value - 0.1) > 0.005
    turned = fitted_error_sensitivity(-hand, ROTATION, UNSEEN, -BIAS_DEG)
    assert not isinstance(turned, Value) or abs(turned.value - 0.1) > 0.05
    biased = fitted_error_sensitivity(hand, ROTATION, UNSEEN, 0.0)
    assert not isinstance(biased, Value) or abs(biased.value - 0.1) > 0.005
    unseen = fitted_error_sensitivity(hand, ROTATION - BIAS_DEG, UNSEEN, BIAS_DEG)
    assert not isinstance(unseen, Value) or abs(unseen.value - 0.1) > 0.01, "as if the bias were not seen"


def test_the_mirrored_learner_has_the_same_b() -> None:
    left = fitted(learner(0.1, 2.0), ROTATION, UNSEEN)
    right = fitted(-learner(0.1, 2.0), -ROTATION, UNSEEN, -BIAS_DEG)
    assert left == pytest.approx(right, rel=1e-4)


def test_reasons() -> None:
    hand = learner(0.1, 2.0)
    few = hand.copy()
    few[10:] = np.nan
    assert fitted_error_sensitivity(few, ROTATION, UNSEEN, BIAS_DEG) == Missing("too_few_trials")
    assert fitted_error_sensitivity(hand, 0 * ROTATION, UNSEEN, BIAS_DEG) == Missing("no_perturbation")
    noise = 20.0 * np.random.default_rng(1).standard_normal(len(hand))
    assert fitted_error_sensitivity(noise, ROTATION, UNSEEN, 0.0) == Missing("cannot_tell")


def test_a_session_has_its_b() -> None:
    """The recordings' learner has A = 1 and B = .1."""
    found = recording(planned_session(practice=80, noise_deg=1.0, bias_deg=2.0))
    assert value(found, "fitted_error_sensitivity") == pytest.approx(0.1, abs=0.02)
    still = recording(planned_session(rotation_deg=0.0))
    assert reason(still, "fitted_error_sensitivity") == "no_perturbation"
    blind = recording(planned_session(probes=0))
    assert reason(blind, "fitted_error_sensitivity") == "no_baseline"
    clamped = recording(
        [
            each if each.phase == "probe" else varied([each], clamp=True)[0]
            for each in planned_session(practice=40)
        ]
    )
    assert reason(clamped, "fitted_error_sensitivity") == "clamped"
