"""The learning rate as a parameter: B of the one-rate model, fitted trial by trial (SCIENCE 1.5, 2.2).

The output x is minus the hand angle from baseline, in the perturbation's own unit and sign. The error seen is
hand angle plus rotation, so the model's perturbation is f = rotation + baseline: who strays by 3 deg and is
turned by 20 sees 23. Trials without feedback carry no error (e = 0): they are clamps to the model, never
perturbations of zero.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from shared.learning import models
from shared.learning.fit import RELATIVE_SE
from shared.learning.spec import LearningError
from shared.metrics._rows import MIN_TRIALS, Value, by_block, hands
from shared.metrics.spec import MetricFamily, MetricRow, MetricSpec, Missing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike

    from shared.metrics._session import SessionData, TrialData

LEAST_TRIALS = 20
LEAST_PERTURBATION_DEG = 1.0

SENSITIVITY = MetricSpec(
    id="fitted_error_sensitivity",
    version=1,
    name="Error sensitivity, fitted",
    unit="1",
    better="higher",
    definition="B of x(n+1) = A x + B e, fitted by least squares to a block's hand angles from baseline; e "
    "is the error that was seen (hand angle plus rotation), none in trials without feedback. Missing when "
    "the data cannot tell B (its standard error is above half its size). Mean over blocks.",
    source="SCIENCE 1.5, 2.2; the one-rate model after Thoroughman & Shadmehr 2000, Nature 407:742 "
    "(not verified)",
    needs=("hand",),
    min_rate_hz=25.0,
    max_jitter_ms=20.0,
)


def fitted_error_sensitivity(
    hand_deg: ArrayLike, rotation_deg: ArrayLike, no_error: ArrayLike, baseline_deg: float
) -> Value | Missing:
    """Fit the one-rate model to a block and return B.

    Args:
        hand_deg: shape (n,), hand angles relative to the target; NaN for a reach that is not used.
        rotation_deg: shape (n,), the rotation of the cursor.
        no_error: shape (n,), True where the person saw no error: no feedback, or a clamp at 0 deg.
        baseline_deg: the person's own bias before practice.
    """
    hand, rotation = np.asarray(hand_deg, dtype=np.float64), np.asarray(rotation_deg, dtype=np.float64)
    clamp = np.asarray(no_error, dtype=bool)
    if np.isfinite(hand).sum() < LEAST_TRIALS:
        return Missing("too_few_trials")
    if not np.any(np.abs(rotation[~clamp]) >= LEAST_PERTURBATION_DEG):
        return Missing("no_perturbation")
    fit = models()["one_rate"].fit
    if fit is None:  # pragma: no cover - the model declares one
        return Missing("no_model")
    try:
        found = fit(
            {
                "perturbation": np.where(clamp, np.nan, rotation + baseline_deg),
                "output": baseline_deg - hand,
                "clamp": clamp.astype(np.float64),
            }
        )
    except LearningError:
        return Missing("cannot_tell")
    error = found.se["b"]
    # The fit's own verdict is on A and B together; a retention of 1 lies on its bound and does not spoil B.
    if error is None or error > RELATIVE_SE * abs(found.params["b"]):
        return Missing("cannot_tell")
    return Value(found.params["b"], found.n, float(np.isfinite(hand).mean()))


def _saw_no_error(trial: TrialData) -> bool:
    start, end = trial.view.start, trial.view.end
    unfinished = end is None or end.outcome in ("timeout", "aborted")
    return start.clamp or start.feedback == "none" or unfinished


def _measure(trials: Sequence[TrialData]) -> Value | Missing:
    starts = [each.view.start for each in trials]
    if any(each.clamp and each.rotation_deg != 0.0 for each in starts):
        return Missing("clamped")
    if not any(abs(each.rotation_deg) >= LEAST_PERTURBATION_DEG for each in starts):
        return Missing("no_perturbation")
    first = next((at for at, each in enumerate(trials) if each.phase == "practice"), len(trials))
    baseline = hands([each for each in trials[:first] if each.is_without_feedback])
    if len(baseline) < MIN_TRIALS:
        return Missing("no_baseline")
    return fitted_error_sensitivity(
        [np.nan if each.hand_deg is None else each.hand_deg for each in trials],
        [each.rotation_deg for each in starts],
        [_saw_no_error(each) for each in trials],
        float(np.mean(baseline)),
    )


def compute(session: SessionData) -> list[MetricRow]:
    return by_block(SENSITIVITY, session, _measure)


METRICS = MetricFamily(specs=(SENSITIVITY,), compute=compute)
