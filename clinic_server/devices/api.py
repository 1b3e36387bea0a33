"""/api/v1/…/devices: approving a code on the patient's page, and revoking."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from clinic_server.core.api import ClinicView, idempotent
from clinic_server.core.inputs import StrictSerializer, checked
from clinic_server.core.problems import CONTENT_TYPE, Problem, problem_body
from clinic_server.core.schema import IDEMPOTENCY_KEY, answers, list_of
from clinic_server.devices import selectors, services
from clinic_server.devices.models import Profile


class DeviceSerializer(serializers.ModelSerializer[Profile]):
    class Meta:
        model = Profile
        fields = (
            "id",
            "machine",
            "app_version",
            "created_at",
            "expires_at",
            "revocation",
            "revoked_at",
            "last_seen_at",
            "clock_offset_ms",
        )
        read_only_fields = fields


class PairingCodeSerializer(StrictSerializer):
    user_code = serializers.CharField(max_length=20, help_text="the eight letters on the device's screen")


class PairingSerializer(serializers.Serializer[Any]):
    fingerprint = serializers.CharField(help_text="must equal what the device shows")
    machine = serializers.CharField()
    app_version = serializers.CharField()
    expires_at = serializers.DateTimeField()


def _refused(view: ClinicView, problem: Problem) -> Response:
    """Answer with a problem whose traces are kept: nothing is rolled back."""
    request_id = getattr(view.request._request, "request_id", "")
    return Response(
        problem_body(problem, request_id), status=problem.status, headers=problem.headers,
        content_type=CONTENT_TYPE,
    )  # fmt: skip


class DevicesView(ClinicView):
    @extend_schema(responses=answers(list_of(DeviceSerializer)))
    def get(self, request: Request, patient_id: UUID) -> Response:
        """A patient's paired profiles, revoked ones too."""
        found = selectors.device_list(self.actor, patient_id)
        return Response({"data": DeviceSerializer(found, many=True).data})

    @extend_schema(
        parameters=[IDEMPOTENCY_KEY],
        request=PairingCodeSerializer,
        responses=answers(DeviceSerializer, status=201, also=(422,)),
    )
    @idempotent
    def post(self, request: Request, patient_id: UUID) -> Response:
        """Approve the code that a device shows: that device then plays this patient's plan."""
        code = checked(PairingCodeSerializer, request)["user_code"]
        found = services.pairing_approve(actor=self.actor, patient_id=patient_id, user_code=code)
        if isinstance(found, Problem):
            return _refused(self, found)
        return Response(DeviceSerializer(found).data, status=status.HTTP_201_CREATED)


class PairingLookupView(ClinicView):
    @extend_schema(request=PairingCodeSerializer, responses=answers(PairingSerializer, also=(422,)))
    def post(self, request: Request, patient_id: UUID) -> Response:
        """Show whose code this is before approving it: compare the fingerprint with the device's screen."""
        code = checked(PairingCodeSerializer, request)["user_code"]
        found = services.pairing_find(actor=self.actor, patient_id=patient_id, user_code=code)
        if isinstance(found, Problem):
            return _refused(self, found)
        return Response(PairingSerializer(found).data)


class DeviceView(ClinicView):
    query_parameters = frozenset({"kind"})

    @extend_schema(
        parameters=[OpenApiParameter("kind", str, enum=["retired", "stolen"])],
        responses=answers(DeviceSerializer, also=(422,)),
    )
    def delete(self, request: Request, profile_id: UUID) -> Response:
        """Revoke: a retired device may send for thirty days what it still holds, a stolen one nothing."""
        profile = services.device_revoke(
            actor=self.actor, profile_id=profile_id, kind=request.query_params.get("kind", "retired")
        )
        return Response(DeviceSerializer(profile).data)


class DeviceRenewView(ClinicView):
    @extend_schema(request=None, responses=answers(DeviceSerializer, also=(409,)))
    def post(self, request: Request, profile_id: UUID) -> Response:
        """Let a device fetch plans for another 180 days."""
        return Response(DeviceSerializer(services.device_renew(actor=self.actor, profile_id=profile_id)).data)
