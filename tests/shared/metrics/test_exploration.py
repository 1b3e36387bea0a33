"""Exploration freed of motor noise, on learners by Therrien's equations whose parameters are known."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.metrics._rows import Value
from shared.metrics.reward import Changes, changes_of, exploration_excess
from shared.metrics.spec import Missing
from tests.shared.metrics.edited import reason
from tests.shared.recordings import PlannedTrial, recording

EXPLORES, NOISE = 4.0, 3.0


def learner(seed: int, trials: int = 4000, explores: float = EXPLORES) -> tuple[np.ndarray, np.ndarray]:
    """y = x + e + m; e only after no reward; a reward keeps e whole; rewarded at random (SCIENCE 2.7)."""
    random, state, paid = np.random.default_rng(seed), 0.0, True
    hand, rewarded = np.empty(trials), np.empty(trials)
    for at in range(trials):
        e = 0.0 if paid else explores * random.standard_normal()
        hand[at] = state + e + NOISE * random.standard_normal()
        paid = bool(random.random() < 0.55)
        rewarded[at] = paid
        state += e if paid else 0.0
    return hand, rewarded


@pytest.mark.science
def test_exploration_is_found_again_and_noise_left_out() -> None:
    changes = changes_of(*learner(1))
    found = exploration_excess(changes)
    assert isinstance(found, Value)
    assert found.value == pytest.approx(EXPLORES, rel=0.06)
    plain = float(np.std(changes.after_failure, ddof=1))
    assert abs(plain - EXPLORES) > 1.5, "the plain SD holds motor noise twice"
    assert float(np.std(changes.after_success, ddof=1)) == pytest.approx(NOISE * np.sqrt(2), rel=0.05)
    halved = float(np.sqrt((np.var(changes.after_failure) - np.var(changes.after_success)) / 2))
    assert abs(halved - EXPLORES) > 0.4, "over sqrt 2 whatever came before, it would be too small"


@settings(deadline=None, max_examples=20)
@given(st.integers(0, 500), st.floats(0.2, 5.0))
def test_mirrored_and_scaled(seed: int, scale: float) -> None:
    hand, rewarded = learner(seed, trials=300)
    one = exploration_excess(changes_of(hand, rewarded))
    other = exploration_excess(changes_of(-scale * hand, rewarded))
    if isinstance(one, Value) and isinstance(other, Value) and scale * np.abs(hand).max() < 80:
        assert other.value == pytest.approx(scale * one.value, rel=1e-6)


def test_changes_are_sorted_by_the_reward_before_them() -> None:
    nan = np.nan
    found = changes_of([0.0, 1.0, 3.0, nan, 9.0, 4.0, 10.0], [0, 0, 1, 1, 1, 0, nan])
    assert found.after_failure.tolist() == [1.0, 2.0]
    assert found.failure_before.tolist() == [False, True]
    assert found.after_success.tolist() == [-5.0]


def test_reasons() -> None:
    hand, rewarded = learner(3, explores=0.0, trials=300)
    quiet = changes_of(hand, rewarded)
    swapped = Changes(quiet.after_failure * 2, quiet.after_success, np.zeros(len(quiet.after_success), bool))
    assert exploration_excess(swapped) == Missing("no_more_after_failure")
    assert exploration_excess(changes_of(hand[:10], rewarded[:10])) == Missing("too_few_trials")
    unpaid = recording([PlannedTrial(phase="practice")] * 8)
    assert reason(unpaid, "exploration_excess_deg") == "no_reward_trials"
