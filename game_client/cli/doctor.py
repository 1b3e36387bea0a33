"""`doctor`: what is wrong on this machine, and how to mend it. It changes nothing and needs no lock."""

from __future__ import annotations

import os
import shutil
import sqlite3
from typing import TYPE_CHECKING, Literal

from msgspec import Struct, to_builtins

from game_client.camera.frames import cameras
from game_client.camera.tracker import NOT_INSTALLED
from game_client.camera.untested import UNTESTED
from game_client.cli._options import add_camera, add_data, camera_of, data_of, print_line, tell
from game_client.cli.devices import has_display, listed, why_no_joystick
from game_client.devices._rest import DRIFT_S, RestWatch
from game_client.devices.joystick import DEAD_ZONE
from game_client.hand import has_tracker
from game_client.journal.journal import is_sound
from game_client.journal.outbox import Outbox
from game_client.profiles import Keys, ProfileError, choose, folder_of, has_keyring, keys_are_private, keys_of
from game_client.session.latency import REFUSE_MS
from game_client.sync.run import status
from shared.cli._command import Command, add_json
from shared.wire.lateness import WARN_MS

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator
    from pathlib import Path

    from game_client.camera.frames import Source
    from game_client.profiles import Profile

_LITTLE_ROOM_BYTES = 500 * 1024 * 1024
UNTESTED_SYSTEMS = "The game was tried on Linux; Windows, macOS, Wayland and real graphics cards were not."


class Finding(Struct, frozen=True):
    """One thing looked at; `mend` says what to do when it is not well."""

    about: str
    level: Literal["well", "note", "wrong"]
    says: str
    mend: str = ""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_data(parser)
    parser.add_argument(
        "--latency",
        action="store_true",
        help="point the camera at the screen: measure how late it sees what the screen shows (20 s)",
    )
    add_camera(parser)
    add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    if arguments.latency:
        found = [_closed_loop(camera_of(arguments))]
    else:
        found = list(findings(data_of(arguments), arguments.profile))
    wrong = any(each.level == "wrong" for each in found)
    if arguments.json:
        print_line({"well": not wrong, "findings": to_builtins(found)})
    else:
        for each in found:
            mark = {"well": "ok  ", "note": "note", "wrong": "!!  "}[each.level]
            print(f"{mark} {each.about}: {each.says}{f' {each.mend}' if each.mend else ''}")
    return 1 if wrong else 0


def findings(data: Path, named: str | None = None) -> Iterator[Finding]:
    """Look at everything; raises ProfileError for a named profile that does not exist."""
    profile = choose(data, named)
    yield Finding("data", "well", f"kept in {data}")
    yield _room(data)
    if profile is None:
        yield Finding(
            "profile",
            "wrong",
            "this machine is not paired; unpaired play stays on the machine.",
            "Run python -m game_client pair --server URL.",
        )
    else:
        yield Finding("profile", "well", f"{profile.patient_ref} at {profile.clinic_name}")
        yield _keys(data, profile)
        yield from _journal(folder_of(data, profile.id))
    yield from _machine()


def _closed_loop(camera: Source) -> Finding:
    """Measure the whole loop; PRODUCT H19 has the limits."""
    if not has_display():
        return Finding("latency", "wrong", "there is no display to look at.", "Run it where the game plays.")
    from game_client.closed_loop import LoopError, measure
    from game_client.engine.window import Window

    tell("Point the camera at the window, so near that the patch fills its picture. It takes 20 seconds.")
    window = Window("Movere", software="SDL_FRAMEBUFFER_ACCELERATION" not in os.environ)
    try:
        delay = measure(window, camera, progress=lambda share: tell(f"{share:.0%}"))
    except LoopError as error:
        return Finding("latency", "wrong", f"the loop could not be closed: {error}.")
    finally:
        window.close()
    says = (
        f"the camera sees a change {delay.median_ms:.0f} ms after it was handed to the screen (95 % within"
        f" {delay.p95_ms:.0f} ms; {delay.changes} changes; a frame every {delay.frame_interval_ms:.0f} ms)."
    )
    if delay.median_ms > REFUSE_MS:
        return Finding("latency", "wrong", says, "Play by mouse or joystick, or with a faster camera.")
    if delay.median_ms > WARN_MS:
        return Finding("latency", "note", says, "More light lets most cameras be faster.")
    return Finding("latency", "well", says)


def _room(data: Path) -> Finding:
    place = data
    while not place.exists():
        place = place.parent
    free = shutil.disk_usage(place).free
    if free < _LITTLE_ROOM_BYTES:
        return Finding("disk", "wrong", f"only {free // 2**20} MB are free.", "Free some space.")
    return Finding("disk", "well", f"{free // 2**30} GB free")


def _keys(data: Path, profile: Profile) -> Finding:
    try:
        keys: Keys = keys_of(data, profile)
        private = keys_are_private(data, profile)
    except (ProfileError, OSError) as error:
        return Finding("keys", "wrong", str(error))
    if not private:
        path = folder_of(data, profile.id) / "keys.json"
        return Finding("keys", "wrong", "other people here can read the keys.", f"Run chmod 600 {path}.")
    if profile.keys_in == "file":
        why = "" if has_keyring() else ", since this machine has no keyring"
        return Finding("keys", "note", f"in a file that only you can read{why}; {keys.fingerprint}")
    return Finding("keys", "well", f"in the system's keyring; {keys.fingerprint}")


