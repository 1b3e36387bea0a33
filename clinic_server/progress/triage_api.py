"""/api/v1: the triage list and its filters, the caseload, the data's health."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from clinic_server.core.api import ClinicView, idempotent
from clinic_server.core.inputs import StrictSerializer, checked, moment
from clinic_server.core.paging import PARAMETERS, asked
from clinic_server.core.problems import Problem
from clinic_server.core.schema import IDEMPOTENCY_KEY, PAGE, answers, list_of
from clinic_server.patients.api import PatientSerializer
from clinic_server.progress import flag_services, oversight, triage
from clinic_server.progress.flags_api import FlagSerializer, RuleSerializer
from clinic_server.progress.models import SavedFilter
from clinic_server.progress.rule_specs import KINDS


class TrendSerializer(serializers.Serializer[Any]):
    metric = serializers.CharField(source="trend_metric")
    verdict = serializers.ChoiceField(["better", "worse", "same", "little"], source="trend_verdict")
    sure_better = serializers.FloatField(
        source="trend_sure_better", allow_null=True, help_text="posterior probability that it gets better"
    )
    values = serializers.ListField(child=serializers.FloatField(), source="trend_values")
    now = serializers.FloatField(source="trend_now", allow_null=True)


class TriageRowSerializer(serializers.Serializer[Any]):
    patient = PatientSerializer()
    flags = FlagSerializer(many=True)
    owner = serializers.CharField(source="summary.owner", allow_null=True)
    reviewed_at = serializers.DateTimeField(source="summary.reviewed_at", allow_null=True)
    last_session_at = serializers.DateTimeField(allow_null=True)
    days_since = serializers.IntegerField(allow_null=True)
    done_days = serializers.IntegerField()
    planned_days = serializers.IntegerField()
    adherence = serializers.FloatField(allow_null=True)
    pain_before = serializers.IntegerField(source="summary.pain_before", allow_null=True)
    pain_after = serializers.IntegerField(source="summary.pain_after", allow_null=True)
    pain_change = serializers.FloatField(source="summary.pain_change", allow_null=True)
    sessions = serializers.IntegerField(source="summary.sessions")
    trend = TrendSerializer(source="summary")
    plan_ends_on = serializers.DateField(source="summary.plan_ends_on", allow_null=True)


class WorklistSerializer(serializers.Serializer[Any]):
    patients = serializers.IntegerField()
    mine = serializers.IntegerField()
    needing = serializers.IntegerField()
    unacknowledged = serializers.IntegerField()
    new = serializers.IntegerField(help_text="flags that rose since the last working day and stand")
    new_since = serializers.DateField()
    ending = serializers.IntegerField(help_text="plans that end within seven days")
    quality = serializers.IntegerField(help_text="patients with too few usable frames")
    data_until = serializers.DateTimeField(allow_null=True, help_text="when data last arrived")


class TriageSerializer(serializers.Serializer[Any]):
    rules = RuleSerializer(many=True)
    worklist = WorklistSerializer()
    total = serializers.IntegerField(help_text="rows of this filter, over all pages")
    data = TriageRowSerializer(many=True)  # type: ignore[assignment]
    next_cursor = serializers.CharField(allow_null=True)
    has_more = serializers.BooleanField()


class NewSerializer(serializers.Serializer[Any]):
    new = serializers.IntegerField()


class FilterInputSerializer(StrictSerializer):
    name = serializers.CharField(max_length=60)
    query = serializers.CharField(max_length=300, allow_blank=True)


class FilterSerializer(serializers.ModelSerializer[SavedFilter]):
    class Meta:
        model = SavedFilter
        fields = ("id", "name", "query")
        read_only_fields = fields


class CaseloadSerializer(serializers.Serializer[Any]):
    now = serializers.ListField(child=serializers.IntegerField())
    before = serializers.ListField(child=serializers.IntegerField())
    verdicts = serializers.DictField(child=serializers.IntegerField())
    played = serializers.IntegerField()
    asked = serializers.IntegerField()
    played_before = serializers.IntegerField()
    asked_before = serializers.IntegerField()


class VersionSerializer(serializers.Serializer[Any]):
    version = serializers.CharField()
    patients = serializers.IntegerField()


class DataHealthSerializer(serializers.Serializer[Any]):
    patients = serializers.IntegerField()
    stale = serializers.IntegerField()
    never = serializers.IntegerField()
    poor = serializers.IntegerField()
    versions = VersionSerializer(many=True)
    queue = serializers.DictField(child=serializers.IntegerField())
    oldest = serializers.DateTimeField(allow_null=True)


_FILTERS = [
    OpenApiParameter("show", str, enum=["review", "mine", "all"], description="all by default"),
    OpenApiParameter("reason", str, enum=list(KINDS)),
    OpenApiParameter("condition", str),
    OpenApiParameter("owner", str, enum=["mine", "none"]),
    OpenApiParameter("q", str, description="part of a pseudonym or condition"),
]
_FILTER_NAMES = frozenset({"show", "reason", "condition", "owner", "q"})


def _filter(request: Request) -> triage.TriageFilter:
    given = request.query_params
    for name, known in (
        ("show", {"review", "mine", "all"}), ("reason", set(KINDS)), ("owner", {"mine", "none"}),
    ):  # fmt: skip
        if given.get(name, "") and given[name] not in known:
            raise Problem(400, "invalid_parameter", f"{name} is one of {', '.join(sorted(known))}")
    return triage.TriageFilter(
        show=given.get("show") or "all",
        reason=given.get("reason", ""),
        condition=given.get("condition", ""),
        owner=given.get("owner", ""),
        text=given.get("q", ""),
    )


class TriageView(ClinicView):
    query_parameters = PARAMETERS | _FILTER_NAMES

    @extend_schema(parameters=[*PAGE, *_FILTERS], responses=answers(TriageSerializer))
    def get(self, request: Request) -> Response:
        """Who needs attention, with the reason in words, the rules behind it and how much work there is."""
        cut = triage.triage_rows(self.actor, _filter(request), **asked(request))
        headers = {}
        if cut.next_cursor:
            query = request.query_params.copy()
            query["cursor"] = cut.next_cursor
            headers["Link"] = f'<{request.path}?{query.urlencode()}>; rel="next"'
        body = {
            "rules": triage.rules_in_force(self.actor),
            "worklist": triage.worklist(self.actor),
            "total": cut.total,
            "data": cut.rows,
            "next_cursor": cut.next_cursor,
            "has_more": cut.next_cursor is not None,
        }
        return Response(TriageSerializer(body).data, headers=headers)


class TriageNewView(ClinicView):
    query_parameters = frozenset({"since"})

    @extend_schema(
        parameters=[OpenApiParameter("since", OpenApiTypes.DATETIME, required=True)],
        responses=answers(NewSerializer),
    )
    def get(self, request: Request) -> Response:
        """How many flags rose since a moment and still stand: cheap enough to ask each minute."""
        since = moment(request, "since")
        if since is None:
            raise Problem(400, "invalid_parameter", "since is a moment such as 2026-11-23T09:30:00+01:00")
        return Response({"new": triage.new_flags(self.actor, since)})


class TakeOnView(ClinicView):
    @extend_schema(request=None, responses=answers(None, status=204))
    def post(self, request: Request, patient_id: UUID) -> Response:
        """Take on what a patient's flags ask for."""
        flag_services.patient_take_on(actor=self.actor, patient_id=patient_id)
        return Response(status=status.HTTP_204_NO_CONTENT)


