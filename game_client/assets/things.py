"""What the person acts on or meets: boats, buoy, anchor, lighthouse, lanterns, pines.

The functions paint onto a `Painter` at a place and a size, so that scenery and sprites share them.
"""

from __future__ import annotations

import math
from functools import lru_cache

from game_client.engine.geometry import blob, chance, curve, ellipse, pine, slip, turned
from game_client.engine.painter import Gradient, Painter, Shadow, Sprite, turned_sprites
from game_client.engine.palette import BLACK, CUE, INK, LAMP, PERSON_INK, TARGET, WHITE, Rgb, mix, rgb

_HULL = (
    (-54.0, 0.0),
    (-28.0, -20.0),
    (4.0, -24.0),
    (34.0, -14.0),
    (58.0, 0.0),
    (34.0, 14.0),
    (4.0, 24.0),
    (-28.0, 20.0),
)
_WELL = ((-37.0, 0.0), (-18.0, -12.5), (6.0, -15.0), (37.0, 0.0), (6.0, 15.0), (-18.0, 12.5))
_SHADE = rgb("#C9D3D6")
DEEP = rgb("#04141C")
BOAT_DIRECTIONS = 64


def boat_from_side(p: Painter, x: float, y: float, scale: float) -> None:
    """The folded paper boat as seen from the bank; x, y is the middle of its rim."""

    def at(*points: tuple[float, float]) -> list[tuple[float, float]]:
        return [(x + px * scale, y + py * scale) for px, py in points]

    p.shape(at((-60, 0), (60, 0), (36, 30), (-36, 30)), WHITE)
    p.shape(at((-60, 0), (-6, 0), (-14, 30), (-36, 30)), _SHADE)
    p.shape(at((0, -46), (34, 0), (-34, 0)), WHITE)
    p.shape(at((0, -46), (-34, 0), (-8, 0)), _SHADE)
    p.shape(at((-60, 0), (60, 0), (54, 6), (-54, 6)), rgb("#8FA3AA"), 0.35)


def boat_sprite(scale: float) -> Sprite:
    """The boat from the side, for a button."""
    half_width, half_height = math.ceil(62 * scale), math.ceil(50 * scale)
    p = Painter(2 * half_width, 2 * half_height, origin=(half_width, half_height))
    boat_from_side(p, 0, 8 * scale, scale)
    return p.sprite()


def boat_from_above(p: Painter, x: float, y: float, deg: float, scale: float, edge: Rgb = INK) -> None:
    """The boat as seen in play, its bow at `deg` (counter-clockwise from the right)."""

    def at(points: list[tuple[float, float]], size: float = 1.0) -> list[tuple[float, float]]:
        return turned(points, deg, x, y, scale * size)

    hull = curve(_HULL, 8, closed=True)
    p.shape(at(hull, 1.12), edge)
    p.shape(at(hull), WHITE)
    p.shape(at([(-54.0, 0.0), *curve([(-54, 0), (-28, 20), (4, 24), (34, 14), (58, 0)], 8)]), rgb("#D3DCDF"))
    p.shape(at(curve(_WELL, 8, closed=True)), rgb("#3E5B66"))
    p.shape(at([(-31, -1), (2, -12), (33, -1)]), WHITE)
    p.shape(at([(-31, -1), (2, 10), (33, -1)]), rgb("#B4C2C7"))
    p.line(at([(-31, -1), (33, -1)]), 1.6 * scale, rgb("#7F949C"))


@lru_cache(maxsize=4)
def boats(scale: float, high_contrast: bool) -> list[Sprite]:
    """The boat from above in 64 directions, counter-clockwise from the right."""
    finer = 3
    half = math.ceil(68 * scale * finer)
    p = Painter(2 * half, 2 * half, origin=(half, half))
    boat_from_above(p, 0, 0, 0, scale * finer, BLACK if high_contrast else INK)
    shadow = None if high_contrast else Shadow(6 * scale, 11 * scale, 6, 0.42, DEEP)
    return turned_sprites(p, BOAT_DIRECTIONS, 1 / finer, shadow)


def buoy(p: Painter, x: float, y: float, scale: float = 1.0, high_contrast: bool = False) -> None:
    """A round buoy with a white band and a light on top."""
    colour = CUE if high_contrast else TARGET
    dark = mix(colour, rgb("#8A4300"), 0.30)
    if not high_contrast:
        p.shape(ellipse(x + 9 * scale, y + 24 * scale, 32 * scale, 11 * scale), DEEP, 0.42, blur=6 * scale)
    p.line([(x, y - 14 * scale), (x, y - 36 * scale)], 7 * scale, INK)
    p.circle(x, y - 37 * scale, 9.5 * scale, INK)
    p.circle(x, y - 37 * scale, 6.2 * scale, rgb("#FFF3C4"))
    p.shape(ellipse(x, y + 4 * scale, 27.5 * scale, 25.5 * scale), INK)
    ball = Gradient("round", mix(colour, WHITE, 0.42), dark, 0, 40 * scale, (x - 9 * scale, y - 8 * scale))
    p.shape(ellipse(x, y + 4 * scale, 24 * scale, 22 * scale), ball)
    low = ellipse(x, y + 4 * scale, 24 * scale, 8 * scale, 181, 359)
    high = ellipse(x, y - 5 * scale, 23 * scale, 7 * scale, 187, 353)
    p.shape(low + high[::-1], WHITE, 0.96)
    p.line(ellipse(x, y + 22 * scale, 33 * scale, 10 * scale, 194, 346), 2.6 * scale, rgb("#DFF5F2"), 0.8)


