"""Which clinic the current transaction may see.

Two locks: every selector filters by clinic, and on PostgreSQL forced row-level security compares each row
with `app.clinic_id`, set by `SET LOCAL` so that it dies with the transaction and never leaks through a
pooled connection. Without a scope PostgreSQL shows no clinical row at all.
"""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import connection, transaction

if TYPE_CHECKING:
    from collections.abc import Iterator

NO_CLINIC = UUID(int=0)
"""The scope of what belongs to no clinic: the access log of sign-ins, for one."""

_current: ContextVar[UUID | None] = ContextVar("movere_clinic", default=None)


def current_clinic() -> UUID | None:
    """Return the clinic of the innermost open scope, None outside any."""
    return _current.get()


@contextmanager
def scope(clinic_id: UUID) -> Iterator[None]:
    """Open a transaction that sees one clinic, and go back to the outer scope at its end."""
    outer = _current.get()
    with transaction.atomic():
        _tell_database(clinic_id)
        token = _current.set(clinic_id)
        try:
            yield
        finally:
            _current.reset(token)
    if connection.in_atomic_block:  # `SET LOCAL` outlives a savepoint: an outer transaction goes on
        _tell_database(outer)


def _tell_database(clinic_id: UUID | None) -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('app.clinic_id', %s, true)", [str(clinic_id or "")])
