"""/sync/v1/plans: what a paired profile plays next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse, HttpResponseNotModified

from clinic_server.core.actors import DevicePrincipal
from clinic_server.core.problems import Problem
from clinic_server.devices.wire import document_response, profile_view, read_document
from clinic_server.plans import selectors, services
from shared.wire.sync import Applied, PlansAnswer

if TYPE_CHECKING:
    from django.http import HttpRequest


def _plans(request: HttpRequest, principal: DevicePrincipal) -> HttpResponse:
    unknown = sorted(set(request.GET) - {"after"})
    if unknown:
        raise Problem(400, "unknown_parameter", f"unknown parameter {unknown[0]}; this address knows after")
    after = request.GET.get("after", "0")
    if not (after.isascii() and after.isdigit() and len(after) < 10):
        raise Problem(400, "invalid_revision", "after is the revision of the plan that you have, 0 for none")
    if principal.upload_only:  # registration over or retired: recordings are welcome, plans are not served
        return document_response(PlansAnswer(plans=[], revision=int(after)))
    newest = selectors.newest_revision(principal)
    tag = f'"{newest}"'
    if request.headers.get("If-None-Match") == tag and newest == int(after):
        return HttpResponseNotModified()
    response = document_response(selectors.plans_after(principal, int(after)))
    response["ETag"] = tag
    return response


def _applied(request: HttpRequest, principal: DevicePrincipal, revision: int) -> HttpResponse:
    services.plan_applied(principal=principal, revision=revision, applied=read_document(request, Applied))
    return HttpResponse(status=204)


plans = profile_view(get=_plans)
applied = profile_view(put=_applied)
