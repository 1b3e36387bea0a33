"""The star hill at night: sky and land, the telescope and who sits at it, and the constellations.

All of it is painted when a block begins. It is always night here: another place lends the night its hue.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from game_client.engine.geometry import Xy, chance, curve, ellipse, pine, ridge, slip, turned
from game_client.engine.look import HEIGHT, WIDTH
from game_client.engine.painter import Gradient, Painter, Sprite
from game_client.engine.palette import (
    BLACK,
    CREAM,
    CUE,
    HC_LAND,
    INACTIVE,
    NIGHT,
    PLACES,
    WHITE,
    Place,
    luminance,
    mix,
    rgb,
)  # fmt: skip

LENS: Xy = (800.0, 290.0)
LENS_PX = 226.0
_HOME = "star_hill"
_BRASS = rgb("#E9D8A6")
_PALE = rgb("#9DB7EE")
_STARLIGHT = rgb("#FFF1C0")
_SHADE = rgb("#050B18")


@dataclass(frozen=True, slots=True)
class Figure:
    """A constellation: nine stars, which of them a line joins, and the outline of what it pictures.

    Points are canvas pixels from the lens's middle.
    """

    stars: tuple[Xy, ...]
    lines: tuple[tuple[int, int], ...]
    outline: tuple[Xy, ...]


FIGURES = (
    # A heron that looks to the right.
    Figure(
        ((-140, 62), (-88, 28), (-34, 0), (22, -40), (58, -98), (112, -88), (4, 52), (-20, 118), (50, 44)),
        ((0, 1), (1, 2), (2, 3), (3, 4), (4, 5), (2, 6), (6, 7), (3, 8), (8, 6)),
        (
            (-150, 66), (-84, 8), (-24, -28), (14, -52), (36, -108), (64, -122), (150, -84), (78, -80),
            (62, -38), (66, 30), (30, 74), (-30, 70), (-92, 60),
        ),
    ),
    # A paper boat under its sail.
    Figure(
        ((-140, 52), (-66, 108), (66, 108), (140, 52), (0, 52), (0, -34), (0, -126), (70, 8), (-58, 14)),
        ((0, 1), (1, 2), (2, 3), (3, 7), (7, 6), (6, 5), (5, 4), (6, 8), (8, 0)),
        (
            (-156, 44), (-72, 28), (-6, -140), (10, -136), (84, 20), (156, 44), (74, 122), (-74, 122),
        ),
    ),
    # A fish that jumps.
    Figure(
        (
            (-148, 58), (-118, -8), (-84, 36), (-30, -28), (36, -62), (108, -40), (138, 18), (66, 44),
            (-12, 54),
        ),
        ((0, 2), (1, 2), (2, 3), (3, 4), (4, 5), (5, 6), (6, 7), (7, 8), (8, 2)),
        (
            (-160, 78), (-122, 26), (-134, -30), (-72, 10), (-26, -50), (40, -86), (116, -58), (156, 22),
            (78, 66), (-14, 76), (-76, 54),
        ),
    ),
    # A hare that sits and listens.
    Figure(
        (
            (-46, -132), (8, -134), (-10, -62), (46, -30), (-34, 2), (-72, 74), (-20, 122), (84, 118),
            (92, 50),
        ),
        ((0, 2), (1, 2), (2, 3), (2, 4), (4, 5), (5, 6), (6, 7), (7, 8), (8, 4)),
        (
            (-60, -146), (-28, -88), (6, -150), (22, -78), (70, -34), (40, -8), (58, 18), (118, 52),
            (112, 128), (20, 138), (-72, 132), (-94, 72), (-58, 4), (-40, -50),
        ),
    ),
)  # fmt: skip


def place_of(context: str) -> Place:
    """The light for a block's context. `harbour`, which blocks have by themselves, is this game's home."""
    if context == "harbour" or context not in PLACES:
        context = "harbour" if context.startswith("harbour_") else _HOME
    place = PLACES[context]
    if luminance(place.sky[0]) < 0.01:
        return place
    shares = zip(place.sky, (0.80, 0.70, 0.55), strict=True)
    sky = tuple(mix(mix(each, NIGHT, share), BLACK, 0.30) for each, share in shares)
    shares = zip(place.land, (0.1, 0.3, 0.6), strict=True)
    land = tuple(mix(mix(each, NIGHT, 0.72), BLACK, share) for each, share in shares)
    return place._replace(sky=sky, land=land)  # type: ignore[arg-type]


def night(place: Place, mirrored: bool, high_contrast: bool) -> Sprite:
    """Sky, far hills and the near hill with its pines; the telescope stands on it."""
    p = Painter(WIDTH, HEIGHT, BLACK)
    hill = curve([(-40, 706), (120, 676), (330, 632), (520, 610), (700, 616), (900, 652), (1330, 716)], 10)
    whole = [*hill, (WIDTH + 60, HEIGHT + 20), (-60, HEIGHT + 20)]
    if high_contrast:
        p.shape(whole, HC_LAND)
        p.line(hill, 5, WHITE)
    else:
        far, middle, near = place.land
        p.sky(
            [(0.0, place.sky[0]), (0.5, place.sky[1]), (0.78, mix(place.sky[1], place.sky[2], 0.5)),
             (0.86, place.sky[2]), (1.0, near)], 0, HEIGHT,
        )  # fmt: skip
        for wide in (260, 160, 80):
            band = [(float(x), 540 - 0.34 * x) for x in range(-100, 1500, 50)]
            p.line(band, wide, mix(_PALE, place.sky[2], 0.4), 0.09, blur=40, round_ends=False)
        draw = chance(8)
        for k in range(230):
            x = draw.uniform(0, WIDTH)
            y = draw.gauss(540 - 0.34 * x, 90) if k % 2 else draw.uniform(0, 520)
            if 0 < y < 545:
                size, light = draw.choice((0.9, 1.1, 1.4, 1.8)), draw.uniform(0.25, 0.8)
                p.circle(x, y, size, rgb("#DCE6FF"), light)
        p.shape([*ridge(560, 26, 41, WIDTH, 1.2), (WIDTH + 40, HEIGHT), (-40, HEIGHT)], far)
        p.shape([*ridge(590, 18, 44, WIDTH), (WIDTH + 40, HEIGHT), (-40, HEIGHT)], middle)
        p.mist(576, 34, mix(place.sky[2], WHITE, 0.35), 0.35, 6)
        p.shape(whole, Gradient("down", mix(near, middle, 0.35), near, 604, HEIGHT))
        p.line([(x, y + 1) for x, y in hill], 2.5, mix(place.sky[2], _PALE, 0.5), 0.30)
        for x, tall in ((28, 230), (96, 160), (1176, 210), (1240, 300)):
            p.shape(pine(x, HEIGHT + 2, tall), near)
    picture = p.sprite()
    return picture.mirrored() if mirrored else picture


def lens(high_contrast: bool) -> Sprite:
    """The round field of the telescope; its origin is its middle."""
    half = math.ceil(LENS_PX * 1.5) + 4
    p = Painter(2 * half, 2 * half, origin=(half, half))
    if high_contrast:
        p.circle(0, 0, LENS_PX, BLACK)
        return p.sprite()
    p.glow(0, 0, LENS_PX * 1.5, rgb("#4C6FB0"), 0.32)
    p.circle(0, 0, LENS_PX, rgb("#0B1736"), 0.62)
    draw = chance(21)
    for _ in range(46):
        away, turn = LENS_PX * 0.94 * math.sqrt(draw.random()), draw.uniform(0, math.tau)
        p.circle(away * math.cos(turn), away * math.sin(turn), draw.choice((1.2, 1.7)), rgb("#8FA3D0"), 0.5)
    return p.sprite()


def rim(high_contrast: bool, calm: bool) -> Sprite:
    """The lens's rim: whole and bright while it is calm, in pieces and dim while it is not."""
    half = math.ceil(LENS_PX) + 26
    p = Painter(2 * half, 2 * half, origin=(half, half))
    colour = (CUE if calm else INACTIVE) if high_contrast else (_BRASS if calm else mix(_BRASS, _PALE, 0.7))
    strength = 1.0 if high_contrast or calm else 0.55
    if calm:
        p.ring(0, 0, LENS_PX, 6, colour, 0.95)
        p.ring(0, 0, LENS_PX + 13, 3, colour, 0.5)
    else:
        for k in range(12):
            p.ring(0, 0, LENS_PX, 5, colour, strength, 30 * k + 4, 30 * k + 26)
    for k in range(4):
        turn = math.radians(45 + 90 * k)
        inner, outer = (LENS_PX - 13, LENS_PX + 13) if calm else (LENS_PX + 2, LENS_PX + 20)
        p.line([(r * math.cos(turn), r * math.sin(turn)) for r in (inner, outer)], 5, colour, strength)
    return p.sprite()


