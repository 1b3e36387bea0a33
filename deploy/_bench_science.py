"""What the science is measured against: the authors' published algorithms, plainly, a reach at a time.

SPARC and LDLJ follow Balasubramanian et al. 2015, J NeuroEng Rehabil 12:112, and their published script; the
two-rate model follows Smith, Ghazizadeh & Shadmehr 2006, PLoS Biol 4:e179. The product uses nothing of it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from shared.wire.streams import stream_columns
from shared.wire.trials import trials_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from shared.wire.session import Recording

RATE_HZ, CUTOFF_HZ, ONSET = 100.0, 8.0, 0.05
TRIALS = 200
TRUTH = {"af": 0.65, "as": 0.995, "bf": 0.25, "bs": 0.05}
STARTS = ((0.5, 0.9, 0.1, 0.05), (0.7, 0.99, 0.3, 0.02), (0.3, 0.95, 0.2, 0.1), (0.9, 0.999, 0.4, 0.01))
"""Of af, as, bf and bs."""


@dataclass(frozen=True)
class Reach:
    """What the plain loop finds of one reach."""

    movement_time_s: float
    peak_speed_m_s: float
    peaks: int
    sparc: float
    ldlj: float


def plain_sparc(speed: NDArray[np.float64], rate_hz: float) -> float:
    """Return the spectral arc length: padding level 4, up to 10 Hz, amplitudes of at least 5 %."""
    size = int(2 ** (math.ceil(math.log2(len(speed))) + 4))
    frequency = np.arange(0, rate_hz, rate_hz / size)
    magnitude = np.abs(np.fft.fft(speed, size))
    magnitude = magnitude / magnitude.max()
    low = frequency <= 10.0
    frequency, magnitude = frequency[low], magnitude[low]
    kept = np.nonzero(magnitude >= 0.05)[0]
    frequency = frequency[kept[0] : kept[-1] + 1]
    magnitude = magnitude[kept[0] : kept[-1] + 1]
    along = np.diff(frequency) / (frequency[-1] - frequency[0])
    return float(-np.sum(np.sqrt(along**2 + np.diff(magnitude) ** 2)))


def plain_ldlj(speed: NDArray[np.float64], rate_hz: float) -> float:
    """Return the log dimensionless jerk of a speed profile, T^3 over the peak squared."""
    step_s = 1.0 / rate_hz
    jerk = np.diff(speed, 2) / step_s**2
    whole_s = len(speed) * step_s
    return float(-math.log(whole_s**3 / speed.max() ** 2 * np.sum(jerk**2) * step_s))


def plain_reaches(recording: Recording) -> list[Reach]:
    """Return the measures of every finished trial, one after another: filter, find it, measure."""
    from scipy.signal import butter, filtfilt, find_peaks

    ticks = stream_columns(recording, "tick")
    x_m, y_m = ticks["x_um"] * 1e-6, ticks["y_um"] * 1e-6
    seconds = np.arange(len(x_m)) / recording.tick_hz
    found = []
    for view in trials_of(recording.events):
        if view.end is None or view.go_tick is None or view.end.outcome in ("aborted", "timeout"):
            continue
        even = np.arange(view.go_tick / recording.tick_hz, view.end.tick / recording.tick_hz, 1.0 / RATE_HZ)
        raw_x, raw_y = np.interp(even, seconds, x_m), np.interp(even, seconds, y_m)
        b, a = butter(2, CUTOFF_HZ / (RATE_HZ / 2))
        if len(even) <= 3 * max(len(a), len(b)):
            continue
        x, y = filtfilt(b, a, raw_x), filtfilt(b, a, raw_y)
        speed = np.hypot(np.gradient(x) * RATE_HZ, np.gradient(y) * RATE_HZ)
        peak = speed.max()
        moving = [at for at in range(len(speed)) if speed[at] >= ONSET * peak]
        movement = speed[moving[0] : moving[-1] + 1]
        peaks, _ = find_peaks(movement, height=0.1 * peak, prominence=0.1 * peak)
        raw_speed = np.hypot(np.gradient(raw_x) * RATE_HZ, np.gradient(raw_y) * RATE_HZ)
        found.append(
            Reach(
                movement_time_s=(len(movement) - 1) / RATE_HZ,
                peak_speed_m_s=float(peak),
                peaks=len(peaks),
                sparc=plain_sparc(raw_speed, RATE_HZ),
                ldlj=plain_ldlj(movement, RATE_HZ),
            )
        )
    return found


def learner(seed: int = 1) -> dict[str, NDArray[np.float64]]:
    """Return one simulated person's 200 trials: turned by 30 deg, turned back, then an error clamp."""
    perturbation = np.concatenate([np.zeros(10), np.full(130, 30.0), np.full(20, -30.0), np.full(40, np.nan)])
    clean = plain_two_rate(tuple(TRUTH.values()), perturbation)
    output = np.array(clean) + 2.0 * np.random.default_rng(seed).standard_normal(TRIALS)
    return {"perturbation": perturbation, "output": output, "clamp": np.isnan(perturbation).astype(float)}


def plain_two_rate(
    params: tuple[float, ...] | NDArray[np.float64], perturbation: NDArray[np.float64]
) -> list[float]:
    """Return the output of every trial before its update, by the equations in a loop."""
    keep_fast, keep_slow, rate_fast, rate_slow = params
    fast = slow = 0.0
    found = []
    for imposed in perturbation:
        output = fast + slow
        found.append(output)
        error = 0.0 if np.isnan(imposed) else imposed - output
        fast = keep_fast * fast + rate_fast * error
        slow = keep_slow * slow + rate_slow * error
    return found


def least_squares_fit(data: dict[str, NDArray[np.float64]]) -> float:
    """Return the least mean square of four starts of least squares with derivatives by differences."""
    from scipy.optimize import least_squares

    def misfit(params: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.array(plain_two_rate(params, data["perturbation"])) - data["output"]

    return min(2.0 * float(least_squares(misfit, start, bounds=(0.0, 1.0)).cost) / TRIALS for start in STARTS)


def nelder_mead_fit(data: dict[str, NDArray[np.float64]]) -> float:
    """Return the least mean square of four starts of Nelder-Mead within the bounds."""
    from scipy.optimize import minimize

    def misfit(params: NDArray[np.float64]) -> float:
        rest = np.array(plain_two_rate(params, data["perturbation"])) - data["output"]
        return float(np.mean(rest**2))

    options = {"maxiter": 2000, "xatol": 1e-6, "fatol": 1e-9}
    bounds = [(0.0, 1.0)] * 4
    fits: list[Callable[[], float]] = [
        lambda start=start: float(  # type: ignore[misc]
            minimize(misfit, start, method="Nelder-Mead", bounds=bounds, options=options).fun
        )
        for start in STARTS
    ]
    return min(each() for each in fits)
