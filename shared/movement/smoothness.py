"""Smoothness: spectral arc length, and the logarithm of the dimensionless jerk in two forms.

Sources: Balasubramanian, Melendez-Calderon, Roby-Brami & Burdet 2015, J NeuroEng Rehabil 12:112 (SPARC and
LDLJ); Mohamed Refai et al. 2021, J NeuroEng Rehabil 18:154 (which measures are valid).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from shared.movement.sampling import SignalError, require_numbers, require_rate, speed_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

SPARC_CUTOFF_HZ = 10.0
SPARC_THRESHOLD = 0.05
SPARC_PADDING = 4
"""Part of the definition: with less zero padding the arc is measured on too coarse a spectrum."""


def sparc(
    speed: NDArray[np.float64],
    rate_hz: float,
    *,
    cutoff_hz: float = SPARC_CUTOFF_HZ,
    threshold: float = SPARC_THRESHOLD,
    padding: int = SPARC_PADDING,
) -> float:
    """Return the spectral arc length of one discrete movement; more negative is less smooth.

    The magnitude spectrum is divided by its greatest value, kept up to `cutoff_hz`, and there from the
    first to the *last* bin of at least `threshold` (dips in between stay).

    Args:
        speed: non-negative speed, shape (N,), any unit: the result has none.

    Raises:
        SignalError: the rate is not above twice the cutoff (mirrored bins would enter), fewer than four
            samples, a negative speed, a value that is not a number, or no movement.
    """
    require_rate(rate_hz)
    require_numbers(speed)
    if rate_hz <= 2 * cutoff_hz:
        raise SignalError(
            f"SPARC needs more than {2 * cutoff_hz:g} samples a second, and these have {rate_hz:g}"
        )
    if padding < 0 or not 0 < threshold < 1 or not cutoff_hz > 0:
        raise SignalError(
            "SPARC needs a padding of 0 or more, a threshold between 0 and 1 and a cutoff above zero"
        )
    if len(speed) < 4:
        raise SignalError("SPARC needs at least four samples")
    if float(speed.min()) < 0:
        raise SignalError("SPARC takes speed, which is never negative")
    size = 1 << (int(np.ceil(np.log2(len(speed)))) + padding)
    step_hz = rate_hz / size
    # A speed has its greatest bin at 0 Hz, so that no bin beyond the cutoff is ever needed.
    magnitude = np.abs(np.fft.rfft(speed, size)[: math.floor(cutoff_hz / step_hz * (1 + 1e-12)) + 1])
    greatest = float(magnitude.max())
    if greatest <= 0:
        raise SignalError("there is no movement in these samples")
    frequency, magnitude = np.arange(len(magnitude)) * step_hz, magnitude / greatest
    loud = np.flatnonzero(magnitude >= threshold)
    first, last = int(loud[0]), int(loud[-1])
    if first == last:
        raise SignalError("the movement is too slow for its record: its spectrum has a single bin")
    frequency, magnitude = frequency[first : last + 1], magnitude[first : last + 1]
    step = np.diff(frequency) / (frequency[-1] - frequency[0])
    return -float(np.sum(np.sqrt(step**2 + np.diff(magnitude) ** 2)))


def ldlj_speed(speed: NDArray[np.float64], rate_hz: float) -> float:
    """Return the log dimensionless jerk of a speed profile, shape (N,); raises as `ldlj_vector`.

    Not the same number as `ldlj_vector` when the path is curved: it does not see a turn at even speed.
    """
    return _ldlj(speed[:, np.newaxis], rate_hz)


def ldlj_vector(velocity: NDArray[np.float64], rate_hz: float) -> float:
    """Return the log dimensionless jerk of a velocity of shape (N, d); more negative is less smooth.

    -ln( T^3 / v_peak^2 * sum |d2v/dt2|^2 dt ), T = N dt, v_peak the greatest speed given. The power of T is
    3 because the peak *velocity* normalises (5 belongs to the amplitude form). Nothing is filtered here,
    and rest before or after the movement counts in T: compare only equal segmentation, filter and rate.

    Raises:
        SignalError: fewer than three samples, a value that is not a number, no movement, or no jerk at all.
    """
    return _ldlj(velocity, rate_hz)


def _ldlj(velocity: NDArray[np.float64], rate_hz: float) -> float:
    require_rate(rate_hz)
    require_numbers(velocity)
    if len(velocity) < 3:
        raise SignalError("jerk needs at least three samples")
    step_s = 1.0 / rate_hz
    peak = float(speed_of(velocity).max())
    if peak <= 0:
        raise SignalError("there is no movement in these samples")
    # Divided by the peak before squaring, so that no unit is too small or too large for it.
    jerk = np.diff(velocity / peak, 2, axis=0) / step_s**2
    squared = float(np.sum(jerk * jerk)) * step_s
    if squared <= 0:
        raise SignalError("there is no jerk in these samples: an even speed has no smoothness to measure")
    duration_s = len(velocity) * step_s
    return -float(np.log(duration_s**3 * squared))
