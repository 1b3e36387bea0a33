"""The kinematics of one reach (SCIENCE 1.3: common usage of the reaching literature)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from shared.movement.sampling import SignalError, require_numbers, require_rate, speed_of
from shared.units import wrap_deg

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

UNIT_FRACTION = 0.1
"""A movement unit is a speed peak of at least this fraction of the greatest, and as prominent."""


@dataclass(frozen=True, slots=True)
class ReachKinematics:
    """Times in seconds from the first sample given, lengths in metres, angles in degrees.

    What needs a target is None when none is known. `endpoint_along_m` and `endpoint_across_m` are the signed
    parts of the endpoint error on the axis from start to target: beyond the target is positive, left of the
    axis is positive; together they are as long as `endpoint_error_m`. `endpoint_angle_deg` is the direction
    from the start to the endpoint, less the direction to the target, and `moved_along_m` how far along the
    axis the endpoint lies from the start. All of it is the hand, never a cursor.
    """

    onset_s: float
    movement_time_s: float
    time_to_peak_s: float
    peak_speed_m_s: float
    path_ratio: float | None
    max_deviation_m: float | None
    hand_angle_deg: float | None
    endpoint_error_m: float | None
    movement_units: int
    endpoint_along_m: float | None = None
    endpoint_across_m: float | None = None
    endpoint_angle_deg: float | None = None
    moved_along_m: float | None = None


def reach_kinematics(
    position_m: NDArray[np.float64],
    velocity_m_s: NDArray[np.float64],
    rate_hz: float,
    onset: int,
    end: int,
    *,
    start_m: tuple[float, float],
    target_m: tuple[float, float] | None,
) -> ReachKinematics:
    """Measure the reach between two samples.

    The hand angle is the direction of the *position* from the start to the hand at peak speed (the
    convention of the adaptation literature, not the direction of the velocity), less the direction to the
    target. The deviation is the greatest distance from the line through the start towards the target (or
    the end, when no target is known), with its sign: left of the line is positive.

    Args:
        position_m, velocity_m_s: shape (N, 2), even samples.
        onset, end: first and last sample of the movement.
        start_m: where the hand starts; both directions are taken from here.

    Raises:
        SignalError: a value that is not a number, or an onset and end that are not inside the samples.
    """
    require_rate(rate_hz)
    require_numbers(position_m, velocity_m_s)
    if not 0 <= onset < end < len(position_m):
        raise SignalError("a reach needs an onset and a later end inside its samples")
    speed = speed_of(velocity_m_s)
    peak = onset + int(np.argmax(speed[onset : end + 1]))
    moved = position_m[onset : end + 1]
    path = float(np.sum(speed_of(np.diff(moved, axis=0))))
    chord = math.dist(moved[-1].tolist(), moved[0].tolist())
    goal_x, goal_y = moved[-1].tolist() if target_m is None else target_m
    towards = (goal_x - start_m[0], goal_y - start_m[1])
    distance = math.hypot(*towards)
    from_start = moved - np.asarray(start_m)
    deviation: float | None = None
    angle: float | None = None
    end_angle: float | None = None
    beyond: float | None = None
    left_of: float | None = None
    moved_along: float | None = None
    if distance > 0:
        x, y = towards[0] / distance, towards[1] / distance
        left = x * from_start[:, 1] - y * from_start[:, 0]
        deviation = float(left[int(np.argmax(np.abs(left)))])
        if target_m is not None:
            moved_along = float(from_start[-1, 0] * x + from_start[-1, 1] * y)
            beyond, left_of = moved_along - distance, float(left[-1])
            angle = _direction_deg(from_start[peak - onset].tolist(), towards)
            end_angle = _direction_deg(from_start[-1].tolist(), towards)
    return ReachKinematics(
        onset_s=onset / rate_hz,
        movement_time_s=(end - onset) / rate_hz,
        time_to_peak_s=(peak - onset) / rate_hz,
        peak_speed_m_s=float(speed[peak]),
        path_ratio=path / chord if chord > 0 else None,
        max_deviation_m=deviation,
        hand_angle_deg=angle,
        endpoint_error_m=None if target_m is None else math.dist(moved[-1].tolist(), target_m),
        movement_units=movement_units(speed[onset : end + 1]),
        endpoint_along_m=beyond,
        endpoint_across_m=left_of,
        endpoint_angle_deg=end_angle,
        moved_along_m=moved_along,
    )


def _direction_deg(offset_m: Sequence[float], towards_m: Sequence[float]) -> float | None:
    """Direction of an offset less that of another, or None for an offset of no length."""
    if math.hypot(*offset_m) <= 0:
        return None
    turned = math.atan2(offset_m[1], offset_m[0]) - math.atan2(towards_m[1], towards_m[0])
    return wrap_deg(math.degrees(turned))


def movement_units(speed: NDArray[np.float64]) -> int:
    """Count speed peaks at least a tenth of the greatest in height and in prominence.

    Completely overlapping sub-movements count as one.

    Raises:
        SignalError: no samples, or a value that is not a number.
    """
    require_numbers(speed)
    if not len(speed):
        raise SignalError("there are no samples to count movement units in")
    rises = np.sign(np.diff(speed))
    rises = rises[rises != 0]
    if float(speed.max()) > 0 and not np.any(np.diff(rises) > 0):
        return 1  # It never falls and rises again: most reaches, and no search is needed.
    from scipy.signal import find_peaks

    least = UNIT_FRACTION * float(speed.max())
    # A zero on either side lets a peak on the first or last sample count.
    padded = np.concatenate(([0.0], speed, [0.0]))
    peaks, _ = find_peaks(padded, height=least, prominence=least)
    return len(peaks)
