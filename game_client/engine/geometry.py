"""Shapes as lists of points, in pixels of the canvas (x right, y down)."""

from __future__ import annotations

import math
import random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

Xy = tuple[float, float]


def chance(seed: int) -> random.Random:
    """Random numbers for scenery: the same picture for the same seed."""
    return random.Random(seed)


def curve(points: Sequence[Xy], steps: int = 12, closed: bool = False) -> list[Xy]:
    """Pass a smooth curve (Catmull-Rom) through the points."""
    count = len(points)

    def at(i: int) -> Xy:
        return points[i % count] if closed else points[min(max(i, 0), count - 1)]

    out: list[Xy] = []
    for i in range(count if closed else count - 1):
        (ax, ay), (bx, by), (cx, cy), (dx, dy) = at(i - 1), at(i), at(i + 1), at(i + 2)
        for j in range(steps):
            t = j / steps
            t2, t3 = t * t, t * t * t
            p, q, r, s = -t3 + 2 * t2 - t, 3 * t3 - 5 * t2 + 2, -3 * t3 + 4 * t2 + t, t3 - t2
            out.append(((p * ax + q * bx + r * cx + s * dx) / 2, (p * ay + q * by + r * cy + s * dy) / 2))
    if not closed:
        out.append(points[-1])
    return out


def ellipse(
    x: float, y: float, rx: float, ry: float | None = None, from_deg: float = 0, to_deg: float = 360
) -> list[Xy]:
    """Points of an ellipse or a part of it; angles counter-clockwise from the right."""
    ry = rx if ry is None else ry
    count = max(16, int(abs(to_deg - from_deg) / 360 * (24 + 1.2 * max(rx, ry))))
    angles = (math.radians(from_deg + (to_deg - from_deg) * i / count) for i in range(count + 1))
    return [(x + rx * math.cos(a), y - ry * math.sin(a)) for a in angles]


def slip(x: float, y: float, width: float, height: float, radius: float) -> list[Xy]:
    """A rectangle with rounded corners; x, y is its top left."""
    out: list[Xy] = []
    for cx, cy, start in (
        (x + width - radius, y + radius, 90),
        (x + radius, y + radius, 180),
        (x + radius, y + height - radius, 270),
        (x + width - radius, y + height - radius, 360),
    ):
        for k in range(9):
            a = math.radians(start - 90 + k * 90 / 8)
            out.append((cx + radius * math.cos(a), cy - radius * math.sin(a)))
    return out


def turned(points: Sequence[Xy], deg: float, x: float = 0, y: float = 0, scale: float = 1) -> list[Xy]:
    """Turn points counter-clockwise about the origin, scale them, and move them to x, y."""
    c, s = math.cos(math.radians(deg)) * scale, math.sin(math.radians(deg)) * scale
    return [(x + px * c + py * s, y - px * s + py * c) for px, py in points]


def polar(x: float, y: float, radius: float, deg: float) -> Xy:
    """The point at an angle (counter-clockwise from the right) and a distance from x, y."""
    return x + radius * math.cos(math.radians(deg)), y - radius * math.sin(math.radians(deg))


def ridge(y: float, height: float, seed: int, width: float, wave: float = 1.0) -> list[Xy]:
    """The line of far hills: a sum of four slow waves."""
    draw = chance(seed)
    waves = [(draw.uniform(0, math.tau), draw.uniform(0.8, 1.25)) for _ in range(4)]
    out: list[Xy] = []
    for x in range(-24, int(width) + 33, 8):
        rise = sum(
            math.sin(x * wave * 0.0042 * 1.9**k * speed + phase) / 1.95**k
            for k, (phase, speed) in enumerate(waves)
        )
        out.append((float(x), y - height * rise))
    return out


def pine(x: float, y: float, height: float) -> list[Xy]:
    """A pine as one silhouette standing on x, y."""
    right: list[Xy] = []
    for tier in range(1, 5):
        t = tier / 4
        level, half = y - height + height * 0.94 * t, height * 0.15 * (0.25 + 0.75 * t)
        right += [(half, level), (half * 0.6, level - height * 0.012)]
    right += [(height * 0.025, y - height * 0.06), (height * 0.025, y + 5)]
    return (
        [(x, y - height)] + [(x + dx, py) for dx, py in right] + [(x - dx, py) for dx, py in reversed(right)]
    )


def blob(x: float, y: float, radius: float, seed: int, wobble: float = 0.12) -> list[Xy]:
    """A rounded, slightly uneven stone or tree top."""
    draw = chance(seed)
    ring = [polar(x, y, radius * draw.uniform(1 - wobble, 1 + wobble), k * 40) for k in range(9)]
    return curve(ring, 6, closed=True)


def ribbon(points: Sequence[Xy], widths: Sequence[float]) -> list[Xy]:
    """The outline of a line whose width (pixels) changes along it."""
    left: list[Xy] = []
    right: list[Xy] = []
    last = len(points) - 1
    for i, (x, y) in enumerate(points):
        (ax, ay), (bx, by) = points[max(0, i - 1)], points[min(last, i + 1)]
        length = math.hypot(bx - ax, by - ay) or 1.0
        nx, ny = -(by - ay) / length * widths[i] / 2, (bx - ax) / length * widths[i] / 2
        left.append((x + nx, y + ny))
        right.append((x - nx, y - ny))
    return left + right[::-1]
