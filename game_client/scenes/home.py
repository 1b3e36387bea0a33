"""Home: a greeting, today's plan in one sentence, and Start."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from game_client.assets import things, valley
from game_client.assets.icons import icon
from game_client.engine.painter import Sprite
from game_client.engine.palette import BLACK, INK, QUIET, TARGET, WHITE, rgb
from game_client.places import LANTERNS, NAMES
from game_client.scenes._menu import Menu
from game_client.scenes._targets import Target, round_target
from game_client.scenes.choices import Choices

if TYPE_CHECKING:
    from collections.abc import Callable

    from game_client.engine.canvas import Canvas
    from game_client.scenes._context import Context


@dataclass(frozen=True, slots=True)
class HomeView:
    """What home shows. `games` 0 means that there is nothing to play: no plan, or today's is done."""

    name: str = ""
    hour: int = 9
    """The local hour, for the greeting."""
    games: int = 0
    minutes: int = 0
    has_plan: bool = True
    place: int = 1
    """Where on the river the player is, 1..12."""
    lanterns: int = 0
    """Lit towards the next place, of three."""
    unsent: int = 0
    """Sessions that wait to be sent."""
    sending: bool = False
    messages: int = 0
    """Unread messages from the therapist."""
    can_choose: bool = False
    """Whether the player may choose which game comes first, or where to play."""


_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_TENS = {20: "twenty", 30: "thirty", 40: "forty", 50: "fifty", 60: "sixty"}


def in_words(number: int, language: str = "en") -> str:
    """Small numbers as words in English, figures elsewhere."""
    if language != "en":
        return str(number)
    if number < len(_NUMBERS):
        return _NUMBERS[number]
    return _TENS.get(number, str(number))


@lru_cache(maxsize=2)
def _valley(place: int, large: bool, mirrored: bool, high_contrast: bool) -> Sprite:
    return valley.paint(place, large, mirrored, high_contrast)


class Home(Menu):
    """`view` is asked on every frame, so that what the sync does is seen; choices go to `choose`.

    Names chosen: start, progress, settings, choose, messages, leave.
    """

    def __init__(self, context: Context, view: Callable[[], HomeView], choose: Callable[[str], None]) -> None:
        super().__init__(context)
        self._ask, self._choose = view, choose
        self._view = view()
        self._boat = things.boat_sprite(1.0)

    @property
    def sentence(self) -> str:
        return f"{self._greeting()} {self._today()}"

    @property
    def _large(self) -> bool:
        return self.context.look.text_scale > 1.3

    def _greeting(self) -> str:
        words, hour = self.context.words, self._view.hour
        if not self._view.name:
            return words("home.hello")
        part = "morning" if 4 <= hour < 12 else "afternoon" if hour < 18 else "evening"
        return words(f"home.{part}", name=self._view.name)

    def _today(self) -> str:
        words, view = self.context.words, self._view
        if not view.has_plan:
            return words("home.no_plan")
        if view.games == 0:
            return words("home.done_today")
        minutes = words("home.minutes", n=view.minutes, minutes=in_words(view.minutes, words.language))
        return words("home.plan", n=view.games, count=in_words(view.games, words.language), minutes=minutes)

    def targets(self) -> list[Target]:
        words, look = self.context.words, self.context.look
        found = []
        if self._large:
            if self._view.games:
                found.append(
                    round_target("start", look.x(204), 504, 122, style="start", label=words("home.start"))
                )
            found += [
                round_target("listen", look.x(452), 504, 60, icon="listen", label=words("home.listen")),
                round_target("more", look.x(670), 504, 60, icon="more", label=words("home.more")),
            ]
            return found
        if self._view.games:
            found.append(
                round_target("start", look.x(204), 402, 116, style="start", label=words("home.start"))
            )
        row = ["listen", *self._more()]
        for k, name in enumerate(row):
            found.append(
                round_target(name, look.x(104 + k * 150), 612, 48, icon=name, label=words(f"home.{name}"))
            )
        return found

    def _more(self) -> list[str]:
        names = ["progress", "settings"]
        if self._view.can_choose and self._view.games:
            names.append("choose")
        return names + (["messages"] if self._view.messages else [])

    def update(self, t_ns: int) -> None:
        view = self._ask()
        if view != self._view:
            self._view = view
            self.refresh()
        super().update(t_ns)

    def paint(self, canvas: Canvas, now_s: float) -> None:
        look = self.context.look
        canvas.draw(_valley(self._view.place, self._large, look.mirrored, look.high_contrast))
        pin = valley.pin_at(self._view.place, look.mirrored)
        canvas.text(str(self._view.place), pin[0], pin[1] - 1, 38, INK, "Bold", "centre")
        if self._view.place < len(NAMES):
            self._paint_lanterns(canvas, pin)
        left = look.x(56, 1120)
        if self._large:
            canvas.paragraph(
                self._today(), left, 40, 1120, 300, look.size(46), look.ink, "Bold", look.side, 1.15
            )
        else:
            soft = look.ink if look.high_contrast else rgb("#2B4550")
            canvas.text(self._greeting(), look.x(56), 70, look.size(32), soft, "Semibold", look.side)
            wide = 500
            x = look.x(56, wide)
            canvas.paragraph(self._today(), x, 102, wide, 140, look.size(46), look.ink, "Bold", look.side)
        self._paint_sign(canvas)

    def _paint_lanterns(self, canvas: Canvas, pin: tuple[float, float]) -> None:
        """Three small lights under today's pin: as many days played open the next place."""
        look = self.context.look
        for k in range(LANTERNS):
            x, y = pin[0] + (k - 1) * 24, pin[1] + 46
            lit = k < self._view.lanterns
            canvas.disc(x, y, 9, WHITE if look.high_contrast else INK)
            canvas.disc(x, y, 6, TARGET if lit else (BLACK if look.high_contrast else QUIET))

    def _paint_sign(self, canvas: Canvas) -> None:
        """A small cloud and its words, while sessions wait to be sent; nothing to worry about."""
        view, words, look = self._view, self.context.words, self.context.look
        if not view.unsent and not view.sending:
            return
        says = words("home.sending") if view.sending else words("home.unsent", n=view.unsent)
        size = min(look.size(28), 40)
        wide = canvas.width_of(says, size) + 112
        x = look.x(1232 - wide, wide)
        y = 40 if not self._large else 640
        canvas.slip(x, y, wide, 64, look, 32)
        canvas.draw(icon("cloud", 0.6, look.ink, look.paper), x + 44, y + 31)
        canvas.text(says, x + 80, y + 31, size, look.ink)

    def paint_over(self, canvas: Canvas, target: Target, dwell_share: float) -> None:
        if target.name != "start":
            return
        look = self.context.look
        large = self._large
        canvas.draw(self._boat, target.x, target.y + (-36 if not large else -50))
        size, _ = canvas.fit(target.label, look.size(46), 200, 110)
        canvas.text(
            target.label, target.x, target.y + (56 if not large else 40), size, WHITE, "Bold", "centre"
        )

    def chosen(self, name: str) -> None:
        if name == "more":
            self.context.stack.push(Choices(self.context, [*self._more(), "leave"], self._choose))
        else:
            self._choose(name)

    def escaped(self) -> None:
        self.context.stack.push(Choices(self.context, ["leave"], self._choose))