def target_sprite(scale: float, high_contrast: bool, glows: bool) -> Sprite:
    """The buoy inside its double ring; without the glow it shows a place and praises nothing."""
    half = 120
    p = Painter(2 * half, 2 * half, origin=(half, half))
    if high_contrast:
        p.circle(0, 0, 56 * scale, BLACK)
        p.ring(0, 0, 50 * scale, 9, CUE)
    else:
        if glows:
            p.glow(0, 0, 115, LAMP, 0.34)
        p.ring(0, 0, 50 * scale, 10, INK, 0.9)
        p.ring(0, 0, 50 * scale, 5.5, WHITE)
    buoy(p, 0, 1, 0.98 * scale, high_contrast)
    return p.sprite()


def anchor_sprite(scale: float, high_contrast: bool) -> Sprite:
    """An anchor lying on the water."""
    half = math.ceil(36 * scale) + 4
    p = Painter(2 * half, 2 * half, origin=(half, half))
    colour, width = (WHITE if high_contrast else rgb("#E3F6F2")), 6 * scale
    for edge, extra in ((INK, 4.0), (colour, 0.0)):
        ink = edge if not high_contrast or not extra else BLACK
        p.ring(0, -22 * scale, 6 * scale, 0.8 * width + extra, ink)
        p.line([(0, -16 * scale), (0, 22 * scale)], width + extra, ink)
        p.line([(-13 * scale, -8 * scale), (13 * scale, -8 * scale)], width + extra, ink)
        p.line(ellipse(0, 2 * scale, 22 * scale, 20 * scale, 193, 347), width + extra, ink)
        for side in (-1, 1):
            grow = 1 + extra * 0.05
            tip = [
                (side * 22, -4 - extra),
                (side * 22 + side * 7 * grow, 8),
                (side * 22 - side * 7 * grow, 9),
            ]
            p.shape([(tx * scale, ty * scale) for tx, ty in tip], ink)
    return p.sprite()


def diamond_sprite(high_contrast: bool) -> Sprite:
    """The sign of advice, without its number."""
    half = 54
    p = Painter(2 * half, 2 * half, origin=(half, half))
    size = 41
    if high_contrast:
        p.shape([(-size - 9, 0), (0, -size - 9), (size + 9, 0), (0, size + 9)], BLACK)
    else:
        p.shape(
            [(-size - 5, 0), (0, -size - 5), (size + 5, 0), (0, size + 5)], INK, shadow=Shadow(3, 6, 6, 0.35)
        )
    p.shape([(-size, 0), (0, -size), (size, 0), (0, size)], CUE)
    return p.sprite()


def lighthouse(p: Painter, x: float, y: float, scale: float) -> None:
    """A lighthouse on its rock, from above; x, y is the foot of the tower."""
    s = scale
    p.shape(ellipse(x + 8 * s, y + 10 * s, 50 * s, 22 * s), DEEP, 0.45, blur=6)
    foot = [(-46, 4), (-30, -10), (0, -14), (32, -9), (46, 5), (24, 18), (-24, 18)]
    top = [(-40, -1), (-26, -11), (0, -16), (28, -11), (40, 0), (18, 9), (-20, 9)]
    p.shape(curve([(x + a * s, y + b * s) for a, b in foot], 8, closed=True), rgb("#5F7078"))
    p.shape(curve([(x + a * s, y + b * s) for a, b in top], 8, closed=True), rgb("#93A4A8"))
    p.shape([(x - 22 * s, y), (x - 15 * s, y - 66 * s), (x + 15 * s, y - 66 * s), (x + 22 * s, y)], INK)
    tower = Gradient("across", WHITE, rgb("#C3CFD2"), x - 17 * s, x + 17 * s)
    p.shape(
        [(x - 19 * s, y - 1), (x - 12.5 * s, y - 64 * s), (x + 12.5 * s, y - 64 * s), (x + 19 * s, y - 1)],
        tower,
    )
    band = [(-17, -18), (-14.8, -40), (14.8, -40), (17, -18)]
    p.shape([(x + a * s, y + b * s) for a, b in band], PERSON_INK)
    p.shape(slip(x - 14 * s, y - 88 * s, 28 * s, 22 * s, 4 * s), INK)
    p.shape(slip(x - 11 * s, y - 86 * s, 22 * s, 18 * s, 3 * s), rgb("#FFE27A"))
    p.shape([(x - 19 * s, y - 87 * s), (x, y - 106 * s), (x + 19 * s, y - 87 * s)], INK)
    p.shape(slip(x - 21 * s, y - 70 * s, 42 * s, 7 * s, 3 * s), INK)
    p.glow(x, y - 78 * s, 74 * s, rgb("#FFF2B8"), 0.75)


