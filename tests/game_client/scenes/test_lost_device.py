"""A joystick that is pulled out in a trial: lost samples at once, a pause soon, and two ways to go on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from game_client.devices._spare import WithSpare
from game_client.devices.joystick import Joystick
from game_client.devices.mouse import Mouse
from game_client.devices.touch import Touch
from game_client.engine.input import (
    Counts,
    Finger,
    JoystickAxis,
    JoystickFound,
    JoystickGone,
    PointerOut,
    Pressed,
    Stick,
)
from game_client.scenes._flow import SessionFlow
from game_client.scenes.pause import Pause
from game_client.scenes.play import COUNTDOWN_S, PAUSE_AT, Play
from shared.wire.streams import FLAG_LOST
from tests.game_client.scenes.playing import Sitting

if TYPE_CHECKING:
    from game_client.scenes._context import Context

STICK = Stick(4, "Stick", (0.0, 0.0))


def in_play(context: Context, device: Any) -> Sitting:
    sitting = Sitting(context)
    sitting.flow = SessionFlow(
        context, sitting.session, device, lambda: sitting.pieces.append(sitting.session.take_piece()), quit
    )
    sitting.start()
    sitting.answer_all()
    sitting.run(COUNTDOWN_S + 0.5)
    assert isinstance(sitting.scene, Play) and sitting.session.ticks > 0
    return sitting


def columns(sitting: Sitting, stream: str) -> dict[str, list[int]]:
    """Everything recorded of a stream so far, by column."""
    from types import SimpleNamespace

    from shared.wire.streams import stream_columns

    sitting.pieces.append(sitting.session.take_piece())
    blocks = [each for piece in sitting.pieces for each in piece.samples]
    found = stream_columns(SimpleNamespace(samples=blocks), stream)  # type: ignore[arg-type]
    return {name: values.tolist() for name, values in found.items()}


def by_stick(context: Context) -> tuple[Sitting, WithSpare]:
    device = WithSpare(Joystick([STICK]), Mouse())
    return in_play(context, device), device


def seconds_to_pause(sitting: Sitting) -> float:
    begun_ns = sitting.now_ns
    sitting.run(5)
    assert isinstance(sitting.scene, Pause)
    return (sitting.now_ns - begun_ns) * 1e-9


def test_pulled_out_samples_are_lost_at_once_and_play_pauses_within_half_a_second(context: Context) -> None:
    sitting, _ = by_stick(context)
    sitting.do(JoystickAxis(sitting.now_ns, 0, 1.0, 4))
    sitting.run(0.1)
    ticks = sitting.session.ticks
    sitting.do(JoystickGone(sitting.now_ns, 4))
    assert seconds_to_pause(sitting) <= 0.5
    assert sitting.scene.sentence == "The joystick is gone. Plug it in again."
    flags = columns(sitting, "tick")["flags"]
    assert not any(each & FLAG_LOST for each in flags[:ticks])
    assert all(each & FLAG_LOST for each in flags[ticks:])


def test_plugged_in_again_play_goes_on_by_itself(context: Context) -> None:
    sitting, device = by_stick(context)
    sitting.do(JoystickGone(sitting.now_ns, 4))
    seconds_to_pause(sitting)
    sitting.run(2)
    assert isinstance(sitting.scene, Pause)
    before = sitting.session.ticks
    # What comes while the menu is open reaches the device beside it, by the loop.
    device.handle(JoystickFound(sitting.now_ns, Stick(5, "Stick", (0.0, 0.0))))
    sitting.run(0.1)
    assert isinstance(sitting.scene, Play)
    sitting.run(COUNTDOWN_S + 1)
    assert sitting.session.ticks > before and not sitting.session.paused
    assert not device.on_spare


def test_or_it_goes_on_by_the_mouse_and_the_recording_says_when(context: Context) -> None:
    sitting, device = by_stick(context)
    sitting.do(JoystickGone(sitting.now_ns, 4))
    seconds_to_pause(sitting)
    assert sitting.scene.chooser.targets[0].label == "Use the mouse"
    sitting.choose("go_on")
    assert isinstance(sitting.scene, Play) and sitting.scene.wants_relative and device.on_spare
    sitting.run(COUNTDOWN_S + 0.1)
    sitting.do(Counts(sitting.now_ns, 200, -100))
    sitting.run(0.1)
    ticks = columns(sitting, "tick")
    assert (ticks["x_um"][-1], ticks["y_um"][-1], ticks["flags"][-1]) == (20_000, 10_000, 0)
    rows = columns(sitting, "raw")
    assert (rows["x_um"][-1], rows["y_um"][-1], rows["confidence"][-1]) == (20_000, 10_000, 100)
    assert rows["t_ns"] == sorted(rows["t_ns"])
    commands = [each.name for piece in sitting.pieces for each in piece.commands]
    assert commands.count("spare_device") == 1


def test_a_stick_that_drifts_is_said_once(context: Context) -> None:
    sitting, _ = by_stick(context)
    sitting.do(JoystickAxis(sitting.now_ns, 0, 0.2, 4))
    assert 2.9 < seconds_to_pause(sitting) < 3.2
    assert "does not rest" in sitting.scene.sentence
    sitting.choose("go_on")
    sitting.run(COUNTDOWN_S + 6)
    assert isinstance(sitting.scene, Play)


def test_a_mouse_pushed_aside_does_not_pause_who_plays_by_the_stick(context: Context) -> None:
    sitting, _ = by_stick(context)
    assert not sitting.scene.wants_relative
    sitting.do(PointerOut(sitting.now_ns))
    assert isinstance(sitting.scene, Play)


def test_the_finger_is_where_the_boat_is(context: Context) -> None:
    touch = Touch()
    sitting = in_play(context, touch)
    scene = sitting.scene
    x_px, y_px = scene._drawing.to_screen((0.05, 0.02))
    sitting.do(Finger(sitting.now_ns, 1, x_px, y_px, True))
    sitting.run(2 / 120)
    assert touch.at(sitting.now_ns) == (50_000, 20_000, 100, 0)
    assert scene._drawing.to_screen((0.10, 0.0))[0] - scene._drawing.centre[0] == 240.0


def test_a_touch_pauses_only_on_the_pause_target_and_a_lifted_finger_in_time(context: Context) -> None:
    sitting = in_play(context, Touch())
    sitting.do(Finger(sitting.now_ns, 1, 640.0, 360.0, True))
    sitting.do(Pressed(sitting.now_ns, 640.0, 360.0, by_touch=True))
    sitting.run(2)
    assert isinstance(sitting.scene, Play)
    sitting.do(Finger(sitting.now_ns, 1, 640.0, 360.0, False))
    assert 1.4 < seconds_to_pause(sitting) < 1.7
    sitting.choose("go_on")
    sitting.do(Pressed(sitting.now_ns, *PAUSE_AT, by_touch=True))
    assert isinstance(sitting.scene, Pause)
