"""Altair specifications: each makes a picture, and the interactive chart where the browser can.

Colours are the page's own custom properties (`var(--d1)`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import altair as alt
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinic_server.dashboard.series import smoothed

if TYPE_CHECKING:
    from clinic_server.dashboard.curves import Curve
    from clinic_server.dashboard.series import Kept, Run

_FONT = "Source Sans Pro"


def dressed(chart: Any, width: int, height: int) -> dict[str, Any]:
    """Give a chart its size and the page's own look; return the specification."""
    axis = {
        "labelColor": "var(--ink-2)",
        "titleColor": "var(--ink-2)",
        "labelFont": _FONT,
        "titleFont": _FONT,
        "labelFontSize": 13,
        "titleFontSize": 13,
        "titleFontWeight": 600,
        "gridColor": "var(--grid)",
        "domainColor": "var(--line-strong)",
        "tickColor": "var(--line-strong)",
        "ticks": False,
        "labelPadding": 8,
    }
    spec: dict[str, Any] = (
        chart.properties(width=width, height=height, background="transparent")
        .configure_view(stroke=None)
        .configure_mark(aria=False)  # one picture with a name; the table beside it has the numbers
        .configure_axis(**axis)
        .configure_axisX(grid=False)
        .configure_axisY(domain=False)
        .configure_text(font=_FONT, fontSize=13)
        .to_dict()
    )
    return spec


def better_up(*, turned: bool) -> str:
    """The axis' title: better is up, and whether the axis is turned for it."""
    return _("better ↑ (axis turned: smaller is higher)") if turned else _("better ↑")


def run_chart(run: Run) -> dict[str, Any]:
    """Dots are sessions, the line their local mean, dashed the baseline with its 80 % band dotted."""
    outcome = run.outcome
    valid = [each for each in run.dots if not each.is_low]
    line = smoothed([each.value for each in valid])
    rows = [
        {
            "day": each.day.isoformat(),
            "value": round(each.value, 3),
            "low": each.is_low,
            "trials": each.n,
            "mode": each.mode.replace("_", " "),
        }
        for each in run.dots
    ]
    unit = outcome.unit.strip()
    scale = alt.Scale(domain=_domain(run), nice=True, reverse=outcome.better == "lower")
    title = better_up(turned=outcome.better == "lower")
    y = alt.Y(
        "value:Q",
        scale=scale,
        title=title,
        axis=alt.Axis(
            titleAngle=0, titleAlign="left", titleAnchor="end", titleX=-30, titleY=-14,
            labelExpr=f"datum.label + '{'°' if unit == '°' else f' {unit}' if unit else ''}'", tickCount=5,
        ),
    )  # fmt: skip
    x = alt.X("day:T", title=None, axis=alt.Axis(format="%-d %b", tickCount=6, labelOverlap=True))
    tips = [
        alt.Tooltip("day:T", title=_("Day"), format="%-d %b"),
        alt.Tooltip("value:Q", title=outcome.title),
        alt.Tooltip("trials:Q", title=_("Reaches")),
        alt.Tooltip("mode:N", title=_("Mode")),
    ]
    layers: list[Any] = []
    if run.baseline is not None:
        base = [{"base": round(run.baseline, 3)}]
        layers.append(_rule(base, "base:Q", scale, [6, 4]))
        if run.baseline_half is not None:
            ends = [{"base": round(run.baseline + sign * run.baseline_half, 3)} for sign in (-1, 1)]
            layers.append(_rule(ends, "base:Q", scale, [1, 3]))
    plans = _plan_changes(run)
    if plans:
        marks = over(plans)
        layers.append(marks.mark_rule(stroke="var(--line-strong)", strokeDash=[4, 4]).encode(x="day:T"))
        layers.append(
            marks.mark_text(align="left", dx=5, dy=0, baseline="bottom", fill="var(--ink-2)").encode(
                x="day:T", y=alt.value(0), text="label:N"
            )
        )
    if len(valid) > 2:
        drawn = [
            {"day": each.day.isoformat(), "value": round(level, 3)}
            for each, level in zip(valid, line, strict=True)
        ]
        layers.append(
            over(drawn).mark_line(stroke="var(--d1)", strokeWidth=2, interpolate="monotone").encode(x=x, y=y)
        )
    dots = over(rows)
    if valid:
        layers.append(
            dots.transform_filter("!datum.low")
            .mark_circle(size=42, fill="var(--d1)", opacity=1)
            .encode(x=x, y=y, tooltip=tips)
        )
    if any(each.is_low for each in run.dots):
        layers.append(
            dots.transform_filter("datum.low")
            .mark_point(shape="cross", angle=45, size=42, stroke="var(--mute)", opacity=1)
            .encode(x=x, y=y, tooltip=tips)
        )
    if run.now is not None:
        end = [{"day": run.dots[-1].day.isoformat(), "value": round(run.now, 3), "label": run.text(run.now)}]
        layers.append(
            over(end)
            .mark_text(align="left", dx=9, fontWeight=600, fill="var(--ink)")
            .encode(x=x, y=y, text="label:N")
        )
    return dressed(alt.layer(*layers), 480, 210)


