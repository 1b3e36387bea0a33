"""What is to be done is read aloud when a phase begins, and again when asked for; never in a probe."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from game_client.engine.input import Key, Pressed
from game_client.scenes.play import LISTEN_X, Play
from shared.training.error_based import TWO_RATE_TRIALS
from tests.game_client.scenes.playing import Sitting

if TYPE_CHECKING:
    from game_client.engine.canvas import Canvas
    from game_client.scenes._context import Context

AIM_AT_IT = "Always aim straight at the buoy."
DROP = "Drop your anchor on the buoy."
TWO_RATE = {"mode_params": {"schedule": "two_rate"}, "purpose": "assess", "practice": TWO_RATE_TRIALS}


def playing(context: Context, **plan: object) -> Sitting:
    sitting = Sitting(context, **plan).start()  # type: ignore[arg-type]
    sitting.answer_all()
    assert isinstance(sitting.scene, Play)
    return sitting


def test_the_two_rate_schedule_asks_for_the_aim_its_model_assumes(context: Context) -> None:
    sitting = playing(context, probe=0, **TWO_RATE)
    sitting.run(3.5)
    assert context.speech.said == [AIM_AT_IT], "before the first trial, and once"
    assert sitting.session.trials_done == 0
    shown = set()
    while sitting.session.trials_done < 12:
        sitting.run(0.05)
        shown.add(sitting.session.view.instruction)
    assert shown == {"tide.aim_at_buoy"}
    assert context.speech.said == [AIM_AT_IT]


def test_a_plain_block_asks_for_the_anchor(context: Context) -> None:
    sitting = playing(context, probe=0, practice=4)
    sitting.run(3.5)
    assert context.speech.said == [DROP]


def test_a_probe_is_silent_and_what_comes_after_it_is_said(context: Context) -> None:
    sitting = playing(context, probe=2, practice=4)
    while sitting.session.view.phase == "probe" or sitting.session.trials_done < 2:
        sitting.run(0.05)
        if sitting.session.view.phase == "probe":
            assert context.speech.said == []
    assert context.speech.said == [DROP]


@pytest.mark.parametrize("way", ["key", "touch"])
def test_it_is_read_again_when_asked_for_and_play_goes_on(context: Context, canvas: Canvas, way: str) -> None:
    sitting = playing(context, probe=0, practice=4)
    sitting.run(3.5)
    sitting.scene.draw(canvas, 3.5, 1.0)
    at_y = sitting.scene._listen_y
    if way == "key":
        sitting.do(Key(sitting.now_ns, "l"))
    else:
        sitting.do(Pressed(sitting.now_ns, LISTEN_X, at_y, 1, True))
    assert context.speech.said == [DROP, DROP]
    assert isinstance(sitting.scene, Play), "it is no pause"
