"""Fast and slow memory: by the two-rate model where an assessment could tell it, else what probes tell.

By the probes, slow is what the opening probe still holds (the retained gain), and fast is what the night
takes (the opening probe's bias less the closing one's of the session before), both in degrees of bias.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from statistics import mean
from typing import TYPE_CHECKING

from clinic_server.dashboard.panels._responses import SDC_FACTOR, spread_of
from clinic_server.dashboard.series import BAND_Z

if TYPE_CHECKING:
    from clinic_server.dashboard.record import PatientRecord, Value

RATES = ("af", "as", "bf", "bs")
REACHES = 40
"""After how many reaches under a small rotation the two processes' shares are told."""
_MOST_KEPT = 0.9999


@dataclass(frozen=True, slots=True)
class Point:
    """A mean with the half width of its 80 % interval (None where its noise is not known)."""

    day: date
    value: float
    half: float | None
    n: int


@dataclass(frozen=True, slots=True)
class Night:
    """A session after a night (12 to 96 hours): what was kept since the baseline, what the night took."""

    day: date
    delay_h: float
    kept_deg: float
    taken_deg: float | None
    retention: float | None
    missing: str
    """Why there is no retention."""
    is_single_baseline: bool


@dataclass(frozen=True, slots=True)
class Assessed:
    """The rates of one assessment with their standard errors, by name, and what follows from them."""

    day: date
    rates: dict[str, tuple[float, float]]
    fast: Point
    slow: Point


def shares(rates: Sequence[float]) -> tuple[float, float]:
    """Return the shares of a small constant rotation that fast and slow carry after 40 reaches.

    Args:
        rates: af, as, bf, bs of the two-rate model (Smith, Ghazizadeh & Shadmehr 2006, PLoS Biol 4:e179).
    """
    keep_fast, keep_slow, learn_fast, learn_slow = rates
    fast = slow = 0.0
    for _reach in range(REACHES):
        error = 1.0 - fast - slow
        fast, slow = keep_fast * fast + learn_fast * error, keep_slow * slow + learn_slow * error
    return fast, slow


def assessed_of(record: PatientRecord) -> list[Assessed]:
    """Return every assessment that could tell the rates, in the order of play."""
    found: dict[object, dict[str, Value]] = {}
    for name in RATES:
        for metric in (f"two_rate_{name}", f"two_rate_{name}_se"):
            for each in record.of(metric):
                found.setdefault(each.session.id, {})[metric] = each
    whole = [each for each in found.values() if len(each) == 2 * len(RATES)]
    told = [_assessed(each) for each in whole if each["two_rate_as"].session.local_date]
    return sorted(told, key=lambda each: each.day)


def _assessed(rows: dict[str, Value]) -> Assessed:
    rates = {
        name: (rows[f"two_rate_{name}"].value or 0.0, rows[f"two_rate_{name}_se"].value or 0.0)
        for name in RATES
    }
    day = rows["two_rate_as"].session.local_date or date.min
    values = [rates[name][0] for name in RATES]
    n = rows["two_rate_as"].n
    fast, slow = shares(values)
    halves = [BAND_Z * math.sqrt(sum(_effect(rates, name, at) ** 2 for name in RATES)) for at in (0, 1)]
    return Assessed(day, rates, Point(day, fast, halves[0], n), Point(day, slow, halves[1], n))


def _effect(rates: dict[str, tuple[float, float]], name: str, at: int) -> float:
    """How much one standard error of a rate moves a share; the rates' errors count as independent."""
    value, error = rates[name]
    ends = []
    for moved in (max(0.0, value - error), min(_MOST_KEPT, value + error)):
        ends.append(shares([moved if each == name else rates[each][0] for each in RATES])[at])
    return (ends[1] - ends[0]) / 2.0


def nights_of(record: PatientRecord) -> list[Night]:
    """Return the sessions after a night in the order of play."""
    kept = {each.session.id: each for each in record.of("retained_gain_deg")}
    delay = {each.session.id: each.value for each in record.of("retention_delay_h")}
    retention = {each.session.id: each for each in record.values.get(("retention", ""), [])}
    opening = {each.session.id: each.value for each in record.of("opening_probe_bias_deg")}
    closing = {each.session.id: each.value for each in record.of("closing_probe_bias_deg")}
    found = []
    for before, session in pairwise(record.usable):
        gain, told = kept.get(session.id), retention.get(session.id)
        now, then = opening.get(session.id), closing.get(before.id)
        if gain is None or gain.value is None or session.local_date is None:
            continue
        found.append(
            Night(
                day=session.local_date,
                delay_h=delay.get(session.id) or 0.0,
                kept_deg=gain.value,
                taken_deg=None if now is None or then is None else abs(now) - abs(then),
                retention=told.value if told else None,
                missing=told.missing if told else "",
                is_single_baseline=gain.quality < 1.0,
            )
        )
    return found


def noise_deg(record: PatientRecord, metric: str) -> float | None:
    """Return the SD of one probe from session to session: of repeated sessions, else the person's own."""
    definition = record.definitions.get(metric)
    if definition and definition.smallest_detectable_change:
        return definition.smallest_detectable_change / SDC_FACTOR
    return spread_of([each.value for each in record.of(metric) if each.value is not None])


def weeks_of(
    nights: Sequence[Night], number: Callable[[Night], float | None], sd_deg: float | None
) -> tuple[Point, ...]:
    """Return the weeks' means; a week begins on Monday and stands at its middle session's day."""
    weeks: dict[date, list[tuple[date, float]]] = {}
    for each in nights:
        value = number(each)
        if value is not None:
            weeks.setdefault(each.day - timedelta(days=each.day.weekday()), []).append((each.day, value))
    return tuple(
        Point(
            day=rows[len(rows) // 2][0],
            value=mean(value for _day, value in rows),
            half=None if sd_deg is None else BAND_Z * sd_deg / math.sqrt(len(rows)),
            n=len(rows),
        )
        for rows in weeks.values()
    )


def change_of(points: Sequence[Point]) -> tuple[float, float] | None:
    """Return how far the newest differs from the first, and the half width of that difference's noise."""
    if len(points) < 2 or points[0].half is None or points[-1].half is None:
        return None
    return points[-1].value - points[0].value, math.hypot(points[0].half, points[-1].half)
