"""What the triage list shows of a patient: chips, bars, the trend's line, as plain values."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinic_server.clinics.selectors import clinic_today, clinic_zone
from clinic_server.progress import triage
from clinic_server.progress.reasons import flag_chip, flag_detail
from clinic_server.progress.rule_specs import KIND_TITLES, KINDS, kind_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from clinic_server.core.actors import Actor
    from clinic_server.progress.models import Flag
    from clinic_server.progress.triage import TriageFilter, TriageRow

CHIPS = 2
_SPARK = (64, 22)
_BAR = 64
_HALF = 0.5
SHOWS = ("review", "mine", "all")
OWNERS = {"": gettext_lazy("Anyone"), "mine": gettext_lazy("Me"), "none": gettext_lazy("Nobody")}


@dataclass(frozen=True, slots=True)
class Chip:
    """One reason: its kind gives the shape, the words say what; `rest` says how much and since when."""

    flag: Flag
    kind: str
    text: str
    rest: str


@dataclass(frozen=True, slots=True)
class Spark:
    """The line of a trend, better up: `points` of an SVG polyline, where it ends, its colour."""

    points: str
    end_x: float
    end_y: float
    colour: str


@dataclass(frozen=True, slots=True)
class ShownRow:
    """A row as the template needs it. `bar` is the length of the adherence bar of 64, `over` beyond it."""

    row: TriageRow
    chips: list[Chip]
    more: int
    when: str
    bar: float
    is_low: bool
    over: float
    arrow: str
    verdict: str
    sure: str
    outcome: str
    spark: Spark | None
    pain: str
    next_id: str


def filter_from(given: Mapping[str, str]) -> TriageFilter:
    """Read a filter from an address; what is unknown is as usual."""
    show, reason, owner = given.get("show", ""), given.get("reason", ""), given.get("owner", "")
    return triage.TriageFilter(
        show=show if show in SHOWS else "review",
        reason=reason if reason in KINDS else "",
        condition=given.get("condition", "")[:80],
        owner=owner if owner in OWNERS else "",
        text=given.get("q", "")[:80],
    )


def triage_page(actor: Actor, given: Mapping[str, str]) -> dict[str, Any]:
    """Everything on the triage page; raises as `triage.triage_rows`."""
    wanted = filter_from(given)
    asked_at = timezone.now()
    work = triage.worklist(actor)
    cut = triage.triage_rows(actor, wanted, cursor=given.get("cursor", ""))
    query = urlencode(wanted.query)
    return {
        "rows": shown_rows(cut.rows),
        "total": cut.total,
        "next": urlencode({**wanted.query, "cursor": cut.next_cursor}) if cut.next_cursor else "",
        "is_first": not given.get("cursor"),
        "work": work,
        "data_until": work.data_until.astimezone(clinic_zone(actor.clinic_id)) if work.data_until else None,
        "wanted": wanted,
        "query": query,
        "back": urlencode({**wanted.query, **({"cursor": given["cursor"]} if given.get("cursor") else {})}),
        "is_narrowed": bool(wanted.reason or wanted.condition or wanted.owner or wanted.text.strip()),
        "segments": _segments(wanted, work),
        "reasons": [(key, KIND_TITLES[key]) for key in KINDS],
        "owners": list(OWNERS.items()),
        "conditions": triage.conditions(actor),
        "saved": triage.saved_filters(actor),
        "rules_on": sum(rule.enabled for rule in triage.rules_in_force(actor)),
        "today": clinic_today(actor.clinic_id),
        "asked_at": asked_at.isoformat(),
    }


def shown_rows(rows: Sequence[TriageRow]) -> list[ShownRow]:
    """Make rows ready for the template, each with the row that the focus goes to after it."""
    following = {row.patient.id: str(after.patient.id) for row, after in pairwise(rows)}
    return [_shown(row, following.get(row.patient.id, "")) for row in rows]


def _segments(wanted: TriageFilter, work: triage.Worklist) -> list[tuple[str, str, int, bool]]:
    names = (
        ("review", _("Needs review"), work.needing),
        ("mine", _("Mine"), work.mine),
        ("all", _("All"), work.patients),
    )
    found = []
    for show, name, count in names:
        query = {**wanted.query, "show": show}
        if show == "review":
            query.pop("show")
        found.append((urlencode(query), name, count, wanted.show == show))
    return found


def _shown(row: TriageRow, next_id: str) -> ShownRow:
    summary, share = row.summary, row.adherence
    arrow, verdict = trend_words(summary.trend_verdict)
    return ShownRow(
        row=row,
        chips=[chip_of(each) for each in row.flags[:CHIPS]],
        more=max(0, len(row.flags) - CHIPS),
        when=_when(row.days_since),
        bar=round(_BAR * min(1.0, share or 0.0), 1),
        is_low=share is not None and share < _HALF,
        over=0.0,
        arrow=arrow,
        verdict=verdict,
        sure=sure_words(row.sure) if summary.trend_verdict in ("better", "worse") else "",
        outcome=outcome_words(row),
        spark=spark_of(row),
        pain=_pain(row),
        next_id=next_id,
    )


def chip_of(flag: Flag) -> Chip:
    """Return a flag's chip in the reader's language."""
    since = _("raised by %(name)s") % {"name": flag.raised_by} if flag.raised_by else flag_detail(flag)
    return Chip(flag, kind_of(flag.rule), flag_chip(flag), since)


def trend_words(verdict: str) -> tuple[str, str]:
    """Return the arrow and the words of a verdict."""
    return {
        "better": ("↑", _("Better")),
        "worse": ("↓", _("Worse")),
        "same": ("→", _("No clear change")),
    }.get(verdict, ("", _("Too little data")))


def sure_words(sure: float | None) -> str:
    """`96 % sure`; nothing when there is no certainty to tell."""
    return "" if sure is None else _("%(percent)d %% sure") % {"percent": round(100 * sure)}


def outcome_words(row: TriageRow) -> str:
    """The main outcome's name and its level now, or what is needed for one."""
    outcome, now = row.outcome, row.summary.trend_now
    if outcome is None or now is None:
        return _("no valid session in 4 weeks")
    told = f"{outcome.name} {now:.{outcome.digits}f}{outcome.unit}"
    if row.summary.trend_verdict == "little":
        return _("%(outcome)s; needs 4 valid sessions") % {"outcome": told}
    return told


