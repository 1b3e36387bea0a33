"""What the pages of rules, caseload and data health show, in plain values for their templates (C3 to C5)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clinic_server.clinics.selectors import clinic_today
from clinic_server.core.problems import FieldError, Problem
from clinic_server.dashboard.triage import filter_from, outcome_words, signed, sure_words, trend_words
from clinic_server.patients.selectors import patient_get
from clinic_server.progress import oversight, selectors, triage

if TYPE_CHECKING:
    from collections.abc import Mapping

    from clinic_server.core.actors import Actor
    from clinic_server.progress.oversight import Caseload, RuleHealth
    from clinic_server.progress.rule_specs import Rule
    from clinic_server.progress.triage import TriageRow

DAYS = 90
_MOST_DOTS = 14
_DOT, _COLUMN = 10, 28


@dataclass(frozen=True, slots=True)
class ShownRule:
    """A rule with what became of its flags; `said` is the answer in words."""

    rule: Rule
    health: RuleHealth | None
    said: str


def rules_page(actor: Actor, patient_id: UUID | None = None) -> dict[str, Any]:
    """The rules as they stand, and how often they were right; raises as the selectors."""
    rules, version = selectors.flag_rules(actor, patient_id=patient_id)
    health = {each.rule.id: each for each in oversight.rule_health(actor, days=DAYS)}
    by_hand = health.get("by_hand")
    return {
        "patient": patient_get(actor, patient_id) if patient_id else None,
        "rules": [ShownRule(rule, health.get(rule.id), _right(health.get(rule.id))) for rule in rules],
        "version": version,
        "may_set": actor.may("patient.write") if patient_id else actor.may("flag_rule.write"),
        "by_hand": by_hand,
        "fired": sum(each.fired for each in health.values()),
        "days": DAYS,
    }


def _right(health: RuleHealth | None) -> str:
    """Say whether a rule's flags were worth it."""
    if health is None or not health.fired:
        return _("never fired")
    share = health.dismissed_share
    if share is None:
        return _("nobody has said yet whether it was worth it")
    words = {"acted": health.acted, "known": health.acted + health.dismissed, "share": f"{100 * share:.0f}"}
    return _("something was done in %(acted)d of %(known)d; %(share)s %% needed nothing") % words


def changes_from(given: Mapping[str, str]) -> dict[str, Any]:
    """Read a rule's form; an empty field goes back to the level above.

    Raises:
        Problem: 422 when a field is no number.
    """
    if "reset" in given:
        return {"enabled": None, "threshold": None, "clear": None, "window": None}
    changes: dict[str, Any] = {"enabled": "enabled" in given}
    for name, kind in (("threshold", float), ("clear", float), ("window", int)):
        text = given.get(name, "").strip().replace(",", ".")
        try:
            changes[name] = kind(text) if text else None
        except ValueError as error:
            detail = _("%(field)s is a number") % {"field": name}
            raise Problem(422, "invalid", detail, [FieldError(f"/{name}", "invalid", detail)]) from error
    return changes


