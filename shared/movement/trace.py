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


def trace_residual(
    drawn: NDArray[np.float64],
    template: NDArray[np.float64],
    *,
    centre: tuple[float, float] | None = None,
    bins: int = BINS,
) -> TraceResidual:
    """Compare a drawn path with a closed template.

    The path is made dense by straight lines between its points, so that neither the pen's speed nor the
    device's rate decides which angles count.

    Args:
        drawn: the pen's places in order, shape (N, 2): the hand, not a mirrored picture of it.
        template: the corners in order, shape (M, 2), joined by straight lines, the last to the first.
        centre: where the template is star-shaped about; None takes the mean of its corners.
        bins: number of angle bins of equal width.

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
    path = _dense(drawn - middle, size, bins)
    radius = np.hypot(*path.T)
    # At the centre a place has no angle, but for rounding.
    seen = radius > 1e-9 * size
    if not seen.any():
        raise SignalError("the path never leaves the centre")
    angle = np.arctan2(path[:, 1], path[:, 0])
    residual = radius[seen] - template_radius(corners, angle[seen])
    bin_of = np.minimum((np.mod(angle[seen], 2 * np.pi) * (bins / (2 * np.pi))).astype(np.intp), bins - 1)
    counts = np.bincount(bin_of, minlength=bins)
    crossed = np.flatnonzero(counts)
    means = np.bincount(bin_of, weights=residual, minlength=bins)[crossed] / counts[crossed]
    swept = np.diff(np.unwrap(angle[seen]))
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

    Even in length, so that a pen at rest adds no weight within a bin either.
    """
    lengths = np.hypot(*np.diff(path, axis=0).T)
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


def _cross(a: NDArray[np.float64], b: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0], dtype=np.float64)
