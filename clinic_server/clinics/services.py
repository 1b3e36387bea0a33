"""Writes: clinics and memberships."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from clinic_server.clinics.models import Clinic, Membership, Role
from clinic_server.core import access

if TYPE_CHECKING:
    from clinic_server.accounts.models import User


@transaction.atomic
def clinic_create(*, name: str, time_zone: str = "Europe/Berlin", is_demo: bool = False) -> Clinic:
    """Make a clinic.

    Raises:
        ValidationError: the time zone does not exist.
    """
    clinic = Clinic(name=name, time_zone=time_zone, is_demo=is_demo)
    clinic.full_clean()
    clinic.save()
    access.write_system("clinic.create", clinic_id=clinic.id)
    return clinic


@transaction.atomic
def membership_grant(*, clinic: Clinic, user: User, role: Role) -> Membership:
    """Give a person a role in a clinic; a role that ended begins again."""
    membership, _ = Membership.objects.update_or_create(
        clinic=clinic, user=user, role=role, defaults={"ended_at": None}
    )
    access.write_system("membership.grant", clinic_id=clinic.id, actor_id=user.id, detail=str(role.value))
    return membership


@transaction.atomic
def membership_end(*, membership: Membership) -> None:
    """Take a role from a person; what they did stays on record."""
    Membership.objects.filter(id=membership.id).update(ended_at=timezone.now())
    access.write_system(
        "membership.end", clinic_id=membership.clinic_id, actor_id=membership.user_id, detail=membership.role
    )
