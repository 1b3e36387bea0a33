"""Recordings whose events are changed after the fact: offers, second tasks, stop signals, jumps."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from shared.metrics.compute import compute_recording
from shared.metrics.spec import MetricRow
from shared.wire.events import Event, Go, Onset, StopSignal, TargetJump, TrialStart
from shared.wire.session import Recording


def rows_of(found: Recording) -> dict[tuple[str, str], MetricRow]:
    return {(each.metric, each.scope): each for each in compute_recording(found)}


def value(found: Recording, metric: str, scope: str = "") -> float:
    row = rows_of(found)[metric, scope]
    assert row.value is not None, row.missing_reason
    return row.value


def reason(found: Recording, metric: str, scope: str = "") -> str | None:
    return rows_of(found)[metric, scope].missing_reason


def with_starts(found: Recording, change: Callable[[int], dict[str, Any]]) -> Recording:
    """Change fields of each trial's start, by the trial's number."""
    events = [
        msgspec.structs.replace(each, **change(each.trial)) if isinstance(each, TrialStart) else each
        for each in found.events
    ]
    return msgspec.structs.replace(found, events=events)


def with_stop_trials(
    found: Recording, rt_s: Sequence[float | None], delay_s: Sequence[float | None]
) -> Recording:
    """Set each trial's time from go to leaving the start (None: it never left), and its stop signal."""
    events: list[Event] = []
    go = 0
    for each in found.events:
        if isinstance(each, Onset):
            continue
        events.append(each)
        if isinstance(each, Go):
            go, rt, delay = each.tick, rt_s[each.trial], delay_s[each.trial]
            late: list[tuple[float, Event]] = []
            if rt is not None:
                late.append((rt, Onset(tick=go + round(rt * 120), trial=each.trial)))
            if delay is not None:
                stop = StopSignal(tick=go + round(delay * 120), trial=each.trial, delay_ms=1000 * delay)
                late.append((delay, stop))
            events += [event for _, event in sorted(late, key=lambda pair: pair[0])]
    return msgspec.structs.replace(found, events=events)


def with_jumps(found: Recording, at_tick: Callable[[int, int], int], to_deg: Sequence[float]) -> Recording:
    """Let the target of each trial jump at `at_tick(trial, go tick)`."""
    events: list[Event] = []
    for each in found.events:
        events.append(each)
        if isinstance(each, Go):
            tick = at_tick(each.trial, each.tick)
            events.append(TargetJump(tick=tick, trial=each.trial, to_deg=to_deg[each.trial]))
    return msgspec.structs.replace(found, events=events)
