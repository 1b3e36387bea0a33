"""`devices`: which input devices this game knows, and which can be used here and now."""

from __future__ import annotations

import os
import sys
import time
from typing import TYPE_CHECKING, Any

from game_client.camera.frames import VideoFile, cameras
from game_client.camera.tracker import NOT_INSTALLED
from game_client.cli._options import add_camera, add_data, camera_of, data_of
from game_client.devices._lsl_decoding import StreamError, decoding_of
from game_client.devices._lsl_inlet import TYPE, LslMissingError, present
from game_client.devices.joystick import ONE_AXIS
from game_client.hand import has_tracker
from game_client.journal.outbox import Outbox
from game_client.profiles import folder_of, profiles
from shared.cli._command import Command, add_json, show
from shared.plugins import discover
from shared.wire.codec import decode_recording, unframe
from shared.wire.lateness import total_ms
from shared.wire.plan import DecoderPlan
from shared.wire.session import TICK_HZ

if TYPE_CHECKING:
    import argparse
    from pathlib import Path

    from game_client.camera.frames import Source
    from game_client.devices.webcam_body import WebcamBody
    from game_client.devices.webcam_hand import WebcamHand
    from game_client.engine.input import Stick

_LOOK_S, _LATEST_SESSIONS = 10.0, 10
_THERE = {
    "touch": "not known before the first touch",
    "virtual": "a virtual patient (play --virtual)",
    "replay": "a recording (replay FILE --show)",
}
_WITHOUT_A_WINDOW = ("virtual", "replay")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_data(parser)
    add_camera(parser)
    add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    rows = listed(camera_of(arguments))
    late = latest_latencies(data_of(arguments))
    for each in rows:
        each["latency_ms"] = each["latency_ms"] or late.get(each["kind"])
    show(rows, as_json=arguments.json)
    return 0


def listed(camera: Source | None = None) -> list[dict[str, Any]]:
    """Return a row a device: kind, what it is, what is there, rate, lateness, usable or not, and why not.

    `rate_hz` is samples a second: how often play reads it, or what a camera gives when `camera` is looked
    through for a moment, which also tells `latency_ms`, from its frame to the hand's place.
    """
    from game_client.engine.probe import has_mouse, sticks

    joysticks = sticks()[0]
    found: list[dict[str, Any]] = []
    for kind, device in discover("game_client.devices", "DEVICE").items():
        summary = (sys.modules[device.__module__].__doc__ or "").strip().splitlines()[0]
        there = _THERE.get(kind, "")
        if kind in _WITHOUT_A_WINDOW:
            found.append(_row(kind, summary, there, float(TICK_HZ), 0.0, ""))
            continue
        rate_hz, latency_ms = float(TICK_HZ), None
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
        elif kind in ("webcam_hand", "webcam_body"):
            there, rate_hz, latency_ms, why = _through_a_camera(device, camera)
            problem = problem or why
        found.append(_row(kind, summary, there, rate_hz, latency_ms, problem))
    return found


def _row(
    kind: str, what: str, there: str, rate_hz: float, latency_ms: float | None, why_not: str
) -> dict[str, Any]:
    return {
        "kind": kind,
        "what": what,
        "there": there,
        "rate_hz": rate_hz,
        "latency_ms": latency_ms,
        "usable": not why_not,
        "why_not": why_not,
    }


def _through_a_camera(
    made: type[WebcamHand] | type[WebcamBody], camera: Source | None
) -> tuple[str, float, float | None, str]:
    """Say which cameras are there, what they give when looked through, and why they can't be used."""
    there = "; ".join(cameras()) if not isinstance(camera, VideoFile) else camera.path
    if not has_tracker():
        return there, 0.0, None, NOT_INSTALLED
    if not there:
        return "", 0.0, None, "no camera is plugged in"
    if camera is None:
        return there, 0.0, None, ""
    device = made(camera)
    try:
        until_s = time.monotonic() + _LOOK_S
        while time.monotonic() < until_s:
            pace, sentence = device.pace_ms(), device.capture.sentence(time.perf_counter_ns())
            if pace is not None:
                return there, round(1000.0 / pace[0], 1), round(pace[1], 1), ""
            if sentence:
                return there, 0.0, None, sentence
            time.sleep(0.05)
    finally:
        device.close()
    return there, 0.0, None, "no picture came within ten seconds"


def latest_latencies(data: Path) -> dict[str, float]:
    """Return how late each device was in its latest session on this machine, ms, movement to picture."""
    found: dict[str, tuple[int, float]] = {}
    for profile in profiles(data):
        with Outbox(folder_of(data, profile.id)) as outbox:
            sessions = [each for each in outbox.entries() if each.manifest.kind == "session"]
            for entry in sessions[-_LATEST_SESSIONS:]:
                recording = decode_recording(unframe(outbox.file(entry.id)))
                late_ms = None if recording.latency is None else total_ms(recording.latency)
                kind, at_ms = recording.device.kind, recording.started_utc_ms
                if late_ms is not None and at_ms >= found.get(kind, (0, 0.0))[0]:
                    found[kind] = at_ms, round(late_ms, 1)
    return {kind: late_ms for kind, (_, late_ms) in found.items()}


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
