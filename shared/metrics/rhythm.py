"""Swaying in time: how near the beat and how far the body turns round, and whether it stays when told to.

Each beat asks for a turn at one end. The turn is where the body was furthest that way, from half a beat
before to half a beat after it. Places are those that the game had at its ticks, so that the
beat and the body have one clock; what the loudspeaker, the screen and the device add is in every time.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from shared.metrics._rows import MIN_TRIALS, Value, gate, median_of, row, scoped
from shared.metrics.spec import MetricFamily, MetricRow, MetricSpec, Missing
from shared.wire.events import PaceOn
from shared.wire.streams import FLAG_LOST, stream_columns

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Literal

    from numpy.typing import ArrayLike

    from shared.metrics._session import SessionData, TrialData

WINDOW = 0.3
STAYED_SHARE, SETTLED_S = 0.15, 1.0
_LEAST_SEEN = 0.5
_OWN = "Movere's own, after common usage of sensorimotor synchronisation (not verified)"
_TURNS = (
    " A turn is where the body was furthest towards the beat's end, from half a beat before to half a beat "
    "after it; a beat of which less than half was seen has none."
)
_MEDIAN = " Median over the practice trials with a pace."


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
        source=_OWN,
        needs=("hand", "events"),
        min_rate_hz=15.0,
        max_jitter_ms=40.0,
    )


ASYNCHRONY = _spec(
    "rhythm_asynchrony_s",
    "Timing of the turns",
    "s",
    "neither",
    "Mean time of the turns after their beats; below zero they come before." + _TURNS + _MEDIAN,
)
TIMING = _spec(
    "rhythm_timing_sd_s",
    "Scatter of the turns' timing",
    "s",
    "lower",
    "SD of the time between the turns and their beats within a trial." + _TURNS + _MEDIAN,
)
EXTENT = _spec(
    "rhythm_extent_error",
    "Extent of the sway",
    "1",
    "neither",
    "Mean extent of the turns along the way over the distance of its ends, less 1: below zero the sway is "
    "too small." + _TURNS + _MEDIAN,
)
GOOD = _spec(
    "rhythm_good_share",
    "Good beats",
    "1",
    "neither",
    "Share of the beats whose turn was within the trial's tolerance of its end and within the window of its "
    "beat (a share of the time between two beats, 0.3 unless the block says otherwise). In training the "
    "tolerance adapts: compare sessions by timing and extent." + _TURNS + _MEDIAN,
)
STAYED = _spec(
    "rhythm_stayed_share",
    "Staying when the wind drops",
    "1",
    "higher",
    "Share of the drops of the wind in which the body, from one second after the drop to the trial's end, "
    "went no further from where it was then than 0.15 of the way to an end. All practice trials with a drop "
    "that was seen.",
)


@dataclass(frozen=True, slots=True)
class Turn:
    """One beat's turn."""

    late_s: float
    """Time after the beat; below zero before it."""
    extent: float
    """How far along the way, over the distance of the ends."""
    miss_m: float
    """Distance from the end."""


def turns(places_m: ArrayLike, seen: ArrayLike, pace: PaceOn, tick_hz: float) -> list[Turn]:
    """Return the turns of the beats that lie whole in the places.

    Args:
        places_m: shape (n, 2), metres of hand space at each tick from the pace's beginning on.
        seen: shape (n,), whether the place was known.
    """
    places, known = np.asarray(places_m, dtype=np.float64), np.asarray(seen, dtype=np.bool_)
    radians = math.radians(pace.direction_deg)
    along = places @ np.array([math.cos(radians), math.sin(radians)])
    across = places @ np.array([-math.sin(radians), math.cos(radians)])
    half = pace.half_period_s * tick_hz
    found = []
    for number in range(1, pace.beats + 1):
        first, last = round((number - 0.5) * half), round((number + 0.5) * half)
        if last > len(places) or known[first:last].mean() < _LEAST_SEEN:
            continue
        side = 1.0 if number % 2 else -1.0
        at = first + int(np.argmax(np.where(known[first:last], side * along[first:last], -np.inf)))
        miss_m = math.hypot(side * along[at] - pace.distance_m, across[at])
        extent = side * float(along[at]) / pace.distance_m
        found.append(Turn(at / tick_hz - number * pace.half_period_s, extent, miss_m))
    return found


