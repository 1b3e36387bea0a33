"""The lamp room of the lighthouse before dawn: the harbour through its window, lamps, images to move by.

All of it is painted when a block begins. The window looks out on the sea; the wall beside it carries the
words.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from game_client.engine.geometry import Xy, chance, curve, ellipse, ridge, slip
from game_client.engine.look import HEIGHT, WIDTH
from game_client.engine.painter import Gradient, Painter, Shadow, Sprite
from game_client.engine.palette import (
    BLACK,
    CREAM,
    CUE,
    HC_LAND,
    INACTIVE,
    INK,
    LAMP,
    PERSON_INK,
    PLACES,
    TARGET,
    WHITE,
    Place,
    Rgb,
    luminance,
    mix,
    rgb,
)  # fmt: skip

if TYPE_CHECKING:
    from collections.abc import Callable

HORIZON = 452
BEAM_Y = 34
"""The beam's lower edge, from which the lamps hang."""
SOCK_AT: Xy = (1128.0, 470.0)
"""The top of the wind sock's pole."""
IMAGE_HALF = 118
_WALL = 402


def place_of(context: str) -> Place:
    """The light for a block's context; this game's home is the harbour."""
    return PLACES.get(context, PLACES["harbour"])


def is_night(place: Place) -> bool:
    return luminance(place.sky[0]) < 0.06


def paint(context: str, mirrored: bool, high_contrast: bool) -> Sprite:
    """The whole ground layer, opaque."""
    place = place_of(context)
    p = Painter(WIDTH, HEIGHT, BLACK)
    if high_contrast:
        _paint_contrast(p)
    else:
        _paint_outside(p, place)
        _paint_room(p, place)
    picture = p.sprite()
    return picture.mirrored() if mirrored else picture


def _paint_contrast(p: Painter) -> None:
    p.shape([(-5, HORIZON), (WIDTH + 5, HORIZON), (WIDTH + 5, HEIGHT + 5), (-5, HEIGHT + 5)], HC_LAND)
    p.line([(0, HORIZON), (WIDTH, HORIZON)], 5, WHITE)
    p.shape([(-5, -5), (_WALL, -5), (_WALL, HEIGHT + 5), (-5, HEIGHT + 5)], BLACK)
    p.line([(_WALL, -5), (_WALL, HEIGHT + 5)], 5, WHITE)
    p.shape([(-5, -5), (WIDTH + 5, -5), (WIDTH + 5, BEAM_Y), (-5, BEAM_Y)], BLACK)
    p.line([(_WALL, BEAM_Y), (WIDTH + 5, BEAM_Y)], 5, WHITE)


def _land(p: Painter, line: list[Xy], fill: Rgb | Gradient, bottom: float) -> None:
    p.shape([*line, (line[-1][0], bottom), (line[0][0], bottom)], fill)


def _paint_outside(p: Painter, place: Place) -> None:
    """Sky, far hills, the headland with its own light, water and the mole."""
    top, middle, low = place.sky
    p.sky([(0.0, top), (0.6, middle), (1.0, low)], 0, HORIZON + 2)
    p.glow(1060, HORIZON - 4, 520, mix(low, WHITE, 0.25), 0.55, flat=0.6)
    for x, y, wide in ((560, 118, 260), (1000, 86, 320), (760, 206, 220), (1180, 238, 180)):
        band = [(x - wide / 2, y), (x, y - 5), (x + wide / 2, y)]
        p.line(band, [4, 17, 4], mix(low, WHITE, 0.2), 0.28, blur=6)
    if is_night(place) or place.number == 11:
        draw = chance(12)
        for _ in range(34):
            p.circle(draw.uniform(410, 1270), draw.uniform(40, 210), draw.uniform(1.2, 2.2), CREAM, 0.55)
    far, near = place.land[0], place.land[1]
    _land(p, ridge(HORIZON - 62, 30, 61, WIDTH, 1.2), mix(far, middle, 0.35), HORIZON + 4)
    _land(p, ridge(HORIZON - 26, 18, 67, WIDTH), mix(far, near, 0.5), HORIZON + 4)
    p.mist(HORIZON - 10, 30, mix(low, WHITE, 0.3), 0.65, 6)
    shore = [(400, 396), (470, 402), (540, 424), (600, 444), (650, HORIZON + 2), (380, HORIZON + 4)]
    headland = curve([(float(x), float(y)) for x, y in shore], 8)
    p.shape(headland, mix(near, place.land[2], 0.5))
    p.reflect(HORIZON, place.water, 0.18, 0.78, 8)
    p.glow(1060, HORIZON + 30, 300, mix(low, WHITE, 0.3), 0.45, flat=0.35)
    p.glints(36, HORIZON + 8, 640, mix(low, WHITE, 0.3), 0.55, 9, (1060, 80), (30, 130), 2.2)
    p.glints(34, HORIZON + 24, 700, mix(place.water, WHITE, 0.45), 0.40, 11, None, (50, 170), 2.2)
    _paint_far_light(p, 512, 412, place)
    _paint_mole(p, place)


