"""Sway of the centre of pressure, held to Santos & Duarte's own results (2016, PeerJ 4:e2648).

`sway` gives what those authors publish; `prieto_sway` the measures by the names of Prieto et al. 1996 (IEEE
Trans Biomed Eng 43:956; formulas not verified against the paper). Names of the centre of pressure are for
force plates only; a camera yields trunk sway (`shared.movement.trunk`), which is relative.

Lengths are in the unit of the input (cm at the command line); fore-aft is `ap`, sideways `ml`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from shared.movement.sampling import SignalError, lowpass, require_numbers, require_rate

if TYPE_CHECKING:
    from numpy.typing import NDArray

PRIETO_CUTOFF_HZ = 5.0
FEWEST_SAMPLES = 8
_NORMAL_95 = 1.645
"""95 % of a normal variable lies below its mean + 1.645 SD."""


@dataclass(frozen=True, slots=True)
class Sway:
    """Lengths in the unit of the input; `area` in its square."""

    area: float
    mean_velocity: float
    mean_frequency_hz: float
    path: float
    rms_ap: float
    rms_ml: float


@dataclass(frozen=True, slots=True)
class PrietoSway:
    """Prieto's names. Lengths in the unit of the input, areas in its square, speeds and `area_sw` a second.

    mdist: mean distance from the mean place. rdist: its root mean square. totex: length of the path.
    mvelo: totex / T. area_ce: 95 % ellipse (F form, see `prediction_ellipse_area`). area_cc: 95 % circle,
    pi (mdist + 1.645 s_RD)^2. area_sw: area swept from the mean place, a second. mfreq_hz: the frequency of a
    circle of radius mdist walked at mvelo; not the mean power frequency of `sway`.
    """

    mdist: float
    rdist: float
    totex: float
    mvelo: float
    area_ce: float
    area_cc: float
    area_sw: float
    mfreq_hz: float


def sway(ap: NDArray[np.float64], ml: NDArray[np.float64], rate_hz: float) -> Sway:
    """Measure a standing trial, raw: only the mean is removed, nothing is filtered or left out.

    The time of N samples is N/rate, as in the authors' table, not (N-1)/rate. Path length and velocity rise
    with rate and noise: never compare them across devices.

    Args:
        ap, ml: fore-aft and sideways position, shape (N,), even samples.

    Raises:
        SignalError: fewer than eight samples, a value that is not a number, or no sway at all.
    """
    path = _path(ap, ml, rate_hz)
    return Sway(
        area=prediction_ellipse_area(ap, ml),
        mean_velocity=path / (len(ap) / rate_hz),
        mean_frequency_hz=mean_frequency_hz(ap, ml, rate_hz),
        path=path,
        rms_ap=float(np.std(ap)),
        rms_ml=float(np.std(ml)),
    )


def prieto_sway(ap: NDArray[np.float64], ml: NDArray[np.float64], rate_hz: float) -> PrietoSway:
    """Measure a standing trial by Prieto's names; T is N/rate, as in `sway`.

    Nothing is filtered here: Prieto low-passed at 5 Hz first (`prieto_filter`; not verified).

    Args:
        ap, ml: fore-aft and sideways position, shape (N,), even samples.

    Raises:
        SignalError: as `sway`.
    """
    path = _path(ap, ml, rate_hz)
    duration_s = len(ap) / rate_hz
    from_mean_ap, from_mean_ml = ap - np.mean(ap), ml - np.mean(ml)
    distance = np.hypot(from_mean_ap, from_mean_ml)
    mean, root = float(np.mean(distance)), math.sqrt(float(np.mean(distance**2)))
    swept = np.abs(from_mean_ap[1:] * from_mean_ml[:-1] - from_mean_ap[:-1] * from_mean_ml[1:])
    return PrietoSway(
        mdist=mean,
        rdist=root,
        totex=path,
        mvelo=path / duration_s,
        area_ce=prediction_ellipse_area(ap, ml),
        area_cc=math.pi * (mean + _NORMAL_95 * math.sqrt(max(root**2 - mean**2, 0.0))) ** 2,
        area_sw=float(np.sum(swept)) / (2.0 * duration_s),
        mfreq_hz=path / duration_s / (2.0 * math.pi * mean),
    )


def prieto_filter(
    ap: NDArray[np.float64], ml: NDArray[np.float64], rate_hz: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Low-pass both axes at 5 Hz: a second-order Butterworth run both ways (Prieto 1996; not verified).

    Raises:
        SignalError: a rate of 10 Hz or less, too few samples, or a value that is not a number.
    """
    kept = lowpass(np.column_stack([ap, ml]), rate_hz, PRIETO_CUTOFF_HZ)
    return kept[:, 0], kept[:, 1]


