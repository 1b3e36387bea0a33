"""Beat's entries: the nightly reconciliation and the hourly check of what the day changes."""

from __future__ import annotations

from celery import shared_task

from clinic_server.core import health
from clinic_server.progress import services


@shared_task(name="movere.progress.reconcile")
def reconcile() -> None:
    services.reconcile()
    health.beat("worker")


@shared_task(name="movere.progress.silent")
def silent() -> None:
    services.day_check()
    health.beat("worker")
