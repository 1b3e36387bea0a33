"""The real hand tracker on a generated clip drives a real session; frames never leave the child's memory."""

from __future__ import annotations

import math
import statistics
import time
from contextlib import suppress
from pathlib import Path
from uuid import UUID

import psutil
import pytest

from game_client.camera.frames import Camera, Clip, VideoFile
from game_client.camera.tracker import TIP
from game_client.devices.webcam_hand import WebcamHand
from game_client.journal.journal import Journal
from game_client.session.header import Piece, SessionEnd, assemble
from game_client.session.run import SessionRun
from shared.metrics.compute import compute_recording
from shared.wire.codec import decode_recording, encode_document
from shared.wire.session import InputDevice
from shared.wire.streams import FLAG_HELD, FLAG_LOST, stream_columns
from shared.wire.trials import trials_of
from tests.game_client.camera import drawn_hand
from tests.virtual_sessions import make_header, make_plan

pytestmark = pytest.mark.journeys
PROFILE = UUID(int=5)
DEVICE = InputDevice("webcam_hand", "norm", "none", 30.0, 17.0, None, False, None, "default")
GAME = {"start_radius_m": 0.03, "targets": 2, "spread": "near", "target_radius_m": 0.035, "hold_s": 0.2}


def test_a_generated_hand_plays_through_the_real_tracker(tmp_path: Path) -> None:
    journal = Journal(tmp_path, PROFILE, boot_id="boot", now_utc_ms=1)
    plan = make_plan(practice=4, game_params=GAME)
    run = SessionRun(make_header(plan, device=DEVICE, profile_id=PROFILE))
    journal.begin(run.header)
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
        written, ticks, held = _play(run, device, child, errors_px)
        newest = device.capture.newest()
    finally:
        device.close()
    assert device.capture.process.exitcode == 0
    one_frame = drawn_hand.WIDTH * drawn_hand.HEIGHT * 3
    assert written - before < one_frame // 20, "nothing the size of a picture leaves the child's memory"
    assert newest.found >= 0.9 * newest.number > 0.9 * 150
    assert statistics.median(errors_px) < 6.0
    assert statistics.quantiles(errors_px, n=20)[-1] < 12.0
    assert held > 0.5 * ticks, "120 ticks a second see 30 frames: the rest are held"
    assert device.capture.sentence(time.perf_counter_ns()).startswith("the video is over")

    end = SessionEnd(ended_reason="quit", client_metrics=[])
    piece = _last(run)
    journal.append(run.header.id, piece)
    journal.close()
    kept = sum(each.stat().st_size for each in tmp_path.rglob("*") if each.is_file())
    assert 0 < kept < one_frame // 4, "no picture in the journal"
    recording = decode_recording(encode_document(assemble(run.header, [piece], end)))
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
    while device.capture.newest().number == 0:
        assert time.monotonic() < until, "the tracker did not start"
        time.sleep(0.01)


def _play(
    run: SessionRun, device: WebcamHand, child: psutil.Process, errors_px: list[float]
) -> tuple[int, int, int]:
    """Tick in real time until the clip is over; return what the child wrote (bytes), ticks, held ticks.

    A frame that leaves by a file or a pipe is written, and the count sees it; sockets are looked for apart.
    """
    written = ticks = held = 0
    run.anchor(time.perf_counter_ns())
    due_ns, last, still_since = time.perf_counter_ns(), 0, time.monotonic()
    while time.monotonic() - still_since < 1.0:
        due_ns += 1_000_000_000 // 120
        time.sleep(max(0, due_ns - time.perf_counter_ns()) * 1e-9)
        x_um, y_um, confidence, flags = device.at(time.perf_counter_ns())
        ticks, held = ticks + 1, held + (flags == FLAG_HELD)
        layout, rows = device.take_rows()
        for row in rows:
            run.recorder.row(layout, *row)
        run.tick(x_um, y_um, confidence, flags)
        newest = device.capture.newest()
        if newest.number != last:
            last, still_since = newest.number, time.monotonic()
            with suppress(psutil.NoSuchProcess):  # it ends by itself after the last frame
                written = child.io_counters().write_chars
                assert child.net_connections("all") == [], "no socket of any kind"
            if newest.points:
                true_x, true_y = drawn_hand.tip(newest.number - 1)
                got_x = drawn_hand.WIDTH * (newest.points[TIP].x + 0.5)
                got_y = drawn_hand.HEIGHT / 2 + drawn_hand.WIDTH * newest.points[TIP].y
                errors_px.append(math.hypot(got_x - true_x, got_y - true_y))
    return written, ticks, held


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
        assert sentence in device.capture.sentence(0)
        assert device.at(0) == (0, 0, 0, FLAG_LOST), "the game's loop goes on"
    finally:
        device.close()
        device.close()


def test_frames_without_a_hand_are_rows_without_confidence() -> None:
    device = WebcamHand(Clip("tests.game_client.camera.poor_pictures:hand_that_goes"))
    rows: list[tuple[int, ...]] = []
    lost_s, until = 0.0, time.monotonic() + 40
    try:
        while not device.capture.sentence(time.perf_counter_ns()):
            assert time.monotonic() < until
            if device.at(time.perf_counter_ns())[3] == FLAG_LOST and rows:
                lost_s += 0.01
            rows += device.take_rows()[1]
            time.sleep(0.01)
        device.at(time.perf_counter_ns())
        rows += device.take_rows()[1]
    finally:
        device.close()
    assert len(rows) == 90, "a row a frame"
    stamps = [row[0] for row in rows]
    assert stamps == sorted(set(stamps))
    gone = rows[32:58]
    assert {row[3] for row in gone} == {0}
    assert {row[1:3] for row in gone} == {gone[0][1:3]}, "at the last place"
    assert all(row[3] >= 50 for row in rows[:30] + rows[65:])
    assert 0.5 < lost_s < 1.5
