"""The mill's desk: wood, an open book, the pen, the mirror's sign, a candle, and what marks a page's end.

The right page is the one to draw on, the left one keeps the finished pages. All of it is painted when a
block begins.
"""

from __future__ import annotations

import math

from game_client.engine.geometry import Xy, chance, curve, slip, turned
from game_client.engine.look import HEIGHT, WIDTH
from game_client.engine.painter import Gradient, Painter, Shadow, Sprite
from game_client.engine.palette import (
    BLACK,
    CUE,
    DONE_ON_LIGHT,
    HC_LAND,
    INK,
    NIGHT,
    PAPER,
    PERSON_INK,
    PLACES,
    WARM,
    WHITE,
    Place,
    Rgb,
    luminance,
    mix,
    rgb,
)

SHEET: tuple[float, float, float, float] = (396.0, 36.0, 728.0, 650.0)
"""Left, top, width, height of the right page on the canvas."""
MARK: Xy = (760.0, 604.0)
CANDLE: Xy = (1203.0, 664.0)
"""Where the candle's dish stands."""
WAX_PX, STUB_PX = 250, 34
KEEPSAKE: tuple[int, int] = (94, 92)
_HOME = "water_mill"
_LEFT_PAGE = rgb("#D6C7AC")
_EDGES = rgb("#BFAE90")
_GUTTER = rgb("#6E5A44")


def place_of(context: str) -> Place:
    """The light for a block's context. `harbour`, which blocks have by themselves, is this game's home."""
    if context.startswith("harbour_"):
        return PLACES["harbour"]
    return PLACES[_HOME if context == "harbour" else context] if context in PLACES else PLACES[_HOME]


def is_night(place: Place) -> bool:
    """Whether a lamp lights the desk, not the window."""
    return luminance(place.sky[0]) < 0.06


def paper_of(place: Place) -> tuple[Rgb, Rgb]:
    """The right page's colour in the light and beside it."""
    if is_night(place):
        return mix(PAPER, WARM, 0.45), mix(rgb("#D8D0CE"), place.sky[2], 0.08)
    return PAPER, mix(rgb("#DDCFC2"), place.sky[1], 0.22)


def left_page_of(place: Place, high_contrast: bool) -> Rgb:
    """The left page's colour, which is that of every page's back."""
    if high_contrast:
        return BLACK
    back = mix(_LEFT_PAGE, place.sky[2], 0.06 if is_night(place) else 0.10)
    return mix(back, rgb("#3A2C34"), 0.30) if is_night(place) else back


def desk(place: Place, mirrored: bool, high_contrast: bool) -> Sprite:
    """Planks of dark wood with the open book on them; the light of a window, or a lamp, falls across."""
    left, top, width, height = SHEET
    p = Painter(WIDTH, HEIGHT, BLACK if high_contrast else _wood(place))
    if high_contrast:
        sheet = slip(left, top, width, height, 6)
        p.shape(sheet, HC_LAND)
        p.line([*sheet, sheet[0]], 4, WHITE)
        p.line([(-8, top), (left, top)], 4, WHITE)
        p.line([(-8, top + height), (left, top + height)], 4, WHITE)
    else:
        _paint_wood(p, place)
        _paint_book(p, place)
    whole = p.sprite()
    return whole.mirrored() if mirrored else whole


def _wood(place: Place) -> Rgb:
    return mix(mix(rgb("#633D2B"), place.land[2], 0.10), NIGHT, 0.45 if is_night(place) else 0.0)


def _light(place: Place) -> Rgb:
    return WARM if is_night(place) else mix(place.sky[2], rgb("#FFDFA8"), 0.4)


