"""The trials of a session as light data for the replay: dots of the hand, no picture of the person."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from shared.movement.course import centre_m
from shared.wire.session import TICK_HZ

if TYPE_CHECKING:
    from clinic_server.recordings.models import Trial
    from clinic_server.recordings.selectors import Trajectory
    from shared.wire.events import CourseOn

_EVERY = 4  # ticks: 30 points a second
_ROUND_MM = 1
_COURSE_HALF_MM = 130  # a course goes from the bottom of the replay to its top


def replay_of(trajectory: Trajectory, trials: list[Trial]) -> dict[str, Any]:
    """Return each trial's path in mm from its start to its end, thinned to 30 points a second.

    Rotated paths (what the player saw) are left to the page: it has the rotation. A course is drawn with its
    time going up, and its middle line beside the hand.
    """
    found = []
    for trial in trials:
        course = trajectory.courses.get(trial.number)
        if course is not None:
            found.append(_course(trajectory, trial, course))
            continue
        first, last = int(trial.start_tick), int(trial.last_tick) + 1
        x, y = trajectory.x_mm[first:last:_EVERY], trajectory.y_mm[first:last:_EVERY]
        radians = math.radians(trial.target_deg)
        found.append(
            {
                "n": trial.number + 1,
                "phase": trial.phase,
                "outcome": trial.outcome or "cut short",
                "rotation": trial.rotation_deg,
                "shown": trial.shows == "cursor",
                "hand": None if trial.hand_deg is None else round(trial.hand_deg, 1),
                "tx": round(trial.target_distance_mm * math.cos(radians), _ROUND_MM),
                "ty": round(trial.target_distance_mm * math.sin(radians), _ROUND_MM),
                "x": [round(float(each), _ROUND_MM) for each in x],
                "y": [round(float(each), _ROUND_MM) for each in y],
            }
        )
    return {"unit": trajectory.unit, "trials": found}


def _course(trajectory: Trajectory, trial: Trial, course: CourseOn) -> dict[str, Any]:
    ticks = range(course.tick, min(int(trial.last_tick) + 1, len(trajectory.x_mm)), _EVERY)
    waves = tuple((each.amplitude_m, each.hz, each.phase_rad) for each in course.waves)
    rise_mm = 2 * _COURSE_HALF_MM / max(1, len(ticks) - 1)
    return {
        "n": trial.number + 1,
        "phase": trial.phase,
        "outcome": trial.outcome or "cut short",
        "rotation": 0.0,
        "shown": trial.shows == "cursor",
        "hand": None,
        "x": [round(float(trajectory.x_mm[each]), _ROUND_MM) for each in ticks],
        "y": [round(rise_mm * k - _COURSE_HALF_MM, _ROUND_MM) for k in range(len(ticks))],
        "middle": [
            round(1000 * centre_m(waves, (each - course.tick) / TICK_HZ), _ROUND_MM) for each in ticks
        ],
        "half": round(1000 * course.half_width_m, _ROUND_MM),
        "error": None if trial.endpoint_error_mm is None else round(trial.endpoint_error_mm, _ROUND_MM),
    }
