"""The river of Ferry Crossing, looking up it: land and sky, what stands on the banks, and the ferry.

All of it is painted when a block begins. What stands along the river comes in several sizes, so that a frame
only picks one; far ones are paler, as mist makes them.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from game_client.engine.geometry import Xy, blob, chance, ellipse, pine, ridge, slip, turned
from game_client.engine.look import HEIGHT, WIDTH
from game_client.engine.painter import Gradient, Painter, Sprite
from game_client.engine.palette import (
    BLACK,
    CUE,
    DONE_ON_DARK,
    HC_LAND,
    INK,
    PERSON_INK,
    PLACES,
    WHITE,
    Place,
    Rgb,
    luminance,
    mix,
    rgb,
)  # fmt: skip

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

HORIZON = 272
SIZES = (0.16, 0.20, 0.25, 0.31, 0.39, 0.48, 0.60, 0.74, 0.92, 1.14, 1.42)
"""Scales in which things on the banks are painted, 1 beside the ferry."""
TILTS_DEG = tuple(float(each) for each in range(-8, 9, 2))
MARK_RIGHT = rgb("#F58A3C")
_HOME = "long_lake"


def place_of(context: str) -> Place:
    """The light for a block's context. `harbour`, which blocks have by themselves, is this game's home."""
    if context.startswith("harbour_"):
        return PLACES["harbour"]
    return PLACES[_HOME if context == "harbour" else context] if context in PLACES else PLACES[_HOME]


def haze(place: Place) -> Rgb:
    """The colour in which far things vanish."""
    return mix(place.sky[2], place.land[0], 0.35)


def is_night(place: Place) -> bool:
    return luminance(place.sky[0]) < 0.06


def meadow(place: Place) -> tuple[Rgb, Rgb]:
    """The land beside the river, far and near: greener than the place's woods by day."""
    green = 0.0 if is_night(place) else 0.45
    return mix(place.land[1], rgb("#8DBB6E"), green), mix(place.land[2], rgb("#5E9A54"), green)


def ground(place: Place, mirrored: bool, high_contrast: bool) -> Sprite:
    """Sky, hills and meadow; the river itself is drawn over it, frame by frame."""
    p = Painter(WIDTH, HEIGHT, BLACK)
    if high_contrast:
        p.shape([(-5, HORIZON), (WIDTH + 5, HORIZON), (WIDTH + 5, HEIGHT + 5), (-5, HEIGHT + 5)], HC_LAND)
        p.line([(0, HORIZON), (WIDTH, HORIZON)], 5, WHITE)
        return p.sprite()
    far = place.land[0]
    middle, near = meadow(place)
    p.sky([(0.0, place.sky[0]), (0.55, place.sky[1]), (1.0, place.sky[2])], 0, HORIZON + 2)
    p.glow(560, 206, 420, mix(place.sky[2], WHITE, 0.35), 0.30 if is_night(place) else 0.75)
    p.circle(560, 196, 34, mix(place.sky[2], WHITE, 0.75), 0.85)
    for y, height, seed, colour in (
        (214, 44, 31, mix(far, place.sky[1], 0.45)),
        (240, 26, 37, mix(far, place.sky[2], 0.15)),
    ):
        line = ridge(y, height, seed, WIDTH, 1.3)
        p.shape([*line, (WIDTH + 40, HORIZON + 6), (-40, HORIZON + 6)], colour)
    p.mist(262, 34, mix(place.sky[2], WHITE, 0.3), 0.8, 4)
    p.shape(
        [(-5, HORIZON), (WIDTH + 5, HORIZON), (WIDTH + 5, HEIGHT + 5), (-5, HEIGHT + 5)],
        Gradient("down", mix(middle, place.sky[2], 0.25), mix(near, INK, 0.08), HORIZON, HEIGHT - 40),
    )
    for k, (y, seed) in enumerate(((300, 41), (352, 43), (440, 47), (560, 53))):
        line = ridge(y, 5 + 6 * k, seed, WIDTH, 0.8)
        tint = mix(mix(middle, near, 0.2 + 0.25 * k), place.sky[2], 0.10)
        p.shape([*line, (WIDTH + 40, HEIGHT + 5), (-40, HEIGHT + 5)], tint, 0.35)
    p.mist(HORIZON + 20, 34, mix(place.sky[2], WHITE, 0.2), 0.55, 8)
    picture = p.sprite()
    return picture.mirrored() if mirrored else picture


