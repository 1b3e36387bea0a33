"""State-space models of adaptation: one rate, and two rates (fast and slow).

Output x, perturbation f and error e = f - x share one unit (degrees). The output of trial n comes from the
state before that trial's update. In an error clamp e = 0 whatever x is: a clamp is no perturbation of zero.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from shared.figure import Figure, Series
from shared.learning._rates import ERROR_LIMIT_DEG, Inputs
from shared.learning._rates_fit import ONE_RATE, TWO_RATE, least_squares, with_bias
from shared.learning.fit import adaptation, report, reported_aim
from shared.learning.spec import LearningError, Model, Parameter, Recovery, Schedule

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.random import Generator
    from numpy.typing import NDArray

    from shared.learning._rates_fit import Form
    from shared.learning.spec import Columns, Fit

SMITH = "Smith, Ghazizadeh & Shadmehr 2006, PLoS Biol 4:e179"
AT_LEAST = 10
"""The fewest trials of a fit."""
MEASURED_MARGIN = 2.0
"""How much better (n ln MSE) the measured errors must do before they are taken for what the learner saw."""
ASSESSMENT = "20x0,130x30,20x-30,50xclamp,60x30,40xclamp"
"""An assessment block that tells fast from slow: abrupt, reversed, clamped, learnt again, clamped again."""


def noise_parameters() -> tuple[Parameter, Parameter]:
    """Return the two noises of an output: one that the learner sees as error, and one that only we see."""
    return (
        Parameter(
            "motor_noise", 0.0, 0.0, 90.0, "SD of the noise in the movement, part of the error seen", "deg"
        ),
        Parameter(
            "measurement_noise", 0.0, 0.0, 90.0, "SD of the noise in the record, which nobody learns", "deg"
        ),
    )


def _noise(
    params: Mapping[str, float], count: int, random: Generator | None
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    if random is None:
        return np.zeros(count), np.zeros(count)
    draws = random.standard_normal((2, count))
    return params["motor_noise"] * draws[0], params["measurement_noise"] * draws[1]


def simulate_two_rate(
    params: Mapping[str, float], schedule: Schedule, random: Generator | None = None
) -> dict[str, NDArray[np.float64]]:
    """Return output, fast and slow, each of shape (n,), of every trial before its update."""
    keep_fast, keep_slow = params["af"], params["as"]
    rate_fast, rate_slow = params["bf"], params["bs"]
    motor, measured = _noise(params, len(schedule), random)
    states = np.empty((len(schedule), 2))
    fast = slow = 0.0
    given = zip(schedule.perturbation.tolist(), schedule.clamp.tolist(), motor.tolist(), strict=True)
    for trial, (perturbation, clamp, noise) in enumerate(given):
        states[trial] = fast, slow
        error = 0.0 if clamp else perturbation - (fast + slow + noise)
        fast = keep_fast * fast + rate_fast * error
        slow = keep_slow * slow + rate_slow * error
    total = states[:, 0] + states[:, 1]
    return {"output": total + motor + measured, "fast": states[:, 0], "slow": states[:, 1]}


def simulate_one_rate(
    params: Mapping[str, float], schedule: Schedule, random: Generator | None = None
) -> dict[str, NDArray[np.float64]]:
    """Return the output, shape (n,), of every trial before its update."""
    keep, rate = params["a"], params["b"]
    motor, measured = _noise(params, len(schedule), random)
    states = np.empty(len(schedule))
    state = 0.0
    given = zip(schedule.perturbation.tolist(), schedule.clamp.tolist(), motor.tolist(), strict=True)
    for trial, (perturbation, clamp, noise) in enumerate(given):
        states[trial] = state
        error = 0.0 if clamp else perturbation - (state + noise)
        state = keep * state + rate * error
    return {"output": states + motor + measured}


def asymptote(params: Mapping[str, float]) -> float:
    """Return the share of a constant perturbation that a two-rate learner ends at: g / (1 + g)."""
    gain = params["bf"] / (1.0 - params["af"]) + params["bs"] / (1.0 - params["as"])
    return gain / (1.0 + gain)


def time_constants(params: Mapping[str, float]) -> tuple[float, float]:
    """Return the two time constants of learning, in trials: -1 / ln of the learning matrix's eigenvalues.

    Raises:
        LearningError: an eigenvalue is not between 0 and 1, so there is no such time constant.
    """
    matrix = np.array(
        [
            [params["af"] - params["bf"], -params["bf"]],
            [-params["bs"], params["as"] - params["bs"]],
        ]
    )
    values = sorted(float(each) for each in np.real_if_close(np.linalg.eigvals(matrix)))
    if not 0.0 < values[0] <= values[1] < 1.0:
        raise LearningError("these parameters have no two time constants of learning")
    return -1.0 / math.log(values[0]), -1.0 / math.log(values[1])


def fit_two_rate(data: Columns, *, bias: bool = False) -> Fit:
    """Fit af, as, bf and bs by least squares; a missing output is NaN.

    Three readings of the error are tried: the learner sees its own output without noise (noise in the
    record); it sees what was measured (noise in the movement); or that, an error above 6 degrees counting for
    no more (Kim et al. 2018). The first is kept unless another is clearly better; `extra` says which.

    Where the optional column `explicit` gives the aim, it is taken off the output: adaptation and strategy
    then share the target error (`competition`).

    Args:
        bias: whether the output has a constant bias, which is then fitted as well (`extra`, in degrees).

    Raises:
        LearningError: the columns cannot be used.
    """
    return _fit("two_rate", TWO_RATE, TWO_RATE_PARAMETERS, data, bias=bias)


def fit_one_rate(data: Columns, *, bias: bool = False) -> Fit:
    """Fit a and b by least squares, as `fit_two_rate` does.

    Raises:
        LearningError: the columns cannot be used.
    """
    return _fit("one_rate", ONE_RATE, ONE_RATE_PARAMETERS, data, bias=bias)


def subtract_baseline(data: Columns, last: int) -> dict[str, NDArray[np.float64]]:
    """Return the data less the mean output of the last `last` trials before the first perturbation.

    Raises:
        LearningError: there are no such trials with an output.
    """
    perturbation, output, clamped = adaptation(data, at_least=AT_LEAST)
    begins = np.flatnonzero(clamped | (np.nan_to_num(perturbation) != 0.0))
    before = output[: begins[0] if len(begins) else len(output)][-last:]
    if last < 1 or not np.isfinite(before).any():
        raise LearningError("there are no baseline trials before the first perturbation")
    return {**data, "output": output - float(np.nanmean(before))}


def _fit(model: str, form: Form, parameters: tuple[Parameter, ...], data: Columns, *, bias: bool) -> Fit:
    perturbation, output, clamped = adaptation(data, at_least=AT_LEAST)
    if not np.nan_to_num(perturbation).any():
        raise LearningError("the data hold no perturbation, so nothing was learnt that could be fitted")
    if "explicit" in data:
        # Both sides of the error f - x - aim: what is left is adaptation's own perturbation and output.
        aim = reported_aim(data)
        perturbation, output = perturbation - aim, output - aim
    form, simple = (with_bias(form), with_bias(ONE_RATE)) if bias else (form, ONE_RATE)
    inputs = Inputs.of(perturbation, clamped)
    found = least_squares(form, inputs, output)
    extra = {"error_from_output": 0.0}
    noise = found.noise_sd()
    if noise > 1e-9 * float(np.nanmax(np.abs(output))):
        margin = math.exp(-0.5 * MEASURED_MARGIN / found.n)
        for limit in (math.inf, ERROR_LIMIT_DEG):
            seen = Inputs.of(perturbation, clamped, output, limit)
            other = least_squares(form, seen, output, near=found.theta)
            if other.noise_sd() < noise * margin:
                found, inputs, noise = other, seen, other.noise_sd()
                extra = {"error_from_output": 1.0}
                if math.isfinite(limit):
                    extra["error_limit_deg"] = limit
    extra["noise_sd_deg"] = noise
    if bias:
        extra["bias_deg"] = float(found.theta[-1])
    count = len(parameters)
    simpler = None
    if model != "one_rate":
        simpler = ("one_rate", least_squares(simple, inputs, output), 2 + bias)
    covariance = None if found.covariance is None else found.covariance[:count, :count]
    return report(
        model,
        parameters,
        replace(found, theta=found.theta[:count], covariance=covariance),
        simpler=simpler,
        extra_free=int(bias),
        extra=extra,
    )


def _draw_two_rate(random: Generator) -> dict[str, float]:
    """One simulated person, round the published fit; noise of 2 to 4 degrees that the learner sees."""
    return {
        "af": float(random.uniform(0.5, 0.75)),
        "as": float(random.uniform(0.985, 0.996)),
        "bf": float(random.uniform(0.15, 0.3)),
        "bs": float(random.uniform(0.015, 0.05)),
        "motor_noise": float(random.uniform(2.0, 4.0)),
    }


def _draw_one_rate(random: Generator) -> dict[str, float]:
    return {
        "a": float(random.uniform(0.9, 0.99)),
        "b": float(random.uniform(0.05, 0.25)),
        "motor_noise": float(random.uniform(2.0, 4.0)),
    }


def figure_rebound() -> Figure:
    """Return the paper's figure: learning, counter-learning, and the rebound of the output in a clamp."""
    schedule = Schedule.parse("20x0,200x1,17x-1,80xclamp")
    trials = list(range(1, len(schedule) + 1))
    two = simulate_two_rate(_defaults(TWO_RATE_PARAMETERS), schedule)
    one = simulate_one_rate(_defaults(ONE_RATE_PARAMETERS), schedule)
    curves = [("output", two["output"]), ("fast", two["fast"]), ("slow", two["slow"])]
    return Figure(
        title="Two rates: spontaneous recovery in an error clamp",
        x="trial",
        y="adaptation (share of the perturbation)",
        series=[
            *(Series(name, trials, values.tolist()) for name, values in curves),
            Series("one rate", trials, one["output"].tolist()),
        ],
        caption=(
            "After 17 opposite trials the fast process fades in the clamp and the slow one shows: the output "
            f"rebounds. One rate only decays. After {SMITH}, the paper's figure not verified."
        ),
        marks=[(21, "learning"), (221, "reversal"), (238, "clamp")],
    )


