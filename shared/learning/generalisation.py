"""Generalisation of implicit learning over directions, centred on the aim (McDougle, Bond & Taylor 2017).

What is learnt while aiming away from the target serves the directions about the *aim*, not about the target
that was shown. A curve centred on the target misplaces the peak by the aim. Degrees.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from shared.figure import Figure, Series
from shared.learning.fit import columns, report, solve_least_squares, starts_between
from shared.learning.spec import LearningError, Model, Parameter, Recovery, Schedule

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.random import Generator
    from numpy.typing import NDArray

    from shared.learning.spec import Columns, Fit

AT_LEAST = 12
WIDTH_DEG = 37.76
PROBES = ",".join(f"3x{direction}" for direction in range(-90, 105, 15))


def generalised_deg(params: Mapping[str, float], direction_deg: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the hand angle on probes, shape (n,): learnt exp(-(direction - aim)^2 / (2 width^2)).

    Args:
        direction_deg: probe directions relative to the trained target, counter-clockwise positive, (n,).
    """
    apart = (direction_deg - params["aim"] + 180.0) % 360.0 - 180.0
    return np.asarray(params["learnt"] * np.exp(-0.5 * (apart / params["width"]) ** 2), dtype=np.float64)


def simulate(
    params: Mapping[str, float], schedule: Schedule, random: Generator | None = None
) -> dict[str, NDArray[np.float64]]:
    """Return the hand angle on each probe; a clamp is a probe in the trained direction."""
    direction = np.where(schedule.clamp, 0.0, schedule.perturbation)
    output = generalised_deg(params, direction)
    if random is not None:
        output = output + params["motor_noise"] * random.standard_normal(len(schedule))
    return {"output": output}


def fit(data: Columns) -> Fit:
    """Fit what was learnt, the aim and the width by least squares; compared with a curve about the target.

    Raises:
        LearningError: the columns cannot be used, or the probes lie in fewer than four directions.
    """
    perturbation, output, clamp = columns(data, ("perturbation", "output", "clamp"), at_least=AT_LEAST)
    direction = np.where(clamp > 0, 0.0, perturbation)
    there = np.isfinite(output) & np.isfinite(direction)
    direction, output = direction[there], output[there]
    if len(np.unique(direction)) < 4:
        raise LearningError("generalisation needs probes in at least four directions")

    def residuals(theta: NDArray[np.float64]) -> NDArray[np.float64]:
        learnt, width, aim = (*theta.tolist(), 0.0)[:3]
        return generalised_deg({"learnt": learnt, "width": width, "aim": aim}, direction) - output

    found = solve_least_squares(residuals, FITTED, starts_between(FITTED, 6))
    about_target = solve_least_squares(residuals, FITTED[:2], starts_between(FITTED[:2], 4))
    return report("plan_generalisation", FITTED, found, simpler=("centred on the target", about_target, 2))


def figure_centre() -> Figure:
    """Return the curve about the aim beside the same curve about the target."""
    directions = np.arange(-120.0, 121.0, 4.0)
    params = {each.name: each.default for each in PARAMETERS}
    shapes = {"about the aim": params, "about the target": params | {"aim": 0.0}}
    return Figure(
        title="What is learnt serves the directions about the aim",
        x="probe direction from the trained target (deg)",
        y="hand angle (deg)",
        series=[
            Series(name, directions.tolist(), generalised_deg(each, directions).tolist())
            for name, each in shapes.items()
        ],
        caption=f"Width {WIDTH_DEG} deg, as in the author's public code (read). After McDougle et al. 2017.",
        marks=((0.0, "target"), (params["aim"], "aim")),
    )


def _draw(random: Generator) -> dict[str, float]:
    return {
        "learnt": float(random.uniform(8.0, 18.0)),
        "width": float(random.uniform(28.0, 45.0)),
        "aim": float(random.uniform(-40.0, 40.0)),
        "motor_noise": 2.5,
    }


FITTED = (
    Parameter("learnt", 12.0, -60.0, 60.0, "hand angle where it is largest", "deg"),
    Parameter(
        "width", WIDTH_DEG, 5.0, 120.0, "sigma over directions", "deg", "McDougle et al. 2017, by public code"
    ),
    Parameter("aim", 25.0, -90.0, 90.0, "where the person aimed, from the target", "deg"),
)
PARAMETERS = (*FITTED, Parameter("motor_noise", 2.5, 0.0, 90.0, "SD of the movement", "deg"))
MODEL = Model(
    id="plan_generalisation",
    name="Generalisation about the aim",
    equation="x(direction) = learnt exp(-(direction - aim)^2 / (2 width^2))",
    source="McDougle, Bond & Taylor 2017 (plan-based generalisation)",
    verified="the width stands in the author's public code (read); the paper itself is not verified. Others "
    "give 23 deg (Tanaka et al. 2009, abstract read) and about 30 deg (Krakauer et al. 2000, not verified)",
    schedule="direction of a probe in degrees from the trained target; clamp: the trained direction",
    parameters=PARAMETERS,
    simulate=simulate,
    fit=fit,
    recovery=Recovery(lambda: Schedule.parse(PROBES), _draw),
    figures=(figure_centre,),
    example_schedule=PROBES,
    simpler="centred on the target",
)
MODELS = (MODEL,)
