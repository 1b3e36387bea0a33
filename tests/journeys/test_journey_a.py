"""The whole way, once: a hand moves a real pointer, a clinician reads the numbers in a real browser.

A real window under Xvfb, pointer events by xdotool, the journal on disk, the upload to a server process on
PostgreSQL, a Celery worker on Redis, and Chromium. What the page shows equals what `python -m shared
analyse session` computes from the recording that the clinic exports.
"""

from __future__ import annotations

import json
import math
import os
import queue
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.faults._clinic import ROOT
from tests.journeys.at_the_clinic import link, pair, prescribe, serving, until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.faults._clinic import ClinicProcess

pytestmark = [pytest.mark.journeys, pytest.mark.browser]
COUNTS_PER_M = 10_000  # the mouse's fixed gain: 0.1 mm a count
BLOCKS = [
    {
        "key": "reach", "game": "tide_anchor", "mode": "error_based", "purpose": "train",
        "dose": {"probe_trials": 4, "practice_trials": 8}, "game_params": {"target_radius_m": 0.02},
    },
    {
        "key": "ferry", "game": "ferry_crossing", "mode": "error_based", "purpose": "train",
        "dose": {"probe_trials": 0, "practice_trials": 4}, "game_params": {"course_s": 5.0},
    },
]  # fmt: skip


class Hand:
    """A person at the mouse: sees what the game tells (as a screen reader would), moves by xdotool."""

    def __init__(self, display: str, program: subprocess.Popen[str]) -> None:
        self._environment = {**os.environ, "DISPLAY": display}
        self._program = program
        self._lines: queue.Queue[dict[str, Any] | None] = queue.Queue()
        self.x = self.y = 0.0
        self.trials = 0
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self._program.stdout is not None
        for line in self._program.stdout:
            if line.startswith("{"):
                self._lines.put(json.loads(line))
        self._lines.put(None)

    def _xdotool(self, *arguments: str) -> None:
        subprocess.run(["xdotool", *arguments], env=self._environment, check=True, timeout=20)

    def seen(self, timeout_s: float = 90.0) -> dict[str, Any] | None:
        return self._lines.get(timeout=timeout_s)

    def click(self, x: float, y: float) -> None:
        """Come from a little beside, stop, and click: a press in a fast movement is ignored on purpose."""
        self._xdotool("mousemove", str(round(x) - 6), str(round(y)))
        time.sleep(0.1)
        self._xdotool("mousemove", str(round(x)), str(round(y)))
        time.sleep(0.45)
        self._xdotool("mousedown", "1")
        time.sleep(0.1)
        self._xdotool("mouseup", "1")

    def move_to(self, x_m: float, y_m: float, steps: int = 24) -> None:
        """Move the hand smoothly (minimum jerk) to a place in metres; y away from the body is up."""
        from_x, from_y = self.x, self.y
        sent_x = sent_y = 0
        chain: list[str] = []
        for step in range(1, steps + 1):
            tau = step / steps
            share = tau**3 * (10 - 15 * tau + 6 * tau * tau)
            want_x = round((from_x + (x_m - from_x) * share) * COUNTS_PER_M) - round(from_x * COUNTS_PER_M)
            want_y = round((from_y + (y_m - from_y) * share) * COUNTS_PER_M) - round(from_y * COUNTS_PER_M)
            chain += [
                "mousemove_relative",
                "--",
                str(want_x - sent_x),
                str(-(want_y - sent_y)),
                "sleep",
                "0.016",
            ]
            sent_x, sent_y = want_x, want_y
        self._xdotool(*chain)
        self.x = from_x + sent_x / COUNTS_PER_M
        self.y = from_y + sent_y / COUNTS_PER_M

    def play(self, answers: dict[str, str]) -> None:
        """Answer screens, reach to every buoy, until the summary is closed."""
        while True:
            line = self.seen()
            if line is None:
                return
            if "screen" in line:
                wanted = answers.get(line["screen"])
                for name in (wanted or "").split():
                    if name in line["targets"]:
                        self.click(*line["targets"][name])
                        break
                if line["screen"] == "Summary":
                    return
            elif line["event"] == "trial_start":
                target = math.radians(line["target_deg"])
                self.reach_m, self.target = line["target_distance_m"], target
                self.move_to(0.0, 0.0)
            elif line["event"] == "go":
                self.move_to(self.reach_m * math.cos(self.target), self.reach_m * math.sin(self.target))
            elif line["event"] == "course_on":
                self.follow(line["waves"])
            elif line["event"] == "trial_end":
                self.trials += 1

    def follow(self, waves: list[list[float]]) -> None:
        """Keep to the channel's middle, in moves of an eighth of a second, until something else happens."""
        begun_s = time.monotonic()
        while self._lines.empty():
            ahead_s = time.monotonic() - begun_s + 0.15
            x_m = sum(size * math.sin(math.tau * hz * ahead_s + phase) for size, hz, phase in waves)
            self.move_to(x_m, 0.0, steps=6)


