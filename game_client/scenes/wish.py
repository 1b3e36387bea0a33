"""Once a week: how much do you want to play? Five faces, one touch, and nothing follows from it but kindness.

A low answer makes rewards count double in reward training and offers the choice of game and place. It
is asked with pictures so that it can be answered without words.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from game_client.assets import waters
from game_client.engine.painter import Sprite
from game_client.engine.palette import INK, WHITE
from game_client.scenes._keys import frame
from game_client.scenes._menu import Menu
from game_client.scenes._targets import Target, ring, round_target

if TYPE_CHECKING:
    from collections.abc import Callable

    from game_client.engine.canvas import Canvas
    from game_client.scenes._context import Context

_FACES = (8, 6, 4, 2, 0)
"""Which pebble's face stands for an answer of 0 to 4: the glad one is the most."""
_WIDE, _HIGH, _RADIUS = 208, 248, 72


@lru_cache(maxsize=10)
def _face(answer: int, high_contrast: bool) -> Sprite:
    return waters.pebble_face(_FACES[answer], _RADIUS, high_contrast)


class Wish(Menu):
    """`answered` gets 0 (not at all) to 4 (very much)."""

    def __init__(self, context: Context, answered: Callable[[int], None]) -> None:
        super().__init__(context)
        self._answered = answered
        self._picture = waters.shore(context.look.high_contrast)

    @property
    def sentence(self) -> str:
        words = self.context.words
        return f"{words('wish.ask')} {words('wish.0')}, {words('wish.4')}."

    def targets(self) -> list[Target]:
        look = self.context.look
        # Hand space is never mirrored, and neither is a scale that runs from less to more.
        found = [
            Target(str(k), 176 + k * 232, 400, _WIDE, _HIGH, self.context.words(f"wish.{k}"), "", "card", 30)
            for k in range(len(_FACES))
        ]
        found.append(round_target("listen", look.x(1184), 66, 48, icon="listen"))
        return found

    @property
    def _cards(self) -> list[Target]:
        return [each for each in self.chooser.targets if each.style == "card"]

    def paint(self, canvas: Canvas, now_s: float) -> None:
        look = self.context.look
        canvas.draw(self._picture)
        canvas.paragraph(
            self.context.words("wish.ask"), 156, 46, 968, 170, look.size(56), look.ink, "Bold", "centre"
        )

    def paint_over(self, canvas: Canvas, target: Target, dwell_share: float) -> None:
        if target.style != "card":
            return
        look = self.context.look
        chosen = dwell_share > 0 or target.name == self.chooser.focus
        left, top = target.x - _WIDE / 2, target.y - _HIGH / 2
        if chosen:
            frame(canvas, target, look.high_contrast)
        else:
            canvas.slip(left, top, _WIDE, _HIGH, look, 26)
        if look.high_contrast:
            canvas.disc(target.x, top + 94, _RADIUS + 6, WHITE)
        canvas.draw(_face(int(target.name), look.high_contrast), target.x, top + 94)
        ring(canvas, target.x, top + 94, _RADIUS + 8, 7, dwell_share, look)
        ink = look.ink if not chosen or look.high_contrast else INK
        room = _WIDE - 24
        size = min(
            canvas.fit(each.label, look.size(30), room, 72, "Semibold", 1.1)[0] for each in self._cards
        )
        _, lines = canvas.fit(target.label, size, room, 72, "Semibold", 1.1)
        first = top + 208 - (len(lines) - 1) * size * 0.55
        for k, each in enumerate(lines):
            canvas.text(each, target.x, first + k * size * 1.1, size, ink, "Semibold", "centre")

    def chosen(self, name: str) -> None:
        self._answered(int(name))
