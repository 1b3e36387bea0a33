"""What every game keeps to, in every mode that it declares, with every input device that can play it."""

from __future__ import annotations

import ast
import importlib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import msgspec
import pytest
from msgspec.structs import replace

import game_client.games
from game_client import words
from game_client.session.blocks import blocks_of, games, modes
from game_client.session.header import Piece, SessionEnd, assemble
from game_client.session.replay import differences, replay
from game_client.session.run import SessionRun
from shared.errors import PlanError
from shared.training.spec import parse_params
from shared.wire.codec import decode_recording, encode_document
from shared.wire.events import BlockStart, Feedback, Go, PhaseStart, TargetOn, TrialEnd, TrialStart
from shared.wire.plan import Movement
from shared.wire.session import InputDevice
from shared.wire.streams import FLAG_LOST
from tests.contracts._rigs import DEVICES, RIGS
from tests.virtual_sessions import make_header, make_plan, play

if TYPE_CHECKING:
    from game_client.devices._port import Unit
    from game_client.games._spec import GameSpec
    from shared.wire.plan import Plan
    from shared.wire.session import Recording

pytestmark = pytest.mark.contracts
FOLDER = Path(game_client.games.__file__).parent
PLAYED = [(game.id, mode) for game in games().values() for mode in sorted(game.modes)]
PAIRS = [
    (game, mode, kind)
    for game, mode in PLAYED
    for kind in sorted(DEVICES)
    if DEVICES[kind].movements & games()[game].movements
]
PROCESSES = {"error", "reward", "strategy", "use_dependent", "acuity", "decision", "context"}
OF_DEVICE_S = 4
PLAY_S = 40


def plan_of(game: str, mode: str, **changes: Any) -> Plan:
    impairment = changes.pop("impairment", None)
    return make_plan(mode, game=game, impairment=impairment, **({"practice": 6, "probe": 2} | changes))


@pytest.fixture(params=sorted(games()))
def game(request: pytest.FixtureRequest) -> GameSpec:
    return games()[request.param]


def test_it_says_what_it_is(game: GameSpec) -> None:
    assert game.modes <= set(modes())
    assert game.movements <= set(get_args(Movement))
    assert set(game.processes) <= PROCESSES
    assert game.processes, "a game trains something"
    known = words.load("en").keys
    assert {game.done_words, game.success_words, game.reward_words} <= known
    assert hasattr(importlib.import_module(game.drawing), "DRAWING")
    assert (importlib.import_module(f"game_client.games.{game.id}").__doc__ or "").strip()


def test_its_parameters_round_trip_and_refuse_what_is_unknown_or_out_of_bounds(game: GameSpec) -> None:
    usual = msgspec.to_builtins(game.params())
    assert parse_params(game.params, usual, "/game_params") == game.params()
    with pytest.raises(PlanError, match="not a parameter here"):
        parse_params(game.params, {"no_such_parameter": 1}, "/game_params")
    schema = msgspec.json.schema_components([game.params])[1][game.params.__name__]
    bounded = [name for name, each in schema["properties"].items() if "maximum" in each]
    assert bounded, "numbers have bounds"
    for name in bounded:
        with pytest.raises(PlanError) as caught:
            parse_params(game.params, {name: schema["properties"][name]["maximum"] + 1}, "/game_params")
        assert caught.value.pointer == f"/game_params/{name}"


def test_it_imports_no_device_no_journal_and_no_other_game(game: GameSpec) -> None:
    """`step` is pure: no clock, no chance of its own, no window. The drawing is a module of its own."""
    allowed = ("__future__", "math", "functools", "typing", "collections", "msgspec", "shared.")
    for name in imported(FOLDER / f"{game.id}.py"):
        assert name.startswith(allowed) or name.startswith("game_client.games._"), name
    for path in FOLDER.glob("_*.py"):
        for name in imported(path):
            assert not name.startswith(
                ("pygame", "cv2", "game_client.devices", "game_client.journal", "game_client.sync", "time")
            ), (path.name, name)


