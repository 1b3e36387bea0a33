"""One sitting between the director and the journal: begun, stored a trial at a time, sealed at the end.

The window and a virtual patient both play through here, so that what is recorded is the same.
"""

from __future__ import annotations

import platform
import secrets
import time
from datetime import datetime
from typing import TYPE_CHECKING

import numpy

from game_client import VERSION
from game_client.session.blocks import blocks_of
from game_client.session.choice import arranged
from game_client.session.header import SessionEnd, SessionHeader
from shared.ids import uuid7
from shared.wire.session import Client, PlanRef
from shared.wire.sync import EVENT_SCHEMA, UrgentEvent

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from game_client.journal.journal import Journal
    from game_client.session.blocks import InputLimits
    from game_client.session.header import Piece
    from game_client.session.run import SessionRun
    from shared.wire.plan import Plan
    from shared.wire.session import ClockSample, InputDevice, Latency, VirtualPlayer
    from shared.wire.sync import Manifest


def client(display: str) -> Client:
    """Say what plays: version, machine, Python with numpy, display; replays are judged by it."""
    return Client(
        app_version=VERSION,
        platform=f"{platform.system()} {platform.machine()}",
        python=f"{platform.python_version()} numpy {numpy.__version__}",
        display=display,
    )


def new_header(
    plan: Plan,
    *,
    profile_id: UUID,
    numbers: tuple[int, int],
    boot_id: str,
    device: InputDevice,
    display: str,
    clock: ClockSample | None = None,
    virtual: VirtualPlayer | None = None,
    seed: int | None = None,
    limits: InputLimits | None = None,
    sessions_before: int = 0,
    place: str = "",
    chosen: tuple[str, str] = ("", ""),
) -> SessionHeader:
    """Fix everything before the first tick of a session that begins now.

    Args:
        sessions_before: sessions of this plan that were played.
        place: where on the river the person is; free play is there.
        chosen: the block that the player wants first, and where to play (`session.choice`).

    Raises:
        PlanError: the plan can't be played here.
    """
    epoch, device_seq = numbers
    return SessionHeader(
        id=uuid7(),
        profile_id=profile_id,
        epoch=epoch,
        device_seq=device_seq,
        boot_id=boot_id,
        started_utc_ms=time.time_ns() // 1_000_000,
        started_mono_ns=time.perf_counter_ns(),
        utc_offset_min=utc_offset_min(),
        clock=clock,
        client=client(display),
        device=device,
        plan=PlanRef(plan.id, plan.version, plan.revision),
        seed=secrets.randbelow(1 << 31) if seed is None else seed,
        virtual=virtual,
        blocks=arranged(plan, blocks_of(plan, limits, sessions_before=sessions_before, place=place), *chosen),
        safety=plan.content.safety,
        bias_deg=plan.bias_deg,
    )


def utc_offset_min() -> int:
    """Return local time minus UTC, now, in minutes."""
    offset = datetime.now().astimezone().utcoffset()
    return 0 if offset is None else round(offset.total_seconds() / 60)


class Sitting:
    """A session in the journal. `urgent` is called when an urgent event was queued: ship it at once."""

    def __init__(
        self, journal: Journal, header: SessionHeader, *, urgent: Callable[[], None] = lambda: None
    ) -> None:
        self._journal, self.header, self._urgent = journal, header, urgent
        self._told = 0
        self._unstored: list[Piece] = []
        journal.begin(header)

    def keep(self, piece: Piece) -> None:
        """Commit one piece durably.

        Raises:
            DiskFullError: the piece waits here and is committed before the next one, or at `finish`.
        """
        self._unstored.append(piece)
        self._commit()

    def _commit(self) -> None:
        while self._unstored:
            self._journal.append(self.header.id, self._unstored[0])
            del self._unstored[0]

    def tell_urgent(self, run: SessionRun) -> None:
        """Queue what the clinic must hear at once: severe pain, a warning sign, a stop for effort."""
        fresh = run.urgent[self._told :]
        for what, pain, detail in fresh:
            epoch, device_seq = self._journal.next_numbers()
            now_ms = time.time_ns() // 1_000_000
            event = UrgentEvent(
                kind="event",
                schema=EVENT_SCHEMA,
                id=uuid7(),
                profile_id=self.header.profile_id,
                epoch=epoch,
                device_seq=device_seq,
                at_utc_ms=now_ms,
                what=what,  # type: ignore[arg-type]
                session_id=self.header.id,
                pain=pain,
                detail=detail,
            )
            self._journal.queue_event(event, app_version=VERSION, now_utc_ms=now_ms)
            self._told += 1
        if fresh:
            self._urgent()

    def finish(
        self, run: SessionRun, *, clock: ClockSample | None = None, latency: Latency | None = None
    ) -> Manifest:
        """Seal the session that `run` has ended, with what is still unstored."""
        self.tell_urgent(run)
        if run.piece_ready:
            self._unstored.append(run.take_piece())
        self._commit()
        end = SessionEnd(ended_reason=run.ended_reason or "quit", client_metrics=[], latency=latency)
        return self._journal.seal(
            self.header.id, end, app_version=VERSION, now_utc_ms=time.time_ns() // 1_000_000, clock=clock
        )
