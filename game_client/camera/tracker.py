"""The tracker port: a frame in, a few points out; and which adapter stands behind each name."""

from __future__ import annotations

import os
import warnings
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

TrackerName = Literal["hand", "body", "hand_tasks", "body_tasks", "light"]

TIP, WRIST, KNUCKLE = range(3)
"""The points of a hand: index finger's tip, wrist, root of the middle finger."""
NOSE, LEFT_SHOULDER, RIGHT_SHOULDER, LEFT_HIP, RIGHT_HIP = range(5)
"""The points of a body; left and right are the person's own."""

HAND_POINTS = (8, 0, 9)
BODY_POINTS = (0, 11, 12, 23, 24)
"""Where these points stand in MediaPipe's lists."""

NOT_INSTALLED = (
    "the tracker is not installed: python3 deploy/start.py adds the webcam group on Python 3.11 and 3.12;"
    " mouse and joystick work"
)


class Point(NamedTuple):
    """A place in the picture: `x` to the right, `y` down, `z` away from the camera, and confidence 0..1.

    A tracker gives x and y as fractions of the picture's width and height; what the capture process shares
    is in picture widths from the picture's centre. `z` is the tracker's guess, about in picture widths.
    """

    x: float
    y: float
    z: float
    confidence: float


class Seen(NamedTuple):
    """What one frame shows: the points of the one that is followed, and how many were found."""

    points: tuple[Point, ...]
    how_many: int


class Tracker(Protocol):
    def find(self, frame: NDArray[Any], t_ns: int) -> Seen | None:
        """Return the points of a frame of shape (height, width, 3), uint8, blue first; None without one."""


class LightOnly:
    """Finds nothing: for whoever only wants to know how bright each frame is."""

    def find(self, frame: NDArray[Any], t_ns: int) -> Seen | None:
        return None


def make_tracker(name: TrackerName) -> Tracker:
    """Make the tracker, in a process of its own: file descriptor 2 points at nothing from here on.

    MediaPipe's C++ log writes there. `hand` and `body` need no file; where the installed MediaPipe no longer
    carries these, the Tasks adapter takes their place.

    Raises:
        CameraError: nothing is installed, or a model file is missing; the sentence says what to do.
    """
    if name == "light":
        return LightOnly()
    from game_client.camera.hands import MediaPipeHands
    from game_client.camera.pose import MediaPipePose
    from game_client.camera.tasks import HandTask, PoseTask

    _hush()
    if name == "hand_tasks":
        return HandTask()
    if name == "body_tasks":
        return PoseTask()
    try:
        return MediaPipeHands() if name == "hand" else MediaPipePose()
    except ImportError:
        return HandTask() if name == "hand" else PoseTask()


def chosen(landmarks: Sequence[Any], places: Sequence[int], confidence: float | None) -> tuple[Point, ...]:
    """Pick the points at these places; without one confidence for all, each has its own visibility."""
    return tuple(
        Point(
            float(each.x),
            float(each.y),
            float(each.z),
            float(each.visibility if confidence is None else confidence),
        )
        for each in (landmarks[place] for place in places)
    )


def _hush() -> None:
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, 2)
    os.close(nothing)
    warnings.filterwarnings("ignore", "SymbolDatabase.GetPrototype", UserWarning)
