"""Chance from a bit generator's raw numbers, which are stable across numpy: a replay draws the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from numpy.random import PCG64

T = TypeVar("T")


def unit(random: PCG64) -> float:
    """Return a number in [0, 1)."""
    return (int(random.random_raw()) >> 11) * 2.0**-53


def shuffled(values: list[T], random: PCG64) -> list[T]:
    """Shuffle a list in place (Fisher and Yates) and return it."""
    for index in range(len(values) - 1, 0, -1):
        other = int(unit(random) * (index + 1))
        values[index], values[other] = values[other], values[index]
    return values
