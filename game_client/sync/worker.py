"""Sync beside the game: a thread that ships between sessions, and urgent events at any time.

A thread, not a process: the journal's lock and the keys are already open here, it waits for the network
nearly all the time, and in play it does nothing but send the few hundred bytes of an urgent event, so the
game's ticks never compete with it. It keeps no state in memory: killed at any moment, it goes on from what
the outbox says.
"""

from __future__ import annotations

import random
import threading
import time
from typing import TYPE_CHECKING

from msgspec.structs import replace

from game_client.journal.outbox import Outbox
from game_client.profiles import folder_of, keys_of
from game_client.sync.clinic import Clinic
from game_client.sync.machine import backoff_s
from game_client.sync.run import run, status

if TYPE_CHECKING:
    from pathlib import Path

    from game_client.profiles import Profile
    from game_client.sync.run import SyncStatus

EVERY_S = 15 * 60.0


class SyncWorker:
    """Runs from `start` to `stop`; everything else may be called from the game's thread at any time."""

    def __init__(
        self, data: Path, profile: Profile, *, boot_id: str, chance: random.Random | None = None
    ) -> None:
        self._folder = folder_of(data, profile.id)
        self._profile, self._keys, self._boot_id = profile, keys_of(data, profile), boot_id
        self._random = chance or random.Random()
        self._changed = threading.Condition()
        self._asked = True  # at the start
        self._urgent = self._playing = self._ending = False
        self._status: SyncStatus | None = None
        self._thread = threading.Thread(target=self._work, name="sync", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def ask(self) -> None:
        """Sync soon: a session ended, the network came back, the player asks."""
        with self._changed:
            self._asked = True
            self._changed.notify_all()

    def ask_urgent(self) -> None:
        """An urgent event was queued: send it now, in play too."""
        with self._changed:
            self._urgent = True
            self._changed.notify_all()

    def playing(self, on: bool) -> None:
        """Between `playing(True)` and `playing(False)` only urgent events are sent; the end is a trigger."""
        with self._changed:
            self._playing = on
            self._asked = self._asked or not on
            self._changed.notify_all()

    def status(self) -> SyncStatus | None:
        """Where everything stood after the last step; None before the first."""
        return self._status

    def stop(self, timeout_s: float = 5.0) -> None:
        """End after the request under way; what is unfinished is taken up at the next start."""
        with self._changed:
            self._ending = True
            self._changed.notify_all()
        if self._thread.is_alive():
            self._thread.join(timeout_s)

    # ---- the thread

    def _work(self) -> None:
        failures = 0
        with Outbox(self._folder) as outbox, Clinic(self._profile, self._keys) as clinic:
            self._status = status(outbox)
            while True:
                found = self._next(self._pause_s(failures))
                if found is None:
                    return
                self._status = replace(status(outbox), sending=True)
                # The full round ends its requests when play begins; the urgent one goes on.
                result = run(
                    outbox,
                    clinic,
                    boot_id=self._boot_id,
                    now_utc_ms=now_utc_ms,
                    chance=self._random.random,
                    may_go_on=self._may_go_on if found == "full" else self._not_ending,
                    urgent_only=found == "urgent",
                )
                failures = failures + 1 if result.last_error and not result.needs_pairing else 0
                self._status = result

    def _pause_s(self, failures: int) -> float:
        if failures == 0:
            return EVERY_S
        return min(EVERY_S, 1.0 + backoff_s(failures - 1, self._random.random()))

    def _next(self, pause_s: float) -> str | None:
        """Wait for something to do: `urgent`, `full`, or None at the end."""
        until_s = time.monotonic() + pause_s
        with self._changed:
            while True:
                if self._ending:
                    return None
                if self._urgent:
                    self._urgent = False
                    return "urgent"
                left_s = until_s - time.monotonic()
                if not self._playing and (self._asked or left_s <= 0):
                    self._asked = False
                    return "full"
                self._changed.wait(max(0.0, left_s) if left_s > 0 else None)

    def _may_go_on(self) -> bool:
        return not (self._playing or self._ending or self._urgent)

    def _not_ending(self) -> bool:
        return not self._ending


def now_utc_ms() -> int:
    return time.time_ns() // 1_000_000
