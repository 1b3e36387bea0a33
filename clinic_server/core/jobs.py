"""The queue: rows in the database, taken by a lease with a fence.

At least once to run, exactly once in effect: a job's effect is an upsert written in the same short
transaction that re-checks the fence and marks the job done. Works alike on SQLite and PostgreSQL.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import structlog
from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Now

from clinic_server.core import doorbell, tenancy
from clinic_server.core.models import Job

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

log = structlog.get_logger(__name__)

LEASE = timedelta(minutes=3)
MAX_ATTEMPTS = 6
_BACKOFF_S = 30
_BACKOFF_MAX_S = 6 * 3600
BULK_PRIORITY = 10

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class JobKind(Generic[Result]):
    """What a kind of job does: `compute` outside any transaction, `store` inside the short last one."""

    compute: Callable[[Job], Result]
    store: Callable[[Job, Result], None]


_kinds: dict[str, JobKind[Any]] = {}


def register(name: str, kind: JobKind[Any]) -> None:
    """Make a kind of job known; called once by the app that owns it, when it is ready."""
    _kinds[name] = kind


def enqueue(
    *,
    kind: str,
    clinic_id: UUID,
    subject_id: UUID,
    version: str = "",
    priority: int = 0,
    again: bool = False,
    requested_by: UUID | None = None,
    result: str = "",
) -> Job:
    """Insert a job in the current transaction, or find the one there is, and ring after the commit.

    `again` makes a finished or dead job ready once more; a job under way is left alone, and is run again
    after it, since its fence is raised.

    Args:
        requested_by: the person who waits, and may ask how far it is (`/api/v1/jobs/{id}`).
        result: the address of what it will have made.
    """
    job, created = Job.objects.get_or_create(
        kind=kind,
        subject_id=subject_id,
        version=version,
        defaults={
            "clinic_id": clinic_id,
            "priority": priority,
            "not_before": Now(),
            "requested_by": requested_by,
            "result": result,
        },
    )
    if not created and again:
        Job.objects.filter(id=job.id).update(
            state=Job.State.READY,
            attempts=0,
            fence=F("fence") + 1,
            priority=priority,
            not_before=Now(),
            lease_until=None,
            done_at=None,
            last_error="",
            progress=0,
        )
    if created or again:
        doorbell.ring_job(job.id, bulk=priority >= BULK_PRIORITY)
    return job


def due() -> Q:
    """Jobs whose time has come, and jobs whose worker was lost."""
    return Q(state=Job.State.READY, not_before__lte=Now()) | Q(state=Job.State.LEASED, lease_until__lt=Now())


def lease(job_id: UUID, owner: str) -> Job | None:
    """Take a job that is due or whose lease ran out; None when somebody else has it or it is not due."""
    with transaction.atomic():
        taken = Job.objects.filter(due(), id=job_id).update(
            state=Job.State.LEASED,
            lease_owner=owner[:100],
            lease_until=Now() + LEASE,
            fence=F("fence") + 1,
            attempts=F("attempts") + 1,
        )
        return Job.objects.get(id=job_id) if taken else None


def tell(job: Job, share: float) -> None:
    """Say how much of a long job is done, 0 to 1, and keep its lease: it is at work."""
    Job.objects.filter(id=job.id, fence=job.fence, state=Job.State.LEASED).update(
        progress=round(100 * share), lease_until=Now() + LEASE
    )


def run(job_id: UUID, owner: str) -> str:
    """Lease, compute, store. Returns `not_due`, `done`, `fenced`, `retry` or `dead`."""
    job = lease(job_id, owner)
    if job is None:
        return "not_due"
    if job.attempts > MAX_ATTEMPTS:  # its workers died each time, without a chance to say so
        return _fail(job, "the worker ended without an answer, each time")
    with structlog.contextvars.bound_contextvars(job_id=str(job.id), kind=job.kind):
        try:
            kind = _kinds[job.kind]
            result = kind.compute(job)
            with tenancy.scope(job.clinic_id):
                if not _still_ours(job):
                    return "fenced"
                kind.store(job, result)
                Job.objects.filter(id=job.id, fence=job.fence).update(
                    state=Job.State.DONE, done_at=Now(), lease_until=None, last_error="", progress=100
                )
        except Exception as error:
            log.warning("job_failed", error=type(error).__name__, exc_info=True)
            return _fail(job, f"{type(error).__name__}: {error}")
    return "done"


def sweep(limit: int = 500) -> int:
    """Ring for jobs that are due and for leases that ran out; return how many."""
    rows = Job.objects.filter(due()).order_by("priority", "not_before").values_list("id", "priority")[:limit]
    rung = 0
    for job_id, priority in rows:
        task = doorbell.RUN_BULK if priority >= BULK_PRIORITY else doorbell.RUN_JOB
        if not doorbell.ring(task, str(job_id)):
            break
        rung += 1
    return rung


def _still_ours(job: Job) -> bool:
    held = Job.objects.select_for_update().filter(id=job.id, fence=job.fence, state=Job.State.LEASED)
    return held.exists()


def _fail(job: Job, reason: str) -> str:
    dead = job.attempts >= MAX_ATTEMPTS
    wait_s = min(_BACKOFF_MAX_S, _BACKOFF_S * 2**job.attempts) * (0.5 + random.random() / 2)  # noqa: S311
    Job.objects.filter(id=job.id, fence=job.fence).update(
        state=Job.State.DEAD if dead else Job.State.READY,
        not_before=Now() + timedelta(seconds=wait_s),
        lease_until=None,
        last_error=reason[:2000],
    )
    if dead:
        log.error("job_dead", job_id=str(job.id), kind=job.kind)
    return "dead" if dead else "retry"
