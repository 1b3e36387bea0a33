"""Canonical bytes, hashes and the sealed frame.

Sealing: canonical encoding -> SHA-256 (`sha256_raw`, the identity) -> one zstd frame -> SHA-256
(`sha256_file`, which protects transport). Opening is written against hostile bytes: never one-shot, never
trusting the frame's own header, exactly one complete frame, and not one byte more than declared.
"""

from __future__ import annotations

import hashlib
import math
import sys
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import UUID

import msgspec
from msgspec import Struct

from shared.errors import NewerSchemaError, SealError, WireError
from shared.wire.events import Cue, TrialEnd, TrialStart
from shared.wire.session import SESSION_SCHEMA, InputDevice, PlayedBlock, Recording
from shared.wire.sync import CHUNK_BYTES, EVENT_SCHEMA, MAX_RAW_BYTES, Manifest, UrgentEvent

if sys.version_info >= (3, 14):  # pragma: no cover - the lock has the backport below
    from compression.zstd import (
        CompressionParameter,
        DecompressionParameter,
        ZstdCompressor,
        ZstdDecompressor,
        ZstdError,
    )
else:
    from backports.zstd import (
        CompressionParameter,
        DecompressionParameter,
        ZstdCompressor,
        ZstdDecompressor,
        ZstdError,
    )

if TYPE_CHECKING:
    from shared.wire.session import ClockSample

T = TypeVar("T")
_MAX_WINDOW_LOG = 23  # 8 MiB of history: what our own frames need, and no more for anybody else's
_SCHEMAS = {"session": SESSION_SCHEMA, "event": EVENT_SCHEMA, "reply": 1}


class Peek(Struct, frozen=True, array_like=True):
    """The first three fields of every sealed document, readable whatever its schema."""

    kind: str
    schema: int
    id: UUID


class Sealed(Struct, frozen=True, kw_only=True):
    """A sealed file and its manifest. The bytes are frozen: a retry sends the very same ones."""

    manifest: Manifest
    file: bytes


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def encode_document(document: Recording | UrgentEvent) -> bytes:
    """Return the canonical msgpack bytes of a document: mappings sorted by key.

    Raises:
        WireError: a value is out of bounds or not finite. Encoding alone would not notice, so the bytes
            are decoded once before they are given out.
    """
    data = msgspec.msgpack.encode(_as_written(document), order="sorted")
    _decode(data, type(document))
    return data


_FIRST_VERSION: dict[type[Struct], str] = {
    TrialStart: "aim_deg",
    TrialEnd: "movement_time_s",
    Cue: "strength",
    PlayedBlock: "context",
    InputDevice: "filter",
    Recording: "note",
}
"""The last field that each struct had in the first wire version."""


def _as_written(value: Any) -> Any:
    """Leave out what was appended to the format and is not used: old recordings keep their bytes."""
    if isinstance(value, list):
        return [_as_written(each) for each in value]
    kind = type(value)
    if kind not in _FIRST_VERSION:
        return value
    fields = msgspec.structs.fields(kind)
    first = kind.__struct_fields__.index(_FIRST_VERSION[kind]) + 1
    values = [getattr(value, each.name) for each in fields]
    while len(values) > first and values[-1] == fields[len(values) - 1].default:
        values.pop()
    tag = kind.__struct_config__.tag
    return [*([] if tag is None else [tag]), *map(_as_written, values)]


def encode_json(document: Any) -> bytes:
    """Return the canonical JSON bytes (sorted keys) of a plan, a manifest or a receipt.

    Raises:
        WireError: a number is not finite (JSON would silently turn it into null).
    """
    _refuse_not_finite(msgspec.to_builtins(document), "")
    return msgspec.json.encode(document, order="sorted")


def decode_json(data: bytes, kind: type[T]) -> T:
    """Decode one of the protocol's JSON documents.

    Raises:
        WireError: it is not JSON, lacks a field, or a value is out of bounds; the message names the field.
    """
    try:
        return msgspec.json.decode(data, type=kind)
    except (msgspec.DecodeError, msgspec.ValidationError, UnicodeDecodeError) as error:
        raise WireError(str(error)) from error


def peek(raw: bytes) -> Peek:
    """Read kind, schema and id only.

    Raises:
        WireError: these bytes are no Movere document at all.
    """
    return _decode(raw, Peek)


def decode_recording(raw: bytes) -> Recording:
    """Decode a recording of any schema up to ours.

    Raises:
        NewerSchemaError: keep the bytes, they are not ours to judge.
        WireError: broken, or a value out of bounds.
    """
    _check_schema(raw, "session")
    return _decode(raw, Recording)


def decode_event(raw: bytes) -> UrgentEvent:
    """Decode an urgent event; raises as `decode_recording` does."""
    _check_schema(raw, "event")
    return _decode(raw, UrgentEvent)


