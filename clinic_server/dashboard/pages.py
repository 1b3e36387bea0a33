"""What each page shows, gathered from selectors into plain values for its template."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from clinic_server.clinics.selectors import clinic_today
from clinic_server.core.actors import Actor
from clinic_server.core.problems import Problem
from clinic_server.dashboard import charts, numbers, summary
from clinic_server.dashboard.played_with import played_with
from clinic_server.dashboard.replay import replay_of
from clinic_server.dashboard.series import OUTCOMES, Kept, Run
from clinic_server.devices.selectors import device_list
from clinic_server.patients.selectors import patient_get
from clinic_server.plans.selectors import plan_active, version_content
from clinic_server.progress import selectors
from clinic_server.progress.models import ChartPicture, MetricDefinition, MetricResult
from clinic_server.progress.selectors import CalendarDay
from clinic_server.recordings import selectors as recordings
from clinic_server.recordings.models import Session

if TYPE_CHECKING:
    from clinic_server.progress.selectors import TriageRow

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
REASONS = {"safety": "Safety", "decline": "Decline", "silent": "Silent"}


def triage_page(rows: list[TriageRow], *, show: str, reason: str, text: str, today: date) -> dict[str, Any]:
    """Filter the triage list: `show` all or only who needs review, by reason, by pseudonym or condition."""
    needing = [row for row in rows if row.flags]
    shown = rows if show == "all" else needing
    if reason in REASONS:
        shown = [row for row in shown if any(flag.rule == reason for flag in row.flags)]
    if text.strip():
        wanted = text.strip().lower()
        shown = [row for row in shown if wanted in f"{row.patient.pseudonym} {row.patient.condition}".lower()]
    week = today - timedelta(days=7)
    return {
        "rows": shown,
        "all_count": len(rows),
        "needing": len(needing),
        "new": sum(flag.raised_at.date() >= week for row in rows for flag in row.flags),
        "silent": sum(any(flag.rule == "silent" for flag in row.flags) for row in rows),
        "safety": sum(any(flag.rule == "safety" for flag in row.flags) for row in rows),
        "show": "all" if show == "all" else "review",
        "reason": reason if reason in REASONS else "",
        "reasons": REASONS,
        "text": text,
        "today": today,
    }


PanelRow = tuple[date, str, str, int, bool]
"""Day, value, mode (the kept panel: second value), reaches, whether it is left out for quality."""


@dataclass(frozen=True, slots=True)
class Panel:
    """A chart with its words: the sentence, the stored picture (None while it is being drawn), the table."""

    key: str
    name: str
    sentence: str
    svg: str | None
    spec: dict[str, Any] | None
    is_stale: bool
    rows: list[PanelRow]
    definition: str
    source: str
    left_out: int
    n: int
    validated: str

    @property
    def spec_id(self) -> str:
        return "spec-" + self.key.replace(".", "-")


@dataclass(frozen=True, slots=True)
class Week:
    starts: date
    days: list[CalendarDay | None]
    minutes: int


_VALIDATED = {
    "people": "measured on people",
    "simulation": "validated on simulation only",
    "none": "not validated",
}


def patient_page(actor: Actor, patient_id: UUID) -> dict[str, Any]:
    """Everything on a patient's page, in reading order."""
    patient = patient_get(actor, patient_id)
    sessions = list(
        recordings.session_list(actor, patient_id=patient_id).order_by("started_at", "device_seq")
    )
    usable = [each for each in sessions if each.status == Session.Status.OK]
    metrics = {each.metric for each in OUTCOMES} | {"closing_probe_bias_deg", "retention"}
    results = numbers.results_of(usable, metrics=metrics)
    runs, kept = numbers.runs_of(results), numbers.kept_from(results)
    stored = selectors.pictures(actor, patient_id, locale="en", theme="any")
    definitions = {each.metric: each for each in selectors.metric_definitions()}
    shelf = Shelf(stored, charts.specifications(numbers.Progress(runs, kept, [])), definitions)
    calendar = selectors.adherence_calendar(actor, patient_id)
    today = clinic_today(actor.clinic_id)
    weeks = _weeks(calendar, sessions)
    plan = plan_active(actor, patient_id)
    newest = usable[-1] if usable else None
    latest = selectors.session_results(actor, newest.id) if newest else []
    flags = list(selectors.flag_list(actor, patient_id=patient_id, is_open=True).order_by("raised_at"))
    return {
        "patient": patient,
        "summary": summary.clauses(
            calendar=calendar, runs=runs, kept=kept, sessions=usable, plan=plan, today=today
        ),
        "flags": flags,
        "weeks": weeks,
        "weekdays": [(name, [week.days[at] for week in weeks]) for at, name in enumerate(WEEKDAYS)],
        "key_days": [
            CalendarDay(today, False, 0, each) for each in ("done", "part", "missed", "extra", "none")
        ],
        "adherence": summary.adherence(calendar, today),
        "panels": [_run_panel(shelf, run) for run in runs],
        "kept": kept,
        "kept_panel": _kept_panel(shelf, kept),
        "why": newest.blocks if newest else [],
        "newest": newest,
        "plan": plan,
        "plan_content": version_content(plan, plan.active_version) if plan else None,
        "symptoms": [each for each in reversed(sessions) if each.pain_before is not None][:8],
        "latest": _shown_results(latest, definitions),
        "sessions": list(reversed(sessions)),
        "devices": device_list(actor, patient_id),
        "may_pair": actor.may("device.approve"),
    }


