"""What Otter shows: every form, a body along the way of its head, and still water where that is asked."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import pytest

from game_client import words
from game_client.engine.capture import pixels
from game_client.engine.look import Look
from game_client.games._otter_drawing import Drawing
from game_client.games._view import SwimView

if TYPE_CHECKING:
    from game_client.engine.canvas import Canvas

LOOKS = [
    Look(),
    Look(high_contrast=True),
    Look(mirrored=True),
    Look(text_scale=2.0),
    Look(reduced_motion=True),
]
SWIM: dict[str, Any] = {
    "stage": "reach", "mode": "use_dependent", "phase": "practice", "purpose": "train", "cursor": (0.0, 0.0),
    "return_guide_m": None, "stones_done": 1, "stones_total": 3, "instruction": "otter.swim",
    "effects": "high", "trial": 1, "reach_m": 0.10, "run_s": 3.0, "stretch_s": 20.0, "liveliness": 0.6,
    "swum_m": 0.4,
}  # fmt: skip


def view(**changes: Any) -> SwimView:
    return SwimView(**(SWIM | changes))


@pytest.mark.parametrize("look", LOOKS, ids=["plain", "contrast", "mirrored", "large", "reduced"])
def test_every_form_draws_all_over_the_reach(canvas: Canvas, look: Look) -> None:
    drawing = Drawing(look, words.load("en"))
    before = None
    for k in range(90):
        place = (0.1 * math.cos(k / 9), 0.1 * math.sin(k / 7))
        drawing.draw(canvas, view(cursor=None if k == 40 else place), 1.0 + k / 60)
        now = pixels(canvas).copy()
        assert before is None or (now != before).any()
        before = now
    drawing.draw_reading_column(canvas, view(), 300.0)
    assert drawing.draw_card(canvas, view()) is None


def test_the_body_follows_the_way_of_the_head(canvas: Canvas) -> None:
    drawing = Drawing(Look(), words.load("en"))
    for k in range(120):
        drawing.draw(canvas, view(cursor=(-0.08 + 0.16 * k / 119, 0.0)), 1.0 + k / 60)
    head, middle, tail = drawing._spine[0], drawing._spine[12], drawing._spine[-1]
    assert head == pytest.approx(drawing.to_screen((0.08, 0.0)))
    assert head[0] > middle[0] > tail[0], "it swims to the right, its tail behind it"


@pytest.mark.parametrize("changes", [{"look": Look(reduced_motion=True)}, {"effects": "none"}])
def test_the_water_is_still_while_the_otter_rests(canvas: Canvas, changes: dict[str, Any]) -> None:
    drawing = Drawing(changes.get("look", Look()), words.load("en"))
    shown = view(effects=changes.get("effects", "high"), liveliness=0.0)
    for k in range(120):
        drawing.draw(canvas, shown, 1.0 + k / 60)
    first = pixels(canvas).copy()
    for k in range(30):
        drawing.draw(canvas, shown, 3.0 + k / 60)
    assert (pixels(canvas) == first).all()
