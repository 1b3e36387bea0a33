"""One round of sync: greet, ship, fetch plans, compare once a day. What fails waits for the next round."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from game_client.sync import inventory
from game_client.sync.clinic import AwayError, NeedsPairingError
from game_client.sync.machine import WAITING
from game_client.sync.plans import take_plans
from game_client.sync.ship import progress_of, ship
from shared.wire.session import ClockSample

if TYPE_CHECKING:
    from collections.abc import Callable

    from game_client.journal.outbox import Outbox
    from game_client.sync.clinic import Clinic

_NEEDS_PAIRING, _LAST_ERROR, _LAST_SUCCESS, _CLOCK = "needs_pairing", "last_error", "last_success", "clock"


class SyncStatus(Struct, frozen=True, kw_only=True):
    """What the home screen's cloud and `doctor` show."""

    waiting: int
    """Sealed documents that have not arrived yet."""
    arrived: int
    conflict: int
    rejected: int
    needs_pairing: str
    """Why the profile must be paired again, empty when it need not."""
    last_success_utc_ms: int | None
    last_error: str
    plan_revision: int | None
    sending: bool = False


class _KeptClock(Struct, frozen=True):
    boot_id: str
    sample: ClockSample


def status(outbox: Outbox) -> SyncStatus:
    """Read where everything stands."""
    counts = Counter(each.state for each in outbox.entries())
    plan, success = outbox.plan(), outbox.recall(_LAST_SUCCESS)
    return SyncStatus(
        waiting=sum(counts[each] for each in WAITING),
        arrived=counts["committed"] + counts["confirmed"],
        conflict=counts["conflict"],
        rejected=counts["rejected"],
        needs_pairing=outbox.recall(_NEEDS_PAIRING),
        last_success_utc_ms=int(success) if success else None,
        last_error=outbox.recall(_LAST_ERROR),
        plan_revision=plan.revision if plan else None,
    )


def clock_of(outbox: Outbox, boot_id: str) -> ClockSample | None:
    """Return the newest clock sample of this start of the machine."""
    text = outbox.recall(_CLOCK)
    kept = msgspec.json.decode(text, type=_KeptClock) if text else None
    return kept.sample if kept is not None and kept.boot_id == boot_id else None


def run(
    outbox: Outbox,
    clinic: Clinic,
    *,
    boot_id: str,
    now_utc_ms: Callable[[], int],
    chance: Callable[[], float],
    may_go_on: Callable[[], bool] = lambda: True,
    urgent_only: bool = False,
    at_once: bool = False,
    compare: bool = False,
) -> SyncStatus:
    """Do one round; never raises for the weather.

    `urgent_only` sends urgent events and touches nothing else: safe in play. `at_once` does not wait for
    retry times. `compare` takes the inventory now.
    """

    def shipped() -> None:
        turn = ship(
            outbox,
            clinic,
            now_utc_ms=now_utc_ms,
            chance=chance,
            may_go_on=may_go_on,
            urgent_only=urgent_only,
            at_once=at_once,
        )
        if turn == "stop":
            errors = [each.last_error for each in outbox.entries() if each.state == "needs_pairing"]
            raise NeedsPairingError(errors[0])

    try:
        if not urgent_only:
            _, sample = clinic.hello()
            outbox.remember(_CLOCK, msgspec.json.encode(_KeptClock(boot_id, sample)).decode())
        shipped()
        if not urgent_only and may_go_on():
            take_plans(outbox, clinic, now_utc_ms=now_utc_ms())
            if (compare or inventory.is_due(outbox, now_utc_ms())) and inventory.confirm(
                outbox, clinic, now_utc_ms=now_utc_ms()
            ):
                shipped()
    except NeedsPairingError as error:
        outbox.remember(_NEEDS_PAIRING, str(error))
        for each in outbox.entries():
            if each.state in WAITING:
                outbox.keep(each.id, replace(progress_of(each), state="needs_pairing"))
    except AwayError as error:
        outbox.remember(_LAST_ERROR, str(error))
    else:
        outbox.remember(_NEEDS_PAIRING, "")
        if not urgent_only:
            outbox.remember(_LAST_ERROR, "")
            outbox.remember(_LAST_SUCCESS, str(now_utc_ms()))
    return status(outbox)