@pytest.fixture
def clinic(tmp_path: Path, postgres_url: str, redis_url: str) -> Iterator[ClinicProcess]:
    """A served clinic with a worker, on PostgreSQL and Redis."""
    with serving(tmp_path) as running:
        yield running


def test_a_patient_plays_and_a_clinician_sees(
    clinic: ClinicProcess, tmp_path: Path, screen: str, chromium: str
) -> None:
    game = tmp_path / "game"
    prescribe(clinic, BLOCKS, "journey-a")
    pair(clinic, game)

    environment = {**os.environ, "DISPLAY": screen, "SDL_VIDEODRIVER": "x11", "SDL_AUDIODRIVER": "dummy"}
    command = [sys.executable, "-m", "game_client", "play", "--data", str(game), "--json"]
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as program:
        try:
            hand = Hand(screen, program)
            hand.play(
                {
                    "Home": "start",
                    "Calibrate": "skip",
                    "Wish": "3",
                    "Symptoms": "1 none",
                    "Rest": "go_on",
                    "Summary": "done",
                }
            )
            until(lambda: clinic.do("sessions")["sessions"], "the session did not reach the clinic")
        finally:
            program.terminate()
    assert hand.trials >= 20

    session = clinic.do("sessions")["sessions"][-1]
    recording = tmp_path / "exported.bundle"
    shown = _read_in_browser(clinic, chromium, session, recording)
    analysed = subprocess.run(
        [sys.executable, "-m", "shared", "analyse", "session", str(recording), "--json"],
        cwd=ROOT, capture_output=True, text=True, check=True, timeout=120,
    )  # fmt: skip
    rows = json.loads(analysed.stdout)
    rows = rows["rows"] if isinstance(rows, dict) else rows
    expected = {
        row["metric"]: row["value"] for row in rows if row["scope"] == "" and row["value"] is not None
    }
    assert expected, "something was measured"
    assert {name: shown.get(name) for name in expected} == pytest.approx(expected)
    assert expected["trials"] >= 8
    assert "movement_time_s" in expected or "screen_error_radii" in expected
    assert expected["tracking_inside_share"] > 0.3, "the ferry was steered"


def _read_in_browser(
    clinic: ClinicProcess, chromium: str, session: dict[str, Any], recording: Path
) -> dict[str, float]:
    """Sign in by the link, wait for the numbers on the patient's page, export the recording."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page()
        page.goto(link(clinic))
        rows = f'[data-metric][data-session="{session["id"]}"]'
        end = time.monotonic() + 90
        while True:
            page.goto(f"{clinic.url}/patients/{session['patient_id']}/")
            found = page.locator(rows).evaluate_all(
                "rows => rows.map(row => [row.dataset.metric, Number(row.dataset.value)])"
            )
            if found:
                break
            assert time.monotonic() < end, "the worker's numbers did not appear on the page"
            time.sleep(0.5)
        answer = page.request.get(f"{clinic.url}/api/v1/sessions/{session['id']}/export")
        assert answer.ok, answer.text()
        recording.write_bytes(answer.body())
        browser.close()
    return dict(found)
