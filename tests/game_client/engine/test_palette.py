"""Measured contrast of the palette: text 4.5 to 1, graphics 3 to 1, and signals apart for every eye."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from skimage.color import deltaE_ciede2000, rgb2lab

from game_client.assets.harbour import LIGHTS
from game_client.engine import palette as p
from game_client.engine.palette import PLACES, Rgb, contrast, mix, rgb


@pytest.mark.parametrize(
    ("text", "ground"),
    [
        (p.INK, p.PAPER), (p.CREAM, p.NIGHT), (p.WHITE, p.START), (p.PERSON_INK, p.PAPER), (p.INK, p.WARM),
        (p.INK, p.CUE), (p.INK, p.TARGET), (p.WHITE, p.BLACK), (p.WHITE, p.HC_LAND), (p.CUE, p.BLACK),
        (p.INACTIVE, p.BLACK), (p.MUTED_INK, rgb("#C3D8D6")), (p.INK, rgb("#AFCDCF")), (p.START, p.PAPER),
        (rgb("#EAF8F6"), rgb("#0B3545")),
    ],
)  # fmt: skip
def test_text_stands_out(text: Rgb, ground: Rgb) -> None:
    assert contrast(text, ground) >= 4.5


@pytest.mark.parametrize(
    ("figure", "ground"),
    [
        (p.TARGET, p.SEA), (p.TARGET, p.SEA_EDGE), (p.WHITE, p.SEA), (p.CUE, p.SEA), (p.ERROR, p.INK),
        (p.STOP, p.PAPER), (p.STOP, p.INK), (p.TARGET, p.TRACK), (p.TARGET, p.INK),
        (p.DONE_ON_LIGHT, p.PAPER), (p.DONE_ON_DARK, p.NIGHT), (p.CUE, p.HC_LAND), (p.ERROR, p.BLACK),
    ],
)  # fmt: skip
def test_signals_stand_out(figure: Rgb, ground: Rgb) -> None:
    assert contrast(figure, ground) >= 3.0


@pytest.mark.parametrize("light", sorted(LIGHTS))
def test_the_boat_and_the_rings_stand_out_in_every_light(light: str) -> None:
    for water in (LIGHTS[light].water, LIGHTS[light].edge):
        assert contrast(p.WHITE, water) >= 4.5
        assert contrast(p.CREAM, water) >= 4.5


def test_figures_agree_with_the_published_ones() -> None:
    """Spot checks of the formula against the design's table."""
    assert contrast(p.INK, p.PAPER) == pytest.approx(15.3, abs=0.1)
    assert contrast(p.WHITE, p.START) == pytest.approx(9.0, abs=0.1)
    assert contrast(p.TARGET, p.SEA) == pytest.approx(3.4, abs=0.1)
    assert contrast(p.BLACK, p.WHITE) == pytest.approx(21.0)


# Machado, Oliveira & Fernandes 2009, severity 1.0, on linear RGB.
_BLIND = {
    "protanopia": [[0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritanopia": [[1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}  # fmt: skip


@pytest.mark.parametrize("kind", sorted(_BLIND))
def test_signals_stay_apart_under_colour_blindness(kind: str) -> None:
    seen = {}
    for name in ("TARGET", "CUE", "ERROR", "STOP", "DONE_ON_LIGHT"):
        value = np.array(getattr(p, name)) / 255
        linear = np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)
        blind = np.clip(np.array(_BLIND[kind]) @ linear, 0, 1)
        srgb = np.where(blind <= 0.0031308, blind * 12.92, 1.055 * blind ** (1 / 2.4) - 0.055)
        seen[name] = rgb2lab(srgb[None, None])[0, 0]
    for one, other in itertools.combinations(seen, 2):
        assert float(deltaE_ciede2000(seen[one], seen[other])) >= 8, (one, other)


def test_the_twelve_places_are_one_river() -> None:
    assert [each.number for each in PLACES.values()] == list(range(1, 13))


def test_mixing() -> None:
    assert mix((0, 0, 0), (200, 100, 50), 0.5) == (100, 50, 25)