def lighthouse_sprite() -> Sprite:
    p = Painter(220, 220, origin=(110, 150))
    lighthouse(p, 0, 0, 0.92)
    return p.sprite()


def lantern(p: Painter, x: float, y: float, height: float, glow: float = 0.6) -> None:
    """A paper lantern on a post; x, y is where the post stands."""
    wood = rgb("#3A2A22")
    p.shape(ellipse(x + 8, y + 2, height * 0.3, height * 0.06), rgb("#08201C"), 0.3, blur=4)
    p.line([(x, y), (x, y - height)], max(3, height * 0.055), wood)
    p.glow(x, y - height, height * 1.1, rgb("#FFC94D"), glow)
    body = Gradient("down", rgb("#FFD873"), rgb("#FBB938"), y - height * 1.28, y - height * 0.78)
    p.shape(slip(x - height * 0.2, y - height * 1.28, height * 0.4, height * 0.5, height * 0.12), body)
    p.shape(slip(x - height * 0.24, y - height * 1.34, height * 0.48, height * 0.1, height * 0.04), wood)
    p.shape(slip(x - height * 0.2, y - height * 0.82, height * 0.4, height * 0.07, height * 0.03), wood)


def floating_lantern_sprite() -> Sprite:
    """A paper lantern afloat, lit: the reward's light in the harbour."""
    half = 70
    p = Painter(2 * half, 2 * half, origin=(half, half))
    p.shape(ellipse(6, 24, 36, 12), DEEP, 0.5, blur=6)
    p.shape(ellipse(0, 20, 33, 10), INK)
    p.shape(ellipse(0, 18, 29.5, 8), rgb("#7A4E2C"))
    p.shape(slip(-25, -36, 50, 56, 13), INK)
    p.shape(slip(-21.5, -32.5, 43, 49, 10), Gradient("down", rgb("#FFF0B8"), rgb("#F2A52E"), -32, 18))
    p.glow(0, -2, 24, rgb("#FFFCEB"), 0.95, power=1.2)
    for y in (-18, -2):
        p.line([(-20, y), (20, y)], 2.2, rgb("#D08A2C"), 0.55)
    p.shape(slip(-17, -41, 34, 9, 4), INK)
    return p.sprite()


def glow_sprite(radius: int, colour: Rgb, strength: float) -> Sprite:
    """A soft light to add over the picture."""
    p = Painter(2 * radius, 2 * radius, ground=BLACK, origin=(radius, radius))
    p.glow(0, 0, radius, colour, strength, power=2.0)
    return p.sprite()


def trees_from_above(
    p: Painter, places: tuple[tuple[float, float, float], ...], tint: Rgb = INK, share: float = 0.0
) -> None:
    """Round tree tops, lit from the upper left; `share` of the tint is mixed in as evening comes."""
    for x, y, radius in places:
        seed = int(x * 7 + y)
        crown = blob(x, y, radius, seed)
        p.shape([(px + 9, py + 12) for px, py in crown], rgb("#1E4A38"), 0.38, blur=5)
        p.shape(crown, mix(rgb("#3F7D55"), tint, share))
        middle = blob(x - radius * 0.14, y - radius * 0.16, radius * 0.68, seed + 1)
        p.shape(middle, mix(rgb("#579468"), tint, share))
        p.shape(
            blob(x - radius * 0.24, y - radius * 0.28, radius * 0.34, seed + 2),
            mix(rgb("#74AC7C"), tint, share),
        )


def pines(
    p: Painter, line: list[tuple[float, float]], count: int, height: float, colour: Rgb, seed: int
) -> None:
    """A row of pines standing on a ridge line."""
    draw = chance(seed)
    step = line[1][0] - line[0][0]
    for _ in range(count):
        x = draw.uniform(0, p.width)
        ground = line[max(0, min(len(line) - 1, int((x - line[0][0]) / step)))][1]
        p.shape(pine(x, ground + 6, height * draw.uniform(0.6, 1.15)), colour)


def reeds(
    p: Painter, x: float, y: float, count: int, height: float, colour: Rgb, seed: int, spread: float
) -> None:
    """Reeds with a few cat-tails."""
    draw = chance(seed)
    for _ in range(count):
        foot, tall = x + draw.uniform(-spread, spread), height * draw.uniform(0.6, 1)
        lean = draw.uniform(-0.25, 0.25) * tall
        points = [(foot + lean * (k / 8) ** 2, y - tall * k / 8) for k in range(9)]
        p.line(points, [5 * (1 - 0.75 * k / 8) * height / 160 for k in range(9)], colour)
        if draw.random() < 0.5:
            p.line(points[6:9], [8 * height / 160, 9 * height / 160, 2], colour)
