"""Sounds, made of sines and noise when the game starts: no sound files, silent without a sound device.

Everything is mono at 48 kHz and -18 dBFS, so that nothing startles. Quality is pitch: a good reach climbs
the scale and never falls back within a block. A reward is one chime, the same every time, and the only
sound of that mode. What sounds is also seen.
"""

from __future__ import annotations

import math
import threading
from typing import TYPE_CHECKING, Literal

import numpy as np
import pygame

from game_client.engine.palette import PLACES

if TYPE_CHECKING:
    from numpy.typing import NDArray

RATE_HZ = 48_000
LEVEL = 10 ** (-18 / 20)
_D4_HZ = 293.66
_PENTATONIC = (0, 2, 4, 7, 9, 12)
_DUCK = 10 ** (-12 / 20)
_ROOTS = (2, 3, 1, 0, 2, -1, -2, 1, -3, -2, 0, 3)
PLACE_SEMITONES = {
    **dict(zip(PLACES, _ROOTS, strict=True)),
    "harbour_dawn": 3,
    "harbour_dusk": -3,
}
"""Each place's root above D; neighbours on the river differ, so that a change of context is heard."""

SoundName = Literal[
    "reach0", "reach1", "reach2", "reach3", "reach4", "reach5", "miss", "reward", "touch", "stop", "beat"
]


def _time(seconds: float) -> NDArray[np.float64]:
    return np.arange(round(seconds * RATE_HZ)) / RATE_HZ


