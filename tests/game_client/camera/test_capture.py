"""What goes wrong with the capture process is said while the game goes on; it passes by itself if it can."""

from __future__ import annotations

import os
import signal
import time
from typing import TYPE_CHECKING

from game_client.camera.frames import Clip
from game_client.devices.webcam_hand import WebcamHand
from shared.wire.streams import FLAG_LOST

if TYPE_CHECKING:
    from collections.abc import Callable

SLOW = Clip("tests.game_client.camera.drawn_hand:clip", rate_hz=15.0)  # twelve seconds


def test_a_camera_that_goes_away_and_comes_back() -> None:
    device = WebcamHand(Clip("tests.game_client.camera.poor_pictures:unplugged"))
    try:
        _until(lambda: _sees_a_hand(device))
        gone_s = _until(lambda: device.capture.sentence(_now()) != "")
        assert device.capture.sentence(_now()).startswith("the camera gives no picture any more: plug it in")
        assert gone_s < 5.0
        _until(lambda: device.at(_now())[3] == FLAG_LOST, 1.0)
        _until(lambda: device.capture.sentence(_now()) == "", 5.0)
        _until(lambda: _sees_a_hand(device), 1.0)
    finally:
        device.close()


def test_a_camera_that_hangs_never_holds_the_game_up() -> None:
    device = WebcamHand(SLOW)
    child = device.capture.process.pid
    assert child is not None
    try:
        _until(lambda: _sees_a_hand(device))
        os.kill(child, signal.SIGSTOP)
        slowest_s = 0.0
        start_s = time.perf_counter()
        while time.perf_counter() - start_s < 1.2:
            before_s = time.perf_counter()
            device.at(_now())
            slowest_s = max(slowest_s, time.perf_counter() - before_s)
            time.sleep(1 / 120)
        assert slowest_s < 0.1
        assert device.at(_now())[3] == FLAG_LOST
        assert device.capture.sentence(_now()).startswith("the camera has stopped")
        os.kill(child, signal.SIGCONT)
        _until(lambda: device.capture.sentence(_now()) == "", 2.0)
        _until(lambda: _sees_a_hand(device), 2.0)
    finally:
        os.kill(child, signal.SIGCONT)
        device.close()


def test_a_process_that_broke_off_is_said() -> None:
    device = WebcamHand(SLOW)
    try:
        _until(lambda: _sees_a_hand(device))
        device.capture.process.kill()
        _until(lambda: device.capture.sentence(_now()).startswith("the camera's process broke off"), 2.0)
        _until(lambda: device.at(_now())[3] == FLAG_LOST, 1.0)
    finally:
        device.close()
        device.close()


def _now() -> int:
    return time.perf_counter_ns()


def _sees_a_hand(device: WebcamHand) -> bool:
    return device.at(_now())[2] > 50


def _until(holds: Callable[[], bool], within_s: float = 40.0) -> float:
    """Wait; return how long it took, seconds."""
    start_s = time.monotonic()
    while not holds():
        assert time.monotonic() - start_s < within_s
        time.sleep(0.005)
    return time.monotonic() - start_s
