"""The hidden glade of Fireflies: dusk behind trunks, a canopy overhead, a start stone in the grass."""

from __future__ import annotations

import math
from functools import lru_cache

from game_client.assets.things import glow_sprite, pines
from game_client.engine.geometry import blob, chance, ellipse, ridge, turned
from game_client.engine.look import HEIGHT, WIDTH
from game_client.engine.painter import Gradient, Painter, Sprite
from game_client.engine.palette import BLACK, CREAM, CUE, HC_LAND, INK, PLACES, WHITE, Place, Rgb, mix, rgb

CENTRE = (770.0, 604.0)
"""Where the start stone lies."""
FLY_TURNS = (-34.0, 18.0, -8.0, -16.0, 28.0)
"""How each of the five fireflies is turned, degrees."""
_HOME = "dusk_glade"
_TRUNKS = (
    (404, 15, 0), (472, 14, 0), (300, 16, 0), (1012, 15, 0), (1092, 16, 0), (560, 10, 0), (930, 10, 0),
    (236, 26, 1), (150, 30, 1), (1150, 30, 1), (1218, 26, 1), (20, 88, 2), (1274, 74, 2),
)  # fmt: skip
"""Where each trunk stands, half its width, and how near it is."""


def place_of(context: str) -> Place:
    """The light for a block's context; `harbour`, which blocks had by themselves, is this game's home."""
    return PLACES[context] if context in PLACES and context != "harbour" else PLACES[_HOME]


def ground(place: Place, mirrored: bool, high_contrast: bool) -> Sprite:
    """The whole ground layer, opaque; painted at load."""
    p = Painter(WIDTH, HEIGHT, BLACK)
    if high_contrast:
        line = ridge(560, 10, 23, WIDTH, 0.8)
        p.shape([*line, (WIDTH + 40, HEIGHT + 5), (-40, HEIGHT + 5)], HC_LAND)
        p.line(line, 5, WHITE)
    else:
        _paint(p, place)
    picture = p.sprite()
    return picture.mirrored() if mirrored else picture


def _paint(p: Painter, place: Place) -> None:
    far, middle, near = place.land
    p.sky([(0.0, place.sky[0]), (0.62, place.sky[1]), (1.0, place.sky[2])], 0, 470)
    p.glow(CENTRE[0], 470, 460, mix(place.sky[2], WHITE, 0.2), 0.45, flat=0.55)
    hill = ridge(438, 13, 31, WIDTH, 1.1)
    p.shape([*hill, (WIDTH + 40, 720), (-40, 720)], mix(far, place.sky[2], 0.22))
    pines(p, hill, 15, 74, mix(far, middle, 0.35), 12)
    p.mist(470, 40, mix(place.sky[2], place.sky[1], 0.5), 0.55, 3)
    _land(p, 508, 10, 37, mix(far, middle, 0.55), mix(middle, place.water, 0.4))
    for x, half, depth in _TRUNKS:
        if depth == 0:
            _trunk(p, x, half, 512, mix(far, middle, 0.45))
    p.mist(532, 34, mix(place.sky[1], place.water, 0.4), 0.5, 5)
    grass = mix(place.water, rgb("#2F5E58"), 0.45)
    _land(p, 566, 9, 41, mix(grass, middle, 0.35), mix(grass, INK, 0.62))
    p.glow(CENTRE[0], CENTRE[1] + 10, 330, mix(grass, rgb("#7FD0C0"), 0.4), 0.28, flat=0.36)
    for x, half, depth in _TRUNKS:
        if depth == 1:
            _trunk(p, x, half, 578, mix(near, middle, 0.55))
    _canopy(p, mix(far, middle, 0.55), 128, 36, 60)
    _canopy(p, mix(middle, near, 0.4), 66, 46, 90)
    for x, half, depth in _TRUNKS:
        if depth == 2:
            _trunk(p, x, half, 706, mix(near, INK, 0.35))
    _canopy(p, mix(near, INK, 0.35), -6, 58, 150)
    _grass(p, mix(near, INK, 0.55))


def _land(p: Painter, y: float, height: float, seed: int, top: Rgb, bottom: Rgb) -> None:
    line = ridge(y, height, seed, WIDTH, 0.9)
    fill = Gradient("down", top, bottom, y - height, HEIGHT)
    p.shape([*line, (WIDTH + 40, HEIGHT + 5), (-40, HEIGHT + 5)], fill)


def _trunk(p: Painter, x: float, half: float, foot: float, colour: Rgb) -> None:
    """A trunk from above the picture down to its spreading foot."""
    left = [(x - 0.86 * half, -10), (x - 0.9 * half, foot - 110), (x - 1.5 * half, foot + 6)]
    right = [(x + 1.5 * half, foot + 6), (x + 0.9 * half, foot - 110), (x + 0.8 * half, -10)]
    p.shape([*left, *right], Gradient("across", mix(colour, WHITE, 0.05), colour, x - half, x + half))


