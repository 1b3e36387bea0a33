"""A row of eleven keys, 0 to 10, that answer a question of how much or how many."""

from __future__ import annotations

from typing import TYPE_CHECKING

from game_client.engine.palette import BLACK, CUE, INK, WARM
from game_client.scenes._targets import Target, ring

if TYPE_CHECKING:
    from game_client.engine.canvas import Canvas
    from game_client.engine.look import Look

KEYS, _GAP = 11, 10.8
_WIDTH = (1184 - _GAP * 10) / 11


def keys() -> list[Target]:
    """The keys from left to right."""
    return [
        Target(str(k), 48 + k * (_WIDTH + _GAP) + _WIDTH / 2, 558, _WIDTH, 136, str(k), "", "key")
        for k in range(KEYS)
    ]


def paint_key(canvas: Canvas, target: Target, look: Look, chosen: bool, dwell_share: float) -> None:
    width, height = round(target.width), round(target.height)
    if chosen:
        frame(canvas, target, look.high_contrast)
    else:
        canvas.slip(target.x - target.width / 2, target.y - target.height / 2, width, height, look, 20)
    ink = look.ink if not chosen or look.high_contrast else INK
    canvas.text(target.label, target.x, target.y - 3, min(look.size(56), 76), ink, "Bold", "centre")
    ring(canvas, target.x, target.y, 43, 7, dwell_share, look)


def frame(canvas: Canvas, target: Target, high_contrast: bool) -> None:
    """The chosen card stands out: warm, with a keyline, a little larger."""
    left, top = target.x - target.width / 2 - 8, target.y - target.height / 2 - 8
    width, height = target.width + 16, target.height + 16
    edge, ground = (CUE, BLACK) if high_contrast else (INK, WARM)
    canvas.plate(left, top, round(width), round(height), 24, edge)
    canvas.plate(left + 4, top + 4, round(width) - 8, round(height) - 8, 22, ground)
