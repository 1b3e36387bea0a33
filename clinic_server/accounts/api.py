"""/api/v1/tokens: a person's own tokens for programs."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from clinic_server.accounts import access_keys
from clinic_server.accounts.freshness import is_fresh
from clinic_server.accounts.models import AccessKey
from clinic_server.core.api import ClinicView
from clinic_server.core.inputs import StrictSerializer, checked
from clinic_server.core.schema import answers, list_of


class TokenSerializer(serializers.ModelSerializer[AccessKey]):
    class Meta:
        model = AccessKey
        fields = ("id", "name", "scopes", "created_at", "expires_at", "last_used_at", "revoked_at")
        read_only_fields = fields


class NewTokenSerializer(TokenSerializer):
    token = serializers.CharField(read_only=True, help_text="shown this once; send it as a Bearer token")

    class Meta(TokenSerializer.Meta):
        fields = (*TokenSerializer.Meta.fields, "token")  # type: ignore[assignment]
        read_only_fields = fields  # type: ignore[assignment]


class TokenInputSerializer(StrictSerializer):
    name = serializers.CharField(max_length=80)
    scopes = serializers.ListField(child=serializers.CharField(max_length=40), max_length=40)
    days = serializers.IntegerField(min_value=1, max_value=access_keys.MOST_DAYS, default=30)


class TokensView(ClinicView):
    @extend_schema(responses=answers(list_of(TokenSerializer)))
    def get(self, request: Request) -> Response:
        """Your tokens in this clinic, without their text."""
        rows = access_keys.access_keys(self.actor)
        return Response({"data": TokenSerializer(rows, many=True).data})

    @extend_schema(
        request=TokenInputSerializer, responses=answers(NewTokenSerializer, status=201, also=(422,))
    )
    def post(self, request: Request) -> Response:
        """Make a token, within minutes of a sign-in at the page; its text is answered once."""
        given: dict[str, Any] = checked(TokenInputSerializer, request)
        row, token = access_keys.access_key_create(
            actor=self.actor, is_fresh=is_fresh(request._request), **given
        )
        body = {**TokenSerializer(row).data, "token": token}
        return Response(body, status=status.HTTP_201_CREATED)


class TokenView(ClinicView):
    @extend_schema(responses=answers(TokenSerializer))
    def delete(self, request: Request, key_id: UUID) -> Response:
        """End a token of yours at once."""
        return Response(TokenSerializer(access_keys.access_key_revoke(actor=self.actor, key_id=key_id)).data)
