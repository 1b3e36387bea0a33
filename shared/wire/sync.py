"""The documents of the sync protocol (`/sync/v1`) and of pairing (`/pair/v1`). JSON, sorted keys.

A manifest stands beside the sealed file, never inside the bytes that it hashes.
"""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta, Struct, field

from shared.wire.bounds import Count, Epoch, Key, Score10, Seq, Sha256, Short, Text, UnixMs
from shared.wire.plan import PlanEnvelope
from shared.wire.session import ClockSample

CHUNK_BYTES = 256 * 1024
MAX_RAW_BYTES = 64 * 1024 * 1024
"""No recording may unpack to more than this, whatever its manifest declares."""
EVENT_SCHEMA = 1

ByteSize = Annotated[int, Meta(ge=1, le=MAX_RAW_BYTES)]
DocumentKind = Literal["session", "event", "reply"]


class WrappedKey(Struct, frozen=True, kw_only=True):
    key_id: Short
    wrapped_key: Text


class Manifest(Struct, frozen=True, kw_only=True):
    """What a sealed file is, declared before its bytes are sent."""

    id: UUID
    kind: DocumentKind
    schema: Annotated[int, Meta(ge=1, le=1 << 15)]
    profile_id: UUID
    epoch: Epoch
    device_seq: Seq
    sha256_raw: Sha256
    sha256_file: Sha256
    size_raw: ByteSize
    size_file: ByteSize
    chunks: Annotated[list[Sha256], Meta(min_length=1, max_length=1024)]
    content: Literal["full", "summary"] = "full"
    encryption: Literal["none", "hpke1"] = "none"
    recipients: Annotated[list[WrappedKey], Meta(max_length=4)] = field(default_factory=list)
    app_version: Short = ""
    clock: ClockSample | None = None


class Hello(Struct, frozen=True, kw_only=True):
    server_utc_ms: UnixMs
    schema_min: Count
    schema_max: Count
    chunk_bytes: Count
    max_raw_bytes: int
    plan_revision: Count


class Declared(Struct, frozen=True, kw_only=True):
    """Which chunks the server still lacks."""

    missing: list[int]


class Receipt(Struct, frozen=True, kw_only=True):
    """The server holds these bytes durably. `state` is `stored_unparsed` for a newer schema."""

    id: UUID
    sha256_raw: Sha256
    server_seq: Seq
    received_utc_ms: UnixMs
    state: Literal["stored", "stored_unparsed"]
    mac: Sha256


class Commit(Struct, frozen=True, kw_only=True):
    sha256_file: Sha256


class InventoryEntry(Struct, frozen=True, array_like=True):
    device_seq: Seq
    sha256_raw: Sha256


class InventoryRequest(Struct, frozen=True, kw_only=True):
    epoch: Epoch
    max_device_seq: Annotated[int, Meta(ge=0, le=1 << 40)]
    entries: Annotated[list[InventoryEntry], Meta(max_length=10_000)]


class InventoryAnswer(Struct, frozen=True, kw_only=True):
    missing: list[int]
    mismatched: list[int]
    agreed_upto: int


class PlansAnswer(Struct, frozen=True, kw_only=True):
    plans: list[PlanEnvelope]
    revision: Count


class Applied(Struct, frozen=True, kw_only=True):
    """The client took the plan, or says why it keeps the old one (`plan_too_new`, `plan_unknown_game`)."""

    outcome: Literal["applied", "kept_old"]
    reason: Key | None = None
    detail: Short = ""


class UrgentEvent(Struct, frozen=True, array_like=True):
    """A small sealed document shipped at once: severe pain, a warning symptom, a fall."""

    kind: Literal["event"]
    schema: Annotated[int, Meta(ge=1, le=1 << 15)]
    id: UUID
    profile_id: UUID
    epoch: Epoch
    device_seq: Seq
    at_utc_ms: UnixMs
    what: Literal["pain", "symptom", "fall", "fall_unanswered", "stop"]
    session_id: UUID | None
    pain: Score10 | None
    detail: Short


class PairStart(Struct, frozen=True, kw_only=True):
    """`public_key`: the profile's Ed25519 key; `box_key`: its X25519 key; both base64url, 32 bytes."""

    public_key: Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{43}$")]
    box_key: Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{43}$")]
    app_version: Short
    machine: Short = ""


class PairStarted(Struct, frozen=True, kw_only=True):
    device_code: Short
    user_code: Annotated[str, Meta(pattern=r"^[BCDFGHJKLMNPQRSTVWXZ]{8}$")]
    fingerprint: Short
    verification_uri: Short
    expires_in_s: Count
    interval_s: Count


class PairPoll(Struct, frozen=True, kw_only=True):
    device_code: Short


class Paired(Struct, frozen=True, kw_only=True):
    """The answer to a successful poll. Anything else is problem+json with a code:
    `authorization_pending`, `slow_down`, `expired_token`, `access_denied`."""

    profile_id: UUID
    patient_ref: Short
    clinic_name: Short
    clinic_key: Text | None
    greeting_name: Short = ""


class NonceAnswer(Struct, frozen=True, kw_only=True):
    nonce: Short
    expires_in_s: Count


class TokenRequest(Struct, frozen=True, kw_only=True):
    """`signature`: base64url Ed25519 over the ASCII text `nonce + "." + profile_id`."""

    profile_id: UUID
    nonce: Short
    signature: Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{86}$")]


class TokenAnswer(Struct, frozen=True, kw_only=True):
    access_token: Short
    expires_in_s: Count
    scope: Short
