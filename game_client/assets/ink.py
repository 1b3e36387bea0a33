"""Ink in paper: strokes that join without a seam, blots, and the double line about a shape at any width.

Each pixel's distance from a line says how much of it is covered, so edges are smooth and nothing is painted
with polygons while somebody draws. Points are pixels from the marked point, x right and y down.
"""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from game_client.engine.geometry import Xy, chance
from game_client.engine.painter import Painter, Sprite

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from game_client.engine.palette import Rgb

    Floats = NDArray[np.float32]

LAYER_PX = 720
SHAPE_BOX_PX = 540
"""A square of the layer with the whole of a shape in it."""
_SHRINK = 6
SMALL_PX = SHAPE_BOX_PX // _SHRINK
ORIGIN: Xy = (360.0, 630.0)
"""Where the marked point lies in a layer."""
MOST_HALF_PX = 78.0
"""The widest half of a double line that is painted."""
_STEPS_PER_PX, _LEVELS = 8.0, 680
_LINE_PX = 4.0


def _layer() -> Sprite:
    return Painter(LAYER_PX, LAYER_PX, origin=ORIGIN).sprite()


class Ink:
    """A layer of one colour that ink is drawn into."""

    def __init__(self, colour: Rgb) -> None:
        self.colour = colour
        self.sprite = _layer()
        self.is_empty = False
        self.clear()

    def clear(self) -> None:
        """Make the paper blank."""
        if not self.is_empty:
            self.sprite.surface.fill((*self.colour, 0))
            self.is_empty = True

    def stroke(self, start: Xy, end: Xy, first_px: float, last_px: float) -> None:
        """Draw from `start` to `end` with round ends, `first_px` and `last_px` from middle to edge."""
        pad = max(first_px, last_px) + 1.0
        box = _box((start, end), pad)
        if box is None:
            return
        dx, dy = end[0] - start[0], end[1] - start[1]
        x, y = _grid(box, start)
        along = np.clip((x * dx + y * dy) / max(1e-6, dx * dx + dy * dy), 0.0, 1.0)
        away = np.hypot(x - along * dx, y - along * dy)
        self._soak(box, first_px + 0.5 + (last_px - first_px) * along - away)

    def blot(self, at: Xy, radius_px: float, seed: int, drops: int) -> None:
        """Let a rounded, uneven blot soak in, with drops beside it."""
        box = _box((at,), 1.3 * radius_px + 1.0)
        if box is None:
            return
        draw = chance(seed)
        phase = draw.uniform(0.0, math.tau)
        x, y = _grid(box, at)
        turn = np.arctan2(y, x)
        edge = radius_px * (1.0 + 0.13 * np.sin(3.0 * turn + phase) + 0.09 * np.sin(5.0 * turn - 2.0 * phase))
        self._soak(box, edge + 0.5 - np.hypot(x, y))
        for _ in range(drops):
            angle, far = draw.uniform(0.0, math.tau), radius_px * draw.uniform(1.4, 1.8)
            drop = (at[0] + far * math.cos(angle), at[1] + far * math.sin(angle))
            self.stroke(drop, drop, *(2 * [radius_px * draw.uniform(0.12, 0.24)]))

    def squeeze_from(self, other: Ink, share: float, from_right: bool) -> None:
        """Take another layer's ink, its width drawn together to `share` towards one edge."""
        self.clear()
        wide = max(1, round(share * LAYER_PX))
        columns = (np.arange(wide) * LAYER_PX) // wide
        here, there = self._alpha(), other._alpha()
        if from_right:
            here[LAYER_PX - wide :] = there[columns]
        else:
            here[:wide] = there[columns]
        self.is_empty = False

    def shrink_into(self, small: Sprite) -> None:
        """Draw the ink about the shape into a `small_layer`; thin lines stay to be seen."""
        left, top = (LAYER_PX - SHAPE_BOX_PX) // 2, LAYER_PX - SHAPE_BOX_PX - 36
        part = self._alpha()[left : left + SHAPE_BOX_PX, top : top + SHAPE_BOX_PX]
        blocks = part.reshape(SMALL_PX, _SHRINK, SMALL_PX, _SHRINK).mean(axis=(1, 3), dtype=np.float32)
        alpha = np.asarray(small.surface.get_view("A"))
        alpha[:] = np.minimum(np.float32(255.0), np.float32(1.8) * blocks).astype(np.uint8)

    def _soak(self, box: tuple[int, int, int, int], cover: NDArray[np.floating]) -> None:
        x0, y0, x1, y1 = box
        part = self._alpha()[x0:x1, y0:y1]
        np.maximum(part, (np.clip(cover, 0.0, 1.0) * 255.0).astype(np.uint8), out=part)
        self.is_empty = False

    def _alpha(self) -> NDArray[np.uint8]:
        """How much ink each pixel has, shape (columns, rows); the surface is locked while it is held."""
        return np.asarray(self.sprite.surface.get_view("A"))


