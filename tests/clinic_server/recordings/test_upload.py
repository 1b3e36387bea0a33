"""Receiving: idempotent at each step, conflicts kept, damage refused and re-sendable, the future stored."""

from __future__ import annotations

import hashlib
import hmac
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
import pytest
from django.conf import settings

from clinic_server.core.models import Job
from clinic_server.recordings.models import Bundle, Chunk, Conflict, Session, Trial, UrgentEvent
from shared.ids import uuid7
from shared.wire.codec import Sealed, chunks, seal, sha256
from shared.wire.session import Symptoms
from shared.wire.sync import UrgentEvent as WireEvent
from tests.clinic_server.world import Device, World, replaced

pytestmark = pytest.mark.django_db


def test_recording_becomes_a_session_with_trials_and_one_job(world: World, device: Device) -> None:
    recording = device.record(symptoms_before=Symptoms(pain=2), symptoms_after=Symptoms(pain=3, effort=4))
    answer = device.upload(recording)
    assert answer.status_code == 200
    assert answer.json()["state"] == "stored"
    with world.scope():
        session = Session.objects.get()
        assert (session.id, session.patient_id) == (recording.id, world.patient.id)
        assert (session.trial_count, session.judged_count) == (56, 40)
        assert (session.pain_before, session.pain_after, session.effort_after) == (2, 3, 4)
        assert session.games == ["tide_anchor"]
        assert session.modes == ["error_based"]
        assert session.blocks[0]["why"] == ["Prescribed in the plan."]
        assert session.local_date.isoformat() == "2026-05-28"
        assert Trial.objects.filter(session=session, probe="opening").count() == 8
        trial = Trial.objects.get(session=session, number=20)
        assert trial.rotation_deg == 20.0
        assert trial.reaction_time_s == pytest.approx((36 + 8) / 120)
        assert not Chunk.objects.exists()
    assert Job.objects.filter(kind="metrics", subject_id=recording.id).count() == 1


def test_every_step_may_be_repeated(world: World, device: Device) -> None:
    sealed = seal(device.record())
    assert device.declare(sealed).json() == {"missing": [0]}
    assert device.declare(sealed).json() == {"missing": [0]}
    assert device.send_chunk(sealed, 0).status_code == 204
    assert device.send_chunk(sealed, 0).status_code == 204
    assert device.declare(sealed).json() == {"missing": []}
    first = device.commit(sealed).json()
    assert device.commit(sealed).json() == first
    assert device.declare(sealed).json() == first
    assert device.send_chunk(sealed, 0).status_code == 204
    with world.scope():
        assert Session.objects.count() == 1
        assert Bundle.objects.get().server_seq == 1
    assert Job.objects.filter(kind="metrics").count() == 1


def test_receipt_carries_a_mac_that_only_this_server_makes(device: Device) -> None:
    receipt = device.upload(device.record()).json()
    key = hashlib.sha256(b"movere.receipt." + settings.SECRET_KEY.encode()).digest()
    said = "|".join(str(receipt[name]) for name in ("id", "sha256_raw", "server_seq", "received_utc_ms"))
    assert hmac.new(key, said.encode(), hashlib.sha256).hexdigest() == receipt["mac"]


def test_same_id_with_other_bytes_is_a_conflict_that_keeps_both_hashes(world: World, device: Device) -> None:
    recording = device.record()
    first, second = seal(recording), seal(replaced(recording, note="another"))
    assert device.upload(first).status_code == 200
    for _ in range(2):
        answer = device.declare(second)
        assert answer.status_code == 409
        assert answer.json()["code"] == "conflict"
    with world.scope():
        row = Conflict.objects.get()
        assert row.kept_sha256_raw == first.manifest.sha256_raw
        assert row.other_sha256_raw == second.manifest.sha256_raw
        assert Bundle.objects.get().sha256_raw == first.manifest.sha256_raw


def test_second_document_with_the_same_sequence_number_is_a_conflict(world: World, device: Device) -> None:
    recording = device.record()
    assert device.upload(recording).status_code == 200
    twin = seal(device.record(device_seq=recording.device_seq))
    assert device.declare(twin).status_code == 409
    with world.scope():
        row = Conflict.objects.get()
        assert (row.document_id, row.kept_id) == (twin.manifest.id, recording.id)


def test_id_that_another_clinic_uses_is_a_conflict_and_not_a_leak(
    world: World, device: Device, other: World
) -> None:
    recording = device.record()
    assert device.upload(recording).status_code == 200
    stranger = Device().pair(other)
    twin = seal(stranger.record(id=recording.id))
    answer = stranger.declare(twin)
    assert answer.status_code == 409
    assert recording.id != UUID(int=0)
    with other.scope():
        assert Conflict.objects.get().kept_sha256_raw == ""


