"""A whole sitting through the real screens: questions, play, questions, summary; and every way out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from game_client.engine.input import Focus, JoystickButton, Key, PointerOut, Pressed
from game_client.scenes.pause import Pause
from game_client.scenes.play import COUNTDOWN_S, Play
from game_client.scenes.rest import Rest
from game_client.scenes.safety import SafetyStop
from game_client.scenes.summary import Summary
from game_client.scenes.symptoms import Symptoms
from shared.wire import events
from tests.game_client.scenes.playing import Sitting

if TYPE_CHECKING:
    from game_client.scenes._context import Context


def in_play(context: Context, **more: object) -> Sitting:
    """A sitting whose countdown has just ended."""
    sitting = Sitting(context, **more).start()  # type: ignore[arg-type]
    sitting.answer_all()
    assert isinstance(sitting.scene, Play)
    sitting.run(COUNTDOWN_S + 0.5)
    return sitting


def happened(sitting: Sitting, kind: type) -> list[object]:
    recorded = [
        *(each for piece in sitting.pieces for each in piece.events),
        *sitting.session.recorder.events,
    ]
    return [each for each in recorded if isinstance(each, kind)]


@pytest.mark.parametrize("mode", ["error_based", "reward_based", "strategy_cue"])
def test_a_sitting_is_played_to_its_summary(context: Context, mode: str) -> None:
    sitting = Sitting(context, mode, practice=5).start()
    assert isinstance(sitting.scene, Symptoms)
    sitting.answer_all()
    for _ in range(40):
        if sitting.session.stage != "play":
            break
        sitting.run(10)
    assert isinstance(sitting.scene, Symptoms)
    sitting.answer_all()
    assert isinstance(sitting.scene, Summary)
    sitting.choose("done")
    assert sitting.finished == 1 and sitting.scene is None
    assert sitting.session.ended_reason == "completed"
    assert len(happened(sitting, events.TrialEnd)) == sitting.session.trials_total


def test_a_sitting_of_crossings_is_played_to_its_summary(context: Context) -> None:
    sitting = Sitting(
        context, practice=4, probe=4, game="ferry_crossing", game_params={"course_s": 5.0}
    ).start()
    sitting.answer_all()
    for _ in range(40):
        if sitting.session.stage != "play":
            break
        sitting.run(10)
    sitting.answer_all()
    assert isinstance(sitting.scene, Summary)
    assert "in the channel, out of 4" in sitting.scene.sentence
    sitting.choose("done")
    assert sitting.session.ended_reason == "completed"
    assert len(happened(sitting, events.CourseOn)) == len(happened(sitting, events.TrialEnd)) == 12


def test_a_course_cut_short_by_a_pause_is_begun_again(context: Context) -> None:
    sitting = in_play(context, practice=4, probe=0, game="ferry_crossing", game_params={"course_s": 5.0})
    while sitting.session.game_stage != "reach":
        sitting.run(0.5)
    sitting.do(Key(sitting.now_ns, "space"))
    assert isinstance(sitting.scene, Pause)
    (ended,) = happened(sitting, events.TrialEnd)
    assert isinstance(ended, events.TrialEnd)
    assert (ended.outcome, ended.success, ended.endpoint_error_m) == ("aborted", None, None)
    sitting.choose("go_on")
    sitting.run(20)
    starts = [each for each in happened(sitting, events.TrialStart) if isinstance(each, events.TrialStart)]
    assert starts[1].target == starts[0].target


def test_the_countdown_lasts_three_seconds_and_no_tick_passes_in_it(context: Context) -> None:
    sitting = Sitting(context).start()
    sitting.answer_all()
    sitting.run(COUNTDOWN_S - 0.1)
    assert sitting.session.ticks == 0
    sitting.run(0.3)
    assert sitting.session.ticks > 0


@pytest.mark.parametrize(
    "way",
    [
        Key(1, "space"),
        Key(1, "escape"),
        JoystickButton(1, 3),
        Focus(1, gained=False),
        PointerOut(1),
        Pressed(1, 640, 360),
    ],
    ids=["space", "escape", "joystick", "focus", "pointer-out", "click"],
)
def test_play_pauses_at_once_whatever_the_way(context: Context, way: object) -> None:
    sitting = in_play(context)
    sitting.do(way)
    assert isinstance(sitting.scene, Pause)
    assert sitting.session.paused
    before = sitting.session.ticks
    sitting.run(5)
    assert sitting.session.ticks == before
    sitting.choose("go_on")
    sitting.run(COUNTDOWN_S + 0.2)
    assert sitting.session.ticks > before
    assert len(happened(sitting, events.Pause)) == len(happened(sitting, events.Resume)) == 1


def test_losing_the_hand_pauses_within_two_seconds(context: Context) -> None:
    sitting = in_play(context)
    sitting.hand.lost = True
    sitting.run(1.3)
    assert isinstance(sitting.scene, Play)
    sitting.run(0.5)
    assert isinstance(sitting.scene, Pause)


def test_the_time_paused_is_not_playing_time(context: Context) -> None:
    sitting = in_play(context)
    active_s = sitting.session.active_s
    sitting.do(Key(1, "space"))
    sitting.now_ns += 60_000_000_000
    sitting.choose("go_on")
    sitting.run(COUNTDOWN_S + 0.05)
    assert sitting.session.active_s < active_s + 0.2
    resumed = happened(sitting, events.Resume)[0]
    assert isinstance(resumed, events.Resume) and resumed.paused_s >= 60


def test_from_the_pause_one_can_rest_and_then_go_on(context: Context) -> None:
    sitting = in_play(context)
    sitting.do(Key(1, "space"))
    sitting.choose("rest")
    assert isinstance(sitting.scene, Rest)
    sitting.choose("go_on")
    assert isinstance(sitting.scene, Play)
    before = sitting.session.ticks
    sitting.run(COUNTDOWN_S + 0.5)
    assert sitting.session.ticks > before


def test_from_the_pause_one_can_stop_for_today(context: Context) -> None:
    sitting = in_play(context)
    sitting.do(Key(1, "space"))
    sitting.choose("stop")
    assert isinstance(sitting.scene, Summary)
    assert sitting.session.ended_reason == "stopped"


def test_strong_pain_brings_the_safety_stop(context: Context) -> None:
    sitting = Sitting(context).start()
    sitting.choose("8")
    assert isinstance(sitting.scene, SafetyStop)
    sitting.choose("ok")
    assert sitting.finished == 1


def test_a_new_warning_sign_brings_the_safety_stop(context: Context) -> None:
    sitting = Sitting(context).start()
    sitting.choose("0")
    sitting.choose("0")
    sitting.choose("chest_pain")
    assert isinstance(sitting.scene, SafetyStop)
    assert sitting.session.urgent[0][2] == "chest_pain"


def test_some_pain_brings_a_rest_that_offers_to_stop(context: Context) -> None:
    sitting = Sitting(context).start()
    for answer in ("4", "0", "none"):
        sitting.choose(answer)
    assert isinstance(sitting.scene, Rest)
    assert [each.name for each in sitting.scene.chooser.targets] == ["go_on", "stop"]


def test_each_trial_is_stored_before_play_goes_on(context: Context) -> None:
    sitting = in_play(context)
    for _ in range(600):
        sitting.run(0.02)
        if happened(sitting, events.TrialEnd):
            break
    stored = [each for piece in sitting.pieces for each in piece.events if isinstance(each, events.TrialEnd)]
    assert stored == happened(sitting, events.TrialEnd)


def test_closing_the_window_ends_and_stores_the_session(context: Context) -> None:
    sitting = in_play(context)
    sitting.flow.quit()
    assert sitting.session.ended_reason == "quit"
    assert sitting.finished == 1
    assert not sitting.session.piece_ready


def test_stimuli_are_stamped_when_they_reach_the_screen(context: Context) -> None:
    sitting = in_play(context)
    for _ in range(400):
        sitting.run(0.02)
        if happened(sitting, events.TargetOn):
            break
    sitting.scene.flipped(77_000_000_000)
    rows = sitting.session.take_piece().samples
    flips = next(each for each in rows if each.stream == "flip")
    assert flips.count >= 1


def test_a_stall_is_recorded_and_time_is_anchored_anew(context: Context) -> None:
    sitting = in_play(context)
    sitting.scene.stalled(250.0, 99_000_000_000)
    assert len(happened(sitting, events.Stall)) == 1
    assert sitting.session.recorder.anchors[-1].mono_ns == 99_000_000_000
