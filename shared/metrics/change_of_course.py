"""Changing course in flight: the correction after the target jumped (SCIENCE 1.5).

The latency is found on the speed across the old path, towards the new target, by extrapolation: the line
through its first crossings of a quarter and three quarters of its peak, back to no speed at all (Oostwoud
Wijdenes, Brenner & Smeets 2014, Behav Res Methods 46:1, not verified). Positions are those of the ticks, so
that the jump and the hand are on one clock; a tick is 8.3 ms.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from shared.metrics._rows import MIN_TRIALS, Value, gate, row
from shared.metrics.spec import MetricFamily, MetricRow, MetricSpec, Missing
from shared.movement.sampling import SignalError, differentiate, lowpass
from shared.units import wrap_deg
from shared.wire.streams import FLAG_LOST, stream_columns

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from shared.metrics._session import SessionData, TrialData

LOW, HIGH = 0.25, 0.75
REST_S, BLIND_S, WINDOW_S = 0.05, 0.08, 0.8
"""The speed across before the jump and until nobody can have answered it, and how long to look."""
LEAST_SPEED_SHARE = 0.05
"""A correction moves across at this share of the reach's own peak speed at least."""
CUTOFF_HZ = 15.0

LATENCY = MetricSpec(
    id="correction_latency_s",
    version=1,
    name="Latency of the correction",
    unit="s",
    better="lower",
    definition="Time from the jump of the target until the hand's speed across the old path towards the new "
    "target begins to rise, extrapolated from its first crossings of 25 % and 75 % of its peak within 0.8 s. "
    "Median over jump trials with a correction; `quality` is their share.",
    source="SCIENCE 1.5; Oostwoud Wijdenes, Brenner & Smeets 2014, Behav Res Methods (not verified)",
    needs=("hand", "events"),
    min_rate_hz=60.0,
    max_jitter_ms=10.0,
)
SUCCESS = MetricSpec(
    id="correction_success_share",
    version=1,
    name="Successful changes of course",
    unit="1",
    better="higher",
    definition="Jump trials that ended in success over the jump trials with a verdict.",
    source="SCIENCE 1.5",
    needs=("events",),
)


def correction_latency_s(
    position_m: NDArray[np.float64], rate_hz: float, jump: int, old_deg: float, new_deg: float
) -> float | None:
    """Return the latency of one correction in seconds after the jump, or None when there is none.

    Args:
        position_m: shape (N, 2), even samples of one reach, from before the jump to after the correction.
        jump: sample at which the target jumped.
        old_deg, new_deg: directions of the old and the new target, absolute, counter-clockwise.

    Raises:
        SignalError: too few samples to be filtered.
    """
    side = wrap_deg(new_deg - old_deg)
    if side == 0.0:
        return None
    radians = math.radians(old_deg)
    across = np.array([-math.sin(radians), math.cos(radians)]) * math.copysign(1.0, side)
    velocity = differentiate(lowpass(position_m, rate_hz, CUTOFF_HZ), rate_hz)
    rest, blind = round(REST_S * rate_hz), round(BLIND_S * rate_hz)
    sideways = velocity @ across
    sideways = sideways - sideways[max(0, jump - rest) : jump + blind].mean()
    after = sideways[jump : jump + round(WINDOW_S * rate_hz) + 1]
    if len(after) < blind + 3:
        return None
    peak = int(np.argmax(after))
    if after[peak] < LEAST_SPEED_SHARE * float(np.hypot(velocity[:, 0], velocity[:, 1]).max()):
        return None
    quarter = _last_rise(after, peak, LOW * after[peak])
    three = _last_rise(after, peak, HIGH * after[peak])
    if quarter is None or three is None or three <= quarter:
        return None
    latency = quarter - LOW * (three - quarter) / (HIGH - LOW)
    return float(latency / rate_hz) if latency > 0 else None


def _last_rise(values: NDArray[np.float64], peak: int, level: float) -> float | None:
    """Sample, with its fraction, at which the rise to the peak passes the level."""
    below = np.flatnonzero(values[:peak] < level)
    if not len(below):
        return None
    at = int(below[-1])
    return at + float((level - values[at]) / (values[at + 1] - values[at]))


def _latency(
    trial: TrialData, position_m: NDArray[np.float64], lost: NDArray[np.bool_], hz: int
) -> float | None:
    view, jump = trial.view, trial.view.target_jump
    if jump is None or view.go_tick is None or view.end is None or view.interrupted:
        return None
    first, last = view.go_tick, min(len(position_m), view.end.tick + 1)
    if not first <= jump.tick < last or lost[first:last].any():
        return None
    try:
        return correction_latency_s(
            position_m[first:last], hz, jump.tick - first, view.start.target_deg, jump.to_deg
        )
    except SignalError:
        return None


def compute(session: SessionData) -> list[MetricRow]:
    jumps = [each for each in session.trials if each.view.target_jump is not None]
    blocked = gate(LATENCY, session)
    if not jumps:
        latency = Missing(blocked or "no_target_jump")
        return [row(LATENCY, "", latency), row(SUCCESS, "", Missing("no_target_jump"))]
    verdicts = [
        each.view.end.success for each in jumps if each.view.end and each.view.end.success is not None
    ]
    found: Value | Missing = Missing("too_few_trials")
    if len(verdicts) >= MIN_TRIALS:
        found = Value(sum(verdicts) / len(verdicts), len(verdicts), len(verdicts) / len(jumps))
    first = Missing(blocked) if blocked else _median_latency(session, jumps)
    return [row(LATENCY, "", first), row(SUCCESS, "", found)]


def _median_latency(session: SessionData, jumps: list[TrialData]) -> Value | Missing:
    ticks = stream_columns(session.recording, "tick")
    if not len(ticks.get("x_um", ())):
        return Missing("no_samples")
    position = np.column_stack([ticks["x_um"], ticks["y_um"]]) * 1e-6
    lost = (ticks["flags"] & FLAG_LOST) > 0
    latencies = [_latency(each, position, lost, session.recording.tick_hz) for each in jumps]
    kept = [each for each in latencies if each is not None]
    if len(kept) < MIN_TRIALS:
        return Missing("too_few_corrections")
    return Value(float(np.median(kept)), len(kept), len(kept) / len(jumps))


METRICS = MetricFamily(specs=(LATENCY, SUCCESS), compute=compute)
