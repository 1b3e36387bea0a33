"""Settings: how the game looks and sounds; and two ways further, to how it is played and to measuring."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from game_client.scenes._cards import Cards
from game_client.scenes.measure import Measure
from game_client.scenes.playing_with import PlayingWith

if TYPE_CHECKING:
    from pathlib import Path

    from game_client.config import Settings
    from game_client.scenes._context import Context

_TEXT_SCALES = (1.0, 1.25, 1.5, 1.75, 2.0)
_DWELL_S = (0.5, 1.0, 1.5, 2.0, 3.0)
_VOLUMES = (0.0, 0.25, 0.5, 0.8, 1.0)
_VOLUME_FIELDS = {"effects": "effects_volume", "speech": "speech_volume", "music": "music_volume"}


def _next(values: tuple[float, ...], now: float) -> float:
    larger = [value for value in values if value > now + 1e-6]
    return larger[0] if larger else values[0]


def step(settings: Settings, card: str) -> Settings:
    """The settings after touching a card."""
    change: dict[str, Any]
    if card == "text":
        change = {"text_scale": _next(_TEXT_SCALES, settings.text_scale)}
    elif card == "contrast":
        change = {"high_contrast": not settings.high_contrast}
    elif card == "motion":
        change = {"reduced_motion": not settings.reduced_motion}
    elif card == "hand":
        change = {"hand": "left" if settings.hand == "right" else "right"}
    elif card == "dwell":
        if not settings.dwell:
            change = {"dwell": True, "dwell_s": _DWELL_S[0]}
        elif settings.dwell_s >= _DWELL_S[-1]:
            change = {"dwell": False}
        else:
            change = {"dwell_s": _next(_DWELL_S, settings.dwell_s)}
    else:
        field = _VOLUME_FIELDS[card]
        change = {field: _next(_VOLUMES, getattr(settings, field))}
    return replace(settings, **change)


class SettingsScreen(Cards):
    """With a profile's `folder`, how it is played can be set, and mouse and screen measured."""

    says = "settings"
    cards = {  # noqa: RUF012
        "text": "text", "contrast": "contrast", "motion": "motion", "hand": "hand",
        "dwell": "clock", "effects": "listen", "speech": "voice", "music": "music",
    }  # fmt: skip

    def __init__(self, context: Context, folder: Path | None = None) -> None:
        super().__init__(context)
        self._folder = folder
        if folder is not None:
            self.ways = (("playing", "stick"), ("measure", "mouse"))

    def step(self, settings: Settings, card: str) -> Settings:
        return step(settings, card)

    def took(self, way: str) -> None:
        if self._folder is None:
            return
        screen = Measure if way == "measure" else PlayingWith
        self.context.stack.push(screen(self.context, self._folder))

    def value(self, card: str) -> str:
        words, settings = self.context.words, self.context.settings
        if card == "text":
            return words("settings.percent", value=round(settings.text_scale * 100))
        if card == "contrast":
            return words("settings.on" if settings.high_contrast else "settings.normal")
        if card == "motion":
            return words("settings.calm" if settings.reduced_motion else "settings.normal")
        if card == "hand":
            return words(f"settings.{settings.hand}")
        if card == "dwell":
            return (
                words("settings.seconds", value=f"{settings.dwell_s:g}")
                if settings.dwell
                else words("settings.off")
            )
        volume = getattr(settings, _VOLUME_FIELDS[card])
        return words("settings.percent", value=round(volume * 100)) if volume else words("settings.off")
