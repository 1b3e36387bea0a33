"""What is learnt by error: bias and variability of the free reach, after-effect, rate and gain (SCIENCE 1.5).

Signs: hand angles are relative to the target, counter-clockwise positive. A rotation of +30 deg turns the
cursor counter-clockwise, so a person who adapts reaches towards -30 deg, and the after-effect is negative.

A probe counts only where nothing was shown: a reach under feedback is performance, not what was kept. The
functions over arrays take a trial without a usable movement as NaN.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from shared.metrics._rows import MIN_TRIALS, Value, by_block, hands, mean_of, whole
from shared.metrics._statistics import finite, line, pooled_sd
from shared.metrics.spec import MetricFamily, MetricRow, MetricSpec, Missing
from shared.units import wrap_deg

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike

    from shared.metrics._session import SessionData, TrialData

AFTER_EFFECT_TRIALS = 8
LAST_TRIALS = 8
RATE_CYCLES = 3
LEAST_PERTURBATION_DEG = 1.0


def _spec(metric: str, name: str, unit: str, better: str, definition: str, *, version: int = 2) -> MetricSpec:
    return MetricSpec(
        id=metric,
        version=version,
        name=name,
        unit=unit,
        better=better,  # type: ignore[arg-type]
        definition=definition,
        source="SCIENCE 1.5",
        needs=("hand",),
        min_rate_hz=25.0,
        max_jitter_ms=20.0,
    )


BASELINE = _spec(
    "baseline_bias_deg",
    "Baseline bias",
    "deg",
    "neither",
    "Mean hand angle over the trials without feedback before a block's practice. Mean over blocks.",
)
OPENING = _spec(
    "opening_probe_bias_deg",
    "Bias in the opening probe",
    "deg",
    "neither",
    "Mean hand angle over the no-feedback trials that open the session, before any of its practice: what was "
    "kept from earlier days.",
)
CLOSING = _spec(
    "closing_probe_bias_deg",
    "Bias in the closing probe",
    "deg",
    "neither",
    "Mean hand angle over the no-feedback trials that close the last practised block: the same-day probe.",
)
VARIABLE = _spec(
    "variable_error_deg",
    "Variable error",
    "deg",
    "lower",
    "Standard deviation of the hand angle over the no-feedback probe trials about the mean of their own "
    "probe (opening or closing, block by block), pooled.",
    version=1,
)
SPREAD = _spec(
    "opening_probe_spread_deg",
    "Variable error of the opening probe",
    "deg",
    "lower",
    "Standard deviation of the hand angle over the opening probe's no-feedback trials: the free reach's "
    "variability before any practice of the day.",
    version=1,
)
AFTER_EFFECT = _spec(
    "after_effect_deg",
    "After-effect",
    "deg",
    "neither",
    "Mean hand angle over the first 8 no-feedback trials after the perturbed practice, less the block's "
    "baseline bias; opposite in sign to the rotation when something was learnt. Mean over blocks.",
)
PERTURBATION = _spec(
    "perturbation_deg",
    "Perturbation",
    "deg",
    "neither",
    "Mean rotation over the first 3 cycles of a block's practice, clamps at 0 deg left out; what the "
    "learning rate is divided by. Mean over blocks: read it block by block when a session turns both ways.",
    version=1,
)
EARLY = _spec(
    "early_hand_deg",
    "Hand angle early in practice",
    "deg",
    "neither",
    "Mean hand angle over the first 3 cycles of a block's practice, clamps at 0 deg left out: what savings "
    "and interference compare. Mean over blocks: read it block by block when a session turns both ways.",
    version=1,
)
RATE = _spec(
    "learning_rate",
    "Learning rate",
    "1/cycle",
    "higher",
    "Slope of the cycle means of the hand angle over the first 3 cycles of practice (a cycle visits every "
    "target once), divided by minus the mean rotation in them; positive towards compensation. Clamps at "
    "0 deg impose no error and are left out. Mean over blocks.",
)
GAIN = _spec(
    "within_session_gain_deg",
    "Gain within the session",
    "deg",
    "higher",
    "Reduction of the mean absolute distance from the direction that practice asked for (the target less the "
    "rotation; the reward zone's centre in reward mode): the block's no-feedback opening probe less its last "
    "8 practice trials. Performance, not retention. Mean over blocks.",
)


def after_effect(free_deg: ArrayLike, baseline_deg: ArrayLike) -> Value | Missing:
    """Return the mean of the first 8 no-feedback hand angles less the mean of the baseline's.

    Args:
        free_deg: shape (n,), the trials without feedback after the perturbation, in their order.
        baseline_deg: shape (m,), trials without feedback before it.
    """
    first = np.asarray(free_deg, dtype=np.float64)[:AFTER_EFFECT_TRIALS]
    seen, before = finite(first), finite(baseline_deg)
    if len(before) < MIN_TRIALS:
        return Missing("no_baseline")
    if len(seen) < MIN_TRIALS:
        return Missing("too_few_trials")
    return Value(float(seen.mean() - before.mean()), len(seen), len(seen) / len(first))


def learning_rate(hand_deg: ArrayLike, rotation_deg: ArrayLike, cycle: int) -> Value | Missing:
    """Return the slope of the first three cycles' mean hand angles, a cycle, over minus their mean rotation.

    Args:
        hand_deg, rotation_deg: shape (n,), the perturbed practice in its order, clamps at 0 deg left out.
        cycle: trials a cycle, one to each target.
    """
    asked = RATE_CYCLES * cycle
    hand = np.asarray(hand_deg, dtype=np.float64)[:asked]
    if len(hand) < asked or cycle < 1:
        return Missing("too_few_trials")
    cycles = [finite(each) for each in hand.reshape(RATE_CYCLES, cycle)]
    if not all(map(len, cycles)):
        return Missing("too_few_trials")
    rotation = float(np.mean(np.asarray(rotation_deg, dtype=np.float64)[:asked]))
    if abs(rotation) < LEAST_PERTURBATION_DEG:
        return Missing("perturbation_too_small")
    slope, _ = line(np.arange(RATE_CYCLES), [each.mean() for each in cycles])
    used = sum(map(len, cycles))
    return Value(slope / -rotation, used, used / asked)


def within_session_gain(opening_deg: ArrayLike, last_deg: ArrayLike, asked_deg: ArrayLike) -> Value | Missing:
    """Return how much nearer the hand came to the direction asked for, on average, in degrees.

    Args:
        opening_deg: shape (n,), hand angles of the no-feedback opening probe.
        last_deg, asked_deg: shape (m,), the last practice trials: the hand, and the direction asked for.
    """
    hand, goal = np.asarray(last_deg, dtype=np.float64), np.asarray(asked_deg, dtype=np.float64)
    usable = np.isfinite(hand) & np.isfinite(goal)
    opening, hand, goal = finite(opening_deg), hand[usable], goal[usable]
    if len(opening) < MIN_TRIALS or len(hand) < MIN_TRIALS:
        return Missing("too_few_trials")
    before = _wrapped(opening - goal.mean())
    after = _wrapped(hand - goal)
    gain = float(np.mean(np.abs(before)) - np.mean(np.abs(after)))
    return Value(gain, len(opening) + len(hand), len(hand) / LAST_TRIALS)


def _wrapped(angles_deg: np.ndarray) -> np.ndarray:
    return np.array([wrap_deg(float(each)) for each in angles_deg])


def _angles(trials: Sequence[TrialData]) -> list[float]:
    """Hand angles with NaN for a movement that is not used."""
    return [np.nan if each.hand_deg is None else each.hand_deg for each in trials]


def _baseline_trials(trials: Sequence[TrialData]) -> list[TrialData]:
    """Trials before the first practice that showed nothing and told nothing: nothing perturbed them."""
    first = next((at for at, each in enumerate(trials) if each.phase == "practice"), len(trials))
    return [each for each in trials[:first] if each.is_without_feedback]


def _baseline(trials: Sequence[TrialData]) -> Value | Missing:
    free = _baseline_trials(trials)
    return mean_of(hands(free), len(free)) if free else Missing("no_probe")


def _opening_trials(trials: Sequence[TrialData]) -> list[TrialData]:
    return [each for each in _baseline_trials(trials) if each.phase == "probe_opening"]


def _opening(trials: Sequence[TrialData]) -> Value | Missing:
    return _mean_of_probe(_opening_trials(trials))


def _opening_spread(trials: Sequence[TrialData]) -> Value | Missing:
    probe = _opening_trials(trials)
    found = pooled_sd([hands(probe)])
    if not probe:
        return Missing("no_probe")
    if found is None or found[1] < MIN_TRIALS:
        return Missing("too_few_trials")
    return Value(found[0], found[1], found[1] / len(probe))


def _closing(trials: Sequence[TrialData]) -> Value | Missing:
    practised = [each.block for each in trials if each.phase == "practice"]
    last = practised[-1] if practised else None
    return _mean_of_probe(
        [
            each
            for each in trials
            if each.phase == "probe_closing" and each.is_without_feedback and last in (None, each.block)
        ]
    )


def _mean_of_probe(probe: Sequence[TrialData]) -> Value | Missing:
    return mean_of(hands(probe), len(probe)) if probe else Missing("no_probe")


def _variable_error(trials: Sequence[TrialData]) -> Value | Missing:
    groups: dict[tuple[str, int], list[TrialData]] = {}
    for each in trials:
        if each.phase.startswith("probe") and each.is_without_feedback:
            groups.setdefault((each.phase, each.block), []).append(each)
    if not groups:
        return Missing("no_probe")
    found = pooled_sd([hands(each) for each in groups.values()])
    if found is None or found[1] < MIN_TRIALS:
        return Missing("too_few_trials")
    return Value(found[0], found[1], found[1] / sum(map(len, groups.values())))


def _perturbs(trial: TrialData) -> bool:
    return trial.phase == "practice" and abs(trial.view.start.rotation_deg) >= LEAST_PERTURBATION_DEG


def _after_effect(trials: Sequence[TrialData]) -> Value | Missing:
    perturbed = [at for at, each in enumerate(trials) if _perturbs(each)]
    if not perturbed:
        return Missing("no_perturbation")
    baseline = _baseline_trials(trials)
    free = [each for each in trials[perturbed[-1] + 1 :] if each.is_without_feedback]
    return after_effect(_angles(free), _angles(baseline))


def _imposing(trials: Sequence[TrialData]) -> tuple[list[TrialData], int]:
    """Practice without its clamps at 0 deg, and how many trials a cycle has."""
    practice = [
        each
        for each in trials
        if each.phase == "practice" and not (each.view.start.clamp and each.view.start.rotation_deg == 0.0)
    ]
    return practice, len({each.view.start.target for each in practice})


def _learning_rate(trials: Sequence[TrialData]) -> Value | Missing:
    if not any(map(_perturbs, trials)):
        return Missing("no_perturbation")
    practice, cycle = _imposing(trials)
    return learning_rate(_angles(practice), [each.view.start.rotation_deg for each in practice], cycle)


def _early(trials: Sequence[TrialData]) -> Value | Missing:
    practice, cycle = _imposing(trials)
    first = practice[: RATE_CYCLES * cycle]
    return mean_of(hands(first), len(first)) if first else Missing("no_practice")


def _perturbation(trials: Sequence[TrialData]) -> Value | Missing:
    practice, cycle = _imposing(trials)
    first = practice[: RATE_CYCLES * cycle]
    if not first:
        return Missing("no_practice")
    return Value(float(np.mean([each.view.start.rotation_deg for each in first])), len(first))


def _asked_deg(trial: TrialData) -> float:
    """The hand direction that practice asked for, relative to the target; NaN for a clamp: it asks none."""
    start = trial.view.start
    if start.clamp:
        return np.nan
    return start.zone_deg if start.zone_deg is not None else -start.rotation_deg


def _gain(trials: Sequence[TrialData]) -> Value | Missing:
    opening = _opening_trials(trials)
    practice = [each for each in trials if each.phase == "practice" and each.hand_deg is not None]
    last = practice[-LAST_TRIALS:]
    asked = [_asked_deg(each) for each in last]
    if last and np.isnan(asked).all():
        return Missing("clamped")
    return within_session_gain(_angles(opening), _angles(last), asked)


def compute(session: SessionData) -> list[MetricRow]:
    return [
        *by_block(BASELINE, session, _baseline),
        *whole(OPENING, session, _opening),
        *whole(CLOSING, session, _closing),
        *whole(VARIABLE, session, _variable_error),
        *whole(SPREAD, session, _opening_spread),
        *by_block(AFTER_EFFECT, session, _after_effect),
        *by_block(PERTURBATION, session, _perturbation),
        *by_block(EARLY, session, _early),
        *by_block(RATE, session, _learning_rate),
        *by_block(GAIN, session, _gain),
    ]


METRICS = MetricFamily(
    specs=(BASELINE, OPENING, CLOSING, VARIABLE, SPREAD, AFTER_EFFECT, PERTURBATION, EARLY, RATE, GAIN),
    compute=compute,
)
