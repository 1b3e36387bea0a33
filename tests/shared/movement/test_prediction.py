"""Prediction hides a tracker's delay on reaches with noise and tremor, and its overshoot is bounded."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from deploy._signal_measures import shown
from shared.movement.prediction import MOST_HORIZON_S, MOST_LEAD_M, PREDICTIONS, Predictor

PREDICTING = [name for name, each in PREDICTIONS.items() if each is not None]


@pytest.mark.parametrize("tremor_mm", [0.0, 2.0])
@pytest.mark.parametrize(("delay_ms", "share"), [(50, 0.34), (100, 0.42)])
def test_the_error_of_a_reach_shrinks_to_a_share(delay_ms: float, share: float, tremor_mm: float) -> None:
    without = shown("off", delay_ms, tremor_mm=tremor_mm)
    for preset in PREDICTING:
        assert shown(preset, delay_ms, tremor_mm=tremor_mm).moving_mm < share * without.moving_mm


@pytest.mark.parametrize("delay_ms", [50, 100])
def test_braking_errs_less_and_overshoots_less_than_straight_on(delay_ms: float) -> None:
    for tremor_mm in (0.0, 2.0):
        braking, straight = (shown(each, delay_ms, tremor_mm=tremor_mm) for each in ("braking", "straight"))
        assert braking.moving_mm < straight.moving_mm
        assert braking.overshoot_mm < straight.overshoot_mm
    assert shown("braking", delay_ms).overshoot_mm < 0.77 * shown("straight", delay_ms).overshoot_mm


def test_a_steady_hand_is_shown_where_it_is_now() -> None:
    """0.4 m/s, seen 80 ms late at uneven times: without prediction 32 mm behind."""
    for preset in PREDICTING:
        one, stamp = Predictor(preset), 0.0
        for step in range(60):
            stamp += 0.033 if step % 3 else 0.021
            one.observe(stamp, 0.4 * stamp)
        assert one.at(stamp + 0.08) == pytest.approx(0.4 * (stamp + 0.08), abs=0.0005)


def test_off_shows_the_last_sample_as_it_came() -> None:
    one = Predictor("off")
    for stamp, value in ((0.0, 0.1), (0.03, 0.17), (0.06, 0.11)):
        assert one.observe(stamp, value)
        assert one.at(stamp + 0.09) == value


@given(
    st.lists(st.tuples(st.floats(0.001, 0.3), st.floats(-0.5, 0.5)), min_size=2, max_size=60),
    st.floats(0.0, 5.0),
)
def test_a_lead_is_bounded_whatever_arrives(steps: list[tuple[float, float]], ahead_s: float) -> None:
    for preset in PREDICTING:
        one, stamp = Predictor(preset), 0.0
        for dt, value in steps:
            stamp += dt
            one.observe(stamp, value)
        now = one.at(stamp)
        assert abs(one.at(stamp + ahead_s) - now) <= MOST_LEAD_M + 1e-12
        farthest = one.at(stamp + MOST_HORIZON_S)
        assert one.at(stamp + MOST_HORIZON_S + ahead_s) == pytest.approx(farthest, abs=1e-9)


def test_a_braking_hand_is_never_shown_turning_back() -> None:
    one = Predictor("braking")
    for step in range(20):
        one.observe(step / 30, 0.02 * step if step < 17 else 0.32 + 0.003 * (step - 16))
    places = [one.at(19 / 30 + ahead) for ahead in np.linspace(0.0, 0.1, 21)]
    assert all(np.diff(places) >= 0.0)


def test_bad_samples_change_nothing_and_a_gap_starts_anew() -> None:
    one = Predictor("straight")
    for step in range(10):
        one.observe(step / 30, 0.02 * step)
    before = one.at(0.35)
    assert not one.observe(9 / 30, 5.0)  # the stamp repeats
    assert not one.observe(0.1, 5.0)
    assert not one.observe(0.31, math.nan)
    assert not one.observe(math.inf, 0.2)
    assert one.at(0.35) == before
    assert one.observe(0.9, -0.1)
    assert one.at(1.0) == -0.1


def test_before_the_first_sample_there_is_nothing_to_show() -> None:
    with pytest.raises(ValueError, match="no sample"):
        Predictor("braking").at(0.0)
    with pytest.raises(KeyError):
        Predictor("nothing")
