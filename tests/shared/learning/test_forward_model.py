"""The forward model: what delay does to fast and slow reaches, with it and without."""

from __future__ import annotations

import math
import time
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.linalg import solve_continuous_are

from shared.learning.forward_model import (
    FORWARD_MODEL,
    delay_curve,
    expected_delays,
    lqr_gains,
    minimum_jerk,
    reach,
)
from shared.learning.recovery import recover
from shared.learning.spec import LearningError, Schedule

PARAMS = FORWARD_MODEL.complete({})
SCALE = [0.0, 0.5, 1.0, 1.25, 1.5]


def missed(duration_s: float, gain: float) -> list[float]:
    return [abs(float(each.endpoint_error[0])) for each in delay_curve(PARAMS, SCALE, duration_s, gain)]


@settings(max_examples=20)
@given(bandwidth=st.floats(0.5, 12))
def test_the_gains_solve_the_riccati_equation(bandwidth: float) -> None:
    drift, push = np.array([[0.0, 1.0], [0.0, 0.0]]), np.array([[0.0], [1.0]])
    cost = np.diag([bandwidth**4, 2 * bandwidth**2])
    solution = solve_continuous_are(drift, push, cost, np.eye(1))
    assert lqr_gains(bandwidth) == pytest.approx((push.T @ solution)[0].tolist(), rel=1e-6)


@pytest.mark.science
def test_the_plan_is_minimum_jerk() -> None:
    """Peak speed 1.875 D/T at half time (SCIENCE 1.3), and each column the derivative of the one before."""
    at = np.linspace(0, 0.5, 2001)
    columns = minimum_jerk(at, 0.5, 100.0)
    assert columns[1].max() == pytest.approx(1.875 * 100 / 0.5, rel=1e-6)
    assert at[columns[1].argmax()] == pytest.approx(0.25)
    for lower, higher in pairwise(columns):
        assert np.gradient(lower, at)[5:-5] == pytest.approx(higher[5:-5], abs=1e-3 * np.abs(higher).max())


@pytest.mark.science
def test_without_it_delay_spoils_fast_reaches_and_hardly_slow_ones() -> None:
    fast, slow = missed(0.3, 0.0), missed(1.0, 0.0)
    assert all(later > earlier for earlier, later in pairwise(fast))
    assert fast[-1] - fast[0] > 30
    assert max(slow) - slow[0] < 8
    assert fast[2] > 10 * slow[2]


@pytest.mark.science
def test_with_it_delay_hardly_matters() -> None:
    for duration in (0.3, 1.0):
        found = missed(duration, 1.0)
        assert max(found) < 6
        assert max(found) - min(found) < 4
    without, with_it = (delay_curve(PARAMS, [1.0], 0.3, gain)[0] for gain in (0.0, 1.0))
    assert without.overshoot[0] > 20 * with_it.overshoot[0]
    assert without.path_error[0] > 2 * with_it.path_error[0]


def test_a_right_model_lands_where_it_was_planned() -> None:
    right = {**PARAMS, "believed_mass": 1.0}
    late = delay_curve(right, [0.0, 1.0, 2.0], 0.6, 1.0)
    ends = [float(each.endpoint_error[0]) for each in late]
    assert np.ptp(ends) < 1e-9, "a perfect predictor makes delay vanish"
    assert abs(ends[0]) < 2.0


def test_a_half_working_forward_model_lies_between() -> None:
    ends = [
        float(delay_curve(PARAMS, [1.0], 0.3, gain)[0].endpoint_error[0]) for gain in (0, 0.25, 0.5, 0.75, 1)
    ]
    assert ends == sorted(ends, reverse=True)


def test_slowing_down_is_the_remedy_without_it() -> None:
    ends = [
        abs(float(delay_curve(PARAMS, [1.0], each, 0.0)[0].endpoint_error[0]))
        for each in (0.3, 0.5, 0.8, 1.0)
    ]
    assert ends == sorted(ends, reverse=True)


def test_predicting_with_the_wrong_delay_is_not_predicting() -> None:
    """The wrong variant: a copy of the command that is not delayed as the senses are."""
    added = np.array([0.1])
    known = reach(PARAMS, added, added).endpoint_error[0]
    unknown = reach(PARAMS, added, np.zeros(1)).endpoint_error[0]
    assert unknown - known > 10


def test_reaches_side_by_side_are_the_reaches_one_by_one() -> None:
    added = np.array([0.0, 0.0323, 0.1])
    together = reach(PARAMS, added, 0.5 * added).position
    for at in range(3):
        alone = reach(PARAMS, added[at : at + 1], 0.5 * added[at : at + 1]).position[0]
        assert together[at] == pytest.approx(alone, abs=1e-9)


@pytest.mark.science
def test_the_delay_is_learnt_and_leaves_an_after_effect() -> None:
    found = FORWARD_MODEL.simulate(PARAMS, Schedule.parse("10x0,60x100,10x0,5xclamp"), None)
    output = found["output"]
    start, first, last, after = output[9], output[10], output[69], output[70]
    assert first - start > 10
    assert abs(last - start) < 3
    assert after - start < -8
    assert np.ptp(output[80:]) == 0.0
    assert found["expected_delay"][69] == pytest.approx(100 * (1 - 0.92**59))


def test_expected_delays_come_before_the_update_and_stay_without_sight() -> None:
    found = expected_delays(np.array([100.0, 100.0, math.nan, 0.0]), 0.5)
    assert found.tolist() == [0.0, 50.0, 75.0, 75.0]


@pytest.mark.science
def test_the_fit_finds_the_people_again() -> None:
    rows = {each.parameter: each for each in recover(FORWARD_MODEL, 3, seed=1)}
    assert rows["gain"].median_error < 0.05
    assert rows["rate"].median_error < 0.35


def test_it_is_fast_enough() -> None:
    began = time.perf_counter()
    for figure in FORWARD_MODEL.figures:
        assert len(figure().series) == 4
    assert time.perf_counter() - began < 2.0


def test_what_cannot_be_used_is_refused_in_words() -> None:
    with pytest.raises(LearningError, match="0 to 500 ms"):
        FORWARD_MODEL.simulate(PARAMS, Schedule.parse("5x-10"), None)
    assert FORWARD_MODEL.fit is not None
    with pytest.raises(LearningError, match="0 to 500 ms"):
        FORWARD_MODEL.fit({"perturbation": np.full(30, 900.0), "output": np.zeros(30)})
