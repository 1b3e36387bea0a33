"""Celery's entries to the queue and the worker's heartbeat. A task fetches and calls; no more."""

from __future__ import annotations

import os
import socket
from uuid import UUID

from celery import shared_task
from celery.signals import worker_ready
from django.db import connection

from clinic_server.core import health, jobs


def _owner() -> str:
    return f"{socket.gethostname()}:{os.getpid()}"


@shared_task(name="movere.jobs.run")
def run_job(job_id: str) -> None:
    jobs.run(UUID(job_id), _owner())
    health.beat("worker")


@shared_task(name="movere.jobs.run_bulk")
def run_bulk(job_id: str) -> None:
    jobs.run(UUID(job_id), _owner())
    health.beat("worker")


@shared_task(name="movere.jobs.sweep")
def sweep() -> None:
    jobs.sweep()
    health.beat("worker")


@shared_task(name="movere.heartbeat")
def heartbeat() -> None:
    health.beat("worker")


@worker_ready.connect
def first_beat(**_: object) -> None:
    """A worker that has just started is alive before its first task."""
    health.beat("worker")
    connection.close()  # the parent of a pool keeps no connection that a child could inherit
