"""/api/v1: flags, the rules that raise them, and what became of them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from clinic_server.core.api import ClinicView, etag, idempotent, require_match, unchanged
from clinic_server.core.inputs import StrictSerializer, checked, identifier
from clinic_server.core.paging import PARAMETERS, asked, page, paged_response
from clinic_server.core.problems import Problem
from clinic_server.core.schema import (
    IDEMPOTENCY_KEY,
    IF_MATCH,
    IF_NONE_MATCH,
    PAGE,
    answers,
    list_of,
    page_of,
)
from clinic_server.progress import flag_services, oversight, selectors
from clinic_server.progress.models import Flag
from clinic_server.progress.rule_specs import RULES, kind_of


class FlagSerializer(serializers.ModelSerializer[Flag]):
    patient_id = serializers.UUIDField()
    session_id = serializers.UUIDField(allow_null=True)
    is_open = serializers.BooleanField()
    kind = serializers.SerializerMethodField(help_text="what lists show: pain and falls are safety")
    raised_by = serializers.CharField(allow_null=True, help_text="who asked for a look; null for a rule")

    class Meta:
        model = Flag
        fields = (
            "id", "patient_id", "session_id", "rule", "kind", "reason", "value", "threshold", "window",
            "is_open", "raised_at", "raised_by", "cleared_at", "acknowledged_at", "acknowledged_reason",
            "outcome",
        )  # fmt: skip
        read_only_fields = fields

    def get_kind(self, flag: Flag) -> str:
        return kind_of(flag.rule)


class RuleSerializer(serializers.Serializer[Any]):
    id = serializers.CharField()
    kind = serializers.CharField()
    title = serializers.CharField()
    enabled = serializers.BooleanField()
    threshold = serializers.FloatField()
    clear = serializers.FloatField(help_text="a standing flag ends at this bound")
    window = serializers.IntegerField()
    text = serializers.CharField(help_text="what threshold, clear and window mean")
    source = serializers.CharField()  # type: ignore[assignment]
    least = serializers.FloatField(help_text="bounds of the threshold")
    most = serializers.FloatField()
    set_by = serializers.ChoiceField(["default", "clinic", "patient"])


class AcknowledgeSerializer(StrictSerializer):
    reason = serializers.CharField(max_length=400)
    outcome = serializers.ChoiceField(
        Flag.Outcome.choices, default=Flag.Outcome.ACTED, help_text="dismissed: nothing was needed"
    )


class RaiseSerializer(StrictSerializer):
    patient_id = serializers.UUIDField()
    reason = serializers.CharField(max_length=400)


class RuleChangeSerializer(StrictSerializer):
    rule = serializers.ChoiceField(list(RULES))
    enabled = serializers.BooleanField(allow_null=True, required=False)
    threshold = serializers.FloatField(allow_null=True, required=False, help_text="null: as the level above")
    clear = serializers.FloatField(allow_null=True, required=False)
    window = serializers.IntegerField(allow_null=True, required=False)


class RuleHealthSerializer(serializers.Serializer[Any]):
    rule = serializers.CharField(source="rule.id")
    fired = serializers.IntegerField()
    acknowledged = serializers.IntegerField()
    acted = serializers.IntegerField()
    dismissed = serializers.IntegerField()
    cleared = serializers.IntegerField()
    open = serializers.IntegerField()
    dismissed_share = serializers.FloatField(allow_null=True)


class FlagsView(ClinicView):
    query_parameters = PARAMETERS | {"patient", "open"}

    @extend_schema(
        parameters=[*PAGE, OpenApiParameter("patient", UUID), OpenApiParameter("open", bool)],
        responses=answers(page_of(FlagSerializer)),
    )
    def get(self, request: Request) -> Response:
        """Flags, newest first."""
        wanted = request.query_params.get("open")
        if wanted not in {None, "true", "false"}:
            raise Problem(400, "invalid_parameter", "open is true or false")
        rows = selectors.flag_list(
            self.actor,
            patient_id=identifier(request, "patient"),
            is_open=None if wanted is None else wanted == "true",
        )
        found = page(rows, **asked(request))
        return paged_response(request, found, list(FlagSerializer(found.rows, many=True).data))

    @extend_schema(
        parameters=[IDEMPOTENCY_KEY],
        request=RaiseSerializer,
        responses=answers(FlagSerializer, status=201, also=(422,)),
    )
    @idempotent
    def post(self, request: Request) -> Response:
        """Raise a flag by hand, for a colleague to look."""
        flag = flag_services.flag_raise(actor=self.actor, **checked(RaiseSerializer, request))
        return Response(FlagSerializer(flag).data, status=status.HTTP_201_CREATED)


class FlagAcknowledgeView(ClinicView):
    @extend_schema(request=AcknowledgeSerializer, responses=answers(FlagSerializer, also=(422,)))
    def post(self, request: Request, flag_id: UUID) -> Response:
        """Take a flag off the list, with what was done about it."""
        given = checked(AcknowledgeSerializer, request)
        flag = flag_services.flag_acknowledge(actor=self.actor, flag_id=flag_id, **given)
        return Response(FlagSerializer(flag).data)


class FlagReopenView(ClinicView):
    @extend_schema(request=None, responses=answers(FlagSerializer))
    def post(self, request: Request, flag_id: UUID) -> Response:
        """Undo an acknowledgement."""
        return Response(FlagSerializer(flag_services.flag_reopen(actor=self.actor, flag_id=flag_id)).data)


_RULES = list_of(RuleSerializer)


class FlagRulesView(ClinicView):
    @extend_schema(parameters=[IF_NONE_MATCH], responses=answers(_RULES))
    def get(self, request: Request) -> Response:
        """The clinic's rules as they stand."""
        return _rules_answer(request, *selectors.flag_rules(self.actor))

    @extend_schema(
        parameters=[IF_MATCH],
        request=RuleChangeSerializer,
        responses=answers(_RULES, also=(412, 422, 428)),
    )
    def patch(self, request: Request) -> Response:
        """Set a rule for all of the clinic's patients."""
        return _rule_changed(self, request, None)


