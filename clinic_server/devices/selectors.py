"""Reads of paired profiles, for people and for the signing path."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from clinic_server.core import access, tenancy
from clinic_server.core.actors import Actor, DevicePrincipal
from clinic_server.core.problems import not_found
from clinic_server.devices import tokens
from clinic_server.devices.models import AccessToken, Profile
from clinic_server.patients.selectors import patient_for

if TYPE_CHECKING:
    from datetime import datetime

    from clinic_server.patients.models import Patient

RETIRED_GRACE = timedelta(days=30)


def device_list(actor: Actor, patient_id: UUID) -> QuerySet[Profile]:
    """Return a patient's paired profiles, revoked ones too; raises as `patient_for`."""
    patient, relation = patient_for(actor, patient_id, "device.read")
    access.write(actor, "device.list", patient_id=patient.id, relation=relation)
    return Profile.objects.filter(patient=patient).order_by("-created_at")


def profiles_active(patient: Patient) -> QuerySet[Profile]:
    """Return the installations that a patient plays on. Not logged: callers log theirs."""
    return Profile.objects.filter(patient=patient, revocation="", expires_at__gt=timezone.now())


def device_for(actor: Actor, profile_id: UUID, action: str) -> tuple[Profile, str]:
    """Return a profile and the actor's relation to its patient. Not logged; raises as `patient_for`."""
    profile = Profile.objects.filter(id=profile_id, clinic_id=actor.clinic_id).first()
    if profile is None:
        raise not_found()
    _, relation = patient_for(actor, profile.patient_id, action)
    return profile, relation


def may_upload(profile: Profile, now: datetime) -> bool:
    """False once a retired profile's thirty days of grace are over; a stolen one only fills quarantine."""
    if profile.revocation == Profile.Revocation.RETIRED and profile.revoked_at is not None:
        return now < profile.revoked_at + RETIRED_GRACE
    return True


def principal_for_token(token: str, *, request_id: str = "") -> DevicePrincipal | None:
    """Return the profile that a token belongs to, None for an unknown, expired or refused one."""
    row = AccessToken.objects.filter(hash=tokens.fingerprint_of(token), expires_at__gt=timezone.now()).first()
    if row is None:
        return None
    with tenancy.scope(row.clinic_id):
        profile = Profile.objects.filter(id=row.profile_id, clinic_id=row.clinic_id).first()
    if profile is None or not may_upload(profile, timezone.now()):
        return None
    if profile.revocation == Profile.Revocation.STOLEN:
        return None
    return DevicePrincipal(
        profile_id=profile.id,
        patient_id=profile.patient_id,
        clinic_id=profile.clinic_id,
        upload_only=bool(profile.revocation) or profile.expires_at < timezone.now(),
        request_id=request_id,
    )
