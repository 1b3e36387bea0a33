"""/api/v1/jobs: how far is what I asked for?"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from clinic_server.core.api import ClinicView
from clinic_server.core.models import Job
from clinic_server.core.problems import not_found
from clinic_server.core.schema import answers

STATES = {
    Job.State.READY: "waiting",
    Job.State.LEASED: "running",
    Job.State.DONE: "done",
    Job.State.DEAD: "failed",
}


class JobSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    kind = serializers.CharField()
    state = serializers.ChoiceField(list(STATES.values()))
    progress = serializers.IntegerField(help_text="percent")
    result = serializers.CharField(allow_null=True, help_text="where the result is, once it is done")


def job_body(job: Job) -> dict[str, Any]:
    """What may be said of a job: never why it failed, which is for the server's log."""
    is_done = job.state == Job.State.DONE
    return {
        "id": str(job.id),
        "kind": job.kind,
        "state": STATES[Job.State(job.state)],
        "progress": job.progress,
        "result": job.result or None if is_done else None,
    }


class JobView(ClinicView):
    @extend_schema(responses=answers(JobSerializer))
    def get(self, request: Request, job_id: UUID) -> Response:
        """A job that you asked for; nobody else's."""
        job = Job.objects.filter(
            id=job_id, clinic_id=self.actor.clinic_id, requested_by=self.actor.user_id
        ).first()
        if job is None:
            raise not_found()
        return Response(job_body(job))
