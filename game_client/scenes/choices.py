"""A few wide targets on the quiet shore: what "More" opens, and where the game is left."""

from __future__ import annotations

from typing import TYPE_CHECKING

from game_client.assets import waters
from game_client.scenes._menu import Menu
from game_client.scenes._targets import Target

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from game_client.engine.canvas import Canvas
    from game_client.scenes._context import Context

_ICONS = {"leave": "home"}


class Choices(Menu):
    """`choose` gets the name; "back" only closes."""

    def __init__(self, context: Context, names: Sequence[str], choose: Callable[[str], None]) -> None:
        super().__init__(context)
        self._names, self._choose = names, choose
        self._picture = waters.shore(context.look.high_contrast)

    @property
    def sentence(self) -> str:
        return ", ".join(self.context.words(f"home.{name}") for name in self._names)

    def targets(self) -> list[Target]:
        words = self.context.words
        every = [*self._names, "back"]
        top = 360 - (len(every) - 1) * 64
        return [
            Target(
                name, 640, top + k * 128, 640, 112,
                words("settings.back" if name == "back" else f"home.{name}"),
                "back" if name == "back" else _ICONS.get(name, name), "wide", 40,
            )
            for k, name in enumerate(every)
        ]  # fmt: skip

    def paint(self, canvas: Canvas, now_s: float) -> None:
        canvas.draw(self._picture)

    def chosen(self, name: str) -> None:
        self.context.stack.pop()
        if name != "back":
            self._choose(name)

    def escaped(self) -> None:
        self.context.stack.pop()