class PatientFlagRulesView(ClinicView):
    @extend_schema(parameters=[IF_NONE_MATCH], responses=answers(_RULES))
    def get(self, request: Request, patient_id: UUID) -> Response:
        """The rules as they stand for one patient."""
        return _rules_answer(request, *selectors.flag_rules(self.actor, patient_id=patient_id))

    @extend_schema(
        parameters=[IF_MATCH],
        request=RuleChangeSerializer,
        responses=answers(_RULES, also=(412, 422, 428)),
    )
    def patch(self, request: Request, patient_id: UUID) -> Response:
        """Set a rule for one patient; null goes back to the clinic's."""
        return _rule_changed(self, request, patient_id)


def _rules_answer(request: Request, rules: list[Any], version: int) -> Response:
    if unchanged(request, version):
        return Response(status=status.HTTP_304_NOT_MODIFIED, headers={"ETag": etag(version)})
    return Response({"data": RuleSerializer(rules, many=True).data}, headers={"ETag": etag(version)})


def _rule_changed(view: ClinicView, request: Request, patient_id: UUID | None) -> Response:
    given = checked(RuleChangeSerializer, request)
    rule = given.pop("rule")
    flag_services.rule_set(
        actor=view.actor, rule=rule, changes=given, patient_id=patient_id,
        match=lambda version: require_match(request, version),
    )  # fmt: skip
    rules, version = selectors.flag_rules(view.actor, patient_id=patient_id)
    return Response({"data": RuleSerializer(rules, many=True).data}, headers={"ETag": etag(version)})


class RuleHealthView(ClinicView):
    @extend_schema(responses=answers(list_of(RuleHealthSerializer)))
    def get(self, request: Request) -> Response:
        """What became of each rule's flags in the last ninety days: are the alerts worth it?"""
        return Response({"data": RuleHealthSerializer(oversight.rule_health(self.actor), many=True).data})
