"""/api/v1/plans: prescribe, validate, activate."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from clinic_server.core.api import ClinicView, etag, idempotent, require_match, unchanged
from clinic_server.core.inputs import StrictSerializer, checked, identifier, number
from clinic_server.core.paging import PARAMETERS, asked, page, paged_response
from clinic_server.core.problems import Problem
from clinic_server.core.schema import (
    IDEMPOTENCY_KEY,
    IF_MATCH,
    IF_NONE_MATCH,
    PAGE,
    FieldErrorSerializer,
    answers,
    list_of,
    page_of,
)
from clinic_server.plans import catalogue, selectors, services
from clinic_server.plans.models import Plan, PlanVersion
from clinic_server.plans.templates import plan_templates


class PlanSerializer(serializers.ModelSerializer[Plan]):
    patient_id = serializers.UUIDField()

    class Meta:
        model = Plan
        fields = (
            "id",
            "patient_id",
            "state",
            "version",
            "active_version",
            "created_at",
            "activated_at",
            "ended_at",
        )
        read_only_fields = fields


class PlanDetailSerializer(PlanSerializer):
    content = serializers.SerializerMethodField()

    class Meta(PlanSerializer.Meta):
        fields = (*PlanSerializer.Meta.fields, "content")  # type: ignore[assignment]
        read_only_fields = fields  # type: ignore[assignment]

    def get_content(self, plan: Plan) -> dict[str, Any]:
        """The newest version's content (`PlanContent`)."""
        found: dict[str, Any] = PlanVersion.objects.get(plan=plan, version=plan.version).content
        return found


class PlanVersionSerializer(serializers.ModelSerializer[PlanVersion]):
    created_by = serializers.CharField(source="created_by.__str__", read_only=True)

    class Meta:
        model = PlanVersion
        fields = ("version", "content", "sha256", "created_by", "created_at")
        read_only_fields = fields


class PlanInputSerializer(StrictSerializer):
    patient_id = serializers.UUIDField()
    content = serializers.DictField(help_text="a PlanContent; its JSON Schema is published with the product")


class PlanContentInputSerializer(StrictSerializer):
    content = serializers.DictField()


class PlanCheckSerializer(serializers.Serializer[Any]):
    is_valid = serializers.BooleanField()  # type: ignore[assignment]
    errors = FieldErrorSerializer(many=True)  # type: ignore[assignment]
    warnings = FieldErrorSerializer(many=True, help_text="what to know; it does not stand in the way")


class ChangeSerializer(serializers.Serializer[Any]):
    pointer = serializers.CharField()
    before = serializers.JSONField(allow_null=True)
    after = serializers.JSONField(allow_null=True)


class TemplateSerializer(serializers.Serializer[Any]):
    id = serializers.CharField()
    name = serializers.CharField()
    conditions = serializers.ListField(child=serializers.CharField(), help_text="what it was written for")
    content = serializers.DictField()


class GameSerializer(serializers.Serializer[Any]):
    id = serializers.CharField()
    version = serializers.IntegerField()
    name = serializers.CharField()
    modes = serializers.ListField(child=serializers.CharField())
    movements = serializers.ListField(child=serializers.CharField())
    processes = serializers.DictField(child=serializers.ChoiceField(["primary", "secondary"]))
    """Which learning processes it trains, and how much they are its matter."""


class PlansView(ClinicView):
    query_parameters = PARAMETERS | {"patient"}

    @extend_schema(
        operation_id="plans_list",
        parameters=[*PAGE, OpenApiParameter("patient", UUID)],
        responses=answers(page_of(PlanSerializer)),
    )
    def get(self, request: Request) -> Response:
        """Plans, newest first."""
        rows = selectors.plan_list(self.actor, patient_id=identifier(request, "patient"))
        found = page(rows, **asked(request))
        return paged_response(request, found, list(PlanSerializer(found.rows, many=True).data))

    @extend_schema(
        parameters=[IDEMPOTENCY_KEY],
        request=PlanInputSerializer,
        responses=answers(PlanDetailSerializer, status=201, also=(422,)),
    )
    @idempotent
    def post(self, request: Request) -> Response:
        """Write a plan as a draft; nothing is played before it is activated."""
        plan = services.plan_create(actor=self.actor, **checked(PlanInputSerializer, request))
        return Response(
            PlanDetailSerializer(plan).data,
            status=status.HTTP_201_CREATED,
            headers={"Location": f"/api/v1/plans/{plan.id}", "ETag": etag(plan.row_version)},
        )


