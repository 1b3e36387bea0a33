"""Is the server alive, and is it able to work: database, broker, a worker that beats."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from celery import current_app
from django.db import DatabaseError, connection
from django.db.models.functions import Now
from django.http import JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from clinic_server.core.models import Heartbeat, Job

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

WORKER_SILENT = timedelta(seconds=120)


def beat(name: str) -> None:
    """Note that a process did something just now."""
    Heartbeat.objects.update_or_create(name=name, defaults={"at": Now()})


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers; nothing else is asked."""
    return JsonResponse({"status": "ok"})


@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """200 when database, broker and worker all answer, else 503 with what doesn't."""
    checks: dict[str, str] = {"database": "ok", "broker": "ok", "worker": "ok"}
    body: dict[str, object] = {"checks": checks}
    try:
        connection.ensure_connection()
        seen = Heartbeat.objects.filter(name="worker").first()
        if seen is None or timezone.now() - seen.at > WORKER_SILENT:
            checks["worker"] = "no worker has answered for two minutes: start one, or look at its log"
        oldest = (
            Job.objects.filter(state=Job.State.READY, not_before__lte=Now()).order_by("not_before").first()
        )
        body["oldest_job_s"] = (timezone.now() - oldest.not_before).total_seconds() if oldest else 0.0
        body["dead_jobs"] = Job.objects.filter(state=Job.State.DEAD).count()
    except DatabaseError:
        checks["database"] = "the database does not answer"
        checks["worker"] = "unknown"
    try:
        with current_app.connection_for_write() as broker:
            broker.ensure_connection(max_retries=1, timeout=2)
    except Exception:
        checks["broker"] = "the broker does not answer: recordings are kept, metrics will be late"
    ready = all(state == "ok" for state in checks.values())
    body["status"] = "ready" if ready else "not_ready"
    return JsonResponse(body, status=200 if ready else 503)
