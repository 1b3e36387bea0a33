"""A step chart of a block's difficulty over the sessions, with the changes of mode and plan named."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import altair as alt
from django.utils.translation import gettext as _

from clinic_server.dashboard.charts import dressed, over
from clinic_server.dashboard.spoken import words

if TYPE_CHECKING:
    from clinic_server.dashboard.panels._levels import Played, Track

_INSIDE = 0.55  # how much of a session's width its practice takes
_LABELS = 6


def log_chart(track: Track) -> dict[str, Any]:
    """Each session steps from the level that practice began with to the one that it ended with."""
    played = [each for each in track.played if each.first is not None and each.last is not None]
    steps, ends = [], []
    for at, each in enumerate(played):
        said = {
            "day": each.day.isoformat(),
            "mode": words(each.mode),
            "success": "" if each.success is None else f"{100 * each.success:.0f} %",
        }
        steps += [{"x": at, "level": each.first}, {"x": at + _INSIDE, "level": each.last}]
        ends.append({"x": at + _INSIDE, "level": each.last, **said})
    steps.append({"x": len(played) - 0.1, "level": played[-1].last})
    x = alt.X(
        "x:Q",
        title=None,
        scale=alt.Scale(domain=[-0.1, len(played) + 0.4], nice=False),
        axis=alt.Axis(values=list(_days(played)), labelExpr=_day_labels(played)),
    )
    y = alt.Y(
        "level:Q",
        scale=alt.Scale(reverse=True, zero=False, nice=True),
        title=_("harder ↑ (axis turned: smaller is higher)"),
        axis=alt.Axis(
            titleAngle=0, titleAlign="left", titleAnchor="end", titleX=-30, titleY=-30,
            labelExpr=f"datum.label + '{track.unit}'", tickCount=5,
        ),
    )  # fmt: skip
    tips = [
        alt.Tooltip("day:T", title=_("Day"), format="%-d %b"),
        alt.Tooltip("level:Q", title=track.level),
        alt.Tooltip("mode:N", title=_("Mode")),
        alt.Tooltip("success:N", title=_("Success")),
    ]
    last = [{"x": len(played) - 0.1, "level": played[-1].last, "label": track.text(played[-1].last or 0.0)}]
    marks = over(_marks(played))
    layers = [
        marks.mark_rule(stroke="var(--line-strong)", strokeDash=[4, 4]).encode(x=alt.X("x:Q")),
        marks.mark_text(align="left", dx=5, baseline="bottom", dy=-2, fill="var(--ink-2)").encode(
            x=alt.X("x:Q"), y=alt.value(0), text="label:N"
        ),
        over(steps).mark_line(stroke="var(--d1)", strokeWidth=2, interpolate="step-after").encode(x=x, y=y),
        over(ends).mark_circle(size=42, fill="var(--d1)", opacity=1).encode(x=x, y=y, tooltip=tips),
        over(last)
        .mark_text(align="left", dx=6, fontWeight=600, fill="var(--ink)")
        .encode(x=x, y=y, text="label:N"),
    ]
    return dressed(alt.layer(*layers), 480, 210)


def _days(played: list[Played]) -> dict[int, str]:
    step = max(1, -(-len(played) // _LABELS))
    return {at: f"{each.day.day} {each.day:%b}" for at, each in enumerate(played) if at % step == 0}


def _day_labels(played: list[Played]) -> str:
    return "".join(f"datum.value == {at} ? '{name}' : " for at, name in _days(played).items()) + "''"


def _marks(played: list[Played]) -> list[dict[str, Any]]:
    """Where the mode, or the plan's version, is another one than before; the first mode is named too."""
    found: list[dict[str, Any]] = []
    mode, plan = "", played[0].plan_version
    for at, each in enumerate(played):
        said = [] if each.mode == mode else [words(each.mode)]
        if each.plan_version != plan:
            said.insert(0, _("plan %(version)s") % {"version": each.plan_version})
        if said:
            found.append({"x": at - 0.08, "label": ", ".join(said)})
        mode, plan = each.mode, each.plan_version
    return found
