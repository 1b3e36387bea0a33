"""Learning by reward: the aim moves to what was explored when it paid, and motor noise hides what that was.

A reach is the aim, plus exploration that the learner knows of, plus motor noise that it does not. Only the
exploration of a rewarded reach is kept. Reward follows a closed loop: the mean of the last ten reaches to
that target has to be beaten, so that the task is always within reach and never given away.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from shared.figure import Figure, Series
from shared.learning import fit as fitting
from shared.learning._profile import widened
from shared.learning.spec import LearningError, Model, Parameter, Recovery, Schedule

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.random import Generator
    from numpy.typing import NDArray

    from shared.learning.spec import Columns, Fit

_SOURCE = "Therrien, Wolpert & Bastian 2016, Brain 139:101"
CRITERION_TRIALS = 10
"""Reaches to one target whose mean is the criterion (trial registration NCT03879018)."""

_NOISE = (
    Parameter("sigma_success", 2.0, 0.05, 15.0, "SD of exploration after reward", "deg", "SCIENCE 2.7"),
    Parameter("sigma_failure", 4.0, 0.05, 20.0, "SD of exploration after no reward", "deg", "SCIENCE 2.7"),
    Parameter(
        "sigma_motor", 2.0, 0.05, 20.0, "SD of motor noise, unknown to the learner", "deg", "SCIENCE 2.7"
    ),
)
_ETA = Parameter("eta", 1.0, 0.0, 1.5, "share of rewarded exploration that is kept", "1", _SOURCE)
_ALPHA_X = Parameter(
    "alpha_x", 1.0, 0.0, 3.0, "step of the aim a unit of prediction error", "1", "not verified"
)
_ALPHA_V = Parameter(
    "alpha_v", 0.1, 0.0, 1.0, "rate at which the expected reward follows reward", "1", "not verified"
)
_TASK = (
    Parameter("zone", 5.0, 0.5, 30.0, "half-width of the reward zone about the goal", "deg"),
    Parameter("targets", 1.0, 1.0, 16.0, "targets in turn, each with its own aim and criterion", "1"),
)
_FITTED = (*_NOISE, _ETA)
_FITTED_RPE = (*_NOISE, _ALPHA_X, _ALPHA_V)
_TOTAL = (
    Parameter("sd_success", 3.0, 0.05, 40.0, "SD of reaches after reward", "deg"),
    Parameter("sd_failure", 5.0, 0.05, 40.0, "SD of reaches otherwise", "deg"),
)


def learning_direction(goals_deg: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return +1, -1 or 0 a trial: the way from the goal before (0 at first) to this one, shape (n,)."""
    result = np.zeros(len(goals_deg))
    before, direction = 0.0, 0.0
    for trial, goal in enumerate(goals_deg):
        if not math.isnan(goal) and goal != before:
            direction, before = math.copysign(1.0, goal - before), float(goal)
        result[trial] = direction
    return result


def rewarded(
    reach_deg: NDArray[np.float64],
    criterion_deg: NDArray[np.float64],
    goal_deg: float,
    direction: float,
    zone_deg: float,
) -> NDArray[np.bool_]:
    """Say which reaches are rewarded: in the zone, or past the criterion and not past the zone's far edge.

    The far edge is the upper bound: without it reward would go on past the goal. All in degrees, shape (n,).
    """
    within = np.abs(reach_deg - goal_deg) <= zone_deg
    if direction == 0.0:
        return within
    past = direction * (reach_deg - criterion_deg) > 0
    return within | (past & (direction * (reach_deg - goal_deg) <= zone_deg))


