"""Views of the client's own protocol: JSON documents of `shared.wire.sync`, problems, bearer tokens."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any, TypeVar

import structlog
from django.http import HttpResponse
from django.views.decorators.csrf import csrf_exempt

from clinic_server.core import tenancy
from clinic_server.core.problems import Problem, as_problem, problem_response
from clinic_server.devices.selectors import principal_for_token
from shared.errors import WireError
from shared.wire.codec import decode_json, encode_json

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest

    from clinic_server.core.actors import DevicePrincipal

T = TypeVar("T")
log = structlog.get_logger(__name__)


def read_document(request: HttpRequest, kind: type[T]) -> T:
    """Decode the request's body.

    Raises:
        Problem: 400 `invalid_document` with what is wrong.
    """
    try:
        return decode_json(request.body, kind)
    except WireError as error:
        raise Problem(400, "invalid_document", f"this is no {kind.__name__}: {error}") from error


def document_response(document: Any, status: int = 200) -> HttpResponse:
    """Answer with a document of the protocol, or with a problem that a service returned."""
    response = HttpResponse(encode_json(document), status=status, content_type="application/json")
    response["Cache-Control"] = "no-store"
    return response


def wire_view(**methods: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Make a view of one handler a method, for a client that has no token yet."""
    return _view(methods)


def profile_view(**methods: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Make a view of one handler a method; each gets `(request, principal, …)` in the clinic's scope.

    A problem that a handler raises rolls back, one that it returns is kept with all it wrote.
    """

    def scoped(handler: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @functools.wraps(handler)
        def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            principal = _authenticate(request)
            with tenancy.scope(principal.clinic_id):
                return handler(request, principal, *args, **kwargs)

        return inner

    return _view({name: scoped(handler) for name, handler in methods.items()})


def _view(methods: dict[str, Callable[..., HttpResponse]]) -> Callable[..., HttpResponse]:
    @csrf_exempt
    def view(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        handler = methods.get((request.method or "").lower())
        if handler is None:
            allow = ", ".join(name.upper() for name in methods)
            problem = Problem(405, "method_not_allowed", f"use {allow} here", headers={"Allow": allow})
            return problem_response(request, problem)
        try:
            return handler(request, *args, **kwargs)
        except Exception as error:
            found = as_problem(error)
            if found is None:
                raise
            return problem_response(request, found)

    return view


def _authenticate(request: HttpRequest) -> DevicePrincipal:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    principal = None
    if scheme.lower() == "bearer" and token:
        principal = principal_for_token(token, request_id=getattr(request, "request_id", ""))
    if principal is None:
        raise Problem(
            401, "invalid_token", "sign a new nonce for a token",
            headers={"WWW-Authenticate": 'Bearer error="invalid_token"'},
        )  # fmt: skip
    return principal