class Outline:
    """How far each pixel is from a closed shape's line: its double line can be painted at any width."""

    def __init__(self, corners: Sequence[Xy]) -> None:
        distance = np.full((LAYER_PX, LAYER_PX), (_LEVELS - 1) / _STEPS_PER_PX, np.float32)
        for start, end in pairwise([*corners, corners[0]]):
            box = _box((start, end), MOST_HALF_PX + _LINE_PX + 2.0)
            if box is None:
                continue
            x0, y0, x1, y1 = box
            dx, dy = end[0] - start[0], end[1] - start[1]
            x, y = _grid(box, start)
            along = np.clip((x * dx + y * dy) / (dx * dx + dy * dy), 0.0, 1.0)
            part = distance[x0:x1, y0:y1]
            np.minimum(part, np.hypot(x - along * dx, y - along * dy), out=part)
        self._steps = (distance * _STEPS_PER_PX + 0.5).astype(np.uint16)

    def paint(self, sprite: Sprite, half_px: float, line: Rgb, band: Rgb, band_alpha: float) -> None:
        """Paint the double line into a layer; what counts as inside ends where the line begins."""
        half_px = min(half_px, MOST_HALF_PX)
        surface = sprite.surface
        away = np.arange(_LEVELS) / _STEPS_PER_PX
        inked = np.clip(0.5 * _LINE_PX + 0.5 - abs(away - half_px - 0.5 * _LINE_PX), 0.0, 1.0)
        filled = band_alpha * np.clip(half_px + 0.5 - away, 0.0, 1.0) * (1.0 - inked)
        alpha = inked + filled
        colours = (255.0 * alpha + 0.5).astype(np.uint32) << np.uint32(surface.get_shifts()[3])
        for channel, shift in enumerate(surface.get_shifts()[:3]):
            mixed = (line[channel] * inked + band[channel] * filled) / np.maximum(alpha, 1e-6)
            colours |= (mixed + 0.5).astype(np.uint32) << np.uint32(shift)
        pixels: Any = np.asarray(surface.get_view("2"))
        np.take(colours, self._steps, out=pixels, mode="clip")


def small_layer(colour: Rgb) -> Sprite:
    """A clear picture of `SMALL_PX` squared, for a page's ink, made small."""
    sprite = Painter(SMALL_PX, SMALL_PX).sprite()
    sprite.surface.fill((*colour, 0))
    return sprite


def blank_layer() -> Sprite:
    """A clear layer, for a double line."""
    return _layer()


def _box(points: Sequence[Xy], pad: float) -> tuple[int, int, int, int] | None:
    """The pixels of a layer about the points, or None where there are none."""
    xs, ys = [p[0] + ORIGIN[0] for p in points], [p[1] + ORIGIN[1] for p in points]
    x0, y0 = max(0, math.floor(min(xs) - pad)), max(0, math.floor(min(ys) - pad))
    x1, y1 = min(LAYER_PX, math.ceil(max(xs) + pad)), min(LAYER_PX, math.ceil(max(ys) + pad))
    return (x0, y0, x1, y1) if x1 > x0 and y1 > y0 else None


def _grid(box: tuple[int, int, int, int], about: Xy) -> tuple[Floats, Floats]:
    """The pixels' middles relative to a point: a column of x and a row of y."""
    x0, y0, x1, y1 = box
    x = np.arange(x0, x1, dtype=np.float32)[:, None] + np.float32(0.5 - ORIGIN[0] - about[0])
    y = np.arange(y0, y1, dtype=np.float32)[None, :] + np.float32(0.5 - ORIGIN[1] - about[1])
    return x, y
