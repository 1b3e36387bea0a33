"""Is a place where a hand can be by now? A tracker that takes something else for it jumps."""

from __future__ import annotations

import math

_BELIEVED_AFTER = 3
_FORGOTTEN_NS = 300_000_000


class JumpWatch:
    """Refuses a place that lies further from the last than any hand moves, until three in a row agree.

    `fastest` is in the device's own units a second. After 0.3 s without a place the old one says nothing.
    """

    def __init__(self, fastest: float) -> None:
        self._fastest = fastest
        self._last_ns = 0
        self._here: tuple[float, float] | None = None
        self._strays: list[tuple[float, float]] = []

    def believes(self, t_ns: int, x: float, y: float) -> bool:
        """Whether the hand is there at t_ns; times only rise."""
        passed_ns, self._last_ns = t_ns - self._last_ns, t_ns
        most = self._fastest * passed_ns * 1e-9
        place = (x, y)
        if self._here is None or passed_ns > _FORGOTTEN_NS or math.dist(self._here, place) <= most:
            self._here, self._strays = place, []
            return True
        if self._strays and math.dist(self._strays[-1], place) > most:
            self._strays = []
        self._strays.append(place)
        if len(self._strays) < _BELIEVED_AFTER:
            return False
        self._here, self._strays = place, []
        return True
