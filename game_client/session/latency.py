"""How late play is: each part measured, summed, and what follows from the sum.

A cursor that lags its hand weakens adaptation by sensory prediction errors long before anybody complains of
it (Kitazawa, Kohno & Uka 1995; Honda, Hirashima & Nozaki 2012), so error-based perturbations are refused
above `REFUSE_MS` (PRODUCT H19; the warning's limit lies with what the clinic reads, `shared.wire.lateness`).
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from shared.wire.session import Latency

if TYPE_CHECKING:
    from collections.abc import Sequence

REFUSE_MS = 150.0
_TICK_MS, _PICTURE_MS = 1000.0 / 120.0, 1000.0 / 60.0
_KEPT = 20_000
_LONGEST_GAP_MS = 1000.0  # a mouse at rest sends nothing: that is no interval between samples


def expected_ms(interval_ms: float, tracker_ms: float, draw_ms: float) -> float:
    """Return how late play will be, from what was measured before it: half an interval between frames, the
    tracker, half a tick, drawing, and half a picture's time until it is shown."""
    return 0.5 * interval_ms + tracker_ms + 0.5 * _TICK_MS + draw_ms + 0.5 * _PICTURE_MS


class LatencyMeter:
    """Collects the parts of one session; `measured` gives each part's median and 95th percentile."""

    def __init__(self) -> None:
        self._device_ms: deque[float] = deque(maxlen=_KEPT)
        self._tracker_ms: deque[float] = deque(maxlen=_KEPT)
        self._logic_ms: deque[float] = deque(maxlen=_KEPT)
        self._draw_ms: deque[float] = deque(maxlen=_KEPT)
        self._last_ns = 0

    def took(self, stamps_ns: Sequence[int], tick_ns: int, tracker_ns: Sequence[int] = ()) -> None:
        """A tick used samples with these stamps; a camera's tracker took so long for each of them."""
        for at, stamp_ns in enumerate(stamps_ns):
            gap_ms = (stamp_ns - self._last_ns) * 1e-6
            if self._last_ns and 0.0 < gap_ms < _LONGEST_GAP_MS:
                self._device_ms.append(gap_ms)
            self._last_ns = stamp_ns
            in_tracker_ns = tracker_ns[at] if at < len(tracker_ns) else 0
            if in_tracker_ns:
                self._tracker_ms.append(in_tracker_ns * 1e-6)
            self._logic_ms.append(max(0.0, (tick_ns - stamp_ns - in_tracker_ns) * 1e-6))

    def drew(self, tick_ns: int, flip_ns: int) -> None:
        """A picture of this tick was handed to the screen."""
        self._draw_ms.append(max(0.0, (flip_ns - tick_ns) * 1e-6))

    @property
    def measured(self) -> Latency:
        """The parts so far."""
        return Latency(
            device_ms=_two(self._device_ms),
            tracker_ms=_two(self._tracker_ms),
            logic_ms=_two(self._logic_ms),
            draw_ms=_two(self._draw_ms),
        )


def _two(values: deque[float]) -> tuple[float, float] | None:
    if not values:
        return None
    ordered = sorted(values)
    last = len(ordered) - 1
    return round(ordered[round(0.5 * last)], 3), round(ordered[round(0.95 * last)], 3)
