"""What Mirror Scribe shows: ink that stays and dries, how a page ends, and nothing of a hidden pen."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from msgspec.structs import replace

from game_client import words
from game_client.assets import ink, scribe
from game_client.engine import painter
from game_client.engine.capture import pixels
from game_client.engine.look import Look
from game_client.engine.palette import CUE, DONE_ON_LIGHT, INK, PERSON_INK, PLACES, contrast
from game_client.games._mirror_scribe_drawing import Drawing
from game_client.games._view import TraceView
from game_client.games.mirror_scribe import SHAPES, outline
from game_client.session.run import SessionRun
from shared.patient.virtual import VirtualPatient, draw_person
from tests.game_client.games.flashes import GRID, most_flashes
from tests.virtual_sessions import make_header, make_plan

if TYPE_CHECKING:
    from game_client.engine.canvas import Canvas

LOOKS = [Look(), Look(high_contrast=True), Look(mirrored=True), Look(text_scale=2.0, reduced_motion=True)]
FORMS = ["plain", "contrast", "mirrored", "large"]
RADIUS_M = 0.04
TICK_S = 1 / 60


def shown(shape: str = "circle", **changes: Any) -> TraceView:
    """An ordinary moment of a page."""
    centre, corners = outline(shape, RADIUS_M)
    fields: dict[str, Any] = {
        "stage": "reach", "mode": "error_based", "phase": "practice", "purpose": "train",
        "cursor": (0.0, 0.0), "return_guide_m": None, "stones_done": 4, "stones_total": 10,
        "instruction": "scribe.trace", "effects": "medium", "trial": 5, "shape": shape,
        "mirror": "left_right", "corners": corners, "centre": centre, "half_width_m": 0.0064,
        "start_radius_m": 0.008, "inside": True, "inside_share": None, "time_limit_s": None, "pages": 0,
    }  # fmt: skip
    return TraceView(**(fields | changes))


def fresh(look: Look | None = None, context: str = "water_mill") -> Drawing:
    return Drawing(look or Look(), words.load("en"), context)


def frame(drawing: Drawing, canvas: Canvas, view: TraceView, now_s: float) -> Any:
    drawing.draw(canvas, view, now_s)
    drawing.draw_reading_column(canvas, view, 378.0)
    return pixels(canvas)


def near(picture: Any, colour: tuple[int, int, int], within: int = 12) -> int:
    return int((np.abs(picture.astype(int) - colour).sum(axis=2) < within).sum())


def draw_round(
    drawing: Drawing, canvas: Canvas, turns: float = 1.0, since_s: float = 1.0, **changes: Any
) -> float:
    """Draw along the circle in 2 s a turn; return when it is done."""
    frames = round(120 * turns)
    for k in range(frames + 1):
        a = math.tau * turns * k / frames - math.pi / 2
        pen = RADIUS_M * math.cos(a), RADIUS_M + RADIUS_M * math.sin(a)
        drawing.draw(canvas, shown(**({"cursor": pen} | changes)), since_s + k * TICK_S)
    return since_s + frames * TICK_S


@pytest.mark.parametrize("look", LOOKS, ids=FORMS)
def test_every_stage_is_drawn_in_every_form(canvas: Canvas, look: Look) -> None:
    drawing = fresh(look)
    views = (
        shown(stage="between", cursor=None),
        shown(stage="return", cursor=(0.03, 0.02), trial=6),
        shown(stage="hold", hold_fraction=0.5, trial=6),
        shown(trial=6, cursor=(0.01, 0.001)),
        shown(trial=6, cursor=(0.02, 0.004), inside=False),
        shown(trial=6, stage="feedback", success=True, inside=None, inside_share=0.9, pages=1),
        shown(trial=6, stage="feedback", success=False, inside=None, inside_share=0.5, pages=1),
        shown(trial=6, time_limit_s=6.0, mode="acuity", mirror="none"),
        shown("star", trial=7, mirror="up_down"),
        shown("square", trial=8, mirror="both"),
        shown(trial=9, cursor=None, inside=None, phase="probe", effects="none"),
    )
    pictures = [frame(drawing, canvas, view, 1.0 + k) for k, view in enumerate(views)]
    assert all((one != other).any() for one, other in pairwise(pictures))


@pytest.mark.parametrize("effects", ["none", "low", "medium", "high"])
@pytest.mark.parametrize("shape", SHAPES)
def test_the_marked_point_and_its_double_line_are_where_the_game_has_them(
    canvas: Canvas, shape: str, effects: Any
) -> None:
    drawing = fresh()
    for half_m in (0.003, 0.0064, 0.014):
        view = shown(shape, half_width_m=half_m, cursor=None, inside=None, effects=effects, mirror="none")
        picture = frame(drawing, canvas, view, 1.0)
        (cx, cy), corners = outline(shape, RADIUS_M)
        dx, dy = corners[0][0] - corners[-1][0], corners[0][1] - corners[-1][1]
        x, y = (corners[0][0] + corners[-1][0]) / 2, (corners[0][1] + corners[-1][1]) / 2
        length = math.hypot(dx, dy)
        nx, ny = dy / length, -dx / length
        if (x + nx - cx) ** 2 + (y + ny - cy) ** 2 < (x - cx) ** 2 + (y - cy) ** 2:
            nx, ny = -nx, -ny
        px, py = drawing.to_screen((x + nx * half_m, y + ny * half_m))
        found = picture[round(py) - 5 : round(py) + 6, round(px) - 5 : round(px) + 6]
        assert near(found, INK, 40) >= 12, (shape, half_m)


@pytest.mark.parametrize("look", LOOKS, ids=FORMS)
def test_ink_stays_and_is_as_long_as_the_way(canvas: Canvas, look: Look) -> None:
    drawing = fresh(look)
    end_s = draw_round(drawing, canvas, 0.5)
    half = int(_ink(drawing).sum())
    frame(drawing, canvas, shown(cursor=(0.0, 2 * RADIUS_M)), end_s + 9.0)
    assert int(_ink(drawing).sum()) == half, "a pen that rests adds nothing"
    other = fresh(look)
    draw_round(other, canvas, 1.0)
    assert int(_ink(other).sum()) == pytest.approx(2 * half, rel=0.08)
    assert half / 255 == pytest.approx(math.pi * 215 * 9, rel=0.25), "a line some nine pixels wide"


def _ink(drawing: Drawing) -> Any:
    return np.array(drawing._ink.sprite.surface.get_view("A")).astype(int)


def test_the_line_is_thinner_where_the_pen_is_quicker(canvas: Canvas) -> None:
    slow, quick = fresh(), fresh()
    for k in range(240):
        slow.draw(canvas, shown(cursor=(0.0, 0.0002 * k)), 1.0 + k * TICK_S)
    for k in range(24):
        quick.draw(canvas, shown(cursor=(0.0, 0.002 * k)), 1.0 + k * TICK_S)
    assert 0.5 * _ink(slow).sum() < _ink(quick).sum() < 0.9 * _ink(slow).sum()


def test_fresh_ink_is_dark_and_shines_and_dries_to_matte(canvas: Canvas) -> None:
    drawing = fresh()
    end_s = draw_round(drawing, canvas, 0.5)
    view = shown(cursor=None, inside=None)
    wet = frame(drawing, canvas, view, end_s)
    dry = frame(drawing, canvas, view, end_s + 1.6)
    later = frame(drawing, canvas, view, end_s + 60.0)
    assert near(wet, PERSON_INK) < 0.8 * near(dry, PERSON_INK)
    assert near(wet, (0, 63, 102), 30) > 200 and near(dry, (0, 63, 102), 30) < 5
    inked = _ink(drawing).T[30:700, :700] == 255
    x0, y0 = round(drawing.centre[0] - ink.ORIGIN[0]), round(drawing.centre[1] - ink.ORIGIN[1]) + 30
    away = np.abs(later[y0 : y0 + 670, x0 : x0 + 700].astype(int) - PERSON_INK).max(axis=2)[inked]
    assert len(away) > 3000 and np.median(away) == 0, "dry ink is all of one colour"
    calm = fresh(Look(reduced_motion=True))
    draw_round(calm, canvas, 0.5)
    assert near(frame(calm, canvas, view, end_s), (0, 63, 102), 30) < 5, "no drying with reduced motion"


def test_a_blot_is_where_the_line_left_the_double_line_and_never_red(canvas: Canvas) -> None:
    plain, crossing = fresh(), fresh()
    for k in range(120):
        view = shown(cursor=(0.0003 * k, 0.0))
        plain.draw(canvas, view, 1.0 + k * TICK_S)
        crossing.draw(canvas, replace(view, inside=k < 40), 1.0 + k * TICK_S)
    more = _ink(crossing) - _ink(plain)
    columns, rows = np.nonzero(more > 100)
    assert (more >= 0).all() and 60 < len(columns) < 500
    assert columns.mean() == pytest.approx(360 + 0.0003 * 40 * 215 / RADIUS_M, abs=6)
    assert rows.mean() == pytest.approx(630, abs=8)
    picture = frame(crossing, canvas, view, 9.0).astype(int)
    assert not ((picture[..., 0] > 200) & (picture[..., 1:].max(axis=2) < 80)).any()


def test_a_hidden_pen_leaves_nothing(canvas: Canvas) -> None:
    """A probe's picture is the same wherever the hand went, while it draws and afterwards."""
    probe: dict[str, Any] = {
        "phase": "probe",
        "effects": "none",
        "instruction": "scribe.probe",
        "inside": None,
    }
    seen, blind = fresh(), fresh()
    for drawing in (seen, blind):
        drawing.draw(canvas, shown(stage="hold", **probe), 0.9)
    end_s = draw_round(seen, canvas, **probe)
    draw_round(blind, canvas, **(probe | {"cursor": None}))
    after = shown(stage="feedback", cursor=None, pages=1, **probe)
    with_pen = frame(seen, canvas, replace(after, cursor=(0.01, 0.02)), end_s)
    assert (with_pen != frame(blind, canvas, after, end_s)).any(), "a shown pen would be seen"
    hidden, never = blind, fresh()
    never.draw(canvas, shown(stage="hold", **probe), 0.9)
    draw_round(hidden, canvas, since_s=4.0, **(probe | {"cursor": None}))
    for k, stage in enumerate(("reach", "feedback", "between")):
        view = replace(after, stage=stage)
        assert (frame(hidden, canvas, view, 7.0 + k) == frame(never, canvas, view, 7.0 + k)).all(), stage


