"""An implicit process beside a measured strategy: how it is simulated, solved and fitted.

x_i(n+1) = a_i x_i + b_i (r - x_i - c x_e): the share c of the strategy x_e counts in the error that teaches
the implicit process. c = 1 is competition for one target error, c = 0 independence (the error is then the
sensory prediction error, cursor against aim). The hand is x_i + x_e. All in degrees.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from shared.learning._rates import Inputs
from shared.learning._rates_fit import ONE_RATE, Form, least_squares
from shared.learning.fit import adaptation, columns, reported_aim
from shared.learning.spec import LearningError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.random import Generator
    from numpy.typing import NDArray

    from shared.learning._rates import Outputs
    from shared.learning.fit import Solution
    from shared.learning.spec import Columns, Schedule

    Array = NDArray[np.float64]

DATA = ("perturbation", "output", "clamp", "explicit")
AT_LEAST = 10
SHARE_LOW, SHARE_HIGH = -0.5, 1.5
"""Bounds of a fitted share: wider than 0 to 1, so that neither end is a bound."""
MEASURED_MARGIN = 2.0


def simulate(
    params: Mapping[str, float], share: float, schedule: Schedule, random: Generator | None
) -> dict[str, Array]:
    """Return output, implicit and explicit (the aim), each of shape (n,), before each trial's update.

    The strategy follows the target error (a_e, b_e), wavers by `strategy_noise` and is forgotten on a share
    `lapse` of trials. In a clamp the error is zero and people aim at the target.
    """
    count = len(schedule)
    draws = np.zeros((2, count)) if random is None else random.standard_normal((2, count))
    chance = np.ones(count) if random is None else random.random(count)
    output, implicit, explicit = np.empty(count), np.empty(count), np.empty(count)
    state = plan = 0.0
    for trial in range(count):
        clamp = bool(schedule.clamp[trial])
        aim = plan + params["strategy_noise"] * draws[0, trial]
        if clamp or chance[trial] < params["lapse"]:
            aim = 0.0
        hand = state + aim + params["motor_noise"] * draws[1, trial]
        output[trial], implicit[trial], explicit[trial] = hand, state, aim
        missed = 0.0 if clamp else float(schedule.perturbation[trial]) - hand
        taught = 0.0 if clamp else missed + (1.0 - share) * aim
        state = params["a_i"] * state + params["b_i"] * taught
        plan = params["a_e"] * plan + params["b_e"] * missed
    return {"output": output, "implicit": implicit, "explicit": explicit}


def proportion(params: Mapping[str, float]) -> float:
    """Return p_i = b_i / (1 - a_i + b_i): the share of its error that the implicit process ends at."""
    return params["b_i"] / (1.0 - params["a_i"] + params["b_i"])


def regress(implicit: Array, explicit: Array) -> tuple[float, float, float]:
    """Return slope, intercept and the slope's standard error of implicit on explicit learning, over people.

    Raises:
        LearningError: fewer than three people, or all with the same strategy.
    """
    if len(implicit) < 3 or len(implicit) != len(explicit):
        raise LearningError("a line needs implicit and explicit learning of at least three people")
    centred = explicit - explicit.mean()
    spread = float(centred @ centred)
    if spread <= 1e-12 * max(1.0, float(explicit @ explicit)):
        raise LearningError("all have the same strategy, so implicit learning cannot be set against it")
    slope = float(centred @ implicit) / spread
    intercept = float(implicit.mean() - slope * explicit.mean())
    left = implicit - intercept - slope * explicit
    return slope, intercept, math.sqrt(float(left @ left) / max(1, len(implicit) - 2) / spread)


class Trials:
    """An experiment with a measured strategy, ready to be fitted.

    The aim of a trial without a report is the last one reported (zero before the first).

    Raises:
        LearningError: the columns cannot be used.
    """

    def __init__(self, data: Columns) -> None:
        perturbation, output, clamp = adaptation(data, at_least=AT_LEAST)
        columns(data, DATA, at_least=AT_LEAST)
        self.aim = reported_aim(data)
        self.feedback = ~clamp
        self.implicit = output - self.aim
        own = np.where(clamp, 0.0, perturbation)
        seen = self.feedback & np.isfinite(output)
        self._own = Inputs(own, self.feedback.astype(np.float64))
        unseen = (self.feedback & ~seen).astype(np.float64)
        self._seen = Inputs(np.where(seen, perturbation - self.implicit, own), unseen)

    def inputs(self, share: float, *, measured: bool) -> Inputs:
        """Return what drives the implicit process when the share of the strategy is fixed."""
        base = self._seen if measured else self._own
        return Inputs(base.drive - share * self.aim * self.feedback, base.closed)

    def fixed(self, share: float, *, measured: bool) -> Solution:
        """Return the fit of (a_i, b_i) with the share fixed."""
        return least_squares(ONE_RATE, self.inputs(share, measured=measured), self.implicit)

    def free(self, *, measured: bool) -> Solution:
        """Return the fit of (a_i, b_i, c)."""
        form = Form(self._solve, _theta, _free, _GRID)
        return least_squares(form, self.inputs(0.0, measured=measured), self.implicit)

    def _solve(self, theta: Array, inputs: Inputs) -> Outputs:
        counted = self.aim * self.feedback
        driven = Inputs(inputs.drive - theta[2] * counted, inputs.closed)
        output, by_rates = ONE_RATE.solve(theta[:2], driven)

        def derivatives() -> Array:
            # The output is linear in what drives it, so its derivative by c is the answer to -x_e alone.
            by_share, _ = ONE_RATE.solve(theta[:2], Inputs(-counted, inputs.closed))
            return np.column_stack([by_rates(), by_share])

        return output, derivatives


def reading(own: Solution, measured: Solution) -> bool:
    """Say whether the learner's errors were clearly the measured ones, noise and all."""
    noise, other = own.noise_sd(), measured.noise_sd()
    return noise > 1e-9 and 2.0 * own.n * math.log(noise / max(other, 1e-300)) > MEASURED_MARGIN


def _theta(free: Array) -> tuple[Array, Array]:
    rates, by_rates = ONE_RATE.to_theta(free[:2])
    width = SHARE_HIGH - SHARE_LOW
    share = 1.0 / (1.0 + math.exp(-max(-20.0, min(20.0, free[2]))))
    whole = np.zeros((3, 3))
    whole[:2, :2] = by_rates
    whole[2, 2] = width * share * (1.0 - share)
    return np.append(rates, SHARE_LOW + width * share), whole


def _free(theta: Array) -> Array:
    share = (theta[2] - SHARE_LOW) / (SHARE_HIGH - SHARE_LOW)
    return np.append(ONE_RATE.to_free(theta[:2]), math.log(share / (1.0 - share)))


_GRID = [np.append(rates, share) for rates in ONE_RATE.grid for share in (0.1, 0.9)]
