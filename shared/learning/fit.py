"""Fitting: several starts inside the bounds, standard errors, AIC and BIC, and whether the data can tell.

Two ways in: least squares for models of a mean (`solve_least_squares`), full likelihood for models of chance
(`solve_likelihood`). `report` turns either solution into a `Fit` with a plain statement.
"""

from __future__ import annotations

import math
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from shared.learning.spec import Fit, LearningError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from shared.learning.spec import Columns, Parameter

_EDGE = 1e-4
"""A parameter nearer to its bound than this share of its range lies on it."""
RELATIVE_SE, RANGE_SE = 0.5, 0.05
"""A parameter counts as told when its standard error is below half its size, or a twentieth of its range."""
AIC_MARGIN = 2.0


@dataclass(frozen=True, slots=True)
class Solution:
    """The best of several starts. `covariance` (k, k) is None when the data do not bound the parameters."""

    theta: NDArray[np.float64]
    covariance: NDArray[np.float64] | None
    n: int
    sse: float | None
    log_likelihood: float

    @property
    def mse(self) -> float | None:
        return None if self.sse is None else self.sse / self.n

    def noise_sd(self) -> float:
        """Return the standard deviation of the residuals, in the data's unit.

        Raises:
            LearningError: the fit was by likelihood and has no residuals.
        """
        if self.sse is None:
            raise LearningError("a fit by likelihood has no residuals")
        return math.sqrt(self.sse / (self.n - len(self.theta)))


def columns(data: Columns, names: Sequence[str], *, at_least: int) -> list[NDArray[np.float64]]:
    """Return the named columns as float arrays of one length.

    Raises:
        LearningError: a column is missing, the lengths differ, there are too few trials, or an infinity.
    """
    missing = [name for name in names if name not in data]
    if missing:
        raise LearningError(f"the column {missing[0]} is missing; needed are {', '.join(names)}")
    found = [np.asarray(data[name], dtype=np.float64) for name in names]
    if len({len(each) for each in found}) > 1:
        raise LearningError("the columns have different lengths")
    if len(found[0]) < at_least:
        raise LearningError(f"{len(found[0])} trials, and at least {at_least} are needed")
    for name, each in zip(names, found, strict=True):
        if np.isinf(each).any():
            raise LearningError(f"the column {name} holds an infinity")
    return found


def adaptation(
    data: Columns, *, at_least: int
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.bool_]]:
    """Return perturbation, output (NaN: a missing trial) and clamp of an adaptation experiment.

    Raises:
        LearningError: as `columns`; or a clamp that is not 0 or 1, or no perturbation outside a clamp.
    """
    perturbation, output, clamp = columns(data, ("perturbation", "output", "clamp"), at_least=at_least)
    if not np.isin(clamp, (0.0, 1.0)).all():
        raise LearningError("the column clamp holds something other than 0 and 1")
    clamped = clamp > 0
    if np.isnan(perturbation[~clamped]).any():
        raise LearningError("a trial outside a clamp has no perturbation")
    return perturbation, output, clamped


def reported_aim(data: Columns) -> NDArray[np.float64]:
    """Return the aim (column `explicit`) of every trial: the last one reported, zero before the first.

    Raises:
        LearningError: there is no such column, or it holds no aim.
    """
    (reported,) = columns(data, ("explicit",), at_least=1)
    known = np.isfinite(reported)
    if not known.any():
        raise LearningError("the column explicit holds no aim")
    last = np.maximum.accumulate(np.where(known, np.arange(len(reported)), -1))
    return np.where(last >= 0, reported[np.maximum(last, 0)], 0.0)


def starts_between(parameters: Sequence[Parameter], count: int, seed: int = 0) -> list[NDArray[np.float64]]:
    """Return the defaults and `count - 1` further starts spread evenly through the bounds (Halton)."""
    from scipy.stats import qmc  # late: scipy.stats takes most of a second to import

    low, high = bounds(parameters)
    spread = qmc.Halton(len(parameters), scramble=True, rng=np.random.default_rng(seed)).random(count - 1)
    inner = low + (high - low) * (0.05 + 0.9 * spread)
    return [np.array([each.default for each in parameters]), *inner]