def _level(wave: NDArray[np.float64], peak: float = LEVEL) -> NDArray[np.float64]:
    """Scale to the peak, with 5 ms of fade at both ends against clicks."""
    wave = wave / (np.max(np.abs(wave)) + 1e-9) * peak
    edge = min(len(wave) // 2, round(0.005 * RATE_HZ))
    ramp = np.linspace(0, 1, edge)
    wave[:edge] *= ramp
    wave[-edge:] *= ramp[::-1]
    return wave


def marimba(frequency_hz: float, seconds: float = 0.9) -> NDArray[np.float64]:
    """A soft bar: a sine with its fourth partial at a quarter, fading within 350 ms."""
    t = _time(seconds)
    tone = np.sin(2 * np.pi * frequency_hz * t) + 0.25 * np.sin(8 * np.pi * frequency_hz * t) * np.exp(
        -t / 0.08
    )
    return _level(tone * np.exp(-t / 0.35 * 2.3))


def glass_drop() -> NDArray[np.float64]:
    """A drop: 1.5 to 2 kHz, the pitch rising for 30 ms."""
    t = _time(0.12)
    pitch = 1500 + 500 * np.clip(t / 0.03, 0, 1)
    return _level(np.sin(2 * np.pi * np.cumsum(pitch) / RATE_HZ) * np.exp(-t / 0.035), LEVEL / 2)


def low_drum() -> NDArray[np.float64]:
    """The stop signal: 90 to 60 Hz in 180 ms."""
    t = _time(0.18)
    pitch = 90 - 30 * t / 0.18
    return _level(np.sin(2 * np.pi * np.cumsum(pitch) / RATE_HZ) * np.exp(-t / 0.09))


def woodblock() -> NDArray[np.float64]:
    """A beat to move by: short and dry, so that its moment is clear."""
    t = _time(0.09)
    return _level((np.sin(2 * np.pi * 620 * t) + 0.5 * np.sin(2 * np.pi * 980 * t)) * np.exp(-t / 0.018))


def water(seconds: float, seed: int = 7) -> NDArray[np.float64]:
    """Pink noise between 300 and 900 Hz with a slow swell."""
    t = _time(seconds)
    spectrum = np.fft.rfft(np.random.default_rng(seed).standard_normal(len(t)))
    hz = np.fft.rfftfreq(len(t), 1 / RATE_HZ)
    band = np.where((hz > 300) & (hz < 900), 1 / np.sqrt(np.maximum(hz, 1)), 0)
    wave = np.fft.irfft(spectrum * band, len(t))
    swells = max(1, round(seconds / 6))
    return _level(wave * (0.55 - 0.45 * np.cos(2 * np.pi * swells * t / seconds)), LEVEL / 3)


def pad(semitones: int, seconds: float = 12.0) -> NDArray[np.float64]:
    """A place's chord: three soft sines and their octave, each with a slow beat; it loops without a seam."""
    t = _time(seconds)
    wave = np.zeros(len(t))
    for step, loud in ((0, 1.0), (7, 0.7), (12, 0.45)):
        hz = _D4_HZ / 2 * 2 ** ((semitones + step) / 12)
        for beat in (-1, 0, 1):
            cycles = round(hz * seconds) + beat
            wave += loud * np.sin(2 * np.pi * cycles * t / seconds)
    return _level(wave, LEVEL / 4)


def _all_effects() -> dict[str, NDArray[np.float64]]:
    sounds = {f"reach{k}": marimba(_D4_HZ * 2 ** (step / 12)) for k, step in enumerate(_PENTATONIC)}
    first, second = marimba(2 * _D4_HZ, 0.4), marimba(2 * _D4_HZ * 2 ** (7 / 12), 0.4)
    chime = np.zeros(round(0.62 * RATE_HZ))
    chime[: len(first)] += first
    chime[-len(second) :] += second
    sounds["reward"] = _level(chime)
    sounds["miss"] = _level(water(0.5), LEVEL / 2)
    sounds["touch"], sounds["stop"], sounds["beat"] = glass_drop(), low_drum(), woodblock()
    return sounds


class Audio:
    """Plays effects and a place's music. `note` says why it is silent, when it is."""

    def __init__(self) -> None:
        self.note = ""
        self._effects: dict[str, pygame.mixer.Sound] = {}
        self._music: dict[str, pygame.mixer.Sound] = {}
        self._effects_volume, self._music_volume = 0.8, 0.5
        self._best_step = 0
        self._music_channel: pygame.mixer.Channel | None = None
        self.played: list[str] = []
        """The last sounds asked for, newest last."""

    @classmethod
    def silent(cls) -> Audio:
        audio = cls()
        audio.note = "sound is off"
        return audio

    @classmethod
    def open(cls) -> Audio:
        """Open the sound device and make the sounds; without a device the game is silent and says so."""
        audio = cls()
        try:
            pygame.mixer.init(RATE_HZ, -16, 1, 512, allowedchanges=0)
        except pygame.error as error:
            audio.note = f"no sound on this computer: {error}"
            return audio
        pygame.mixer.set_num_channels(8)
        pygame.mixer.set_reserved(1)
        audio._effects = {name: _sound(wave) for name, wave in _all_effects().items()}
        return audio

    def play(self, name: SoundName) -> None:
        self.played = [*self.played[-19:], name]
        sound = self._effects.get(name)
        if sound is not None and self._effects_volume > 0:
            sound.set_volume(self._effects_volume)
            sound.play()

    def reached(self, quality: float) -> None:
        """A reach that ended on its target; `quality` 0..1 climbs the scale, and it never falls back."""
        self._best_step = max(self._best_step, min(5, math.floor(quality * 6)))
        self.play(f"reach{self._best_step}")  # type: ignore[arg-type]

    def new_block(self) -> None:
        self._best_step = 0

    def music(self, place: str | None) -> None:
        """Let a place's chord and water play softly; None for silence (a probe, reward mode)."""
        if self.note:
            return
        if self._music_channel is not None:
            self._music_channel.fadeout(800)
            self._music_channel = None
        if place is None or self._music_volume <= 0:
            return
        if place not in self._music:
            chord = pad(PLACE_SEMITONES.get(place, 0))
            self._music[place] = _sound(chord + water(12.0))
        self._music_channel = pygame.mixer.Channel(0)
        self._music_channel.set_volume(self._music_volume)
        self._music_channel.play(self._music[place], loops=-1, fade_ms=1500)

    def duck(self, seconds: float = 3.0) -> None:
        """Take the music 12 dB down while a sentence is read."""
        if self._music_channel is None:
            return
        self._music_channel.set_volume(self._music_volume * _DUCK)
        threading.Timer(seconds, self._unduck).start()

    def _unduck(self) -> None:
        if self._music_channel is not None:
            self._music_channel.set_volume(self._music_volume)

    def set_volumes(self, effects: float, music: float) -> None:
        self._effects_volume, self._music_volume = effects, music
        self._unduck()

    def close(self) -> None:
        self._music_channel = None
        if not self.note:
            pygame.mixer.quit()


def _sound(wave: NDArray[np.float64]) -> pygame.mixer.Sound:
    return pygame.mixer.Sound(buffer=(np.clip(wave, -1, 1) * 32767).astype("<i2").tobytes())
