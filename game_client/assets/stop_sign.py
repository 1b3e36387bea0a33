"""The stop signal, the same in every game: an octagon in which an otter has surfaced and raises its paw."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from game_client.engine.geometry import Xy, curve, ellipse
from game_client.engine.painter import Gradient, Painter, Shadow, Sprite
from game_client.engine.palette import BLACK, CREAM, INK, START, STOP, WHITE, Rgb, mix, rgb

if TYPE_CHECKING:
    from collections.abc import Sequence

_UNITS = 380
"""Across the flat sides, in the units of the points below."""
_FUR, _DARK, _CHEST, _INNER_EAR = rgb("#7A5240"), rgb("#573A2E"), rgb("#EBD6B6"), rgb("#A87B66")
_BODY = curve([(-92, 92), (-80, 40), (-62, 10), (-62, -10), (62, -10), (62, 10), (80, 40), (92, 92)], 8)
_HEAD = curve(
    [(0, -124), (50, -116), (86, -82), (98, -36), (84, 2), (44, 22), (0, 26), (-44, 22), (-84, 2), (-98, -36),
     (-86, -82), (-50, -116)], 8, closed=True,
)  # fmt: skip
_EARS = tuple(ellipse(side * 84, -88, 19) for side in (-1, 1))
_ARM = curve([(104, 92), (112, 30), (134, -14), (164, -4), (162, 40), (158, 92)], 8)
_TOES = tuple(ellipse(x, y, 12.5, 17) for x, y in ((119, -34), (136, -47), (155, -46), (169, -30)))
_PALM = ellipse(145, -14, 31, 29)
_WATER_Y = 78.0


def _octagon(across: float) -> list[Xy]:
    radius = across / 2 / math.cos(math.pi / 8)
    corners = [math.pi / 8 + k * math.pi / 4 for k in range(8)]
    return [(radius * math.cos(a), radius * math.sin(a)) for a in corners]


class _Sheet:
    """What the sign is painted on, in its own units."""

    def __init__(self, size_px: int, high_contrast: bool) -> None:
        half = math.ceil(0.5 * size_px + 24)
        self.scale, self.high_contrast = size_px / _UNITS, high_contrast
        self.x = 0.0
        """Where the middle of what is painted next lies."""
        self.painter = Painter(2 * half, 2 * half, origin=(half, half))

    def _at(self, points: Sequence[Xy]) -> list[Xy]:
        return [((x + self.x) * self.scale, y * self.scale) for x, y in points]

    def shape(
        self, points: Sequence[Xy], fill: Rgb | Gradient, alpha: float = 1, shadow: Shadow | None = None
    ) -> None:
        self.painter.shape(self._at(points), fill, alpha, shadow=shadow)

    def line(self, points: Sequence[Xy], width: float, colour: Rgb, alpha: float = 1) -> None:
        self.painter.line(self._at(points), width * self.scale, colour,
                          alpha)  # fmt: skip


def stop_sign(size_px: int, high_contrast: bool) -> Sprite:
    """The sign, `size_px` between its flat sides, whole, its middle at the origin.

    In high contrast the otter is white with black lines; the octagon stays vermillion.
    """
    sheet = _Sheet(size_px, high_contrast)
    sheet.shape(
        _octagon(_UNITS),
        WHITE if high_contrast else INK,
        shadow=None if high_contrast else Shadow(4, 9, 12, 0.35),
    )
    if not high_contrast:
        sheet.shape(_octagon(_UNITS - 10), CREAM)
    sheet.shape(_octagon(_UNITS - 30), STOP)
    sheet.x = -16.0  # the paw takes the room on the other side
    _otter(sheet)
    _face(sheet)
    sheet.x = 0.0
    _water(sheet)
    return sheet.painter.sprite()


def _otter(sheet: _Sheet) -> None:
    """Neck, arm and head with one border around them all."""
    contrast = sheet.high_contrast
    fur: Rgb | Gradient = WHITE
    if not contrast:
        fur = Gradient("down", mix(_FUR, WHITE, 0.10), _DARK, -124 * sheet.scale, 92 * sheet.scale)
    for piece in (_BODY, *_EARS, _HEAD, _ARM, _PALM, *_TOES):
        sheet.line([*piece, piece[0]], 16, BLACK if contrast else CREAM)
    for piece in (_BODY, _ARM, *_EARS, _PALM, *_TOES):
        sheet.shape(piece, fur)
    chin = curve([(-86, 8), (-44, 29), (0, 33), (44, 29), (86, 8)], 8)
    if contrast:
        sheet.line(chin, 8, BLACK)
    else:
        for side in (-1, 1):
            sheet.shape(ellipse(side * 86, -88, 10), _INNER_EAR)
        sheet.shape(curve([(-54, 92), (-44, 30), (0, 8), (44, 30), (54, 92)], 8), _CHEST)
        sheet.line(chin, 8, _DARK, 0.6)
    sheet.shape(_HEAD, fur)
    sheet.shape(ellipse(145, -9, 17, 16), BLACK if contrast else _CHEST)


def _face(sheet: _Sheet) -> None:
    contrast = sheet.high_contrast
    ink = BLACK if contrast else INK
    if not contrast:
        for side in (-1, 1):
            sheet.shape(ellipse(side * 30, -12, 42, 32), _CHEST)
    for side in (-1, 1):
        sheet.shape(ellipse(side * 48, -66, 13, 14), ink)
        sheet.shape(ellipse(side * 48 + 4, -71, 4.5), WHITE)
        sheet.line(ellipse(side * 13, -12, 13, 11, 185, 355), 5.5, ink)
        for tip in ((104, -20), (106, 0), (98, 18)):
            sheet.line(
                [(side * 44, -10 + 0.2 * tip[1]), (side * tip[0], tip[1])], 4, ink if contrast else CREAM
            )
    nose = [(0, -12), (-27, -34), (-22, -48), (0, -52), (22, -48), (27, -34)]
    sheet.shape(curve(nose, 8, closed=True), ink)
    if not contrast:
        sheet.shape(ellipse(-8, -44, 7, 3), WHITE, 0.5)


def _water(sheet: _Sheet) -> None:
    """It fills the foot of the octagon; rings run from where the otter came up."""
    contrast, y = sheet.high_contrast, _WATER_Y
    out = (_UNITS - 30) / 2
    corner = out * math.tan(math.pi / 8)
    edge = out - (y - corner)
    wave = [(float(x), y + 3.5 * math.sin(x / 17)) for x in np.linspace(-edge, edge, 60)]
    sheet.shape([*wave, (corner, out), (-corner, out)], BLACK if contrast else START)
    sheet.line(wave, 7 if contrast else 5, WHITE)
    for wide, deep in ((104, 26), (128, 46)):
        ring = ellipse(0, y + deep - 12, min(wide, 0.9 * edge), 12, 200, 340)
        sheet.line(ring, 5, WHITE, 1 if contrast else 0.7)
