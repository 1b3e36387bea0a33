"""Standing and shifting: time inside a zone, and how evenly weight is shifted and borne.

The measures are Movere's own, of the usual kind (the index of symmetry after Robinson, Herzog & Nigg 1987;
not verified). They hold for a centre of pressure, a trunk or a cursor alike: each is a share, without a unit.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from shared.movement.sampling import SignalError, require_numbers, require_rate

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class ZoneTime:
    """`share`: of all samples, inside; `longest_s`: the longest unbroken stay; `entries`: how often it was
    entered, a start inside counting as one."""

    share: float
    longest_s: float
    entries: int


def time_in_zone(
    position: NDArray[np.float64], rate_hz: float, centre: tuple[float, float], radius: float
) -> ZoneTime:
    """Measure the stay in a circle; its edge is inside.

    A stay of k samples lasts k / rate.

    Args:
        position: shape (N, 2), even samples; `centre` and `radius` in the same unit and frame.

    Raises:
        SignalError: no samples, a value that is not a number, or a radius that is not above zero.
    """
    require_rate(rate_hz)
    require_numbers(position)
    if not len(position):
        raise SignalError("there are no samples")
    if not radius > 0:
        raise SignalError("the zone's radius must be above zero")
    inside = np.hypot(position[:, 0] - centre[0], position[:, 1] - centre[1]) <= radius
    edges = np.diff(np.concatenate(([0], inside.astype(np.int8), [0])))
    stays = np.flatnonzero(edges == -1) - np.flatnonzero(edges == 1)
    return ZoneTime(
        share=float(np.mean(inside)),
        longest_s=float(stays.max()) / rate_hz if len(stays) else 0.0,
        entries=len(stays),
    )


def weight_shift_symmetry(sideways: NDArray[np.float64], neutral: float) -> float:
    """Return how alike the shifts to both sides are: 1 the same, 0 to one side only.

    1 - |R - L| / (R + L), where R and L are the 95th percentiles of the excursions to the right and to the
    left of the neutral place (zero while on the other side): one stray sample decides nothing.

    Args:
        sideways: shape (N,), right positive, any unit.

    Raises:
        SignalError: no samples, a value that is not a number, or no shift to either side.
    """
    require_numbers(sideways)
    if not len(sideways):
        raise SignalError("there are no samples")
    away = sideways - neutral
    right = _reached(away)
    left = _reached(-away)
    if right + left <= 0:
        raise SignalError("weight is shifted to neither side in these samples")
    return 1.0 - abs(right - left) / (right + left)


def weight_bearing_asymmetry(left: NDArray[np.float64], right: NDArray[np.float64]) -> float:
    """Return (R - L) / (R + L) of the mean loads: 0 even, + more on the right, in [-1, 1].

    Args:
        left, right: vertical load under each foot, shape (N,), one unit.

    Raises:
        SignalError: no samples, a value that is not a number, a negative load, or no load.
    """
    require_numbers(left, right)
    if not len(left):
        raise SignalError("there are no samples")
    if float(left.min()) < 0 or float(right.min()) < 0:
        raise SignalError("a load cannot be negative: take the plates' zero off first")
    on_left, on_right = float(np.mean(left)), float(np.mean(right))
    if on_left + on_right <= 0:
        raise SignalError("nobody stands on the plates in these samples")
    return (on_right - on_left) / (on_right + on_left)


def _reached(away: NDArray[np.float64]) -> float:
    beyond = away[away > 0]
    return float(np.percentile(beyond, 95.0)) if len(beyond) else 0.0
