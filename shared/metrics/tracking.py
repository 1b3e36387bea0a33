"""How a course is followed: by how much it is missed, how late, how fully, and whether to one side."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from shared.metrics._rows import MIN_TRIALS, Value, gate, median_of, row, scoped
from shared.metrics.spec import MetricFamily, MetricRow, MetricSpec, Missing
from shared.movement.sampling import SignalError
from shared.movement.tracking import Errors, Followed, errors, gains, lag_s

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Literal

    from shared.metrics._session import SessionData, TrialData

_USED = (
    " The hand, below 8 Hz and by its own stamps, against the course itself; the course's first second and "
    "what was not seen are left out, a course with more than 20 % unseen or a pause is not used."
)
_PER_SESSION = " Median over the valid practice trials; probes by scope."


def _spec(
    metric: str,
    name: str,
    unit: str,
    better: Literal["higher", "lower", "neither"],
    definition: str,
    source: str = "Movere's own, by common usage of manual tracking (not verified)",
) -> MetricSpec:
    return MetricSpec(
        id=metric,
        version=1,
        name=name,
        unit=unit,
        better=better,
        definition=definition,
        source=source,
        needs=("hand",),
        min_rate_hz=15.0,
        max_jitter_ms=40.0,
    )


ERROR = _spec(
    "tracking_error_mm",
    "Tracking error",
    "mm",
    "lower",
    "Root mean square distance from the course's centre line." + _USED + _PER_SESSION,
)
RELATIVE = _spec(
    "tracking_error_relative",
    "Tracking error, relative to the course",
    "1",
    "lower",
    "Root mean square distance from the course's centre line over that of a hand that never leaves the "
    "middle: 0 is exactly on it, 1 no better than staying still. It needs no scale." + _USED + _PER_SESSION,
)
INSIDE = _spec(
    "tracking_inside_share",
    "Time in the channel",
    "1",
    "neither",
    "Share of the time in which the hand was no further from the centre line than the channel's half width. "
    "In training the width adapts, so compare sessions by the tracking error, or by probes."
    + _USED
    + _PER_SESSION,
)
LAG = _spec(
    "tracking_lag_ms",
    "Tracking lag",
    "ms",
    "neither",
    "By how much the hand comes after the course: the delay, within one second either way, at which the "
    "course's velocity correlates best with the hand's; below zero the hand is ahead of it. A trial whose "
    "best correlation is below 0.3 has none. What the screen adds is in it." + _USED + _PER_SESSION,
)
_GAIN_SOURCE = "Common usage of manual tracking, e.g. McRuer & Jex 1967 (not verified)"
_GAIN = (
    " By one least-squares fit of the course's own frequencies to all valid practice trials, each with a "
    "middle of its own, since a single course holds less than one turn of its slowest sine. 1 is a hand that "
    "goes as far as the course." + _USED
)
GAIN = _spec(
    "tracking_gain",
    "Tracking gain",
    "1",
    "neither",
    "How far the hand goes over how far the course goes: root mean square over the course's frequencies, "
    "each weighted by its size." + _GAIN,
    _GAIN_SOURCE,
)
GAIN_SLOW = _spec(
    "tracking_gain_slow",
    "Tracking gain, slowest bend",
    "1",
    "neither",
    "How far the hand goes over how far the course goes, at the course's lowest frequency." + _GAIN,
    _GAIN_SOURCE,
)
GAIN_FAST = _spec(
    "tracking_gain_fast",
    "Tracking gain, quickest bend",
    "1",
    "neither",
    "How far the hand goes over how far the course goes, at the course's highest frequency." + _GAIN,
    _GAIN_SOURCE,
)
ASYMMETRY = _spec(
    "tracking_asymmetry",
    "Tracking error, right against left",
    "1",
    "neither",
    "Root mean square error while the course is right of the middle less that while it is left of it, over "
    "their sum: above 0 the right is followed worse, 0 is even." + _USED + _PER_SESSION,
)


def _of(measure: Callable[[Followed], float | None]) -> Callable[[TrialData], float | None]:
    def number(trial: TrialData) -> float | None:
        if trial.followed is None:
            return None
        try:
            return measure(trial.followed)
        except SignalError:
            return None

    return number


def _by_error(number: Callable[[Errors], float | None]) -> Callable[[Sequence[TrialData]], Value | Missing]:
    return lambda trials: median_of(trials, _of(lambda followed: number(errors(followed))))


def _lag_ms(followed: Followed) -> float | None:
    lag = lag_s(followed)
    return None if lag is None else 1000.0 * lag


def _lag(trials: Sequence[TrialData]) -> Value | Missing:
    found = median_of(trials, _of(_lag_ms))
    enough = sum(each.followed is not None for each in trials) >= MIN_TRIALS
    return Missing("does_not_follow") if isinstance(found, Missing) and enough else found


def _gain(
    number: Callable[[list[tuple[float, float, float]]], float],
) -> Callable[[Sequence[TrialData]], Value | Missing]:
    def measure(trials: Sequence[TrialData]) -> Value | Missing:
        used = [each.followed for each in trials if each.followed is not None]
        if len(used) < MIN_TRIALS:
            return Missing("too_few_trials")
        try:
            return Value(number(gains(used)), len(used), len(used) / len(trials))
        except SignalError:
            return Missing("courses_too_alike")

    return measure


def _whole_gain(found: list[tuple[float, float, float]]) -> float:
    asked = sum(size * size for _, _, size in found)
    return math.sqrt(sum((gain * size) ** 2 for _, gain, size in found) / asked)


def compute(session: SessionData) -> list[MetricRow]:
    measures: list[tuple[MetricSpec, Callable[[Sequence[TrialData]], Value | Missing]]] = [
        (ERROR, _by_error(lambda each: 1000.0 * each.rms_m)),
        (RELATIVE, _by_error(lambda each: each.relative)),
        (INSIDE, _by_error(lambda each: each.inside_share)),
        (LAG, _lag),
        (GAIN, _gain(_whole_gain)),
        (GAIN_SLOW, _gain(lambda found: found[0][1])),
        (GAIN_FAST, _gain(lambda found: found[-1][1])),
        (ASYMMETRY, _by_error(lambda each: each.asymmetry)),
    ]
    if not session.courses:
        return [row(spec, "", Missing(gate(spec, session) or "no_courses")) for spec, _ in measures]
    return [each for spec, measure in measures for each in scoped(spec, session, measure, session.courses)]


METRICS = MetricFamily(
    specs=(ERROR, RELATIVE, INSIDE, LAG, GAIN, GAIN_SLOW, GAIN_FAST, ASYMMETRY), compute=compute
)
