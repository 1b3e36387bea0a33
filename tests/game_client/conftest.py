"""The game without a display: SDL's dummy drivers, one window for all tests."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

os.environ["SDL_VIDEODRIVER"] = "dummy"
os.environ["SDL_AUDIODRIVER"] = "dummy"

if TYPE_CHECKING:
    from collections.abc import Iterator

    from game_client.engine.canvas import Canvas
    from game_client.engine.window import Window
    from game_client.scenes._context import Context


@pytest.fixture(scope="session")
def window() -> Iterator[Window]:
    from game_client.engine.window import Window

    opened = Window("Movere tests")
    yield opened
    opened.close()


@pytest.fixture
def canvas(window: Window) -> Canvas:
    window.canvas.fill((0, 0, 0))
    return window.canvas


@pytest.fixture
def context(window: Window) -> Context:
    from game_client import words
    from game_client.scenes._context import Context

    return Context(words.load("en"))
