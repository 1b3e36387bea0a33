"""The river from above, and what lives in it: the ground of free play, the otter's parts, fish, lilies."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np

from game_client.assets.things import trees_from_above
from game_client.engine.geometry import Xy, blob, chance, curve, ellipse, polar
from game_client.engine.look import HEIGHT, WIDTH
from game_client.engine.painter import Gradient, Painter, Shadow, Sprite
from game_client.engine.palette import BLACK, HC_LAND, INK, PLACES, WHITE, Place, Rgb, luminance, mix, rgb

CENTRE: Xy = (800.0, 372.0)
FUR, BELLY, NOSE = rgb("#7A5236"), rgb("#C79A6B"), rgb("#2B1B14")
_HOME = "long_lake"
_LILIES = ((470, 150, 34), (520, 196, 24), (1118, 560, 36), (1160, 512, 24), (1090, 150, 28), (452, 600, 28))
_WOODS = (
    (40, 96, 44),
    (96, 44, 34),
    (30, 190, 30),
    (44, 640, 46),
    (110, 690, 34),
    (1262, 96, 40),
    (1268, 640, 44),
)
_STEPS = (40, 22, 6, -14)
FISH_DIRECTIONS = 16


def place_of(context: str) -> Place:
    """The light of a block's context; an unknown one is the long lake's."""
    return PLACES.get("harbour" if context.startswith("harbour_") else context, PLACES[_HOME])


def is_night(place: Place) -> bool:
    return luminance(place.sky[0]) < 0.06


def _bank(out: float, right: bool) -> list[Xy]:
    """One bank of the river, winding; it runs off the picture."""
    edge = [(310, -40), (288, 90), (226, 200), (262, 330), (214, 450), (276, 580), (240, 690), (262, 770)]
    if right:
        points = [(1476 - x * 0.96 - out, float(y)) for x, y in edge[::-1]]
        return [*curve(points, 10), (1360, -60), (1360, 800)]
    return [(-80, 800), (-80, -60), *curve([(x + out, y) for x, y in edge], 10)]


def ground(place: Place, mirrored: bool, high_contrast: bool) -> Sprite:
    """Water between two banks, opaque; painted at load."""
    p = Painter(WIDTH, HEIGHT, BLACK if high_contrast else place.water)
    if high_contrast:
        for right in (False, True):
            p.shape(_bank(0, right), HC_LAND)
            p.line(_bank(0, right)[2:-2], 5, WHITE)
    else:
        _paint_river(p, place)
    picture = p.sprite()
    return picture.mirrored() if mirrored else picture


def _paint_river(p: Painter, place: Place) -> None:
    night = is_night(place)
    light, deep = mix(place.water, place.sky[1], 0.30), mix(place.water, INK, 0.30)
    p.veil(np.ones((HEIGHT, WIDTH), np.float32), Gradient("round", light, deep, 0, 660, CENTRE), 1)
    draw = chance(17)
    for _ in range(26):  # stones on the ground, seen through the water
        x, y, r = draw.uniform(330, 1240), draw.uniform(20, 700), draw.uniform(14, 46)
        p.shape(blob(x, y, r, round(x + y)), mix(place.water, INK, draw.uniform(0.16, 0.34)), 0.22, blur=4)
    sand = mix(rgb("#EAD9A6"), place.sky[1], 0.45 if night else 0.22)
    grass = mix(place.land[1], rgb("#8DBB6E"), 0.0 if night else 0.4)
    shores = (
        mix(place.water, sand, 0.35),
        sand,
        grass,
        mix(place.land[2], rgb("#5E9A54"), 0.0 if night else 0.35),
    )
    for step, colour in zip(_STEPS, shores, strict=True):
        for right in (False, True):
            shade = Shadow(-5 if right else 5, 7, 11, 0.24, rgb("#062430"))
            p.shape(_bank(step, right), colour, shadow=shade)
    trees_from_above(p, _WOODS, mix(place.land[2], INK, 0.3), 0.75 if night else 0.15)
    for x, y, r in _LILIES:
        _lily(p, x, y, r, place)
    p.glow(CENTRE[0], -60, 620, place.sky[2], 0.22)


def _lily(p: Painter, x: float, y: float, r: float, place: Place) -> None:
    leaf = mix(place.land[2], rgb("#6FAE62"), 0.5)
    p.shape(ellipse(x + 5, y + 8, r, r * 0.86), INK, 0.22, blur=5)
    p.shape([(x, y), *ellipse(x, y, r, r * 0.88, 24, 330)], leaf)
    p.shape([(x, y), *ellipse(x, y, r * 0.72, r * 0.62, 60, 200)], mix(leaf, WHITE, 0.14))
    if r > 30:
        for k in range(6):
            tip = polar(x - 4, y - 3, r * 0.42, 60 * k + 12)
            p.shape(ellipse((x - 4 + tip[0]) / 2, (y - 3 + tip[1]) / 2, r * 0.17), rgb("#F7C9D8"))
        p.circle(x - 4, y - 3, r * 0.15, rgb("#F6D36B"))


@lru_cache(maxsize=2)
def heads(high_contrast: bool) -> list[Sprite]:
    """The otter's head from above in 64 directions, nose along its way (degrees counter-clockwise)."""
    return [_head(360.0 * k / 64, high_contrast) for k in range(64)]


