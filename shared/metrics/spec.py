"""What a metric declares and what it returns. Never a silent NaN: a value with quality, or a reason."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from msgspec import Struct

from shared.errors import MovereError


@dataclass(frozen=True, slots=True)
class MetricSpec:
    """One metric's declaration.

    `smallest_detectable_change` is in the metric's unit, from repeated probes; families leave it None, the
    catalogue fills it from `repeatability.json`, and it stays None until it was measured.
    """

    id: str
    version: int
    name: str
    unit: str
    better: Literal["higher", "lower", "neither"]
    definition: str
    source: str
    needs: tuple[Literal["hand", "cursor", "trunk", "shoulders", "events"], ...]
    min_rate_hz: float = 0.0
    max_jitter_ms: float = math.inf
    validated: Literal["people", "simulation", "none"] = "simulation"
    smallest_detectable_change: float | None = None


@dataclass(frozen=True, slots=True)
class Missing:
    """Why a metric has no value: a short code-like reason a person can read."""

    reason: str


class MetricRow(Struct, frozen=True, kw_only=True):
    """One stored result; `scope` is empty for the session, else `phase:probe`, `block:0`, `target:3` …

    `smallest_detectable_change` goes with the session's own value (empty scope): a smaller difference
    between two sessions of one person is scatter. In the row's unit; None until it was measured.
    """

    metric: str
    version: int
    scope: str
    value: float | None
    unit: str
    quality: float
    n: int
    missing_reason: str | None
    smallest_detectable_change: float | None = None

    def __post_init__(self) -> None:
        if (self.value is None) == (self.missing_reason is None):
            raise MovereError(f"{self.metric}: a value or a reason, exactly one of them")
        if self.value is not None and not math.isfinite(self.value):
            raise MovereError(f"{self.metric}: the value is not finite")


@dataclass(frozen=True, slots=True)
class MetricFamily:
    """A plug-in: the specs it computes together, and the pure function over a `SessionData`."""

    specs: tuple[MetricSpec, ...]
    compute: Callable[..., list[MetricRow]]
