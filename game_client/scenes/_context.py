"""What every screen is given."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from game_client.config import Settings
from game_client.engine.audio import Audio
from game_client.engine.speech import Speech
from game_client.engine.stack import SceneStack

if TYPE_CHECKING:
    from collections.abc import Callable

    from game_client.engine.look import Look
    from game_client.words import Words


def _keep_nothing(settings: Settings) -> None:
    return None


def _nobody_looks(screen: str, targets: list[tuple[str, float, float]]) -> None:
    return None


@dataclass(slots=True)
class Context:
    """Shared by the scenes of one run of the game; `save` stores changed settings at once."""

    words: Words
    settings: Settings = field(default_factory=Settings)
    stack: SceneStack = field(default_factory=SceneStack)
    audio: Audio = field(default_factory=Audio.silent)
    speech: Speech = field(default_factory=Speech.silent)
    save: Callable[[Settings], None] = _keep_nothing
    shown: Callable[[str, list[tuple[str, float, float]]], None] = _nobody_looks
    """Told of each screen and its targets (name, x, y), for programs beside the game."""

    @property
    def look(self) -> Look:
        return self.settings.look

    def change(self, settings: Settings) -> None:
        """Take new settings into use and store them."""
        self.settings = settings
        self.audio.set_volumes(settings.effects_volume, settings.music_volume)
        self.speech.set_volume(settings.speech_volume)
        self.save(settings)

    def say(self, sentence: str) -> None:
        """Read a sentence aloud, the music ducked meanwhile."""
        self.audio.duck()
        self.speech.say(sentence)
