"""A finger on a touch screen: the hand is where the finger is, and lost while it is lifted.

Places are the screen's own (`pointer_absolute`), so only what is measured on the screen is reported.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from game_client.engine.input import Finger
from shared.wire.streams import FLAG_LOST

if TYPE_CHECKING:
    from game_client.devices._port import Unit
    from game_client.engine.input import Input


class Touch:
    """Follows the first finger that comes down, until it is lifted; other fingers are passed over."""

    kind = "touch"
    movements = frozenset({"hand_reach"})
    unit: Unit = "norm"
    gain_um_per_count: float | None = None
    wants_relative = False
    problem = ""

    def __init__(self) -> None:
        self._centre_px, self._px_per_m = (640.0, 360.0), 2400.0
        self._waiting: deque[Finger] = deque()
        self._rows: list[tuple[int, ...]] = []
        self._last_ns = -1
        self._finger: int | None = None
        self._here_um = (0, 0)

    def lay(self, centre_px: tuple[float, float], px_per_m: float) -> None:
        """Put the origin of hand space at this place of the canvas, with so many pixels a metre."""
        self._centre_px, self._px_per_m = centre_px, px_per_m

    def handle(self, value: Input) -> None:
        if isinstance(value, Finger):
            self._waiting.append(value)

    def at(self, t_ns: int) -> tuple[int, int, int, int]:
        """Return x, y in micrometres of hand space; while no finger is down the last place, lost."""
        while self._waiting and self._waiting[0].t_ns <= t_ns:
            self._follow(self._waiting.popleft())
        if self._finger is None:
            return *self._here_um, 0, FLAG_LOST
        return *self._here_um, 100, 0

    def take_rows(self) -> tuple[str, list[tuple[int, ...]]]:
        """Return the rows (t_ns, x_um, y_um, confidence) since the last call; lifting is confidence 0."""
        rows, self._rows = self._rows, []
        return "raw_points", rows

    def close(self) -> None:
        self._finger = None
        self._waiting.clear()

    def _follow(self, value: Finger) -> None:
        if self._finger is None and value.down:
            self._finger = value.finger
        if value.finger != self._finger:
            return
        x_m = (value.x - self._centre_px[0]) / self._px_per_m
        y_m = (self._centre_px[1] - value.y) / self._px_per_m
        self._here_um = (round(x_m * 1e6), round(y_m * 1e6))
        self._last_ns = max(self._last_ns, value.t_ns)
        self._rows.append((self._last_ns, *self._here_um, 100 if value.down else 0))
        if not value.down:
            self._finger = None


DEVICE = Touch