def test_damaged_chunk_is_refused_and_may_be_sent_again(device: Device) -> None:
    sealed = seal(device.record())
    device.declare(sealed)
    damaged = bytearray(chunks(sealed.file)[0])
    damaged[10] ^= 1
    path = f"/sync/v1/bundles/{sealed.manifest.id}/chunks/0"
    answer = device.put(path, bytes(damaged))
    assert answer.status_code == 422
    assert answer.json()["code"] == "chunk_digest"
    assert device.upload(sealed).status_code == 200


def test_content_digest_header_is_checked(device: Device) -> None:
    sealed = seal(device.record())
    device.declare(sealed)
    path = f"/sync/v1/bundles/{sealed.manifest.id}/chunks/0"
    wrong = {"Content-Digest": f"sha-256=:{'A' * 43}=:", "Authorization": f"Bearer {device.token}"}
    answer = device.http.put(
        path, chunks(sealed.file)[0], content_type="application/octet-stream", headers=wrong
    )
    assert answer.status_code == 422


def _lying(sealed: Sealed, file: bytes, **changes: Any) -> Sealed:
    manifest = replaced(
        sealed.manifest,
        sha256_file=sha256(file),
        size_file=len(file),
        chunks=[sha256(each) for each in chunks(file)],
        **changes,
    )
    return Sealed(manifest=manifest, file=file)


def _compressed(raw: bytes) -> bytes:
    from backports.zstd import compress

    return compress(raw)


@pytest.mark.parametrize("damage", ["bomb", "truncated", "tail", "raw_hash", "no_zstd"])
def test_dishonest_file_is_refused_with_its_reason_and_stays_resendable(
    world: World, device: Device, damage: str
) -> None:
    honest = seal(device.record())
    file, changes = honest.file, {}
    if damage == "bomb":
        file = _compressed(b"\0" * (80 * 1024 * 1024))
        changes = {"size_raw": 1000}
    elif damage == "truncated":
        file = file[:-20]
    elif damage == "tail":
        file = file + b"more"
    elif damage == "raw_hash":
        changes = {"sha256_raw": "0" * 64}
    else:
        file = b"this is no frame"
    answer = device.upload(_lying(honest, file, **changes))
    assert answer.status_code == 422
    assert answer.json()["code"] == "refused"
    assert len(answer.json()["detail"]) > 20
    with world.scope():
        bundle = Bundle.objects.get()
        assert bundle.state == "refused"
        assert bundle.refusal
        assert not Session.objects.exists()
    assert device.upload(honest).status_code == 200, "the honest file goes in afterwards"


