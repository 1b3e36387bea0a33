"""Fit a one- or two-rate learner by least squares, in coordinates where every constraint holds by itself.

Constraints (Smith, Ghazizadeh & Shadmehr 2006, with the stability conditions of SCIENCE 2.1): everything in
[0, 1], af <= as, bf >= bs, and af as - af bs - bf as > 0. With q, r in (0, 1), bf = q / (1/af + r/as) and
bs = r bf are exactly these, so MINPACK's unconstrained Levenberg-Marquardt can be used.

Starts: a grid over the whole space is evaluated (some 15 microseconds a point); the best few that differ
are refined. A simplex search from grid points stops early here: SCIENCE 2.3 has the figures.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

import numpy as np

from shared.learning._rates import Inputs, one_rate, two_rate
from shared.learning.fit import Solution, gaussian_log_likelihood, inverse
from shared.learning.spec import LearningError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from shared.learning._rates import Outputs

    Array = NDArray[np.float64]

REFINED = 3
"""The most starts that are refined; two that meet are enough."""
_FAR = 20.0
"""Where a coordinate is cut: 1 / (1 + exp(-20)) is 1 to 2e-9."""
_STEP_TOLERANCE, _COST_TOLERANCE = 1e-11, 1e-8
_THINNED = 5
_MEET = 1e-6
"""Two starts meet when their sums of squares differ by less than this share."""


@dataclass(frozen=True, slots=True)
class Form:
    """A model in free coordinates: `to_theta(t)` gives theta and its derivatives (k, k) by t."""

    solve: Callable[[Array, Inputs], Outputs]
    to_theta: Callable[[Array], tuple[Array, Array]]
    to_free: Callable[[Array], Array]
    grid: Sequence[Array]


def least_squares(form: Form, inputs: Inputs, output: Array, near: Array | None = None) -> Solution:
    """Return the best fit to the outputs that are there (NaN: a missing trial).

    `near`: a theta to start from as well, such as another reading's best fit; the grid is then thinned.

    Raises:
        LearningError: no more trials with an output than parameters.
    """
    from scipy.optimize import leastsq

    there = np.isfinite(output)
    aimed = output[there]
    size = len(form.grid[0])
    if len(aimed) <= size:
        raise LearningError(f"{len(aimed)} usable trials cannot give {size} parameters")

    point = _Point(form, inputs)

    def residuals(free: Array) -> Array:
        return point.at(free)[0][there] - aimed

    def derivatives(free: Array) -> Array:
        _, by_theta, by_free = point.at(free)
        return np.asarray(by_theta()[there] @ by_free)

    best_sse, best = math.inf, np.zeros(size)
    for start in _starts(form, inputs, there, aimed, near):
        found, _, told, _, _ = leastsq(
            residuals,
            start,
            Dfun=derivatives,
            ftol=_COST_TOLERANCE,
            xtol=_STEP_TOLERANCE,
            gtol=0.0,
            maxfev=200,
            full_output=True,
        )
        sse = float(told["fvec"] @ told["fvec"])
        met = abs(sse - best_sse) <= _MEET * sse
        if sse < best_sse:
            best_sse, best = sse, found
        if met:
            break
    theta, _ = form.to_theta(best)
    jacobian = form.solve(theta, inputs)[1]()[there]
    return Solution(
        theta=theta,
        covariance=inverse(jacobian.T @ jacobian, best_sse / (len(aimed) - size)),
        n=len(aimed),
        sse=best_sse,
        log_likelihood=gaussian_log_likelihood(best_sse, len(aimed)),
    )


class _Point:
    """The model where it was last evaluated: the optimiser asks there for outputs, then for derivatives."""

    def __init__(self, form: Form, inputs: Inputs) -> None:
        self._form, self._inputs = form, inputs
        self._free = b""
        self._there: tuple[Array, Callable[[], Array], Array] | None = None

    def at(self, free: Array) -> tuple[Array, Callable[[], Array], Array]:
        """Return outputs, what gives their derivatives by theta, and theta's derivatives by `free`."""
        now = free.tobytes()
        if self._there is None or now != self._free:
            theta, by_free = self._form.to_theta(free)
            self._free, self._there = now, (*self._form.solve(theta, self._inputs), by_free)
        return self._there


