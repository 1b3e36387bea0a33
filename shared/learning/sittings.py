"""Two rates from the sittings of an assessment, whatever its schedule: error seen in, hand angle out.

All trials go to one target, so that nothing is said of how learning spreads. With the error e that was seen
(cursor less target; 0 where nothing was shown), cut at 6 degrees either way (Kim et al. 2018, Commun Biol
1:19):

    fast(n+1) = af fast(n) - bf e(n)       hand(n) = bias + fast(n) + slow(n) + repeated(n) + noise(n)
    slow(n+1) = as slow(n) - bs e(n)       repeated(n+1) = repeated(n) + r noise(n)

The error is the one that was measured, so that the noise of a movement is learnt from, as it is by people.
Repetition draws the next movement towards the last one (as in the model `repetition`): what is not expected
of a movement stays by the share r. Each sitting has a bias of its own and, from the second on, what the slow
state kept of the sittings before; the fast one begins each at zero.

For given af, as and r the rest is linear: r makes the noise that is left a random walk besides, which is
taken out by a filter first. At each r of a few, a grid over af and as is refined by least squares; what is
reported is the mean over r, each by its restricted likelihood (what is left of the data once all the other
parameters are fitted), and the standard errors count in that r is not known. With the best r alone the slow
rates come out too sure. Assumed and not tested: the 6 degrees, one bias a sitting, and that neither aim nor
correction during the movement is in the angle.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

import numpy as np

from shared.learning._rates import ERROR_LIMIT_DEG
from shared.learning.fit import inverse
from shared.learning.recovery import Z90
from shared.learning.spec import LearningError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Array = NDArray[np.float64]

NAMES = ("af", "as", "bf", "bs")
AT_LEAST = 300
"""The fewest usable trials of an assessment, over all its sittings."""
_KEEP_FAST = (0.25, 0.35, 0.45, 0.55, 0.65, 0.75, 0.85)
_KEEP_SLOW = (0.960, 0.975, 0.985, 0.990, 0.994, 0.997, 0.999)
_LOW, _HIGH = np.array([0.05, 0.92]), np.array([0.92, 0.9999])
_REPEATS = (0.0, 0.004, 0.008, 0.013, 0.019, 0.026, 0.035, 0.05)
_NEGLIGIBLE = 12.0  # restricted deviance behind the best from which an r counts for nothing


@dataclass(frozen=True, slots=True)
class Sitting:
    """One sitting's trials in their order, each of shape (n,), in degrees.

    `error_deg`: what was seen, cursor less target; NaN where nothing was shown. `hand_deg`: relative to the
    target; NaN where the movement is not used.
    """

    error_deg: Array
    hand_deg: Array


@dataclass(frozen=True, slots=True)
class Rates:
    """What was found, by name (`NAMES`): values and standard errors; the noise in degrees; trials used."""

    value: dict[str, float]
    se: dict[str, float | None]
    noise_deg: float
    n: int

    def interval(self, name: str) -> tuple[float, float] | None:
        """Return the 90 % interval of a rate, or None where it has no standard error.

        In logits, where it is nearer to even, and where no end leaves 0 to 1.
        """
        value, se = self.value[name], self.se[name]
        if se is None or not 0.0 < value < 1.0:
            return None
        middle, half = math.log(value / (1.0 - value)), Z90 * se / (value * (1.0 - value))
        low, high = (1.0 / (1.0 + math.exp(-(middle + side * half))) for side in (-1.0, 1.0))
        return low, high


def fit_sittings(sittings: Sequence[Sitting]) -> Rates:
    """Fit one person's two rates to all sittings at once.

    Raises:
        LearningError: fewer than 300 usable trials, or no error was seen.
    """
    usable = sum(int(np.isfinite(each.hand_deg).sum()) for each in sittings)
    if usable < AT_LEAST:
        raise LearningError(f"{usable} usable trials, and at least {AT_LEAST} are needed")
    if not any(np.nan_to_num(each.error_deg).any() for each in sittings):
        raise LearningError("no error was seen, so nothing was learnt that could be fitted")
    return _Problem(sittings).solve()


@dataclass(frozen=True, slots=True)
class _Found:
    """The best fit at one r: the four rates, their covariance (None: not told), and how likely r is."""

    rates: Array
    covariance: Array | None
    deviance: float
    noise_deg: float
    n: int


class _Problem:
    """All sittings as one least-squares problem in (af, as) at a given r; what is linear is projected out."""

    def __init__(self, sittings: Sequence[Sitting]) -> None:
        self._counted = [
            np.clip(np.nan_to_num(each.error_deg), -ERROR_LIMIT_DEG, ERROR_LIMIT_DEG) for each in sittings
        ]
        self._hand = [each.hand_deg for each in sittings]
        # Where nothing is shown, or the movement is not known, nothing is known to be repeated.
        self._repeats = [np.isfinite(each.error_deg) & np.isfinite(each.hand_deg) for each in sittings]

    def solve(self) -> Rates:
        fits: list[_Found] = []
        start: Array | None = None
        for repeats in _REPEATS:
            found, start = self._at(repeats, start)
            fits.append(found)
        best = min(fits, key=lambda each: each.deviance)
        likely = [each for each in fits if each.deviance < best.deviance + _NEGLIGIBLE]
        weight = np.exp([-0.5 * (each.deviance - best.deviance) for each in likely])
        weight /= weight.sum()
        rates = weight @ np.array([each.rates for each in likely])
        se: dict[str, float | None] = dict.fromkeys(NAMES)
        told = [each.covariance for each in likely if each.covariance is not None]
        if len(told) == len(likely):
            within = weight @ np.array([np.diag(each) for each in told])
            between = weight @ np.array([(each.rates - rates) ** 2 for each in likely])
            se = {
                name: math.sqrt(each) for name, each in zip(NAMES, (within + between).tolist(), strict=True)
            }
        values = {name: float(each) for name, each in zip(NAMES, rates, strict=True)}
        return Rates(values, se, best.noise_deg, best.n)

    def _at(self, repeats: float, start: Array | None) -> tuple[_Found, Array]:
        """Return the best fit at an r, and its af and as to start the next from."""
        from scipy.optimize import least_squares

        def residuals(theta: Array) -> Array:
            return self._solved(theta, repeats)[2]

        if start is None:
            grid = (np.array(each) for each in product(_KEEP_FAST, _KEEP_SLOW))
            start = min(grid, key=lambda theta: float(np.sum(residuals(theta) ** 2)))
        theta = least_squares(residuals, start, bounds=(_LOW, _HIGH), x_scale=(0.1, 0.003), diff_step=1e-5).x
        columns, linear, left = self._solved(theta, repeats)
        slopes = []
        for at, step in enumerate((1e-5, 1e-6)):
            moved = theta.copy()
            moved[at] += -step if theta[at] + step > _HIGH[at] else step
            rows, hand = self._filtered(moved, repeats)
            slopes.append(-(hand - rows @ linear - left) / (moved[at] - theta[at]))
        jacobian = np.column_stack([*slopes, columns])
        n, free = jacobian.shape
        information = jacobian.T @ jacobian
        square = float(left @ left)
        covariance = inverse(information, square / (n - free))
        if not ((theta - _LOW > 1e-6).all() and (_HIGH - theta > 1e-6).all()):
            covariance = None
        found = _Found(
            rates=np.array([*theta, *linear[:2]]),
            covariance=None if covariance is None else covariance[:4, :4],
            deviance=(n - free) * math.log(square) + float(np.linalg.slogdet(information)[1]),
            noise_deg=math.sqrt(square / (n - free)),
            n=n,
        )
        return found, theta

    def _solved(self, theta: Array, repeats: float) -> tuple[Array, Array, Array]:
        """Return the columns, their linear parameters, and what is left of the hand angles."""
        columns, hand = self._filtered(theta, repeats)
        linear = np.asarray(np.linalg.lstsq(columns, hand, rcond=None)[0])
        return columns, linear, hand - columns @ linear

    def _filtered(self, theta: Array, repeats: float) -> tuple[Array, Array]:
        """Return what bf, bs, biases and what was kept multiply, and the hand, without the random walk."""
        keep_fast, keep_slow = theta.tolist()
        sittings = len(self._counted)
        found = []
        for number, (counted, hand) in enumerate(zip(self._counted, self._hand, strict=True)):
            rows = np.zeros((len(hand), 2 + 2 * sittings))
            rows[:, 0], rows[:, 1] = _driven(counted, keep_fast), _driven(counted, keep_slow)
            rows[:, 2 + number] = 1.0
            if number:
                rows[:, 1 + sittings + number] = keep_slow ** np.arange(len(hand))
            rows[:, -1] = np.nan_to_num(hand)
            rows = _without_walk(rows, self._repeats[number], repeats)
            found.append(rows[np.isfinite(hand)])
        whole = np.concatenate(found)
        return whole[:, :-1], whole[:, -1]


def _driven(counted: Array, keep: float) -> Array:
    """Return a state's answer to the errors, for a rate of 1, before each trial's update."""
    from scipy.signal import lfilter

    return np.asarray(lfilter([0.0, -1.0], [1.0, -keep], counted))


def _without_walk(rows: Array, repeats: NDArray[np.bool_], share: float) -> Array:
    """Take out of each column the sum that a share of what is left of it, trial by trial, adds up to.

    With w(n) what is left of u(n): w = u - share S, and S grows by w where a trial is repeated.
    """
    from scipy.signal import lfilter

    sums = np.asarray(lfilter([0.0, 1.0], [1.0, share - 1.0], rows[repeats], axis=0))
    after = np.vstack([sums, (1.0 - share) * sums[-1] + rows[repeats][-1]]) if len(sums) else rows[:1] * 0.0
    # Before each trial, as many have been repeated.
    return np.asarray(rows - share * after[np.cumsum(repeats) - repeats])
