"""Asking for a report, and the worker's job that makes it."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation

from clinic_server.clinics.selectors import actor_for
from clinic_server.core import access, jobs, tenancy
from clinic_server.core.problems import FieldError, Problem, not_found
from clinic_server.patients.selectors import patient_for
from clinic_server.reports.content import content_of
from clinic_server.reports.models import Report
from clinic_server.reports.typesetting import typeset

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from clinic_server.core.actors import Actor
    from clinic_server.core.models import Job

KIND = "report"


@transaction.atomic
def report_ask(*, actor: Actor, patient_id: UUID, kind: str, language: str = "en") -> tuple[Report, Job]:
    """Ask for a report of how things stand now; a worker makes it, and its job tells how far it is.

    Raises:
        Problem: as `patient_for`; 422 `invalid` for a kind or a language that there is not.
    """
    patient, relation = patient_for(actor, patient_id, "session.read")
    for name, value, known in (
        ("kind", kind, Report.Kind.values),
        ("language", language, [code for code, _name in settings.LANGUAGES]),
    ):
        if value not in known:
            detail = f"{name} is one of {', '.join(known)}"
            raise Problem(422, "invalid", detail, [FieldError(f"/{name}", "invalid", detail)])
    row = Report.objects.create(
        clinic_id=actor.clinic_id,
        patient=patient,
        kind=kind,
        language=language,
        requested_by_id=actor.user_id,
    )
    access.write(
        actor, "report.ask", patient_id=patient.id, subject_id=row.id, relation=relation, detail=kind
    )
    job = jobs.enqueue(
        kind=KIND,
        clinic_id=actor.clinic_id,
        subject_id=row.id,
        requested_by=actor.user_id,
        result=f"/api/v1/reports/{row.id}/file",
    )
    return row, job


def report_get(actor: Actor, report_id: UUID) -> Report:
    """Return a report, made or not; raises as `patient_for`."""
    row = Report.objects.filter(id=report_id, clinic_id=actor.clinic_id).select_related("patient").first()
    if row is None:
        raise not_found()
    _, relation = patient_for(actor, row.patient_id, "session.read")
    access.write(actor, "report.read", patient_id=row.patient_id, subject_id=row.id, relation=relation)
    return row


def report_list(actor: Actor, patient_id: UUID) -> QuerySet[Report]:
    """Return a patient's reports without their pages, newest first; raises as `patient_for`."""
    patient, relation = patient_for(actor, patient_id, "session.read")
    access.write(actor, "report.list", patient_id=patient.id, relation=relation)
    return Report.objects.filter(patient=patient).defer("pdf").select_related("requested_by")


def report_job(row: Report) -> Job | None:
    """Return the job that is at a report. Not logged: it says how far, no more."""
    from clinic_server.core.models import Job

    return Job.objects.filter(kind=KIND, subject_id=row.id).first()


def compute(job: Job) -> bytes:
    """Gather the numbers inside the clinic's scope as whoever asked may see them, then set the pages.

    Raises:
        Problem: whoever asked may not see the patient any more; the job ends as failed.
    """
    with tenancy.scope(job.clinic_id):
        row = Report.objects.select_related("requested_by").get(id=job.subject_id)
        actor = actor_for(row.requested_by, clinic_id=str(job.clinic_id))
        if actor is None:
            raise Problem(403, "no_clinic", "whoever asked works in no clinic any more")
        with translation.override(row.language):
            content = content_of(actor, row.patient_id, row.kind)
    jobs.tell(job, 0.3)
    with translation.override(row.language):
        return typeset(content, row.kind, row.language, tell=lambda share: jobs.tell(job, 0.3 + 0.6 * share))


def store(job: Job, pdf: bytes) -> None:
    Report.objects.filter(id=job.subject_id).update(pdf=pdf, made_at=timezone.now())
