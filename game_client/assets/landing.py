"""A place of the river as somebody sees it who lands there: its light, its landmark, the bank, a lantern.

The same water and bank in all twelve places; the light and what stands on the far bank tell them apart.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from game_client.assets.things import boat_from_side, lantern, lighthouse
from game_client.engine.geometry import Xy, blob, chance, curve, ellipse, pine, ridge, slip
from game_client.engine.look import HEIGHT, WIDTH
from game_client.engine.painter import Gradient, Painter, Shadow, Sprite
from game_client.engine.palette import BLACK, HC_LAND, INK, PLACES, WHITE, Place, Rgb, luminance, mix, rgb

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

HORIZON = 330
LANTERN: Xy = (768.0, 640.0)
"""The foot of the lantern's post."""
LANTERN_PX = 150.0
BOAT_PATH: tuple[tuple[float, float, float], ...] = (
    (760, 352, 0.30), (900, 380, 0.46), (1030, 440, 0.72), (1030, 520, 1.0), (930, 590, 1.30),
)  # fmt: skip
"""One bend of the river: x, y and the boat's scale, from far to the landing."""
BOAT_STEPS = 49
_SUN: dict[str, tuple[float, float]] = {
    "spring": (600, 268), "birch_brook": (640, 210), "waterfall": (920, 100), "water_mill": (960, 96),
    "meadow": (960, 84), "long_lake": (640, 180), "reed_marsh": (640, 232), "old_bridge": (900, 296),
    "harbour": (880, 260), "open_sea": (880, 318),
}  # fmt: skip
_BANK = ((1310, 402), (1210, 398), (1120, 412), (1052, 436), (1080, 462), (1190, 486), (1310, 500))
_SHORE = (
    (-40, 500), (220, 512), (440, 540), (640, 590), (800, 628), (864, 668), (850, 712), (820, 760),
    (-40, 760),
)  # fmt: skip


def paint(name: str, mirrored: bool, high_contrast: bool) -> Sprite:
    """The whole picture of a place, opaque, without lantern and boat; raises KeyError for no place."""
    place = PLACES[name]
    p = Painter(WIDTH, HEIGHT, BLACK)
    if high_contrast:
        _paint_contrast(p, name, place)
    else:
        _paint(p, name, place)
    picture = p.sprite()
    return picture.mirrored() if mirrored else picture


def _paint(p: Painter, name: str, place: Place) -> None:
    far, middle, near = place.land
    night = luminance(place.sky[0]) < 0.03
    p.sky([(0.0, place.sky[0]), (0.6, place.sky[1]), (1.0, place.sky[2])], 0, HORIZON + 2)
    if name in _SUN:
        x, y = _SUN[name]
        p.glow(x, y, 360, mix(place.sky[2], WHITE, 0.4), 0.75)
        p.circle(x, y, 38, mix(place.sky[2], WHITE, 0.82), 0.95)
    elif night:
        draw = chance(5)
        for _ in range(90):
            p.circle(draw.uniform(0, WIDTH), draw.uniform(8, 270), draw.uniform(1.2, 2.6), WHITE,
                     draw.uniform(0.4, 0.95))  # fmt: skip
    if name == "spring":
        _mountains(p, mix(far, place.sky[1], 0.1))
    if name != "open_sea":
        for y, height, seed, colour in (
            (278, 34, 31, mix(far, place.sky[1], 0.45)),
            (304, 20, 37, mix(far, middle, 0.25)),
        ):
            line = ridge(y, height, seed, WIDTH, 1.2)
            p.shape([*line, (WIDTH + 40, HORIZON + 4), (-40, HORIZON + 4)], colour)
        _far_pines(p, mix(far, middle, 0.75))
    p.mist(HORIZON - 6, 26, mix(place.sky[2], WHITE, 0.25), 0.7, 4)
    if name == "old_bridge":  # alone it stands in the water, so that the water shows it
        _bridge(p, place, False)
    p.reflect(HORIZON, place.water, 0.30, 0.92, 16)
    _bank(p, mix(middle, near, 0.55), near)
    _LANDMARKS[name](p, place, False)
    light = mix(place.water, WHITE, 0.65)
    p.glints(30, HORIZON + 14, 700, light, 0.30 if night else 0.5, 9)
    shore = curve(_SHORE, 10)
    p.shape(shore, Gradient("down", mix(near, place.sky[2], 0.10), mix(near, INK, 0.25), 500, 720),
            shadow=Shadow(3, -5, 10, 0.22))  # fmt: skip
    _jetty(p, mix(rgb("#8B6A4C"), near, 0.35 if night else 0.1))
    _foreground(p, name, place)


