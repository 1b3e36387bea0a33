"""The reed marsh in the golden hour: still water between reeds, lanterns, dragonflies, the stop sign.

All of it is painted when a block begins; reeds come bent by several angles, so that a frame only picks one.
"""

from __future__ import annotations

import math
from functools import lru_cache

from game_client.engine.geometry import Xy, chance, curve, ellipse, ridge, turned
from game_client.engine.look import HEIGHT, WIDTH
from game_client.engine.painter import Gradient, Painter, Sprite
from game_client.engine.palette import (
    BLACK,
    CREAM,
    CUE,
    HC_LAND,
    INACTIVE,
    INK,
    LAMP,
    PLACES,
    TARGET,
    WHITE,
    Place,
    luminance,
    mix,
    rgb,
)  # fmt: skip

HORIZON = 128
BENDS = tuple(range(-6, 7))
"""How far reeds are bent, in steps: to the left below zero."""
_STEP = 0.055
_HOME = "reed_marsh"


def place_of(context: str) -> Place:
    """The light for a block's context. `harbour`, which blocks have by themselves, is this game's home."""
    if context.startswith("harbour_"):
        return PLACES["harbour"]
    return PLACES[_HOME if context == "harbour" else context] if context in PLACES else PLACES[_HOME]


def is_night(place: Place) -> bool:
    return luminance(place.sky[0]) < 0.06


def ground(place: Place, mirrored: bool, high_contrast: bool) -> Sprite:
    """Sky, far land and the water; what moves is drawn over it."""
    p = Painter(WIDTH, HEIGHT, BLACK)
    if high_contrast:
        p.shape([(-5, HORIZON), (WIDTH + 5, HORIZON), (WIDTH + 5, HEIGHT + 5), (-5, HEIGHT + 5)], HC_LAND)
        p.line([(0, HORIZON), (WIDTH, HORIZON)], 5, WHITE)
        return p.sprite()
    night = is_night(place)
    far, middle, near = place.land
    warm = mix(place.sky[2], WHITE, 0.35)
    p.sky([(0.0, place.sky[0]), (0.55, place.sky[1]), (1.0, place.sky[2])], 0, HORIZON + 2)
    p.glow(470, 96, 420, warm, 0.35 if night else 0.85)
    p.circle(470, 84, 30, mix(place.sky[2], WHITE, 0.75), 0.5 if night else 0.95)
    for y, height, seed, share in ((96, 24, 61, 0.35), (114, 12, 67, 0.0)):
        line = ridge(y, height, seed, WIDTH, 1.2)
        p.shape([*line, (WIDTH + 40, HORIZON + 4), (-40, HORIZON + 4)], mix(far, place.sky[2], share))
    _reed_belt(p, HORIZON + 2, 26, mix(middle, place.sky[2], 0.35), 5, 260)
    p.mist(HORIZON, 22, warm, 0.6, 4)
    pale, deep = mix(place.water, place.sky[2], 0.55), mix(place.water, near, 0.30)
    p.shape(
        [(-5, HORIZON + 6), (WIDTH + 5, HORIZON + 6), (WIDTH + 5, HEIGHT + 5), (-5, HEIGHT + 5)],
        Gradient("down", pale, deep, HORIZON, HEIGHT),
    )
    _reed_belt(p, HORIZON + 14, 44, mix(middle, place.sky[2], 0.12), 9, 170)
    p.glow(470, 180, 190, warm, 0.30 if night else 0.55, flat=0.5)
    p.glints(34, HORIZON + 20, 330, warm, 0.40 if night else 0.75, 3, (470, 90), (30, 130), 2.2)
    p.glints(26, 220, HEIGHT - 10, mix(warm, place.water, 0.3), 0.30, 5, None, (60, 190), 2.4)
    for x, y, size in ((430, 640, 30), (1196, 300, 24), (1120, 676, 34), (1228, 520, 28), (452, 250, 20)):
        _lily(p, x, y, size, mix(near, rgb("#5E8A4E"), 0.4), night)
    corner = mix(near, INK, 0.30)
    for x, seed in ((-10, 3), (1268, 8)):
        _stand(p, x, HEIGHT + 26, 18, 300, mix(near, INK, 0.15), seed, 74)
        _stand(p, x + (30 if x < 600 else -30), HEIGHT + 30, 12, 200, corner, seed + 1, 90)
    picture = p.sprite()
    return picture.mirrored() if mirrored else picture


