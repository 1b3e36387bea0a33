"""The main outcome over four weeks, and how sure its direction is. Pure.

The certainty is the posterior probability of a straight line's slope having that sign, under the usual
uninformative prior: Student's t with n - 2 degrees of freedom about the least-squares slope (Gelman et al.
2013, Bayesian Data Analysis, 3rd ed., section 14.2). It says nothing of the size of a change, and takes
sessions as independent.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import mean, median
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _
from scipy.special import stdtr

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from django.utils.functional import _StrPromise

LEAST_SESSIONS = 4
CLEAR = 0.8
"""From here on a direction is told; below it there is no clear change."""
_MOST_SURE = 0.99
LOW_QUALITY = 0.6
"""Numbers below this quality are left out, as in the charts."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """A metric that may be a patient's main outcome; `is_bias` is judged by its size."""

    metric: str
    name: _StrPromise
    is_bias: bool
    higher_is_better: bool
    unit: str
    digits: int


OUTCOMES = (
    Outcome("opening_probe_bias_deg", _("Reach bias"), True, False, "°", 1),
    Outcome("sway_speed_ratio", _("Sway over the own start"), False, False, "", 2),
    Outcome("tracking_error_mm", _("Following error"), False, False, " mm", 0),
    Outcome("trace_error_mm", _("Tracing error"), False, False, " mm", 1),
    Outcome("variable_error_deg", _("Variable error"), False, False, "°", 1),
    Outcome("movement_time_s", _("Movement time"), False, False, " s", 2),
)
"""In this order: the first that a patient has in the window is their main outcome."""
BY_METRIC = {each.metric: each for each in OUTCOMES}


@dataclass(frozen=True, slots=True)
class Point:
    """A valid session's value; of a bias, its size."""

    at: datetime
    value: float


@dataclass(frozen=True, slots=True)
class Trend:
    """`verdict` is better, worse, same or little (too little data); `sure` the certainty of its direction.

    `sure_better` is the probability that the outcome gets better, None with too little data; `now` the
    median of the last three values.
    """

    outcome: Outcome | None
    verdict: str
    sure_better: float | None
    values: list[float]
    now: float | None

    @property
    def sure(self) -> float | None:
        return None if self.sure_better is None else max(self.sure_better, 1.0 - self.sure_better)


def trend_of(outcome: Outcome | None, points: Sequence[Point]) -> Trend:
    """Judge a series in the order of play."""
    values = [each.value for each in points]
    now = median(values[-3:]) if values else None
    better = None
    if outcome is not None and len(points) >= LEAST_SESSIONS:
        better = _sure_better(outcome, points)
    if better is None:
        return Trend(outcome, "little", None, values, now)
    verdict = "better" if better >= CLEAR else "worse" if better <= 1.0 - CLEAR else "same"
    return Trend(outcome, verdict, better, values, now)


def _sure_better(outcome: Outcome, points: Sequence[Point]) -> float | None:
    days = [(each.at - points[0].at).total_seconds() / 86_400.0 for each in points]
    values = [each.value for each in points]
    middle, level = mean(days), mean(values)
    spread = sum((day - middle) ** 2 for day in days)
    if spread <= 0.0:
        return None
    slope = sum((d - middle) * (v - level) for d, v in zip(days, values, strict=True)) / spread
    left = sum((v - level - slope * (d - middle)) ** 2 for d, v in zip(days, values, strict=True))
    error = math.sqrt(left / (len(points) - 2) / spread)
    if error < 1e-12:
        rising = 0.5 if abs(slope) < 1e-12 else float(slope > 0)
    else:
        rising = float(stdtr(len(points) - 2, slope / error))
    better = rising if outcome.higher_is_better else 1.0 - rising
    return min(_MOST_SURE, max(1.0 - _MOST_SURE, better))