@dataclass(frozen=True, slots=True)
class Shelf:
    """What is stored for a patient's panels: pictures, specifications of now, definitions of the metrics."""

    pictures: dict[str, ChartPicture]
    specs: dict[str, dict[str, Any]]
    definitions: dict[str, MetricDefinition]

    def panel(
        self, *, key: str, metric: str, name: str, sentence: str, rows: list[PanelRow], left_out: int = 0
    ) -> Panel:
        """Join a chart's words and numbers with its picture and its metric's definition."""
        spec, picture, found = self.specs.get(key), self.pictures.get(key), self.definitions.get(metric)
        return Panel(
            key=key,
            name=name,
            sentence=sentence,
            svg=picture.svg if picture and spec else None,
            spec=spec,
            is_stale=bool(picture and spec and picture.digest != charts.digest_of(spec)),
            rows=rows,
            definition=found.definition if found else "",
            source=found.source if found else "",
            left_out=left_out,
            n=len(rows),
            validated=_VALIDATED.get(found.validated if found else "none", "not validated"),
        )


def _run_panel(shelf: Shelf, run: Run) -> Panel:
    return shelf.panel(
        key=f"run.{run.outcome.metric}",
        metric=run.outcome.metric,
        name=run.outcome.name,
        sentence=summary.run_sentence(run),
        rows=[(each.day, run.text(each.value), each.mode, each.n, each.is_low) for each in run.dots],
        left_out=sum(each.is_low for each in run.dots),
    )


def _kept_panel(shelf: Shelf, kept: Kept) -> Panel:
    return shelf.panel(
        key="kept",
        metric="retention",
        name="Within a session, and overnight",
        sentence=summary.kept_sentence(kept),
        rows=[
            (
                each.day,
                f"{each.opening:.1f}°",
                "" if each.closing is None else f"{each.closing:.1f}°",
                0,
                False,
            )
            for each in kept.days
        ],
    )


def _weeks(calendar: list[CalendarDay], sessions: list[Session]) -> list[Week]:
    """The calendar as columns of seven days, from the first week with something in it; six at least."""
    minutes: dict[date, float] = {}
    for each in sessions:
        if each.local_date:
            minutes[each.local_date] = minutes.get(each.local_date, 0.0) + each.duration_s / 60
    found = []
    for at in range(0, len(calendar), 7):
        days = calendar[at : at + 7]
        played = sum(minutes.get(day.day, 0.0) for day in days)
        padded: list[CalendarDay | None] = [*days, *([None] * (7 - len(days)))]
        found.append(Week(days[0].day, padded, round(played)))
    used = [
        at
        for at, week in enumerate(found)
        if week.minutes or any(day and day.is_planned for day in week.days)
    ]
    return found[min(used[0], max(0, len(found) - 6)) if used else -6 :]


@dataclass(frozen=True, slots=True)
class ShownResult:
    metric: str
    name: str
    text: str
    value: float | None
    n: int
    quality: int
    missing: str
    definition: str
    version: int
    source: str


def _shown_results(
    results: list[MetricResult], definitions: dict[str, MetricDefinition]
) -> list[ShownResult]:
    """The whole session's numbers of the newest session, in the order of the definitions' names."""
    found = []
    for each in results:
        about = definitions.get(each.metric)
        if each.scope or (about and about.version != each.version):
            continue
        found.append(
            ShownResult(
                metric=each.metric,
                name=about.name if about else each.metric,
                text=""
                if each.value is None
                else f"{each.value:.4g} {'' if each.unit == '1' else each.unit}".strip(),
                value=each.value,
                n=each.n,
                quality=round(100 * each.quality),
                missing=(each.missing_reason or "").replace("_", " "),
                definition=about.definition if about else "",
                version=each.version,
                source=each.source,
            )
        )
    return sorted(found, key=lambda each: (each.value is None, each.name))


def session_page(actor: Actor, session_id: UUID) -> dict[str, Any]:
    """One session: its learning curve by phase, the modes and why, its numbers, the replay of its reaches."""
    session = recordings.session_get(actor, session_id)
    trials = recordings.session_trials(actor, session_id)
    curve = numbers.curve_of(session.id, trials)
    spec = charts.curve_chart(curve)
    stored = selectors.pictures(actor, session.patient_id, locale="en", theme="any")
    picture = stored.get(f"session.{session.id}")
    results = selectors.session_results(actor, session_id)
    definitions = {each.metric: each for each in selectors.metric_definitions()}
    try:
        replay = replay_of(recordings.session_trajectory(actor, session_id), trials)
        replay_missing = ""
    except Problem as error:
        replay, replay_missing = None, error.detail
    return {
        "session": session,
        "patient": session.patient,
        "trials": trials,
        "played_with": played_with(session),
        "phases": summary.phase_rows(trials),
        "has_courses": any(summary.follows_course(each) for each in trials),
        "svg": picture.svg if picture and spec else None,
        "spec": spec,
        "results": _shown_results(results, definitions),
        "replay": replay,
        "replay_missing": replay_missing,
    }
