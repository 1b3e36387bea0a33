"""A decoder's stream as a hand: a prosthesis' or a brain-computer interface's, by the Lab Streaming Layer.

It takes the first stream of type `Movere` on this machine, or the one of a name, and reads in its description
how each channel moves the hand. Without a calibration a decoded metre is a metre of the game; since nothing
vouches for it, the recording's unit is `norm`.
"""

from __future__ import annotations

import time
from collections import deque
from typing import TYPE_CHECKING

import numpy as np

from game_client.devices._lsl_decoding import BATCH_S, Adaptation, Decoding, changed, decoding_of
from game_client.devices._lsl_inlet import Reader
from shared.movement.decoder import Effector
from shared.wire.plan import DecoderPlan
from shared.wire.streams import FLAG_HELD, FLAG_LOST

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from game_client.devices._lsl_decoding import Described
    from game_client.devices._port import Unit
    from game_client.engine.input import Input

LIMIT_M = 0.3
"""No decoded place lies further out than this, on each axis."""
LOST_NS, STALE_NS = 150_000_000, 250_000_000
_WINDOW_NS = 1_000_000_000
_MEANT_NS = 100_000_000
_EXTRA_STEP, _EXTRA_EVERY_NS = 0.01, 100_000_000
_MOST_WAITING = 10_000


