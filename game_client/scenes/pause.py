"""Pause: the picture stands still behind a slip with three ways on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from game_client.assets.icons import icon
from game_client.engine.palette import BLACK, INK
from game_client.scenes._choice import draw_sentence
from game_client.scenes._menu import Menu
from game_client.scenes._targets import Target

if TYPE_CHECKING:
    from collections.abc import Callable

    from game_client.engine.canvas import Canvas
    from game_client.scenes._context import Context

_ICONS = {
    "lost": "mouse",
    "joystick_gone": "stick",
    "joystick_drifts": "stick",
    "camera_failed": "camera",
    "camera_ended": "camera",
    "camera_gone": "camera",
    "camera_dark": "lamp",
    "camera_view": "person",
    "camera_people": "people",
    "stream_gone": "stream",
    "stream_rate": "stream",
    "stream_bad": "stream",
}
"""What the input device is in want of has a sentence and a picture; every other reason is `Paused.`"""


def reason_of(problem: str) -> str:
    """Return the reason, and so the sentence, that a device's problem has here."""
    return {"gone": "joystick_gone", "drifts": "joystick_drifts"}.get(problem, problem)


class Pause(Menu):
    """`leave` is told `go_on`, `rest` or `stop`; play counts down before it goes on.

    With `is_back`, play can't go on with this input device: it goes on by itself as soon as `is_back` says
    that it can, and the player may go on with the mouse instead where there is a spare one (`has_spare`).
    """

    covers = False

    def __init__(
        self,
        context: Context,
        leave: Callable[[str], None],
        reason: str = "",
        is_back: Callable[[int], bool] | None = None,
        *,
        has_spare: bool = False,
    ) -> None:
        super().__init__(context)
        self._leave = leave
        self._icon = _ICONS.get(reason, "")
        self._says = f"pause.{reason}" if self._icon else "pause.title"
        self._is_back = is_back
        self._uses_spare = is_back is not None and has_spare

    @property
    def sentence(self) -> str:
        return self.context.words(self._says)

    def targets(self) -> list[Target]:
        words = self.context.words
        size = 40 if self.context.look.text_scale <= 1.5 else 34
        rows = (("go_on", "go"), ("rest", "rest"), ("stop", "home"))
        says = {name: words(f"pause.{name}") for name, _ in rows}
        icons = dict(rows)
        if self._uses_spare:
            says["go_on"], icons["go_on"] = words("pause.use_mouse"), "mouse"
        return [
            Target(name, 640, 320 + k * 128, 520, 108, says[name], icons[name], "wide", size)
            for k, (name, _) in enumerate(rows)
        ]

    def update(self, t_ns: int) -> None:
        if self._is_back is not None and self._is_back(t_ns):
            self._is_back = None
            self.chosen("go_on")
        else:
            super().update(t_ns)

    def paint(self, canvas: Canvas, now_s: float) -> None:
        look = self.context.look
        canvas.fill(BLACK if look.high_contrast else INK, 0.55)
        if not self._icon:
            canvas.slip(380, 104, 520, 140, look)
            size, _ = canvas.fit(self.sentence, look.size(64), 480, 132)
            canvas.text(self.sentence, 640, 170, size, look.ink, "Bold", "centre")
            return
        canvas.slip(40, 36, 1200, 208, look)
        canvas.draw(icon(self._icon, 1.7, look.ink, look.paper), look.x(148), 140)
        draw_sentence(canvas, look, self.sentence, (look.x(256, 960), 44, 960, 192), look.size(46))

    def chosen(self, name: str) -> None:
        self.context.stack.pop()
        self._leave(name)

    def escaped(self) -> None:
        """Go on; but a key that is hit in haste changes no input device."""
        if not self._uses_spare:
            self.chosen("go_on")
