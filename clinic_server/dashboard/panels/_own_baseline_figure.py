"""Dots in SDs of a session from the own baseline, a grey zone of one each way, and the same as a table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import altair as alt
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinic_server.dashboard.charts import dressed, over
from clinic_server.dashboard.figure import Figure, Row

if TYPE_CHECKING:
    from collections.abc import Callable

    from clinic_server.dashboard.panels._own_baseline import Standing

_LINE_PX, _WIDTH_PX, _LEAST = 30, 400, 3.0
READINGS = {
    "better": gettext_lazy("Better, beyond its own noise"),
    "worse": gettext_lazy("Worse, beyond its own noise"),
    "changed": gettext_lazy("Changed, beyond its own noise; neither better nor worse"),
    "same": gettext_lazy("Within its own noise"),
    "unscaled": gettext_lazy("Its noise is not known yet"),
    "starting": gettext_lazy("Baseline only: a later session is needed"),
    "unmeasured": gettext_lazy("Not measured"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """A measure: the change with its 80 % interval, and single sessions as (z, low quality)."""

    label: str
    value: float
    half: float
    is_judged: bool
    """Else it is neither better nor worse, and right is more."""
    now: str
    sessions: tuple[tuple[float, bool], ...]


@dataclass(frozen=True, slots=True)
class Lines:
    lines: tuple[Line, ...]


def baseline_figure(
    key: str, name: str, standings: list[Standing], sentence: Callable[[list[Standing]], str]
) -> Figure:
    """Build the figure of some measures; those that can't be told stand in the table with the reason."""
    lines = tuple(
        Line(
            str(each.measure.name), round(each.z, 2), round(each.half, 2), each.better != "neither",
            each.text(each.now), tuple((round(one.z, 2), one.is_low) for one in each.recent),
        )
        for each in standings
        if each.z is not None
    )  # fmt: skip
    return Figure(
        key=key,
        name=name,
        sentence=sentence(standings),
        data=Lines(lines) if lines else None,
        draw=lines_chart,
        headers=(
            _("Measure"), _("KINARM's name"), _("Now"), _("Own baseline"), _("Change in SDs, better is +"),
            _("Smallest detectable change"), _("Reading"), _("Sessions"), _("Reaches"),
        ),
        rows=[_row(each) for each in standings],
        n=max((each.sessions for each in standings), default=0),
        left_out=max((each.left_out for each in standings), default=0),
    )  # fmt: skip


def _row(each: Standing) -> Row:
    change = _("not known")
    if each.detectable and each.measure.is_relative:
        change = each.text(each.detectable)
    elif each.detectable:
        change = f"{each.detectable:.{each.measure.digits}f}{each.measure.unit}"
    reading = str(READINGS[each.reading])
    if each.reading == "unmeasured" and each.missing:
        reading = f"{reading}: {each.missing.replace('_', ' ')}"
    count = str(each.sessions)
    if each.left_out:
        count += ", " + _("%(n)d left out for quality") % {"n": each.left_out}
    if each.elsewhere:
        count += ", " + _("%(n)d on other devices") % {"n": each.elsewhere}
    z = "–"
    if each.z is not None:
        ends = {"low": f"{each.z - each.half:+.1f}", "high": f"{each.z + each.half:+.1f}"}
        z = _("%(value)s (%(low)s to %(high)s)") % {"value": f"{each.z:+.1f}", **ends}
        if each.better == "neither":
            z = _("%(z)s, + is more") % {"z": z}
    return Row(
        (
            str(each.measure.name), str(each.measure.kinarm) or "–", each.text(each.now),
            each.text(each.baseline), z, change if each.sessions else "–", reading, count,
            str(each.reaches) if each.reaches else "–",
        ),
        each.reading == "unmeasured",
    )  # fmt: skip


def lines_chart(shown: Lines) -> dict[str, Any]:
    """Draw a line a measure: small dots are sessions, crosses those of low quality, large the level now."""
    found = [
        {
            "label": each.label,
            "value": each.value,
            "low": round(each.value - each.half, 2),
            "high": round(each.value + each.half, 2),
            "judged": each.is_judged,
            "now": each.now,
        }
        for each in shown.lines
    ]
    single = [
        {"label": each.label, "value": z, "low": low} for each in shown.lines for z, low in each.sessions
    ]
    ends = [abs(each.value) + each.half for each in shown.lines]
    ends += [abs(z) for each in shown.lines for z, _low in each.sessions]
    most = max(_LEAST, *ends)
    y = alt.Y(
        "label:N",
        title=None,
        scale=alt.Scale(domain=[each.label for each in shown.lines]),
        axis=alt.Axis(domain=False, labelColor="var(--ink)", labelFontWeight=600, labelLimit=190),
    )
    x = alt.X(
        "value:Q",
        title=_("worse ← change from the own baseline, SDs of a session → better"),
        scale=alt.Scale(domain=[-round(most, 1), round(most, 1)], nice=True),
        axis=alt.Axis(grid=True, tickCount=7, titleAnchor="start", orient="top"),
    )
    tips = [
        alt.Tooltip("label:N", title=" "),
        alt.Tooltip("now:N", title=_("Now")),
        alt.Tooltip("value:Q", title=_("Change, SDs")),
        alt.Tooltip("low:Q", title="10 %"),
        alt.Tooltip("high:Q", title="90 %"),
    ]
    lines, sessions = over(found), over(single)
    layers: list[Any] = [
        over([{"from": -1, "to": 1}]).mark_rect(fill="var(--phase)").encode(x=alt.X("from:Q"), x2="to:Q"),
        over([{"zero": 0}]).mark_rule(stroke="var(--mute)").encode(x="zero:Q"),
        sessions.transform_filter("!datum.low").mark_circle(size=16, fill="var(--mute)", opacity=1)
        .encode(x=x, y=y),
        sessions.transform_filter("datum.low")
        .mark_point(shape="M-1-1L1 1M1-1L-1 1", size=30, strokeWidth=1.6, stroke="var(--mute)", opacity=1)
        .encode(x=x, y=y),
    ]  # fmt: skip
    for judged, colour in (("datum.judged", "var(--d1)"), ("!datum.judged", "var(--ink-2)")):
        chosen = lines.transform_filter(judged)
        layers.append(chosen.mark_rule(stroke=colour, strokeWidth=2.5).encode(y=y, x="low:Q", x2="high:Q"))
        fill = colour if judged == "datum.judged" else "var(--bg)"
        layers.append(
            chosen.mark_point(size=75, fill=fill, stroke=colour, strokeWidth=1.8, opacity=1).encode(
                x=x, y=y, tooltip=tips
            )
        )
    layers.append(
        lines.mark_text(align="left", fill="var(--ink)").encode(
            x=alt.value(_WIDTH_PX + 10), y=y, text="now:N"
        )
    )
    return dressed(alt.layer(*layers), _WIDTH_PX, _LINE_PX * len(found))
