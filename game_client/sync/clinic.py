"""The clinic's server over HTTP: one request at a time, every answer a value, nothing raised for bad weather.

A token lives fifteen minutes and in memory only. When one is refused, a new one is asked for once, by
signing a fresh nonce; there is no refresh token that a lost answer could spoil.
"""

from __future__ import annotations

import base64
import hashlib
import time
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

import httpx
import msgspec
from msgspec import Struct

from game_client.profiles import LOOPBACK
from game_client.sync.machine import Answer
from shared.errors import MovereError, WireError
from shared.wire.codec import decode_json, encode_json
from shared.wire.session import ClockSample
from shared.wire.sync import (
    Applied,
    Commit,
    Declared,
    Hello,
    InventoryAnswer,
    InventoryRequest,
    Manifest,
    NonceAnswer,
    Receipt,
    TokenAnswer,
    TokenRequest,
)

if TYPE_CHECKING:
    from types import TracebackType
    from uuid import UUID

    from game_client.profiles import Keys, Profile

T = TypeVar("T")
STALL_S = 30.0
"""So long may nothing move; a slow upload that moves may take as long as it needs."""
_MAX_ANSWER_BYTES = 16 * 1024 * 1024


class AwayError(MovereError):
    """The clinic can't be reached now, or what answers is not a clinic; `retry_after_s` is its own wish."""

    def __init__(self, detail: str, retry_after_s: float | None = None) -> None:
        super().__init__(detail)
        self.retry_after_s = retry_after_s


class NeedsPairingError(MovereError):
    """The clinic no longer knows this profile. Nothing is lost; sending needs a new pairing."""


class _Trouble(Struct):
    code: str = ""
    detail: str = ""


class RawPlan(Struct):
    """A delivered plan whose content is not read yet: it may be of a newer schema."""

    plan: msgspec.Raw
    sha256: str


class RawPlans(Struct):
    plans: list[RawPlan]
    revision: int


def http_client(server_url: str) -> httpx.Client:
    """Return a client that waits while something moves, and asks no proxy for this machine itself."""
    return httpx.Client(
        base_url=server_url,
        timeout=httpx.Timeout(STALL_S, connect=10.0),
        trust_env=urlsplit(server_url).hostname not in LOOPBACK,
        headers={"Accept": "application/json"},
    )


class Clinic:
    """The requests of `/sync/v1` for one profile."""

    def __init__(self, profile: Profile, keys: Keys) -> None:
        self._profile, self._keys = profile, keys
        self._http = http_client(profile.server_url)
        self._token = ""

    def __enter__(self) -> Clinic:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.close()

    # ---- documents: answers are values, for the state machine

    def declare(self, manifest: Manifest) -> Answer:
        return self._answer("PUT", f"/sync/v1/bundles/{manifest.id}", encode_json(manifest))

    def send_chunk(self, document_id: UUID, number: int, data: bytes) -> Answer:
        digest = base64.b64encode(hashlib.sha256(data).digest()).decode()
        return self._answer(
            "PUT",
            f"/sync/v1/bundles/{document_id}/chunks/{number}",
            data,
            {"Content-Digest": f"sha-256=:{digest}:", "Content-Type": "application/octet-stream"},
        )

    def commit(self, manifest: Manifest) -> Answer:
        body = encode_json(Commit(sha256_file=manifest.sha256_file))
        return self._answer("PUT", f"/sync/v1/bundles/{manifest.id}/commit", body)

    # ---- the rest: documents come back, or an error says why not

    def hello(self) -> tuple[Hello, ClockSample]:
        """Greet the server; return its answer and the clocks' difference.

        Raises:
            AwayError, NeedsPairingError: as their names say.
        """
        before_ms, begun_s = time.time() * 1000, time.perf_counter()
        answer = self._document("GET", "/sync/v1/hello", Hello)
        trip_ms = (time.perf_counter() - begun_s) * 1000
        offset_ms = answer.server_utc_ms - (before_ms + trip_ms / 2)
        return answer, ClockSample(offset_ms=offset_ms, uncertainty_ms=trip_ms / 2)

    def plans_after(self, revision: int) -> RawPlans | None:
        """Return what was delivered after a revision, None when nothing was; raises as `hello`."""
        response = self._signed_in(
            "GET", f"/sync/v1/plans?after={revision}", b"", {"If-None-Match": f'"{revision}"'}
        )
        return None if response.status_code == 304 else _document_of(response, RawPlans)

    def report_plan(self, revision: int, applied: Applied) -> None:
        """Say what became of a plan; raises as `hello`."""
        response = self._signed_in("PUT", f"/sync/v1/plans/{revision}/applied", encode_json(applied))
        if response.status_code not in (204, 404):  # 404: a restored server does not know this revision
            raise AwayError(_trouble(response), _retry_after_s(response))

    def inventory(self, asked: InventoryRequest) -> InventoryAnswer:
        """Compare what both sides hold; raises as `hello`."""
        return self._document("POST", "/sync/v1/inventory", InventoryAnswer, encode_json(asked))

    # ---- inside

    def _answer(self, method: str, path: str, body: bytes, headers: dict[str, str] | None = None) -> Answer:
        try:
            response = self._signed_in(method, path, body, headers)
        except NeedsPairingError as error:
            return Answer(status=401, detail=str(error))
        except AwayError as error:
            return Answer(status=0, detail=str(error), retry_after_s=error.retry_after_s)
        return answer_of(response)

    def _document(self, method: str, path: str, kind: type[T], body: bytes = b"") -> T:
        return _document_of(self._signed_in(method, path, body), kind)

    def _signed_in(
        self, method: str, path: str, body: bytes, headers: dict[str, str] | None = None
    ) -> httpx.Response:
        """Send with a token; a refused token is renewed once."""
        fresh = not self._token
        if fresh:
            self._sign_in()
        response = self._send(method, path, body, headers)
        if response.status_code == 401 and not fresh:
            self._sign_in()
            response = self._send(method, path, body, headers)
        if response.status_code == 401:
            self._token = ""
            if answer_of(response).status == 401:
                raise NeedsPairingError(_trouble(response))
        return response

    def _sign_in(self) -> None:
        self._token = ""
        nonce = _document_of(self._send("POST", "/pair/v1/nonce", b"{}"), NonceAnswer).nonce
        asked = TokenRequest(
            profile_id=self._profile.id,
            nonce=nonce,
            signature=self._keys.sign(f"{nonce}.{self._profile.id}"),
        )
        response = self._send("POST", "/pair/v1/token", encode_json(asked))
        refused = answer_of(response) if response.status_code == 401 else None
        if refused is not None and refused.status == 401 and refused.code != "nonce_used":
            raise NeedsPairingError(refused.detail)  # a used nonce: something repeated us, ask again later
        self._token = _document_of(response, TokenAnswer).access_token

    def _send(
        self, method: str, path: str, body: bytes, headers: dict[str, str] | None = None
    ) -> httpx.Response:
        carried = {"Content-Type": "application/json", **(headers or {})}
        if self._token:
            carried["Authorization"] = f"Bearer {self._token}"
        return send(self._http, method, path, body, carried)


