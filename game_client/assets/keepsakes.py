"""Twelve keepsakes, one of each place on the river: small things of cut paper with one keyline.

Each is drawn in a square of 100 units around its middle. In high contrast the pieces are yellow, white or
black with a white edge, so that the shape alone tells what it is.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from game_client.engine.geometry import Xy, curve, ellipse, polar, slip, turned
from game_client.engine.painter import Gradient, Painter, Sprite
from game_client.engine.palette import BLACK, CUE, INK, WHITE, Rgb, mix, rgb

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_EDGE = 2.6
"""Width of the keyline on either side of a piece's border."""
Part = Literal["main", "light", "dark"]
_CONTRAST: dict[Part, Rgb] = {"main": CUE, "light": WHITE, "dark": BLACK}


class _Paper:
    """Cuts pieces and lays them one over another; points in units of the square."""

    def __init__(self, size_px: int, high_contrast: bool) -> None:
        half = math.ceil(size_px * 0.58) + 2
        self.scale = size_px / 100
        self.high_contrast = high_contrast
        self.painter = Painter(2 * half, 2 * half, origin=(half, half))

    def at(self, points: Sequence[Xy]) -> list[Xy]:
        return [(x * self.scale, y * self.scale) for x, y in points]

    def _tone(self, colour: Rgb, part: Part) -> Rgb:
        return _CONTRAST[part] if self.high_contrast else colour

    def keyline(self, *pieces: Sequence[Xy]) -> None:
        """The dark (in high contrast white) border of pieces that belong together."""
        edge = WHITE if self.high_contrast else INK
        for points in pieces:
            closed = self.at([*points, points[0]])
            self.painter.line(closed, max(3.0, 2 * _EDGE * self.scale), edge)

    def fill(self, points: Sequence[Xy], colour: Rgb, part: Part = "main") -> None:
        """A piece, a little lighter above than below."""
        tone = self._tone(colour, part)
        if self.high_contrast:
            self.painter.shape(self.at(points), tone)
            return
        ys = [y * self.scale for _, y in points]
        light = Gradient("down", mix(tone, WHITE, 0.22), mix(tone, INK, 0.10), min(ys), max(ys) + 1)
        self.painter.shape(self.at(points), light)

    def piece(self, points: Sequence[Xy], colour: Rgb, part: Part = "main") -> None:
        """A piece with its keyline."""
        self.keyline(points)
        self.fill(points, colour, part)

    def stroke(
        self, points: Sequence[Xy], width: float | Sequence[float], colour: Rgb, part: Part = "light"
    ) -> None:
        wide = [width] * len(points) if isinstance(width, int | float) else list(width)
        self.painter.line(self.at(points), [each * self.scale for each in wide], self._tone(colour, part))

    def rope(self, points: Sequence[Xy], widths: Sequence[float], colour: Rgb, part: Part = "main") -> None:
        """A thick line with its keyline."""
        edge = WHITE if self.high_contrast else INK
        scale = self.scale
        self.painter.line(self.at(points), [scale * (each + 2 * _EDGE) for each in widths], edge)
        self.stroke(points, widths, colour, part)


def _stone(paper: _Paper) -> None:
    border = [(-42, 4), (-26, -22), (6, -28), (36, -14), (42, 8), (20, 26), (-20, 26)]
    outline = turned(curve(border, 10, True), 8)
    paper.piece(outline, rgb("#8FA3AE"))
    for left, bend in ((-14, -1.0), (8, -0.4)):
        band = curve([(left - 6, -24), (left + 8 * bend, -6), (left + 2, 10), (left - 3, 26)], 8)
        paper.stroke(band, [7, *[6] * (len(band) - 2), 5], rgb("#F7F3E6"), "dark")
    paper.keyline(outline)


def _feather(paper: _Paper) -> None:
    def lean(points: Sequence[Xy]) -> list[Xy]:
        return turned(points, 38)

    vane = curve([(-26, 0), (-14, -14), (14, -17), (38, -9), (48, 0), (36, 9), (12, 15), (-12, 12)], 8, True)
    paper.rope(lean([(-48, 2), (-20, 0)]), [3.5, 3.5], rgb("#F2EBDC"), "light")
    paper.piece(lean(vane), rgb("#0A83C6"))
    low = [(-26.0, 0.0), *curve([(-26, 0), (-12, 12), (12, 15), (36, 9), (48, 0)], 8)]
    paper.fill(lean(low), rgb("#E6862E"), "dark")
    for x in (-2.0, 16.0):
        paper.stroke(lean([(x, 15), (x + 9, 2)]), 3.0, INK, "light")
    paper.stroke(lean([(-26, 0), (42, 0)]), [3.6, 2.0], rgb("#F2EBDC"), "light")
    paper.keyline(lean(vane))


