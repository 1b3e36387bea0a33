"""The brook of Kingfisher, looking across it: far trees, clear water, and what lives there."""

from __future__ import annotations

import math

from game_client.engine.geometry import Xy, blob, chance, curve, ellipse, ridge, turned
from game_client.engine.look import HEIGHT, WIDTH
from game_client.engine.painter import Gradient, Painter, Shadow, Sprite, turned_sprites
from game_client.engine.palette import (
    BLACK,
    CUE,
    HC_LAND,
    INK,
    PLACES,
    TARGET,
    WHITE,
    Place,
    Rgb,
    mix,
    rgb,
)  # fmt: skip

CENTRE = (800.0, 596.0)
"""Where the post stands on which the bird waits."""
WATER_Y = 214
_HOME = "birch_brook"
_FUR, _CREAM = rgb("#75503F"), rgb("#E4CDAD")
_BLUE, _SKY_BLUE, _ORANGE = rgb("#0072B2"), rgb("#56B4E9"), rgb("#E69F00")


def place_of(context: str) -> Place:
    """The light for a block's context; `harbour`, which blocks had by themselves, is this game's home."""
    return PLACES[context] if context in PLACES and context != "harbour" else PLACES[_HOME]


def ground(place: Place, mirrored: bool, high_contrast: bool) -> Sprite:
    """The whole ground layer, opaque; painted at load."""
    p = Painter(WIDTH, HEIGHT, BLACK)
    if high_contrast:
        p.shape([(-5, -5), (WIDTH + 5, -5), (WIDTH + 5, WATER_Y), (-5, WATER_Y)], HC_LAND)
        p.line([(0, WATER_Y), (WIDTH, WATER_Y)], 5, WHITE)
    else:
        _paint(p, place)
    picture = p.sprite()
    return picture.mirrored() if mirrored else picture


def _paint(p: Painter, place: Place) -> None:
    far, middle, near = place.land
    p.sky([(0.0, place.sky[0]), (0.6, place.sky[1]), (1.0, place.sky[2])], 0, WATER_Y + 2)
    p.glow(250, 70, 340, mix(place.sky[2], WHITE, 0.6), 0.7)
    hill = ridge(156, 20, 31, WIDTH, 1.2)
    p.shape([*hill, (WIDTH + 40, WATER_Y + 4), (-40, WATER_Y + 4)], mix(far, place.sky[2], 0.25))
    _trees(p, mix(far, middle, 0.55), mix(middle, INK, 0.2))
    bank = ridge(196, 6, 43, WIDTH, 1.5)
    p.shape([*bank, (WIDTH + 40, WATER_Y + 6), (-40, WATER_Y + 6)], mix(middle, near, 0.35))
    p.mist(WATER_Y - 10, 30, mix(place.sky[2], WHITE, 0.3), 0.75, 6)
    shallow, deep = mix(place.water, place.sky[2], 0.24), mix(place.water, INK, 0.34)
    edge = [(-5, WATER_Y), (WIDTH + 5, WATER_Y), (WIDTH + 5, HEIGHT + 5), (-5, HEIGHT + 5)]
    p.shape(edge, Gradient("down", shallow, deep, WATER_Y, 640))
    for x, wide, alpha in ((300, 90, 0.16), (560, 120, 0.20), (860, 100, 0.17), (1120, 130, 0.14)):
        beam = [(x, WATER_Y), (x + wide, WATER_Y), (x + wide - 190, HEIGHT), (x - 260, HEIGHT)]
        p.shape(beam, mix(shallow, WHITE, 0.4), alpha, blur=14)
    p.shape([(-5, WATER_Y - 2), (WIDTH + 5, WATER_Y - 2), (WIDTH + 5, WATER_Y + 3), (-5, WATER_Y + 3)],
            mix(shallow, WHITE, 0.75), 0.85)  # fmt: skip
    p.glints(26, WATER_Y + 14, 470, mix(shallow, WHITE, 0.7), 0.42, 9)
    _bed(p, place, deep)
    _bank(p, place)


def _trees(p: Painter, leaf: Rgb, trunk: Rgb) -> None:
    """Birches in one row on the far bank, higher to the right."""
    draw = chance(27)
    for k in range(15):
        x = 520 + 56 * k + draw.uniform(-14, 14)
        tall = 96 + 4.2 * k + draw.uniform(-14, 14)
        p.line([(x, 204), (x, 204 - 0.6 * tall)], 6, trunk, 0.8)
        crown = blob(x, 204 - tall, 0.36 * tall, 40 + k, 0.10)
        p.shape(crown, leaf, shadow=Shadow(3, 5, 7, 0.14, INK))
        p.shape(blob(x - 0.1 * tall, 204 - 1.08 * tall, 0.2 * tall, 70 + k), mix(leaf, WHITE, 0.14))


