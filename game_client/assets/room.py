"""The room where one plays: the ground of the camera's checks, and what a mirror on its wall shows."""

from __future__ import annotations

from functools import lru_cache

from game_client.assets.advice import bust, open_hand
from game_client.engine.geometry import curve, ellipse, ridge, slip, turned
from game_client.engine.look import HEIGHT, WIDTH
from game_client.engine.painter import Gradient, Painter, Shadow, Sprite
from game_client.engine.palette import BLACK, HC_LAND, INACTIVE, INK, PAPER, WHITE, rgb

_FLOOR_Y = 560


@lru_cache(maxsize=4)
def room(high_contrast: bool, frame: tuple[int, int, int, int]) -> Sprite:
    """A wall and a floor, and in a frame (x, y, width, height) what a mirror on the wall would show."""
    x, y, width, height = frame
    if high_contrast:
        p = Painter(WIDTH, HEIGHT, BLACK)
        p.shape([(0, _FLOOR_Y), (WIDTH, _FLOOR_Y), (WIDTH, HEIGHT), (0, HEIGHT)], HC_LAND)
        if width:
            p.shape(slip(x, y, width, height, 36), WHITE)
            p.shape(slip(x + 6, y + 6, width - 12, height - 12, 30), BLACK)
        return p.sprite()
    p = Painter(WIDTH, HEIGHT, BLACK)
    p.sky([(0, rgb("#E8EFE7")), (0.6, rgb("#DCE6DD")), (1, rgb("#D3DFD6"))], 0, _FLOOR_Y)
    p.sky([(0, rgb("#CDB48E")), (1, rgb("#B2946A"))], _FLOOR_Y, HEIGHT)
    p.line([(0, _FLOOR_Y), (WIDTH, _FLOOR_Y)], 6, rgb("#F3EEDF"))
    p.mist(_FLOOR_Y + 34, 40, rgb("#A5875E"), 0.25, 6)
    if width:
        _mirror(p, x, y, width, height)
    return p.sprite()


def _mirror(p: Painter, x: int, y: int, width: int, height: int) -> None:
    p.shape(slip(x, y, width, height, 36), PAPER, shadow=Shadow(4, 14, 22, 0.38))
    inner = Painter(width - 28, height - 28)
    wide, high = inner.width, inner.height
    inner.sky([(0, rgb("#CFDFDC")), (1, rgb("#B4CBC9"))], 0, high)
    s = high / 500
    floor = high - 46 * s
    inner.shape([(0, floor), (wide, floor), (wide, high), (0, high)], rgb("#C2A67C"))
    inner.line([(0, floor), (wide, floor)], 5 * s, rgb("#E5D8BC"))
    _window(inner, 46 * s, 28 * s, s)
    _plant(inner, wide - 96 * s, floor + 4 * s, s)
    _corners(inner)
    p.stamp(inner, x + 14, y + 14)


def _corners(p: Painter) -> None:
    """Rounded like the frame: what lies outside the corners is paper again."""
    corner = [(-1.0, -1.0), *ellipse(24, 24, 25, None, 90, 180), (-1.0, -1.0)]
    for sx in (0, 1):
        for sy in (0, 1):
            p.shape([(p.width - x if sx else x, p.height - y if sy else y) for x, y in corner], PAPER)


def _window(p: Painter, x: float, y: float, s: float) -> None:
    p.shape(slip(x, y, 196 * s, 226 * s, 8 * s), rgb("#F7F1E2"), shadow=Shadow(3, 6, 8, 0.22))
    left, top, wide, high = x + 10 * s, y + 10 * s, 176 * s, 206 * s
    view = [(left, top), (left + wide, top), (left + wide, top + high), (left, top + high)]
    p.shape(view, Gradient("down", rgb("#9CC6DC"), rgb("#F9E2BD"), top, top + 0.72 * high))
    land = [(lx * 176 * s / WIDTH + left, ly) for lx, ly in ridge(top + 150 * s, 8 * s, 12, WIDTH, 1.2)]
    p.shape([*land, (left + wide, top + high), (left, top + high)], rgb("#9CC19F"))
    river = [
        (left + wide * u, top + high * v) for u, v in ((0.62, 0.72), (0.5, 0.8), (0.66, 0.88), (0.4, 0.97))
    ]
    p.line(curve(river, 8), [5 * s + 0.75 * s * k for k in range(25)], rgb("#62A9C4"))
    p.shape([(left, top + high), (left + wide, top + high), (left + wide, y + 226 * s), (left, y + 226 * s)],
            rgb("#F7F1E2"))  # fmt: skip
    p.line([(x + 98 * s, top), (x + 98 * s, top + high)], 8 * s, rgb("#F7F1E2"), round_ends=False)
    p.line([(left, y + 112 * s), (left + wide, y + 112 * s)], 8 * s, rgb("#F7F1E2"), round_ends=False)


def _plant(p: Painter, x: float, y: float, s: float) -> None:
    for k, deg in enumerate((28, -34, 58, -62, -4)):
        long = (150, 150, 110, 112, 176)[k] * s
        leaf = curve([(0, 0), (16 * s, -0.5 * long), (0, -long), (-16 * s, -0.5 * long)], 8, closed=True)
        p.shape(turned(leaf, -deg, x, y - 56 * s), rgb("#4C8C63" if k % 2 else "#3F7C57"))
    p.shape(
        [(x - 34 * s, y - 62 * s), (x + 34 * s, y - 62 * s), (x + 26 * s, y), (x - 26 * s, y)],
        rgb("#BC6A40"),
    )
    p.shape(slip(x - 39 * s, y - 68 * s, 78 * s, 16 * s, 5 * s), rgb("#A95A33"))


@lru_cache(maxsize=4)
def brackets(high_contrast: bool, width: int, height: int) -> Sprite:
    """The four corners of what a camera sees, over what lies in the frame."""
    p = Painter(width, height)
    if not high_contrast:
        _corners(p)
    tone, edge = (WHITE, BLACK) if high_contrast else (WHITE, INK)
    for sx in (0, 1):
        for sy in (0, 1):
            corner = [(12.0, 60.0), (12.0, 12.0), (60.0, 12.0)]
            placed = [(width - cx if sx else cx, height - cy if sy else cy) for cx, cy in corner]
            p.line(placed, 12, edge)
            p.line(placed, 6, tone)
    return p.sprite()


@lru_cache(maxsize=4)
def place_to_fill(high_contrast: bool, of: str, size: int) -> Sprite:
    """A pale shape where the person, or the hand, should come."""
    p = Painter(2 * size, 2 * size, origin=(size, size))
    tone, strength = (INACTIVE, 0.55) if high_contrast else (rgb("#F3F6EF"), 0.75)
    shape = Painter(2 * size, 2 * size, origin=(size, size))
    (open_hand if of == "hand" else bust)(shape, 0, 0, size / 125, tone, None)
    p.stamp(shape, 0, 0, strength)
    return p.sprite()
