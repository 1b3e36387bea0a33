"""Small statistics that several families of metrics share; arrays in, numbers out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray


def finite(values: ArrayLike) -> NDArray[np.float64]:
    """Return the finite values, shape (m,), of shape (n,); a trial without a value is NaN."""
    found = np.asarray(values, dtype=np.float64)
    return found[np.isfinite(found)]


def pooled_sd(groups: Sequence[ArrayLike]) -> tuple[float, int, int] | None:
    """Return the SD about each group's own mean, how many values it is from, and its degrees of freedom.

    Groups of fewer than two values say nothing. None when no group is left.
    """
    kept = [each for each in map(finite, groups) if len(each) >= 2]
    count = sum(map(len, kept))
    free = count - len(kept)
    if not free:
        return None
    squares = sum(float(np.sum((each - each.mean()) ** 2)) for each in kept)
    return float(np.sqrt(squares / free)), count, free


def line(x: ArrayLike, y: ArrayLike) -> tuple[float, float]:
    """Return slope and intercept of the least-squares line; x must vary."""
    across, up = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    centred = across - across.mean()
    slope = float(centred @ (up - up.mean()) / (centred @ centred))
    return slope, float(up.mean() - slope * across.mean())