def _paint_far_light(p: Painter, x: float, y: float, place: Place) -> None:
    """Another lighthouse, far away on the headland."""
    pale, dark = mix(CREAM, place.sky[1], 0.25), mix(INK, place.land[2], 0.35)
    p.shape([(x - 12, y + 4), (x - 8, y - 78), (x + 8, y - 78), (x + 12, y + 4)], pale)
    p.shape([(x - 10.5, y - 24), (x - 9.3, y - 46), (x + 9.3, y - 46), (x + 10.5, y - 24)], PERSON_INK)
    p.shape(slip(x - 10, y - 94, 20, 16, 3), rgb("#FFE9A0"))
    p.shape([(x - 13, y - 93), (x, y - 108), (x + 13, y - 93)], dark)
    p.shape(slip(x - 14, y - 80, 28, 5, 2), dark)
    p.glow(x, y - 86, 90, rgb("#FFE7A0"), 0.75)
    p.glow(x, HORIZON + 34, 46, rgb("#FFE7A0"), 0.30, flat=1.6)


def _paint_mole(p: Painter, place: Place) -> None:
    """The harbour's wall in the water, with the pole of the wind sock."""
    stone, lit = mix(place.land[2], INK, 0.25), mix(place.land[1], place.sky[2], 0.25)
    top = curve([(1330, 566), (1230, 572), (1120, 582), (1010, 598), (930, 618)], 8)
    p.shape([*top, (960, 652), (1100, 650), (1330, 660)], stone, shadow=Shadow(-6, 10, 14, 0.30))
    p.line(top, 9, lit)
    for x in (1240.0, 1160.0, 1080.0, 1005.0):
        p.line([(x, 586), (x - 8, 640)], 3, mix(stone, BLACK, 0.25), 0.5)
    x, y = SOCK_AT
    p.line([(x, y), (x, 590)], 9, INK)
    p.line([(x, y + 2), (x, 588)], 5, CREAM)


def _paint_room(p: Painter, place: Place) -> None:
    """The wall that carries the words, the beam above and the sill below: warm wood in lamplight."""
    dark = mix(rgb("#3B2A22"), place.land[2], 0.35)
    wood = mix(rgb("#6B4C36"), place.land[1], 0.25)
    wall = Gradient("across", mix(dark, wood, 0.25), wood, 0, _WALL)
    edge = [(-5, -5), (_WALL, -5), (_WALL, HEIGHT + 5), (-5, HEIGHT + 5)]
    p.shape([(-5, 652), (WIDTH + 5, 652), (WIDTH + 5, HEIGHT + 5), (-5, HEIGHT + 5)], mix(wood, INK, 0.15),
            shadow=Shadow(0, -8, 14, 0.3))  # fmt: skip
    p.line([(-5, 655), (WIDTH + 5, 655)], 7, mix(wood, LAMP, 0.35))
    p.shape(edge, wall, shadow=Shadow(9, 4, 14, 0.35))
    for k in range(1, 6):
        p.line([(k * 67, -5), (k * 67 + 2, HEIGHT + 5)], 2.5, mix(dark, BLACK, 0.2), 0.5)
    p.line([(_WALL - 5, -5), (_WALL - 5, HEIGHT + 5)], 10, mix(wood, LAMP, 0.28))
    beam = [(-5, -5), (WIDTH + 5, -5), (WIDTH + 5, BEAM_Y), (-5, BEAM_Y)]
    p.shape(beam, mix(wood, INK, 0.25), shadow=Shadow(0, 8, 12, 0.32))
    p.line([(-5, BEAM_Y - 3), (WIDTH + 5, BEAM_Y - 3)], 6, mix(wood, LAMP, 0.25))
    p.glow(_WALL, 360, 420, rgb("#FFCF80"), 0.16)


# -- lamps ---------------------------------------------------------------------------------------------------


def lamp(scale: float, lit: bool, high_contrast: bool) -> Sprite:
    """A lantern with its ring on top; its origin is the middle of its glass."""
    half = math.ceil(62 * scale)
    p = Painter(2 * half, 2 * half, origin=(half, half))
    _paint_lamp(p, 0, 0, scale, lit, high_contrast)
    return p.sprite()


def _paint_lamp(p: Painter, x0: float, y0: float, s: float, lit: bool, high_contrast: bool) -> None:
    edge = WHITE if high_contrast else INK
    glass: Rgb | Gradient
    if high_contrast:
        glass = CUE if lit else BLACK
    elif lit:
        glass = Gradient("round", rgb("#FFFBE6"), rgb("#FFC857"), 0, 30 * s, (x0, y0 + 2 * s))
    else:
        glass = Gradient("down", rgb("#7F93A0"), rgb("#556C7B"), y0 - 22 * s, y0 + 24 * s)

    def plate(x: float, y: float, width: float, height: float, radius: float, fill: Rgb | Gradient) -> None:
        p.shape(slip(x0 + x * s, y0 + y * s, width * s, height * s, radius * s), fill)

    p.ring(x0, y0 - 43 * s, 7 * s, 4.5 * s, edge)
    p.shape([(x0 - 24 * s, y0 - 22 * s), (x0, y0 - 40 * s), (x0 + 24 * s, y0 - 22 * s)], edge)
    plate(-26, -26, 52, 9, 4, edge)
    plate(-22, -20, 44, 46, 10, edge)
    plate(-17.5, -16, 35, 37, 7, glass)
    if lit and not high_contrast:
        flame = [(0, -12), (7, 3), (0, 13), (-7, 3)]
        p.shape(curve([(x0 + x * s, y0 + y * s) for x, y in flame], 8, closed=True), rgb("#FFF3C4"))
    for x in (-6, 6):
        p.line([(x0 + x * s, y0 - 17 * s), (x0 + x * s, y0 + 22 * s)], 2 * s, edge, 0.55)
    plate(-27, 22, 54, 10, 4, edge)
    plate(-18, 30, 36, 6, 3, edge)


