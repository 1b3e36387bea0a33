"""Skill as acuity: with practice the whole trade-off of speed and accuracy shifts.

Being more accurate by moving more slowly is a choice along one curve, and no learning. Skill is a curve that
moves: the same accuracy in less time, or less scatter at the same speed.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from shared.figure import Figure, Series
from shared.learning import fit as fitting
from shared.learning.spec import LearningError, Model, Parameter, Recovery, Schedule

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.random import Generator
    from numpy.typing import NDArray

    from shared.learning.spec import Columns, Fit

_SOURCE = "Shmuelof, Krakauer & Mazzoni 2012, J Neurophysiol 108:578"
REIS_B = 5.424
"""Exponent of Reis et al. 2009 for their own task (from memory, not verified)."""

_MIDPOINT = Parameter("midpoint", 0.7, 0.05, 5.0, "movement time of half success before practice", "s")
_GAIN = Parameter("gain", 0.25, -1.0, 2.0, "how much the midpoint falls with endless practice", "s")
_TAU = Parameter("tau", 120.0, 5.0, 2000.0, "trials in which the fall is done to 63 %", "trials")
_SLOPE = Parameter("slope", 0.08, 0.005, 1.0, "change of movement time from 50 to 73 % success", "s")
_FITTED = (_MIDPOINT, _GAIN, _TAU, _SLOPE)
_TASK = (
    Parameter("half_width", 5.0, 0.1, 100.0, "half-width of the target", "mm"),
    Parameter("timing", 0.12, 0.0, 0.5, "SD of the logarithm of movement time about what is asked", "1"),
    Parameter("preferred", 0.7, 0.05, 5.0, "movement time when none is asked", "s"),
)


def midpoint_s(params: Mapping[str, float], trials_before: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the movement time of half success after so many trials of practice, in seconds; shape (n,)."""
    done = -np.expm1(-np.asarray(trials_before) / params["tau"])
    return np.asarray(params["midpoint"] - params["gain"] * done)


