"""Fast and slow memory over the weeks: solid slow, dashed fast, each with its 80 % band."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import altair as alt
from django.utils.translation import gettext as _

from clinic_server.dashboard.charts import dressed, over
from clinic_server.dashboard.panels._memory import Point

_APART = 0.09  # of the axis, between the two labels at the lines' ends


@dataclass(frozen=True, slots=True)
class Memory:
    """Two series in one unit, each named at its line's end, and the days on which the plan changed."""

    axis: str
    unit: str
    digits: int
    slow: tuple[Point, ...]
    fast: tuple[Point, ...]
    slow_name: str
    fast_name: str
    plans: tuple[tuple[date, str], ...]

    def text(self, value: float) -> str:
        return f"{value:.{self.digits}f}{self.unit}"


def memory_chart(memory: Memory) -> dict[str, Any]:
    """Draw both series over the days, zero marked."""
    low, high = _domain(memory)
    x = alt.X("day:T", title=None, axis=alt.Axis(format="%-d %b", tickCount=6, labelOverlap=True))
    y = alt.Y(
        "value:Q",
        scale=alt.Scale(domain=[low, high], nice=True),
        title=memory.axis,
        axis=alt.Axis(
            titleAngle=0, titleAlign="left", titleAnchor="end", titleX=-30, titleY=-30,
            labelExpr=f"datum.label + '{memory.unit}'", tickCount=5,
        ),
    )  # fmt: skip
    layers: list[Any] = [over([{"value": 0}]).mark_rule(stroke="var(--mute)").encode(y=y)]
    if memory.plans:
        marks = over([{"day": day.isoformat(), "label": label} for day, label in memory.plans])
        layers += [
            marks.mark_rule(stroke="var(--line-strong)", strokeDash=[4, 4]).encode(x="day:T"),
            marks.mark_text(align="left", dx=5, baseline="bottom", dy=-2, fill="var(--ink-2)").encode(
                x="day:T", y=alt.value(0), text="label:N"
            ),
        ]
    fast, slow = _series(memory, memory.fast, x, y, "--d2"), _series(memory, memory.slow, x, y, "--d1")
    layers += [fast[0], slow[0], *fast[1:], *slow[1:]]  # the bands lie under both lines
    return dressed(alt.layer(*layers, *_labels(memory, high - low, x, y)), 560, 230)


def _series(memory: Memory, points: tuple[Point, ...], x: Any, y: Any, colour: str) -> list[Any]:
    """The band, the line and its dots."""
    rows = [
        {
            "day": each.day.isoformat(),
            "value": round(each.value, 2),
            "low": round(each.value - (each.half or 0.0), 2),
            "high": round(each.value + (each.half or 0.0), 2),
            "n": each.n,
        }
        for each in points
    ]
    tips = [
        alt.Tooltip("day:T", title=_("Day"), format="%-d %b"),
        alt.Tooltip("value:Q", title=memory.slow_name if colour == "--d1" else memory.fast_name),
        alt.Tooltip("low:Q", title="10 %"),
        alt.Tooltip("high:Q", title="90 %"),
        alt.Tooltip("n:Q", title=_("Count")),
    ]
    lines = over(rows)
    shape, dash = ("circle", [1, 0]) if colour == "--d1" else ("square", [5, 4])
    return [
        lines.mark_area(fill=f"var({colour}-band)", opacity=0.7).encode(
            x=x, y=alt.Y("low:Q", title=memory.axis), y2="high:Q"
        ),
        lines.mark_line(stroke=f"var({colour})", strokeWidth=2, strokeDash=dash).encode(x=x, y=y),
        lines.mark_point(
            shape=shape, size=50, fill=f"var({colour})", stroke=f"var({colour})", opacity=1
        ).encode(x=x, y=y, tooltip=tips),
    ]


def _labels(memory: Memory, span: float, x: Any, y: Any) -> list[Any]:
    """Name both lines at their ends, apart from each other."""
    ends = [
        (points[-1], name)
        for points, name in ((memory.slow, memory.slow_name), (memory.fast, memory.fast_name))
        if points
    ]
    places = [point.value for point, _name in ends]
    if len(places) == 2 and abs(places[0] - places[1]) < _APART * span:
        middle, up = sum(places) / 2, 1 if places[0] >= places[1] else -1
        places = [middle + up * _APART * span / 2, middle - up * _APART * span / 2]
    rows = [
        {"day": point.day.isoformat(), "value": place, "label": f"{name} {memory.text(point.value)}"}
        for (point, name), place in zip(ends, places, strict=True)
    ]
    text = over(rows).mark_text(align="left", dx=10, fontWeight=600, fill="var(--ink)")
    return [text.encode(x=x, y=y, text="label:N")]


def _domain(memory: Memory) -> list[float]:
    points = (*memory.slow, *memory.fast)
    low = min(0.0, *(each.value - (each.half or 0.0) for each in points))
    high = max(0.0, *(each.value + (each.half or 0.0) for each in points))
    return [round(low, 2), round(high, 2)]
