"""A generated clip: an open right hand with shading rests, reaches up and comes back; its truth is exact."""

from __future__ import annotations

import itertools
import math
from functools import cache
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

WIDTH, HEIGHT, FRAMES = 640, 480, 180
_CYCLE, _REST, _MOVE, _STAY = 60, 26, 8, 18  # frames of one reach and its way back
_REACH_PX = 64.0  # a tenth of the picture's width
_SKIN, _SHADE, _LIGHT = (140, 172, 226), (104, 132, 190), (166, 196, 240)
# Knuckle and tip of thumb, index, middle, ring, little finger, relative to the palm's middle; half widths.
_FINGERS = (
    ((-48, 18), (-104, -38), 15, 12),
    ((-36, -44), (-52, -132), 14, 10),
    ((-11, -52), (-13, -150), 14, 10),
    ((14, -49), (25, -136), 13, 10),
    ((36, -38), (62, -102), 12, 9),
)


def tip(frame: int) -> tuple[float, float]:
    """The middle of the index finger's round end in this frame, pixels, y down."""
    x, y = _palm(frame)
    _, end, _, thin = _FINGERS[1]
    length = math.hypot(*end)
    return x + end[0] * (1 - thin / length), y + end[1] * (1 - thin / length)


def _palm(frame: int) -> tuple[float, float]:
    """At rest the fingertip is in the picture's middle."""
    return WIDTH / 2 + 50, HEIGHT / 2 + 124 - _REACH_PX * _share(frame % _CYCLE)


def _share(at: int) -> float:
    """How much of the reach is done: minimum jerk out, a stay, and back."""
    out = min(1.0, max(0.0, (at - _REST) / _MOVE))
    back = min(1.0, max(0.0, (at - _REST - _MOVE - _STAY) / _MOVE))
    return _smooth(out) - _smooth(back)


def _smooth(tau: float) -> float:
    return tau**3 * (10 - 15 * tau + 6 * tau * tau)


def clip() -> Iterator[NDArray[Any]]:
    """The whole clip, with noise from a fixed seed, as a camera has."""
    noise = np.random.default_rng(1)
    for frame in range(FRAMES):
        yield picture(_palm(frame), noise)


def endless() -> Iterator[NDArray[Any]]:
    """The reach and its way back for ever; drawn once, so that drawing takes no time from the tracker."""
    yield from itertools.cycle(list(itertools.islice(clip(), _CYCLE)))


def palm_for(tip_px: tuple[float, float]) -> tuple[float, float]:
    """Where the palm's middle is when the index finger's tip is at a place, pixels."""
    x, y = tip(0)
    palm_x, palm_y = _palm(0)
    return palm_x + tip_px[0] - x, palm_y + tip_px[1] - y


@cache
def _ground() -> NDArray[np.uint8]:
    rows = np.linspace(0.8, 1.15, HEIGHT)[:, None, None]
    made: NDArray[np.uint8] = (np.full((HEIGHT, WIDTH, 3), (126, 112, 98)) * rows).astype(np.uint8)
    return made


def picture(palm_px: tuple[float, float], noise: np.random.Generator) -> NDArray[np.uint8]:
    """One frame with the palm's middle at a place, shape (HEIGHT, WIDTH, 3), blue first."""
    drawn = _ground().copy()
    x, y = (round(each) for each in palm_px)
    _limb(drawn, (x, y + 60), (x + 6, y + 260), 40, 52)
    palm = np.array(
        [[-50, 40], [-52, -20], [-38, -52], [0, -60], [34, -50], [50, -20], [44, 40], [24, 74], [-26, 74]]
    )
    cv2.fillPoly(drawn, [palm + np.array([x, y])], _SKIN, cv2.LINE_AA)
    cv2.ellipse(drawn, (x - 30, y + 22), (24, 38), 20, 0, 360, _LIGHT, -1, cv2.LINE_AA)
    cv2.ellipse(drawn, (x + 22, y + 24), (16, 34), -10, 0, 360, _LIGHT, -1, cv2.LINE_AA)
    for root, end, thick, thin in _FINGERS:
        _limb(drawn, (x + root[0], y + root[1]), (x + end[0], y + end[1]), thick, thin)
        for share in (0.38, 0.68):
            at = (
                round(x + root[0] + (end[0] - root[0]) * share),
                round(y + root[1] + (end[1] - root[1]) * share),
            )
            cv2.ellipse(drawn, at, (thin - 1, 2), 0, 0, 360, _SHADE, -1, cv2.LINE_AA)
    for (x1, y1), (x2, y2) in (((-40, -14), (34, -22)), ((-44, 6), (30, 6)), ((-20, -40), (-26, 66))):
        cv2.line(drawn, (x + x1, y + y1), (x + x2, y + y2), _SHADE, 2, cv2.LINE_AA)
    soft = cv2.GaussianBlur(drawn, (7, 7), 0)
    return np.asarray(np.clip(soft + noise.normal(0, 3, soft.shape), 0, 255), dtype=np.uint8)


def _limb(picture: NDArray[Any], root: tuple[int, int], end: tuple[int, int], thick: int, thin: int) -> None:
    """A tapered, shaded tube from root to end; its round end is the finger's end less its half width."""
    length = math.hypot(end[0] - root[0], end[1] - root[1])
    last = ((end[0] - root[0]) * (1 - thin / length), (end[1] - root[1]) * (1 - thin / length))
    for colour, grow in ((_SHADE, 2), (_SKIN, 0), (_LIGHT, -6)):
        for step in range(33):
            share = step / 32
            at = (round(root[0] + last[0] * share), round(root[1] + last[1] * share))
            radius = max(2, round(thick + (thin - thick) * share) + grow)
            cv2.circle(picture, at, radius, colour, -1, cv2.LINE_AA)
