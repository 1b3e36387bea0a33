"""Problem details (RFC 9457) for every error that leaves the server."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from functools import lru_cache
from http import HTTPStatus
from importlib import resources
from typing import TYPE_CHECKING, Any

import structlog
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from rest_framework import exceptions as drf
from rest_framework.response import Response

from clinic_server.core import tenancy
from shared.errors import PlanError, WireError

if TYPE_CHECKING:
    from collections.abc import Mapping

log = structlog.get_logger(__name__)

CONTENT_TYPE = "application/problem+json"


@dataclass(frozen=True, slots=True)
class FieldError:
    """What is wrong with one field; `pointer` is an RFC 6901 pointer into the request's body."""

    pointer: str
    code: str
    detail: str

    def as_dict(self) -> dict[str, str]:
        return {"pointer": self.pointer, "code": self.code, "detail": self.detail}


@dataclass(eq=False)
class Problem(Exception):  # noqa: N818 - the word of RFC 9457
    """An error that a caller can understand: a status, a code for programs, a sentence for people."""

    status: int
    code: str
    detail: str
    errors: list[FieldError] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.detail


def not_found() -> Problem:
    """The same answer for what is absent and for what belongs to another clinic."""
    return Problem(404, "not_found", "there is nothing here that you may see; check the address")


def problem_body(problem: Problem, request_id: str) -> dict[str, Any]:
    body: dict[str, Any] = {
        "type": f"/problems/{problem.code}",
        "title": HTTPStatus(problem.status).phrase,
        "status": problem.status,
        "code": problem.code,
        "detail": problem.detail,
        "request_id": request_id,
    }
    if problem.errors:
        body["errors"] = [each.as_dict() for each in problem.errors]
    return body


def problem_response(request: HttpRequest, problem: Problem) -> HttpResponse:
    """Answer with a problem outside the REST framework."""
    response = JsonResponse(problem_body(problem, getattr(request, "request_id", "")), status=problem.status)
    response["Content-Type"] = CONTENT_TYPE
    for name, value in problem.headers.items():
        response[name] = value
    return response


def as_problem(error: BaseException) -> Problem | None:
    """Translate what services and libraries raise; None for a fault of ours."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, Http404):
        return not_found()
    if isinstance(error, PermissionDenied):
        return Problem(403, "permission_denied", str(error) or "you may not do this")
    if isinstance(error, PlanError):
        found = FieldError(error.pointer, error.code, error.detail)
        return Problem(422, "invalid_plan", error.detail, [found])
    if isinstance(error, WireError):
        return Problem(422, "invalid_document", str(error))
    if isinstance(error, drf.APIException):
        return _from_rest_framework(error)
    return None


def _from_rest_framework(error: drf.APIException) -> Problem:
    if isinstance(error, drf.ValidationError):
        errors = list(_flatten(error.get_full_details(), ""))
        return Problem(400, "invalid_request", "some fields are not as they must be", errors)
    if isinstance(error, drf.NotAuthenticated | drf.AuthenticationFailed):
        return Problem(401, "not_signed_in", "sign in first", headers={"WWW-Authenticate": "Session"})
    if isinstance(error, drf.Throttled):
        wait_s = int(getattr(error, "wait", None) or 60) + 1
        return Problem(429, "too_many_requests", f"too many requests; try again in {wait_s} s",
                       headers={"Retry-After": str(wait_s)})  # fmt: skip
    code = {404: "not_found", 405: "method_not_allowed", 406: "not_acceptable",
            415: "unsupported_media_type"}.get(error.status_code, str(error.default_code))  # fmt: skip
    return Problem(error.status_code, code, str(error.detail))


def _flatten(details: Any, pointer: str) -> Any:
    if isinstance(details, dict) and {"message", "code"} <= details.keys():
        yield FieldError(pointer, str(details["code"]), str(details["message"]))
    elif isinstance(details, dict):
        for key, each in details.items():
            below = pointer if key == "non_field_errors" else f"{pointer}/{_escape(str(key))}"
            yield from _flatten(each, below)
    elif isinstance(details, list):
        for index, each in enumerate(details):
            is_leaf = isinstance(each, dict) and {"message", "code"} <= each.keys()
            yield from _flatten(each, pointer if is_leaf else f"{pointer}/{index}")


def _escape(token: str) -> str:
    return token.replace("~", "~0").replace("/", "~1")


def api_exception(error: Exception, context: Mapping[str, Any]) -> Response | None:
    """The REST framework's exception handler: a problem, and nothing of the failed request is kept."""
    problem = as_problem(error)
    request = context["request"]
    if problem is None:
        return None  # a fault of ours: Django's handler500 answers, and its logger tells
    if tenancy.current_clinic() is not None:  # inside the view's own transaction
        transaction.set_rollback(True)
    request_id = getattr(request._request, "request_id", "")
    return Response(
        problem_body(problem, request_id),
        status=problem.status,
        headers=problem.headers,
        content_type=CONTENT_TYPE,
    )


@lru_cache(maxsize=1)
def codes() -> dict[str, dict[str, str]]:
    """Return every problem code with what it `means` and what to `do`."""
    text = resources.files("clinic_server.core").joinpath("problem_codes.toml").read_text("utf-8")
    return tomllib.loads(text)


def explain(request: HttpRequest, code: str = "") -> HttpResponse:
    """A problem's `type` is an address that answers: what the code means, and what to do.

    Raises:
        Http404: there is no such code.
    """
    known = codes()
    if code and code not in known:
        raise Http404("there is no problem of this code")
    shown = {code: known[code]} if code else known
    return render(request, "core/problem.html", {"code": code, "codes": shown})


def wants_problem(request: HttpRequest) -> bool:
    """Programs get problem details; a browser that asks for a page gets a page."""
    programs = ("/api/", "/sync/", "/pair/", "/healthz", "/readyz")
    return request.path.startswith(programs) or "text/html" not in request.headers.get("Accept", "")
