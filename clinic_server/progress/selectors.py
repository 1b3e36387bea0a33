"""Reads of what was measured and flagged: flags, series, the calendar. The lists: `triage`.

The dashboard and the API read through here. Every function takes the actor, refuses as
`patients.selectors.patient_for` does, and writes the access log.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import QuerySet

from clinic_server.clinics.selectors import clinic_today, clinic_zone
from clinic_server.core import access
from clinic_server.core.actors import Actor
from clinic_server.core.problems import not_found
from clinic_server.patients.selectors import patient_for, patients_visible
from clinic_server.plans.selectors import planned_days
from clinic_server.progress.models import ChartPicture, Flag, MetricDefinition, MetricResult
from clinic_server.progress.rule_specs import Rule, RuleSettings
from clinic_server.recordings.models import Session
from clinic_server.recordings.selectors import session_for


@dataclass(frozen=True, slots=True)
class SeriesPoint:
    """One session's value of a metric, or the reason why it has none. Order: by start."""

    session_id: UUID
    metric: str
    started_at: datetime | None
    local_date: date | None
    scope: str
    version: int
    value: float | None
    unit: str
    quality: float
    n: int
    missing_reason: str | None
    source: str
    modes: list[str]
    games: list[str]
    is_virtual: bool
    plan_version: int


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """A day of a patient: `state` is done, part, missed, extra, none (not asked for) or ahead."""

    day: date
    is_planned: bool
    sessions: int
    state: str
    session_ids: list[UUID] = field(default_factory=list)


def flag_list(actor: Actor, *, patient_id: UUID | None = None, is_open: bool | None = None) -> QuerySet[Flag]:
    """Return flags, open or not, of one patient or of all that the actor cares for."""
    rows = Flag.objects.filter(clinic_id=actor.clinic_id).select_related("patient", "acknowledged_by")
    if patient_id is None:
        actor.require("patient.read")
        rows = rows.filter(patient__in=patients_visible(actor))
        access.write(actor, "flag.list")
    else:
        patient, relation = patient_for(actor, patient_id, "patient.read")
        rows = rows.filter(patient=patient)
        access.write(actor, "flag.list", patient_id=patient.id, relation=relation)
    if is_open is None:
        return rows
    stands = {"acknowledged_at": None, "cleared_at": None}
    return rows.filter(**stands) if is_open else rows.exclude(**stands)


def flag_rules(actor: Actor, *, patient_id: UUID | None = None) -> tuple[list[Rule], int]:
    """Return the rules as they stand for the clinic or a patient, and the version of that level's settings.

    Raises:
        Problem: 403 `role_missing`; as `patient_for` for a patient.
    """
    relation = ""
    if patient_id is None:
        actor.require("flag_rule.read")
    else:
        _, relation = patient_for(actor, patient_id, "patient.read")
    settings = RuleSettings(actor.clinic_id, [] if patient_id is None else [patient_id])
    access.write(actor, "flag_rule.read", patient_id=patient_id, relation=relation)
    return settings.every(patient_id), settings.version(patient_id)


def flag_for(actor: Actor, flag_id: UUID, action: str) -> tuple[Flag, str]:
    """Return a flag and the actor's relation to its patient. Not logged; raises as `patient_for`."""
    flag = Flag.objects.select_related("patient").filter(id=flag_id, clinic_id=actor.clinic_id).first()
    if flag is None:
        raise not_found()
    _, relation = patient_for(actor, flag.patient_id, action)
    return flag, relation


def metric_definitions(*, only_current: bool = True) -> QuerySet[MetricDefinition]:
    """Return what the metrics mean; the same for every clinic and no secret."""
    rows = MetricDefinition.objects.order_by("metric", "-version")
    return rows.filter(is_current=True) if only_current else rows


