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
from functools import lru_cache
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


@dataclass(frozen=True, slots=True)
class VelocitySpectrum:
    """One span's density of velocity in the band, (mm/s)^2/Hz, both axes together, shape (K,) each."""

    frequency_hz: NDArray[np.float64]
    density: NDArray[np.float64]
    duration_s: float


def tremor(
    spans_mm: Sequence[NDArray[np.float64]],
    rate_hz: float,
    *,
    least_degree: int = REST_DEGREE,
    band_hz: tuple[float, float] = BAND_HZ,
) -> Tremor:
    """Measure the tremor over spans of the hand's position; arguments and errors as `velocity_spectra`.

    Raises:
        SignalError: also without any span, or when the hand does not move at all.
    """
    return tremor_of(velocity_spectra(spans_mm, rate_hz, least_degree=least_degree, band_hz=band_hz))


def velocity_spectra(
    spans_mm: Sequence[NDArray[np.float64]],
    rate_hz: float,
    *,
    least_degree: int = REST_DEGREE,
    band_hz: tuple[float, float] = BAND_HZ,
) -> list[VelocitySpectrum]:
    """Return the spectrum of each span's velocity without its slow part.

    Hann windows of at most 2 s, half overlapped; the central difference's gain is undone. Spans of one length
    are computed together.

    Args:
        spans_mm: positions of shape (N, d), millimetres, even samples, unfiltered, at least 0.5 s long each.
            A span shorter than 1 s blurs its peak by more than 1 Hz to either side.
        least_degree: of the slow part's polynomial; `REACH_DEGREE` for a movement, `REST_DEGREE` at rest.
        band_hz: lower and upper edge.

    Raises:
        SignalError: a span that is too short, a rate not above twice the band's upper edge, or a value that
            is not a number.
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
    size = 1 << math.ceil(math.log2(max(rate_hz / _SPECTRUM_STEP_HZ, _WINDOW_S * rate_hz)))
    first, last = math.ceil(low * size / rate_hz), math.floor(high * size / rate_hz)
    frequency = np.asarray(np.arange(first, last + 1) * (rate_hz / size), dtype=np.float64)
    # The central difference multiplies a sine by sin(w dt)/(w dt).
    turned = 2.0 * np.pi * frequency / rate_hz
    gain = (turned / np.sin(turned)) ** 2
    alike: dict[tuple[int, ...], list[int]] = {}
    for place, span in enumerate(spans_mm):
        if span.ndim != 2:
            raise SignalError("tremor needs positions of shape (samples, axes)")
        alike.setdefault(span.shape, []).append(place)
    found: dict[int, VelocitySpectrum] = {}
    for (count, *_), places in alike.items():
        left = without_slow_part(
            np.stack([spans_mm[place] for place in places]), rate_hz, least_degree=least_degree
        )
        velocity = (left[:, 2:] - left[:, :-2]) * (rate_hz / 2.0)
        window = min(count - 2, round(_WINDOW_S * rate_hz))
        # Sampled between the ends, so that no sample gets a weight of zero.
        taper = np.sin(np.pi * (np.arange(window) + 0.5) / window) ** 2
        starts = range(0, count - 2 - window + 1, max(1, window // 2))
        pieces = np.stack([velocity[:, at : at + window] for at in starts], axis=1) * taper[:, np.newaxis]
        squared = np.abs(np.fft.rfft(pieces, size, axis=2)[:, :, first : last + 1]) ** 2
        density = squared.sum(axis=3).mean(axis=1) * (gain * 2.0 / (rate_hz * float(np.sum(taper**2))))
        for place, each in zip(places, density, strict=True):
            found[place] = VelocitySpectrum(frequency, each, count / rate_hz)
    return [found[place] for place in range(len(spans_mm))]


def rms_mm_of_each(spectra: Sequence[VelocitySpectrum]) -> NDArray[np.float64]:
    """Return each span's own root mean square displacement, shape (len(spectra),); 0 for a still hand."""
    if not spectra:
        return np.zeros(0)
    frequency = spectra[0].frequency_hz
    weights = float(frequency[1] - frequency[0]) / (2.0 * np.pi * frequency) ** 2
    return np.asarray(np.sqrt(np.stack([each.density for each in spectra]) @ weights), dtype=np.float64)


def tremor_of(spectra: Sequence[VelocitySpectrum]) -> Tremor:
    """Measure the tremor of spans together, each weighted by its length; all of one rate and band.

    Raises:
        SignalError: no spectra, or a hand that does not move at all.
    """
    if not spectra:
        raise SignalError("there are no spans to find tremor in")
    frequency = spectra[0].frequency_hz
    seconds = sum(each.duration_s for each in spectra)
    density = np.sum([each.duration_s * each.density for each in spectra], axis=0) / seconds
    step = float(frequency[1] - frequency[0])
    power = float(np.sum(density)) * step
    if power <= 0:
        raise SignalError("the hand does not move in these samples")
    peak_hz = float(frequency[int(np.argmax(density))])
    near = np.abs(frequency - peak_hz) <= 1.5
    return Tremor(
        rms_mm=math.sqrt(float(np.sum(density / (2.0 * np.pi * frequency) ** 2)) * step),
        power_mm2_s2=power,
        peak_hz=peak_hz,
        peak_share=float(np.sum(density[near])) * step / power,
        duration_s=seconds,
    )


def without_slow_part(
    position: NDArray[np.float64], rate_hz: float, *, least_degree: int = REACH_DEGREE
) -> NDArray[np.float64]:
    """Return what a polynomial in time does not explain of a position, shape (..., N, d), any unit.

    Its degree is three a second (two coefficients a cycle up to 1.5 Hz), at least `least_degree`, at most 24.

    Raises:
        SignalError: fewer than 0.5 s, too few samples for the degree, or a value that is not a number.
    """
    require_rate(rate_hz)
    require_numbers(position)
    count = position.shape[-2]
    if count < SHORTEST_S * rate_hz:
        raise SignalError(f"tremor needs {SHORTEST_S:g} s of samples, and these last {count / rate_hz:.2g} s")
    degree = min(_MOST_DEGREES, max(least_degree, math.floor(2 * _SLOW_HZ * count / rate_hz)))
    if count <= 2 * degree:
        raise SignalError("there are too few samples to take the slow movement away")
    basis = _polynomials(count, degree)
    return np.asarray(position - basis @ (basis.T @ position), dtype=np.float64)


@lru_cache(maxsize=256)
def _polynomials(count: int, degree: int) -> NDArray[np.float64]:
    """Orthonormal polynomials on `count` even samples, shape (count, degree + 1)."""
    basis = np.polynomial.legendre.legvander(np.linspace(-1.0, 1.0, count), degree)
    return np.asarray(np.linalg.qr(basis)[0], dtype=np.float64)
