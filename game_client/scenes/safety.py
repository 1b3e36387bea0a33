"""The safety stop: kind words, what to do, and that the therapist will know."""

from __future__ import annotations

from typing import TYPE_CHECKING

from game_client.assets import waters
from game_client.engine.palette import MUTED_INK
from game_client.scenes._menu import Menu
from game_client.scenes._targets import Target

if TYPE_CHECKING:
    from collections.abc import Callable

    from game_client.engine.canvas import Canvas
    from game_client.scenes._context import Context


class SafetyStop(Menu):
    """`leave` is called when the player has read it."""

    def __init__(self, context: Context, leave: Callable[[], None]) -> None:
        super().__init__(context)
        self._leave = leave
        self._picture = waters.shore(context.look.high_contrast)
        self._boat = waters.mooring(context.look.high_contrast)

    @property
    def sentence(self) -> str:
        words = self.context.words
        return " ".join(words(f"safety.{key}") for key in ("title", "rest", "help", "not_emergency"))

    def targets(self) -> list[Target]:
        words = self.context.words
        return [
            Target("ok", 290, 610, 320, 110, words("safety.ok"), "done", "wide", 44),
            Target("listen", 640, 610, 320, 110, words("home.listen"), "listen", "wide", 40),
        ]

    def paint(self, canvas: Canvas, now_s: float) -> None:
        look, words = self.context.look, self.context.words
        canvas.draw(self._picture)
        canvas.draw(self._boat, 1080, 520)
        end = canvas.paragraph(words("safety.title"), 64, 40, 1150, 150, look.size(60), look.ink)
        soft = look.ink if look.high_contrast else MUTED_INK
        lines = [words(f"safety.{key}") for key in ("rest", "help", "not_emergency", "told")]
        canvas.paragraph(
            "\n".join(lines), 64, end + 14, 1100, round(520 - end), look.size(38), soft, "Semibold", line=1.35
        )

    def chosen(self, name: str) -> None:
        self._leave()

    def escaped(self) -> None:
        self._leave()
