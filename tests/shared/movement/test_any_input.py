"""Whatever comes in, a finite number or a typed error comes out; and what must not matter does not."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from shared.movement.accuracy import endpoint_errors, fitts_line, throughput
from shared.movement.kinarm import visually_guided_reach
from shared.movement.onset import guarded, percent_of_peak
from shared.movement.reach import reach_kinematics
from shared.movement.sampling import SignalError, differentiate, lowpass, resample_uniform, speed_of
from shared.movement.smoothness import ldlj_speed, ldlj_vector, sparc
from shared.movement.stance import time_in_zone, weight_shift_symmetry
from shared.movement.sway import mean_frequency_hz, prediction_ellipse_area, prieto_sway, sway
from shared.movement.trace import trace_residual
from shared.movement.tremor import tremor
from shared.movement.trunk import trunk_compensation, trunk_sway
from tests.shared.recordings import min_jerk

RATE = 100.0
SQUARE = np.array([[1.0, 1.0], [-1.0, 1.0], [-1.0, -1.0], [1.0, -1.0]])


def reach(path: np.ndarray, rate: float = RATE) -> Any:
    velocity = differentiate(path, rate)
    onset, end = percent_of_peak(speed_of(velocity))
    start = (float(path[0, 0]), float(path[0, 1]))
    return reach_kinematics(path, velocity, rate, onset, end, start_m=start, target_m=(0.1, 0.0))


def kinarm(path: np.ndarray) -> Any:
    velocity = differentiate(path, RATE)
    onset, end = percent_of_peak(speed_of(velocity))
    return visually_guided_reach(
        path, velocity, RATE, go=0, onset=onset, end=end, start_target_m=(0.0, 0.0), target_m=(0.1, 0.0)
    )


MEASURES: dict[str, Callable[[np.ndarray], Any]] = {
    "reach": reach,
    "kinarm": kinarm,
    "sparc": lambda path: sparc(speed_of(differentiate(path, RATE)), RATE),
    "ldlj": lambda path: ldlj_vector(differentiate(path, RATE), RATE),
    "ldlj speed": lambda path: ldlj_speed(speed_of(differentiate(path, RATE)), RATE),
    "guarded": lambda path: guarded(speed_of(differentiate(path, RATE)), RATE, np.zeros(0)),
    "lowpass": lambda path: lowpass(path, RATE, 8.0),
    "resample": lambda path: resample_uniform(0.01 * path[:, 0], path, RATE).values,
    "sway": lambda path: sway(path[:, 0], path[:, 1], RATE),
    "prieto": lambda path: prieto_sway(path[:, 0], path[:, 1], RATE),
    "ellipse": lambda path: prediction_ellipse_area(path[:, 0], path[:, 1]),
    "frequency": lambda path: mean_frequency_hz(path[:, 0], path[:, 1], RATE),
    "trunk sway": lambda path: trunk_sway(path, RATE),
    "compensation": lambda path: trunk_compensation(path, path[::-1], 0, len(path) - 1),
    "zone": lambda path: time_in_zone(path, RATE, (0.0, 0.0), 1.0),
    "symmetry": lambda path: weight_shift_symmetry(path[:, 0], 0.0),
    "trace": lambda path: trace_residual(path, SQUARE),
    "tremor": lambda path: tremor([path], RATE),
    "endpoints": lambda path: endpoint_errors(path[:, 0], path[:, 1]),
    "throughput": lambda path: throughput(path[:, 0], path[:, 1], np.abs(path[:, 0])),
    "line": lambda path: fitts_line(path[:, 0], path[:, 1]),
}


def numbers(found: Any) -> list[float]:
    if dataclasses.is_dataclass(found):
        found = [getattr(found, each.name) for each in dataclasses.fields(found)]
    flat: list[float] = []
    for each in found if isinstance(found, list | tuple) else [found]:
        flat += np.ravel(np.asarray(each, dtype=float)).tolist() if each is not None else []
    return flat


ELEMENTS = st.floats(-1e5, 1e5).map(lambda each: 0.0 if abs(each) < 1e-9 else each)
PATHS = st.one_of(
    st.integers(0, 70).flatmap(lambda count: arrays(float, (count, 2), elements=ELEMENTS)),
    st.tuples(st.integers(0, 70), ELEMENTS).map(lambda pair: np.full((pair[0], 2), pair[1])),
)


@pytest.mark.parametrize("name", MEASURES)
@settings(max_examples=40, deadline=None)  # scipy is imported at the first call
@given(path=PATHS, bad=st.sampled_from([None, None, math.nan, math.inf]), at=st.integers(0, 1000))
def test_a_finite_number_or_a_typed_error(name: str, path: np.ndarray, bad: float | None, at: int) -> None:
    path = path.copy()
    if bad is not None and path.size:
        path[at % len(path), at % 2] = bad
    try:
        found = MEASURES[name](path)
    except SignalError as error:
        assert str(error)
        return
    assert all(math.isfinite(each) for each in numbers(found))
    assert bad is None or not path.size or name in {"symmetry", "line"}, "not a number was let through"


@given(arrays(float, array_shapes(min_dims=1, max_dims=1, max_side=40), elements=st.floats(-1e3, 1e3)))
def test_time_that_goes_back_or_stands_still_is_counted(stamps: np.ndarray) -> None:
    try:
        even = resample_uniform(stamps, stamps[:, None], RATE, end_s=float(stamps[0]) + 0.5)
    except SignalError:
        return
    kept = len(stamps) - even.repeated - even.backwards
    assert kept == len(np.unique(np.maximum.accumulate(stamps)))
    assert np.isfinite(even.values).all()


def bowed(rate: float, bow_m: float) -> np.ndarray:
    progress = min_jerk(np.arange(-0.2, 1.2, 1 / rate))
    return np.column_stack([0.1 * progress, bow_m * np.sin(np.pi * progress)])


@settings(deadline=None)
@given(st.floats(-180, 180), st.floats(-1, 1), st.floats(0.1, 10), st.floats(-0.02, 0.02))
def test_smoothness_and_times_know_neither_place_direction_nor_size(
    turn_deg: float, shift: float, size: float, bow_m: float
) -> None:
    turn = math.radians(turn_deg)
    matrix = size * np.array([[math.cos(turn), -math.sin(turn)], [math.sin(turn), math.cos(turn)]])
    plain, other = bowed(RATE, bow_m), bowed(RATE, bow_m) @ matrix.T + shift
    for name in ("sparc", "ldlj", "ldlj speed"):
        assert MEASURES[name](other) == pytest.approx(MEASURES[name](plain), abs=1e-6), name
    before, after = reach(plain), reach(other)
    for name in ("onset_s", "movement_time_s", "time_to_peak_s", "path_ratio", "movement_units"):
        assert getattr(after, name) == pytest.approx(getattr(before, name), abs=1e-6), name
    assert after.peak_speed_m_s == pytest.approx(size * before.peak_speed_m_s, rel=1e-6)


@pytest.mark.parametrize("rate", [200.0, 500.0, 1000.0])
@pytest.mark.parametrize("bow_m", [0.0, 0.015])
def test_a_reach_sampled_faster_is_the_same_reach(rate: float, bow_m: float) -> None:
    """Within 0.006 for SPARC, 0.1 for LDLJ cut at 5 % (one sample of a cut end), one sample for times."""
    slow, fast = bowed(RATE, bow_m), bowed(rate, bow_m)
    assert sparc(speed_of(differentiate(fast, rate)), rate) == pytest.approx(
        MEASURES["sparc"](slow), abs=0.006
    )
    before, after = reach(slow), reach(fast, rate)
    for name in ("onset_s", "movement_time_s", "time_to_peak_s"):
        assert getattr(after, name) == pytest.approx(getattr(before, name), abs=0.0201), name
    assert after.peak_speed_m_s == pytest.approx(before.peak_speed_m_s, rel=2e-3)
    assert after.path_ratio == pytest.approx(before.path_ratio, abs=2e-3)
    assert after.hand_angle_deg == pytest.approx(before.hand_angle_deg, abs=0.5)
    assert after.endpoint_error_m == pytest.approx(before.endpoint_error_m, abs=2e-4)
    cut = slice(round(before.onset_s * RATE), round((before.onset_s + before.movement_time_s) * RATE) + 1)
    fine = slice(round(after.onset_s * rate), round((after.onset_s + after.movement_time_s) * rate) + 1)
    assert ldlj_vector(differentiate(fast, rate)[fine], rate) == pytest.approx(
        ldlj_vector(differentiate(slow, RATE)[cut], RATE), abs=0.1
    )


def test_the_ends_error_is_split_on_the_axis_of_the_reach() -> None:
    """10 cm to the target on +x; the hand ends 4 mm too far and 3 mm to the left of the line."""
    progress = min_jerk(np.arange(-0.2, 1.3, 1 / 1000))
    found = reach(np.column_stack([0.104 * progress, 0.003 * progress]), 1000.0)
    assert found.endpoint_along_m == pytest.approx(0.004, abs=3e-4)
    assert found.endpoint_across_m == pytest.approx(0.003, abs=1e-4)
    assert found.endpoint_error_m == pytest.approx(math.hypot(0.004, 0.003), abs=3e-4)
    assert found.endpoint_error_m == pytest.approx(
        math.hypot(found.endpoint_along_m, found.endpoint_across_m)
    )
    assert found.moved_along_m == pytest.approx(0.104, abs=3e-4)
    assert found.endpoint_angle_deg == pytest.approx(math.degrees(math.atan2(3, 104)), abs=0.01)