def _reed_belt(
    p: Painter, y: float, height: float, colour: tuple[int, int, int], seed: int, count: int
) -> None:
    """A far belt of reeds across the whole picture, as one dark mass with fine tops."""
    draw = chance(seed)
    top = [(x, y - height * (0.45 + 0.25 * math.sin(x * 0.011 + seed))) for x in range(-20, WIDTH + 40, 20)]
    p.shape([*[(float(x), h) for x, h in top], (WIDTH + 40, y + 4), (-40, y + 4)], colour)
    for _ in range(count):
        x, tall = draw.uniform(-10, WIDTH + 10), height * draw.uniform(0.6, 1.0)
        lean = draw.uniform(-0.12, 0.12) * tall
        p.shape([(x - 2.4, y), (x + lean, y - tall), (x + 2.4, y)], colour)


def _lily(p: Painter, x: float, y: float, size: float, leaf: tuple[int, int, int], night: bool) -> None:
    p.shape(ellipse(x + 3, y + 4, size, size * 0.38), INK, 0.22, blur=3)
    p.shape(ellipse(x, y, size, size * 0.36), leaf)
    p.shape([(x, y), (x + size * 1.05, y - 4), (x + size * 1.05, y + 5)], mix(leaf, INK, 0.25), 0.8)
    if size > 26:
        petal = mix(CREAM, rgb("#E8A7B5"), 0.35 if not night else 0.6)
        for turn in (-60, -25, 25, 60):
            bloom = ellipse(x - size * 0.25 + turn * 0.16, y - 8 - 0.06 * (60 - abs(turn)), 6, 11)
            p.shape(bloom, petal)
        p.circle(x - size * 0.25, y - 7, 4.5, TARGET)


def _stand(
    p: Painter,
    x: float,
    y: float,
    count: int,
    height: float,
    colour: tuple[int, int, int],
    seed: int,
    wide: float,
) -> None:
    draw = chance(seed)
    for _ in range(count):
        foot, tall = x + draw.uniform(-wide, wide), height * draw.uniform(0.55, 1.0)
        lean = draw.uniform(-0.18, 0.18) * tall
        points = [(foot + lean * (k / 8) ** 2, y - tall * k / 8) for k in range(9)]
        p.line(points, [max(2.2, 8.5 * (1 - 0.75 * k / 8)) for k in range(9)], colour)
        if draw.random() < 0.45:
            p.line(points[5:8], [11, 13, 6], mix(rgb("#6B4A2C"), colour, 0.35))


def clumps(place: Place, high_contrast: bool) -> list[list[Sprite]]:
    """Two kinds of reed clump, each bent by every one of `BENDS`; they stand on their origin."""
    return [[_clump(kind, bend * _STEP, place, high_contrast) for bend in BENDS] for kind in range(2)]


def _clump(kind: int, bend: float, place: Place, high_contrast: bool) -> Sprite:
    p = Painter(132, 116, origin=(66, 104))
    draw = chance(30 + kind)
    light, dark = mix(place.land[1], place.sky[2], 0.20), mix(place.land[2], INK, 0.10)
    if not high_contrast:
        p.shape(ellipse(4, 2, 34, 7), INK, 0.20, blur=4)
        p.shape(ellipse(0, 0, 28, 5), mix(place.water, WHITE, 0.45), 0.45)
    for k in range(7 + kind):
        foot, tall = draw.uniform(-19, 19), draw.uniform(56, 96)
        own, tone = draw.uniform(-0.14, 0.14), draw.random()
        tufted = draw.random() < 0.5
        turn = own + bend * (0.75 + 0.5 * tone)
        points: list[Xy] = [(foot + turn * tall * (i / 7) ** 1.7 * 1.7, -tall * i / 7) for i in range(8)]
        colour = mix(dark, light, tone)
        if high_contrast:
            colour = INACTIVE
        p.line(points, [max(1.8, 5.5 * (1 - 0.7 * i / 7)) for i in range(8)], colour)
        if tufted and not high_contrast:
            p.line(points[5:8], [7.5, 9, 3], mix(rgb("#6B4A2C"), place.land[2], 0.2))
        elif k % 2 and not high_contrast:
            p.line(points[4:6], [3.0, 1.2], light)
    return p.sprite()


