"""The game with the camera on: the window, the loop and a game, beside the real hand tracker, on two cores.

As a program it measures one game and prints one JSON object; `with_camera` runs it so, since a process that
drew another window before is no fair start.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import uuid
from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from deploy._setup import ROOT
from game_client import words
from game_client.camera.frames import Clip
from game_client.devices._port import HasTracker
from game_client.devices.webcam_hand import WebcamHand
from game_client.engine.loop import FRAME_HZ, TICK_HZ, Loop
from game_client.engine.window import Window
from game_client.hand import fitted
from game_client.scenes._context import Context
from game_client.scenes._flow import SessionFlow
from game_client.session.run import SessionRun
from game_client.sitting import new_header
from game_client.virtual import DEVICE, practice_plan

if TYPE_CHECKING:
    from game_client.camera.ring import Result
    from game_client.devices._port import Device
    from game_client.engine.input import Input
    from shared.wire.plan import Plan

GAMES = ("tide_anchor", "ferry_crossing")
NAMES = {"tide_anchor": "Tide & Anchor", "ferry_crossing": "Ferry Crossing"}
SECONDS = 20.0
# Not quite 30: a camera has its own clock, so that its frames fall anywhere between two ticks.
_CLIP = Clip("tests.game_client.camera.drawn_hand:endless", 30_000 / 1001)
_LATE_MS = 1.5 * 1000 / FRAME_HZ
_STARTS_S = 30.0  # the tracker's start and the clip's making
_COUNTDOWN_S = 3.5
_TRIALS = 400  # more than are played
_ID = uuid.UUID("01900000-0000-7000-8000-00000000000c")


@dataclass(frozen=True)
class Beside:
    """One game beside the tracker.

    `dropped` and `dropped_without` are shares of frames that came more than 1.5 frames' time after the one
    before, with the camera and in the same play without it. `tracker_ms` is from a frame's capture to its
    points, `taken_ms` from capture until a tick had them, `waited_ms` between the two: median and 95th
    percentile.
    """

    game: str
    frames: int
    samples: int
    dropped: float
    dropped_without: float
    tracker_ms: tuple[float, float]
    taken_ms: tuple[float, float]
    waited_ms: tuple[float, float]
    frame_ms: tuple[float, float]


def with_camera(game: str, seconds: float = SECONDS, display: str = "") -> Beside:
    """Measure one game in a process of its own; `display` names an X display, else nothing is shown.

    Raises:
        subprocess.CalledProcessError: the game or the tracker did not run; standard error says why.
    """
    environment = dict(os.environ, PYTHONPATH=str(ROOT), SDL_AUDIODRIVER="dummy", SDL_VIDEODRIVER="dummy")
    if display:
        environment |= {"SDL_VIDEODRIVER": "x11", "DISPLAY": display}
    done = subprocess.run(
        [sys.executable, "-m", "deploy._bench_camera", game, str(seconds)],
        env=environment,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return msgspec.json.decode(done.stdout.splitlines()[-1], type=Beside)


class _Watched(WebcamHand):
    """Notes when each frame's result was taken: (now, captured, tracked), ns."""

    def __init__(self) -> None:
        super().__init__(_CLIP)
        self.taken: list[tuple[int, int, int]] = []

    def _follow(self, result: Result) -> tuple[int, int, int] | None:
        self.taken.append((time.perf_counter_ns(), result.t_ns, result.done_ns))
        return super()._follow(result)


class _Kept:
    """Hands a device on and keeps what it gave at each tick."""

    def __init__(self, device: Device) -> None:
        self.device = device
        self.places: list[tuple[int, int, int, int]] = []
        self.kind, self.unit, self.movements = device.kind, device.unit, device.movements
        self.gain_um_per_count, self.wants_relative = device.gain_um_per_count, device.wants_relative

    @property
    def problem(self) -> str:
        return self.device.problem

    def handle(self, value: Input) -> None:
        """Nobody touches the machine while it is measured."""

    def at(self, t_ns: int) -> tuple[int, int, int, int]:
        self.places.append(self.device.at(t_ns))
        return self.places[-1]

    def take_rows(self) -> tuple[str, list[tuple[int, ...]]]:
        return self.device.take_rows()

    def take_tracker_ns(self) -> list[int]:
        return self.device.take_tracker_ns() if isinstance(self.device, HasTracker) else []

    def close(self) -> None:
        self.device.close()


