"""What Lighthouse shows: the lamp where it hangs, the wind, never a hidden lamp or image, never a flash."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from msgspec.structs import replace

from game_client import words
from game_client.engine.capture import pixels
from game_client.engine.look import Look
from game_client.engine.palette import ERROR, PLACES, TARGET, WHITE
from game_client.games._lighthouse_drawing import Drawing
from game_client.games._view import SteadyView
from game_client.session.run import SessionRun
from shared.patient.virtual import VirtualPatient, draw_person
from tests.game_client.games.flashes import GRID, most_flashes
from tests.virtual_sessions import make_header, make_plan

if TYPE_CHECKING:
    from game_client.engine.canvas import Canvas

LOOKS = [Look(), Look(high_contrast=True), Look(mirrored=True), Look(text_scale=2.0, reduced_motion=True)]
CARD = (slice(40, 460), slice(40, 360))
"""Where the words are, in a layout that is not mirrored."""


def lamp_view(**changes: Any) -> SteadyView:
    fields: dict[str, Any] = {
        "stage": "reach", "mode": "strategy_cue", "phase": "practice", "purpose": "train",
        "cursor": (0.01, 0.0), "return_guide_m": None, "stones_done": 4, "stones_total": 10,
        "instruction": "lighthouse.keep", "effects": "medium", "trial": 5, "radius_m": 0.018,
        "reach_m": 0.10, "gust_m": 0.035, "wind": 0.8, "wind_deg": 0.0, "image": None,
        "image_strength": 0.0, "has_words": True, "offered": (), "picked": 1, "aim_left_s": 0.0,
        "target": None, "target_radius_m": 0.022, "is_lit": False, "is_steady": True,
        "steady_share": None,
    }  # fmt: skip
    return SteadyView(**(fields | changes))


def fresh(look: Look | None = None, context: str = "harbour") -> Drawing:
    return Drawing(look or Look(), words.load("en"), context)


def frame(drawing: Drawing, canvas: Canvas, shown: SteadyView, now_s: float = 1.0) -> Any:
    drawing.draw(canvas, shown, now_s)
    drawing.draw_card(canvas, shown)
    drawing.draw_reading_column(canvas, shown, 560)
    return pixels(canvas)


def near(picture: Any, colour: tuple[int, int, int]) -> int:
    """How many pixels have a colour."""
    return int((np.abs(picture.astype(int) - colour).sum(axis=2) < 12).sum())


@pytest.mark.parametrize("look", LOOKS, ids=["plain", "contrast", "mirrored", "large"])
def test_every_stage_is_drawn_in_every_form_and_looks_its_own(canvas: Canvas, look: Look) -> None:
    drawing = fresh(look)
    views = [
        lamp_view(stage="return", wind=0.0, is_steady=None, cursor=(0.05, 0.05)),
        lamp_view(stage="hold", wind=0.0, is_steady=None, hold_fraction=0.5, cursor=(0.0, 0.0)),
        *(lamp_view(image=name, image_strength=1.0) for name in ("tripod", "lamp", "shift")),
        lamp_view(image="tripod", image_strength=0.5, has_words=False),
        *(lamp_view(wind_deg=deg, cursor=(0.03, 0.02), is_steady=False) for deg in (0.0, 180.0, 90.0)),
        lamp_view(wind=0.0, is_steady=None, target=(0.0, 0.1)),
        lamp_view(stage="feedback", wind=0.0, is_steady=None, steady_share=0.4, success=False),
        lamp_view(stage="feedback", wind=0.0, is_steady=None, steady_share=0.9, success=True),
        lamp_view(stage="aim", cursor=None, offered=("tripod", "lamp", "shift"), aim_left_s=6.0, wind=0.0),
        lamp_view(cursor=None, phase="probe", effects="none", is_steady=None),
    ]
    pictures = [frame(drawing, canvas, each, 1.0 + k) for k, each in enumerate(views)]
    for k, one in enumerate(pictures):
        assert not any((one == other).all() for other in pictures[:k]), k


def test_the_lamp_hangs_where_it_is_and_hand_space_is_not_mirrored(canvas: Canvas) -> None:
    for look, centre_x in ((Look(), 800.0), (Look(mirrored=True), 480.0)):
        drawing = fresh(look)
        frame(drawing, canvas, lamp_view())
        assert drawing.to_screen((0.05, 0.1)) == pytest.approx((centre_x + 120, 132.0))
        glass = frame(drawing, canvas, lamp_view(cursor=(0.06, 0.0), wind=0.0, is_steady=False))
        x, y = (round(each) for each in drawing.to_screen((0.06, 0.0)))
        assert glass[y + 4, x].astype(int).sum() > 600, "its light is bright"


def test_a_hidden_lamp_leaves_no_trace_and_a_probe_tells_nothing(canvas: Canvas) -> None:
    seen, blind = fresh(), fresh()
    hidden = {"phase": "probe", "effects": "none", "is_steady": None}
    for k in range(30):
        seen.draw(canvas, lamp_view(cursor=(0.001 * k, 0.0), **hidden), k / 60)
        blind.draw(canvas, lamp_view(cursor=None, **hidden), k / 60)
    shown = lamp_view(cursor=None, **hidden)
    assert (frame(seen, canvas, shown, 0.52) == frame(blind, canvas, shown, 0.52)).all()
    calm = replace(shown, wind=0.0)
    settled = frame(seen, canvas, calm, 40.0)
    for k in range(240):
        settled = frame(seen, canvas, calm, 41.0 + k / 60)
    after = frame(seen, canvas, replace(calm, stage="feedback"), 45.0)
    assert (settled == after).all()


def test_without_an_image_there_is_no_card_and_with_one_it_fades(canvas: Canvas) -> None:
    drawing = fresh()
    assert drawing.draw_card(canvas, lamp_view()) is None
    assert drawing.draw_card(canvas, lamp_view(image="lamp", image_strength=1.0)) is not None
    full, half = (frame(drawing, canvas, lamp_view(image="lamp", image_strength=s))[CARD] for s in (1.0, 0.5))
    assert (full != half).any()
    large = fresh(Look(text_scale=2.0))
    for name in ("tripod", "lamp", "shift"):
        end = large.draw_card(canvas, lamp_view(image=name, image_strength=1.0))
        assert end is not None and end < 600, "room is left for the listen target"


def test_the_wind_is_seen_and_which_way_it_blows(canvas: Canvas) -> None:
    calm = frame(fresh(Look(reduced_motion=True)), canvas, lamp_view(wind=0.0))
    found = []
    for deg in (0.0, 180.0, 90.0):
        blown = frame(fresh(Look(reduced_motion=True)), canvas, lamp_view(wind=1.0, wind_deg=deg))
        changed = (blown != calm).any(axis=2)
        sock = changed[440:600, 1000:1270]
        found.append(float(np.nonzero(sock)[1].mean()))
        assert sock.sum() > 1500 and changed[60:420, 420:1000].sum() + changed[420:640, 420:1000].sum() > 800
    assert found[1] < found[2] < found[0]


def test_outside_an_arrow_points_back_in_training_only(canvas: Canvas) -> None:
    out = lamp_view(cursor=(0.05, 0.0), is_steady=False)
    assert near(frame(fresh(), canvas, out), ERROR) > 300
    assert near(frame(fresh(), canvas, replace(out, effects="none")), ERROR) == 0
    assert near(frame(fresh(), canvas, lamp_view()), ERROR) == 0


def test_the_lamp_to_light_has_its_ring_only_once_it_is_there(canvas: Canvas) -> None:
    plain = {"wind": 0.0, "is_steady": None, "stones_total": 0}
    sock = near(frame(fresh(), canvas, lamp_view(**plain)), TARGET)
    for target in ((0.0, 0.1), (0.0866, 0.05), (-0.0866, 0.05)):
        assert near(frame(fresh(), canvas, lamp_view(target=target, **plain)), TARGET) > sock + 800


def test_an_assessment_gives_no_praise(canvas: Canvas) -> None:
    still = {"effects": "none", "purpose": "assess", "stage": "feedback", "wind": 0.0, "is_steady": None}
    plain, judged = lamp_view(**still), lamp_view(steady_share=0.9, success=True, **still)
    assert (frame(fresh(), canvas, plain) == frame(fresh(), canvas, judged)).all()


def test_a_place_is_told_by_its_colours(canvas: Canvas) -> None:
    pictures = [frame(fresh(context=each), canvas, lamp_view()) for each in ("harbour", *PLACES)]
    assert (pictures[0] == pictures[1 + list(PLACES).index("harbour")]).all()
    assert len({each.tobytes() for each in pictures}) == len(PLACES)
    assert near(frame(fresh(Look(high_contrast=True)), canvas, lamp_view()), WHITE) > 3000


def test_no_dangerous_flash_and_a_quick_frame(canvas: Canvas) -> None:
    """WCAG 2.3.1 on rendered frames of real play; and what a frame takes on the machine at hand."""
    drawing = fresh()
    run = SessionRun(make_header(make_plan("strategy_cue", game="lighthouse", practice=4, probe=0), seed=5))
    for name in ("pain", "effort", "warning"):
        run.command(name, 0.0)
    patient = VirtualPatient(draw_person("stroke_moderate", 4), 4)
    frames: list[Any] = []
    took: list[float] = []
    tick = 0
    while len(frames) < 60 * 12 and run.stage == "play":
        shown: Any = run.view
        x_m, y_m = patient.move(shown)
        run.tick(round(x_m * 1e6), round(y_m * 1e6))
        tick += 1
        if tick % 2 == 0:
            began = time.process_time()
            drawing.draw(canvas, run.view, tick / 120)  # type: ignore[arg-type]
            took.append(time.process_time() - began)
            frames.append(pixels(canvas, GRID))
    assert run.trials_done >= 1
    assert most_flashes(frames, hz=60) <= 3
    assert sorted(took)[len(took) // 2] < 0.012
