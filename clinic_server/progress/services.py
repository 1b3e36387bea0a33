"""Writes: recompute, reconcile, the hourly check, recommend a mode. Flags: `flag_services`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from clinic_server.clinics.models import Clinic
from clinic_server.core import access, tenancy
from clinic_server.core.models import Job
from clinic_server.core.problems import Problem
from clinic_server.patients.selectors import impairment_profile, patient_for
from clinic_server.plans import catalogue
from clinic_server.progress import metrics, rules
from clinic_server.recordings.models import Session
from clinic_server.recordings.services import orphans_sweep
from shared.errors import PlanError
from shared.training.choose import Choice, choose

if TYPE_CHECKING:
    from clinic_server.core.actors import Actor


def recommend(*, actor: Actor, patient_id: UUID, approved: list[str]) -> Choice:
    """Say which mode fits a patient and why: advice from the rules and the measured probes.

    Raises:
        Problem: as `patient_for`; 422 `all_banned` when none of the approved modes suits.
    """
    patient, relation = patient_for(actor, patient_id, "patient.read")
    access.write(actor, "recommendation.read", patient_id=patient.id, relation=relation)
    try:
        playable = approved or catalogue.carried_modes()
        return choose(impairment_profile(patient), approved=playable, measured=patient.measured)
    except PlanError as error:
        raise Problem(422, error.code, error.detail) from error


@dataclass(frozen=True, slots=True)
class Enqueued:
    """How many sessions a command looked at, and for how many it put a job into the queue."""

    sessions: int
    jobs: int


def recompute(*, clinic_id: UUID | None = None, dry_run: bool = False) -> Enqueued:
    """Compute every usable session again, at low priority; can be repeated and resumed at will."""
    seen = queued = 0
    for clinic in _clinics(clinic_id):
        with tenancy.scope(clinic):
            for session in Session.objects.filter(clinic_id=clinic, status=Session.Status.OK).iterator():
                seen += 1
                if not dry_run:
                    metrics.enqueue(session, again=True, bulk=True)
                    queued += 1
    return Enqueued(seen, queued)


def reconcile(*, clinic_id: UUID | None = None) -> Enqueued:
    """Put a job into the queue for every usable session without one: the queue's guarantee.

    Also forgets uploads that were begun and never ended. Nothing else in the system is relied on for a
    session to be measured in the end.
    """
    seen = queued = 0
    for clinic in _clinics(clinic_id):
        with tenancy.scope(clinic):
            orphans_sweep()
            known = set(
                Job.objects.filter(
                    clinic_id=clinic, kind=metrics.KIND, version=metrics.job_version()
                ).values_list("subject_id", flat=True)
            )
            for session in Session.objects.filter(clinic_id=clinic, status=Session.Status.OK).iterator():
                seen += 1
                lacks_results = session.id in known and _finished_without_results(session)
                if session.id not in known or lacks_results:
                    metrics.enqueue(session, again=lacks_results, bulk=True)
                    queued += 1
    return Enqueued(seen, queued)


def _finished_without_results(session: Session) -> bool:
    done = Job.objects.filter(
        kind=metrics.KIND, subject_id=session.id, version=metrics.job_version(), state=Job.State.DONE
    )
    return done.exists() and not session.results.exists()


def day_check() -> int:
    """Judge in every clinic what the day changes, and write the lists' rows; return how many flags rose."""
    raised = 0
    for clinic in _clinics(None):
        with tenancy.scope(clinic):
            raised += rules.day_check(clinic_id=clinic)
    return raised


def _clinics(clinic_id: UUID | None) -> list[UUID]:
    return [clinic_id] if clinic_id else list(Clinic.objects.values_list("id", flat=True))
