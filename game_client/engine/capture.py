"""Pictures of the canvas, as files and as numbers: for the manual, and for measuring what was drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pygame

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from game_client.engine.canvas import Canvas


def pixels(canvas: Canvas, every: int = 1) -> NDArray[np.uint8]:
    """What is on the canvas, shape (height, width, 3), 0..255; only `every` so many pixels of each row."""
    seen = pygame.surfarray.pixels3d(canvas.surface)[::every, ::every]
    return np.ascontiguousarray(seen.transpose(1, 0, 2))


def save_png(canvas: Canvas, path: Path) -> None:
    """Save the canvas."""
    pygame.image.save(canvas.surface, str(path))


def sheet(pictures: Sequence[Path], path: Path, columns: int, width: int) -> None:
    """Save small copies of pictures side by side."""
    height = width * 9 // 16
    rows = -(-len(pictures) // columns)
    page = pygame.Surface((columns * (width + 8) + 8, rows * (height + 8) + 8))
    page.fill((251, 246, 234))
    for k, each in enumerate(pictures):
        small = pygame.transform.smoothscale(pygame.image.load(str(each)), (width, height))
        page.blit(small, (8 + (k % columns) * (width + 8), 8 + (k // columns) * (height + 8)))
    pygame.image.save(page, str(path))
