"""How the game is played: the input device, how it is steadied, how lively it is; the reach measured anew."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, get_args

from game_client import calibrations
from game_client.config import FILTERS, LIVELINESS, PREDICTIONS
from game_client.hand import Asked, has_streams, has_tracker
from game_client.scenes._cards import Cards

if TYPE_CHECKING:
    from pathlib import Path

    from game_client.config import Settings
    from game_client.scenes._context import Context


class PlayingWith(Cards):
    """Each card's values go round; what is not installed is left out."""

    says = "playing"
    cards = {"device": "stick", "steady": "hand", "ahead": "go", "posture": "camera", "lively": "motion"}  # noqa: RUF012
    ways = (("again", "person"),)

    def __init__(self, context: Context, folder: Path) -> None:
        super().__init__(context)
        self._folder = folder
        self._is_forgotten = False

    def step(self, settings: Settings, card: str) -> Settings:
        change: dict[str, Any]
        if card == "device":
            change = {"plays_with": _after(_devices(), settings.plays_with)}
        elif card == "steady":
            change = {"pointer_filter": _after(FILTERS, settings.pointer_filter)}
        elif card == "ahead":
            change = {"prediction": _after(PREDICTIONS, settings.prediction)}
        elif card == "lively":
            change = {"liveliness": _after(LIVELINESS, settings.liveliness)}
        else:
            change = {"watches_posture": has_tracker() and not settings.watches_posture}
        return replace(settings, **change)

    def value(self, card: str) -> str:
        words, settings = self.context.words, self.context.settings
        if card == "device":
            return words(f"playing.device_{settings.plays_with}")
        if card == "steady":
            return words(f"playing.steady_{settings.pointer_filter}")
        if card == "lively":
            return words(f"playing.lively_{settings.liveliness}")
        is_on = settings.prediction != "off" if card == "ahead" else settings.watches_posture
        return words("playing.on" if is_on else "settings.off")

    def took(self, way: str) -> None:
        """Forget what was calibrated: the next game begins with measuring the reach."""
        calibrations.forget_all(self._folder)
        self._is_forgotten = True
        self.refresh()
        self.context.say(self.title)

    @property
    def title(self) -> str:
        return self.context.words("playing.forgotten") if self._is_forgotten else super().title


def _devices() -> tuple[str, ...]:
    missing = {"webcam"} if not has_tracker() else set()
    missing |= {"stream"} if not has_streams() else set()
    return tuple(each for each in get_args(Asked) if each not in missing)


def _after(values: tuple[str, ...], now: str) -> str:
    return values[(values.index(now) + 1) % len(values)] if now in values else values[0]
