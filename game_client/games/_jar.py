"""The jar of lights: what was paid in this block, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from game_client.engine.geometry import slip
from game_client.engine.painter import Painter
from game_client.engine.palette import BLACK, CREAM, CUE, WHITE, rgb

if TYPE_CHECKING:
    from game_client.engine.canvas import Canvas
    from game_client.engine.look import Look


class Jar:
    """The lights earned in this block."""

    def __init__(self, look: Look) -> None:
        self.look = look
        p = Painter(140, 160, origin=(70, 80))
        contrast = look.high_contrast
        p.shape(slip(-46, -46, 92, 112, 22), BLACK if contrast else rgb("#CFE6E4"), 1 if contrast else 0.22)
        outline = slip(-46, -46, 92, 112, 22)
        p.line([*outline, outline[0]], 5 if contrast else 4, WHITE if contrast else rgb("#E8F4F0"), 0.9)
        p.shape(slip(-38, -64, 76, 22, 8), WHITE if contrast else rgb("#E8D7B0"))
        self._jar = p.sprite()
        p = Painter(48, 48, origin=(24, 24))
        if not contrast:
            p.glow(0, 0, 24, rgb("#F6D860"), 0.8)
        p.circle(0, 0, 6.5, CUE if contrast else rgb("#FFE45C"))
        self._spark = p.sprite()

    def draw(self, canvas: Canvas, lights: int) -> None:
        x, y = self.look.x(102), 600.0
        canvas.draw(self._jar, x, y)
        for i in range(min(lights, 18)):
            row, column = divmod(i, 3)
            canvas.draw(self._spark, x - 26 + column * 26 + (row % 2) * 6 - 3, y + 50 - row * 17)
        number_x = self.look.x(174)
        if self.look.high_contrast:
            wide = canvas.width_of(str(lights), self.look.size(64), "Bold") + 24
            canvas.plate(self.look.x(162, wide), y - 34, wide, 100, 12, BLACK)
        canvas.text(str(lights), number_x, y + 16, self.look.size(64), CREAM, "Bold", self.look.side)
