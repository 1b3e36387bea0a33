"""Pairing: eight letters for the therapist, and the fingerprint that both can compare."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from game_client.assets import waters
from game_client.engine.palette import MUTED_INK, START
from game_client.scenes._menu import Menu
from game_client.scenes._targets import Target, round_target

if TYPE_CHECKING:
    from collections.abc import Callable

    from game_client.engine.canvas import Canvas
    from game_client.scenes._context import Context

POLL_EVERY_S = 1.0


@dataclass(frozen=True, slots=True)
class PairView:
    """`code` is eight letters; `fingerprint` a short form of the profile's key."""

    state: Literal["waiting", "paired", "expired", "offline"]
    code: str = ""
    fingerprint: str = ""


class Pair(Menu):
    """`poll` is asked once a second and must answer at once; `done` gets `paired`, `later` or `new_code`."""

    def __init__(self, context: Context, poll: Callable[[], PairView], done: Callable[[str], None]) -> None:
        super().__init__(context)
        self._poll, self._done = poll, done
        self._view = poll()
        self._next_poll_ns = 0
        self._picture = waters.shore(context.look.high_contrast)
        self._boat = waters.mooring(context.look.high_contrast)

    @property
    def sentence(self) -> str:
        words, view = self.context.words, self._view
        if view.state == "waiting":
            return f"{words('pair.code')} {' '.join(view.code)}"
        return words(
            {"paired": "pair.done", "expired": "pair.expired", "offline": "pair.offline"}[view.state]
        )

    def targets(self) -> list[Target]:
        words, look, state = self.context.words, self.context.look, self._view.state
        if state == "paired":
            first = Target("paired", 290, 610, 320, 110, words("alert.ok"), "done", "wide", 44)
        elif state == "expired":
            first = Target("new_code", 310, 610, 360, 110, words("pair.new_code"), "key", "wide", 40)
        else:
            first = Target("later", 290, 610, 320, 110, words("pair.later"), "back", "wide", 40)
        return [first, round_target("listen", 600 if look.text_scale < 1.5 else 640, 610, 52, icon="listen")]

    def update(self, t_ns: int) -> None:
        if t_ns >= self._next_poll_ns:
            self._next_poll_ns = t_ns + round(POLL_EVERY_S * 1e9)
            view = self._poll()
            if view != self._view:
                self._view = view
                self.refresh()
        super().update(t_ns)

    def paint(self, canvas: Canvas, now_s: float) -> None:
        look, words, view = self.context.look, self.context.words, self._view
        canvas.draw(self._picture)
        canvas.draw(self._boat, 1080, 560)
        if view.state != "waiting":
            canvas.paragraph(self.sentence, 64, 120, 1120, 360, look.size(60), look.ink)
            return
        canvas.paragraph(words("pair.code"), 64, 36, 1152, 130, look.size(56), look.ink, align="centre")
        canvas.slip(120, 176, 1040, 210, look, 32)
        self._paint_code(canvas, view.code)
        soft = look.ink if look.high_contrast else MUTED_INK
        says = words("pair.fingerprint", fingerprint=view.fingerprint)
        end = canvas.paragraph(says, 64, 404, 1152, 62, look.size(34), soft, "Semibold", "centre")
        dots = "." * (1 + int(now_s * 1.2) % 3) if not look.reduced_motion else ""
        canvas.paragraph(
            words("pair.wait").rstrip(".") + dots.ljust(1, "."), 64, end + 4, 1152, 60, look.size(30), soft,
            "Semibold", "centre",
        )  # fmt: skip

    def _paint_code(self, canvas: Canvas, code: str) -> None:
        """Two groups of four, every letter in its own cell, so that they can be read out one by one."""
        look = self.context.look
        ink = look.ink if look.high_contrast else START
        for k, letter in enumerate(code.upper()):
            x = 640 + (k - 3.5) * 112 + (28 if k >= 4 else -28)
            canvas.text(letter, x, 276, 128, ink, "Bold", "centre")

    def chosen(self, name: str) -> None:
        self._done(name)

    def escaped(self) -> None:
        self._done("later")