def _defaults(parameters: tuple[Parameter, ...]) -> dict[str, float]:
    return {each.name: each.default for each in (*parameters, *noise_parameters())}


ONE_RATE_PARAMETERS = (
    Parameter("a", 0.98, 0.0, 1.0, "retention from trial to trial", source="SCIENCE 2.2, an example"),
    Parameter("b", 0.10, 0.0, 1.0, "share of the error learnt", source="SCIENCE 2.2, an example"),
)
TWO_RATE_PARAMETERS = (
    Parameter("af", 0.59, 0.0, 1.0, "retention of the fast process", source=f"{SMITH}, not verified"),
    Parameter("as", 0.992, 0.0, 1.0, "retention of the slow process", source=f"{SMITH}, not verified"),
    Parameter(
        "bf",
        0.21,
        0.0,
        1.0,
        "share of the error that the fast process learns",
        source=f"{SMITH}, not verified",
    ),
    Parameter(
        "bs",
        0.02,
        0.0,
        1.0,
        "share of the error that the slow process learns",
        source=f"{SMITH}, not verified",
    ),
)

MODELS = (
    Model(
        id="one_rate",
        name="One rate",
        equation="x(n+1) = a x(n) + b e(n), e = f - x; in a clamp e = 0",
        source="Thoroughman & Shadmehr 2000, Nature 407:742 (state-space form)",
        verified="closed form and asymptote computed independently (SCIENCE 2.2); the paper not verified",
        schedule="perturbation in degrees; a clamp holds the error at zero",
        parameters=(*ONE_RATE_PARAMETERS, *noise_parameters()),
        simulate=simulate_one_rate,
        fit=fit_one_rate,
        recovery=Recovery(lambda: Schedule.parse("20x0,120x30,60xclamp"), _draw_one_rate),
        example_schedule="20x0,200x30,80xclamp",
    ),
    Model(
        id="two_rate",
        name="Two rates: fast and slow",
        equation="xf(n+1) = af xf + bf e, xs(n+1) = as xs + bs e, x = xf + xs, e = f - x; in a clamp e = 0",
        source=SMITH,
        verified="numbers computed independently (SCIENCE 2.1); the paper's fitted values not verified",
        schedule="perturbation in degrees; a clamp holds the error at zero",
        parameters=(*TWO_RATE_PARAMETERS, *noise_parameters()),
        simulate=simulate_two_rate,
        fit=fit_two_rate,
        recovery=Recovery(lambda: Schedule.parse(ASSESSMENT), _draw_two_rate),
        figures=(figure_rebound,),
        example_schedule="20x0,200x30,17x-30,80xclamp",
        simpler="one_rate",
    ),
)