def simulate_people(
    params: Mapping[str, float], schedule: Schedule, random: Generator, people: int
) -> dict[str, NDArray[np.float64]]:
    """Simulate many people at once; columns of shape (people, n).

    With `alpha_x` among the parameters the step is that of the reward prediction error, else Therrien's.
    """
    count, targets = len(schedule), round(params["targets"])
    aims = np.zeros((targets, people))
    expected = np.zeros((targets, people))
    won = np.zeros((targets, people), dtype=np.bool_)
    recent = np.zeros((targets, CRITERION_TRIALS, people))
    made = np.zeros(targets, dtype=np.int64)
    names = ("output", "aim", "reward", "criterion")
    found = {name: np.full((people, count), math.nan) for name in names}
    direction = learning_direction(schedule.perturbation)
    for trial, goal in enumerate(schedule.perturbation):
        at = trial % targets
        explored = random.standard_normal(people)
        explored *= np.where(won[at], params["sigma_success"], params["sigma_failure"])
        reach = aims[at] + explored + params["sigma_motor"] * random.standard_normal(people)
        held = min(int(made[at]), CRITERION_TRIALS)
        criterion = recent[at, :held].mean(axis=0) if held else np.zeros(people)
        found["output"][:, trial], found["aim"][:, trial] = reach, aims[at]
        found["criterion"][:, trial] = criterion
        recent[at, made[at] % CRITERION_TRIALS] = reach
        made[at] += 1
        if schedule.clamp[trial]:
            won[at] = False
            continue
        won[at] = rewarded(reach, criterion, float(goal), float(direction[trial]), params["zone"])
        found["reward"][:, trial] = won[at]
        if "alpha_x" in params:
            surprise = won[at] - expected[at]
            aims[at] += params["alpha_x"] * surprise * explored
            expected[at] += params["alpha_v"] * surprise
        else:
            aims[at] += params["eta"] * explored * won[at]
    return found


def _simulate(
    params: Mapping[str, float], schedule: Schedule, random: Generator | None
) -> dict[str, NDArray[np.float64]]:
    if random is None:
        raise LearningError("learning by reward needs chance: give a seed")
    found = {name: column[0] for name, column in simulate_people(params, schedule, random, 1).items()}
    targets = round(params["targets"])
    return {**found, "target": np.arange(len(schedule), dtype=np.float64) % targets}


def log_likelihood(
    params: Mapping[str, float],
    output_deg: Sequence[float],
    reward: Sequence[float],
    target: Sequence[float] | None = None,
) -> float:
    """Return the exact log likelihood of the reaches, the aim and the exploration integrated out.

    Given the rewards the model is linear and Gaussian, and reward depends on the reach alone, so that it adds
    no factor. With the aim N(mu, P) before the reach, exploration variance s and motor variance m, the reach
    is N(mu, P + s + m) = N(mu, S); the next aim x + k e (k = eta after reward, else 0) given the reach y is
    N(mu + G (y - mu), P + k^2 s - G^2 S) with G = (P + k s) / S. Our derivation.

    Args:
        output_deg: reaches, NaN where missing.
        reward: 1, 0, or NaN where no feedback was given.
        target: index of the target; one target when None.
    """
    by_error = "alpha_x" in params
    variances = params["sigma_failure"] ** 2, params["sigma_success"] ** 2
    motor = params["sigma_motor"] ** 2
    states: dict[float, tuple[float, float, float, int]] = {}
    total, known = 0.0, 0
    for trial, (reach, won) in enumerate(zip(output_deg, reward, strict=True)):
        at = 0.0 if target is None else target[trial]
        mean, spread, expected, before = states.get(at, (0.0, 0.0, 0.0, 0))
        explored = variances[before]
        if won != won:  # no feedback: nothing is learnt
            keep, now = 0.0, 0
        else:
            now = int(won)
            keep = params["alpha_x"] * (won - expected) if by_error else params["eta"] * won
            expected += params["alpha_v"] * (won - expected) if by_error else 0.0
        size = spread + explored + motor
        if reach == reach:
            surprise, gain = reach - mean, (spread + keep * explored) / size
            total += math.log(size) + surprise * surprise / size
            known += 1
            mean += gain * surprise
            spread = max(spread + keep * keep * explored - gain * gain * size, 0.0)
        else:
            spread += keep * keep * explored
        states[at] = (mean, spread, expected, now)
    return -0.5 * (total + known * math.log(2.0 * math.pi))


