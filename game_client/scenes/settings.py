"""Settings: eight cards; touching one takes the next value, at once and for good. And a way to measuring."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from game_client.assets import waters
from game_client.assets.icons import icon
from game_client.scenes._choice import choice, draw_choice
from game_client.scenes._menu import Menu
from game_client.scenes._targets import Target, ring, round_target
from game_client.scenes.measure import Measure

if TYPE_CHECKING:
    from pathlib import Path

    from game_client.config import Settings
    from game_client.engine.canvas import Canvas
    from game_client.scenes._context import Context

_CARDS = ("text", "contrast", "motion", "hand", "dwell", "effects", "speech", "music")
_ICONS = {
    "text": "text", "contrast": "contrast", "motion": "motion", "hand": "hand",
    "dwell": "clock", "effects": "listen", "speech": "voice", "music": "music",
}  # fmt: skip
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


class SettingsScreen(Menu):
    """Changes go to the context, which stores them.

    With a profile's `folder`, mouse and screen can be measured, and what they come to is kept there.
    """

    def __init__(self, context: Context, folder: Path | None = None) -> None:
        super().__init__(context)
        self._folder = folder
        self._paint_ground()

    def _paint_ground(self) -> None:
        self._picture = waters.shore(self.context.look.high_contrast)

    @property
    def sentence(self) -> str:
        said = [f"{self.context.words(f'settings.{card}')}: {self._value(card)}." for card in _CARDS]
        return " ".join([self.context.words("settings.title"), *said])

    def targets(self) -> list[Target]:
        words, look = self.context.words, self.context.look
        high, first, apart = (216, 250, 236) if self._folder is None else (200, 230, 212)
        found = [
            Target(
                card,
                196 + (k % 4) * 296,
                first + (k // 4) * apart,
                276,
                high,
                words(f"settings.{card}"),
                "",
                "card",
            )
            for k, card in enumerate(_CARDS)
        ]
        if self._folder is not None:
            found.append(choice("measure", 276, 568, 728, 104, words("measure.open"), "mouse"))
        found.append(round_target("back", look.x(104), 66, 48, icon="back"))
        found.append(round_target("listen", look.x(1184), 66, 48, icon="listen"))
        return found

    def paint(self, canvas: Canvas, now_s: float) -> None:
        look = self.context.look
        canvas.draw(self._picture)
        says, size = self.context.words("settings.title"), look.size(46)
        canvas.paragraph(says, 176, 66 - size * 0.6, 928, 110, size, look.ink, align="centre")

    def paint_over(self, canvas: Canvas, target: Target, dwell_share: float) -> None:
        if target.style != "card":
            return
        look = self.context.look
        if target.name == "measure":
            draw_choice(canvas, target, look, dwell_share)
            return
        left, top = target.x - target.width / 2, target.y - target.height / 2
        canvas.slip(left, top, round(target.width), round(target.height), look, 26)
        canvas.draw(icon(_ICONS[target.name], 0.9, look.ink, look.paper), target.x, top + 48)
        ring(canvas, target.x, top + 48, 40, 7, dwell_share, look)
        label, _ = canvas.fit(target.label, look.size(30), 244, 56, "Semibold")
        value, _ = canvas.fit(self._value(target.name), look.size(40), 244, 66)
        canvas.text(target.label, target.x, top + target.height - 98, label, look.ink, "Semibold", "centre")
        canvas.text(
            self._value(target.name), target.x, top + target.height - 44, value, look.ink, "Bold", "centre"
        )

    def _value(self, card: str) -> str:
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

    def chosen(self, name: str) -> None:
        if name == "back":
            self.context.stack.pop()
            return
        if name == "measure" and self._folder is not None:
            self.context.stack.push(Measure(self.context, self._folder))
            return
        self.context.change(step(self.context.settings, name))
        if name == "contrast":
            self._paint_ground()
        self.refresh()

    def escaped(self) -> None:
        self.context.stack.pop()
