"""How much the hand shakes between 3 and 12 Hz: while it waits on the start, and within the reach."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.metrics._rows import MIN_TRIALS, Value, gate, median_of, scoped
from shared.metrics._session import RATE_HZ
from shared.metrics.spec import MetricFamily, MetricRow, MetricSpec, Missing
from shared.movement.sampling import SignalError
from shared.movement.tremor import (
    REACH_DEGREE,
    REST_DEGREE,
    SHORTEST_S,
    VelocitySpectrum,
    rms_mm_of_each,
    tremor_of,
    velocity_spectra,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from shared.metrics._session import SessionData, TrialData

LEAST_RMS_MM = 0.1
"""Below a tenth of a millimetre the sensor and its rounding decide where the peak is (design choice)."""
_HOW = (
    " From the spectrum of the unfiltered velocity at 100 Hz, each trial's slow part taken away as a "
    "polynomial, spans of at least 0.5 s."
)
_SOURCE = "Movere's own; band after Deuschl et al. 1998, Mov Disord 13 S3:2 (not verified)"


def _spec(metric: str, name: str, unit: str, definition: str) -> MetricSpec:
    return MetricSpec(
        id=metric,
        version=1,
        name=name,
        unit=unit,
        better="lower" if unit == "mm" else "neither",
        definition=definition + _HOW,
        source=_SOURCE,
        needs=("hand",),
        # Linear resampling of 50 Hz takes a tenth of the amplitude at 8 Hz; below that, much more.
        min_rate_hz=50.0,
        max_jitter_ms=10.0,
    )


HOLD = _spec(
    "tremor_hold_mm",
    "Tremor while holding still",
    "mm",
    "Root mean square displacement between 3 and 12 Hz, both axes together, from 0.3 s before go until the "
    "reach begins; settling on the start counts. Median over the valid practice trials.",
)
HOLD_HZ = _spec(
    "tremor_hold_hz",
    "Frequency of the tremor while holding still",
    "Hz",
    "Peak between 3 and 12 Hz of the mean spectrum over the valid practice trials, from 0.3 s before go "
    "until the reach begins; missing below 0.1 mm.",
)
MOVING = _spec(
    "tremor_reach_mm",
    "Tremor within the reach",
    "mm",
    "Root mean square displacement between 3 and 12 Hz, both axes together, from onset to end; fast "
    "sub-movements count. Median over the valid practice trials.",
)
MOVING_HZ = _spec(
    "tremor_reach_hz",
    "Frequency of the tremor within the reach",
    "Hz",
    "Peak between 3 and 12 Hz of the mean spectrum over the valid practice trials, from onset to end; "
    "missing below 0.1 mm.",
)


Spectra = dict[int, VelocitySpectrum]
"""Of a session's trials, by `id`: those whose span is long enough."""


def compute(session: SessionData) -> list[MetricRow]:
    return [
        *_rows(session, HOLD, HOLD_HZ, lambda trial: trial.hold_m, REST_DEGREE),
        *_rows(session, MOVING, MOVING_HZ, lambda trial: trial.moving_m, REACH_DEGREE),
    ]


def _rows(
    session: SessionData,
    size: MetricSpec,
    frequency: MetricSpec,
    span_of: Callable[[TrialData], NDArray[np.float64] | None],
    degree: int,
) -> list[MetricRow]:
    spans: dict[int, NDArray[np.float64]] = {}
    for trial in session.trials if gate(frequency, session) is None else ():
        span_m = span_of(trial)
        if span_m is not None and len(span_m) >= SHORTEST_S * RATE_HZ:
            spans[id(trial)] = 1000.0 * span_m
    found = velocity_spectra(list(spans.values()), RATE_HZ, least_degree=degree)
    spectra: Spectra = dict(zip(spans, found, strict=True))
    sizes = dict(zip(spectra, rms_mm_of_each(list(spectra.values())).tolist(), strict=True))

    def rms_mm(trial: TrialData) -> float | None:
        return sizes.get(id(trial))

    return [
        *scoped(size, session, lambda trials: _long_enough(trials, spectra) or median_of(trials, rms_mm)),
        *scoped(frequency, session, lambda trials: _peak_hz(trials, spectra)),
    ]


def _long_enough(trials: Sequence[TrialData], spectra: Spectra) -> Missing | None:
    valid = sum(each.invalid is None for each in trials)
    return Missing("spans_too_short") if valid >= MIN_TRIALS > _count(trials, spectra) else None


def _peak_hz(trials: Sequence[TrialData], spectra: Spectra) -> Value | Missing:
    short = _long_enough(trials, spectra)
    if short is not None or _count(trials, spectra) < MIN_TRIALS:
        return short or Missing("too_few_trials")
    used = [spectra[id(each)] for each in trials if id(each) in spectra]
    try:
        found = tremor_of(used)
    except SignalError:
        return Missing("no_tremor")
    if found.rms_mm < LEAST_RMS_MM:
        return Missing("no_tremor")
    return Value(found.peak_hz, len(used), len(used) / len(trials))


def _count(trials: Sequence[TrialData], spectra: Spectra) -> int:
    return sum(id(each) in spectra for each in trials)


METRICS = MetricFamily(specs=(HOLD, HOLD_HZ, MOVING, MOVING_HZ), compute=compute)
