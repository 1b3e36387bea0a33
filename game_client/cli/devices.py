"""`devices`: which input devices this game knows, and which can be used here and now."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

from game_client.cli._options import add_data
from game_client.devices._lsl_decoding import StreamError, decoding_of
from game_client.devices._lsl_inlet import TYPE, LslMissingError, present
from game_client.devices.joystick import ONE_AXIS
from shared.cli._command import Command, add_json, show
from shared.plugins import discover
from shared.wire.plan import DecoderPlan
from shared.wire.session import TICK_HZ

if TYPE_CHECKING:
    import argparse

    from game_client.engine.input import Stick

_THERE = {"touch": "not known before the first touch"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_data(parser)
    add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    show(listed(), as_json=arguments.json)
    return 0


def listed() -> list[dict[str, Any]]:
    """Return a row a device: kind, what it is, what is there, its rate, whether it can be used, why not.

    `rate_hz` is how often play reads it, samples a second; `there` names the joysticks with their axes.
    """
    from game_client.engine.probe import has_mouse, sticks

    joysticks = sticks()[0]
    found: list[dict[str, Any]] = []
    for kind, device in discover("game_client.devices", "DEVICE").items():
        summary = (sys.modules[device.__module__].__doc__ or "").strip().splitlines()[0]
        there = _THERE.get(kind, "")
        problem = "" if has_display() else "it plays in a window, and there is no display"
        if kind == "mouse":
            there = "a mouse or touchpad" if has_mouse() else ""
            problem = problem or ("" if there else "no mouse or touchpad is listed by this system")
        elif kind == "joystick":
            there = "; ".join(f"{each.name}, {len(each.axes)} axes" for each in joysticks)
            problem = problem or why_no_joystick(joysticks)
        elif kind == "lsl_stream":
            there, why = streams()
            problem = problem or why
        found.append(
            {
                "kind": kind,
                "what": summary,
                "there": there,
                "rate_hz": TICK_HZ,
                "usable": not problem,
                "why_not": problem,
            }
        )
    found.append(
        {
            "kind": "virtual",
            "what": "A virtual patient's hand: exact, on every tick (play --virtual).",
            "there": "a virtual patient",
            "rate_hz": TICK_HZ,
            "usable": True,
            "why_not": "",
        }
    )
    return found


def why_no_joystick(joysticks: list[Stick]) -> str:
    """Say why none of these joysticks can be a hand; empty when one can."""
    if not joysticks:
        return "no joystick is plugged in"
    if all(len(each.axes) < 2 for each in joysticks):
        return ONE_AXIS.format(name=joysticks[0].name)
    return ""


def streams() -> tuple[str, str]:
    """Say which decoders' streams are on this machine, and why none of them can be decoded; looks for 1 s."""
    try:
        there, refused = present(1.0)
    except LslMissingError as error:
        return "", str(error)
    names, usable = [], False
    for each in there:
        rate = f"{each.rate_hz:g} Hz" if each.rate_hz else "irregular"
        names.append(f"{each.name}, {rate}, {each.channels} channels")
        try:
            decoding_of(each, DecoderPlan())
            usable = True
        except StreamError as error:
            refused.append(str(error))
    none = f"no stream of type {TYPE} was found on this machine: start the decoder's program"
    return "; ".join(names), "" if usable else "; ".join(refused) or none


def has_display() -> bool:
    """Whether a window can open: Windows and macOS have a desktop, elsewhere an X or Wayland display."""
    if sys.platform in ("win32", "darwin"):
        return True
    return any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "SDL_VIDEODRIVER"))


COMMAND = Command("devices", "list the input devices", add_arguments, run)
