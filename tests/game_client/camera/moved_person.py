"""A clip of a real photograph, scikit-image's astronaut: she moves sideways on a known path, then leans.

Its truth is the path: the same photograph, moved by a known matrix, so errors are told against what the
tracker finds in the photograph as it stands.
"""

from __future__ import annotations

import math
from functools import cache
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
import skimage.data

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

WIDTH, HEIGHT, FRAMES = 640, 480, 180
SIDEWAYS_PX, LEAN_DEG = 60.0, 10.0
_SCALE = HEIGHT / 512
_LEFT_PX = (WIDTH - HEIGHT) / 2
_PIVOT = (WIDTH / 2, float(HEIGHT))


def path(frame: int) -> tuple[float, float]:
    """Sideways px and lean deg (positive: the picture turns clockwise) of this frame."""
    phase = math.sin(2 * math.pi * frame / (FRAMES / 2))
    return (SIDEWAYS_PX * phase, 0.0) if frame < FRAMES / 2 else (0.0, LEAN_DEG * phase)


def moved(place: tuple[float, float], frame: int) -> tuple[float, float]:
    """Where a place (px) of the resting picture is in this frame."""
    x, y = _turn(*path(frame)) @ [place[0], place[1], 1.0]
    return float(x), float(y)


def clip() -> Iterator[NDArray[Any]]:
    """The whole clip, with a little noise from a fixed seed, as a camera has."""
    noise = np.random.default_rng(2)
    for frame in range(FRAMES):
        yield picture(*path(frame), noise)


@cache
def _person() -> NDArray[np.uint8]:
    photograph: NDArray[np.uint8] = skimage.data.astronaut()  # type: ignore[no-untyped-call]
    return np.asarray(cv2.cvtColor(photograph, cv2.COLOR_RGB2BGR), dtype=np.uint8)


def picture(
    sideways_px: float, lean_deg: float, noise: np.random.Generator, nearer: float = 1.0
) -> NDArray[np.uint8]:
    """One frame of her moved sideways, leant and so much larger, shape (HEIGHT, WIDTH, 3), blue first."""
    rest = np.array([[_SCALE, 0.0, _LEFT_PX], [0.0, _SCALE, 0.0], [0.0, 0.0, 1.0]])
    drawn = cv2.warpAffine(
        _person(),
        _turn(sideways_px, lean_deg, nearer) @ rest,
        (WIDTH, HEIGHT),
        flags=cv2.INTER_AREA,
        borderMode=cv2.BORDER_REPLICATE,
    )
    return np.asarray(np.clip(drawn + noise.normal(0, 2, drawn.shape), 0, 255), dtype=np.uint8)


def _turn(sideways_px: float, lean_deg: float, nearer: float = 1.0) -> NDArray[np.float64]:
    matrix = np.asarray(cv2.getRotationMatrix2D(_PIVOT, -lean_deg, nearer), dtype=np.float64)
    matrix[0, 2] += sideways_px
    return matrix