def _fit(data: Columns, model: str, parameters: Sequence[Parameter]) -> Fit:
    output, reward = fitting.columns(data, ("output", "reward"), at_least=40)
    if not np.isin(reward[~np.isnan(reward)], (0.0, 1.0)).all():
        raise LearningError("the column reward holds other than 1, 0 or nothing")
    if np.isnan(reward).all():
        raise LearningError("no trial of these data could be rewarded: nothing can be learnt from reward")
    target = [float(each) for each in data["target"]] if "target" in data else None
    reaches, rewards = output.tolist(), reward.tolist()
    known = int(np.isfinite(output).sum())
    if known < 40:
        raise LearningError(f"{known} reaches were measured, and at least 40 are needed")

    def solved(names: Sequence[Parameter], starts: int, *widen: str) -> fitting.Solution:
        def cost(theta: NDArray[np.float64]) -> float:
            values = {each.name: float(value) for each, value in zip(names, theta, strict=True)}
            return -log_likelihood(values, reaches, rewards, target)

        found = fitting.solve_likelihood(cost, names, fitting.starts_between(names, starts), known)
        return widened(found, cost, names, widen)

    solution = solved(parameters, 4, "alpha_v")
    if parameters is _FITTED_RPE:
        simpler = ("reinforcement", solved(_FITTED, 3), len(_FITTED))
    else:
        simpler = ("no_learning", _without_learning(reaches, rewards, target, known), len(_TOTAL))
    return fitting.report(model, parameters, solution, simpler=simpler)


def _without_learning(
    reaches: list[float], rewards: list[float], target: list[float] | None, known: int
) -> fitting.Solution:
    """Fit reaches about an aim that never moves, with one SD after reward and one otherwise."""

    def cost(theta: NDArray[np.float64]) -> float:
        values = {"sigma_success": float(theta[0]), "sigma_failure": float(theta[1])}
        return -log_likelihood({**values, "sigma_motor": 0.0, "eta": 0.0}, reaches, rewards, target)

    return fitting.solve_likelihood(cost, _TOTAL, fitting.starts_between(_TOTAL, 2), known)


def _practice() -> Schedule:
    """The reaching task of the simulated table: 40 reaches without feedback, then 15 deg."""
    return Schedule.parse("40xclamp,280x15")


def _draw(random: Generator) -> dict[str, float]:
    return {
        "sigma_success": float(random.uniform(1.0, 3.0)),
        "sigma_failure": float(random.uniform(3.0, 6.0)),
        "sigma_motor": float(random.uniform(2.0, 6.0)),
        "eta": float(random.uniform(0.5, 1.0)),
    }


def _draw_rpe(random: Generator) -> dict[str, float]:
    drawn = _draw(random)
    return {
        **{name: value for name, value in drawn.items() if name != "eta"},
        "alpha_x": float(random.uniform(0.8, 2.0)),
        "alpha_v": float(random.uniform(0.05, 0.3)),
    }


def figure_motor_noise() -> Figure:
    """Mean reach of 200 simulated people for motor noise of 2, 6 and 10 deg, and for little exploration."""
    schedule = _practice()
    trials = [float(each) for each in range(1, len(schedule) + 1)]
    series = []
    for name, values in {
        "motor noise 2 deg": {"sigma_motor": 2.0},
        "motor noise 6 deg": {"sigma_motor": 6.0},
        "motor noise 10 deg": {"sigma_motor": 10.0},
        "motor noise 2 deg, little exploration": {"sigma_success": 0.5, "sigma_failure": 1.0},
    }.items():
        random = np.random.Generator(np.random.PCG64(1))
        aims = simulate_people(REINFORCEMENT.complete(values), schedule, random, 200)["aim"]
        series.append(_band(name, trials, aims))
    return Figure(
        title="Motor noise slows learning by reward, and so does too little exploration",
        x="Trial",
        y="Aim (deg)",
        series=series,
        caption="Mean and quartiles of 200 simulated people; goal 15 deg from trial 41 on, closed loop. "
        "After Therrien, Wolpert & Bastian 2016, whose model it is; the schedule is ours.",
        marks=[(41.0, "reward")],
    )


