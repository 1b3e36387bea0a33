"""Error-clamp models in which hitting the target matters (Kim, Parvin & Ivry 2019, eLife 8:e39882).

The cursor is clamped to a fixed small angle off the target whatever the hand does, so every trial teaches
the same error. What differs is whether it hits a big target (r = 1) or misses a small one (r = 0).
Either the outcome modulates adaptation (`clamp_modulation`), or a miss moves an implicit aim of its own
(`clamp_aim`). `clamp_invariant` is blind to the outcome, the simpler model of both.

Hand angles in degrees, positive against the clamp. The state is zero before the first clamped cycle.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from shared.figure import Figure, Series
from shared.learning.fit import columns, report, solve_least_squares, starts_between
from shared.learning.spec import LearningError, Model, Parameter, Recovery, Schedule

if TYPE_CHECKING:
    from numpy.random import Generator
    from numpy.typing import NDArray

    from shared.learning.fit import Solution
    from shared.learning.spec import Columns, Fit

    Array = NDArray[np.float64]

KIM = "Kim, Parvin & Ivry 2019, eLife 8:e39882"
_FROM_CODE = f"{KIM}: the authors' fitted values, read in their published files"
AT_LEAST = 10
STARTS = 4


@dataclass(frozen=True, slots=True)
class Process:
    """One process: each trial kept by `keep` and moved by `move`, both of shape (n,)."""

    keep: Array
    move: Array


def _solve(process: Process, fresh: NDArray[np.bool_]) -> Array:
    """Return the state before each trial; it starts at zero on the trials that are `fresh`."""
    states = np.empty(len(fresh))
    state = 0.0
    given = zip(process.keep.tolist(), process.move.tolist(), fresh.tolist(), strict=True)
    for trial, (keep, move, begins) in enumerate(given):
        if begins:
            state = 0.0
        states[trial] = state
        state = keep * state + move
    return states


def _hits(schedule: Schedule) -> tuple[Array, Array, Array]:
    """Return indicators (n,) of hit, miss and no feedback.

    Raises:
        LearningError: a value other than 0 (miss) and 1 (hit).
    """
    values = np.where(schedule.clamp, 0.0, schedule.perturbation)
    if not np.isin(values, (0.0, 1.0)).all():
        raise LearningError("schedule: a value here is 1 (the clamped cursor hits) or 0 (it misses)")
    silent = schedule.clamp.astype(float)
    return values, (1.0 - values) * (1.0 - silent), silent


def _modulation(theta: Array, schedule: Schedule) -> dict[str, Process]:
    """theta: Ahit, Amiss, Uhit, Umiss. Without feedback the state fades as after a hit."""
    hit, miss, silent = _hits(schedule)
    return {"state": Process(theta[0] * (hit + silent) + theta[1] * miss, theta[2] * hit + theta[3] * miss)}


def _aim(theta: Array, schedule: Schedule) -> dict[str, Process]:
    """theta: As, At, Us, Ut."""
    hit, miss, _ = _hits(schedule)
    every = np.ones(len(schedule))
    return {
        "sensory": Process(theta[0] * every, theta[2] * (hit + miss)),
        "target": Process(theta[1] * every, theta[3] * miss),
    }


def _invariant(theta: Array, schedule: Schedule) -> dict[str, Process]:
    """theta: A, U."""
    hit, miss, _ = _hits(schedule)
    return {"state": Process(np.full(len(schedule), theta[0]), theta[1] * (hit + miss))}


Processes = Callable[["Array", Schedule], dict[str, Process]]


def predict(processes: Processes, theta: Array, schedule: Schedule, fresh: NDArray[np.bool_]) -> Array:
    """Return the summed states, shape (n,), before each trial."""
    states = [_solve(each, fresh) for each in processes(theta, schedule).values()]
    return np.asarray(np.sum(states, axis=0))


def _simulate(
    processes: Processes, names: tuple[str, ...]
) -> Callable[[Mapping[str, float], Schedule, Generator | None], dict[str, Array]]:
    def simulate(
        params: Mapping[str, float], schedule: Schedule, random: Generator | None = None
    ) -> dict[str, Array]:
        theta = np.array([params[name] for name in names])
        fresh = np.arange(len(schedule)) == 0
        states = {name: _solve(each, fresh) for name, each in processes(theta, schedule).items()}
        output = np.sum(list(states.values()), axis=0)
        if random is not None:
            output = output + params["noise"] * random.standard_normal(len(schedule))
        return {"output": output, **states}

    return simulate


def solve(processes: Processes, parameters: tuple[Parameter, ...], data: Columns) -> Solution:
    """Return the least-squares fit to cycles of one person, or of several groups one after the other.

    `perturbation`: 1 hit, 0 miss; `clamp` 1 and no perturbation: no feedback. Where the optional column
    `group` changes, another group begins, from rest. No baseline is subtracted.

    Raises:
        LearningError: the columns cannot be used.
    """
    perturbation, output, clamp = columns(data, ("perturbation", "output", "clamp"), at_least=AT_LEAST)
    clamped = clamp > 0
    if np.isnan(perturbation[~clamped]).any():
        raise LearningError("a trial with feedback says neither hit (1) nor miss (0)")
    schedule = Schedule(np.where(clamped, np.nan, perturbation), clamped)
    fresh = np.arange(len(output)) == 0
    if "group" in data:
        (group,) = columns(data, ("group",), at_least=len(output))
        fresh[1:] |= group[1:] != group[:-1]
    there = np.isfinite(output)

    def residuals(theta: Array) -> Array:
        return (predict(processes, theta, schedule, fresh) - output)[there]

    if not len(output[there]):
        raise LearningError("no trial has an output")
    return solve_least_squares(residuals, parameters, starts_between(parameters, STARTS))


def _fit(model: str, processes: Processes, parameters: tuple[Parameter, ...]) -> Callable[[Columns], Fit]:
    def fit(data: Columns) -> Fit:
        found = solve(processes, parameters, data)
        simpler = solve(_invariant, INVARIANT_PARAMETERS, data) if model != "clamp_invariant" else None
        return report(
            model,
            parameters,
            found,
            simpler=None if simpler is None else ("clamp_invariant", simpler, len(INVARIANT_PARAMETERS)),
            extra={"noise_sd_deg": found.noise_sd()},
        )

    return fit


def figure_switch() -> Figure:
    """Return the paper's transfer experiment: outcome switched after 120 clamped cycles, both models."""
    cycles = list(range(11, 211))
    groups = {"miss, then hit": "120x0,80x1", "hit, then miss": "120x1,80x0"}
    curves = []
    for model, words in ((MODULATION, "modulation"), (AIM, "implicit aim")):
        for name, schedule in groups.items():
            found = model.simulate(model.complete({}), Schedule.parse(schedule), None)["output"]
            curves.append(Series(f"{name} ({words})", cycles, found.tolist()))
    return Figure(
        title="Hitting the target weakens implicit adaptation",
        x="cycle",
        y="hand angle (deg)",
        series=curves,
        caption=(
            "A cursor clamped 1.75 deg off. With a small target it misses and people adapt further; the "
            f"switch at cycle 131 brings the groups together. Curves at the authors' fitted values ({KIM})."
        ),
        marks=[(11, "clamp"), (131, "other target")],
    )


