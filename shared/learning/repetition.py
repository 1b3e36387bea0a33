"""Use-dependent learning: what was done often pulls what is done next towards it, without any error.

The adaptive Bayesian form holds the directions that were made as a prior and combines it with the sensed
target, so that a practised direction gains in precision at the cost of a bias of the others. The plain form
keeps a running mean of what was done and pulls by a fixed share.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from shared.figure import Figure, Series
from shared.learning import fit as fitting
from shared.learning._profile import widened
from shared.learning.spec import LearningError, Model, Parameter, Recovery, Schedule
from shared.units import wrap_deg

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.random import Generator
    from numpy.typing import NDArray

    from shared.learning.spec import Columns, Fit

_SOURCE = "Verstynen & Sabes 2011, J Neurosci 31:10050"
_NOT = "not verified"

_SIGMA_S = Parameter("sigma_s", 10.0, 0.5, 40.0, "SD of the sensed target direction", "deg", _NOT)
_SIGMA_M = Parameter("sigma_m", 3.0, 0.3, 20.0, "SD of the execution", "deg", _NOT)
_BETA = Parameter(
    "beta", 0.1, 0.005, 0.9, "rate at which prior mean and variance follow movements", "1", _NOT
)
_UNIFORM = Parameter("uniform", 0.1, 0.0, 0.99, "share of the prior spread over all directions", "1")
_SIGMA_0 = Parameter("sigma_0", 90.0, 5.0, 500.0, "SD of the prior before any movement", "deg")
_FITTED = (_SIGMA_S, _BETA, _SIGMA_M)
_SHARE = Parameter("share", 0.1, 0.0, 0.9, "share of the way to the practised direction", "1", _NOT)
_SPREAD = Parameter("sigma", 4.0, 0.3, 40.0, "SD of the direction of a movement", "deg", _NOT)
_BETA_PLAIN = Parameter("beta", 0.1, 0.005, 0.9, "rate at which the practised direction follows", "1", _NOT)
_FITTED_PLAIN = (_SHARE, _BETA_PLAIN, _SPREAD)


class Prior(NamedTuple):
    """What practice left: mean and variance of the directions made (deg, deg^2)."""

    mean_deg: float
    variance: float


def combine(
    target_deg: float, prior: Prior, *, sigma_s_deg: float, sigma_m_deg: float, uniform: float
) -> tuple[float, float]:
    """Return the mean (deg) and variance (deg^2) of the direction of a movement to a target.

    The bias is w (mu_p - theta) with w = r sigma_s^2 / (sigma_s^2 + sigma_p^2) (Verstynen & Sabes 2011), and
    the sensed noise that remains is (1 - w) sigma_s. r is the probability that the target comes from the
    practised part of the prior and not from its uniform share: it makes the bias tuned, falling again for
    directions far from practice (ours: a normal prior alone pulls the more the farther away).
    """
    away = wrap_deg(prior.mean_deg - target_deg)
    total = sigma_s_deg**2 + prior.variance
    practised = (1.0 - uniform) * math.exp(-0.5 * away * away / total) / math.sqrt(2.0 * math.pi * total)
    share = practised / (practised + uniform / 360.0) if practised > 0 else 0.0
    weight = share * sigma_s_deg**2 / total
    return target_deg + weight * away, ((1.0 - weight) * sigma_s_deg) ** 2 + sigma_m_deg**2


def learn(prior: Prior, made_deg: float, beta: float) -> Prior:
    """Return the prior after a movement: mean and variance each follow it at the rate beta."""
    away = wrap_deg(made_deg - prior.mean_deg)
    return Prior(
        wrap_deg(prior.mean_deg + beta * away), prior.variance + beta * (away * away - prior.variance)
    )


def _expected(params: Mapping[str, float], target_deg: float, prior: Prior) -> tuple[float, float]:
    if math.isnan(target_deg):  # no target: the hand goes where practice points
        return prior.mean_deg, prior.variance + params["sigma_m"] ** 2
    return combine(
        target_deg,
        prior,
        sigma_s_deg=params["sigma_s"],
        sigma_m_deg=params["sigma_m"],
        uniform=params["uniform"],
    )


def _simulate(
    params: Mapping[str, float], schedule: Schedule, random: Generator | None
) -> dict[str, NDArray[np.float64]]:
    prior = Prior(0.0, params["sigma_0"] ** 2)
    rows = []
    for target in schedule.perturbation.tolist():
        mean, variance = _expected(params, target, prior)
        made = mean if random is None else mean + math.sqrt(variance) * float(random.standard_normal())
        rows.append((wrap_deg(made), wrap_deg(mean - target), prior.mean_deg, math.sqrt(prior.variance)))
        prior = learn(prior, made, params["beta"])
    names = ("output", "bias", "prior_mean", "prior_sd")
    return dict(zip(names, np.array(rows).T, strict=True))


def _simulate_plain(
    params: Mapping[str, float], schedule: Schedule, random: Generator | None
) -> dict[str, NDArray[np.float64]]:
    practised = math.nan
    rows = []
    for target in schedule.perturbation.tolist():
        mean = _expected_plain(params["share"], target, practised)
        if math.isnan(mean):
            raise LearningError("the schedule begins without a target, and nothing was practised yet")
        made = mean if random is None else mean + params["sigma"] * float(random.standard_normal())
        rows.append((wrap_deg(made), wrap_deg(mean - target), practised))
        practised = _practised(practised, made, params["beta"])
    return dict(zip(("output", "bias", "practised"), np.array(rows).T, strict=True))


def _expected_plain(share: float, target_deg: float, practised_deg: float) -> float:
    if math.isnan(target_deg):
        return practised_deg
    if math.isnan(practised_deg):
        return target_deg
    return target_deg + share * wrap_deg(practised_deg - target_deg)


def _practised(practised_deg: float, made_deg: float, beta: float) -> float:
    """x' = x + beta (theta_exec - x); the first movement is the first mean."""
    if math.isnan(practised_deg):
        return wrap_deg(made_deg)
    return wrap_deg(practised_deg + beta * wrap_deg(made_deg - practised_deg))


