"""What is learnt by reward: how often it came, how the person explores, and the noise that hides it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from shared.metrics._rows import MIN_TRIALS, Value, hands, scoped, whole
from shared.metrics.spec import MetricFamily, MetricRow, MetricSpec, Missing
from shared.units import wrap_deg

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shared.metrics._session import SessionData, TrialData

_SOURCE = "Therrien, Wolpert & Bastian 2016, Brain 139:101; SCIENCE 1.5, 2.7"

RATE = MetricSpec(
    id="reward_rate",
    version=1,
    name="Reward rate",
    unit="1",
    better="neither",
    definition="Rewarded trials over the trials that could be rewarded. A closed loop keeps it at 40-80 %.",
    source=_SOURCE,
    needs=("events",),
)


def _exploration(after: str, word: str) -> MetricSpec:
    return MetricSpec(
        id=f"exploration_after_{after}_deg",
        version=1,
        name=f"Exploration after {word}",
        unit="deg",
        better="neither",
        definition=f"Standard deviation of the change of the hand angle from a trial {word} to the next "
        "reach to the same target in the same block. Practice trials with reward feedback.",
        source=_SOURCE,
        needs=("hand",),
        min_rate_hz=25.0,
        max_jitter_ms=20.0,
    )


AFTER_FAILURE = _exploration("failure", "without reward")
AFTER_SUCCESS = _exploration("success", "with reward")
NOISE = MetricSpec(
    id="motor_noise_deg",
    version=1,
    name="Motor noise",
    unit="deg",
    better="lower",
    definition="Standard deviation of the hand angle over trials from which nothing can be learnt (probes, "
    "and error clamps at 0 deg), about the mean of each stretch of such trials, pooled. Holds planning "
    "noise too.",
    source=_SOURCE,
    needs=("hand",),
    min_rate_hz=25.0,
    max_jitter_ms=20.0,
)


def _rewarded(trial: TrialData) -> bool | None:
    given = trial.view.feedback
    return given.rewarded if given is not None and given.kind == "reward" else None


def _rate(trials: Sequence[TrialData]) -> Value | Missing:
    verdicts = [each for each in map(_rewarded, trials) if each is not None]
    if not verdicts:
        return Missing("no_reward_trials")
    if len(verdicts) < MIN_TRIALS:
        return Missing("too_few_trials")
    return Value(sum(verdicts) / len(verdicts), len(verdicts), len(verdicts) / len(trials))


def _changes(trials: Sequence[TrialData], after: bool) -> list[float]:
    """Changes of hand angle that follow a reward (or its absence), target by target."""
    before: dict[tuple[int, int], tuple[bool, float]] = {}
    found: list[float] = []
    for trial in trials:
        rewarded, hand = _rewarded(trial), trial.hand_deg
        place = (trial.block, trial.view.start.target)
        if rewarded is None or hand is None:
            before.pop(place, None)
            continue
        if place in before and before[place][0] is after:
            found.append(wrap_deg(hand - before[place][1]))
        before[place] = (rewarded, hand)
    return found


def _explored(trials: Sequence[TrialData], after: bool) -> Value | Missing:
    practice = [each for each in trials if each.phase == "practice"]
    asked = sum(_rewarded(each) is after for each in practice)
    if not any(_rewarded(each) is not None for each in practice):
        return Missing("no_reward_trials")
    changes = _changes(practice, after)
    if len(changes) < MIN_TRIALS:
        return Missing("too_few_trials")
    return Value(float(np.std(changes, ddof=1)), len(changes), len(changes) / asked)


def _noise(trials: Sequence[TrialData]) -> Value | Missing:
    stretches: dict[tuple[int, str, bool], list[TrialData]] = {}
    for trial in trials:
        start = trial.view.start
        clamped = start.clamp and start.rotation_deg == 0.0
        if clamped or (trial.phase.startswith("probe") and trial.is_without_feedback):
            stretches.setdefault((trial.block, trial.phase, clamped), []).append(trial)
    if not stretches:
        return Missing("no_probe")
    groups = [np.asarray(hands(each)) for each in stretches.values()]
    groups = [each for each in groups if len(each) >= 2]
    count = sum(len(each) for each in groups)
    if count < MIN_TRIALS:
        return Missing("too_few_trials")
    squares = sum(float(np.sum((each - each.mean()) ** 2)) for each in groups)
    asked = sum(len(each) for each in stretches.values())
    return Value(float(np.sqrt(squares / (count - len(groups)))), count, count / asked)


def compute(session: SessionData) -> list[MetricRow]:
    return [
        *scoped(RATE, session, _rate),
        *whole(AFTER_FAILURE, session, lambda trials: _explored(trials, after=False)),
        *whole(AFTER_SUCCESS, session, lambda trials: _explored(trials, after=True)),
        *whole(NOISE, session, _noise),
    ]


METRICS = MetricFamily(specs=(RATE, AFTER_FAILURE, AFTER_SUCCESS, NOISE), compute=compute)
