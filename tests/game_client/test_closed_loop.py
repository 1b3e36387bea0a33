"""The loop from screen to camera, closed for real: a clip looks at the X display, late by a known time."""

from __future__ import annotations

import os
import time
from collections import deque
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from PIL import ImageGrab

from game_client.camera.frames import Clip
from game_client.camera.light import Light
from game_client.camera.ring import NOTHING, Result
from game_client.closed_loop import LoopError, found, measure
from game_client.engine.window import Window

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

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


@pytest.fixture
def x_window(screen: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Window]:
    monkeypatch.setenv("DISPLAY", screen)
    monkeypatch.setenv("SDL_VIDEODRIVER", "x11")
    made = Window("Movere", software=True)
    yield made
    made.close()


def test_a_known_delay_is_found_through_the_real_screen(x_window: Window) -> None:
    shares: list[float] = []
    delay = measure(
        x_window, Clip("tests.game_client.test_closed_loop:eye", RATE_HZ), times=12, progress=shares.append
    )
    late_ms = LATE_FRAMES * 1000 / RATE_HZ
    assert delay.changes >= 9
    # The frame that shows a change was grabbed up to an interval after it, and handed on three later.
    assert late_ms - 5 <= delay.median_ms <= late_ms + 60
    assert delay.p95_ms >= delay.median_ms
    assert shares[-1] == 1.0


def test_a_camera_that_looks_elsewhere_is_told_so(x_window: Window) -> None:
    with pytest.raises(LoopError, match="point it at the screen"):
        measure(x_window, Clip("tests.game_client.test_closed_loop:blind", RATE_HZ), times=8)


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
