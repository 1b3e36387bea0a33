"""A request id for logs, answers and problems; problems for errors outside the REST framework."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import structlog

from clinic_server.core.problems import CONTENT_TYPE, Problem, as_problem, problem_response, wants_problem
from shared.ids import uuid7

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

_GIVEN = re.compile(r"[A-Za-z0-9-]{8,64}")
_PLAIN = {
    400: Problem(400, "bad_request", "the server could not read this request"),
    403: Problem(403, "permission_denied", "you may not do this"),
    404: Problem(404, "not_found", "there is nothing here that you may see; check the address"),
    405: Problem(405, "method_not_allowed", "this address does not answer that method"),
    500: Problem(500, "internal_error", "the server failed; nothing was lost, try again in a minute"),
}


class RequestIdMiddleware:
    """Echo the caller's X-Request-Id or mint one; turn Django's bare error pages into problems."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-Id", "")
        request_id = given if _GIVEN.fullmatch(given) else str(uuid7())
        request.request_id = request_id  # type: ignore[attr-defined]
        with structlog.contextvars.bound_contextvars(request_id=request_id):
            response = self.get_response(request)
        plain = _PLAIN.get(response.status_code)
        if plain and response.headers.get("Content-Type") != CONTENT_TYPE and wants_problem(request):
            allowed = response.headers.get("Allow")
            response = problem_response(request, plain)
            if allowed:
                response["Allow"] = allowed
        response["X-Request-Id"] = request_id
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        problem = as_problem(error)
        if problem is None or not wants_problem(request):
            return None
        return problem_response(request, problem)
