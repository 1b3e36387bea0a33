"""Quiet waters: the lake of the rest, the shore of the questions, the sea of the summary."""

from __future__ import annotations

import math

from game_client.assets.things import DEEP, boat_from_side, buoy, pines, reeds
from game_client.engine.geometry import Xy, chance, curve, ellipse, ridge, slip
from game_client.engine.look import HEIGHT, WIDTH
from game_client.engine.painter import Gradient, Painter, Shadow, Sprite
from game_client.engine.palette import BLACK, HC_LAND, INK, PAPER, TARGET, WHITE, Rgb, mix, rgb

BOAT_AT_REST: Xy = (690.0, 520.0)


def _land(p: Painter, line: list[Xy], fill: Rgb | Gradient, bottom: float) -> None:
    p.shape([*line, (line[-1][0], bottom), (line[0][0], bottom)], fill)


def _contrast_ground(horizon: int) -> Painter:
    p = Painter(WIDTH, HEIGHT, BLACK)
    p.shape([(-5, horizon), (WIDTH + 5, horizon), (WIDTH + 5, HEIGHT + 5), (-5, HEIGHT + 5)], HC_LAND)
    p.line([(0, horizon), (WIDTH, horizon)], 5, WHITE)
    return p


def lake(high_contrast: bool) -> Sprite:
    """A lake at sunset with a paper boat, a heron and a willow."""
    if high_contrast:
        p = _contrast_ground(386)
        boat_from_side(p, BOAT_AT_REST[0], BOAT_AT_REST[1] - 18, 1.45)
        return p.sprite()
    p = Painter(WIDTH, HEIGHT, BLACK)
    sky = [(0.0, "#5E7FA8"), (0.35, "#A9B3BF"), (0.7, "#F2C690"), (1.0, "#F9DDA4")]
    p.sky([(at, rgb(c)) for at, c in sky], 0, 384)
    p.glow(420, 350, 620, rgb("#FFD890"), 0.75)
    p.glow(420, 344, 170, rgb("#FFF0C0"), 0.8)
    p.circle(420, 338, 46, rgb("#FFF7DC"))
    for x, y, wide in ((860, 120, 300), (1010, 152, 220), (180, 36, 240)):
        p.line([(x - wide / 2, y), (x, y - 4), (x + wide / 2, y)], [4, 16, 4], rgb("#FFE9CB"), 0.35, blur=6)
    _land(p, ridge(318, 34, 71, WIDTH, 1.1), rgb("#A5A3AE"), 386)
    _land(p, ridge(346, 20, 75, WIDTH), rgb("#867F8B"), 386)
    near = ridge(366, 9, 79, WIDTH)
    _land(p, near, rgb("#5D5E6C"), 388)
    pines(p, near, 46, 54, rgb("#5D5E6C"), 3)
    p.mist(376, 26, rgb("#F9DDB0"), 0.65, 3)
    p.reflect(386, rgb("#3F5D7A"), 0.10, 0.62, 7)
    p.glints(34, 392, 520, rgb("#FFF2CC"), 0.75, 3, (420, 70), (30, 120), 2)
    p.glints(22, 420, 700, rgb("#F5D9B0"), 0.30, 5, None, (60, 180), 2)
    p.glow(420, 440, 200, rgb("#FFE0A8"), 0.6, flat=0.45)
    p.glints(26, 398, 500, rgb("#FFF6DC"), 0.9, 7, (420, 60), (30, 110), 2.4)
    bx, by = BOAT_AT_REST
    p.shape(ellipse(bx, by + 34, 92, 13), rgb("#1E3550"), 0.45, blur=6)
    boat_from_side(p, bx, by - 18, 1.45)
    _willow(p)
    reeds(p, 925, 716, 11, 140, rgb("#1E2B36"), 2, 46)
    reeds(p, 1120, 640, 9, 110, rgb("#25343E"), 5, 36)
    _heron(p, 1014, 640)
    return p.sprite()


def _willow(p: Painter) -> None:
    left = curve([(1178, 640), (1204, 560), (1206, 420), (1196, 250), (1206, 60), (1200, -30)], 10)
    right = curve([(1270, -30), (1256, 80), (1250, 260), (1256, 430), (1266, 570), (1310, 650)], 10)
    p.shape(left + right, rgb("#222F39"))
    bank = curve([(1320, 560), (1180, 572), (1060, 610), (960, 668), (900, 740), (1320, 760)], 10)
    p.shape(bank, Gradient("down", rgb("#33434C"), rgb("#1E2B36"), 560, 720), shadow=Shadow(-4, 4, 12, 0.3))
    for layer, (colour, count, seed) in enumerate(
        (("#4A5F62", 46, 4), ("#364A52", 44, 9), ("#28363F", 34, 13))
    ):
        draw = chance(seed)
        for i in range(count):
            x = 1010 + layer * 22 + (290 - layer * 22) * i / count + draw.uniform(-5, 5)
            edge = abs(x - 1175) / 165
            long = (430 - 90 * layer) * (1 - 0.55 * edge**1.5) * draw.uniform(0.72, 1)
            lean = 16.0 if x < 1190 else 5.0
            points = [(x - lean * (k / 11) ** 1.6, -30 + long * k / 11) for k in range(12)]
            p.line(points, [5, 6, 7, 7.5, 8, 8, 8, 7.5, 7, 6, 4, 1], rgb(colour), 0.96)


