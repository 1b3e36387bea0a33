"""/api/v1/sessions/{id}/export: take a session out as a file; each time is in the access log."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request

from clinic_server.core.api import ClinicView
from clinic_server.core.problems import Problem
from clinic_server.core.schema import answers
from clinic_server.exchange import selectors


class SessionExportView(ClinicView):
    query_parameters = frozenset({"as"})

    @extend_schema(
        parameters=[OpenApiParameter("as", str, enum=["sealed", "csv"])],
        responses=answers(OpenApiTypes.BINARY, media_type="application/octet-stream", also=(409,))
        | {(200, "text/csv"): OpenApiTypes.STR},
    )
    def get(self, request: Request, session_id: UUID) -> Any:
        """The sealed file exactly as the device sent it, or the trajectory as CSV."""
        kind = request.query_params.get("as", "sealed")
        if kind == "sealed":
            name, data = selectors.sealed_file(self.actor, session_id)
            content_type = "application/octet-stream"
        elif kind == "csv":
            name, data = selectors.trajectory_csv(self.actor, session_id)
            content_type = "text/csv; charset=utf-8"
        else:
            raise Problem(400, "invalid_parameter", "as is sealed or csv")
        response = HttpResponse(data, content_type=content_type)
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        response["Cache-Control"] = "no-store"
        return response
