"""Arrival at a new place of the river: the boat comes in, a lantern lights, and there is a keepsake."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from game_client.assets import landing
from game_client.assets.keepsakes import keepsake
from game_client.engine.painter import Sprite
from game_client.scenes._menu import Menu
from game_client.scenes._targets import Target, round_target

if TYPE_CHECKING:
    from collections.abc import Callable

    from game_client.engine.canvas import Canvas
    from game_client.engine.text import Weight
    from game_client.scenes._context import Context

BOAT_S = 1.6
LIGHTS_AT_S, LIGHTS_S = 0.9, 0.9
"""The lantern begins to light while the boat is on its way, and is lit soon after it has landed."""


@lru_cache(maxsize=1)
def _pictures(
    place: str, mirrored: bool, high_contrast: bool
) -> tuple[Sprite, list[Sprite], tuple[Sprite, Sprite]]:
    boats = landing.boats(high_contrast)
    if mirrored:
        boats = [_turned(each) for each in boats]
    return landing.paint(place, mirrored, high_contrast), boats, landing.lanterns(high_contrast)


def _turned(sprite: Sprite) -> Sprite:
    flipped = sprite.mirrored()
    return Sprite(flipped.surface, sprite.size[0] - sprite.x, sprite.y)


class Arrived(Menu):
    """`leave` is called when the player goes on; nothing here waits, counts down or can be missed."""

    def __init__(self, context: Context, place: str, leave: Callable[[], None]) -> None:
        """`place` is one of `game_client.places.NAMES`; KeyError for any other."""
        super().__init__(context)
        self._place, self._leave = place, leave
        look, words = context.look, context.words
        self._title, self._name = words("arrived.title"), words(f"place.{place}")
        self._keeps = words(f"arrived.{place}")
        self._ground, self._boats, self._lanterns = _pictures(place, look.mirrored, look.high_contrast)
        self._since_s: float | None = None
        self._has_sounded = False

    @property
    def sentence(self) -> str:
        return f"{self._title} {self._name}. {self._keeps}"

    def targets(self) -> list[Target]:
        look = self.context.look
        return [
            round_target("go_on", look.x(108), 600, 60, icon="go"),
            round_target("listen", look.x(468), 600, 52, icon="listen"),
        ]

    def paint(self, canvas: Canvas, now_s: float) -> None:
        look = self.context.look
        if self._since_s is None:
            self._since_s = now_s
        passed_s = 60.0 if look.reduced_motion else now_s - self._since_s
        canvas.draw(self._ground)
        self._paint_lantern(canvas, (passed_s - LIGHTS_AT_S) / LIGHTS_S)
        self._paint_boat(canvas, passed_s / BOAT_S)
        self._paint_words(canvas)

    def _paint_boat(self, canvas: Canvas, share: float) -> None:
        gone = 1 - (1 - min(1.0, max(0.0, share))) ** 3  # it comes in fast and lands softly
        x, y, _ = landing.boat_at(gone)
        sprite = self._boats[round(gone * (len(self._boats) - 1))]
        canvas.draw(sprite, self.context.look.x(x), y)

    def _paint_lantern(self, canvas: Canvas, share: float) -> None:
        dark, lit = self._lanterns
        x, y = self.context.look.x(landing.LANTERN[0]), landing.LANTERN[1]
        canvas.draw(dark, x, y)
        canvas.draw(lit, x, y, min(1.0, max(0.0, share)))
        if share > 0 and not self._has_sounded:
            self._has_sounded = True
            self.context.audio.reached(1.0)

    def _paint_words(self, canvas: Canvas) -> None:
        look = self.context.look
        large = look.text_scale > 1.3
        wide = 640 if large else 588
        left, inner = look.x(48, wide), wide - 80
        lines: tuple[tuple[str, int, Weight, float, int], ...] = (
            (self._title, min(look.size(32), 52), "Semibold", 1.2, 70),
            (self._name, look.size(60), "Bold", 1.2, 150),
            (self._keeps, look.size(34), "Semibold", 1.3, 180),
        )
        fitted = [canvas.fit(says, px, inner, most, weight, line) for says, px, weight, line, most in lines]
        high = sum(size * len(rows) * each[3] for (size, rows), each in zip(fitted, lines, strict=True))
        canvas.slip(left, 56, wide, round(high) + 68, look, 32)
        y = 82.0
        for says, px, weight, line, most in lines:
            y = canvas.paragraph(says, left + 40, y, inner, most, px, look.ink, weight, look.side, line) + 6
        x = look.x(48 + wide + 116)
        canvas.slip(x - 96, 68, 192, 192, look, 96)
        canvas.disc(x, 164, 96, look.ink if look.high_contrast else look.paper)
        canvas.disc(x, 164, 91, look.paper)
        canvas.draw(keepsake(self._place, 128, look.high_contrast), x, 164)

    def paint_over(self, canvas: Canvas, target: Target, dwell_share: float) -> None:
        if target.name != "go_on":
            return
        look = self.context.look
        side = -82 if look.mirrored else 82
        size = min(look.size(40), 64)
        words = self.context.words("arrived.go_on")
        canvas.text(words, target.x + side, target.y - 1, size, look.cream, "Bold", look.side)

    def chosen(self, name: str) -> None:
        self.context.stack.pop()
        self._leave()

    def escaped(self) -> None:
        self.chosen("go_on")