def imported(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {each.name for each in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {f"{node.module}.{each.name}" for each in node.names}
    return found


@pytest.mark.parametrize(("game_id", "mode"), PLAYED)
def test_a_session_is_valid_whole_and_replays(game_id: str, mode: str) -> None:
    run, recording = play(plan_of(game_id, mode), profile="stroke_moderate", seed=3)
    assert run.ended_reason == "completed"
    assert decode_recording(encode_document(recording)) == recording
    assert not differences(recording.events, replay(recording))
    follows_the_order(recording)


def follows_the_order(recording: Recording) -> None:
    """Ticks never fall; each trial has one start, a go, feedback and one end, in this order, and a target
    at most once."""
    ticks = [each.tick for each in recording.events]
    assert ticks == sorted(ticks)
    assert isinstance(recording.events[0], BlockStart)
    assert any(isinstance(each, PhaseStart) for each in recording.events)
    order = (TrialStart, TargetOn, Go, Feedback, TrialEnd)
    trials: dict[int, list[type]] = {}
    for each in recording.events:
        if isinstance(each, order):
            trials.setdefault(each.trial, []).append(type(each))
    assert len(trials) == 10
    for kinds in trials.values():
        assert kinds.count(TargetOn) <= 1
        assert [each for each in kinds if each is not TargetOn] == [TrialStart, Go, Feedback, TrialEnd]
    ends = [each for each in recording.events if isinstance(each, TrialEnd)]
    starts = {each.trial: each for each in recording.events if isinstance(each, TrialStart)}
    for end in ends:
        if starts[end.trial].feedback == "none":
            assert end.success is None, "what is not told is not scored"


@pytest.mark.parametrize(("game_id", "mode"), PLAYED)
def test_a_probe_tells_nothing_and_shows_no_effects(game_id: str, mode: str) -> None:
    run = begun(make_header(plan_of(game_id, mode, practice=4)))
    for step in range(4000):
        run.tick(*wander(step))
        view = run.view
        if view.phase != "probe":
            break
        assert view.effects == "none"
        assert view.quality == 0.0
    starts = [each for each in run.recorder.events if isinstance(each, TrialStart)]
    assert all(each.feedback == "none" for each in starts if each.phase == "probe")


def wander(step: int) -> tuple[int, int]:
    """Out and back along changing directions, with rests at the start: something happens in every game."""
    import math

    turn, share = divmod(step, 240)
    out = max(0.0, math.sin(math.pi * (share - 120) / 120.0))
    angle = 2.4 * turn
    return round(1e5 * out * math.cos(angle)), round(1e5 * out * math.sin(angle))


def begun(header: Any) -> SessionRun:
    run = SessionRun(header)
    for name in ("pain", "effort", "warning"):
        run.command(name, 0.0)
    run.anchor(1)
    return run


@pytest.mark.parametrize(("game_id", "mode"), PLAYED)
def test_it_stops_in_any_stage_and_nothing_is_lost(game_id: str, mode: str) -> None:
    """At every two hundredth tick of a session: stop, or pause and go on; what was done stays."""
    header = make_header(plan_of(game_id, mode, practice=4, probe=0))
    reached: set[str] = set()
    for at in range(0, 1600, 200):
        run = begun(header)
        for step in range(at):
            run.tick(*wander(step))
        reached.add(run.game_stage)
        run.command("pause")
        assert not run.is_playing()
        assert run.tick(0, 0) == []
        run.command("resume", 2.0)
        before = len(run.recorder.events)
        run.command("stop")
        assert (run.stage, run.ended_reason) == ("done", "stopped")
        assert run.tick(0, 0) == []
        recording = assemble(
            header, [run.take_piece()], SessionEnd(ended_reason="stopped", client_metrics=[])
        )
        assert len(recording.events) >= before
        assert not differences(recording.events, replay(recording))
    assert len(reached) >= 2, "it was caught in different stages"


@pytest.mark.parametrize(("name", "value"), [("pain", 8.0), ("effort", 8.0), ("warning", 1.0)])
@pytest.mark.parametrize(("game_id", "mode"), PLAYED)
def test_it_never_begins_after_a_safety_signal(game_id: str, mode: str, name: str, value: float) -> None:
    run = SessionRun(make_header(plan_of(game_id, mode)))
    for each in ("pain", "effort", "warning"):
        run.command(each, value if each == name else 0.0)
    assert (run.stage, run.ended_reason) == ("done", "safety")
    assert run.tick(0, 0) == []
    assert run.urgent


@cache
def ticks_of(kind: str) -> tuple[Unit, tuple[tuple[int, int, int, int], ...]]:
    """Its unit, and what a real device says while it is moved, with a stretch in which it is gone."""
    rig = RIGS[kind](kind)
    try:
        found = rig.play(120 * OF_DEVICE_S)
    finally:
        rig.close()
    gone = [(x, y, 0, FLAG_LOST) for x, y, _, _ in found[-60:]]
    return rig.device.unit, (*found, *gone)


@pytest.mark.parametrize(("game_id", "mode", "kind"), PAIRS)
def test_it_is_played_by_every_device_that_it_takes(game_id: str, mode: str, kind: str) -> None:
    device = DEVICES[kind]
    movement = sorted(device.movements & games()[game_id].movements)[0]
    plan = plan_of(game_id, mode, practice=4, probe=1)
    block = replace(plan.content.blocks[0], movement=movement)
    plan = replace(plan, content=replace(plan.content, blocks=[block]))
    unit, ticks = ticks_of(kind)
    how = InputDevice(kind, unit, "none", 60.0, 8.0, 40.0, True, None, "steady", "straight")
    header = make_header(plan, device=how)
    assert [each.movement for each in header.blocks] == [movement]
    run = begun(header)
    for step in range(120 * PLAY_S):
        if run.stage == "rest":
            run.command("rest_done")
        run.tick(*ticks[step % len(ticks)])
    assert any(isinstance(each, TrialStart) for each in run.recorder.events)
    run.command("quit")
    recording = assemble(header, [run.take_piece()], SessionEnd(ended_reason="quit", client_metrics=[]))
    assert decode_recording(encode_document(recording)) == recording
    assert not differences(recording.events, replay(recording))


def test_pieces_taken_trial_by_trial_make_the_same_session() -> None:
    for game_id, mode in PLAYED:
        header = make_header(plan_of(game_id, mode, practice=4, probe=0), seed=5)
        whole, cut = begun(header), begun(header)
        pieces: list[Piece] = []
        for step in range(1500):
            whole.tick(*wander(step))
            cut.tick(*wander(step))
            if step % 97 == 0:
                pieces.append(cut.take_piece())
        pieces.append(cut.take_piece())
        assert [each for piece in pieces for each in piece.events] == whole.take_piece().events


def test_an_unknown_game_mode_movement_or_parameter_is_a_sentence() -> None:
    first = games()["tide_anchor"]
    for changes, code in (
        ({"game": "chess"}, "unknown_game"),
        ({"game_params": {"no_such": 1}}, "unknown_parameter"),
        ({"mode_params": {"no_such": 1}}, "unknown_parameter"),
        ({"mode": "acuity"}, "unknown_mode"),
        ({"game_params": {"reach_m": 9.0}}, "out_of_bounds"),
    ):
        plan = plan_of(first.id, "error_based")
        block = replace(plan.content.blocks[0], **changes)
        with pytest.raises(PlanError) as caught:
            blocks_of(replace(plan, content=replace(plan.content, blocks=[block])))
        assert caught.value.code == code
        assert str(caught.value).strip()
