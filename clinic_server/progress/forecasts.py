"""Forecasts: asked for by a person, played through by a worker, kept by the digest of what they rest on."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any
from uuid import UUID

import msgspec

from clinic_server.core import access, jobs, tenancy
from clinic_server.core.models import Job
from clinic_server.core.problems import FieldError, Problem, not_found
from clinic_server.patients.models import Patient
from clinic_server.patients.selectors import impairment_profile, patient_for
from clinic_server.plans.validation import parse_content
from clinic_server.progress.models import Forecast
from shared.errors import MovereError, PlanError
from shared.patient.forecast import VERSION, forecast, session_days
from shared.wire.codec import decode_json, encode_json
from shared.wire.plan import KnownPerson, PlanContent

if TYPE_CHECKING:
    from clinic_server.core.actors import Actor

KIND = "forecast"
PEOPLE = 100
"""Simulated people a forecast: its 80 % band then has ten beyond each end."""


def known_person(patient: Patient) -> KnownPerson:
    """Return a patient's profile with what probes measured, as the science reads it."""
    known = msgspec.to_builtins(impairment_profile(patient))
    return msgspec.convert({**known, "measured": patient.measured, "bias_deg": patient.bias_deg}, KnownPerson)


def forecast_ask(
    *, actor: Actor, patient_id: UUID, content: Any, weeks: int = 4
) -> tuple[Forecast, Job | None]:
    """Ask what a plan may bring; nothing about the patient changes. The job is None when it is known already.

    Raises:
        Problem: as `patient_for`; 422 `invalid_plan`, or `no_forecast` when nothing in it can be simulated.
    """
    patient, relation = patient_for(actor, patient_id, "plan.read")
    try:
        parsed = parse_content(content)
        session_days(parsed.schedule, weeks)
    except PlanError as error:
        found = FieldError(error.pointer, error.code, error.detail)
        raise Problem(422, "invalid_plan", f"this plan can't be read: {error.detail}", [found]) from error
    except MovereError as error:
        raise Problem(422, "no_forecast", str(error)) from error
    person = known_person(patient)
    text = encode_json(parsed) + encode_json(person) + f"{weeks} {PEOPLE} {VERSION}".encode()
    row, _ = Forecast.objects.get_or_create(
        patient=patient,
        digest=hashlib.sha256(text).hexdigest(),
        defaults={
            "clinic_id": actor.clinic_id,
            "content": msgspec.to_builtins(parsed),
            "person": msgspec.to_builtins(person),
            "weeks": weeks,
        },
    )
    access.write(actor, "forecast.ask", patient_id=patient.id, subject_id=row.id, relation=relation)
    if row.result is not None:
        return row, None
    job = jobs.enqueue(
        kind=KIND,
        clinic_id=actor.clinic_id,
        subject_id=row.id,
        requested_by=actor.user_id,
        result=f"/api/v1/forecasts/{row.id}",
    )
    return row, job


def forecast_get(actor: Actor, forecast_id: UUID) -> Forecast:
    """Return a forecast, done or not; raises as `patient_for`."""
    row = Forecast.objects.filter(id=forecast_id, clinic_id=actor.clinic_id).first()
    if row is None:
        raise not_found()
    _, relation = patient_for(actor, row.patient_id, "plan.read")
    access.write(actor, "forecast.read", patient_id=row.patient_id, subject_id=row.id, relation=relation)
    return row


def forecast_job(actor: Actor, row: Forecast) -> Job | None:
    """Return the job that is at a forecast, None when there is none. Not logged: it says how far, no more."""
    return Job.objects.filter(clinic_id=actor.clinic_id, kind=KIND, subject_id=row.id).first()


def compute(job: Job) -> dict[str, Any]:
    """Let simulated people play the plan; outside any transaction."""
    with tenancy.scope(job.clinic_id):
        row = Forecast.objects.get(id=job.subject_id)
    content = decode_json(encode_json(row.content), PlanContent)
    person = decode_json(encode_json(row.person), KnownPerson)
    try:
        return forecast(
            content, person, weeks=row.weeks, people=PEOPLE, tell=lambda share: jobs.tell(job, share)
        )
    except MovereError as error:
        return {"problem": str(error)}


def store(job: Job, result: dict[str, Any]) -> None:
    Forecast.objects.filter(id=job.subject_id).update(result=result)