class _Again(_Kept):
    """Gives the same places again, tick by tick, without a camera."""

    problem = ""

    def __init__(self, earlier: _Kept) -> None:
        super().__init__(earlier.device)
        self.given = iter(earlier.places)

    def at(self, t_ns: int) -> tuple[int, int, int, int]:
        self.places.append(next(self.given, self.places[-1] if self.places else (0, 0, 0, 2)))
        return self.places[-1]

    def take_rows(self) -> tuple[str, list[tuple[int, ...]]]:
        return "raw_points", []

    def take_tracker_ns(self) -> list[int]:
        return []


def _play(window: Window, plan: Plan, device: _Kept, seconds: float) -> tuple[list[int], list[float]]:
    """Play past the countdown, then for so long; return the frames' times in ns and what each took in ms.

    Raises:
        RuntimeError: play did not run all the time.
    """
    header = new_header(
        plan,
        profile_id=_ID,
        numbers=(1, 1),
        boot_id="bench",
        device=DEVICE,
        display=window.driver,
        seed=1,
    )
    session = SessionRun(header)
    for answer in ("pain", "effort", "warning"):
        session.command(answer, 0.0)
    context = Context(words.load("en"))
    flow = SessionFlow(context, session, device, lambda: _drop(session), context.stack.clear)
    loop = Loop(window, context.stack, lambda: context.look)
    flow.start()
    loop.run(seconds=_COUNTDOWN_S)
    shown_ns: list[int] = []
    loop.every_frame = lambda: shown_ns.append(time.perf_counter_ns())
    loop.frame_ms.clear()
    before = session.ticks
    loop.run(seconds=seconds)
    if session.ticks - before < 0.98 * seconds * TICK_HZ:
        raise RuntimeError(
            f"play stood still: {session.ticks - before} ticks, {device.problem or 'no problem'}"
        )
    return shown_ns, list(loop.frame_ms)


def _drop(session: SessionRun) -> None:
    """Take a finished trial's piece; what the journal costs is another benchmark's."""
    session.take_piece()


def _dropped(shown_ns: list[int]) -> float:
    gaps_ms = [(after - before) * 1e-6 for before, after in pairwise(shown_ns)]
    return sum(each > _LATE_MS for each in gaps_ms) / len(gaps_ms)


def _two(values: list[float]) -> tuple[float, float]:
    return round(float(np.median(values)), 2), round(float(np.percentile(values, 95)), 2)


def measure(game: str, seconds: float) -> Beside:
    """Play a game beside the tracker, then the same play without it."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:2])
    watched = _Watched()
    try:
        until = time.monotonic() + _STARTS_S
        while not watched.capture.newest().found:
            if time.monotonic() > until:
                raise RuntimeError(watched.capture.sentence(time.perf_counter_ns()) or "no hand was found")
            time.sleep(0.05)
        window = Window("bench", software=True)
        plan = practice_plan(_ID, game=game, trials=_TRIALS)
        with_it = _Kept(fitted(watched, plan).device)
        shown_ns, frame_ms = _play(window, plan, with_it, seconds)
    finally:
        watched.close()
    without_ns, _ = _play(window, plan, _Again(with_it), seconds)
    taken = [each for each in watched.taken if each[0] >= shown_ns[0]]
    return Beside(
        game=game,
        frames=len(shown_ns),
        samples=len(taken),
        dropped=_dropped(shown_ns),
        dropped_without=_dropped(without_ns),
        tracker_ms=_two([(done - at) * 1e-6 for _, at, done in taken]),
        taken_ms=_two([(now - at) * 1e-6 for now, at, _ in taken]),
        waited_ms=_two([(now - done) * 1e-6 for now, _, done in taken]),
        frame_ms=_two(frame_ms),
    )


if __name__ == "__main__":
    print(json.dumps(asdict(measure(sys.argv[1], float(sys.argv[2])))))
