"""A new game is one new file: here one is put beside the others, and nothing else is edited.

In processes of their own, since plug-ins are found once a process: the client lists, plays, shows and exports
it; the clinic takes it in a plan by that export.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.contracts
ROOT = Path(__file__).parents[2]

TOY = '''
"""Toy Pond: touch the one lily pad to the right."""
import math
from typing import Annotated
from msgspec import Meta, Struct
from msgspec.structs import replace
from game_client.games._spec import GameSpec
from game_client.games._view import ReachView
from shared.training.spec import judge
from shared.wire.events import Feedback, Go, Hit, Miss, TargetOn, TrialEnd, TrialStart


class Params(Struct, frozen=True):
    reach_m: Annotated[float, Meta(ge=0.03, le=0.30)] = 0.10
    target_radius_m: Annotated[float, Meta(ge=0.005, le=0.035)] = 0.02


class State(Struct, frozen=True):
    stage: str = "waiting"
    since: int = 0
    plan: object = None


def begin(params, state, plan, tick):
    start = TrialStart(
        tick=tick, trial=plan.trial, block=plan.block, phase=plan.phase, target=0, target_deg=0.0,
        target_distance_m=params.reach_m, target_radius_m=plan.setup.target_radius_m, start_x_m=0.0,
        start_y_m=0.0, rotation_deg=0.0, clamp=False, shows=plan.setup.shows, feedback=plan.setup.feedback,
    )
    return State("return", tick, plan), [start]


def step(params, state, sample, tick):
    plan, since, far = state.plan, tick - state.since, math.hypot(sample.x_m, sample.y_m)
    if state.stage == "return" and far < 0.01:
        return replace(state, stage="reach", since=tick), [TargetOn(tick, plan.trial), Go(tick, plan.trial)]
    if state.stage == "reach" and (far > 0.9 * params.reach_m or since > 360):
        hit = math.hypot(sample.x_m - params.reach_m, sample.y_m) < plan.setup.target_radius_m
        result = judge(plan.setup, 0.0, hit)
        told = [] if plan.setup.feedback == "none" else [(Hit if hit else Miss)(tick, plan.trial)]
        end = TrialEnd(tick, plan.trial, "hit" if hit else "miss", result.success, None, 0.0, since / 120)
        return replace(state, stage="feedback", since=tick), [
            *told, Feedback(tick, plan.trial, plan.setup.feedback), end,
        ]
    if state.stage == "feedback" and since > 30:
        return replace(state, stage="waiting"), []
    return state, []


def view(params, state, sample, tick):
    plan = state.plan
    seen = state.stage in ("reach", "feedback")
    return ReachView(
        stage="between" if state.stage == "waiting" else state.stage, mode="error_based",
        phase=plan.phase if plan else "practice", purpose="train",
        cursor=(sample.cursor_x_m, sample.cursor_y_m) if plan is None or plan.setup.shows == "cursor" else None,
        return_guide_m=None, stones_done=plan.stones_done if plan else 0, stones_total=1,
        instruction="tide.drop_anchor", effects=plan.effects if plan else "none",
        trial=plan.trial if plan else 0, start=(0.0, 0.0), start_radius_m=0.01,
        targets=((params.reach_m, 0.0),), target=(params.reach_m, 0.0) if seen else None,
        target_radius_m=params.target_radius_m, reach_m=params.reach_m, hold_fraction=0.0, anchor=None,
        past_anchors=(), error_from_deg=None, error_to_deg=None, rewarded=None, lights=0, cue=None,
        aim_ring=False, aim_handle_deg=None, aim_left_s=0.0, straight_line=False,
    )


class DRAWING:
    centre = (800.0, 360.0)

    def __init__(self, look, words, context="harbour", mode="error_based"):
        self.look = look

    def to_screen(self, place):
        return 800.0 + 2400.0 * place[0], 360.0 - 2400.0 * place[1]

    def draw(self, canvas, view, now_s):
        canvas.fill((20, 90, 100))
        for place, radius, colour in ((view.target, 48, (230, 159, 0)), (view.cursor, 22, (255, 255, 255))):
            if place is not None:
                canvas.disc(*self.to_screen(place), radius, colour)

    def draw_card(self, canvas, view):
        return None

    def draw_reading_column(self, canvas, view, top, beside=0):
        pass


GAME = GameSpec(
    id="toy_pond", version=1, name="Toy Pond", params=Params, modes=frozenset({"error_based"}),
    movements=frozenset({"hand_reach"}), start=lambda params: State(), targets=lambda params, mode: (0.0,),
    begin=begin, step=step, command=lambda params, state, name, value, tick: (state, []),
    is_waiting=lambda state: state.stage == "waiting", view=view, drawing="game_client.games.toy_pond",
    turns=False, processes={"error": "primary"},
)
'''  # noqa: E501

BESIDE = """
import sys
import game_client.games
game_client.games.__path__.append(sys.argv[1])
"""

PLAYS = """
import json, os
os.environ["SDL_VIDEODRIVER"] = os.environ["SDL_AUDIODRIVER"] = "dummy"
import pygame
pygame.init(); pygame.display.set_mode((1280, 720))
from game_client import words
from game_client.cli.catalogue import text
from game_client.config import Settings
from game_client.engine.canvas import Canvas
from game_client.scenes._context import Context
from game_client.scenes.play import Play
from game_client.session.run import SessionRun
from game_client.session.replay import differences, replay
from game_client.devices.mouse import Mouse
from tests.virtual_sessions import make_header, make_plan, play
plan = make_plan(game="toy_pond", practice=8, probe=2)
run, recording = play(plan)
live = SessionRun(make_header(plan))
for name in ("pain", "effort", "warning"):
    live.command(name, 0.0)