def _retention(name: str, value: float, meaning: str) -> Parameter:
    return Parameter(name, value, 0.0, 1.0, meaning, source=_FROM_CODE)


def _update(name: str, value: float, meaning: str) -> Parameter:
    return Parameter(name, value, 0.0, 5.0, meaning, "deg", _FROM_CODE)


_NOISE = Parameter("noise", 0.0, 0.0, 45.0, "SD of the hand angle; a clamp does not let it teach", "deg")
MODULATION_PARAMETERS = (
    _retention("ahit", 0.98118538, "retention after a hit"),
    _retention("amiss", 0.95625457, "retention after a miss"),
    _update("uhit", 0.29899988, "update after a hit"),
    _update("umiss", 0.96933715, "update after a miss"),
)
AIM_PARAMETERS = (
    _retention("as", 0.94276494, "retention of the part that learns from the sensory prediction error"),
    _retention("at", 0.98617288, "retention of the implicit aim"),
    _update("us", 0.71392953, "update by the sensory prediction error, every cycle"),
    _update("ut", 0.20182692, "update of the implicit aim, after a miss"),
)
INVARIANT_PARAMETERS = (
    Parameter("a", 0.96, 0.0, 1.0, "retention"),
    Parameter("u", 0.7, 0.0, 5.0, "update of every clamped cycle", "deg"),
)