def _domain(run: Run) -> list[float]:
    """Return the axis: all that is drawn, at least the outcome's span; a size never goes below zero."""
    shown = [each.value for each in run.dots]
    if run.baseline is not None:
        half = run.baseline_half or 0.0
        shown += [run.baseline - half, run.baseline + half]
    low, high = min(shown), max(shown)
    missing = max(0.0, run.outcome.least_span - (high - low)) / 2
    low, high = low - missing, high + missing
    if run.outcome.is_bias and low < 0:
        low, high = 0.0, high - low
    return [round(low, 3), round(high, 3)]


def over(rows: list[dict[str, Any]]) -> Any:
    """A chart over plain rows; altair's own types say nothing here."""
    return alt.Chart(alt.Data(values=rows))  # type: ignore[no-untyped-call]


def _rule(rows: list[dict[str, Any]], field: str, scale: alt.Scale, dash: list[int]) -> Any:
    return over(rows).mark_rule(stroke="var(--mute)", strokeDash=dash).encode(y=alt.Y(field, scale=scale))


def _plan_changes(run: Run) -> list[dict[str, Any]]:
    found, before = [], None
    for dot in run.dots:
        if before is not None and dot.plan_version != before and dot.plan_version:
            found.append(
                {"day": dot.day.isoformat(), "label": _("Plan %(version)s") % {"version": dot.plan_version}}
            )
        before = dot.plan_version
    return found


def kept_chart(kept: Kept) -> dict[str, Any]:
    """Solid: the bias falls within a session; dashed: what the night leaves. Diamond start, circle end."""
    days = [each for each in kept.days if each.closing is not None][-8:]
    inside, between, starts, ends = [], [], [], []
    for at, each in enumerate(days):
        label = each.day.isoformat()
        inside += [
            {"x": at, "value": round(each.opening, 2), "part": at, "day": label},
            {"x": at + 0.55, "value": round(each.closing or 0.0, 2), "part": at, "day": label},
        ]
        starts.append({"x": at, "value": round(each.opening, 2), "day": label, "what": _("opening probe")})
        ends.append(
            {"x": at + 0.55, "value": round(each.closing or 0.0, 2), "day": label, "what": _("closing probe")}
        )
        if at + 1 < len(days):
            between += [
                {"x": at + 0.55, "value": round(each.closing or 0.0, 2), "part": at},
                {"x": at + 1, "value": round(days[at + 1].opening, 2), "part": at},
            ]
    names = {at: f"{each.day.day} {each.day:%b}" for at, each in enumerate(days)}
    label = "".join(f"datum.value == {at} ? '{name}' : " for at, name in names.items()) + "''"
    x = alt.X(
        "x:Q",
        title=None,
        scale=alt.Scale(domain=[-0.2, len(days) - 0.2]),
        axis=alt.Axis(values=list(names), labelExpr=label),
    )
    y = alt.Y(
        "value:Q",
        scale=alt.Scale(reverse=True, zero=True),
        title=better_up(turned=True),
        axis=alt.Axis(
            titleAngle=0, titleAlign="left", titleAnchor="end", titleX=-30, titleY=-14,
            labelExpr="datum.label + '°'", tickCount=5,
        ),
    )  # fmt: skip
    tips = [
        alt.Tooltip("day:T", title=_("Day"), format="%-d %b"),
        alt.Tooltip("what:N", title=_("Probe")),
        alt.Tooltip("value:Q", title=_("Bias, degrees")),
    ]
    chart = alt.layer(
        over(between)
        .mark_line(stroke="var(--d2)", strokeDash=[5, 4], strokeWidth=2)
        .encode(x=x, y=y, detail="part:N"),
        over(inside).mark_line(stroke="var(--d1)", strokeWidth=2.5).encode(x=x, y=y, detail="part:N"),
        over(starts)
        .mark_point(
            shape="diamond", size=70, fill="var(--bg)", stroke="var(--d2)", strokeWidth=1.8, opacity=1
        )
        .encode(x=x, y=y, tooltip=tips),
        over(ends).mark_circle(size=55, fill="var(--d1)", opacity=1).encode(x=x, y=y, tooltip=tips),
    )
    return dressed(chart, 480, 210)


