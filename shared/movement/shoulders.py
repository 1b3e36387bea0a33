"""What two shoulders in a camera's picture say of a reach: how far one is hiked, how far the trunk leans.

Angles lie in the picture's plane and lengths are in the person's own shoulder widths: a picture has no scale.
A trunk that leans to one side tilts the shoulders as well. What a lean by that much explains, as a stiff
trunk turning about the hips, is taken away from the tilt and is no hike. Only a tilt can be lessened so:
level shoulders are never a hike.

Sources: the trunk's length over the shoulders' width is that of Winter's table of body segments (0.288 and
0.259 of the height; not verified); the measures are Movere's own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from shared.movement.sampling import SignalError, require_numbers
from shared.movement.trunk import greatest_change

if TYPE_CHECKING:
    from numpy.typing import NDArray

TRUNK_WIDTHS = 1.1
"""From the hips to the shoulders, in shoulder widths."""


@dataclass(frozen=True, slots=True)
class Posture:
    """Each sample's posture. `tilt_deg`, shape (N,): how far the moving side's shoulder is above the other;
    `middle`, shape (N,): the middle of the shoulders, towards the moving side, in the unit of the input;
    `width`: the shoulders' median distance, the same unit."""

    tilt_deg: NDArray[np.float64]
    middle: NDArray[np.float64]
    width: float


def posture(
    left: NDArray[np.float64], right: NDArray[np.float64], moving: Literal["left", "right"]
) -> Posture:
    """Return the shoulders' posture as seen from the moving side.

    Args:
        left, right: shape (N, 2), positive towards the person's right and up, one unit for both axes.

    Raises:
        SignalError: no samples, a value that is not a number, or shoulders that are not side by side.
    """
    require_numbers(left, right)
    if not len(left):
        raise SignalError("a posture needs samples")
    line = right - left
    width = float(np.median(np.hypot(*line.T)))
    if width <= 0.0 or (line[:, 0] <= 0.0).any():
        raise SignalError(
            "the shoulders are not side by side: the person is turned, or somebody else is seen"
        )
    sign = 1.0 if moving == "right" else -1.0
    return Posture(
        tilt_deg=sign * np.degrees(np.arctan2(line[:, 1], line[:, 0])),
        middle=sign * (left[:, 0] + right[:, 0]) / 2.0,
        width=width,
    )


def lean(reach: Posture, rest: Posture) -> float:
    """Return the furthest that the shoulders' middle went towards the moving side, in widths at rest."""
    return greatest_change(reach.middle, rest.middle) / rest.width


def hike_deg(reach: Posture, rest: Posture) -> float:
    """Return how far the moving side's shoulder was hiked at most, degrees above rest, less what a lean
    explains.

    Raises:
        SignalError: no samples, or a value that is not a number.
    """
    tilt_deg = reach.tilt_deg - np.median(rest.tilt_deg)
    away = (np.median(rest.middle) - reach.middle) / rest.width
    leaning_deg = np.degrees(np.arcsin(np.clip(away / TRUNK_WIDTHS, -1.0, 1.0)))
    own_deg = tilt_deg - np.clip(leaning_deg, 0.0, np.maximum(tilt_deg, 0.0))
    return greatest_change(own_deg, np.zeros(1))