def _paint_contrast(p: Painter, name: str, place: Place) -> None:
    p.line([(0, HORIZON), (WIDTH, HORIZON)], 5, WHITE)
    for border in (curve(_BANK, 10), curve(_SHORE, 10)):
        p.shape(border, HC_LAND)
        p.line(border, 5, WHITE)
    _LANDMARKS[name](p, place, True)
    _jetty(p, HC_LAND, WHITE)


def _bank(p: Painter, top: Rgb, low: Rgb) -> None:
    """The far bank on which the landmark stands."""
    p.shape(ellipse(1200, 480, 170, 16), INK, 0.22, blur=8)
    p.shape(curve(_BANK, 10), Gradient("down", top, low, 396, 500))


def _jetty(p: Painter, wood: Rgb, edge: Rgb = INK) -> None:
    """Planks from the bank to where the boat lands."""
    for x in (800, 850):
        p.line([(x, 652), (x, 690)], 9, mix(wood, INK, 0.4))
    planks = [(700.0, 640.0), (862.0, 626.0), (872.0, 648.0), (706.0, 666.0)]
    if edge == WHITE:
        p.line([*planks, planks[0]], 5, edge)
    p.shape(planks, wood)
    for k in range(1, 7):
        x = 700 + 24 * k
        p.line([(x, 640 - 2 * k), (x + 4, 664 - 2.4 * k)], 2.5, mix(wood, edge, 0.5))


def _far_pines(p: Painter, colour: Rgb) -> None:
    draw = chance(19)
    for _ in range(26):
        x = draw.choice((draw.uniform(0, 460), draw.uniform(960, WIDTH)))
        p.shape(pine(x, HORIZON + 2, draw.uniform(22, 48)), colour)


def _cut(
    p: Painter, points: Sequence[Xy], fill: Rgb | Gradient, high_contrast: bool, ground: Rgb = HC_LAND
) -> None:
    """A piece of scenery: in high contrast a white line around quiet grey."""
    if high_contrast:
        p.shape(points, ground)
        p.line([*points, points[0]], 5, WHITE)
    else:
        p.shape(points, fill)


# -- the landmarks, on the far bank at the right ------------------------------------------------------------


def _mountains(p: Painter, colour: Rgb) -> None:
    """Two peaks with snow, behind the hills."""
    for x, tall, wide in ((980.0, 210.0, 190.0), (1150.0, 250.0, 220.0)):
        top, snow = (x, HORIZON - tall), HORIZON - tall * 0.74
        p.shape([top, (x + wide, HORIZON + 4.0), (x - wide, HORIZON + 4.0)], colour)
        rim = ((0.26, 0.0), (0.1, -14.0), (0.0, 6.0), (-0.1, -12.0), (-0.26, 0.0))
        p.shape([top, *((x + wide * share, snow + down) for share, down in rim)], WHITE, 0.92)


def _spring(p: Painter, place: Place, high_contrast: bool) -> None:
    """Water that comes out between stones, under pines."""
    for x, y, tall in ((1090.0, 424.0, 120.0), (1236.0, 412.0, 190.0), (1180.0, 414.0, 150.0)):
        _cut(p, pine(x, y, tall), mix(place.land[2], INK, 0.12), high_contrast)
    for x, y, radius in ((1128.0, 438.0, 26.0), (1168.0, 446.0, 20.0), (1096.0, 446.0, 15.0)):
        _cut(p, blob(x, y, radius, int(x)), mix(place.land[1], WHITE, 0.15), high_contrast)


def _birches(p: Painter, place: Place, high_contrast: bool) -> None:
    for k, x in enumerate((1088.0, 1146.0, 1206.0, 1262.0)):
        tall = (150.0, 200.0, 176.0, 220.0)[k]
        foot = 428.0 - 6 * k
        leaf = mix(place.land[2], rgb("#A9C96A"), 0.35 + 0.1 * (k % 2))
        _cut(p, blob(x, foot - tall, 0.28 * tall, 40 + k, 0.1), leaf, high_contrast)
        trunk = [(x - 5, foot), (x - 3, foot - 0.9 * tall), (x + 3, foot - 0.9 * tall), (x + 5, foot)]
        _cut(p, trunk, rgb("#F4F1E6"), high_contrast, WHITE)
        for j in range(4):
            y = foot - tall * (0.14 + 0.16 * j)
            p.line([(x - 4, y), (x + 1, y + 2)], 3, BLACK if high_contrast else rgb("#4A4A44"))


