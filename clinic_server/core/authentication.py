"""Who calls /api/v1: a person with a sign-in session, or a program with a token of theirs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from drf_spectacular.authentication import SessionScheme
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, SessionAuthentication

if TYPE_CHECKING:
    from rest_framework.request import Request


class AccessKeyAuthentication(BaseAuthentication):
    """The owner of the token that the middleware has checked; no session, so no CSRF."""

    def authenticate(self, request: Request) -> tuple[Any, Any] | None:
        key = getattr(request._request, "access_key", None)
        return None if key is None else (key.user, key)

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


class ClinicSessionAuthentication(SessionAuthentication):
    """The signed-in person's session, with CSRF; whoever has none is told 401, not 403."""

    def authenticate_header(self, request: Request) -> str:
        return "Session"


class ClinicSessionScheme(SessionScheme):  # type: ignore[no-untyped-call]
    """Describes it in the OpenAPI document."""

    target_class = "clinic_server.core.authentication.ClinicSessionAuthentication"


class AccessKeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """Describes it in the OpenAPI document."""

    target_class = "clinic_server.core.authentication.AccessKeyAuthentication"
    name = "accessKey"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer"}
