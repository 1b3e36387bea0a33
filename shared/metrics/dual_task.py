"""What a second task costs, when the plan asked for one (SCIENCE 1.5): (single - dual) / single."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from shared.metrics._rows import MIN_TRIALS, Value, whole
from shared.metrics._statistics import finite
from shared.metrics.spec import MetricFamily, MetricRow, MetricSpec, Missing

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Literal

    from numpy.typing import ArrayLike

    from shared.metrics._session import SessionData, TrialData


def _spec(
    metric: str, name: str, what: str, needs: tuple[Literal["hand", "events"], ...], rate_hz: float
) -> MetricSpec:
    return MetricSpec(
        id=metric,
        version=1,
        name=name,
        unit="1",
        better="lower",
        definition=f"(single - dual) / single for the {what}: practice trials with a second task against "
        "those of the same blocks without one; positive when the second task costs something.",
        source="SCIENCE 1.5",
        needs=needs,
        min_rate_hz=rate_hz,
        max_jitter_ms=20.0 if rate_hz else np.inf,
        validated="none",
    )


SPEED = _spec("dual_task_cost_speed", "Dual-task cost: speed", "mean peak speed", ("hand", "events"), 60.0)
ACCURACY = _spec("dual_task_cost_accuracy", "Dual-task cost: accuracy", "success rate", ("events",), 0.0)


def dual_task_cost(single: ArrayLike, dual: ArrayLike) -> Value | Missing:
    """Return (mean single - mean dual) / mean single of a measure of which more is better.

    Args:
        single, dual: shape (n,), (m,); NaN where a trial gave no value.
    """
    alone, both = finite(single), finite(dual)
    if len(alone) < MIN_TRIALS or len(both) < MIN_TRIALS:
        return Missing("too_few_trials")
    if alone.mean() <= 0.0:
        return Missing("single_is_zero")
    asked = np.size(single) + np.size(dual)
    return Value(
        float(1.0 - both.mean() / alone.mean()), len(alone) + len(both), (len(alone) + len(both)) / asked
    )


def _measure(number: Callable[[TrialData], float | None]) -> Callable[[Sequence[TrialData]], Value | Missing]:
    def measure(trials: Sequence[TrialData]) -> Value | Missing:
        blocks = {each.block for each in trials if each.view.start.dual_task}
        if not blocks:
            return Missing("no_dual_task")
        here = [each for each in trials if each.block in blocks and each.phase == "practice"]
        values: dict[bool, list[float]] = {True: [], False: []}
        for each in here:
            value = number(each)
            values[each.view.start.dual_task].append(np.nan if value is None else value)
        return dual_task_cost(values[False], values[True])

    return measure


def _speed(trial: TrialData) -> float | None:
    return trial.reach.peak_speed_m_s if trial.reach else None


def _success(trial: TrialData) -> float | None:
    end = trial.view.end
    return None if end is None or end.success is None or trial.view.start.clamp else float(end.success)


def compute(session: SessionData) -> list[MetricRow]:
    return [*whole(SPEED, session, _measure(_speed)), *whole(ACCURACY, session, _measure(_success))]


METRICS = MetricFamily(specs=(SPEED, ACCURACY), compute=compute)
