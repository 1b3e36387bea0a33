"""A camera or a stream that fails in a trial: its own sentence in time, and on by itself when it is back."""

from __future__ import annotations

import os
import signal
import time
from typing import TYPE_CHECKING, Any

import pytest

from game_client.camera.frames import Clip
from game_client.devices._mapped import Mapped
from game_client.devices._port import PROBLEMS
from game_client.devices._spare import WithSpare
from game_client.devices.mouse import Mouse
from game_client.devices.webcam_hand import WebcamHand
from game_client.engine.input import Key
from game_client.scenes._flow import SessionFlow
from game_client.scenes.pause import Pause
from game_client.scenes.play import COUNTDOWN_S, Play
from game_client.session.run import SessionRun
from shared.wire.session import DeviceMap
from shared.wire.streams import FLAG_LOST
from tests.game_client.scenes.playing import TICK_NS, Sitting
from tests.game_client.scenes.test_lost_device import columns, in_play, seconds_to_pause
from tests.journeys.steered import VARIABLE
from tests.virtual_sessions import make_header, make_plan

if TYPE_CHECKING:
    from pathlib import Path

    from game_client.devices._port import Unit
    from game_client.scenes._context import Context

MAP = DeviceMap(origin_x_um=20_000, origin_y_um=-10_000, gain_x=2.0, gain_y=0.5)
CODES = [each for each in PROBLEMS if each.startswith(("camera", "stream"))]


class Scripted:
    """Has what a camera or a stream has, and the problems that a test gives it."""

    kind, wants_relative = "webcam_hand", False
    unit: Unit = "norm"
    gain_um_per_count: float | None = None
    movements = frozenset({"hand_reach"})

    def __init__(self) -> None:
        self.problem = ""
        self.meant: list[tuple[float, float] | None] = []
        self.commands: list[tuple[str, float]] = []
        self.closed = False
        self._rows: list[tuple[int, ...]] = []

    def handle(self, value: Any) -> None:
        return None

    def at(self, t_ns: int) -> tuple[int, int, int, int]:
        sees = 0 if self.problem else 100
        self._rows.append((t_ns, 20_000, -10_000, sees))
        return 20_000, -10_000, sees, 0 if sees else FLAG_LOST

    def take_rows(self) -> tuple[str, list[tuple[int, ...]]]:
        rows, self._rows = self._rows, []
        return "raw_points", rows

    def intend(self, target_m: tuple[float, float] | None) -> None:
        self.meant.append(target_m)

    def take_commands(self) -> list[tuple[str, float]]:
        taken, self.commands = self.commands, []
        return taken

    def close(self) -> None:
        self.closed = True


def scripted(context: Context) -> tuple[Sitting, Scripted, WithSpare]:
    inner = Scripted()
    device = WithSpare(Mapped(inner, MAP), Mouse())
    return in_play(context, device), inner, device


@pytest.mark.parametrize("code", CODES)
def test_each_problem_pauses_with_its_sentence_and_passes_by_itself(context: Context, code: str) -> None:
    sitting, inner, device = scripted(context)
    inner.problem = code
    assert seconds_to_pause(sitting) <= 0.5
    said = sitting.scene.sentence
    assert said == context.words(f"pause.{code}") and said != context.words("pause.title")
    assert sitting.scene._icon
    assert sitting.scene.chooser.targets[0].label == "Use the mouse"
    sitting.run(2)
    assert _shows(sitting, Pause)
    inner.problem = ""
    sitting.run(0.1)
    assert _shows(sitting, Play)
    before = sitting.session.ticks
    sitting.run(COUNTDOWN_S + 1)
    assert _shows(sitting, Play) and sitting.session.ticks > before
    assert not device.on_spare and not inner.closed


def test_every_problem_says_something_of_its_own(context: Context) -> None:
    assert len(CODES) == 9 and len({context.words(f"pause.{each}") for each in CODES}) == 9


def test_the_mouse_takes_over_and_the_camera_goes_off(context: Context) -> None:
    sitting, inner, device = scripted(context)
    inner.problem = "camera_gone"
    seconds_to_pause(sitting)
    sitting.choose("go_on")
    assert device.on_spare and inner.closed
    sitting.run(COUNTDOWN_S + 2)
    assert _shows(sitting, Play)
    assert inner.meant[-1] is None, "a device that no longer plays is told no target"


def test_a_pause_that_the_player_asked_for_stays_and_never_changes_the_device(context: Context) -> None:
    sitting, inner, device = scripted(context)
    inner.problem = "camera_view"
    sitting.run(0.1)
    sitting.do(Key(sitting.now_ns, "space"))
    assert _shows(sitting, Pause) and sitting.scene.sentence == context.words("pause.title")
    assert sitting.scene.chooser.targets[0].label == context.words("pause.go_on")
    inner.problem = ""
    sitting.run(2)
    assert _shows(sitting, Pause), "it is the player who goes on"
    inner.problem = "camera_view"
    sitting.choose("go_on")
    assert _shows(sitting, Play) and not device.on_spare
    assert COUNTDOWN_S < seconds_to_pause(sitting) <= COUNTDOWN_S + 0.5
    assert sitting.scene.sentence == context.words("pause.camera_view")


