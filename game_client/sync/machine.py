"""How one sealed document goes its way: (where it stands, what was answered) -> where it stands then.

    sealed -> declared -> uploading -> committed -> confirmed
    side exits: conflict, rejected (for good), needs_pairing (until the profile can sign in again)

Pure: time and chance are arguments, and nothing is sent or stored here. Every way out keeps the file.
Which chunks are missing is not remembered: a document that is taken up again is declared again, and the
server says what it lacks.
"""

from __future__ import annotations

from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from shared.wire.sync import Manifest, Receipt

State = Literal[
    "sealed", "declared", "uploading", "committed", "confirmed", "conflict", "rejected", "needs_pairing"
]
WAITING = ("sealed", "declared", "uploading", "needs_pairing")
ARRIVED = ("committed", "confirmed")
Turn = Literal["go_on", "later", "done", "stop"]
"""go_on with the next request; come back later; this document is settled; stop the whole run."""

FIRST_WAIT_S = 5.0
LONGEST_WAIT_S = 15 * 60.0
LONGEST_RETRY_AFTER_S = 6 * 3600.0
REFUSALS = 3
_PASSING = {408, 425, 429}


class Declare(Struct, frozen=True):
    pass


class SendChunk(Struct, frozen=True):
    number: int


class Commit(Struct, frozen=True):
    pass


Action = Declare | SendChunk | Commit


class Progress(Struct, frozen=True):
    """Where a document stands. `attempts` counts failures in a row, `refusals` every refusal of its bytes."""

    state: State = "sealed"
    attempts: int = 0
    refusals: int = 0
    next_try_utc_ms: int = 0
    last_error: str = ""
    missing: tuple[int, ...] | None = None
    """Chunks that the server lacks; None: ask it."""


class Answer(Struct, frozen=True):
    """What came back. `status` 0: nothing did, or nothing that a clinic's server says."""

    status: int
    code: str = ""
    detail: str = ""
    retry_after_s: float | None = None
    missing: tuple[int, ...] | None = None
    receipt: Receipt | None = None


def is_due(progress: Progress, now_utc_ms: int) -> bool:
    """Whether a document may be tried now.

    A moment further away than any wait can be means that the clock was set back: it is due.
    """
    wait_ms = progress.next_try_utc_ms - now_utc_ms
    return progress.state in WAITING and not 0 < wait_ms <= LONGEST_RETRY_AFTER_S * 1000


def next_action(progress: Progress) -> Action:
    """Return the next request for a document that waits."""
    if progress.missing is None:
        return Declare()
    return SendChunk(progress.missing[0]) if progress.missing else Commit()


def after(
    progress: Progress, action: Action, answer: Answer, manifest: Manifest, *, now_utc_ms: int, chance: float
) -> tuple[Progress, Turn]:
    """Return where a document stands after an answer, and what to do next.

    `chance` in [0, 1) spreads the retries (full jitter), so that clients don't come back all at once.
    """
    status = answer.status
    if answer.receipt is not None:
        return _received(progress, answer, answer.receipt, manifest, now_utc_ms, chance)
    if status == 401:
        return replace(progress, state="needs_pairing", missing=None, last_error=_words(answer)), "stop"
    if status == 409 and answer.code != "chunks_missing":
        return replace(progress, state="conflict", missing=None, last_error=_words(answer)), "done"
    if status == 413:
        return replace(progress, state="rejected", missing=None, last_error=_words(answer)), "done"
    if _is_refusal(status):
        progress = replace(progress, refusals=progress.refusals + 1)
        if progress.refusals >= REFUSALS:
            return replace(progress, state="rejected", missing=None, last_error=_words(answer)), "done"
    elif status in (200, 201) and isinstance(action, Declare) and answer.missing is not None:
        state: State = "declared" if len(answer.missing) == len(manifest.chunks) else "uploading"
        return replace(progress, state=state, missing=_known(answer.missing, manifest)), "go_on"
    elif status == 204 and isinstance(action, SendChunk) and progress.missing:
        left = tuple(each for each in progress.missing if each != action.number)
        return replace(progress, state="uploading", missing=left), "go_on"
    return _later(progress, answer, now_utc_ms, chance)


def _is_refusal(status: int) -> bool:
    # 404: the server forgot the manifest (a restored backup, a swept upload): declare again, no refusal.
    return 400 <= status < 500 and status not in _PASSING and status not in (404, 409)


def _known(missing: tuple[int, ...], manifest: Manifest) -> tuple[int, ...]:
    return tuple(each for each in missing if 0 <= each < len(manifest.chunks))


def _received(
    progress: Progress, answer: Answer, receipt: Receipt, manifest: Manifest, now_utc_ms: int, chance: float
) -> tuple[Progress, Turn]:
    if (receipt.id, receipt.sha256_raw) != (manifest.id, manifest.sha256_raw):
        wrong = replace(answer, receipt=None, detail="the receipt is for another document")
        return _later(progress, wrong, now_utc_ms, chance)
    return Progress(state="committed", refusals=progress.refusals), "done"


def _later(progress: Progress, answer: Answer, now_utc_ms: int, chance: float) -> tuple[Progress, Turn]:
    wait_s = backoff_s(progress.attempts, chance, answer.retry_after_s)
    return (
        replace(
            progress,
            state="sealed" if progress.state == "needs_pairing" else progress.state,
            attempts=progress.attempts + 1,
            next_try_utc_ms=now_utc_ms + round(wait_s * 1000),
            last_error=_words(answer),
            missing=None,
        ),
        "later",
    )


def backoff_s(attempts: int, chance: float, retry_after_s: float | None = None) -> float:
    """Full jitter: a random share of min(15 min, 5 s · 2^attempts); never less than Retry-After asks."""
    wait_s = chance * min(LONGEST_WAIT_S, FIRST_WAIT_S * 2.0 ** min(attempts, 20))
    if retry_after_s is None:
        return wait_s
    return max(wait_s, min(LONGEST_RETRY_AFTER_S, retry_after_s))


def _words(answer: Answer) -> str:
    if answer.detail:
        return answer.detail[:500]
    return f"the clinic answered {answer.status}" if answer.status else "the clinic can't be reached"
