"""The measures of visually guided reaching by the names that KINARM gives them.

Definitions after the tables of two studies that used the task, as read there: PMC4533801 (table 2) and
doi:10.1186/s12984-015-0070-0 (table 1). KINARM's own manual was not read, nor how it filters, finds onset and
offset, or pools several minima: those parts are not verified, and its normative ranges do not apply here.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from shared.movement.sampling import SignalError, require_numbers, require_rate, speed_of
from shared.units import wrap_deg

if TYPE_CHECKING:
    from numpy.typing import NDArray

POSTURE_S = 0.5
_SHORTEST_POSTURE_S = 0.1


@dataclass(frozen=True, slots=True)
class VisuallyGuidedReach:
    """Speeds in m/s, times in s, angles in degrees; the *initial phase* is onset to the first speed minimum.

    posture_speed_m_s: mean speed over the 0.5 s before go, or as much of it as there is; None below 0.1 s.
    reaction_time_s: go to onset.
    initial_direction_deg: direction from the hand's place at onset to its place after the initial phase, less
        the direction from there to the target; counter-clockwise positive, in (-180, 180] (KINARM gives it
        without sign, in radians). None when one of the two has no length.
    initial_distance_ratio: path of the initial phase over the path from onset to end.
    initial_speed_ratio: greatest speed of the initial phase over the greatest of the movement.
    speed_maxima_count: local maxima of speed between onset and end, however small.
    min_max_speed_difference_m_s: mean difference between neighbouring speed maxima and minima; 0 with one
        maximum.
    path_length_ratio: path from onset to end over the distance between the two *targets* (a path ratio proper
        divides by the distance between the hand's own two places).
    """

    posture_speed_m_s: float | None
    reaction_time_s: float
    initial_direction_deg: float | None
    initial_distance_ratio: float
    initial_speed_ratio: float
    speed_maxima_count: int
    min_max_speed_difference_m_s: float
    movement_time_s: float
    path_length_ratio: float
    max_speed_m_s: float


def visually_guided_reach(
    position_m: NDArray[np.float64],
    velocity_m_s: NDArray[np.float64],
    rate_hz: float,
    *,
    go: int,
    onset: int,
    end: int,
    start_target_m: tuple[float, float],
    target_m: tuple[float, float],
) -> VisuallyGuidedReach:
    """Measure a reach whose go, onset and end are known, as samples of the record.

    Args:
        position_m, velocity_m_s: shape (N, 2), even samples, hand space; filtered, since a local extremum of
            noise ends the initial phase.
        start_target_m, target_m: the centres of the two targets.

    Raises:
        SignalError: go, onset and end out of order or outside the samples, targets at one place, a value that
            is not a number, or no movement.
    """
    require_rate(rate_hz)
    require_numbers(position_m, velocity_m_s)
    if not 0 <= go <= onset < end < len(position_m):
        raise SignalError("go, onset and end must follow each other inside the samples")
    between = math.hypot(target_m[0] - start_target_m[0], target_m[1] - start_target_m[1])
    if between <= 0:
        raise SignalError("the start and the target lie at one place")
    speed = speed_of(velocity_m_s)
    moving = speed[onset : end + 1]
    maxima, minima = speed_extremes(moving)
    after = onset + (int(minima[0]) if len(minima) else end - onset)
    steps = speed_of(np.diff(position_m[onset : end + 1], axis=0))
    path, peak = float(np.sum(steps)), float(np.max(moving))
    if path <= 0 or peak <= 0:
        raise SignalError("there is no movement in these samples")
    posture = speed[max(0, go - round(POSTURE_S * rate_hz)) : go]
    enough = len(posture) >= max(1, round(_SHORTEST_POSTURE_S * rate_hz))
    return VisuallyGuidedReach(
        posture_speed_m_s=float(np.mean(posture)) if enough else None,
        reaction_time_s=(onset - go) / rate_hz,
        initial_direction_deg=_between_deg(
            position_m[after] - position_m[onset], np.asarray(target_m) - position_m[onset]
        ),
        initial_distance_ratio=float(np.sum(steps[: after - onset])) / path,
        initial_speed_ratio=float(np.max(speed[onset : after + 1])) / peak,
        speed_maxima_count=len(maxima),
        min_max_speed_difference_m_s=_mean_swing(moving, maxima, minima),
        movement_time_s=(end - onset) / rate_hz,
        path_length_ratio=path / between,
        max_speed_m_s=peak,
    )


def speed_extremes(speed: NDArray[np.float64]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the samples of the local maxima and of the local minima inside a speed profile, shape (N,).

    The ends are neither. A plateau counts once, at its first sample.
    """
    rises = np.sign(np.diff(speed))
    steps = np.flatnonzero(rises)
    turns = np.flatnonzero(np.diff(rises[steps]) != 0)
    place, was_rising = steps[turns] + 1, rises[steps][turns] > 0
    return place[was_rising], place[~was_rising]


def _mean_swing(speed: NDArray[np.float64], maxima: NDArray[np.intp], minima: NDArray[np.intp]) -> float:
    inner = minima[(minima > maxima[0]) & (minima < maxima[-1])] if len(maxima) else minima[:0]
    if not len(inner):
        return 0.0
    extremes = np.sort(np.concatenate([maxima, inner]))
    return float(np.mean(np.abs(np.diff(speed[extremes]))))


def _between_deg(moved_m: NDArray[np.float64], wanted_m: NDArray[np.float64]) -> float | None:
    if float(np.hypot(*moved_m)) <= 0 or float(np.hypot(*wanted_m)) <= 0:
        return None
    turned = math.atan2(moved_m[1], moved_m[0]) - math.atan2(wanted_m[1], wanted_m[0])
    return wrap_deg(math.degrees(turned))