def spark_of(row: TriageRow) -> Spark | None:
    """Return the trend's line, better up; None with too little data, which is drawn dotted."""
    values, outcome = row.summary.trend_values, row.outcome
    if outcome is None or row.summary.trend_verdict == "little" or len(values) < 2:
        return None
    width, height = _SPARK
    low, high = min(values), max(values)
    span = (high - low) or 1.0
    inner, left = height - 6, width - 8
    xs = [2 + left * at / (len(values) - 1) for at in range(len(values))]
    up = [(each - low) / span for each in values]
    ys = [3 + inner * ((1.0 - each) if outcome.higher_is_better else each) for each in up]
    colour = {"better": "--d1", "worse": "--d2"}.get(row.summary.trend_verdict, "--mute")
    points = " ".join(f"{x:.1f},{y:.1f}" for x, y in zip(xs, ys, strict=True))
    return Spark(points, round(xs[-1], 1), round(ys[-1], 1), colour)


def _when(days: int | None) -> str:
    if days is None:
        return ""
    if days <= 0:
        return _("today")
    return _("yesterday") if days == 1 else _("%(days)d days ago") % {"days": days}


def _pain(row: TriageRow) -> str:
    """How pain has changed, and the newest; nothing when it did not, or was never asked."""
    summary = row.summary
    if summary.pain_after is None or not summary.pain_change:
        return ""
    words = {"change": signed(summary.pain_change), "pain": summary.pain_after}
    return _("pain %(change)s over 3 sessions, now %(pain)d of 10") % words


def signed(number: float) -> str:
    """A change with its sign, a true minus."""
    return f"{number:+g}".replace("-", "−")


def csv_rows(rows: Sequence[TriageRow]) -> list[list[Any]]:
    """The list as a table: one row a patient."""
    header = [
        "patient", "condition", "reasons", "last_session", "days_played", "days_planned", "pain_after",
        "pain_change", "main_outcome", "now", "verdict", "sure", "owner", "reviewed", "plan_ends",
    ]  # fmt: skip
    found: list[list[Any]] = [header]
    for row in rows:
        each = row.summary
        found.append(
            [
                row.patient.pseudonym,
                row.patient.condition,
                "; ".join(flag.reason for flag in row.flags),
                _plain(each.last_session_at),
                each.done_days,
                each.planned_days,
                _plain(each.pain_after),
                _plain(each.pain_change),
                each.trend_metric,
                _plain(each.trend_now),
                each.trend_verdict,
                "" if row.sure is None else round(row.sure, 2),
                str(each.owner or ""),
                _plain(each.reviewed_at),
                _plain(each.plan_ends_on),
            ]
        )  # fmt: skip
    return found


def _plain(value: datetime | float | Any) -> Any:
    if value is None:
        return ""
    return value.isoformat() if hasattr(value, "isoformat") else value
