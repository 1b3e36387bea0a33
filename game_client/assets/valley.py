"""The river from its spring to the sea: the place of home, with one marker for each of the twelve places."""

from __future__ import annotations

import numpy as np

from game_client.assets.things import boat_from_side, lantern
from game_client.engine.geometry import Xy, curve, ellipse, pine
from game_client.engine.look import HEIGHT, WIDTH
from game_client.engine.painter import Gradient, Painter, Shadow, Sprite
from game_client.engine.palette import BLACK, HC_LAND, INK, TARGET, WHITE, Rgb, rgb

_RIVER = (
    (905, 300, 46), (880, 318, 14), (948, 340, 15), (1010, 366, 20), (930, 398, 30), (800, 428, 40),
    (735, 472, 56), (830, 520, 80), (985, 572, 112), (1040, 640, 160), (960, 760, 230),
)  # fmt: skip
MARKS: tuple[tuple[float, float, float], ...] = (
    (1118, 690, 92), (930, 632, 78), (892, 560, 62), (812, 514, 54), (738, 466, 44), (862, 420, 36),
    (950, 396, 31), (1008, 368, 27), (950, 344, 23), (884, 322, 19), (898, 308, 17), (912, 299, 15),
)  # fmt: skip
"""Where the twelve places stand on the river, and how tall a lantern is there."""


def _water() -> Gradient:
    return Gradient("down", rgb("#E9E3C6"), rgb("#3D8FA3"), 300, 640)


def _reach(p: Painter, first: int, last: int, edge: Rgb) -> None:
    """One stretch of the river with its pale banks."""
    xs = curve([(x, w) for x, _, w in _RIVER[first:last]], 16)
    ys = curve([(y, w) for _, y, w in _RIVER[first:last]], 16)
    line = [(x, y, w) for (x, w), (y, _) in zip(xs, ys, strict=True)]
    left = [(x - w / 2, y) for x, y, w in line]
    right = [(x + w / 2, y) for x, y, w in line]
    bank = [(x - 5 * w / 60 - 1, y) for (x, y), (_, _, w) in zip(left, line, strict=True)]
    far_bank = [(x + 5 * w / 60 + 1, y + 1) for (x, y), (_, _, w) in zip(right, line, strict=True)]
    p.shape(bank + far_bank[::-1], edge)
    p.shape(left + right[::-1], _water())


def _hill(p: Painter, points: list[Xy], top: str, bottom: str, span: Xy, shadow: Shadow | None) -> None:
    p.shape(curve(points, 10), Gradient("down", rgb(top), rgb(bottom), *span), shadow=shadow)


def paint(today: int, large_text: bool, mirrored: bool, high_contrast: bool) -> Sprite:
    """The whole ground layer with its marks: lanterns behind, the boat at `today` (1..12), stones ahead."""
    if high_contrast:
        picture = _paint_contrast(today)
    else:
        p = Painter(WIDTH, HEIGHT, rgb("#EAF1EC"))
        _paint_land(p)
        _paint_marks(p, today)
        _paint_reading_column(p, large_text)
        picture = p.sprite()
    return picture.mirrored() if mirrored else picture


