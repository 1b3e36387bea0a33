"""/api/v1/sessions: what was played. Recordings come in by /sync/v1, not here."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from clinic_server.core.api import ClinicView
from clinic_server.core.inputs import identifier, moment
from clinic_server.core.paging import PARAMETERS, asked, page, paged_response
from clinic_server.core.problems import Problem
from clinic_server.core.schema import PAGE, answers, list_of, page_of
from clinic_server.recordings import selectors
from clinic_server.recordings.models import Session, Trial, UrgentEvent


class SessionSerializer(serializers.ModelSerializer[Session]):
    patient_id = serializers.UUIDField()
    plan_id = serializers.UUIDField(allow_null=True)
    success_rate = serializers.FloatField(allow_null=True)

    class Meta:
        model = Session
        fields = (
            "id",
            "patient_id",
            "started_at",
            "local_date",
            "duration_s",
            "ended_reason",
            "status",
            "unusable_reason",
            "content",
            "is_virtual",
            "games",
            "modes",
            "plan_id",
            "plan_version",
            "trial_count",
            "success_rate",
            "pain_before",
            "pain_after",
            "effort_before",
            "effort_after",
            "warning",
        )
        read_only_fields = fields


def _part() -> serializers.ListField:
    return serializers.ListField(
        child=serializers.FloatField(), min_length=2, max_length=2, allow_null=True, read_only=True
    )


class LatencySerializer(serializers.Serializer[Any]):
    """Each part as [median, 95th percentile], ms; null where it was not measured. `device_ms` is the time
    from one sample to the next: a movement waits half of it on average."""

    device_ms = _part()
    tracker_ms = _part()
    logic_ms = _part()
    draw_ms = _part()


class SessionDetailSerializer(SessionSerializer):
    latency = LatencySerializer(allow_null=True, read_only=True)
    latency_ms = serializers.FloatField(
        allow_null=True,
        read_only=True,
        help_text="the sum of the medians: tracker, logic, draw and half of device",
    )

    class Meta(SessionSerializer.Meta):
        fields = (  # type: ignore[assignment]
            *SessionSerializer.Meta.fields,
            "epoch",
            "device_seq",
            "plan_revision",
            "app_version",
            "device_kind",
            "device_unit",
            "device_pointer",
            "device_calibrated",
            "device_rate_hz",
            "device_latency_ms",
            "latency",
            "latency_ms",
            "clock_uncertainty_ms",
            "blocks",
            "alerts",
            "recovered_from",
        )
        read_only_fields = fields  # type: ignore[assignment]


class TrialSerializer(serializers.ModelSerializer[Trial]):
    class Meta:
        model = Trial
        exclude = ("id", "created_at", "clinic", "session")


class TrajectorySerializer(serializers.Serializer[Any]):
    session_id = serializers.UUIDField()
    unit = serializers.CharField(help_text="m real hand space, counts nominal, norm without a scale")
    t_s = serializers.ListField(child=serializers.FloatField())
    x_mm = serializers.ListField(child=serializers.FloatField())
    y_mm = serializers.ListField(child=serializers.FloatField())
    filtered_x_mm = serializers.ListField(child=serializers.FloatField())
    filtered_y_mm = serializers.ListField(child=serializers.FloatField())
    confidence = serializers.ListField(child=serializers.IntegerField())
    flags = serializers.ListField(child=serializers.IntegerField())


class UrgentEventSerializer(serializers.ModelSerializer[UrgentEvent]):
    class Meta:
        model = UrgentEvent
        fields = ("id", "at", "what", "session_id", "pain", "detail")
        read_only_fields = fields


class SessionsView(ClinicView):
    query_parameters = PARAMETERS | {"patient", "started_at[gte]", "started_at[lte]", "status"}

    @extend_schema(
        operation_id="sessions_list",
        parameters=[
            *PAGE,
            OpenApiParameter("patient", UUID),
            OpenApiParameter("started_at[gte]", OpenApiTypes.DATETIME),
            OpenApiParameter("started_at[lte]", OpenApiTypes.DATETIME),
            OpenApiParameter("status", str, enum=["ok", "unusable"]),
        ],
        responses=answers(page_of(SessionSerializer)),
    )
    def get(self, request: Request) -> Response:
        """Sessions, newest first; unusable ones too, with the reason."""
        wanted = request.query_params.get("status", "")
        if wanted not in {"", *Session.Status.values}:
            raise Problem(400, "invalid_parameter", "status is ok or unusable")
        rows = selectors.session_list(
            self.actor,
            patient_id=identifier(request, "patient"),
            since=moment(request, "started_at[gte]"),
            until=moment(request, "started_at[lte]"),
            status=wanted,
        )
        found = page(rows, by="started_at", **asked(request))
        return paged_response(request, found, list(SessionSerializer(found.rows, many=True).data))


class SessionView(ClinicView):
    @extend_schema(responses=answers(SessionDetailSerializer))
    def get(self, request: Request, session_id: UUID) -> Response:
        """One session."""
        return Response(SessionDetailSerializer(selectors.session_get(self.actor, session_id)).data)


class SessionTrialsView(ClinicView):
    @extend_schema(responses=answers(list_of(TrialSerializer)))
    def get(self, request: Request, session_id: UUID) -> Response:
        """The trials of a session in order."""
        rows = selectors.session_trials(self.actor, session_id)
        return Response({"data": TrialSerializer(rows, many=True).data})


class SessionTrajectoryView(ClinicView):
    @extend_schema(responses=answers(TrajectorySerializer, also=(409,)))
    def get(self, request: Request, session_id: UUID) -> Response:
        """The hand's path at every tick, as columns."""
        found = selectors.session_trajectory(self.actor, session_id)
        columns = ("t_s", "x_mm", "y_mm", "filtered_x_mm", "filtered_y_mm", "confidence", "flags")
        return Response(
            {
                "session_id": str(found.session_id),
                "unit": found.unit,
                **{name: getattr(found, name).round(6).tolist() for name in columns},
            }
        )


class UrgentEventsView(ClinicView):
    @extend_schema(responses=answers(list_of(UrgentEventSerializer)))
    def get(self, request: Request, patient_id: UUID) -> Response:
        """A patient's urgent events, newest first."""
        rows = selectors.urgent_events(self.actor, patient_id)
        return Response({"data": UrgentEventSerializer(rows, many=True).data})
