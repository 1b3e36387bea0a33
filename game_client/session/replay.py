"""Play a recording again: the same header, ticks and commands must give the same events."""

from __future__ import annotations

from typing import TYPE_CHECKING

from game_client.session.header import header_of
from game_client.session.run import SessionRun
from shared.wire.events import Stall
from shared.wire.streams import stream_columns

if TYPE_CHECKING:
    from shared.wire.events import Event
    from shared.wire.session import Recording


def replay(recording: Recording) -> list[Event]:
    """Return the events that this build produces from a recording's ticks and commands.

    On the build that made the recording they are equal bit for bit; elsewhere numbers may differ in the
    last places (`differences`).

    Raises:
        WireError: the recording's streams are damaged.
        PlanError: this client no longer knows the game, the mode or a parameter.
    """
    run = SessionRun(header_of(recording))
    columns = stream_columns(recording, "tick")
    x_um, y_um = columns.get("x_um", ()), columns.get("y_um", ())
    confidence, flags = columns.get("confidence", ()), columns.get("flags", ())
    events: list[Event] = []
    outside = [each for each in recording.events if isinstance(each, Stall)]
    commands, at, stalled = recording.commands, 0, 0
    for tick in range(len(x_um) + 1):
        while at < len(commands) and commands[at].tick == tick:
            events += run.command(commands[at].name, commands[at].value)
            at += 1
        while stalled < len(outside) and outside[stalled].tick == tick:
            events += run.stall(outside[stalled].lost_ms)  # wall time: an input, not a result
            stalled += 1
        if tick < len(x_um):
            events += run.tick(int(x_um[tick]), int(y_um[tick]), int(confidence[tick]), int(flags[tick]))
    return events


def differences(expected: list[Event], got: list[Event], tolerance: float = 0.0) -> list[str]:
    """Name the first few events that differ, numbers by more than `tolerance`; empty when all agree."""
    found = []
    if len(expected) != len(got):
        found.append(f"{len(expected)} events were recorded, {len(got)} came out")
    for index, (one, other) in enumerate(zip(expected, got, strict=False)):
        if type(one) is not type(other) or not all(
            _same(getattr(one, name), getattr(other, name), tolerance) for name in one.__struct_fields__
        ):
            found.append(f"event {index}: {one} became {other}")
        if len(found) >= 5:
            break
    return found


def _same(one: object, other: object, tolerance: float) -> bool:
    if isinstance(one, float) and isinstance(other, float):
        return abs(one - other) <= tolerance
    return one == other
