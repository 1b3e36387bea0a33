"""Does a stick that nobody holds rest in its middle?"""

from __future__ import annotations

import math

DRIFT_S = 3.0
_STILL = 0.015
_HELD_FROM = 0.5


class RestWatch:
    """Finds drift: the same small deflection, beyond the dead zone, for three seconds.

    A hand trembles by more than a worn spring does, and reaches further: deflections from half way on, and
    those that wander by more than 0.015, are a hand's. Deflections are shares of the full one, -1..1.
    """

    def __init__(self, dead_zone: float) -> None:
        self._dead_zone = dead_zone
        self._since_ns: int | None = None
        self._there = (0.0, 0.0)
        self.drifts = False

    def follow(self, t_ns: int, x: float, y: float) -> None:
        """Take where the stick stands at t_ns."""
        pushed = math.hypot(x, y)
        moved = math.dist(self._there, (x, y)) > _STILL
        if moved or self._since_ns is None or not self._dead_zone < pushed < _HELD_FROM:
            self._since_ns, self._there, self.drifts = t_ns, (x, y), False
        elif (t_ns - self._since_ns) * 1e-9 >= DRIFT_S:
            self.drifts = True
