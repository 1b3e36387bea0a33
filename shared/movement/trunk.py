"""What the trunk does: its sway relative to the person's own, and its share in a reach (compensation).

For cameras and seated play. Such a trunk is a point in a picture, not a centre of pressure on a force plate,
so no name of the centre of pressure is used and sway is only told as a ratio to the same person's baseline on
the same camera.

Sources: Cirstea & Levin 2000, Brain 123:940 (trunk movement as compensation for a weak arm; not verified);
the exact ratios are Movere's own.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from shared.movement.sampling import SignalError, require_numbers, require_rate

if TYPE_CHECKING:
    from numpy.typing import NDArray

FEWEST_SAMPLES = 8


@dataclass(frozen=True, slots=True)
class TrunkSway:
    """`rms`: root mean square distance from the mean place; `speed`: path over time; `area`: pi times the
    square root of the covariance's determinant (the 1-SD ellipse). In the unit of the input."""

    rms: float
    speed: float
    area: float


@dataclass(frozen=True, slots=True)
class RelativeSway:
    """Each measure over the same measure at baseline; 1 is no change, above 1 is more sway."""

    rms: float
    speed: float
    area: float


@dataclass(frozen=True, slots=True)
class Compensation:
    """`ratio`: how far the trunk moved along the hand's displacement, over the length of that displacement;
    0 is an arm alone, 1 a hand carried by the trunk, below 0 a trunk that moved away. `excursion`: the
    trunk's greatest distance from its place at onset, in any direction, in the unit of the input."""

    ratio: float
    excursion: float


def trunk_sway(trunk: NDArray[np.float64], rate_hz: float) -> TrunkSway:
    """Measure how the trunk wanders while it should be still.

    Args:
        trunk: shape (N, 2), any unit, even samples, filtered alike wherever two are compared.

    Raises:
        SignalError: fewer than eight samples, a value that is not a number, or not two columns.
    """
    require_rate(rate_hz)
    require_numbers(trunk)
    if trunk.ndim != 2 or trunk.shape[1] != 2 or len(trunk) < FEWEST_SAMPLES:
        raise SignalError("trunk sway needs at least eight samples of two columns")
    away = trunk - trunk.mean(axis=0)
    covariance = away.T @ away / (len(trunk) - 1)
    determinant = float(covariance[0, 0] * covariance[1, 1] - covariance[0, 1] ** 2)
    return TrunkSway(
        rms=math.sqrt(float(np.mean(np.sum(away**2, axis=1)))),
        speed=float(np.sum(np.hypot(*np.diff(trunk, axis=0).T))) * rate_hz / len(trunk),
        area=math.pi * math.sqrt(max(determinant, 0.0)),
    )


def relative_sway(now: TrunkSway, baseline: TrunkSway) -> RelativeSway:
    """Divide each measure by the person's own baseline.

    Raises:
        SignalError: the trunk did not move at baseline, so that nothing can be divided by it.
    """
    if baseline.rms <= 0 or baseline.speed <= 0 or baseline.area <= 0:
        raise SignalError("the trunk did not move at baseline: record the baseline again")
    return RelativeSway(
        rms=now.rms / baseline.rms, speed=now.speed / baseline.speed, area=now.area / baseline.area
    )


def trunk_compensation(
    hand: NDArray[np.float64], trunk: NDArray[np.float64], onset: int, end: int
) -> Compensation:
    """Measure the trunk's share in a reach.

    Args:
        hand, trunk: shape (N, 2) each, the same frame, unit and samples.
        onset, end: first and last sample of the reach.

    Raises:
        SignalError: onset and end not inside the samples, a value that is not a number, columns of different
            lengths, or a hand that ends where it began.
    """
    require_numbers(hand, trunk)
    if not 0 <= onset < end < len(hand):
        raise SignalError("a reach needs an onset and a later end inside its samples")
    reached = hand[end] - hand[onset]
    length = float(np.hypot(*reached))
    if length <= 0:
        raise SignalError("the hand ends where it began: there is no reach to compare the trunk with")
    followed = trunk[onset : end + 1] - trunk[onset]
    return Compensation(
        ratio=float(followed[-1] @ reached) / length**2,
        excursion=float(np.max(np.hypot(*followed.T))),
    )


def shoulder_hike(height: NDArray[np.float64], neutral: NDArray[np.float64], arm_length: float) -> float:
    """Return how far the shoulder is lifted above its neutral height, as a share of the arm's length.

    The lift is the greatest (95th percentile, so that one bad frame does not decide) less the median at rest.

    Args:
        height: shoulder height through the reach, shape (N,), upwards positive, any unit.
        neutral: the same at rest, shape (M,).
        arm_length: the same unit; it makes cameras and people comparable.

    Raises:
        SignalError: no samples, a value that is not a number, or an arm without length.
    """
    if not 0 < arm_length < math.inf:
        raise SignalError("the arm's length must be above zero")
    return greatest_change(height, neutral) / arm_length


def greatest_change(values: NDArray[np.float64], neutral: NDArray[np.float64]) -> float:
    """Return the greatest of the values (95th percentile) less the median at rest, in the input's unit.

    Raises:
        SignalError: no samples, or a value that is not a number.
    """
    require_numbers(values)
    require_numbers(neutral)
    if not len(values) or not len(neutral):
        raise SignalError("a change of posture needs samples of the reach and of rest")
    return float(np.percentile(values, 95.0) - np.median(neutral))
