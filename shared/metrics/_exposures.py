"""Exposures to a perturbation, block by block, and what a later one owes to an earlier one (SCIENCE 1.5).

Two measures of quickness. The learning *rate* is the slope over the first three cycles, as SCIENCE 1.5 has
it. It has two traps: a quick learner is done within those cycles, so that a greater speed may give a smaller
slope; and right after A the slope of B counts A's decay as learning (the published two-rate model gives a
ratio of up to 2). The *early adaptation*, the mean share compensated in those cycles, has neither.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from shared.metrics._rows import Value
from shared.metrics.spec import Missing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shared.metrics.spec import MetricRow

LEAST_DEG = 1.0
SAME_SHARE = 0.2
"""Two perturbations count as the same when their sizes differ by no more than this share of the larger."""


@dataclass(frozen=True, slots=True)
class Exposure:
    """One block's perturbation (deg, signed) and how quickly it was learnt; None where it could not be had.

    `rate`: slope over the first cycles, 1/cycle. `early_deg`: mean hand angle over them; `baseline_deg`: the
    bias before the block's practice. `n`: trials of those cycles.
    """

    perturbation_deg: float
    rate: float | None
    n: int = 0
    early_deg: float | None = None
    baseline_deg: float | None = None

    def adapted(self, baseline_deg: float | None) -> float | None:
        """Return the mean share of the perturbation that was compensated, counted from `baseline_deg`."""
        if self.early_deg is None or baseline_deg is None:
            return None
        return (baseline_deg - self.early_deg) / self.perturbation_deg


def exposures_of(rows: Sequence[MetricRow]) -> list[Exposure]:
    """Return a session's perturbed blocks in their order, from the rows that `adaptation` gave.

    Rows by block are used when there are any; else the session counts as one block.
    """
    found = {(each.metric, each.scope): each for each in rows}
    scopes = sorted(
        (scope for metric, scope in found if metric == "perturbation_deg" and scope.startswith("block:")),
        key=lambda scope: int(scope.removeprefix("block:")),
    )
    result: list[Exposure] = []
    for scope in scopes or [""]:
        turned, rate, early, before = (
            found.get((metric, scope))
            for metric in ("perturbation_deg", "learning_rate", "early_hand_deg", "baseline_bias_deg")
        )
        if turned is None or turned.value is None or abs(turned.value) < LEAST_DEG:
            continue
        result.append(
            Exposure(
                turned.value,
                rate.value if rate else None,
                early.n if early else 0,
                early.value if early else None,
                before.value if before else None,
            )
        )
    return result


def is_same(one: Exposure, other: Exposure) -> bool:
    """Return whether two exposures turned to the same side by about as much."""
    sizes = abs(one.perturbation_deg), abs(other.perturbation_deg)
    same_side = one.perturbation_deg * other.perturbation_deg > 0
    return same_side and abs(sizes[0] - sizes[1]) <= SAME_SHARE * max(sizes)


def savings(past: Sequence[Exposure], now: Exposure) -> Value | Missing:
    """Return the rate of this exposure less that of the first one to the same perturbation, 1/cycle."""
    first = _first(past, now)
    if isinstance(first, Missing):
        return first
    return _difference(first.rate, now.rate, now.n)


def savings_early(past: Sequence[Exposure], now: Exposure) -> Value | Missing:
    """Return the early adaptation less that of the first exposure to the same, each from its own baseline."""
    first = _first(past, now)
    if isinstance(first, Missing):
        return first
    return _difference(first.adapted(first.baseline_deg), now.adapted(now.baseline_deg), now.n)


def interference(past: Sequence[Exposure], now: Exposure) -> Value | Missing:
    """Return the rate of B after A over the naive rate: that of the very first exposure, mirrored."""
    naive = _naive(past, now)
    if isinstance(naive, Missing):
        return naive
    return _ratio(naive.rate, now.rate, now.n)


def interference_early(past: Sequence[Exposure], now: Exposure) -> Value | Missing:
    """Return the early adaptation to B after A over the naive one, both from the bias before A."""
    naive = _naive(past, now)
    if isinstance(naive, Missing):
        return naive
    return _ratio(naive.adapted(naive.baseline_deg), now.adapted(naive.baseline_deg), now.n)


def _first(past: Sequence[Exposure], now: Exposure) -> Exposure | Missing:
    return next((each for each in past if is_same(each, now)), Missing("first_exposure"))


def _naive(past: Sequence[Exposure], now: Exposure) -> Exposure | Missing:
    """The very first exposure. B must turn the other way than it and than the one just before, and be new."""
    if not past:
        return Missing("first_exposure")
    mirrored = Exposure(-now.perturbation_deg, now.rate)
    if not is_same(past[-1], mirrored) or not is_same(past[0], mirrored):
        return Missing("no_opposite_before")
    if any(each.perturbation_deg * now.perturbation_deg > 0 for each in past):
        return Missing("not_naive")
    return past[0]


def _difference(first: float | None, now: float | None, n: int) -> Value | Missing:
    return Missing("no_learning_rate") if first is None or now is None else Value(now - first, n)


def _ratio(naive: float | None, now: float | None, n: int) -> Value | Missing:
    if naive is None or now is None:
        return Missing("no_learning_rate")
    return Value(now / naive, n) if naive > 0.0 else Missing("no_naive_learning")
