"""The window joined to profile and journal: a session that is played and left is sealed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from game_client.app import App
from game_client.journal.outbox import Outbox
from game_client.profiles import folder_of, local
from game_client.session.replay import differences, replay
from shared.wire.codec import decode_recording, unframe

if TYPE_CHECKING:
    from pathlib import Path

    from game_client.engine.window import Window
    from game_client.scenes._flow import SessionFlow


def begun(app: App) -> SessionFlow:
    """Start, and play without measuring the reach."""
    app._begin()
    app._context.stack.settle(1)
    app._context.stack.top.chosen("skip")  # type: ignore[union-attr]
    app._context.stack.settle(2)
    assert app._flow is not None
    return app._flow


def test_a_session_left_in_the_window_is_sealed_and_replays(window: Window, tmp_path: Path) -> None:
    profile = local(tmp_path, now_utc_ms=1)
    app = App(window, tmp_path, profile)
    assert app._home().games == 1
    flow = begun(app)
    for name in ("pain", "effort", "warning"):
        flow.command(name, 0.0)
    session = flow.session
    assert session.stage == "play"
    session.anchor(1)
    for tick in range(600):
        session.tick(tick, 0)
    app.run(seconds=0.4)  # leaving in the middle of a trial
    with Outbox(folder_of(tmp_path, profile.id)) as outbox:
        entry = outbox.entries()[0]
        recording = decode_recording(unframe(outbox.file(entry.id)))
    assert recording.ended_reason == "quit"
    assert recording.ticks == 600
    assert recording.device.kind == "mouse"
    assert not differences(recording.events, replay(recording))


def test_the_day_is_full_after_the_plans_number_of_sessions(window: Window, tmp_path: Path) -> None:
    app = App(window, tmp_path, local(tmp_path, now_utc_ms=1))
    for _ in range(3):
        assert app._home().games == 1
        begun(app).quit()
    assert app._home().games == 0
    app.run(seconds=0.1)
