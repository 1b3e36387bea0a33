"""What play, rest, questions and summary need of a session."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from game_client.games._view import View

SessionStage = Literal["symptoms_before", "play", "count", "rest", "symptoms_after", "done"]


class RowSink(Protocol):
    def row(self, layout: str, *values: int) -> None:
        """Append one row of a raw or flip stream."""


class Session(Protocol):
    """One sitting, as `game_client.session` drives it: ticks and commands in, stage and view out."""

    @property
    def stage(self) -> SessionStage: ...

    @property
    def ticks(self) -> int: ...

    @property
    def view(self) -> View: ...

    @property
    def block(self) -> Any:
        """The block being played: `.game.drawing`, `.played.mode`, `.played.context`."""

    @property
    def has_bird(self) -> bool: ...

    @property
    def recorder(self) -> RowSink: ...

    @property
    def piece_ready(self) -> bool: ...

    @property
    def ended_reason(self) -> str | None: ...

    @property
    def rest_reason(self) -> str: ...

    @property
    def offers_stop(self) -> bool: ...

    @property
    def summary(self) -> tuple[int, str, Mapping[str, int]]: ...

    def tick(self, x_um: int, y_um: int, confidence_pct: int = 100, flags: int = 0) -> Sequence[Any]: ...

    def command(self, name: str, value: float | None = None) -> Sequence[Any]: ...

    def anchor(self, mono_ns: int) -> None: ...

    def stall(self, lost_ms: float) -> Sequence[Any]: ...
