"""A measure against the person's own baseline, in SDs of one session: what has changed, and by how much.

The SD is that of repeated sessions (the smallest detectable change over 1.96 * sqrt(2), Weir 2005, J Strength
Cond Res 19:231, not verified) where the metric has one, else the person's own by successive differences.
Only sessions on the newest session's device count: two devices measure two scales.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from statistics import mean
from typing import TYPE_CHECKING, Any

from clinic_server.dashboard.panels._responses import SDC_FACTOR, spread_of
from clinic_server.dashboard.series import BAND_Z, BASELINE_SESSIONS, LOW_QUALITY

if TYPE_CHECKING:
    from clinic_server.dashboard.record import PatientRecord, Value

NEWEST = 3
"""The level now is the mean of so many sessions at most, none of them of the baseline."""
RECENT = 8
"""So many sessions are drawn one by one."""


@dataclass(frozen=True, slots=True)
class Measure:
    """A metric as a panel shows it; `name` and `kinarm` are lazily translated, `kinarm` empty without one."""

    metric: str
    name: Any
    unit: str
    digits: int
    kinarm: Any = ""
    is_relative: bool = False
    """Told as a multiple of the own baseline alone: a camera's lengths have no scale."""


@dataclass(frozen=True, slots=True)
class Session:
    """One session's value in SDs from the baseline, better positive; low quality is drawn and not counted."""

    z: float
    is_low: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """How a measure stands now. None where it can't be told."""

    measure: Measure
    better: str
    """`higher`, `lower` or `neither`."""
    now: float | None
    baseline: float | None
    scale: float | None
    """The SD of one session, in the measure's unit."""
    detectable: float | None
    """The smallest detectable change between two sessions (95 %); None: not known."""
    sessions: int
    newest: int
    reaches: int
    left_out: int
    elsewhere: int
    """How many sessions were played on other devices."""
    missing: str
    recent: tuple[Session, ...] = ()

    @property
    def z(self) -> float | None:
        """The change in SDs of a session: better is positive; of a `neither`, more is positive."""
        if self.now is None or self.baseline is None or not self.scale:
            return None
        return (self.now - self.baseline) / self.scale * (-1.0 if self.better == "lower" else 1.0)

    @property
    def half(self) -> float:
        """Half width of the 80 % interval of `z`: the newest sessions' noise and the baseline's."""
        return BAND_Z * math.sqrt(1 / max(1, self.newest) + 1 / BASELINE_SESSIONS)

    @property
    def reading(self) -> str:
        """`better`, `worse`, `changed` (of a `neither`), `same`, `unscaled`, `unmeasured` or `starting`."""
        if self.z is None:
            if self.sessions == 0:
                return "unmeasured"
            return "starting" if self.now is None else "unscaled"
        if abs(self.z) <= self.half:
            return "same"
        if self.better == "neither":
            return "changed"
        return "better" if self.z > 0 else "worse"

    def text(self, value: float | None) -> str:
        """A value in its unit, or as a multiple of the baseline; a dash for None."""
        if value is None:
            return "–"
        if self.measure.is_relative:
            return f"{value / self.baseline:.2f}\u00a0×" if self.baseline else "–"
        return f"{value:.{self.measure.digits}f}{self.measure.unit}"


def standing_of(record: PatientRecord, measure: Measure) -> Standing:
    """Compare the newest sessions with the first two, on one device; fewer than three give no comparison."""
    about = record.definitions.get(measure.metric)
    better = about.better if about else "neither"
    detectable = about.smallest_detectable_change if about else None
    told = record.of(measure.metric)
    here = [each for each in told if _device(each) == _device(told[-1])]
    valid = [each for each in here if each.quality >= LOW_QUALITY]
    values = [each.value for each in valid if each.value is not None]
    baseline = mean(values[:BASELINE_SESSIONS]) if len(values) >= BASELINE_SESSIONS else None
    newest = valid[BASELINE_SESSIONS:][-NEWEST:]
    found = Standing(
        measure=measure,
        better=better,
        now=mean(values[BASELINE_SESSIONS:][-NEWEST:]) if newest else None,
        baseline=baseline,
        scale=detectable / SDC_FACTOR if detectable else spread_of(values),
        detectable=detectable,
        sessions=len(valid),
        newest=len(newest),
        reaches=sum(each.n for each in newest),
        left_out=len(here) - len(valid),
        elsewhere=len(told) - len(here),
        missing=_missing(record, measure.metric),
    )
    if found.z is None or baseline is None or not found.scale:
        return found
    sign = -1.0 if better == "lower" else 1.0
    recent = tuple(
        Session(sign * (each.value - baseline) / found.scale, each.quality < LOW_QUALITY)
        for each in here[BASELINE_SESSIONS:][-RECENT:]
        if each.value is not None
    )
    return replace(found, recent=recent)


def _device(value: Value) -> tuple[str, str]:
    return value.session.device_kind, value.session.device_unit


def _missing(record: PatientRecord, metric: str) -> str:
    """Why the newest session has no such number; empty where it has, or nothing was asked of it."""
    rows = record.values.get((metric, ""), [])
    return rows[-1].missing if rows else ""
