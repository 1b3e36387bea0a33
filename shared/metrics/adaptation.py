"""What is learnt by error: bias and variability of the free reach, after-effect, rate and gain (SCIENCE 1.5).

Signs: hand angles are relative to the target, counter-clockwise positive. A rotation of +30 deg turns the
cursor counter-clockwise, so a person who adapts reaches towards -30 deg, and the after-effect is negative.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from shared.metrics._rows import MIN_TRIALS, Value, by_block, hands, mean_of, whole
from shared.metrics.spec import MetricFamily, MetricRow, MetricSpec, Missing
from shared.units import wrap_deg

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shared.metrics._session import SessionData, TrialData

AFTER_EFFECT_TRIALS = 8
LAST_TRIALS = 8
RATE_CYCLES = 3
LEAST_PERTURBATION_DEG = 1.0


def _spec(
    metric: str, name: str, unit: str, better: str, definition: str, source: str = "SCIENCE 1.5"
) -> MetricSpec:
    return MetricSpec(
        id=metric,
        version=1,
        name=name,
        unit=unit,
        better=better,  # type: ignore[arg-type]
        definition=definition,
        source=source,
        needs=("hand",),
        min_rate_hz=25.0,
        max_jitter_ms=20.0,
    )


BASELINE = _spec(
    "baseline_bias_deg",
    "Baseline bias",
    "deg",
    "neither",
    "Mean hand angle over the unperturbed trials before a block's practice: those without feedback when "
    "there are at least four, else those with. Mean over blocks.",
)
OPENING = _spec(
    "opening_probe_bias_deg",
    "Bias in the opening probe",
    "deg",
    "neither",
    "Mean hand angle over the no-feedback trials that open the session: what was kept from earlier days.",
)
CLOSING = _spec(
    "closing_probe_bias_deg",
    "Bias in the closing probe",
    "deg",
    "neither",
    "Mean hand angle over the no-feedback trials that close the training: the same-day probe.",
)
VARIABLE = _spec(
    "variable_error_deg",
    "Variable error",
    "deg",
    "lower",
    "Standard deviation of the hand angle over the no-feedback probe trials about the mean of their own "
    "probe (opening or closing), pooled.",
)
AFTER_EFFECT = _spec(
    "after_effect_deg",
    "After-effect",
    "deg",
    "neither",
    "Mean hand angle over the first 8 no-feedback trials after the perturbed practice, less the block's "
    "baseline bias; opposite in sign to the rotation when something was learnt. Mean over blocks.",
)
RATE = _spec(
    "learning_rate",
    "Learning rate",
    "1/cycle",
    "higher",
    "Slope of the cycle means of the hand angle over the first 3 cycles of practice (a cycle visits every "
    "target once), divided by minus the mean rotation in them; positive towards compensation. Mean over "
    "blocks.",
)
GAIN = _spec(
    "within_session_gain_deg",
    "Gain within the session",
    "deg",
    "higher",
    "Reduction of the mean absolute distance from the direction that practice asked for (the target less the "
    "rotation; the reward zone's centre in reward mode): the block's opening probe less its last 8 practice "
    "trials. Performance, not retention. Mean over blocks.",
)


def _before_practice(trials: Sequence[TrialData]) -> list[TrialData]:
    """Trials of a block before its practice that nothing perturbed."""
    first = next((at for at, each in enumerate(trials) if each.phase == "practice"), len(trials))
    return [
        each for each in trials[:first] if each.view.start.rotation_deg == 0.0 and not each.view.start.clamp
    ]


def _baseline(trials: Sequence[TrialData]) -> Value | Missing:
    before = _before_practice(trials)
    free = [each for each in before if each.is_without_feedback]
    found = mean_of(hands(free), len(free))
    return found if isinstance(found, Value) else mean_of(hands(before), len(before))


def _probe(phase: str, trials: Sequence[TrialData]) -> Value | Missing:
    asked = [each for each in trials if each.phase == phase and each.is_without_feedback]
    return mean_of(hands(asked), len(asked)) if asked else Missing("no_probe")


def _variable_error(trials: Sequence[TrialData]) -> Value | Missing:
    probes = [each for each in trials if each.phase.startswith("probe") and each.is_without_feedback]
    if not probes:
        return Missing("no_probe")
    groups = [
        np.asarray(hands([each for each in probes if each.phase == phase and each.block == block]))
        for phase in ("probe_opening", "probe_closing")
        for block in sorted({each.block for each in probes})
    ]
    groups = [group for group in groups if len(group) >= 2]
    count = sum(len(group) for group in groups)
    if count < MIN_TRIALS:
        return Missing("too_few_trials")
    squares = sum(float(np.sum((group - group.mean()) ** 2)) for group in groups)
    return Value(float(np.sqrt(squares / (count - len(groups)))), count, count / len(probes))


def _perturbed(trials: Sequence[TrialData]) -> list[int]:
    return [
        at
        for at, each in enumerate(trials)
        if each.phase == "practice" and abs(each.view.start.rotation_deg) >= LEAST_PERTURBATION_DEG
    ]


def _after_effect(trials: Sequence[TrialData]) -> Value | Missing:
    perturbed = _perturbed(trials)
    if not perturbed:
        return Missing("no_perturbation")
    baseline = _baseline(trials)
    if isinstance(baseline, Missing):
        return Missing("no_baseline")
    free = [each for each in trials[perturbed[-1] + 1 :] if each.is_without_feedback][:AFTER_EFFECT_TRIALS]
    found = mean_of(hands(free), len(free))
    if isinstance(found, Missing):
        return found
    return Value(found.value - baseline.value, found.n, found.quality * baseline.quality)


def _learning_rate(trials: Sequence[TrialData]) -> Value | Missing:
    practice = [each for each in trials if each.phase == "practice"]
    if not practice or not _perturbed(trials):
        return Missing("no_perturbation")
    length = len({each.view.start.target for each in practice})
    cycles = [practice[at : at + length] for at in range(0, RATE_CYCLES * length, length)]
    means = [hands(cycle) for cycle in cycles]
    if len(practice) < RATE_CYCLES * length or not all(means):
        return Missing("too_few_trials")
    first = [each for cycle in cycles for each in cycle]
    rotation = float(np.mean([each.view.start.rotation_deg for each in first]))
    if abs(rotation) < LEAST_PERTURBATION_DEG:
        return Missing("perturbation_too_small")
    slope = float(np.polyfit(np.arange(RATE_CYCLES), [np.mean(each) for each in means], 1)[0])
    used = sum(len(each) for each in means)
    return Value(slope / -rotation, used, used / len(first))


def _asked_deg(trial: TrialData) -> float | None:
    """The hand direction that practice asked for, relative to the target; a clamp asks for none."""
    start = trial.view.start
    if start.clamp:
        return None
    return start.zone_deg if start.zone_deg is not None else -start.rotation_deg


def _gain(trials: Sequence[TrialData]) -> Value | Missing:
    opening = hands([each for each in trials if each.phase == "probe_opening"])
    practice = [each for each in trials if each.phase == "practice" and each.hand_deg is not None]
    last = [(each.hand_deg, _asked_deg(each)) for each in practice[-LAST_TRIALS:]]
    pairs = [(hand, asked) for hand, asked in last if hand is not None and asked is not None]
    if last and not pairs:
        return Missing("clamped")
    if len(opening) < MIN_TRIALS or len(pairs) < MIN_TRIALS:
        return Missing("too_few_trials")
    asked = float(np.mean([goal for _, goal in pairs]))
    before = float(np.mean([abs(wrap_deg(hand - asked)) for hand in opening]))
    after = float(np.mean([abs(wrap_deg(hand - goal)) for hand, goal in pairs]))
    return Value(before - after, len(opening) + len(pairs), len(pairs) / LAST_TRIALS)


def compute(session: SessionData) -> list[MetricRow]:
    return [
        *by_block(BASELINE, session, _baseline),
        *whole(OPENING, session, lambda trials: _probe("probe_opening", trials)),
        *whole(CLOSING, session, lambda trials: _probe("probe_closing", trials)),
        *whole(VARIABLE, session, _variable_error),
        *by_block(AFTER_EFFECT, session, _after_effect),
        *by_block(RATE, session, _learning_rate),
        *by_block(GAIN, session, _gain),
    ]


METRICS = MetricFamily(
    specs=(BASELINE, OPENING, CLOSING, VARIABLE, AFTER_EFFECT, RATE, GAIN), compute=compute
)
