"""Tremor: how much the hand shakes between 3 and 12 Hz, and at which frequency.

The spectrum is that of *velocity*, and lengths come from it by dividing by (2 pi f)^2. A spectrum of position
leans so steeply towards slow drift that its leakage hides a tremor; one of acceleration multiplies the
sensor's noise by f^4. The slow part (the reach itself) is taken away first, as a polynomial fitted to the
position: one of degree five holds a minimum-jerk reach exactly, and one with fewer than two coefficients a
cycle cannot follow the tremor. Sub-movements faster than the polynomial are counted as tremor.

Sources: bands by Deuschl, Bain & Brin 1998, Mov Disord 13 S3:2 (not verified); the procedure is Movere's own.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from shared.movement.sampling import SignalError, require_numbers, require_rate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

BAND_HZ = (3.0, 12.0)
SHORTEST_S = 0.5
REACH_DEGREE, REST_DEGREE = 5, 2
_SLOW_HZ = 1.5
"""The polynomial gets two coefficients a cycle up to here: half the band's lower edge."""
_MOST_DEGREES = 24
_SPECTRUM_STEP_HZ = 0.1
_WINDOW_S = 2.0


@dataclass(frozen=True, slots=True)
class Tremor:
    """`rms_mm`: root mean square displacement in the band, both axes together (a 1 mm sine on one axis gives
    0.707). `power_mm2_s2`: the variance of velocity in the band. `peak_hz`: where the velocity's spectrum is
    greatest in the band. `peak_share`: the share of the band's power within 1.5 Hz of that peak."""

    rms_mm: float
    power_mm2_s2: float
    peak_hz: float
    peak_share: float
    duration_s: float


def tremor(
    spans_mm: Sequence[NDArray[np.float64]],
    rate_hz: float,
    *,
    least_degree: int = REST_DEGREE,
    band_hz: tuple[float, float] = BAND_HZ,
) -> Tremor:
    """Measure the tremor over spans of the hand's position, weighted by their length.

    Each span's slow part is removed, its velocity's density estimated with Hann windows of at most 2 s (half
    overlapped), and the central difference's gain undone.

    Args:
        spans_mm: positions of shape (N, d), millimetres, even samples, unfiltered; each at least 0.5 s long.
            A span shorter than 1 s blurs its peak by more than 1 Hz to either side.
        least_degree: of the slow part's polynomial; `REACH_DEGREE` for a movement, `REST_DEGREE` at rest.
        band_hz: lower and upper edge.

    Raises:
        SignalError: no span, one that is too short, a rate not above twice the band's upper edge, a value
            that is not a number, or a hand that does not move at all.
    """
    require_rate(rate_hz)
    low, high = band_hz
    if not 0 < low < high:
        raise SignalError("the band needs a lower edge above zero and an upper edge above it")
    if rate_hz <= 2 * high:
        raise SignalError(
            f"tremor up to {high:g} Hz needs more than {2 * high:g} samples a second, and these have "
            f"{rate_hz:g}"
        )
    if not spans_mm:
        raise SignalError("there are no spans to find tremor in")
    size = 1 << math.ceil(math.log2(max(rate_hz / _SPECTRUM_STEP_HZ, _WINDOW_S * rate_hz)))
    frequency = np.arange(size // 2 + 1) * (rate_hz / size)
    density = np.zeros(len(frequency))
    seconds = 0.0
    for span in spans_mm:
        length_s = len(span) / rate_hz
        density += length_s * _velocity_density(span, rate_hz, size, least_degree)
        seconds += length_s
    inside = (frequency >= low) & (frequency <= high)
    frequency, density = frequency[inside], density[inside] / seconds
    turning = 2.0 * np.pi * frequency
    step = rate_hz / size
    # The central difference multiplies a sine by sin(w dt)/(w dt).
    density = density * ((turning / rate_hz) / np.sin(turning / rate_hz)) ** 2
    power = float(np.sum(density)) * step
    if power <= 0:
        raise SignalError("the hand does not move in these samples")
    peak_hz = float(frequency[int(np.argmax(density))])
    near = np.abs(frequency - peak_hz) <= 1.5
    return Tremor(
        rms_mm=math.sqrt(float(np.sum(density / turning**2)) * step),
        power_mm2_s2=power,
        peak_hz=peak_hz,
        peak_share=float(np.sum(density[near])) * step / power,
        duration_s=seconds,
    )


def without_slow_part(
    position: NDArray[np.float64], rate_hz: float, *, least_degree: int = REACH_DEGREE
) -> NDArray[np.float64]:
    """Return what a polynomial in time does not explain of a position, shape (N, d), any unit.

    Its degree is three a second (two coefficients a cycle up to 1.5 Hz), at least `least_degree`, at most 24.

    Raises:
        SignalError: fewer than 0.5 s, too few samples for the degree, or a value that is not a number.
    """
    require_rate(rate_hz)
    require_numbers(position)
    count = len(position)
    if count < SHORTEST_S * rate_hz:
        raise SignalError(f"tremor needs {SHORTEST_S:g} s of samples, and these last {count / rate_hz:.2g} s")
    degree = min(_MOST_DEGREES, max(least_degree, math.floor(2 * _SLOW_HZ * count / rate_hz)))
    if count <= 2 * degree:
        raise SignalError("there are too few samples to take the slow movement away")
    basis = np.polynomial.legendre.legvander(np.linspace(-1.0, 1.0, count), degree)
    orthonormal, _ = np.linalg.qr(basis)
    return np.asarray(position - orthonormal @ (orthonormal.T @ position), dtype=np.float64)


def _velocity_density(
    span_mm: NDArray[np.float64], rate_hz: float, size: int, least_degree: int
) -> NDArray[np.float64]:
    """One-sided density of velocity in (mm/s)^2/Hz, summed over the axes, on `size` // 2 + 1 frequencies."""
    left = without_slow_part(span_mm, rate_hz, least_degree=least_degree)
    velocity = (left[2:] - left[:-2]) * (rate_hz / 2.0)
    window = min(len(velocity), round(_WINDOW_S * rate_hz))
    # Without the two zeros of a symmetric window's ends: each sample counts.
    taper = np.sin(np.pi * (np.arange(window) + 0.5) / window) ** 2
    starts = range(0, len(velocity) - window + 1, max(1, window // 2))
    pieces = np.stack([velocity[at : at + window] for at in starts]) * taper[:, np.newaxis]
    squared = np.abs(np.fft.rfft(pieces, size, axis=1)) ** 2
    return np.asarray(2.0 * squared.sum(axis=2).mean(axis=0) / (rate_hz * np.sum(taper**2)), dtype=np.float64)
