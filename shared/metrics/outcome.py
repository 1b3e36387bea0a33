"""How play went, from its events alone: these hold whatever the pointer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.metrics._rows import MIN_TRIALS, Value, median_of, scoped
from shared.metrics.spec import MetricFamily, MetricRow, MetricSpec, Missing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shared.metrics._session import SessionData, TrialData

SUCCESS = MetricSpec(
    id="success_rate",
    version=2,
    name="Success rate",
    unit="1",
    better="neither",
    definition="Successful trials over the trials that have a verdict; error clamps, stop trials and "
    "assessment blocks have none that counts, and trials without feedback none at all. Practice trials; "
    "neither high nor low is better: the band is 60-80 %.",
    source="Movere's own (DESIGN 9)",
    needs=("events",),
)
TRIALS = MetricSpec(
    id="trials",
    version=1,
    name="Trials",
    unit="1",
    better="neither",
    definition="Trials played to their end, timeouts included. Practice trials; other phases by scope.",
    source="Movere's own",
    needs=("events",),
)
VALID = MetricSpec(
    id="valid_trials_share",
    # Version 2 leaves out trials of stopping, turning and choosing; 3 counts pages that time ended.
    version=3,
    name="Usable trials",
    unit="1",
    better="higher",
    definition="Trials whose movement could be measured over all trials: not cut short, aborted, timed out "
    "or interrupted, no gap in the samples, and a movement that stands out from rest; a course to follow "
    "or a page to draw counts when at least 80 % of it was seen, the page also where time ended it. "
    "Trials of stopping, turning and choosing are left out.",
    source="Movere's own",
    needs=("hand",),
)
TIMEOUTS = MetricSpec(
    id="timeout_share",
    version=1,
    name="Trials out of time",
    unit="1",
    better="lower",
    definition="Trials that ended by their time limit over the trials played to their end.",
    source="Movere's own",
    needs=("events",),
)
SCREEN_ERROR = MetricSpec(
    id="screen_error_radii",
    version=1,
    name="Endpoint error on the screen",
    unit="1",
    better="lower",
    definition="Distance of the cursor from the target's centre at the trial's end, in target radii (1 is "
    "the rim), as the game judged it; trials that showed a cursor only. Median over practice trials.",
    source="Movere's own",
    needs=("cursor",),
)


def _success(trials: Sequence[TrialData], assessed: set[int]) -> Value | Missing:
    if all(each.block in assessed for each in trials):
        return Missing("assessment_only")
    verdicts = [
        each.view.end.success
        for each in trials
        if each.view.end
        and each.view.end.success is not None
        and not each.view.start.clamp
        and each.view.stop_signal is None
        and each.block not in assessed
    ]
    if len(verdicts) < MIN_TRIALS:
        return Missing("too_few_trials")
    return Value(sum(verdicts) / len(verdicts), len(verdicts), len(verdicts) / len(trials))


def _ended(trials: Sequence[TrialData]) -> Value | Missing:
    count = sum(each.view.end is not None for each in trials)
    return Value(float(count), count)


def _valid(trials: Sequence[TrialData]) -> Value | Missing:
    asked = [each for each in trials if each.invalid != "decided"]
    if not asked:
        return Missing("no_trials")
    used = sum(each.is_used for each in asked)
    return Value(used / len(asked), len(asked))


def _timeouts(trials: Sequence[TrialData]) -> Value | Missing:
    outcomes = [each.view.end.outcome for each in trials if each.view.end]
    if not outcomes:
        return Missing("too_few_trials")
    return Value(outcomes.count("timeout") / len(outcomes), len(outcomes))


def _screen_error(trial: TrialData) -> float | None:
    start, end = trial.view.start, trial.view.end
    if end is None or end.endpoint_error_m is None or start.shows != "cursor" or start.target_radius_m <= 0:
        return None
    return end.endpoint_error_m / start.target_radius_m


def compute(session: SessionData) -> list[MetricRow]:
    played = session.recording.blocks
    assessed = {at for at, block in enumerate(played) if block.purpose == "assess"}
    return [
        *scoped(SUCCESS, session, lambda trials: _success(trials, assessed), session.played),
        *scoped(TRIALS, session, _ended, session.played),
        *scoped(VALID, session, _valid, session.played),
        *scoped(TIMEOUTS, session, _timeouts, session.played),
        *scoped(SCREEN_ERROR, session, lambda trials: median_of(trials, _screen_error)),
    ]


METRICS = MetricFamily(specs=(SUCCESS, TRIALS, VALID, TIMEOUTS, SCREEN_ERROR), compute=compute)
