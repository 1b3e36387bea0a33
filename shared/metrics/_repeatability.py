"""How well each metric repeats: the data file that `deploy/repeatability.py` makes, read once.

The smallest detectable change (95 %) is 1.96 * sqrt(2) * the within-person SD: a smaller difference between
two sessions of one person is within the measurement's own scatter (Weir 2005, J Strength Cond Res 19:231,
not verified).
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np

from shared.errors import MovereError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

REPEATABILITY_FILE = "repeatability.json"
_DAMAGED = f"{REPEATABILITY_FILE} is damaged; make it again with deploy/repeatability.py"
SDC_FACTOR = 1.96 * math.sqrt(2.0)


@dataclass(frozen=True, slots=True)
class Repeatability:
    """One metric's scatter over repeated sessions of the same people, in the metric's unit."""

    sd_within: float
    sdc_95: float
    people: int
    sessions: int


def within_person_sd(repeats: Sequence[Sequence[float]]) -> float:
    """Return the root of the within mean square of a one-way analysis of variance.

    Args:
        repeats: a person's values, person by person; people with one value carry no information.

    Raises:
        MovereError: nobody was measured twice.
    """
    groups = [np.asarray(each, dtype=np.float64) for each in repeats if len(each) > 1]
    free = sum(len(each) - 1 for each in groups)
    if not free:
        raise MovereError("nobody was measured twice; play at least two sessions a person")
    return math.sqrt(sum(float(np.sum((each - each.mean()) ** 2)) for each in groups) / free)


@cache
def _content() -> Mapping[str, Any]:
    try:
        found: dict[str, Any] = json.loads(
            files("shared.metrics").joinpath(REPEATABILITY_FILE).read_text(encoding="utf-8")
        )
    except FileNotFoundError:
        return {"metrics": {}, "probe_ratio": 1.0}
    except ValueError as error:
        raise MovereError(_DAMAGED) from error
    return found


def probe_ratio() -> float:
    """Return how much more repeated probes scatter than their own reaches' SD / sqrt(n) says; at least 1.

    Pooled over people. As a ratio it serves steady and noisy people alike.

    Raises:
        MovereError: the data file is damaged.
    """
    try:
        return max(1.0, float(_content()["probe_ratio"]))
    except (KeyError, TypeError, ValueError) as error:
        raise MovereError(_DAMAGED) from error


@cache
def repeatability() -> Mapping[str, Repeatability]:
    """Return what is known of each metric's scatter, by metric id; empty where nothing was measured.

    Raises:
        MovereError: the data file is damaged.
    """
    try:
        return MappingProxyType(
            {
                metric: Repeatability(each["sd_within"], each["sdc_95"], each["people"], each["sessions"])
                for metric, each in _content()["metrics"].items()
            }
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise MovereError(_DAMAGED) from error


def smallest_detectable_change(metric: str) -> float | None:
    """Return the metric's smallest detectable change between two sessions, None until it was measured."""
    found = repeatability().get(metric)
    return None if found is None else found.sdc_95