def _waterfall(p: Painter, place: Place, high_contrast: bool) -> None:
    rock = [(1000, 438), (1020, 330), (1044, 120), (1110, 96), (1310, 86), (1310, 440), (1120, 446)]
    _cut(p, rock, Gradient("down", mix(place.land[2], WHITE, 0.12), mix(place.land[2], INK, 0.2), 90, 440),
         high_contrast)  # fmt: skip
    fall = [(1086, 104), (1160, 96), (1168, 436), (1078, 440)]
    _cut(p, fall, Gradient("down", WHITE, rgb("#D5EEF0"), 100, 440), high_contrast, WHITE)
    for k in range(5):
        x = 1093.0 + 16 * k
        p.line([(x, 116), (x, 420)], 3, BLACK if high_contrast else rgb("#A8D3DA"), 0.7)
    for x, y, radius in ((1086.0, 440.0, 22.0), (1124.0, 446.0, 28.0), (1160.0, 440.0, 22.0)):
        p.circle(x, y, radius, WHITE, 1 if high_contrast else 0.85, 0 if high_contrast else 5)
    for x in (1196.0, 1240.0, 1272.0):
        _cut(p, pine(x, 92, 74), mix(place.land[2], INK, 0.3), high_contrast)


def _mill(p: Painter, place: Place, high_contrast: bool) -> None:
    _cut(p, [(1140, 430), (1140, 286), (1254, 286), (1254, 426)],
         Gradient("across", rgb("#F2E4C8"), rgb("#D9C6A0"), 1140, 1254), high_contrast)  # fmt: skip
    _cut(p, [(1122, 292), (1197, 208), (1272, 292)], rgb("#A6472F"), high_contrast)
    for x in (1168, 1212):
        _cut(p, slip(x, 312, 24, 32, 4), rgb("#3E5B66"), high_contrast, WHITE)
    wood = WHITE if high_contrast else rgb("#5A3C28")
    p.ring(1112, 396, 58, 9, wood)
    p.ring(1112, 396, 38, 4, wood)
    for k in range(12):
        a = math.radians(30 * k)
        end = (1112 + 64 * math.cos(a), 396 + 64 * math.sin(a))
        p.line([(1112, 396), end], 5, wood)
    p.circle(1112, 396, 9, wood)


def _round_tree(p: Painter, x: float, y: float, tall: float, leaf: Rgb, high_contrast: bool) -> None:
    trunk = [(x - tall * 0.04, y), (x - 4, y - tall * 0.6), (x + 4, y - tall * 0.6), (x + tall * 0.04, y)]
    _cut(p, trunk, mix(leaf, INK, 0.5), high_contrast)
    _cut(p, blob(x, y - tall * 0.72, tall * 0.34, int(x)), leaf, high_contrast)
    if not high_contrast:
        p.shape(blob(x - tall * 0.07, y - tall * 0.79, tall * 0.2, int(x) + 1), mix(leaf, WHITE, 0.14))


def _meadow(p: Painter, place: Place, high_contrast: bool) -> None:
    _round_tree(p, 1190, 430, 250, mix(place.land[2], INK, 0.05), high_contrast)
    if high_contrast:
        return
    draw = chance(12)
    for _ in range(60):
        x, y = draw.uniform(1080, 1276), draw.uniform(424, 474)
        p.circle(x, y, 3.2, draw.choice((WHITE, rgb("#F4D35E"), rgb("#E58BB5"))))


def _lake(p: Painter, place: Place, high_contrast: bool) -> None:
    for x, y, tall in ((1100.0, 432.0, 150.0), (1156.0, 426.0, 210.0), (1218.0, 422.0, 180.0),
                       (1262.0, 414.0, 230.0)):  # fmt: skip
        _cut(p, pine(x, y, tall), mix(place.land[2], INK, 0.08), high_contrast)


def _marsh(p: Painter, place: Place, high_contrast: bool) -> None:
    colour = WHITE if high_contrast else mix(place.land[2], INK, 0.25)
    _reeds(p, 1180, 450, 16, 190, colour, 15, 86)


