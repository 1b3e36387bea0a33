"""The page of a person's own tokens: make one after a fresh sign-in, see what uses it, end it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from clinic_server.accounts import access_keys
from clinic_server.accounts.freshness import is_fresh
from clinic_server.core.problems import Problem
from clinic_server.dashboard.views import for_people, page

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from clinic_server.core.actors import Actor

DAYS = (7, 30, 90)


@require_http_methods(["GET", "POST"])
@for_people
def tokens(request: HttpRequest, actor: Actor) -> HttpResponse:
    """List this person's tokens; POST makes one and shows its text this once."""
    context: dict[str, Any] = {
        "rows": access_keys.access_keys(actor),
        "scopes": access_keys.grantable(actor),
        "days": DAYS,
        "is_fresh": is_fresh(request),
        "place": "tokens",
        "name": "",
        "asked": [],
    }
    if request.method == "GET":
        return page(request, actor, "dashboard/tokens.html", context)
    asked = request.POST.getlist("scopes")
    context |= {"name": request.POST.get("name", ""), "asked": asked}
    try:
        row, text = access_keys.access_key_create(
            actor=actor,
            name=context["name"],
            scopes=asked,
            days=int(request.POST.get("days", "30") or 0),
            is_fresh=context["is_fresh"],
        )
    except Problem as problem:
        context["error"] = problem.detail
        return page(request, actor, "dashboard/tokens.html", context, status=problem.status)
    context |= {"made": row, "text": text, "rows": access_keys.access_keys(actor), "name": "", "asked": []}
    return page(request, actor, "dashboard/tokens.html", context, status=201)


@require_POST
@for_people
def token_revoke(request: HttpRequest, actor: Actor, key_id: UUID) -> HttpResponse:
    row = access_keys.access_key_revoke(actor=actor, key_id=key_id)
    messages.success(request, _("“%(name)s” is revoked and opens nothing any more.") % {"name": row.name})
    return redirect("tokens")
