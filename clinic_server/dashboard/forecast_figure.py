"""What a forecast says: a sentence, two curves with their bands as a drawing, and the same as a table.

Drawn here, on the page's server, since it is asked for while somebody waits: lines and words, no engine.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clinic_server.core.models import Job
    from clinic_server.progress.models import Forecast

WIDTH, HEIGHT = 480, 220
_LEFT, _RIGHT, _TOP, _BOTTOM = 44, 96, 12, 28


@dataclass(frozen=True, slots=True)
class Curve:
    """One plan's forecast in drawing units: `line` and `band` are SVG point lists, `end` where it ends."""

    name: str
    line: str
    band: str
    end: tuple[float, float]
    label: str
    kind: str
    """`new` (solid, circle) or `present` (dashed, square)."""


@dataclass(frozen=True, slots=True)
class ForecastRow:
    week: str
    new: str
    present: str


def expected(rows: Sequence[Forecast], jobs: Sequence[Job | None]) -> dict[str, Any]:
    """Return what the panel shows: still played through, cannot be told, or curves with a sentence.

    Args:
        rows: the new content's forecast, and the present plan's when it differs.
        jobs: for each, the job that is at it; None when it is done.
    """
    open_jobs = [each for each in jobs if each is not None]
    ids = ",".join(str(each.id) for each in rows)
    if any(each.result is None for each in rows):
        share = sum(each.progress for each in open_jobs) / max(1, len(open_jobs))
        return {"waits": True, "progress": round(share), "ids": ids}
    results = [each.result or {} for each in rows]
    problem = next((each["problem"] for each in results if "problem" in each), "")
    if problem:
        return {"problem": problem}
    top = max(point["retained_high_deg"] for each in results for point in each["points"])
    names = [_("this plan"), _("as it stands")]
    curves = [
        _curve(result, names[at], top, "new" if at == 0 else "present") for at, result in enumerate(results)
    ]
    return {
        "curves": _apart(curves),
        "ticks": [(_y(value, top), f"{value:g}°") for value in _ticks(top)],
        "weeks": _week_marks(results[0]),
        "sentence": _sentence(results),
        "note": results[0]["note"],
        "people": results[0]["people"],
        "rows": _rows(results),
        "size": (WIDTH, HEIGHT),
        "floor": HEIGHT - _BOTTOM,
        "left": _LEFT,
        "edge": WIDTH - _RIGHT,
    }


def _days(result: dict[str, Any]) -> float:
    return max(1.0, float(result["points"][-1]["day"]))


def _x(day: float, last: float) -> float:
    return round(_LEFT + (WIDTH - _LEFT - _RIGHT) * day / last, 1)


def _y(value_deg: float, top_deg: float) -> float:
    """Better is up: no bias at the top."""
    return round(_TOP + (HEIGHT - _TOP - _BOTTOM) * value_deg / max(top_deg, 1e-9), 1)


def _curve(result: dict[str, Any], name: str, top: float, kind: str) -> Curve:
    points, last = result["points"], _days(result)
    line = [(_x(each["day"], last), _y(each["retained_deg"], top)) for each in points]
    low = [(_x(each["day"], last), _y(each["retained_low_deg"], top)) for each in points]
    high = [(_x(each["day"], last), _y(each["retained_high_deg"], top)) for each in points]
    return Curve(
        name=name,
        line=_text(line),
        band=_text([*low, *reversed(high)]),
        end=line[-1],
        label=f"{points[-1]['retained_deg']:.1f}°",
        kind=kind,
    )


def _text(points: list[tuple[float, float]]) -> str:
    return " ".join(f"{x:g},{y:g}" for x, y in points)


def _apart(curves: list[Curve]) -> list[dict[str, Any]]:
    """Labels at the lines' ends, kept from covering each other."""
    places = [each.end[1] for each in curves]
    if len(places) == 2 and abs(places[0] - places[1]) < 30:
        middle = sum(places) / 2
        up = 0 if places[0] <= places[1] else 1
        places[up], places[1 - up] = middle - 15, middle + 15
    return [
        {"curve": each, "label_y": round(place + 4, 1)} for each, place in zip(curves, places, strict=True)
    ]


def _ticks(top: float) -> list[float]:
    step = next(each for each in (1.0, 2.0, 5.0, 10.0, 20.0) if top / each <= 6 or each == 20.0)
    return [step * at for at in range(int(top / step) + 1)]


def _week_marks(result: dict[str, Any]) -> list[tuple[float, str]]:
    last = _days(result)
    weeks = int(last // 7)
    marks = [(_x(7 * at, last), _("week %(week)d") % {"week": at}) for at in range(1, weeks + 1)]
    return [(_x(0, last), _("today")), *marks]


def _sentence(results: list[dict[str, Any]]) -> tuple[str, str]:
    """The answer in bold, and what makes it less sure."""
    new = results[0]
    words = {
        "gain": f"{new['retained_gain_deg']:.1f}°",
        "low": f"{new['retained_gain_low_deg']:.1f}°",
        "high": f"{new['retained_gain_high_deg']:.1f}°",
    }
    own = _("80 %% of simulated people like this one keep %(low)s to %(high)s.") % words
    if len(results) == 1:
        return _("About %(gain)s less bias, kept to the next day.") % words, own
    present = results[1]
    more = round(new["retained_gain_deg"], 1) - round(present["retained_gain_deg"], 1)
    size = {"size": f"{abs(more):.1f}°"}
    overlap = (
        new["retained_gain_low_deg"] <= present["retained_gain_high_deg"]
        and present["retained_gain_low_deg"] <= new["retained_gain_high_deg"]
    )
    second = _("The bands overlap: either may come out ahead.") if overlap else own
    if abs(more) < 0.05:
        return _("No different from the plan as it stands."), second
    if more > 0:
        return _("About %(size)s more kept than with the plan as it stands.") % size, second
    return _("About %(size)s less kept than with the plan as it stands.") % size, second


def _rows(results: list[dict[str, Any]]) -> list[ForecastRow]:
    found = []
    for at, point in enumerate(results[0]["points"]):
        other = results[1]["points"][at] if len(results) > 1 and at < len(results[1]["points"]) else None
        found.append(
            ForecastRow(
                week=_("day %(day)d") % {"day": point["day"]},
                new=_cell(point),
                present="" if other is None else _cell(other),
            )
        )
    return found


def _cell(point: dict[str, Any]) -> str:
    return (
        f"{point['retained_deg']:.1f}° ({point['retained_low_deg']:.1f} to {point['retained_high_deg']:.1f})"
    )
