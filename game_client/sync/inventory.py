"""Compare what was shipped with what the clinic holds: confirm what both have, send again what it lost."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from msgspec.structs import replace

from game_client.sync.machine import ARRIVED, Progress
from game_client.sync.ship import progress_of
from shared.wire.sync import InventoryEntry, InventoryRequest

if TYPE_CHECKING:
    from game_client.journal.outbox import Outbox, OutboxEntry
    from game_client.sync.clinic import Clinic
    from shared.wire.sync import InventoryAnswer

_MOST = 10_000
DAY_MS = 24 * 3600 * 1000
_LAST = "inventory_utc_ms"
_AGREED = "inventory_agreed"


def is_due(outbox: Outbox, now_utc_ms: int) -> bool:
    """Once a day; a clock that was set back makes it due as well."""
    last = int(outbox.recall(_LAST) or 0)
    return not 0 <= now_utc_ms - last < DAY_MS


def confirm(outbox: Outbox, clinic: Clinic, *, now_utc_ms: int) -> int:
    """Compare every epoch; return how many documents are to be sent again.

    Raises:
        AwayError, NeedsPairingError: the comparison is done again later; nothing is lost by that.
    """
    agreed: dict[str, int] = json.loads(outbox.recall(_AGREED) or "{}")
    entries = outbox.entries()
    again = 0
    for epoch in sorted({each.manifest.epoch for each in entries}):
        mine = [each for each in entries if each.manifest.epoch == epoch]
        known = agreed.get(str(epoch), 0)
        told = [each for each in mine if each.state in ARRIVED and each.manifest.device_seq > known][:_MOST]
        answer = clinic.inventory(
            InventoryRequest(
                epoch=epoch,
                max_device_seq=mine[-1].manifest.device_seq,
                entries=[InventoryEntry(each.manifest.device_seq, each.manifest.sha256_raw) for each in told],
            )
        )
        again += _settle(outbox, mine, {each.manifest.device_seq for each in told}, answer)
        agreed[str(epoch)] = answer.agreed_upto
    outbox.remember(_AGREED, json.dumps(agreed))
    outbox.remember(_LAST, str(now_utc_ms))
    return again


def _settle(outbox: Outbox, mine: list[OutboxEntry], told: set[int], answer: InventoryAnswer) -> int:
    missing, mismatched = set(answer.missing), set(answer.mismatched)
    again = 0
    for each in mine:
        seq, progress = each.manifest.device_seq, progress_of(each)
        if each.state not in ARRIVED:
            continue
        if seq in mismatched:
            words = "the clinic holds other content under this number"
            outbox.keep(each.id, replace(progress, state="conflict", last_error=words))
        elif seq in missing:
            outbox.keep(each.id, Progress(state="sealed", last_error="the clinic asks for it again"))
            again += 1
        elif each.state == "committed" and (seq in told or seq <= answer.agreed_upto):
            outbox.keep(each.id, replace(progress, state="confirmed"))
    return again
