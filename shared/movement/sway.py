"""Sway of the centre of pressure, held to Santos & Duarte's own results (2016, PeerJ 4:e2648).

Names of the centre of pressure are for force plates only; a camera yields trunk sway, which is relative.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.signal import welch
from scipy.stats import f as f_distribution

from shared.movement.sampling import SignalError

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Sway:
    """Lengths in the unit of the input; `area` in its square."""

    area: float
    mean_velocity: float
    mean_frequency_hz: float
    path: float
    rms_ap: float
    rms_ml: float


def sway(ap: NDArray[np.float64], ml: NDArray[np.float64], rate_hz: float) -> Sway:
    """Measure a standing trial, raw: only the mean is removed, nothing is filtered or left out.

    Path length and velocity rise with rate and noise: never compare them across devices.

    Args:
        ap, ml: fore-aft and sideways position, shape (N,), even samples.

    Raises:
        SignalError: fewer than eight samples, or no sway at all.
    """
    count = len(ap)
    if count < 8:
        raise SignalError(f"sway needs at least eight samples, and there are {count}")
    path = float(np.sum(np.hypot(np.diff(ap), np.diff(ml))))
    if path <= 0:
        raise SignalError("the centre of pressure does not move in these samples")
    return Sway(
        area=prediction_ellipse_area(ap, ml),
        mean_velocity=path / (count / rate_hz),
        mean_frequency_hz=mean_frequency_hz(ap, ml, rate_hz),
        path=path,
        rms_ap=float(np.std(ap)),
        rms_ml=float(np.std(ml)),
    )


def prediction_ellipse_area(ap: NDArray[np.float64], ml: NDArray[np.float64], share: float = 0.95) -> float:
    """Return the area of the ellipse that holds one new sample with probability `share`.

    F form: pi sqrt(det S) 2 (n-1)(n+1) / (n (n-2)) F(2, n-2), S with divisor n-1 (Chew 1966; Schubert &
    Kirchner 2014). The confidence ellipse of the *mean* is about n times smaller and is not meant.
    """
    count = len(ap)
    determinant = float(np.linalg.det(np.cov(ap, ml)))
    quantile = float(f_distribution.ppf(share, 2, count - 2))
    scale = 2 * (count - 1) * (count + 1) / (count * (count - 2)) * quantile
    return math.pi * math.sqrt(max(determinant, 0.0)) * scale


def mean_frequency_hz(ap: NDArray[np.float64], ml: NDArray[np.float64], rate_hz: float) -> float:
    """Return the mean power frequency of both axes, weighted by each axis' sum of density bins.

    As the authors of the data set: Welch, Hann windows of half the record, half overlapped, mean removed.
    """
    means, weights = zip(*(_axis_frequency(axis, rate_hz) for axis in (ap, ml)), strict=True)
    total = sum(weights)
    if total <= 0:
        raise SignalError("the centre of pressure does not move in these samples")
    return float(np.dot(means, weights) / total)


def _axis_frequency(axis: NDArray[np.float64], rate_hz: float) -> tuple[float, float]:
    window = len(axis) // 2
    frequency, density = welch(
        axis, rate_hz, window="hann", nperseg=window, noverlap=window // 2, detrend="constant"
    )
    power = float(np.trapezoid(density, frequency))
    mean = float(np.trapezoid(frequency * density, frequency)) / power if power > 0 else 0.0
    return mean, float(np.sum(density))