def seal(
    document: Recording | UrgentEvent,
    *,
    app_version: str = "",
    clock: ClockSample | None = None,
    content: str = "full",
) -> Sealed:
    """Freeze a document: encode, hash, compress, cut into chunks.

    Raises:
        WireError: the document is not valid, or larger than any server accepts.
    """
    raw = encode_document(document)
    if len(raw) > MAX_RAW_BYTES:
        raise WireError(f"this session is too large to send: {len(raw)} bytes, at most {MAX_RAW_BYTES}")
    file = frame(raw)
    manifest = Manifest(
        id=document.id,
        kind=document.kind,
        schema=document.schema,
        profile_id=document.profile_id,
        epoch=document.epoch,
        device_seq=document.device_seq,
        sha256_raw=sha256(raw),
        sha256_file=sha256(file),
        size_raw=len(raw),
        size_file=len(file),
        chunks=[sha256(chunk) for chunk in chunks(file)],
        content="summary" if content == "summary" else "full",
        app_version=app_version,
        clock=clock,
    )
    return Sealed(manifest=manifest, file=file)


def frame(raw: bytes) -> bytes:
    """Compress into the one zstd frame that a sealed file is."""
    compressor = ZstdCompressor(
        options={CompressionParameter.compression_level: 10, CompressionParameter.window_log: _MAX_WINDOW_LOG}
    )
    return compressor.compress(raw, mode=ZstdCompressor.FLUSH_FRAME)


def chunks(file: bytes) -> list[bytes]:
    """Cut a sealed file into the chunks of the protocol; the cuts never change for the same file."""
    return [file[at : at + CHUNK_BYTES] for at in range(0, len(file), CHUNK_BYTES)]


def open_sealed(file: bytes, *, size_raw: int, sha256_file: str, sha256_raw: str) -> bytes:
    """Return the document's bytes after every check.

    Raises:
        SealError: a hash differs, the frame is truncated, something follows it, or it unpacks to more or
            less than declared (a decompression bomb stops at the declared size).
    """
    if sha256(file) != sha256_file:
        raise SealError("the file's hash differs from its manifest: it was damaged on the way")
    raw = unframe(file, min(size_raw, MAX_RAW_BYTES))
    if len(raw) != size_raw:
        raise SealError(f"the file unpacks to {len(raw)} bytes and its manifest says {size_raw}")
    if sha256(raw) != sha256_raw:
        raise SealError("the document's hash differs from its manifest")
    return raw


def unframe(file: bytes, cap: int = MAX_RAW_BYTES) -> bytes:
    """Unpack exactly one complete frame of at most `cap` bytes, without a manifest to hold it to.

    Raises:
        SealError: no frame of ours, truncated, followed by something, or larger than `cap`.
    """
    decompressor = ZstdDecompressor(options={DecompressionParameter.window_log_max: _MAX_WINDOW_LOG})
    try:
        raw = decompressor.decompress(file, max_length=cap + 1)
    except (ZstdError, EOFError) as error:
        raise SealError("the file is not a zstd frame that Movere wrote") from error
    if len(raw) > cap:
        raise SealError(f"the file unpacks to more than the declared {cap} bytes")
    if not decompressor.eof:
        raise SealError("the file is truncated")
    if decompressor.unused_data:
        raise SealError("something follows the end of the file's frame")
    return raw


def open_file(sealed: Sealed) -> bytes:
    """Open a sealed file against its own manifest; raises as `open_sealed`."""
    found = sealed.manifest
    return open_sealed(
        sealed.file,
        size_raw=found.size_raw,
        sha256_file=found.sha256_file,
        sha256_raw=found.sha256_raw,
    )


def _check_schema(raw: bytes, kind: str) -> None:
    head = peek(raw)
    if head.kind != kind:
        raise WireError(f"expected a {kind}, got a {head.kind[:40]}")
    if head.schema > _SCHEMAS[kind]:
        raise NewerSchemaError(kind, head.schema, _SCHEMAS[kind])


def _decode(data: bytes, kind: type[T]) -> T:
    try:
        return msgspec.msgpack.decode(data, type=kind)
    except (msgspec.DecodeError, msgspec.ValidationError, UnicodeDecodeError, RecursionError) as error:
        raise WireError(str(error)) from error


def _refuse_not_finite(value: Any, pointer: str) -> None:
    if isinstance(value, float) and not math.isfinite(value):
        raise WireError(f"{pointer or '/'} is not a finite number")
    if isinstance(value, dict):
        for key, each in value.items():
            _refuse_not_finite(each, f"{pointer}/{key}")
    elif isinstance(value, list):
        for index, each in enumerate(value):
            _refuse_not_finite(each, f"{pointer}/{index}")