def figure_prediction_error() -> Figure:
    """What a reward keeps of the exploration in a run of rewards, for three rates of the expectation."""
    trials, series = list(range(1, 31)), []
    for rate in (0.0, 0.1, 0.5):
        params = REINFORCEMENT_RPE.complete({"alpha_v": rate})
        kept, expected = [], 0.0
        for _ in trials:
            kept.append(params["alpha_x"] * (1.0 - expected))
            expected += params["alpha_v"] * (1.0 - expected)
        series.append(Series(f"expectation follows at {rate:g}", [float(each) for each in trials], kept))
    return Figure(
        title="Reward that was expected teaches less",
        x="Reward in a row",
        y="Share of the exploration kept",
        series=series,
        caption="alpha_x (1 - V) while every reach is rewarded, V starting at 0: with no expectation "
        "(rate 0) each reward keeps the same share, as in the plain model.",
    )


def _band(name: str, trials: list[float], columns: NDArray[np.float64]) -> Series:
    low, high = np.percentile(columns, [25.0, 75.0], axis=0)
    return Series(name, trials, columns.mean(axis=0).tolist(), low.tolist(), high.tolist())


_SCHEDULE = (
    "goal angle (deg); reward comes by the closed loop, about the goal or beyond the mean of the last ten "
    "reaches on the way to it; a clamp is a reach without feedback, from which nothing is learnt"
)
_EXTRA = {
    "aim": "the aim before the trial (deg); output is the reach, with exploration and motor noise",
    "reward": "1 rewarded, 0 not, null without feedback",
    "criterion": "mean of the last ten reaches to the target (deg)",
    "target": "index of the target",
}

REINFORCEMENT = Model(
    id="reinforcement",
    name="Reinforcement: reward keeps exploration, motor noise hides it",
    equation="y = x + e + m; x' = x + eta e after reward, x' = x otherwise; "
    "e ~ N(0, sigma_success^2) after reward, N(0, sigma_failure^2) otherwise; m ~ N(0, sigma_motor^2)",
    source=_SOURCE,
    verified="abstract read; the equations are from memory and not verified; the closed loop's ten reaches "
    "to that target are confirmed by the trial registration NCT03879018; the likelihood is our derivation",
    schedule=_SCHEDULE,
    parameters=(*_FITTED, *_TASK),
    simulate=_simulate,
    data=("output", "reward", "target"),
    fit=lambda data: _fit(data, "reinforcement", _FITTED),
    recovery=Recovery(schedule=_practice, draw=_draw),
    figures=(figure_motor_noise,),
    example_schedule="40xclamp,280x15",
    simpler="no_learning",
    random="needed",
    extra=_EXTRA,
)

REINFORCEMENT_RPE = Model(
    id="reinforcement_rpe",
    name="Reinforcement by reward prediction error",
    equation="y = x + e + m; V' = V + alpha_v (R - V); x' = x + alpha_x (R - V) e",
    source="Izawa & Shadmehr 2011, PLoS Comput Biol 7:e1002012",
    verified="not verified: the form is from memory",
    schedule=_SCHEDULE,
    parameters=(*_FITTED_RPE, *_TASK),
    simulate=_simulate,
    data=("output", "reward", "target"),
    fit=lambda data: _fit(data, "reinforcement_rpe", _FITTED_RPE),
    recovery=Recovery(schedule=_practice, draw=_draw_rpe),
    figures=(figure_prediction_error,),
    example_schedule="40xclamp,280x15",
    simpler="reinforcement",
    random="needed",
    extra=_EXTRA,
)

MODELS = (REINFORCEMENT, REINFORCEMENT_RPE)