def test_finished_pages_are_kept_small_but_not_in_a_probe_nor_for_who_is_greeted_as_new(
    canvas: Canvas,
) -> None:
    def column(drawing: Drawing, view: TraceView, now_s: float) -> int:
        return near(frame(drawing, canvas, view, now_s)[470:700, 40:384], PERSON_INK, 60)

    drawing = fresh()
    counts = []
    now_s = 1.0
    for page in range(3):
        now_s = draw_round(drawing, canvas, since_s=now_s, trial=page, pages=page)
        over = shown(stage="feedback", success=True, cursor=None, inside=None, trial=page, pages=page + 1)
        counts.append(column(drawing, over, now_s))
        assert column(drawing, replace(over, phase="probe"), now_s) == 0
        assert column(drawing, replace(over, effects="none"), now_s) == 0
        assert column(drawing, replace(over, stage="return", success=None), now_s) == 0, "not while one draws"
        now_s += 1.0
    assert 20 < counts[0] < counts[1] < counts[2]
    new_block = shown(stage="between", cursor=None, inside=None, trial=0, pages=0)
    assert column(drawing, new_block, now_s) == 0
    amnesia = fresh()
    end_s = draw_round(amnesia, canvas, pages=None)
    over = shown(stage="feedback", success=True, cursor=None, inside=None, pages=None)
    assert column(amnesia, over, end_s) == 0


