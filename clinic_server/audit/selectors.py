"""Reading and checking the access log."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import QuerySet

from clinic_server.clinics.models import Clinic
from clinic_server.core import tenancy
from clinic_server.core.access import FIRST_HASH, entry_hash
from clinic_server.core.models import AccessLog

if TYPE_CHECKING:
    from clinic_server.core.actors import Actor


@dataclass(frozen=True, slots=True)
class Break:
    """Where a chain doesn't hold: the number of the entry, and what is wrong with it."""

    clinic_id: UUID
    number: int
    what: str


def log_entries(actor: Actor, *, patient_id: UUID | None = None) -> QuerySet[AccessLog]:
    """Return the clinic's log, for an auditor.

    Raises:
        Problem: 403 `role_missing`.
    """
    actor.require("audit.read")
    rows = AccessLog.objects.filter(clinic_id=actor.clinic_id)
    return rows.filter(patient_id=patient_id) if patient_id else rows


def chain_check(clinic_id: UUID) -> tuple[int, Break | None]:
    """Return how many entries of a clinic's chain hold, and the first break.

    A removed entry shows as a gap in the numbers, a changed one by its hash, and a changed one whose hash
    was made anew by the entry after it. Entries cut off the end don't show: keep the last hash elsewhere.
    """
    with tenancy.scope(clinic_id):
        expected, number = FIRST_HASH, 0
        for entry in AccessLog.objects.filter(clinic_id=clinic_id).order_by("number").iterator():
            number += 1
            if entry.number != number:
                return number - 1, Break(clinic_id, number, "this entry was taken out")
            if entry.previous_hash != expected:
                return number - 1, Break(clinic_id, number, "the entry before it was changed")
            if entry_hash(entry) != entry.hash:
                return number - 1, Break(clinic_id, number, "this entry was changed")
            expected = entry.hash
    return number, None


def chains() -> list[UUID]:
    """Return every chain: one a clinic, and the one of what belongs to none."""
    return [tenancy.NO_CLINIC, *Clinic.objects.values_list("id", flat=True)]
