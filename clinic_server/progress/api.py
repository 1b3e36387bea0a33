"""/api/v1: metrics, forecasts, recommendation. Triage and flags: `triage_api`."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import msgspec
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from clinic_server.core.api import ClinicView
from clinic_server.core.inputs import StrictSerializer, checked, moment
from clinic_server.core.jobs_api import JobSerializer, job_body
from clinic_server.core.models import Job
from clinic_server.core.schema import answers, list_of
from clinic_server.progress import forecasts, selectors, services
from clinic_server.progress.models import Forecast, MetricDefinition, MetricResult


class DefinitionSerializer(serializers.ModelSerializer[MetricDefinition]):
    class Meta:
        model = MetricDefinition
        exclude = ("id", "created_at")


class ResultSerializer(serializers.ModelSerializer[MetricResult]):
    class Meta:
        model = MetricResult
        fields = (
            "metric",
            "version",
            "scope",
            "value",
            "unit",
            "quality",
            "n",
            "missing_reason",
            "source",
            "computed_at",
        )
        read_only_fields = fields


class SeriesPointSerializer(serializers.Serializer[Any]):
    session_id = serializers.UUIDField()
    metric = serializers.CharField()
    started_at = serializers.DateTimeField(allow_null=True)
    local_date = serializers.DateField(allow_null=True)
    scope = serializers.CharField()
    version = serializers.IntegerField()
    value = serializers.FloatField(allow_null=True)
    unit = serializers.CharField()
    quality = serializers.FloatField()
    n = serializers.IntegerField()
    missing_reason = serializers.CharField(allow_null=True)
    source = serializers.CharField()  # type: ignore[assignment]
    modes = serializers.ListField(child=serializers.CharField())
    is_virtual = serializers.BooleanField()


class ApprovedSerializer(StrictSerializer):
    approved_modes = serializers.ListField(
        child=serializers.CharField(max_length=64), max_length=5, required=False, default=list
    )


class RankedModeSerializer(serializers.Serializer[Any]):
    mode = serializers.CharField()
    probability = serializers.FloatField()
    score = serializers.FloatField()
    spread = serializers.FloatField()
    is_banned = serializers.BooleanField()
    reasons = serializers.ListField(child=serializers.CharField())
    cautions = serializers.ListField(child=serializers.CharField())
    evidence = serializers.ListField(child=serializers.CharField())
    for_patient = serializers.CharField()
    measured = serializers.BooleanField()


class ChoiceSerializer(serializers.Serializer[Any]):
    mode = serializers.CharField()
    reasons = serializers.ListField(child=serializers.CharField())
    cautions = serializers.ListField(child=serializers.CharField())
    ranked = RankedModeSerializer(many=True)


class ForecastInputSerializer(StrictSerializer):
    content = serializers.DictField(help_text="a PlanContent; it need not be saved")
    weeks = serializers.IntegerField(min_value=1, max_value=26, default=4)


class ForecastSerializer(serializers.ModelSerializer[Forecast]):
    patient_id = serializers.UUIDField()
    job = JobSerializer(allow_null=True, help_text="ask it how far the forecast is; null when it is done")
    result = serializers.DictField(
        allow_null=True, help_text="what `python -m shared forecast` prints, or a `problem` in words"
    )

    class Meta:
        model = Forecast
        fields = ("id", "patient_id", "weeks", "result", "job", "created_at")
        read_only_fields = fields


class ForecastView(ClinicView):
    @extend_schema(
        request=ForecastInputSerializer,
        responses=answers(ForecastSerializer, also=(422,)) | answers(ForecastSerializer, status=202),
    )
    def post(self, request: Request, patient_id: UUID) -> Response:
        """What a plan may bring this patient: 200 when it is known, else 202 with the job to ask."""
        given = checked(ForecastInputSerializer, request)
        row, job = forecasts.forecast_ask(actor=self.actor, patient_id=patient_id, **given)
        return _forecast_answer(row, job)


class ForecastResultView(ClinicView):
    @extend_schema(responses=answers(ForecastSerializer))
    def get(self, request: Request, forecast_id: UUID) -> Response:
        """A forecast that was asked for."""
        return _forecast_answer(forecasts.forecast_get(self.actor, forecast_id), None)


def _forecast_answer(row: Forecast, job: Job | None) -> Response:
    body = {
        "id": row.id,
        "patient_id": row.patient_id,
        "weeks": row.weeks,
        "result": row.result,
        "job": job_body(job) if job else None,
        "created_at": row.created_at,
    }
    if job is None:
        return Response(body)
    return Response(body, status=202, headers={"Location": f"/api/v1/jobs/{job.id}"})


class DefinitionsView(ClinicView):
    @extend_schema(responses=answers(list_of(DefinitionSerializer)))
    def get(self, request: Request) -> Response:
        """What each metric means, its unit, its direction, and how far it is validated."""
        rows = selectors.metric_definitions()
        return Response({"data": DefinitionSerializer(rows, many=True).data})


class PatientMetricsView(ClinicView):
    query_parameters = frozenset({"name", "scope", "from", "to"})

    @extend_schema(
        parameters=[
            OpenApiParameter("name", str, description="a metric's id; all when absent"),
            OpenApiParameter("scope", str, description="the whole session when absent, * for every scope"),
            OpenApiParameter("from", OpenApiTypes.DATETIME),
            OpenApiParameter("to", OpenApiTypes.DATETIME),
        ],
        responses=answers(list_of(SeriesPointSerializer)),
    )
    def get(self, request: Request, patient_id: UUID) -> Response:
        """A patient's results in the order of play, values and missing ones with their reason."""
        scope: str | None = request.query_params.get("scope", "")
        rows = selectors.metric_series(
            self.actor,
            patient_id,
            metric=request.query_params.get("name", ""),
            scope=None if scope == "*" else scope,
            since=moment(request, "from"),
            until=moment(request, "to"),
        )
        return Response({"data": SeriesPointSerializer(rows, many=True).data})


class SessionMetricsView(ClinicView):
    @extend_schema(responses=answers(list_of(ResultSerializer)))
    def get(self, request: Request, session_id: UUID) -> Response:
        """Everything that was computed from one session."""
        rows = selectors.session_results(self.actor, session_id)
        return Response({"data": ResultSerializer(rows, many=True).data})


class RecommendationView(ClinicView):
    @extend_schema(request=ApprovedSerializer, responses=answers(ChoiceSerializer, also=(422,)))
    def post(self, request: Request, patient_id: UUID) -> Response:
        """Which training mode fits, and why; advice that a person confirms. Nothing is changed."""
        approved = checked(ApprovedSerializer, request)["approved_modes"]
        choice = services.recommend(actor=self.actor, patient_id=patient_id, approved=approved)
        return Response(msgspec.to_builtins(choice))