def _bed(p: Painter, place: Place, deep: Rgb) -> None:
    """Pebbles on the ground of the brook."""
    floor = ridge(690, 9, 57, WIDTH, 1.0)
    p.shape([*floor, (WIDTH + 40, HEIGHT + 5), (-40, HEIGHT + 5)], mix(deep, rgb("#7A8A84"), 0.22))
    draw = chance(33)
    for _ in range(16):
        x, half = draw.uniform(0, WIDTH), draw.uniform(24, 74)
        pebble = ellipse(x, 726 - 0.12 * half, half, 0.42 * half)
        p.shape(pebble, mix(deep, rgb("#B9C4BA"), draw.uniform(0.16, 0.36)), shadow=Shadow(2, 4, 5, 0.2))


def _bank(p: Painter, place: Place) -> None:
    """Our own bank at the left, under the words."""
    outer = [
        (-40, 206),
        (96, 214),
        (178, 262),
        (206, 352),
        (166, 462),
        (110, 566),
        (60, 660),
        (20, 760),
        (-40, 760),
    ]
    top, low = mix(place.land[2], rgb("#8DBB6E"), 0.3), mix(place.land[2], INK, 0.25)
    p.shape(curve(outer, 10), Gradient("down", top, low, 206, 640), shadow=Shadow(8, 8, 14, 0.34))
    inner = [(x - 34, y + 26) for x, y in outer]
    p.shape(curve(inner, 10), mix(top, low, 0.55), 0.5)


def weeds(place: Place) -> list[Sprite]:
    """Water weeds in three leanings, so that a frame picks one."""
    found = []
    colour = mix(mix(place.water, rgb("#1B5A4A"), 0.65), INK, 0.10)
    for lean in (-1.0, 0.0, 1.0):
        draw = chance(21)
        p = Painter(200, 230, origin=(100, 226))
        for _ in range(9):
            x, tall = draw.uniform(-58, 58), draw.uniform(90, 200)
            bend = draw.uniform(-14, 14) + 9 * lean
            points = [(x + bend * (j / 8) ** 2 + 5 * math.sin(0.9 * j + x), -tall * j / 8) for j in range(9)]
            p.line(points, [9 - 0.9 * j for j in range(9)], colour, 0.9)
        found.append(p.sprite())
    return found


def post(high_contrast: bool) -> Sprite:
    """The post in the water on which the bird waits, from a little above."""
    p = Painter(150, 170, origin=(75, 60))
    if high_contrast:
        p.ring(0, 0, 44, 6, WHITE)
        return p.sprite()
    p.shape(ellipse(4, 84, 56, 18), rgb("#06303A"), 0.4, blur=6)
    p.shape(
        [(-36, 0), (36, 0), (33, 84), (-33, 84)], Gradient("across", rgb("#8B6A4C"), rgb("#5C4331"), -36, 36)
    )
    p.shape(ellipse(0, 84, 33, 11), rgb("#5C4331"))
    p.ring(0, 86, 46, 3, WHITE, 0.5, flat=0.32)
    p.shape(ellipse(0, 0, 44, 30), INK)
    p.shape(ellipse(0, 0, 40, 27), rgb("#C9A477"))
    for wide in (29, 18, 8):
        p.ring(0, 0, wide, 2.4, rgb("#8B6A4C"), 0.8, flat=0.66)
    return p.sprite()


