"""Contexts: the person infers which of several situations this is, and learns a memory for each.

A compact Bayesian model with a variable number of contexts, in the spirit of Heald, Lengyel & Wolpert 2021
and written anew: each context has a Kalman filter, contexts follow one another by sticky Chinese-restaurant
transitions, a sensory cue may tell them apart, and the output is the states weighted by the contexts'
probabilities. The inference has no chance in it (`_contexts`).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from shared.figure import Figure, Series
from shared.learning import fit as fitting
from shared.learning._contexts import infer
from shared.learning.spec import LearningError, Model, Parameter, Recovery, Schedule

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.random import Generator
    from numpy.typing import NDArray

    from shared.learning.spec import Columns, Fit

_SOURCE = "Heald, Lengyel & Wolpert 2021, Nature 600:489"
_THEIRS = "published default (SCIENCE 2.6)"

_RETENTION = Parameter(
    "retention", 0.9425, 0.5, 0.999, "share of the way from the set point that is kept", "1", _THEIRS
)
_PROCESS = Parameter(
    "sigma_process", 0.0089, 0.001, 0.2, "SD of the state's own change", "perturbation", _THEIRS
)
_STICKY = Parameter("stickiness", 0.2501, 0.0, 0.99, "prior weight on staying in the context", "1", _THEIRS)
_OUTPUT = Parameter(
    "sigma_output", 0.05, 0.002, 1.0, "SD of the measured output about the model's", "perturbation"
)
_FITTED = (_RETENTION, _PROCESS, _STICKY)
_REST = (
    _OUTPUT,
    Parameter(
        "sigma_sensory", 0.03, 0.001, 0.5, "SD of what is felt of the perturbation", "perturbation", _THEIRS
    ),
    Parameter("sigma_motor", 0.0182, 0.0, 0.5, "SD of motor noise in what is felt", "perturbation", _THEIRS),
    Parameter("sigma_set_point", 0.02, 0.0, 1.0, "prior SD of a context's set point", "perturbation"),
    Parameter(
        "concentration", 8.955, 0.1, 100.0, "prior weight of transitions against counted ones", "1", _THEIRS
    ),
    Parameter("novelty", 0.1, 1e-6, 10.0, "prior weight of a context never met", "1", _THEIRS),
    Parameter("max_contexts", 6.0, 1.0, 10.0, "most contexts", "1"),
    Parameter("cued", 0.0, 0.0, 1.0, "1: each value of the schedule has its own sensory cue", "1"),
    Parameter("cue_concentration", 25.0, 0.1, 1000.0, "prior weight of even cues", "1", _THEIRS),
    Parameter("cue_confusion", 0.2, 0.0, 1.0, "share of cues that tell nothing", "1"),
)


def value_cues(schedule: Schedule) -> list[int]:
    """Return a cue for each distinct value of the schedule; a clamp keeps the cue before it."""
    kinds: dict[float, int] = {}
    found: list[int] = []
    for value in schedule.perturbation.tolist():
        if value != value:
            found.append(found[-1] if found else 0)
        else:
            found.append(kinds.setdefault(value, len(kinds)))
    return found


def _simulate(
    params: Mapping[str, float], schedule: Schedule, random: Generator | None
) -> dict[str, NDArray[np.float64]]:
    cues = value_cues(schedule) if params["cued"] >= 0.5 else None
    found = infer(params, schedule.perturbation.tolist(), cues)
    output = np.array(found.output)
    if random is not None:
        output = output + params["sigma_output"] * random.standard_normal(len(schedule))
    return {
        "output": output,
        "contexts": np.array(found.contexts, dtype=np.float64),
        "likeliest": np.array([float(np.argmax(each)) for each in found.predicted]),
        "certainty": np.array([max(each) for each in found.predicted]),
    }


def _fit(data: Columns) -> Fit:
    perturbation, output = fitting.columns(data, ("perturbation", "output"), at_least=40)
    if "clamp" in data:
        perturbation = np.where(np.asarray(data["clamp"], dtype=np.float64) > 0, math.nan, perturbation)
    seen = np.isfinite(output)
    known = int(seen.sum())
    if known < 40:
        raise LearningError(f"{known} trials were measured, and at least 40 are needed")
    imposed = perturbation.tolist()
    rest = {each.name: each.default for each in _REST}

    def solved(names: Sequence[Parameter], **fixed: float) -> fitting.Solution:
        def residuals(theta: NDArray[np.float64]) -> NDArray[np.float64]:
            values = {each.name: float(value) for each, value in zip(names, theta, strict=True)}
            found = infer({**rest, **fixed, **values}, imposed).output
            return np.asarray((np.array(found) - output)[seen])

        starts = [np.array([other.get(each.name, each.default) for each in names]) for other in _STARTS]
        return fitting.solve_least_squares(residuals, names, starts)

    solution = solved(_FITTED)
    simpler = solved(_FITTED[:2], max_contexts=1.0, stickiness=0.0)
    return fitting.report("context", _FITTED, solution, simpler=("single_context", simpler, 3), extra_free=1)


_STARTS: tuple[dict[str, float], ...] = ({}, {"sigma_process": 0.02, "retention": 0.88, "stickiness": 0.6})


def _session() -> Schedule:
    return Schedule.parse("30x0,100x1,15x-1,60xclamp,2x1,60xclamp,40x0,30x1")


def _draw(random: Generator) -> dict[str, float]:
    return {
        "retention": float(random.uniform(0.88, 0.97)),
        "sigma_process": float(random.uniform(0.005, 0.02)),
        "stickiness": float(random.uniform(0.1, 0.7)),
        "sigma_output": float(random.uniform(0.03, 0.1)),
    }


def uncertainty_transfer(
    params: Mapping[str, float], learning: int = 80, probes: int = 4
) -> tuple[float, float]:
    """Return the output after certain and after uncertain decisions, once it was learnt after certain ones.

    The certainty of the decision before the movement is the cue, felt with `cue_confusion`: 40 movements at 0
    after either in turn, `learning` at 1 after certain decisions, then the mean of `probes` in a clamp. The
    design follows Ogasa et al. 2024 (Nat Hum Behav, abstract read: what is learnt transfers only in part);
    its numbers are ours, not verified.
    """
    imposed = [0.0] * 40 + [1.0] * learning + [math.nan] * probes
    cues = [0, 1] * 20 + [0] * learning
    certain, uncertain = (
        sum(infer(params, imposed, [*cues, *[cue] * probes]).output[-probes:]) / probes for cue in (0, 1)
    )
    return certain, uncertain


def _two_rate(perturbation: Sequence[float]) -> list[float]:
    """The two-rate model at its published values (SCIENCE 2.1), to be compared with in the figure."""
    fast = slow = 0.0
    found = []
    for value in perturbation:
        found.append(fast + slow)
        error = 0.0 if value != value else value - fast - slow
        fast, slow = 0.59 * fast + 0.21 * error, 0.992 * slow + 0.02 * error
    return found


def figure_recovery() -> Figure:
    """Spontaneous and evoked recovery, beside the two-rate model."""
    series = []
    for name, text in (
        ("spontaneous", "50x0,125x1,15x-1,150xclamp"),
        ("evoked", "50x0,125x1,15x-1,20xclamp,2x1,128xclamp"),
    ):
        imposed = Schedule.parse(text).perturbation.tolist()
        trials = [float(each) for each in range(1, len(imposed) + 1)]
        series.append(Series(name, trials, infer(CONTEXT.complete({}), imposed).output))
        series.append(Series(f"{name}, two-rate", trials, _two_rate(imposed)))
    return Figure(
        title="The old memory comes back when the situation seems to be the old one",
        x="Trial",
        y="Output (perturbation)",
        series=series,
        caption="Two trials of the first perturbation in the clamp evoke its memory at once; two rates can "
        "not do so. After Heald, Lengyel & Wolpert 2021, by our own compact model.",
        marks=[(51.0, "+1"), (176.0, "-1"), (191.0, "clamp"), (211.0, "two trials of +1")],
    )


def figure_uncertainty() -> Figure:
    """Transfer between certain and uncertain decisions, against how well the two are told apart."""
    confusions = [0.0, 0.1, 0.2, 0.4, 0.6, 0.8, 1.0]
    pairs = [uncertainty_transfer(CONTEXT.complete({"cue_confusion": each})) for each in confusions]
    return Figure(
        title="What is learnt after certain decisions transfers only in part",
        x="Share of cues that tell nothing",
        y="Output (perturbation)",
        series=[
            Series("after certain decisions", confusions, [each[0] for each in pairs]),
            Series("after uncertain decisions", confusions, [each[1] for each in pairs]),
        ],
        caption="Decision uncertainty as a cue to context, after Ogasa et al. 2024; the numbers are ours.",
    )


CONTEXT = Model(
    id="context",
    name="Contexts: a memory for each situation, weighted by belief",
    equation="x_k' = b_k + a (x_k - b_k) + w; seen = x_c + noise; c follows sticky Chinese-restaurant "
    "transitions; output = sum_k p(c = k) x_k before feedback",
    source=f"{_SOURCE}; decision uncertainty as a cue: Ogasa et al. 2024, Nat Hum Behav",
    verified="parameter values read in the authors' published code, which this is not; the inference "
    "(assumed density, no particles), the set point and the counts of transitions are ours, not validated",
    schedule="perturbation in units of itself (+1 and -1: the published values are for these); a clamp gives "
    "no feedback, and beliefs move by the transitions alone",
    parameters=(*_FITTED, *_REST),
    simulate=_simulate,
    fit=_fit,
    recovery=Recovery(schedule=_session, draw=_draw),
    figures=(figure_recovery, figure_uncertainty),
    example_schedule="50x0,125x1,15x-1,150xclamp",
    simpler="single_context",
    extra={
        "contexts": "number of contexts made so far",
        "likeliest": "the context believed in before feedback, by order of making",
        "certainty": "its probability",
    },
)

MODELS = (CONTEXT,)
