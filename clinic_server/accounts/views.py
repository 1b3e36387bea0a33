"""The address of a one-time sign-in link."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth import login
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from clinic_server.accounts.services import signin_link_use
from clinic_server.core.problems import Problem, problem_response

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

_BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@require_GET
@never_cache
def signin_link(request: HttpRequest, token: str) -> HttpResponse:
    """Sign the person in and go to the start page; a spent link says so."""
    user = signin_link_use(token=token)
    if user is None:
        return problem_response(
            request, Problem(410, "link_spent", "this link was used or is over: ask for a new one")
        )
    login(request, user, backend=_BACKEND)
    return redirect("/")