def _canopy(p: Painter, colour: Rgb, middle_y: float, radius: float, droop: float) -> None:
    """Leaves that hang lower towards both sides, as one paper layer with its shadow."""
    draw = chance(round(middle_y) + 300)
    step = radius * 0.95
    leaves = []
    for k in range(math.ceil(WIDTH / step) + 2):
        x = k * step
        aside = abs(x - CENTRE[0] + 110) / 640
        y = middle_y + droop * aside**2.4 * 2.0 + draw.uniform(-7, 7) - radius * 0.6
        leaves.append((x, y, radius * draw.uniform(0.9, 1.25)))
    for dy, tone, alpha, blur in ((9.0, INK, 0.30, 8.0), (0.0, colour, 1.0, 0.0)):
        for x, y, r in leaves:
            p.shape(blob(x, y + dy, r, int(x) + 5, 0.08), tone, alpha, blur)
        below = [(x, y + dy) for x, y, _ in leaves]
        p.shape([(-20, -20), *below, (WIDTH + 90, -20)], tone, alpha)


def _grass(p: Painter, colour: Rgb) -> None:
    draw = chance(19)
    for _ in range(150):
        x = draw.uniform(-10, WIDTH + 10)
        aside = min(1.0, abs(x - CENTRE[0]) / 560)
        tall = (16 + 70 * aside**1.6) * draw.uniform(0.5, 1.1)
        lean = draw.uniform(-0.4, 0.4) * tall
        points = [(x + lean * (k / 5) ** 2, HEIGHT + 4 - tall * k / 5) for k in range(6)]
        p.line(points, [5.0 * (1 - 0.8 * k / 5) for k in range(6)], colour)


def stone(lit: bool, high_contrast: bool) -> Sprite:
    """The start stone, lying flat; it is light while the hand rests there."""
    p = Painter(190, 110, origin=(95, 50))
    if high_contrast:
        p.shape(ellipse(0, 0, 68, 27), WHITE)
        p.shape(ellipse(0, 0, 62, 21), WHITE if lit else BLACK)
        return p.sprite()
    p.shape(ellipse(5, 16, 76, 25), rgb("#0A1626"), 0.5, blur=7)
    p.shape(ellipse(0, 7, 66, 24), rgb("#3F5A66"))
    top, low = ("#B9DAD6", "#8DB4B4") if lit else ("#7FA6A8", "#5C858C")
    p.shape(ellipse(0, 0, 66, 24), Gradient("down", rgb(top), rgb(low), -24, 24))
    p.ring(0, 0, 49, 4.5, CREAM, 1.0 if lit else 0.75, flat=0.36)
    return p.sprite()


def flies(high_contrast: bool) -> list[Sprite]:
    """The five fireflies, lit."""
    return [_fly(turn, high_contrast) for turn in FLY_TURNS]


def _fly(turn: float, high_contrast: bool) -> Sprite:
    p = Painter(110, 110, origin=(55, 55))

    def at(x: float, y: float, wide: float, high: float, deg: float) -> list[tuple[float, float]]:
        return turned(turned(ellipse(0, 0, wide, high), deg, x, y), turn)

    wings, edge = (WHITE, BLACK) if high_contrast else (rgb("#E9E4D2"), rgb("#3A2A22"))
    for side in (-1, 1):
        p.shape(at(side * 15, -16, 21, 8.5, -side * 38), wings, 1.0 if high_contrast else 0.78)
    tail = CUE if high_contrast else rgb("#FFF3A6")
    if not high_contrast:
        p.shape(at(0, 18, 14, 20, 0), rgb("#FFE98A"), 0.6, blur=6)
    p.shape(at(0, 17, 9, 16, 0), tail)
    p.shape(at(0, -1, 8.5, 9.5, 0), edge)
    return p.sprite()


@lru_cache(maxsize=1)
def glow() -> Sprite:
    """The light about a lit firefly, to be added."""
    return glow_sprite(96, rgb("#F7E7A0"), 0.62)


def moths(place: Place) -> list[Sprite]:
    """Specks that drift in the air, the glade's quiet life; far too pale to be a light."""
    found = []
    for radius in (2.0, 2.6, 3.2):
        p = Painter(12, 12, origin=(6, 6))
        p.circle(0, 0, radius, mix(place.sky[2], WHITE, 0.35), 0.55)
        found.append(p.sprite())
    return found


def fern(place: Place) -> Sprite:
    """Ferns at the picture's lower edge, which move a little."""
    p = Painter(260, 150, origin=(130, 146))
    colour = mix(place.land[2], INK, 0.30)
    draw = chance(8)
    for k in range(7):
        deg, long = 34 + 18 * k + draw.uniform(-6, 6), draw.uniform(84, 126)
        stem = [
            (
                math.cos(math.radians(deg)) * long * t + 0.1 * long * t * t,
                -math.sin(math.radians(deg)) * long * t,
            )
            for t in (j / 8 for j in range(9))
        ]
        p.line(stem, [5 - 0.5 * j for j in range(9)], colour)
        for j in range(2, 9):
            x, y = stem[j]
            for side in (-1, 1):
                leaf = turned(ellipse(0, 0, 15 - 1.3 * j, 4.2), deg + side * 62, x, y)
                p.shape([(px + side * 3, py) for px, py in leaf], colour)
    return p.sprite()
