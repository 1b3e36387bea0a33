"""Whether somebody signed in only minutes ago: asked before what outlives a session is made."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from allauth.account.authentication import get_authentication_records

if TYPE_CHECKING:
    from django.http import HttpRequest

FRESH_S = 10 * 60
_KEY = "signed_in_at"


def note_sign_in(sender: Any, request: HttpRequest, **_: Any) -> None:
    """Keep the moment of a sign-in, by whatever way, in the session."""
    if hasattr(request, "session"):
        request.session[_KEY] = time.time()


def is_fresh(request: HttpRequest) -> bool:
    """Whether this session was signed in, or confirmed anew, within the last ten minutes."""
    moments = [float(each.get("at", 0.0)) for each in get_authentication_records(request)]
    last = max([float(request.session.get(_KEY, 0.0)), *moments])
    return time.time() - last <= FRESH_S
