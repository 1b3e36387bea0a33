"""Implicit adaptation that stops growing with the error (Kim, Morehead, Parvin, Moazzezi & Ivry 2018).

The correction is proportional to the error below a limit of about 6 degrees and constant above it: a clamped
cursor brings everybody to the same asymptote whatever its size above the limit. Degrees.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from shared.figure import Figure, Series
from shared.learning._rates import Inputs
from shared.learning._rates_fit import ONE_RATE, least_squares
from shared.learning.fit import adaptation, columns, report, solve_least_squares
from shared.learning.spec import LearningError, Model, Parameter, Recovery, Schedule

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.random import Generator
    from numpy.typing import NDArray

    from shared.learning.fit import Solution
    from shared.learning.spec import Columns, Fit

    Array = NDArray[np.float64]

KIM = "Kim et al. 2018, Commun Biol 1:19"
AT_LEAST = 20
SIZES = "20x0,40x3,30x0,60x30,20x0,40x-4,30x0,60x-15,20xclamp"
_LIMITS = (3.0, 6.0, 12.0, 25.0)
_MEASURED_MARGIN = 2.0


def simulate(
    params: Mapping[str, float], schedule: Schedule, random: Generator | None = None
) -> dict[str, Array]:
    """Return output, before each trial's update, and clamped (1 where the error is the schedule's value)."""
    count = len(schedule)
    draws = np.zeros((2, count)) if random is None else random.standard_normal((2, count))
    fixed = params["clamped"] >= 0.5
    state, states = 0.0, np.empty(count)
    for trial in range(count):
        states[trial] = state
        error = 0.0
        if not schedule.clamp[trial]:
            error = float(schedule.perturbation[trial])
            error -= 0.0 if fixed else state + params["motor_noise"] * draws[0, trial]
        state = params["a"] * state + params["b"] * _limited(error, params["limit"])
    noise = params["motor_noise"] * draws[0] + params["measurement_noise"] * draws[1]
    return {"output": states + noise, "clamped": np.full(count, float(fixed))}


def asymptote_deg(params: Mapping[str, float], clamp_deg: float) -> float:
    """Return where a clamped cursor of that size ends: b min(size, limit) / (1 - a), with its sign."""
    return params["b"] * _limited(clamp_deg, params["limit"]) / (1.0 - params["a"])


def _limited(error: float, limit: float) -> float:
    return max(-limit, min(limit, error))


class _Experiment:
    """Data ready to be fitted; the error is the model's own or the measured one."""

    def __init__(self, data: Columns) -> None:
        self.perturbation, self.output, self.clamp = adaptation(data, at_least=AT_LEAST)
        self.fixed = np.zeros(len(self.output), dtype=bool)
        if "clamped" in data:
            (given,) = columns(data, ("clamped",), at_least=len(self.output))
            self.fixed = given > 0
        self.there = np.isfinite(self.output)
        if not self.there.any():
            raise LearningError("no trial has an output")

    def open_errors(self, *, measured: bool) -> tuple[Array, NDArray[np.bool_]]:
        """Return what the error is apart from the state, and where the state is still to be taken off."""
        base = np.where(self.clamp, 0.0, self.perturbation)
        closed = ~self.clamp & ~self.fixed
        if measured:
            known = closed & self.there
            base = np.where(known, base - self.output, base)
            closed = closed & ~known
        return base, closed

    def solve(self, *, measured: bool) -> Solution:
        base, closed = (each.tolist() for each in self.open_errors(measured=measured))

        def run(theta: Array) -> tuple[Array, Array]:
            """Outputs (n,) and their derivatives (n, 3), by the recursion and its own derivative."""
            keep, rate, limit = theta.tolist()
            outputs = np.empty((len(base), 4))
            state = by_keep = by_rate = by_limit = 0.0
            for trial, (error, minus) in enumerate(zip(base, closed, strict=True)):
                outputs[trial] = state, by_keep, by_rate, by_limit
                if minus:
                    error -= state
                inside = abs(error) < limit
                part = error if inside else limit if error > 0 else -limit
                slope = -rate if inside and minus else 0.0
                edge = 0.0 if inside else rate if error > 0 else -rate
                by_keep = (keep + slope) * by_keep + state
                by_rate = (keep + slope) * by_rate + part
                by_limit = (keep + slope) * by_limit + edge
                state = keep * state + rate * part
            return outputs[:, 0], outputs[:, 1:]

        aimed = self.output[self.there]
        starts = [np.array([0.97, 2.0 / (limit + 10.0), limit]) for limit in _LIMITS]
        return solve_least_squares(
            lambda theta: run(theta)[0][self.there] - aimed,
            PARAMETERS,
            starts,
            jacobian=lambda theta: run(theta)[1][self.there],
        )

    def one_rate(self, *, measured: bool) -> Solution:
        base, closed = self.open_errors(measured=measured)
        return least_squares(ONE_RATE, Inputs(base, closed.astype(np.float64)), self.output)


