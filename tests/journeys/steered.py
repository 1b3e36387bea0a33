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
_NUMBERS = struct.Struct("<3d")


class Body:
    """What both processes see: a place in the picture; or how far she moved, leant and came nearer."""

    def __init__(self, path: Path) -> None:
        if not path.exists():
            path.write_bytes(_NUMBERS.pack(0.0, 0.0, 1.0))
        self._file = path.open("r+b")
        self._memory = mmap.mmap(self._file.fileno(), _NUMBERS.size)

    def put(self, one: float, other: float, nearer: float = 1.0) -> None:
        self._memory[:] = _NUMBERS.pack(one, other, nearer)

    def get(self) -> tuple[float, float, float]:
        one, other, nearer = _NUMBERS.unpack(self._memory[:])
        return float(one), float(other), float(nearer)


def hand() -> Iterator[NDArray[Any]]:
    """The drawn hand with its fingertip so many pixels right of and above the picture's middle."""
    body, noise = Body(Path(os.environ[VARIABLE])), np.random.default_rng(1)
    while True:
        right, up, _ = body.get()
        tip_px = drawn_hand.WIDTH / 2 + right, drawn_hand.HEIGHT / 2 - up
        yield drawn_hand.picture(drawn_hand.palm_for(tip_px), noise)


def person() -> Iterator[NDArray[Any]]:
    """The photograph moved sideways (pixels, to the right), leant (degrees, clockwise), so much larger."""
    body, noise = Body(Path(os.environ[VARIABLE])), np.random.default_rng(2)
    while True:
        sideways_px, lean_deg, nearer = body.get()
        yield moved_person.picture(sideways_px, lean_deg, noise, nearer)
