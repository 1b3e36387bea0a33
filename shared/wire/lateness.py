"""What the parts of a recording's lateness add up to, for the game and for the clinic."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from shared.wire.session import Latency

WARN_MS = 100.0


def total_ms(parts: Latency) -> float | None:
    """Return the medians' sum: half an interval between samples (how long a movement waits for the next on
    average), tracker, logic and draw; None when nothing was measured."""
    if parts.logic_ms is None:
        return None
    device = 0.5 * parts.device_ms[0] if parts.device_ms else 0.0
    rest = (parts.tracker_ms, parts.logic_ms, parts.draw_ms)
    return device + sum(each[0] for each in rest if each is not None)
