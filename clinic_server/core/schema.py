"""Serializers that every app's OpenAPI description shares."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, inline_serializer
from rest_framework import serializers


class FieldErrorSerializer(serializers.Serializer[Any]):
    pointer = serializers.CharField(help_text="RFC 6901 pointer into the request's body")
    code = serializers.CharField()
    detail = serializers.CharField()


class ProblemSerializer(serializers.Serializer[Any]):
    """Problem details (RFC 9457)."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    code = serializers.CharField()
    detail = serializers.CharField()
    request_id = serializers.CharField()
    errors = FieldErrorSerializer(many=True, required=False)  # type: ignore[assignment]


PROBLEM = OpenApiResponse(ProblemSerializer, description="What went wrong, and what to do")
_USUAL = (400, 401, 403, 404, 405, 429)
IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key", str, OpenApiParameter.HEADER, description="the same key and body get the same answer"
)
IF_MATCH = OpenApiParameter(
    "If-Match", str, OpenApiParameter.HEADER, required=True, description="the ETag that was read last"
)
IF_NONE_MATCH = OpenApiParameter("If-None-Match", str, OpenApiParameter.HEADER)
PAGE = [
    OpenApiParameter("limit", int, description="1 to 200, 50 by default"),
    OpenApiParameter("cursor", str, description="next_cursor of the page before"),
]


def answers(
    good: Any, *, status: int = 200, also: tuple[int, ...] = (), media_type: str = "application/json"
) -> dict[Any, Any]:
    """Describe an answer and the problems that may come instead of it."""
    found: dict[Any, Any] = {(status, media_type): good} if good is not None else {status: None}
    for code in (*_USUAL, *also):
        found[(code, "application/problem+json")] = PROBLEM
    return found


def page_of(serializer: type[serializers.Serializer[Any]]) -> Any:
    """Describe a page of a list: `{data, next_cursor, has_more}`."""
    name = serializer.__name__.removesuffix("Serializer")
    return inline_serializer(
        f"{name}Page",
        {
            "data": serializer(many=True),
            "next_cursor": serializers.CharField(allow_null=True),
            "has_more": serializers.BooleanField(),
        },
    )


def list_of(serializer: type[serializers.Serializer[Any]]) -> Any:
    """Describe a whole list: `{data}`."""
    name = serializer.__name__.removesuffix("Serializer")
    return inline_serializer(f"{name}List", {"data": serializer(many=True)})
