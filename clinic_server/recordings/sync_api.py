"""/sync/v1: hello, bundles, inventory; for paired profiles."""

from __future__ import annotations

import base64
import binascii
import re
from typing import TYPE_CHECKING
from uuid import UUID

from django.http import HttpResponse
from django.utils import timezone

from clinic_server.core.actors import DevicePrincipal
from clinic_server.core.problems import Problem, problem_response
from clinic_server.devices.wire import document_response, profile_view, read_document
from clinic_server.plans import selectors as plan_selectors
from clinic_server.recordings import services
from shared.wire.session import SESSION_SCHEMA
from shared.wire.sync import CHUNK_BYTES, MAX_RAW_BYTES, Commit, Hello, InventoryRequest, Manifest, Receipt

if TYPE_CHECKING:
    from django.http import HttpRequest

_DIGEST = re.compile(r"sha-256=:([A-Za-z0-9+/]{43}=):")


def _hello(request: HttpRequest, principal: DevicePrincipal) -> HttpResponse:
    return document_response(
        Hello(
            server_utc_ms=int(timezone.now().timestamp() * 1000),
            schema_min=1,
            schema_max=SESSION_SCHEMA,
            chunk_bytes=CHUNK_BYTES,
            max_raw_bytes=MAX_RAW_BYTES,
            plan_revision=plan_selectors.newest_revision(principal),
        )
    )


def _receipt(receipt: Receipt, status: int) -> HttpResponse:
    return document_response(receipt, status=202 if receipt.state == "stored_unparsed" else status)


def _declare(request: HttpRequest, principal: DevicePrincipal, bundle_id: UUID) -> HttpResponse:
    manifest = read_document(request, Manifest)
    found = services.bundle_declare(principal=principal, bundle_id=bundle_id, manifest=manifest)
    if isinstance(found, Problem):
        return problem_response(request, found)
    if isinstance(found, Receipt):
        return _receipt(found, 200)
    return document_response(found, status=201)


def _chunk(request: HttpRequest, principal: DevicePrincipal, bundle_id: UUID, number: int) -> HttpResponse:
    if len(request.body) > CHUNK_BYTES:
        raise Problem(413, "chunk_too_large", f"a chunk has at most {CHUNK_BYTES} bytes")
    digest = _content_digest(request.headers.get("Content-Digest", ""))
    services.chunk_store(
        principal=principal, bundle_id=bundle_id, number=number, data=request.body, digest=digest
    )
    return HttpResponse(status=204)


def _content_digest(header: str) -> str:
    """Return a Content-Digest's SHA-256 (RFC 9530) in hexadecimal, empty without the header."""
    if not header:
        return ""
    found = _DIGEST.search(header)
    if found is None:
        raise Problem(400, "invalid_digest", "write Content-Digest: sha-256=:base64:")
    try:
        return base64.b64decode(found[1], validate=True).hex()
    except binascii.Error as error:
        raise Problem(400, "invalid_digest", "write Content-Digest: sha-256=:base64:") from error


def _commit(request: HttpRequest, principal: DevicePrincipal, bundle_id: UUID) -> HttpResponse:
    asked = read_document(request, Commit)
    found = services.bundle_commit(principal=principal, bundle_id=bundle_id, sha256_file=asked.sha256_file)
    if isinstance(found, services.Refused):
        problem = Problem(422, "refused", f"{found.reason}; declare it again and send it anew")
        return problem_response(request, problem)
    return _receipt(found, 200)


def _inventory(request: HttpRequest, principal: DevicePrincipal) -> HttpResponse:
    asked = read_document(request, InventoryRequest)
    return document_response(services.inventory_compare(principal=principal, asked=asked))


hello = profile_view(get=_hello)
bundle = profile_view(put=_declare)
chunk = profile_view(put=_chunk)
commit = profile_view(put=_commit)
inventory = profile_view(post=_inventory)