def _fern(paper: _Paper) -> None:
    """A young frond, still rolled up."""
    coil = [polar(-4, -16, 27 - 0.034 * k, k) for k in range(0, 640, 9)]
    stem = curve([(9, 46), (18, 25), (23, 2)], 8)
    whole = [*stem, *coil]
    widths = [11.5 - 6.5 * k / len(whole) for k in range(len(whole))]
    paper.rope(whole, widths, rgb("#4E9A52"))
    for x, y, deg in ((11, 38, 160), (19, 25, 20), (21, 12, 155)):
        paper.piece(turned(curve([(0, 0), (9, -5), (20, 0), (9, 5)], 6, True), deg, x, y), rgb("#6DB35F"))


def _wheat(paper: _Paper) -> None:
    stalk = curve([(-18, 48), (-8, 22), (4, -8), (14, -30)], 8)
    paper.rope(stalk, [5.0] * len(stalk), rgb("#C79A3A"), "light")
    grain = ellipse(0, 0, 13, 7)
    for k in range(4):
        along = -26 + 15 * k
        x = 13 - 0.36 * (along + 30)
        for side in (-1, 1):
            middle = (x + side * 11, along)
            paper.piece(turned(grain, 68 - side * 26, *middle), rgb("#E8B33C"))
    paper.piece(turned(grain, 66, 18, -39), rgb("#E8B33C"))


def _flower(paper: _Paper) -> None:
    stem = curve([(2, 4), (6, 28), (-2, 49)], 6)
    paper.rope(stem, [5.0] * len(stem), rgb("#4E9A52"), "light")
    paper.piece(curve([(4, 36), (18, 20), (36, 20), (24, 36)], 6, True), rgb("#4E9A52"), "main")
    petals = [turned(ellipse(20, 0, 15, 9.5), 45 * k, 0, -12) for k in range(8)]
    paper.keyline(*petals)
    for petal in petals:
        paper.fill(petal, rgb("#FFFDF6"), "light")
    for petal in petals:
        paper.painter.line(paper.at([*petal, petal[0]]), 1.2, INK, 0.35)
    paper.piece(ellipse(0, -12, 11), rgb("#E69F00"))


def _token(paper: _Paper) -> None:
    paper.piece(ellipse(0, 0, 43), rgb("#D79A2B"))
    paper.fill(ellipse(0, 0, 34), rgb("#F0C25A"), "dark")
    paper.fill([(-25, 6), (25, 6), (15, 20), (-15, 20)], rgb("#6B4A1C"), "main")
    paper.fill([(0, -24), (0, 2), (-19, 2)], rgb("#6B4A1C"), "main")
    paper.fill([(4, -18), (19, 2), (4, 2)], rgb("#6B4A1C"), "light")
    for k in range(24):
        paper.stroke([polar(0, 0, 37.2, 15 * k), polar(0, 0, 40.5, 15 * k)], 2.0, rgb("#7A5420"), "dark")


def _flute(paper: _Paper) -> None:
    lengths = (78, 68, 58, 49, 41)
    for k, long in enumerate(lengths):
        paper.piece(slip(-38 + 15.5 * k, -40, 13.5, long, 5), rgb("#D2B25E"))
        paper.fill(ellipse(-31.2 + 15.5 * k, -34, 4.2, 3.4), rgb("#5A431C"), "dark")
    paper.piece(slip(-43, -19, 87, 11, 4), rgb("#8A4B32"), "light")
    for k in range(5):
        paper.stroke([(-36 + 15.5 * k, -17), (-31 + 15.5 * k, -10)], 2.4, rgb("#E9C9A4"), "dark")