def success_probability(
    params: Mapping[str, float], movement_time_s: NDArray[np.float64], trials_before: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return p = 1 / (1 + exp(-(T - T_half(n)) / slope)), shape (n,): the speed-accuracy function."""
    distance = (np.asarray(movement_time_s) - midpoint_s(params, trials_before)) / params["slope"]
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(distance, -500.0, 500.0))))


def endpoint_sd(probability: NDArray[np.float64], half_width: float) -> NDArray[np.float64]:
    """Return the SD of an unbiased endpoint (1-D) that hits a target of that half-width so often.

    SCIENCE 5: half-width = SD Phi^-1((1 + p) / 2), in the unit of the half-width.
    """
    from scipy.special import ndtri

    return np.asarray(half_width / ndtri((1.0 + np.clip(probability, 1e-9, 1.0 - 1e-12)) / 2.0))


def reis_skill(error_rate: float, duration_s: float, b: float = REIS_B) -> float:
    """Return a = (1 - error) / (error ln(duration)^b), the skill measure of Reis et al. 2009 (PNAS 106:1590).

    From memory, not verified; b belongs to their task, a sequence of five forces lasting several seconds.

    Raises:
        LearningError: an error rate outside 0 to 1, or a duration that is not above 1 s.
    """
    if not 0.0 < error_rate < 1.0:
        raise LearningError("the error rate must lie between 0 and 1: count half an error for none")
    if duration_s <= 1.0:
        raise LearningError("this skill measure is for durations above 1 s: use the speed-accuracy function")
    return (1.0 - error_rate) / (error_rate * math.pow(math.log(duration_s), b))


def _simulate(
    params: Mapping[str, float], schedule: Schedule, random: Generator | None
) -> dict[str, NDArray[np.float64]]:
    asked = np.where(schedule.clamp, params["preferred"], schedule.perturbation)
    if (asked <= 0).any():
        raise LearningError("the schedule asks for a movement time that is not above 0 s")
    count = len(schedule)
    before = np.arange(count, dtype=np.float64)
    taken = asked if random is None else asked * np.exp(params["timing"] * random.standard_normal(count))
    probability = success_probability(params, taken, before)
    sd = endpoint_sd(probability, params["half_width"])
    miss = np.full(count, math.nan) if random is None else sd * random.standard_normal(count)
    hit = np.where(np.isnan(miss), math.nan, np.abs(miss) <= params["half_width"])
    return {
        "output": probability,
        "movement_time": taken,
        "success": hit,
        "endpoint_error": miss,
        "endpoint_sd": sd,
        "midpoint": midpoint_s(params, before),
    }


def _fit(data: Columns) -> Fit:
    taken, hit = fitting.columns(data, ("movement_time", "success"), at_least=40)
    usable = np.isfinite(taken) & np.isfinite(hit)
    known = int(usable.sum())
    if known < 40:
        raise LearningError(f"{known} trials have a movement time and a result, and at least 40 are needed")
    if (taken[usable] <= 0).any():
        raise LearningError("a movement time is not above 0 s")
    if not np.isin(hit[usable], (0.0, 1.0)).all():
        raise LearningError("the column success holds other than 1, 0 or nothing")
    if hit[usable].min() == hit[usable].max():
        raise LearningError("every trial ended alike: the trade-off of speed and accuracy cannot be seen")
    before = np.arange(len(taken), dtype=np.float64)[usable]
    taken, sign = taken[usable], 1.0 - 2.0 * hit[usable]

    def solved(names: Sequence[Parameter], starts: int, **rest: float) -> fitting.Solution:
        def cost(theta: NDArray[np.float64]) -> float:
            values = {each.name: float(value) for each, value in zip(names, theta, strict=True)}
            params = {**rest, **values}
            distance = (taken - midpoint_s(params, before)) / params["slope"]
            return float(np.logaddexp(0.0, sign * distance).sum())

        return fitting.solve_likelihood(cost, names, fitting.starts_between(names, starts), known)

    solution = solved(_FITTED, 3)
    simpler = solved((_MIDPOINT, _SLOPE), 2, gain=0.0, tau=_TAU.default)
    return fitting.report("acuity", _FITTED, solution, simpler=("fixed_trade_off", simpler, 2))


def _session() -> Schedule:
    """600 trials at five movement times in turn."""
    return Schedule.of(np.array([0.35, 0.65, 0.45, 0.8, 0.55] * 120))


def _draw(random: Generator) -> dict[str, float]:
    return {
        "midpoint": float(random.uniform(0.6, 0.8)),
        "gain": float(random.uniform(0.15, 0.35)),
        "tau": float(random.uniform(60.0, 200.0)),
        "slope": float(random.uniform(0.05, 0.12)),
    }


def figure_trade_off() -> Figure:
    """The speed-accuracy function before and after practice, and a mere change of pace along one curve."""
    params = ACUITY.complete({})
    times = np.linspace(0.2, 1.1, 46)
    series = [
        Series(
            f"after {before} trials",
            times.tolist(),
            success_probability(params, times, np.full(46, float(before))).tolist(),
        )
        for before in (0, 100, 400)
    ]
    paces = np.array([0.6, 0.85])
    along = success_probability(params, paces, np.zeros(2))
    series.append(Series("slower, but no better", paces.tolist(), along.tolist(), kind="points"))
    return Figure(
        title="Skill shifts the trade-off of speed and accuracy",
        x="Movement time (s)",
        y="Probability of success",
        series=series,
        caption="The curves shift with practice; the points are one curve at two paces. After Shmuelof, "
        "Krakauer & Mazzoni 2012; the numbers are ours.",
    )


def figure_endpoint_sd() -> Figure:
    """Scatter of the endpoint at three fixed movement times against practice."""
    params = ACUITY.complete({})
    before = np.arange(0.0, 501.0, 5.0)
    series = []
    for time in (0.5, 0.6, 0.7):
        probability = success_probability(params, np.full(len(before), time), before)
        sd = endpoint_sd(probability, params["half_width"])
        series.append(Series(f"{time:g} s", before.tolist(), sd.tolist()))
    return Figure(
        title="At one speed, scatter falls with practice",
        x="Trials of practice",
        y="Endpoint SD (mm)",
        series=series,
        caption="Fast reaches gain most. After Shmuelof, Krakauer & Mazzoni 2012; the numbers are ours.",
    )


ACUITY = Model(
    id="acuity",
    name="Acuity: the speed-accuracy function shifts with practice",
    equation="p(success) = 1 / (1 + exp(-(T - T_half) / slope)), T_half = midpoint - gain (1 - exp(-n/tau)) "
    "after n trials; endpoint SD = half-width / Phi^-1((1 + p) / 2)",
    source=_SOURCE,
    verified="abstract read: practice shifts the whole speed-accuracy function, mostly by less variability; "
    "the logistic form and its exponential shift are ours, not verified",
    schedule="required movement time (s); a clamp asks for none, and the preferred one is taken",
    parameters=(*_FITTED, *_TASK),
    simulate=_simulate,
    data=("movement_time", "success"),
    fit=_fit,
    recovery=Recovery(schedule=_session, draw=_draw),
    figures=(figure_trade_off, figure_endpoint_sd),
    example_schedule="100x0.5,100x0.6,100x0.5",
    simpler="fixed_trade_off",
    extra={
        "movement_time": "time taken (s)",
        "success": "1 hit, 0 missed; null without chance. output is its probability",
        "endpoint_error": "signed distance of the endpoint from the target's middle (mm)",
        "endpoint_sd": "SD from which it is drawn (mm)",
        "midpoint": "movement time of half success (s)",
    },
)

MODELS = (ACUITY,)
