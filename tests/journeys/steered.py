"""A camera's picture that follows a player: frames are drawn where a few numbers in a file say.

The file is the player's body, as it were: the capture process reads it for each frame, at thirty a second.
"""

from __future__ import annotations

import mmap
import os
import struct
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from tests.game_client.camera import drawn_hand, moved_person

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

VARIABLE = "MOVERE_TEST_BODY"
_NUMBERS = struct.Struct("<2d")


class Body:
    """Two numbers that both processes see: a place in the picture, or how far she moved and leant."""

    def __init__(self, path: Path) -> None:
        if not path.exists():
            path.write_bytes(bytes(_NUMBERS.size))
        self._file = path.open("r+b")
        self._memory = mmap.mmap(self._file.fileno(), _NUMBERS.size)

    def put(self, one: float, other: float) -> None:
        self._memory[:] = _NUMBERS.pack(one, other)

    def get(self) -> tuple[float, float]:
        one, other = _NUMBERS.unpack(self._memory[:])
        return float(one), float(other)


def hand() -> Iterator[NDArray[Any]]:
    """The drawn hand with its fingertip so many pixels right of and above the picture's middle."""
    body, noise = Body(Path(os.environ[VARIABLE])), np.random.default_rng(1)
    while True:
        right, up = body.get()
        tip_px = drawn_hand.WIDTH / 2 + right, drawn_hand.HEIGHT / 2 - up
        yield drawn_hand.picture(drawn_hand.palm_for(tip_px), noise)


def person() -> Iterator[NDArray[Any]]:
    """The photograph moved sideways (pixels, to the picture's right) and leant (degrees, clockwise)."""
    body, noise = Body(Path(os.environ[VARIABLE])), np.random.default_rng(2)
    while True:
        yield moved_person.picture(*body.get(), noise)
