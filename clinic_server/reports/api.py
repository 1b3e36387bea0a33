"""/api/v1/reports: ask for one, see how far it is, fetch its pages."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from clinic_server.core.api import ClinicView, idempotent
from clinic_server.core.inputs import StrictSerializer, checked
from clinic_server.core.jobs_api import JobSerializer, job_body
from clinic_server.core.paging import PARAMETERS, asked, page, paged_response
from clinic_server.core.problems import Problem
from clinic_server.core.schema import IDEMPOTENCY_KEY, PAGE, answers, page_of
from clinic_server.reports import services
from clinic_server.reports.models import Report


class ReportSerializer(serializers.ModelSerializer[Report]):
    patient_id = serializers.UUIDField()
    requested_by = serializers.CharField(source="requested_by.__str__", read_only=True)
    file = serializers.SerializerMethodField(help_text="where its pages are; null until they are made")

    class Meta:
        model = Report
        fields = ("id", "patient_id", "kind", "language", "requested_by", "created_at", "made_at", "file")
        read_only_fields = fields

    def get_file(self, row: Report) -> str | None:
        return f"/api/v1/reports/{row.id}/file" if row.made_at else None


class ReportAskedSerializer(ReportSerializer):
    job = JobSerializer()

    class Meta(ReportSerializer.Meta):
        fields = (*ReportSerializer.Meta.fields, "job")  # type: ignore[assignment]
        read_only_fields = fields  # type: ignore[assignment]


class ReportInputSerializer(StrictSerializer):
    patient_id = serializers.UUIDField()
    kind = serializers.ChoiceField(Report.Kind.choices)
    language = serializers.CharField(max_length=10, default="en")


class ReportsView(ClinicView):
    query_parameters = PARAMETERS | {"patient"}

    @extend_schema(
        operation_id="reports_list",
        parameters=[*PAGE, OpenApiParameter("patient", UUID, required=True)],
        responses=answers(page_of(ReportSerializer)),
    )
    def get(self, request: Request) -> Response:
        """A patient's reports, newest first."""
        text = request.query_params.get("patient", "")
        try:
            patient_id = UUID(text)
        except ValueError as error:
            raise Problem(400, "invalid_parameter", "patient is the id of a patient") from error
        found = page(services.report_list(self.actor, patient_id), **asked(request))
        return paged_response(request, found, list(ReportSerializer(found.rows, many=True).data))

    @extend_schema(
        parameters=[IDEMPOTENCY_KEY],
        request=ReportInputSerializer,
        responses=answers(ReportAskedSerializer, status=202, also=(422,)),
    )
    @idempotent
    def post(self, request: Request) -> Response:
        """Ask for a report of how things stand now; ask the job how far it is."""
        row, job = services.report_ask(actor=self.actor, **checked(ReportInputSerializer, request))
        body: dict[str, Any] = {**ReportSerializer(row).data, "job": job_body(job)}
        return Response(body, status=202, headers={"Location": f"/api/v1/jobs/{job.id}"})


class ReportView(ClinicView):
    @extend_schema(responses=answers(ReportSerializer))
    def get(self, request: Request, report_id: UUID) -> Response:
        """A report, made or not."""
        return Response(ReportSerializer(services.report_get(self.actor, report_id)).data)


class ReportFileView(ClinicView):
    @extend_schema(responses=answers(OpenApiTypes.BINARY, media_type="application/pdf", also=(409,)))
    def get(self, request: Request, report_id: UUID) -> HttpResponse:
        """The pages as PDF; 409 `not_made_yet` until a worker has made them."""
        return report_file(services.report_get(self.actor, report_id))


def report_file(row: Report) -> HttpResponse:
    """Answer with a report's pages.

    Raises:
        Problem: 409 `not_made_yet`.
    """
    if row.pdf is None:
        raise Problem(409, "not_made_yet", "a worker is still making this report: ask its job")
    response = HttpResponse(bytes(row.pdf), content_type="application/pdf")
    name = f"{row.patient.pseudonym}-{row.kind}-{row.created_at:%Y-%m-%d}.pdf"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store"
    return response
