"""`deploy/start.py` as a person runs it: one whole session as proof, and a clinic that stops by Ctrl-C."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from deploy._clinic import serving
from deploy._game import pair, play_virtual
from deploy._processes import ProcessError, free_port, listening
from deploy._proof import shown_metrics

ROOT = Path(__file__).resolve().parents[2]
START = [sys.executable, str(ROOT / "deploy" / "start.py")]
SERVICES = ("DATABASE_URL", "MOVERE_OWNER_DATABASE_URL", "REDIS_URL")

pytestmark = pytest.mark.journeys


@pytest.fixture
def embedded(monkeypatch: pytest.MonkeyPatch) -> None:
    """No services and no display: what a new machine without a screen offers."""
    for name in (*SERVICES, "DISPLAY", "WAYLAND_DISPLAY", "MOVERE_DATA_DIR"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.usefixtures("embedded")
def test_once_plays_a_session_and_finds_it_in_the_dashboard(tmp_path: Path) -> None:
    done = subprocess.run(
        [*START, "--once", "--data", str(tmp_path)], capture_output=True, text=True, check=False, timeout=300
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("\n") == 1
    line = json.loads(done.stdout)
    assert set(line) == {"session_id", "mode", "why", "trials", "success_rate", "metrics", "url"}
    assert line["mode"] in {"error_based", "reward_based", "strategy_cue", "use_dependent", "acuity"}
    assert line["why"]
    assert line["trials"] >= 40
    assert 0 < line["success_rate"] < 1
    assert line["metrics"]["success_rate"] == pytest.approx(line["success_rate"], abs=0.02)
    assert line["metrics"]["movement_time_s"] > 0
    assert line["url"].startswith("http://localhost:")


@pytest.mark.usefixtures("embedded")
def test_only_what_the_dashboard_shows_counts(tmp_path: Path) -> None:
    """With its worker asleep the clinic has the session and no numbers: no proof until it wakes."""
    with serving(tmp_path / "clinic", free_port()) as clinic:
        demo = clinic.demo()
        pair(clinic, tmp_path / "game", demo)
        worker = clinic.children[1].process.pid
        os.killpg(worker, signal.SIGSTOP)
        try:
            session_id = play_virtual(tmp_path / "game")["session_id"]
            with pytest.raises(ProcessError, match="dashboard does not show"):
                shown_metrics(clinic, demo["email"], session_id, timeout_s=3)
        finally:
            os.killpg(worker, signal.SIGCONT)
        assert shown_metrics(clinic, demo["email"], session_id)["metrics"]


@pytest.mark.usefixtures("embedded")
def test_a_sign_in_link_is_printed_and_ctrl_c_stops_everything(tmp_path: Path) -> None:
    port = free_port()
    command = [*START, "--server-only", "--port", str(port), "--data", str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as start:
        try:
            assert start.stdout is not None
            link = _read_link(start, timeout_s=200)
            assert link.startswith(f"http://localhost:{port}/signin/")
            with httpx.Client(follow_redirects=True, timeout=30, trust_env=False) as browser:
                assert browser.get(link).status_code == 200
                me = browser.get(f"http://localhost:{port}/api/v1/me")
                assert me.json()["email"].endswith("@demo.example")
            with httpx.Client(follow_redirects=True, timeout=30, trust_env=False) as stranger:
                stranger.get(link)  # once is once
                assert stranger.get(f"http://localhost:{port}/api/v1/me").status_code in {401, 403}
            start.send_signal(signal.SIGINT)
            assert start.wait(30) == 0
        finally:
            start.terminate()
    assert not listening(port)


def _read_link(start: subprocess.Popen[str], timeout_s: float) -> str:
    """Return the sign-in link that start.py prints when it is ready."""
    deadline = time.monotonic() + timeout_s
    for line in start.stdout or ():
        found = re.search(r"http://\S+/signin/\S+", line)
        if found:
            return found.group()
        assert time.monotonic() < deadline
    assert start.stderr is not None
    raise AssertionError(f"start.py ended without a link: {start.stderr.read()}")