def test_what_a_device_gathers_while_nobody_plays_is_not_recorded(context: Context) -> None:
    sitting, _, _ = scripted(context)
    sitting.do(Key(sitting.now_ns, "space"))
    from_ns = sitting.now_ns
    sitting.run(3)
    sitting.choose("go_on")
    sitting.run(COUNTDOWN_S)
    until_ns = sitting.now_ns
    sitting.run(1)
    stamps = columns(sitting, "raw")["t_ns"]
    assert stamps[-1] > until_ns
    assert not [each for each in stamps if from_ns < each < until_ns - 2 * TICK_NS]


def test_a_device_is_told_the_target_in_its_own_places(context: Context) -> None:
    sitting, inner, _ = scripted(context)
    sitting.run(4)
    asked = {each for each in inner.meant if each is not None}
    assert (0.02, -0.01) in {(round(x, 9), round(y, 9)) for x, y in asked}, "the start, before the map"
    reach_m = max(abs(x - 0.02) * 2.0 + abs(y + 0.01) * 0.5 for x, y in asked)
    assert 0.05 < reach_m < 0.2, "a target, before the map"


def test_under_a_rotation_it_is_told_none(context: Context) -> None:
    inner, sitting = Scripted(), Sitting(context)
    plan = make_plan(probe=0, practice=4, mode_params={"rotation_deg": 30.0, "ramp_deg_per_trial": 30.0})
    session = sitting.session = SessionRun(make_header(plan, bias_deg=10.0))
    device = WithSpare(Mapped(inner, MAP), Mouse())
    sitting.flow = SessionFlow(
        context, session, device, lambda: sitting.pieces.append(session.take_piece()), quit
    )
    sitting.start()
    sitting.answer_all()
    sitting.run(COUNTDOWN_S + 4)
    assert session.ticks > 300 and set(inner.meant) == {None}


def test_what_a_device_notes_reaches_the_recording(context: Context) -> None:
    sitting, inner, _ = scripted(context)
    inner.commands = [("decoder_trust", 0.25)]
    sitting.run(0.1)
    columns(sitting, "tick")
    noted = [each for piece in sitting.pieces for each in piece.commands]
    assert ("decoder_trust", 0.25) in [(each.name, each.value) for each in noted]


def test_a_camera_whose_process_stops_pauses_play_in_time_and_goes_on(
    context: Context, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The real capture process: stopped as a stuck driver would stop it, and let go on."""
    monkeypatch.setenv(VARIABLE, str(tmp_path / "body"))
    camera = WebcamHand(Clip("tests.journeys.steered:hand"))
    try:
        _wait_for(lambda: bool(camera.capture.newest().points), 60.0)
        sitting = Sitting(context)
        device = WithSpare(Mapped(camera, MAP), Mouse())
        sitting.flow = SessionFlow(
            context,
            sitting.session,
            device,
            lambda: sitting.pieces.append(sitting.session.take_piece()),
            quit,
        )
        sitting.now_ns = time.perf_counter_ns()
        sitting.start()
        sitting.answer_all()
        _live(sitting, Play, COUNTDOWN_S + 1.0)
        assert sitting.session.ticks > 0
        pid = camera.capture.process.pid
        assert pid is not None
        os.kill(pid, signal.SIGSTOP)
        begun_s = time.monotonic()
        _live(sitting, Play, 3.0)
        took_s = time.monotonic() - begun_s
        os.kill(pid, signal.SIGCONT)
        assert _shows(sitting, Pause) and took_s < 0.5
        assert sitting.scene.sentence == context.words("pause.camera_gone")
        _live(sitting, Pause, 3.0)
        assert _shows(sitting, Play) and not device.on_spare
    finally:
        camera.close()
    assert not camera.capture.process.is_alive()


def _shows(sitting: Sitting, screen: type) -> bool:
    return isinstance(sitting.scene, screen)


def _wait_for(what: Any, seconds: float) -> None:
    until_s = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < until_s
        time.sleep(0.02)


def _live(sitting: Sitting, scene: type, seconds: float) -> None:
    """Ticks as the clock has them, while this scene is on top."""
    until_ns = time.perf_counter_ns() + round(seconds * 1e9)
    while sitting.now_ns < until_ns and _shows(sitting, scene):
        sitting.now_ns += TICK_NS
        time.sleep(max(0, sitting.now_ns - time.perf_counter_ns()) * 1e-9)
        sitting.scene.update(sitting.now_ns)
        sitting.stack.settle(sitting.now_ns)
