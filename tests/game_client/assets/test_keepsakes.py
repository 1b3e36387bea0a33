"""Keepsakes: one of each place, whole in its square, in every look, and told apart by shape alone."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import numpy as np
import pygame
import pytest

from game_client.assets.keepsakes import keepsake
from game_client.places import NAMES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from game_client.engine.window import Window


def covered(place: str, size_px: int, high_contrast: bool) -> NDArray[np.float64]:
    """How much of each pixel the picture covers, 0..1."""
    surface = keepsake(place, size_px, high_contrast).surface
    return pygame.surfarray.array_alpha(surface).astype(np.float64) / 255


@pytest.mark.parametrize("high_contrast", [False, True])
@pytest.mark.parametrize("size_px", [70, 128])
@pytest.mark.parametrize("place", NAMES)
def test_a_keepsake_is_whole_and_fills_its_square(
    window: Window, place: str, size_px: int, high_contrast: bool
) -> None:
    cover = covered(place, size_px, high_contrast)
    edges = np.concatenate([cover[0], cover[-1], cover[:, 0], cover[:, -1]])
    assert edges.max() < 0.05, "it is cut"
    columns, rows = np.nonzero(cover.max(axis=1))[0], np.nonzero(cover.max(axis=0))[0]
    assert max(np.ptp(columns), np.ptp(rows)) > 0.8 * size_px
    assert 0.10 * size_px**2 < cover.sum() < 0.85 * size_px**2


@pytest.mark.parametrize("high_contrast", [False, True])
def test_no_two_keepsakes_have_one_shape(window: Window, high_contrast: bool) -> None:
    shapes = {place: covered(place, 70, high_contrast) > 0.5 for place in NAMES}
    for one, other in itertools.combinations(NAMES, 2):
        both = np.logical_and(shapes[one], shapes[other]).sum()
        either = np.logical_or(shapes[one], shapes[other]).sum()
        assert both / either < 0.85, (one, other)


def test_only_places_of_the_river_have_one() -> None:
    with pytest.raises(KeyError):
        keepsake("desert", 70, False)