def _model(
    model: str,
    name: str,
    equation: str,
    processes: Processes,
    parameters: tuple[Parameter, ...],
    draw: Callable[[Generator], dict[str, float]],
    *,
    source: str = KIM,
    verified: str = "AIC of the authors' data and values reproduced to 1e-4 (SCIENCE 2.4)",
    extra: Mapping[str, str],
) -> Model:
    return Model(
        id=model,
        name=name,
        equation=equation,
        source=source,
        verified=verified,
        schedule="1: the clamped cursor hits the target; 0: it misses; clamp: no feedback at all",
        parameters=(*parameters, _NOISE),
        simulate=_simulate(processes, tuple(each.name for each in parameters)),
        fit=_fit(model, processes, parameters),
        recovery=Recovery(lambda: Schedule.parse("100x0,80x1,40xclamp,80x0,40xclamp"), draw),
        figures=() if model == "clamp_invariant" else (figure_switch,),
        example_schedule="120x0,80x1",
        simpler=None if model == "clamp_invariant" else "clamp_invariant",
        extra=extra,
    )


def _draw_modulation(random: Generator) -> dict[str, float]:
    return {
        "ahit": float(random.uniform(0.96, 0.985)),
        "amiss": float(random.uniform(0.94, 0.97)),
        "uhit": float(random.uniform(0.25, 0.6)),
        "umiss": float(random.uniform(0.8, 1.2)),
        "noise": float(random.uniform(1.5, 3.0)),
    }


def _draw_aim(random: Generator) -> dict[str, float]:
    return {
        "as": float(random.uniform(0.9, 0.95)),
        "at": float(random.uniform(0.975, 0.99)),
        "us": float(random.uniform(0.6, 0.9)),
        "ut": float(random.uniform(0.15, 0.35)),
        "noise": float(random.uniform(1.0, 2.0)),
    }


def _draw_invariant(random: Generator) -> dict[str, float]:
    return {
        "a": float(random.uniform(0.94, 0.98)),
        "u": float(random.uniform(0.4, 1.0)),
        "noise": float(random.uniform(1.5, 3.0)),
    }


MODULATION = _model(
    "clamp_modulation",
    "Error clamp: the outcome modulates adaptation",
    "x(n+1) = Ahit x + Uhit after a hit, Amiss x + Umiss after a miss",
    _modulation,
    MODULATION_PARAMETERS,
    _draw_modulation,
    extra={"state": "adaptation before the trial's update, deg"},
)
AIM = _model(
    "clamp_aim",
    "Error clamp: a miss moves an implicit aim",
    "xs(n+1) = As xs + Us, xt(n+1) = At xt + (1 - r) Ut, x = xs + xt, r = 1 after a hit",
    _aim,
    AIM_PARAMETERS,
    _draw_aim,
    extra={"sensory": "part driven by the sensory prediction error, deg", "target": "implicit aim, deg"},
)
INVARIANT = _model(
    "clamp_invariant",
    "Error clamp: blind to the outcome",
    "x(n+1) = A x + U, whatever the outcome",
    _invariant,
    INVARIANT_PARAMETERS,
    _draw_invariant,
    source="Morehead et al. 2017, JoCN 29:1061 (adaptation to a clamp); equation ours, as the simpler model",
    verified="not verified",
    extra={"state": "adaptation before the trial's update, deg"},
)
MODELS = (AIM, INVARIANT, MODULATION)
