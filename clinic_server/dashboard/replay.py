"""The reaches of a session as light data for the replay: dots of the hand, no picture of the person."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from clinic_server.recordings.models import Trial
    from clinic_server.recordings.selectors import Trajectory

_EVERY = 4  # ticks: 30 points a second
_ROUND_MM = 1


def replay_of(trajectory: Trajectory, trials: list[Trial]) -> dict[str, Any]:
    """Return each trial's path in mm from its start to its end, thinned to 30 points a second.

    Rotated paths (what the player saw) are left to the page: it has the rotation.
    """
    found = []
    for trial in trials:
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
