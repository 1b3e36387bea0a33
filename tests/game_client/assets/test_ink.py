"""Ink covers what it should: strokes join without a seam, and the double line ends where inside ends."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from game_client.assets import ink

if TYPE_CHECKING:
    from game_client.engine.canvas import Canvas
    from game_client.engine.painter import Sprite

BLUE, LINE, BAND = (0, 114, 178), (20, 32, 43), (201, 174, 120)


def alpha(sprite: Sprite) -> Any:
    """How much each pixel covers, shape (rows, columns)."""
    return np.array(sprite.surface.get_view("A")).T


def at(sprite: Sprite, x: float, y: float) -> tuple[int, int, int, int]:
    return tuple(sprite.surface.get_at((round(x + ink.ORIGIN[0]), round(y + ink.ORIGIN[1]))))  # type: ignore[return-value]


def test_a_stroke_is_as_wide_as_asked_and_smooth_at_its_edge(canvas: Canvas) -> None:
    layer = ink.Ink(BLUE)
    assert alpha(layer.sprite).max() == 0
    layer.stroke((-100.0, -200.0), (100.0, -180.0), 5.0, 5.0)
    cover = alpha(layer.sprite) / 255
    across = cover[:, round(ink.ORIGIN[0])]
    assert across.sum() == pytest.approx(10.0 * np.hypot(200, 20) / 200, abs=0.4)
    soft = (across > 0.05) & (across < 0.95)
    assert 1 <= soft.sum() <= 4, "its edge runs out over a pixel"
    assert at(layer.sprite, 0, -190) == (*BLUE, 255)
    layer.clear()
    assert layer.is_empty and alpha(layer.sprite).max() == 0


def test_strokes_join_without_a_seam_and_without_growing_bolder(canvas: Canvas) -> None:
    whole, pieces = ink.Ink(BLUE), ink.Ink(BLUE)
    whole.stroke((-90.0, -300.0), (90.0, -240.0), 4.5, 4.5)
    points = [(-90.0 + 6.0 * k, -300.0 + 2.0 * k) for k in range(31)]
    for start, end in pairwise(points):
        pieces.stroke(start, end, 4.5, 4.5)
    assert np.abs(alpha(whole.sprite).astype(int) - alpha(pieces.sprite)).max() <= 3


def test_ink_outside_the_paper_is_left_out(canvas: Canvas) -> None:
    layer = ink.Ink(BLUE)
    layer.stroke((-2000.0, -200.0), (-900.0, -100.0), 5.0, 3.0)
    layer.blot((900.0, 900.0), 10.0, 1, drops=2)
    assert layer.is_empty
    layer.stroke((-500.0, -200.0), (0.0, -200.0), 5.0, 5.0)
    assert at(layer.sprite, -340, -200)[3] == 255


def test_a_blot_grows_over_what_it_was(canvas: Canvas) -> None:
    layer = ink.Ink(BLUE)
    covered = []
    for radius in (4.0, 7.0, 10.0):
        layer.blot((20.0, -100.0), radius, 3, drops=0)
        covered.append((alpha(layer.sprite) / 255).sum())
    assert covered[0] < covered[1] < covered[2] == pytest.approx(np.pi * 10.0**2, rel=0.15)


@pytest.mark.parametrize("half_px", [12.0, 34.0, 75.0])
def test_the_double_line_begins_where_inside_ends(canvas: Canvas, half_px: float) -> None:
    corners = [(-150.0, 0.0), (150.0, 0.0), (150.0, -300.0), (-150.0, -300.0)]
    outline, sprite = ink.Outline(corners), ink.blank_layer()
    outline.paint(sprite, 60.0, LINE, BAND, 0.4)  # what was there before is gone
    outline.paint(sprite, half_px, LINE, BAND, 0.4)
    for way in (-1, 1):
        assert at(sprite, -150 + way * (half_px - 3), -150)[3] == pytest.approx(102, abs=2)
        assert at(sprite, -150 + way * (half_px - 3), -150)[:3] == BAND
        assert at(sprite, -150 + way * (half_px + 2), -150) == (*LINE, 255)
        assert at(sprite, -150 + way * (half_px + 7), -150)[3] == 0
    wide = (alpha(sprite)[round(ink.ORIGIN[1]) - 150, : round(ink.ORIGIN[0])] > 200).sum()
    assert wide == pytest.approx(8, abs=2), "two lines of four pixels on the left side"


def test_a_page_is_squeezed_and_made_small(canvas: Canvas) -> None:
    layer, leaf = ink.Ink(BLUE), ink.Ink(BLUE)
    layer.stroke((100.0, -300.0), (100.0, -100.0), 6.0, 6.0)
    leaf.squeeze_from(layer, 0.5, from_right=False)
    columns = np.flatnonzero(alpha(leaf.sprite).max(axis=0))
    assert columns.mean() == pytest.approx(460 / 2, abs=2) and len(columns) == pytest.approx(6, abs=2)
    leaf.squeeze_from(layer, 0.5, from_right=True)
    assert np.flatnonzero(alpha(leaf.sprite).max(axis=0)).mean() == pytest.approx(360 + 460 / 2, abs=2)
    small = ink.small_layer(BLUE)
    layer.shrink_into(small)
    assert small.size == (ink.SMALL_PX, ink.SMALL_PX)
    dark = alpha(small)
    assert np.flatnonzero(dark.max(axis=0)).mean() == pytest.approx((460 - 90) / 6, abs=1.5)
    assert dark.max() > 150 and (dark.max(axis=1) > 0).sum() == pytest.approx(212 / 6, abs=2)
