"""Streams of the Lab Streaming Layer: found, opened and read by a thread of their own.

Nothing leaves this machine: unless the environment names a configuration of its own (`LSLAPICFG`), streams
are looked for on the loopback only.
"""

from __future__ import annotations

import math
import os
import threading
import time
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from game_client.devices._lsl_decoding import Described, StreamError
from shared.errors import MovereError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

TYPE = "Movere"
MISSING = "decoders' streams need pylsl, which is not installed: `python3 deploy/start.py --with lsl` adds it"
_ON_THIS_MACHINE = """
[ports]
IPv6 = disable
[multicast]
ResolveScope = machine
[lab]
KnownPeers = {127.0.0.1}
[log]
level = -3
"""
_POLL_S = 0.05
_OPEN_S = _AGAIN_S = 1.0
_SILENT_NS = 2_000_000_000
_CORRECT_NS = 1_000_000_000
_OLDEST_NS = 1_000_000_000
_CLOCK_TRIES = 16


class LslMissingError(MovereError):
    """pylsl is not installed or can't be used; the sentence says how to add it, or why."""


@cache
def library() -> Any:
    """Return pylsl, confined to this machine.

    Raises:
        LslMissingError: it is not installed, can't be loaded here, or is too old to be confined.
    """
    try:
        import pylsl

        if not Path(os.environ.get("LSLAPICFG", "")).is_file():
            pylsl.set_config_content(_ON_THIS_MACHINE)
    except ImportError as error:
        raise LslMissingError(MISSING) from error
    except (OSError, RuntimeError) as error:
        raise LslMissingError(f"streams can't be read on this machine: {error}") from error
    return pylsl


class Listener(Protocol):
    """Who is told of the stream; every call comes from the reading thread."""

    def stream_found(self, stream: Described) -> None:
        """A stream was opened. Raises StreamError when it can't be decoded; it is tried again later."""

    def stream_refused(self, sentence: str) -> None:
        """The stream can't be decoded, for the reason given."""

    def sample_came(self, t_ns: int, now_ns: int, channels: Sequence[float]) -> None:
        """A sample, with its stamp and when it was read, both on the clock of `time.perf_counter_ns`."""

    def time_passed(self, now_ns: int) -> None:
        """No sample came for a moment."""


class Reader:
    """Reads the stream of a name, or the first of its type, into a listener until it is stopped.

    A stream that ends is looked for again under its name; one that is silent for two seconds is too, since it
    may have come back without a farewell.
    """

    def __init__(self, name: str, listener: Listener) -> None:
        self._lsl = library()
        self._name, self._listener = name, listener
        self._left = ""
        self._stamps = Stamps(self._lsl.local_clock)
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="lsl", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the thread; it is gone within a tenth of a second unless it is opening a stream."""
        self._stopped.set()
        self._thread.join(0.5)

    def _run(self) -> None:
        while not self._stopped.is_set():
            info = self._find()
            if info is None:
                return
            self._left = info.uid()
            try:
                self._read(info)
            except MovereError as error:
                self._listener.stream_refused(str(error))
                self._stopped.wait(_AGAIN_S)
            except RuntimeError:  # all of pylsl's errors are: the stream ended, or did not answer
                self._listener.time_passed(time.perf_counter_ns())

    def _find(self) -> Any:
        """Return a stream's short description; None when stopped. A new one goes before the one just left."""
        resolver = self._lsl.ContinuousResolver(prop="type", value=TYPE, forget_after=1.0)
        while not self._stopped.wait(_POLL_S):
            found = [each for each in resolver.results() if self._name in ("", each.name())]
            if found:
                return max(found, key=lambda each: (each.uid() != self._left, each.created_at()))
            self._listener.time_passed(time.perf_counter_ns())
        return None

    def _read(self, info: Any) -> None:
        inlet = self._lsl.StreamInlet(info, max_buflen=2, max_chunklen=1, recover=False)
        stream = described(inlet.info(_OPEN_S))
        self._listener.stream_found(stream)
        self._name = stream.name  # from now on it is this one that may come back
        inlet.open_stream(_OPEN_S)
        self._stamps.begin()
        heard_ns = corrected_ns = time.perf_counter_ns()
        while not self._stopped.is_set():
            channels, stamp_s = inlet.pull_sample(_POLL_S)
            now_ns = time.perf_counter_ns()
            if stamp_s is not None:
                heard_ns = now_ns
                t_ns = self._stamps.taken(stamp_s, now_ns)
                if t_ns is not None:
                    self._listener.sample_came(t_ns, now_ns, channels)
            elif now_ns - heard_ns > _SILENT_NS:
                return
            else:
                self._listener.time_passed(now_ns)
            if now_ns - corrected_ns > _CORRECT_NS:
                corrected_ns = now_ns
                self._correct(inlet)

    def _correct(self, inlet: Any) -> None:
        """Take what LSL has found by now of the difference between the sender's clock and this machine's."""
        try:
            self._stamps.correction_s = inlet.time_correction(0.0)
        except self._lsl.util.TimeoutError:
            return  # it is still measuring


