"""What Ferry Crossing shows: the course where it is, never a hidden ferry, and never a dangerous flash."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from msgspec.structs import replace

from deploy._ferry_pictures import LIMIT_M, course_view, crossing
from game_client import words
from game_client.engine.capture import pixels
from game_client.engine.look import Look
from game_client.engine.palette import ERROR, PERSON_INK, PLACES, contrast
from game_client.games._ferry_drawing import FERRY_Y, LIMIT_PX, Drawing
from game_client.session.run import SessionRun
from shared.movement.course import centre_m
from shared.patient.virtual import VirtualPatient, draw_person
from tests.game_client.games.flashes import GRID, most_flashes
from tests.virtual_sessions import make_header, make_plan

if TYPE_CHECKING:
    from game_client.engine.canvas import Canvas
    from game_client.games._view import CourseView

LOOKS = [Look(), Look(high_contrast=True), Look(mirrored=True)]


@pytest.fixture(scope="module")
def drawing(window: Any) -> Drawing:
    return Drawing(Look(), words.load("en"))


def fresh(look: Look | None = None, context: str = "harbour") -> Drawing:
    return Drawing(look or Look(), words.load("en"), context)


def frame(drawing: Drawing, canvas: Canvas, shown: CourseView, now_s: float = 1.0) -> Any:
    drawing.draw(canvas, shown, now_s)
    return pixels(canvas)


def near(picture: Any, colour: tuple[int, int, int]) -> int:
    """How many pixels have a colour."""
    return int((np.abs(picture.astype(int) - colour).sum(axis=2) < 12).sum())


@pytest.mark.parametrize("look", LOOKS, ids=["plain", "contrast", "mirrored"])
@pytest.mark.parametrize("run_s", [0.0, 2.5, 5.0, 9.0])
def test_the_green_channel_lies_where_the_course_is(canvas: Canvas, look: Look, run_s: float) -> None:
    """In the ferry's row: the band's colour over its whole width, and not beside it."""
    drawing = fresh(look)
    shown = course_view(run_s, None, half_width_m=0.015)
    picture = frame(drawing, canvas, shown)
    middle_m = centre_m(shown.waves, run_s)
    row = picture[int(FERRY_Y) + 3]

    def colour(aside: float) -> Any:
        x, _ = drawing.to_screen((middle_m + aside * 0.015, 0.0))
        return row[round(x)].astype(int)

    inside = [colour(each) for each in (-0.85, -0.4, 0.4, 0.85)]
    outside = [colour(each) for each in (-1.35, 1.35)]
    assert all(np.abs(each - inside[0]).max() <= 6 for each in inside)
    assert all(np.abs(each - inside[0]).max() > 12 for each in outside)
    assert inside[0][1] > inside[0][0], "it is green"


def test_the_ferry_stands_where_the_hand_is_and_hand_space_is_not_mirrored(window: Any) -> None:
    mirrored = fresh(Look(mirrored=True))
    assert mirrored.centre == (480.0, FERRY_Y)
    x, y = mirrored.to_screen((0.5 * LIMIT_M, 0.4))
    assert (x, y) == (pytest.approx(480.0 + 0.5 * LIMIT_PX), FERRY_Y)


def test_the_furthest_bend_stays_on_the_screen_whatever_its_size(canvas: Canvas) -> None:
    for limit_m in (0.02, 0.075, 0.20):
        drawing = fresh()
        frame(drawing, canvas, replace(course_view(), limit_m=limit_m))
        for side in (-1, 1):
            assert 400 < drawing.to_screen((side * limit_m, 0.0))[0] < 1200


def test_a_hidden_ferry_is_not_drawn_and_leaves_nothing(canvas: Canvas) -> None:
    """With no cursor in the view, the frame is the same whatever was shown before."""
    seen, blind = fresh(), fresh()
    hidden = {"phase": "probe", "effects": "none", "inside": None}
    for k in range(30):
        seen.draw(canvas, course_view(k / 60, 0.03, **hidden), k / 60)
        blind.draw(canvas, course_view(k / 60, None, **hidden), k / 60)
    shown = frame(seen, canvas, course_view(0.5, 0.03, **hidden), 0.5)
    without = frame(seen, canvas, course_view(0.51, None, **hidden), 0.51)
    never = frame(blind, canvas, course_view(0.51, None, **hidden), 0.51)
    assert near(shown, PERSON_INK) > 200 and near(without, PERSON_INK) == 0
    assert (without == never).all()


def test_a_probe_shows_nothing_after_the_course(drawing: Drawing, canvas: Canvas) -> None:
    probe = course_view(12.0, None, phase="probe", effects="none", trial=8)
    before = frame(drawing, canvas, probe, 40.0)
    after = frame(drawing, canvas, replace(probe, stage="feedback"), 40.3)
    assert (before == after).all()


def test_outside_an_arrow_points_back_in_training_only(canvas: Canvas) -> None:
    for away_m, side in ((0.03, -1), (-0.03, 1)):
        drawing, shown = fresh(), course_view(4.0, away_m)
        picture = frame(drawing, canvas, shown)
        assert shown.cursor is not None
        x = round(drawing.to_screen(shown.cursor)[0])
        halves = near(picture[:, :x], ERROR), near(picture[:, x:], ERROR)
        assert halves[0 if side < 0 else 1] > 500
        assert halves[1 if side < 0 else 0] == 0
        assert near(frame(fresh(), canvas, replace(shown, effects="none")), ERROR) == 0
    assert near(frame(fresh(), canvas, course_view(4.0, 0.002)), ERROR) == 0


def test_an_assessment_gives_no_praise(canvas: Canvas) -> None:
    plain = course_view(12.0, 0.0, purpose="assess", effects="none", stage="feedback", inside=None)
    judged = replace(plain, inside_share=0.9, success=True)
    assert (frame(fresh(), canvas, plain) == frame(fresh(), canvas, judged)).all()
    trained = replace(judged, purpose="train", effects="medium")
    assert (frame(fresh(), canvas, trained) != frame(fresh(), canvas, plain)).any()


def test_the_river_turns_to_the_next_course_unless_motion_is_reduced(canvas: Canvas) -> None:
    last, following = (
        course_view(12.0, 0.0, course=2),
        course_view(0.0, 0.0, course=5, trial=6, stage="return"),
    )
    for reduced in (False, True):
        drawing = fresh(Look(reduced_motion=reduced))
        drawing.draw(canvas, last, 10.0)
        at_once = frame(drawing, canvas, following, 10.02)
        halfway = frame(drawing, canvas, following, 10.42)
        settled = frame(drawing, canvas, following, 11.2)
        assert (at_once == settled).all() == reduced
        assert (halfway == settled).all() == reduced


def test_a_place_is_told_by_its_colours_and_the_ferry_stands_out_in_each(canvas: Canvas) -> None:
    pictures = {}
    for context in ("harbour", "harbour_dawn", "no_such_place", *PLACES):
        pictures[context] = frame(fresh(context=context), canvas, course_view(3.0))
    assert (pictures["harbour"] == pictures["long_lake"]).all()
    assert (pictures["no_such_place"] == pictures["long_lake"]).all()
    assert (pictures["harbour_dawn"] != pictures["long_lake"]).any()
    for name, place in PLACES.items():
        # The white hull against the water; it has an ink edge besides.
        assert contrast((255, 255, 255), place.water) > 2.5, name


def test_no_dangerous_flash(canvas: Canvas, drawing: Drawing) -> None:
    """WCAG 2.3.1 on rendered frames of real play, from one crossing into the next."""
    plan = make_plan(game="ferry_crossing", practice=4, probe=0, game_params={"course_s": 5.0})
    run = SessionRun(make_header(plan, seed=5))
    for name in ("pain", "effort", "warning"):
        run.command(name, 0.0)
    patient = VirtualPatient(draw_person("stroke_moderate", 4), 4)
    frames, tick = [], 0
    while len(frames) < 60 * 12 and run.stage == "play":
        shown: Any = run.view
        x_m, y_m = patient.move(shown)
        run.tick(round(x_m * 1e6), round(y_m * 1e6))
        tick += 1
        if tick % 2 == 0:
            drawing.draw(canvas, run.view, tick / 120)  # type: ignore[arg-type]
            frames.append(pixels(canvas, GRID))
    assert run.trials_done >= 1
    assert most_flashes(frames, hz=60) <= 3


def test_play_draws_the_course_between_two_ticks(canvas: Canvas) -> None:
    """A frame between two ticks shows the course between them: as far as its share of the tick."""
    from deploy.pictures import StillDevice, StillSession
    from game_client.config import Settings
    from game_client.scenes._context import Context
    from game_client.scenes.play import Play

    views = crossing(1.0)
    scene = Play(Context(words.load("en"), Settings()), StillSession(views), StillDevice(), lambda: None)
    scene.resume(0)
    for k in range(60):
        scene.update(round(3.01e9) + k * 8_333_333)
    whole: Any = scene._between(1.0)
    half: Any = scene._between(0.5)
    none: Any = scene._between(0.0)
    assert whole.run_s - none.run_s == pytest.approx(1 / 120)
    assert half.run_s == pytest.approx((whole.run_s + none.run_s) / 2)
    assert half.cursor[0] == pytest.approx((whole.cursor[0] + none.cursor[0]) / 2)
