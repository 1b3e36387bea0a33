"""Pause: the picture stands still behind a slip with three ways on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from game_client.engine.palette import BLACK, INK
from game_client.scenes._menu import Menu
from game_client.scenes._targets import Target

if TYPE_CHECKING:
    from collections.abc import Callable

    from game_client.engine.canvas import Canvas
    from game_client.scenes._context import Context


class Pause(Menu):
    """`leave` is told `go_on`, `rest` or `stop`; play counts down before it goes on."""

    covers = False

    def __init__(self, context: Context, leave: Callable[[str], None], lost: bool = False) -> None:
        super().__init__(context)
        self._leave = leave
        self._lost = lost

    @property
    def sentence(self) -> str:
        return self.context.words("pause.pointer_lost" if self._lost else "pause.title")

    def targets(self) -> list[Target]:
        words = self.context.words
        size = 40 if self.context.look.text_scale <= 1.5 else 34
        rows = (("go_on", "go"), ("rest", "rest"), ("stop", "home"))
        return [
            Target(name, 640, 320 + k * 128, 520, 108, words(f"pause.{name}"), icon, "wide", size)
            for k, (name, icon) in enumerate(rows)
        ]

    def paint(self, canvas: Canvas, now_s: float) -> None:
        look = self.context.look
        canvas.fill(BLACK if look.high_contrast else INK, 0.55)
        title_px = look.size(64) if not self._lost else look.size(46)
        canvas.paragraph(self.sentence, 140, 100, 1000, 150, title_px, look.cream, align="centre")

    def chosen(self, name: str) -> None:
        self.context.stack.pop()
        self._leave(name)

    def escaped(self) -> None:
        self.chosen("go_on")
