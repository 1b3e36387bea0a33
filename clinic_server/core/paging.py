"""Cursor pagination: a stable order, a signed opaque cursor, newest first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from django.core import signing
from django.db.models import F, Model, Q, QuerySet
from django.utils.dateparse import parse_datetime
from rest_framework.response import Response

from clinic_server.core.problems import Problem

if TYPE_CHECKING:
    from rest_framework.request import Request

M = TypeVar("M", bound=Model)
_SALT = "movere.cursor"
PARAMETERS = frozenset({"limit", "cursor"})


@dataclass(frozen=True, slots=True)
class Page(Generic[M]):
    rows: list[M]
    next_cursor: str | None


def page(rows: QuerySet[M], *, limit: int = 50, cursor: str = "", by: str = "created_at") -> Page[M]:
    """Return up to `limit` rows, newest first by (`by`, id); rows without a time come last.

    Raises:
        Problem: 400 for a cursor that this server didn't make or a limit outside 1 to 200.
    """
    if not 1 <= limit <= 200:
        raise Problem(400, "invalid_limit", "limit is a whole number from 1 to 200")
    ordered = rows.order_by(F(by).desc(nulls_last=True), "-id")
    if cursor:
        ordered = ordered.filter(_after(cursor, by))
    found = list(ordered[: limit + 1])
    more = len(found) > limit
    found = found[:limit]
    return Page(found, _cursor(found[-1], by) if more else None)


def paged_response(request: Request, found: Page[Any], data: list[Any]) -> Response:
    """Answer with `{data, next_cursor, has_more}` and a Link header to the next page."""
    body = {"data": data, "next_cursor": found.next_cursor, "has_more": found.next_cursor is not None}
    headers = {}
    if found.next_cursor:
        query = request.query_params.copy()
        query["cursor"] = found.next_cursor
        headers["Link"] = f'<{request.path}?{query.urlencode()}>; rel="next"'
    return Response(body, headers=headers)


def asked(request: Request) -> dict[str, Any]:
    """Read `limit` and `cursor` from a request.

    Raises:
        Problem: 400 when limit is no number.
    """
    raw = request.query_params.get("limit", "50")
    if not raw.isascii() or not raw.isdigit():
        raise Problem(400, "invalid_limit", "limit is a whole number from 1 to 200")
    return {"limit": int(raw), "cursor": request.query_params.get("cursor", "")}


def _cursor(row: Model, by: str) -> str:
    moment = getattr(row, by)
    return signing.dumps([by, moment.isoformat() if moment else None, str(row.pk)], salt=_SALT)


def _after(cursor: str, by: str) -> Q:
    try:
        order, moment, row_id = signing.loads(cursor, salt=_SALT)
    except (signing.BadSignature, ValueError, TypeError) as error:
        raise Problem(400, "invalid_cursor", "this cursor is not one of ours: start without it") from error
    if order != by:
        raise Problem(400, "invalid_cursor", "this cursor belongs to another list: start without it")
    if moment is None:
        return Q(**{f"{by}__isnull": True}) & Q(id__lt=row_id)
    at = parse_datetime(moment)
    return Q(**{f"{by}__lt": at}) | (Q(**{by: at}) & Q(id__lt=row_id)) | Q(**{f"{by}__isnull": True})
