"""The camera's own process: it captures and tracks, and shares only the newest landmark."""

from __future__ import annotations

import ctypes
import multiprocessing
from typing import TYPE_CHECKING, Any, NamedTuple

from game_client.camera.frames import CameraError, Source, frames
from game_client.camera.hands import MediaPipeHands

if TYPE_CHECKING:
    from multiprocessing.synchronize import Event

_STOP_S = 5.0


class _Shared(ctypes.Structure):
    _fields_ = (
        ("frames", ctypes.c_int64),
        ("found", ctypes.c_int64),
        ("t_ns", ctypes.c_int64),
        ("x", ctypes.c_double),
        ("y", ctypes.c_double),
        ("confidence", ctypes.c_double),
        ("has_hand", ctypes.c_bool),
        ("error", ctypes.c_char * 400),
    )


class Landmark(NamedTuple):
    """The newest frame's result: x to the right, y down, both in picture widths from the picture's centre."""

    frames: int
    found: int
    t_ns: int
    x: float
    y: float
    confidence: float
    has_hand: bool


class Capture:
    """Start with `Capture(source)`, read `newest()`, and `close()`; the child also ends with its parent."""

    def __init__(self, source: Source) -> None:
        context = multiprocessing.get_context("spawn")
        self._shared: Any = context.Value(_Shared)
        self._stop = context.Event()
        self.process = context.Process(target=_track, args=(source, self._shared, self._stop), daemon=True)
        self.process.start()

    def newest(self) -> Landmark:
        """Raises CameraError with the child's sentence, or when the child broke off."""
        with self._shared.get_lock():
            now = self._shared
            error = now.error.decode(errors="ignore")
            newest = Landmark(now.frames, now.found, now.t_ns, now.x, now.y, now.confidence, now.has_hand)
        if error:
            raise CameraError(error)
        if self.process.exitcode:
            raise CameraError("the camera's process broke off: start again, or play with the mouse")
        return newest

    def close(self) -> None:
        self._stop.set()
        self.process.join(_STOP_S)
        if self.process.is_alive():
            self.process.kill()
            self.process.join()


def _track(source: Source, shared: Any, stop: Event) -> None:
    parent = multiprocessing.parent_process()
    try:
        tracker = MediaPipeHands()
        for t_ns, frame in frames(source):
            if stop.is_set() or parent is None or not parent.is_alive():
                return
            found = tracker.find(frame)
            height, width = frame.shape[:2]
            with shared.get_lock():
                shared.frames += 1
                shared.t_ns = t_ns
                shared.has_hand = found is not None
                if found is not None:
                    shared.found += 1
                    shared.x, shared.y = found[0] - 0.5, (found[1] - 0.5) * height / width
                    shared.confidence = found[2]
    except CameraError as error:
        shared.error = str(error).encode()[:399]
