"""After a block with a second task: how many birds flew by?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from game_client.assets import birds, waters
from game_client.engine.palette import INK
from game_client.scenes._keys import frame, keys, paint_key
from game_client.scenes._menu import Menu
from game_client.scenes._targets import Target, ring, round_target

if TYPE_CHECKING:
    from collections.abc import Callable

    from game_client.engine.canvas import Canvas
    from game_client.scenes._context import Context

MOST = 10


class Count(Menu):
    """`command` gets `counted` with the number, or with None for "I don't know"."""

    def __init__(self, context: Context, command: Callable[[str, float | None], None]) -> None:
        super().__init__(context)
        self._command = command
        self._picture = waters.shore(context.look.high_contrast)
        self._bird = birds.bird(context.look.high_contrast, 2.2)[1]

    @property
    def sentence(self) -> str:
        return self.context.words("count.ask")

    def targets(self) -> list[Target]:
        words, look = self.context.words, self.context.look
        found = keys()
        found.append(Target("unknown", 640, 404, 420, 96, words("count.unknown"), "", "card", 34))
        found.append(round_target("listen", look.x(1184), 66, 48, icon="listen"))
        return found

    def paint(self, canvas: Canvas, now_s: float) -> None:
        look = self.context.look
        canvas.draw(self._picture)
        canvas.paragraph(self.sentence, 176, 46, 928, 150, look.size(56), look.ink, "Bold", "centre")
        canvas.draw(self._bird, 640, 262)

    def paint_over(self, canvas: Canvas, target: Target, dwell_share: float) -> None:
        look, chosen = self.context.look, dwell_share > 0 or target.name == self.chooser.focus
        if target.style == "key":
            paint_key(canvas, target, look, chosen, dwell_share)
        elif target.style == "card":
            wide, high = round(target.width), round(target.height)
            if chosen:
                frame(canvas, target, look.high_contrast)
            else:
                canvas.slip(target.x - wide / 2, target.y - high / 2, wide, high, look, 30)
            ink = look.ink if not chosen or look.high_contrast else INK
            size, _ = canvas.fit(target.label, look.size(target.label_px), wide - 40, high - 16, "Semibold")
            canvas.text(target.label, target.x, target.y - 2, size, ink, "Semibold", "centre")
            ring(canvas, target.x, target.y, 36, 7, dwell_share, look)

    def chosen(self, name: str) -> None:
        self._command("counted", None if name == "unknown" else float(name))
