"""Acuity: a shift of the speed-accuracy function counts as skill, a change of pace along it does not."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm

from shared.learning.recovery import recover
from shared.learning.skill import ACUITY, endpoint_sd, reis_skill, success_probability
from shared.learning.spec import LearningError, Schedule


def generator(seed: int) -> np.random.Generator:
    return np.random.Generator(np.random.PCG64(seed))


def pace(first_s: float, last_s: float, count: int = 500) -> Schedule:
    """Movement times that drift from one pace to another, with four paces about it."""
    return Schedule.of(np.linspace(first_s, last_s, count) + np.tile([-0.1, 0.0, 0.1, 0.0], count // 4))


@settings(max_examples=50)
@given(time=st.floats(0.1, 2.0), before=st.floats(0, 1000))
def test_the_curve_is_the_logistic_about_its_midpoint(time: float, before: float) -> None:
    params = ACUITY.complete({})
    middle = 0.7 - 0.25 * (1 - math.exp(-before / 120))
    found = success_probability(params, np.array([time]), np.array([before]))[0]
    assert found == pytest.approx(1 / (1 + math.exp(-(time - middle) / 0.08)))


@pytest.mark.science
def test_target_sizes_of_the_table() -> None:
    """SCIENCE 5: half-width in SDs for .6, .7, .75, .8 and .85 of hits."""
    wanted = np.array([0.6, 0.7, 0.75, 0.8, 0.85])
    assert 1 / endpoint_sd(wanted, 1.0) == pytest.approx([0.8416, 1.0364, 1.1503, 1.2816, 1.4395], abs=5e-5)
    # The wrong variant, one-sided: it would call for far smaller targets.
    assert norm.ppf(0.7) == pytest.approx(0.5244, abs=1e-4)


def test_the_endpoint_and_success_agree() -> None:
    found = ACUITY.simulate(ACUITY.complete({}), Schedule.parse("20000x0.55"), generator(1))
    assert found["success"].mean() == pytest.approx(found["output"].mean(), abs=0.012)
    assert ((np.abs(found["endpoint_error"]) <= 5.0) == (found["success"] == 1)).all()


def test_scatter_falls_with_practice_at_a_fixed_speed_and_with_time() -> None:
    found = ACUITY.simulate(ACUITY.complete({}), Schedule.parse("300x0.6"), None)
    assert (np.diff(found["endpoint_sd"]) < 0).all()
    assert np.isnan(found["success"]).all()
    slow = ACUITY.simulate(ACUITY.complete({}), Schedule.parse("300x0.7"), None)
    assert (slow["endpoint_sd"] < found["endpoint_sd"]).all()


def mean_success(found: dict[str, np.ndarray], part: slice) -> float:
    return float(found["success"][part].mean())


@pytest.mark.science
def test_a_change_of_pace_alone_is_no_skill() -> None:
    """Slower and more accurate, along one curve: the naive measure sees learning, the fit does not."""
    assert ACUITY.fit is not None
    called_skill, naive = 0, []
    for seed in range(8):
        still = ACUITY.complete({"gain": 0.0})
        found = ACUITY.simulate(still, pace(0.55, 0.85), generator(seed))
        naive.append(mean_success(found, slice(-100, None)) - mean_success(found, slice(0, 100)))
        fit = ACUITY.fit(found)
        assert fit.aic_simpler is not None
        called_skill += fit.aic < fit.aic_simpler - 2.0
    assert np.mean(naive) > 0.4
    assert called_skill <= 1


@pytest.mark.science
def test_a_shift_of_the_curve_is_skill_even_when_success_does_not_rise() -> None:
    """Faster at the same accuracy: success stays, the curve has moved."""
    assert ACUITY.fit is not None
    called_skill, naive = 0, []
    for seed in range(8):
        found = ACUITY.simulate(ACUITY.complete({}), pace(0.75, 0.5), generator(seed))
        naive.append(mean_success(found, slice(-100, None)) - mean_success(found, slice(0, 100)))
        fit = ACUITY.fit(found)
        assert fit.aic_simpler is not None
        called_skill += fit.aic < fit.aic_simpler - 2.0
    assert abs(np.mean(naive)) < 0.1
    assert called_skill >= 7


@pytest.mark.science
def test_the_fit_finds_the_people_again() -> None:
    rows = {each.parameter: each for each in recover(ACUITY, 8, seed=1)}
    assert rows["midpoint"].median_error < 0.1
    assert rows["gain"].median_error < 0.3
    assert rows["slope"].median_error < 0.2


def test_the_skill_measure_of_reis_rises_as_errors_and_time_fall() -> None:
    assert reis_skill(0.5, math.e) == pytest.approx(1.0)
    assert reis_skill(0.25, math.e) == pytest.approx(3.0)
    assert reis_skill(0.25, 5.0) > reis_skill(0.25, 6.0)
    with pytest.raises(LearningError, match="above 1 s"):
        reis_skill(0.2, 0.8)
    with pytest.raises(LearningError, match="between 0 and 1"):
        reis_skill(0.0, 5.0)


def test_what_cannot_be_used_is_refused_in_words() -> None:
    assert ACUITY.fit is not None
    with pytest.raises(LearningError, match="not above 0 s"):
        ACUITY.simulate(ACUITY.complete({}), Schedule.parse("5x0"), None)
    with pytest.raises(LearningError, match="every trial ended alike"):
        ACUITY.fit({"movement_time": np.full(50, 0.5), "success": np.ones(50)})
    with pytest.raises(LearningError, match="movement time is not above 0 s"):
        ACUITY.fit({"movement_time": np.zeros(50), "success": np.ones(50)})
    with pytest.raises(LearningError, match="at least 40"):
        ACUITY.fit({"movement_time": np.full(50, math.nan), "success": np.ones(50)})


def test_figures_show_the_shift() -> None:
    before, *_, after, pace_change = ACUITY.figures[0]().series
    assert all(late >= early for early, late in zip(before.y, after.y, strict=True))
    assert pace_change.kind == "points"
    assert all(series.y[-1] < series.y[0] for series in ACUITY.figures[1]().series)
