"""What scenes and games draw on: 1280 x 720 logical pixels, whatever the window's size.

Everything here is fast enough for every frame: finished sprites, anti-aliased polygons, cached text. What
is slow is painted at load time (`painter`). Rings, discs and slips of paper are painted when first asked
for and kept.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING

import pygame
import pygame.gfxdraw

from game_client.engine import geometry
from game_client.engine import text as typeset
from game_client.engine.look import HEIGHT, WIDTH, Look
from game_client.engine.painter import Painter, Shadow, Sprite
from game_client.engine.palette import BLACK, PAPER, WHITE, Rgb

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from game_client.engine.geometry import Xy
    from game_client.engine.text import Align, Weight


class Canvas:
    """A surface of 1280 x 720 logical pixels with what is drawn every frame."""

    def __init__(self, surface: pygame.Surface | None = None) -> None:
        self.surface = surface if surface is not None else pygame.Surface((WIDTH, HEIGHT))

    # -- pictures -------------------------------------------------------------------------------------------

    def draw(self, sprite: Sprite, x: float = 0, y: float = 0, alpha: float = 1) -> None:
        """Draw a sprite with its origin at x, y."""
        if alpha <= 0.004:
            return
        at = (round(x - sprite.x), round(y - sprite.y))
        if alpha >= 0.996:
            self.surface.blit(sprite.surface, at)
            return
        sprite.surface.set_alpha(round(alpha * 255))
        self.surface.blit(sprite.surface, at)
        sprite.surface.set_alpha(255)

    def draw_many(self, placed: Iterable[tuple[Sprite, float, float]], light: bool = False) -> None:
        """Draw many sprites in one go; `light` adds their colours, as a glow does."""
        blits = [(s.surface, (round(x - s.x), round(y - s.y))) for s, x, y in placed]
        self.surface.fblits(blits, pygame.BLEND_RGB_ADD if light else 0)

    def light(self, sprite: Sprite, x: float, y: float) -> None:
        """Add a glow (made by `Sprite.brightest`) with its origin at x, y."""
        at = (round(x - sprite.x), round(y - sprite.y))
        self.surface.blit(sprite.surface, at, special_flags=pygame.BLEND_RGB_ADD)

    def fill(self, colour: Rgb, alpha: float = 1) -> None:
        """Cover the whole canvas."""
        if alpha >= 1:
            self.surface.fill(colour)
        else:
            veil = _veil(colour)
            veil.set_alpha(round(alpha * 255))
            self.surface.blit(veil, (0, 0))

    # -- shapes ---------------------------------------------------------------------------------------------

    def polygon(
        self, points: Sequence[Xy], colour: Rgb, alpha: float = 1, smooth: bool | None = None
    ) -> None:
        """Fill a polygon, with smooth edges unless it is see-through and `smooth` does not ask for them."""
        whole = [(round(x), round(y)) for x, y in points]
        rgba = (*colour, round(alpha * 255))
        if smooth if smooth is not None else alpha >= 1:
            pygame.gfxdraw.aapolygon(self.surface, whole, rgba)
        pygame.gfxdraw.filled_polygon(self.surface, whole, rgba)

    def ribbon(
        self,
        points: Sequence[Xy],
        widths: Sequence[float],
        colour: Rgb,
        alpha: float = 1,
        smooth: bool | None = None,
    ) -> None:
        """Draw a line of changing width."""
        if len(points) > 1:
            self.polygon(geometry.ribbon(points, widths), colour, alpha, smooth)

    def draw_bar(self, x: float, width: int, colour: Rgb) -> None:
        """A bar over the whole height."""
        self.surface.fill(colour, (round(x), 0, width, HEIGHT))

    def line(self, start: Xy, end: Xy, colour: Rgb, width: int = 2) -> None:
        pygame.draw.aaline(self.surface, colour, start, end, width)

    def disc(self, x: float, y: float, radius: float, colour: Rgb, alpha: float = 1) -> None:
        self.draw(disc_sprite(round(radius * 2) / 2, colour), x, y, alpha)

    def ring(self, x: float, y: float, radius: float, width: float, colour: Rgb, alpha: float = 1) -> None:
        self.draw(ring_sprite(round(radius), round(width * 2) / 2, colour), x, y, alpha)

    def hoop(self, x: float, y: float, radius: float, width: int, colour: Rgb) -> None:
        """Draw a ring whose size changes from frame to frame, which no sprite can hold."""
        pygame.draw.aacircle(self.surface, colour, (x, y), radius + width / 2, width)

    def ripple(self, x: float, y: float, radius: float, width: float, colour: Rgb, alpha: float) -> None:
        """Draw a ring on the water, seen flat."""
        flat, count = 0.23, 72
        points: list[Xy] = []
        for edge, turn in ((width / 2, 1), (-width / 2, -1)):
            for k in range(count + 1):
                a = turn * k * math.tau / count
                points.append((x + (radius + edge) * math.cos(a), y + (radius * flat + edge) * math.sin(a)))
        self.polygon(points, colour, alpha, smooth=True)

    def arc(self, x: float, y: float, radius: int, width: int, colour: Rgb, fraction: float) -> None:
        """Draw the part of a ring that is done, clockwise from the top, in sixtieths."""
        step = max(0, min(60, round(fraction * 60)))
        if step:
            self.draw(arc_sprite(radius, width, colour, step), x, y)

    # -- paper and words ------------------------------------------------------------------------------------

    def slip(self, x: float, y: float, width: int, height: int, look: Look, radius: int = 24) -> None:
        """Draw a slip of paper (black with a white edge in high contrast); x, y is its top left."""
        self.draw(slip_sprite(width, height, radius, look.high_contrast), x, y)

    def plate(self, x: float, y: float, width: int, height: int, radius: int, colour: Rgb) -> None:
        """Draw a rounded rectangle of one colour, without a shadow."""
        self.draw(plate_sprite(width, height, radius, colour), x, y)

    def text(
        self,
        words: str,
        x: float,
        y: float,
        size_px: int,
        colour: Rgb,
        weight: Weight = "Semibold",
        align: Align = "left",
        alpha: float = 1,
    ) -> int:
        """Write one line, its middle at height y; returns its width."""
        picture = typeset.rendered(words, size_px, weight, colour)
        width, height = picture.get_size()
        left = x - (width / 2 if align == "centre" else width if align == "right" else 0)
        if alpha < 0.996:
            picture.set_alpha(round(max(0.0, alpha) * 255))
        self.surface.blit(picture, (round(left), round(y - height / 2)))
        if alpha < 0.996:
            picture.set_alpha(255)
        return width

    def width_of(self, words: str, size_px: int, weight: Weight = "Semibold") -> int:
        """How wide one line of words is."""
        return typeset.width_px(words, size_px, weight)

    def fit(
        self,
        words: str,
        size_px: int,
        width: int,
        height: int,
        weight: Weight = "Bold",
        line: float = typeset.LINE_TIGHT,
    ) -> tuple[int, tuple[str, ...]]:
        """The size at which words fit a box, and their lines there."""
        return typeset.fit(words, size_px, weight, width, height, line)

    def paragraph(
        self,
        words: str,
        x: float,
        y: float,
        width: int,
        height: int,
        size_px: int,
        colour: Rgb,
        weight: Weight = "Bold",
        align: Align = "left",
        line: float = typeset.LINE_TIGHT,
    ) -> float:
        """Write text wrapped into a box, smaller if it would not fit; returns where it ended (y)."""
        size, lines = typeset.fit(words, size_px, weight, width, height, line)
        anchor = x + (width / 2 if align == "centre" else width if align == "right" else 0)
        for i, each in enumerate(lines):
            self.text(each, anchor, y + (i + 0.5) * size * line, size, colour, weight, align)
        return y + len(lines) * size * line


@lru_cache(maxsize=8)
def _veil(colour: Rgb) -> pygame.Surface:
    veil = pygame.Surface((WIDTH, HEIGHT))
    veil.fill(colour)
    return veil


@lru_cache(maxsize=256)
def disc_sprite(radius: float, colour: Rgb) -> Sprite:
    half = math.ceil(radius) + 2
    painter = Painter(2 * half, 2 * half, origin=(half, half))
    painter.circle(0, 0, radius, colour)
    return painter.sprite()


@lru_cache(maxsize=512)
def ring_sprite(radius: int, width: float, colour: Rgb) -> Sprite:
    half = math.ceil(radius + width) + 2
    painter = Painter(2 * half, 2 * half, origin=(half, half))
    painter.ring(0, 0, max(1, radius), width, colour)
    return painter.sprite()


@lru_cache(maxsize=512)
def arc_sprite(radius: int, width: int, colour: Rgb, sixtieths: int) -> Sprite:
    half = radius + width + 2
    painter = Painter(2 * half, 2 * half, origin=(half, half))
    if sixtieths >= 60:
        painter.ring(0, 0, radius, width, colour)
    else:
        painter.ring(0, 0, radius, width, colour, from_deg=90, to_deg=90 - 6 * sixtieths)
    return painter.sprite()


@lru_cache(maxsize=64)
def slip_sprite(width: int, height: int, radius: int, high_contrast: bool) -> Sprite:
    pad = 48
    painter = Painter(width + 2 * pad, height + 2 * pad, origin=(pad, pad))
    shape = geometry.slip(0, 0, width, height, radius)
    if high_contrast:
        painter.shape(shape, WHITE)
        painter.shape(geometry.slip(5, 5, width - 10, height - 10, max(4, radius - 5)), BLACK)
    else:
        painter.shape(shape, PAPER, shadow=Shadow(4, 10, 16, 0.35))
    return painter.sprite()


@lru_cache(maxsize=64)
def plate_sprite(width: int, height: int, radius: int, colour: Rgb) -> Sprite:
    painter = Painter(width + 2, height + 2, origin=(1, 1))
    painter.shape(geometry.slip(0, 0, width, height, radius), colour)
    return painter.sprite()


def forget_cached_pictures() -> None:
    """Drop what was made for an earlier window, whose pixels may be laid out another way."""
    for cache in (
        disc_sprite,
        ring_sprite,
        arc_sprite,
        slip_sprite,
        plate_sprite,
        _veil,
        typeset.rendered,
        typeset.font,
    ):
        cache.cache_clear()
