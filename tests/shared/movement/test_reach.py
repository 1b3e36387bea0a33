"""Onset, end and the kinematics of a reach: the crossings, the bow, the tremor trap."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.movement.onset import guarded, percent_of_peak
from shared.movement.reach import movement_units, reach_kinematics
from shared.movement.sampling import SignalError, differentiate, lowpass, speed_of
from shared.units import wrap_deg

RATE = 1000.0


def along(tau: np.ndarray) -> np.ndarray:
    tau = np.clip(tau, 0, 1)
    return np.asarray(10 * tau**3 - 15 * tau**4 + 6 * tau**5)


def bowed(bow_m: float = 0.02, rest_s: float = 0.0) -> np.ndarray:
    tau = np.arange(-rest_s, 1 + rest_s + 0.5 / RATE, 1 / RATE)
    progress = along(tau)
    return np.column_stack([0.1 * progress, bow_m * np.sin(np.pi * progress)])


def measure(path: np.ndarray, target: tuple[float, float] | None = (0.1, 0.0)):  # type: ignore[no-untyped-def]
    velocity = differentiate(path, RATE)
    onset, end = percent_of_peak(speed_of(velocity))
    return reach_kinematics(path, velocity, RATE, onset, end, start_m=tuple(path[0]), target_m=target)


@pytest.mark.parametrize(("fraction", "tau", "duration"), [(0.05, 0.05943, 0.8811), (0.10, 0.08655, 0.8269)])
def test_minimum_jerk_crosses_its_threshold_where_the_equation_says(
    fraction: float, tau: float, duration: float
) -> None:
    path = np.column_stack([0.1 * along(np.arange(0, 1.00001, 1e-4)), np.zeros(10001)])
    onset, end = percent_of_peak(speed_of(differentiate(path, 1e4)), fraction)
    assert onset * 1e-4 == pytest.approx(tau, abs=1.1e-4)
    assert (end - onset) * 1e-4 == pytest.approx(duration, abs=2.1e-4)


def test_minimum_jerk_reach() -> None:
    found = measure(bowed(0.0))
    assert found.peak_speed_m_s == pytest.approx(1.875 * 0.1, rel=1e-5)
    assert found.time_to_peak_s / found.movement_time_s == pytest.approx(0.5, abs=0.002)
    assert found.path_ratio == pytest.approx(1.0, abs=1e-12)
    assert found.max_deviation_m == pytest.approx(0.0, abs=1e-12)
    assert found.hand_angle_deg == pytest.approx(0.0, abs=1e-9)
    assert found.endpoint_error_m == pytest.approx(0.0002, abs=0.0001)
    assert found.movement_units == 1


def test_hand_angle_is_the_direction_of_position_not_of_velocity() -> None:
    """A reach bowed by 2 cm to the left: 21.8 degrees by position, nearly 0 by velocity."""
    path = bowed()
    found = measure(path)
    velocity = differentiate(path, RATE)
    peak = int(np.argmax(speed_of(velocity)))
    assert found.hand_angle_deg == pytest.approx(21.83, abs=0.1)
    by_velocity = math.degrees(math.atan2(velocity[peak, 1], velocity[peak, 0]))
    assert abs(by_velocity) < 0.1, "the wrong variant; 0.07 when the peak falls beside the middle"
    assert found.max_deviation_m == pytest.approx(0.02, abs=1e-6), "left of the line is positive"
    assert measure(bowed(-0.02)).max_deviation_m == pytest.approx(-0.02, abs=1e-6)
    assert measure(bowed(-0.02)).hand_angle_deg == pytest.approx(-21.83, abs=0.1)


@settings(max_examples=50, deadline=None)  # scipy is imported at the first call
@given(st.floats(-180, 180), st.floats(-0.015, 0.015))
def test_nothing_but_places_changes_when_the_reach_is_turned(turn_deg: float, bow_m: float) -> None:
    turn = math.radians(turn_deg)
    matrix = np.array([[math.cos(turn), -math.sin(turn)], [math.sin(turn), math.cos(turn)]])
    plain = measure(bowed(bow_m))
    turned = measure(bowed(bow_m) @ matrix.T + [0.2, -0.1], tuple(matrix @ [0.1, 0.0] + [0.2, -0.1]))
    for name in ("movement_time_s", "peak_speed_m_s", "path_ratio", "max_deviation_m", "endpoint_error_m"):
        assert getattr(turned, name) == pytest.approx(getattr(plain, name), abs=1e-4), name
    assert plain.hand_angle_deg is not None
    assert turned.hand_angle_deg is not None
    assert abs(wrap_deg(turned.hand_angle_deg - plain.hand_angle_deg)) < 0.2


@given(st.floats(-10_000, 10_000))
def test_wrapping_keeps_the_direction(angle: float) -> None:
    wrapped = wrap_deg(angle)
    assert -180 < wrapped <= 180
    assert math.cos(math.radians(wrapped - angle)) == pytest.approx(1.0)


def test_half_turns_wrap_to_plus_180() -> None:
    assert [wrap_deg(each) for each in (180.0, -180.0, 540.0, 181.0)] == [180.0, 180.0, 180.0, -179.0]


def test_without_a_target_what_needs_one_is_none() -> None:
    found = measure(bowed(), None)
    assert found.hand_angle_deg is None
    assert found.endpoint_error_m is None
    assert found.max_deviation_m == pytest.approx(0.02, abs=1e-4), "against the line to the end instead"


def test_the_tremor_trap_and_its_guard() -> None:
    """1 mm at 6 Hz moves faster than 5 % of the peak: the plain rule returns the whole record."""
    tau = np.arange(-0.3, 1.3, 0.01)
    path = np.column_stack([0.1 * along(tau), 0.001 * np.sin(2 * np.pi * 6 * tau)])
    speed = speed_of(differentiate(lowpass(path, 100.0, 8.0), 100.0))
    onset, end = percent_of_peak(speed)
    assert (end - onset) / 100 > 1.4
    assert 2 * np.pi * 6 * 0.001 > 0.05 * 0.1875 * 4, "3.8 cm/s is four times the 5 % threshold"
    onset, end = guarded(speed[30:], 100.0, speed[:30])
    assert 0.05 < onset / 100 < 0.3
    assert 0.5 < (end - onset) / 100 < 0.95


def test_a_blip_is_not_an_onset() -> None:
    speed = np.zeros(200)
    speed[20:23] = 0.05  # 30 ms: a jerk of the table
    speed[80:150] = 0.2
    assert percent_of_peak(speed)[0] == 20
    assert guarded(speed, 100.0, np.zeros(30)) == (80, 149)


def test_a_second_sub_movement_belongs_to_the_reach() -> None:
    speed = np.zeros(200)
    speed[40:90], speed[100:120] = 0.2, 0.05
    assert guarded(speed, 100.0, np.zeros(30)) == (40, 119)


@pytest.mark.parametrize("speed", [np.zeros(100), np.full(100, 0.001)])
def test_restlessness_is_no_movement(speed: np.ndarray) -> None:
    with pytest.raises(SignalError, match="no movement"):
        guarded(speed, 100.0, np.tile([0.0, 0.01], 20))


def test_movement_units_count_prominent_peaks() -> None:
    tau = np.linspace(0, 1, 200)
    one = 30 * tau**2 * (1 - tau) ** 2
    assert movement_units(one) == 1
    assert movement_units(np.concatenate([one, 0.5 * one])) == 2
    assert movement_units(np.concatenate([one, 0.08 * one])) == 1, "below a tenth of the greatest"
    ripple = one + 0.02 * np.sin(40 * np.pi * tau)
    assert movement_units(np.maximum(ripple, 0)) == 1, "ripples are not prominent"


@settings(max_examples=60, deadline=None)  # scipy is imported at the first call
@given(st.lists(st.sampled_from([0.0, 0.05, 0.1, 0.3, 0.5, 0.8, 1.0]), min_size=1, max_size=12))
def test_movement_units_are_scipys_prominent_peaks(values: list[float]) -> None:
    """Also where the code needs no search, since the speed never falls and rises again."""
    from scipy.signal import find_peaks

    speed = np.array(values)
    least = 0.1 * speed.max()
    peaks, _ = find_peaks(np.concatenate(([0.0], speed, [0.0])), height=least, prominence=least)
    assert movement_units(speed) == len(peaks)