def _head(deg: float, high_contrast: bool) -> Sprite:
    p = Painter(128, 128, origin=(64, 64))
    cosine, sine = math.cos(math.radians(deg)), math.sin(math.radians(deg))

    def at(*points: Xy) -> list[Xy]:
        return [(x * cosine + y * sine, -x * sine + y * cosine) for x, y in points]

    def oval(x: float, y: float, rx: float, ry: float) -> list[Xy]:
        return at(*ellipse(x, y, rx, ry))

    fur, pale = (WHITE, BLACK) if high_contrast else (FUR, BELLY)
    if not high_contrast:
        p.shape(oval(0, 0, 34, 29), INK)
    for side in (-1, 1):
        p.shape(oval(-13, side * 22, 8, 7), INK if not high_contrast else WHITE)
        p.shape(oval(-13, side * 22, 5.5, 4.8), mix(fur, INK, 0.18) if not high_contrast else BLACK)
    p.shape(oval(0, 0, 31, 26), fur)
    p.shape(oval(15, 0, 16, 17), pale)
    p.shape(oval(-8, -9, 13, 8), mix(fur, WHITE, 0.12), 0.8)
    for side in (-1, 1):
        p.shape(oval(7, side * 12.5, 4.4, 4.4), INK)
        p.shape(oval(8.2, side * 12.5 - 1.2, 1.5, 1.5), WHITE)
        for bend in (-7, 0, 7):
            p.line(at((19, side * 8), (27 + abs(bend) * 0.2, side * (24 + bend))), 1.8, WHITE, 0.8)
    p.shape(oval(27, 0, 6, 7), NOSE if not high_contrast else WHITE)
    return p.sprite()


@lru_cache(maxsize=2)
def fish(high_contrast: bool) -> list[Sprite]:
    """A small fish under water in sixteen directions."""
    found = []
    for k in range(FISH_DIRECTIONS):
        angle = math.tau * k / FISH_DIRECTIONS
        p = Painter(64, 64, origin=(32, 32))

        def at(*points: Xy, angle: float = angle) -> list[Xy]:
            return [
                (x * math.cos(angle) + y * math.sin(angle), -x * math.sin(angle) + y * math.cos(angle))
                for x, y in points
            ]

        colour: Rgb = WHITE if high_contrast else rgb("#F2B15C")
        body = [
            (20, 0),
            (12, -7),
            (-4, -7),
            (-14, -1),
            (-24, -8),
            (-21, 0),
            (-24, 8),
            (-14, 1),
            (-4, 7),
            (12, 7),
        ]
        if not high_contrast:
            p.shape(curve(at(*[(x - 2, y + 6) for x, y in body]), 6, closed=True), INK, 0.20, blur=3)
        p.shape(curve(at(*body), 6, closed=True), colour, 0.9)
        p.circle(*at((12, -2))[0], 2.0, INK)
        found.append(p.sprite())
    return found


@lru_cache(maxsize=2)
def bubble(high_contrast: bool) -> Sprite:
    p = Painter(36, 36, origin=(18, 18))
    p.ring(0, 0, 11, 2.5, WHITE, 0.9)
    if not high_contrast:
        p.circle(-4, -4, 3, WHITE, 0.8)
    return p.sprite()
