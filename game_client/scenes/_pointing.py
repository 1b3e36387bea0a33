"""The hand that plays also chooses on the screens between play: it moves a pointer, and stays to choose."""

from __future__ import annotations

from typing import TYPE_CHECKING

from game_client.engine.input import Moved
from game_client.engine.look import HEIGHT, WIDTH
from shared.movement.one_euro import OneEuro
from shared.wire.session import TICK_HZ
from shared.wire.streams import FLAG_LOST

if TYPE_CHECKING:
    from game_client.hand import Hand

_REACH_PX = 290.0
_EDGE_PX = 24.0
_POINTS = frozenset({"webcam_hand", "lsl_stream"})
"""Mouse and finger point by themselves, a stick steps, and leaning at eleven numbers would tire a trunk."""


class Pointing:
    """Ask `pointed` at each tick that no play takes; what the device gathers meanwhile is no part of play."""

    def __init__(self, hand: Hand, reach_m: float) -> None:
        self._hand, self._px_per_um = hand, _REACH_PX / (reach_m * 1e6)
        self._filters = OneEuro("steady", TICK_HZ), OneEuro("steady", TICK_HZ)
        self._is_on = hand.inner.kind in _POINTS

    def pointed(self, t_ns: int) -> Moved | None:
        """Return where the hand points on the canvas; None while it is not seen or does not point."""
        if not self._is_on or self._hand.is_spare:
            return None
        x_um, y_um, _, flags = self._hand.device.at(t_ns)
        self._hand.device.take_rows()
        if flags & FLAG_LOST:
            return None
        x_m, y_m = self._filters[0].step(x_um * 1e-6), self._filters[1].step(y_um * 1e-6)
        x = WIDTH / 2 + x_m * 1e6 * self._px_per_um
        y = HEIGHT / 2 - y_m * 1e6 * self._px_per_um
        return Moved(
            t_ns,
            min(WIDTH - _EDGE_PX, max(_EDGE_PX, x)),
            min(HEIGHT - _EDGE_PX, max(_EDGE_PX, y)),
            by_hand=True,
        )