def _surprises(params: Mapping[str, float], targets: list[float], made: list[float]) -> float:
    """Twice the negative log likelihood, without its constant, of the movements to a target.

    Each is taken given those before it; movements without a target are learnt from and not counted.
    """
    prior = Prior(0.0, params["sigma_0"] ** 2)
    total = 0.0
    for target, hand in zip(targets, made, strict=True):
        if hand != hand:
            continue
        if target == target:
            mean, variance = _expected(params, target, prior)
            total += math.log(variance) + wrap_deg(hand - mean) ** 2 / variance
        prior = learn(prior, hand, params["beta"])
    return total


def _surprises_plain(params: Mapping[str, float], targets: list[float], made: list[float]) -> float:
    practised, total = math.nan, 0.0
    log_variance = 2.0 * math.log(params["sigma"])
    for target, hand in zip(targets, made, strict=True):
        if hand != hand:
            continue
        if target == target:
            mean = _expected_plain(params["share"], target, practised)
            total += log_variance + (wrap_deg(hand - mean) / params["sigma"]) ** 2
        practised = _practised(practised, hand, params["beta"])
    return total


_Surprises = Callable[[Mapping[str, float], list[float], list[float]], float]


def _fit(
    data: Columns, model: str, parameters: Sequence[Parameter], surprises: _Surprises, **fixed: float
) -> Fit:
    target, output = fitting.columns(data, ("perturbation", "output"), at_least=20)
    known = int((np.isfinite(output) & np.isfinite(target)).sum())
    if known < 20:
        raise LearningError(f"{known} movements to a target were measured, and at least 20 are needed")
    targets, made = target.tolist(), output.tolist()

    def solved(names: Sequence[Parameter], starts: int, of: _Surprises, **rest: float) -> fitting.Solution:
        def cost(theta: NDArray[np.float64]) -> float:
            values = {each.name: float(value) for each, value in zip(names, theta, strict=True)}
            return 0.5 * (of({**rest, **values}, targets, made) + known * math.log(2.0 * math.pi))

        found = fitting.solve_likelihood(cost, names, fitting.starts_between(names, starts), known)
        return widened(found, cost, names, ("share", "beta")) if names is _FITTED_PLAIN else found

    solution = solved(parameters, 4, surprises, **fixed)
    without = solved((_SPREAD,), 2, _surprises_plain, share=0.0, beta=_BETA_PLAIN.default)
    return fitting.report(model, parameters, solution, simpler=("no_bias", without, 1))


def _fit_bayes(data: Columns) -> Fit:
    fixed = {each.name: each.default for each in (_UNIFORM, _SIGMA_0)}
    return _fit(data, "use_dependent", _FITTED, _surprises, **fixed)


def _fit_plain(data: Columns) -> Fit:
    return _fit(data, "use_dependent_plain", _FITTED_PLAIN, _surprises_plain)


def _probes() -> Schedule:
    """Eight times thirty movements to 40 deg and then eight to directions about it: 304 movements.

    All lie within 90 deg of it: farther apart the way round the circle is a matter of chance.
    """
    away = (30.0, -60.0, 90.0, -15.0, 60.0, -30.0, 15.0, -90.0)
    turns = [[40.0] * 30 + [40.0 + each for each in (*away[turn:], *away[:turn])] for turn in range(8)]
    return Schedule.of(np.array(turns).ravel())


def _draw(random: Generator) -> dict[str, float]:
    return {
        "sigma_s": float(random.uniform(6.0, 16.0)),
        "beta": float(random.uniform(0.03, 0.3)),
        "sigma_m": float(random.uniform(2.0, 5.0)),
    }


