"""Numbers that a body cannot make: nearly always another unit than the one declared.

The limits are design choices, wide enough for anybody: an arm and a trunk reach less than 2 m, a thrown
punch is slower than 15 m/s, and a foot is shorter than 60 cm.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from shared.movement.sampling import SignalError

if TYPE_CHECKING:
    from numpy.typing import NDArray

LARGEST_REACH_M = 2.0
FASTEST_HAND_M_S = 15.0
LARGEST_COP_CM = 60.0
SLOWEST_RATE_HZ = 5.0


class UnitError(SignalError):
    """The numbers cannot be in the unit that they are said to be in; the sentence suggests another."""


def require_hand_m(position_m: NDArray[np.float64], rate_hz: float) -> None:
    """Refuse a hand that reaches or moves farther and faster than hands do.

    Args:
        position_m: shape (N, 2), metres, even samples at `rate_hz`.

    Raises:
        UnitError: it spans more than 2 m, or is faster than 15 m/s between two samples.
    """
    if len(position_m) < 2:
        return
    span_m = float(np.max(position_m.max(axis=0) - position_m.min(axis=0)))
    if span_m > LARGEST_REACH_M:
        raise UnitError(
            f"a hand that moves over {span_m:.4g} m is not in metres; if these are centimetres divide by "
            "100, if millimetres by 1000"
        )
    if span_m * rate_hz * math.sqrt(2.0) <= FASTEST_HAND_M_S:
        return  # No step can be longer than the diagonal of all of them.
    fastest = float(np.max(np.hypot(*np.diff(position_m, axis=0).T))) * rate_hz
    if fastest > FASTEST_HAND_M_S:
        raise UnitError(
            f"a hand at {fastest:.4g} m/s is faster than any; check the units of place and time, and for a "
            "jump in the samples"
        )


def require_cop_cm(ap_cm: NDArray[np.float64], ml_cm: NDArray[np.float64]) -> None:
    """Refuse a centre of pressure that wanders farther than a foot is long.

    Raises:
        UnitError: either column, shape (N,), spans more than 60 cm.
    """
    span_cm = max(float(np.ptp(ap_cm)), float(np.ptp(ml_cm))) if len(ap_cm) else 0.0
    if span_cm > LARGEST_COP_CM:
        raise UnitError(
            f"a centre of pressure that wanders over {span_cm:.4g} cm is not in centimetres; if these are "
            "millimetres divide by 10"
        )


def require_seconds(rate_hz: float) -> None:
    """Refuse stamps so far apart that they are hardly seconds.

    Raises:
        UnitError: fewer than five samples a second.
    """
    if rate_hz < SLOWEST_RATE_HZ:
        raise UnitError(
            f"{rate_hz:.3g} samples a second are too few; if t is in milliseconds divide it by 1000"
        )
