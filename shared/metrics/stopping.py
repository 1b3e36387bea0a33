"""Stopping a reach that is under way to begin: the stop-signal task (SCIENCE 1.5).

A response is the hand leaving the start, as the game saw it, so that go and stop trials are judged by one
rule; its time includes the way to the start's rim. Trials cut short, aborted or interrupted are left out.
The functions over arrays are in `shared.metrics._stop_signal`, and named here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.metrics._rows import MIN_TRIALS, Value, gate, row
from shared.metrics._statistics import finite
from shared.metrics._stop_signal import (
    LEAST_RATE_HZ,
    StopTrials,
    launch_failures,
    stop_signal_reaction_time,
    stop_trials_of,
)
from shared.metrics.spec import MetricFamily, MetricRow, MetricSpec, Missing

if TYPE_CHECKING:
    from typing import Literal

    from shared.metrics._session import SessionData

__all__ = ["METRICS", "StopTrials", "launch_failures", "stop_signal_reaction_time", "stop_trials_of"]
_SOURCE = "Verbruggen et al. 2019, eLife 8:e46323; SCIENCE 1.5"


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
        source=_SOURCE,
        needs=("events",),
        min_rate_hz=LEAST_RATE_HZ,
        max_jitter_ms=10.0,
    )


SSRT = _spec(
    "ssrt_s",
    "Stop-signal reaction time",
    "s",
    "lower",
    "Integration method over this session's stop-signal blocks: go omissions take the slowest response, "
    "premature responses are kept, the n-th go reaction time (n = share of stop trials with a response times "
    "the go trials) less the mean stop-signal delay. At least 50 stop and 50 go trials; Missing when that "
    "share is outside .25-.75, or when the responses not stopped are slower than the go responses.",
)
RESPONDED = _spec(
    "stop_respond_share",
    "Responses despite the stop signal",
    "1",
    "neither",
    "Stop trials in which the hand left the start over all stop trials; a staircase holds it near .5.",
)
DELAY = _spec(
    "stop_signal_delay_s",
    "Stop-signal delay",
    "s",
    "neither",
    "Mean time from the go signal to the stop signal over all stop trials.",
)
GO = _spec(
    "go_reaction_time_s",
    "Go reaction time among stop trials",
    "s",
    "neither",
    "Mean time from the go signal until the hand leaves the start, over the answered trials without a stop "
    "signal in blocks that have stop signals.",
)
FAILURES = _spec(
    "launch_failure_share",
    "Failures to launch",
    "1",
    "lower",
    "Go trials in blocks with stop signals that were not answered, or answered more than three robust SDs "
    "after the median, over all of them: trouble to start, counted apart from stopping.",
)


def _measure(trials: StopTrials) -> dict[str, Value | Missing]:
    stops, go = len(trials.stop_rt_s), len(trials.go_rt_s)
    if not stops:
        return {spec.id: Missing("no_stop_trials") for spec in METRICS.specs}
    found = stop_signal_reaction_time(trials)
    answered = finite(trials.go_rt_s)
    few: Value | Missing = Missing("too_few_trials")
    return {
        SSRT.id: found if isinstance(found, Missing) else Value(found.ssrt_s, stops),
        RESPONDED.id: Value(trials.responded, stops) if stops >= MIN_TRIALS else few,
        DELAY.id: Value(float(trials.stop_delay_s.mean()), stops) if stops >= MIN_TRIALS else few,
        GO.id: Value(float(answered.mean()), len(answered), len(answered) / go)
        if len(answered) >= MIN_TRIALS
        else few,
        FAILURES.id: Value(sum(launch_failures(trials.go_rt_s)) / go, go) if go >= MIN_TRIALS else few,
    }


def compute(session: SessionData) -> list[MetricRow]:
    found = _measure(stop_trials_of([each.view for each in session.trials], session.recording.tick_hz))
    rows = []
    for spec in METRICS.specs:
        blocked = gate(spec, session)
        value = found[spec.id]
        missing = isinstance(value, Missing) and value.reason == "no_stop_trials"
        rows.append(row(spec, "", Missing(blocked) if blocked and not missing else value))
    return rows


METRICS = MetricFamily(specs=(SSRT, RESPONDED, DELAY, GO, FAILURES), compute=compute)
