"""The wall clock changed in play: the session goes on by its own clock, and nothing is lost."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from game_client import diary
from game_client.journal.journal import Journal
from game_client.session.play import play_virtual
from game_client.session.replay import differences, replay
from game_client.sitting import Sitting, new_header
from game_client.virtual import DEVICE
from shared.patient.virtual import VirtualPatient, draw_person
from shared.wire.codec import decode_recording, unframe
from tests.virtual_sessions import make_plan

DAY_NS = 86_400 * 1_000_000_000


@pytest.mark.parametrize("jump_days", [-400, 400])
def test_the_clock_jumps_in_mid_session(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, jump_days: int
) -> None:
    profile = UUID(int=5)
    journal = Journal(tmp_path, profile, boot_id="boot", now_utc_ms=time.time_ns() // 1_000_000)
    plan = make_plan(practice=8, probe=2)
    header = new_header(
        plan, profile_id=profile, numbers=journal.next_numbers(), boot_id="boot", device=DEVICE, display=""
    )
    sitting = Sitting(journal, header)
    real = time.time_ns
    trials = 0

    def store(piece: Any) -> None:
        nonlocal trials
        sitting.keep(piece)
        trials += 1
        if trials == 4:
            monkeypatch.setattr(time, "time_ns", lambda: real() + jump_days * DAY_NS)

    person = draw_person("healthy_old", 1)
    run = play_virtual(header, VirtualPatient(person, 1), store)
    manifest = sitting.finish(run)
    recording = decode_recording(unframe(journal.file_of(manifest.id).read_bytes()))
    assert recording.ended_reason == "completed"
    assert not differences(recording.events, replay(recording))
    stamps = [each.mono_ns for each in recording.anchors]
    assert stamps == sorted(stamps)
    assert recording.started_utc_ms == header.started_utc_ms
    assert journal.started_utc_ms() == [header.started_utc_ms]
    journal.close()


def test_the_diary_survives_days_in_any_order() -> None:
    found = diary.Diary()
    for day in ("2026-05-03", "2025-01-01", "2026-05-03", "2031-12-31"):
        found = found.played(day, 300.0, "plan")
    assert found.way.place == 2
    assert found.sessions_of == {"plan": 4}