scene = Play(Context(words.load("en"), Settings()), live, Mouse(), lambda: None)
scene.resume(1)
canvas = Canvas()
for t in range(1, 600):
    scene.update(t * 8_333_333)
scene.draw(canvas, 5.0, 0.5)
print(json.dumps({
    "ended": run.ended_reason, "trials": run.trials_done, "successes": run.successes,
    "replays": not differences(recording.events, replay(recording)),
    "pixel": list(canvas.surface.get_at((700, 600)))[:3], "catalogue": json.loads(text()),
}))
"""

PRESCRIBES = """
import json, os, sys
os.environ.setdefault("DATABASE_URL", "sqlite:///:memory:")
os.environ["DJANGO_SETTINGS_MODULE"] = "clinic_server.config.settings"
import django
django.setup()
from pathlib import Path
from clinic_server.plans import catalogue
from clinic_server.plans.validation import plan_errors
from shared.wire.plan import ImpairmentProfile, PlanBlock, PlanContent
class Exported:
    def __init__(self, file): self.file = file
    def joinpath(self, name): return Path(self.file)
files = catalogue.resources.files
catalogue.resources.files = lambda package: (
    Exported(sys.argv[2]) if package == "shared.wire" else files(package)
)
def errors(**changes):
    block = PlanBlock(key="pond", game="toy_pond", mode="error_based", **changes)
    found = plan_errors(
        PlanContent(title="Toy", blocks=[block]), impairment=ImpairmentProfile(), standing_cleared=False
    )
    return [each.code for each in found]
print(json.dumps([errors(), errors(game_params={"reach_m": 9.0})]))
"""


def run(script: str, *arguments: str) -> object:
    done = subprocess.run(
        [sys.executable, "-c", BESIDE + script, *arguments],
        cwd=ROOT, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.splitlines()[-1])


def test_one_file_is_a_game_in_the_client_in_the_catalogue_and_in_plans(tmp_path: Path) -> None:
    folder = tmp_path / "games"
    folder.mkdir()
    (folder / "toy_pond.py").write_text(TOY, encoding="utf-8")
    played = run(PLAYS, str(folder))
    assert isinstance(played, dict)
    assert (played["ended"], played["trials"], played["replays"]) == ("completed", 12, True)
    assert played["successes"] > 0
    assert played["pixel"] == [20, 90, 100], "its own drawing is on the screen"
    entries = {each["id"]: each for each in played["catalogue"]["games"]}
    assert entries["toy_pond"]["processes"] == {"error": "primary"}
    exported = tmp_path / "catalogue.json"
    exported.write_text(json.dumps(played["catalogue"]), encoding="utf-8")
    assert run(PRESCRIBES, str(folder), str(exported)) == [[], ["out_of_bounds"]]
    without = ROOT / "shared" / "wire" / "catalogue.json"
    assert run(PRESCRIBES, str(folder), str(without)) == [["unknown_game"], ["unknown_game"]]
