"""Ship what is sealed, by the steps that the machine decides, each stored before the next is taken."""

from __future__ import annotations

from typing import TYPE_CHECKING

from game_client.sync.machine import (
    Answer,
    Commit,
    Declare,
    Progress,
    Turn,
    after,
    is_due,
    next_action,
)
from shared.wire.codec import chunks, encode_json

if TYPE_CHECKING:
    from collections.abc import Callable

    from game_client.journal.outbox import Outbox, OutboxEntry
    from game_client.sync.clinic import Clinic
    from game_client.sync.machine import Action

    NowMs = Callable[[], int]
    Chance = Callable[[], float]


def progress_of(entry: OutboxEntry) -> Progress:
    """Return where a stored document stands."""
    return Progress(
        state=entry.state,  # type: ignore[arg-type]
        attempts=entry.attempts,
        refusals=entry.refusals,
        next_try_utc_ms=entry.next_try_utc_ms,
        last_error=entry.last_error,
    )


def ship(
    outbox: Outbox,
    clinic: Clinic,
    *,
    now_utc_ms: NowMs,
    chance: Chance,
    may_go_on: Callable[[], bool] = lambda: True,
    urgent_only: bool = False,
    at_once: bool = False,
) -> Turn:
    """Try every document that is due, urgent events first; one that can't go never holds up the next.

    `at_once` tries those too whose time has not come. Returns `stop` when the profile must be paired again,
    else `done`; `may_go_on` is asked before each request.
    """
    waiting = [each for each in outbox.entries() if not urgent_only or each.manifest.kind == "event"]
    waiting.sort(key=lambda each: each.manifest.kind != "event")
    for entry in waiting:
        progress = progress_of(entry)
        if not is_due(progress, progress.next_try_utc_ms if at_once else now_utc_ms()):
            continue
        turn: Turn = "go_on"
        while turn == "go_on":
            if not may_go_on():
                return "done"
            progress, turn, receipt = _step(outbox, clinic, entry, progress, now_utc_ms, chance)
            outbox.keep(entry.id, progress, receipt)
        if turn == "stop":
            return "stop"
    return "done"


def _step(
    outbox: Outbox,
    clinic: Clinic,
    entry: OutboxEntry,
    progress: Progress,
    now_utc_ms: NowMs,
    chance: Chance,
) -> tuple[Progress, Turn, bytes | None]:
    action = next_action(progress)
    answer = _ask(outbox, clinic, entry, action)
    progress, turn = after(progress, action, answer, entry.manifest, now_utc_ms=now_utc_ms(), chance=chance())
    receipt = encode_json(answer.receipt) if answer.receipt and progress.state == "committed" else None
    return progress, turn, receipt


def _ask(outbox: Outbox, clinic: Clinic, entry: OutboxEntry, action: Action) -> Answer:
    if isinstance(action, Declare):
        return clinic.declare(entry.manifest)
    if isinstance(action, Commit):
        return clinic.commit(entry.manifest)
    try:
        data = chunks(outbox.file(entry.id))[action.number]
    except (OSError, IndexError) as error:
        # Not the clinic's doing: it stays, is tried again, and doctor shows the sentence.
        return Answer(status=0, detail=f"the sealed file can't be read on this machine: {error}")
    return clinic.send_chunk(entry.id, action.number, data)
