"""Whole sessions of a reaching game and Ferry Crossing by every way in, to the numbers on the dashboard.

A real window on an X display; a joystick that SDL makes, a camera whose pictures are drawn where the player's
body is and followed by the real tracker, or a real stream; the journal, the upload, a Celery worker. In each
session the device is gone once in the middle of a trial: play pauses, says why, and goes on by itself. (Real
pointer events are Journey A's.)
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from game_client.journal.outbox import Outbox
from game_client.profiles import folder_of, profiles
from game_client.session.replay import differences, replay
from shared.wire.codec import decode_recording, unframe
from shared.wire.events import CourseOn, Pause, Resume, TrialEnd
from shared.wire.streams import FLAG_LOST, stream_columns
from tests.faults._clinic import ROOT
from tests.journeys.at_the_clinic import pair, prescribe, serving, signed_in, until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from shared.wire.session import Recording
    from tests.faults._clinic import ClinicProcess

pytestmark = pytest.mark.journeys
PAUSE_WITHIN_TICKS = 60
FERRY = {
    "key": "ferry", "game": "ferry_crossing", "mode": "error_based", "movement": "hand_reach",
    "dose": {"probe_trials": 0, "practice_trials": 4}, "game_params": {"course_s": 5.0},
}  # fmt: skip
REACH = {
    "key": "reach", "game": "tide_anchor", "mode": "error_based", "movement": "hand_reach",
    "dose": {"probe_trials": 0, "practice_trials": 4},
    "game_params": {"target_radius_m": 0.03, "start_radius_m": 0.02, "hold_s": 0.2},
}  # fmt: skip
LEANING = [{**FERRY, "movement": "trunk_lean"}]
KINDS = {
    "joystick": ("joystick", "deflection"),
    "webcam_hand": ("webcam_hand", "hand_reach"),
    "webcam_body": ("webcam_body", "trunk_lean"),
    "stream": ("lsl_stream", "decoded"),
}


@pytest.fixture(scope="module")
def clinic(
    tmp_path_factory: pytest.TempPathFactory, postgres_url: str, redis_url: str
) -> Iterator[ClinicProcess]:
    with serving(tmp_path_factory.mktemp("every-way")) as running:
        yield running


@pytest.mark.parametrize("way", ["joystick", "webcam_hand", "stream", "webcam_body"])
def test_a_session_reaches_the_dashboard(
    way: str, clinic: ClinicProcess, tmp_path: Path, screen: str
) -> None:
    prescribe(clinic, LEANING if way == "webcam_body" else [REACH, FERRY], f"every-way-{way}")
    game = tmp_path / "game"
    pair(clinic, game)
    said = _play(way, game, screen)
    recording = _sealed(game)

    kind, movement = KINDS[way]
    assert recording.ended_reason == "completed"
    assert (recording.device.kind, recording.device.unit) == (kind, "norm")
    assert {each.movement for each in recording.blocks} == {movement}
    assert not differences(recording.events, replay(recording))
    ended = [each for each in recording.events if isinstance(each, TrialEnd)]
    assert len(ended) == said["trials"]
    assert sum(each.outcome == "hit" for each in ended) >= len(ended) // 3, [each.outcome for each in ended]
    assert len([each for each in recording.events if isinstance(each, CourseOn)]) >= 4
    _check_the_gap(recording, said)
    _check_the_camera(recording, way)

    session = until(
        lambda: _session(clinic, str(recording.id)), "the session did not reach the clinic", seconds=90
    )
    measured = until(lambda: _metrics(clinic, session["id"]), "no number came out", seconds=90)
    assert measured["trials"] >= 0.8 * len(ended)
    assert measured["tracking_inside_share"] > 0.3


def _play(way: str, game: Path, screen: str) -> dict[str, Any]:
    environment = {**os.environ, "DISPLAY": screen, "SDL_VIDEODRIVER": "x11",
                   "SDL_AUDIODRIVER": "dummy", "PYTHONPATH": str(ROOT)}  # fmt: skip
    command = [sys.executable, "-m", "tests.journeys.player", way, str(game)]
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    said: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return said


def _check_the_gap(recording: Recording, said: dict[str, Any]) -> None:
    """Gone once: lost samples, one pause within half a second of them, and play goes on by itself."""
    ticks = stream_columns(recording, "tick")
    lost = np.flatnonzero(ticks["flags"] & FLAG_LOST)
    assert len(lost)
    pauses = [each for each in recording.events if isinstance(each, Pause)]
    assert len(pauses) == len([each for each in recording.events if isinstance(each, Resume)]) >= 1
    assert min(each.tick - lost[0] for each in pauses if each.tick >= lost[0]) <= PAUSE_WITHIN_TICKS
    assert said["pause_s"] <= 0.6, "half a second, and what the player's own eyes take"
    assert not [each for each in recording.commands if each.name == "spare_device"]
    rows = stream_columns(recording, "raw")
    assert (np.diff(rows["t_ns"]) >= 0).all()


def _check_the_camera(recording: Recording, way: str) -> None:
    """Its lateness is measured part by part, its map recorded; no stream is a picture."""
    late = recording.latency
    assert late is not None and late.logic_ms is not None and late.draw_ms is not None
    if not way.startswith("webcam"):
        assert late.tracker_ms is None
        return
    assert late.tracker_ms is not None and late.tracker_ms[0] > 1.0
    device = recording.device
    assert device.calibrated and device.map is not None and device.latency_ms is not None
    if way == "webcam_body":
        shoulders = stream_columns(recording, "shoulders")
        assert len(shoulders["t_ns"]) > 200
        assert (shoulders["right_x_um"] > shoulders["left_x_um"])[shoulders["confidence"] > 0].all()


def _sealed(data: Path) -> Recording:
    (profile,) = profiles(data)
    with Outbox(folder_of(data, profile.id)) as outbox:
        (entry,) = [each for each in outbox.entries() if each.manifest.kind == "session"]
        return decode_recording(unframe(outbox.file(entry.id)))


def _session(clinic: ClinicProcess, recording_id: str) -> dict[str, Any] | None:
    found: list[dict[str, Any]] = clinic.do("sessions")["sessions"]
    return next((each for each in found if each["id"] == recording_id), None)


def _metrics(clinic: ClinicProcess, session_id: str) -> dict[str, float]:
    """The whole session's numbers, as the dashboard's own API gives them."""
    with signed_in(clinic) as http:
        answer = http.get(f"/api/v1/sessions/{session_id}/metrics")
        assert answer.status_code == 200, answer.text
        rows = answer.json()["data"]
    return {
        each["metric"]: each["value"] for each in rows if each["scope"] == "" and each["value"] is not None
    }
