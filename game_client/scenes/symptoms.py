"""Three questions before and after play: pain, effort, and whether something new is wrong."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from game_client.assets import waters
from game_client.assets.icons import icon
from game_client.engine.painter import Sprite
from game_client.engine.palette import BLACK, INK, MUTED_INK, WARM, WHITE
from game_client.scenes._keys import frame, keys, paint_key
from game_client.scenes._menu import Menu
from game_client.scenes._targets import Target, ring

if TYPE_CHECKING:
    from collections.abc import Callable

    from game_client.engine.canvas import Canvas
    from game_client.scenes._context import Context

QUESTIONS = ("pain", "effort", "warning")
SIGNS = ("none", "chest_pain", "breathless", "dizzy", "headache", "vision")


@lru_cache(maxsize=2)
def _shore(high_contrast: bool) -> Sprite:
    return waters.shore(high_contrast)


@lru_cache(maxsize=32)
def _face(level: int, radius: int, high_contrast: bool) -> Sprite:
    return waters.pebble_face(level, radius, high_contrast)


@lru_cache(maxsize=1)
def _shadow() -> Sprite:
    return waters.pebble_shadow()


class Symptoms(Menu):
    """Asks pain 0-10, effort 0-10 and a new warning sign; `command` gets each answer."""

    def __init__(self, context: Context, command: Callable[[str, float], None]) -> None:
        super().__init__(context)
        self._command = command
        self._question = 0
        self._picture = _shore(context.look.high_contrast)

    @property
    def question(self) -> str:
        return QUESTIONS[self._question]

    @property
    def sentence(self) -> str:
        words = self.context.words
        asked = words(f"{self.question}.ask")
        return asked if self.question == "warning" else f"{asked} {words(f'{self.question}.scale')}"

    def targets(self) -> list[Target]:
        words = self.context.words
        if self.question == "warning":
            found = []
            for k, sign in enumerate(SIGNS[1:]):
                x, y = 240 + (k % 3) * 400, 270 + (k // 3) * 200
                found.append(Target(sign, x, y, 380, 180, words(f"warning.{sign}"), sign, "card", 34))
            found.append(Target("none", 1040, 470, 380, 180, words("warning.none"), "done", "card", 44))
            return found
        return keys()

    def paint(self, canvas: Canvas, now_s: float) -> None:
        look, words = self.context.look, self.context.words
        canvas.draw(self._picture)
        top = 22 if look.text_scale > 1.3 else 46
        end = canvas.paragraph(
            words(f"{self.question}.ask"), 48, top, 1184, 150, look.size(56), look.ink, "Bold", "centre"
        )
        if self.question == "warning":
            return
        left = max(40, 262 - end)
        scale_ink = look.ink if look.high_contrast else MUTED_INK
        canvas.paragraph(
            words(f"{self.question}.scale"),
            48,
            end + 4,
            1184,
            round(left),
            look.size(34),
            scale_ink,
            "Semibold",
            "centre",
        )

    def paint_over(self, canvas: Canvas, target: Target, dwell_share: float) -> None:
        chosen = dwell_share > 0 or target.name == self.chooser.focus
        if target.style == "key":
            self._paint_key(canvas, target, chosen, dwell_share)
        else:
            self._paint_card(canvas, target, chosen, dwell_share)

    def _paint_key(self, canvas: Canvas, target: Target, chosen: bool, dwell_share: float) -> None:
        look = self.context.look
        level = int(target.name)
        if level % 2 == 0:
            self._paint_face(canvas, target.x, level, chosen)
        paint_key(canvas, target, look, chosen, dwell_share)

    def _paint_face(self, canvas: Canvas, x: float, level: int, chosen: bool) -> None:
        look = self.context.look
        if not look.high_contrast:
            canvas.draw(_shadow(), x, 428)
        radius = 70 if chosen else 60
        if chosen:
            canvas.disc(x, 350, radius + 9, WHITE if look.high_contrast else INK)
            canvas.disc(x, 350, radius + 5, BLACK if look.high_contrast else WARM)
        canvas.draw(_face(level, radius, look.high_contrast), x, 350)
        canvas.line((x, 446), (x, 476), look.ink if look.high_contrast else MUTED_INK, 4)

    def _paint_card(self, canvas: Canvas, target: Target, chosen: bool, dwell_share: float) -> None:
        look = self.context.look
        left, top = target.x - target.width / 2, target.y - target.height / 2
        if chosen:
            frame(canvas, target, look.high_contrast)
        else:
            canvas.slip(left, top, round(target.width), round(target.height), look, 24)
        ground = look.paper if not chosen or look.high_contrast else WARM
        ink = look.ink if not chosen or look.high_contrast else INK
        large = look.text_scale > 1.5
        x, y = (target.x, top + 52) if not large else (target.x, top + 44)
        canvas.draw(icon(target.icon, 1.15 if not large else 0.9, ink, ground), x, y)
        ring(canvas, x, y, 42, 7, dwell_share, look)
        size, lines = canvas.fit(
            target.label, look.size(target.label_px), round(target.width) - 32, 96, "Semibold", 1.1
        )
        first = top + 132 - (len(lines) - 1) * size * 0.55
        for i, each in enumerate(lines):
            canvas.text(each, target.x, first + i * size * 1.1, size, ink, "Semibold", "centre")

    def chosen(self, name: str) -> None:
        asked = self.question
        value = float(SIGNS.index(name)) if asked == "warning" else float(name)
        if self._question + 1 < len(QUESTIONS):
            self._question += 1
            self.refresh()
            self.chooser.focus = None
        self._command(asked, value)
