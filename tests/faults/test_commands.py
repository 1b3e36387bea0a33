"""The commands as a person or start.py runs them: pair, play, sync, doctor; killed in mid-trial."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from shared.wire.codec import decode_recording, unframe
from tests.faults._clinic import ROOT

if TYPE_CHECKING:
    from tests.faults._clinic import ClinicProcess

pytestmark = pytest.mark.faults
GAME = [sys.executable, "-m", "game_client"]


def game(*arguments: str, code: int = 0) -> tuple[list[dict[str, Any]], str]:
    """Run a command; return its JSON lines and what it said on stderr."""
    environment = {**os.environ, "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring"}
    done = subprocess.run(
        [*GAME, *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == code, done.stdout + done.stderr
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")], done.stderr


def pair(clinic: ClinicProcess, data: Path) -> dict[str, Any]:
    """Pair as start.py does: the code is approved while the game waits."""
    process = subprocess.Popen(
        [*GAME, "pair", "--server", clinic.url, "--data", str(data), "--json"],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        env={**os.environ, "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring"},
    )  # fmt: skip
    with process:
        assert process.stdout is not None
        shown = json.loads(process.stdout.readline())
        assert len(shown["fingerprint"].split()) == 4
        clinic.manage("pair_local", shown["user_code"])
        answer: dict[str, Any] = json.loads(process.stdout.readline())
    assert process.returncode == 0
    return answer


def test_pair_play_sync_doctor(clinic: ClinicProcess, tmp_path: Path) -> None:
    answer = pair(clinic, tmp_path)
    assert answer["plan_revision"] >= 1
    where = ["--data", str(tmp_path)]
    (played,), _ = game("play", "--virtual", "stroke_moderate", "--seed", "1", *where, "--json")
    assert played["mode"] == "error_based"
    assert played["trials"] == 10
    assert 0 <= played["success_rate"] <= 1
    assert played["waiting"] == 0
    assert played["session_id"] in clinic.do("held")["sessions"]
    (synced,), _ = game("sync", "--once", "--confirm", *where, "--json")
    assert synced["ok"]
    (checked,), _ = game("doctor", *where, "--json")
    said = {each["about"]: each for each in checked["findings"]}
    assert said["profile"]["level"] == said["journal"]["level"] == "well"
    assert "file" in said["keys"]["says"]
    assert "a real hand" in said["untested"]["says"] and "a real fall" in said["untested"]["says"]
    keys = next(tmp_path.glob("profiles/*/keys.json"))
    assert keys.stat().st_mode & 0o777 == 0o600
    keys.chmod(0o644)
    (checked,), _ = game("doctor", *where, "--json", code=1)
    mend = next(each for each in checked["findings"] if each["about"] == "keys")["mend"]
    assert mend == f"Run chmod 600 {keys}."


def test_a_game_killed_in_a_trial_loses_that_trial_at_most(clinic: ClinicProcess, tmp_path: Path) -> None:
    pair(clinic, tmp_path)
    folder = next(tmp_path.glob("profiles/*"))
    command = [*GAME, "play", "--virtual", "healthy_old", "--seed", "1", "--real-time", "6"]
    process = subprocess.Popen(
        [*command, "--data", str(tmp_path)], cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        kept = wait_for_pieces(folder, 4)
        time.sleep(0.2)  # well inside a trial
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
    kept = max(kept, pieces(folder))
    _, said = game("sync", "--data", str(tmp_path), "--json")
    assert "1 session(s) that broke off earlier were saved" in said
    (bundle,) = (folder / "sealed").glob("*.bundle")
    recording = decode_recording(unframe(bundle.read_bytes()))
    ends = [each for each in recording.events if type(each).__name__ == "TrialEnd"]
    starts = [each for each in recording.events if type(each).__name__ == "TrialStart"]
    assert recording.ended_reason == "crash"
    assert len(ends) >= kept - 1  # the first piece holds the questions
    assert len(starts) - len(ends) <= 1
    held = clinic.do("held")
    assert held["ended"][bundle.stem] == "crash"
    assert held["sessions"].count(bundle.stem) == 1
    (played,), _ = game("play", "--virtual", "healthy_old", "--seed", "2", "--data", str(tmp_path))
    assert played["ended_reason"] == "completed"


def pieces(folder: Path) -> int:
    path = folder / "journal.sqlite3"
    if not path.exists():
        return 0
    db = sqlite3.connect(path)
    try:
        return int(db.execute("SELECT COUNT(*) FROM piece").fetchone()[0])
    except sqlite3.OperationalError:
        return 0
    finally:
        db.close()


def wait_for_pieces(folder: Path, count: int) -> int:
    until_s = time.monotonic() + 60
    while (found := pieces(folder)) < count:
        assert time.monotonic() < until_s, "the game never played"
        time.sleep(0.02)
    return found


def test_play_goes_on_while_the_clinic_is_away(clinic: ClinicProcess, tmp_path: Path) -> None:
    pair(clinic, tmp_path)
    clinic.kill()
    where = ["--data", str(tmp_path)]
    try:
        (played,), said = game("play", "--virtual", "healthy_old", "--seed", "1", *where)
        assert played["waiting"] == 1
        assert "It will be tried again." in said
        (synced,), said = game("sync", *where, "--json", code=1)
        assert not synced["ok"]
        assert "can't be reached" in said
        (checked,), _ = game("doctor", *where, "--json")
        assert any("1 waiting" in each["says"] for each in checked["findings"])
    finally:
        clinic.start()
    (synced,), _ = game("sync", *where, "--json")
    assert synced["ok"]
    assert played["session_id"] in clinic.do("held")["sessions"]