def send(http: httpx.Client, method: str, path: str, body: bytes, headers: dict[str, str]) -> httpx.Response:
    """Send one request and read a bounded answer.

    Raises:
        AwayError: nothing came back, or more than a clinic would say.
    """
    try:
        with http.stream(method, path, content=body, headers=headers) as response:
            read = bytearray()
            for part in response.iter_bytes():
                read += part
                if len(read) > _MAX_ANSWER_BYTES:
                    raise AwayError("the answer is too long to be a clinic's")
            return httpx.Response(
                response.status_code,
                # Already decoded and whole: these two no longer describe it.
                headers=[
                    (name, value)
                    for name, value in response.headers.items()
                    if name not in ("content-encoding", "content-length", "transfer-encoding")
                ],
                content=bytes(read),
            )
    except (httpx.TransportError, httpx.DecodingError) as error:
        raise AwayError(f"the clinic can't be reached: {str(error) or type(error).__name__}") from error


def answer_of(response: httpx.Response) -> Answer:
    """Turn a response into a value. A page where a document should be is no answer (a hotel's portal)."""
    status = response.status_code
    if status == 204:
        return Answer(status=204)
    try:
        if status in (200, 201, 202):
            if b'"sha256_raw"' in response.content:
                return Answer(status=status, receipt=decode_json(response.content, Receipt))
            return Answer(status=status, missing=tuple(decode_json(response.content, Declared).missing))
        trouble = decode_json(response.content, _Trouble)
    except WireError:
        # A proxy before the clinic may speak for it here: too large stays too large.
        known = status if status == 413 else 0
        return Answer(status=known, detail=_not_a_clinic(status), retry_after_s=_retry_after_s(response))
    return Answer(
        status=status, code=trouble.code, detail=trouble.detail, retry_after_s=_retry_after_s(response)
    )


def _document_of(response: httpx.Response, kind: type[T]) -> T:
    if response.status_code != 200:
        raise AwayError(_trouble(response), _retry_after_s(response))
    try:
        return decode_json(response.content, kind)
    except WireError as error:
        raise AwayError(_not_a_clinic(200)) from error


def _trouble(response: httpx.Response) -> str:
    try:
        return decode_json(response.content, _Trouble).detail or f"the clinic answered {response.status_code}"
    except WireError:
        return _not_a_clinic(response.status_code)


def _not_a_clinic(status: int) -> str:
    return f"something answered {status} that is no clinic of Movere: look at the address and the network"


def _retry_after_s(response: httpx.Response) -> float | None:
    """Read Retry-After: seconds, or a date by the server's own clock."""
    value: Any = response.headers.get("Retry-After", "")
    if value.isascii() and value.isdigit():
        return float(value[:9])
    try:
        until = parsedate_to_datetime(value)
        now = parsedate_to_datetime(response.headers.get("Date", ""))
        return max(0.0, (until - now).total_seconds())
    except (ValueError, TypeError):
        return None
