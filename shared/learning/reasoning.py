"""Strategy in three parts: retrieving what worked, reasoning when it does not, refining in between.

The aim of a trial is retrieved (the one that paid in this context, once a cue names the context), or reasoned
(a jump to what the last error implies, at a cost of time to react), or refined (a small step). Implicit
adaptation adds to it. The three are Tsay's, the equations ours.
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

_SOURCE = "Tsay et al. 2024, eLife 13:e91839, for the three parts; the equations are ours"
REFINE, REASON, RETRIEVE = 0, 1, 2

_RETRIEVAL = Parameter(
    "retrieval", 0.8, 0.0, 1.0, "probability of recalling what often paid in this context", "1"
)
_REASONING = Parameter("reasoning", 0.35, 0.0, 1.0, "probability of a jump after a miss", "1")
_COST = Parameter("rt_cost", 0.4, -0.5, 3.0, "extra reaction time of a jump", "s")
_REFINEMENT = Parameter("refinement", 0.15, -0.2, 1.0, "share of the last error by which the aim moves", "1")
_RT = Parameter("rt_base", 0.45, 0.1, 2.0, "mean reaction time", "s")
_RT_SD = Parameter("rt_sd", 0.1, 0.01, 1.0, "SD of the reaction time", "s")
_MOTOR = Parameter("sigma_motor", 3.0, 0.3, 15.0, "SD of motor noise", "deg")
_SIMPLER = (_REFINEMENT, _RT, _RT_SD, _MOTOR)
_FITTED = (_RETRIEVAL, _REASONING, _COST, *_SIMPLER)
_REST = (
    Parameter("sigma_jump", 4.0, 0.5, 30.0, "SD of a reasoned aim about what the error implies", "deg"),
    Parameter("sigma_aim", 0.5, 0.05, 10.0, "SD of the aim's own change", "deg"),
    Parameter("miss", 10.0, 1.0, 60.0, "a greater error is a miss, a smaller one a success", "deg"),
    Parameter("implicit_retention", 0.97, 0.0, 1.0, "what implicit adaptation keeps a trial", "1"),
    Parameter("implicit_rate", 0.02, 0.0, 0.5, "share of the error that it learns", "1"),
    Parameter("cued", 1.0, 0.0, 1.0, "1: a cue names the context when the perturbation changes", "1"),
)


def context_starts(perturbation_deg: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return where a context begins: the first trial, and each with another value than the last imposed."""
    found = np.zeros(len(perturbation_deg), dtype=np.bool_)
    before = math.nan
    for trial, value in enumerate(perturbation_deg.tolist()):
        if value == value:
            found[trial] = value != before
            before = value
    return found


def _recall(retrieval: float, successes: int) -> float:
    """Probability of retrieval, rising with past success."""
    return retrieval * successes / (successes + 1.0)


def _simulate(
    params: Mapping[str, float], schedule: Schedule, random: Generator | None
) -> dict[str, NDArray[np.float64]]:
    if random is None:
        raise LearningError("a person who reasons by chance needs it: give a seed")
    starts = context_starts(schedule.perturbation)
    memory: dict[float, tuple[float, int]] = {}
    aim = implicit = error = 0.0
    rows = []
    for trial, imposed in enumerate(schedule.perturbation.tolist()):
        cue = bool(starts[trial]) and params["cued"] >= 0.5
        stored, successes = memory.get(imposed, (0.0, 0)) if cue else (0.0, 0)
        if random.random() < _recall(params["retrieval"], successes):
            mode, aim = RETRIEVE, stored
        elif abs(error) > params["miss"] and random.random() < params["reasoning"]:
            mode, aim = REASON, aim + error + params["sigma_jump"] * float(random.standard_normal())
        else:
            mode, aim = REFINE, aim + params["refinement"] * error
        aim += params["sigma_aim"] * float(random.standard_normal())
        hand = aim + implicit + params["sigma_motor"] * float(random.standard_normal())
        time = params["rt_base"] + params["rt_sd"] * float(random.standard_normal())
        time = max(time + (params["rt_cost"] if mode == REASON else 0.0), 0.05)
        rows.append((hand, aim, implicit, float(mode), time, float(cue)))
        error = 0.0 if imposed != imposed else imposed - hand
        implicit = params["implicit_retention"] * implicit + params["implicit_rate"] * error
        if imposed == imposed and abs(error) <= params["miss"]:
            memory[imposed] = (aim, memory.get(imposed, (0.0, 0))[1] + 1)
    names = ("output", "aim", "implicit", "mode", "rt", "cue")
    return dict(zip(names, np.array(rows).T, strict=True))


