"""The sealed document: round trip, canonical bytes, and every way in which bytes can be hostile."""

from __future__ import annotations

import json
import math
import struct
from uuid import UUID

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.errors import NewerSchemaError, SealError, WireError
from shared.wire import codec
from shared.wire.events import CourseOn, Go, TrialEnd, TrialStart, Wave
from shared.wire.plan import DecoderPlan, Plan, PlanBlock, PlanContent
from shared.wire.session import DeviceMap, Latency, Recording, Symptoms
from shared.wire.sync import UrgentEvent
from tests.shared.recordings import PlannedTrial, recording

pytestmark = pytest.mark.contracts

SMALL = recording([PlannedTrial(phase="practice") for _ in range(3)])
SEALED = codec.seal(SMALL)


def opened(file: bytes, **changes: object) -> bytes:
    declared = {
        "size_raw": SEALED.manifest.size_raw,
        "sha256_file": codec.sha256(file),
        "sha256_raw": SEALED.manifest.sha256_raw,
    }
    return codec.open_sealed(file, **(declared | changes))  # type: ignore[arg-type]


def squeezed(raw: bytes) -> bytes:
    """A frame as Movere writes it, around any bytes."""
    return codec.ZstdCompressor(level=3).compress(raw, mode=codec.ZstdCompressor.FLUSH_FRAME)


@settings(deadline=None, max_examples=50)
@given(
    seq=st.integers(1, 1 << 40),
    epoch=st.integers(1, 1 << 31),
    offset=st.integers(-1080, 1080),
    note=st.text(max_size=200),
    pain=st.none() | st.integers(0, 10),
    hand=st.none() | st.floats(-360, 360),
    ticks=st.lists(st.integers(0, 1 << 31), max_size=20),
)
def test_what_is_sealed_comes_back(
    seq: int, epoch: int, offset: int, note: str, pain: int | None, hand: float | None, ticks: list[int]
) -> None:
    end = TrialEnd(
        tick=9,
        trial=0,
        outcome="miss",
        success=None,
        hand_deg=hand,
        endpoint_error_m=None,
        movement_time_s=0.5,
    )
    document = msgspec.structs.replace(
        SMALL,
        device_seq=seq,
        epoch=epoch,
        utc_offset_min=offset,
        note=note,
        symptoms_after=Symptoms(pain=pain),
        events=[*(Go(tick=each, trial=0) for each in ticks), end],
    )
    sealed = codec.seal(document, app_version="0.1.0")
    again = codec.decode_recording(codec.open_file(sealed))
    assert again == document
    assert codec.seal(again, app_version="0.1.0") == sealed, "the same document has one form in bytes"


@settings(deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_are_refused_in_words_never_with_a_crash(raw: bytes) -> None:
    for decode in (codec.decode_recording, codec.decode_event, codec.unframe):
        with pytest.raises((WireError, SealError)):
            decode(raw)


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 10**9), st.integers(1, 255))
def test_one_flipped_byte_is_noticed(at: int, flip: int) -> None:
    file = bytearray(SEALED.file)
    file[at % len(file)] ^= flip
    with pytest.raises(SealError, match="hash"):
        codec.open_sealed(
            bytes(file),
            size_raw=SEALED.manifest.size_raw,
            sha256_file=SEALED.manifest.sha256_file,
            sha256_raw=SEALED.manifest.sha256_raw,
        )


def test_the_manifest_says_what_the_file_is() -> None:
    manifest = SEALED.manifest
    assert manifest.id == SMALL.id
    assert manifest.size_file == len(SEALED.file)
    assert b"".join(codec.chunks(SEALED.file)) == SEALED.file
    assert [codec.sha256(each) for each in codec.chunks(SEALED.file)] == manifest.chunks
    assert codec.open_file(SEALED) == codec.encode_document(SMALL)


def test_canonical_bytes_ignore_the_order_of_mappings() -> None:
    block = SMALL.blocks[0]
    one, two = (
        msgspec.structs.replace(
            SMALL, blocks=[msgspec.structs.replace(block, game_params=dict(sorted(pairs, reverse=back)))]
        )
        for pairs, back in (([("a", 1), ("b", 2.5), ("c", True)], each) for each in (False, True))
    )
    assert list(one.blocks[0].game_params) != list(two.blocks[0].game_params)
    assert codec.encode_document(one) == codec.encode_document(two)


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf, 361.0])
def test_a_number_that_is_none_never_gets_into_a_document(bad: float) -> None:
    end = TrialEnd(
        tick=1,
        trial=0,
        outcome="hit",
        success=True,
        hand_deg=bad,
        endpoint_error_m=None,
        movement_time_s=None,
    )
    with pytest.raises(WireError):
        codec.seal(msgspec.structs.replace(SMALL, events=[end]))


