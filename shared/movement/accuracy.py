"""Where reaches end: constant error (bias), variable error (scatter), and throughput by Fitts' law.

Errors are in the frame of each reach: along the axis from start to target (beyond the target is positive) and
across it (left is positive). They are of the hand, never of a cursor that a game has turned.

Sources: Fitts 1954, J Exp Psychol 47:381 (index of difficulty); MacKenzie 1992, Hum-Comput Interact 7:91
(Shannon form, effective width); constant and variable error by the usual definitions (Schutz & Roy 1973; not
verified).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from shared.movement.sampling import SignalError, require_numbers

if TYPE_CHECKING:
    from numpy.typing import NDArray

EFFECTIVE_WIDTH_SD = math.sqrt(2.0 * math.pi * math.e)
"""4.1327: the width of an even distribution with the entropy of a normal one of SD 1."""
FEWEST_FOR_WIDTH = 8
"""An SD from fewer endpoints is too unsure to be a width (design choice)."""


@dataclass(frozen=True, slots=True)
class EndpointErrors:
    """Lengths in the unit of the input.

    Constant error: the mean error, signed along and across, and the length of that vector (a single reach off
    to either side does not enlarge it). Variable error: `along` and `across` are SDs about each target's own
    mean; `variable` is sqrt of the trace of that covariance S (both axes' variances added), `spread` is
    det(S)^(1/4), the radius whose circle has the area of the 1-SD ellipse.
    """

    constant_along: float
    constant_across: float
    constant: float
    variable_along: float
    variable_across: float
    variable: float
    spread: float
    n: int
    freedom: int
    """Degrees of freedom behind the variable error: endpoints less targets."""


def endpoint_errors(
    along: NDArray[np.float64], across: NDArray[np.float64], target: NDArray[np.intp] | None = None
) -> EndpointErrors:
    """Split endpoint errors into bias and scatter.

    Scatter is pooled over targets about each one's own mean (divisor n less the number of targets), so that a
    bias that differs between targets is not taken for noise. Bias is the mean over all endpoints.

    Args:
        along, across: shape (N,), any length unit.
        target: shape (N,), which target each reach was for; None means all were for one.

    Raises:
        SignalError: no target was reached for twice, or a value is not a number.
    """
    require_numbers(along, across)
    targets = np.zeros(len(along), dtype=np.intp) if target is None else target
    if len(targets) != len(along):
        raise SignalError("each endpoint needs its target")
    names, index = np.unique(targets, return_inverse=True)
    freedom = len(along) - len(names)
    if freedom < 1:
        raise SignalError("variable error needs two reaches to one target")
    errors = np.column_stack([along, across])
    counts = np.bincount(index)
    centres = np.column_stack([np.bincount(index, weights=each) / counts for each in errors.T])
    away = errors - centres[index]
    covariance = away.T @ away / freedom
    bias = errors.mean(axis=0)
    determinant = float(covariance[0, 0] * covariance[1, 1] - covariance[0, 1] ** 2)
    return EndpointErrors(
        constant_along=float(bias[0]),
        constant_across=float(bias[1]),
        constant=float(np.hypot(*bias)),
        variable_along=math.sqrt(float(covariance[0, 0])),
        variable_across=math.sqrt(float(covariance[1, 1])),
        variable=math.sqrt(float(np.trace(covariance))),
        spread=max(determinant, 0.0) ** 0.25,
        n=len(along),
        freedom=freedom,
    )


def index_of_difficulty(
    distance: float, width: float, form: Literal["shannon", "fitts"] = "shannon"
) -> float:
    """Return the difficulty of a reach in bits: log2(D/W + 1), or Fitts' own log2(2 D/W).

    Args:
        distance, width: of the target, one unit; the width is the whole one, along the movement.

    Raises:
        SignalError: a distance or a width that is not above zero.
    """
    if not (0 < distance < math.inf and 0 < width < math.inf):
        raise SignalError("the index of difficulty needs a distance and a width above zero")
    ratio = distance / width
    return math.log2(ratio + 1.0) if form == "shannon" else math.log2(2.0 * ratio)


@dataclass(frozen=True, slots=True)
class Throughput:
    """Of one condition (one distance and width): the effective width We = 4.133 SD, IDe = log2(De/We + 1)."""

    bits_s: float
    effective_width: float
    effective_distance: float
    effective_difficulty_bits: float
    n: int


def throughput(
    moved: NDArray[np.float64], error_along: NDArray[np.float64], movement_time_s: NDArray[np.float64]
) -> Throughput:
    """Return IDe / mean movement time for the reaches of one condition.

    The width is the one that the person used (4.133 times the SD of the endpoints along the axis), whatever
    the target's; the distance is the mean distance moved along the axis. So a fast but scattered person and a
    slow but exact one can be compared.

    Args:
        moved: distance from start to endpoint along the axis, shape (N,).
        error_along: endpoint error along the axis, shape (N,), the same unit.
        movement_time_s: shape (N,), seconds.

    Raises:
        SignalError: fewer than eight reaches, no scatter, no movement, or a value that is not a number.
    """
    require_numbers(moved, error_along, movement_time_s)
    if len(moved) < FEWEST_FOR_WIDTH:
        raise SignalError(f"throughput needs {FEWEST_FOR_WIDTH} reaches of one distance and width")
    width = EFFECTIVE_WIDTH_SD * float(np.std(error_along, ddof=1))
    distance, time_s = float(np.mean(moved)), float(np.mean(movement_time_s))
    if time_s <= 0:
        raise SignalError("the movement times are not above zero")
    bits = index_of_difficulty(distance, width)
    return Throughput(bits / time_s, width, distance, bits, len(moved))


def fitts_line(
    difficulty_bits: NDArray[np.float64], movement_time_s: NDArray[np.float64]
) -> tuple[float, float]:
    """Return a (s) and b (s/bit) of MT = a + b ID, by least squares.

    Args:
        difficulty_bits, movement_time_s: shape (N,), one value a condition or a reach.

    Raises:
        SignalError: fewer than two different difficulties, or a value that is not a number.
    """
    require_numbers(difficulty_bits, movement_time_s)
    if len(difficulty_bits) < 2 or float(np.ptp(difficulty_bits)) <= 0:
        raise SignalError("Fitts' line needs reaches of two different difficulties")
    centred = difficulty_bits - difficulty_bits.mean()
    slope = float(centred @ movement_time_s / (centred @ centred))
    return float(movement_time_s.mean()) - slope * float(difficulty_bits.mean()), slope
