"""/api/v1/audit: the access log, for auditors."""

from __future__ import annotations

from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from clinic_server.audit import selectors
from clinic_server.core.api import ClinicView
from clinic_server.core.inputs import identifier
from clinic_server.core.models import AccessLog
from clinic_server.core.paging import PARAMETERS, asked, page, paged_response
from clinic_server.core.schema import PAGE, answers, page_of


class AccessLogSerializer(serializers.ModelSerializer[AccessLog]):
    class Meta:
        model = AccessLog
        exclude = ("id", "created_at")


class AuditView(ClinicView):
    query_parameters = PARAMETERS | {"patient"}

    @extend_schema(
        parameters=[*PAGE, OpenApiParameter("patient", UUID)], responses=answers(page_of(AccessLogSerializer))
    )
    def get(self, request: Request) -> Response:
        """Who looked at or changed what, newest first."""
        rows = selectors.log_entries(self.actor, patient_id=identifier(request, "patient"))
        found = page(rows, **asked(request))
        return paged_response(request, found, list(AccessLogSerializer(found.rows, many=True).data))
