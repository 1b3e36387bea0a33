"""What Reeds & Rhythm shows: every stage in every form, the beat that comes, nothing in a probe, no flash."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from msgspec.structs import replace

from game_client import words
from game_client.engine.capture import pixels
from game_client.engine.look import Look
from game_client.engine.palette import DONE_ON_LIGHT, PLACES, STOP, TARGET
from game_client.games._reeds_rhythm_drawing import END_PX, Drawing
from game_client.games._view import RhythmView
from game_client.session.run import SessionRun
from shared.patient.virtual import VirtualPatient, draw_person
from tests.game_client.games.flashes import GRID, most_flashes
from tests.virtual_sessions import make_header, make_plan

if TYPE_CHECKING:
    from game_client.engine.canvas import Canvas

FAR_M = 0.075
LOOKS = [
    Look(),
    Look(high_contrast=True),
    Look(mirrored=True),
    Look(text_scale=2.0),
    Look(reduced_motion=True),
]


def view(beat_phase: float = 1.0, **changes: Any) -> RhythmView:
    """A moment of a song, the body where it should be."""
    along = FAR_M * -math.cos(math.pi * beat_phase)
    fields: dict[str, Any] = {
        "stage": "reach", "mode": "use_dependent", "phase": "practice", "purpose": "train",
        "cursor": (along, 0.0), "return_guide_m": None, "stones_done": 3, "stones_total": 10,
        "instruction": "rhythm.sway", "effects": "medium", "trial": 4, "intended": (along, 0.0),
        "direction_deg": 0.0, "distance_m": FAR_M, "tolerance_m": 0.018, "start_radius_m": 0.012,
        "run_s": 1.4 * beat_phase, "half_period_s": 1.4, "beats": 8, "beat": int(beat_phase + 0.25),
        "beat_phase": beat_phase, "good": (), "frozen": False, "target": None, "share": None,
        "success": None, "stopped": None,
    }  # fmt: skip
    return RhythmView(**(fields | changes))


PROBE: dict[str, Any] = {
    "phase": "probe", "effects": "none", "cursor": None, "beats": 0, "beat": 0, "run_s": 0.0,
    "beat_phase": 0.0, "intended": None, "target": (0.065, 0.0375), "instruction": "rhythm.probe",
}  # fmt: skip
AFTER: dict[str, Any] = {"stage": "feedback", "intended": None, "beat_phase": 0.0, "beat": 0, "run_s": 0.0}
STAGES = [
    view(0.0, stage="return", cursor=(0.05, 0.02), intended=(0.0, 0.0)),
    view(0.0, stage="hold", cursor=(0.0, 0.0), intended=(0.0, 0.0), hold_fraction=0.5),
    view(2.9),
    view(3.5, good=(True, False, None)),
    view(4.5, good=(True,) * 4, frozen=True, intended=None, instruction="rhythm.freeze"),
    view(**AFTER, cursor=(0.0, 0.0), good=(True,) * 8, share=1.0, success=True),
    view(**AFTER, cursor=(0.0, 0.0), good=(True, False) * 4, share=0.5, success=False),
    view(**AFTER, cursor=(0.0, 0.0), good=(True,) * 4, share=1.0, success=True, stopped=True),
    view(**PROBE),
]


def fresh(look: Look | None = None, context: str = "harbour") -> Drawing:
    return Drawing(look or Look(), words.load("en"), context)


def frame(drawing: Drawing, canvas: Canvas, shown: RhythmView, now_s: float = 1.0) -> Any:
    drawing.draw(canvas, shown, now_s)
    return pixels(canvas).copy()


def near(picture: Any, colour: tuple[int, int, int]) -> int:
    """How many pixels have a colour."""
    return int((np.abs(picture.astype(int) - colour).sum(axis=2) < 12).sum())


@pytest.mark.parametrize("look", LOOKS, ids=["plain", "contrast", "mirrored", "large", "reduced"])
def test_every_stage_in_every_form(canvas: Canvas, look: Look) -> None:
    drawing = fresh(look)
    pictures = []
    for shown in STAGES:
        pictures.append(frame(drawing, canvas, shown))
        drawing.draw_reading_column(canvas, shown, 300.0)
        assert drawing.draw_card(canvas, shown) is None
    for k, one in enumerate(pictures):
        for other in pictures[:k]:
            assert (one != other).any()


def test_hand_space_is_not_mirrored_and_the_ends_stay_on_the_screen(canvas: Canvas) -> None:
    drawing = fresh(Look(mirrored=True))
    for distance_m in (0.02, 0.075, 0.30):
        frame(drawing, canvas, replace(view(), distance_m=distance_m, cursor=(distance_m, 0.0)))
        x, y = drawing.to_screen((distance_m, 0.0))
        assert x == pytest.approx(480.0 + END_PX) and y == drawing.centre[1]
        assert (
            0 < drawing.to_screen((0.0, distance_m))[1] < 720 > drawing.to_screen((0.0, -distance_m))[1] > 0
        )


def test_the_lantern_whose_beat_it_is_is_lit(canvas: Canvas) -> None:
    """Odd beats are at the far end in the direction, even ones opposite; none is lit half way."""

    def bright(beat_phase: float) -> tuple[float, float]:
        hidden = view(beat_phase, cursor=None, intended=None, effects="low")
        picture = frame(fresh(), canvas, hidden).astype(int)
        found = []
        for side in (1, -1):
            x, y = round(800 + side * END_PX), round(fresh().centre[1])
            found.append(float(picture[y - 40 : y, x - 14 : x + 15, 2].mean()))  # amber has little blue
        return found[0], found[1]

    odd, even, none = bright(1.0), bright(2.0), bright(1.5)
    assert abs(odd[0] - none[0]) > 5.0 > 1.0 > abs(odd[1] - none[1])
    assert abs(even[1] - none[1]) > 5.0 > 1.0 > abs(even[0] - none[0])


def test_the_stop_sign_is_whole_at_once(canvas: Canvas) -> None:
    drawing = fresh()
    before = frame(drawing, canvas, view(4.49), 1.0)
    flipped = frame(drawing, canvas, view(4.5, frozen=True, intended=None), 1.02)
    later = frame(drawing, canvas, view(4.5, frozen=True, intended=None), 1.9)
    assert near(before, STOP) < 50 and near(flipped, STOP) > 20_000
    assert near(flipped, STOP) == near(later, STOP)


def test_good_beats_are_told_only_where_the_view_has_them(canvas: Canvas) -> None:
    told = frame(fresh(), canvas, view(4.4, good=(True,) * 3))
    untold = frame(fresh(), canvas, view(4.4))
    assert near(told, DONE_ON_LIGHT) > 800 and near(untold, DONE_ON_LIGHT) == 0


def test_a_probe_shows_a_pale_place_and_nothing_of_the_body_or_the_way(canvas: Canvas) -> None:
    used = fresh()
    for k in range(30):
        frame(used, canvas, view(2.0 + k / 60), k / 60)
    seen, never = frame(used, canvas, view(**PROBE), 1.0), frame(fresh(), canvas, view(**PROBE), 1.0)
    assert (seen == never).all()
    assert near(seen, TARGET) < 200, "no ring of an end"
    after = frame(fresh(), canvas, view(**(PROBE | {"target": None, "stage": "feedback"})))
    between = frame(fresh(), canvas, view(**(PROBE | {"target": None, "stage": "between"})))
    assert (after == between).all(), "nothing is told after it"


def test_reeds_are_still_with_reduced_motion_and_in_assessments(canvas: Canvas) -> None:
    waits = view(0.0, stage="return", cursor=(0.0, 0.0), intended=(0.0, 0.0))
    for look, effects, moves in (
        (Look(), "medium", True),
        (Look(reduced_motion=True), "medium", False),
        (Look(), "none", False),
    ):
        drawing, shown = fresh(look), replace(waits, effects=effects)
        pictures = [frame(drawing, canvas, shown, 1.0 + 0.7 * k) for k in range(3)]
        assert any((each != pictures[0]).any() for each in pictures) is moves


def test_a_place_is_told_by_its_colours(canvas: Canvas) -> None:
    pictures = {
        name: frame(fresh(context=name), canvas, view())
        for name in ("harbour_dawn", "no_such_place", *PLACES)
    }
    assert (pictures["harbour"] == pictures["reed_marsh"]).all()
    assert (pictures["no_such_place"] == pictures["reed_marsh"]).all()
    assert len({each.tobytes() for each in pictures.values()}) == len(PLACES), "`harbour` is home"


def test_no_dangerous_flash(canvas: Canvas) -> None:
    """WCAG 2.3.1 on rendered frames of real play, with drops of the wind."""
    plan = make_plan(
        "use_dependent",
        game="reeds_rhythm",
        practice=6,
        probe=0,
        game_params={"half_period_s": 0.8, "beats": 4, "freeze_share": 0.5},
    )
    run = SessionRun(make_header(plan, seed=5))
    for name in ("pain", "effort", "warning"):
        run.command(name, 0.0)
    patient = VirtualPatient(draw_person("stroke_moderate", 4), 4)
    drawing, tick = fresh(), 0
    frames: list[Any] = []
    froze = False
    while len(frames) < 60 * 30 and run.stage == "play":
        shown: Any = run.view
        x_m, y_m = patient.move(shown)
        run.tick(round(x_m * 1e6), round(y_m * 1e6))
        tick += 1
        if tick % 2 == 0:
            shown = run.view
            froze = froze or shown.frozen
            drawing.draw(canvas, shown, tick / 120)
            frames.append(pixels(canvas, GRID))
    assert run.trials_done >= 2 and froze
    assert most_flashes(frames, hz=60) <= 3