def _paint_wood(p: Painter, place: Place) -> None:
    wood, draw = _wood(place), chance(12)
    for row in range(0, HEIGHT, 124):
        p.line([(0, row), (WIDTH, row + 2)], 3, mix(wood, BLACK, 0.4))
        for _ in range(14):
            x, y = draw.uniform(-60, WIDTH), row + draw.uniform(10, 114)
            p.line(
                [(x, y), (x + draw.uniform(80, 300), y + draw.uniform(-2, 2))], 2, mix(wood, BLACK, 0.22), 0.5
            )
    if is_night(place):
        p.glow(1010, 60, 620, WARM, 0.30)
    else:
        p.shape(_beam(0), _light(place), 0.30, blur=10)


def _beam(inset: float) -> list[Xy]:
    """The window's light, slanting over the canvas."""
    return [(520 + inset, -20), (1060 - inset, -20), (780 - inset, HEIGHT + 20), (160 + inset, HEIGHT + 20)]


def _paint_book(p: Painter, place: Place) -> None:
    left, top, width, height = SHEET
    right, foot = left + width, top + height
    cover = mix(rgb("#27424A"), place.land[2], 0.25)
    p.shape(slip(-40, top - 14, right + 62, height + 32, 12), cover, shadow=Shadow(8, 12, 16, 0.45, BLACK))
    for k in range(3):
        p.shape(slip(-40, top, right + 52 - 4 * k, height + 10 - 3 * k, 4), mix(_EDGES, PAPER, 0.22 * k))
    # Each page is a picture of its own, so that no soft edge runs over its border.
    lit, shade = paper_of(place)
    page = Painter(int(width), int(height), shade, origin=(-left, -top))
    if is_night(place):
        page.glow(900, 200, 620, lit, 0.9, power=1.2)
    else:
        page.shape(_beam(0), lit, blur=9)
        page.shape(_window_bar(), shade, 0.75, blur=6)
    draw = chance(31)
    for _ in range(46):
        x, y = draw.uniform(left, right), draw.uniform(top, foot)
        page.line(
            [(x, y), (x + draw.uniform(10, 44), y + draw.uniform(-4, 4))], 2, mix(shade, INK, 0.2), 0.10
        )
    page.shape(
        [(left, top), (left + 70, top), (left + 70, foot), (left, foot)],
        Gradient("across", mix(shade, _GUTTER, 0.7), shade, left, left + 70), 0.55, blur=8,
    )  # fmt: skip
    p.stamp(page, 0, 0)
    back = left_page_of(place, high_contrast=False)
    other = Painter(int(left), int(height), back, origin=(0, -top))
    other.shape(
        [(left - 96, top - 9), (left + 9, top - 9), (left + 9, foot + 9), (left - 96, foot + 9)],
        Gradient("across", back, mix(back, _GUTTER, 0.75), left - 90, left), 0.9, blur=4,
    )  # fmt: skip
    p.stamp(other, 0, 0)


def _window_bar() -> list[Xy]:
    return [(756, -20), (786, -20), (466, HEIGHT + 20), (436, HEIGHT + 20)]


def leaf_shadows() -> Sprite:
    """The shadow of a willow's twig before the window, softly on the page; its origin is the page's top."""
    p = Painter(520, 330, origin=(0, 0))
    draw = chance(8)
    shadow = rgb("#6B5648")
    for start, bend, end in (((150, -30), (120, 90), (60, 230)), ((330, -30), (330, 80), (250, 190))):
        twig = curve([start, bend, end], 9)
        p.line(twig, 5, shadow, 0.22, blur=4)
        for k in range(2, len(twig) - 1, 2):
            for side in (-1, 1):
                x, y = twig[k]
                long = draw.uniform(44, 66)
                leaf = curve([(0, 0), (long * 0.4, -9), (long, 0), (long * 0.4, 9)], 6, closed=True)
                deg = -100 + side * draw.uniform(34, 58)
                p.shape(turned(leaf, deg, x, y), shadow, 0.20, blur=4)
    return p.sprite()


