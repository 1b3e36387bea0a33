"""Icons, each about 60 pixels across at scale 1, drawn in one colour around 0, 0."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache

from game_client.engine.geometry import Xy, curve, ellipse, slip, turned
from game_client.engine.painter import Painter, Sprite
from game_client.engine.palette import Rgb

_Draw = Callable[[Painter, float, Rgb, Rgb], None]


def _at(scale: float, *points: Xy) -> list[Xy]:
    return [(x * scale, y * scale) for x, y in points]


def _speaker(p: Painter, s: float, ink: Rgb, ground: Rgb) -> None:
    p.shape(_at(s, (-22, -8), (-10, -8), (2, -19), (2, 19), (-10, 8), (-22, 8)), ink)
    for radius in (12, 21):
        p.ring(2 * s, 0, radius * s, 4.4 * s, ink, from_deg=-48, to_deg=48)


def _bars(p: Painter, s: float, ink: Rgb, ground: Rgb) -> None:
    for i, high in enumerate((16, 26, 38)):
        p.shape(slip((-24 + i * 17) * s, (18 - high) * s, 13 * s, high * s, 3 * s), ink)


def _gear(p: Painter, s: float, ink: Rgb, ground: Rgb) -> None:
    for k in range(8):
        p.shape(turned(_at(s, (-5.5, -26), (5.5, -26), (7.5, -12), (-7.5, -12)), k * 45), ink)
    p.circle(0, 0, 19 * s, ink)
    p.circle(0, 0, 8.5 * s, ground)


def _tick(p: Painter, s: float, ink: Rgb, ground: Rgb) -> None:
    p.line(_at(s, (-21, 2), (-6, 18), (24, -18)), 10 * s, ink)


def _pause(p: Painter, s: float, ink: Rgb, ground: Rgb) -> None:
    for x in (-11, 11):
        p.shape(slip((x - 6) * s, -20 * s, 12 * s, 40 * s, 5 * s), ink)


def _dots(p: Painter, s: float, ink: Rgb, ground: Rgb) -> None:
    for x in (-22, 0, 22):
        p.circle(x * s, 0, 7.5 * s, ink)


def _letter(p: Painter, s: float, ink: Rgb, ground: Rgb) -> None:
    p.shape(slip(-29 * s, -20 * s, 58 * s, 40 * s, 7 * s), ink)
    p.line(_at(s, (-23, -13), (0, 5), (23, -13)), 5 * s, ground)


def _cloud(p: Painter, s: float, ink: Rgb, ground: Rgb) -> None:
    for x, y, radius in ((-14, 4, 12), (2, -6, 16), (17, 4, 11)):
        p.circle(x * s, y * s, radius * s, ink)
    p.shape(slip(-26 * s, 2 * s, 54 * s, 14 * s, 7 * s), ink)


def _back(p: Painter, s: float, ink: Rgb, ground: Rgb) -> None:
    p.line(_at(s, (24, 0), (-20, 0)), 8 * s, ink)
    p.line(_at(s, (-2, -19), (-22, 0), (-2, 19)), 8 * s, ink)


def _go(p: Painter, s: float, ink: Rgb, ground: Rgb) -> None:
    p.shape(curve(_at(s, (-13, -24), (26, 0), (-13, 24)), 1, closed=True), ink)
    p.line(_at(s, (-13, -24), (26, 0), (-13, 24), (-13, -24)), 5 * s, ink)


def _leaf(p: Painter, s: float, ink: Rgb, ground: Rgb) -> None:
    p.shape(curve(_at(s, (-24, 20), (-18, -8), (24, -24), (18, 10), (-8, 18)), 8, closed=True), ink)
    p.line(_at(s, (-26, 26), (-6, 4), (12, -12)), 4 * s, ground)


def _home(p: Painter, s: float, ink: Rgb, ground: Rgb) -> None:
    p.shape(_at(s, (-30, -2), (0, -28), (30, -2), (24, 4), (-24, 4)), ink)
    p.shape(slip(-20 * s, -4 * s, 40 * s, 30 * s, 4 * s), ink)
    p.shape(slip(-6 * s, 8 * s, 12 * s, 18 * s, 2 * s), ground)


def _hand(p: Painter, s: float, ink: Rgb, ground: Rgb) -> None:
    for x, top in ((-15, -16), (-5, -25), (5, -27), (15, -20)):
        p.line(_at(s, (x, 4), (x, top)), 8.4 * s, ink)
    p.line(_at(s, (-16, 12), (-27, -2)), 9 * s, ink)
    p.shape(slip(-20 * s, -2 * s, 40 * s, 30 * s, 13 * s), ink)


def _letters(p: Painter, s: float, ink: Rgb, ground: Rgb) -> None:
    for x, size in ((-15, 0.72), (13, 1.15)):
        p.line([(x * s - 14 * size * s, 22 * s), (x * s, 22 * s - 44 * size * s)], 6 * s, ink)
        p.line([(x * s, 22 * s - 44 * size * s), (x * s + 14 * size * s, 22 * s)], 6 * s, ink)
        p.line(
            [(x * s - 9 * size * s, 22 * s - 14 * size * s), (x * s + 9 * size * s, 22 * s - 14 * size * s)],
            5 * s,
            ink,
        )


def _halves(p: Painter, s: float, ink: Rgb, ground: Rgb) -> None:
    p.ring(0, 0, 23 * s, 5 * s, ink)
    p.shape(ellipse(0, 0, 23 * s, None, 90, 270), ink)


def _waves(p: Painter, s: float, ink: Rgb, ground: Rgb) -> None:
    for y in (-14, 2, 18):
        p.line([(x * s, (y + 5 * math.sin(x / 7.5)) * s) for x in range(-26, 27, 2)], 5 * s, ink)


def _clock(p: Painter, s: float, ink: Rgb, ground: Rgb) -> None:
    p.ring(0, 0, 24 * s, 5.5 * s, ink)
    p.line(_at(s, (0, -14), (0, 0), (11, 7)), 5 * s, ink)


def _note(p: Painter, s: float, ink: Rgb, ground: Rgb) -> None:
    p.shape(ellipse(-13 * s, 18 * s, 10 * s, 8 * s), ink)
    p.shape(ellipse(15 * s, 12 * s, 10 * s, 8 * s), ink)
    p.line(_at(s, (-5, 18), (-5, -18), (23, -24), (23, 12)), 5 * s, ink)


def _mouth(p: Painter, s: float, ink: Rgb, ground: Rgb) -> None:
    p.shape(slip(-28 * s, -24 * s, 50 * s, 36 * s, 12 * s), ink)
    p.shape(_at(s, (-14, 8), (6, 8), (-16, 28)), ink)
    for x in (-15, -3, 9):
        p.circle(x * s, -6 * s, 3.6 * s, ground)


def _heart(p: Painter, s: float, ink: Rgb, ground: Rgb) -> None:
    points = _at(s, (0, 26), (-27, 0), (-25, -18), (-10, -22), (0, -10), (10, -22), (25, -18), (27, 0))
    p.shape(curve(points, 8, closed=True), ink)
    p.line(_at(s, (-24, 2), (-9, 2), (-4, -8), (4, 12), (9, 2), (24, 2)), 4 * s, ground)


def _lungs(p: Painter, s: float, ink: Rgb, ground: Rgb) -> None:
    p.line(_at(s, (0, -28), (0, -8)), 6 * s, ink)
    for side in (-1, 1):
        lobe = _at(s, (side * 5, -6), (side * 14, -20), (side * 25, 0), (side * 27, 22), (side * 8, 18))
        p.shape(curve(lobe, 8, closed=True), ink)
        p.line(_at(s, (0, -8), (side * 10, 2)), 5 * s, ink)


def _spiral(p: Painter, s: float, ink: Rgb, ground: Rgb) -> None:
    points = [
        (r * math.cos(a) * s, r * math.sin(a) * s) for k in range(60) for a, r in [(k * 0.24, 2 + k * 0.42)]
    ]
    p.line(points, 5.5 * s, ink)


def _head(p: Painter, s: float, ink: Rgb, ground: Rgb) -> None:
    p.circle(-6 * s, 8 * s, 19 * s, ink)
    for x in (-13, 1):
        p.circle(x * s, 6 * s, 3 * s, ground)
    p.line(_at(s, (-13, 18), (-6, 14), (1, 18)), 3.6 * s, ground)
    bolt = [(17, -32), (3, -10), (13, -10), (8, 8), (28, -17), (18, -17), (25, -32)]
    p.line(_at(s, *bolt, bolt[0]), 8 * s, ground)
    p.shape(_at(s, *bolt), ink)


def _eye(p: Painter, s: float, ink: Rgb, ground: Rgb) -> None:
    p.shape(curve(_at(s, (-30, 0), (0, -19), (30, 0), (0, 19)), 10, closed=True), ink)
    p.circle(0, 0, 12 * s, ground)
    p.circle(0, 0, 6.5 * s, ink)


def _key(p: Painter, s: float, ink: Rgb, ground: Rgb) -> None:
    p.ring(-13 * s, 0, 12 * s, 7 * s, ink)
    p.line(_at(s, (0, 0), (28, 0)), 7 * s, ink)
    for x in (16, 26):
        p.line(_at(s, (x, 0), (x, 12)), 6 * s, ink)


def _camera(p: Painter, s: float, ink: Rgb, ground: Rgb) -> None:
    p.circle(0, -7 * s, 21 * s, ink)
    p.circle(0, -7 * s, 11 * s, ground)
    p.circle(0, -7 * s, 5.5 * s, ink)
    p.shape(_at(s, (-6, 12), (6, 12), (9, 24), (-9, 24)), ink)
    p.shape(slip(-18 * s, 22 * s, 36 * s, 7 * s, 3 * s), ink)


def _lamp(p: Painter, s: float, ink: Rgb, ground: Rgb) -> None:
    p.circle(0, 2 * s, 14 * s, ink)
    p.shape(slip(-7 * s, 15 * s, 14 * s, 13 * s, 3 * s), ink)
    for deg in (-90, -135, -45, 180, 0):
        x, y = math.cos(math.radians(deg)), math.sin(math.radians(deg))
        p.line(_at(s, (20 * x, 2 + 20 * y), (28 * x, 2 + 28 * y)), 5 * s, ink)


def _bust(p: Painter, s: float, x: float, wide: float, ink: Rgb) -> None:
    """A head above shoulders, around x; `wide` from the middle to a shoulder."""
    p.circle(x * s, -0.62 * wide * s, 0.52 * wide * s, ink)
    turns = [math.pi * (1 + step / 16) for step in range(17)]
    p.shape(_at(s, *((x + wide * math.cos(each), 24 + 20 * math.sin(each)) for each in turns)), ink)


def _person(p: Painter, s: float, ink: Rgb, ground: Rgb) -> None:
    _bust(p, s, 0, 21, ink)


def _people(p: Painter, s: float, ink: Rgb, ground: Rgb) -> None:
    for x in (-15, 15):
        _bust(p, s, x, 14, ink)


def _stick(p: Painter, s: float, ink: Rgb, ground: Rgb) -> None:
    p.circle(6 * s, -18 * s, 10 * s, ink)
    p.line(_at(s, (5, -14), (0, 14)), 7 * s, ink)
    p.shape(slip(-24 * s, 12 * s, 48 * s, 15 * s, 6 * s), ink)


def _stream(p: Painter, s: float, ink: Rgb, ground: Rgb) -> None:
    p.line(_at(s, (-29, 0), (-17, 0), (-10, -19), (0, 20), (9, -12), (15, 0), (29, 0)), 5.5 * s, ink)


def _mouse(p: Painter, s: float, ink: Rgb, ground: Rgb) -> None:
    p.shape(ellipse(0, 0, 18 * s, 26 * s), ink)
    p.line(_at(s, (-18, -5), (18, -5)), 3.4 * s, ground)
    p.line(_at(s, (0, -26), (0, -5)), 3.4 * s, ground)


_ICONS: dict[str, _Draw] = {
    "listen": _speaker,
    "progress": _bars,
    "settings": _gear,
    "done": _tick,
    "pause": _pause,
    "more": _dots,
    "messages": _letter,
    "choose": _go,
    "cloud": _cloud,
    "back": _back,
    "go": _go,
    "rest": _leaf,
    "home": _home,
    "hand": _hand,
    "text": _letters,
    "contrast": _halves,
    "motion": _waves,
    "clock": _clock,
    "music": _note,
    "voice": _mouth,
    "chest_pain": _heart,
    "breathless": _lungs,
    "dizzy": _spiral,
    "headache": _head,
    "vision": _eye,
    "key": _key,
    "camera": _camera,
    "lamp": _lamp,
    "person": _person,
    "people": _people,
    "stick": _stick,
    "stream": _stream,
    "mouse": _mouse,
}


@lru_cache(maxsize=256)
def icon(name: str, scale: float, ink: Rgb, ground: Rgb) -> Sprite:
    """The icon by name; `ground` is what shows through its holes."""
    half = math.ceil(36 * scale) + 2
    p = Painter(2 * half, 2 * half, origin=(half, half))
    _ICONS[name](p, scale, ink, ground)
    return p.sprite()
