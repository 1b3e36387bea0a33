"""Ring a worker by a task's name. A broker that is down costs nothing but time: the sweep rings again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog
from celery import current_app
from django.db import transaction

if TYPE_CHECKING:
    from uuid import UUID

log = structlog.get_logger(__name__)

RUN_JOB = "movere.jobs.run"
RUN_BULK = "movere.jobs.run_bulk"


def ring(task: str, *arguments: str) -> bool:
    """Send a task now; return False when the broker doesn't answer."""
    try:
        current_app.send_task(task, args=list(arguments), retry=False, ignore_result=True)
    except Exception as error:
        log.warning("doorbell_unheard", task=task, error=type(error).__name__)
        return False
    return True


def ring_on_commit(task: str, *arguments: str) -> None:
    """Send a task once the current transaction has been committed."""

    def send() -> None:
        ring(task, *arguments)

    transaction.on_commit(send, robust=True)


def ring_job(job_id: UUID, *, bulk: bool = False) -> None:
    """Ring for one job after the commit."""
    ring_on_commit(RUN_BULK if bulk else RUN_JOB, str(job_id))