def log_likelihood(
    params: Mapping[str, float],
    perturbation: Sequence[float],
    output: Sequence[float],
    rt: Sequence[float],
    cue: Sequence[float],
) -> float:
    """Return the log likelihood of hand angles (deg) and reaction times (s).

    The aim is hidden and the three ways to it are weighed by both columns; after each trial the mixture is
    collapsed to one normal (a switching Kalman filter of the first order, an approximation). NaN: a clamp in
    `perturbation`, a missing value in `output` or `rt`.
    """
    motor, own, jump = (params[name] ** 2 for name in ("sigma_motor", "sigma_aim", "sigma_jump"))
    refinement, base, cost = params["refinement"], params["rt_base"], params["rt_cost"]
    retention, rate, miss = params["implicit_retention"], params["implicit_rate"], params["miss"]
    time_variance = params["rt_sd"] ** 2
    time_constant = -0.5 * math.log(2.0 * math.pi * time_variance)
    memory: dict[float, tuple[float, float, int]] = {}
    mean, variance, implicit, error, total = 0.0, 0.0, 0.0, 0.0, 0.0
    for imposed, hand, time, cued in zip(perturbation, output, rt, cue, strict=True):
        stored, stored_variance, successes = memory.get(imposed, _NOTHING) if cued > 0 else _NOTHING
        recall = _recall(params["retrieval"], successes)
        leap = (1.0 - recall) * params["reasoning"] if abs(error) > miss else 0.0
        found = []
        for weight, aim, spread, extra in (
            (1.0 - recall - leap, mean + refinement * error, variance + own, 0.0),
            (leap, mean + error, variance + jump + own, cost),
            (recall, stored, stored_variance + own, 0.0),
        ):
            if weight <= 0.0:
                continue
            log = math.log(weight)
            if hand == hand:
                size = spread + motor
                surprise, gain = hand - implicit - aim, spread / size
                log -= 0.5 * (math.log(2.0 * math.pi * size) + surprise * surprise / size)
                aim, spread = aim + gain * surprise, spread * (1.0 - gain)
            if time == time:
                log += time_constant - 0.5 * (time - base - extra) ** 2 / time_variance
            found.append((log, aim, spread))
        log, mean, variance = found[0] if len(found) == 1 else _collapse(found)
        total += log
        seen = imposed == imposed and hand == hand
        error = imposed - hand if seen else 0.0
        implicit = retention * implicit + rate * error
        if seen and abs(error) <= miss:
            memory[imposed] = (mean, variance, memory.get(imposed, _NOTHING)[2] + 1)
    return total


_NOTHING = (0.0, 0.0, 0)


def _collapse(found: list[tuple[float, float, float]]) -> tuple[float, float, float]:
    """Return the log weight, mean and variance of a mixture of normals given by theirs."""
    top = max(log for log, _, _ in found)
    weights = [math.exp(log - top) for log, _, _ in found]
    size = sum(weights)
    mean = sum(w * m for w, (_, m, _) in zip(weights, found, strict=True)) / size
    spread = sum(w * (v + (m - mean) ** 2) for w, (_, m, v) in zip(weights, found, strict=True)) / size
    return top + math.log(size), mean, spread