def _draw_plain(random: Generator) -> dict[str, float]:
    return {
        "share": float(random.uniform(0.05, 0.3)),
        "beta": float(random.uniform(0.05, 0.4)),
        "sigma": float(random.uniform(2.0, 6.0)),
    }


def practised_prior(params: Mapping[str, float], repetitions: int, target_sd_deg: float = 0.0) -> Prior:
    """Return the prior after movements to 0 deg, or to targets spread evenly with that SD, without noise."""
    prior = Prior(0.0, params["sigma_0"] ** 2)
    steps = (-1.5, 0.5, 1.5, -0.5)
    scale = target_sd_deg / math.sqrt(1.25)
    for trial in range(repetitions):
        prior = learn(prior, scale * steps[trial % 4], params["beta"])
    return prior


def figure_bias() -> Figure:
    """Bias against distance from the practised direction, for narrow and wide practice, early and late."""
    params = USE_DEPENDENT.complete({})
    away = [float(each) for each in range(-180, 181, 5)]
    series = []
    for name, repetitions, spread in (
        ("8 repetitions", 8, 0.0),
        ("40 repetitions", 40, 0.0),
        ("40 movements to targets of SD 30 deg", 40, 30.0),
        ("40 movements to targets of SD 60 deg", 40, 60.0),
    ):
        prior = practised_prior(params, repetitions, spread)
        bias = [_expected(params, each, prior)[0] - each for each in away]
        series.append(Series(name, away, bias))
    return Figure(
        title="What was practised pulls its neighbours",
        x="Target, from the practised direction (deg)",
        y="Bias (deg)",
        series=series,
        caption="More repetition and narrower practice pull more; far directions are not pulled. After "
        "Verstynen & Sabes 2011; the uniform share that makes the pull tuned is ours.",
    )


def figure_growth() -> Figure:
    """Bias of a reach 30 deg away against repetitions of 0 deg, by the Bayesian and by the plain form."""
    bayes, plain = USE_DEPENDENT.complete({}), USE_DEPENDENT_PLAIN.complete({})
    counts = [float(each) for each in range(61)]
    grown = [30.0 - _expected(bayes, 30.0, practised_prior(bayes, int(each)))[0] for each in counts]
    # The plain form pulls by its share from the first repetition on.
    fixed = [0.0, *[30.0 - _expected_plain(plain["share"], 30.0, 0.0)] * 60]
    return Figure(
        title="Only the Bayesian form grows with repetition of one movement",
        x="Repetitions",
        y="Bias towards the practised direction (deg)",
        series=[Series("adaptive prior", counts, grown), Series("fixed share", counts, fixed)],
        caption="Without noise. What tells the two forms apart; after Verstynen & Sabes 2011.",
    )


_SCHEDULE = (
    "target direction (deg); a clamp is a movement without a target, which goes where practice points. "
    "Nothing is learnt from errors"
)

USE_DEPENDENT = Model(
    id="use_dependent",
    name="Use-dependent bias: an adaptive prior over directions",
    equation="y = theta + w (mu_p - theta) + (1 - w) s + m, w = r sigma_s^2 / (sigma_s^2 + sigma_p^2), "
    "mu_p' = mu_p + beta (y - mu_p), sigma_p^2' = sigma_p^2 + beta ((y - mu_p)^2 - sigma_p^2)",
    source=_SOURCE,
    verified="abstract read (a fast learnt prior, bias against variance); the equations are from memory and "
    "not verified; the uniform share r is ours",
    schedule=_SCHEDULE,
    parameters=(*_FITTED, _UNIFORM, _SIGMA_0),
    simulate=_simulate,
    fit=_fit_bayes,
    recovery=Recovery(schedule=_probes, draw=_draw),
    figures=(figure_bias, figure_growth),
    example_schedule="40x0,1x30,40x0,1x60",
    simpler="no_bias",
    extra={
        "bias": "expected direction less the target (deg)",
        "prior_mean": "mean of the prior before the movement (deg)",
        "prior_sd": "its SD (deg)",
    },
)

USE_DEPENDENT_PLAIN = Model(
    id="use_dependent_plain",
    name="Use-dependent bias: a fixed share of the way to what was done lately",
    equation="y = theta + share (x - theta) + noise, x' = x + beta (y - x)",
    source="the plain form of use-dependent learning; SCIENCE 2.8",
    verified=_NOT,
    schedule=_SCHEDULE,
    parameters=_FITTED_PLAIN,
    simulate=_simulate_plain,
    fit=_fit_plain,
    recovery=Recovery(schedule=_probes, draw=_draw_plain),
    figures=(figure_growth,),
    example_schedule="40x0,1x30,40x0,1x60",
    simpler="no_bias",
    extra={
        "bias": "expected direction less the target (deg)",
        "practised": "running mean of the directions made (deg)",
    },
)

MODELS = (USE_DEPENDENT, USE_DEPENDENT_PLAIN)
