"""The stop sign: whole at each size, vermillion, and an otter that stands out from it, also small."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pygame
import pytest

from game_client.assets.stop_sign import stop_sign
from game_client.engine.palette import STOP, luminance

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from game_client.engine.window import Window


def colours(size_px: int, high_contrast: bool) -> NDArray[np.uint8]:
    """The sign on black, (x, y, 3), cut to its square."""
    sprite = stop_sign(size_px, high_contrast)
    ground = pygame.Surface(sprite.size)
    ground.blit(sprite.surface, (0, 0))
    left, top, half = round(sprite.x), round(sprite.y), size_px // 2
    return pygame.surfarray.array3d(ground)[left - half : left + half, top - half : top + half]


@pytest.mark.parametrize("high_contrast", [False, True])
@pytest.mark.parametrize("size_px", [64, 340, 380])
def test_it_is_an_octagon_as_wide_as_asked(window: Window, size_px: int, high_contrast: bool) -> None:
    sprite = stop_sign(size_px, high_contrast)
    cover = pygame.surfarray.array_alpha(sprite.surface) > 250
    across = [int(cover[:, round(sprite.y)].sum()), int(cover[round(sprite.x)].sum())]
    assert across == pytest.approx([size_px, size_px], abs=3)
    # An octagon covers 2 (sqrt 2 - 1) = 0.83 of its square.
    assert cover.sum() / size_px**2 == pytest.approx(0.828, abs=0.02)


@pytest.mark.parametrize("high_contrast", [False, True])
@pytest.mark.parametrize("size_px", [64, 380])
def test_vermillion_surrounds_an_otter_with_dark_eyes_and_nose(
    window: Window, size_px: int, high_contrast: bool
) -> None:
    found = colours(size_px, high_contrast).astype(int)
    is_stop = np.abs(found - np.array(STOP)).max(axis=2) < 24
    assert 0.10 < is_stop.mean() < 0.40
    light = np.array([[luminance(tuple(each)) for each in row] for row in found.tolist()])
    unit = size_px / 380

    def at(x: float, y: float, half: float) -> NDArray[np.float64]:
        col, row, wide = round((190 + x) * unit), round((190 + y) * unit), max(1, round(half * unit))
        return light[col - wide : col + wide, row - wide : row + wide]

    for x, y in ((-64, -66), (32, -66), (-16, -36)):  # eyes and nose
        assert at(x, y, 8).min() < 0.03
    cheek, eye = at(-16, 6, 4).mean(), at(-64, -62, 6).min()
    assert (cheek + 0.05) / (eye + 0.05) > 4.5
    assert at(-16, -140, 4).mean() == pytest.approx(luminance(STOP), abs=0.05), "above its head"


def test_in_high_contrast_the_otter_itself_is_white(window: Window) -> None:
    found = colours(380, True)
    for x, y in ((-16, -100), (-16, 60), (145, 40)):  # forehead, chest, arm
        assert tuple(int(each) for each in found[190 + x, 190 + y]) == (255, 255, 255)
