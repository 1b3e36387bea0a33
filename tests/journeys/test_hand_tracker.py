"""The real hand tracker on a generated clip drives a real session; frames never leave the child's memory."""

from __future__ import annotations

import math
import statistics
import time
from contextlib import suppress

import psutil
import pytest

from game_client.camera.frames import Camera, CameraError, Clip, VideoFile
from game_client.devices.webcam_hand import WebcamHand
from game_client.session.header import Piece, SessionEnd, assemble
from game_client.session.run import SessionRun
from shared.metrics.compute import compute_recording
from shared.wire.codec import decode_recording, encode_document
from shared.wire.session import InputDevice
from shared.wire.streams import stream_columns
from shared.wire.trials import trials_of
from tests.game_client.camera import drawn_hand
from tests.virtual_sessions import make_header, make_plan

pytestmark = pytest.mark.journeys
DEVICE = InputDevice("webcam_hand", "norm", "none", 30.0, 17.0, None, False, None, "default")
GAME = {"start_radius_m": 0.03, "targets": 2, "spread": "near", "target_radius_m": 0.035, "hold_s": 0.2}


def test_a_generated_hand_plays_through_the_real_tracker() -> None:
    run = SessionRun(make_header(make_plan(practice=4, game_params=GAME), device=DEVICE))
    for name in ("pain", "effort", "warning"):
        run.command(name, 0.0)
    device = WebcamHand(Clip("tests.game_client.camera.drawn_hand:clip"))
    errors_px: list[float] = []
    try:
        _wait_for_first_frame(device)
        child = psutil.Process(device.capture.process.pid)
        opened = [each.path for each in child.open_files() if getattr(each, "mode", "r") != "r"]
        assert opened == [], "no frame on disk"
        assert child.net_connections("inet") == [], "no frame on a network"
        before = child.io_counters().write_chars
        written = _play(run, device, child, errors_px)
        newest = device.capture.newest()
    finally:
        device.close()
    assert device.capture.process.exitcode == 0
    one_frame = drawn_hand.WIDTH * drawn_hand.HEIGHT * 3
    assert written - before < one_frame // 20, "nothing the size of a picture leaves the child's memory"
    assert newest.found >= 0.9 * newest.frames > 0.9 * 150
    assert statistics.median(errors_px) < 6.0

    end = SessionEnd(ended_reason="quit", client_metrics=[])
    recording = decode_recording(encode_document(assemble(run.header, [_last(run)], end)))
    assert recording.device.unit == "norm"
    raw = stream_columns(recording, "raw")
    assert len(raw["t_ns"]) >= 0.8 * newest.found
    ends = [each.end for each in trials_of(recording.events) if each.end is not None]
    assert sum(each.outcome in ("hit", "miss") for each in ends) >= 2, "the hand's reaches are the game's"
    millimetres = [row for row in compute_recording(recording) if row.unit == "mm"]
    assert millimetres
    assert all(row.value is None for row in millimetres), "a picture has no scale"


def _wait_for_first_frame(device: WebcamHand) -> None:
    until = time.monotonic() + 40
    while device.capture.newest().frames == 0:
        assert time.monotonic() < until, "the tracker did not start"
        time.sleep(0.01)


def _play(run: SessionRun, device: WebcamHand, child: psutil.Process, errors_px: list[float]) -> int:
    """Tick in real time until the clip is over; return what the child had written by its last frames, bytes.

    A frame that leaves by a file or a pipe is written, and the count sees it; sockets are looked for apart.
    """
    written = 0
    run.anchor(time.perf_counter_ns())
    due_ns, last, still_since = time.perf_counter_ns(), 0, time.monotonic()
    while time.monotonic() - still_since < 1.0:
        due_ns += 1_000_000_000 // 120
        time.sleep(max(0, due_ns - time.perf_counter_ns()) * 1e-9)
        x_um, y_um, confidence, flags = device.at(time.perf_counter_ns())
        layout, rows = device.take_rows()
        for row in rows:
            run.recorder.row(layout, *row)
        run.tick(x_um, y_um, confidence, flags)
        newest = device.capture.newest()
        if newest.frames != last:
            last, still_since = newest.frames, time.monotonic()
            with suppress(psutil.NoSuchProcess):  # it ends by itself after the last frame
                written = child.io_counters().write_chars
                assert child.net_connections("all") == [], "no socket of any kind"
            if newest.has_hand:
                true_x, true_y = drawn_hand.tip(newest.frames - 1)
                got_x = drawn_hand.WIDTH * (newest.x + 0.5)
                got_y = drawn_hand.HEIGHT / 2 + drawn_hand.WIDTH * newest.y
                errors_px.append(math.hypot(got_x - true_x, got_y - true_y))
    return written


def _last(run: SessionRun) -> Piece:
    run.command("quit")
    return run.take_piece()


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        (VideoFile("nowhere.mp4"), "there is no file nowhere.mp4"),
        (VideoFile(__file__), "is no video that can be read"),
        (Camera(7), "camera 7 can't be opened"),
    ],
)
def test_what_cannot_be_opened_is_said_in_one_sentence(source: VideoFile | Camera, sentence: str) -> None:
    device = WebcamHand(source)
    try:
        device.capture.process.join(40)
        with pytest.raises(CameraError, match=sentence):
            device.at(0)
    finally:
        device.close()
