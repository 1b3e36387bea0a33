"""Reads: which clinic a person acts in, who works there, what day it is there."""

from __future__ import annotations

import zoneinfo
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from django.utils import timezone

from clinic_server.clinics.models import Clinic, Membership
from clinic_server.core.actors import Actor

if TYPE_CHECKING:
    from clinic_server.accounts.models import User


def actor_for(user: User, *, clinic_id: str | None = None, request_id: str = "") -> Actor | None:
    """Return the person acting in the chosen clinic, or in their first; None without any membership."""
    rows = list(
        Membership.objects.filter(user=user, ended_at=None)
        .order_by("created_at", "id")
        .values_list("clinic_id", "role")
    )
    if not rows:
        return None
    clinics = [each for each, _ in rows]
    chosen = next((each for each in clinics if str(each) == clinic_id), clinics[0])
    return Actor(
        user_id=user.id,
        clinic_id=chosen,
        roles=frozenset(role for each, role in rows if each == chosen),
        name=str(user),
        request_id=request_id,
    )


def clinic_get(clinic_id: UUID) -> Clinic:
    return Clinic.objects.get(id=clinic_id)


def clinics_of(user: User) -> list[Clinic]:
    """Return the clinics that a person belongs to, by name."""
    return list(
        Clinic.objects.filter(memberships__user=user, memberships__ended_at=None).distinct().order_by("name")
    )


def clinic_zone(clinic_id: UUID) -> zoneinfo.ZoneInfo:
    return zoneinfo.ZoneInfo(Clinic.objects.values_list("time_zone", flat=True).get(id=clinic_id))


def clinic_today(clinic_id: UUID) -> date:
    """Return today's date in the clinic's time zone."""
    return timezone.now().astimezone(clinic_zone(clinic_id)).date()


def has_role(user_id: UUID, clinic_id: UUID, roles: set[str]) -> bool:
    """True when a person holds one of these roles in the clinic now."""
    return Membership.objects.filter(
        user_id=user_id, clinic_id=clinic_id, role__in=roles, ended_at=None
    ).exists()
