"""The real body tracker on a photograph of a person moved along a known path; no frame leaves the child."""

from __future__ import annotations

import time

import numpy as np
import psutil
import pytest

from game_client.camera.capture import Capture
from game_client.camera.frames import Clip
from game_client.devices.webcam_body import WebcamBody
from shared.wire.streams import FLAG_HELD, FLAG_LOST
from tests.game_client.camera import moved_person
from tests.game_client.camera.measured import body_measures

pytestmark = pytest.mark.journeys
CLIP = Clip("tests.game_client.camera.moved_person:clip")


def test_the_person_is_followed_along_the_path() -> None:
    capture = Capture(CLIP, "body")
    results = []
    try:
        until = time.monotonic() + 60
        problem = None
        while problem is None:
            assert time.monotonic() < until
            problem = capture.problem(time.perf_counter_ns())
            results += capture.since(results[-1].number if results else 0)
            time.sleep(1 / 120)
    finally:
        capture.close()
    assert problem.code == "ended"
    assert len(results) == moved_person.FRAMES
    found = body_measures(results)
    assert found.share >= 0.95
    assert found.error_median_px < 10.0
    assert found.error_p95_px < 30.0
    assert 0.5 < found.lean_slope < 1.2, "degrees told for a degree leant"


def test_the_device_follows_the_shift_and_no_frame_gets_out() -> None:
    device = WebcamBody(CLIP, "weight_shift")
    ticks: list[tuple[int, int, int, int]] = []
    written = before = 0
    try:
        child = psutil.Process(device.capture.process.pid)
        until = time.monotonic() + 60
        while not device.capture.sentence(time.perf_counter_ns()):
            assert time.monotonic() < until
            number = device.capture.newest().number
            ticks.append(device.at(time.perf_counter_ns()))
            if number == 1 and not before:
                before = child.io_counters().write_chars
                assert [each.path for each in child.open_files() if getattr(each, "mode", "r") != "r"] == []
            if number % 30 == 1:
                assert child.net_connections("all") == [], "no socket of any kind"
                written = child.io_counters().write_chars
            time.sleep(1 / 120)
        device.at(time.perf_counter_ns())
        layout, rows = device.take_rows()
        shoulders = device.take_shoulder_rows()
    finally:
        device.close()
        device.close()
    frame_bytes = moved_person.WIDTH * moved_person.HEIGHT * 3
    assert before > 0
    assert written - before < frame_bytes // 20, "nothing the size of a picture leaves the child's memory"

    assert layout == "raw_points"
    assert len(rows) == len(shoulders) == moved_person.FRAMES, "a row a frame"
    assert {row[3] for row in rows[:29]} == {0}, "lost until the neutral pose is there"
    assert all(row[3] >= 50 for row in rows[35:])
    assert {flags for *_, flags in ticks} == {0, FLAG_HELD, FLAG_LOST}
    aside_px = np.array([moved_person.path(frame)[0] for frame in range(30, 90)])
    told = np.array([row[1] for row in rows[30:90]]) * 1e-6
    assert np.corrcoef(aside_px, -told)[0, 1] > 0.95, "to the picture's right is to the person's left"
    assert all(row[1] < row[3] for row in shoulders), "the right shoulder is to the person's right"
    seen_px = -np.array([row[1] + row[3] for row in shoulders[30:90]]) / 2 * 1e-6 * moved_person.WIDTH
    assert np.ptp(seen_px) == pytest.approx(np.ptp(aside_px), rel=0.15)
