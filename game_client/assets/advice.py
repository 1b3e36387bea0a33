"""The four marks of the camera's checks, and a drawn picture of advice for each fault."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from game_client.engine.geometry import curve, ellipse, slip, turned
from game_client.engine.painter import Painter, Shadow, Sprite
from game_client.engine.palette import (
    BLACK,
    CUE,
    DONE_ON_DARK,
    DONE_ON_LIGHT,
    ERROR,
    INACTIVE,
    INK,
    PAPER,
    TARGET,
    WARM,
    WHITE,
    Rgb,
    rgb,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from game_client.engine.geometry import Xy

ADVICE_WIDTH, ADVICE_HEIGHT = 404, 250
MARK_RADIUS = 44
PERSON = rgb("#2B6C87")
SKIN = rgb("#EAD3B0")


@dataclass(frozen=True, slots=True)
class _Tones:
    ink: Rgb
    ground: Rgb
    person: Rgb
    ghost: Rgb
    chair: Rgb
    ghost_chair: Rgb
    arrow: Rgb
    lens: Rgb
    light: Rgb


_USUAL = _Tones(
    INK, PAPER, PERSON, rgb("#AFC3C7"), rgb("#9C7F5A"), rgb("#D3C2A7"), TARGET, ERROR, rgb("#FFD772")
)
_CONTRAST = _Tones(WHITE, BLACK, WHITE, rgb("#5C6A6E"), INACTIVE, rgb("#4A5558"), CUE, ERROR, CUE)


def _tones(high_contrast: bool) -> _Tones:
    return _CONTRAST if high_contrast else _USUAL


# -- the four marks ------------------------------------------------------------------------------------------


@lru_cache(maxsize=16)
def mark(about: str, is_right: bool, high_contrast: bool, radius: int = MARK_RADIUS) -> Sprite:
    """One of the four checks as a sign, with a tick when it is right, else a diamond to attend to."""
    half, s = radius + 26, radius / 48
    p = Painter(2 * half, 2 * half, origin=(half, half))
    t = _tones(high_contrast)
    ground = BLACK if high_contrast else PAPER if is_right else WARM
    if high_contrast:
        p.circle(0, 0, radius, WHITE)
        p.circle(0, 0, radius - 5, BLACK)
    else:
        p.circle(0, 0, radius, ground, shadow=Shadow(3, 7, 9, 0.30))
    _SIGNS[about](p, s, t.ink, ground)
    x, y = 33 * s, 33 * s
    if is_right:
        p.circle(x, y, 21 * s, t.ink)
        p.circle(x, y, 17.5 * s, DONE_ON_DARK if high_contrast else DONE_ON_LIGHT)
        tick = [(x - 8 * s, y + 1 * s), (x - 2 * s, y + 7 * s), (x + 9 * s, y - 7 * s)]
        p.line(tick, 5 * s, BLACK if high_contrast else WHITE)
    else:
        for size, tone in ((27, t.ink), (22.5, t.arrow)):
            p.shape([(x - size * s, y), (x, y - size * s), (x + size * s, y), (x, y + size * s)], tone)
        edge = BLACK if high_contrast else INK
        p.line([(x, y - 10 * s), (x, y + 2 * s)], 5.5 * s, edge)
        p.circle(x, y + 10 * s, 3.2 * s, edge)
    return p.sprite()


def _sun(p: Painter, s: float, ink: Rgb, ground: Rgb) -> None:
    p.circle(0, 0, 13 * s, ink)
    for k in range(8):
        p.line(turned([(0, -20 * s), (0, -28 * s)], k * 45), 5 * s, ink)


def _apart(p: Painter, s: float, ink: Rgb, ground: Rgb) -> None:
    p.line([(-20 * s, 0), (20 * s, 0)], 5.5 * s, ink)
    for side in (-1, 1):
        p.shape([(side * 30 * s, 0), (side * 14 * s, -12 * s), (side * 14 * s, 12 * s)], ink)


def _framed(p: Painter, s: float, ink: Rgb, ground: Rgb) -> None:
    for sx in (-1, 1):
        for sy in (-1, 1):
            p.line(
                [(sx * 30 * s, sy * 20 * s), (sx * 30 * s, sy * 29 * s), (sx * 20 * s, sy * 29 * s)],
                5 * s,
                ink,
            )
    p.circle(0, -11 * s, 9 * s, ink)
    p.shape(slip(-15 * s, 2 * s, 30 * s, 21 * s, 9 * s), ink)


def _only_one(p: Painter, s: float, ink: Rgb, ground: Rgb) -> None:
    p.line([(-9 * s, -11 * s), (2 * s, -20 * s), (2 * s, 19 * s)], 8 * s, ink)
    p.line([(-9 * s, 20 * s), (13 * s, 20 * s)], 7 * s, ink)


_SIGNS: dict[str, Callable[[Painter, float, Rgb, Rgb], None]] = {
    "light": _sun,
    "distance": _apart,
    "frame": _framed,
    "people": _only_one,
}


# -- advice --------------------------------------------------------------------------------------------------


@lru_cache(maxsize=40)
def advice(code: str, of: str, high_contrast: bool, scale: float = 1.0) -> Sprite:
    """What to do, as a drawing of 404 x 250 pixels around 0, 0 (times `scale`); `code` as of a check.

    Also `right` (all is well), `starting` and `gone` (of the camera itself).
    """
    half_width, half_height = round(ADVICE_WIDTH / 2 * scale), round(ADVICE_HEIGHT / 2 * scale)
    p = Painter(2 * half_width, 2 * half_height, origin=(half_width, half_height))
    _ADVICE[code](p, scale, _tones(high_contrast), of)
    return p.sprite()


def _at(s: float, *points: Xy) -> list[Xy]:
    return [(x * s, y * s) for x, y in points]


def _floor(p: Painter, s: float, t: _Tones) -> None:
    p.line(_at(s, (-178, 98), (178, 98)), 5 * s, rgb("#AEB4AC") if t is _USUAL else INACTIVE)


def _camera(p: Painter, x: float, y: float, s: float, t: _Tones, *, shut: bool = False) -> None:
    """On its stand, looking to the right; x, y is the middle of its case."""
    p.line(_at(s, (x - 2, y + 16), (x - 2, y + 80)), 8 * s, t.ink)
    p.line(_at(s, (x - 22, y + 82), (x + 18, y + 82)), 8 * s, t.ink)
    p.shape(slip((x - 22) * s, (y - 20) * s, 42 * s, 40 * s, 9 * s), t.ink)
    p.circle((x + 15) * s, y * s, 10 * s, t.ground)
    p.circle((x + 15) * s, y * s, 8 * s, t.ground if shut else t.lens)


def _sitter(
    p: Painter, x: float, y: float, s: float, t: _Tones, *, ghost: bool = False, arm: bool = False
) -> None:
    """A person on a chair, looking left; x, y is the hip."""
    chair, person = (t.ghost_chair, t.ghost) if ghost else (t.chair, t.person)
    for points, width in (
        (((x + 24, y - 74), (x + 22, y + 70)), 10.0),
        (((x - 30, y + 20), (x + 20, y + 20)), 9.0),
        (((x - 28, y + 22), (x - 28, y + 70)), 8.0),
    ):
        p.line(_at(s, *points), width * s, chair)
    p.line(_at(s, (x, y - 2), (x - 34, y - 2), (x - 42, y + 64), (x - 54, y + 66)), 19 * s, person)
    p.line(_at(s, (x + 2, y - 2), (x, y - 54)), [30 * s, 34 * s], person)
    if arm:
        p.line(_at(s, (x - 4, y - 50), (x - 34, y - 40), (x - 66, y - 58)), [15 * s, 13 * s, 11 * s], person)
    p.circle((x - 6) * s, (y - 98) * s, 21 * s, person)


def _arrow(p: Painter, s: float, t: _Tones, start: Xy, end: Xy) -> None:
    (ax, ay), (bx, by) = start, end
    length = ((bx - ax) ** 2 + (by - ay) ** 2) ** 0.5
    ux, uy = (bx - ax) / length, (by - ay) / length
    neck = (bx - 26 * ux, by - 26 * uy)
    for edge, tone in ((4.0, t.ink if t is _USUAL else BLACK), (0.0, t.arrow)):
        p.line(_at(s, start, neck), (10 + 2 * edge) * s, tone)
        wide, tip = 20 + 1.5 * edge, (bx + 1.6 * edge * ux, by + 1.6 * edge * uy)
        back = (neck[0] - edge * ux, neck[1] - edge * uy)
        p.shape(
            _at(
                s, tip, (back[0] - wide * uy, back[1] + wide * ux), (back[0] + wide * uy, back[1] - wide * ux)
            ),
            tone,
        )


def _lamp(p: Painter, x: float, y: float, s: float, t: _Tones) -> None:
    """A floor lamp that shines; x, y is the middle of its shade."""
    if t is _USUAL:
        p.glow(x * s, (y + 16) * s, 92 * s, t.light, 0.85, 1.6)
    p.line(_at(s, (x, y), (x, 96)), 7 * s, t.ink)
    p.line(_at(s, (x - 22, 96), (x + 22, 96)), 8 * s, t.ink)
    p.shape(_at(s, (x - 18, y - 26), (x + 18, y - 26), (x + 34, y + 18), (x - 34, y + 18)), t.ink)
    p.shape(_at(s, (x - 14, y - 21), (x + 14, y - 21), (x + 27, y + 13), (x - 27, y + 13)), t.light)
    for deg in (-34, 0, 34):
        p.line(turned(_at(s, (0, 32), (0, 48)), deg, x * s, y * s), 5 * s, t.arrow)


def bust(p: Painter, x: float, y: float, s: float, tone: Rgb, edge: Rgb | None) -> None:
    shoulders = curve(_at(1, (-62, 96), (-54, 34), (0, 14), (54, 34), (62, 96)), 10)
    if edge is not None:
        p.circle(x, y - 34 * s, 40 * s, edge)
    p.shape([(x + px * s, y + py * s) for px, py in shoulders], tone)
    p.circle(x, y - 34 * s, 36 * s, tone)


def open_hand(p: Painter, x: float, y: float, s: float, tone: Rgb, edge: Rgb | None) -> None:
    fingers = (((-24, 6), (-34, -58)), ((-8, 0), (-11, -84)), ((10, 0), (14, -82)), ((26, 8), (37, -58)))
    for grow, fill in ((6.0, edge), (0.0, tone)):
        if fill is None:
            continue
        for a, b in fingers:
            p.line([(x + a[0] * s, y + a[1] * s), (x + b[0] * s, y + b[1] * s)], (17 + grow) * s, fill)
        p.line([(x - 22 * s, y + 54 * s), (x - 64 * s, y + 4 * s)], (18 + grow) * s, fill)
        p.shape(
            slip(x - (34 + grow / 2) * s, y - (12 + grow / 2) * s, (70 + grow) * s, (84 + grow) * s, 28 * s),
            fill,
        )
        p.line([(x, y + 60 * s), (x, y + 96 * s)], (46 + grow) * s, fill)


def _too_near(p: Painter, s: float, t: _Tones, of: str) -> None:
    _floor(p, s, t)
    _camera(p, -148, 16, s, t)
    _sitter(p, -42, 26, s, t, ghost=True, arm=of == "hand")
    _sitter(p, 122, 26, s, t, arm=of == "hand")
    _arrow(p, s, t, (-10, -96), (78, -96))


def _too_far(p: Painter, s: float, t: _Tones, of: str) -> None:
    _floor(p, s, t)
    _camera(p, -148, 16, s, t)
    _sitter(p, 132, 26, s, t, ghost=True, arm=of == "hand")
    _sitter(p, -6, 26, s, t, arm=of == "hand")
    _arrow(p, s, t, (96, -96), (26, -96))


def _dark(p: Painter, s: float, t: _Tones, of: str) -> None:
    _floor(p, s, t)
    _lamp(p, -70, -48, s, t)
    _camera(p, -148, 16, s, t)
    _sitter(p, 102, 26, s, t, arm=of == "hand")


def _bright(p: Painter, s: float, t: _Tones, of: str) -> None:
    _floor(p, s, t)
    p.shape(slip(112 * s, -100 * s, 70 * s, 110 * s, 6 * s), t.ink)
    p.shape(slip(118 * s, -94 * s, 58 * s, 98 * s, 4 * s), t.light)
    p.line(_at(s, (147, -94), (147, 4)), 5 * s, t.ink, round_ends=False)
    p.line(_at(s, (118, -46), (176, -46)), 5 * s, t.ink, round_ends=False)
    _camera(p, -156, 16, s, t)
    _sitter(p, 36, 26, s, t, ghost=True)
    bend = ellipse(20 * s, -68 * s, 66 * s, 36 * s, 20, 150)
    for width, tone in ((18 * s, t.ink if t is _USUAL else BLACK), (10 * s, t.arrow)):
        p.line(bend, width, tone)
    tip = bend[-1]
    for grow, tone in ((6 * s, t.ink if t is _USUAL else BLACK), (0.0, t.arrow)):
        head = _at(
            1, (0, 24 * s + grow), (-20 * s - grow, -10 * s - grow / 2), (20 * s + grow, -10 * s - grow / 2)
        )
        p.shape(turned(head, -28, *tip), tone)


def _black(p: Painter, s: float, t: _Tones, of: str) -> None:
    _floor(p, s, t)
    _camera(p, -20, 4, s * 1.15, t, shut=True)
    cloth = curve(
        _at(s, (-40, -30), (0, -44), (40, -28), (46, 6), (22, 18), (2, 8), (-26, 18), (-46, 4)),
        8,
        closed=True,
    )
    p.shape([(cx - 22 * s + 8 * s, cy - 2 * s) for cx, cy in cloth], t.ghost)
    _arrow(p, s, t, (38, -26), (126, -86))


def _frozen(p: Painter, s: float, t: _Tones, of: str) -> None:
    _floor(p, s, t)
    _camera(p, -110, 16, s, t)
    p.line(curve(_at(s, (-112, 70), (-60, 92), (0, 60), (38, 44)), 10), 7 * s, t.ink)
    _plug(p, s, t, 60, 36)
    _arrow(p, s, t, (64, -32), (132, -32))
    _arrow(p, s, t, (132, -74), (64, -74))
    _socket(p, s, t, 150, 36)


def _plug(p: Painter, s: float, t: _Tones, x: float, y: float) -> None:
    p.shape(slip((x - 24) * s, (y - 17) * s, 36 * s, 34 * s, 8 * s), t.ink)
    for dy in (-8, 8):
        p.line(_at(s, (x + 12, y + dy), (x + 26, y + dy)), 6 * s, t.ink)


def _socket(p: Painter, s: float, t: _Tones, x: float, y: float) -> None:
    p.shape(slip((x - 26) * s, (y - 30) * s, 52 * s, 60 * s, 12 * s), t.ink)
    p.shape(slip((x - 20) * s, (y - 24) * s, 40 * s, 48 * s, 8 * s), t.ground)
    for dy in (-8, 8):
        p.circle((x - 4) * s, (y + dy) * s, 5 * s, t.ink)


def _gone(p: Painter, s: float, t: _Tones, of: str) -> None:
    _floor(p, s, t)
    _camera(p, -110, 16, s, t, shut=True)
    p.line(curve(_at(s, (-112, 70), (-60, 92), (-10, 60), (12, 44)), 10), 7 * s, t.ink)
    _plug(p, s, t, 34, 36)
    _socket(p, s, t, 146, 36)
    _arrow(p, s, t, (40, -30), (128, -30))


def _not_seen(p: Painter, s: float, t: _Tones, of: str) -> None:
    if of == "hand":
        _camera(p, -120, 16, s, t)
        _floor(p, s, t)
        for deg in (-18, 18):
            p.line(turned(_at(s, (34, 0), (92, 0)), deg, -112 * s, 16 * s), 4 * s, t.ghost)
        open_hand(p, 76 * s, -2 * s, s, SKIN if t is _USUAL else BLACK, t.ink)
        return
    _floor(p, s, t)
    _camera(p, -148, 16, s, t)
    _sitter(p, 136, 26, s, t, ghost=True)
    _sitter(p, -2, 26, s, t)
    _arrow(p, s, t, (100, -96), (28, -96))


def _cut_off(p: Painter, s: float, t: _Tones, of: str) -> None:
    for sx in (-1, 1):
        for sy in (-1, 1):
            p.line(_at(s, (sx * 118, sy * 66), (sx * 118, sy * 104), (sx * 80, sy * 104)), 8 * s, t.ink)
    draw = open_hand if of == "hand" else bust
    ghost = Painter(p.width, p.height, origin=p.origin)
    draw(ghost, 118 * s, 6 * s, 0.82 * s, t.ghost, None)
    p.stamp(ghost, 0, 0)
    draw(p, -26 * s, 6 * s, 0.9 * s, (SKIN if t is _USUAL else WHITE) if of == "hand" else t.person, None)
    _arrow(p, s, t, (112, -44), (40, -44))


def _several(p: Painter, s: float, t: _Tones, of: str) -> None:
    for sx in (-1, 1):
        for sy in (-1, 1):
            p.line(
                _at(s, (-60 + sx * 98, sy * 66), (-60 + sx * 98, sy * 104), (-60 + sx * 60, sy * 104)),
                8 * s,
                t.ink,
            )
    bust(p, 24 * s, 8 * s, 0.72 * s, t.ghost, None)
    bust(p, -84 * s, 6 * s, 0.88 * s, t.person, t.ground)
    _arrow(p, s, t, (70, -18), (156, -18))


def _right(p: Painter, s: float, t: _Tones, of: str) -> None:
    _floor(p, s, t)
    _camera(p, -148, 16, s, t)
    _sitter(p, 22, 26, s, t, arm=of == "hand")
    p.circle(132 * s, -44 * s, 44 * s, t.ink)
    p.circle(132 * s, -44 * s, 38 * s, DONE_ON_LIGHT if t is _USUAL else DONE_ON_DARK)
    p.line(_at(s, (113, -42), (127, -28), (153, -60)), 11 * s, t.ground)


def _starting(p: Painter, s: float, t: _Tones, of: str) -> None:
    _floor(p, s, t)
    _camera(p, -60, 0, 1.2 * s, t)
    for k, width in enumerate((24, 42, 60)):
        p.ring(-54 * s, 0, width * 1.6 * s, 6 * s, t.arrow, 1 - 0.25 * k, from_deg=-32, to_deg=32)


_ADVICE: dict[str, Callable[[Painter, float, _Tones, str], None]] = {
    "too_near": _too_near,
    "too_far": _too_far,
    "dark": _dark,
    "bright": _bright,
    "black": _black,
    "frozen": _frozen,
    "not_seen": _not_seen,
    "cut_off": _cut_off,
    "several": _several,
    "right": _right,
    "starting": _starting,
    "gone": _gone,
}
