"""A virtual patient plays in the window, and what was played is watched again: the same events come out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from game_client.devices.virtual import Virtual
from game_client.engine.capture import pixels
from game_client.engine.input import Key
from game_client.hand import Wanted, chosen_kind, fitted, opened
from game_client.scenes._flow import SessionFlow
from game_client.scenes.play import COUNTDOWN_S
from game_client.scenes.watch import Watch
from shared.wire.events import TrialEnd
from tests.game_client.scenes.playing import TICK_NS, Sitting
from tests.virtual_sessions import make_plan, play

if TYPE_CHECKING:
    from game_client.engine.canvas import Canvas
    from game_client.scenes._context import Context


def test_a_virtual_patient_plays_in_the_window_and_is_marked_as_one(context: Context) -> None:
    plan = make_plan(practice=4, probe=0)
    wanted = Wanted(virtual=("stroke_mild", 3))
    assert chosen_kind(wanted, [], "hand_reach", has_mouse=True) == "virtual"
    hand = fitted(opened("virtual", [], wanted, plan), plan)
    assert isinstance(hand.device, Virtual) and hand.player is not None
    assert (hand.player.profile, hand.player.seed) == ("stroke_mild", 3)
    sitting = Sitting(context, practice=4, probe=0)
    sitting.flow = SessionFlow(
        context,
        sitting.session,
        hand.device,
        lambda: sitting.pieces.append(sitting.session.take_piece()),
        quit,
    )
    sitting.start()
    sitting.answer_all()
    sitting.run(COUNTDOWN_S + 40)
    sitting.pieces.append(sitting.session.take_piece())
    ended = [each for piece in sitting.pieces for each in piece.events if isinstance(each, TrialEnd)]
    assert len(ended) == 4
    assert sum(each.outcome == "hit" for each in ended) >= 1


@pytest.mark.parametrize(("game", "trials"), [("tide_anchor", 6), ("ferry_crossing", 4)])
def test_watching_again_shows_what_happened(game: str, trials: int, context: Context, canvas: Canvas) -> None:
    recording = play(make_plan(game=game, practice=4, probe=1 if game == "tide_anchor" else 0))[1]
    scene = Watch(context, recording)
    context.stack.push(scene)
    context.stack.settle(0)
    pictures, tick = set(), 0
    while context.stack.top is scene:
        tick += 1
        scene.update(tick * TICK_NS)
        if tick % 400 == 1:
            scene.draw(canvas, tick / 120, 1.0)
            pictures.add(pixels(canvas).tobytes())
        context.stack.settle(tick * TICK_NS)
        assert tick < 2 * recording.ticks
    assert scene.run.recorder.events == recording.events
    assert len([each for each in recording.events if isinstance(each, TrialEnd)]) == trials
    assert len(pictures) > 3


def test_escape_leaves(context: Context) -> None:
    scene = Watch(context, play(make_plan(practice=4, probe=0))[1])
    context.stack.push(scene)
    context.stack.settle(0)
    scene.handle(Key(1, "escape"))
    context.stack.settle(1)
    assert context.stack.top is None