def _old_key(paper: _Paper) -> None:
    iron = rgb("#8C6A4A")

    def lean(points: Sequence[Xy]) -> list[Xy]:
        return turned(points, 42)

    shaft, collar = slip(-12, -5, 56, 10, 4), slip(-10, -9, 8, 18, 3)
    bits = [slip(24, 2, 8, 19, 2), slip(36, 2, 8, 15, 2)]
    bow = ellipse(-27, 0, 19)
    paper.keyline(*(lean(each) for each in (shaft, *bits, bow, collar)))
    for each in (*bits, shaft, bow, collar):
        paper.fill(lean(each), iron)
    hole = lean(ellipse(-27, 0, 9.5))
    paper.piece(hole, rgb("#FBF6EA"), "dark")


def _jar(paper: _Paper) -> None:
    """A glass in which fireflies rest; its lid is open a little."""
    glass = curve([(-20, -26), (-33, -12), (-33, 34), (-24, 44), (24, 44), (33, 34), (33, -12), (20, -26)], 8)
    paper.piece(glass, rgb("#39557C"), "dark")
    for x, y, r in ((-13, 22, 6.5), (12, 6, 7.5), (8, 30, 5.5), (-10, -6, 5.0)):
        if not paper.high_contrast:
            middle = paper.at([(x, y)])[0]
            paper.painter.glow(*middle, 3.4 * r * paper.scale, rgb("#FFE27A"), 0.75, 1.6)
        paper.fill(ellipse(x, y, r), rgb("#FFE27A"), "main")
    paper.stroke(curve([(-25, -8), (-26, 10), (-25, 24)], 6), 3.4, rgb("#DCEBF5"), "light")
    paper.piece(turned(slip(-24, -7, 48, 13, 5), 7, 0, -34), rgb("#C08B4E"), "light")


def _star(paper: _Paper) -> None:
    """A folded star: each point has a lit and a shaded side."""
    tips = [polar(0, 3, 46 if k % 2 == 0 else 19, 90 + 36 * k) for k in range(10)]
    paper.piece(tips, rgb("#F2C14B"))
    for k in range(0, 10, 2):
        paper.fill([(0, 3), tips[k], tips[(k + 1) % 10]], rgb("#C98F22"), "dark")
    paper.keyline(tips)


def _bell(paper: _Paper) -> None:
    brass = rgb("#D79A2B")
    paper.piece(ellipse(0, -37, 8), rgb("#8A4B32"), "light")
    paper.piece(ellipse(0, 37, 8.5), rgb("#7A5420"), "light")
    side = [(8, -32), (21, -20), (26, 6), (40, 26)]
    body = curve([(-x, y) for x, y in reversed(side)], 8) + curve(side, 8)
    paper.piece(body, brass)
    paper.piece(slip(-44, 22, 88, 13, 6), mix(brass, INK, 0.15))
    paper.stroke(curve([(-13, -16), (-18, 2), (-22, 14)], 6), 4.5, rgb("#FBE7A8"), "dark")


def _shell(paper: _Paper) -> None:
    """A scallop, its ribs running to the hinge."""
    rim: list[Xy] = []
    for k in range(7):
        deg = 35 + 18.4 * k
        rim += ellipse(*polar(0, 32, 52, deg), 9.6, 9.6, deg - 82, deg + 82)
    outline = [(9.0, 34.0), *rim, (-9.0, 34.0)]
    ears = [(-20.0, 30.0), (20.0, 30.0), (15.0, 44.0), (-15.0, 44.0)]
    paper.piece(ears, rgb("#D9765B"), "light")
    paper.piece(outline, rgb("#F2A98C"))
    for k in range(8):
        far = polar(0, 34, 56 if 0 < k < 7 else 44, 26 + 18.4 * k)
        paper.stroke([(far[0] * 0.12, 31), far], [2.0, 3.6], rgb("#B9543B"), "dark")


_DRAWN: dict[str, Callable[[_Paper], None]] = {
    "spring": _stone,
    "birch_brook": _feather,
    "waterfall": _fern,
    "water_mill": _wheat,
    "meadow": _flower,
    "long_lake": _token,
    "reed_marsh": _flute,
    "old_bridge": _old_key,
    "dusk_glade": _jar,
    "star_hill": _star,
    "harbour": _bell,
    "open_sea": _shell,
}


@lru_cache(maxsize=32)
def keepsake(place: str, size_px: int, high_contrast: bool) -> Sprite:
    """The keepsake of a place, its middle at the origin; raises KeyError for a place not on the river."""
    paper = _Paper(size_px, high_contrast)
    _DRAWN[place](paper)
    return paper.painter.sprite()
