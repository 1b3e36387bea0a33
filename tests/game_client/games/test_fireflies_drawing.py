"""What Fireflies shows: an even arc, all five lights or none, never the hand, and never a dangerous flash."""

from __future__ import annotations

from itertools import pairwise
from time import perf_counter
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from msgspec.structs import replace

from game_client import words
from game_client.engine.capture import pixels
from game_client.engine.look import Look
from game_client.engine.palette import PLACES
from game_client.games._fireflies_drawing import Drawing
from game_client.games._view import ReachView
from game_client.session.run import SessionRun
from shared.patient.virtual import VirtualPatient, draw_person
from tests.game_client.games.flashes import GRID, most_flashes
from tests.virtual_sessions import make_header, make_plan

if TYPE_CHECKING:
    from game_client.engine.canvas import Canvas

LOOKS = [
    Look(),
    Look(high_contrast=True),
    Look(mirrored=True),
    Look(text_scale=2.0, reduced_motion=True),
]


def shown(**changes: Any) -> ReachView:
    """An ordinary moment of a sweep."""
    fields: dict[str, Any] = {
        "stage": "reach", "mode": "reward_based", "phase": "practice", "purpose": "train",
        "start": (0.0, 0.0), "start_radius_m": 0.010, "targets": ((0.0, 0.1),), "target": (0.0, 0.1),
        "target_radius_m": 0.012, "reach_m": 0.10, "cursor": None, "hold_fraction": 0.0,
        "return_guide_m": None, "lights": 3, "stones_done": 4, "stones_total": 10,
        "instruction": "fireflies.sweep", "effects": "medium", "trial": 5, "sweeps": True,
    }  # fmt: skip
    return ReachView(**(fields | changes))


def frame(drawing: Drawing, canvas: Canvas, view: ReachView, now_s: float = 1.0) -> Any:
    drawing.draw(canvas, view, now_s)
    return pixels(canvas)


def fresh(look: Look | None = None, context: str = "dusk_glade") -> Drawing:
    return Drawing(look or Look(), words.load("en"), context)


@pytest.mark.parametrize("look", LOOKS, ids=["plain", "contrast", "mirrored", "large"])
def test_every_stage_is_drawn_in_every_form(canvas: Canvas, look: Look) -> None:
    drawing, pictures = fresh(look), []
    for k, view in enumerate(
        (
            shown(stage="return", target=None, return_guide_m=0.06),
            shown(stage="hold", target=None, return_guide_m=0.004, hold_fraction=0.6),
            shown(),
            shown(stage="feedback", rewarded=True, lights=4),
            shown(stage="feedback", rewarded=False),
            shown(phase="probe", effects="none"),
        )
    ):
        pictures.append(frame(drawing, canvas, replace(view, trial=k), 1.0))
        drawing.draw_reading_column(canvas, view, 300.0)
    assert all((one != other).any() for one, other in pairwise(pictures))


def test_the_lights_come_on_for_a_paid_sweep_only_and_go_out(canvas: Canvas) -> None:
    def bright(view: ReachView, now_s: float) -> int:
        drawing = fresh()
        drawing.draw(canvas, view, 1.0)
        return int((frame(drawing, canvas, view, now_s).min(axis=2) > 150).sum())

    dark = bright(shown(stage="feedback", rewarded=False), 1.1)
    assert bright(shown(stage="feedback", rewarded=True), 1.1) > dark + 1500
    assert bright(shown(stage="feedback", rewarded=True), 2.0) == dark


def test_a_probe_is_the_same_whatever_the_jar_holds(canvas: Canvas) -> None:
    drawing = fresh()
    probe = shown(phase="probe", effects="none")
    before = frame(drawing, canvas, probe)
    assert (before == frame(drawing, canvas, replace(probe, lights=9), 1.4)).all()


def test_the_way_back_is_told_by_a_ring_about_the_stone_alone(canvas: Canvas) -> None:
    drawing = fresh(Look(reduced_motion=True))
    back = {"stage": "return", "target": None}
    none = frame(drawing, canvas, shown(**back)).astype(int)
    ring = frame(drawing, canvas, shown(**back, return_guide_m=0.05)).astype(int)
    rows, columns = np.nonzero(np.abs(ring - none).sum(axis=2))
    from_stone = np.hypot(columns - drawing.centre[0], rows - drawing.centre[1])
    assert abs(from_stone - 150.0).max() < 8.0


def test_hand_space_is_not_mirrored_and_every_place_has_its_light(canvas: Canvas) -> None:
    mirrored = fresh(Look(mirrored=True))
    mirrored.draw(canvas, shown(), 1.0)
    assert mirrored.to_screen((0.1, 0.0))[0] == pytest.approx(mirrored.centre[0] + 300.0)
    home = frame(fresh(), canvas, shown())
    assert (frame(fresh(context="harbour"), canvas, shown()) == home).all()
    for name in PLACES:
        if name not in ("dusk_glade", "harbour"):
            assert (frame(fresh(context=name), canvas, shown()) != home).any(), name


def test_real_play_has_no_flash_and_its_frames_are_quick(canvas: Canvas) -> None:
    """WCAG 2.3.1 on rendered frames, and 4 ms a frame in software (twice that on a busy machine)."""
    run = SessionRun(make_header(make_plan("reward_based", game="fireflies", practice=20, probe=0), seed=5))
    for name in ("pain", "effort", "warning"):
        run.command(name, 0.0)
    drawing, patient = fresh(), VirtualPatient(draw_person("healthy_old", 4), 4)
    frames: list[Any] = []
    costs_s: list[float] = []
    tick = 0
    while len(frames) < 60 * 12 and run.stage == "play":
        view: Any = run.view
        x_m, y_m = patient.move(view)
        run.tick(round(x_m * 1e6), round(y_m * 1e6))
        tick += 1
        if tick % 2 == 0:
            begun_s = perf_counter()
            drawing.draw(canvas, run.view, tick / 120)  # type: ignore[arg-type]
            costs_s.append(perf_counter() - begun_s)
            frames.append(pixels(canvas, GRID))
    assert run.trials_done >= 3
    assert most_flashes(frames, hz=60) <= 3
    assert sorted(costs_s)[len(costs_s) // 2] < 0.008