def stayed(places_m: ArrayLike, seen: ArrayLike, distance_m: float, tick_hz: float) -> bool | None:
    """Return whether the body stayed, from a second after the drop on; None where too little was seen.

    Args:
        places_m, seen: at each tick from the drop of the wind to the trial's end, as in `turns`.
    """
    first = round(SETTLED_S * tick_hz)
    places = np.asarray(places_m, dtype=np.float64)[first:]
    known = np.asarray(seen, dtype=np.bool_)[first:]
    if not len(known) or known.mean() < _LEAST_SEEN:
        return None
    places = places[known]
    away = np.hypot(*(places - places[0]).T)
    return bool(away.max() <= STAYED_SHARE * distance_m)


class _Song:
    """What a paced trial was like."""

    def __init__(self, found: list[Turn], good: float | None, stays: bool | None) -> None:
        self.turns, self.good, self.stays = found, good, stays


def _songs(session: SessionData, paced: Sequence[TrialData]) -> dict[int, _Song]:
    recording = session.recording
    ticks = stream_columns(recording, "tick")
    if not len(ticks.get("x_um", ())):
        return {}
    places = np.column_stack([ticks["fx_um"], ticks["fy_um"]]) * 1e-6
    seen = (ticks["flags"] & FLAG_LOST) == 0
    found = {}
    for trial in paced:
        pace, end, stop = _pace_of(trial), trial.view.end, trial.view.stop_signal
        if pace is None or end is None or end.outcome == "aborted":
            continue
        # The pace stops where the wind drops.
        until = end.tick + 1 if stop is None else stop.tick + 1
        beats = turns(places[pace.tick : until], seen[pace.tick : until], pace, recording.tick_hz)
        window = float(recording.blocks[trial.block].game_params.get("window", WINDOW))
        tolerance_m = trial.view.start.target_radius_m
        good = [
            each.miss_m <= tolerance_m and abs(each.late_s) <= window * pace.half_period_s for each in beats
        ]
        stays = None
        if stop is not None:
            after = slice(stop.tick, end.tick + 1)
            stays = stayed(places[after], seen[after], pace.distance_m, recording.tick_hz)
        found[trial.view.start.trial] = _Song(beats, sum(good) / len(good) if good else None, stays)
    return found


def _pace_of(trial: TrialData) -> PaceOn | None:
    return next((each for each in trial.view.events if isinstance(each, PaceOn)), None)


def compute(session: SessionData) -> list[MetricRow]:
    paced = [each for each in session.played if _pace_of(each) and not each.view.is_paused]
    if not paced:
        return [row(spec, "", Missing(gate(spec, session) or "no_rhythm")) for spec in METRICS.specs]
    songs = _songs(session, paced)

    def song(trial: TrialData) -> _Song:
        return songs.get(trial.view.start.trial) or _Song([], None, None)

    def by_turns(trials: Sequence[TrialData], spec: MetricSpec) -> Value | Missing:
        def number(trial: TrialData) -> float | None:
            beats = song(trial).turns
            if len(beats) < 2:
                return None
            late = [each.late_s for each in beats]
            if spec is TIMING:
                return float(np.std(late, ddof=1))
            if spec is ASYNCHRONY:
                return float(np.mean(late))
            return float(np.mean([each.extent for each in beats])) - 1.0

        return median_of(trials, number)

    def staying(trials: Sequence[TrialData]) -> Value | Missing:
        dropped = [each for each in trials if each.view.stop_signal is not None]
        known = [stays for each in dropped if (stays := song(each).stays) is not None]
        if len(known) < MIN_TRIALS:
            return Missing("too_few_drops" if dropped else "no_drops")
        return Value(sum(known) / len(known), len(known), len(known) / len(dropped))

    blocked = gate(STAYED, session)
    practice = [each for each in paced if each.phase == "practice"]
    rows = []
    for spec in (ASYNCHRONY, TIMING, EXTENT):
        rows += scoped(spec, session, lambda trials, spec=spec: by_turns(trials, spec), paced)  # type: ignore[misc]
    rows += scoped(GOOD, session, lambda trials: median_of(trials, lambda each: song(each).good), paced)
    return [*rows, row(STAYED, "", Missing(blocked) if blocked else staying(practice))]


METRICS = MetricFamily(specs=(ASYNCHRONY, TIMING, EXTENT, GOOD, STAYED), compute=compute)