def pen(mirrored: bool, high_contrast: bool) -> Sprite:
    """The pen, its nib at the origin; it leans the way of the hand that the layout is for."""
    p = Painter(280, 300, origin=(10, 276))
    if not high_contrast:
        p.line([(10, -4), (224, -176)], [4, 26], BLACK, 0.26, blur=6)
    body, dark = (WHITE, WHITE) if high_contrast else (rgb("#B04A32"), rgb("#7C2A1C"))
    p.line([(38, -48), (120, -154), (196, -252)], [24, 20, 9], body)
    if not high_contrast:
        p.line([(50, -54), (128, -156), (198, -250)], [9, 8, 3], dark, 0.65)
        p.line([(38, -60), (110, -152)], [4, 3], rgb("#E79A80"), 0.8)
    p.line([(28, -36), (38, -48)], 23, rgb("#F0CF6A"))
    p.shape([(0, 0), (12, -37), (37, -25)], BLACK if high_contrast else INK)
    p.line([(0, 0), (24, -30)], 2, WHITE)
    p.circle(17, -21, 3, WHITE)
    return _turned_over(p.sprite()) if mirrored else p.sprite()


def _turned_over(sprite: Sprite) -> Sprite:
    """Left and right exchanged, the origin with them."""
    return Sprite(sprite.mirrored().surface, sprite.size[0] - sprite.x, sprite.y)


def mirror_sign(mirror: str, high_contrast: bool) -> Sprite:
    """A framed mirror and an arrow with its image: which axes are turned; its origin is its middle."""
    p = Painter(170, 170, origin=(85, 85))
    if high_contrast:
        p.shape(slip(-68, -68, 136, 136, 16), WHITE)
        p.shape(slip(-63, -63, 126, 126, 12), BLACK)
    else:
        p.shape(slip(-68, -68, 136, 136, 16), rgb("#8A5A3A"), shadow=Shadow(3, 6, 8, 0.30))
        p.shape(slip(-59, -59, 118, 118, 9), Gradient("down", rgb("#E9F3F1"), rgb("#C6DAD9"), -59, 59))
    own, image = (WHITE, rgb("#56B4E9")) if high_contrast else (INK, PERSON_INK)
    if mirror in ("left_right", "both"):
        p.line([(0, -51), (0, 51)], 5, image)
    if mirror in ("up_down", "both"):
        p.line([(-51, 0), (51, 0)], 5, image)
    along: Xy = {"left_right": (1.0, 0.0), "up_down": (0.0, 1.0)}.get(
        mirror, (math.sqrt(0.5), math.sqrt(0.5))
    )
    for side, colour in ((-1, own), (1, image)):
        dx, dy = side * along[0], side * along[1]
        p.line([(11 * dx, 11 * dy), (34 * dx, 34 * dy)], 7, colour)
        tip: list[Xy] = [
            (53 * dx, 53 * dy),
            (32 * dx - 15 * dy, 32 * dy + 15 * dx), (32 * dx + 15 * dy, 32 * dy - 15 * dx),
        ]  # fmt: skip
        p.shape(tip, colour)
    return p.sprite()


def candle(high_contrast: bool) -> tuple[Sprite, Sprite, Sprite]:
    """The dish, the wax at its full height, and the flame; each stands on its origin."""
    dish = Painter(150, 70, origin=(75, 40))
    wax = Painter(60, WAX_PX + 20, origin=(30, WAX_PX + 10))
    flame = Painter(160, 200, origin=(80, 150))
    if high_contrast:
        dish.line([(-50, 0), (50, 0)], 6, WHITE)
        wax.shape(slip(-22, -WAX_PX, 44, WAX_PX, 8), WHITE)
        wax.shape(slip(-18, -WAX_PX + 4, 36, WAX_PX - 4, 6), BLACK)
        wax.line([(0, -WAX_PX), (0, -7 - WAX_PX)], 4, WHITE)
        flame.line([(0, 2), (0, -12)], 4, WHITE)
        flame.shape(_flame(1.0), CUE)
        return dish.sprite(), wax.sprite(), flame.sprite()
    brass = rgb("#C9A04E")
    dish.shape(_flat(0, 4, 60, 17), brass, shadow=Shadow(4, 8, 8, 0.4, BLACK))
    dish.shape(_flat(0, 1, 48, 11), rgb("#8F6A2A"))
    wax.shape(slip(-22, -WAX_PX, 44, WAX_PX, 9), Gradient("across", rgb("#FFF6E0"), rgb("#D9C39A"), -22, 22))
    wax.shape(_flat(0, -WAX_PX + 6, 19, 6), rgb("#FFEFC4"))
    wax.line([(0, 4 - WAX_PX), (0, -7 - WAX_PX)], 3, INK)
    flame.glow(0, -32, 76, WARM, 0.42, power=1.8)
    flame.line([(0, 4), (0, -12)], 3, INK)
    flame.shape(_flame(1.0), rgb("#F6B53C"))
    flame.shape(_flame(0.56), rgb("#FFF3CF"))
    return dish.sprite(), wax.sprite(), flame.sprite()


