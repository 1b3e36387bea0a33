"""Dots with 80 % intervals, one line a thing, on one axis: what is measured, what is prior, and before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import altair as alt

from clinic_server.dashboard.charts import dressed, over

_LINE_PX, _WIDTH_PX = 40, 400


@dataclass(frozen=True, slots=True)
class Interval:
    """One line: the value with its 80 % interval, and the diamond it is compared with (None without one)."""

    label: str
    value: float
    low: float
    high: float
    before: float | None
    is_measured: bool
    """Else it is prior only: an open dot on a dotted line."""


@dataclass(frozen=True, slots=True)
class Intervals:
    """All lines with the words of their axis: its title, and what the dot and the diamond are."""

    axis: str
    dot: str
    diamond: str
    lines: tuple[Interval, ...]


def intervals_chart(shown: Intervals) -> dict[str, Any]:
    """Draw the lines in their order, zero marked; solid is measured, dotted and open is prior."""
    rows = [
        {
            "label": each.label,
            "value": round(each.value, 2),
            "low": round(each.low, 2),
            "high": round(each.high, 2),
            "before": None if each.before is None else round(each.before, 2),
            "measured": each.is_measured,
        }
        for each in shown.lines
    ]
    y = alt.Y(
        "label:N",
        title=None,
        scale=alt.Scale(domain=[each.label for each in shown.lines], paddingInner=0.2),
        axis=alt.Axis(domain=False, labelColor="var(--ink)", labelFontWeight=600, labelLimit=190),
    )
    x = alt.X(
        "value:Q",
        title=shown.axis,
        scale=alt.Scale(domain=_domain(shown.lines), nice=True),
        axis=alt.Axis(grid=True, tickCount=6, titleAnchor="start", orient="top"),
    )
    tips = [
        alt.Tooltip("label:N", title=" "),
        alt.Tooltip("value:Q", title=shown.dot),
        alt.Tooltip("low:Q", title="10 %"),
        alt.Tooltip("high:Q", title="90 %"),
        alt.Tooltip("before:Q", title=shown.diamond),
    ]
    lines = over(rows)
    measured = lines.transform_filter("datum.measured")
    prior = lines.transform_filter("!datum.measured")
    layers = [
        over([{"zero": 0}]).mark_rule(stroke="var(--mute)").encode(x="zero:Q"),
        prior.mark_rule(stroke="var(--mute)", strokeDash=[1, 3], strokeWidth=2).encode(
            y=y, x="low:Q", x2="high:Q"
        ),
        measured.mark_rule(stroke="var(--d1)", strokeWidth=3).encode(y=y, x="low:Q", x2="high:Q"),
        lines.transform_filter("datum.before != null")
        .mark_point(
            shape="diamond", size=80, fill="var(--bg)", stroke="var(--mute)", strokeWidth=1.8, opacity=1
        )
        .encode(y=y, x="before:Q", tooltip=tips),
        prior.mark_point(size=80, fill="var(--bg)", stroke="var(--mute)", strokeWidth=1.8, opacity=1).encode(
            x=x, y=y, tooltip=tips
        ),
        measured.mark_circle(size=80, fill="var(--d1)", opacity=1).encode(x=x, y=y, tooltip=tips),
    ]
    return dressed(alt.layer(*layers), _WIDTH_PX, _LINE_PX * max(1, len(rows)))


def _domain(lines: tuple[Interval, ...]) -> list[float]:
    """The axis holds every end and zero, and spans at least two."""
    ends = [each.low for each in lines] + [each.high for each in lines]
    ends += [each.before for each in lines if each.before is not None]
    low, high = min(0.0, *ends), max(0.0, *ends)
    return [round(low, 2), round(max(high, low + 2.0), 2)]