def _journal(folder: Path) -> Iterator[Finding]:
    path = folder / "journal.sqlite3"
    if not path.exists():
        yield Finding("journal", "well", "nothing played yet")
    elif not is_sound(path):
        yield Finding(
            "journal",
            "wrong",
            "its file is damaged.",
            "Start the game: it moves the file aside, keeps it, and goes on with a new one.",
        )
    else:
        yield from _outbox(folder)
    for each in sorted(folder.glob("journal.damaged-*.sqlite3")):
        yield Finding(
            "journal",
            "note",
            f"{each.name} was moved aside.",
            "Keep it: a session that broke off may still be in it; your clinic's technician can look.",
        )


def _outbox(folder: Path) -> Iterator[Finding]:
    try:
        with Outbox(folder) as outbox:
            found, entries = status(outbox), outbox.entries()
            kept_old = [each for each in outbox.plans() if each.outcome not in ("applied", "withdrawn")]
    except sqlite3.Error as error:
        yield Finding("journal", "wrong", f"it can't be read: {error}.", "Start the game once.")
        return
    yield Finding("journal", "well", f"sound; {len(entries)} sealed, {found.arrived} at the clinic")
    if found.needs_pairing:
        yield Finding(
            "pairing", "wrong", f"the clinic refuses this profile: {found.needs_pairing}.",
            "Pair this machine again; what is waiting is kept.",
        )  # fmt: skip
    if found.waiting:
        says = f"{found.waiting} waiting to be sent" + (f": {found.last_error}" if found.last_error else "")
        yield Finding("sync", "note", f"{says}.", "They are tried by themselves; or run sync.")
    for each in entries:
        if each.state in ("conflict", "rejected"):
            yield Finding(
                "sync", "wrong", f"{each.manifest.kind} {each.id} is in {each.state}: {each.last_error}.",
                "Its file is kept; tell your clinic.",
            )  # fmt: skip
        if not (folder / "sealed" / f"{each.id}.bundle").exists():
            yield Finding(
                "sealed", "wrong", f"the file of {each.id} is missing.", "Restore it from a backup."
            )
    if kept_old and kept_old[-1].revision > (found.plan_revision or 0):
        yield Finding(
            "plan", "wrong", f"the newest plan can't be played here ({kept_old[-1].outcome}).",
            "Update the game; the old plan stays in force until then.",
        )  # fmt: skip
    elif found.plan_revision is None:
        yield Finding("plan", "note", "there is no plan to play.", "Ask your therapist to activate one.")
    else:
        yield Finding("plan", "well", f"revision {found.plan_revision}")


def _machine() -> Iterator[Finding]:
    from game_client.engine.probe import Probe, look

    found: Probe = look(display=has_display())
    if has_display():
        yield Finding("display", "well" if not found.display_problem else "wrong",
                      found.display_problem or found.display)  # fmt: skip
    else:
        yield Finding("display", "note", "there is none.", "A virtual patient can play: play --virtual.")
    yield Finding("sdl", "well", found.sdl)
    if found.audio_problem:
        yield Finding("sound", "note", f"no sound: {found.audio_problem}.", "What sounds is also seen.")
    else:
        yield Finding("sound", "well", found.audio)
    usable = ", ".join(each["kind"] for each in listed() if each["usable"])
    yield Finding("devices", "well", f"usable now: {usable}")
    yield from _joysticks()
    if not has_tracker():
        yield Finding("camera", "note", f"{NOT_INSTALLED}.")
    elif not cameras():
        yield Finding("camera", "note", "the tracker is installed; no camera is plugged in.", "Plug one in.")
    else:
        yield Finding("camera", "well", "; ".join(cameras()), "See how late it is: doctor --latency.")
    yield Finding("untested", "note", f"the camera path was never tried on {'; '.join(UNTESTED)}.")
    yield Finding("untried", "note", UNTESTED_SYSTEMS)


def _joysticks() -> Iterator[Finding]:
    """Look whether a joystick that nobody holds rests in its middle: that takes three seconds."""
    from game_client.engine.probe import sticks

    readings = sticks(DRIFT_S + 0.3 if has_display() else 0.0)
    if not readings[0]:
        yield Finding("joystick", "note", "none is plugged in.", "Plug one in at any time, also in play.")
        return
    problem = why_no_joystick(readings[0])
    if problem:
        yield Finding("joystick", "wrong", f"{problem}.")
    for index, stick in enumerate(readings[0]):
        if len(stick.axes) < 2:
            continue
        watch = RestWatch(DEAD_ZONE)
        for step, reading in enumerate(readings):
            share_s = (DRIFT_S + 0.1) * step / max(1, len(readings) - 1)
            watch.follow(round(share_s * 1e9), *reading[index].axes[:2])
        if watch.drifts:
            x, y = readings[-1][index].axes[:2]
            yield Finding(
                "joystick",
                "wrong",
                f"{stick.name} does not rest in its middle: it stands at {x:.2f}, {y:.2f} of 1.",
                "Let go of it and look again; clean or change a stick that stays so, or play by the mouse.",
            )
        else:
            yield Finding("joystick", "well", f"{stick.name}, {len(stick.axes)} axes")


COMMAND = Command("doctor", "say what is wrong and how to mend it", add_arguments, run)
