"""Receiving: declare, chunks, commit, inventory. Each step may be repeated and gives the same answer.

Accept bytes first, interpret later: what this server can't read yet is kept, what breaks the format is
kept and marked, and only bytes that are not what their manifest says are refused, for the client to send
again. A document's id, and its (profile, epoch, device_seq), name one content for ever; a second content
is a conflict that stays visible on both sides.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

import msgspec
import structlog
from django.db import IntegrityError, transaction
from django.utils import timezone

from clinic_server.core import access
from clinic_server.core.problems import Problem, not_found
from clinic_server.devices.models import Profile
from clinic_server.devices.services import profile_locked
from clinic_server.devices.tokens import receipt_mac
from clinic_server.recordings import projection, storage
from clinic_server.recordings.models import Bundle, Chunk, Conflict, Session
from clinic_server.recordings.selectors import bundle_document
from clinic_server.recordings.signals import event_stored, session_stored
from shared.errors import NewerSchemaError, SealError, WireError
from shared.wire.codec import open_sealed, peek, sha256
from shared.wire.session import ClockSample
from shared.wire.sync import (
    CHUNK_BYTES,
    Declared,
    InventoryAnswer,
    InventoryRequest,
    Manifest,
    Receipt,
)

if TYPE_CHECKING:
    from clinic_server.core.actors import DevicePrincipal

log = structlog.get_logger(__name__)

STORED = (Bundle.State.STORED, Bundle.State.UNPARSED)
UPLOAD_BYTES_A_DAY = 2 * 1024**3
"""What one profile may declare in a day; about a thousand times what a day of play weighs."""
ORPHAN_AFTER = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Refused:
    """Bytes that are not what their manifest says. The bundle stays open: the client sends it again."""

    reason: str


def bundle_declare(
    *, principal: DevicePrincipal, bundle_id: UUID, manifest: Manifest
) -> Declared | Receipt | Problem:
    """Take a manifest: answer with what is missing, or the receipt when all is stored already.

    A conflict is returned, not raised, because its row must be kept.

    Raises:
        Problem: 422 for a manifest that contradicts itself or its sender; 429 over the day's quota.
    """
    _check_manifest(principal, bundle_id, manifest)
    profile = profile_locked(principal.profile_id, principal.clinic_id)
    _note_clock(profile, manifest.clock)
    bundle = Bundle.objects.filter(id=bundle_id, profile=profile).first()
    if bundle is not None and bundle.state not in STORED and bundle.refusal:
        _forget_chunks(bundle)  # what was refused may be declared anew, with other hashes
        bundle.delete()
        bundle = None
    if bundle is None:
        taken = Bundle.objects.filter(
            profile=profile, epoch=manifest.epoch, device_seq=manifest.device_seq
        ).first()
        if taken is not None:
            return _conflict(profile, manifest, kept=taken)
        bundle = _bundle_open(principal, profile, manifest)
        if bundle is None:  # the id is in use where this profile can't see it
            return _conflict(profile, manifest, kept=None)
    elif (bundle.sha256_raw, bundle.sha256_file) != (manifest.sha256_raw, manifest.sha256_file):
        return _conflict(profile, manifest, kept=bundle)
    if bundle.state in STORED:
        return receipt_of(bundle)
    arrived = set(Chunk.objects.filter(bundle=bundle).values_list("number", flat=True))
    return Declared(missing=[each for each in range(len(manifest.chunks)) if each not in arrived])


def _check_manifest(principal: DevicePrincipal, bundle_id: UUID, manifest: Manifest) -> None:
    if manifest.id != bundle_id:
        raise Problem(422, "invalid_document", "the manifest's id is not the address's")
    if manifest.profile_id != principal.profile_id:
        raise Problem(422, "invalid_document", "the manifest names another profile than the one signed in")
    if len(manifest.chunks) != -(-manifest.size_file // CHUNK_BYTES):
        raise Problem(422, "invalid_document", "the manifest's chunks don't make up its size_file")
    if manifest.encryption != "none":
        raise Problem(
            422, "encryption_not_supported", "this server can't open encrypted files yet: keep the file"
        )


def _bundle_open(principal: DevicePrincipal, profile: Profile, manifest: Manifest) -> Bundle | None:
    since = timezone.now() - timedelta(days=1)
    sizes = Bundle.objects.filter(profile=profile, created_at__gt=since).values_list("manifest__size_file")
    if sum(size or 0 for (size,) in sizes) + manifest.size_file > UPLOAD_BYTES_A_DAY:
        raise Problem(
            429, "quota", "this profile has sent its share for today: go on tomorrow",
            headers={"Retry-After": "3600"},
        )  # fmt: skip
    try:
        with transaction.atomic():
            return Bundle.objects.create(
                id=manifest.id,
                clinic_id=principal.clinic_id,
                profile=profile,
                patient_id=principal.patient_id,
                kind=manifest.kind,
                schema=manifest.schema,
                epoch=manifest.epoch,
                device_seq=manifest.device_seq,
                sha256_raw=manifest.sha256_raw,
                sha256_file=manifest.sha256_file,
                manifest=msgspec.to_builtins(manifest),
            )
    except IntegrityError:
        return None


def _note_clock(profile: Profile, clock: ClockSample | None) -> None:
    profile.last_seen_at = timezone.now()
    if clock is not None:
        profile.clock_offset_ms = clock.offset_ms
    profile.save(update_fields=["last_seen_at", "clock_offset_ms"])


def _conflict(profile: Profile, manifest: Manifest, *, kept: Bundle | None) -> Problem:
    Conflict.objects.get_or_create(
        profile=profile,
        document_id=manifest.id,
        other_sha256_raw=manifest.sha256_raw,
        defaults={
            "clinic_id": profile.clinic_id,
            "kept_id": kept.id if kept else None,
            "kept_sha256_raw": kept.sha256_raw if kept else "",
            "epoch": manifest.epoch,
            "device_seq": manifest.device_seq,
            "manifest": msgspec.to_builtins(manifest),
        },
    )
    log.warning("bundle_conflict", profile_id=str(profile.id), document_id=str(manifest.id))
    return Problem(
        409, "conflict",
        "another document with this id or sequence number is stored already: both are noted, keep the file",
    )  # fmt: skip


def chunk_store(
    *, principal: DevicePrincipal, bundle_id: UUID, number: int, data: bytes, digest: str
) -> None:
    """Keep one chunk; a repeat changes nothing.

    Raises:
        Problem: 404 without a manifest; 422 `chunk_digest` when the bytes are not the declared ones.
    """
    bundle = _bundle_for(principal, bundle_id)
    if bundle.state in STORED:
        return
    hashes = bundle.manifest["chunks"]
    if not 0 <= number < len(hashes):
        raise not_found()
    found = sha256(data)
    if found != hashes[number] or (digest and digest != found):
        raise Problem(422, "chunk_digest", f"chunk {number} was damaged on the way: send it again")
    key = f"clinic/{bundle.clinic_id}/uploads/{bundle.id}/{number}-{found}"
    if Chunk.objects.filter(bundle=bundle, number=number).exists():
        return
    storage.put(key, data)
    Chunk.objects.get_or_create(
        bundle=bundle, number=number, defaults={"clinic_id": bundle.clinic_id, "storage_key": key}
    )


def bundle_commit(*, principal: DevicePrincipal, bundle_id: UUID, sha256_file: str) -> Receipt | Refused:
    """Check the whole file, store it durably, read it, and give the receipt; a repeat gives the same.

    Raises:
        Problem: 404 without a manifest; 409 `chunks_missing`, 422 when the hash is not the declared one.
    """
    profile = profile_locked(principal.profile_id, principal.clinic_id)
    bundle = _bundle_for(principal, bundle_id)
    if sha256_file != bundle.sha256_file:
        raise Problem(422, "invalid_document", "this is not the file that the manifest declared")
    if bundle.state in STORED:
        return receipt_of(bundle)
    manifest = msgspec.convert(bundle.manifest, Manifest)
    chunks = list(Chunk.objects.filter(bundle=bundle).order_by("number"))
    if [each.number for each in chunks] != list(range(len(manifest.chunks))):
        raise Problem(409, "chunks_missing", "not every chunk has arrived: declare again to see which")
    file = b"".join(storage.get(each.storage_key) for each in chunks)
    try:
        raw = open_sealed(
            file, size_raw=manifest.size_raw, sha256_file=manifest.sha256_file, sha256_raw=manifest.sha256_raw
        )
        _check_head(raw, manifest)
    except WireError as error:
        return _refuse(bundle, str(error))
    key = f"clinic/{bundle.clinic_id}/bundles/{manifest.sha256_file}"
    storage.put(key, file)
    _store(profile, bundle, key, raw)
    _forget_chunks(bundle)
    access.write(
        principal, "bundle.store", patient_id=bundle.patient_id, subject_id=bundle.id, result_count=1
    )
    return receipt_of(bundle)


def _check_head(raw: bytes, manifest: Manifest) -> None:
    head = peek(raw)
    if (head.kind, head.schema, head.id) != (manifest.kind, manifest.schema, manifest.id):
        raise SealError("the document says another kind, schema or id than its manifest")


def _refuse(bundle: Bundle, reason: str) -> Refused:
    _forget_chunks(bundle)
    bundle.state, bundle.refusal = Bundle.State.REFUSED, reason[:400]
    bundle.save(update_fields=["state", "refusal"])
    log.warning("bundle_refused", bundle_id=str(bundle.id), reason=reason)
    return Refused(reason)


def _store(profile: Profile, bundle: Bundle, key: str, raw: bytes) -> None:
    profile.server_seq += 1
    # The game is updated at home: what it plays with now is told by what it sends.
    profile.app_version = str(bundle.manifest.get("app_version") or profile.app_version)
    profile.save(update_fields=["server_seq", "app_version"])
    bundle.storage_key = key
    bundle.server_seq = profile.server_seq
    bundle.received_at = timezone.now()
    bundle.state, bundle.refusal = Bundle.State.STORED, ""
    bundle.save()
    bundle_project(bundle=bundle, raw=raw)


def bundle_project(*, bundle: Bundle, raw: bytes) -> None:
    """Make a stored bundle's rows from its bytes, over earlier ones, in the current transaction.

    Whatever goes wrong in reading, the bytes stay stored; a session is then marked unusable.
    """
    try:
        if bundle.kind == "session":
            session, trials = projection.session_of(bundle, raw)
            projection.save(session, trials)
            session_stored.send(Session, session=session)
        elif bundle.kind == "event":
            event = projection.urgent_event_of(bundle, raw)
            event.save()
            event_stored.send(type(event), event=event)
        else:
            raise NewerSchemaError(bundle.kind, bundle.schema, 0)
    except NewerSchemaError:
        bundle.state = Bundle.State.UNPARSED
    except WireError as error:
        bundle.refusal = f"stored, but it can't be read: {error}"[:400]
    else:
        bundle.state = Bundle.State.STORED
    bundle.save(update_fields=["state", "refusal"])


def bundle_reproject(*, bundle: Bundle) -> None:
    """Read a stored bundle again; raises SealError or FileNotFoundError when the storage has lost it."""
    with transaction.atomic():
        bundle_project(bundle=bundle, raw=bundle_document(bundle))


def receipt_of(bundle: Bundle) -> Receipt:
    """Return the receipt of a stored bundle: always the same one."""
    assert bundle.server_seq is not None and bundle.received_at is not None  # noqa: S101
    received_ms = int(bundle.received_at.timestamp() * 1000)
    unparsed = bundle.state == Bundle.State.UNPARSED
    return Receipt(
        id=bundle.id,
        sha256_raw=bundle.sha256_raw,
        server_seq=bundle.server_seq,
        received_utc_ms=received_ms,
        state="stored_unparsed" if unparsed else "stored",
        mac=receipt_mac(bundle.id, bundle.sha256_raw, bundle.server_seq, received_ms),
    )


def inventory_compare(*, principal: DevicePrincipal, asked: InventoryRequest) -> InventoryAnswer:
    """Say which of a profile's documents this server lacks or holds otherwise.

    `agreed_upto` is the device_seq up to which, without a gap, both sides hold the same; the client sends
    what follows it next time.
    """
    profile = profile_locked(principal.profile_id, principal.clinic_id)
    held = dict(
        Bundle.objects.filter(profile=profile, epoch=asked.epoch, state__in=STORED).values_list(
            "device_seq", "sha256_raw"
        )
    )
    theirs = {entry.device_seq: entry.sha256_raw for entry in asked.entries}
    missing = sorted(seq for seq in theirs if seq not in held)
    mismatched = sorted(seq for seq, digest in theirs.items() if seq in held and held[seq] != digest)
    agreed = int(profile.agreed.get(str(asked.epoch), 0))
    lost = sorted(seq for seq in range(1, agreed + 1) if seq not in held) if agreed else []
    if lost:  # this server was restored from a backup: it asks for what it once had
        agreed = lost[0] - 1
        missing = sorted({*missing, *lost})
    while theirs.get(agreed + 1, "") == held.get(agreed + 1):
        agreed += 1
    profile.agreed = {**profile.agreed, str(asked.epoch): agreed}
    profile.last_seen_at = timezone.now()
    profile.save(update_fields=["agreed", "last_seen_at"])
    return InventoryAnswer(missing=missing, mismatched=mismatched, agreed_upto=agreed)


def orphans_sweep() -> int:
    """Forget chunks of uploads that were begun a week ago and never ended; return how many uploads.

    The client still has each file and declares it again. Runs in one clinic's scope.
    """
    before = timezone.now() - ORPHAN_AFTER
    stale = Bundle.objects.exclude(state__in=STORED).filter(created_at__lt=before)
    count = 0
    for bundle in stale:
        _forget_chunks(bundle)
        bundle.delete()
        count += 1
    return count


def _bundle_for(principal: DevicePrincipal, bundle_id: UUID) -> Bundle:
    bundle = Bundle.objects.filter(id=bundle_id, profile_id=principal.profile_id).first()
    if bundle is None:
        raise not_found()
    return bundle


def _forget_chunks(bundle: Bundle) -> None:
    keys = list(Chunk.objects.filter(bundle=bundle).values_list("storage_key", flat=True))
    Chunk.objects.filter(bundle=bundle).delete()

    def drop() -> None:
        for key in keys:
            storage.drop(key)

    transaction.on_commit(drop, robust=True)
