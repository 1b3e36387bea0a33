"""The end of a session: one number, one sentence, one picture."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from game_client.assets import waters
from game_client.engine.painter import Sprite
from game_client.engine.palette import CUE, START, TARGET
from game_client.scenes._menu import Menu
from game_client.scenes._targets import Target, round_target

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from game_client.engine.canvas import Canvas
    from game_client.scenes._context import Context


@lru_cache(maxsize=2)
def _sea(high_contrast: bool, mirrored: bool) -> Sprite:
    picture = waters.evening_sea(high_contrast)
    return picture.mirrored() if mirrored else picture


class Summary(Menu):
    """`summary` is the number, the key of its sentence and the sentence's values."""

    def __init__(
        self,
        context: Context,
        summary: tuple[int, str, Mapping[str, int]],
        leave: Callable[[], None],
        next_time: str = "",
    ) -> None:
        """`next_time` is the sentence that says when to come again, empty where no day is planned."""
        super().__init__(context)
        self._next_time = next_time
        number, key, values = summary
        self._number = str(number)
        self._words = context.words(key, n=number, **{k: v for k, v in values.items() if k != "n"})
        self._leave = leave
        self._picture = _sea(context.look.high_contrast, context.look.mirrored)

    @property
    def sentence(self) -> str:
        return f"{self._number} {self._words} {self._next_time}".rstrip()

    def targets(self) -> list[Target]:
        look = self.context.look
        return [
            round_target("done", look.x(108), 584, 60, icon="done"),
            round_target("listen", look.x(468), 584, 52, icon="listen"),
        ]

    def paint(self, canvas: Canvas, now_s: float) -> None:
        look = self.context.look
        canvas.draw(self._picture)
        wide = 476 if look.text_scale <= 1.3 else 640
        left = look.x(48, wide)
        canvas.slip(left, 64, wide, 424, look, 32)
        number_px = 210 if look.text_scale <= 1.3 else 180
        colour = look.ink if look.high_contrast else START
        width = canvas.text(self._number, left + 40, 64 + number_px * 0.56, number_px, colour, "Bold")
        rule = 64 + round(number_px * 1.06)
        canvas.plate(left + 42, rule, max(60, width - 4), 6, 3, CUE if look.high_contrast else TARGET)
        canvas.paragraph(
            self._words,
            left + 42,
            rule + 22,
            wide - 84,
            460 - rule,
            look.size(36),
            look.ink,
            "Semibold",
            line=1.3,
        )
        self._paint_next(canvas)

    def _paint_next(self, canvas: Canvas) -> None:
        if not self._next_time:
            return
        look = self.context.look
        size = min(look.size(30), 44)
        wide = canvas.width_of(self._next_time, size, "Semibold") + 56
        left = look.x(560 if look.text_scale <= 1.3 else 720, wide)
        canvas.slip(left, 64, wide, 68, look, 30)
        canvas.text(self._next_time, left + 28, 97, size, look.ink, "Semibold")

    def paint_over(self, canvas: Canvas, target: Target, dwell_share: float) -> None:
        if target.name == "done":
            look = self.context.look
            side = -82 if look.mirrored else 82
            size = min(look.size(40), 64)
            canvas.text(
                self.context.words("summary.done"),
                target.x + side,
                target.y - 1,
                size,
                look.cream,
                "Bold",
                look.side,
            )

    def chosen(self, name: str) -> None:
        self._leave()

    def escaped(self) -> None:
        self._leave()
