"""A whole session of Tide & Anchor by a joystick alone, in a real window on an X display, to its sealed file.

The joystick is SDL's own virtual one, so the window finds it, follows it and asks its buttons as it would a
real stick's. It is pulled out in the middle of a trial once, and plugged in again.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from game_client.journal.outbox import Outbox
from game_client.profiles import folder_of, profiles
from game_client.session.replay import differences, replay
from shared.wire.codec import decode_recording, unframe
from shared.wire.events import Pause, Resume, TrialEnd
from shared.wire.streams import FLAG_LOST, stream_columns

if TYPE_CHECKING:
    from shared.wire.session import Recording

pytestmark = pytest.mark.journeys
ROOT = Path(__file__).resolve().parents[2]


def test_a_session_is_played_by_a_joystick_alone(tmp_path: Path, screen: str) -> None:
    environment = {**os.environ, "DISPLAY": screen, "SDL_VIDEODRIVER": "x11", "SDL_AUDIODRIVER": "dummy",
                   "PYTHONPATH": str(ROOT)}  # fmt: skip
    command = [sys.executable, "-m", "tests.journeys.joystick_player", str(tmp_path)]
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=150, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    said: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    recording = _sealed(tmp_path)

    assert recording.ended_reason == "completed"
    device = recording.device
    assert (device.kind, device.unit, device.pointer) == ("joystick", "norm", "none")
    ended = [each for each in recording.events if isinstance(each, TrialEnd)]
    assert len(ended) == said["trials"] >= 8
    assert sum(each.outcome == "hit" for each in ended) >= 3, [each.outcome for each in ended]
    assert not differences(recording.events, replay(recording))

    # Pulled out: lost samples, one pause within half a second of them, and play goes on by the stick.
    ticks = stream_columns(recording, "tick")
    lost = np.flatnonzero(ticks["flags"] & FLAG_LOST)
    assert 0 < len(lost) <= 60
    pauses = [each for each in recording.events if isinstance(each, Pause)]
    assert len(pauses) == len([each for each in recording.events if isinstance(each, Resume)]) == 1
    assert 0 <= pauses[0].tick - lost[0] <= 60
    assert said["pause_s"] <= 0.5
    assert not [each for each in recording.commands if each.name == "spare_device"]

    rows = stream_columns(recording, "raw")
    assert (np.diff(rows["t_ns"]) >= 0).all()
    assert np.hypot(rows["x_um"], rows["y_um"]).max() <= 120_001


def _sealed(data: Path) -> Recording:
    (profile,) = profiles(data)
    with Outbox(folder_of(data, profile.id)) as outbox:
        (entry,) = outbox.entries()
        return decode_recording(unframe(outbox.file(entry.id)))
