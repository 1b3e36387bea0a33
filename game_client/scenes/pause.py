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

_SENTENCES = {
    "lost": "pause.pointer_lost",
    "joystick_gone": "pause.joystick_gone",
    "joystick_drifts": "pause.joystick_drifts",
}


class Pause(Menu):
    """`leave` is told `go_on`, `rest` or `stop`; play counts down before it goes on.

    With `reason` `joystick_gone` it goes on by itself as soon as `is_back` says so.
    """

    covers = False

    def __init__(
        self,
        context: Context,
        leave: Callable[[str], None],
        reason: str = "",
        is_back: Callable[[], bool] = lambda: False,
    ) -> None:
        super().__init__(context)
        self._leave = leave
        self._says = _SENTENCES.get(reason, "pause.title")
        self._waits = reason == "joystick_gone"
        self._is_back = is_back

    @property
    def sentence(self) -> str:
        return self.context.words(self._says)

    def targets(self) -> list[Target]:
        words = self.context.words
        size = 40 if self.context.look.text_scale <= 1.5 else 34
        rows = (("go_on", "go"), ("rest", "rest"), ("stop", "home"))
        says = {name: words(f"pause.{name}") for name, _ in rows}
        if self._waits:
            says["go_on"] = words("pause.use_mouse")
        return [
            Target(name, 640, 320 + k * 128, 520, 108, says[name], icon, "wide", size)
            for k, (name, icon) in enumerate(rows)
        ]

    def update(self, t_ns: int) -> None:
        if self._waits and self._is_back():
            self._waits = False
            self.chosen("go_on")
        else:
            super().update(t_ns)

    def paint(self, canvas: Canvas, now_s: float) -> None:
        look = self.context.look
        canvas.fill(BLACK if look.high_contrast else INK, 0.55)
        title_px = look.size(64) if self._says == "pause.title" else look.size(46)
        canvas.paragraph(self.sentence, 140, 100, 1000, 150, title_px, look.cream, align="centre")

    def chosen(self, name: str) -> None:
        self.context.stack.pop()
        self._leave(name)

    def escaped(self) -> None:
        self.chosen("go_on")
