"""Writes of patients."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

import msgspec
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from clinic_server.clinics.models import Clinic
from clinic_server.clinics.selectors import clinic_today, has_role
from clinic_server.core import access
from clinic_server.core.problems import FieldError, Problem, not_found
from clinic_server.patients.models import CareTeamMember, EmergencyAccess, Patient, PatientIdentity
from clinic_server.patients.selectors import patient_for
from clinic_server.patients.signals import patient_changed
from shared.wire.plan import ImpairmentProfile

if TYPE_CHECKING:
    from clinic_server.core.actors import Actor

EMERGENCY_ACCESS = timedelta(minutes=60)
CARE_ROLES = {"therapist", "clinician", "supervisor"}
_WRITABLE = ("affected_side", "age_band", "condition", "next_review_on")
_IDENTITY = ("given_name", "family_name", "greeting_name", "birth_date", "contact")


def impairment_checked(given: dict[str, Any]) -> dict[str, Any]:
    """Return an impairment profile in its full form.

    Raises:
        Problem: 422 `invalid_profile` naming the field.
    """
    try:
        profile = msgspec.convert(given, ImpairmentProfile)
    except msgspec.ValidationError as error:
        message, _, path = str(error).partition(" - at `$")
        pointer = "/impairment" + path.rstrip("`").replace(".", "/").replace("[", "/").replace("]", "")
        raise Problem(
            422, "invalid_profile", f"the impairment profile is not valid: {message}",
            [FieldError(pointer, "invalid", message)],
        ) from error  # fmt: skip
    found: dict[str, Any] = msgspec.to_builtins(profile)
    return found


@transaction.atomic
def patient_create(
    *,
    actor: Actor,
    impairment: dict[str, Any] | None = None,
    identity: dict[str, Any] | None = None,
    is_virtual: bool = False,
    virtual_profile: str = "",
    **fields: Any,
) -> Patient:
    """Make a patient with the clinic's next pseudonym; the actor joins the care team and owns it.

    Raises:
        Problem: 403 `role_missing`, 422 `invalid_profile`.
    """
    actor.require("patient.create")
    Clinic.objects.filter(id=actor.clinic_id).update(patients_numbered=F("patients_numbered") + 1)
    number = Clinic.objects.values_list("patients_numbered", flat=True).get(id=actor.clinic_id)
    patient = Patient.objects.create(
        clinic_id=actor.clinic_id,
        pseudonym=f"MV-{number:04d}",
        impairment=impairment_checked(impairment or {}),
        is_virtual=is_virtual,
        virtual_profile=virtual_profile,
        **{key: value for key, value in fields.items() if key in _WRITABLE},
    )
    if identity:
        _identity_write(patient, identity)
    CareTeamMember.objects.create(
        clinic_id=actor.clinic_id,
        patient=patient,
        user_id=actor.user_id,
        is_owner=True,
        starts_on=clinic_today(actor.clinic_id),
    )
    access.write(actor, "patient.create", patient_id=patient.id, relation="care_team")
    return patient


@transaction.atomic
def patient_update(*, actor: Actor, patient_id: UUID, changes: dict[str, Any]) -> Patient:
    """Change what is given of a patient: fields, `impairment`, `identity`, `standing_cleared`.

    Raises:
        Problem: as `patient_for`; 403 `role_missing` when a standing clearance is not by a clinician; 422
            `invalid_profile`.
    """
    patient, relation = patient_for(actor, patient_id, "patient.write", lock=True)
    for name in _WRITABLE:
        if name in changes:
            setattr(patient, name, changes[name])
    if "impairment" in changes:
        patient.impairment = impairment_checked(changes["impairment"])
    if "standing_cleared" in changes:
        _clear_standing(actor, patient, cleared=changes["standing_cleared"])
    if "identity" in changes:
        _identity_write(patient, changes["identity"])
    patient.row_version += 1
    patient.save()
    patient_changed.send(Patient, patient=patient)
    access.write(
        actor, "patient.update", patient_id=patient.id, relation=relation, detail=" ".join(sorted(changes))
    )
    return patient


@transaction.atomic
def patient_measured(*, patient: Patient, measured: dict[str, float], bias_deg: float | None) -> bool:
    """Keep what the newest probes measured; return whether anything changed enough to deliver it."""
    if patient.measured == measured and patient.bias_deg == bias_deg:
        return False
    patient.measured, patient.bias_deg = measured, bias_deg
    patient.save(update_fields=["measured", "bias_deg"])
    patient_changed.send(Patient, patient=patient)
    return True


def _clear_standing(actor: Actor, patient: Patient, *, cleared: bool) -> None:
    if cleared:
        actor.require("patient.clear_standing")
    patient.standing_cleared_by_id = actor.user_id if cleared else None
    patient.standing_cleared_at = timezone.now() if cleared else None


def _identity_write(patient: Patient, given: dict[str, Any]) -> None:
    PatientIdentity.objects.update_or_create(
        patient=patient,
        clinic_id=patient.clinic_id,
        defaults={key: value for key, value in given.items() if key in _IDENTITY},
    )


@transaction.atomic
def care_team_add(
    *,
    actor: Actor,
    patient_id: UUID,
    user_id: UUID,
    starts_on: date | None = None,
    ends_on: date | None = None,
) -> CareTeamMember:
    """Add a colleague of the same clinic to a patient's care team.

    Raises:
        Problem: as `patient_for`; 422 `not_a_colleague`, 422 `dates_reversed`.
    """
    patient, relation = patient_for(actor, patient_id, "care_team.write")
    if not has_role(user_id, actor.clinic_id, CARE_ROLES):
        raise Problem(
            422, "not_a_colleague", "this person has no therapist's, clinician's or supervisor's role here",
            [FieldError("/user_id", "not_a_colleague", "choose a colleague of this clinic")],
        )  # fmt: skip
    start = starts_on or clinic_today(actor.clinic_id)
    if ends_on is not None and ends_on < start:
        raise Problem(
            422, "dates_reversed", "the end is before the start",
            [FieldError("/ends_on", "dates_reversed", "choose a day on or after starts_on")],
        )  # fmt: skip
    member, _ = CareTeamMember.objects.update_or_create(
        clinic_id=actor.clinic_id, patient=patient, user_id=user_id, starts_on=start,
        defaults={"ends_on": ends_on},
    )  # fmt: skip
    access.write(actor, "care_team.add", patient_id=patient.id, subject_id=user_id, relation=relation)
    return member


@transaction.atomic
def care_team_end(*, actor: Actor, patient_id: UUID, user_id: UUID) -> None:
    """End a colleague's membership in a care team yesterday, so that it counts from now.

    Raises:
        Problem: as `patient_for`; 404 when the colleague is not in the team.
    """
    patient, relation = patient_for(actor, patient_id, "care_team.write")
    yesterday = clinic_today(actor.clinic_id) - timedelta(days=1)
    ended = CareTeamMember.objects.filter(patient=patient, user_id=user_id, ends_on=None).update(
        ends_on=yesterday
    )
    if not ended:
        raise not_found()
    access.write(actor, "care_team.end", patient_id=patient.id, subject_id=user_id, relation=relation)


@transaction.atomic
def emergency_access_take(*, actor: Actor, patient_id: UUID, reason: str) -> EmergencyAccess:
    """Break the glass: sixty minutes on one patient outside the care team, with a reason, in the log.

    Raises:
        Problem: 404, 403 `role_missing`, 422 `reason_required`.
    """
    patient = Patient.objects.filter(id=patient_id, clinic_id=actor.clinic_id).first()
    if patient is None:
        raise not_found()
    actor.require("break_glass")
    if len(reason.strip()) < 10:
        raise Problem(422, "reason_required", "write in a sentence why you need this patient's record now")
    row = EmergencyAccess.objects.create(
        clinic_id=actor.clinic_id,
        patient=patient,
        user_id=actor.user_id,
        reason=reason.strip()[:400],
        ends_at=timezone.now() + EMERGENCY_ACCESS,
    )
    access.write(
        actor, "break_glass", patient_id=patient.id, subject_id=row.id, relation="break_glass", detail=reason
    )
    return row
