"""What the signal path's filters and predictions do to a known hand: measured, for the page and the tests.

The hand is made up, so that its truth is exact: at rest with a tremor, or a minimum-jerk reach of 250 mm in
0.8 s. Lengths in the results are millimetres, times milliseconds.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from shared.movement.one_euro import PRESETS, OneEuro
from shared.movement.prediction import Predictor

if TYPE_CHECKING:
    from numpy.typing import NDArray

TICK_HZ = 120.0
TREMORS_HZ = (4.0, 5.0, 6.0, 7.0, 8.0)
REACH_M, REACH_S, REACH_AT_S = 0.25, 0.8, 0.5
_SENSOR_M = 0.0003
_REACHES = 20


def reach_m(time_s: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return a minimum-jerk reach's place at each time, m."""
    share = np.clip((time_s - REACH_AT_S) / REACH_S, 0.0, 1.0)
    found: NDArray[np.float64] = REACH_M * share**3 * (10.0 - 15.0 * share + 6.0 * share**2)
    return found


def filtered(preset: str, values_m: NDArray[np.float64], rate_hz: float = TICK_HZ) -> NDArray[np.float64]:
    """Return one axis after a One-Euro preset; "off" gives it back as it was."""
    if PRESETS[preset] is None:
        return values_m.copy()
    one = OneEuro(preset, rate_hz)
    return np.array([one.step(float(each)) for each in values_m])


def jitter_mm(preset: str, tremor_hz: float, size_mm: float = 2.0, seed: int = 1) -> float:
    """Return what is left of a resting hand's shake, mm RMS: a tremor of this amplitude and sensor noise of
    0.3 mm, over 18 s after 2 s to settle."""
    time_s = np.arange(0.0, 20.0, 1.0 / TICK_HZ)
    noise = _SENSOR_M * np.random.default_rng(seed).standard_normal(len(time_s))
    out = filtered(preset, size_mm / 1e3 * np.sin(2.0 * math.pi * tremor_hz * time_s) + noise)
    return float(np.std(out[time_s >= 2.0]) * 1e3)


def lag_ms(preset: str) -> float:
    """Return how far a preset trails a reach, ms: the shift at which the cross-correlation of the two
    velocities is greatest, between ticks by a parabola."""
    time_s = np.arange(0.0, 2.5, 1.0 / TICK_HZ)
    true = reach_m(time_s)
    a, b = np.diff(true), np.diff(filtered(preset, true))
    match = np.correlate(b, a, mode="full")
    at = int(np.argmax(match))
    before, top, after = match[at - 1 : at + 2]
    return float((at - (len(a) - 1) + 0.5 * (before - after) / (before - 2 * top + after)) / TICK_HZ * 1e3)


@dataclass(frozen=True, slots=True)
class Shown:
    """What a prediction shows against where the hand is: RMS error from the reach's first movement to its
    end, RMS error of the whole (rest before and after it too), and the farthest past the reach's end."""

    moving_mm: float
    whole_mm: float
    overshoot_mm: float


def shown(preset: str, delay_ms: float, *, tremor_mm: float = 0.0, noise_mm: float = 1.0) -> Shown:
    """Measure a prediction on 20 reaches: samples at 30 Hz whose stamps jitter by 10 %, each arriving
    `delay_ms` after its stamp; asked at every tick. A tremor (4-8 Hz, its frequency and phase differ by
    reach) is no part of the reach that is to be shown."""
    rows = [
        _one_reach(preset, delay_ms / 1e3, tremor_mm / 1e3, noise_mm / 1e3, each) for each in range(_REACHES)
    ]
    moving, whole, over = np.array(rows).T
    return Shown(
        moving_mm=float(np.sqrt(np.mean(moving**2)) * 1e3),
        whole_mm=float(np.sqrt(np.mean(whole**2)) * 1e3),
        overshoot_mm=float(over.max() * 1e3),
    )


def _one_reach(
    preset: str, delay_s: float, tremor_m: float, noise_m: float, seed: int
) -> tuple[float, float, float]:
    chance = np.random.default_rng(seed)
    stamps = np.arange(0.0, 2.5, 1.0 / 30.0)
    stamps = stamps + chance.uniform(-0.1, 0.1, len(stamps)) / 30.0
    hz, phase = chance.uniform(4.0, 8.0), chance.uniform(0.0, 2.0 * math.pi)
    values = reach_m(stamps) + tremor_m * np.sin(2.0 * math.pi * hz * stamps + phase)
    values = values + noise_m * chance.standard_normal(len(stamps))
    one, at, seen = Predictor(preset), 0, []
    ticks = np.arange(0.3, 2.2, 1.0 / TICK_HZ)
    for now in ticks:
        while at < len(stamps) and stamps[at] + delay_s <= now:
            one.observe(float(stamps[at]), float(values[at]))
            at += 1
        seen.append(one.at(float(now)))
    error = np.array(seen) - reach_m(ticks)
    moving = (ticks >= REACH_AT_S) & (ticks <= REACH_AT_S + REACH_S)
    return (
        float(np.sqrt(np.mean(error[moving] ** 2))),
        float(np.sqrt(np.mean(error**2))),
        float(max(seen) - REACH_M),
    )
