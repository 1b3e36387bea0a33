"""Pairing in the window: the code is shown until the clinic has approved it."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

from game_client import VERSION, words
from game_client.engine.loop import Loop
from game_client.profiles import keep
from game_client.scenes._context import Context
from game_client.scenes.pair import Pair, PairView
from game_client.sync.clinic import AwayError
from game_client.sync.pairing import Pairing, PairingError
from game_client.sync.worker import now_utc_ms

if TYPE_CHECKING:
    from pathlib import Path

    from game_client.engine.window import Window
    from game_client.profiles import Profile
    from shared.wire.sync import Paired


class _PairingTalk:
    """Asks the clinic on a thread of its own, so that the screen never waits for the network."""

    def __init__(self, server: str) -> None:
        self.view = PairView("waiting")
        self.answer: Paired | None = None
        self.pairing = Pairing(server, app_version=VERSION)
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._talk, name="pairing", daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._ended.set()
        self._thread.join(2.0)
        self.pairing.close()

    def _talk(self) -> None:
        try:
            started = self.pairing.start()
            self.view = PairView("waiting", started.user_code, started.fingerprint)
            self.answer = self.pairing.wait(
                started.expires_in_s, monotonic_s=time.monotonic, sleep=self._sleep
            )
            self.view = PairView("paired")
        except PairingError as error:
            self.view = PairView("offline" if error.kind in ("away", "refused") else "expired")
        except AwayError:
            self.view = PairView("offline")

    def _sleep(self, seconds: float) -> None:
        if self._ended.wait(seconds):
            raise PairingError("pairing was left", "expired")


def pair(window: Window, data: Path, server: str, seconds: float | None) -> Profile | None:
    """Show the code until the clinic has approved it; None when the player puts it off."""
    context = Context(words.load("en"))
    talk = _PairingTalk(server)
    try:
        chosen = ""

        def done(name: str) -> None:
            nonlocal chosen, talk
            if name == "new_code":
                talk.close()
                talk = _PairingTalk(server)
                context.stack.replace(Pair(context, lambda: talk.view, done))
            else:
                chosen = name
                context.stack.clear()

        context.stack.push(Pair(context, lambda: talk.view, done))
        Loop(window, context.stack, lambda: context.look).run(seconds)
        if talk.answer is None:
            return None
        keys = talk.pairing.keys
        return keep(data, talk.answer, talk.pairing.server_url, keys, now_utc_ms=now_utc_ms())
    finally:
        talk.close()
