"""Drawing along a closed shape (mirror drawing, tracing): how far the path is off it, angle by angle.

For each angle around the template's centre, the residual is the drawn radius less the template's: outside is
positive. Angle-wise because a person goes round at an uneven speed: each angle counts once, however long the
pen rested there. It needs a template that is star-shaped about its centre (each ray meets it once): circles,
ellipses, and the star with six points of mirror drawing are. The measures are Movere's own.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from shared.movement.sampling import SignalError, require_numbers

if TYPE_CHECKING:
    from numpy.typing import NDArray

BINS = 72
_POINTS_A_BIN = 16


@dataclass(frozen=True, slots=True)
class TraceResidual:
    """Lengths in the unit of the input, angles in degrees, counter-clockwise from +x, about the centre.

    angle_deg, residual: shape (K,), the K bins that the path crosses: their middle, and the mean signed
    residual there. bias: mean of `residual` (outside positive). rms: root mean square of `residual`.
    coverage: K over the number of bins. closure: distance from the last point to the first. turns: signed
    turns about the centre, counter-clockwise positive; 1 is once around.
    """

    angle_deg: NDArray[np.float64]
    residual: NDArray[np.float64]
    bias: float
    rms: float
    coverage: float
    closure: float
    turns: float


@dataclass(frozen=True, eq=False)
class Drawn:
    """A pen on one page, even samples from the shape's appearing to the page's end.

    pen_m: shape (N, 2), metres, where the pen appears; the shape's corners_m, shape (M, 2), are in the same
    space. seen: shape (N,), False where the place was not known. took_s: from the shape's appearing to the
    page's end.
    """

    pen_m: NDArray[np.float64]
    seen: NDArray[np.bool_]
    took_s: float
    corners_m: NDArray[np.float64]
    half_width_m: float

    @property
    def size_m(self) -> float:
        """The corners' mean distance from their middle."""
        return float(np.mean(np.hypot(*(self.corners_m - self.corners_m.mean(axis=0)).T)))


@dataclass(frozen=True, slots=True)
class Border:
    """How a pen kept inside a double line. `exits`: how often it crossed from inside to outside; coming back
    in is not counted, nor is where it began. `outside_share`: share of the drawn way that lay outside, None
    for a pen that did not move."""

    exits: int
    outside_share: float | None


def border(drawn: Drawn) -> Border:
    """Count the ways out over the border; what was not seen counts neither way, and no exit is lost in it."""
    inside = distance_to_outline(drawn.pen_m, drawn.corners_m) <= drawn.half_width_m
    known = inside[drawn.seen]
    steps = np.hypot(*np.diff(drawn.pen_m, axis=0).T)[drawn.seen[1:] & drawn.seen[:-1]]
    outside = ~inside[1:][drawn.seen[1:] & drawn.seen[:-1]]
    way = float(steps.sum())
    return Border(
        exits=int(np.sum(known[:-1] & ~known[1:])),
        outside_share=float(steps[outside].sum()) / way if way > 0.0 else None,
    )


