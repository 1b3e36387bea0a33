"""The decisions of the sync, for every answer that may come: nothing is lost, nothing waits for ever."""

from __future__ import annotations

from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from game_client.sync.machine import (
    ARRIVED,
    LONGEST_RETRY_AFTER_S,
    LONGEST_WAIT_S,
    WAITING,
    Answer,
    Commit,
    Declare,
    Progress,
    SendChunk,
    after,
    backoff_s,
    is_due,
    next_action,
)
from shared.wire.sync import Manifest, Receipt

NOW_MS = 1_790_000_000_000
CHUNKS = 4
MANIFEST = Manifest(
    id=UUID(int=7),
    kind="session",
    schema=1,
    profile_id=UUID(int=8),
    epoch=1,
    device_seq=1,
    sha256_raw="a" * 64,
    sha256_file="b" * 64,
    size_raw=1_000_000,
    size_file=1_000_000,
    chunks=["c" * 64] * CHUNKS,
)
RECEIPT = Receipt(
    id=MANIFEST.id, sha256_raw="a" * 64, server_seq=1, received_utc_ms=1, state="stored", mac="d" * 64
)
OTHERS = replace(RECEIPT, sha256_raw="e" * 64)

answers = st.builds(
    Answer,
    status=st.sampled_from(
        [0, 200, 201, 202, 204, 301, 400, 401, 403, 404, 408, 409, 413, 422, 425, 429, 500, 502, 503, 507]
    ),
    code=st.sampled_from(["", "conflict", "chunks_missing", "chunk_digest"]),
    retry_after_s=st.none() | st.floats(0, 1e9),
    missing=st.none() | st.lists(st.integers(-3, 9), max_size=6).map(tuple),
    receipt=st.sampled_from([None, None, None, RECEIPT, OTHERS]),
)


@given(st.lists(st.tuples(answers, st.floats(0, 0.999)), max_size=40))
def test_whatever_comes_the_document_is_waiting_arrived_or_visibly_out(
    came: list[tuple[Answer, float]],
) -> None:
    progress = Progress()
    for answer, chance in came:
        if progress.state not in WAITING:
            break
        action = next_action(progress)
        before = progress
        progress, turn = after(progress, action, answer, MANIFEST, now_utc_ms=NOW_MS, chance=chance)
        assert progress.state in (*WAITING, *ARRIVED, "conflict", "rejected")
        assert (progress.state == "committed") == (answer.receipt is RECEIPT), (
            "only our receipt proves arrival"
        )
        assert (turn == "done") == (progress.state not in WAITING)
        assert progress.refusals <= 3
        if progress.state in ("conflict", "rejected", "needs_pairing"):
            assert progress.last_error, "a way out says why"
        if turn == "later":
            wait_s = (progress.next_try_utc_ms - NOW_MS) / 1000
            asked = min(LONGEST_RETRY_AFTER_S, answer.retry_after_s or 0.0)
            assert asked - 0.001 <= wait_s <= max(asked, LONGEST_WAIT_S) + 0.001
            assert progress.missing is None, "what is taken up again is declared again"
            assert progress.attempts == before.attempts + 1
        for number in progress.missing or ():
            assert 0 <= number < CHUNKS


@settings(max_examples=200)
@given(st.lists(st.sampled_from(["lost_before", "lost_after", "", "", "500", "damaged"]), max_size=60))
def test_against_a_lossy_server_it_arrives_once_the_weather_clears(weather: list[str]) -> None:
    """A model of the server: what it holds changes only by what reached it."""
    held: set[int] = set()
    stored = 0
    declared = False
    progress = Progress()
    for step in range(len(weather) + 3 * CHUNKS + 6):
        if progress.state not in WAITING:
            break
        fate = weather[step] if step < len(weather) else ""
        action = next_action(progress)
        if fate == "lost_before":
            answer = Answer(status=0)
        elif fate == "500":
            answer = Answer(status=500)
        elif fate == "damaged" and isinstance(action, SendChunk):
            answer = Answer(status=422, code="chunk_digest")
        else:
            if isinstance(action, Declare):
                declared = True
                missing = tuple(each for each in range(CHUNKS) if each not in held)
                answer = (
                    Answer(status=200, receipt=RECEIPT) if stored else Answer(status=201, missing=missing)
                )
            elif isinstance(action, SendChunk):
                assert declared
                held.add(action.number)
                answer = Answer(status=204)
            else:
                assert held == set(range(CHUNKS)), "commit only when everything has gone"
                stored = 1
                answer = Answer(status=200, receipt=RECEIPT)
            if fate == "lost_after":
                answer = Answer(status=0)
        progress, _ = after(progress, action, answer, MANIFEST, now_utc_ms=NOW_MS, chance=0.5)
    assert progress.state == "committed" or progress.refusals == 3
    assert stored == 1 or progress.state == "rejected"


@given(st.integers(0, 500), st.floats(0, 0.999))
def test_waiting_grows_to_a_quarter_of_an_hour_and_no_further(attempts: int, chance: float) -> None:
    assert backoff_s(attempts, chance) <= min(LONGEST_WAIT_S, 5.0 * 2.0 ** min(attempts, 20))
    assert backoff_s(attempts, chance, 120.0) >= 120.0


def test_three_refusals_reject_two_do_not() -> None:
    progress = Progress()
    states = []
    for _ in range(3):
        progress, _ = after(
            progress, Declare(), Answer(status=422, detail="no"), MANIFEST, now_utc_ms=NOW_MS, chance=0.0
        )
        states.append(progress.state)
    assert states == ["sealed", "sealed", "rejected"]
    assert progress.last_error == "no"


def test_too_large_is_rejected_at_once_and_a_conflict_stays_one() -> None:
    for status, state in ((413, "rejected"), (409, "conflict")):
        progress, turn = after(
            Progress(), Declare(), Answer(status=status, code="x"), MANIFEST, now_utc_ms=NOW_MS, chance=0.0
        )
        assert (progress.state, turn) == (state, "done")
        assert not is_due(progress, NOW_MS)


def test_missing_chunks_at_commit_are_asked_for_again() -> None:
    progress = Progress(state="uploading", missing=())
    assert next_action(progress) == Commit()
    answer = Answer(status=409, code="chunks_missing")
    progress, turn = after(progress, Commit(), answer, MANIFEST, now_utc_ms=NOW_MS, chance=0.0)
    assert turn == "later"
    assert next_action(progress) == Declare()


def test_a_clock_set_back_by_years_holds_nothing_up() -> None:
    progress = Progress(next_try_utc_ms=NOW_MS + 5_000)
    assert not is_due(progress, NOW_MS)
    assert is_due(progress, NOW_MS + 5_000)
    assert is_due(progress, NOW_MS - 20 * 365 * 86_400_000)
