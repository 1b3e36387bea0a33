"""A figure as data: what a model or a metric shows, without a plotting library (docs and charts draw it)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from shared.errors import MovereError


@dataclass(frozen=True, slots=True)
class Series:
    """One curve or cloud of points; `low` and `high`, when given, are its band. All of the same length."""

    name: str
    x: Sequence[float]
    y: Sequence[float]
    low: Sequence[float] | None = None
    high: Sequence[float] | None = None
    kind: Literal["line", "points"] = "line"

    def __post_init__(self) -> None:
        for other in (self.y, self.low, self.high):
            if other is not None and len(other) != len(self.x):
                raise MovereError(f"the series {self.name} has columns of different lengths")


@dataclass(frozen=True, slots=True)
class Figure:
    """Axes with units, and what they hold. `caption` says what to see, and whose figure it reproduces."""

    title: str
    x: str
    y: str
    series: Sequence[Series]
    caption: str
    marks: Sequence[tuple[float, str]] = field(default=())
    """Vertical lines: where a phase begins, and its name."""
