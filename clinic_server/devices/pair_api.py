"""/pair/v1: pairing and tokens, for the client."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clinic_server.core.problems import Problem, problem_response
from clinic_server.devices import services
from clinic_server.devices.wire import document_response, read_document, wire_view
from shared.wire.sync import PairPoll, PairStart, TokenRequest

if TYPE_CHECKING:
    from typing import Any

    from django.http import HttpRequest, HttpResponse


def _answer(request: HttpRequest, found: Any) -> HttpResponse:
    return problem_response(request, found) if isinstance(found, Problem) else document_response(found)


def _start(request: HttpRequest) -> HttpResponse:
    asked = read_document(request, PairStart)
    return document_response(
        services.pairing_start(asked=asked, verification_uri=request.build_absolute_uri("/"))
    )


def _poll(request: HttpRequest) -> HttpResponse:
    asked = read_document(request, PairPoll)
    return _answer(request, services.pairing_poll(device_code=asked.device_code))


def _nonce(request: HttpRequest) -> HttpResponse:
    return document_response(services.nonce_issue())


def _token(request: HttpRequest) -> HttpResponse:
    return _answer(request, services.token_issue(asked=read_document(request, TokenRequest)))


start = wire_view(post=_start)
poll = wire_view(post=_poll)
nonce = wire_view(post=_nonce)
token = wire_view(post=_token)
