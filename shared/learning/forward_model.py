"""A forward model bridges the delay of the senses: without it, corrections come for where the hand was.

An inverse model turns the planned minimum-jerk reach into a command; feedback corrects the rest. What is felt
is 50 ms old and what is seen 100 ms. A forward model, driven by a copy of the command, adds the movement made
since (a Smith predictor). Without it, feedback acts on the old senses as if they were now: fast reaches, in
which the hand moves far within the delay, suffer most.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
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

_SOURCE = "Miall, Weir, Wolpert & Stein 1993, J Mot Behav 25:203; Wolpert & Miall 1996, Neural Netw 9:1265"
_NOT = "not verified"
STEP_S = 0.005
TAIL_S = 0.6
"""How long a reach is watched after its planned end."""

_GAIN = Parameter("gain", 1.0, -0.5, 1.5, "share of the movement since the senses that is predicted", "1")
_RATE = Parameter("rate", 0.08, 0.0, 1.0, "rate at which the expected delay follows the true one", "1")
_FITTED = (_GAIN, _RATE)
_BODY = (
    Parameter("duration", 0.3, 0.1, 3.0, "planned duration of the reach", "s"),
    Parameter("distance", 100.0, 1.0, 1000.0, "length of the reach", "mm"),
    Parameter("felt_delay", 0.05, 0.0, 0.3, "delay of proprioception", "s", _NOT),
    Parameter("seen_delay", 0.10, 0.0, 0.3, "delay of vision", "s", _NOT),
    Parameter(
        "felt_weight", 0.5, 0.0, 1.0, "weight of proprioception beside vision, by their precision", "1"
    ),
    Parameter("muscle", 0.04, 0.005, 0.2, "time constant of the muscle's filter", "s", _NOT),
    Parameter("bandwidth", 4.0, 0.2, 12.0, "natural frequency of the feedback loop (LQR)", "rad/s"),
    Parameter("believed_mass", 0.9, 0.3, 2.0, "mass in both internal models, of the true one", "1"),
    Parameter("noise", 4.0, 0.0, 100.0, "SD of the endpoint from motor noise", "mm"),
)


@dataclass(frozen=True, slots=True)
class Reaches:
    """Reaches along one line, a row a reach, in mm and s; `position` has shape (reaches, samples)."""

    time_s: NDArray[np.float64]
    position: NDArray[np.float64]
    endpoint_error: NDArray[np.float64]
    """Signed, at the planned end: beyond the target is positive."""
    overshoot: NDArray[np.float64]
    """Greatest distance beyond the target, 0 or more."""
    path_error: NDArray[np.float64]
    """Root mean square distance from the planned position, over the planned duration."""


def lqr_gains(bandwidth: float) -> tuple[float, float]:
    """Return the LQR gains on position (1/s^2) and velocity (1/s) of a unit point mass.

    Cost: the integral of w^4 x^2 + 2 w^2 v^2 + u^2. The Riccati equation of a double integrator then has the
    closed form k = (w^2, 2 w): critical damping at the natural frequency w.
    """
    return bandwidth**2, 2.0 * bandwidth


def minimum_jerk(
    time_s: NDArray[np.float64], duration_s: float, distance: float
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Return position, velocity, acceleration and jerk of a minimum-jerk reach (Flash & Hogan 1985)."""
    done = np.clip(time_s / duration_s, 0.0, 1.0)
    position = distance * done**3 * (10.0 - 15.0 * done + 6.0 * done**2)
    velocity = distance / duration_s * 30.0 * done**2 * (1.0 - done) ** 2
    acceleration = distance / duration_s**2 * 60.0 * done * (1.0 - done) * (1.0 - 2.0 * done)
    jerk = distance / duration_s**3 * 60.0 * (1.0 - 6.0 * done + 6.0 * done**2) * (done < 1.0)
    return position, velocity, acceleration, jerk


