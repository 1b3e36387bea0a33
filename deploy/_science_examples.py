"""Made-up examples for metrics that no session of the game yields yet, measured by the metrics' own code."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from shared.errors import MovereError
from shared.figure import Figure, Series

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

RATE_HZ = 120.0
MADE_UP = "Made up, to show what is measured"


def correction() -> Figure:
    """A reach whose target jumps to the left 0.25 s after go, and the hand answers 0.15 s later."""
    from shared.metrics.change_of_course import correction_latency_s
    from shared.movement.sampling import differentiate, lowpass

    jump_s, answer_s = 0.25, 0.15
    time_s = np.arange(0.0, 1.3, 1.0 / RATE_HZ)
    along = 0.10 * _minimum_jerk(time_s / 0.7)
    across = 0.04 * _minimum_jerk((time_s - jump_s - answer_s) / 0.5)
    position_m = np.column_stack([-across, along])
    jump = round(jump_s * RATE_HZ)
    latency_s = correction_latency_s(position_m, RATE_HZ, jump, 90.0, 112.0)
    if latency_s is None:
        raise MovereError("the example of a correction has none; make its answer larger")
    speed = -differentiate(lowpass(position_m, RATE_HZ, 15.0), RATE_HZ)[:, 0] * 1000.0
    return Figure(
        title="A correction after the target's jump",
        x="time from go (s)",
        y="speed across the old path (mm/s)",
        series=[Series("speed towards the new target", time_s.tolist(), speed.tolist())],
        caption=f"{MADE_UP}: the hand begins to answer {1000 * answer_s:.0f} ms after the jump, and the line "
        f"through a quarter and three quarters of the peak gives {1000 * latency_s:.0f} ms: a smooth begin "
        f"is seen late",
        marks=[(jump_s, "jump"), (jump_s + latency_s, "correction begins")],
    )


def _minimum_jerk(share: NDArray[np.float64]) -> NDArray[np.float64]:
    tau = np.clip(share, 0.0, 1.0)
    return np.asarray(10 * tau**3 - 15 * tau**4 + 6 * tau**5, dtype=np.float64)


def interference() -> Figure:
    """Two rates: the longer A was learnt, the slower the opposite B."""
    from shared.learning import models
    from shared.learning.spec import Schedule

    model, series = models()["two_rate"], []
    for before in (0, 13, 112):
        text = f"{before}x-1,60x1" if before else "60x1"
        output = model.simulate(model.complete({}), Schedule.parse(text), None)["output"][before:]
        name = f"after {before} trials of A" if before else "B alone (naive)"
        series.append(Series(name, [float(at) for at in range(1, 61)], output.tolist()))
    return Figure(
        title="What was learnt before gets in the way",
        x="trial of B",
        y="adaptation to B (share of the perturbation)",
        series=series,
        caption="The two-rate model at its default values, A turned the other way. After Sing & Smith 2010, "
        "PLoS Comput Biol 6:e1000893 (not verified)",
    )


def vigour_speed() -> Figure:
    return _vigour("peak speed (m/s)", 0.30, 0.004, 0.02)


def vigour_reaction() -> Figure:
    return _vigour("reaction time (s)", 0.42, -0.003, 0.02)


def _vigour(what: str, level: float, slope: float, sd: float) -> Figure:
    from shared.metrics.spec import Missing
    from shared.metrics.vigour import vigour

    random = np.random.Generator(np.random.PCG64(3))
    points = np.repeat([1.0, 5.0, 10.0], 14)
    seen = level + slope * points + sd * random.standard_normal(len(points))
    found = vigour(points, seen)
    if isinstance(found, Missing):
        raise MovereError(f"the example of vigour has no slope: {found.reason}")
    middle = float(seen.mean() - found.value * points.mean())
    ends = [0.0, 11.0]
    return Figure(
        title=f"Vigour: {what.partition(' (')[0]} against the offer",
        x="points offered before the trial",
        y=what,
        series=[
            Series("reaches", (points + 0.3 * random.uniform(-1, 1, len(points))).tolist(), seen.tolist(),
                   kind="points"),
            Series("reaches: slope", ends, [middle + found.value * each for each in ends]),
        ],
        caption=f"{MADE_UP}: a slope of {slope:g} a point and an SD of {sd:g} went in, and 42 reaches give "
        f"back {found.value:.2g}",
    )  # fmt: skip


def generalisation() -> Figure:
    """What is learnt at one direction, at directions that were never practised."""
    from shared.metrics.generalisation import generalisation as measured
    from shared.metrics.spec import Missing

    random = np.random.Generator(np.random.PCG64(5))
    away = np.array([-90.0, -45.0, 0.0, 45.0, 90.0])
    shape = 15.0 * np.exp(-(away**2) / (2 * 30.0**2))
    reaches = {
        at: (1.5 * random.standard_normal(8), each + 1.5 * random.standard_normal(8))
        for at, each in enumerate(shape)
    }
    found = measured({2: reaches[2]}, {at: reaches[at] for at in (0, 1, 3, 4)})
    if isinstance(found, Missing):
        raise MovereError(f"the example of generalisation has no value: {found.reason}")
    fine = np.linspace(-100.0, 100.0, 101)
    changes = [float(np.mean(after) - np.mean(before)) for before, after in reaches.values()]
    return Figure(
        title="Learnt at one direction, probed at others",
        x="direction, from the practised one (deg)",
        y="change of the free reach (deg)",
        series=[
            Series("probes", away.tolist(), changes, kind="points"),
            Series("probes: what went in", fine.tolist(), (15.0 * np.exp(-(fine**2) / 1800.0)).tolist()),
        ],
        caption=f"{MADE_UP}: a Gaussian of 30 deg went in; the four directions beside the practised one "
        f"change by {found.value:.2f} of its change on average",
    )


EXAMPLES: dict[str, tuple[str, Callable[[], Figure]]] = {
    "correction_latency_s": ("example-correction.svg", correction),
    "correction_success_share": ("example-correction.svg", correction),
    "interference": ("example-interference.svg", interference),
    "interference_early": ("example-interference.svg", interference),
    "vigour_speed_m_s_per_point": ("example-vigour-speed.svg", vigour_speed),
    "vigour_reaction_time_s_per_point": ("example-vigour-reaction.svg", vigour_reaction),
    "generalisation": ("example-generalisation.svg", generalisation),
}
"""By metric: the figure's file and how it is made."""
