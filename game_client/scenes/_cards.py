"""A screen of cards: each shows a setting and its value; touching one takes the next value, at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from game_client.assets import waters
from game_client.assets.icons import icon
from game_client.scenes._choice import choice, draw_choice
from game_client.scenes._menu import Menu
from game_client.scenes._targets import Target, ring, round_target

if TYPE_CHECKING:
    from game_client.config import Settings
    from game_client.engine.canvas import Canvas
    from game_client.scenes._context import Context

_WIDE_AT, _WIDE = (90, 650), 540


class Cards(Menu):
    """Changes go to the context, which stores them. Subclasses name cards, values and steps.

    `ways` are up to two wide choices under the cards, (name, icon) each; `says` is where their words are.
    """

    cards: dict[str, str]
    """Name -> icon, up to eight."""
    says: str
    ways: tuple[tuple[str, str], ...] = ()

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._paint_ground()

    def value(self, card: str) -> str:
        """What is written on a card."""
        raise NotImplementedError

    def step(self, settings: Settings, card: str) -> Settings:
        """The settings after touching a card."""
        raise NotImplementedError

    def took(self, way: str) -> None:
        """One of the wide choices was chosen."""

    @property
    def sentence(self) -> str:
        words = self.context.words
        said = [f"{words(f'{self.says}.{card}')}: {self.value(card)}." for card in self.cards]
        return " ".join([self.title, *said])

    @property
    def title(self) -> str:
        return self.context.words(f"{self.says}.title")

    def targets(self) -> list[Target]:
        words, look = self.context.words, self.context.look
        high, first, apart = (200, 230, 212) if self.ways else (216, 250, 236)
        last = len(self.cards) % 4 or 4
        found = [
            Target(
                card,
                196 + (k % 4) * 296 + (148 * (4 - last) if k >= len(self.cards) - last else 0),
                first + (k // 4) * apart,
                276,
                high,
                words(f"{self.says}.{card}"),
                "",
                "card",
            )
            for k, card in enumerate(self.cards)
        ]
        lefts = _WIDE_AT if len(self.ways) > 1 else (sum(_WIDE_AT) / 2,)
        for left, (name, picture) in zip(lefts, self.ways, strict=False):
            found.append(choice(name, left, 568, _WIDE, 112, words(f"{self.says}.{name}"), picture))
        found.append(round_target("back", look.x(104), 66, 48, icon="back"))
        found.append(round_target("listen", look.x(1184), 66, 48, icon="listen"))
        return found

    def paint(self, canvas: Canvas, now_s: float) -> None:
        look = self.context.look
        canvas.draw(self._picture)
        says, size = self.title, look.size(46)
        canvas.paragraph(says, 176, 66 - size * 0.6, 928, 110, size, look.ink, align="centre")

    def paint_over(self, canvas: Canvas, target: Target, dwell_share: float) -> None:
        if target.style != "card":
            return
        look = self.context.look
        if target.name not in self.cards:
            draw_choice(canvas, target, look, dwell_share)
            return
        left, top = target.x - target.width / 2, target.y - target.height / 2
        canvas.slip(left, top, round(target.width), round(target.height), look, 26)
        canvas.draw(icon(self.cards[target.name], 0.9, look.ink, look.paper), target.x, top + 48)
        ring(canvas, target.x, top + 48, 40, 7, dwell_share, look)
        value = self.value(target.name)
        label, _ = canvas.fit(target.label, look.size(30), 244, 56, "Semibold")
        size, _ = canvas.fit(value, look.size(40), 244, 66)
        bottom = top + target.height
        canvas.text(target.label, target.x, bottom - 98, label, look.ink, "Semibold", "centre")
        canvas.text(value, target.x, bottom - 44, size, look.ink, "Bold", "centre")

    def chosen(self, name: str) -> None:
        if name == "back":
            self.context.stack.pop()
        elif name in self.cards:
            self.context.change(self.step(self.context.settings, name))
            self._paint_ground()
            self.refresh()
        else:
            self.took(name)

    def escaped(self) -> None:
        self.context.stack.pop()

    def _paint_ground(self) -> None:
        self._picture = waters.shore(self.context.look.high_contrast)