def _paint_land(p: Painter) -> None:
    sky = [(0.0, "#7FB2CF"), (0.30, "#BFD9DB"), (0.62, "#F7E2C0"), (1.0, "#FBD9A6")]
    p.sky([(at, rgb(c)) for at, c in sky], 0, 300)
    p.glow(935, 238, 520, rgb("#FFE7B0"), 0.75, 2.2)
    p.glow(935, 238, 170, rgb("#FFF4D0"), 0.8, 1.6)
    p.circle(935, 236, 44, rgb("#FFFBEA"))
    p.sky([(0, rgb("#F3D9AE")), (1, rgb("#9CC4C6"))], 262, 330)
    p.glints(26, 266, 304, rgb("#FFF8DF"), 0.9, 3, (935, 60), (20, 70), 1.6)
    far = [(-30, 236), (160, 232), (330, 246), (500, 250), (620, 262), (740, 273), (842, 284)]
    p.shape([*curve(far, 10), (-30, 320)], rgb("#B6CBC6"))
    p.shape([*curve([(1020, 284), (1090, 271), (1180, 252), (1310, 238)], 10), (1310, 320)], rgb("#BDCDC2"))
    floor = [(-30, 306), (300, 301), (640, 306), (1000, 302), (1310, 305)]
    ground = Gradient("down", rgb("#C3D3B4"), rgb("#86AE7A"), 300, 460)
    p.shape([*curve(floor, 10), (1310, 730), (-30, 730)], ground)
    p.mist(306, 26, rgb("#F8E8CC"), 0.8, 2)
    _hill(
        p, [(-40, 330), (300, 334), (560, 340), (760, 352), (900, 372), (840, 392), (600, 440), (-40, 440)],
        "#B4CDA6", "#8DB583", (330, 420), None,
    )  # fmt: skip
    _reach(p, 0, 6, rgb("#DDE4C2"))
    _hill(
        p, [(1300, 318), (1180, 330), (1090, 352), (1030, 384), (1080, 410), (1300, 430)],
        "#A5C594", "#7FAF7C", (320, 430), Shadow(0, 4, 8, 0.16),
    )  # fmt: skip
    _hill(
        p,
        [(-60, 356), (300, 358), (560, 362), (700, 368), (830, 384), (868, 404), (800, 418), (560, 440),
            (-60, 470)],
        "#97BE8B", "#76A877", (366, 440), Shadow(0, 4, 8, 0.18),
    )  # fmt: skip
    p.mist(400, 40, rgb("#F6E6CA"), 0.35, 7)
    _reach(p, 4, 8, rgb("#D8E2BC"))
    _hill(
        p, [(1300, 400), (1130, 412), (990, 436), (905, 470), (880, 496), (960, 520), (1300, 560)],
        "#86B57C", "#5F9A6B", (400, 540), Shadow(0, 6, 12, 0.22),
    )  # fmt: skip
    for x, y, tall in ((1010, 448, 44), (1042, 450, 56), (1080, 438, 48), (1120, 440, 66), (1158, 430, 52)):
        p.shape(pine(x, y, tall), rgb("#4C8660"))
    _reach(p, 6, 11, rgb("#CFDDB0"))
    _hill(
        p,
        [
            (-60, 500), (200, 476), (420, 462), (540, 462), (640, 474), (740, 506), (800, 556), (830, 604),
            (900, 690), (900, 760), (-60, 760),
        ],
        "#6AA56F", "#3F7C5A", (470, 720), Shadow(4, 6, 16, 0.30),
    )  # fmt: skip
    for x, y, tall in ((560, 482, 84), (600, 488, 112), (648, 496, 92), (690, 506, 66)):
        p.shape(pine(x, y, tall), rgb("#2F6A50"))
    p.glints(20, 590, 716, rgb("#E9FAF4"), 0.7, 6, (1000, 60), (30, 90), 2)
    p.glints(8, 470, 520, rgb("#F3FAF0"), 0.6, 8, (800, 28), (14, 40), 1.6)
    _hill(
        p, [(1310, 560), (1230, 566), (1150, 594), (1110, 640), (1130, 700), (1120, 770), (1310, 770)],
        "#4B8B62", "#2C6650", (560, 720), Shadow(-4, 6, 18, 0.32),
    )  # fmt: skip
    for x, y, tall in ((1210, 596, 120), (1256, 590, 165)):
        p.shape(pine(x, y, tall), rgb("#1F5443"))


def _paint_marks(p: Painter, today: int) -> None:
    for place in range(12, 0, -1):
        x, y, tall = MARKS[place - 1]
        if place > today:
            r = tall * 0.29
            p.shape(ellipse(x, y, (r + 2) * 1.15, (r + 2) * 0.8), rgb("#31595C"), 0.75)
            p.shape(ellipse(x, y - 1, r * 1.15, r * 0.78), rgb("#FBFAF0"), 0.97)
        elif place < today:
            lantern(p, x, y, tall)
        else:
            size = max(0.42, tall / 75)
            p.shape(ellipse(x, y + 16 * size, 72 * size, 15 * size), rgb("#0B2B33"), 0.35, blur=4)
            boat_from_side(p, x, y - 14 * size, size)
            _paint_pin(p, x, y - 82 * size - 33)


def _paint_pin(p: Painter, x: float, y: float) -> None:
    """Today's pin, without its number."""
    p.circle(x, y, 34, INK, shadow=Shadow(3, 8, 8, 0.3))
    p.shape([(x - 10, y + 29), (x + 10, y + 29), (x, y + 46)], INK)
    p.circle(x, y, 30, TARGET)


def pin_at(today: int, mirrored: bool) -> Xy:
    """The middle of today's pin, where its number is written."""
    x, y, tall = MARKS[today - 1]
    return (WIDTH - x if mirrored else x), y - 82 * max(0.42, tall / 75) - 33


def _paint_reading_column(p: Painter, large_text: bool) -> None:
    """Lighten the side on which the words stand."""
    start, span = (420, 560) if large_text else (40, 620)
    t = np.clip(1 - (np.arange(WIDTH) - start) / span, 0, 1)
    t = t * t * (3 - 2 * t)
    mask = np.repeat(t[None, :], HEIGHT, 0).astype(np.float32)
    veil = Gradient("down", rgb("#EAF1EC"), rgb("#E7EFE0"), 0, HEIGHT)
    p.veil(mask, veil, 0.92 if large_text else 0.88)


def _paint_contrast(today: int) -> Sprite:
    p = Painter(WIDTH, HEIGHT, BLACK)
    xs = curve([(x, w) for x, _, w in _RIVER], 16)
    ys = curve([(y, w) for _, y, w in _RIVER], 16)
    left = [(x - w / 2, y) for (x, w), (y, _) in zip(xs, ys, strict=True)]
    right = [(x + w / 2, y) for (x, w), (y, _) in zip(xs, ys, strict=True)]
    p.shape(left + right[::-1], HC_LAND)
    p.line(left, 4, WHITE)
    p.line(right, 4, WHITE)
    for place in range(12, 0, -1):
        x, y, tall = MARKS[place - 1]
        if place == today:
            boat_from_side(p, x, y - 10, max(0.42, tall / 75))
            _paint_pin(p, *pin_at(today, False))
        else:
            p.circle(x, y, max(7, tall * 0.28), WHITE)
            p.circle(x, y, max(4, tall * 0.28 - 4), TARGET if place < today else BLACK)
    return p.sprite()