def lantern(high_contrast: bool, lit: bool) -> Sprite:
    """A paper lantern floating on a leaf, unlit or lit; its origin is where it floats."""
    p = Painter(120, 120, origin=(60, 66))
    edge = WHITE if high_contrast else INK
    if not high_contrast:
        p.shape(ellipse(2, 15, 34, 9), INK, 0.30, blur=4)
    p.shape(ellipse(0, 12, 36, 10), edge)
    p.shape(ellipse(0, 11, 32, 7.5), BLACK if high_contrast else rgb("#5F7F46"))
    body = curve([(-17, 8), (-22, -14), (-15, -36), (15, -36), (22, -14), (17, 8)], 8, closed=True)
    p.shape([(x * 1.22, (y + 14) * 1.16 - 14) for x, y in body], edge)
    if high_contrast:
        p.shape(body, CUE if lit else BLACK)
    else:
        top, bottom = (LAMP, rgb("#F2A93B")) if lit else (rgb("#F1E3C4"), rgb("#D9BE8E"))
        p.shape(body, Gradient("down", top, bottom, -36, 8))
        for y in (-26, -14, -2):
            half = 17 + 4 * math.cos((y + 14) / 16)
            p.line([(-half, y), (half, y)], 2.2, mix(bottom, INK, 0.25), 0.5)
    p.line([(-10, -39), (10, -39)], 6, edge)
    if lit:
        p.shape(ellipse(0, -12, 6, 10), WHITE, 0.9)
    return p.sprite()


def pale_lantern(high_contrast: bool) -> Sprite:
    """The quiet far place of a probe: a lantern's shape and no more, the same before and after."""
    p = Painter(120, 120, origin=(60, 66))
    p.ring(0, 0, 34, 4, WHITE if high_contrast else CREAM, 0.9)
    p.circle(0, 0, 9, WHITE if high_contrast else CREAM, 0.9)
    return p.sprite()


@lru_cache(maxsize=32)
def dragonflies(high_contrast: bool, heading_deg: int) -> list[Sprite]:
    """A dragonfly from above, its wings in three places; its origin is its body."""
    return [_dragonfly(sweep, high_contrast, heading_deg) for sweep in (-9.0, 0.0, 9.0)]


def _dragonfly(sweep: float, high_contrast: bool, heading_deg: float) -> Sprite:
    p = Painter(100, 100, origin=(50, 50))
    body, wing = (WHITE, CUE) if high_contrast else (rgb("#1F5C7A"), rgb("#F4FBFF"))
    for side in (-1, 1):
        for at, slant in ((12.0, -14.0 + sweep), (2.0, 14.0 + sweep)):
            tip = (at - slant, side * 40.0)
            shape = curve(
                [(at, 0), (at - slant * 0.4 + 6, side * 22), tip, (at - slant * 0.4 - 6, side * 22)],
                6,
                closed=True,
            )
            p.shape(turned(shape, heading_deg), wing, 0.85 if not high_contrast else 1.0)
    spine = turned([(20, 0), (6, 0), (-36, 0)], heading_deg)
    p.line(spine, [9, 8, 4], INK if not high_contrast else BLACK)
    p.line(spine, [6, 5.5, 2.5], body)
    p.circle(*turned([(23, 0)], heading_deg)[0], 5.5, body)
    return p.sprite()