def _reeds(p: Painter, x: float, y: float, count: int, height: float, colour: Rgb, seed: int,
           spread: float) -> None:  # fmt: skip
    draw = chance(seed)
    for k in range(count):
        foot = x + spread * (2 * (k + 0.5) / count - 1) + draw.uniform(-4, 4)
        tall, lean = height * draw.uniform(0.6, 1), draw.uniform(-16, 16)
        points = [(foot + lean * (j / 8) ** 2, y - tall * j / 8) for j in range(9)]
        p.line(points, [6 - 0.45 * j for j in range(9)], colour)
        if k % 2 == 0:
            p.line(points[6:8], 13, colour)


def _bridge(p: Painter, place: Place, high_contrast: bool) -> None:
    """Two arches over the water; the openings show the sky behind, so the arches are drawn as stone."""
    top = curve([(560, 330), (760, 262), (960, 238), (1160, 262), (1310, 300)], 12)
    low: list[Xy] = [(1310.0, 352.0), (1230.0, 352.0)]
    for centre in (1120.0, 860.0):
        low += ellipse(centre, 352, 98, 76, 0, 180)
    low += [(600.0, 352.0), (560.0, 352.0)]
    _cut(p, [*top, *low], Gradient("down", mix(place.land[2], WHITE, 0.08), place.land[2], 238, 352),
         high_contrast)  # fmt: skip
    if not high_contrast:
        p.line([(x, y + 5) for x, y in top], 7, mix(place.land[2], place.sky[2], 0.28))


def _glade(p: Painter, place: Place, high_contrast: bool) -> None:
    for x, wide in ((1082.0, 34.0), (1166.0, 26.0), (1250.0, 46.0)):
        trunk = [(x - wide * 0.9, 446), (x - wide * 0.5, 380), (x - wide * 0.42, -10),
                 (x + wide * 0.42, -10), (x + wide * 0.5, 380), (x + wide * 0.9, 446)]  # fmt: skip
        _cut(p, trunk, mix(place.land[2], INK, 0.35), high_contrast)
    for x, y in ((1030.0, 250.0), (1124.0, 180.0), (1208.0, 272.0), (1000.0, 150.0), (1120.0, 330.0)):
        if not high_contrast:
            p.glow(x, y, 46, rgb("#FFE27A"), 0.7, 2)
        p.circle(x, y, 6, rgb("#FFE9A8"))


def _hill(p: Painter, place: Place, high_contrast: bool) -> None:
    """An observatory."""
    stone = mix(place.land[0], WHITE, 0.42)
    tube = [(1120, 318), (1138, 300), (1186, 344), (1168, 364)]
    _cut(p, tube, mix(stone, INK, 0.25), high_contrast)
    _cut(p, ellipse(1186, 366, 62, 62, 0, 180), Gradient("across", stone, mix(stone, INK, 0.3), 1130, 1246),
         high_contrast)  # fmt: skip
    walls = Gradient("across", mix(stone, INK, 0.15), mix(stone, INK, 0.45), 1120, 1252)
    _cut(p, [(1120, 366), (1252, 366), (1252, 430), (1120, 434)], walls, high_contrast)
    _cut(p, slip(1172, 388, 28, 44, 6), rgb("#FFD873"), high_contrast, WHITE)


def _harbour(p: Painter, place: Place, high_contrast: bool) -> None:
    """Masts and sails at the quay."""
    wood = WHITE if high_contrast else rgb("#2A2320")
    for x, tall in ((1076.0, 220.0), (1158.0, 270.0), (1240.0, 200.0)):
        p.line([(x, 430), (x, 430 - tall)], 6, wood)
        sail = [(x + 7, 430 - tall * 0.94), (x + 7, 404), (x + tall * 0.27, 404)]
        _cut(p, sail, Gradient("across", rgb("#FBF3DF"), rgb("#D8CDB6"), x, x + 70), high_contrast)
        hull = [(x - 30, 412), (x + 62, 412), (x + 46, 436), (x - 16, 436)]
        _cut(p, hull, mix(place.land[2], INK, 0.3), high_contrast)