def fit(data: Columns) -> Fit:
    """Fit a, b and the limit by least squares; where the optional column `clamped` is 1, errors were fixed.

    Raises:
        LearningError: the columns cannot be used.
    """
    experiment = _Experiment(data)
    own, seen = experiment.solve(measured=False), experiment.solve(measured=True)
    noise = own.noise_sd()
    better = 2.0 * own.n * float(np.log(noise / max(seen.noise_sd(), 1e-300))) if noise > 1e-9 else 0.0
    measured = better > _MEASURED_MARGIN
    found = seen if measured else own
    return report(
        "saturating",
        PARAMETERS,
        found,
        simpler=("one_rate", experiment.one_rate(measured=measured), 2),
        extra={"error_from_output": float(measured), "noise_sd_deg": found.noise_sd()},
    )


def figure_clamps() -> Figure:
    """Return hand angles under clamped cursors of several sizes, all with one asymptote above the limit."""
    trials = list(range(1, 201))
    series = []
    for size in (2.0, 6.0, 15.0, 45.0, 95.0):
        found = simulate(MODEL.complete({"clamped": 1.0}), Schedule.of(np.full(200, size)))
        series.append(Series(f"{size:g} deg", trials, found["output"].tolist()))
    return Figure(
        title="Adaptation does not grow with the size of a clamped error",
        x="trial",
        y="hand angle (deg)",
        series=series,
        caption=f"Above 6 deg all sizes end alike; 2 deg ends at a third. After {KIM} (abstract read).",
    )


def _draw(random: Generator) -> dict[str, float]:
    return {
        "a": float(random.uniform(0.95, 0.98)),
        "b": float(random.uniform(0.1, 0.25)),
        "limit": float(random.uniform(4.0, 8.0)),
        "motor_noise": float(random.uniform(2.0, 3.0)),
    }


PARAMETERS = (
    Parameter("a", 0.97, 0.0, 1.0, "retention", source="chosen for an asymptote of 20 deg"),
    Parameter("b", 0.10, 0.0, 1.0, "share of an error below the limit", source="chosen, as a"),
    Parameter(
        "limit", 6.0, 0.5, 90.0, "error above which corrections are constant", "deg", f"{KIM}, abstract"
    ),
)
MODEL = Model(
    id="saturating",
    name="Corrections that saturate",
    equation="x(n+1) = a x(n) + b min(|e|, limit) sign(e), e = f - x; clamped: e = f",
    source=KIM,
    verified="abstract read: proportional below 6 deg, asymptote invariant; other values not verified",
    schedule="rotation in degrees, or with clamped=1 the size of a clamped error; clamp: no error at all",
    parameters=(
        *PARAMETERS,
        Parameter("clamped", 0.0, 0.0, 1.0, "1: the schedule's value is the error, whatever the hand does"),
        Parameter("motor_noise", 0.0, 0.0, 90.0, "SD of the movement, part of the error seen", "deg"),
        Parameter("measurement_noise", 0.0, 0.0, 90.0, "SD of the record, which nobody learns", "deg"),
    ),
    simulate=simulate,
    fit=fit,
    recovery=Recovery(lambda: Schedule.parse(SIZES), _draw),
    figures=(figure_clamps,),
    example_schedule=SIZES,
    simpler="one_rate",
    extra={"clamped": "1 where the error is the schedule's value"},
)
MODELS = (MODEL,)