def _heron(p: Painter, x: float, y: float) -> None:
    pale = rgb("#D9DFE3")
    p.line([(x - 6, y), (x - 6, y - 66)], 5, rgb("#22303B"))
    p.line([(x + 8, y + 4), (x + 10, y - 62)], 5, rgb("#22303B"))
    body = [(66, -40), (30, -92), (-14, -110), (-34, -92), (-20, -62), (20, -52)]
    wing = [(70, -36), (34, -86), (0, -92), (6, -66), (30, -54)]
    p.shape(curve([(x + a, y + b) for a, b in body], 8, closed=True), pale)
    p.shape(curve([(x + a, y + b) for a, b in wing], 8, closed=True), rgb("#7F90A0"))
    neck = curve([(x - 20, y - 94), (x - 44, y - 120), (x - 24, y - 154), (x - 40, y - 184)], 8)
    p.line(neck, [22.0] + [17.0] * 7 + [13.0] * 8 + [11.0] * 9, pale)
    p.shape(
        curve([(x - 26, y - 190), (x - 46, y - 200), (x - 60, y - 188), (x - 44, y - 176)], 6, closed=True),
        pale,
    )
    p.shape([(x - 54, y - 196), (x - 116, y - 180), (x - 54, y - 182)], TARGET)
    p.circle(x - 48, y - 190, 3, INK)
    p.line([(x - 46, y - 198), (x - 6, y - 190)], [5, 1], INK)


def shore(high_contrast: bool) -> Sprite:
    """A pale morning over still water: the ground of questions and of words."""
    if high_contrast:
        return _contrast_ground(500).sprite()
    p = Painter(WIDTH, HEIGHT, BLACK)
    p.sky([(0, rgb("#E4EDEA")), (1, rgb("#CBDCDB"))], 0, HEIGHT)
    _land(p, ridge(250, 26, 91, WIDTH, 1.1), rgb("#D5E3E0"), HEIGHT)
    _land(p, ridge(330, 18, 95, WIDTH), rgb("#C3D8D6"), HEIGHT)
    p.mist(350, 50, rgb("#EEF4F0"), 0.7, 3)
    p.sky([(0, rgb("#AFCDCF")), (1, rgb("#86B2B9"))], 500, HEIGHT)
    p.glints(26, 510, 715, rgb("#E9F6F5"), 0.6, 4)
    return p.sprite()


def evening_sea(high_contrast: bool) -> Sprite:
    """The sea at sunset with a lighthouse, lit buoys and the boat coming home."""
    if high_contrast:
        p = _contrast_ground(432)
        for i in range(8):
            buoy(p, *_buoy_place(i), _buoy_size(i), True)
        boat_from_side(p, 842, 640, 1.5)
        return p.sprite()
    p = Painter(WIDTH, HEIGHT, BLACK)
    sky = [(0.0, "#22315A"), (0.32, "#5A5F8C"), (0.62, "#D9967F"), (0.80, "#F7C68C"), (1.0, "#F7D7A0")]
    p.sky([(at, rgb(c)) for at, c in sky], 0, 432)
    p.glow(960, 410, 560, rgb("#FFC98C"), 0.65)
    p.circle(960, 402, 66, rgb("#FFE9BE"))
    _land(p, ridge(404, 16, 101, WIDTH), rgb("#8E7488"), 434)
    headland = curve([(1330, 330), (1240, 340), (1170, 368), (1120, 404), (1060, 432), (1330, 440)], 8)
    p.shape(headland, rgb("#4A4663"))
    p.reflect(432, rgb("#1D3558"), 0.12, 0.72, 8)
    p.glints(40, 438, 640, rgb("#FFE2B0"), 0.7, 3, (960, 60), (30, 130), 2.2)
    p.glow(960, 478, 190, rgb("#FFD3A0"), 0.65, flat=0.47)
    _tower(p, 1216, 352)
    p.glow(1216, 470, 60, rgb("#FFE7A0"), 0.35, flat=2)
    p.glints(24, 440, 560, rgb("#FFF0CF"), 0.85, 8, (960, 50), (30, 110), 2.4)
    for i in range(8):
        x, y, s = *_buoy_place(i), _buoy_size(i)
        p.glow(x, y - 30 * s, 76 * s, rgb("#FFE08A"), 0.65)
        buoy(p, x, y - 4, s)
        p.line([(x - 16 * s, y + 34 * s), (x + 16 * s, y + 34 * s)], 3 * s, rgb("#FFE2B0"), 0.6)
        p.line([(x - 9 * s, y + 48 * s), (x + 9 * s, y + 48 * s)], 2.5 * s, rgb("#FFE2B0"), 0.45)
    p.shape(ellipse(842, 676, 110, 14), rgb("#0C1D36"), 0.5, blur=7)
    p.glow(842, 600, 150, rgb("#FFD98C"), 0.4)
    boat_from_side(p, 842, 640, 1.5)
    return p.sprite()


