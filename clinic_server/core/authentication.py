"""Who calls /api/v1: a person with a sign-in session."""

from __future__ import annotations

from typing import TYPE_CHECKING

from drf_spectacular.authentication import SessionScheme
from rest_framework.authentication import SessionAuthentication

if TYPE_CHECKING:
    from rest_framework.request import Request


class ClinicSessionAuthentication(SessionAuthentication):
    """The signed-in person's session, with CSRF; whoever has none is told 401, not 403."""

    def authenticate_header(self, request: Request) -> str:
        return "Session"


class ClinicSessionScheme(SessionScheme):  # type: ignore[no-untyped-call]
    """Describes it in the OpenAPI document."""

    target_class = "clinic_server.core.authentication.ClinicSessionAuthentication"
