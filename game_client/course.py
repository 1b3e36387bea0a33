"""A course: one virtual patient who pairs, then plays day after day, each session through the real pipeline.

The clock of the course is arranged (the days are given, usually in the past); everything else is what a
patient's game does: pair, fetch the plan, play, journal, seal, upload, sleep. No clock sample is sent, since
this clock is not the machine's.
"""

from __future__ import annotations

import random
import time
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from msgspec.structs import replace

from game_client import VERSION, profiles
from game_client.diary import Diary
from game_client.journal.journal import Journal
from game_client.journal.outbox import Outbox
from game_client.session.play import play_virtual
from game_client.sitting import Sitting, new_header
from game_client.sync.clinic import Clinic
from game_client.sync.pairing import Pairing
from game_client.sync.plans import plan_in_force
from game_client.sync.run import run as sync_run
from game_client.virtual import DEVICE
from shared.errors import MovereError
from shared.ids import uuid7
from shared.patient.virtual import VirtualPatient
from shared.wire.session import VirtualPlayer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from game_client.session.header import SessionHeader
    from game_client.session.run import SessionRun
    from shared.patient.virtual import Person
    from shared.wire.plan import Plan

STORIES = ("", "silent", "pain")
_SILENT_DAYS = 16
_PAIN_RISE = 4.0


class CourseError(MovereError):
    """The course can't go on; the sentence says why."""


def pair(data: Path, server: str, tell: Callable[[dict[str, Any]], None]) -> profiles.Profile:
    """Pair by a code that `tell` is given; raises PairingError."""
    with Pairing(server, app_version=VERSION) as pairing:
        started = pairing.start()
        tell({"user_code": started.user_code, "fingerprint": started.fingerprint})
        answer = pairing.wait(started.expires_in_s, monotonic_s=time.monotonic, sleep=time.sleep)
        now_ms = time.time_ns() // 1_000_000
        return profiles.keep(data, answer, pairing.server_url, pairing.keys, now_utc_ms=now_ms)


def attended(person: Person, days: list[date], story: str) -> list[date]:
    """Return the days on which this person plays: now and then one is missed, the first never."""
    chance = random.Random(person.seed)
    kept = [day for at, day in enumerate(days) if at == 0 or chance.random() < person.attendance]
    if story == "silent":
        kept = [day for day in kept if (days[-1] - day).days >= _SILENT_DAYS] or kept[:1]
    return kept


def play(
    data: Path, profile: profiles.Profile, person: Person, days: list[date], *, story: str = ""
) -> Iterator[dict[str, Any]]:
    """Play one session on each attended day; yield a line about each.

    Raises:
        CourseError: there is no plan, or a session was not received.
    """
    patient = VirtualPatient(person)
    chance = random.Random(person.seed + 1)
    boot_id = profiles.boot_id()
    folder = profiles.folder_of(data, profile.id)
    keys = profiles.keys_of(data, profile)
    now_ms = time.time_ns() // 1_000_000
    journal = Journal(folder, profile.id, boot_id=boot_id, now_utc_ms=now_ms)
    outbox = Outbox(folder)
    with Clinic(profile, keys) as clinic:

        def exchange() -> None:
            sync_run(
                outbox,
                clinic,
                boot_id=boot_id,
                now_utc_ms=lambda: time.time_ns() // 1_000_000,
                chance=chance.random,
                at_once=True,
            )

        exchange()
        before: date | None = None
        kept = Diary()
        played_days = attended(person, days, story)
        for at, day in enumerate(played_days):
            plan = plan_in_force(outbox)
            if plan is None:
                raise CourseError(f"{profile.patient_ref} has no active plan")
            if before is not None:
                patient.sleep((day - before).days)
            before = day
            if story == "pain" and at == len(played_days) - 1:
                patient.pain_rise = _PAIN_RISE
            began = datetime(day.year, day.month, day.day, 9, tzinfo=UTC) + timedelta(
                minutes=chance.randrange(480)
            )
            seed = person.seed * 1000 + at
            patient.wake(seed)
            header = _header(plan, profile.id, journal, boot_id, person, began, seed, at, kept)
            sitting = Sitting(journal, header)
            if kept.asks_wish(day.isoformat()):
                kept = kept.wished(day.isoformat(), _wish(person, chance))
            run = play_virtual(header, patient, sitting.keep, wish=kept.wish)
            sitting.finish(run)
            kept = kept.played(day.isoformat(), run.active_s, str(plan.id))
            exchange()
            yield _line(run, day)
    waiting = [each for each in outbox.entries() if each.state not in ("committed", "confirmed")]
    outbox.close()
    journal.close()
    if waiting:
        raise CourseError(f"{len(waiting)} sessions were not received: {waiting[0].last_error}")


def _wish(person: Person, chance: random.Random) -> int:
    """What the week's question is answered: who comes often also wants to play more."""
    return max(0, min(4, round(4.0 * person.attendance + chance.gauss(0.0, 0.8))))


def _header(
    plan: Plan,
    profile_id: UUID,
    journal: Journal,
    boot_id: str,
    person: Person,
    began: datetime,
    seed: int,
    day: int,
    kept: Diary,
) -> SessionHeader:
    header = new_header(
        plan,
        profile_id=profile_id,
        numbers=journal.next_numbers(),
        boot_id=boot_id,
        device=DEVICE,
        display="none",
        virtual=VirtualPlayer(profile=person.profile, seed=person.seed, day=day),
        seed=seed,
        sessions_before=kept.sessions_of.get(str(plan.id), 0),
        place=kept.way.name,
    )
    began_ms = int(began.timestamp() * 1000)
    return replace(header, id=uuid7(began_ms), started_utc_ms=began_ms, utc_offset_min=60)


def _line(run: SessionRun, day: date) -> dict[str, Any]:
    return {
        "session_id": str(run.header.id),
        "day": day.isoformat(),
        "mode": run.header.blocks[0].mode,
        "trials": run.trials_done,
        "success_rate": round(run.successes / run.scored_trials, 3) if run.scored_trials else None,
        "ended": run.ended_reason,
    }