class LslStream:
    """A thread reads and decodes; `at` takes the newest place whose stamp has come.

    `plan` is how the clinic wants it decoded, `batch_s` how long adaptation collects before each fit.
    `extra` is where the added degree of freedom is, None without one. `sentence` says why a stream that is
    there can't be decoded.

    Raises:
        LslMissingError: pylsl is not installed.
    """

    kind = "lsl_stream"
    movements = frozenset({"decoded"})
    unit: Unit = "norm"
    gain_um_per_count: float | None = None
    wants_relative = False

    def __init__(self, name: str = "", plan: DecoderPlan | None = None, batch_s: float = BATCH_S) -> None:
        self.plan = plan or DecoderPlan()
        self.stream: Described | None = None
        self.sentence = ""
        self.extra: float | None = None
        # The reading thread's own; what both threads share is one value each, or a deque.
        self._decoding: Decoding | None = None
        self._described_as: Decoding | None = None
        self._adaptation = Adaptation(self.plan.adaptation, batch_s)
        self._effector: Effector | None = None
        self._place = np.zeros(2)
        self._decoded_ns = 0
        self._rate = RateWatch(0.0)
        self._waiting: deque[tuple[int, int, int, int, int, float | None]] = deque(maxlen=_MOST_WAITING)
        self._commands: deque[tuple[str, float]] = deque()
        self._intention: tuple[tuple[float, float] | None, int] = (None, 0)
        self._came_ns = self._good_ns = -STALE_NS
        # The game's own.
        self._rows: list[tuple[int, ...]] = []
        self._here = (0, 0, 0)
        self._read_ns = -STALE_NS
        self._told = (0.0, -_EXTRA_EVERY_NS)
        self._reader = Reader(name, self)

    # -- the game's side ------------------------------------------------------------------------------------

    @property
    def problem(self) -> str:
        now_ns = time.perf_counter_ns()
        if self.sentence:
            return "stream_bad"
        if now_ns - self._came_ns > STALE_NS:
            return "stream_gone"
        if now_ns - self._good_ns > STALE_NS:
            return "stream_bad"
        return "stream_rate" if self._rate.is_off else ""

    def handle(self, value: Input) -> None:
        """Take nothing: the stream has a thread of its own."""

    def intend(self, target_m: tuple[float, float] | None) -> None:
        """The hand should go there, metres of the decoder's own places; None when nothing is asked of it."""
        self._intention = (target_m, time.perf_counter_ns())

    def at(self, t_ns: int) -> tuple[int, int, int, int]:
        """Return x, y in micrometres of decoded places, confidence, flags; held until the next sample.

        Lost when the newest sample was no number, 0.15 s after the last one, and while the rate is wrong.
        """
        is_new = False
        while self._waiting and self._waiting[0][0] <= t_ns:
            stamp_ns, read_ns, x_um, y_um, confidence, extra = self._waiting.popleft()
            self._here, self._read_ns = (x_um, y_um, confidence), read_ns
            self._rows.append((stamp_ns, *self._here))
            is_new = True
            if extra is not None:
                self._note_extra(extra, stamp_ns)
        x_um, y_um, confidence = self._here
        if not confidence or t_ns - self._read_ns > LOST_NS or self._rate.is_off:
            return x_um, y_um, 0, FLAG_LOST
        return x_um, y_um, confidence, 0 if is_new else FLAG_HELD

    def take_rows(self) -> tuple[str, list[tuple[int, ...]]]:
        """Return the rows (t_ns, x_um, y_um, confidence) since the last call, one a sample."""
        rows, self._rows = self._rows, []
        return "raw_points", rows

    def take_commands(self) -> list[tuple[str, float]]:
        """Return what was set, changed and decoded besides.

        `decoder_biomimetic` or `decoder_arbitrary` (channels) when a stream is taken; `decoder_refit` (the
        share of the weights that changed) when adaptation fitted them anew; `decoder_extra` (its place).
        """
        return [self._commands.popleft() for _ in range(len(self._commands))]

    def close(self) -> None:
        self._reader.stop()
        self._waiting.clear()
        self._here = (*self._here[:2], 0)

    def _note_extra(self, extra: float, t_ns: int) -> None:
        self.extra = extra
        told, told_ns = self._told
        if abs(extra - told) >= _EXTRA_STEP and t_ns - told_ns >= _EXTRA_EVERY_NS:
            self._told = (extra, t_ns)
            self._commands.append(("decoder_extra", extra))

    # -- the reading thread's side --------------------------------------------------------------------------

    def stream_found(self, stream: Described) -> None:
        """Read how it is decoded. Weights that were adapted stay while the description stays the same."""
        decoding = decoding_of(stream, self.plan)
        self.sentence = ""
        self._rate = RateWatch(stream.rate_hz)
        if decoding != self._described_as:
            self._described_as = decoding
            self._adaptation = Adaptation(self.plan.adaptation, self._adaptation.batch_s)
            self._use(decoding)
            self._commands.append((f"decoder_{self.plan.map}", float(stream.channels)))
        self.stream = stream

    def stream_refused(self, sentence: str) -> None:
        self.stream, self.sentence = None, sentence

    def sample_came(self, t_ns: int, now_ns: int, channels: Sequence[float]) -> None:
        """Decode a sample; one with a value that is no number is dropped, and leaves a lost row."""
        self._came_ns = now_ns
        self._rate.follow(now_ns, came=True)
        effector, decoding = self._effector, self._decoding
        if effector is None or decoding is None:
            return
        dt_s, self._decoded_ns = (t_ns - self._decoded_ns) * 1e-9, t_ns
        values = np.array(channels, dtype=np.float64)
        if not np.isfinite(values).all():
            self._waiting.append((t_ns, now_ns, *_um(self._place), 0, None))
            return
        before, self._place = self._place, effector.step(values, dt_s)
        self._good_ns = now_ns
        extra = float(self._place[2]) if decoding.extra is not None else None
        self._waiting.append((t_ns, now_ns, *_um(self._place), 100, extra))
        target_m, told_ns = self._intention
        # In a pause nobody tells what is meant: what was meant before it is not learnt from.
        if target_m is not None and now_ns - told_ns < _MEANT_NS and dt_s < _WINDOW_NS * 1e-9:
            steer = self._adaptation.take(decoding.steer, values, before[:2], target_m, dt_s)
            if steer is not None:
                self._commands.append(("decoder_refit", changed(decoding.steer, steer)))
                self._use(Decoding(steer, decoding.extra))

    def time_passed(self, now_ns: int) -> None:
        self._rate.follow(now_ns, came=False)

    def _use(self, decoding: Decoding) -> None:
        """Decode so from now on; the hand stays where it is."""
        whole = decoding.whole
        start = np.zeros(len(whole.degrees))
        there = self._place[: len(start)]
        start[: len(there)] = there
        self._decoding, self._effector = decoding, Effector(whole, start, (-LIMIT_M, LIMIT_M))


class RateWatch:
    """Whether samples have come at less than half or more than twice the nominal rate over the last second.

    A silence begins the second anew: a stream that comes back is not slow. An irregular stream has no rate.
    """

    def __init__(self, nominal_hz: float) -> None:
        self._nominal_hz = nominal_hz
        self._came: deque[int] = deque()
        self._since_ns: int | None = None
        self.is_off = False

    def follow(self, now_ns: int, *, came: bool) -> None:
        """Take whether a sample came now."""
        if self._came and now_ns - self._came[-1] > STALE_NS:
            self._came.clear()
            self._since_ns, self.is_off = None, False
        if came:
            self._came.append(now_ns)
            self._since_ns = now_ns if self._since_ns is None else self._since_ns
        while self._came and now_ns - self._came[0] > _WINDOW_NS:
            self._came.popleft()
        if self._nominal_hz > 0.0 and self._since_ns is not None and now_ns - self._since_ns >= _WINDOW_NS:
            self.is_off = not self._nominal_hz / 2.0 <= len(self._came) <= self._nominal_hz * 2.0


def _um(place: NDArray[np.float64]) -> tuple[int, int]:
    return round(float(place[0]) * 1e6), round(float(place[1]) * 1e6)


DEVICE = LslStream
