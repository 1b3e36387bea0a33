"""`devices` looks through a camera for its rate and lateness, and remembers what sessions here measured."""

from __future__ import annotations

import itertools
import json
from contextlib import closing
from typing import TYPE_CHECKING, Any

import cv2
import pytest

from game_client.__main__ import main
from game_client.journal.journal import Journal
from game_client.profiles import folder_of, local
from game_client.session.run import SessionRun
from game_client.sitting import Sitting, new_header
from game_client.virtual import DEVICE, practice_plan
from shared.wire.session import Latency
from tests.game_client.camera import drawn_hand

if TYPE_CHECKING:
    from pathlib import Path


def rows(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, dict[str, Any]]:
    assert main(["devices", "--json", *arguments]) == 0
    return {each["kind"]: each for each in json.loads(capsys.readouterr().out)}


def test_a_camera_is_looked_through(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SDL_VIDEODRIVER", "dummy")
    path = tmp_path / "hand.avi"
    video = cv2.VideoWriter(
        str(path), cv2.VideoWriter.fourcc(*"MJPG"), 30.0, (drawn_hand.WIDTH, drawn_hand.HEIGHT)
    )
    for frame in itertools.islice(drawn_hand.clip(), 90):
        video.write(frame)
    video.release()

    listed = rows(capsys, "--camera", str(path), "--data", str(tmp_path / "data"))
    hand = listed["webcam_hand"]
    assert hand["usable"] and hand["there"] == str(path)
    assert hand["rate_hz"] > 3, "as fast as this machine can"
    assert 1 < hand["latency_ms"] < 200
    assert listed["mouse"]["rate_hz"] == 120 and listed["mouse"]["latency_ms"] is None

    broken = rows(capsys, "--camera", str(tmp_path / "none.avi"), "--data", str(tmp_path / "data"))
    assert not broken["webcam_hand"]["usable"]
    assert "there is no file" in broken["webcam_hand"]["why_not"]


def test_the_latest_session_of_a_device_tells_how_late_it_was(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    profile = local(tmp_path, now_utc_ms=1)
    from msgspec.structs import replace

    journal = Journal(folder_of(tmp_path, profile.id), profile.id, boot_id="b", now_utc_ms=1)
    with closing(journal):
        for late_ms in (70.0, 20.0):
            header = new_header(
                practice_plan(profile.id),
                profile_id=profile.id,
                numbers=journal.next_numbers(),
                boot_id="b",
                device=replace(DEVICE, kind="joystick", unit="norm"),
                display="none",
            )
            sitting, run = Sitting(journal, header), SessionRun(header)
            run.command("quit")
            parts = Latency(
                device_ms=(8.0, 9.0), tracker_ms=None, logic_ms=(4.0, 8.0), draw_ms=(late_ms, late_ms)
            )
            sitting.finish(run, latency=parts)
    listed = rows(capsys, "--data", str(tmp_path))
    assert listed["joystick"]["latency_ms"] == 28.0, "half an interval, logic, draw, of the newest"