def _buoy_place(i: int) -> Xy:
    t = i / 7
    return 1150 - 520 * t + 150 * math.sin(t * 3.4), 470 + 170 * t**1.4


def _buoy_size(i: int) -> float:
    return 0.22 + 0.62 * i / 7


def _tower(p: Painter, x: float, y: float) -> None:
    p.shape([(x - 17, y + 4), (x - 11, y - 112), (x + 11, y - 112), (x + 17, y + 4)], rgb("#F4E6D8"))
    p.shape([(x - 14.6, y - 36), (x - 12.8, y - 66), (x + 12.8, y - 66), (x + 14.6, y - 36)], rgb("#B8452B"))
    p.shape(slip(x - 14, y - 134, 28, 22, 4), rgb("#FFE9A0"))
    p.shape([(x - 18, y - 133), (x, y - 154), (x + 18, y - 133)], rgb("#33304A"))
    p.shape(slip(x - 19, y - 114, 38, 6, 3), rgb("#33304A"))
    p.glow(x, y - 122, 130, rgb("#FFE7A0"), 0.8)


def pebble_face(level: int, radius: int, high_contrast: bool) -> Sprite:
    """A river pebble whose face goes from glad (0) to in pain (10)."""
    half = radius + 24
    p = Painter(2 * half, 2 * half, origin=(half, half))
    share = level / 10
    fill = WHITE if high_contrast else mix(rgb("#F7EFD9"), rgb("#8FA9B8"), share)
    r = float(radius)
    outline = [
        (
            r * (1 + 0.04 * math.sin(3 * a + level)) * math.cos(a),
            r * 0.94 * (1 + 0.03 * math.cos(2 * a + level)) * math.sin(a),
        )
        for a in (k * math.tau / 12 for k in range(12))
    ]
    shape = curve(outline, 8, closed=True)
    p.shape(shape, fill, shadow=None if high_contrast else Shadow(0, 8, 10, 0.28))
    if not high_contrast:
        p.shape(shape, Gradient("down", WHITE, fill, -r, r * 0.3), 0.25)
    for side in (-1, 1):
        e = side * r * 0.34
        if level <= 1:
            p.line([(e - r * 0.13, -r * 0.10), (e, -r * 0.22), (e + r * 0.13, -r * 0.10)], r * 0.085, INK)
        elif level >= 9:
            inner, outer = e - side * r * 0.12, e + side * r * 0.13
            p.line([(outer, -r * 0.24), (inner, -r * 0.13), (outer, -r * 0.02)], r * 0.085, INK)
        else:
            p.shape(ellipse(e, -r * 0.14, r * 0.085, r * (0.115 - 0.03 * share)), INK)
        if level >= 6:
            start = (e + side * r * 0.2, -r * (0.40 - 0.02 * share))
            p.line([start, (e - side * r * 0.14, -r * (0.40 + 0.16 * share))], r * 0.075, INK)
    if level >= 9:
        p.shape(ellipse(0, r * 0.42, r * 0.22, r * 0.17), INK)
    else:
        bend = r * (0.0 if level == 4 else (1 - 2 * share) * 0.30)
        mouth = [
            (r * 0.40 * u, r * 0.36 + bend * (1 - u * u) - bend * 0.4) for u in (k / 8 for k in range(-8, 9))
        ]
        p.line(mouth, r * 0.09, INK)
    return p.sprite()


def pebble_shadow() -> Sprite:
    p = Painter(160, 48, origin=(80, 24))
    p.shape(ellipse(0, 0, 54, 8), rgb("#12323C"), 0.25, blur=5)
    return p.sprite()


def mooring(high_contrast: bool) -> Sprite:
    """The boat beside a jetty post, for screens on which one waits."""
    p = Painter(300, 230, origin=(150, 150))
    if not high_contrast:
        p.shape(ellipse(0, 44, 110, 15), DEEP, 0.25, blur=6)
    boat_from_side(p, 0, 0, 1.5)
    p.line([(118, 60), (118, -60)], 15, INK if not high_contrast else WHITE)
    p.line([(118, -50), (118, 40)], 9, rgb("#8B6B4A") if not high_contrast else BLACK)
    p.line(curve([(118, -20), (96, 20), (66, 14)], 8), 4, PAPER if high_contrast else INK)
    return p.sprite()
