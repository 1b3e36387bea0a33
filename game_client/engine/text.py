"""Words on the screen: Source Sans Pro in the weights of the design, wrapped, fitted, and cached."""

from __future__ import annotations

import importlib.resources
from functools import lru_cache
from io import BytesIO
from typing import Literal

import pygame

from game_client.engine.palette import Rgb

Weight = Literal["Regular", "Semibold", "Bold"]
Align = Literal["left", "centre", "right"]
SMALLEST_PX = 28
LINE_TIGHT, LINE_OPEN = 1.2, 1.5


def _bytes_of(weight: Weight) -> bytes:
    return (
        importlib.resources.files("font_source_sans_pro") / "files" / f"SourceSansPro-{weight}.ttf"
    ).read_bytes()


@lru_cache(maxsize=8)
def _file(weight: Weight) -> bytes:
    return _bytes_of(weight)


@lru_cache(maxsize=256)
def font(size_px: int, weight: Weight) -> pygame.font.Font:
    """The font at a size in canvas pixels."""
    if not pygame.font.get_init():
        pygame.font.init()
    return pygame.font.Font(BytesIO(_file(weight)), size_px)


@lru_cache(maxsize=2048)
def width_px(text: str, size_px: int, weight: Weight) -> int:
    return font(size_px, weight).size(text)[0]


@lru_cache(maxsize=512)
def wrap(text: str, size_px: int, weight: Weight, width: int) -> tuple[str, ...]:
    """Break text into lines no wider than `width`; a word is never broken."""
    lines: list[str] = []
    for paragraph in text.split("\n"):
        line = ""
        for word in paragraph.split():
            longer = f"{line} {word}".strip()
            if line and width_px(longer, size_px, weight) > width:
                lines.append(line)
                line = word
            else:
                line = longer
        lines.append(line)
    return tuple(lines)


@lru_cache(maxsize=512)
def fit(
    text: str, size_px: int, weight: Weight, width: int, height: int, line: float
) -> tuple[int, tuple[str, ...]]:
    """Return the largest size up to `size_px` at which the text fits the box, with its lines.

    Nothing is ever cut: a word too wide, or too many lines, makes the letters smaller.
    """
    size = size_px
    while True:
        lines = wrap(text, size, weight, width)
        fits_width = all(width_px(each, size, weight) <= width for each in lines)
        if (fits_width and len(lines) * size * line <= height) or size <= 16:
            return size, lines
        size -= 2


@lru_cache(maxsize=512)
def rendered(text: str, size_px: int, weight: Weight, colour: Rgb) -> pygame.Surface:
    """One line of text as a picture, made once."""
    surface = font(size_px, weight).render(text, True, colour)
    return surface.convert_alpha() if pygame.display.get_surface() else surface
