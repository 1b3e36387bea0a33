"""When a movement begins and ends.

Two rules. `percent_of_peak` is the plain one of the literature and of the command line. It fails on
tremor: 1 mm at 6 Hz moves at 3.8 cm/s, more than 5 % of an ordinary reach's peak, so it returns the whole
record. `guarded` is the product's rule: the threshold also clears the hand's own restlessness at rest, and
must be held for 50 ms.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from shared.movement.sampling import SignalError, require_numbers, require_rate

if TYPE_CHECKING:
    from numpy.typing import NDArray

ONSET_FRACTION = 0.05
SUSTAIN_S = 0.05
REST_DEVIATIONS = 3.0


def percent_of_peak(speed: NDArray[np.float64], fraction: float = ONSET_FRACTION) -> tuple[int, int]:
    """Return the first and the last sample whose speed is at least `fraction` of the record's peak.

    Raises:
        SignalError: nothing moves, the fraction is not in (0, 1), or a speed is not a number.
    """
    _require_fraction(fraction)
    require_numbers(speed)
    peak = float(speed.max(initial=0.0))
    if peak <= 0:
        raise SignalError("there is no movement in these samples")
    above = np.flatnonzero(speed >= fraction * peak)
    return int(above[0]), int(above[-1])


def guarded(
    speed: NDArray[np.float64],
    rate_hz: float,
    rest_speed: NDArray[np.float64],
    fraction: float = ONSET_FRACTION,
) -> tuple[int, int]:
    """Return onset and end by the product's rule.

    The threshold is the larger of `fraction` of the peak and mean + 3 SD of the speed at rest; the
    movement reaches from the first to the last stretch of at least 50 ms above it.

    Args:
        speed: shape (N,), from the go signal on.
        rest_speed: speed at rest, shape (M,); may be empty.

    Raises:
        SignalError: nothing moves for long enough, the hand was not still enough to tell, or a speed is
            not a number.
    """
    _require_fraction(fraction)
    require_rate(rate_hz)
    require_numbers(speed)
    require_numbers(rest_speed)
    peak = float(speed.max(initial=0.0))
    threshold = fraction * peak
    if len(rest_speed) >= 2:
        threshold = max(threshold, float(rest_speed.mean() + REST_DEVIATIONS * rest_speed.std(ddof=1)))
    if peak <= 0 or threshold >= peak:
        raise SignalError("no movement stands out from rest")
    needed = max(1, round(SUSTAIN_S * rate_hz))
    edges = np.diff(np.concatenate(([0], (speed >= threshold).astype(np.int8), [0])))
    begins, finishes = np.flatnonzero(edges == 1), np.flatnonzero(edges == -1)
    long_enough = finishes - begins >= needed
    if not long_enough.any():
        raise SignalError(f"no movement lasts for {SUSTAIN_S * 1000:.0f} ms")
    return int(begins[long_enough][0]), int(finishes[long_enough][-1]) - 1


def _require_fraction(fraction: float) -> None:
    if not 0 < fraction < 1:
        raise SignalError("the onset fraction must lie between 0 and 1, such as 0.05")
