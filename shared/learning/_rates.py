"""Linear state-space learners of one or two rates, solved at once: outputs and their sensitivities.

The recursion z' = A z + B e is lower triangular with three bands below its unit diagonal, whatever trials
are clamped, so LAPACK's banded triangular solver runs all trials in some 20 microseconds; the derivatives by
the parameters obey the same recursion with other inputs, and come from the same bands.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray


ERROR_LIMIT_DEG = 6.0
"""Where corrections stop growing with the error (Kim et al. 2018, Commun Biol 1:19)."""


@dataclass(frozen=True, slots=True)
class Inputs:
    """What drives the states: the learner's error is e = drive - closed * x.

    `drive`, `closed`: shape (n,). A feedback trial has drive f and closed 1; a clamp has 0 and 0 (its error
    is zero, whatever x); a trial whose error was measured has drive f - y and closed 0.
    """

    drive: NDArray[np.float64]
    closed: NDArray[np.float64]

    @classmethod
    def of(
        cls,
        perturbation: NDArray[np.float64],
        clamp: NDArray[np.bool_],
        measured: NDArray[np.float64] | None = None,
        limit: float = np.inf,
    ) -> Inputs:
        """Make inputs; with `measured` outputs (NaN where missing) the error is taken from them.

        `limit`: a measured error counts for no more than this.
        """
        drive = np.where(clamp, 0.0, perturbation)
        closed = np.where(clamp, 0.0, 1.0)
        if measured is not None:
            seen = ~clamp & np.isfinite(measured)
            drive = np.where(seen, np.clip(perturbation - measured, -limit, limit), drive)
            closed = np.where(seen, 0.0, closed)
        return cls(drive, closed)


Outputs = tuple["NDArray[np.float64]", "Callable[[], NDArray[np.float64]]"]
"""Outputs of shape (n,), and what gives their derivatives, shape (n, parameters), when they are wanted."""


def two_rate(theta: NDArray[np.float64], inputs: Inputs) -> Outputs:
    """Return the outputs of (af, as, bf, bs), before each trial's update, from rest."""
    from scipy.linalg.lapack import dtbtrs

    keep_fast, keep_slow, rate_fast, rate_slow = theta.tolist()
    drive, closed = inputs.drive, inputs.closed
    count = len(drive)
    # Unknowns in the order fast 1, slow 1, fast 2, ...; row k of `bands` holds the k-th diagonal below.
    bands = np.zeros((4, 2 * count), order="F")
    bands[1, 1::2] = bands[2, 0::2] = rate_fast * closed
    bands[3, 0::2] = bands[2, 1::2] = rate_slow * closed
    bands[2, 0::2] -= keep_fast
    bands[2, 1::2] -= keep_slow
    right = np.zeros(2 * count)
    right[2::2] = rate_fast * drive[:-1]
    right[3::2] = rate_slow * drive[:-1]
    states, _ = dtbtrs(bands, right, uplo="L", diag="U")
    fast, slow = states[0::2], states[1::2]
    output = fast + slow

    def derivatives() -> NDArray[np.float64]:
        error = drive - closed * output
        right = np.zeros((2 * count, 4), order="F")
        right[2::2, 0] = fast[:-1]
        right[3::2, 1] = slow[:-1]
        right[2::2, 2] = right[3::2, 3] = error[:-1]
        moved, _ = dtbtrs(bands, right, uplo="L", diag="U")
        return np.asarray(moved[0::2] + moved[1::2])

    return output, derivatives


def one_rate(theta: NDArray[np.float64], inputs: Inputs) -> Outputs:
    """Return the outputs of (a, b), before each trial's update, from rest."""
    from scipy.linalg.lapack import dtbtrs

    keep, rate = theta.tolist()
    drive, closed = inputs.drive, inputs.closed
    count = len(drive)
    bands = np.zeros((2, count), order="F")
    bands[1] = rate * closed - keep
    right = np.zeros(count)
    right[1:] = rate * drive[:-1]
    solved, _ = dtbtrs(bands, right, uplo="L", diag="U")
    output = np.asarray(solved).reshape(count)

    def derivatives() -> NDArray[np.float64]:
        right = np.zeros((count, 2), order="F")
        right[1:, 0] = output[:-1]
        right[1:, 1] = (drive - closed * output)[:-1]
        moved, _ = dtbtrs(bands, right, uplo="L", diag="U")
        return np.asarray(moved)

    return output, derivatives
