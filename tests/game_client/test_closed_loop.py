"""The loop from screen to camera, closed for real: a clip looks at the X display, late by a known time."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections import deque
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from PIL import ImageGrab

from game_client.camera.light import Light
from game_client.camera.ring import NOTHING, Result
from game_client.closed_loop import LoopError, found

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parents[2]
LATE_FRAMES, RATE_HZ = 3, 30.0


def eye() -> Iterator[NDArray[Any]]:
    """A camera that looks at the middle of the display and hands frames on three intervals late."""
    waiting: deque[NDArray[Any]] = deque()
    while True:
        grabbed = ImageGrab.grab(bbox=(400, 200, 880, 520), xdisplay=os.environ["DISPLAY"])
        waiting.append(np.asarray(grabbed)[:, :, ::-1].copy())
        if len(waiting) > LATE_FRAMES:
            yield waiting.popleft()
        else:
            time.sleep(1 / RATE_HZ)


def blind() -> Iterator[NDArray[Any]]:
    while True:
        yield np.full((48, 64, 3), 90, dtype=np.uint8)


def measured(eyes: str, times: int, screen: str) -> dict[str, Any]:
    """Measure in a process of its own: the window must be an X display's, and this one's may not be."""
    code = (
        "import json, sys; from game_client.camera.frames import Clip;"
        "from game_client.closed_loop import LoopError, measure;"
        "from game_client.engine.window import Window;"
        "window = Window('Movere', software=True); shares = []\n"
        "try:\n"
        f"    delay = measure(window, Clip('tests.game_client.test_closed_loop:{eyes}', {RATE_HZ}),"
        f" times={times}, progress=shares.append)\n"
        "    said = {**delay._asdict(), 'shares': shares}\n"
        "except LoopError as error:\n"
        "    said = {'error': str(error)}\n"
        "sys.stdout.write('\\n' + json.dumps(said))"
    )
    environment = {**os.environ, "DISPLAY": screen, "SDL_VIDEODRIVER": "x11", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    said: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return said


def test_a_known_delay_is_found_through_the_real_screen(screen: str) -> None:
    delay = measured("eye", 12, screen)
    late_ms = LATE_FRAMES * 1000 / RATE_HZ
    assert delay["changes"] >= 9, delay
    # The frame that shows a change was grabbed up to an interval after it, and handed on three later.
    assert late_ms - 5 <= delay["median_ms"] <= late_ms + 80
    assert delay["p95_ms"] >= delay["median_ms"]
    assert delay["shares"][-1] == 1.0


def test_a_camera_that_looks_elsewhere_is_told_so(screen: str) -> None:
    assert "point it at the screen" in measured("blind", 8, screen)["error"]


def frames(levels: list[tuple[float, float]]) -> list[Result]:
    """Results with (time in ms, brightness)."""
    return [
        NOTHING._replace(number=at + 1, t_ns=round(ms * 1e6), light=Light(mean, 0.0, 0.0, 0.0))
        for at, (ms, mean) in enumerate(levels)
    ]


def test_delays_are_told_from_the_first_frame_past_the_middle() -> None:
    changes, levels, bright = [], [], False
    for at in range(10):
        handed_ms = 1000.0 * (at + 1)
        changes.append((round(handed_ms * 1e6), not bright))
        for frame in range(30):
            ms = handed_ms - 400 + frame * 33.0
            is_bright = bright if ms < handed_ms + 90 else not bright
            levels.append((ms, 200.0 if is_bright else 40.0))
        bright = not bright
    delay = found(changes, frames(levels))
    assert delay.changes == 10
    assert 90 <= delay.median_ms < 90 + 33


def test_a_flicker_the_other_way_is_no_answer() -> None:
    changes = [(round(1e9 * (at + 1)), True) for at in range(10)]
    levels = [(at * 33.0, 200.0 if (at * 33.0) % 1000 > 500 else 40.0) for at in range(400)]
    with pytest.raises(LoopError, match="of 10 changes"):
        found(changes, frames(levels))
