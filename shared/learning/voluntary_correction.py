"""Voluntary correction on top of two-rate adaptation, in split-belt walking (Roemmich et al. 2016).

While walkers see their error they correct it at will by a share Bv, one stride later. The correction moves
the legs but not the error that teaches: adaptation runs as if it were not there, and when the sight of the
error ends the correction is gone at once. Strides, and units of the perturbation (belt split = 1).
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from shared.figure import Figure, Series
from shared.learning._rates import Inputs, two_rate
from shared.learning._rates_fit import TWO_RATE, Form, least_squares
from shared.learning.fit import adaptation, report
from shared.learning.spec import LearningError, Model, Parameter, Recovery, Schedule

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.random import Generator
    from numpy.typing import NDArray

    from shared.learning._rates import Outputs
    from shared.learning.spec import Columns, Fit

    Array = NDArray[np.float64]

ROEMMICH = "Roemmich et al. 2016, Curr Biol, as simulated in public code (hyosubkim/CSM2020, read)"
SPLIT = "200x0,400x1,400x0"
AT_LEAST = 20
_BV_HIGH = 1.5


def sighted(schedule: Schedule) -> NDArray[np.bool_]:
    """Return the strides, shape (n,), on which the walker sees the error: those with a perturbation."""
    return np.asarray(~schedule.clamp & (np.nan_to_num(schedule.perturbation) != 0.0))


def simulate(
    params: Mapping[str, float], schedule: Schedule, random: Generator | None = None
) -> dict[str, Array]:
    """Return output (what the legs do), fast, slow, adapt = fast + slow, voluntary; each of shape (n,)."""
    count = len(schedule)
    fast, slow, voluntary = np.zeros(count), np.zeros(count), np.zeros(count)
    sight = sighted(schedule)
    for stride in range(count - 1):
        error = 0.0
        if not schedule.clamp[stride]:
            error = float(schedule.perturbation[stride]) - (fast[stride] + slow[stride])
        fast[stride + 1] = params["af"] * fast[stride] + params["bf"] * error
        slow[stride + 1] = params["as"] * slow[stride] + params["bs"] * error
        if sight[stride] and sight[stride + 1]:
            voluntary[stride + 1] = params["bv"] * error
    adapt = fast + slow
    output = adapt + voluntary
    if random is not None:
        output = output + params["noise"] * random.standard_normal(count)
    return {"output": output, "fast": fast, "slow": slow, "adapt": adapt, "voluntary": voluntary}


def _motor(theta: Array, inputs: Inputs, *, corrected: Array) -> Outputs:
    """Return the output of (af, as, bf, bs, bv); `corrected`, shape (n,): 1 where a correction shows."""
    adapt, by_adapt = two_rate(theta[:4], inputs)
    error = np.zeros(len(adapt))
    error[1:] = (inputs.drive - inputs.closed * adapt)[:-1]
    output = adapt + theta[4] * corrected * error

    def derivatives() -> Array:
        moved = by_adapt()
        late = np.zeros_like(moved)
        late[1:] = (inputs.closed[:, None] * moved)[:-1]
        return np.column_stack([moved - theta[4] * corrected[:, None] * late, corrected * error])

    return output, derivatives


def _theta(free: Array) -> tuple[Array, Array]:
    theta, by_free = TWO_RATE.to_theta(free[:4])
    share = 1.0 / (1.0 + np.exp(-np.clip(free[4], -20.0, 20.0)))
    whole = np.zeros((5, 5))
    whole[:4, :4] = by_free
    whole[4, 4] = _BV_HIGH * share * (1.0 - share)
    return np.append(theta, _BV_HIGH * share), whole


def _free(theta: Array) -> Array:
    share = np.clip(theta[4] / _BV_HIGH, 1e-9, 1.0 - 1e-9)
    return np.append(TWO_RATE.to_free(theta[:4]), np.log(share / (1.0 - share)))


def fit(data: Columns) -> Fit:
    """Fit af, as, bf, bs and bv by least squares to the legs' output; missing strides are NaN.

    Raises:
        LearningError: the columns cannot be used, or the error was never seen on two strides running.
    """
    perturbation, output, clamp = adaptation(data, at_least=AT_LEAST)
    schedule = Schedule(perturbation, clamp)
    sight = sighted(schedule)
    corrected = np.zeros(len(sight))
    corrected[1:] = sight[1:] & sight[:-1]
    if not corrected.any():
        raise LearningError("the data hold no two strides in a row with a perturbation")
    inputs = Inputs.of(perturbation, clamp)
    form = Form(
        partial(_motor, corrected=corrected),
        _theta,
        _free,
        [np.append(each, value) for each in TWO_RATE.grid for value in (0.1, 0.6)],
    )
    found = least_squares(form, inputs, output)
    return report(
        "voluntary_correction",
        PARAMETERS,
        found,
        simpler=("two_rate", least_squares(TWO_RATE, inputs, output), 4),
        extra={"noise_sd": found.noise_sd()},
    )


def figure_split() -> Figure:
    """Return the simulator's figure: healthy and stroke, with the same adaptation and another correction."""
    schedule = Schedule.parse(SPLIT)
    strides = list(range(1, len(schedule) + 1))
    curves = []
    for person, correction in (("healthy", 0.6), ("stroke", 0.1)):
        found = simulate(MODEL.complete({"bv": correction}), schedule)
        curves.append(Series(f"output, {person}", strides, found["output"].tolist()))
    for name in ("adapt", "fast", "slow"):
        curves.append(Series(name, strides, found[name].tolist()))
    return Figure(
        title="Voluntary correction in split-belt walking",
        x="stride",
        y="learning (share of the split)",
        series=curves,
        caption=(
            "The correction lifts the output over the adaptation while the error is seen and is gone with "
            f"it; adaptation is the same whatever the correction. After {ROEMMICH}."
        ),
        marks=[(201, "split"), (601, "washout")],
    )


