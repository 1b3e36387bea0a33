"""Standard errors that the profile likelihood agrees with, where the curvature at the top promises too much.

A likelihood that falls more slowly on one side (a rate near 0, say) has wider intervals there than its second
derivative tells. The standard error is widened until estimate +- z SE reaches where the profile has fallen by
as much as it should have (half the 90 % point of chi-square with one degree of freedom), on the wider side.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from shared.learning import fit as fitting

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from shared.learning.spec import Parameter

_Z90 = 1.6448536269514722
_FALL = 0.5 * _Z90**2
_ROUNDS = 2
_BRIEF = {"maxiter": 6}
"""The others begin where the covariance expects them, near their best."""


def widened(
    solution: fitting.Solution,
    cost: Callable[[NDArray[np.float64]], float],
    parameters: Sequence[Parameter],
    names: Sequence[str],
) -> fitting.Solution:
    """Return the solution with the named parameters' variances widened to their profile likelihood.

    Args:
        cost: theta (k,) -> negative log likelihood.
    """
    covariance = solution.covariance
    if covariance is None:
        return solution
    factors = np.ones(len(parameters))
    for at, each in enumerate(parameters):
        if each.name not in names or covariance[at, at] <= 0:
            continue
        se = math.sqrt(covariance[at, at])
        others = np.arange(len(parameters)) != at
        along = covariance[others, at] / covariance[at, at]
        reach = max(_side(solution, cost, parameters, at, along, side * _Z90 * se) for side in (-1.0, 1.0))
        factors[at] = max(reach / (_Z90 * se), 1.0)
    return replace(solution, covariance=covariance * np.outer(factors, factors))


def _side(
    solution: fitting.Solution,
    cost: Callable[[NDArray[np.float64]], float],
    parameters: Sequence[Parameter],
    at: int,
    along: NDArray[np.float64],
    step: float,
) -> float:
    """Return how far from the estimate the profile falls by `_FALL`, on the side that `step` points to."""
    low, high = fitting.bounds(parameters)
    room = (high[at] if step > 0 else low[at]) - solution.theta[at]
    for _ in range(_ROUNDS):
        if abs(step) >= abs(room):
            return abs(step)
        fall = _profile(solution, cost, low, high, at, along, step) + solution.log_likelihood
        if fall >= 0.9 * _FALL:
            break
        step *= min(math.sqrt(_FALL / max(fall, 0.05)), 3.0)
    return abs(step)


def _profile(
    solution: fitting.Solution,
    cost: Callable[[NDArray[np.float64]], float],
    low: NDArray[np.float64],
    high: NDArray[np.float64],
    at: int,
    along: NDArray[np.float64],
    step: float,
) -> float:
    """Return the least negative log likelihood with one parameter held at its estimate plus `step`.

    `along`: how far each other parameter is expected to go with it, shape (k - 1,).
    """
    from scipy.optimize import minimize

    others = np.arange(len(low)) != at
    width = (high - low)[others]
    begin = np.clip(solution.theta[others] + step * along, low[others], high[others])

    def held(unit: NDArray[np.float64]) -> float:
        theta = solution.theta.copy()
        theta[at] += step
        theta[others] = low[others] + width * unit
        value = cost(theta)
        return value if math.isfinite(value) else 1e12

    if len(width) == 0:
        return held(width)
    start = np.clip((begin - low[others]) / width, 0.0, 1.0)
    found = minimize(held, start, method="L-BFGS-B", bounds=[(0.0, 1.0)] * len(start), options=_BRIEF)
    return float(found.fun)