def test_nan_smuggled_into_the_bytes_is_refused() -> None:
    marked = msgspec.structs.replace(SMALL, bias_deg=12.5)
    raw = codec.encode_document(marked)
    good = struct.pack(">d", 12.5)
    assert raw.count(good) == 1
    assert codec.decode_recording(raw).bias_deg == 12.5
    with pytest.raises(WireError, match="Expected `float`"):
        codec.decode_recording(raw.replace(good, struct.pack(">d", math.nan)))


@pytest.mark.parametrize(
    "changes",
    [{"epoch": 0}, {"device_seq": 0}, {"utc_offset_min": 2000}, {"tick_hz": 0}, {"note": "x" * 4001}],
    ids=lambda each: next(iter(each)),
)
def test_values_out_of_bounds_are_refused(changes: dict[str, object]) -> None:
    with pytest.raises(WireError):
        codec.encode_document(msgspec.structs.replace(SMALL, **changes))


def test_json_refuses_what_it_would_silently_turn_into_null() -> None:
    with pytest.raises(WireError, match="/a/1 is not a finite number"):
        codec.encode_json({"a": [1.0, math.nan]})
    assert codec.encode_json({"b": 1, "a": 2}) == b'{"a":2,"b":1}'


def test_a_newer_schema_is_told_from_a_broken_document() -> None:
    newer = msgspec.msgpack.encode(["session", 99, str(UUID(int=1)), "fields we do not know", 3])
    assert codec.peek(newer).schema == 99
    with pytest.raises(NewerSchemaError, match="upgrade"):
        codec.decode_recording(newer)
    broken = msgspec.msgpack.encode(["session", 1, str(UUID(int=1)), "fields we do not know", 3])
    with pytest.raises(WireError) as raised:
        codec.decode_recording(broken)
    assert not isinstance(raised.value, NewerSchemaError)


def test_later_fields_may_be_absent_and_unknown_ones_may_follow() -> None:
    """Append-only: an older file lacks the last fields, a newer minor one has more."""
    fields = msgspec.msgpack.decode(codec.encode_document(SMALL))
    required = [each for each in msgspec.structs.fields(Recording) if each.required]
    older = codec.decode_recording(msgspec.msgpack.encode(fields[: len(required)]))
    assert older == SMALL
    assert codec.decode_recording(msgspec.msgpack.encode([*fields, None, "later"])) == SMALL


def test_a_session_is_no_event() -> None:
    event = UrgentEvent(
        kind="event",
        schema=1,
        id=UUID(int=3),
        profile_id=UUID(int=7),
        epoch=1,
        device_seq=2,
        at_utc_ms=1,
        what="pain",
        session_id=None,
        pain=8,
        detail="",
    )
    raw = codec.open_file(codec.seal(event))
    assert codec.decode_event(raw) == event
    with pytest.raises(WireError, match="expected a session, got a event"):
        codec.decode_recording(raw)


def test_a_bomb_stops_at_the_declared_size() -> None:
    bomb = squeezed(bytes(200 * 1024 * 1024))
    assert len(bomb) < 100_000
    with pytest.raises(SealError, match="more than the declared"):
        opened(bomb)
    with pytest.raises(SealError, match="more than the declared"):
        opened(bomb, size_raw=1 << 40)
    with pytest.raises(SealError, match="more than the declared"):
        codec.unframe(bomb)


@pytest.mark.parametrize("kept", [0, 1, 10, 0.5, -1])
def test_a_truncated_file_is_refused(kept: float) -> None:
    cut = int(len(SEALED.file) * kept) if isinstance(kept, float) else int(kept) % len(SEALED.file)
    with pytest.raises(SealError):
        opened(SEALED.file[:cut])


def test_nothing_may_follow_the_frame() -> None:
    for tail in (b"x", SEALED.file, squeezed(b"second")):
        with pytest.raises(SealError, match="something follows"):
            opened(SEALED.file + tail)


