"""Reads sentences aloud with the computer's own voice, on a thread of its own; silent where there is none."""

from __future__ import annotations

import contextlib
import queue
import threading
from typing import Any


class Speech:
    """`say` returns at once; a newer sentence replaces those still waiting. `note` says why it is silent."""

    def __init__(self, engine_name: str | None = None) -> None:
        self.note = ""
        self._volume = 0.8
        self._queue: queue.Queue[str | None] = queue.Queue()
        self._engine_name = engine_name
        self._thread: threading.Thread | None = None
        self.said: list[str] = []
        """The last sentences asked for, newest last; also what a screen reader or a test reads."""

    @classmethod
    def silent(cls) -> Speech:
        """Speech that only remembers what it was asked to say."""
        speech = cls()
        speech.note = "speech is off"
        return speech

    def start(self) -> None:
        """Look for a voice; without one, `note` says so and everything else goes on."""
        self.note = ""
        self._thread = threading.Thread(target=self._run, name="speech", daemon=True)
        self._thread.start()

    def say(self, sentence: str) -> None:
        self.said = [*self.said[-9:], sentence]
        if self._thread is None or self.note or self._volume <= 0:
            return
        with contextlib.suppress(queue.Empty):
            while True:
                self._queue.get_nowait()
        self._queue.put(sentence)

    def set_volume(self, volume: float) -> None:
        self._volume = volume

    def close(self) -> None:
        if self._thread is not None:
            self._queue.put(None)
            self._thread.join(timeout=2)
            self._thread = None

    def _run(self) -> None:
        try:
            import pyttsx3

            engine: Any = pyttsx3.init(self._engine_name)
        except Exception as error:  # a voice may fail in as many ways as there are systems
            self.note = f"no voice on this computer: {error}"
            return
        while (sentence := self._queue.get()) is not None:
            try:
                engine.setProperty("volume", self._volume)
                engine.setProperty("rate", 150)
                engine.say(sentence)
                engine.runAndWait()
            except Exception as error:
                self.note = f"the voice stopped working: {error}"
                return