def _starts(
    form: Form, inputs: Inputs, there: NDArray[np.bool_], aimed: Array, near: Array | None
) -> list[Array]:
    """Return free coordinates: of `near`, when given, and of the best grid points."""
    grid = list(form.grid if near is None else form.grid[::_THINNED])
    costs = []
    for theta in grid:
        apart = form.solve(theta, inputs)[0][there] - aimed
        costs.append(float(apart @ apart))
    order = np.argsort(costs, kind="stable")[:REFINED]
    first = [] if near is None else [form.to_free(near)]
    return [*first, *(form.to_free(grid[at]) for at in order)][:REFINED]


def _rise(free: float) -> tuple[float, float]:
    """Logistic function and slope, cut far out."""
    cut = max(-_FAR, min(_FAR, free))
    value = 1.0 / (1.0 + math.exp(-cut))
    return value, value * (1.0 - value)


def _logit(share: float) -> float:
    inside = min(max(share, 1e-9), 1.0 - 1e-9)
    return math.log(inside / (1.0 - inside))


def _two_theta(free: Array) -> tuple[Array, Array]:
    keep_slow, slope_slow = _rise(free[1])
    below, slope_below = _rise(free[0])
    share, slope_share = _rise(free[2])
    ratio, slope_ratio = _rise(free[3])
    keep_fast = keep_slow * below
    room = 1.0 / (1.0 / keep_fast + ratio / keep_slow)
    rate_fast = share * room
    # How the free coordinates (columns) move af, as, bf and bs (rows).
    by_fast = np.array([keep_slow * slope_below, below * slope_slow, 0.0, 0.0])
    by_slow = np.array([0.0, slope_slow, 0.0, 0.0])
    by_ratio = np.array([0.0, 0.0, 0.0, slope_ratio])
    by_room = room**2 * (by_fast / keep_fast**2 + ratio / keep_slow**2 * by_slow - by_ratio / keep_slow)
    by_rate = share * by_room
    by_rate[2] += slope_share * room
    theta = np.array([keep_fast, keep_slow, rate_fast, ratio * rate_fast])
    return theta, np.array([by_fast, by_slow, by_rate, ratio * by_rate + rate_fast * by_ratio])


def _two_free(theta: Array) -> Array:
    keep_fast, keep_slow, rate_fast, rate_slow = np.maximum(theta, 1e-6).tolist()
    ratio = rate_slow / rate_fast
    share = rate_fast * (1.0 / keep_fast + ratio / keep_slow)
    return np.array([_logit(keep_fast / keep_slow), _logit(keep_slow), _logit(share), _logit(ratio)])


def with_bias(form: Form) -> Form:
    """Return the form with one more parameter: a bias of the output, which the states know only as error."""

    def solve(theta: Array, inputs: Inputs) -> Outputs:
        rates, bias = theta[:-1], float(theta[-1])
        learnt, by_rates = form.solve(rates, Inputs(inputs.drive - bias * inputs.closed, inputs.closed))

        def derivatives() -> Array:
            # What is learnt is linear in what drives it, so a unit of bias adds the answer to -closed.
            answer, _ = form.solve(rates, Inputs(-inputs.closed, inputs.closed))
            return np.column_stack([by_rates(), 1.0 + answer])

        return learnt + bias, derivatives

    def to_theta(free: Array) -> tuple[Array, Array]:
        rates, by_free = form.to_theta(free[:-1])
        whole = np.eye(len(free))
        whole[:-1, :-1] = by_free
        return np.append(rates, free[-1]), whole

    def to_free(theta: Array) -> Array:
        return np.append(form.to_free(theta[:-1]), theta[-1])

    return Form(solve, to_theta, to_free, [np.append(each, 0.0) for each in form.grid])


def _one_theta(free: Array) -> tuple[Array, Array]:
    keep, slope_keep = _rise(free[0])
    rate, slope_rate = _rise(free[1])
    return np.array([keep, rate]), np.diag([slope_keep, slope_rate])


def _one_free(theta: Array) -> Array:
    return np.array([_logit(theta[0]), _logit(theta[1])])


TWO_RATE = Form(
    two_rate,
    _two_theta,
    _two_free,
    [
        np.array([below * keep, keep, rate, ratio * rate])
        for keep, below, rate, ratio in product(
            (0.9, 0.97, 0.99, 0.998), (0.3, 0.6, 0.85), (0.08, 0.2), (0.1, 0.3)
        )
    ],
)
ONE_RATE = Form(
    one_rate,
    _one_theta,
    _one_free,
    [np.array(each) for each in product((0.7, 0.9, 0.97, 0.99, 0.998), (0.02, 0.05, 0.1, 0.2, 0.4))],
)
