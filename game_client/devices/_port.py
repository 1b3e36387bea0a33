"""What play needs of an input device, and what the recording says of it: the port of every `DEVICE`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, Protocol, runtime_checkable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from game_client.engine.input import Input

Unit = Literal["m", "counts", "norm"]
Pointer = Literal["raw", "accelerated", "absolute", "none"]


PROBLEMS = (
    "gone",
    "drifts",
    "camera_failed",
    "camera_ended",
    "camera_gone",
    "camera_dark",
    "camera_view",
    "camera_people",
    "stream_gone",
    "stream_rate",
    "stream_bad",
)
"""A stick is pulled out, or does not rest in its middle. A camera can't be opened; its video is over; it
gives no picture; there is too little light, or too much; what plays is not in view; several people are. A
stream has stopped, comes at another rate, or sends what is no number."""


class Device(Protocol):
    """A way in. It is made without arguments, takes the engine's input, and never blocks.

    `kind`, `unit`, `movements`, `gain_um_per_count` and `wants_relative` are constant while it is open.
    `movements` are those of `shared.wire.plan.Movement` that it can be; `wants_relative` asks the window for
    the mouse's raw counts.
    """

    kind: str
    movements: frozenset[str]
    unit: Unit
    gain_um_per_count: float | None
    wants_relative: bool

    @property
    def problem(self) -> str:
        """Why play can't go on, in a word of `PROBLEMS`; empty when all is well."""

    def handle(self, value: Input) -> None:
        """Take what the player did; what is another device's is passed over."""

    def at(self, t_ns: int) -> tuple[int, int, int, int]:
        """Hand x, y in micrometres (y away from the player), confidence in percent, flags, at t_ns.

        Before the first sample too; a device that has nothing says FLAG_LOST with confidence 0.
        """

    def take_rows(self) -> tuple[str, list[tuple[int, ...]]]:
        """The raw samples since the last call, as rows of a raw stream's layout, in order of time."""

    def close(self) -> None:
        """Let go of what it holds; closing twice is the same as once."""


@runtime_checkable
class OnScreen(Protocol):
    """A device that points at the screen itself and must know where hand space lies on it."""

    def lay(self, centre_px: tuple[float, float], px_per_m: float) -> None:
        """Hand space has its origin at this place of the canvas, and so many pixels a metre."""


@runtime_checkable
class HasSpare(Protocol):
    """A device that can be gone on without: with the spare one, to the session's end."""

    def use_spare(self) -> None:
        """Go on with the spare device from now on."""


@runtime_checkable
class HasTracker(Protocol):
    """A device whose samples come out of a tracker that takes its time."""

    def take_tracker_ns(self) -> list[int]:
        """How long the tracker took for each row of the next `take_rows`."""


@runtime_checkable
class Intends(Protocol):
    """A device that adapts to its person, and so must know what they mean to do."""

    def intend(self, target_m: tuple[float, float] | None) -> None:
        """The hand should go there now: metres in the device's own places, before any map of them.

        None when nothing is asked of the hand. Called at each tick; returns at once.
        """


@runtime_checkable
class Sees(Protocol):
    """A device that moves by what the game shows."""

    def see(self, view: Any) -> None:
        """Look at the picture of this tick, before `at` is asked."""


@runtime_checkable
class Notes(Protocol):
    """A device that has more to record than places: what it was set to, and what it changed."""

    def take_commands(self) -> Sequence[tuple[str, float | None]]:
        """What happened since the last call, a name and a value each, for the session's commands."""
