"""Paints still pictures at load time: places and sprites, anti-aliased, with soft shadows and light.

Slow and careful (about a second for a whole place); what comes out is a `Sprite`, which the canvas draws
in a fraction of a millisecond. Shapes are drawn four times too large and scaled down; colours are held as
premultiplied floats, so that soft edges lie cleanly over anything.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pygame

from game_client.engine import geometry
from game_client.engine.palette import Rgb

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from game_client.engine.geometry import Xy

    Floats = NDArray[np.float32]

_OVERSAMPLE = 4
_LARGE_PX = 250_000
Box = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Gradient:
    """A fill that runs between two colours: down, across, or outwards from a point (canvas pixels)."""

    kind: Literal["down", "across", "round"]
    first: Rgb
    last: Rgb
    start: float
    end: float
    centre: Xy = (0.0, 0.0)

    def over(self, box: Box) -> Floats:
        """The colours inside a box, shape (height or 1, width or 1, 3), 0..1."""
        x0, y0, x1, y1 = box
        if self.kind == "down":
            t = ((np.arange(y0, y1) - self.start) / (self.end - self.start))[:, None]
        elif self.kind == "across":
            t = ((np.arange(x0, x1) - self.start) / (self.end - self.start))[None, :]
        else:
            dx, dy = np.arange(x0, x1)[None, :] - self.centre[0], np.arange(y0, y1)[:, None] - self.centre[1]
            t = (np.hypot(dx, dy) - self.start) / (self.end - self.start)
        t = np.clip(t, 0, 1)[:, :, None]
        if self.kind == "round":
            t = t * t * (3 - 2 * t)
        first, last = _floats(self.first), _floats(self.last)
        return np.asarray(first * (1 - t) + last * t, dtype=np.float32)


Fill = Rgb | Gradient


@dataclass(frozen=True, slots=True)
class Shadow:
    """The soft shadow that parts two layers of paper."""

    dx: float = 4
    dy: float = 8
    blur: float = 12
    alpha: float = 0.28
    colour: Rgb = (10, 26, 38)


@dataclass(frozen=True, slots=True)
class Sprite:
    """A picture ready to draw; `x, y` is where its own origin lies inside it, in canvas pixels."""

    surface: pygame.Surface
    x: float = 0.0
    y: float = 0.0

    @property
    def size(self) -> tuple[int, int]:
        return self.surface.get_size()

    def mirrored(self) -> Sprite:
        """The same picture, left and right exchanged inside its frame."""
        return Sprite(pygame.transform.flip(self.surface, True, False), self.x, self.y)

    def brightest(self) -> Sprite:
        """A copy for adding light: colours times their opacity, on black."""
        plain = pygame.Surface(self.surface.get_size())
        plain.blit(self.surface, (0, 0))
        return Sprite(_for_display(plain, opaque=True), self.x, self.y)


class Painter:
    """A picture in the making, `width` x `height` canvas pixels, transparent or on a ground colour.

    With an `origin`, points are given relative to it, and the finished sprite is placed by it.
    """

    def __init__(self, width: int, height: int, ground: Rgb | None = None, origin: Xy = (0, 0)) -> None:
        self.width, self.height, self.origin = width, height, origin
        self._px = np.zeros((height, width, 4), np.float32)
        self._opaque = ground is not None
        if ground is not None:
            self._px[:] = (*_floats(ground), 1.0)

    # -- shapes ---------------------------------------------------------------------------------------------

    def shape(
        self,
        points: Sequence[Xy],
        fill: Fill,
        alpha: float = 1,
        blur: float = 0,
        shadow: Shadow | None = None,
    ) -> None:
        """Fill a polygon, soft-edged when `blur` (pixels) is given, with its shadow under it."""
        if shadow:
            moved = [(x + shadow.dx, y + shadow.dy) for x, y in points]
            self._polygons([moved], shadow.colour, shadow.alpha, shadow.blur)
        self._polygons([points], fill, alpha, blur)

    def circle(
        self,
        x: float,
        y: float,
        radius: float,
        fill: Fill,
        alpha: float = 1,
        blur: float = 0,
        shadow: Shadow | None = None,
    ) -> None:
        self.shape(geometry.ellipse(x, y, radius), fill, alpha, blur, shadow)

    def line(
        self,
        points: Sequence[Xy],
        width: float | Sequence[float],
        fill: Fill,
        alpha: float = 1,
        blur: float = 0,
        round_ends: bool = True,
    ) -> None:
        """Draw a line of even or changing width, with round joints."""
        widths = list(width) if not isinstance(width, (int, float)) else [float(width)] * len(points)
        parts: list[Sequence[Xy]] = []
        for (a, b), (wa, wb) in zip(pairwise(points), pairwise(widths), strict=True):
            parts.append(geometry.ribbon([a, b], [wa, wb]))
        ends = range(len(points)) if round_ends else range(1, len(points) - 1)
        parts += [geometry.ellipse(*points[i], widths[i] / 2) for i in ends if widths[i] > 0.6]
        self._polygons(parts, fill, alpha, blur)

    def ring(
        self,
        x: float,
        y: float,
        radius: float,
        width: float,
        fill: Fill,
        alpha: float = 1,
        from_deg: float = 0,
        to_deg: float = 360,
        flat: float = 1,
        round_ends: bool = True,
    ) -> None:
        """Draw a circle's line or a part of it; `flat` below 1 squeezes it into an ellipse."""
        points = geometry.ellipse(x, y, radius, radius * flat, from_deg, to_deg)
        if abs(to_deg - from_deg) >= 360:
            outer = geometry.ellipse(x, y, radius + width / 2, radius * flat + width / 2)
            inner = geometry.ellipse(x, y, radius - width / 2, max(0.5, radius * flat - width / 2))
            self._polygons([outer + inner[::-1]], fill, alpha, 0)
        else:
            self.line(points, width, fill, alpha, round_ends=round_ends)

    # -- light ----------------------------------------------------------------------------------------------

    def glow(
        self,
        x: float,
        y: float,
        radius: float,
        colour: Rgb,
        alpha: float = 1,
        power: float = 2.0,
        flat: float = 1,
    ) -> None:
        """Brighten around a point; on a transparent picture the light itself is painted."""
        box = self._box([(x - radius, y - radius * flat), (x + radius, y + radius * flat)], 1)
        if box is None:
            return
        ox, oy = self.origin
        dx = (np.arange(box[0], box[2])[None, :] - x - ox) / radius
        dy = (np.arange(box[1], box[3])[:, None] - y - oy) / (radius * flat)
        mask = (np.clip(1 - np.hypot(dx, dy), 0, 1) ** power * alpha).astype(np.float32)
        if self._opaque:
            part = self._px[box[1] : box[3], box[0] : box[2], :3]
            part += (1 - part) * _floats(colour) * mask[:, :, None]
        else:
            self._lay(mask, box, colour)

    def sky(self, stops: Sequence[tuple[float, Rgb]], top: int, bottom: int) -> None:
        """Fill the rows from top to bottom with a gradient through several colours (stops 0..1)."""
        t = np.linspace(0, 1, bottom - top)
        where = [stop for stop, _ in stops]
        for channel in range(3):
            values = np.interp(t, where, [colour[channel] / 255 for _, colour in stops])
            self._px[top:bottom, :, channel] = values[:, None]
        self._px[top:bottom, :, 3] = 1

    def mist(self, y: float, height: float, colour: Rgb, alpha: float, seed: int) -> None:
        """Lay a band of uneven mist."""
        draw = geometry.chance(seed)
        xs = np.arange(self.width)
        waves = [
            draw.uniform(0.4, 1) * np.sin(xs / draw.uniform(90, 330) + draw.uniform(0, 6)) for _ in range(4)
        ]
        noise = np.sum(waves, axis=0)
        noise = (noise - noise.min()) / (np.ptp(noise) + 1e-6)
        top, bottom = max(0, int(y - height)), min(self.height, int(y + height))
        t = 1 - np.abs((np.arange(top, bottom) - y) / height)
        mask = (t * t * (3 - 2 * t))[:, None] * (0.45 + 0.55 * noise[None, :]) * alpha
        self._lay(mask.astype(np.float32), (0, top, self.width, bottom), colour)

    def reflect(self, horizon: int, tint: Rgb, near: float, far: float, sway: float) -> None:
        """Mirror what lies above the horizon into the water below it, tinted (0..1) more towards us."""
        xs = np.arange(self.width)
        depth = self.height - horizon
        for row in range(horizon, self.height):
            d = row - horizon
            source = max(0, horizon - 1 - d)
            off = round(
                sway * (d / depth + 0.12) * math.sin(d * 0.55 / (1 + d * 0.006) + 1.3 * math.sin(d * 0.13))
            )
            t = near + (far - near) * (d / depth) ** 0.8
            picked = self._px[source, np.clip(xs + off, 0, self.width - 1), :3]
            self._px[row, :, :3] = picked * (1 - t) + _floats(tint) * t

    def glints(
        self,
        count: int,
        top: float,
        bottom: float,
        colour: Rgb,
        alpha: float,
        seed: int,
        around: Xy | None = None,
        length: Xy = (20, 120),
        width: float = 2.2,
    ) -> None:
        """Scatter short tapered light lines on water; `around` is (x, spread) to gather them."""
        draw = geometry.chance(seed)
        for _ in range(count):
            u = draw.random()
            long = draw.uniform(*length) * (0.35 + 0.9 * u)
            x = (
                draw.uniform(-50, self.width + 50)
                if around is None
                else draw.gauss(around[0], around[1] * (0.5 + u))
            )
            y = top + (bottom - top) * u
            points = [(x - long / 2 + long * i / 10, y + 1.2 * math.sin(i * 0.9)) for i in range(11)]
            taper = [width * (0.5 + u) * math.sin(math.pi * (i + 0.25) / 10.5) for i in range(11)]
            self._polygons([geometry.ribbon(points, taper)], colour, alpha * draw.uniform(0.35, 1), 0)

    def veil(self, mask: Floats, colour: Fill, alpha: float) -> None:
        """Lay a colour over the whole picture through a mask of shape (height, width), 0..1."""
        self._lay(mask * np.float32(alpha), (0, 0, self.width, self.height), colour)

    def stamp(self, other: Painter, x: float, y: float, alpha: float = 1) -> None:
        """Lay another picture over this one, its origin at x, y."""
        left, top = round(x + self.origin[0] - other.origin[0]), round(y + self.origin[1] - other.origin[1])
        x0, y0 = max(0, left), max(0, top)
        x1, y1 = min(self.width, left + other.width), min(self.height, top + other.height)
        if x1 <= x0 or y1 <= y0:
            return
        source = other._px[y0 - top : y1 - top, x0 - left : x1 - left] * alpha
        part = self._px[y0:y1, x0:x1]
        part *= 1 - source[:, :, 3:]
        part += source

    # -- the result -----------------------------------------------------------------------------------------

    def sprite(self) -> Sprite:
        """Finish the picture."""
        return Sprite(_for_display(self._surface(), self._opaque), *self.origin)

    def _surface(self) -> pygame.Surface:
        px = np.clip(self._px, 0, 1)
        colour = px[:, :, :3]
        if not self._opaque:
            colour = np.clip(colour / np.maximum(px[:, :, 3:], 1e-4), 0, 1)
        surface = pygame.Surface((self.width, self.height), pygame.SRCALPHA, 32)
        pygame.surfarray.blit_array(surface, (colour * 255 + 0.5).astype(np.uint8).transpose(1, 0, 2))
        pygame.surfarray.pixels_alpha(surface)[:] = (px[:, :, 3] * 255 + 0.5).astype(np.uint8).T
        return surface

    # -- inside ---------------------------------------------------------------------------------------------

    def _box(self, points: Sequence[Xy], pad: float) -> Box | None:
        ox, oy = self.origin
        xs, ys = [p[0] + ox for p in points], [p[1] + oy for p in points]
        x0, y0 = max(0, math.floor(min(xs) - pad)), max(0, math.floor(min(ys) - pad))
        x1 = min(self.width, math.ceil(max(xs) + pad) + 1)
        y1 = min(self.height, math.ceil(max(ys) + pad) + 1)
        return (x0, y0, x1, y1) if x1 > x0 and y1 > y0 else None

    def _polygons(self, parts: Sequence[Sequence[Xy]], fill: Fill, alpha: float, blur: float) -> None:
        every = [p for part in parts for p in part]
        box = self._box(every, 2 + 2 * blur) if every else None
        if box is not None:
            mask = self._mask(parts, box, blur)
            self._lay(mask * np.float32(alpha), box, fill)

    def _mask(self, parts: Sequence[Sequence[Xy]], box: Box, blur: float) -> Floats:
        """How much of each pixel of the box the polygons cover, 0..1."""
        width, height = box[2] - box[0], box[3] - box[1]
        finer = 1 if blur >= 4 else _OVERSAMPLE if width * height < _LARGE_PX else _OVERSAMPLE - 1
        dx, dy = self.origin[0] - box[0], self.origin[1] - box[1]
        big = pygame.Surface((width * finer, height * finer), 0, 32)
        for part in parts:
            if len(part) > 2:
                pygame.draw.polygon(
                    big, (255, 255, 255), [((x + dx) * finer, (y + dy) * finer) for x, y in part]
                )
        if blur:
            # A shadow has no fine detail: blur it small, then stretch it.
            coarse = max(1, int(blur // 3))
            small = pygame.transform.smoothscale(big, (max(1, width // coarse), max(1, height // coarse)))
            big = pygame.transform.gaussian_blur(small, max(1, round(blur / coarse)))
        mask = (
            pygame.transform.smoothscale(big, (width, height)) if big.get_size() != (width, height) else big
        )
        return pygame.surfarray.array_red(mask).T.astype(np.float32) / np.float32(255)

    def _lay(self, mask: Floats, box: Box, fill: Fill) -> None:
        x0, y0, x1, y1 = box
        part = self._px[y0:y1, x0:x1]
        if isinstance(fill, Gradient):
            ox, oy = round(self.origin[0]), round(self.origin[1])
            colour: Any = fill.over((x0 - ox, y0 - oy, x1 - ox, y1 - oy))
        else:
            colour = _floats(fill)
        cover = mask[:, :, None]
        part *= 1 - cover
        part[:, :, :3] += colour * cover
        part[:, :, 3:] += cover


def turned_sprites(sprite_px: Painter, count: int, scale: float, shadow: Shadow | None) -> list[Sprite]:
    """A picture in `count` directions, counter-clockwise from the right, each `scale` times its size.

    The picture is turned about its origin; the shadow always falls the same way.
    """
    source = sprite_px._surface()
    reach = math.ceil(math.hypot(sprite_px.width, sprite_px.height) * scale / 2) + 24
    centre_x, centre_y = sprite_px.width / 2, sprite_px.height / 2
    if abs(sprite_px.origin[0] - centre_x) > 1 or abs(sprite_px.origin[1] - centre_y) > 1:
        raise ValueError("a picture is turned about its middle: give it its origin there")
    out: list[Sprite] = []
    for k in range(count):
        large = pygame.transform.rotozoom(source, k * 360 / count, 1.0)
        width, height = round(large.get_width() * scale), round(large.get_height() * scale)
        small = pygame.transform.smoothscale(large, (width, height))
        frame = pygame.Surface((2 * reach, 2 * reach), pygame.SRCALPHA, 32)
        at = (reach - width // 2, reach - height // 2)
        if shadow:
            frame.blit(_soft_shadow(small, shadow, frame.get_size(), at), (0, 0))
        frame.blit(small, at)
        out.append(Sprite(_for_display(frame, opaque=False), reach, reach))
    return out


def _soft_shadow(
    picture: pygame.Surface, shadow: Shadow, size: tuple[int, int], at: tuple[int, int]
) -> pygame.Surface:
    shape = pygame.Surface(size, pygame.SRCALPHA, 32)
    shape.blit(picture, (at[0] + shadow.dx, at[1] + shadow.dy))
    cover = pygame.Surface(size, 0, 32)
    pygame.surfarray.blit_array(cover, np.repeat(pygame.surfarray.array_alpha(shape)[:, :, None], 3, 2))
    soft = pygame.transform.gaussian_blur(cover, max(1, round(shadow.blur)))
    shape.fill((*shadow.colour, 255))
    pygame.surfarray.pixels_alpha(shape)[:] = (pygame.surfarray.array_red(soft) * shadow.alpha).astype(
        np.uint8
    )
    return shape


def _for_display(surface: pygame.Surface, opaque: bool) -> pygame.Surface:
    if not pygame.display.get_surface():
        return surface
    return surface.convert() if opaque else surface.convert_alpha()


def _floats(colour: Rgb) -> Floats:
    return np.asarray(colour, np.float32) / np.float32(255)
