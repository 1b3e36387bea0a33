"""A small bird that flies by: the second task's thing to count. No outline, out of the way."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING

from game_client.engine.geometry import curve
from game_client.engine.painter import Painter, Sprite
from game_client.engine.palette import CREAM, INK, WHITE

if TYPE_CHECKING:
    from game_client.engine.geometry import Xy

_WINGS = 4


@lru_cache(maxsize=8)
def bird(high_contrast: bool, scale: float = 1.0) -> list[Sprite]:
    """Pictures of a swallow, wings up to wings down, flying to the right; its origin is its body."""
    return [_paint(high_contrast, scale, share / (_WINGS - 1)) for share in range(_WINGS)]


def _paint(high_contrast: bool, s: float, down: float) -> Sprite:
    half = math.ceil(48 * s)
    p = Painter(2 * half, 2 * half, origin=(half, half))
    ink, pale = (WHITE, WHITE) if high_contrast else (INK, CREAM)
    lift = -34.0 + 58.0 * down

    def at(*points: Xy) -> list[Xy]:
        return [(x * s, y * s) for x, y in points]

    for dx, share in ((-6, 0.86), (2, 1.0)):  # the far wing, then the near one
        wing = [
            (dx + 12, 0),
            (dx - 2, lift * 0.62 * share),
            (dx - 16, lift * share),
            (dx - 8, lift * 0.3),
            (dx - 12, 2),
        ]
        p.shape(curve(at(*wing), 6, closed=True), ink, 0.75 if share < 1 else 1.0)
    body = [(26, -1), (18, -7), (2, -7), (-18, -2), (-40, -9), (-32, 0), (-42, 6), (-16, 5), (4, 7), (20, 4)]
    p.shape(curve(at(*body), 6, closed=True), ink)
    p.shape(curve(at((16, 3), (4, 6), (-10, 4), (4, 1)), 6, closed=True), pale, 1.0)
    return p.sprite()
