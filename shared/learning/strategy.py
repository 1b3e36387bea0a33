"""Strategy beside implicit adaptation: do they compete for one error, or learn apart?

`competition`: both learn from the target error, so a strategy starves the implicit process (Albert et al.
2022). `independence`: implicit adaptation learns from the sensory prediction error, whatever the strategy.
`compensation` holds both as ends of one share c; with an erratic strategy the implicit process cancels its
fluctuations (Miyamoto, Wang & Smith 2020). Degrees; hand = implicit + explicit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from shared.figure import Figure, Series
from shared.learning import _implicit
from shared.learning._implicit import Trials, proportion, reading, regress
from shared.learning.fit import report
from shared.learning.spec import Model, Parameter, Recovery, Schedule

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.random import Generator
    from numpy.typing import NDArray

    from shared.learning.spec import Columns, Fit

    Array = NDArray[np.float64]

ALBERT = "Albert et al. 2022, eLife 11:e65361"
MIYAMOTO = "Miyamoto, Wang & Smith 2020, Nat Neurosci, doi 10.1038/s41593-020-0600-3"
EXPERIMENT = "20x0,100x30,20xclamp,60x15,20x0,60x-20,20xclamp"
ERRATIC = "20x0,120x30,120x0,40xclamp"


def steady_state(
    params: Mapping[str, float], rotation_deg: float, explicit_deg: float, share: float
) -> float:
    """Return the implicit steady state, deg: b_i / (1 - a_i + b_i) (r - c x_e)."""
    return proportion(params) * (rotation_deg - share * explicit_deg)


def _competition(
    params: Mapping[str, float], schedule: Schedule, random: Generator | None = None
) -> dict[str, Array]:
    return _implicit.simulate(params, 1.0, schedule, random)


def _independence(
    params: Mapping[str, float], schedule: Schedule, random: Generator | None = None
) -> dict[str, Array]:
    return _implicit.simulate(params, 0.0, schedule, random)


def _compensation(
    params: Mapping[str, float], schedule: Schedule, random: Generator | None = None
) -> dict[str, Array]:
    return _implicit.simulate(params, params["c"], schedule, random)


def fit_competition(data: Columns) -> Fit:
    """Fit a_i and b_i, the strategy being measured; set against independence, which has as many parameters.

    Raises:
        LearningError: the columns cannot be used.
    """
    return _fit_fixed("competition", 1.0, data, other=("independence", 0.0))


def fit_independence(data: Columns) -> Fit:
    """Fit a_i and b_i, the strategy being measured but of no account; raises LearningError."""
    return _fit_fixed("independence", 0.0, data, other=None)


def fit_compensation(data: Columns) -> Fit:
    """Fit a_i, b_i and c, the strategy being measured; set against independence (c = 0).

    Raises:
        LearningError: the columns cannot be used.
    """
    trials = Trials(data)
    own, seen = trials.free(measured=False), trials.free(measured=True)
    measured = reading(own, seen)
    found = seen if measured else own
    return report(
        "compensation",
        (*_IMPLICIT, _SHARE),
        found,
        simpler=("independence", trials.fixed(0.0, measured=measured), 2),
        extra={"error_from_output": float(measured), "noise_sd_deg": found.noise_sd()},
    )


def _fit_fixed(model: str, share: float, data: Columns, other: tuple[str, float] | None) -> Fit:
    trials = Trials(data)
    own, seen = trials.fixed(share, measured=False), trials.fixed(share, measured=True)
    measured = reading(own, seen)
    found = seen if measured else own
    return report(
        model,
        _IMPLICIT,
        found,
        simpler=None if other is None else (other[0], trials.fixed(other[1], measured=measured), 2),
        extra={"error_from_output": float(measured), "noise_sd_deg": found.noise_sd()},
    )


def people(model: Model, count: int, seed: int, rotation_deg: float = 30.0) -> tuple[Array, Array]:
    """Return implicit and explicit learning at the end of 250 trials, of people whose strategies differ.

    Means over the last 50 trials, deg; shape (count,) each.
    """
    schedule = Schedule.of(np.full(250, rotation_deg))
    implicit, explicit = np.empty(count), np.empty(count)
    for index, child in enumerate(np.random.SeedSequence(seed).spawn(count)):
        random = np.random.Generator(np.random.PCG64(child))
        given = {"b_e": random.uniform(0.0, 0.3), "a_e": random.uniform(0.85, 0.99)}
        found = model.simulate(
            model.complete({**given, "motor_noise": 2.0, "strategy_noise": 1.0}), schedule, random
        )
        implicit[index], explicit[index] = found["implicit"][-50:].mean(), found["explicit"][-50:].mean()
    return implicit, explicit


def figure_competition() -> Figure:
    """Return the paper's test: implicit against explicit learning over people, for both models."""
    series = []
    for model in (COMPETITION, INDEPENDENCE):
        implicit, explicit = people(model, 40, seed=1)
        slope, intercept, _ = regress(implicit, explicit)
        ends = [float(explicit.min()), float(explicit.max())]
        series.append(Series(model.id, explicit.tolist(), implicit.tolist(), kind="points"))
        series.append(Series(f"{model.id}: line", ends, [intercept + slope * each for each in ends]))
    return Figure(
        title="Implicit learning falls with strategy only under competition",
        x="explicit (deg)",
        y="implicit (deg)",
        series=series,
        caption=(
            "Forty simulated people with a rotation of 30 deg. Competition: slope -p_i, intercept p_i r. "
            f"Independence: slope 0. After {ALBERT}, the paper's figures not verified."
        ),
    )