def reach(
    params: Mapping[str, float],
    added_delay_s: NDArray[np.float64],
    expected_delay_s: NDArray[np.float64],
    seen: NDArray[np.bool_] | None = None,
) -> Reaches:
    """Simulate a reach for each added delay of both senses.

    Args:
        added_delay_s: delay beyond the body's own, shape (reaches,).
        expected_delay_s: what the forward model takes it to be, shape (reaches,).
        seen: whether the hand is seen; always when None.
    """
    count = len(added_delay_s)
    duration = params["duration"]
    steps = round((duration + TAIL_S) / STEP_S)
    time = STEP_S * np.arange(steps + 1, dtype=np.float64)
    position, velocity, acceleration, jerk = minimum_jerk(time, duration, params["distance"])
    # The inverse model: the mass it believes in, and the command that drives the muscle's filter ahead.
    believed = params["believed_mass"]
    inverse = believed * (acceleration + params["muscle"] * jerk)
    stiffness, damping = lqr_gains(params["bandwidth"])
    hand, model = _Hand(count, steps, params["muscle"], 1.0), _Hand(count, steps, params["muscle"], believed)
    felt = np.full(count, params["felt_weight"])
    if seen is not None:
        felt = np.where(seen, felt, 1.0)
    for step in range(steps):
        where = np.zeros((2, count))
        for weight, own in ((felt, params["felt_delay"]), (1.0 - felt, params["seen_delay"])):
            sensed = hand.ago(step, own + added_delay_s)
            since = model.state[:2, :, step] - model.ago(step, own + expected_delay_s)
            where += weight * (sensed + params["gain"] * since)
        command = inverse[step] + believed * (
            stiffness * (position[step] - where[0]) + damping * (velocity[step] - where[1])
        )
        hand.step(step, command)
        model.step(step, command)
    path = hand.state[0]
    planned = round(duration / STEP_S)
    return Reaches(
        time_s=time,
        position=path,
        endpoint_error=path[:, planned] - params["distance"],
        overshoot=np.maximum(path.max(axis=1) - params["distance"], 0.0),
        path_error=np.sqrt(np.mean((path[:, : planned + 1] - position[: planned + 1]) ** 2, axis=1)),
    )


