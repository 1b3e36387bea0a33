"""The bird of the second task: once in a trial it crosses the sky, clear of words and targets."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from game_client.assets.birds import bird
from game_client.engine.look import WIDTH

if TYPE_CHECKING:
    from game_client.engine.canvas import Canvas
    from game_client.engine.look import Look

_CROSSING_S = 2.4
_FROM_X, _TO_X, _Y, _RISE = 430.0, 1100.0, 62.0, 16.0
_BEATS_HZ = 3.0


class Flyby:
    """`see` which trial has a bird; `draw` it while it crosses."""

    def __init__(self) -> None:
        self._trial = -1
        self._since_s: float | None = None

    def see(self, trial: int, *, has_bird: bool, is_moving: bool, now_s: float) -> None:
        """A bird sets out when its trial's movement begins."""
        if has_bird and is_moving and trial != self._trial:
            self._trial, self._since_s = trial, now_s

    def draw(self, canvas: Canvas, now_s: float, look: Look) -> None:
        if self._since_s is None:
            return
        share = (now_s - self._since_s) / _CROSSING_S
        if not 0.0 <= share < 1.0:
            return
        pictures = bird(look.high_contrast)
        fades = min(1.0, 8.0 * share, 8.0 * (1.0 - share))
        if look.reduced_motion:
            canvas.draw(pictures[1], WIDTH / 2 + 120, _Y, fades)
            return
        beat = 0.5 - 0.5 * math.cos(math.tau * _BEATS_HZ * share * _CROSSING_S)
        x = _FROM_X + (_TO_X - _FROM_X) * share
        y = _Y - _RISE * math.sin(math.pi * share)
        canvas.draw(pictures[round(beat * (len(pictures) - 1))], look.x(x), y, fades)