class PlanCheckView(ClinicView):
    @extend_schema(request=PlanInputSerializer, responses=answers(PlanCheckSerializer))
    def post(self, request: Request) -> Response:
        """Say what speaks against a plan for a patient, without writing anything."""
        found = services.plan_check(actor=self.actor, **checked(PlanInputSerializer, request))
        return Response(
            {
                "is_valid": not found.errors,
                "errors": [each.as_dict() for each in found.errors],
                "warnings": [each.as_dict() for each in found.warnings],
            }
        )


class PlanView(ClinicView):
    @extend_schema(parameters=[IF_NONE_MATCH], responses=answers(PlanDetailSerializer) | {304: None})
    def get(self, request: Request, plan_id: UUID) -> Response:
        """A plan with its newest version."""
        plan = selectors.plan_get(self.actor, plan_id)
        tag = etag(plan.row_version)
        if unchanged(request, plan.row_version):
            return Response(status=status.HTTP_304_NOT_MODIFIED, headers={"ETag": tag})
        return Response(PlanDetailSerializer(plan).data, headers={"ETag": tag})


class PlanVersionsView(ClinicView):
    @extend_schema(responses=answers(list_of(PlanVersionSerializer)))
    def get(self, request: Request, plan_id: UUID) -> Response:
        """Every version of a plan, newest first."""
        rows = selectors.plan_versions(self.actor, plan_id)
        return Response({"data": PlanVersionSerializer(rows, many=True).data})

    @extend_schema(
        parameters=[IF_MATCH, IDEMPOTENCY_KEY],
        request=PlanContentInputSerializer,
        responses=answers(PlanDetailSerializer, status=201, also=(409, 412, 422, 428)),
    )
    @idempotent
    def post(self, request: Request, plan_id: UUID) -> Response:
        """Add a version; what the patient plays stays until the plan is activated again."""
        content = checked(PlanContentInputSerializer, request)["content"]
        plan = services.plan_version_add(
            actor=self.actor, plan_id=plan_id, content=content, match=_match(request)
        )
        return Response(
            PlanDetailSerializer(plan).data,
            status=status.HTTP_201_CREATED,
            headers={"ETag": etag(plan.row_version)},
        )


def _match(request: Request) -> Callable[[int], None]:
    return lambda row_version: require_match(request, row_version)


class PlanDiffView(ClinicView):
    query_parameters = frozenset({"from", "to"})

    @extend_schema(
        parameters=[
            OpenApiParameter("from", int, description="the active version when absent"),
            OpenApiParameter("to", int, description="the newest version when absent"),
        ],
        responses=answers(list_of(ChangeSerializer)),
    )
    def get(self, request: Request, plan_id: UUID) -> Response:
        """What changed from one version to another, field by field; blocks are named by their key."""
        rows = selectors.plan_changes(
            self.actor, plan_id, before=number(request, "from"), after=number(request, "to")
        )
        return Response({"data": ChangeSerializer(rows, many=True).data})


class _PlanChange(ClinicView):
    """A change of a plan's state; needs If-Match."""

    change: Callable[..., Plan]

    @extend_schema(
        parameters=[IF_MATCH],
        request=None,
        responses=answers(PlanDetailSerializer, also=(409, 412, 422, 428)),
    )
    def post(self, request: Request, plan_id: UUID) -> Response:
        plan = type(self).change(actor=self.actor, plan_id=plan_id, match=_match(request))
        return Response(PlanDetailSerializer(plan).data, headers={"ETag": etag(plan.row_version)})


class PlanActivateView(_PlanChange):
    """Deliver the newest version to the patient; another active plan is paused."""

    change = staticmethod(services.plan_activate)


class PlanPauseView(_PlanChange):
    """Stop play until the plan is activated again."""

    change = staticmethod(services.plan_pause)


class PlanCompleteView(_PlanChange):
    """End a plan for good."""

    change = staticmethod(services.plan_complete)


class PlanTemplatesView(ClinicView):
    @extend_schema(responses=answers(list_of(TemplateSerializer)))
    def get(self, request: Request) -> Response:
        """Plans to start from."""
        return Response({"data": plan_templates()})


class GamesView(ClinicView):
    @extend_schema(responses=answers(list_of(GameSerializer)))
    def get(self, request: Request) -> Response:
        """The games that a plan may name."""
        rows = [
            {key: each[key] for key in ("id", "version", "name", "modes", "movements", "processes")}
            for each in catalogue.games().values()
        ]
        return Response({"data": rows})


class GameSchemaView(ClinicView):
    @extend_schema(responses=answers({"type": "object", "additionalProperties": True}))
    def get(self, request: Request, game: str) -> Response:
        """A game's catalogue entry with the JSON Schema of its parameters."""
        found = catalogue.games().get(game)
        if found is None:
            raise Problem(404, "not_found", f"there is no game called {game[:64]}")
        return Response(found)
