"""Open the view's transaction in the clinic of whoever is signed in.

It is done around the view itself and not around the whole request, so that a page is rendered inside the
scope and everything outside it sees no clinical row.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404

from clinic_server.accounts.access_keys import access_key_for
from clinic_server.clinics.selectors import actor_for
from clinic_server.core import tenancy
from clinic_server.core.problems import Problem, as_problem, problem_response, wants_problem

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

    from clinic_server.core.actors import Actor


class ClinicScopeMiddleware:
    """Sets `request.actor` (None for nobody) and runs the view in its clinic's scope."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        actor = None
        if request.path.startswith("/api/"):
            try:
                actor = _actor_by_key(request)
            except Problem as problem:
                return problem_response(request, problem)
        if actor is None and request.user.is_authenticated:
            actor = actor_for(
                request.user,
                clinic_id=request.session.get("clinic_id"),
                request_id=getattr(request, "request_id", ""),
            )
        request.actor = actor  # type: ignore[attr-defined]
        if actor is None:
            return None
        try:
            with tenancy.scope(actor.clinic_id):
                response: HttpResponse = view(request, *args, **kwargs)
                render = getattr(response, "render", None)
                if callable(render):
                    response = render()
                if response.status_code >= 500:
                    transaction.set_rollback(True)
        except Exception as error:
            return _answer(request, error)
        return response


def _actor_by_key(request: HttpRequest) -> Actor | None:
    """Whoever a token stands for, bound to its clinic and scopes; None without a token of ours."""
    key = access_key_for(request.headers.get("Authorization", ""))
    if key is None:
        return None
    request.access_key = key  # type: ignore[attr-defined]
    actor = actor_for(key.user, clinic_id=str(key.clinic_id), request_id=getattr(request, "request_id", ""))
    if actor is None or actor.clinic_id != key.clinic_id:
        raise Problem(401, "invalid_token", "this token's owner no longer works in its clinic")
    return replace(actor, scopes=frozenset(key.scopes))


def _answer(request: HttpRequest, error: Exception) -> HttpResponse:
    """A program gets the problem; a page gets Django's own error, for its template."""
    problem = as_problem(error)
    if problem is not None and wants_problem(request):
        return problem_response(request, problem)
    if isinstance(error, Problem) and error.status == 404:
        raise Http404(error.detail) from error
    if isinstance(error, Problem) and error.status in {401, 403}:
        raise PermissionDenied(error.detail) from error
    raise error
