"""A device with a spare one for when its plug is out: one hand and one kind of rows, to the end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from game_client.devices._port import HasTracker, Intends, Notes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from game_client.devices._port import Device, Unit
    from game_client.engine.input import Input


class WithSpare:
    """The first device; after `use_spare` the spare one, whose places are written as the first one's rows.

    Works for a first device whose rows are places (`raw_points`). The recording goes on naming the first
    kind: who changes over must record when.
    """

    def __init__(self, first: Device, spare: Device) -> None:
        self._first, self._spare = first, spare
        self._rows: list[tuple[int, ...]] = []
        self._last_ns = -1
        self.on_spare = False
        self.kind: str = first.kind
        self.unit: Unit = first.unit
        self.movements = first.movements
        self.gain_um_per_count = first.gain_um_per_count
        self.wants_relative = first.wants_relative

    @property
    def problem(self) -> str:
        return (self._spare if self.on_spare else self._first).problem

    def use_spare(self) -> None:
        """Go on with the spare device from now on; the first is let go of (a camera goes off)."""
        self._rows += self._first.take_rows()[1]
        self._first.close()
        self._last_ns = max([self._last_ns, *(row[0] for row in self._rows)])
        self.on_spare = True
        self.wants_relative = self._spare.wants_relative

    def handle(self, value: Input) -> None:
        self._first.handle(value)
        self._spare.handle(value)

    def at(self, t_ns: int) -> tuple[int, int, int, int]:
        if not self.on_spare:
            return self._first.at(t_ns)
        x_um, y_um, confidence, flags = self._spare.at(t_ns)
        self._spare.take_rows()
        self._last_ns = max(self._last_ns, t_ns)
        self._rows.append((self._last_ns, x_um, y_um, confidence))
        return x_um, y_um, confidence, flags

    def take_rows(self) -> tuple[str, list[tuple[int, ...]]]:
        layout, rows = self._first.take_rows()
        if self.on_spare:
            rows, self._rows = self._rows, []
        return layout, rows

    def take_tracker_ns(self) -> list[int]:
        in_use = self._spare if self.on_spare else self._first
        return in_use.take_tracker_ns() if isinstance(in_use, HasTracker) else []

    def intend(self, target_m: tuple[float, float] | None) -> None:
        if isinstance(self._first, Intends):
            self._first.intend(None if self.on_spare else target_m)

    def take_commands(self) -> Sequence[tuple[str, float | None]]:
        return self._first.take_commands() if isinstance(self._first, Notes) else []

    def close(self) -> None:
        self._first.close()
        self._spare.close()