def figure_compensation() -> Figure:
    """Return an erratic strategy and the implicit process that cancels it, with no perturbation at all."""
    found = _compensation(
        COMPENSATION.complete({"b_i": 0.3, "a_i": 0.98, "strategy_noise": 6.0}),
        Schedule.parse("60x0"),
        np.random.Generator(np.random.PCG64(3)),
    )
    trials = list(range(1, 61))
    return Figure(
        title="Implicit adaptation compensates for an erratic strategy",
        x="trial",
        y="angle (deg)",
        series=[Series(name, trials, found[name].tolist()) for name in ("explicit", "implicit", "output")],
        caption=(
            "No perturbation: the aim wavers, and the implicit process answers against it one trial later. "
            f"After the finding of {MIYAMOTO} (abstract read); the equation is ours."
        ),
    )


_IMPLICIT = (
    Parameter("a_i", 0.98, 0.0, 1.0, "retention of the implicit process", source="chosen for p_i = .71"),
    Parameter("b_i", 0.05, 0.0, 1.0, "share of its error that it learns", source="chosen for p_i = .71"),
)
_SHARE = Parameter(
    "c",
    1.0,
    _implicit.SHARE_LOW,
    _implicit.SHARE_HIGH,
    "share of the strategy in the error that teaches the implicit process: 1 competition, 0 independence",
)
_OTHERS = (
    Parameter("a_e", 0.95, 0.0, 1.0, "retention of the strategy"),
    Parameter("b_e", 0.10, 0.0, 1.0, "share of the target error that the strategy takes up"),
    Parameter("strategy_noise", 0.0, 0.0, 45.0, "SD of the aim from trial to trial", "deg"),
    Parameter("lapse", 0.0, 0.0, 1.0, "share of trials on which the strategy is forgotten"),
    Parameter("motor_noise", 0.0, 0.0, 45.0, "SD of the hand, part of the error seen", "deg"),
)
_COLUMNS = {"implicit": "implicit adaptation, deg", "explicit": "aim, deg"}
_SCHEDULE = "rotation in degrees; a clamp holds the error at zero and people aim at the target"


def _draw(random: Generator) -> dict[str, float]:
    return {
        "a_i": float(random.uniform(0.96, 0.99)),
        "b_i": float(random.uniform(0.04, 0.12)),
        "a_e": float(random.uniform(0.9, 0.98)),
        "b_e": float(random.uniform(0.05, 0.25)),
        "strategy_noise": float(random.uniform(2.0, 5.0)),
        "lapse": 0.05,
        "motor_noise": float(random.uniform(2.0, 4.0)),
    }


def _draw_compensation(random: Generator) -> dict[str, float]:
    return {**_draw(random), "c": float(random.uniform(0.5, 1.0)), "b_i": float(random.uniform(0.08, 0.25))}


def _model(
    model: str,
    name: str,
    equation: str,
    source: str,
    verified: str,
    simulate: Callable[[Mapping[str, float], Schedule, Generator | None], dict[str, Array]],
    fit: Callable[[Columns], Fit],
    figure: Callable[[], Figure] | None,
    parameters: tuple[Parameter, ...] = _IMPLICIT,
) -> Model:
    compensates = model == "compensation"
    experiment = ERRATIC if compensates else EXPERIMENT
    return Model(
        id=model,
        name=name,
        equation=equation,
        source=source,
        verified=verified,
        schedule=_SCHEDULE,
        parameters=(*parameters, *_OTHERS),
        simulate=simulate,
        data=_implicit.DATA,
        fit=fit,
        recovery=Recovery(lambda: Schedule.parse(experiment), _draw_compensation if compensates else _draw),
        figures=() if figure is None else (figure,),
        example_schedule="20x0,200x30,40xclamp",
        simpler=None if model == "independence" else "independence",
        extra=_COLUMNS,
    )


COMPETITION = _model(
    "competition",
    "Strategy and implicit adaptation compete for one error",
    "x_i(n+1) = a_i x_i + b_i (r - x_i - x_e); steady state b_i / (1 - a_i + b_i) (r - x_e)",
    ALBERT,
    "abstract read; the competition equation from memory, not verified",
    _competition,
    fit_competition,
    figure_competition,
)
INDEPENDENCE = _model(
    "independence",
    "Implicit adaptation whatever the strategy",
    "x_i(n+1) = a_i x_i + b_i (r - x_i); steady state b_i / (1 - a_i + b_i) r",
    ALBERT,
    "abstract read; the independence equation from memory, not verified",
    _independence,
    fit_independence,
    None,
)
COMPENSATION = _model(
    "compensation",
    "Implicit adaptation compensates for an erratic strategy",
    "x_i(n+1) = a_i x_i + b_i (r - x_i - c x_e), x_e with noise and lapses",
    MIYAMOTO,
    "abstract read; the equation is ours, not verified",
    _compensation,
    fit_compensation,
    figure_compensation,
    (*_IMPLICIT, _SHARE),
)
MODELS = (COMPENSATION, COMPETITION, INDEPENDENCE)