def mist(place: Place) -> Sprite:
    """What the river comes out of."""
    p = Painter(WIDTH, HORIZON + 80)
    p.mist(HORIZON + 18, 46, mix(place.sky[2], WHITE, 0.2), 0.75, 8)
    return p.sprite()


def _sized(width: float, height: float, paint: Callable[[Painter, float], None]) -> list[Sprite]:
    """The same thing in every size; it stands on its origin, `width` to either side and `height` up."""
    found = []
    for scale in SIZES:
        half, up, down = (math.ceil(each * scale) + 4 for each in (width, height, 30))
        p = Painter(2 * half, up + down, origin=(half, up))
        paint(p, scale)
        found.append(p.sprite())
    return found


def trees(place: Place) -> list[list[Sprite]]:
    """A round tree, a pine and a stand of reeds, each in every size."""
    return [
        _sized(92, 250, lambda p, s: _round_tree(p, s, place)),
        _sized(70, 290, lambda p, s: _pine(p, s, place)),
        _sized(80, 100, lambda p, s: _reeds(p, s, place)),
    ]


def _faded(colour: Rgb, scale: float, place: Place) -> Rgb:
    return mix(haze(place), colour, min(1.0, 0.30 + 0.95 * scale))


def _foot(p: Painter, s: float, wide: float, place: Place) -> None:
    shade = mix(place.land[2], INK, 0.6)
    p.shape(ellipse(14 * s, 4 * s, wide * s, 11 * s), shade, 0.30, blur=max(0.6, 5 * s))


def _round_tree(p: Painter, s: float, place: Place) -> None:
    leaf = mix(meadow(place)[1], place.land[2], 0.4)
    _foot(p, s, 60, place)
    p.line([(0, 4 * s), (0, -110 * s)], 16 * s, _faded(mix(leaf, INK, 0.55), s, place))
    p.shape(blob(0, -150 * s, 78 * s, 5), _faded(leaf, s, place))
    p.shape(blob(-10 * s, -166 * s, 52 * s, 6), _faded(mix(leaf, WHITE, 0.12), s, place))
    p.shape(blob(-18 * s, -180 * s, 27 * s, 7), _faded(mix(leaf, WHITE, 0.22), s, place))


def _pine(p: Painter, s: float, place: Place) -> None:
    leaf = mix(place.land[2], INK, 0.10)
    _foot(p, s, 48, place)
    p.shape(pine(0, 4 * s, 270 * s), _faded(leaf, s, place))
    lit = [(x * 0.5 - 4 * s, y) for x, y in pine(0, -14 * s, 246 * s)]
    p.shape(lit, _faded(mix(leaf, WHITE, 0.10), s, place))


def _reeds(p: Painter, s: float, place: Place) -> None:
    draw = chance(11)
    stalk = mix(place.land[2], rgb("#8A7A3C"), 0.35)
    for _ in range(11):
        foot, tall = draw.uniform(-52, 52) * s, draw.uniform(48, 88) * s
        lean = draw.uniform(-0.22, 0.22) * tall
        points: Sequence[Xy] = [(foot + lean * (k / 6) ** 2, 6 * s - tall * k / 6) for k in range(7)]
        p.line(points, [max(1.0, 6 * s * (1 - 0.75 * k / 6)) for k in range(7)], _faded(stalk, s, place))
        if draw.random() < 0.55:
            p.line(points[4:7], [9 * s, 11 * s, 3 * s], _faded(rgb("#6B4A2C"), s, place))


