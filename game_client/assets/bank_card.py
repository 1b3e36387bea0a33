"""A bank card as a ruler: beside a mouse, on a screen, and as an outline to lay a real one on."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from game_client.engine.geometry import ellipse, slip
from game_client.engine.painter import Painter, Shadow, Sprite
from game_client.engine.palette import BLACK, CUE, INACTIVE, INK, PERSON_INK, TARGET, WHITE, Rgb, mix, rgb

if TYPE_CHECKING:
    from game_client.engine.canvas import Canvas

_CARD, _CARD_EDGE = rgb("#2B6C87"), rgb("#1D5166")
_RATIO, _ROUND = 53.98 / 85.60, 3.18 / 85.60


def _card(p: Painter, x: float, y: float, width: float, high_contrast: bool) -> None:
    """x, y is its top left."""
    height = width * _RATIO
    if high_contrast:
        p.shape(slip(x, y, width, height, width * _ROUND * 2), WHITE)
        p.shape(slip(x + 4, y + 4, width - 8, height - 8, width * _ROUND * 2), BLACK)
    else:
        p.shape(slip(x, y, width, height, width * _ROUND * 2), _CARD, shadow=Shadow(3, 6, 8, 0.3))
        p.shape(slip(x, y + height * 0.12, width, height * 0.16, 1), _CARD_EDGE)
    chip = CUE if high_contrast else rgb("#E8C267")
    p.shape(slip(x + width * 0.10, y + height * 0.40, width * 0.15, height * 0.20, width * 0.02), chip)
    line = INACTIVE if high_contrast else rgb("#BBD3DA")
    for k in range(4):
        left = x + width * (0.10 + 0.21 * k)
        p.line([(left, y + height * 0.78), (left + width * 0.15, y + height * 0.78)], width * 0.028, line)


def _mouse(p: Painter, x: float, y: float, s: float, high_contrast: bool) -> None:
    """A mouse from above, pointing away; x, y is its middle."""
    edge, skin = (WHITE, BLACK) if high_contrast else (INK, rgb("#F3F1EA"))
    p.shape(ellipse(x, y, 31 * s, 46 * s), edge, shadow=None if high_contrast else Shadow(3, 6, 8, 0.3))
    p.shape(ellipse(x, y, 26 * s, 41 * s), skin)
    p.line([(x, y - 40 * s), (x, y - 6 * s)], 4 * s, edge, round_ends=False)
    p.line([(x - 25 * s, y - 6 * s), (x + 25 * s, y - 6 * s)], 4 * s, edge)
    p.line([(x, y - 28 * s), (x, y - 18 * s)], 10 * s, CUE if high_contrast else TARGET)


def _to_the_right(p: Painter, start: float, end: float, y: float, s: float, high_contrast: bool) -> None:
    edge, fill = (BLACK, CUE) if high_contrast else (INK, TARGET)
    for grow, tone in ((4 * s, edge), (0.0, fill)):
        p.line([(start, y), (end - 22 * s, y)], 10 * s + 2 * grow, tone)
        head = [
            (end + 1.6 * grow, y), (end - 26 * s - grow, y - 19 * s - 1.5 * grow),
            (end - 26 * s - grow, y + 19 * s + 1.5 * grow),
        ]  # fmt: skip
        p.shape(head, tone)


@lru_cache(maxsize=64)
def mouse_along(high_contrast: bool, share: float, scale: float = 1.0) -> Sprite:
    """A card, and a mouse under its long edge that has gone `share` of the way; about 420 x 260 pixels."""
    s = scale
    half_width, half_height = round(215 * s), round(132 * s)
    p = Painter(2 * half_width, 2 * half_height, origin=(half_width, half_height))
    _card(p, -130 * s, -126 * s, 260 * s, high_contrast)
    dots = INACTIVE if high_contrast else mix(INK, WHITE, 0.55)
    for end in (-130, 130):
        for y in (46, 60, 74, 88, 102, 116):
            p.circle(end * s, y * s, 2.6 * s, dots)
    x = (-130 + 260 * share) * s
    if share < 0.72:
        _to_the_right(p, x + 50 * s, 118 * s, 82 * s, s, high_contrast)
    _mouse(p, x, 82 * s, s, high_contrast)
    return p.sprite()


@lru_cache(maxsize=2)
def screen(high_contrast: bool) -> Sprite:
    """A screen with a card held against it, about 420 x 260 pixels."""
    p = Painter(430, 264, origin=(215, 132))
    edge, ground = (WHITE, BLACK) if high_contrast else (INK, rgb("#DCE9E6"))
    p.shape([(-22, 84), (22, 84), (30, 118), (-30, 118)], edge)
    p.shape(slip(-74, 110, 148, 12, 6), edge)
    p.shape(slip(-164, -124, 328, 212, 14), edge)
    p.shape(slip(-154, -114, 308, 192, 8), ground)
    _card(p, -64, -64, 128, high_contrast)
    tone: Rgb = CUE if high_contrast else PERSON_INK
    for sx in (-1, 1):
        for sy in (-1, 1):
            corner = sx * 80.0, -24.0 + sy * 56.0
            p.line([(corner[0], corner[1] - sy * 20), corner, (corner[0] - sx * 20, corner[1])], 6, tone)
    return p.sprite()


def draw_outline(
    canvas: Canvas, x: float, y: float, width: float, height: float, high_contrast: bool
) -> None:
    """A card's outline about its middle x, y; its line lies outside what the card covers."""
    left, top = x - width / 2, y - height / 2
    edge, fill = (WHITE, BLACK) if high_contrast else (INK, rgb("#F7F3E6"))
    for grow, tone in ((9.0, edge), (6.0, CUE if high_contrast else TARGET), (0.0, fill)):
        shape = slip(left - grow, top - grow, width + 2 * grow, height + 2 * grow, 2 * width * _ROUND + grow)
        canvas.polygon(shape, tone)
    pale = INACTIVE if high_contrast else rgb("#CFC9B6")
    chip = slip(left + width * 0.10, top + height * 0.40, width * 0.15, height * 0.20, width * 0.02)
    canvas.polygon(chip, pale)
    for k in range(4):
        start = left + width * (0.10 + 0.21 * k)
        at = top + height * 0.78
        canvas.ribbon([(start, at), (start + width * 0.15, at)], [width * 0.028] * 2, pale)
