"""Parameter recovery: simulate people with known parameters, fit each, and report bias and coverage."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from shared.learning.spec import LearningError

if TYPE_CHECKING:
    from shared.learning.spec import Fit, Model

Z90 = 1.6448536269514722


@dataclass(frozen=True, slots=True)
class Recovered:
    """One parameter over many people, in the parameter's unit.

    `bias` is the mean of estimate less truth; `median_error` the median of its size, relative to the truth's;
    `coverage_90` the share of people whose 90 % interval holds the truth, over those who have an interval
    (`with_interval` of `people`).
    """

    model: str
    parameter: str
    people: int
    truth_mean: float
    bias: float
    median_error: float
    coverage_90: float | None
    with_interval: int


def recover(model: Model, people: int, seed: int = 0) -> list[Recovered]:
    """Return how well `model.fit` finds again what `model.simulate` was given, a row a fitted parameter.

    Raises:
        LearningError: the model declares no recovery or no fit.
    """
    if model.recovery is None or model.fit is None:
        raise LearningError(f"{model.id} declares no parameter recovery")
    truths: list[dict[str, float]] = []
    fits: list[Fit] = []
    for child in np.random.SeedSequence([seed, people]).spawn(people):
        random = np.random.Generator(np.random.PCG64(child))
        schedule = model.recovery.schedule()
        params = model.complete(model.recovery.draw(random))
        simulated = model.simulate(params, schedule, random)
        data = {"perturbation": schedule.perturbation, "clamp": schedule.clamp.astype(float), **simulated}
        truths.append(params)
        fits.append(model.fit(data))
    return [_row(model.id, name, truths, fits) for name in fits[0].params if name in truths[0]]


def _row(model: str, name: str, truths: list[dict[str, float]], fits: list[Fit]) -> Recovered:
    truth = np.array([each[name] for each in truths])
    found = np.array([each.params[name] for each in fits])
    se = np.array([np.nan if each.se[name] is None else each.se[name] for each in fits], dtype=np.float64)
    has = np.isfinite(se)
    size = np.maximum(np.abs(truth), 1e-12)
    return Recovered(
        model=model,
        parameter=name,
        people=len(truths),
        truth_mean=float(truth.mean()),
        bias=float(np.mean(found - truth)),
        median_error=float(np.median(np.abs(found - truth) / size)),
        coverage_90=float(np.mean(np.abs(found - truth)[has] <= Z90 * se[has])) if has.any() else None,
        with_interval=int(has.sum()),
    )
