"""KINARM's names: each measure on reaches whose answer follows from how they were made."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.movement.kinarm import VisuallyGuidedReach, speed_extremes, visually_guided_reach
from shared.movement.onset import percent_of_peak
from shared.movement.sampling import SignalError, differentiate, speed_of
from tests.shared.recordings import min_jerk

RATE = 1000.0
GO_S = 0.6


def two_part_reach(first_deg: float = 10.0, share: float = 0.6) -> np.ndarray:
    """Rest, from 0.9 s on a sub-movement of `share` of 10 cm at an angle, from 1.6 s on one to the target."""
    time = np.arange(0, 2.6, 1 / RATE)
    angle = math.radians(first_deg)
    first = share * 0.1 * np.array([math.cos(angle), math.sin(angle)])
    then = np.array([0.1, 0.0]) - first
    return min_jerk((time - 0.9) / 0.6)[:, None] * first + min_jerk((time - 1.6) / 0.5)[:, None] * then


def measure(path: np.ndarray, target: tuple[float, float] = (0.1, 0.0)) -> VisuallyGuidedReach:
    velocity = differentiate(path, RATE)
    onset, end = percent_of_peak(speed_of(velocity))
    return visually_guided_reach(
        path,
        velocity,
        RATE,
        go=round(GO_S * RATE),
        onset=onset,
        end=end,
        start_target_m=(float(path[0, 0]), float(path[0, 1])),
        target_m=target,
    )


def test_a_single_minimum_jerk_reach() -> None:
    time = np.arange(0, 2.2, 1 / RATE)
    found = measure(np.column_stack([0.1 * min_jerk(time - 0.9), 0 * time]))
    assert found.posture_speed_m_s == 0.0
    assert found.reaction_time_s == pytest.approx(0.3 + 0.05943, abs=0.002)
    assert found.movement_time_s == pytest.approx(0.8811, abs=0.002)
    assert found.max_speed_m_s == pytest.approx(0.1875, rel=1e-4)
    assert found.initial_direction_deg == pytest.approx(0.0, abs=1e-9)
    assert (found.initial_distance_ratio, found.initial_speed_ratio) == (1.0, 1.0)
    assert found.speed_maxima_count == 1
    assert found.min_max_speed_difference_m_s == 0.0
    assert found.path_length_ratio == pytest.approx(1.0, abs=0.01), "5 % is cut off at either end"


def test_two_sub_movements_are_told_apart() -> None:
    """The speed falls to zero between the two: the first is the initial phase, exactly."""
    found = measure(two_part_reach())
    second = float(np.hypot(*(np.array([0.1, 0.0]) - two_part_reach()[1550])))
    peaks = 1.875 * 0.06 / 0.6, 1.875 * second / 0.5
    assert found.speed_maxima_count == 2
    assert found.initial_direction_deg == pytest.approx(10.0, abs=0.2)
    assert found.initial_distance_ratio == pytest.approx(0.06 / (0.06 + second), abs=0.01)
    assert found.initial_speed_ratio == pytest.approx(peaks[0] / max(peaks), abs=0.002)
    assert found.min_max_speed_difference_m_s == pytest.approx(sum(peaks) / 2, rel=0.01)
    assert found.path_length_ratio == pytest.approx((0.06 + second) / 0.1, abs=0.01)


def test_the_initial_direction_is_from_the_hand_to_the_target_and_signed() -> None:
    assert measure(two_part_reach(-10.0)).initial_direction_deg == pytest.approx(-10.0, abs=0.2)


def test_posture_speed_is_over_the_half_second_before_go() -> None:
    """A hand drifting at 4 mm/s while it should rest."""
    path = two_part_reach()
    drift = 0.004 * np.minimum(np.arange(len(path)) / RATE, GO_S)
    found = measure(path + np.column_stack([0 * drift, drift]))
    assert found.posture_speed_m_s == pytest.approx(0.004, rel=0.01)


def test_without_a_rest_before_go_there_is_no_posture_speed() -> None:
    path = two_part_reach()
    velocity = differentiate(path, RATE)
    found = visually_guided_reach(
        path, velocity, RATE, go=50, onset=950, end=2000, start_target_m=(0, 0), target_m=(0.1, 0.0)
    )
    assert found.posture_speed_m_s is None


@given(st.floats(-180, 180), st.floats(-1, 1), st.floats(0.2, 5.0))
def test_turned_moved_or_enlarged_only_speeds_change(turn_deg: float, shift_m: float, size: float) -> None:
    turn = math.radians(turn_deg)
    matrix = size * np.array([[math.cos(turn), -math.sin(turn)], [math.sin(turn), math.cos(turn)]])
    offset = np.array([shift_m, -shift_m])
    target = matrix @ [0.1, 0.0] + offset
    plain = measure(two_part_reach())
    found = measure(two_part_reach() @ matrix.T + offset, (float(target[0]), float(target[1])))
    for name in (
        "initial_direction_deg",
        "initial_distance_ratio",
        "initial_speed_ratio",
        "path_length_ratio",
    ):
        assert getattr(found, name) == pytest.approx(getattr(plain, name), rel=1e-3), name
    assert found.speed_maxima_count == plain.speed_maxima_count
    for name in ("max_speed_m_s", "min_max_speed_difference_m_s"):
        assert getattr(found, name) == pytest.approx(size * getattr(plain, name), rel=1e-3), name


def test_a_plateau_is_one_extremum() -> None:
    maxima, minima = speed_extremes(np.array([0.0, 1, 1, 1, 0.5, 0.5, 2, 0]))
    assert maxima.tolist() == [1, 6]
    assert minima.tolist() == [4]
    assert [len(each) for each in speed_extremes(np.ones(5))] == [0, 0]


def test_what_cannot_be_measured_is_said() -> None:
    path = two_part_reach()
    velocity = differentiate(path, RATE)
    good = {"go": 600, "onset": 950, "end": 2000, "start_target_m": (0.0, 0.0), "target_m": (0.1, 0.0)}
    for wrong, words in (
        ({"onset": 500}, "follow each other"),
        ({"end": 9000}, "follow each other"),
        ({"target_m": (0.0, 0.0)}, "one place"),
    ):
        with pytest.raises(SignalError, match=words):
            visually_guided_reach(path, velocity, RATE, **(good | wrong))  # type: ignore[arg-type]
    with pytest.raises(SignalError, match="no movement"):
        visually_guided_reach(0 * path, 0 * velocity, RATE, **good)  # type: ignore[arg-type]
    with pytest.raises(SignalError, match="not a number"):
        visually_guided_reach(path * math.nan, velocity, RATE, **good)  # type: ignore[arg-type]