def described(info: Any) -> Described:
    """Return what a stream's full description says.

    Raises:
        StreamError: it sends words.
    """
    if info.channel_format() == library().cf_string:
        raise StreamError(f"{info.name()} sends words, and a decoder needs numbers")
    details: list[dict[str, str]] = []
    channel = info.desc().child("channels").child("channel")
    while not channel.empty():
        words: dict[str, str] = {}
        word = channel.first_child()
        while not word.empty():
            words[word.name()] = word.child_value().strip()
            word = word.next_sibling()
        details.append(words)
        channel = channel.next_sibling("channel")
    return Described(info.name(), info.nominal_srate(), info.channel_count(), tuple(details))


def present(wait_s: float = 1.0) -> tuple[list[Described], list[str]]:
    """Return the streams that are there, and a sentence for each that sends no numbers.

    Waits at most `wait_s` for the first.

    Raises:
        LslMissingError: pylsl is not installed.
    """
    lsl = library()
    found: list[Described] = []
    refused: list[str] = []
    for info in lsl.resolve_byprop("type", TYPE, minimum=1, timeout=wait_s):
        try:
            found.append(described(lsl.StreamInlet(info, recover=False).info(_OPEN_S)))
        except StreamError as error:
            refused.append(str(error))
        except RuntimeError:
            continue  # it went while it was asked
    return found, refused


class Stamps:
    """LSL's stamps as `time.perf_counter_ns`, each later than the one before.

    A stamp that repeats or runs backwards takes none. A sender whose clock is wrong gets the time of reading,
    or at most a second before it. `clock` is LSL's own, in seconds.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._last_ns = -1
        self.begin()

    def begin(self) -> None:
        """Another stream: its stamps need not be later than the last one's, what is made of them is."""
        self._offset_ns = _offset_ns(self._clock)
        self._last_s = -math.inf
        self.correction_s = 0.0
        """What is added to the sender's clock to get this machine's."""

    def taken(self, stamp_s: float, now_ns: int) -> int | None:
        if not stamp_s > self._last_s:
            return None
        self._last_s = stamp_s
        t_ns = round((stamp_s + self.correction_s) * 1e9) + self._offset_ns
        self._last_ns = max(min(max(t_ns, now_ns - _OLDEST_NS), now_ns), self._last_ns + 1)
        return self._last_ns


def _offset_ns(clock: Callable[[], float]) -> int:
    """Return perf_counter_ns less LSL's clock, from the reading that took the shortest."""
    readings = []
    for _ in range(_CLOCK_TRIES):
        before_ns = time.perf_counter_ns()
        there_ns = round(clock() * 1e9)
        after_ns = time.perf_counter_ns()
        readings.append((after_ns - before_ns, (before_ns + after_ns) // 2 - there_ns))
    return min(readings)[1]
