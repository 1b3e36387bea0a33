"""How much was practised, from the events' ticks: play time, which stands still in a pause."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.metrics._rows import Value, row
from shared.metrics.spec import MetricFamily, MetricRow, MetricSpec, Missing

if TYPE_CHECKING:
    from typing import Literal

    from shared.metrics._session import SessionData


def _spec(
    metric: str, name: str, unit: str, better: Literal["higher", "lower", "neither"], definition: str
) -> MetricSpec:
    return MetricSpec(
        id=metric,
        version=1,
        name=name,
        unit=unit,
        better=better,
        definition=definition,
        source="Movere's own (SCIENCE 4.1, dose)",
        needs=("events",),
    )


ACTIVE = _spec(
    "active_training_time_s",
    "Active training time",
    "s",
    "higher",
    "Sum over practice trials of the time from the trial's start (return to the start included) to its end.",
)
PACE = _spec(
    "trials_per_minute",
    "Trials per minute",
    "1/min",
    "neither",
    "Trials of all phases played to their end over the time from the first trial's start to the last one's "
    "end.",
)
REST = _spec(
    "rest_share",
    "Share of rest",
    "1",
    "neither",
    "Share of the time from the first trial's start to the last one's end that lay in no trial: feedback, "
    "waiting, and rests. Pauses have no ticks and do not count.",
)


def compute(session: SessionData) -> list[MetricRow]:
    hz = session.recording.tick_hz
    spans = [
        (each.phase, (each.view.end.tick - each.view.start.tick) / hz)
        for each in session.played
        if each.view.end
    ]
    if not spans:
        return [row(spec, "", Missing("no_trials")) for spec in METRICS.specs]
    count = len(spans)
    last = max(each.view.end.tick for each in session.played if each.view.end)
    whole_s = (last - min(each.view.start.tick for each in session.played)) / hz
    active_s = sum(seconds for phase, seconds in spans if phase == "practice")
    in_trials_s = sum(seconds for _, seconds in spans)
    found: dict[str, Value | Missing] = {
        ACTIVE.id: Value(active_s, sum(phase == "practice" for phase, _ in spans)),
        PACE.id: Value(60.0 * count / whole_s, count) if whole_s > 0 else Missing("no_trials"),
        REST.id: Value(1.0 - in_trials_s / whole_s, count) if whole_s > 0 else Missing("no_trials"),
    }
    return [row(spec, "", found[spec.id]) for spec in METRICS.specs]


METRICS = MetricFamily(specs=(ACTIVE, PACE, REST), compute=compute)