def _draw(random: Generator) -> dict[str, float]:
    return {
        "af": float(random.uniform(0.9, 0.95)),
        "as": float(random.uniform(0.996, 0.9985)),
        "bf": float(random.uniform(0.06, 0.12)),
        "bs": float(random.uniform(0.01, 0.02)),
        "bv": float(random.uniform(0.1, 0.7)),
        "noise": float(random.uniform(0.02, 0.05)),
    }


PARAMETERS = (
    Parameter("af", 0.9335, 0.0, 1.0, "retention of the fast process", source=ROEMMICH),
    Parameter("as", 0.9978, 0.0, 1.0, "retention of the slow process", source=ROEMMICH),
    Parameter("bf", 0.0918, 0.0, 1.0, "share of the error that the fast process learns", source=ROEMMICH),
    Parameter("bs", 0.0143, 0.0, 1.0, "share of the error that the slow process learns", source=ROEMMICH),
    Parameter("bv", 0.60, 0.0, _BV_HIGH, "share corrected at will: healthy .60, stroke .10", source=ROEMMICH),
)
MODEL = Model(
    id="voluntary_correction",
    name="Voluntary correction on two rates",
    equation=(
        "xf(n+1) = af xf + bf e, xs(n+1) = as xs + bs e, e = f - (xf + xs); xv(n+1) = bv e while "
        "the error is seen, else 0; output xf + xs + xv"
    ),
    source=ROEMMICH,
    verified="equations and values read in the public simulator; the paper's data not verified",
    schedule="split of the belts, 1 = full; the error is seen while it is not 0; a clamp: no error, unseen",
    parameters=(*PARAMETERS, Parameter("noise", 0.0, 0.0, 10.0, "SD of the output, stride by stride")),
    simulate=simulate,
    fit=fit,
    recovery=Recovery(lambda: Schedule.parse(SPLIT), _draw),
    figures=(figure_split,),
    example_schedule=SPLIT,
    simpler="two_rate",
    extra={"adapt": "fast + slow", "voluntary": "the correction at will"},
)
MODELS = (MODEL,)