def birds(high_contrast: bool) -> list[Sprite]:
    """The kingfisher from above on its way, in 32 directions, counter-clockwise from the right."""
    finer = 3
    half = 60 * finer
    p = Painter(2 * half, 2 * half, origin=(half, half))
    edge = WHITE if high_contrast else INK

    def at(points: list[Xy], grow: float = 1.0) -> list[Xy]:
        return [(finer * grow * x, finer * grow * y) for x, y in points]

    wing = [(12.0, 0.0), (4.0, -18.0), (-14.0, -44.0), (-30.0, -47.0), (-22.0, -24.0), (-16.0, 0.0)]
    wings = curve(wing, 6) + curve([(x, -y) for x, y in wing[::-1]], 6)
    tail = [(-14.0, -8.0), (-46.0, -13.0), (-40.0, 0.0), (-46.0, 13.0), (-14.0, 8.0)]
    body = ellipse(3, 0, 26, 13)
    beak = [(24.0, -6.0), (57.0, 0.0), (24.0, 6.0)]
    for shape, grow in ((tail, 1.10), (wings, 1.10), (body, 1.2), (beak, 1.06)):
        p.shape(at(shape, grow), edge)
    p.shape(at(tail), _BLUE)
    p.shape(at(wings), _BLUE)
    for side in (-1, 1):
        p.shape(at(ellipse(-11, side * 24, 10, 15)), _SKY_BLUE)
        p.shape(at(ellipse(14, side * 8.5, 8, 4.5)), _ORANGE)
    p.shape(at(body), rgb("#0A83C6"))
    p.shape(at(ellipse(-2, 0, 17, 4.5)), _SKY_BLUE)
    p.shape(at([(26.0, -4.5), (55.0, 0.0), (26.0, 4.5)]), INK if not high_contrast else BLACK)
    for side in (-1, 1):
        p.circle(finer * 19, finer * side * 7, finer * 3.4, WHITE)
        p.circle(finer * 20, finer * side * 7, finer * 2.0, INK)
    shadow = None if high_contrast else Shadow(5, 14, 6, 0.38, rgb("#04222C"))
    return turned_sprites(p, 32, 1 / finer, shadow)


def fish(scale: float, high_contrast: bool, facing: int = 1) -> Sprite:
    """A fish to catch, seen in the water; amber, with its keyline."""
    half_x, half_y = math.ceil(60 * scale) + 6, math.ceil(36 * scale) + 8
    p = Painter(2 * half_x, 2 * half_y, origin=(half_x, half_y))
    colour, edge = (CUE, BLACK) if high_contrast else (TARGET, INK)

    def at(points: list[Xy], grow: float = 0.0) -> list[Xy]:
        return [(facing * scale * x * (1 + grow), scale * y * (1 + 1.6 * grow)) for x, y in points]

    body = curve([(-38, 0), (-14, -20), (14, -17), (32, 0), (14, 17), (-14, 20)], 8, closed=True)
    tail: list[Xy] = [(24, 0), (52, -20), (45, 0), (52, 20)]
    for shape in (tail, body):
        p.shape(at(shape, 0.16), edge)
    p.shape(at(tail), mix(colour, rgb("#8A4300"), 0.25))
    p.shape(at(body), Gradient("down", mix(colour, WHITE, 0.35), colour, -18 * scale, 14 * scale))
    p.line(at([(-2, -13), (5, 0), (-2, 13)]), 3 * scale, WHITE, 0.9)
    p.circle(facing * -24 * scale, -4 * scale, 4.6 * scale, edge)
    return p.sprite()


def rings(high_contrast: bool) -> list[Sprite]:
    """A splash that grows, as rings on the water, smallest first."""
    found = []
    for k in range(8):
        radius = 22 + 9 * k
        p = Painter(2 * radius + 20, 2 * radius + 20, origin=(radius + 10, radius + 10))
        p.ring(0, 0, radius, 5 if high_contrast else 4, WHITE, 1.0 if high_contrast else 0.9, flat=0.5)
        if k > 2:
            p.ring(0, 0, radius - 20, 3, WHITE, 1.0 if high_contrast else 0.6, flat=0.5)
        found.append(p.sprite())
    return found


def head(high_contrast: bool) -> Sprite:
    """The otter swimming off, small: after a stop."""
    p = Painter(150, 110, origin=(75, 60))
    edge = WHITE if high_contrast else INK
    p.shape(turned(ellipse(0, 0, 31, 28), 0, 0, -4), edge)
    for side in (-1, 1):
        p.circle(side * 22, -24, 10, edge)
        p.circle(side * 22, -24, 7, _FUR)
    p.shape(ellipse(0, -4, 28, 25), _FUR)
    p.shape(ellipse(0, 6, 17, 12), _CREAM)
    for side in (-1, 1):
        p.circle(side * 11, -10, 4, INK)
    p.shape(ellipse(0, 1, 7, 5), INK)
    p.shape([(-60, 16), (60, 16), (52, 34), (-52, 34)], rgb("#2A7F94"), 0.85)
    p.ring(0, 18, 46, 4, WHITE, 0.85, flat=0.2)
    return p.sprite()