def test_newer_schema_is_stored_unread_and_read_after_an_upgrade(
    world: World, device: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    recording = device.record()
    document = msgspec.to_builtins(recording, builtin_types=(bytes, UUID))
    fields = [getattr(recording, name) for name in recording.__struct_fields__]
    fields[1] = 9
    raw = msgspec.msgpack.encode([*fields, "a field of the future"])
    assert document
    sealed = seal(recording)
    future = _lying(sealed, _compressed(raw), schema=9, sha256_raw=sha256(raw), size_raw=len(raw))
    answer = device.upload(future)
    assert answer.status_code == 202
    assert answer.json()["state"] == "stored_unparsed"
    assert device.declare(future).status_code == 202
    with world.scope():
        assert Bundle.objects.get().state == "stored_unparsed"
        assert not Session.objects.exists()


def test_absurd_or_broken_content_is_stored_and_visible_as_unusable(world: World, device: Device) -> None:
    recording = device.record()
    far = msgspec.structs.replace(recording, samples=_absurd(recording.samples))
    assert device.upload(far).status_code == 200
    raw = msgspec.msgpack.encode(replaced(device.record(), started_utc_ms=float("nan")), order="sorted")
    head = msgspec.msgpack.decode(raw)
    honest = seal(device.record(device_seq=device.seq, id=UUID(head[2])))
    broken = _lying(honest, _compressed(raw), sha256_raw=sha256(raw), size_raw=len(raw))
    assert device.upload(broken).status_code == 200
    with world.scope():
        sessions = list(Session.objects.order_by("device_seq"))
        assert [each.status for each in sessions] == ["unusable", "unusable"]
        assert "ten metres" in sessions[0].unusable_reason
        assert "format" in sessions[1].unusable_reason
    listed = world.as_().get(f"/api/v1/sessions?patient={world.patient.id}&status=unusable")
    assert len(listed.json()["data"]) == 2
    assert not Job.objects.filter(kind="metrics").exists()


def _absurd(samples: list[Any]) -> list[Any]:
    import numpy as np

    block = samples[0]
    columns = []
    for column in block.columns:
        if column.name == "x_um":
            values = np.zeros(block.count, dtype="<i4")
            values[0] = 2_000_000_000
            column = replaced(column, data=values.tobytes())
        columns.append(column)
    return [replaced(block, columns=columns), *samples[1:]]


def test_urgent_event_arrives_as_a_small_document(world: World, device: Device) -> None:
    device.seq += 1
    event = WireEvent(
        "event", 1, uuid7(), device.profile_id, 1, device.seq, 1_780_000_000_000, "fall", None, None, ""
    )
    assert device.upload(event).status_code == 200
    with world.scope():
        assert UrgentEvent.objects.get().what == "fall"
    found = world.as_().get("/api/v1/triage").json()["data"]
    assert found[0]["flags"][0]["kind"] == "safety"


def test_reply_is_kept_until_a_server_reads_it(world: World, device: Device) -> None:
    device.seq += 1
    raw = msgspec.msgpack.encode(["reply", 1, uuid7(), "thank you"])
    head = msgspec.msgpack.decode(raw)
    honest = seal(device.record(device_seq=device.seq, id=UUID(head[2])))
    sealed = _lying(honest, _compressed(raw), kind="reply", sha256_raw=sha256(raw), size_raw=len(raw))
    assert device.upload(sealed).status_code == 202


def test_manifest_of_another_profile_or_id_is_refused(world: World, device: Device) -> None:
    sealed = seal(device.record(profile_id=uuid7()))
    assert device.declare(sealed).status_code == 422
    sealed = seal(device.record())
    assert device.put(f"/sync/v1/bundles/{uuid7()}", sealed.manifest).status_code == 422
    assert device.put(f"/sync/v1/bundles/{sealed.manifest.id}", b"{}").json()["code"] == "invalid_document"


def test_commit_before_all_chunks_says_so(device: Device) -> None:
    sealed = seal(device.record())
    device.declare(sealed)
    assert device.commit(sealed).json()["code"] == "chunks_missing"


def test_inventory_names_what_is_missing_and_heals_a_restored_server(world: World, device: Device) -> None:
    sent = [seal(device.record()) for _ in range(3)]
    for sealed in sent:
        assert device.upload(sealed).status_code == 200
    entries = [[each.manifest.device_seq, each.manifest.sha256_raw] for each in sent]
    asked = {"epoch": 1, "max_device_seq": 4, "entries": [*entries, [4, "f" * 64]]}
    answer = device.post("/sync/v1/inventory", asked).json()
    assert answer == {"missing": [4], "mismatched": [], "agreed_upto": 3}
    entries[1][1] = "e" * 64
    answer = device.post("/sync/v1/inventory", {**asked, "entries": entries}).json()
    assert answer["mismatched"] == [2]
    with world.scope():  # as if restored from the backup of the night before the last session
        Session.objects.filter(id=sent[2].manifest.id).delete()
        Job.objects.all().delete()
        Bundle.objects.filter(id=sent[2].manifest.id).delete()
    answer = device.post("/sync/v1/inventory", {"epoch": 1, "max_device_seq": 3, "entries": []}).json()
    assert answer["missing"] == [3]
    assert device.upload(sent[2]).status_code == 200


def test_stored_bytes_are_exactly_the_file_and_come_back_by_export(world: World, device: Device) -> None:
    sealed = seal(device.record())
    device.upload(sealed)
    with world.scope():
        key = Bundle.objects.get().storage_key
    assert (Path(settings.RECORDINGS_DIR) / key).read_bytes() == sealed.file
    found = world.as_().get(f"/api/v1/sessions/{sealed.manifest.id}/export")
    assert found.content == sealed.file
    table = (
        world.as_().get(f"/api/v1/sessions/{sealed.manifest.id}/export?as=csv").content.decode().splitlines()
    )
    assert table[0] == "t_s,x_mm,y_mm,filtered_x_mm,filtered_y_mm,confidence,flags"
    columns = world.as_().get(f"/api/v1/sessions/{sealed.manifest.id}/trajectory").json()
    assert len(table) - 1 == len(columns["x_mm"]) > 1000
    assert max(columns["x_mm"]) == pytest.approx(100, abs=15)
