"""Reads of patients. Each read that leaves this module is in the access log.

Order of the answers: what is absent or belongs to another clinic is 404; a role that may not is 403
`role_missing`; a person outside the care team is 403 `outside_care_team`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone

from clinic_server.clinics.selectors import clinic_today
from clinic_server.core import access
from clinic_server.core.actors import Actor
from clinic_server.core.problems import Problem, not_found
from clinic_server.patients.models import CareTeamMember, EmergencyAccess, Patient, PatientIdentity
from shared.wire.codec import decode_json, encode_json
from shared.wire.plan import ImpairmentProfile

if TYPE_CHECKING:
    from datetime import date


def _team_now(today: date) -> Q:
    return Q(starts_on__lte=today) & (Q(ends_on=None) | Q(ends_on__gte=today))


def patients_visible(actor: Actor) -> QuerySet[Patient]:
    """Return the patients whose care team the actor is in today, or has broken the glass for. Not logged."""
    today = clinic_today(actor.clinic_id)
    team = CareTeamMember.objects.filter(_team_now(today), user_id=actor.user_id).values("patient_id")
    broken = EmergencyAccess.objects.filter(user_id=actor.user_id, ends_at__gt=timezone.now()).values(
        "patient_id"
    )
    return Patient.objects.filter(Q(id__in=team) | Q(id__in=broken), clinic_id=actor.clinic_id)


def patient_list(actor: Actor) -> QuerySet[Patient]:
    """Return the actor's patients by pseudonym.

    Raises:
        Problem: 403 `role_missing`.
    """
    actor.require("patient.read")
    found = patients_visible(actor)
    access.write(actor, "patient.list", result_count=found.count())
    return found


def relation_to(actor: Actor, patient: Patient) -> str:
    """Return `care_team`, `break_glass` or an empty text."""
    today = clinic_today(actor.clinic_id)
    team = CareTeamMember.objects.filter(_team_now(today), patient=patient, user_id=actor.user_id)
    if team.exists():
        return "care_team"
    broken = EmergencyAccess.objects.filter(
        patient=patient, user_id=actor.user_id, ends_at__gt=timezone.now()
    )
    return "break_glass" if broken.exists() else ""


def patient_for(actor: Actor, patient_id: UUID, action: str, *, lock: bool = False) -> tuple[Patient, str]:
    """Return a patient and the actor's relation to them, for an action. Not logged: callers log theirs.

    Raises:
        Problem: 404, 403 `role_missing`, 403 `outside_care_team`.
    """
    rows = Patient.objects.select_for_update() if lock else Patient.objects
    patient = rows.filter(id=patient_id, clinic_id=actor.clinic_id).first()
    if patient is None:
        raise not_found()
    actor.require(action)
    relation = relation_to(actor, patient)
    if not relation and "clinic_admin" not in actor.roles:
        raise Problem(
            403, "outside_care_team", "you are not in this patient's care team; ask its owner to add you"
        )
    if not relation and not action.startswith(("care_team.", "device.")):
        raise Problem(403, "outside_care_team", "administrators see no clinical data")
    return patient, relation


def patient_get(actor: Actor, patient_id: UUID) -> Patient:
    """Return one patient; raises as `patient_for`."""
    patient, relation = patient_for(actor, patient_id, "patient.read")
    access.write(actor, "patient.read", patient_id=patient.id, relation=relation)
    return patient


def patient_identity(actor: Actor, patient_id: UUID) -> PatientIdentity | None:
    """Return who a pseudonym is, when the clinic wrote it down; raises as `patient_for`."""
    patient, relation = patient_for(actor, patient_id, "patient.read")
    access.write(actor, "patient.identity", patient_id=patient.id, relation=relation)
    return PatientIdentity.objects.filter(patient=patient).first()


def care_team(actor: Actor, patient_id: UUID) -> list[CareTeamMember]:
    """Return everybody who is or was in a patient's care team; raises as `patient_for`."""
    patient, relation = patient_for(actor, patient_id, "care_team.read")
    access.write(actor, "care_team.read", patient_id=patient.id, relation=relation)
    return list(CareTeamMember.objects.filter(patient=patient).select_related("user").order_by("starts_on"))


def impairment_profile(patient: Patient) -> ImpairmentProfile:
    """Return what is known of a patient, as the shared type.

    Raises:
        WireError: the stored profile breaks the contract (it was checked when written).
    """
    return decode_json(encode_json(patient.impairment), ImpairmentProfile)


def greeting_name(patient: Patient) -> str:
    """Return the name that the game greets with; empty when the clinic gave none."""
    row = PatientIdentity.objects.filter(patient=patient).values_list("greeting_name", flat=True).first()
    return row or ""