def distance_to_outline(places: NDArray[np.float64], corners: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how far each place, shape (N, 2), is from the closed polygon's nearest side, shape (N,)."""
    least = np.full(len(places), np.inf)
    for start, end in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        side = end - start
        along = np.clip((places - start) @ side / max(float(side @ side), 1e-30), 0.0, 1.0)
        np.minimum(least, np.hypot(*(places - start - along[:, None] * side).T), out=least)
    return least


def time_by_angle(drawn: Drawn, bins: int = BINS) -> NDArray[np.float64]:
    """Return the seen time in each angle bin over an even share, shape (bins,): 1 is as long as anywhere."""
    away = (drawn.pen_m - drawn.corners_m.mean(axis=0))[drawn.seen]
    counts = np.bincount(_bin_of(np.arctan2(away[:, 1], away[:, 0]), bins), minlength=bins)
    return np.asarray(counts * (bins / max(1, len(away))), dtype=np.float64)


def trace_residual(
    drawn: NDArray[np.float64],
    template: NDArray[np.float64],
    *,
    centre: tuple[float, float] | None = None,
    bins: int = BINS,
    seen: NDArray[np.bool_] | None = None,
) -> TraceResidual:
    """Compare a drawn path with a closed template.

    The path is made dense by straight lines between its points, so that neither the pen's speed nor the
    device's rate decides which angles count.

    Args:
        drawn: the pen's places in order, shape (N, 2): the hand, not a mirrored picture of it.
        template: the corners in order, shape (M, 2), joined by straight lines, the last to the first.
        centre: where the template is star-shaped about; None takes the mean of its corners.
        bins: number of angle bins of equal width.
        seen: shape (N,), where the pen's place was known; None: everywhere. The line that bridges a gap
            counts in no angle.

    Raises:
        SignalError: fewer than two drawn points or three corners, a template that is not star-shaped about
            the centre, a path through the centre alone, or a value that is not a number.
    """
    require_numbers(drawn)
    require_numbers(template)
    if drawn.ndim != 2 or drawn.shape[1:] != (2,) or template.ndim != 2 or template.shape[1:] != (2,):
        raise SignalError("the path and the template need two columns, x and y")
    if len(drawn) < 2 or len(template) < 3 or bins < 4:
        raise SignalError("a trace needs two drawn points, three corners and four angle bins")
    middle = np.mean(template, axis=0) if centre is None else np.asarray(centre, dtype=np.float64)
    corners = template - middle
    size = float(np.mean(np.hypot(*corners.T)))
    known = np.ones(len(drawn)) if seen is None else seen.astype(np.float64)
    dense = _dense(np.column_stack([drawn - middle, known]), size, bins)
    path = dense[:, :2]
    radius = np.hypot(*path.T)
    # At the centre a place has no angle, but for rounding.
    angled = radius > 1e-9 * size
    counted = angled & (dense[:, 2] > 1.0 - 1e-9)
    if not counted.any():
        raise SignalError("the path never leaves the centre, or was not seen")
    angle = np.arctan2(path[:, 1], path[:, 0])
    residual = radius[counted] - template_radius(corners, angle[counted])
    bin_of = _bin_of(angle[counted], bins)
    counts = np.bincount(bin_of, minlength=bins)
    crossed = np.flatnonzero(counts)
    means = np.bincount(bin_of, weights=residual, minlength=bins)[crossed] / counts[crossed]
    swept = np.diff(np.unwrap(angle[angled]))
    return TraceResidual(
        angle_deg=np.asarray((crossed + 0.5) * (360.0 / bins), dtype=np.float64),
        residual=means,
        bias=float(np.mean(means)),
        rms=math.sqrt(float(np.mean(means**2))),
        coverage=len(crossed) / bins,
        closure=float(np.hypot(*(drawn[-1] - drawn[0]))),
        turns=float(np.sum(swept)) / (2.0 * math.pi),
    )


def template_radius(corners: NDArray[np.float64], angle_rad: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how far from the origin each ray meets the closed polygon, shape (N,).

    Args:
        corners: shape (M, 2), relative to the centre, in order, joined by straight lines.
        angle_rad: shape (N,), the rays' directions.

    Raises:
        SignalError: the polygon is not star-shaped about the origin (its corners do not go round it once,
            always in one direction).
    """
    following = np.roll(corners, -1, axis=0)
    turned = corners[:, 0] * following[:, 1] - corners[:, 1] * following[:, 0]
    step = np.arctan2(turned, np.sum(corners * following, axis=1))
    direction = 1.0 if float(step.sum()) > 0 else -1.0
    once = math.isclose(abs(float(step.sum())), 2 * math.pi, rel_tol=1e-9)
    if not once or not (step * direction > 0).all():
        raise SignalError("the template's corners must go round its centre once, in one direction")
    if direction < 0:
        corners = corners[::-1]
    begins = np.mod(np.arctan2(corners[:, 1], corners[:, 0]), 2 * np.pi)
    first = int(np.argmin(begins))
    corners, begins = np.roll(corners, -first, axis=0), np.roll(begins, -first)
    edge = (np.searchsorted(begins, np.mod(angle_rad, 2 * np.pi), side="right") - 1) % len(corners)
    start = corners[edge]
    along = np.roll(corners, -1, axis=0)[edge] - start
    # The ray r (cos, sin) meets start + s along where both cross products with `along` agree.
    ray = np.column_stack([np.cos(angle_rad), np.sin(angle_rad)])
    return np.asarray(_cross(start, along) / _cross(ray, along), dtype=np.float64)


def _dense(path: NDArray[np.float64], radius: float, bins: int) -> NDArray[np.float64]:
    """Points along the path so close that at the template's radius a bin holds sixteen of them.

    The first two columns are the place; any other goes along with it. Even in length, so that a pen at rest
    adds no weight within a bin either.
    """
    lengths = np.hypot(*np.diff(path[:, :2], axis=0).T)
    total = float(lengths.sum())
    if total <= 0 or radius <= 0:
        return path[:1]
    kept = np.concatenate([[True], lengths > 0])
    place = np.concatenate([[0.0], np.cumsum(lengths)])[kept]
    wanted = total / (2.0 * math.pi * radius) * bins * _POINTS_A_BIN
    # A path of many times the template's length is a scribble; enough points for it, but not without end.
    count = int(min(max(wanted, len(path), 2), 200_000)) + 1
    along = np.linspace(0.0, total, count)
    return np.column_stack([np.interp(along, place, axis) for axis in path[kept].T])


def _bin_of(angle_rad: NDArray[np.float64], bins: int) -> NDArray[np.intp]:
    return np.minimum((np.mod(angle_rad, 2 * np.pi) * (bins / (2 * np.pi))).astype(np.intp), bins - 1)


def _cross(a: NDArray[np.float64], b: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0], dtype=np.float64)
