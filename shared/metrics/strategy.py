"""What is learnt by strategy: what the person says they aim at, and what the hand does besides."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.metrics._rows import MIN_TRIALS, Value, hands, mean_of, whole
from shared.metrics.spec import MetricFamily, MetricRow, MetricSpec, Missing
from shared.units import wrap_deg

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shared.metrics._session import SessionData, TrialData

CUE_GAP = MetricSpec(
    id="cue_gap_deg",
    version=1,
    name="Cue gap",
    unit="deg",
    better="neither",
    definition="Mean hand angle of the practice trials with the aim cue in full, less that of the practice "
    "trials of the same blocks with the cue hidden; near 0 when the person no longer needs it.",
    source="SCIENCE 1.5",
    needs=("hand",),
    min_rate_hz=25.0,
    max_jitter_ms=20.0,
)
IMPLICIT = MetricSpec(
    id="implicit_deg",
    version=1,
    name="Implicit part",
    unit="deg",
    better="neither",
    definition="Mean of hand angle less reported aim over the practice trials with a report.",
    source="Taylor, Krakauer & Ivry 2014, J Neurosci 34:3023 (not verified); SCIENCE 1.5",
    needs=("hand", "events"),
    min_rate_hz=25.0,
    max_jitter_ms=20.0,
)
EXPLICIT = MetricSpec(
    id="explicit_deg",
    version=1,
    name="Explicit part",
    unit="deg",
    better="neither",
    definition="Mean reported aim, relative to the target, over the practice trials with a report.",
    source="Taylor, Krakauer & Ivry 2014, J Neurosci 34:3023 (not verified); SCIENCE 1.5",
    needs=("events",),
)


def _cue_gap(trials: Sequence[TrialData]) -> Value | Missing:
    practice = [each for each in trials if each.phase == "practice"]
    cued = {each.block for each in practice if each.view.start.cue_strength > 0}
    here = [each for each in practice if each.block in cued]
    if not here:
        return Missing("no_cue")
    full = [each for each in here if each.view.start.cue_strength >= 1.0]
    hidden = [each for each in here if each.view.start.cue_strength == 0.0]
    on, off = hands(full), hands(hidden)
    if len(on) < MIN_TRIALS or len(off) < MIN_TRIALS:
        return Missing("too_few_trials")
    gap = sum(on) / len(on) - sum(off) / len(off)
    return Value(gap, len(on) + len(off), (len(on) + len(off)) / (len(full) + len(hidden)))


def _reported(trials: Sequence[TrialData]) -> list[tuple[TrialData, float | None]]:
    """Practice trials that asked for the aim, with the answer."""
    asked = [(each, each.view.aim_report) for each in trials if each.phase == "practice"]
    return [(each, report.aim_deg) for each, report in asked if report is not None]


def _explicit(trials: Sequence[TrialData]) -> Value | Missing:
    asked = _reported(trials)
    if not asked:
        return Missing("no_aim_report")
    return mean_of([aim for _, aim in asked if aim is not None], len(asked))


def _implicit(trials: Sequence[TrialData]) -> Value | Missing:
    asked = _reported(trials)
    if not asked:
        return Missing("no_aim_report")
    rest = [
        wrap_deg(each.hand_deg - aim) for each, aim in asked if aim is not None and each.hand_deg is not None
    ]
    return mean_of(rest, len(asked))


def compute(session: SessionData) -> list[MetricRow]:
    return [
        *whole(CUE_GAP, session, _cue_gap),
        *whole(IMPLICIT, session, _implicit),
        *whole(EXPLICIT, session, _explicit),
    ]


METRICS = MetricFamily(specs=(CUE_GAP, IMPLICIT, EXPLICIT), compute=compute)
