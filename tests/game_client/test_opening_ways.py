"""Ways around what is missing when play opens: a camera tried again, a stick, a stream that never comes."""

from __future__ import annotations

import multiprocessing
import time
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, Any

import cv2
import pygame

from game_client.camera.frames import Camera, VideoFile
from game_client.hand import Wanted
from game_client.scenes.calibrate import Calibrate
from game_client.scenes.pause import Pause
from game_client.scenes.play import Play
from game_client.scenes.setup import Setup
from game_client.scenes.wish import Wish
from tests.game_client.camera import drawn_hand
from tests.game_client.devices.virtual_stick import VirtualStick
from tests.game_client.test_opening import Game, game, says_camera

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pytest

    from game_client.engine.window import Window

__all__ = ["game"]


def until(here: Game, what: Callable[[], bool], seconds: float = 20.0) -> None:
    until_s = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < until_s
        here.run(0.05)


def in_trouble(here: Game) -> Setup:
    """Start with a camera that is not there, and wait for the offer."""
    scene = here.start()
    assert isinstance(scene, Setup)
    until(here, lambda: bool(scene._trouble), 10.0)
    return scene


def test_a_camera_that_was_not_there_can_be_tried_again(game: Callable[..., Game], tmp_path: Path) -> None:
    video = tmp_path / "hand.avi"
    here = game(Wanted("webcam", camera=VideoFile(str(video))))
    scene = in_trouble(here)
    here.choose("again")
    assert isinstance(here.top, Setup) and here.top is not scene
    in_vain = here.top
    until(here, lambda: bool(in_vain._trouble), 10.0)

    size = drawn_hand.WIDTH, drawn_hand.HEIGHT
    written = cv2.VideoWriter(str(video), cv2.VideoWriter.fourcc(*"MJPG"), 30.0, size)
    for frame in islice(drawn_hand.endless(), 300):
        written.write(frame)
    written.release()
    here.choose("again")
    here.until(Calibrate, 20.0)
    assert len(multiprocessing.active_children()) == 1, "the cameras that failed are let go of"


def test_a_stick_that_is_plugged_in_is_offered_and_plays(
    game: Callable[..., Game],
    window: Window,
) -> None:
    stick = VirtualStick()
    try:
        here = game(Wanted("webcam", camera=Camera(99)))
        here.run(0.2)
        scene = in_trouble(here)
        assert [each.name for each in scene.chooser.targets][:3] == ["mouse", "joystick", "again"]
        assert isinstance(here.choose("joystick"), Calibrate)
        assert here.top.device.kind == "joystick"
        assert isinstance(here.choose("skip"), Wish)
        assert here.header.device.kind == "joystick"
        assert [each.movement for each in here.header.blocks] == ["deflection"]
        assert not multiprocessing.active_children()
    finally:
        stick.pull_out()
        for event in pygame.event.get():
            window.translate(event, 1)
    assert window.sticks == []


def test_a_camera_that_cannot_watch_is_not_said_to_be_on_and_play_goes_on(
    game: Callable[..., Game],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    here = game(Wanted("mouse", camera=Camera(99)))
    context = here.app._context
    context.change(replace(context.settings, watches_posture=True))
    here.start()
    here.choose("skip")
    # Until it is known, somebody may be seen; how long that takes is the machine's matter.
    assert says_camera(here, monkeypatch) or not multiprocessing.active_children()
    until(here, lambda: not multiprocessing.active_children(), 15.0)
    assert not says_camera(here, monkeypatch)
    here.choose("3", "0", "1", "none")
    here.run(4.0)
    assert isinstance(here.top, Play)
    recording = here.recorded()
    assert recording.device.kind == "mouse" and recording.ticks > 60
    assert not [each for each in recording.samples if each.stream == "shoulders"]


def test_a_stream_that_never_comes_is_said_and_the_mouse_plays(game: Callable[..., Game]) -> None:
    here = game(Wanted(), movement="decoded")
    assert isinstance(here.start(), Wish), "a decoder's places need no calibration"
    assert here.header.device.kind == "lsl_stream"
    here.choose("3", "0", "1", "none")
    here.until(Pause, 5.0)
    assert here.top.sentence == here.app._context.words("pause.stream_gone")
    assert isinstance(here.choose("go_on"), Play)
    here.run(4.0)
    assert isinstance(here.top, Play) and here.top.wants_relative
    recording: Any = here.recorded()
    assert [each.name for each in recording.commands].count("spare_device") == 1
    assert {each.movement for each in recording.blocks} == {"decoded"}
