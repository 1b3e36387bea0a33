"""Keeping still: how fast the body sways, against the person's own opening probe, and how long it was calm.

Places are those that the game had at its ticks. The sway's speed is the game's own: behind two equal
first-order low-pass filters in a row, whose cut-off (3 Hz by default) the block names.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from shared.metrics._rows import Value, gate, mean_of, median_of, row, scoped
from shared.metrics.spec import MetricFamily, MetricRow, MetricSpec, Missing
from shared.wire.events import CalmOn
from shared.wire.streams import FLAG_LOST, stream_columns

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

    from shared.metrics._session import SessionData, TrialData

FILTER_HZ = 3.0
SMOOTH_S = 0.4
"""What the game's stars go by is the speed smoothed over this time."""
_RUN_IN_S = 1.0  # before it counts, so that the filters have run in
_OWN = "Movere's own, after common usage of sway velocity in posturography (not verified)"
SPEED = MetricSpec(
    id="sway_speed_m_s",
    version=1,
    name="Sway speed",
    unit="m/s",
    better="lower",
    definition="Mean speed of the place given by the device over a trial of keeping still, as the game "
    "judged it: behind two equal first-order low-pass filters in a row, 3 Hz unless the block says "
    "otherwise. A camera's noise is in it: compare one person on one device. Median over the practice "
    "trials; probes by scope.",
    source=_OWN,
    needs=("hand", "events"),
    min_rate_hz=15.0,
    max_jitter_ms=40.0,
    validated="simulation",
)
RATIO = MetricSpec(
    id="sway_speed_ratio",
    version=1,
    name="Sway speed, against the own opening",
    unit="1",
    better="lower",
    definition="Mean sway speed of the closing probe, where there is none of the second half of practice, "
    "over that of the same session's opening probe: 1 is no change, below 1 calmer.",
    source=_OWN,
    needs=("hand", "events"),
    min_rate_hz=15.0,
    max_jitter_ms=40.0,
    validated="simulation",
)
CALM = MetricSpec(
    id="calm_share",
    version=1,
    name="Time in calm",
    unit="1",
    better="neither",
    definition="Share of the seen time of a trial in which the sway's speed, smoothed over 0.4 s, was no "
    "more than the trial's bar. The bar follows the person, so that this tells how play went, and sessions "
    "are compared by the sway's speed. Median over the practice trials.",
    source=_OWN,
    needs=("hand", "events"),
    min_rate_hz=15.0,
    max_jitter_ms=40.0,
    validated="simulation",
)


def sway_speed(places_m: ArrayLike, tick_hz: float, filter_hz: float = FILTER_HZ) -> NDArray[np.float64]:
    """Return the speed of the sway at each tick, m/s.

    Args:
        places_m: shape (n, 2), places at even ticks; none is missing.
        filter_hz: the cut-off of each of the two filters.
    """
    places = np.asarray(places_m, dtype=np.float64)
    share = 1.0 - math.exp(-math.tau * filter_hz / tick_hz)
    speeds = np.zeros(len(places))
    first = second = places[0]
    for at, place in enumerate(places):
        first = first + share * (place - first)
        step = share * (first - second)
        second = second + step
        speeds[at] = math.hypot(step[0], step[1]) * tick_hz
    return speeds


def calm_share(speeds_m_s: ArrayLike, counts_from: int, criterion_m_s: float, tick_hz: float) -> float:
    """Return the share of ticks from `counts_from` on at which the smoothed speed kept the bar."""
    smooth, share = 0.0, 1.0 / (SMOOTH_S * tick_hz)
    calm = 0
    speeds = np.asarray(speeds_m_s, dtype=np.float64).tolist()
    for at, speed in enumerate(speeds):
        smooth += share * (speed - smooth)
        calm += at >= counts_from and smooth <= criterion_m_s
    return calm / max(1, len(speeds) - counts_from)


def _calm_of(session: SessionData) -> dict[int, float]:
    """Time in calm by trial, for the trials that had a bar and were seen throughout."""
    recording = session.recording
    ticks = stream_columns(recording, "tick")
    if not len(ticks.get("x_um", ())):
        return {}
    places = np.column_stack([ticks["fx_um"], ticks["fy_um"]]) * 1e-6
    lost = (ticks["flags"] & FLAG_LOST) > 0
    found: dict[int, float] = {}
    for trial in session.played:
        calm = _calm_on(trial)
        end = trial.view.end
        if calm is None or end is None or calm.criterion_m_s <= 0.0 or end.level is None:
            continue
        before = min(calm.tick, round(_RUN_IN_S * recording.tick_hz))
        span = slice(calm.tick - before, end.tick)
        if lost[span].any() or end.tick > len(places):
            continue
        block = recording.blocks[trial.block]
        filter_hz = float(block.game_params.get("filter_hz", FILTER_HZ))
        speeds = sway_speed(places[span], recording.tick_hz, filter_hz)
        found[trial.view.start.trial] = calm_share(speeds, before, calm.criterion_m_s, recording.tick_hz)
    return found


def _calm_on(trial: TrialData) -> CalmOn | None:
    return next((each for each in trial.view.events if isinstance(each, CalmOn)), None)


def _level(trial: TrialData) -> float | None:
    return None if trial.view.end is None else trial.view.end.level


def _levels(trials: Sequence[TrialData], phase: str) -> list[float]:
    return [level for each in trials if each.phase == phase and (level := _level(each)) is not None]


def _ratio(trials: Sequence[TrialData]) -> Value | Missing:
    opening = _levels(trials, "probe_opening")
    if not opening:
        return Missing("no_opening_probe")
    after = _levels(trials, "probe_closing")
    if not after:
        practice = _levels(trials, "practice")
        after = practice[len(practice) // 2 :]
    now, then = mean_of(after, len(after), 2), mean_of(opening, len(opening), 2)
    if isinstance(now, Missing) or isinstance(then, Missing):
        return Missing("too_few_trials")
    if then.value <= 0.0:
        return Missing("no_sway_in_opening")
    return Value(now.value / then.value, len(after) + len(opening))


def compute(session: SessionData) -> list[MetricRow]:
    still = [each for each in session.played if _calm_on(each) and not each.view.is_paused]
    specs = (SPEED, RATIO, CALM)
    if not still:
        return [row(spec, "", Missing(gate(spec, session) or "no_keeping_still")) for spec in specs]
    calm = _calm_of(session)
    blocked = gate(RATIO, session)

    def calm_time(trials: Sequence[TrialData]) -> Value | Missing:
        if all(each.phase != "practice" for each in trials):
            return Missing("no_bar_in_probes")
        return median_of(trials, lambda trial: calm.get(trial.view.start.trial))

    return [
        *scoped(SPEED, session, lambda trials: median_of(trials, _level), still),
        row(RATIO, "", Missing(blocked) if blocked else _ratio(still)),
        *scoped(CALM, session, calm_time, still),
    ]


METRICS = MetricFamily(specs=(SPEED, RATIO, CALM), compute=compute)
