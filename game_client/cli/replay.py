"""`replay`: play a recording again; exit code 1 when other events come out."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from game_client.cli._options import print_line
from game_client.cli.devices import has_display
from game_client.session.replay import differences, replay
from game_client.sitting import client
from shared.cli._command import Command, add_json
from shared.errors import MovereError
from shared.wire.codec import decode_json, decode_recording, open_sealed, unframe
from shared.wire.sync import Manifest

if TYPE_CHECKING:
    import argparse

    from shared.wire.session import Recording

ELSEWHERE = 1e-6
"""How far numbers may differ on another build than the one that recorded."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE", help="a sealed recording (.bundle)")
    parser.add_argument("--show", action="store_true", help="show it in a window, in real time; Esc leaves")
    add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    recording = read(arguments.file)
    if arguments.show:
        return _show(recording)
    tolerance = tolerance_for(recording)
    found = differences(recording.events, replay(recording), tolerance)
    if arguments.json:
        print_line(
            {
                "session_id": str(recording.id),
                "events": len(recording.events),
                "ticks": recording.ticks,
                "tolerance": tolerance,
                "same": not found,
                "differences": found,
            }
        )
    elif found:
        print("\n".join(found))
    else:
        print(f"the same {len(recording.events)} events came out of {recording.ticks} ticks")
    return 1 if found else 0


def _show(recording: Recording) -> int:
    if not has_display():
        raise MovereError("there is no display for the window: leave --show out to compare the events")
    from game_client import words
    from game_client.engine.loop import Loop
    from game_client.engine.window import Window
    from game_client.scenes._context import Context
    from game_client.scenes.watch import Watch

    context = Context(words.load("en"))
    window = Window("Movere", software="SDL_FRAMEBUFFER_ACCELERATION" not in os.environ)
    try:
        context.stack.push(Watch(context, recording))
        Loop(window, context.stack, lambda: context.look).run()
    finally:
        window.close()
    return 0


def read(path: Path) -> Recording:
    """Read a sealed recording, held to the manifest beside it when there is one.

    Raises:
        MovereError: it can't be read, is damaged, or is newer than this game.
    """
    try:
        data = path.read_bytes()
        beside = path.with_suffix(".json")
        manifest = decode_json(beside.read_bytes(), Manifest) if beside.is_file() else None
    except OSError as error:
        raise MovereError(f"{path} can't be read: {error.strerror}") from error
    if manifest is None:
        return decode_recording(unframe(data))
    return decode_recording(
        open_sealed(
            data,
            size_raw=manifest.size_raw,
            sha256_file=manifest.sha256_file,
            sha256_raw=manifest.sha256_raw,
        )
    )


def tolerance_for(recording: Recording) -> float:
    """Nothing on the build that recorded (same Python, numpy and platform), else a millionth."""
    here = client("")
    same = (recording.client.python, recording.client.platform) == (here.python, here.platform)
    return 0.0 if same else ELSEWHERE


COMMAND = Command("replay", "play a recording again and compare", add_arguments, run)