def bounds(parameters: Sequence[Parameter]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return lower and upper bounds, each of shape (k,)."""
    return np.array([each.low for each in parameters]), np.array([each.high for each in parameters])


def solve_least_squares(
    residuals: Callable[[NDArray[np.float64]], NDArray[np.float64]],
    parameters: Sequence[Parameter],
    starts: Iterable[NDArray[np.float64]],
    *,
    jacobian: Callable[[NDArray[np.float64]], NDArray[np.float64]] | None = None,
) -> Solution:
    """Minimise the sum of squares from every start, inside the bounds (trust region reflective).

    Args:
        residuals: theta (k,) -> residuals (n,), finite.
        jacobian: theta (k,) -> (n, k); finite differences when None.

    Raises:
        LearningError: fewer residuals than parameters, or no start could be evaluated.
    """
    from scipy.optimize import least_squares

    low, high = bounds(parameters)
    inside = 1e-9 * (high - low)
    best = None
    for start in starts:
        begin = np.clip(start, low + inside, high - inside)
        if not np.isfinite(residuals(begin)).all():
            continue
        found = least_squares(
            residuals, begin, bounds=(low, high), jac=jacobian or "2-point", x_scale=high - low
        )
        if best is None or found.cost < best.cost:
            best = found
    if best is None:
        raise LearningError("the model cannot be evaluated on these data")
    count, free = len(best.fun), len(parameters)
    if count <= free:
        raise LearningError(f"{count} usable trials cannot give {free} parameters")
    sse = float(2.0 * best.cost)
    return Solution(
        theta=np.asarray(best.x, dtype=np.float64),
        covariance=inverse(best.jac.T @ best.jac, sse / (count - free)),
        n=count,
        sse=sse,
        log_likelihood=gaussian_log_likelihood(sse, count),
    )


def solve_likelihood(
    negative_log_likelihood: Callable[[NDArray[np.float64]], float],
    parameters: Sequence[Parameter],
    starts: Iterable[NDArray[np.float64]],
    n: int,
) -> Solution:
    """Maximise a likelihood from every start, inside the bounds (L-BFGS-B); errors from the Hessian.

    Raises:
        LearningError: no start could be evaluated.
    """
    from scipy.optimize import minimize

    low, high = bounds(parameters)
    width = high - low

    def scaled(unit: NDArray[np.float64]) -> float:
        value = negative_log_likelihood(low + width * unit)
        return value if math.isfinite(value) else 1e12

    best = None
    for start in starts:
        begin = np.clip((start - low) / width, 1e-6, 1 - 1e-6)
        found = minimize(scaled, begin, method="L-BFGS-B", bounds=[(0.0, 1.0)] * len(begin))
        if best is None or found.fun < best.fun:
            best = found
    if best is None or best.fun >= 1e12:
        raise LearningError("the model cannot be evaluated on these data")
    covariance = inverse(_hessian(scaled, best.x), 1.0)
    return Solution(
        theta=low + width * best.x,
        covariance=None if covariance is None else covariance * np.outer(width, width),
        n=n,
        sse=None,
        log_likelihood=-float(best.fun),
    )


def report(
    model: str,
    parameters: Sequence[Parameter],
    solution: Solution,
    *,
    simpler: tuple[str, Solution, int] | None = None,
    extra_free: int = 0,
    extra: Mapping[str, float] | None = None,
) -> Fit:
    """Turn a solution into a `Fit`, with standard errors, criteria and a verdict in words.

    Args:
        simpler: the simpler model's id, its solution on the same data, and its number of parameters.
        extra_free: parameters counted in AIC and BIC beyond `parameters` (a noise that was profiled out).
        extra: what else the fit found (`Fit.extra`).
    """
    aic, bic = criteria(solution, len(parameters) + extra_free)
    found = None if simpler is None else criteria(simpler[1], simpler[2])
    se = standard_errors(parameters, solution)
    untold = [
        each.name
        for each, value in zip(parameters, solution.theta, strict=True)
        if (error := se[each.name]) is None
        or error > max(RELATIVE_SE * abs(value), RANGE_SE * (each.high - each.low))
    ]
    notes = []
    if untold:
        notes.append(f"cannot tell {', '.join(untold)} from these data")
    if simpler is not None and found is not None and aic > found[0] - AIC_MARGIN:
        notes.append(f"the simpler model {simpler[0]} explains these data as well")
    return Fit(
        model=model,
        params={each.name: float(value) for each, value in zip(parameters, solution.theta, strict=True)},
        se=se,
        n=solution.n,
        mse=solution.mse,
        log_likelihood=solution.log_likelihood,
        aic=aic,
        bic=bic,
        simpler=None if simpler is None else simpler[0],
        aic_simpler=None if found is None else found[0],
        bic_simpler=None if found is None else found[1],
        identifiable=not notes,
        note="; ".join(notes) or "the data tell the parameters apart",
        extra=extra or {},
    )


def criteria(solution: Solution, free: int) -> tuple[float, float]:
    """Return AIC and BIC: n ln(MSE) + penalty for least squares, -2 ln L + penalty for a likelihood."""
    if solution.mse is None:
        fit_term = -2.0 * solution.log_likelihood
    else:
        fit_term = solution.n * math.log(max(solution.mse, 1e-300))
    return fit_term + 2.0 * free, fit_term + free * math.log(solution.n)


def standard_errors(parameters: Sequence[Parameter], solution: Solution) -> dict[str, float | None]:
    """Return each parameter's standard error; None on a bound, or where the data do not bound it."""
    result: dict[str, float | None] = {}
    for at, each in enumerate(parameters):
        value, edge = float(solution.theta[at]), _EDGE * (each.high - each.low)
        on_bound = not each.low + edge < value < each.high - edge
        variance = -1.0 if solution.covariance is None else float(solution.covariance[at, at])
        result[each.name] = None if on_bound or variance < 0 else math.sqrt(variance)
    return result


def inverse(information: NDArray[np.float64], scale: float) -> NDArray[np.float64] | None:
    """Return scale * information^-1, or None when the matrix carries too little to be inverted."""
    size = np.sqrt(np.abs(np.diag(information)))
    if not np.isfinite(information).all() or (size == 0).any():
        return None
    even = information / np.outer(size, size)
    values, vectors = np.linalg.eigh(even)
    if values[0] <= 1e-10 * values[-1]:
        return None
    return np.asarray(scale * (vectors / values) @ vectors.T / np.outer(size, size))


def gaussian_log_likelihood(sse: float, count: int) -> float:
    """Return the log likelihood of normal residuals at their own best variance."""
    return -0.5 * count * (math.log(2.0 * math.pi * max(sse, 1e-300) / count) + 1.0)


def _hessian(
    function: Callable[[NDArray[np.float64]], float], at: NDArray[np.float64], step: float = 1e-3
) -> NDArray[np.float64]:
    """Central second differences on the unit cube, kept inside it."""
    centre = np.clip(at, 2 * step, 1 - 2 * step)
    size = len(centre)
    result = np.empty((size, size))
    moves = step * np.eye(size)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        here = function(centre)
        for i in range(size):
            result[i, i] = (function(centre + moves[i]) - 2 * here + function(centre - moves[i])) / step**2
            for j in range(i):
                both, one, other, none = (
                    function(centre + a * moves[i] + b * moves[j])
                    for a, b in ((1, 1), (1, -1), (-1, 1), (-1, -1))
                )
                result[i, j] = result[j, i] = (both - one - other + none) / (4 * step**2)
    return result
