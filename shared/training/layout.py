"""Where the targets of a centre-out game lie: one definition for the game and for simulation."""

from __future__ import annotations

from functools import lru_cache
from typing import Literal

from shared.units import wrap_deg

Spread = Literal["circle", "near", "front"]
HOUR_DEG = 30.0
NEAR_CENTRE_DEG = 75.0


@lru_cache(maxsize=64)
def directions_deg(
    count: int, spread: Spread, *, on_hours: bool, centre_deg: float = NEAR_CENTRE_DEG
) -> tuple[float, ...]:
    """Return the targets' directions, degrees counter-clockwise from the player's right.

    Args:
        spread: around the whole circle, two neighbours (30 degrees apart), or an arc of 120 ahead.
        on_hours: keep to the hours of a clock ring, so that a whole hour is an aim.
        centre_deg: between the two neighbours.
    """
    if spread == "near":
        return (wrap_deg(centre_deg + 15.0), wrap_deg(centre_deg - 15.0))
    if spread == "front":
        if on_hours:
            return tuple(90.0 + HOUR_DEG * k for k in (-2, -1, 0, 1, 2))[:count]
        return tuple(30.0 + 120.0 / (count - 1) * k for k in range(count))
    if on_hours:
        hours = (11, 2, 5, 8, 1, 4, 7, 10)[:count]
        return tuple(wrap_deg(90.0 - HOUR_DEG * hour) for hour in sorted(hours))
    return tuple(wrap_deg(90.0 + 360.0 * k / count) for k in range(count))
