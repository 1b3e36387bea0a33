"""`devices`: which input devices this game knows, and which can be used here and now."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

from game_client.cli._options import add_data
from shared.cli._command import Command, add_json, show
from shared.plugins import discover

if TYPE_CHECKING:
    import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_data(parser)
    add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    show(listed(), as_json=arguments.json)
    return 0


def listed() -> list[dict[str, Any]]:
    """Return a row a device: kind, what it is, whether it can be used now, and why not."""
    found = []
    for kind, device in discover("game_client.devices", "DEVICE").items():
        summary = (sys.modules[device.__module__].__doc__ or "").strip().splitlines()[0]
        problem = "" if has_display() else "it plays in a window, and there is no display"
        found.append({"kind": kind, "what": summary, "usable": not problem, "why_not": problem})
    found.append(
        {
            "kind": "virtual",
            "what": "A virtual patient's hand: exact, on every tick (play --virtual).",
            "usable": True,
            "why_not": "",
        }
    )
    return found


def has_display() -> bool:
    """Whether a window can open: Windows and macOS have a desktop, elsewhere an X or Wayland display."""
    if sys.platform in ("win32", "darwin"):
        return True
    return any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "SDL_VIDEODRIVER"))


COMMAND = Command("devices", "list the input devices", add_arguments, run)