def prediction_ellipse_area(ap: NDArray[np.float64], ml: NDArray[np.float64], share: float = 0.95) -> float:
    """Return the area of the ellipse that holds one new sample with probability `share`.

    F form: pi sqrt(det S) 2 (n-1)(n+1) / (n (n-2)) F(2, n-2), S with divisor n-1 (Chew 1966; Schubert &
    Kirchner 2014). The confidence ellipse of the *mean* is about n times smaller and is not meant.

    Raises:
        SignalError: fewer than eight samples, a value that is not a number, or a share outside (0, 1).
    """
    # scipy.stats costs a quarter of a second to import.
    from scipy.stats import f as f_distribution

    _require_record(ap, ml)
    if not 0 < share < 1:
        raise SignalError("the share of an ellipse must lie between 0 and 1, such as 0.95")
    count = len(ap)
    quantile = float(f_distribution.ppf(share, 2, count - 2))
    scale = 2 * (count - 1) * (count + 1) / (count * (count - 2)) * quantile
    return math.pi * _root_determinant(ap, ml) * scale


def prieto_ellipse_area(ap: NDArray[np.float64], ml: NDArray[np.float64]) -> float:
    """Return Prieto's own 95 % ellipse, 2 pi F.05[2, n-2] sqrt(det S); not verified against the paper.

    Within 0.1 % of the prediction ellipse above 1000 samples, a tenth below it at 20.

    Raises:
        SignalError: as `prediction_ellipse_area`.
    """
    from scipy.stats import f as f_distribution

    _require_record(ap, ml)
    return 2.0 * math.pi * float(f_distribution.ppf(0.95, 2, len(ap) - 2)) * _root_determinant(ap, ml)


def mean_frequency_hz(ap: NDArray[np.float64], ml: NDArray[np.float64], rate_hz: float) -> float:
    """Return the mean power frequency of both axes, weighted by each axis' sum of density bins.

    As the authors of the data set: Welch, Hann windows of half the record, half overlapped, mean removed.

    Raises:
        SignalError: as `sway`.
    """
    require_rate(rate_hz)
    _require_record(ap, ml)
    means, weights = zip(*(_axis_frequency(axis, rate_hz) for axis in (ap, ml)), strict=True)
    total = sum(weights)
    if total <= 0:
        raise SignalError("the centre of pressure does not move in these samples")
    return float(np.dot(means, weights) / total)


def _axis_frequency(axis: NDArray[np.float64], rate_hz: float) -> tuple[float, float]:
    from scipy.signal import welch

    window = len(axis) // 2
    frequency, density = welch(
        axis, rate_hz, window="hann", nperseg=window, noverlap=window // 2, detrend="constant"
    )
    power = float(np.trapezoid(density, frequency))
    mean = float(np.trapezoid(frequency * density, frequency)) / power if power > 0 else 0.0
    return mean, float(np.sum(density))


def _root_determinant(ap: NDArray[np.float64], ml: NDArray[np.float64]) -> float:
    covariance = np.cov(ap, ml)
    # Written out: a library's LU of a flat record gives a determinant a hair below zero.
    determinant = float(covariance[0, 0] * covariance[1, 1] - covariance[0, 1] * covariance[1, 0])
    return math.sqrt(max(determinant, 0.0))


def _path(ap: NDArray[np.float64], ml: NDArray[np.float64], rate_hz: float) -> float:
    require_rate(rate_hz)
    _require_record(ap, ml)
    path = float(np.sum(np.hypot(np.diff(ap), np.diff(ml))))
    if path <= 0:
        raise SignalError("the centre of pressure does not move in these samples")
    return path


def _require_record(ap: NDArray[np.float64], ml: NDArray[np.float64]) -> None:
    require_numbers(ap, ml)
    if len(ap) < FEWEST_SAMPLES:
        raise SignalError(f"sway needs at least eight samples, and there are {len(ap)}")
