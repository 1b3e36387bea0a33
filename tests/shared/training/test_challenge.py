"""Difficulty settles where theory says, in bounded steps, inside its limits, never harder for the tired."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.training import challenge
from shared.training.challenge import Axis, Challenge, next_challenge

RADIUS = Axis("radius_m", 0.012, challenge.MIN_RADIUS_M, challenge.MAX_RADIUS_M)


@pytest.mark.science
@pytest.mark.parametrize(
    ("success", "half_width", "radius"),
    [
        (0.60, 0.8416, 1.3537),
        (0.70, 1.0364, 1.5518),
        (0.75, 1.1503, 1.6651),
        (0.80, 1.2816, 1.7941),
        (0.85, 1.4395, 1.9479),
    ],
)
def test_sizes_for_a_wanted_hit_rate(success: float, half_width: float, radius: float) -> None:
    """SCIENCE 5, four digits; one dimension and two are different sizes."""
    assert challenge.half_width_for_success(1.0, success) == pytest.approx(half_width, abs=5e-5)
    assert challenge.radius_for_success(1.0, success) == pytest.approx(radius, abs=5e-5)


@pytest.mark.science
@pytest.mark.parametrize("success", [0.6, 0.7, 0.85])
def test_the_sizes_hold_that_share_of_simulated_endpoints(success: float) -> None:
    endpoints = np.random.default_rng(1).normal(0.0, 3.0, (200_000, 2))
    lines = np.abs(endpoints[:, 0]) <= challenge.half_width_for_success(3.0, success)
    circles = np.hypot(*endpoints.T) <= challenge.radius_for_success(3.0, success)
    assert lines.mean() == pytest.approx(success, abs=0.005)
    assert circles.mean() == pytest.approx(success, abs=0.005)


@pytest.mark.science
def test_a_learners_hits_stay_at_the_target_while_the_spread_falls() -> None:
    """SCIENCE 5: SD from 20 to 4 degrees keeps 70 % hits by the running variance, 50 simulations."""
    random = np.random.default_rng(2)
    hits = []
    for _ in range(50):
        variance = 20.0**2
        for trial in range(400):
            error = random.normal(0.0, 4.0 + 16.0 * math.exp(-trial / 120.0))
            hits.append(abs(error) <= challenge.half_width_for_success(math.sqrt(variance)))
            variance = challenge.next_variance(variance, error)
    assert np.mean(hits) == pytest.approx(0.70, abs=0.015)


def logistic(level: float) -> float:
    return 1.0 / (1.0 + math.exp(-level))


@pytest.mark.science
@pytest.mark.parametrize(("easier", "harder", "rate"), [(7, 3, 0.70), (3, 1, 0.75), (4, 1, 0.80)])
def test_a_weighted_staircase_settles_where_kaernbach_says(easier: int, harder: int, rate: float) -> None:
    assert challenge.weighted_target(harder, easier) == pytest.approx(rate)
    random = np.random.default_rng(easier)
    rates = []
    for _ in range(20):
        level, successes = 0.0, 0
        for draw in random.random(4000):
            hit = draw < logistic(level)
            successes += hit
            level += -0.02 * harder if hit else 0.02 * easier
        rates.append(successes / 4000)
    assert np.mean(rates) == pytest.approx(rate, abs=0.005)
    assert abs(np.mean(rates) - challenge.weighted_target(easier, harder)) > 0.2, "swapped steps are noticed"


@pytest.mark.science
@pytest.mark.parametrize(("in_a_row", "rate"), [(1, 0.5), (2, 0.7071), (3, 0.7937), (4, 0.8409)])
def test_a_transformed_staircase_settles_where_levitt_says(in_a_row: int, rate: float) -> None:
    assert challenge.transformed_target(in_a_row) == pytest.approx(rate, abs=5e-5)
    random = np.random.default_rng(in_a_row)
    rates = []
    for _ in range(20):
        level, streak, successes = 0.0, 0, 0
        for draw in random.random(4000):
            hit = draw < logistic(level)
            successes += hit
            streak = streak + 1 if hit else 0
            if not hit:
                level += 0.05
            elif streak == in_a_row:
                level, streak = level - 0.05, 0
        rates.append(successes / 4000)
    assert np.mean(rates) == pytest.approx(rate, abs=0.01)


@pytest.mark.parametrize("spread_mm", [5.0, 8.0, 14.0])
def test_the_products_staircase_brings_seventy_percent(spread_mm: float) -> None:
    """Where the limits of size allow it: a hand that strays 3 mm needs no smaller target than the least."""
    random = np.random.default_rng(3)
    rates = []
    for _ in range(60):
        state, hits = challenge.start((RADIUS,)), []
        for _ in range(100):
            error = np.hypot(*random.normal(0.0, spread_mm / 1000.0, 2))
            hits.append(bool(error <= state.value("radius_m")))
            state = next_challenge(state, hits[-1])
        rates.append(np.mean(hits[20:]))
    assert 0.65 <= np.mean(rates) <= 0.75
    assert np.mean([0.5 <= each <= 0.9 for each in rates]) >= 0.8


@given(st.lists(st.booleans(), max_size=120))
def test_every_step_is_bounded_and_inside_the_limits(outcomes: list[bool]) -> None:
    state = challenge.start((RADIUS, Axis("speed", 1.0, 0.8, 1.5, harder=1)))
    for success in outcomes:
        before = [each.value for each in state.axes]
        state = next_challenge(state, success)
        moved = [now / old for now, old in zip([each.value for each in state.axes], before, strict=True)]
        assert all(1 / 1.2001 <= each <= 1.2001 for each in moved), "no step above 20 %"
        assert sum(each != 1.0 for each in moved) <= 1, "one axis at a time"
        assert all(each.low <= each.value <= each.high for each in state.axes)


@given(st.lists(st.booleans(), max_size=60))
def test_nothing_gets_harder_while_tired_or_in_pain(outcomes: list[bool]) -> None:
    state = challenge.start((RADIUS,))
    for success in outcomes:
        before = state.value("radius_m")
        state = next_challenge(state, success, may_harden=False)
        assert state.value("radius_m") >= before


def test_the_next_axis_takes_over_at_a_limit() -> None:
    speed = Axis("speed", 1.0, 0.8, 1.5, harder=1)
    state = challenge.start((Axis("radius_m", 0.005, 0.005, 0.035), speed))
    state = next_challenge(state, True)
    assert state.value("radius_m") == 0.005
    assert state.value("speed") > 1.0


def test_no_step_inside_the_dead_band_and_a_fresh_start_after_a_long_rest() -> None:
    state = Challenge(axes=(RADIUS,), recent=(True,) * 6 + (False,) * 3, trials=30)
    settled = next_challenge(state, True)
    assert settled.value("radius_m") == RADIUS.value
    assert settled.recent.count(True) == 7
    rested = challenge.after_rest(settled)
    assert (rested.recent, rested.trials) == ((), 0)
    assert next_challenge(rested, True).value("radius_m") < RADIUS.value


def test_the_first_rules_stay_for_old_recordings() -> None:
    """Version 1's numbers, which its recordings replay with: no dead band, no care for tiredness."""
    state = next_challenge(challenge.start((RADIUS,), version=1), True, may_harden=False)
    assert state.value("radius_m") == 0.012 * math.exp(-0.30 * (1.0 - 0.70))
    state = next_challenge(state, False)
    assert state.value("radius_m") == pytest.approx(
        0.012 * math.exp(-0.30 * 0.3) * math.exp((0.30 - 0.2 / 20) * 0.7)
    )