def _flat(x: float, y: float, rx: float, ry: float) -> list[Xy]:
    return [(x + rx * math.cos(k * math.tau / 40), y + ry * math.sin(k * math.tau / 40)) for k in range(40)]


def _flame(size: float) -> list[Xy]:
    points: list[Xy] = [(0.0, -2.0), (11.0, -18.0), (6.0, -36.0), (0.0, -54.0), (-6.0, -36.0), (-11.0, -18.0)]
    return curve([(x * size, -8.0 + (y + 8.0) * size) for x, y in points], 6, closed=True)


def seal(high_contrast: bool) -> Sprite:
    """A seal with a tick: the page is done."""
    p = Painter(120, 120, origin=(60, 60))
    rim = [(46 + 3.5 * math.sin(9 * a), a) for a in (k * math.tau / 120 for k in range(120))]
    p.shape(
        [(r * math.cos(a), r * math.sin(a)) for r, a in rim],
        CUE if high_contrast else DONE_ON_LIGHT,
        shadow=None if high_contrast else Shadow(2, 5, 6, 0.35),
    )
    mark = BLACK if high_contrast else WHITE
    p.ring(0, 0, 35, 3, mark, 0.6)
    p.line([(-17, 1), (-4, 14), (19, -14)], 8, mark)
    return p.sprite()


def curls(place: Place, mirrored: bool, high_contrast: bool) -> list[Sprite]:
    """The page's free lower corner rolls up, further each time; the origin is that corner."""
    lit, shade = paper_of(place)
    out = []
    for size in (34.0, 68.0, 104.0):
        p = Painter(150, 150, origin=(130, 130))
        under: list[Xy] = [(-size, 0), (0, 0), (0, -size)]
        flap = [
            *curve([(-size, 0), (-0.52 * size, -0.40 * size), (0, -size)], 8),
            (-0.80 * size, -0.86 * size),
        ]
        if high_contrast:
            p.shape(under, BLACK)
            p.shape(flap, WHITE)
        else:
            p.shape(under, mix(shade, INK, 0.12))
            p.shape(flap, mix(lit, shade, 0.35), shadow=Shadow(3, 6, 7, 0.35))
            p.line([(-size, 0), (-0.80 * size, -0.86 * size), (0, -size)], 2, mix(shade, INK, 0.3), 0.5)
        out.append(_turned_over(p.sprite()) if mirrored else p.sprite())
    return out


def keepsake_paper(high_contrast: bool, tilt: int) -> Sprite:
    """A small page without its ink; its origin is its top left."""
    wide, high = KEEPSAKE
    p = Painter(wide + 16, high + 18, origin=(6, 6))
    page = [(x, y + tilt * (x / wide - 0.5)) for x, y in slip(0, 0, wide, high, 4)]
    if high_contrast:
        p.shape(page, WHITE)
        p.shape([(x, y + tilt * (x / wide - 0.5)) for x, y in slip(3, 3, wide - 6, high - 6, 3)], BLACK)
    else:
        p.shape(page, PAPER, shadow=Shadow(2, 4, 4, 0.30))
    return p.sprite()
