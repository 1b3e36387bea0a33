"""Angles and their wrapping: one definition for games, metrics and virtual patients."""

from __future__ import annotations

import math


def wrap_deg(angle_deg: float) -> float:
    """Wrap an angle to (-180, 180]."""
    wrapped = math.fmod(angle_deg, 360.0)
    if wrapped > 180.0:
        return wrapped - 360.0
    return wrapped + 360.0 if wrapped <= -180.0 else wrapped