def _fit(data: Columns) -> Fit:
    imposed, output, rt, cue = fitting.columns(data, ("perturbation", "output", "rt", "cue"), at_least=60)
    if "clamp" in data:
        imposed = np.where(np.asarray(data["clamp"], dtype=np.float64) > 0, math.nan, imposed)
    known = int((np.isfinite(output) & np.isfinite(rt)).sum())
    if known < 60:
        raise LearningError(f"{known} trials have a hand and a reaction time, and at least 60 are needed")
    if (rt[np.isfinite(rt)] <= 0).any():
        raise LearningError("a reaction time is not above 0 s")
    columns = tuple(each.tolist() for each in (imposed, output, rt, np.nan_to_num(cue)))
    rest = {each.name: each.default for each in _REST}
    usual = {"rt_base": float(np.nanmedian(rt)), "rt_sd": max(0.7 * float(np.nanstd(rt)), 0.03)}

    def solved(names: Sequence[Parameter], **fixed: float) -> fitting.Solution:
        def cost(theta: NDArray[np.float64]) -> float:
            values = {each.name: float(value) for each, value in zip(names, theta, strict=True)}
            return -log_likelihood({**rest, **fixed, **values}, *columns)

        starts = [
            np.array([{**usual, **other}.get(each.name, each.default) for each in names]) for other in _STARTS
        ]
        return fitting.solve_likelihood(cost, names, starts, known)

    simpler = solved(_SIMPLER, retrieval=0.0, reasoning=0.0, rt_cost=0.0)
    return fitting.report(
        "reasoning", _FITTED, solved(_FITTED), simpler=("refinement_only", simpler, len(_SIMPLER))
    )


_STARTS: tuple[dict[str, float], ...] = (
    {"retrieval": 0.5, "reasoning": 0.3},
    {"retrieval": 0.2, "reasoning": 0.05, "refinement": 0.4, "rt_cost": 0.1},
)


def _session() -> Schedule:
    """Three rotations and none, in turns of 8 trials, each met six times: 192 trials."""
    return Schedule.parse(",".join(f"8x{value}" for value in (0, 30, -40, 20) * 6))


def _draw(random: Generator) -> dict[str, float]:
    return {
        "retrieval": float(random.uniform(0.3, 0.95)),
        "reasoning": float(random.uniform(0.2, 0.7)),
        "rt_cost": float(random.uniform(0.2, 0.6)),
        "refinement": float(random.uniform(0.05, 0.35)),
        "rt_base": float(random.uniform(0.35, 0.6)),
        "rt_sd": float(random.uniform(0.06, 0.15)),
        "sigma_motor": float(random.uniform(2.0, 5.0)),
    }


_WITHOUT = {
    "whole": {},
    "without retrieval": {"retrieval": 0.0},
    "without reasoning": {"reasoning": 0.0},
    "without refinement": {"refinement": 0.0},
}


def figure_parts() -> Figure:
    """First exposure, washout and re-exposure of people who lack one of the three parts."""
    schedule = Schedule.parse("10x0,30x30,15x0,20x30")
    trials = [float(each) for each in range(1, len(schedule) + 1)]
    series = []
    for name, values in _WITHOUT.items():
        params = REASONING.complete(values)
        random = np.random.Generator(np.random.PCG64(5))
        hands = np.array([_simulate(params, schedule, random)["output"] for _ in range(60)])
        series.append(Series(name, trials, hands.mean(axis=0).tolist()))
    return Figure(
        title="Each part of strategy leaves its own trace",
        x="Trial",
        y="Hand angle (deg)",
        series=series,
        caption="Mean of 60 simulated people. Without retrieval the second meeting begins like the first; "
        "without reasoning learning is slow; without refinement it stops short. After Tsay et al. 2024; the "
        "equations are ours.",
        marks=[(11.0, "30 deg"), (41.0, "0 deg"), (56.0, "30 deg again")],
    )


REASONING = Model(
    id="reasoning",
    name="Retrieval, reasoning, refinement",
    equation="aim' = stored aim (p = retrieval s/(s+1), when a cue names the context), else aim + error + "
    "noise (p = reasoning, after a miss; reaction time + rt_cost), else aim + refinement error; "
    "hand = aim + implicit + noise",
    source=_SOURCE,
    verified="abstract read: reasoning, refinement and retrieval are named there; the equations are ours, "
    "not validated on people",
    schedule="rotation to be compensated (deg); each value is a context; a clamp shows no error",
    parameters=(*_FITTED, *_REST),
    simulate=_simulate,
    data=("perturbation", "output", "rt", "cue"),
    fit=_fit,
    recovery=Recovery(schedule=_session, draw=_draw),
    figures=(figure_parts,),
    example_schedule="10x0,30x30,15x0,20x30",
    simpler="refinement_only",
    random="needed",
    extra={
        "aim": "the aim (deg); output is the hand",
        "implicit": "implicit adaptation (deg)",
        "mode": "0 refined, 1 reasoned, 2 retrieved",
        "rt": "reaction time (s)",
        "cue": "1 where a cue names a context that begins",
    },
)

MODELS = (REASONING,)
