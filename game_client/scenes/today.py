"""Today's games as cards: touch one to play it first; another card changes the place. All optional."""

from __future__ import annotations

from typing import TYPE_CHECKING

from game_client.assets import waters
from game_client.assets.icons import icon
from game_client.engine.palette import INK, WARM
from game_client.scenes._keys import frame
from game_client.scenes._menu import Menu
from game_client.scenes._targets import Target, ring, round_target

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from game_client.engine.canvas import Canvas
    from game_client.scenes._context import Context

MOST_CARDS = 6
_WIDE, _HIGH = 380, 176


class Today(Menu):
    """`games` are (key, words) of each block in the plan's order; `done` gets the first one and the place.

    Either is empty while nothing was chosen. `places` are those that are open, empty where the plan decides.
    `together` begins to play in turns with somebody else; None where no game can be played so.
    """

    def __init__(
        self,
        context: Context,
        games: Sequence[tuple[str, str]],
        places: Sequence[str],
        together: Callable[[], None] | None,
        done: Callable[[str, str], None],
        chosen: tuple[str, str] = ("", ""),
    ) -> None:
        super().__init__(context)
        self._games, self._places, self._done = list(games)[: MOST_CARDS - 2], ["", *places], done
        self._together = together
        self._first, self._place = chosen
        self._picture = waters.shore(context.look.high_contrast)

    @property
    def sentence(self) -> str:
        words = self.context.words
        names = ", ".join(name for _, name in self._games)
        where = f" {self._where}." if len(self._places) > 1 else ""
        return f"{words('today.title')} {names}.{where}"

    @property
    def _where(self) -> str:
        words = self.context.words
        return words(f"place.{self._place}") if self._place else words("today.own_place")

    def targets(self) -> list[Target]:
        look = self.context.look
        cards = [(key, name, "go") for key, name in self._games]
        if len(self._places) > 1:
            cards.append(("place", self._where, "home"))
        if self._together is not None:
            cards.append(("together", self.context.words("today.together"), "people"))
        rows = -(-len(cards) // 3)
        found = []
        for k, (key, name, picture) in enumerate(cards):
            in_row = min(3, len(cards) - 3 * (k // 3))
            x = 640 + (k % 3 - (in_row - 1) / 2) * (_WIDE + 24)
            y = (350 if rows == 1 else 244) + (k // 3) * (_HIGH + 24)
            found.append(Target(key, x, y, _WIDE, _HIGH, name, picture, "card", 36))
        found.append(round_target("go", look.x(640), 640, 60, icon="go"))
        found.append(round_target("back", look.x(104), 66, 48, icon="back"))
        found.append(round_target("listen", look.x(1184), 66, 48, icon="listen"))
        return found

    def paint(self, canvas: Canvas, now_s: float) -> None:
        look = self.context.look
        canvas.draw(self._picture)
        says = self.context.words("today.title")
        canvas.paragraph(says, 176, 34, 928, 110, look.size(50), look.ink, align="centre")

    def paint_over(self, canvas: Canvas, target: Target, dwell_share: float) -> None:
        if target.style != "card":
            return
        look = self.context.look
        marked = target.name == self._first or dwell_share > 0 or target.name == self.chooser.focus
        left, top = target.x - _WIDE / 2, target.y - _HIGH / 2
        if marked:
            frame(canvas, target, look.high_contrast)
        else:
            canvas.slip(left, top, _WIDE, _HIGH, look, 26)
        plain = not marked or look.high_contrast
        ink, ground = (look.ink, look.paper) if plain else (INK, WARM)
        canvas.draw(icon(target.icon, 0.8, ink, ground), target.x, top + 48)
        ring(canvas, target.x, top + 48, 38, 7, dwell_share, look)
        size, lines = canvas.fit(target.label, look.size(36), _WIDE - 36, 92, "Semibold", 1.1)
        first = top + 122 - (len(lines) - 1) * size * 0.55
        for k, each in enumerate(lines):
            canvas.text(each, target.x, first + k * size * 1.1, size, ink, "Semibold", "centre")

    def chosen(self, name: str) -> None:
        if name in ("go", "back"):
            self.context.stack.pop()
            if name == "go":
                self._done(self._first, self._place)
            return
        if name == "together" and self._together is not None:
            self.context.stack.pop()
            self._together()
            return
        if name == "place":
            self._place = self._places[(self._places.index(self._place) + 1) % len(self._places)]
        else:
            self._first = "" if self._first == name else name
        self.refresh()

    def escaped(self) -> None:
        self.context.stack.pop()
