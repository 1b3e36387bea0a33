"""What a learning model is: parameters with bounds and sources, a simulation, a fit, the paper's figure.

Conventions of every model (SCIENCE 2): the perturbation f and the output x share one unit (degrees, unless
the model says otherwise), the error is e = f - x, and the output of trial n comes from the state *before*
that trial's update. In an error clamp the learner's error is e = 0: a clamp is no perturbation of zero.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from shared.errors import MovereError

if TYPE_CHECKING:
    from numpy.random import Generator

    from shared.figure import Figure

Columns = Mapping[str, NDArray[np.float64]]
"""Named columns of one length, a row a trial; NaN where a trial has no such value."""
MAX_TRIALS = 100_000


class LearningError(MovereError):
    """A schedule, a parameter or the data cannot be used; the sentence says which and why."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """A model's parameter: its published or chosen value, the bounds a fit keeps to, and where it is from."""

    name: str
    default: float
    low: float
    high: float
    meaning: str
    unit: str = "1"
    source: str = "design choice"


@dataclass(frozen=True, slots=True)
class Schedule:
    """What is imposed trial by trial.

    `perturbation`: shape (n,), NaN in a clamp; what it means is the model's (`Model.schedule`).
    `clamp`: shape (n,), True where the error is clamped (or, for a model of reward, feedback is withheld).
    """

    perturbation: NDArray[np.float64]
    clamp: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.perturbation)

    @classmethod
    def parse(cls, text: str) -> Schedule:
        """Read "20x0,200x1,17x-1,80xclamp": stretches of COUNTxVALUE, `clamp` for an error clamp.

        Raises:
            LearningError: a stretch that cannot be read, no trials, or more than 100,000.
        """
        stretches: list[tuple[int, float]] = []
        for part in text.split(","):
            found = re.fullmatch(r"\s*(\d+)\s*x\s*(\S+)\s*", part)
            try:
                value = math.nan if found and found[2] == "clamp" else float(found[2]) if found else math.inf
            except ValueError:
                value = math.inf
            if found is None or math.isinf(value) or (math.isnan(value) and found[2] != "clamp"):
                raise LearningError(
                    f"schedule: '{part.strip()}' is not COUNTxVALUE or COUNTxclamp, such as 200x1"
                )
            stretches.append((int(found[1]), value))
        total = sum(count for count, _ in stretches)
        if not 0 < total <= MAX_TRIALS:
            raise LearningError(f"schedule: {total} trials, and 1 to {MAX_TRIALS} are possible")
        return cls.of(np.repeat([value for _, value in stretches], [count for count, _ in stretches]))

    @classmethod
    def of(cls, perturbation: NDArray[np.float64]) -> Schedule:
        """Make a schedule from perturbations alone, NaN meaning a clamp."""
        values = np.asarray(perturbation, dtype=np.float64)
        return cls(perturbation=values, clamp=np.isnan(values))


@dataclass(frozen=True, slots=True)
class Fit:
    """What fitting gave.

    `se` has None where the data cannot bound a parameter. `aic` = n ln(MSE) + 2k for least squares,
    -2 ln L + 2k for a likelihood; `simpler` names the model it is compared with, by the same formula.
    `identifiable` is False when the data cannot tell the parameters apart, and `note` then says so plainly.
    """

    model: str
    params: dict[str, float]
    se: dict[str, float | None]
    n: int
    mse: float | None
    log_likelihood: float | None
    aic: float
    bic: float
    simpler: str | None
    aic_simpler: float | None
    bic_simpler: float | None
    identifiable: bool
    note: str
    extra: Mapping[str, float] = field(default_factory=dict)
    """What else the model's fit found, by names of its own, such as the noise that is left."""


@dataclass(frozen=True, slots=True)
class Recovery:
    """How a model's parameter recovery is tested: simulated people, one experiment, the model's own fit.

    `draw` gives one person's true parameters; `schedule` is what each person goes through.
    """

    schedule: Callable[[], Schedule]
    draw: Callable[[Generator], dict[str, float]]


@dataclass(frozen=True, slots=True)
class Model:
    """A learning model, a plug-in of `shared.learning` (a module declares `MODELS`, a tuple of these).

    `simulate(params, schedule, random)` takes every parameter (see `complete`) and returns columns: always
    `output`; `fast` and `slow` when the model has two processes that those words fit; and its own others.
    `random` None means without noise. `fit(data)` takes the columns that `data` names.
    """

    id: str
    name: str
    equation: str
    source: str
    verified: str
    """What of the source was checked, and how; says "not verified" where nothing was."""
    schedule: str
    """What a schedule's value means here, with its unit, and what a clamp is."""
    parameters: tuple[Parameter, ...]
    simulate: Callable[[Mapping[str, float], Schedule, Generator | None], dict[str, NDArray[np.float64]]]
    data: tuple[str, ...] = ("perturbation", "output", "clamp")
    fit: Callable[[Columns], Fit] | None = None
    recovery: Recovery | None = None
    figures: tuple[Callable[[], Figure], ...] = ()
    example_schedule: str = "20x0,200x30"
    simpler: str | None = None
    random: Literal["none", "optional", "needed"] = "optional"
    """Whether the simulation draws: `needed` where it is meaningless without chance."""
    extra: Mapping[str, str] = field(default_factory=dict)
    """Meaning of the simulated columns beyond output, fast and slow."""

    def complete(self, given: Mapping[str, float]) -> dict[str, float]:
        """Return every parameter: the given ones, and the default of the rest.

        Raises:
            LearningError: an unknown parameter, or a value that is not finite or out of bounds.
        """
        known = {each.name: each for each in self.parameters}
        for name, value in given.items():
            if name not in known:
                raise LearningError(f"{self.id} has no parameter {name}; it has {', '.join(known)}")
            bounds = known[name]
            if not bounds.low <= value <= bounds.high:
                raise LearningError(f"{name}={value:g} is not in {bounds.low:g} to {bounds.high:g}")
        return {name: float(given.get(name, each.default)) for name, each in known.items()}
