"""One sentence, a picture, and one target: alerts, and messages from the therapist."""

from __future__ import annotations

from typing import TYPE_CHECKING

from game_client.alerts import Alert, icon_name, sentence
from game_client.assets import waters
from game_client.assets.icons import icon as icon_of
from game_client.engine.palette import MUTED_INK
from game_client.scenes._menu import Menu
from game_client.scenes._targets import Target

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from game_client.engine.canvas import Canvas
    from game_client.scenes._context import Context


class Note(Menu):
    """`leave` is called after the screen has closed; Listen reads it aloud."""

    def __init__(
        self, context: Context, title: str, body: str, icon: str, leave: Callable[[], None] | None = None
    ) -> None:
        super().__init__(context)
        self._title, self._body, self._icon = title, body, icon
        self._leave = leave
        self._picture = waters.shore(context.look.high_contrast)

    @property
    def sentence(self) -> str:
        return f"{self._title} {self._body}"

    def targets(self) -> list[Target]:
        words = self.context.words
        return [
            Target("ok", 456, 610, 320, 110, words("alert.ok"), "done", "wide", 44),
            Target("listen", 824, 610, 340, 110, words("home.listen"), "listen", "wide", 40),
        ]

    def paint(self, canvas: Canvas, now_s: float) -> None:
        look = self.context.look
        canvas.draw(self._picture)
        left, room = look.x(390, 730), 730
        title_px, title = canvas.fit(self._title, look.size(52), room, 220)
        title_tall = len(title) * title_px * 1.2
        body_room = round(400 - title_tall)
        body_px, body = canvas.fit(self._body, look.size(38), room, body_room, "Semibold", 1.35)
        tall = title_tall + len(body) * body_px * 1.35 + 16
        height = max(320, round(tall) + 88)
        canvas.slip(120, 290 - height / 2, 1040, height, look, 36)
        x = look.x(256)
        canvas.disc(x, 290, 96, look.ink)
        canvas.disc(x, 290, 90, look.paper)
        canvas.draw(icon_of(self._icon, 1.9, look.ink, look.paper), x, 290)
        end = canvas.paragraph(self._title, left, 290 - tall / 2, room, 220, title_px, look.ink)
        soft = look.ink if look.high_contrast else MUTED_INK
        canvas.paragraph(self._body, left, end + 16, room, body_room, body_px, soft, "Semibold", line=1.35)

    def chosen(self, name: str) -> None:
        self.context.stack.pop()
        if self._leave is not None:
            self._leave()

    def escaped(self) -> None:
        self.chosen("ok")


def alert_screen(context: Context, alert: Alert, leave: Callable[[], None] | None = None) -> Note:
    """The screen of a numbered alert. That the server is away is never one."""
    what, todo = sentence(alert, context.words)
    return Note(context, what, todo, icon_name(alert), leave)


def message_screens(context: Context, messages: Sequence[str], read: Callable[[int], None]) -> None:
    """Open the therapist's messages one after another; `read` gets the index of each that was closed."""
    if not messages:
        context.stack.push(Note(context, context.words("messages.none"), "", "messages"))
        return

    def open_next(index: int) -> None:
        def leave() -> None:
            read(index)
            if index + 1 < len(messages):
                open_next(index + 1)

        context.stack.push(Note(context, context.words("messages.title"), messages[index], "messages", leave))

    open_next(0)