def metric_series(
    actor: Actor,
    patient_id: UUID,
    *,
    metric: str = "",
    scope: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> list[SeriesPoint]:
    """Return a patient's results in the order of play: of one metric, or of all.

    Only the current version of each metric, so that a curve never changes its meaning midway. `scope` None
    gives every scope, an empty text the whole session. Unusable sessions are left out.

    Raises:
        Problem: as `patient_for`.
    """
    patient, relation = patient_for(actor, patient_id, "session.read")
    access.write(actor, "metric.series", patient_id=patient.id, relation=relation)
    current = dict(metric_definitions().values_list("metric", "version"))
    rows = MetricResult.objects.filter(patient=patient, session__status=Session.Status.OK)
    if metric:
        rows = rows.filter(metric=metric)
    if scope is not None:
        rows = rows.filter(scope=scope)
    if since is not None:
        rows = rows.filter(session__started_at__gte=since)
    if until is not None:
        rows = rows.filter(session__started_at__lte=until)
    rows = rows.select_related("session").order_by(
        "metric", "scope", "session__started_at", "session__epoch", "session__device_seq"
    )
    return [_point(row) for row in rows if current.get(row.metric, row.version) == row.version]


def session_results(actor: Actor, session_id: UUID) -> list[MetricResult]:
    """Return everything that was computed from one session, by metric and scope; raises as `patient_for`."""
    session, relation = session_for(actor, session_id)
    access.write(
        actor, "metric.session", patient_id=session.patient_id, subject_id=session.id, relation=relation
    )
    return list(MetricResult.objects.filter(session=session).order_by("metric", "scope", "-version"))


def _point(row: MetricResult) -> SeriesPoint:
    session = row.session
    return SeriesPoint(
        session_id=session.id,
        metric=row.metric,
        started_at=session.started_at,
        local_date=session.local_date,
        scope=row.scope,
        version=row.version,
        value=row.value,
        unit=row.unit,
        quality=row.quality,
        n=row.n,
        missing_reason=row.missing_reason,
        source=row.source,
        modes=session.modes,
        games=session.games,
        is_virtual=session.is_virtual,
        plan_version=session.plan_version,
    )


def adherence_calendar(actor: Actor, patient_id: UUID, *, weeks: int = 12) -> list[CalendarDay]:
    """Return the last weeks day by day, Monday of the first week to today: asked for, and played.

    Days asked for are in the clinic's zone by the delivery then in force; a session counts on the client's
    own day. `part` is a planned day on which every session ended early (stopped, quit, crash).

    Raises:
        Problem: as `patient_for`.
    """
    patient, relation = patient_for(actor, patient_id, "session.read")
    access.write(actor, "adherence.read", patient_id=patient.id, relation=relation)
    today = clinic_today(actor.clinic_id)
    first = today - timedelta(days=today.weekday() + 7 * (weeks - 1))
    planned = planned_days([patient.id], first, today, clinic_zone(actor.clinic_id))[patient.id]
    played: dict[date, list[Session]] = {}
    for session in Session.objects.filter(patient=patient, local_date__gte=first).order_by("started_at"):
        if session.local_date is not None:
            played.setdefault(session.local_date, []).append(session)
    last = max([today, *played])
    days = [first + timedelta(days=each) for each in range((last - first).days + 1)]
    return [_calendar_day(day, day in planned, played.get(day, []), today) for day in days]


def _calendar_day(day: date, is_planned: bool, sessions: list[Session], today: date) -> CalendarDay:
    if sessions and not is_planned:
        state = "extra"
    elif sessions:
        state = "done" if any(each.ended_reason == "completed" for each in sessions) else "part"
    elif is_planned:
        state = "missed" if day < today else "ahead"
    else:
        state = "none"
    return CalendarDay(
        day=day,
        is_planned=is_planned,
        sessions=len(sessions),
        state=state,
        session_ids=[each.id for each in sessions],
    )


def pictures(actor: Actor, patient_id: UUID, *, locale: str, theme: str) -> dict[str, ChartPicture]:
    """Return the newest picture of each panel; raises as `patient_for`."""
    patient, relation = patient_for(actor, patient_id, "session.read")
    access.write(actor, "picture.read", patient_id=patient.id, relation=relation)
    rows = ChartPicture.objects.filter(patient=patient, locale=locale, theme=theme).order_by("created_at")
    return {row.panel: row for row in rows}