def outline(figure: Figure, high_contrast: bool) -> Sprite:
    """What the constellation pictures, faintly; its origin is the lens's middle."""
    half = math.ceil(LENS_PX)
    p = Painter(2 * half, 2 * half, origin=(half, half))
    shape = curve(list(figure.outline), 8, closed=True)
    if high_contrast:
        p.line([*shape, shape[0]], 4, INACTIVE)
    else:
        p.shape(shape, _PALE, 0.30, blur=2)
    return p.sprite()


def star(high_contrast: bool, lit: bool) -> Sprite:
    """A star of four points, or the small ring where one will be."""
    p = Painter(48, 48, origin=(24, 24))
    if not lit:
        p.ring(0, 0, 8, 3, INACTIVE if high_contrast else rgb("#AFC0E8"), 0.8)
        return p.sprite()
    points = [
        (
            (19 if k % 2 == 0 else 6) * math.cos(k * math.pi / 4),
            (19 if k % 2 == 0 else 6) * math.sin(k * math.pi / 4),
        )
        for k in range(8)
    ]
    p.shape(points, CUE if high_contrast else rgb("#FFF8DC"))
    p.circle(0, 0, 6, WHITE)
    return p.sprite()


def glow() -> Sprite:
    """The light around a star, to be added."""
    p = Painter(100, 100, origin=(50, 50))
    p.glow(0, 0, 46, _STARLIGHT, 0.7)
    return p.sprite().brightest()


