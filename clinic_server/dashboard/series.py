"""What the pictures, sentences and tables of a patient show: plain numbers, derived once, rounded once.

Everything here is pure. A value that a sentence says, a picture draws and a table lists is one value.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING
from uuid import UUID

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

BAND_Z = 1.2816  # half width of an 80 % interval in standard deviations
BASELINE_SESSIONS = 2
"""The baseline is the first two sessions under the plan (SCIENCE 1.5)."""
LOW_QUALITY = 0.6


@dataclass(frozen=True, slots=True)
class Outcome:
    """One of the chosen outcomes of the patient page."""

    metric: str
    scope: str
    name: str
    """In English; `title` is in the language that is active."""
    is_bias: bool
    """Judged by its size: nearer to zero is better."""
    better: str
    unit: str
    digits: int
    least_span: float
    """The axis spans at least this much, so that noise is not drawn as a change."""

    @property
    def title(self) -> str:
        return gettext(self.name)


OUTCOMES = (
    Outcome("opening_probe_bias_deg", "", _("Reach bias, without feedback"), True, "lower", "°", 1, 10.0),
    Outcome("variable_error_deg", "", _("Variable error"), False, "lower", "°", 1, 6.0),
    Outcome("movement_time_s", "", _("Movement time"), False, "lower", " s", 2, 0.6),
    Outcome("sparc", "", _("Smoothness (SPARC)"), False, "higher", "", 2, 0.5),
)


@dataclass(frozen=True, slots=True)
class Dot:
    """One session in a run chart. `is_low` dots are drawn grey and left out of every sum."""

    session_id: UUID
    day: date
    value: float
    n: int
    quality: float
    mode: str
    plan_version: int

    @property
    def is_low(self) -> bool:
        return self.quality < LOW_QUALITY


@dataclass(frozen=True, slots=True)
class Run:
    """A run chart: dots, the baseline's middle and 80 % band, and the latest level, all in one unit."""

    outcome: Outcome
    dots: list[Dot]
    baseline: float | None
    baseline_half: float | None
    now: float | None

    @property
    def change(self) -> float | None:
        """Latest level less baseline, of the rounded numbers shown."""
        if self.now is None or self.baseline is None:
            return None
        digits = self.outcome.digits
        return round(round(self.now, digits) - round(self.baseline, digits), digits)

    @property
    def is_beyond_noise(self) -> bool:
        return (
            self.change is not None
            and self.baseline_half is not None
            and abs(self.change) > self.baseline_half
        )

    @property
    def verdict(self) -> str:
        """`better`, `worse`, `same` or `unknown`."""
        if self.change is None:
            return "unknown"
        if not self.is_beyond_noise:
            return "same"
        good = self.change < 0 if self.outcome.better == "lower" else self.change > 0
        return "better" if good else "worse"

    def text(self, value: float | None) -> str:
        """A value as it is shown everywhere."""
        if value is None:
            return gettext("not measured")
        return f"{value:.{self.outcome.digits}f}{self.outcome.unit}"


def run_of(outcome: Outcome, dots: Iterable[Dot]) -> Run:
    """Build a run chart's numbers. The level now is the median of the last three valid sessions.

    The noise of one session is the standard deviation of successive differences over root two, which a
    trend does not inflate; the band says how far two levels can differ by that noise alone.
    """
    rows = [_judged(outcome, dot) for dot in dots]
    valid = [each.value for each in rows if not each.is_low]
    if len(valid) < BASELINE_SESSIONS + 1:
        return Run(outcome, rows, median(valid) if valid else None, None, None)
    baseline, now = median(valid[:BASELINE_SESSIONS]), median(valid[-3:])
    steps = [later - earlier for earlier, later in pairwise(valid)]
    noise = math.sqrt(sum(each * each for each in steps) / len(steps) / 2.0)
    half = BAND_Z * noise * math.sqrt(1 / BASELINE_SESSIONS + 1 / min(3, len(valid)))
    return Run(outcome, rows, baseline, half, now)


def _judged(outcome: Outcome, dot: Dot) -> Dot:
    if not outcome.is_bias:
        return dot
    return Dot(dot.session_id, dot.day, abs(dot.value), dot.n, dot.quality, dot.mode, dot.plan_version)


def smoothed(values: Sequence[float], width: float = 2.0) -> list[float]:
    """Return a Gaussian-weighted local mean over the position in the list: a line that follows the dots."""
    found = []
    for at in range(len(values)):
        weights = [math.exp(-0.5 * ((at - other) / width) ** 2) for other in range(len(values))]
        found.append(sum(w * v for w, v in zip(weights, values, strict=True)) / sum(weights))
    return found


@dataclass(frozen=True, slots=True)
class Day:
    """A session's opening and closing probe: sizes of the bias in degrees, smaller is better."""

    session_id: UUID
    day: date
    opening: float
    closing: float | None


@dataclass(frozen=True, slots=True)
class Kept:
    """Learning against performance, over the last sessions: gained in a session, kept to the next."""

    days: list[Day]
    gained: float | None
    kept_share: float | None


def kept_of(days: list[Day], retention: list[float]) -> Kept:
    """Summarise the probes: the median gain within a session and the median retention of the next day."""
    gains = [each.opening - each.closing for each in days if each.closing is not None]
    return Kept(days, median(gains) if gains else None, median(retention) if retention else None)
