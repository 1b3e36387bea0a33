"""How the hand moves: times, speed, straightness, direction and accuracy of each reach."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.metrics._rows import median_of, scoped
from shared.metrics.spec import MetricFamily, MetricRow, MetricSpec

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Literal

    from shared.metrics._session import SessionData, TrialData

_SOURCE = "Common usage of the reaching literature (SCIENCE 1.3)"
_KINARM = "Measures of visually guided reaching as tabled in PMC4533801 and doi:10.1186/s12984-015-0070-0"
_PER_SESSION = " Median over the valid practice trials; other phases by scope."
_FASTEST_REACTION_S = 0.1
"""An onset earlier than this after go was planned before it: anticipation, not reaction."""


def _spec(
    metric: str,
    name: str,
    unit: str,
    better: Literal["higher", "lower", "neither"],
    definition: str,
    min_rate_hz: float = 25.0,
    source: str = _SOURCE,
) -> MetricSpec:
    return MetricSpec(
        id=metric,
        # Version 2 leaves out trials whose hand spans more than 2 m or is faster than 15 m/s.
        version=2 if source == _SOURCE else 1,
        name=name,
        unit=unit,
        better=better,
        definition=definition + _PER_SESSION,
        source=source,
        needs=("hand",),
        min_rate_hz=min_rate_hz,
        max_jitter_ms=20.0,
    )


def _reaction_s(trial: TrialData) -> float | None:
    if trial.reach is None or trial.reach.onset_s < _FASTEST_REACTION_S:
        return None
    return trial.reach.onset_s


def _mm(metres: float | None) -> float | None:
    return None if metres is None else 1000.0 * metres


_MEASURES: tuple[tuple[MetricSpec, Callable[[TrialData], float | None]], ...] = (
    (
        _spec(
            "movement_time_s",
            "Movement time",
            "s",
            "lower",
            "Onset to end of the movement. Onset: first stretch of at least 50 ms above the larger of 5 % of "
            "the peak speed and mean + 3 SD of the speed at rest (the calmer of the 0.1 s before go and the "
            "0.1 s after it); end: the last such stretch. KINARM's movement time.",
        ),
        lambda trial: trial.reach.movement_time_s if trial.reach else None,
    ),
    (
        _spec(
            "reaction_time_s",
            "Reaction time",
            "s",
            "lower",
            "Go signal to onset; onsets within 0.1 s of go are anticipations and left out. KINARM's reaction "
            "time.",
        ),
        _reaction_s,
    ),
    (
        _spec("time_to_peak_s", "Time to peak speed", "s", "neither", "Onset to peak speed."),
        lambda trial: trial.reach.time_to_peak_s if trial.reach else None,
    ),
    (
        _spec(
            "peak_speed_m_s",
            "Peak speed",
            "m/s",
            "higher",
            "Greatest speed between onset and end. KINARM's max speed.",
            50.0,
        ),
        lambda trial: trial.reach.peak_speed_m_s if trial.reach else None,
    ),
    (
        _spec(
            "path_ratio",
            "Path ratio",
            "1",
            "lower",
            "Length of the path from onset to end over the straight distance between the two; 1 is straight. "
            "KINARM's path length ratio divides by the distance between the targets instead.",
        ),
        lambda trial: trial.reach.path_ratio if trial.reach else None,
    ),
    (
        _spec(
            "max_deviation_mm",
            "Greatest deviation",
            "mm",
            "neither",
            "Greatest distance from the line through the hand's place at onset towards the target, with its "
            "sign: left of the line is positive.",
        ),
        lambda trial: _mm(trial.reach.max_deviation_m) if trial.reach else None,
    ),
    (
        _spec(
            "endpoint_error_mm",
            "Endpoint error of the hand",
            "mm",
            "lower",
            "Distance of the hand (not of a rotated cursor) from the target at the end of the movement.",
        ),
        lambda trial: _mm(trial.reach.endpoint_error_m) if trial.reach else None,
    ),
    (
        _spec(
            "hand_angle_deg",
            "Hand angle at peak speed",
            "deg",
            "neither",
            "Direction of the position from the hand's place at onset to the hand at peak speed, less the "
            "direction from there to the target; counter-clockwise positive, in (-180, 180].",
        ),
        lambda trial: trial.hand_deg,
    ),
    (
        _spec(
            "movement_units",
            "Movement units",
            "1",
            "lower",
            "Speed peaks between onset and end with at least a tenth of the greatest in height and "
            "prominence. KINARM's speed maxima count counts every maximum.",
            50.0,
        ),
        lambda trial: float(trial.reach.movement_units) if trial.reach else None,
    ),
    (
        _spec(
            "posture_speed_m_s",
            "Posture speed",
            "m/s",
            "lower",
            "Mean speed in the 0.3 s before go, when the hand should rest on the start, after the 8 Hz "
            "filter (KINARM takes 0.5 s). A hand that has only just come home is still settling, and counts.",
            50.0,
            _KINARM,
        ),
        lambda trial: trial.guided.posture_speed_m_s if trial.guided else None,
    ),
    (
        _spec(
            "initial_direction_deg",
            "Initial direction angle",
            "deg",
            "neither",
            "Direction from the hand's place at onset to its place at the first speed minimum (or the end), "
            "less the direction from there to the target; counter-clockwise positive. KINARM gives it "
            "without sign.",
            50.0,
            _KINARM,
        ),
        lambda trial: trial.guided.initial_direction_deg if trial.guided else None,
    ),
    (
        _spec(
            "initial_distance_ratio",
            "Initial distance ratio",
            "1",
            "higher",
            "Path from onset to the first speed minimum over the path from onset to end; 1 is one movement.",
            50.0,
            _KINARM,
        ),
        lambda trial: trial.guided.initial_distance_ratio if trial.guided else None,
    ),
    (
        _spec(
            "initial_speed_ratio",
            "Initial speed ratio",
            "1",
            "higher",
            "Greatest speed from onset to the first speed minimum over the greatest from onset to end.",
            50.0,
            _KINARM,
        ),
        lambda trial: trial.guided.initial_speed_ratio if trial.guided else None,
    ),
    (
        _spec(
            "min_max_speed_difference_m_s",
            "Min-max speed difference",
            "m/s",
            "lower",
            "Mean difference between neighbouring speed maxima and minima from onset to end; 0 with one "
            "maximum. How KINARM pools several is not verified.",
            50.0,
            _KINARM,
        ),
        lambda trial: trial.guided.min_max_speed_difference_m_s if trial.guided else None,
    ),
)


def compute(session: SessionData) -> list[MetricRow]:
    return [
        each
        for spec, number in _MEASURES
        for each in scoped(spec, session, lambda trials, number=number: median_of(trials, number))  # type: ignore[misc]
    ]


METRICS = MetricFamily(specs=tuple(spec for spec, _ in _MEASURES), compute=compute)
