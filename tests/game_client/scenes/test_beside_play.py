"""What stands beside play: the weekly wish, the birds to count, and the eye that asks for a result."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from game_client.engine.canvas import Canvas
from game_client.engine.capture import pixels
from game_client.engine.input import Key, Pressed
from game_client.scenes._flow import SessionFlow
from game_client.scenes._tell import TELL_AT
from game_client.scenes.count import Count
from game_client.scenes.play import COUNTDOWN_S, Play
from game_client.scenes.symptoms import Symptoms
from game_client.scenes.wish import Wish
from shared.wire.events import Feedback, SecondTask
from shared.wire.plan import FeedbackPlan
from tests.game_client.scenes.playing import Sitting

if TYPE_CHECKING:
    from game_client.scenes._context import Context


def asked(context: Context, wished: Any) -> Sitting:
    sitting = Sitting(context, "reward_based")
    sitting.flow = SessionFlow(
        context, sitting.session, sitting.hand, lambda: None, lambda: None, wished=wished
    )
    return sitting.start()


def test_the_wish_is_asked_before_the_symptoms_and_reaches_session_and_diary(context: Context) -> None:
    told: list[int] = []
    sitting = asked(context, told.append)
    assert isinstance(sitting.scene, Wish)
    assert "How much" in sitting.scene.sentence
    sitting.choose("1")
    assert isinstance(sitting.scene, Symptoms)
    assert told == [1]
    assert sitting.session.motivation == 1


def test_it_is_not_asked_when_it_is_not_due(context: Context) -> None:
    assert isinstance(asked(context, None).scene, Symptoms)


def in_play(context: Context, **block: Any) -> Sitting:
    sitting = Sitting(context, practice=20, probe=0, block=block).start()
    sitting.answer_all()
    assert isinstance(sitting.scene, Play)
    sitting.run(COUNTDOWN_S + 0.5)
    return sitting


def test_a_bird_flies_in_trials_of_the_second_task_alone_and_is_counted_at_the_end(context: Context) -> None:
    sitting = in_play(context, dual_task=True)
    seen = 0
    canvas = Canvas()
    while isinstance(sitting.scene, Play):
        sitting.run(1.0)
        if not isinstance(sitting.scene, Play):
            break
        sitting.scene.draw(canvas, sitting.now_ns * 1e-9, 0.5)
        bird = sitting.session.has_bird
        seen += bird
        assert not bird or sitting.session.running.is_dual
    assert seen
    assert isinstance(sitting.scene, Count)
    sitting.choose("3")
    assert isinstance(sitting.scene, Symptoms)
    told = [each for each in sitting.session.recorder.events if isinstance(each, SecondTask)]
    told += [each for piece in sitting.pieces for each in piece.events if isinstance(each, SecondTask)]
    assert [each.said for each in told] == [3]


def test_who_does_not_know_says_so(context: Context) -> None:
    said: list[tuple[str, float | None]] = []
    Count(context, lambda name, value: said.append((name, value))).chosen("unknown")
    assert said == [("counted", None)]


@pytest.mark.parametrize("way", ["key", "touch", "dwell"])
def test_the_eye_asks_for_the_next_result_and_only_that(context: Context, way: str) -> None:
    chosen = FeedbackPlan(schedule="chosen", least_share=0.2)
    sitting = in_play(context, feedback=chosen)
    scene = sitting.scene
    told = lambda: [  # noqa: E731
        each.kind
        for each in (*(e for piece in sitting.pieces for e in piece.events), *sitting.session.recorder.events)
        if isinstance(each, Feedback)
    ]
    while len(told()) < 2:
        sitting.run(0.5)
    assert told() == ["path_error", "none"], "the first falls due, the second not"
    if way == "key":
        sitting.do(Key(sitting.now_ns, "t"))
    elif way == "touch":
        sitting.do(Pressed(sitting.now_ns, *TELL_AT, by_touch=True))
    else:
        place = scene._drawing.to_screen
        scene._drawing.to_screen = lambda at: TELL_AT
        sitting.run(context.settings.dwell_s + 0.3)
        scene._drawing.to_screen = place
    while len(told()) < 5:
        sitting.run(0.5)
    assert told()[2:5].count("path_error") == 1, "asked during a trial, the one after it is told"
    assert [each.name for each in commands(sitting)].count("tell_me") == 1


def commands(sitting: Sitting) -> list[Any]:
    return [
        *(each for piece in sitting.pieces for each in piece.commands),
        *sitting.session.recorder.commands,
    ]


def test_without_that_schedule_there_is_no_eye(context: Context) -> None:
    sitting = in_play(context)
    canvas = Canvas()
    sitting.scene.draw(canvas, 4.0, 0.5)
    before = pixels(canvas)
    sitting.do(Key(sitting.now_ns, "t"))
    sitting.scene.draw(canvas, 4.0, 0.5)
    assert (pixels(canvas) == before).all()
    assert "tell_me" not in [each.name for each in commands(sitting)]


def test_each_beat_of_the_rhythm_sounds_once(context: Context) -> None:
    sitting = Sitting(context, "use_dependent", practice=4, probe=0, game="reeds_rhythm").start()
    sitting.answer_all()
    sitting.run(COUNTDOWN_S + 0.5)
    most = 0
    played = 0
    context.audio.played.clear()
    for _ in range(120 * 12):
        before = len([each for each in context.audio.played if each == "beat"])
        context.audio.played = []
        sitting.run(1 / 120)
        played += before
        most = max(most, sitting.session.view.beat)
    assert most >= 4
    assert played >= most
