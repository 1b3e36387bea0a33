"""Memory: does it become lasting? Fast and slow, over months."""

from __future__ import annotations

from collections import Counter
from datetime import date
from statistics import median
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinic_server.dashboard.figure import Figure, Row
from clinic_server.dashboard.panels._memory import (
    RATES,
    REACHES,
    Assessed,
    Night,
    Point,
    assessed_of,
    change_of,
    nights_of,
    noise_deg,
    weeks_of,
)
from clinic_server.dashboard.panels._memory_chart import Memory, memory_chart
from clinic_server.dashboard.panels._spec import PanelSpec
from clinic_server.dashboard.spoken import day_of

if TYPE_CHECKING:
    from clinic_server.dashboard.record import PatientRecord

_LEAST_POINTS = 2
_RETENTIONS = 8
_OPENING, _CLOSING = "opening_probe_bias_deg", "closing_probe_bias_deg"


def build(record: PatientRecord) -> dict[str, Any]:
    nights = nights_of(record)
    missing = Counter(each.missing.replace("_", " ") for each in nights if each.retention is None)
    told = [each.retention for each in nights if each.retention is not None]
    return {
        "assessed": assessed_of(record),
        "nights": nights,
        "told": len(told),
        "retention": median(told[-_RETENTIONS:]) if told else None,
        "missing": [(why, count) for why, count in missing.most_common() if why],
        "is_single_baseline": any(each.is_single_baseline for each in nights),
    }


def figures(record: PatientRecord) -> list[Figure]:
    assessed, nights = assessed_of(record), nights_of(record)
    plans = _plans(record)
    return [*([_rates_figure(assessed, plans)] if assessed else []), _probes_figure(record, nights, plans)]


def _plans(record: PatientRecord) -> tuple[tuple[date, str], ...]:
    found: list[tuple[date, str]] = []
    before: int | None = None
    for each in record.usable:
        if before is not None and each.plan_version not in (before, 0) and each.local_date:
            found.append((each.local_date, _("Plan %(version)s") % {"version": each.plan_version}))
        before = each.plan_version
    return tuple(found)


def _rates_figure(assessed: list[Assessed], plans: tuple[tuple[date, str], ...]) -> Figure:
    slow = tuple(_percent(each.slow) for each in assessed)
    fast = tuple(_percent(each.fast) for each in assessed)
    axis = _("share of a small rotation carried after %(n)d reaches") % {"n": REACHES}
    memory = Memory(axis, "\u00a0%", 0, slow, fast, _("slow"), _("fast"), plans)
    return Figure(
        key="memory.rates",
        name=_("Fast and slow, by the two-rate model"),
        sentence=_said(memory),
        data=memory if len(assessed) >= _LEAST_POINTS else None,
        draw=memory_chart,
        headers=(
            _("Day"), _("Slow carries"), _("Fast carries"), *(f"{name} ± {_('SE')}" for name in RATES),
            _("Reaches"),
        ),
        rows=[
            Row(
                (
                    day_of(each.day),
                    _interval(memory, slow[at]),
                    _interval(memory, fast[at]),
                    *(f"{each.rates[name][0]:.3f} ± {each.rates[name][1]:.3f}" for name in RATES),
                    str(each.slow.n),
                )
            )
            for at, each in enumerate(assessed)
        ],
        metric="two_rate_as",
        n=len(assessed),
    )  # fmt: skip


def _percent(point: Point) -> Point:
    half = None if point.half is None else 100 * point.half
    return Point(point.day, 100 * point.value, half, point.n)


def _probes_figure(record: PatientRecord, nights: list[Night], plans: tuple[tuple[date, str], ...]) -> Figure:
    opening, closing = noise_deg(record, _OPENING), noise_deg(record, _CLOSING)
    both = None if opening is None or closing is None else (opening**2 + closing**2) ** 0.5
    slow = weeks_of(nights, lambda each: each.kept_deg, opening)
    fast = weeks_of(nights, lambda each: each.taken_deg, both)
    names = _("kept"), _("taken")
    memory = Memory(_("degrees of bias, mean of a week"), "°", 1, slow, fast, *names, plans)
    return Figure(
        key="memory.probes",
        name=_("What stays across days, and what the night takes"),
        sentence=_said(memory) if nights else _("Cannot tell: no two sessions lie 12 to 96 hours apart yet."),
        data=memory if len(slow) >= _LEAST_POINTS else None,
        draw=memory_chart,
        headers=(
            _("Day"), _("Hours since"), _("Kept since the baseline"), _("Taken by the night"),
            _("Share of the day's gain kept"),
        ),
        rows=[_row(each) for each in nights],
        metric="retained_gain_deg",
        n=len(nights),
    )  # fmt: skip


def _row(night: Night) -> Row:
    share = _("cannot tell")
    if night.retention is not None:
        share = f"{100 * night.retention:.0f} %"
    elif night.missing:
        share = _("cannot tell: %(why)s") % {"why": night.missing.replace("_", " ")}
    return Row(
        (
            day_of(night.day),
            f"{night.delay_h:.0f}",
            f"{night.kept_deg:+.1f}°",
            _("not measured") if night.taken_deg is None else f"{night.taken_deg:+.1f}°",
            share,
        )
    )


def _interval(memory: Memory, point: Point) -> str:
    if point.half is None:
        return memory.text(point.value)
    ends = {"low": memory.text(point.value - point.half), "high": memory.text(point.value + point.half)}
    return _("%(value)s (%(low)s to %(high)s)") % {"value": memory.text(point.value), **ends}


def _said(memory: Memory) -> str:
    """Say what each of the two did from the first point to the newest."""
    found = [
        _course(memory, points, name)
        for points, name in ((memory.slow, memory.slow_name), (memory.fast, memory.fast_name))
        if points
    ]
    text = "; ".join(found)
    return text[:1].upper() + text[1:] + "."


def _course(memory: Memory, points: tuple[Point, ...], name: str) -> str:
    told = {"name": name, "first": memory.text(points[0].value), "last": memory.text(points[-1].value)}
    change = change_of(points)
    if len(points) == 1:
        return _("%(name)s %(last)s so far") % told
    if change is None:
        return _("%(name)s %(last)s, %(first)s at first; its noise is not known") % told
    told |= {"noise": memory.text(change[1])}
    if abs(change[0]) <= change[1]:
        return _("%(name)s %(last)s, %(first)s at first, within its own noise (%(noise)s)") % told
    if change[0] > 0:
        return _("%(name)s has grown from %(first)s to %(last)s, beyond its own noise (%(noise)s)") % told
    return _("%(name)s has fallen from %(first)s to %(last)s, beyond its own noise (%(noise)s)") % told


PANEL = PanelSpec(
    id="memory",
    order=65,
    name=gettext_lazy("Memory"),
    question=gettext_lazy("Does it become lasting?"),
    link=gettext_lazy("Memory"),
    metrics=frozenset(
        {_OPENING, _CLOSING, "retention", "retention_delay_h", "retained_gain_deg"}
        | {f"two_rate_{name}{end}" for name in RATES for end in ("", "_se")}
    ),
    build=build,
    figures=figures,
)
