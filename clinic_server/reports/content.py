"""What a report says, as plain values: the same numbers and sentences as the patient's page."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from clinic_server.clinics.selectors import clinic_get
from clinic_server.dashboard import spoken, summary
from clinic_server.dashboard.measured import runs_of
from clinic_server.dashboard.panels import all_panels, metrics_read
from clinic_server.dashboard.panels.adherence import weeks_of
from clinic_server.dashboard.panels.scales import build as scales_build
from clinic_server.dashboard.record import record_for
from clinic_server.patients.selectors import greeting_name
from clinic_server.plans import catalogue

if TYPE_CHECKING:
    from clinic_server.core.actors import Actor
    from clinic_server.dashboard.figure import Figure
    from clinic_server.dashboard.record import PatientRecord
    from clinic_server.dashboard.series import Run

_ROWS = 40
"""A table on paper holds its last rows; the whole is in the CSV."""
_SYMPTOMS = 8


@dataclass(frozen=True, slots=True)
class Table:
    headers: list[str]
    rows: list[list[str]]
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class Part:
    """A panel on paper: `figures` are drawn when the pages are set."""

    id: str
    name: str
    question: str
    said: list[str] = field(default_factory=list)
    figures: list[Figure] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Content:
    """Everything that a report can show; each kind takes what is its own."""

    pseudonym: str
    name: str
    """How the patient is greeted; empty when the clinic wrote none down."""
    is_virtual: bool
    clinic: str
    printed: str
    period: str
    plan: str
    facts: list[tuple[str, str]]
    summary: list[str]
    sessions: int
    left_out: int
    weeks: list[tuple[str, int, int]]
    """Monday, minutes played, days asked for."""
    parts: list[Part]
    letter: list[str]
    next: list[str]


def content_of(actor: Actor, patient_id: UUID, kind: str) -> Content:
    """Gather a report for a person, in the language that is active.

    Raises:
        Problem: as `patient_for`.
    """
    record = record_for(actor, patient_id, metrics=metrics_read(), whole=kind == "full")
    patient, days = record.patient, [each.local_date for each in record.usable if each.local_date]
    period = f"{_day(days[0])} – {_day(days[-1])}" if days else _("no session yet")
    runs = runs_of(record)
    return Content(
        pseudonym=patient.pseudonym,
        name=greeting_name(patient) if kind == "letter" else "",
        is_virtual=patient.is_virtual,
        clinic=clinic_get(actor.clinic_id).name,
        printed=date_format(timezone.localdate(), "j M Y"),
        period=period,
        plan=_("version %(version)s") % {"version": record.plan.active_version} if record.plan else _("none"),
        facts=_facts(record),
        summary=[each.text for each in summary.clauses(record)],
        sessions=len(record.usable),
        left_out=sum(each.is_low for run in runs[:1] for each in run.dots),
        weeks=[
            (date_format(week.starts, "j M"), week.minutes, sum(bool(d and d.is_planned) for d in week.days))
            for week in weeks_of(record)
        ],
        parts=_parts(record),
        letter=_letter(record, runs),
        next=_next(record),
    )


def _day(day: object) -> str:
    return date_format(day, "j M Y")  # type: ignore[arg-type]


def _facts(record: PatientRecord) -> list[tuple[str, str]]:
    patient = record.patient
    return [
        (_("Condition"), patient.condition or _("not given")),
        (_("Affected side"), spoken.words(patient.affected_side)),
        (_("Age band"), patient.age_band or _("not given")),
        (_("Standing"), _("Cleared") if patient.standing_cleared else _("Not cleared")),
        (_("Take care"), record.flags[0].reason if record.flags else _("nothing open")),
    ]


def _parts(record: PatientRecord) -> list[Part]:
    """Every panel in reading order, with its figures, and as a table where it is one on the page."""
    found = []
    own = {"adherence": _adherence, "safety": _safety, "plan": _plan, "scales": _scales}
    for panel in all_panels():
        figures = [
            each for each in panel.figures(record) if each.data is not None or each.rows or each.sentence
        ]
        said, tables = own[panel.id](record) if panel.id in own else ([], [])
        if figures or said or tables:
            found.append(Part(panel.id, str(panel.name), str(panel.question), said, list(figures), tables))
    return found


def table_of(figure: Figure) -> Table:
    """A figure's rows as they are printed: the last ones when there are many."""
    rows = [list(each.cells) for each in figure.rows]
    return Table(list(figure.headers), rows[-_ROWS:], max(0, len(rows) - _ROWS))


def _adherence(record: PatientRecord) -> tuple[list[str], list[Table]]:
    count = summary.adherence(record.calendar, record.today)
    if not count.planned_all:
        return [_("No day was asked for yet.")], []
    words = {"done": count.done, "planned": count.planned}
    said = [_("%(done)d of %(planned)d planned days in the last 14 days.") % words]
    all_words = {"done": count.done_all, "planned": count.planned_all}
    said.append(_("%(done)d of %(planned)d in the last twelve weeks.") % all_words)
    if count.longest_gap is not None:
        gap = ngettext(
            "Longest time between sessions: %(days)d day.",
            "Longest time between sessions: %(days)d days.",
            count.longest_gap,
        )
        said.append(gap % {"days": count.longest_gap})
    return said, []