def test_declared_size_and_hash_bind() -> None:
    assert opened(SEALED.file) == codec.encode_document(SMALL)
    with pytest.raises(SealError, match="its manifest says"):
        opened(SEALED.file, size_raw=SEALED.manifest.size_raw + 1)
    with pytest.raises(SealError, match="document's hash"):
        opened(SEALED.file, sha256_raw="0" * 64)
    with pytest.raises(SealError, match="hash differs"):
        opened(SEALED.file, sha256_file="0" * 64)


def test_plans_refuse_unknown_fields_and_name_them() -> None:
    content = PlanContent(title="Tide", blocks=[PlanBlock(key="a", game="tide_anchor")])
    data = json.loads(codec.encode_json(content))
    assert codec.decode_json(json.dumps(data).encode(), PlanContent) == content
    data["blocks"][0]["dose"]["practise_trials"] = 3
    with pytest.raises(WireError, match="practise_trials"):
        codec.decode_json(json.dumps(data).encode(), PlanContent)
    with pytest.raises(WireError):
        codec.decode_json(b"\xff", Plan)


def test_a_plan_without_a_decoder_keeps_its_bytes() -> None:
    plain = PlanContent(title="Tide", blocks=[PlanBlock(key="a", game="tide_anchor")])
    assert b"decoder" not in codec.encode_json(plain)
    block = PlanBlock(key="a", game="tide_anchor", movement="decoded", decoder=DecoderPlan(map="arbitrary"))
    decoded = PlanContent(title="Tide", blocks=[block])
    assert codec.decode_json(codec.encode_json(decoded), PlanContent) == decoded


@pytest.mark.parametrize(
    "limits", [{"pain_stop": 8}, {"pain_rest": 5}, {"max_rotation_deg": 46}, {"effort_stop": 9}], ids=str
)
def test_a_plan_can_only_tighten_the_limits(limits: dict[str, float]) -> None:
    text = json.dumps({"title": "t", "blocks": [{"key": "a", "game": "g"}], "safety": limits})
    with pytest.raises(WireError, match=next(iter(limits))):
        codec.decode_json(text.encode(), PlanContent)


def offering(**changes: object) -> Recording:
    """The small recording, its first trial's start changed."""
    at = next(i for i, each in enumerate(SMALL.events) if isinstance(each, TrialStart))
    events = [*SMALL.events]
    events[at] = msgspec.structs.replace(events[at], **changes)
    return msgspec.structs.replace(SMALL, events=events)


def test_what_was_appended_and_is_not_used_leaves_the_bytes_as_they_were() -> None:
    """As long as in the first wire version: a start, a block, the input device, the recording itself."""
    plain = msgspec.msgpack.decode(codec.encode_document(SMALL))
    fields = Recording.__struct_fields__
    starts = [each for each in plain[fields.index("events")] if each[0] == "trial_start"]
    assert {len(each) for each in starts} == {1 + 19}
    assert {len(each) for each in plain[fields.index("blocks")]} == {14}
    assert len(plain[fields.index("device")]) == 9
    assert len(plain) == 31
    assert codec.decode_recording(codec.encode_document(SMALL)) == SMALL


def test_what_was_appended_and_is_used_comes_back() -> None:
    mapped = msgspec.structs.replace(SMALL.device, map=DeviceMap(10, -20, 0.5, 2.0))
    leant = [msgspec.structs.replace(each, movement="trunk_lean") for each in SMALL.blocks]
    course = CourseOn(tick=3, trial=0, waves=[Wave(0.05, 0.1, 1.0)], half_width_m=0.02)
    parts = Latency(
        device_ms=(20.0, 33.0), tracker_ms=(14.0, 20.0), logic_ms=(9.0, 17.0), draw_ms=(8.0, 16.0)
    )
    changed = msgspec.structs.replace(
        SMALL, device=mapped, blocks=leant, events=[*SMALL.events, course], latency=parts
    )
    assert codec.decode_recording(codec.encode_document(changed)) == changed


@pytest.mark.parametrize("changes", [{"reward_offered": 5.0}, {"dual_task": True}, {"reward_offered": 0.0}])
def test_an_offer_and_a_second_task_come_back(changes: dict[str, object]) -> None:
    changed = offering(**changes)
    assert codec.decode_recording(codec.encode_document(changed)) == changed


@pytest.mark.parametrize("offered", [-1.0, 1000.5, math.nan, math.inf])
def test_an_offer_has_bounds(offered: float) -> None:
    with pytest.raises(WireError):
        codec.encode_document(offering(reward_offered=offered))