class _Hand:
    """A point mass behind a first-order muscle; `state` is position, velocity, force by reach and sample."""

    def __init__(self, count: int, steps: int, muscle_s: float, mass: float) -> None:
        self.state = np.zeros((3, count, steps + 1))
        self.keep, self.mass = math.exp(-STEP_S / muscle_s), mass
        self.rows = np.arange(count)

    def step(self, step: int, command: NDArray[np.float64]) -> None:
        position, velocity, force = self.state[:, :, step]
        pushed = force / self.mass
        self.state[0, :, step + 1] = position + STEP_S * velocity + 0.5 * STEP_S**2 * pushed
        self.state[1, :, step + 1] = velocity + STEP_S * pushed
        self.state[2, :, step + 1] = self.keep * force + (1.0 - self.keep) * command

    def ago(self, step: int, delay_s: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return position and velocity so long ago, shape (2, reaches); at rest before the start."""
        at = np.maximum(step - delay_s / STEP_S, 0.0)
        before = at.astype(np.int64)
        part = at - before
        after = np.minimum(before + 1, step)
        early = self.state[:2, self.rows, before]
        return np.asarray(early + part * (self.state[:2, self.rows, after] - early))


def delay_curve(
    params: Mapping[str, float], scale: Sequence[float], duration_s: float, gain: float
) -> list[Reaches]:
    """Simulate a reach at each multiple of the body's own delays, which the forward model knows."""
    none = np.zeros(1)
    return [
        reach(
            {
                **params,
                "duration": duration_s,
                "gain": gain,
                "felt_delay": each * params["felt_delay"],
                "seen_delay": each * params["seen_delay"],
            },
            none,
            none,
        )
        for each in scale
    ]


def expected_delays(added_ms: NDArray[np.float64], rate: float) -> NDArray[np.float64]:
    """Return the expected added delay (ms) before each trial: d' = d + rate (true - d), or d if unseen."""
    found = np.zeros(len(added_ms))
    expected = 0.0
    for trial, true in enumerate(added_ms.tolist()):
        found[trial] = expected
        if true == true:
            expected += rate * (true - expected)
    return found


def _endpoints(params: Mapping[str, float], added_ms: NDArray[np.float64]) -> NDArray[np.float64]:
    expected = expected_delays(added_ms, params["rate"])
    unseen = np.isnan(added_ms)
    # In a clamp nothing is seen, and what is felt has the body's own delay, as is known.
    true = np.where(unseen, 0.0, added_ms) / 1000.0
    return reach(params, true, np.where(unseen, 0.0, expected) / 1000.0, ~unseen).endpoint_error


def _simulate(
    params: Mapping[str, float], schedule: Schedule, random: Generator | None
) -> dict[str, NDArray[np.float64]]:
    if (schedule.perturbation < 0).any() or (schedule.perturbation > 500).any():
        raise LearningError("an added delay is not in 0 to 500 ms")
    output = _endpoints(params, schedule.perturbation)
    if random is not None:
        output = output + params["noise"] * random.standard_normal(len(schedule))
    return {"output": output, "expected_delay": expected_delays(schedule.perturbation, params["rate"])}


def _fit(data: Columns) -> Fit:
    added, output = fitting.columns(data, ("perturbation", "output"), at_least=20)
    if (added < 0).any() or (added > 500).any():
        raise LearningError("an added delay is not in 0 to 500 ms")
    seen = np.isfinite(output)
    rest = {each.name: each.default for each in _BODY}

    def solved(names: Sequence[Parameter], **fixed: float) -> fitting.Solution:
        def residuals(theta: NDArray[np.float64]) -> NDArray[np.float64]:
            values = {each.name: float(value) for each, value in zip(names, theta, strict=True)}
            return np.asarray((_endpoints({**rest, **fixed, **values}, added) - output)[seen])

        starts = [np.array([other[each.name] for each in names]) for other in _STARTS]
        return fitting.solve_least_squares(residuals, names, starts)

    simpler = solved((_GAIN,), rate=0.0)
    return fitting.report(
        "forward_model", _FITTED, solved(_FITTED), simpler=("fixed_forward_model", simpler, 2), extra_free=1
    )


_STARTS: tuple[dict[str, float], ...] = ({"gain": 0.9, "rate": 0.1}, {"gain": 0.4, "rate": 0.3})


def _session() -> Schedule:
    return Schedule.parse("20x0,60x100,20x0,20xclamp")


def _draw(random: Generator) -> dict[str, float]:
    return {"gain": float(random.uniform(0.4, 1.0)), "rate": float(random.uniform(0.03, 0.3))}


def figure_delay() -> Figure:
    """Endpoint error against the senses' delay: fast and slow reaches, with and without the forward model."""
    params = FORWARD_MODEL.complete({})
    scale = [0.0, 0.25, 0.5, 0.75, 1.0, 1.25, 1.5]
    series = []
    for name, duration in (("fast (0.3 s)", 0.3), ("slow (1 s)", 1.0)):
        for how, gain in (("with a forward model", 1.0), ("without", 0.0)):
            found = delay_curve(params, scale, duration, gain)
            missed = [abs(float(each.endpoint_error[0])) for each in found]
            series.append(Series(f"{name}, {how}", [100.0 * each for each in scale], missed))
    return Figure(
        title="Without a forward model, delay spoils fast reaches first",
        x="Delay of vision (ms), of proprioception half of it",
        y="Endpoint error at the planned end (mm)",
        series=series,
        caption="A reach of 100 mm by a point mass. After Miall et al. 1993; the numbers are ours.",
        marks=[(100.0, "the body's own")],
    )


def figure_paths() -> Figure:
    """Position over time of a fast and of a slow reach, with and without the forward model."""
    params = FORWARD_MODEL.complete({})
    series = []
    for name, duration in (("fast", 0.3), ("slow", 1.0)):
        for how, gain in (("with", 1.0), ("without", 0.0)):
            found = delay_curve(params, [1.0], duration, gain)[0]
            series.append(Series(f"{name}, {how}", found.time_s.tolist(), found.position[0].tolist()))
    return Figure(
        title="The hand's path with and without a forward model",
        x="Time (s)",
        y="Position (mm)",
        series=series,
        caption="Reaches of 100 mm at the body's own delays.",
    )


FORWARD_MODEL = Model(
    id="forward_model",
    name="Forward model: the delay of the senses, bridged by a copy of the command",
    equation="x_now = senses(t - d) + gain (x_model(t) - x_model(t - d_expected)); "
    "command = inverse(plan) + LQR (plan - x_now); d_expected' = d_expected + rate (d - d_expected)",
    source=_SOURCE,
    verified="not verified: the Smith predictor and the delays are from memory; the body's values and the "
    "trial-by-trial learning of the delay are ours",
    schedule="added delay of both senses (ms, 0 to 500); output is the signed endpoint error (mm, overshoot "
    "positive); in a clamp the hand is not seen and nothing is learnt",
    parameters=(*_FITTED, *_BODY),
    simulate=_simulate,
    fit=_fit,
    recovery=Recovery(schedule=_session, draw=_draw),
    figures=(figure_delay, figure_paths),
    example_schedule="20x0,60x100,20x0",
    simpler="fixed_forward_model",
    extra={"expected_delay": "added delay that the forward model reckons with (ms)"},
)

MODELS = (FORWARD_MODEL,)