@pytest.mark.parametrize("look", LOOKS[:3], ids=FORMS[:3])
def test_the_page_turns_over_unless_motion_is_reduced(canvas: Canvas, look: Look) -> None:
    def turn(look: Look, effects: Any) -> list[bool]:
        drawing = fresh(look)
        end_s = draw_round(drawing, canvas, effects=effects)
        after = shown("star", stage="return", trial=6, cursor=None, inside=None, effects=effects)
        times_s = (0.0, 0.1, 0.25, 0.34, 0.36, 9.0)
        *seen, still = (frame(drawing, canvas, after, end_s + each)[560:600] for each in times_s)
        return [bool((each != still).any()) for each in seen]

    assert turn(look, "low") == [False, True, True, True, False]
    assert not any(turn(look, "none"))
    assert not any(turn(Look(mirrored=look.mirrored, reduced_motion=True), "low"))


def test_a_seal_or_a_curled_corner_tells_how_the_page_ended(canvas: Canvas) -> None:
    def corner(success: bool | None, look: Look) -> Any:
        view = shown(stage="feedback", success=success, cursor=None, inside=None, effects="none")
        x = round(look.x(scribe.SHEET[0] + scribe.SHEET[2] - 140, 140))
        return frame(drawings[look], canvas, view, 2.0)[550:690, x : x + 140]

    drawings = {look: fresh(look) for look in LOOKS[:3]}
    for look in drawings:
        untold, good, missed = (corner(each, look) for each in (None, True, False))
        sealed = (np.abs(good.astype(int) - untold).sum(axis=2) > 30).sum()
        curled = (np.abs(missed.astype(int) - untold).sum(axis=2) > 30).sum()
        assert sealed > 4000 and 2000 < curled < 12_000
        colour = CUE if look.high_contrast else DONE_ON_LIGHT
        assert near(good, colour) > 2000 and near(missed, colour) == near(untold, colour) == 0


