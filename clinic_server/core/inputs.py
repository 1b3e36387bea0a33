"""Reading a request: bodies that refuse what they don't know, and typed query parameters."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.utils.dateparse import parse_datetime
from rest_framework import serializers
from rest_framework.request import Request

from clinic_server.core.problems import Problem


class StrictSerializer(serializers.Serializer[Any]):
    """Refuses fields that it doesn't know, so that a misspelt one is not silently dropped."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, dict):
            unknown = sorted(set(data) - set(self.fields))
            if unknown:
                known = ", ".join(sorted(self.fields))
                raise serializers.ValidationError(
                    {
                        unknown[0]: serializers.ErrorDetail(
                            f"unknown field; known are {known}", "unknown_field"
                        )
                    }
                )
        return super().to_internal_value(data)


def checked(kind: type[serializers.Serializer[Any]], request: Request, *, partial: bool = False) -> Any:
    """Return a request's body through a serializer.

    Raises:
        ValidationError: answered as a 400 problem with a pointer for each field.
    """
    given = kind(data=request.data, partial=partial)
    given.is_valid(raise_exception=True)
    return given.validated_data


def moment(request: Request, name: str) -> Any:
    """Read a date-time parameter (RFC 3339 with an offset); None without it.

    Raises:
        Problem: 400 when it is none.
    """
    text = request.query_params.get(name)
    if text is None:
        return None
    try:
        found = parse_datetime(text.replace(" ", "+"))
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise Problem(400, "invalid_parameter", f"{name} is a moment such as 2026-11-23T09:30:00+01:00")
    return found


def number(request: Request, name: str) -> int | None:
    """Read a whole number from 1 on; None without it.

    Raises:
        Problem: 400 when it is none.
    """
    text = request.query_params.get(name)
    if text is None:
        return None
    if not text.isdecimal() or not 0 < len(text) < 10 or int(text) < 1:
        raise Problem(400, "invalid_parameter", f"{name} is a whole number from 1 on")
    return int(text)


def identifier(request: Request, name: str) -> UUID | None:
    """Read an id parameter; None without it.

    Raises:
        Problem: 400 when it is none.
    """
    text = request.query_params.get(name)
    try:
        return UUID(text) if text else None
    except ValueError as error:
        raise Problem(400, "invalid_parameter", f"{name} is the id of a {name}") from error
