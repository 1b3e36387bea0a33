"""Rest: a minute on the lake. One may go on at any time."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING

from game_client.assets import waters
from game_client.engine.painter import Sprite
from game_client.engine.palette import CUE, PERSON_INK, WHITE, rgb
from game_client.scenes._menu import Menu
from game_client.scenes._targets import Target, round_target

if TYPE_CHECKING:
    from collections.abc import Callable

    from game_client.engine.canvas import Canvas
    from game_client.scenes._context import Context

MINUTE_S = 60.0
_IN_S, _OUT_S = 4.0, 6.0
_RIPPLES = ((110, 3.5, 0.9), (190, 3.0, 0.6), (280, 2.5, 0.36), (380, 2.5, 0.2))


@lru_cache(maxsize=3)
def _lake(high_contrast: bool) -> Sprite:
    return waters.lake(high_contrast)


class Rest(Menu):
    """`command` gets `rest_done` with the seconds rested, or `stop` when the session offers to stop."""

    def __init__(
        self, context: Context, command: Callable[[str, float | None], None], offers_stop: bool = False
    ) -> None:
        super().__init__(context)
        self._command = command
        self._offers_stop = offers_stop
        self._picture = _lake(context.look.high_contrast)
        self._started_s: float | None = None

    @property
    def sentence(self) -> str:
        words = self.context.words
        return f"{words('rest.title')} {words('rest.breathe')}"

    def targets(self) -> list[Target]:
        words, look = self.context.words, self.context.look
        found = [round_target("go_on", look.x(180), 576, 92, style="bare", label=words("rest.go_on"))]
        if self._offers_stop:
            wide = 380 if look.text_scale < 1.5 else 470
            x = 300 + wide / 2
            found.append(Target("stop", look.x(x), 600, wide, 100, words("rest.stop"), "home", "wide", 36))
        return found

    def paint(self, canvas: Canvas, now_s: float) -> None:
        look, words = self.context.look, self.context.words
        if self._started_s is None:
            self._started_s = now_s
        canvas.draw(self._picture)
        self._draw_ripples(canvas, now_s)
        x = 0 if look.mirrored else 56
        top = canvas.paragraph(
            words("rest.title"), x, 40, 1224, 170, look.size(64), look.ink, "Bold", look.side
        )
        canvas.paragraph(
            words("rest.breathe"), x, top + 2, 1224, 120, look.size(40), look.ink, "Semibold", look.side
        )

    def _draw_ripples(self, canvas: Canvas, now_s: float) -> None:
        """Rings that breathe: wider for four seconds, narrower for six; with reduced motion one is bold."""
        look = self.context.look
        assert self._started_s is not None  # noqa: S101
        phase_s = (now_s - self._started_s) % (_IN_S + _OUT_S)
        x, y = waters.BOAT_AT_REST[0], waters.BOAT_AT_REST[1] + 24
        colour = WHITE if look.high_contrast else rgb("#FFF6E0")
        rising = phase_s / _IN_S if phase_s < _IN_S else 1 - (phase_s - _IN_S) / _OUT_S
        breath = 0.5 - 0.5 * math.cos(math.pi * rising)
        for k, (radius, width, strength) in enumerate(_RIPPLES):
            if look.reduced_motion:
                bold = k == min(3, int(rising * 4))
                canvas.ripple(x, y, radius, 6 if bold else 2.5, colour, 1.0 if bold else 0.35)
            else:
                canvas.ripple(x, y, radius * (0.82 + 0.30 * breath), width, colour, strength)

    def paint_over(self, canvas: Canvas, target: Target, dwell_share: float) -> None:
        if target.name != "go_on":
            return
        look = self.context.look
        x, y = target.x, target.y
        canvas.slip(x - 92, y - 92, 184, 184, look, 92)
        passed = 0.0 if self._started_s is None else min(1.0, self._passed_s() / MINUTE_S)
        canvas.ring(x, y, 80, 9, rgb("#333333") if look.high_contrast else rgb("#D6D4CB"))
        canvas.arc(x, y, 80, 9, CUE if look.high_contrast else PERSON_INK, passed)
        size, _ = canvas.fit(target.label, look.size(44), 132, 80)
        canvas.text(target.label, x, y - 2, size, look.ink, "Bold", "centre")
        if dwell_share > 0:
            canvas.arc(x, y, 92, 9, rgb("#E69F00"), dwell_share)

    def _passed_s(self) -> float:
        return self._now_s - (self._started_s or 0.0)

    def draw(self, canvas: Canvas, now_s: float, between: float) -> None:
        self._now_s = now_s
        super().draw(canvas, now_s, between)

    def chosen(self, name: str) -> None:
        if name == "go_on":
            self._go_on()
        else:
            self._command("stop", None)

    def escaped(self) -> None:
        self._go_on()

    def _go_on(self) -> None:
        self._command("rest_done", None if self._started_s is None else round(self._passed_s(), 1))
