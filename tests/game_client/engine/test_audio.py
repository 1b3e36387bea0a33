"""Sounds are quiet, rewards are always the same, and quality never falls within a block."""

from __future__ import annotations

import numpy as np
import pytest

from game_client.engine import audio
from game_client.engine.audio import LEVEL, RATE_HZ, Audio
from game_client.engine.speech import Speech


def test_nothing_is_louder_than_minus_18_dbfs() -> None:
    for name, wave in audio._all_effects().items():
        assert np.max(np.abs(wave)) <= LEVEL + 1e-9, name
        assert np.isfinite(wave).all()
        assert abs(wave[0]) < 1e-3 and abs(wave[-1]) < 1e-3, f"{name} would click"
    assert np.max(np.abs(audio.pad(0) + audio.water(12.0))) <= LEVEL


def test_music_loops_without_a_seam() -> None:
    wave = audio.pad(0)
    assert len(wave) == 12 * RATE_HZ
    assert abs(wave[0] - wave[-1]) < 0.01


def test_the_scale_climbs() -> None:
    pitches = []
    for step in range(6):
        wave = audio._all_effects()[f"reach{step}"]
        spectrum = np.abs(np.fft.rfft(wave))
        pitches.append(float(np.fft.rfftfreq(len(wave), 1 / RATE_HZ)[spectrum.argmax()]))
    assert pitches == sorted(pitches)
    assert pitches[5] == pytest.approx(2 * pitches[0], rel=0.02)


def test_quality_never_falls_in_a_block() -> None:
    sound = Audio.silent()
    for quality in (0.1, 0.9, 0.0, 0.5):
        sound.reached(quality)
    assert sound.played == ["reach0", "reach5", "reach5", "reach5"]
    sound.new_block()
    sound.reached(0.0)
    assert sound.played[-1] == "reach0"


def test_sound_opens_on_a_device_that_goes_nowhere() -> None:
    sound = Audio.open()
    assert sound.note == ""
    sound.play("reward")
    sound.music("harbour")
    sound.duck(0.01)
    sound.set_volumes(0.0, 0.0)
    sound.close()


def test_without_a_device_the_game_is_silent_and_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SDL_AUDIODRIVER", "no-such-driver")
    sound = Audio.open()
    assert "no sound" in sound.note
    sound.play("reward")
    sound.music("harbour")
    sound.close()


def test_without_a_voice_speech_is_silent_and_says_why() -> None:
    speech = Speech("no-such-engine")
    speech.start()
    assert speech._thread is not None
    speech._thread.join(timeout=10)
    assert "no voice" in speech.note
    speech.say("Rest a minute.")
    assert speech.said == ["Rest a minute."]
    speech.close()
