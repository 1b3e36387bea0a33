"""Generalisation: the untrained share of a known change, and when there is none."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.metrics._rows import Value
from shared.metrics.generalisation import generalisation
from shared.metrics.spec import Missing
from tests.shared.metrics.edited import reason, value
from tests.shared.recordings import PlannedTrial, recording

BIASES = {0: 4.0, 1: -3.0, 2: 6.0}


def groups(change: dict[int, float], noise: float = 0.5) -> dict[int, tuple[list[float], list[float]]]:
    side = noise * np.array([-1.0, 1.0, -1.0, 1.0])
    return {t: (list(BIASES[t] + side), list(BIASES[t] + c + side)) for t, c in change.items()}


def test_the_share_is_that_of_the_changes_not_of_the_angles() -> None:
    """Trained -10 deg, untrained -2 and -4: .3, whatever each direction's own bias."""
    found = generalisation(groups({0: -10.0}), groups({1: -2.0, 2: -4.0}))
    assert isinstance(found, Value)
    assert found.value == pytest.approx(0.3)
    assert found.n == 24
    angles = np.mean([BIASES[1] - 2.0, BIASES[2] - 4.0]) / (BIASES[0] - 10.0)
    assert abs(angles - 0.3) > 0.04, "the angles after practice, without their baseline, say something else"


def test_a_gaussian_of_generalisation() -> None:
    """Narrow tuning (SCIENCE 2.5): sigma 30 deg gives exp(-45^2 / 1800) = .325 at 45 deg."""
    share = float(np.exp(-(45.0**2) / (2 * 30.0**2)))
    found = generalisation(groups({0: -12.0}), groups({1: -12.0 * share, 2: -12.0 * share}))
    assert isinstance(found, Value)
    assert found.value == pytest.approx(0.325, abs=0.001)


@settings(deadline=None, max_examples=30)
@given(st.floats(-1, 1), st.floats(5, 30))
def test_mirroring_changes_nothing(share: float, change: float) -> None:
    one = generalisation(groups({0: -change}), groups({1: -change * share}, 0.7))
    other = generalisation(groups({0: change}), groups({1: change * share}, 0.7))
    assert isinstance(one, Value | Missing)
    if isinstance(one, Value) and isinstance(other, Value):
        assert one.value == pytest.approx(other.value, abs=1e-9)


def test_reasons() -> None:
    assert generalisation(groups({0: -10.0}), {}) == Missing("no_untrained_probe")
    assert generalisation({}, groups({1: -10.0})) == Missing("no_trained_probe")
    assert generalisation(groups({0: 0.3}, 3.0), groups({1: 0.1})) == Missing("trained_change_too_small")
    thin = {1: ([1.0], [2.0])}
    assert generalisation(groups({0: -10.0}), thin) == Missing("too_few_trials")


def free(target: int, hand_deg: float, place: str) -> list[PlannedTrial]:
    return [
        PlannedTrial(
            phase="probe", place=place, target=target, target_deg=60.0 * target, hand_deg=hand_deg + side,
            shows="nothing", feedback="none",
        )
        for side in (-0.5, 0.5) * 2
    ]  # fmt: skip


def test_a_session_that_practised_one_of_two_directions() -> None:
    practised = [
        PlannedTrial(phase="practice", target=0, target_deg=0.0, rotation_deg=20.0, hand_deg=-15.0)
    ] * 12
    found = recording(
        free(0, 1.0, "opening")
        + free(1, -2.0, "opening")
        + practised
        + free(0, -9.0, "closing")
        + free(1, -5.0, "closing")
    )
    assert value(found, "generalisation") == pytest.approx(0.3, abs=0.02)
    assert reason(recording(free(0, 1.0, "opening")), "generalisation") == "no_practice"