def marks(high_contrast: bool) -> tuple[list[Sprite], list[Sprite]]:
    """The channel's marks: a triangle on its left edge, a square on its right one."""
    edge = BLACK if high_contrast else INK
    left, right = (CUE, WHITE) if high_contrast else (DONE_ON_DARK, MARK_RIGHT)

    def post(p: Painter, s: float) -> None:
        p.shape(ellipse(0, 2 * s, 14 * s, 4 * s), WHITE, 0.55)
        p.line([(0, 2 * s), (0, -62 * s)], max(2.5, 7 * s), WHITE if high_contrast else edge)

    def triangle(p: Painter, s: float) -> None:
        post(p, s)
        p.shape([(0, -98 * s), (-25 * s, -53 * s), (25 * s, -53 * s)], edge)
        p.shape([(0, -89 * s), (-18 * s, -57 * s), (18 * s, -57 * s)], left)

    def square(p: Painter, s: float) -> None:
        post(p, s)
        p.shape(slip(-20 * s, -94 * s, 40 * s, 40 * s, 4 * s), edge)
        p.shape(slip(-15 * s, -89 * s, 30 * s, 30 * s, 2 * s), right)

    return _sized(32, 104, triangle), _sized(32, 104, square)


def ferries(high_contrast: bool) -> list[Sprite]:
    """The ferry from behind, leaning over by each of `TILTS_DEG` (to the left first)."""
    return [_ferry(-tilt, high_contrast) for tilt in TILTS_DEG]


def _ferry(deg: float, high_contrast: bool) -> Sprite:
    """Its waterline is at the origin, its middle above it."""
    s = 0.50
    p = Painter(190, 150, origin=(95, 104))
    edge = WHITE if high_contrast else INK

    def at(points: Sequence[Xy]) -> list[Xy]:
        return turned(points, deg, scale=s)

    p.shape(ellipse(3, 3, 68, 12), rgb("#06303A"), 0.40, blur=4)
    hull = [(-112, -62), (112, -62), (97, -12), (60, -2), (-60, -2), (-97, -12)]
    p.shape(
        at([(-124, -78), (124, -78), (118, -54), (103, -6), (63, 6), (-63, 6), (-103, -6), (-118, -54)]), edge
    )
    p.shape(at(hull), Gradient("across", WHITE, rgb("#C9D4D6"), -55, 55))
    p.shape(at([(-107, -44), (107, -44), (103, -30), (-103, -30)]), PERSON_INK)
    p.shape(at([(-116, -72), (116, -72), (112, -56), (-112, -56)]), rgb("#8B5E3C"))
    p.shape(at(slip(-71, -141, 142, 72, 8)), edge)
    p.shape(at(slip(-64, -135, 128, 64, 6)), BLACK if high_contrast else rgb("#F7EBD2"))
    for x in (-40, 0, 40):
        p.shape(at(slip(x - 15, -124, 30, 30, 5)), CUE if high_contrast else rgb("#2C5A6C"))
    p.shape(at(slip(-84, -156, 168, 22, 8)), WHITE if high_contrast else rgb("#B8452B"))
    p.shape(at(slip(22, -186, 26, 34, 3)), edge)
    return p.sprite()


def ripples(place: Place) -> list[Sprite]:
    """Short light strokes on the water, small to large."""
    found = []
    colour = mix(WHITE, place.water, 0.25)
    for scale in SIZES:
        long = 74 * scale
        p = Painter(math.ceil(long) + 8, 10, origin=((math.ceil(long) + 8) / 2, 5))
        points = [(long * (k / 8 - 0.5), 1.5 * math.sin(k * 0.9)) for k in range(9)]
        p.line(
            points, [0.8 + 2.2 * scale * math.sin(math.pi * (k + 0.3) / 8.6) for k in range(9)], colour, 0.55
        )
        found.append(p.sprite())
    return found
