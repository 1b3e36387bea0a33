"""/api/v1/scales and a patient's readings of them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from clinic_server.core.api import ClinicView, idempotent
from clinic_server.core.inputs import StrictSerializer, checked
from clinic_server.core.paging import PARAMETERS, asked, page, paged_response
from clinic_server.core.schema import IDEMPOTENCY_KEY, PAGE, answers, list_of, page_of
from clinic_server.patients import scales
from clinic_server.patients.models import ScaleReading


class ThresholdSerializer(serializers.Serializer[Any]):
    kind = serializers.CharField(help_text="MDC: beyond measurement error; MCID, MIC: it matters")
    size = serializers.FloatField()
    worse = serializers.FloatField()
    phase = serializers.CharField(help_text="acute, subacute, chronic; empty for every phase")
    population = serializers.CharField()
    source = serializers.CharField()  # type: ignore[assignment]


class ScaleSerializer(serializers.Serializer[Any]):
    id = serializers.CharField()
    name = serializers.CharField()
    about = serializers.CharField()
    low = serializers.FloatField()
    high = serializers.FloatField()
    step = serializers.FloatField()
    better = serializers.CharField()
    unit = serializers.CharField()
    code = serializers.CharField()
    thresholds = ThresholdSerializer(many=True)


class ScaleReadingSerializer(serializers.ModelSerializer[ScaleReading]):
    patient_id = serializers.UUIDField()
    entered_by = serializers.CharField(source="entered_by.__str__", read_only=True)

    class Meta:
        model = ScaleReading
        fields = (
            "id",
            "patient_id",
            "scale",
            "value",
            "taken_on",
            "medication_on",
            "note",
            "entered_by",
            "created_at",
            "withdrawn_at",
            "withdrawn_reason",
        )
        read_only_fields = fields


class ScaleInputSerializer(StrictSerializer):
    scale = serializers.CharField(max_length=40)
    value = serializers.FloatField()
    taken_on = serializers.DateField(required=False, help_text="today when absent")
    medication_on = serializers.BooleanField(required=False, allow_null=True)
    note = serializers.CharField(max_length=200, required=False, allow_blank=True)


class WithdrawSerializer(StrictSerializer):
    reason = serializers.CharField(max_length=200)


class ScalesView(ClinicView):
    @extend_schema(responses=answers(list_of(ScaleSerializer)))
    def get(self, request: Request) -> Response:
        """The scales whose totals can be entered, with range, direction and sourced thresholds."""
        return Response({"data": ScaleSerializer(scales.scales().values(), many=True).data})


class ScaleReadingsView(ClinicView):
    query_parameters = PARAMETERS

    @extend_schema(
        operation_id="patients_scales_list",
        parameters=PAGE,
        responses=answers(page_of(ScaleReadingSerializer)),
    )
    def get(self, request: Request, patient_id: UUID) -> Response:
        """A patient's readings, the last entered first, withdrawn ones too."""
        found = page(scales.scale_readings(self.actor, patient_id), **asked(request))
        return paged_response(request, found, list(ScaleReadingSerializer(found.rows, many=True).data))

    @extend_schema(
        parameters=[IDEMPOTENCY_KEY],
        request=ScaleInputSerializer,
        responses=answers(ScaleReadingSerializer, status=201, also=(422,)),
    )
    @idempotent
    def post(self, request: Request, patient_id: UUID) -> Response:
        """Enter a total; the newest one moves the impairment profile where that has the scale."""
        row = scales.scale_add(
            actor=self.actor, patient_id=patient_id, **checked(ScaleInputSerializer, request)
        )
        return Response(ScaleReadingSerializer(row).data, status=status.HTTP_201_CREATED)


class ScaleWithdrawView(ClinicView):
    @extend_schema(request=WithdrawSerializer, responses=answers(ScaleReadingSerializer, also=(422,)))
    def post(self, request: Request, reading_id: UUID) -> Response:
        """Take a wrong reading out of every sum, with the reason; it stays to be seen."""
        given = checked(WithdrawSerializer, request)
        row = scales.scale_withdraw(actor=self.actor, reading_id=reading_id, **given)
        return Response(ScaleReadingSerializer(row).data)
