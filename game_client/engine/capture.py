"""Pictures of the canvas, as files and as numbers: for the manual, and for measuring what was drawn."""

from __future__ import annotations

import struct
import zlib
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
    path.write_bytes(png(pixels(canvas)))


def png(picture: NDArray[np.uint8]) -> bytes:
    """Encode pixels of shape (height, width, 3) as a small PNG: each row by the filter that suits it best."""
    height, width, _ = picture.shape
    now = picture.astype(np.int16)
    left, above, corner = (np.zeros_like(now) for _ in range(3))
    left[:, 1:], above[1:], corner[1:, 1:] = now[:, :-1], now[:-1], now[:-1, :-1]
    guess = left + above - corner
    to_left, to_above, to_corner = abs(guess - left), abs(guess - above), abs(guess - corner)
    nearest_left = (to_left <= to_above) & (to_left <= to_corner)
    paeth = np.where(nearest_left, left, np.where(to_above <= to_corner, above, corner))
    others = (0 * now, left, above, (left + above) // 2, paeth)
    every = np.stack([(now - other).astype(np.uint8) for other in others])
    cost = np.abs(every.astype(np.int8).astype(np.int16)).sum(axis=(2, 3))
    best = cost.argmin(axis=0)
    rows = b"".join(bytes([kind]) + every[kind, row].tobytes() for row, kind in enumerate(best))

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">2I5B", width, height, 8, 2, 0, 0, 0)
    body = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def sheet(pictures: Sequence[Path], path: Path, columns: int, width: int) -> None:
    """Save small copies of pictures side by side."""
    height = width * 9 // 16
    rows = -(-len(pictures) // columns)
    page = pygame.Surface((columns * (width + 8) + 8, rows * (height + 8) + 8))
    page.fill((251, 246, 234))
    for k, each in enumerate(pictures):
        small = pygame.transform.smoothscale(pygame.image.load(str(each)), (width, height))
        page.blit(small, (8 + (k % columns) * (width + 8), 8 + (k // columns) * (height + 8)))
    path.write_bytes(png(np.ascontiguousarray(pygame.surfarray.array3d(page).transpose(1, 0, 2))))