def rules_csv(actor: Actor) -> list[list[Any]]:
    header = [
        "rule", "enabled", "threshold", "clear", "window", "fired", "acknowledged", "acted", "dismissed",
        "cleared", "open",
    ]  # fmt: skip
    return [header] + [
        [
            each.rule.id, each.rule.enabled, each.rule.threshold, each.rule.clear, each.rule.window,
            each.fired, each.acknowledged, each.acted, each.dismissed, each.cleared, each.open,
        ]
        for each in oversight.rule_health(actor, days=DAYS)
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Strip:
    """A dot strip: columns of dots, each dot `each` patients; places in the SVG's own units."""

    dots: list[tuple[int, int]]
    labels: list[tuple[int, str]]
    counts: list[tuple[int, int, int]]
    """x, y and the number above each column."""
    width: int
    height: int
    base: int
    each: int
    median: int | None
    """x of the middle patient."""


@dataclass(frozen=True, slots=True)
class CaseloadRow:
    row: TriageRow
    now: str
    before: str
    change: str
    arrow: str
    verdict: str
    sure: str
    outcome: str


def caseload_page(actor: Actor, given: Mapping[str, str]) -> dict[str, Any]:
    """This month against the last, over the actor's patients; raises as `oversight.caseload`."""
    wanted = filter_from({**given, "show": "mine" if given.get("show") == "mine" else "all"})
    found = oversight.caseload(actor, wanted, cursor=given.get("cursor", ""))
    most = max([1, *found.now, *found.before])
    names = [_tenth(at) for at in range(11)]
    return {
        "wanted": wanted,
        "query": urlencode(wanted.query),
        "conditions": triage.conditions(actor),
        "said": _played(found),
        "verdicts": [(*trend_words(key), count) for key, count in found.verdicts.items()],
        "now": strip_of(found.now, names, most),
        "before": strip_of(found.before, names, most),
        "tenths": list(zip(names, found.now, found.before, strict=True)),
        "rows": [_caseload_row(each) for each in found.cut.rows],
        "total": found.cut.total,
        "next": urlencode({**wanted.query, "cursor": found.cut.next_cursor}) if found.cut.next_cursor else "",
        "is_first": not given.get("cursor"),
    }


def _tenth(at: int) -> str:
    return "100 %" if at == 10 else f"{10 * at} %"


def strip_of(counts: list[int], names: list[str], most: int) -> Strip:
    """Lay out dots by tenths; a dot stands for one patient, or for more when a column would be too high."""
    each = max(1, -(-most // _MOST_DOTS))
    height = min(most, _MOST_DOTS) * _DOT + 20
    dots, labels, numbers = [], [], []
    for at, count in enumerate(counts):
        x = at * _COLUMN + _COLUMN // 2
        if at % 2 == 0:
            labels.append((x, names[at]))
        column = -(-count // each)
        dots += [(x, height - _DOT // 2 - _DOT * up) for up in range(column)]
        if count:
            numbers.append((x, height - _DOT * column - 5, count))
    total, seen, middle = sum(counts), 0, None
    for at, count in enumerate(counts):
        seen += count
        if total and 2 * seen >= total:
            middle = at * _COLUMN + _COLUMN // 2
            break
    return Strip(dots, labels, numbers, _COLUMN * len(counts), height + 24, height, each, middle)


def _played(found: Caseload) -> str:
    if not found.asked:
        return _("No day was planned in the last 28 days.")
    now = f"{100 * found.played / found.asked:.0f}"
    words = {"now": now, "played": found.played, "asked": found.asked}
    if not found.asked_before:
        told = _("%(now)s %% of planned days played (%(played)d of %(asked)d); nothing was planned before.")
        return told % words
    before = f"{100 * found.played_before / found.asked_before:.0f}"
    told = _(
        "%(now)s %% of planned days played (%(played)d of %(asked)d), "
        "against %(before)s %% in the 28 days before."
    )
    return told % {**words, "before": before}


def _caseload_row(row: TriageRow) -> CaseloadRow:
    each = row.summary
    arrow, verdict = trend_words(each.trend_verdict)
    change = ""
    if each.month_planned and each.before_planned:
        points = round(100 * each.month_done / each.month_planned) - round(
            100 * each.before_done / each.before_planned
        )
        change = _("%(points)s points") % {"points": signed(points)}
    return CaseloadRow(
        row=row,
        now=_of(each.month_done, each.month_planned),
        before=_of(each.before_done, each.before_planned),
        change=change,
        arrow=arrow,
        verdict=verdict,
        sure=sure_words(row.sure) if each.trend_verdict in ("better", "worse") else "",
        outcome=outcome_words(row),
    )


def _of(done: int, planned: int) -> str:
    return _("%(done)d of %(planned)d") % {"done": done, "planned": planned} if planned else ""


def caseload_csv(actor: Actor, given: Mapping[str, str]) -> list[list[Any]]:
    wanted = filter_from({**given, "show": "mine" if given.get("show") == "mine" else "all"})
    header = ["patient", "condition", "owner", "played", "planned", "played_before", "planned_before",
              "main_outcome", "now", "verdict", "sure_better"]  # fmt: skip
    found: list[list[Any]] = [header]
    for row in triage.every_row(actor, wanted, action="caseload.csv"):
        each = row.summary
        better = each.trend_sure_better
        found.append(
            [
                row.patient.pseudonym, row.patient.condition, str(each.owner or ""), each.month_done,
                each.month_planned, each.before_done, each.before_planned, each.trend_metric,
                "" if each.trend_now is None else each.trend_now, each.trend_verdict,
                "" if better is None else round(better, 3),
            ]
        )  # fmt: skip
    return found


@dataclass(frozen=True, slots=True)
class HealthRow:
    row: TriageRow
    age: str
    is_old: bool
    valid: str
    is_poor: bool


def health_page(actor: Actor, given: Mapping[str, str]) -> dict[str, Any]:
    """The state of the data; raises as `oversight.data_health`."""
    show_all = given.get("show") == "all"
    found = oversight.data_health(actor, problems=not show_all, cursor=given.get("cursor", ""))
    query = {"show": "all"} if show_all else {}
    return {
        "found": found,
        "rows": [_health_row(each) for each in found.cut.rows],
        "total": found.cut.total,
        "show": "all" if show_all else "problems",
        "next": urlencode({**query, "cursor": found.cut.next_cursor}) if found.cut.next_cursor else "",
        "is_first": not given.get("cursor"),
        "waits": found.oldest is not None and found.oldest < timezone.now() - oversight.WAITS_LONG,
        "today": clinic_today(actor.clinic_id),
    }


def _health_row(row: TriageRow) -> HealthRow:
    each = row.summary
    days = None if each.received_at is None else (timezone.now() - each.received_at).days
    age = (
        _("never")
        if days is None
        else _("today")
        if days == 0
        else ngettext("%(days)d day ago", "%(days)d days ago", days) % {"days": days}
    )
    share = each.valid_share
    return HealthRow(
        row=row,
        age=age,
        is_old=days is None or days >= oversight.STALE.days,
        valid="" if share is None else f"{100 * share:.0f} %",
        is_poor=share is not None and share < triage.LEAST_VALID,
    )


def health_csv(actor: Actor) -> list[list[Any]]:
    header = ["patient", "condition", "last_received", "valid_share", "version"]
    rows = triage.every_row(actor, triage.TriageFilter(show="all"), action="data_health.csv")
    return [header] + [
        [
            each.patient.pseudonym,
            each.patient.condition,
            each.summary.received_at.isoformat() if each.summary.received_at else "",
            "" if each.summary.valid_share is None else round(each.summary.valid_share, 3),
            each.summary.app_version,
        ]
        for each in rows
    ]