_PHASES = {
    "probe": gettext_lazy("Probe"),
    "baseline": gettext_lazy("Baseline"),
    "ramp": gettext_lazy("Practice"),
    "practice": gettext_lazy("Practice"),
    "washout": gettext_lazy("Washout"),
}


def curve_chart(curve: Curve) -> dict[str, Any]:
    """A session's learning curve: hand angle at peak speed by trial, its phases named, what was asked for."""
    rows = [
        {
            "trial": each.number + 1,
            "hand": round(each.hand_deg, 2),
            "shape": "open" if each.phase == "probe" else "filled",
            "phase": str(_PHASES.get(each.phase, each.phase)),
            "outcome": each.outcome,
        }
        for each in curve.trials
        if each.hand_deg is not None
    ]
    asked = [
        {"trial": each.number + 1, "asked": round(each.asked_deg, 2)}
        for each in curve.trials
        if each.asked_deg is not None
    ]
    spans = [
        {"from": first + 0.5, "to": last + 1.5, "label": str(_PHASES.get(name, name)), "odd": at % 2}
        for at, (name, first, last) in enumerate(curve.spans)
    ]
    x = alt.X(
        "trial:Q", title=_("trial"), scale=alt.Scale(nice=False, zero=False), axis=alt.Axis(titleAnchor="end")
    )
    y = alt.Y(
        "hand:Q",
        title=_("hand angle to the target, degrees; + is counter-clockwise"),
        axis=alt.Axis(
            titleAngle=0,
            titleAlign="left",
            titleAnchor="end",
            titleX=-30,
            titleY=-30,
            labelExpr="datum.label + '°'",
        ),
    )
    tips = [
        alt.Tooltip("trial:Q", title=_("Trial")),
        alt.Tooltip("phase:N", title=_("Phase")),
        alt.Tooltip("hand:Q", title=_("Hand angle, degrees")),
        alt.Tooltip("outcome:N", title=_("Outcome")),
    ]
    bands = over(spans)
    points = over(rows)
    layers = [
        bands.transform_filter("datum.odd == 0")
        .mark_rect(fill="var(--phase)")
        .encode(x=alt.X("from:Q"), x2="to:Q"),
        bands.mark_text(align="left", baseline="bottom", dx=4, dy=-3, fill="var(--ink-2)").encode(
            x=alt.X("from:Q"), y=alt.value(0), text="label:N"
        ),
        over([{"zero": 0}]).mark_rule(stroke="var(--mute)", strokeDash=[6, 4]).encode(y="zero:Q"),
        points.transform_filter("datum.shape == 'filled'")
        .mark_circle(size=40, fill="var(--d1)", opacity=1)
        .encode(x=x, y=y, tooltip=tips),
        points.transform_filter("datum.shape == 'open'")
        .mark_point(size=40, fill="var(--bg)", stroke="var(--d1)", strokeWidth=1.8, opacity=1)
        .encode(x=x, y=y, tooltip=tips),
    ]
    if any(each["asked"] for each in asked):
        layers.append(
            over(asked)
            .mark_line(stroke="var(--d2)", strokeDash=[5, 4], interpolate="step-after", strokeWidth=1.8)
            .encode(x=x, y=alt.Y("asked:Q"))
        )
    return dressed(alt.layer(*layers), 1040, 280)
