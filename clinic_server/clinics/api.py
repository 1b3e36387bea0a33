"""/api/v1/me: who is signed in, and in which clinic."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from clinic_server.clinics.selectors import clinic_get
from clinic_server.core.api import ClinicView
from clinic_server.core.schema import answers


class MeSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField()
    email = serializers.EmailField()
    roles = serializers.ListField(child=serializers.CharField())
    clinic_id = serializers.UUIDField()
    clinic_name = serializers.CharField()
    time_zone = serializers.CharField()
    is_demo = serializers.BooleanField()


class MeView(ClinicView):
    @extend_schema(responses=answers(MeSerializer))
    def get(self, request: Request) -> Response:
        """Who is signed in, with the roles they hold in the clinic they act in."""
        clinic = clinic_get(self.actor.clinic_id)
        return Response(
            {
                "id": str(self.actor.user_id),
                "name": self.actor.name,
                "email": getattr(request.user, "email", ""),
                "roles": sorted(self.actor.roles),
                "clinic_id": str(clinic.id),
                "clinic_name": clinic.name,
                "time_zone": clinic.time_zone,
                "is_demo": clinic.is_demo,
            }
        )
