"""What every view of /api/v1 shares: who acts, known query parameters, replies that may be repeated."""

from __future__ import annotations

import functools
import hashlib
from typing import TYPE_CHECKING, Any, ClassVar

from django.db import IntegrityError, transaction
from rest_framework.response import Response
from rest_framework.views import APIView

from clinic_server.core.models import IdempotentReply
from clinic_server.core.problems import Problem
from clinic_server.core.throttling import tell_rate

if TYPE_CHECKING:
    from collections.abc import Callable

    from rest_framework.request import Request

    from clinic_server.core.actors import Actor


class ClinicView(APIView):
    """A view that acts for a person in a clinic. The transaction and its scope are already open."""

    query_parameters: ClassVar[frozenset[str]] = frozenset()

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        unknown = sorted(set(request.query_params) - self.query_parameters)
        if unknown:
            known = ", ".join(sorted(self.query_parameters)) or "none"
            raise Problem(
                400, "unknown_parameter", f"unknown parameter {unknown[0]}; this address knows {known}"
            )

    def finalize_response(self, request: Request, response: Response, *args: Any, **kwargs: Any) -> Response:
        final: Response = super().finalize_response(request, response, *args, **kwargs)
        tell_rate(request, final)
        return final

    @property
    def actor(self) -> Actor:
        """The person and clinic of this request.

        Raises:
            Problem: 403 `no_clinic` when the account belongs to no clinic.
        """
        actor: Actor | None = getattr(self.request._request, "actor", None)
        if actor is None:
            raise Problem(403, "no_clinic", "this account belongs to no clinic; ask its administrator")
        return actor


def etag(row_version: int) -> str:
    return f'W/"{row_version}"'


def require_match(request: Request, row_version: int) -> None:
    """Let a change through only when the caller has seen the newest state.

    Raises:
        Problem: 428 without If-Match, 412 when somebody else changed it since.
    """
    given = request.headers.get("If-Match")
    if given is None:
        raise Problem(428, "if_match_required", "send If-Match with the ETag that you last read")
    if given.strip() not in {etag(row_version), etag(row_version).removeprefix("W/")}:
        raise Problem(412, "changed_meanwhile", "somebody changed this since you read it: read it again")


def unchanged(request: Request, row_version: int) -> bool:
    """True when the caller already holds this state (`If-None-Match`)."""
    return request.headers.get("If-None-Match", "").strip() == etag(row_version)


def idempotent(post: Callable[..., Response]) -> Callable[..., Response]:
    """Honour `Idempotency-Key`: the same key and body get the first answer again, and nothing twice.

    The key is reserved inside the request's transaction, so a second request waits for the first; what
    failed leaves no trace and may be tried again.
    """

    @functools.wraps(post)
    def wrapped(view: ClinicView, request: Request, *args: Any, **kwargs: Any) -> Response:
        key = request.headers.get("Idempotency-Key", "")
        if not key:
            return post(view, request, *args, **kwargs)
        if len(key) > 255:
            raise Problem(400, "invalid_idempotency_key", "an Idempotency-Key has at most 255 characters")
        actor = view.actor
        digest = hashlib.sha256(request._request.body).hexdigest()
        mine = {"clinic_id": actor.clinic_id, "user_id": actor.user_id, "key": key}
        try:
            with transaction.atomic():
                reply = IdempotentReply.objects.create(
                    **mine, route=request.path, body_sha256=digest, status=0, body={}
                )
        except IntegrityError:
            return _replay(IdempotentReply.objects.get(**mine), request.path, digest)
        response = post(view, request, *args, **kwargs)
        kept = {name: response[name] for name in ("Location", "ETag") if name in response}
        IdempotentReply.objects.filter(id=reply.id).update(
            status=response.status_code, body=response.data, headers=kept
        )
        return response

    return wrapped


def _replay(reply: IdempotentReply, route: str, digest: str) -> Response:
    if (reply.route, reply.body_sha256) != (route, digest):
        raise Problem(
            422, "idempotency_key_reused", "this Idempotency-Key was used for another request: make a new one"
        )
    return Response(reply.body, status=reply.status, headers={**reply.headers, "Idempotent-Replayed": "true"})