class FiltersView(ClinicView):
    @extend_schema(responses=answers(list_of(FilterSerializer)))
    def get(self, request: Request) -> Response:
        """Your own named filters of the triage list."""
        return Response({"data": FilterSerializer(triage.saved_filters(self.actor), many=True).data})

    @extend_schema(
        parameters=[IDEMPOTENCY_KEY],
        request=FilterInputSerializer,
        responses=answers(FilterSerializer, status=201, also=(422,)),
    )
    @idempotent
    def post(self, request: Request) -> Response:
        """Keep a filter under a name."""
        row = flag_services.filter_save(actor=self.actor, **checked(FilterInputSerializer, request))
        return Response(FilterSerializer(row).data, status=status.HTTP_201_CREATED)


class FilterView(ClinicView):
    @extend_schema(responses=answers(None, status=204))
    def delete(self, request: Request, filter_id: UUID) -> Response:
        """Forget one of your filters."""
        flag_services.filter_delete(actor=self.actor, filter_id=filter_id)
        return Response(status=status.HTTP_204_NO_CONTENT)


class CaseloadView(ClinicView):
    query_parameters = _FILTER_NAMES

    @extend_schema(parameters=_FILTERS, responses=answers(CaseloadSerializer))
    def get(self, request: Request) -> Response:
        """Your patients by tenths of planned days played, this month and last, and where they go."""
        return Response(CaseloadSerializer(oversight.caseload(self.actor, _filter(request))).data)


class DataHealthView(ClinicView):
    @extend_schema(responses=answers(DataHealthSerializer))
    def get(self, request: Request) -> Response:
        """Whether what is seen can be trusted: age of the data, usable frames, versions, the queue."""
        found = oversight.data_health(self.actor)
        versions = [{"version": version, "patients": count} for version, count in found.versions]
        names = ("patients", "stale", "never", "poor", "queue", "oldest")
        body = {**{name: getattr(found, name) for name in names}, "versions": versions}
        return Response(DataHealthSerializer(body).data)
