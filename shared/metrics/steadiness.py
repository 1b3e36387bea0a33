"""How still a lamp is kept in gusts that are seen: its swing, what an image to move by does, what it serves.

The lamp's distance from the middle is the game's own, of every tick of the gust at which the hand was seen.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.metrics._rows import MIN_TRIALS, Value, gate, mean_of, median_of, row, scoped
from shared.metrics.spec import MetricFamily, MetricRow, MetricSpec, Missing
from shared.wire.events import Gust, TargetOn

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shared.metrics._session import SessionData, TrialData

_OWN = "Movere's own (not verified)"
STEADINESS = MetricSpec(
    id="gust_swing_mm",
    version=1,
    name="Swing in a gust",
    unit="mm",
    better="lower",
    definition="Root mean square distance of the seen lamp from the middle over a gust. A lamp that is left "
    "alone swings by 0.71 of the gust's size. Median over the practice trials; probes, in which the lamp is "
    "hidden, by scope.",
    source=_OWN,
    needs=("hand", "events"),
)
CUE_GAP = MetricSpec(
    id="gust_cue_gap_mm",
    version=1,
    name="Cue gap in gusts",
    unit="mm",
    better="neither",
    definition="Mean swing of the practice trials with an image to move by, at any strength, less that of "
    "the trials without one that lay among them: below 0 the image makes steadier, near 0 it does nothing. "
    "Trials after the last image are left out, so that getting better is not counted in.",
    source="SCIENCE 1.5; " + _OWN,
    needs=("hand", "events"),
)
TRANSFER = MetricSpec(
    id="gust_transfer_share",
    version=1,
    name="Lamps lit after a gust",
    unit="1",
    better="higher",
    definition="Share of the reaches to another lamp, right after a gust, that came there in time and "
    "stayed. Practice trials; probes by scope.",
    source=_OWN,
    needs=("hand", "events"),
)


def _swing_mm(trial: TrialData) -> float | None:
    end = trial.view.end
    return None if end is None or end.endpoint_error_m is None else 1000.0 * end.endpoint_error_m


def _steadiness(trials: Sequence[TrialData]) -> Value | Missing:
    return median_of(trials, _swing_mm)


def cue_gap(trials: Sequence[TrialData]) -> Value | Missing:
    """Return the mean swing with an image less that without one, in mm, over trials of practice in order."""
    shown = [at for at, each in enumerate(trials) if each.view.start.cue_strength > 0.0]
    if not shown:
        return Missing("no_cue")
    # Images come in every other trial: the one after the last still has its neighbour.
    among = trials[shown[0] : shown[-1] + 2]
    on, off = (
        [
            swing
            for each in among
            if (each.view.start.cue_strength > 0.0) is cued and (swing := _swing_mm(each)) is not None
        ]
        for cued in (True, False)
    )
    if len(on) < MIN_TRIALS or len(off) < MIN_TRIALS:
        return Missing("too_few_trials")
    used = len(on) + len(off)
    return Value(sum(on) / len(on) - sum(off) / len(off), used, used / len(among))


def _transfer(trials: Sequence[TrialData]) -> Value | Missing:
    asked = [each for each in trials if any(isinstance(event, TargetOn) for event in each.view.events)]
    if not asked:
        return Missing("no_reaches")
    ends = [each.view.end for each in asked]
    lit = [
        float(end.outcome in ("hit", "miss")) for end in ends if end is not None and end.outcome != "aborted"
    ]
    return mean_of(lit, len(asked))


def compute(session: SessionData) -> list[MetricRow]:
    gusts = [
        each
        for each in session.played
        if any(isinstance(event, Gust) for event in each.view.events) and not each.view.is_paused
    ]
    if not gusts:
        specs = (STEADINESS, CUE_GAP, TRANSFER)
        return [row(spec, "", Missing(gate(spec, session) or "no_gusts")) for spec in specs]
    blocked = gate(CUE_GAP, session)
    practice = [each for each in gusts if each.phase == "practice"]
    return [
        *scoped(STEADINESS, session, _steadiness, gusts),
        row(CUE_GAP, "", Missing(blocked) if blocked else cue_gap(practice)),
        *scoped(TRANSFER, session, _transfer, gusts),
    ]


METRICS = MetricFamily(specs=(STEADINESS, CUE_GAP, TRANSFER), compute=compute)
