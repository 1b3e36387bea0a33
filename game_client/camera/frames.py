"""The capture port: a camera, a video file or a generated clip, each as frames with their capture time."""

from __future__ import annotations

import importlib
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from shared.errors import MovereError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray


class CameraError(MovereError):
    """The camera path can't be used; the sentence says what to do."""


@dataclass(frozen=True)
class Camera:
    index: int = 0


@dataclass(frozen=True)
class VideoFile:
    path: str


@dataclass(frozen=True)
class Clip:
    """A callable `package.module:name` that yields frames; it is imported and run in the child."""

    name: str
    rate_hz: float = 30.0


Source = Camera | VideoFile | Clip


def cameras() -> list[str]:
    """Name the cameras that this system lists; only Linux tells without opening them."""
    if not sys.platform.startswith("linux"):
        return [f"not known on {sys.platform} before one is opened"]
    found = sorted(Path("/sys/class/video4linux").glob("video*"))
    return [f"{each.name}: {(each / 'name').read_text().strip()}" for each in found]


def frames(source: Source) -> Iterator[tuple[int, NDArray[Any] | None]]:
    """Yield (t_ns of `time.perf_counter_ns`, frame of shape (height, width, 3), uint8, blue first).

    Files and clips are paced by their own rate, as a camera would be, and end. A camera that stops giving
    pictures does not end: it yields None, is opened again about once a second, and goes on when it is back.

    Raises:
        CameraError: there is no such camera, or the file is no video.
    """
    if isinstance(source, Clip):
        module, _, name = source.name.partition(":")
        yield from _paced(getattr(importlib.import_module(module), name)(), source.rate_hz)
    elif isinstance(source, VideoFile):
        yield from _file(source.path)
    else:
        yield from followed(lambda: _camera(source.index), f"camera {source.index}")


def followed(opened: Callable[[], Any], name: str, retry_s: float = 1.0) -> Iterator[tuple[int, Any]]:
    """Yield what `opened` (a cv2.VideoCapture, open or not) gives, None while it gives nothing.

    Raises:
        CameraError: it is not there to begin with.
    """
    capture = opened()
    if not capture.isOpened():
        raise CameraError(f"{name} can't be opened: plug it in, or play with the mouse")
    while True:
        try:
            for frame in _read(capture):
                yield time.perf_counter_ns(), frame
        finally:
            capture.release()
        while True:
            yield time.perf_counter_ns(), None
            time.sleep(retry_s)
            capture = opened()
            if capture.isOpened():
                break
            capture.release()


def _camera(index: int) -> Any:
    import cv2

    return cv2.VideoCapture(index)


def _file(path: str) -> Iterator[tuple[int, NDArray[Any]]]:
    import cv2

    if not Path(path).is_file():
        raise CameraError(f"there is no file {path}: give the path of a video")
    capture = cv2.VideoCapture(path)
    try:
        if not capture.isOpened():
            raise CameraError(f"{path} is no video that can be read: give another file")
        yield from _paced(_read(capture), capture.get(cv2.CAP_PROP_FPS) or 30.0)
    finally:
        capture.release()


def _read(capture: Any) -> Iterator[NDArray[Any]]:
    while True:
        ok, frame = capture.read()
        if not ok:
            return
        yield frame


def _paced(pictures: Iterator[NDArray[Any]], rate_hz: float) -> Iterator[tuple[int, NDArray[Any]]]:
    due_ns = time.perf_counter_ns()
    for frame in pictures:
        time.sleep(max(0, due_ns - time.perf_counter_ns()) * 1e-9)
        yield time.perf_counter_ns(), frame
        due_ns += round(1e9 / rate_hz)
