"""Writing the access log. Selectors and services call it; nothing reads or checks it here (`audit`)."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from django.db import connection
from django.utils import timezone

from clinic_server.core import tenancy
from clinic_server.core.models import AccessLog

if TYPE_CHECKING:
    from uuid import UUID

    from clinic_server.core.actors import Actor, DevicePrincipal

FIRST_HASH = "0" * 64


def write(
    actor: Actor | DevicePrincipal,
    action: str,
    *,
    patient_id: UUID | None = None,
    subject_id: UUID | None = None,
    relation: str = "",
    result_count: int = 1,
    detail: str = "",
) -> None:
    """Append one entry to the clinic's chain, in the transaction of what it tells of.

    A read that can't be logged fails with the log: nobody looks unseen.
    """
    actor_id = getattr(actor, "user_id", None) or getattr(actor, "profile_id", None)
    _append(
        clinic_id=actor.clinic_id,
        actor_kind=actor.kind,
        actor_id=actor_id,
        action=action,
        relation=relation,
        patient_id=patient_id,
        subject_id=subject_id,
        result_count=result_count,
        request_id=actor.request_id,
        detail=detail,
    )


def write_system(
    action: str, *, clinic_id: UUID = tenancy.NO_CLINIC, actor_id: UUID | None = None, detail: str = ""
) -> None:
    """Append an entry about something that no clinic's actor did: a sign-in, a command."""
    _append(
        clinic_id=clinic_id,
        actor_kind="system",
        actor_id=actor_id,
        action=action,
        relation="",
        patient_id=None,
        subject_id=None,
        result_count=0,
        request_id="",
        detail=detail,
    )


def entry_hash(entry: AccessLog) -> str:
    """Return the hash of an entry's content together with the hash of the entry before it."""
    parts = [
        entry.previous_hash, entry.clinic_id, entry.number, entry.at.isoformat(), entry.actor_kind,
        entry.actor_id, entry.action, entry.relation, entry.patient_id, entry.subject_id,
        entry.result_count, entry.request_id, entry.detail,
    ]  # fmt: skip
    return hashlib.sha256("\x1f".join(str(each) for each in parts).encode()).hexdigest()


def _append(*, clinic_id: UUID, detail: str, **fields: object) -> None:
    with tenancy.scope(clinic_id):
        _hold_chain(clinic_id)
        last = (
            AccessLog.objects.filter(clinic_id=clinic_id).order_by("-number").values("number", "hash").first()
        )
        entry = AccessLog(
            clinic_id=clinic_id,
            number=(last["number"] if last else 0) + 1,
            previous_hash=last["hash"] if last else FIRST_HASH,
            at=timezone.now(),
            detail=detail[:200],
            **fields,
        )
        entry.hash = entry_hash(entry)
        entry.save(force_insert=True)


def _hold_chain(clinic_id: UUID) -> None:
    """One writer a chain at a time. SQLite's immediate transactions already see to it."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [clinic_id.int & 0x7FFF_FFFF_FFFF_FFFF])
