"""A recorded hand: every tick and choice as they were, for watching a session again (`replay --show`)."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

from shared.wire.plan import Movement
from shared.wire.streams import FLAG_LOST, stream_columns

if TYPE_CHECKING:
    from game_client.devices._port import Unit
    from game_client.engine.input import Input
    from shared.wire.session import Recording


class Replay:
    """`at` gives the next tick at each later time; after the last, or without a recording, it is lost."""

    kind = "replay"
    movements: frozenset[str] = frozenset(get_args(Movement))
    unit: Unit = "norm"
    gain_um_per_count: float | None = None
    wants_relative = False
    problem = ""

    def __init__(self, recording: Recording | None = None) -> None:
        columns = {} if recording is None else stream_columns(recording, "tick")
        names = ("x_um", "y_um", "confidence", "flags")
        self._ticks = list(zip(*(columns[each].tolist() for each in names), strict=True)) if columns else []
        self._commands = [] if recording is None else list(recording.commands)
        self._rows: list[tuple[int, ...]] = []
        self._tick = 0
        self._last_ns = -1
        self._here: tuple[int, int, int, int] = (0, 0, 0, FLAG_LOST)

    @property
    def is_over(self) -> bool:
        """Whether nothing more was recorded."""
        return self._tick >= len(self._ticks) and not self._commands

    def handle(self, value: Input) -> None:
        """What is done now was not done then."""

    def at(self, t_ns: int) -> tuple[int, int, int, int]:
        if t_ns > self._last_ns:
            self._last_ns = t_ns
            if self._tick < len(self._ticks):
                self._here = self._ticks[self._tick]
                self._tick += 1
                self._rows.append((t_ns, *self._here[:3]))
            else:
                self._here = (*self._here[:2], 0, FLAG_LOST)
        return self._here

    def take_rows(self) -> tuple[str, list[tuple[int, ...]]]:
        """Return the rows (t_ns, x_um, y_um, confidence) since the last call."""
        rows, self._rows = self._rows, []
        return "raw_points", rows

    def take_commands(self) -> list[tuple[str, float | None]]:
        """Return the choices that were made before the next tick, in order, once each."""
        due = [each for each in self._commands if each.tick <= self._tick]
        self._commands = self._commands[len(due) :]
        return [(each.name, each.value) for each in due]

    def close(self) -> None:
        self._tick, self._commands = len(self._ticks), []
        self._here = (*self._here[:2], 0, FLAG_LOST)


DEVICE = Replay
