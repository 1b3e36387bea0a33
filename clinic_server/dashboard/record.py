"""What a patient's page, its pictures and the reports read: sessions and results, loaded once.

Without `whole`, the last half year and the first sessions (the baseline) are loaded, so that neither time nor
queries grow with the years behind.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Q, QuerySet

from clinic_server.clinics.selectors import clinic_today
from clinic_server.core import tenancy
from clinic_server.dashboard.series import BASELINE_SESSIONS
from clinic_server.patients.models import Patient
from clinic_server.patients.selectors import patient_get
from clinic_server.plans.selectors import plan_active, version_content
from clinic_server.progress import selectors
from clinic_server.progress.models import Flag, MetricDefinition, MetricResult
from clinic_server.recordings import selectors as recordings
from clinic_server.recordings.models import Session

if TYPE_CHECKING:
    from collections.abc import Iterable

    from clinic_server.core.actors import Actor
    from clinic_server.plans.models import Plan
    from clinic_server.progress.selectors import CalendarDay
    from shared.wire.plan import PlanContent

RECENT = timedelta(weeks=26)


@dataclass(frozen=True, slots=True)
class Value:
    """One stored number of one session; `value` is None where `missing` says why."""

    session: Session
    metric: str
    scope: str
    value: float | None
    unit: str
    n: int
    quality: float
    missing: str


@dataclass(frozen=True, slots=True)
class PatientRecord:
    """A patient's sessions in the order of play, and the numbers that were asked for, in current versions."""

    patient: Patient
    today: date
    sessions: list[Session]
    values: dict[tuple[str, str], list[Value]]
    """By metric and scope, in the order of play."""
    definitions: dict[str, MetricDefinition]
    earlier: int = 0
    """How many older sessions are not loaded."""
    calendar: list[CalendarDay] = field(default_factory=list)
    flags: list[Flag] = field(default_factory=list)
    plan: Plan | None = None
    content: PlanContent | None = None
    actor: Actor | None = None
    """Who reads; None in the worker."""

    @property
    def usable(self) -> list[Session]:
        """The sessions that could be read."""
        return [each for each in self.sessions if each.status == Session.Status.OK]

    @property
    def newest(self) -> Session | None:
        return self.usable[-1] if self.usable else None

    def of(self, metric: str, scope: str = "") -> list[Value]:
        """The numbers of a metric that have a value, in the order of play."""
        return [each for each in self.values.get((metric, scope), []) if each.value is not None]

    def scopes(self, metric: str) -> list[str]:
        """The scopes that a metric has numbers for."""
        return sorted(scope for name, scope in self.values if name == metric)


def record_for(
    actor: Actor, patient_id: UUID, *, metrics: Iterable[str], whole: bool = False
) -> PatientRecord:
    """Read a patient for a person.

    Raises:
        Problem: as `patient_for`.
    """
    patient = patient_get(actor, patient_id)
    today = clinic_today(actor.clinic_id)
    rows = recordings.session_list(actor, patient_id=patient_id)
    sessions, earlier = _sessions(rows, None if whole else today - RECENT)
    plan = plan_active(actor, patient_id)
    flags = selectors.flag_list(actor, patient_id=patient_id, is_open=True).order_by("raised_at")
    return PatientRecord(
        patient=patient,
        today=today,
        sessions=sessions,
        values=_values(sessions, metrics),
        definitions=_definitions(),
        earlier=earlier,
        calendar=selectors.adherence_calendar(actor, patient_id),
        flags=list(flags),
        plan=plan,
        content=version_content(plan, plan.active_version) if plan else None,
        actor=actor,
    )


def record_for_drawing(*, clinic_id: UUID, patient_id: UUID, metrics: Iterable[str]) -> PatientRecord:
    """Read for the worker: no actor, inside the clinic's scope; nothing leaves but pictures."""
    assert tenancy.current_clinic() == clinic_id  # noqa: S101 - row-level security needs it
    patient = Patient.objects.get(id=patient_id, clinic_id=clinic_id)
    today = clinic_today(clinic_id)
    rows = Session.objects.filter(clinic_id=clinic_id, patient=patient)
    sessions, earlier = _sessions(rows, today - RECENT)
    return PatientRecord(
        patient=patient,
        today=today,
        sessions=sessions,
        values=_values(sessions, metrics),
        definitions=_definitions(),
        earlier=earlier,
    )


def _sessions(rows: QuerySet[Session], since: date | None) -> tuple[list[Session], int]:
    """Return the sessions since a day with the baseline's, in the order of play, and how many are left."""
    ordered = rows.order_by("started_at", "epoch", "device_seq")
    if since is None:
        return list(ordered), 0
    first = list(
        ordered.filter(status=Session.Status.OK).values_list("id", flat=True)[: BASELINE_SESSIONS + 1]
    )
    shown = list(ordered.filter(Q(local_date__gte=since) | Q(local_date=None) | Q(id__in=first)))
    return shown, rows.count() - len(shown)


def _definitions() -> dict[str, MetricDefinition]:
    return {each.metric: each for each in selectors.metric_definitions()}


def _values(sessions: list[Session], metrics: Iterable[str]) -> dict[tuple[str, str], list[Value]]:
    by_id = {each.id: each for each in sessions if each.status == Session.Status.OK}
    place = {key: at for at, key in enumerate(by_id)}
    current = dict(selectors.metric_definitions().values_list("metric", "version"))
    rows = MetricResult.objects.filter(session__in=list(by_id), metric__in=set(metrics)).values_list(
        "session_id", "metric", "version", "scope", "value", "unit", "n", "quality", "missing_reason"
    )
    found: dict[tuple[str, str], list[Value]] = {}
    for session_id, metric, version, scope, value, unit, n, quality, missing in rows:
        if current.get(metric, version) == version:
            row = Value(by_id[session_id], metric, scope, value, unit, n, quality, missing or "")
            found.setdefault((metric, scope), []).append(row)
    for series in found.values():
        series.sort(key=lambda each: place[each.session.id])
    return found
