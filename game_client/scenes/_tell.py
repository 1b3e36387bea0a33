"""The eye beside play: where results are told when asked for, this asks for the next one."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from game_client.engine.palette import CUE, DONE_ON_DARK
from game_client.scenes._targets import draw_target, round_target

if TYPE_CHECKING:
    from game_client.engine.canvas import Canvas
    from game_client.engine.look import Look

TELL_AT = (1184.0, 214.0)
_NEAR_PX = 60.0
_TICK_S = 1 / 120


class Tell:
    """Offered in blocks with chosen feedback; `asked` until the next result was told."""

    def __init__(self) -> None:
        self.is_offered = False
        self.asked = False
        self._dwell_s = 0.0

    def at(self, place_px: tuple[float, float], look: Look) -> bool:
        """Whether a place on the screen is on it."""
        return self.is_offered and math.dist(place_px, (look.x(TELL_AT[0]), TELL_AT[1])) < _NEAR_PX

    def dwells(self, place_px: tuple[float, float] | None, look: Look, dwell_s: float | None) -> bool:
        """Count a tick of the boat on it; True when it has stayed long enough."""
        if place_px is None or dwell_s is None or self.asked or not self.at(place_px, look):
            self._dwell_s = 0.0
            return False
        self._dwell_s += _TICK_S
        return self._dwell_s >= dwell_s

    def draw(self, canvas: Canvas, look: Look, dwell_s: float) -> None:
        if not self.is_offered:
            return
        x = look.x(TELL_AT[0])
        if self.asked:
            canvas.disc(x, TELL_AT[1], 60, CUE if look.high_contrast else DONE_ON_DARK)
        target = round_target("tell", x, TELL_AT[1], 48, icon="vision")
        draw_target(canvas, target, look, self._dwell_s / max(0.1, dwell_s), False)
