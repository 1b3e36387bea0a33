"""A mouse as a hand: raw counts added up at a fixed gain, never clamped by the screen's edge.

Moving the mouse 10 cm is a 10 cm reach. Counts are increments of 0.1 mm unless a calibration said better;
uncalibrated, the recording's unit is `counts` and its millimetres are nominal.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from game_client.engine.input import Counts

if TYPE_CHECKING:
    from game_client.devices._port import Unit
    from game_client.engine.input import Input

DEFAULT_GAIN_UM = 100.0


class Mouse:
    """Adds up counts; `at` gives the position at a tick's time from the counts that had arrived by then."""

    kind = "mouse"
    movements = frozenset({"hand_reach"})
    wants_relative = True
    problem = ""

    def __init__(self, gain_um_per_count: float | None = None) -> None:
        """Make a mouse whose counts were measured to be so long, or, without that, nominally 0.1 mm."""
        self.unit: Unit = "counts" if gain_um_per_count is None else "m"
        self._gain_um = gain_um_per_count or DEFAULT_GAIN_UM
        self.gain_um_per_count: float | None = self._gain_um
        self._waiting: deque[tuple[int, int, int]] = deque()
        self._rows: list[tuple[int, ...]] = []
        self._last_ns = -1
        self._x_counts = 0
        self._y_counts = 0

    def handle(self, value: Input) -> None:
        """Take raw counts; everything else is not the mouse's."""
        if isinstance(value, Counts) and (value.dx or value.dy):
            self._waiting.append((value.t_ns, value.dx, value.dy))

    def at(self, t_ns: int) -> tuple[int, int, int, int]:
        """Return x, y in micrometres of hand space, confidence in percent, and no flags."""
        while self._waiting and self._waiting[0][0] <= t_ns:
            stamp_ns, dx, dy = self._waiting.popleft()
            self._x_counts += dx
            self._y_counts -= dy
            self._last_ns = max(self._last_ns, stamp_ns)
            self._rows.append((self._last_ns, dx, dy))
        return round(self._x_counts * self._gain_um), round(self._y_counts * self._gain_um), 100, 0

    def take_rows(self) -> tuple[str, list[tuple[int, ...]]]:
        """Return the rows (t_ns, dx, dy; counts, y down as the mouse gives them) since the last call."""
        rows, self._rows = self._rows, []
        return "raw_counts", rows

    def close(self) -> None:
        self._waiting.clear()


DEVICE = Mouse