def twinkle() -> Sprite:
    """A small far star that comes and goes slowly."""
    p = Painter(16, 16, origin=(8, 8))
    p.circle(0, 0, 2.2, rgb("#DCE6FF"))
    return p.sprite()


def moon(high_contrast: bool) -> Sprite:
    """The moon that goes over the lens while the time runs."""
    p = Painter(56, 56, origin=(28, 28))
    if not high_contrast:
        p.glow(0, 0, 27, _STARLIGHT, 0.35)
    p.circle(0, 0, 15, BLACK if high_contrast else rgb("#1A2547"))
    p.circle(0, 0, 13, WHITE if high_contrast else CREAM)
    if not high_contrast:
        for x, y, size in ((-4, -3, 3.2), (4, 4, 2.4), (4, -6, 1.8)):
            p.circle(x, y, size, rgb("#DCD2B4"), 0.8)
    return p.sprite()


def gazer(stance: str, mirrored: bool, high_contrast: bool) -> Sprite:
    """Who looks through the telescope: on a chair, or standing where the plan says so; feet at the origin."""
    p = Painter(380, 330, origin=(150, 300))
    body = WHITE if high_contrast else _SHADE
    light = BLACK if high_contrast else rgb("#6F8AC4")
    if not high_contrast:
        p.glow(0, -80, 150, rgb("#FFC069"), 0.14)
    stands = stance in ("feet_together", "tandem")
    if stands:
        _standing(p, body, stance == "tandem")
    else:
        _seated(p, body, cushion=stance == "cushion", light=light)
    _telescope(p, body, light, lift=64.0 if stands else 0.0)
    picture = p.sprite()
    if not mirrored:
        return picture
    flipped = picture.mirrored()
    return Sprite(flipped.surface, 380 - picture.x, picture.y)


def _seated(p: Painter, body: tuple[int, int, int], *, cushion: bool, light: tuple[int, int, int]) -> None:
    p.line([(-22, -36), (-30, -4)], 8, body)
    p.line([(36, -36), (44, -4)], 8, body)
    p.shape(slip(-36, -46, 84, 14, 6), body)
    p.line([(-32, -40), (-46, -122)], 9, body)
    lift = 0.0
    if cushion:
        lift = 16.0
        p.shape(slip(-36, -63, 84, 20, 9), light)
    hip = -54.0 - lift
    torso = [(-30, hip + 10), (-36, hip - 56), (-22, hip - 78), (4, hip - 76), (18, hip - 50), (26, hip + 10)]
    p.shape(curve(torso, 8, closed=True), body)
    p.line([(-4, hip), (56, hip + 2), (64, -8)], [32, 28, 18], body)
    p.line([(62, -8), (82, -6)], 14, body)
    _head(p, 0.0, hip - 104, body, light)
    p.line([(2, hip - 62), (30, hip - 36), (62, -104)], [20, 17, 13], body)


def _standing(p: Painter, body: tuple[int, int, int], tandem: bool) -> None:
    for x in (-6.0, 26.0 if tandem else 6.0):
        p.line([(2, -92), (x, -8)], [24, 16], body)
        p.line([(x - 2, -5), (x + 20, -5)], 12, body)
    p.shape(
        curve([(-20, -86), (-24, -150), (-10, -174), (14, -172), (24, -148), (24, -86)], 8, closed=True), body
    )
    _head(p, 4.0, -200, body, BLACK if body == WHITE else rgb("#6F8AC4"))
    p.line([(8, -160), (34, -136), (66, -164)], [20, 17, 13], body)


def _head(p: Painter, x: float, y: float, body: tuple[int, int, int], light: tuple[int, int, int]) -> None:
    p.line([(x - 2, y + 18), (x - 4, y + 34)], 16, body)
    p.circle(x, y, 25, body)
    p.circle(x - 25, y - 12, 11, body)
    p.ring(x, y, 24, 3, light, 0.9, 20, 96)


def _telescope(p: Painter, body: tuple[int, int, int], light: tuple[int, int, int], lift: float) -> None:
    """On three legs, its tube up to the right."""
    top = -92.0 - lift
    for x in (70, 102, 134):
        p.line([(104, top + 8), (x, 2)], [10, 7], body)
    for tube in ([(-64, -12), (58, -14), (58, 14), (-64, 12)], [(50, -22), (118, -24), (118, 24), (50, 22)]):
        p.shape(turned(tube, 36, 104, top - 6), body)
    p.shape(turned([(-80, -9), (-60, -9), (-60, 9), (-80, 9)], 36, 104, top - 6), body)
    p.line(turned([(-62, -11), (54, -12)], 36, 104, top - 6), 3, light, 0.9)
    p.line(turned([(54, -22), (116, -23)], 36, 104, top - 6), 3, light, 0.9)
    p.shape(ellipse(104, top + 4, 9), body)
