"""Progress stones: how far a block is, without a word."""

from __future__ import annotations

from typing import TYPE_CHECKING

from game_client.engine.painter import Painter, Sprite
from game_client.engine.palette import BLACK, CREAM, CUE, INACTIVE, INK, TARGET, WHITE, mix, rgb

if TYPE_CHECKING:
    from game_client.engine.canvas import Canvas
    from game_client.engine.look import Look


class Stones:
    """How far the block is: ten stones in two rows."""

    def __init__(self, look: Look) -> None:
        self.look = look
        self._done, self._next, self._later = (self._paint(kind) for kind in ("done", "next", "later"))

    def _paint(self, kind: str) -> Sprite:
        p = Painter(44, 44, origin=(22, 22))
        contrast = self.look.high_contrast
        if kind == "done":
            p.circle(0, 0, 16, BLACK if contrast else INK)
            p.circle(0, 0, 17 if contrast else 13, CUE if contrast else TARGET)
            p.line([(-6, 0), (-1.5, 5.5), (7, -5.5)], 3.8, BLACK if contrast else INK)
        elif contrast:
            p.ring(0, 0, 15, 4, WHITE if kind == "next" else INACTIVE)
        elif kind == "next":
            p.circle(0, 0, 16, INK)
            p.circle(0, 0, 12, CREAM)
        else:
            p.circle(0, 0, 15, INK, 0.4)
            p.circle(0, 0, 12, mix(rgb("#A9C07F"), CREAM, 0.45))
        return p.sprite()

    def draw(self, canvas: Canvas, done: int, total: int, top: float, beside: float = 0) -> None:
        """Each stone stands for a tenth of the block (for one trial in a block of ten or fewer)."""
        stones = min(10, total)
        full = done * stones // total
        left = self.look.x(48 + beside, 5 * 44 - 12)
        for i in range(stones):
            x, y = left + 16 + (i % 5) * 44, top + 16 + (i // 5) * 46
            canvas.draw(self._done if i < full else self._next if i == full else self._later, x, y)
