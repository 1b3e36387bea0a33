"""Words always fit their box and are never cut; the canvas sits letterboxed in any window."""

from __future__ import annotations

import numpy as np
import pygame
import pytest
from hypothesis import given
from hypothesis import strategies as st

from game_client.engine import text
from game_client.engine.canvas import Canvas
from game_client.engine.capture import pixels
from game_client.engine.geometry import curve, ribbon, turned
from game_client.engine.look import Look
from game_client.engine.painter import Gradient, Painter
from game_client.engine.window import Window

_WORDS = st.lists(st.text("abcdefghijklmnop", min_size=1, max_size=12), min_size=1, max_size=14).map(" ".join)


@given(_WORDS, st.integers(120, 900), st.integers(60, 500), st.sampled_from([28, 42, 64, 84, 128]))
def test_fitted_text_is_whole_and_inside(words: str, width: int, height: int, size: int) -> None:
    fitted, lines = text.fit(words, size, "Bold", width, height, 1.2)
    assert " ".join(lines) == words
    assert fitted <= size
    if fitted > 16:
        assert all(text.width_px(line, fitted, "Bold") <= width for line in lines)
        assert len(lines) * fitted * 1.2 <= height


def test_a_mirrored_look_mirrors_places_once() -> None:
    assert Look(mirrored=True).x(40, 292) == 948
    assert Look().x(40, 292) == 40


@pytest.mark.parametrize("size", [(1280, 720), (1920, 1080), (1000, 900), (640, 480)])
def test_the_canvas_is_letterboxed(window: Window, size: tuple[int, int]) -> None:
    pygame.display.set_mode(size, pygame.RESIZABLE)
    window.resized()
    try:
        window.canvas.fill((200, 30, 40))
        window.present()
        left, top, width, height = window._frame()
        assert width / height == pytest.approx(16 / 9, rel=0.01)
        assert window.to_canvas((left, top)) == (0, 0)
        assert window.to_canvas((left + width, top + height)) == pytest.approx((1280, 720))
        screen = pygame.surfarray.array3d(pygame.display.get_surface())
        middle = screen[left + width // 2, top + height // 2].astype(int)
        assert np.abs(middle - (200, 30, 40)).max() <= 3  # scaling rounds
        if top:
            assert tuple(screen[5, 2]) == (0, 0, 0)
    finally:
        pygame.display.set_mode((1280, 720), pygame.RESIZABLE)
        window.resized()


def test_painted_edges_are_smooth_and_colours_exact(window: Window) -> None:
    painter = Painter(60, 60, origin=(30, 30))
    painter.circle(0, 0, 20, (230, 159, 0))
    canvas = Canvas()
    canvas.fill((0, 0, 0))
    canvas.draw(painter.sprite(), 100, 100)
    seen = pixels(canvas)
    assert tuple(seen[100, 100]) == (230, 159, 0)
    assert tuple(seen[100, 125]) == (0, 0, 0)
    edge = seen[100, 118:123, 0].astype(int)
    assert (np.diff(edge) <= 0).all() and ((edge > 0) & (edge < 230)).any()


def test_a_gradient_runs_where_it_is_told(window: Window) -> None:
    painter = Painter(10, 100, (0, 0, 0))
    painter.shape(
        [(0, 0), (10, 0), (10, 100), (0, 100)], Gradient("down", (0, 0, 0), (250, 250, 250), 0, 100)
    )
    canvas = Canvas()
    canvas.draw(painter.sprite())
    column = pixels(canvas)[2:98, 5, 0].astype(int)
    assert (np.diff(column) >= 0).all() and column[-1] > 230 and column[0] < 15


def test_geometry() -> None:
    assert turned([(1, 0)], 90)[0] == pytest.approx((0, -1))
    assert curve([(0, 0), (10, 0), (20, 0)], 4)[-1] == (20, 0)
    assert ribbon([(0, 0), (10, 0)], [2, 2]) == [(0, 1), (10, 1), (10, -1), (0, -1)]
