"""Progress: at most three numbers of my own beside last week's, one sentence, my keepsakes. No ranking."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from game_client.assets import waters
from game_client.assets.keepsakes import keepsake
from game_client.engine.palette import MUTED_INK, START, TARGET, WHITE, rgb
from game_client.scenes._menu import Menu
from game_client.scenes._targets import Target, round_target

if TYPE_CHECKING:
    from collections.abc import Sequence

    from game_client.engine.canvas import Canvas
    from game_client.scenes._context import Context


_KEEPSAKE_PX, _SHELF_Y = 70, 672


@dataclass(frozen=True, slots=True)
class ProgressNumber:
    """A number, the key of the words under it, and last week's number when there was one."""

    value: int
    key: str
    last_week: int | None = None


class Progress(Menu):
    """Shows up to three numbers; `sentence_key` names the one sentence, `places` those with a keepsake."""

    def __init__(
        self,
        context: Context,
        numbers: Sequence[ProgressNumber],
        sentence_key: str,
        places: Sequence[str] = (),
    ) -> None:
        super().__init__(context)
        self._places = places
        self._numbers = list(numbers)[:3]
        self._key = sentence_key if self._numbers else "progress.none"
        self._picture = waters.shore(context.look.high_contrast)

    @property
    def sentence(self) -> str:
        said = [f"{each.value} {self._label(each)}." for each in self._numbers]
        if self._places:
            said.append(self.context.words("progress.keepsakes", n=len(self._places)))
        return " ".join([self.context.words(self._key), *said])

    def _label(self, number: ProgressNumber) -> str:
        if number.key == "progress.sessions":
            return self.context.words(number.key, n=number.value)
        return self.context.words(number.key)

    def targets(self) -> list[Target]:
        look = self.context.look
        return [
            round_target("back", look.x(104), 628, 52, icon="back"),
            round_target("listen", look.x(236), 628, 52, icon="listen"),
        ]

    def paint(self, canvas: Canvas, now_s: float) -> None:
        look, words = self.context.look, self.context.words
        canvas.draw(self._picture)
        size = look.size(52)
        canvas.paragraph(words(self._key), 56, 30, 1168, 150, size, look.ink, align="centre")
        count = len(self._numbers)
        wide, gap = 376, 28
        left = 640 - (count * wide + (count - 1) * gap) / 2
        for k, number in enumerate(self._numbers):
            self._paint_number(canvas, number, left + k * (wide + gap), wide)

        self._paint_shelf(canvas)

    def _paint_shelf(self, canvas: Canvas) -> None:
        """A board as long as what stands on it: nothing shows what is still to come."""
        if not self._places:
            return
        look = self.context.look
        wide = _KEEPSAKE_PX + 4
        long = wide * len(self._places) + 24
        left = look.x(1240 - long, long)
        canvas.plate(left, _SHELF_Y, long, 12, 5, WHITE if look.high_contrast else rgb("#8B6A4C"))
        for k, place in enumerate(self._places):
            x = left + 12 + wide * (k + 0.5)
            sprite = keepsake(place, _KEEPSAKE_PX, look.high_contrast)
            stands = sprite.surface.get_bounding_rect().bottom - sprite.y
            canvas.draw(sprite, x, _SHELF_Y + 1 - stands)

    def _paint_number(self, canvas: Canvas, number: ProgressNumber, x: float, wide: int) -> None:
        look = self.context.look
        top = 190
        canvas.slip(x, top, wide, 350, look, 30)
        ink = look.ink if look.high_contrast else START
        canvas.text(str(number.value), x + wide / 2, top + 92, 140, ink, "Bold", "centre")
        canvas.plate(x + wide / 2 - 70, top + 168, 140, 6, 3, TARGET)
        size, lines = canvas.fit(self._label(number), look.size(34), wide - 40, 110, "Semibold", 1.15)
        for i, line in enumerate(lines):
            canvas.text(line, x + wide / 2, top + 206 + i * size * 1.15, size, look.ink, "Semibold", "centre")
        if number.last_week is not None:
            says = self.context.words("progress.last_week", value=number.last_week)
            small, _ = canvas.fit(says, look.size(28), wide - 30, 46, "Semibold")
            soft = look.ink if look.high_contrast else MUTED_INK
            canvas.text(says, x + wide / 2, top + 316, small, soft, "Semibold", "centre")

    def chosen(self, name: str) -> None:
        self.context.stack.pop()

    def escaped(self) -> None:
        self.context.stack.pop()
