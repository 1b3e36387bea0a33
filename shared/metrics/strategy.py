"""What is learnt by strategy: what the person says they aim at, and what the hand does besides."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from shared.metrics._rows import MIN_TRIALS, Value, mean_of, whole
from shared.metrics._statistics import finite
from shared.metrics.spec import MetricFamily, MetricRow, MetricSpec, Missing
from shared.units import wrap_deg

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike

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


def cue_gap(hand_deg: ArrayLike, cue_strength: ArrayLike) -> Value | Missing:
    """Return the mean hand angle under the full cue less that without one, in degrees.

    Args:
        hand_deg: shape (n,), NaN for a reach that is not used.
        cue_strength: shape (n,), 1 in full, 0 hidden; trials in between (faded) are left out.
    """
    hand, strength = np.asarray(hand_deg, dtype=np.float64), np.asarray(cue_strength, dtype=np.float64)
    full, hidden = hand[strength >= 1.0], hand[strength == 0.0]
    on, off = finite(full), finite(hidden)
    if len(on) < MIN_TRIALS or len(off) < MIN_TRIALS:
        return Missing("too_few_trials")
    used = len(on) + len(off)
    return Value(float(on.mean() - off.mean()), used, used / (len(full) + len(hidden)))


def implicit_part(hand_deg: ArrayLike, aim_deg: ArrayLike) -> Value | Missing:
    """Return the mean of hand angle less reported aim, both relative to the target, in degrees.

    Args:
        hand_deg, aim_deg: shape (n,), NaN where there is no usable reach or no answer.
    """
    rest = np.asarray(hand_deg, dtype=np.float64) - np.asarray(aim_deg, dtype=np.float64)
    return mean_of([wrap_deg(float(each)) for each in finite(rest)], len(rest))


def explicit_part(aim_deg: ArrayLike) -> Value | Missing:
    """Return the mean reported aim, relative to the target, in degrees; NaN where there was no answer."""
    aim = np.asarray(aim_deg, dtype=np.float64)
    return mean_of(finite(aim).tolist(), len(aim))


def _hand(trial: TrialData) -> float:
    return np.nan if trial.hand_deg is None else trial.hand_deg


def _cue_gap(trials: Sequence[TrialData]) -> Value | Missing:
    practice = [each for each in trials if each.phase == "practice"]
    cued = {each.block for each in practice if each.view.start.cue_strength > 0}
    here = [each for each in practice if each.block in cued]
    if not here:
        return Missing("no_cue")
    return cue_gap(list(map(_hand, here)), [each.view.start.cue_strength for each in here])


def _reported(trials: Sequence[TrialData]) -> tuple[list[float], list[float]] | Missing:
    """Hand angle and answer of the practice trials that asked for the aim."""
    asked = [
        (_hand(each), report.aim_deg)
        for each in trials
        if each.phase == "practice" and (report := each.view.aim_report) is not None
    ]
    if not asked:
        return Missing("no_aim_report")
    return [hand for hand, _ in asked], [np.nan if aim is None else aim for _, aim in asked]


def _explicit(trials: Sequence[TrialData]) -> Value | Missing:
    asked = _reported(trials)
    return asked if isinstance(asked, Missing) else explicit_part(asked[1])


def _implicit(trials: Sequence[TrialData]) -> Value | Missing:
    asked = _reported(trials)
    return asked if isinstance(asked, Missing) else implicit_part(*asked)


def compute(session: SessionData) -> list[MetricRow]:
    return [
        *whole(CUE_GAP, session, _cue_gap),
        *whole(IMPLICIT, session, _implicit),
        *whole(EXPLICIT, session, _explicit),
    ]


METRICS = MetricFamily(specs=(CUE_GAP, IMPLICIT, EXPLICIT), compute=compute)
