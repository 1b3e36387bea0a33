"""Where the hand ends: constant error (bias), variable error (scatter), and throughput by Fitts' law."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from shared.metrics._rows import MIN_TRIALS, Value, scoped
from shared.metrics.spec import MetricFamily, MetricRow, MetricSpec, Missing
from shared.movement.accuracy import FEWEST_FOR_WIDTH, EndpointErrors, endpoint_errors, throughput
from shared.movement.sampling import SignalError
from shared.units import wrap_deg

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from shared.metrics._session import SessionData, TrialData

_OF_THE_HAND = (
    " Of the hand, not of a turned cursor: under a rotation it holds what was adapted. Over the valid "
    "practice trials; other phases by scope."
)
_FRAME = " The axis runs from the hand's place at onset to the target."


def _spec(
    metric: str,
    name: str,
    unit: str,
    better: Literal["higher", "lower", "neither"],
    definition: str,
    source: str,
) -> MetricSpec:
    return MetricSpec(
        id=metric,
        version=1,
        name=name,
        unit=unit,
        better=better,
        definition=definition + _OF_THE_HAND,
        source=source,
        needs=("hand",),
        min_rate_hz=25.0,
        max_jitter_ms=20.0,
    )


_ERRORS = "Constant and variable error by their usual definitions (Schutz & Roy 1973; not verified)"
_FITTS = "Fitts 1954, J Exp Psychol 47:381; MacKenzie 1992, Hum-Comput Interact 7:91 (effective width)"
ALONG = _spec(
    "constant_error_along_mm",
    "Constant error along the reach",
    "mm",
    "neither",
    "Mean signed endpoint error along the axis; beyond the target is positive." + _FRAME,
    _ERRORS,
)
ACROSS = _spec(
    "constant_error_across_mm",
    "Constant error across the reach",
    "mm",
    "neither",
    "Mean signed endpoint error across the axis; left of it is positive." + _FRAME,
    _ERRORS,
)
CONSTANT = _spec(
    "constant_error_mm",
    "Constant error",
    "mm",
    "lower",
    "Length of the mean endpoint error vector, along and across the axis: errors to either side cancel."
    + _FRAME,
    _ERRORS,
)
VARIABLE = _spec(
    "variable_endpoint_error_mm",
    "Variable error of the endpoint",
    "mm",
    "lower",
    "Square root of the trace of the endpoint errors' covariance, pooled about each target's own mean "
    "(divisor: trials less targets)." + _FRAME,
    _ERRORS,
)
DIRECTION = _spec(
    "constant_error_deg",
    "Constant error of direction",
    "deg",
    "neither",
    "Mean direction from the hand's place at onset to its endpoint, less the direction to the target; "
    "counter-clockwise positive.",
    _ERRORS,
)
SPREAD = _spec(
    "variable_endpoint_error_deg",
    "Variable error of the endpoint's direction",
    "deg",
    "lower",
    "SD of the endpoint's direction relative to the target, pooled about each target's own mean (divisor: "
    "trials less targets).",
    _ERRORS,
)
THROUGHPUT = _spec(
    "throughput_bits_s",
    "Throughput",
    "bit/s",
    "higher",
    "log2(De/We + 1) over the mean movement time, We = 4.133 SD of the endpoint error along the axis, De the "
    "mean distance moved along it; the mean over the distances and widths with at least eight trials.",
    _FITTS,
)


@dataclass(frozen=True, slots=True)
class _Ends:
    """The trials that have an endpoint error, as columns; lengths in mm."""

    along: NDArray[np.float64]
    across: NDArray[np.float64]
    angle_deg: NDArray[np.float64]
    target: NDArray[np.intp]
    quality: float


def _ends(trials: Sequence[TrialData]) -> _Ends | Missing:
    rows = [
        (1000.0 * found.endpoint_along_m, 1000.0 * found.endpoint_across_m, found.endpoint_angle_deg, place)
        for found, place in ((each.reach, each.view.start.target) for each in trials)
        if found is not None
        and found.endpoint_along_m is not None
        and found.endpoint_across_m is not None
        and found.endpoint_angle_deg is not None
    ]
    if len(rows) < MIN_TRIALS:
        return Missing("too_few_trials")
    along, across, angle, target = (np.array(column) for column in zip(*rows, strict=True))
    return _Ends(along, across, angle, target, len(rows) / len(trials))


def _of_errors(
    number: Callable[[EndpointErrors], float], *, is_scatter: bool = False
) -> Callable[[Sequence[TrialData]], Value | Missing]:
    def measure(trials: Sequence[TrialData]) -> Value | Missing:
        ends = _ends(trials)
        if isinstance(ends, Missing):
            return ends
        if not is_scatter:
            # The mean needs no second reach to any target; one target for all keeps it computable.
            return Value(number(endpoint_errors(ends.along, ends.across)), len(ends.along), ends.quality)
        if len(ends.along) - len(np.unique(ends.target)) < MIN_TRIALS:
            return Missing("too_few_repeats")
        return Value(
            number(endpoint_errors(ends.along, ends.across, ends.target)), len(ends.along), ends.quality
        )

    return measure


def _direction(trials: Sequence[TrialData]) -> Value | Missing:
    ends = _ends(trials)
    if isinstance(ends, Missing):
        return ends
    mean = _mean_direction_deg(ends.angle_deg)
    return Missing("no_common_direction") if mean is None else Value(mean, len(ends.along), ends.quality)


def _spread_deg(trials: Sequence[TrialData]) -> Value | Missing:
    ends = _ends(trials)
    if isinstance(ends, Missing):
        return ends
    places = np.unique(ends.target)
    freedom = len(ends.along) - len(places)
    if freedom < MIN_TRIALS:
        return Missing("too_few_repeats")
    squared = 0.0
    for place in places:
        angles = ends.angle_deg[ends.target == place]
        mean = _mean_direction_deg(angles)
        if mean is None:
            return Missing("no_common_direction")
        squared += sum(wrap_deg(float(each) - mean) ** 2 for each in angles)
    return Value(math.sqrt(squared / freedom), len(ends.along), ends.quality)


def _mean_direction_deg(angle_deg: NDArray[np.float64]) -> float | None:
    """The mean about the circular mean, so that angles either side of 180 degrees do not cancel to 0."""
    turning = np.radians(angle_deg)
    east, north = float(np.cos(turning).mean()), float(np.sin(turning).mean())
    if math.hypot(east, north) < 1e-9:
        return None
    middle = math.degrees(math.atan2(north, east))
    return wrap_deg(middle + float(np.mean([wrap_deg(float(each) - middle) for each in angle_deg])))


def _throughput(trials: Sequence[TrialData]) -> Value | Missing:
    conditions: dict[tuple[float, float], list[tuple[float, float, float]]] = {}
    for each in trials:
        found, start = each.reach, each.view.start
        if found is None or found.moved_along_m is None or found.endpoint_along_m is None:
            continue
        key = (round(start.target_distance_m, 4), round(start.target_radius_m, 4))
        conditions.setdefault(key, []).append(
            (found.moved_along_m, found.endpoint_along_m, found.movement_time_s)
        )
    enough = [each for each in conditions.values() if len(each) >= FEWEST_FOR_WIDTH]
    if not enough:
        return Missing("too_few_trials")
    values = []
    for condition in enough:
        moved, error, seconds = (np.array(column) for column in zip(*condition, strict=True))
        try:
            values.append(throughput(moved, error, seconds).bits_s)
        except SignalError:
            return Missing("no_scatter" if float(np.ptp(error)) <= 0 else "no_reach")
    used = sum(map(len, enough))
    return Value(float(np.mean(values)), used, used / len(trials))


_MEASURES: tuple[tuple[MetricSpec, Callable[[Sequence[TrialData]], Value | Missing]], ...] = (
    (ALONG, _of_errors(lambda errors: errors.constant_along)),
    (ACROSS, _of_errors(lambda errors: errors.constant_across)),
    (CONSTANT, _of_errors(lambda errors: errors.constant)),
    (VARIABLE, _of_errors(lambda errors: errors.variable, is_scatter=True)),
    (DIRECTION, _direction),
    (SPREAD, _spread_deg),
    (THROUGHPUT, _throughput),
)


def compute(session: SessionData) -> list[MetricRow]:
    return [each for spec, measure in _MEASURES for each in scoped(spec, session, measure)]


METRICS = MetricFamily(specs=tuple(spec for spec, _ in _MEASURES), compute=compute)
