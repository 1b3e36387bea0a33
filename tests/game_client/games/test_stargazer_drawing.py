"""What Stargazer shows: every stage in every form, nothing of what a mode hides, and no dangerous flash."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from msgspec.structs import replace

from game_client import words
from game_client.assets import stars
from game_client.engine.capture import pixels
from game_client.engine.look import Look
from game_client.engine.palette import PLACES
from game_client.games._stargazer_drawing import Drawing
from game_client.games._view import StillView
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
    Look(text_scale=2.0),
    Look(reduced_motion=True),
]
CALM: dict[str, Any] = {
    "stage": "reach", "mode": "reward_based", "phase": "practice", "purpose": "train", "cursor": None,
    "return_guide_m": None, "stones_done": 3, "stones_total": 10, "instruction": "stars.still",
    "effects": "medium", "trial": 4, "figure": 0, "start_radius_m": 0.025, "lit": 5, "calm": True,
    "rewarded": None, "lights": 2, "fraction": 0.5,
}  # fmt: skip


def view(**changes: Any) -> StillView:
    return StillView(**(CALM | changes))


STAGES = [
    view(stage="return", return_guide_m=0.08, lit=0, calm=None, fraction=0.0),
    view(stage="hold", hold_fraction=0.5, return_guide_m=0.01, lit=0, calm=None, fraction=0.0),
    view(),
    view(calm=False),
    view(stage="feedback", lit=9, rewarded=True, calm=None),
    view(stage="feedback", lit=0, rewarded=False, calm=None),
    view(stage="between", lit=0, calm=None),
    view(stage="reach", phase="probe", lit=0, calm=None, effects="none"),
]


def fresh(look: Look | None = None, context: str = "harbour") -> Drawing:
    return Drawing(look or Look(), words.load("en"), context)


def settled(drawing: Drawing, canvas: Canvas, shown: StillView, now_s: float = 1.0) -> Any:
    """The picture once everything that fades has faded."""
    for k in range(90):
        drawing.draw(canvas, shown, now_s + k / 60)
    return pixels(canvas)


@pytest.mark.parametrize("look", LOOKS, ids=["plain", "contrast", "mirrored", "large", "reduced"])
def test_every_stage_in_every_form(canvas: Canvas, look: Look) -> None:
    drawing = fresh(look)
    pictures = []
    for shown in STAGES:
        pictures.append(settled(drawing, canvas, shown).copy())
        drawing.draw_reading_column(canvas, shown, 300.0)
        assert drawing.draw_card(canvas, shown) is None
    for k, one in enumerate(pictures[:6]):
        for other in pictures[:k]:
            assert (one != other).any()


def test_each_star_that_comes_out_changes_the_lens_only(canvas: Canvas) -> None:
    still = view(effects="low")
    before = settled(fresh(), canvas, replace(still, lit=4)).copy()
    after = settled(fresh(), canvas, replace(still, lit=5))
    x, y = round(stars.LENS[0]), round(stars.LENS[1])
    size = round(stars.LENS_PX)
    changed = (before != after).any(axis=2)
    assert changed.sum() > 200
    changed[y - size : y + size, x - size : x + size] = False
    assert not changed.any()


def test_a_probe_shows_no_figure_and_nothing_of_before(canvas: Canvas) -> None:
    probe = view(phase="probe", effects="none", lit=0, calm=None, trial=9)
    first = settled(fresh(), canvas, probe).copy()
    used = fresh()
    settled(used, canvas, view(lit=8))
    assert (settled(used, canvas, probe) == first).all()
    for other in range(1, stars.FIGURES.__len__()):
        assert (settled(fresh(), canvas, replace(probe, figure=other)) == first).all()
    after = settled(fresh(), canvas, replace(probe, stage="feedback", fraction=1.0))
    start = settled(fresh(), canvas, replace(probe, stage="between"))
    assert (after == start).all(), "nothing is told after it"


def test_the_guide_closes_in_without_a_direction(canvas: Canvas) -> None:
    far = settled(fresh(), canvas, view(stage="return", return_guide_m=0.09, lit=0, calm=None))
    x, y = (round(each) for each in fresh().centre)
    box = far[y - 200 : y + 201, x - 200 : x + 201]
    # Turned by a quarter the ring is the same to within its smooth edge; the figure is not drawn.
    ring = (box.astype(int).sum(axis=2) > 450)[4:-4, 4:-4]
    assert 0 < (ring != ring[::-1]).sum() < 0.25 * ring.sum()


def test_who_sits_and_who_stands(canvas: Canvas) -> None:
    pictures = [settled(fresh(), canvas, view(stance=each)).copy() for each in ("usual", "cushion", "tandem")]
    assert (pictures[0] != pictures[1]).any() and (pictures[0] != pictures[2]).any()


def test_every_place_is_a_night_of_its_own(canvas: Canvas) -> None:
    pictures = {
        name: settled(fresh(context=name), canvas, view(effects="low")).copy()
        for name in ("harbour", "star_hill", "no_such_place", *PLACES)
    }
    assert (pictures["no_such_place"] == pictures["star_hill"]).all()
    for name in PLACES:
        assert pictures[name][60:100, 450:500].mean() < 90, f"{name} is dark enough for stars"
    assert (pictures["meadow"] != pictures["star_hill"]).any()


def test_no_dangerous_flash(canvas: Canvas) -> None:
    """WCAG 2.3.1 on rendered frames of real play, through verdicts of both kinds."""
    plan = make_plan(
        "reward_based", game="stargazer", practice=4, probe=0, game_params={"hold_s": 5.0, "settle_s": 0.5}
    )
    run = SessionRun(make_header(plan, seed=5))
    for name in ("pain", "effort", "warning"):
        run.command(name, 0.0)
    patient = VirtualPatient(draw_person("stroke_moderate", 4), 4)
    drawing, tick = fresh(), 0
    frames: list[Any] = []
    verdicts = set()
    while len(frames) < 60 * 30 and run.stage == "play":
        shown: Any = run.view
        x_m, y_m = patient.move(shown)
        run.tick(round(x_m * 1e6), round(y_m * 1e6))
        tick += 1
        if tick % 2 == 0:
            shown = run.view
            verdicts.add(shown.rewarded)
            drawing.draw(canvas, shown, tick / 120)
            frames.append(pixels(canvas, GRID))
    assert run.trials_done >= 2 and len(verdicts) > 1
    assert most_flashes(frames, hz=60) <= 3
