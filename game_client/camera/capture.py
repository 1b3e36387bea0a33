"""The camera's own process: it captures and tracks, and shares only points, light and counts.

Frames never leave its memory. What it shares lies in memory without a lock (see `ring`), so that the game
never waits for it.
"""

from __future__ import annotations

import ctypes
import multiprocessing
import time
from multiprocessing.sharedctypes import RawValue
from typing import TYPE_CHECKING, Any, NamedTuple

from game_client.camera.frames import CameraError, Source, frames
from game_client.camera.light import LightMeter
from game_client.camera.people import Faces
from game_client.camera.ring import Result, Ring
from game_client.camera.tracker import Point, TrackerName, make_tracker

if TYPE_CHECKING:
    from multiprocessing.synchronize import Event

    from numpy.typing import NDArray

_STOP_S = 1.5  # the game waits for it; a camera that hangs is let go of by force
_STUCK_NS = 350_000_000  # play pauses within half a second; a slow camera in the dark gives five a second
_FACES_EVERY = 30  # frames: once a second
_RUNS, _UNPLUGGED, _ENDED, _FAILED = range(4)


class Problem(NamedTuple):
    """Why no points come: `code` is `failed`, `broke_off`, `ended`, `unplugged` or `stuck`.

    The last two pass by themselves when pictures come again.
    """

    code: str
    sentence: str


class _State(ctypes.Structure):
    _fields_ = (("code", ctypes.c_int32), ("error", ctypes.c_char * 400))


class Capture:
    """Start with `Capture(source)`, read `newest()`, and `close()`; the child also ends with its parent."""

    def __init__(self, source: Source, tracker: TrackerName = "hand") -> None:
        context = multiprocessing.get_context("spawn")
        self.ring = Ring()
        self._state: Any = RawValue(_State)
        self._stop = context.Event()
        self.process = context.Process(
            target=_track, args=(source, tracker, self.ring, self._state, self._stop), daemon=True
        )
        self.process.start()

    def newest(self) -> Result:
        """Return the newest frame's result; it never waits and never raises."""
        return self.ring.newest()

    def since(self, number: int) -> list[Result]:
        """Return the results of the frames after this number, oldest first."""
        return self.ring.since(number)

    def problem(self, t_ns: int) -> Problem | None:
        """Say what keeps points from coming at t_ns (`time.perf_counter_ns`); None when nothing does."""
        code = self._state.code
        if code == _FAILED:
            return Problem("failed", self._state.error.decode(errors="ignore"))
        if code == _ENDED:
            return Problem("ended", "the video is over: start it again, or play with the mouse")
        if code == _UNPLUGGED:
            return Problem(
                "unplugged", "the camera gives no picture any more: plug it in again, or play with the mouse"
            )
        if self.process.exitcode is not None:
            return Problem("broke_off", "the camera's process broke off: start again, or play with the mouse")
        newest = self.newest()
        if newest.number and t_ns - newest.t_ns > _STUCK_NS:
            return Problem("stuck", "the camera has stopped: plug it in again, or play with the mouse")
        return None

    def sentence(self, t_ns: int) -> str:
        """Say the same as a sentence, "" when nothing keeps points from coming."""
        found = self.problem(t_ns)
        return "" if found is None else found.sentence

    def close(self) -> None:
        """End the child; a second call does nothing."""
        self._stop.set()
        self.process.join(_STOP_S)
        if self.process.is_alive():
            self.process.kill()
            self.process.join()


def _track(source: Source, name: TrackerName, ring: Ring, state: Any, stop: Event) -> None:
    parent = multiprocessing.parent_process()
    try:
        watch = _Watch(name, ring)
        for t_ns, frame in frames(source):
            if stop.is_set() or parent is None or not parent.is_alive():
                return
            if frame is not None:
                watch.take(frame, t_ns)
            state.code = _UNPLUGGED if frame is None else _RUNS
        state.code = _ENDED
    except CameraError as error:
        state.error = str(error).encode()[:399]
        state.code = _FAILED


class _Watch:
    """Everything that is done with a frame."""

    def __init__(self, name: TrackerName, ring: Ring) -> None:
        self._tracker, self._faces, self._meter = make_tracker(name), Faces(), LightMeter()
        self._ring = ring
        self._number = self._found = 0
        self._people: int | None = None

    def take(self, frame: NDArray[Any], t_ns: int) -> None:
        light = self._meter.measure(frame, t_ns)
        seen = self._tracker.find(frame, t_ns)
        if self._number % _FACES_EVERY == 0:
            self._people = self._faces.count(frame)
        self._number += 1
        self._found += seen is not None
        aspect = frame.shape[0] / frame.shape[1]
        points = () if seen is None else tuple(_centred(each, aspect) for each in seen.points)
        people = self._people
        if seen is not None and seen.how_many > 1:
            people = max(people or 0, seen.how_many)
        done_ns = time.perf_counter_ns()
        self._ring.write(Result(self._number, self._found, t_ns, done_ns, points, people, light, aspect))


def _centred(point: Point, aspect: float) -> Point:
    return Point(point.x - 0.5, (point.y - 0.5) * aspect, point.z, point.confidence)
