"""/api/v1/patients: patients, their impairment profile and care team."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from clinic_server.core.api import ClinicView, etag, idempotent, require_match, unchanged
from clinic_server.core.inputs import StrictSerializer, checked
from clinic_server.core.paging import PARAMETERS, asked, page, paged_response
from clinic_server.core.schema import (
    IDEMPOTENCY_KEY,
    IF_MATCH,
    IF_NONE_MATCH,
    PAGE,
    answers,
    list_of,
    page_of,
)
from clinic_server.patients import selectors, services
from clinic_server.patients.models import CareTeamMember, EmergencyAccess, Patient, Side


class IdentitySerializer(StrictSerializer):
    given_name = serializers.CharField(max_length=80, allow_blank=True, required=False)
    family_name = serializers.CharField(max_length=80, allow_blank=True, required=False)
    greeting_name = serializers.CharField(max_length=80, allow_blank=True, required=False)
    birth_date = serializers.DateField(allow_null=True, required=False)
    contact = serializers.CharField(max_length=200, allow_blank=True, required=False)


class PatientInputSerializer(StrictSerializer):
    affected_side = serializers.ChoiceField(Side.choices, required=False)
    age_band = serializers.CharField(max_length=10, allow_blank=True, required=False)
    condition = serializers.CharField(max_length=80, allow_blank=True, required=False)
    next_review_on = serializers.DateField(allow_null=True, required=False)
    impairment = serializers.DictField(required=False, help_text="an ImpairmentProfile; absent is unknown")
    identity = IdentitySerializer(required=False)


class PatientPatchSerializer(PatientInputSerializer):
    standing_cleared = serializers.BooleanField(required=False, help_text="only a clinician may set it")


class PatientSerializer(serializers.ModelSerializer[Patient]):
    standing_cleared = serializers.BooleanField()

    class Meta:
        model = Patient
        fields = (
            "id",
            "pseudonym",
            "is_virtual",
            "affected_side",
            "age_band",
            "condition",
            "standing_cleared",
            "standing_cleared_at",
            "next_review_on",
            "plan_revision",
            "created_at",
        )
        read_only_fields = fields


class ProfileSerializer(serializers.Serializer[Any]):
    impairment = serializers.DictField()
    measured = serializers.DictField(child=serializers.FloatField())
    bias_deg = serializers.FloatField(allow_null=True)


class CareTeamInputSerializer(StrictSerializer):
    user_id = serializers.UUIDField()
    starts_on = serializers.DateField(required=False)
    ends_on = serializers.DateField(required=False, allow_null=True)


class CareTeamSerializer(serializers.ModelSerializer[CareTeamMember]):
    user_id = serializers.UUIDField()
    name = serializers.CharField(source="user.__str__", read_only=True)

    class Meta:
        model = CareTeamMember
        fields = ("user_id", "name", "is_owner", "starts_on", "ends_on")
        read_only_fields = fields


class BreakGlassInputSerializer(StrictSerializer):
    reason = serializers.CharField(max_length=400)


class BreakGlassSerializer(serializers.ModelSerializer[EmergencyAccess]):
    class Meta:
        model = EmergencyAccess
        fields = ("id", "reason", "ends_at")
        read_only_fields = fields


class PatientsView(ClinicView):
    query_parameters = PARAMETERS

    @extend_schema(
        operation_id="patients_list", parameters=PAGE, responses=answers(page_of(PatientSerializer))
    )
    def get(self, request: Request) -> Response:
        """The patients that you care for, newest first."""
        found = page(selectors.patient_list(self.actor), **asked(request))
        return paged_response(request, found, list(PatientSerializer(found.rows, many=True).data))

    @extend_schema(
        parameters=[IDEMPOTENCY_KEY],
        request=PatientInputSerializer,
        responses=answers(PatientSerializer, status=201, also=(422,)),
    )
    @idempotent
    def post(self, request: Request) -> Response:
        """Make a patient; you own the care team."""
        patient = services.patient_create(actor=self.actor, **checked(PatientInputSerializer, request))
        return Response(
            PatientSerializer(patient).data,
            status=status.HTTP_201_CREATED,
            headers={"Location": f"/api/v1/patients/{patient.id}", "ETag": etag(patient.row_version)},
        )


class PatientView(ClinicView):
    @extend_schema(parameters=[IF_NONE_MATCH], responses=answers(PatientSerializer) | {304: None})
    def get(self, request: Request, patient_id: UUID) -> Response:
        """One patient, by pseudonym."""
        patient = selectors.patient_get(self.actor, patient_id)
        tag = etag(patient.row_version)
        if unchanged(request, patient.row_version):
            return Response(status=status.HTTP_304_NOT_MODIFIED, headers={"ETag": tag})
        return Response(PatientSerializer(patient).data, headers={"ETag": tag})

    @extend_schema(
        parameters=[IF_MATCH],
        request=PatientPatchSerializer,
        responses=answers(PatientSerializer, also=(412, 422, 428)),
    )
    def patch(self, request: Request, patient_id: UUID) -> Response:
        """Change what is given; the active plan delivers a new profile or clearance."""
        patient, _ = selectors.patient_for(self.actor, patient_id, "patient.write", lock=True)
        require_match(request, patient.row_version)
        changes = checked(PatientPatchSerializer, request, partial=True)
        patient = services.patient_update(actor=self.actor, patient_id=patient_id, changes=changes)
        return Response(PatientSerializer(patient).data, headers={"ETag": etag(patient.row_version)})


class PatientProfileView(ClinicView):
    @extend_schema(responses=answers(ProfileSerializer))
    def get(self, request: Request, patient_id: UUID) -> Response:
        """The impairment profile and what the newest probes measured."""
        patient = selectors.patient_get(self.actor, patient_id)
        return Response(
            {"impairment": patient.impairment, "measured": patient.measured, "bias_deg": patient.bias_deg}
        )


class CareTeamView(ClinicView):
    @extend_schema(responses=answers(list_of(CareTeamSerializer)))
    def get(self, request: Request, patient_id: UUID) -> Response:
        """Who looks after a patient, and since when."""
        team = selectors.care_team(self.actor, patient_id)
        return Response({"data": CareTeamSerializer(team, many=True).data})

    @extend_schema(
        parameters=[IDEMPOTENCY_KEY],
        request=CareTeamInputSerializer,
        responses=answers(CareTeamSerializer, status=201, also=(422,)),
    )
    @idempotent
    def post(self, request: Request, patient_id: UUID) -> Response:
        """Add a colleague of this clinic."""
        member = services.care_team_add(
            actor=self.actor, patient_id=patient_id, **checked(CareTeamInputSerializer, request)
        )
        return Response(CareTeamSerializer(member).data, status=status.HTTP_201_CREATED)


class CareTeamMemberView(ClinicView):
    @extend_schema(responses=answers(None, status=204))
    def delete(self, request: Request, patient_id: UUID, user_id: UUID) -> Response:
        """End a colleague's membership; what they did stays on record."""
        services.care_team_end(actor=self.actor, patient_id=patient_id, user_id=user_id)
        return Response(status=status.HTTP_204_NO_CONTENT)


class BreakGlassView(ClinicView):
    @extend_schema(
        request=BreakGlassInputSerializer, responses=answers(BreakGlassSerializer, status=201, also=(422,))
    )
    def post(self, request: Request, patient_id: UUID) -> Response:
        """Open one patient's record for sixty minutes outside the care team; it is logged with the reason."""
        given = checked(BreakGlassInputSerializer, request)
        row = services.emergency_access_take(actor=self.actor, patient_id=patient_id, reason=given["reason"])
        return Response(BreakGlassSerializer(row).data, status=status.HTTP_201_CREATED)