def _safety(record: PatientRecord) -> tuple[list[str], list[Table]]:
    said = [each.reason for each in record.flags] or [_("No open flag.")]
    told = [each for each in record.sessions if each.pain_before is not None][-_SYMPTOMS:]
    if not told:
        return said, []
    asked = _("not asked")
    rows = [
        [
            _day(each.local_date) if each.local_date else "",
            str(each.pain_before),
            asked if each.pain_after is None else str(each.pain_after),
            asked if each.effort_before is None else str(each.effort_before),
            asked if each.effort_after is None else str(each.effort_after),
        ]
        for each in told
    ]
    headers = [_("Day"), _("Pain before"), _("Pain after"), _("Effort before"), _("Effort after")]
    return said, [Table(headers, rows)]


def _plan(record: PatientRecord) -> tuple[list[str], list[Table]]:
    content = record.content
    if content is None:
        return [_("No plan is active.")], []
    rows = [
        [
            _game(each.game),
            spoken.words(each.mode),
            spoken.words(each.side),
            spoken.words(each.posture),
            f"{each.dose.probe_trials} + {each.dose.practice_trials} + {each.dose.probe_trials}",
        ]
        for each in content.blocks
    ]
    return [content.title], [Table([_("Game"), _("Mode"), _("Side"), _("Posture"), _("Trials")], rows)]


def _scales(record: PatientRecord) -> tuple[list[str], list[Table]]:
    found = scales_build(record).get("rows", [])
    if not found:
        return [_("No scale was entered yet.")], []
    rows = [[each.scale.name, each.newest, each.change, each.meaning] for each in found]
    return [], [Table([_("Scale"), _("Newest"), _("Change"), _("What it means")], rows)]


def _game(key: str) -> str:
    return str(catalogue.games().get(key, {}).get("name", key))


def _next(record: PatientRecord) -> list[str]:
    """What the plan says comes next, in a sentence or two."""
    content = record.content
    if content is None:
        return [_("No plan is active.")]
    words = {
        "games": ", ".join(_game(each.game) for each in content.blocks),
        "days": len(content.schedule.weekdays),
        "minutes": f"{content.safety.session_max_min:g}",
    }
    found = [_("%(games)s, %(days)s days a week, at most %(minutes)s minutes.") % words]
    if content.schedule.ends_on:
        found.append(_("The plan ends on %(day)s.") % {"day": _day_text(content.schedule.ends_on)})
    if record.patient.next_review_on:
        found.append(_("Next review on %(day)s.") % {"day": _day(record.patient.next_review_on)})
    return found


def _day_text(text: str) -> str:
    return _day(date.fromisoformat(text))


_PLAIN = {
    "opening_probe_bias_deg": (
        gettext_lazy("Your hand now goes straighter to where you aim."),
        gettext_lazy("Your hand goes a little more to one side than at first."),
    ),
    "variable_error_deg": (
        gettext_lazy("Your reaches are more alike than at first."),
        gettext_lazy("Your reaches differ more than at first."),
    ),
    "movement_time_s": (
        gettext_lazy("You reach the target sooner than at first."),
        gettext_lazy("You take more time for a reach than at first."),
    ),
    "sparc": (
        gettext_lazy("Your movements are smoother than at first."),
        gettext_lazy("Your movements are less smooth than at first."),
    ),
}


def _letter(record: PatientRecord, runs: list[Run]) -> list[str]:
    """The patient's letter: what was done, what changed beyond chance, what comes next. No promise."""
    count = summary.adherence(record.calendar, record.today)
    found = []
    if record.usable:
        played = len(record.usable) + record.earlier
        done = ngettext("You have played %(count)d session.", "You have played %(count)d sessions.", played)
        found.append(done % {"count": played})
    else:
        found.append(_("Your first session is still to come."))
    if count.planned:
        words = {"done": count.done, "planned": count.planned}
        found.append(_("In the last two weeks you played on %(done)d of %(planned)d days.") % words)
    changed = [
        str(_PLAIN[run.outcome.metric][0 if run.verdict == "better" else 1])
        for run in runs
        if run.outcome.metric in _PLAIN and run.verdict in ("better", "worse")
    ]
    found += changed or ([_("What we measure has stayed about the same so far.")] if record.usable else [])
    if record.content is not None:
        games = ", ".join(_game(each.game) for each in record.content.blocks)
        days = len(record.content.schedule.weekdays)
        words_next = {"games": games, "days": days}
        found.append(_("Your plan goes on with %(games)s, %(days)d days a week.") % words_next)
    found.append(
        _("If something hurts, or you feel dizzy or unwell, stop and tell us. Nothing is lost by a rest.")
    )
    return found
