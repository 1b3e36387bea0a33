"""Without the webcam and stream groups everything else works, and each says in a sentence how to add it.

The groups are hidden from a fresh interpreter, as if they had never been installed.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
HIDDEN = ("cv2", "mediapipe", "pylsl")
CODE = (
    f"import sys; sys.modules.update(dict.fromkeys({HIDDEN!r}));"
    "from game_client.__main__ import main; sys.exit(main(sys.argv[1:]))"
)


def bare(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", CODE, *arguments]
    environment = {**os.environ, "SDL_VIDEODRIVER": "dummy", "SDL_AUDIODRIVER": "dummy"}
    return subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=120
    )


def test_devices_and_doctor_say_how_to_add_what_is_missing(tmp_path: Path) -> None:
    listed = bare("devices", "--json", "--data", str(tmp_path))
    assert listed.returncode == 0, listed.stderr
    rows: dict[str, dict[str, Any]] = {each["kind"]: each for each in json.loads(listed.stdout)}
    for kind in ("webcam_hand", "webcam_body"):
        assert not rows[kind]["usable"]
        assert "deploy/start.py adds the webcam group" in rows[kind]["why_not"]
    assert "--with lsl" in rows["lsl_stream"]["why_not"]
    assert {"mouse", "joystick", "touch", "virtual"} <= set(rows)
    doctor = bare("doctor", "--json", "--data", str(tmp_path))
    found = json.loads(doctor.stdout)["findings"]
    (camera,) = [each for each in found if each["about"] == "camera"]
    assert "deploy/start.py adds the webcam group" in camera["says"]


def test_a_session_is_played_without_them(tmp_path: Path) -> None:
    played = bare("play", "--virtual", "healthy_old", "--seed", "1", "--data", str(tmp_path))
    assert played.returncode == 0, played.stderr
    assert json.loads(played.stdout.splitlines()[-1])["ended_reason"] == "completed"


def test_whoever_asks_for_the_camera_is_told(tmp_path: Path) -> None:
    asked = bare("play", "--device", "webcam", "--data", str(tmp_path))
    assert asked.returncode != 0
    assert "deploy/start.py adds the webcam group" in asked.stderr
    assert "Traceback" not in asked.stderr