def test_a_candle_burns_down_over_the_time_limit_from_go_on(canvas: Canvas) -> None:
    def top(drawing: Drawing, view: TraceView, now_s: float) -> int:
        picture = frame(drawing, canvas, view, now_s)[150:690, 1183:1189].astype(int)  # beside the flame
        wax = np.abs(picture - (240, 226, 196)).sum(axis=2).min(axis=1) < 30
        return 150 + int(np.flatnonzero(wax).min())

    drawing = fresh()
    limit: dict[str, Any] = {"time_limit_s": 6.0, "mode": "acuity", "mirror": "none"}
    waits = top(drawing, shown(stage="hold", **limit), 1.0)
    assert waits == top(drawing, shown(stage="hold", **limit), 8.0)
    drawing.draw(canvas, shown(**limit), 10.0)
    begun, half, over = (top(drawing, shown(**limit), 10.0 + s) for s in (0.1, 3.0, 7.0))
    assert begun == pytest.approx(waits, abs=8) and half - begun > 80 and over - half > 80
    for stage, now_s in (("hold", 19.0), ("reach", 20.0)):
        drawing.draw(canvas, shown(trial=6, stage=stage, **limit), now_s)
    ended = shown(trial=6, stage="feedback", success=True, inside=None, **limit)
    drawing.draw(canvas, ended, 23.0)
    assert top(drawing, ended, 25.0) == half, "it stays as the page left it"
    without = frame(fresh(), canvas, shown(), 1.0)[150:640, 1150:1260]
    assert near(without, (240, 226, 196), 30) == 0


def test_hand_space_is_not_mirrored_and_every_place_has_its_light(canvas: Canvas) -> None:
    mirrored = fresh(Look(mirrored=True))
    mirrored.draw(canvas, shown(), 1.0)
    assert mirrored.to_screen((0.01, 0.0))[0] > mirrored.centre[0] == pytest.approx(520.0)
    home = frame(fresh(), canvas, shown(), 1.0)
    for name, place in PLACES.items():
        if name in ("dusk_glade", "open_sea", "star_hill"):
            assert (frame(fresh(context=name), canvas, shown(), 1.0) != home).any(), name
        lit, shade = scribe.paper_of(place)
        assert min(contrast(PERSON_INK, lit), contrast(PERSON_INK, shade)) > 3.0, name
        assert contrast(INK, shade) > 7.0, name


def test_nothing_sways_in_reduced_motion_nor_without_effects(canvas: Canvas) -> None:
    def moves(look: Look, effects: Any) -> bool:
        drawing = fresh(look)
        view = shown(stage="between", cursor=None, inside=None, effects=effects)
        first = frame(drawing, canvas, view, 1.0)
        for k in range(60):
            last = frame(drawing, canvas, view, 1.0 + k / 20)
        return bool((first != last).any())

    assert moves(Look(), "medium") and moves(Look(), "high")
    assert not moves(Look(), "none") and not moves(Look(), "low")
    assert not moves(Look(reduced_motion=True), "high")


def test_real_play_has_no_flash_and_paints_nothing_slowly(
    canvas: Canvas, monkeypatch: pytest.MonkeyPatch
) -> None:
    """WCAG 2.3.1 on rendered frames; the painter, which is slow, works at load only."""
    plan = make_plan("error_based", game="mirror_scribe", practice=20, probe=1)
    run = SessionRun(make_header(plan, seed=5))
    for name in ("pain", "effort", "warning"):
        run.command(name, 0.0)
    drawing, patient = fresh(), VirtualPatient(draw_person("healthy_old", 4), 4)
    painted: list[tuple[int, int]] = []
    made = painter.Painter.__init__

    def note(self: painter.Painter, width: int, height: int, *rest: Any, **more: Any) -> None:
        painted.append((width, height))
        made(self, width, height, *rest, **more)

    monkeypatch.setattr(painter.Painter, "__init__", note)
    frames: list[Any] = []
    tick = 0
    while len(frames) < 60 * 24 and run.stage == "play":
        x_m, y_m = patient.move(run.view)
        run.tick(round(x_m * 1e6), round(y_m * 1e6))
        tick += 1
        if tick % 2 == 0:
            view: Any = run.view
            drawing.draw(canvas, view, tick / 120)
            drawing.draw_reading_column(canvas, view, 378.0)
            frames.append(pixels(canvas, GRID))
    assert run.trials_done >= 2
    assert most_flashes(frames, hz=60) <= 3
    assert all(width * height < 80 * 80 for width, height in painted), (
        "only a ring or a drop, when first shown"
    )