def _sea(p: Painter, place: Place, high_contrast: bool) -> None:
    """The lighthouse on the last rock before the open water."""
    if high_contrast:
        _cut(p, [(1142, 430), (1158, 196), (1208, 196), (1224, 430)], BLACK, True, BLACK)
        _cut(p, slip(1154, 154, 58, 44, 6), BLACK, True, WHITE)
        _cut(p, [(1144, 154), (1183, 112), (1222, 154)], BLACK, True)
        return
    lighthouse(p, 1183, 430, 2.7)


_LANDMARKS: dict[str, Callable[[Painter, Place, bool], None]] = {
    "spring": _spring, "birch_brook": _birches, "waterfall": _waterfall, "water_mill": _mill,
    "meadow": _meadow, "long_lake": _lake, "reed_marsh": _marsh, "old_bridge": _bridge,
    "dusk_glade": _glade, "star_hill": _hill, "harbour": _harbour, "open_sea": _sea,
}  # fmt: skip


def _foreground(p: Painter, name: str, place: Place) -> None:
    """What grows on our own bank."""
    near = place.land[2]
    if name == "meadow":
        draw = chance(3)
        for _ in range(70):
            x, y = draw.gauss(600, 70), draw.uniform(0, 1) ** 0.7 * 60 + 656
            bloom = draw.choice((WHITE, rgb("#F4D35E"), rgb("#E58BB5"), rgb("#E69F00")))
            p.line([(x, y), (x, y + 12)], 2.5, mix(near, INK, 0.25))
            p.circle(x, y, 3 + (y - 650) * 0.035, bloom)
    elif name == "reed_marsh":
        _reeds(p, 640, 724, 12, 130, mix(near, INK, 0.35), 4, 70)
    else:
        grass = mix(near, WHITE if luminance(near) < 0.05 else INK, 0.16)
        draw = chance(8)
        for _ in range(26):
            x, y = draw.uniform(560, 730), draw.uniform(668, 722)
            for lean in (-7, 0, 7):
                p.line([(x, y), (x + lean, y - draw.uniform(12, 22))], [4, 1], grass)


# -- what moves ---------------------------------------------------------------------------------------------


def boats(high_contrast: bool) -> list[Sprite]:
    """The boat from the side in the sizes along its path, far to near."""
    found = []
    for k in range(BOAT_STEPS):
        scale = boat_at(k / (BOAT_STEPS - 1))[2]
        half, up, down = math.ceil(78 * scale) + 6, math.ceil(54 * scale) + 2, math.ceil(52 * scale) + 8
        p = Painter(2 * half, up + down, origin=(half, up))
        if not high_contrast:
            p.shape(ellipse(0, 29 * scale, 66 * scale, 9 * scale), rgb("#06303A"), 0.4, blur=3 * scale)
        boat_from_side(p, 0, 0, scale)
        found.append(p.sprite())
    return found


def boat_at(share: float) -> tuple[float, float, float]:
    """Where the boat is after a share (0..1) of its way, and its scale."""
    xs = curve([(x, s) for x, _, s in BOAT_PATH], 16)
    ys = curve([(y, s) for _, y, s in BOAT_PATH], 16)
    at = min(1.0, max(0.0, share)) * (len(xs) - 1)
    k = min(len(xs) - 2, int(at))
    t = at - k
    return (
        xs[k][0] + (xs[k + 1][0] - xs[k][0]) * t,
        ys[k][0] + (ys[k + 1][0] - ys[k][0]) * t,
        xs[k][1] + (xs[k + 1][1] - xs[k][1]) * t,
    )


def lanterns(high_contrast: bool) -> tuple[Sprite, Sprite]:
    """The lantern dark and lit; the origin is the foot of its post."""
    found = []
    tall = LANTERN_PX
    for lit in (False, True):
        p = Painter(420, 420, origin=(210, 310))
        if high_contrast:
            p.line([(0, 0), (0, -tall)], 7, WHITE)
            p.shape(slip(-36, -tall * 1.34, 72, 90, 16), WHITE)
            p.shape(slip(-31, -tall * 1.34 + 5, 62, 80, 12), rgb("#F0E442") if lit else BLACK)
        elif lit:
            lantern(p, 0, 0, tall, 0.85)
        else:
            lantern(p, 0, 0, tall, 0.0)
            paper = slip(-tall * 0.2, -tall * 1.24, tall * 0.4, tall * 0.42, 4)
            p.shape(paper, Gradient("down", rgb("#C9C0A6"), rgb("#A89F88"), -tall * 1.28, -tall * 0.78))
        found.append(p.sprite())
    return found[0], found[1]
