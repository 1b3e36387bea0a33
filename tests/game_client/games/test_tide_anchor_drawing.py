"""What Tide & Anchor shows: never more than its mode allows, and never a dangerous flash."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from msgspec.structs import replace

from deploy.pictures import at, view
from game_client import words
from game_client.engine.capture import pixels
from game_client.engine.look import Look
from game_client.games._tide_anchor_drawing import Drawing
from game_client.session.run import SessionRun
from shared.patient.virtual import VirtualPatient, draw_person
from tests.game_client.games.flashes import FLASH_AREA_PX, GRID, most_flashes
from tests.virtual_sessions import make_header, make_plan

if TYPE_CHECKING:
    from game_client.engine.canvas import Canvas
    from game_client.games._view import ReachView

MODES = ("error_based", "reward_based", "strategy_cue")


@pytest.fixture(scope="module")
def drawings(window: Any) -> dict[str, Drawing]:
    return {mode: Drawing(Look(), words.load("en"), "harbour", mode) for mode in MODES}


def frame(drawing: Drawing, canvas: Canvas, shown: ReachView, now_s: float = 1.0) -> Any:
    drawing.draw(canvas, shown, now_s)
    return pixels(canvas)


def hands(mode: str, turned_deg: float) -> list[ReachView]:
    """Views of a real session in which the hand reaches to one side of every target and waits there."""
    run = SessionRun(make_header(make_plan(mode, practice=6), seed=3))
    for name in ("pain", "effort", "warning"):
        run.command(name, 0.0)
    seen: list[ReachView] = []
    hand = (0.0, 0.0)
    for _ in range(120 * 60):
        shown = run.view
        goal = (0.0, 0.0)
        if shown.stage == "reach" and shown.target is not None:
            deg = math.degrees(math.atan2(shown.target[1], shown.target[0])) + turned_deg
            goal = at(deg)
        if shown.stage in ("feedback", "between"):
            goal = hand
        step = 0.004
        away = math.dist(hand, goal)
        hand = (
            goal if away < step else tuple(h + (g - h) * step / away for h, g in zip(hand, goal, strict=True))
        )
        run.tick(round(hand[0] * 1e6), round(hand[1] * 1e6))
        if shown.phase == "practice" and mode == "reward_based":
            seen.append(shown)
        if run.stage != "play":
            break
    return seen


def test_reward_frames_do_not_depend_on_the_hand(drawings: dict[str, Drawing], canvas: Canvas) -> None:
    """Two hands, both unpaid at the same target, one left and one right of it, give the same pixels."""
    left, right = hands("reward_based", 40.0), hands("reward_based", -38.0)
    compared = 0
    for stage in ("reach", "feedback"):
        for one in [each for each in left if each.stage == stage and not each.rewarded][::60]:
            twins = [each for each in right if each.stage == stage and each.target == one.target]
            for other in [each for each in twins if not each.rewarded and each.lights == one.lights][:1]:
                first = frame(Drawing(Look(), words.load("en"), "harbour", "reward_based"), canvas, one, 2.0)
                second = frame(
                    Drawing(Look(), words.load("en"), "harbour", "reward_based"), canvas, other, 2.0
                )
                assert replace(one, stones_done=0) == replace(other, stones_done=0)
                assert (first == second).all()
                compared += 1
    assert compared >= 3


def test_reward_lights_come_on_at_the_same_places(drawings: dict[str, Drawing], canvas: Canvas) -> None:
    base = view(mode="reward_based", cursor=None, target=at(90), straight_line=False, stage="feedback")
    dark = frame(drawings["reward_based"], canvas, replace(base, rewarded=False, trial=1))
    lit = frame(drawings["reward_based"], canvas, replace(base, rewarded=True, trial=2))
    again = frame(drawings["reward_based"], canvas, replace(base, rewarded=True, trial=3))
    assert (np.abs(lit.astype(int) - dark) > 40).any(axis=2).sum() > 5_000
    assert (lit == again).all()


@pytest.mark.parametrize("mode", MODES)
def test_a_hidden_boat_is_not_drawn(canvas: Canvas, mode: str) -> None:
    """With no cursor in the view, nothing stands where the boat would be, and no wake."""
    drawing, other = (Drawing(Look(), words.load("en"), "harbour", mode) for _ in range(2))
    hidden = view(mode=mode, phase="probe", cursor=None, target=at(45), straight_line=False, effects="none")
    for k in range(20):
        drawing.draw(canvas, replace(hidden, cursor=at(200, 0.005 * k)), 0.5 + k / 60)
    shown = frame(drawing, canvas, replace(hidden, cursor=at(200, 0.09)), 1.0)
    without = frame(drawing, canvas, hidden, 1.02)
    fresh = frame(other, canvas, hidden, 1.02)
    assert (shown != without).any()
    assert (without == fresh).all()


def test_a_probe_shows_nothing_after_the_reach(drawings: dict[str, Drawing], canvas: Canvas) -> None:
    probe = view(phase="probe", cursor=None, effects="none", straight_line=False)
    before = frame(drawings["error_based"], canvas, probe, 4.0)
    after = frame(drawings["error_based"], canvas, replace(probe, stage="feedback"), 4.3)
    assert (before == after).all()


@pytest.mark.parametrize("purpose", ["assess", "train"])
def test_water_moves_only_in_training(drawings: dict[str, Drawing], canvas: Canvas, purpose: str) -> None:
    shown = view(purpose=purpose, effects="none" if purpose == "assess" else "medium", straight_line=False)
    first = frame(drawings["error_based"], canvas, shown, 10.0)
    for k in range(60):
        drawings["error_based"].draw(canvas, shown, 10.0 + k / 30)
    assert (first == pixels(canvas)).all() == (purpose == "assess")


def test_an_assessment_shows_neither_arrow_nor_line(canvas: Canvas) -> None:
    missed = {"stage": "feedback", "anchor": at(70), "error_from_deg": 70.0, "error_to_deg": 45.0}
    plain = view(purpose="assess", effects="none", straight_line=False, cursor=at(70), **missed)
    tempted = replace(plain, straight_line=True, error_from_deg=10.0)
    pictures = [frame(Drawing(Look(), words.load("en")), canvas, each) for each in (plain, tempted)]
    assert (pictures[0] == pictures[1]).all()


def test_the_error_arrow_goes_after_600_ms(drawings: dict[str, Drawing], canvas: Canvas) -> None:
    missed = view(
        stage="feedback", cursor=at(70), anchor=at(70), error_from_deg=70.0, error_to_deg=45.0, trial=77
    )
    blue = []
    for now_s in (20.0, 20.5, 20.7):
        shown = frame(drawings["error_based"], canvas, missed, now_s)
        blue.append(int((np.abs(shown.astype(int) - (86, 180, 233)).sum(axis=2) < 12).sum()))
    assert blue[0] > 300 and blue[1] > 300 and blue[2] < 30


def test_hand_space_is_not_mirrored_with_the_layout(window: Any) -> None:
    drawing = Drawing(Look(mirrored=True), words.load("en"))
    x, y = drawing.to_screen((0.05, 0.02))
    assert drawing.centre == (480.0, 360.0)
    assert x == pytest.approx(480 + 120) and y == pytest.approx(360 - 48)


@pytest.mark.parametrize("effects", ["none", "low", "medium", "high"])
@pytest.mark.parametrize("mode", MODES)
def test_no_dangerous_flash(drawings: dict[str, Drawing], canvas: Canvas, mode: str, effects: str) -> None:
    """WCAG 2.3.1 on rendered frames of real play: at most three general or red flashes in any second."""
    run = SessionRun(make_header(make_plan(mode, practice=9), seed=5))
    for name in ("pain", "effort", "warning"):
        run.command(name, 0.0)
    patient = VirtualPatient(draw_person("healthy_old", 4), 4)
    frames, tick = [], 0
    while len(frames) < 60 * 8 and run.stage == "play":
        shown = run.view
        for name, value in patient.commands(shown):
            run.command(name, value)
        x_m, y_m = patient.move(shown)
        run.tick(round(x_m * 1e6), round(y_m * 1e6))
        tick += 1
        if tick % 2 == 0 and shown.phase != "probe":
            drawings[mode].draw(canvas, replace(run.view, effects=effects), tick / 120)
            frames.append(pixels(canvas, GRID))
    assert len(frames) == 60 * 8
    assert most_flashes(frames, hz=60) <= 3


def test_the_flash_measure_notices_flashes() -> None:
    """A quarter of the screen that flashes five times a second is found; a small lamp that does is not."""
    dark, bright = (np.full((90, 160, 3), value, np.uint8) for value in (40, 200))
    small = dark.copy()
    small[:10, :10] = 200
    assert 10 * 10 * GRID * GRID < FLASH_AREA_PX
    flashing = [bright if (k // 6) % 2 else dark for k in range(120)]
    assert most_flashes(flashing, hz=60) >= 4
    assert most_flashes([small if (k // 6) % 2 else dark for k in range(120)], hz=60) == 0
    red = dark.copy()
    red[:, :] = (255, 0, 0)
    assert most_flashes([red if (k // 6) % 2 else dark for k in range(120)], hz=60) >= 4


def test_a_mist_tells_the_place_no_closer_than_its_width(
    drawings: dict[str, Drawing], canvas: Canvas
) -> None:
    """No arc, no older anchors, and no wake: the frame does not depend on the way that led there."""
    run = SessionRun(make_header(make_plan(practice=12, probe=0, mode_params={"blur_mm": 12.0}), seed=2))
    for name in ("pain", "effort", "warning"):
        run.command(name, 0.0)
    patient = VirtualPatient(draw_person("stroke_mild", 2), 2)
    reaches, told = [], 0
    while run.stage == "play" and run.ticks < 120 * 60:
        x_m, y_m = patient.move(run.view)
        run.tick(round(x_m * 1e6), round(y_m * 1e6))
        shown: Any = run.view
        if shown.phase in ("ramp", "practice"):
            assert shown.error_from_deg is None and not shown.past_anchors
            told += shown.anchor is not None
            if shown.stage == "reach":
                reaches.append(shown)
    assert told, "errors are told, unsurely"
    assert {each.blur_m for each in reaches} == {0.012}
    drawing, last = drawings["error_based"], replace(reaches[-1], cursor=(0.0, 0.05))
    frame(drawing, canvas, replace(last, cursor=(0.0, 0.03)))
    one = frame(drawing, canvas, last)
    frame(drawing, canvas, replace(last, cursor=(0.04, 0.0)))
    assert np.array_equal(one, frame(drawing, canvas, last))
    assert not np.array_equal(one, frame(drawing, canvas, replace(last, blur_m=0.004)))
