"""Counts general and red flashes in rendered frames, by the definitions of WCAG 2.2, 2.3.1.

A general flash is a pair of opposing changes of relative luminance of at least a tenth of the maximum, the
darker state below 0.80; a red flash a pair of opposing changes into or out of a saturated red. What counts
is the joint area of the pixels that change the same way within a tenth of a second.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

GRID = 8
"""Frames are looked at on every eighth pixel of every eighth row."""
FLASH_AREA_PX = 21_824 * (1280 * 720) / (1024 * 768)
_CHANGE, _DARKER_BELOW = 0.10, 0.80
_TOGETHER_S = 0.1
_VALUE = np.arange(256) / 255.0
_LINEAR = np.where(_VALUE <= 0.04045, _VALUE / 12.92, ((_VALUE + 0.055) / 1.055) ** 2.4)


def relative_luminance(frame: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Relative luminance 0..1 of sRGB pixels, shape (height, width)."""
    return np.asarray(_LINEAR[frame] @ (0.2126, 0.7152, 0.0722))


def _red(frame: NDArray[np.uint8]) -> NDArray[np.float64]:
    """1 where a pixel is a saturated red, else 0."""
    value = frame.astype(float)
    return ((value[..., 0] / np.maximum(value.sum(axis=-1), 1) >= 0.8) & (value[..., 0] > 50)).astype(float)


def _changes(
    signal: Sequence[NDArray[np.float64]], step: float
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """For each frame: how many pixels finish a rise of at least `step`, and how many a fall."""
    low, high = signal[0].copy(), signal[0].copy()
    ups, downs = [], []
    for now in signal:
        low, high = np.minimum(low, now), np.maximum(high, now)
        rose = (now - low >= step) & (low < _DARKER_BELOW)
        fell = (high - now >= step) & (now < _DARKER_BELOW)
        ups.append(rose.sum())
        downs.append(fell.sum())
        low = np.where(fell, now, np.where(rose, now, low))
        high = np.where(rose, now, np.where(fell, now, high))
    return np.array(ups), np.array(downs)


def most_flashes(frames: Sequence[NDArray[np.uint8]], hz: int) -> int:
    """The largest number of flashes in any second, general or red."""
    return max(
        _most([relative_luminance(each) for each in frames], _CHANGE, hz),
        _most([_red(each) for each in frames], 1, hz),
    )


def _most(signal: Sequence[NDArray[np.float64]], step: float, hz: int) -> int:
    ups, downs = _changes(signal, step)
    together = np.ones(max(1, round(_TOGETHER_S * hz)))
    directions = []
    large_up = np.convolve(ups, together)[: len(ups)] * GRID * GRID > FLASH_AREA_PX
    large_down = np.convolve(downs, together)[: len(downs)] * GRID * GRID > FLASH_AREA_PX
    last = 0
    for frame, (up, down) in enumerate(zip(large_up, large_down, strict=True)):
        now = 1 if up and not down else -1 if down and not up else 0
        if now and now != last:
            directions.append(frame)
            last = now
    if len(directions) < 2:
        return 0
    ends = [directions[k] for k in range(1, len(directions), 2)]
    return max(sum(1 for each in ends if start <= each < start + hz) for start in ends)