# -- images to move by ---------------------------------------------------------------------------------------


def image(name: str, high_contrast: bool, scale: float = 1.0) -> Sprite:
    """An image to move by, as a round picture of radius 118 (times `scale`) around its origin."""
    half = math.ceil((IMAGE_HALF + 4) * scale)
    p = Painter(2 * half, 2 * half, origin=(half, half))
    s = scale
    if high_contrast:
        p.circle(0, 0, IMAGE_HALF * s, WHITE)
        p.circle(0, 0, (IMAGE_HALF - 5) * s, BLACK)
    else:
        p.circle(0, 0, IMAGE_HALF * s, Gradient("down", rgb("#F3D9B6"), rgb("#5F8AA0"), -150 * s, 140 * s))
        p.line([(-104 * s, 54 * s), (104 * s, 54 * s)], 5 * s, mix(INK, rgb("#5F8AA0"), 0.4))
    _IMAGES[name](p, s, high_contrast)
    return p.sprite()


def _tripod(p: Painter, s: float, contrast: bool) -> None:
    """Three legs planted wide, something heavy and calm on top."""
    line = WHITE if contrast else INK
    for grow, tone in ((7.0, line), (0.0, CUE if contrast else rgb("#9C6B3F"))):
        for foot in (-62, 2, 62):
            p.line([(0, -26 * s), (foot * s, 58 * s)], (13 + grow) * s, tone)
        p.shape(
            slip((-17 - grow / 2) * s, (-44 - grow / 2) * s, (34 + grow) * s, (26 + grow) * s, 8 * s), tone
        )
    p.circle(0, -68 * s, 29 * s, line)
    p.circle(0, -68 * s, 24 * s, BLACK if contrast else PERSON_INK)
    p.circle(-8 * s, -76 * s, 7 * s, WHITE, 1 if contrast else 0.7)


def _still_lamp(p: Painter, s: float, contrast: bool) -> None:
    """A lamp that hangs straight, in its ring."""
    if not contrast:
        p.glow(0, 4 * s, 100 * s, LAMP, 0.85)
    p.line([(0, -108 * s), (0, -46 * s)], 6 * s, WHITE if contrast else INK)
    _paint_lamp(p, 0, 6 * s, 1.2 * s, True, contrast)
    p.ring(0, 6 * s, 74 * s, 6 * s, WHITE)


def _shift(p: Painter, s: float, contrast: bool) -> None:
    """Somebody on a chair who leans over first, slowly; the arm may follow."""
    person, ghost = (WHITE, INACTIVE) if contrast else (PERSON_INK, mix(PERSON_INK, WHITE, 0.55))
    chair = INACTIVE if contrast else rgb("#7A5A3C")
    p.line([(-66 * s, -20 * s), (-66 * s, 54 * s)], 8 * s, chair)
    p.line([(-66 * s, 22 * s), (-10 * s, 22 * s), (-10 * s, 54 * s)], 8 * s, chair)
    for tone, lean in ((ghost, 0.0), (person, 34.0)):
        body, head = _leant(lean, 54), _leant(lean, 82)[1]
        p.line([(x * s, y * s) for x, y in body], 27 * s, tone)
        p.circle(head[0] * s, head[1] * s, 19 * s, tone)
    p.line([(-44 * s, 8 * s), (-6 * s, 10 * s), (0, 50 * s)], 16 * s, person)
    bend = ellipse(-14 * s, -40 * s, 74 * s, 46 * s, 20, 112)[::-1]
    for grow, tone in ((4.0, BLACK if contrast else INK), (0.0, CUE if contrast else TARGET)):
        p.line(bend, (10 + 2 * grow) * s, tone)
        tip = bend[-1]
        head_ = [(0.0, 26 + 1.5 * grow), (-20 - 1.4 * grow, -10 - grow), (20 + 1.4 * grow, -10 - grow)]
        p.shape([(tip[0] + x * s, tip[1] + y * s) for x, y in head_], tone)


def _leant(lean_deg: float, long: float) -> list[Xy]:
    """Hip and shoulder of somebody who leans to the right."""
    a = math.radians(lean_deg)
    return [(-44.0, 8.0), (-44.0 + long * math.sin(a), 8.0 - long * math.cos(a))]


_IMAGES: dict[str, Callable[[Painter, float, bool], None]] = {
    "tripod": _tripod,
    "lamp": _still_lamp,
    "shift": _shift,
}
