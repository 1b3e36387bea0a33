"""What is learnt by reward: how often it came, how the person explores, and the noise that hides it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from shared.metrics._rows import MIN_TRIALS, Value, hands, scoped, whole
from shared.metrics._statistics import pooled_sd
from shared.metrics.spec import MetricFamily, MetricRow, MetricSpec, Missing
from shared.units import wrap_deg

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

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
        name=f"Exploration after {after}",
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
EXCESS = MetricSpec(
    id="exploration_excess_deg",
    version=1,
    name="Exploration, freed of motor noise",
    unit="deg",
    better="neither",
    definition="sqrt((variance of the change after no reward - variance after a reward) / (1 + q)), q being "
    "the share of the changes after no reward whose first trial itself followed no reward: the SD of the "
    "exploration itself, if people explore only after no reward and keep what was rewarded. With q = 1 it is "
    "the root of the difference over sqrt 2. The plain SDs beside it hold motor noise twice.",
    source="Movere's own estimate, from the model of Therrien, Wolpert & Bastian 2016, Brain 139:101, and "
    "2018, eNeuro 5(2) (equations not verified)",
    needs=("hand",),
    min_rate_hz=25.0,
    max_jitter_ms=20.0,
)
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


@dataclass(frozen=True, slots=True)
class Changes:
    """Changes of the hand angle from a trial to the next one there, degrees.

    `after_success`, `after_failure`: shapes (s,), (f,). `failure_before`: shape (f,), whether the trial
    before the first one of that change had failed too; its exploration is then in the change.
    """

    after_success: NDArray[np.float64]
    after_failure: NDArray[np.float64]
    failure_before: NDArray[np.bool_]


def changes_of(hand_deg: ArrayLike, rewarded: ArrayLike) -> Changes:
    """Return the changes between neighbouring trials to one target, by the first one's reward.

    Args:
        hand_deg: shape (n,), NaN for a reach that is not used: no change begins or ends there.
        rewarded: shape (n,), 1 rewarded, 0 not, NaN when the trial could not be rewarded.
    """
    hand, reward = np.asarray(hand_deg, dtype=np.float64), np.asarray(rewarded, dtype=np.float64)
    known = np.isfinite(hand) & np.isfinite(reward)
    pair = known[:-1] & known[1:]
    change = np.array([wrap_deg(float(each)) for each in np.where(pair, hand[1:] - hand[:-1], 0.0)])
    before = np.concatenate([[False], known[:-1] & (reward[:-1] == 0.0)])[: len(pair)]
    success, failure = pair & (reward[:-1] == 1.0), pair & (reward[:-1] == 0.0)
    return Changes(change[success], change[failure], before[failure])


def exploration_excess(changes: Changes) -> Value | Missing:
    """Return the SD of exploration itself, from what changes vary more after failure than after success."""
    failure, success = changes.after_failure, changes.after_success
    if min(len(failure), len(success)) < 2 * MIN_TRIALS:
        return Missing("too_few_trials")
    excess = float(np.var(failure, ddof=1) - np.var(success, ddof=1))
    if excess <= 0.0:
        return Missing("no_more_after_failure")
    twice = 1.0 + float(changes.failure_before.mean())
    return Value(float(np.sqrt(excess / twice)), len(failure) + len(success))


def _changes(trials: Sequence[TrialData]) -> Changes:
    """The changes of all targets and blocks; what could not be rewarded cuts a target's row."""
    places: dict[tuple[int, int], list[tuple[float, float]]] = {}
    for trial in trials:
        rewarded, hand = _rewarded(trial), trial.hand_deg
        places.setdefault((trial.block, trial.view.start.target), []).append(
            (np.nan if hand is None else hand, np.nan if rewarded is None else float(rewarded))
        )
    found = [changes_of(*np.array(each).T) for each in places.values()]
    return Changes(
        np.concatenate([each.after_success for each in found]),
        np.concatenate([each.after_failure for each in found]),
        np.concatenate([each.failure_before for each in found]),
    )


def _explored(trials: Sequence[TrialData], after: bool) -> Value | Missing:
    practice = [each for each in trials if each.phase == "practice"]
    asked = sum(_rewarded(each) is after for each in practice)
    if not any(_rewarded(each) is not None for each in practice):
        return Missing("no_reward_trials")
    both = _changes(practice)
    changes = both.after_success if after else both.after_failure
    if len(changes) < MIN_TRIALS:
        return Missing("too_few_trials")
    return Value(float(np.std(changes, ddof=1)), len(changes), len(changes) / asked)


def _excess(trials: Sequence[TrialData]) -> Value | Missing:
    practice = [each for each in trials if each.phase == "practice"]
    if not any(_rewarded(each) is not None for each in practice):
        return Missing("no_reward_trials")
    return exploration_excess(_changes(practice))


def _noise(trials: Sequence[TrialData]) -> Value | Missing:
    stretches: dict[tuple[int, str, bool], list[TrialData]] = {}
    for trial in trials:
        start = trial.view.start
        clamped = start.clamp and start.rotation_deg == 0.0
        if clamped or (trial.phase.startswith("probe") and trial.is_without_feedback):
            stretches.setdefault((trial.block, trial.phase, clamped), []).append(trial)
    if not stretches:
        return Missing("no_probe")
    found = pooled_sd([hands(each) for each in stretches.values()])
    if found is None or found[1] < MIN_TRIALS:
        return Missing("too_few_trials")
    return Value(found[0], found[1], found[1] / sum(map(len, stretches.values())))


def compute(session: SessionData) -> list[MetricRow]:
    return [
        *scoped(RATE, session, _rate),
        *whole(AFTER_FAILURE, session, lambda trials: _explored(trials, after=False)),
        *whole(AFTER_SUCCESS, session, lambda trials: _explored(trials, after=True)),
        *whole(EXCESS, session, _excess),
        *whole(NOISE, session, _noise),
    ]


METRICS = MetricFamily(specs=(RATE, AFTER_FAILURE, AFTER_SUCCESS, EXCESS, NOISE), compute=compute)
