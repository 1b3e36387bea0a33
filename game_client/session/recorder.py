"""Collect what a session adds, tick by tick, and hand it out a trial at a time."""

from __future__ import annotations

from game_client.session.header import Piece
from shared.wire.events import Event
from shared.wire.session import Anchor, Command, SampleBlock
from shared.wire.streams import LAYOUTS, pack_block

_BLOCK_TICKS = 240


class Recorder:
    """Appends are plain list appends: they run at every tick. `take` packs and empties."""

    def __init__(self) -> None:
        self._columns: dict[str, tuple[list[int], ...]] = {
            name: tuple([] for _ in columns) for name, columns in LAYOUTS.items()
        }
        self._given = dict.fromkeys(self._columns, 0)
        self.events: list[Event] = []
        self.commands: list[Command] = []
        self.anchors: list[Anchor] = []

    def tick(self, x_um: int, y_um: int, fx_um: int, fy_um: int, confidence: int, flags: int) -> None:
        xs, ys, fxs, fys, confidences, flag_list = self._columns["tick"]
        xs.append(x_um)
        ys.append(y_um)
        fxs.append(fx_um)
        fys.append(fy_um)
        confidences.append(confidence)
        flag_list.append(flags)

    def row(self, layout: str, *values: int) -> None:
        """Append one row of a raw, flip or trunk stream, in the order of its columns."""
        for column, value in zip(self._columns[layout], values, strict=True):
            column.append(value)

    def take(self, ticks: int) -> Piece:
        """Return everything since the last call."""
        samples: list[SampleBlock] = []
        for layout, columns in self._columns.items():
            rows = len(columns[0])
            step = _BLOCK_TICKS if layout == "tick" else max(1, rows)
            for at in range(0, rows, step):
                part = {
                    name: column[at : at + step]
                    for name, column in zip(LAYOUTS[layout], columns, strict=True)
                }
                samples.append(pack_block(layout, self._given[layout] + at, part))
            self._given[layout] += rows
            for column in columns:
                column.clear()
        piece = Piece(
            events=self.events, commands=self.commands, anchors=self.anchors, samples=samples, ticks=ticks
        )
        self.events, self.commands, self.anchors = [], [], []
        return piece
