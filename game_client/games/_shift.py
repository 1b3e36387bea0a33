"""One movement from rest to rest, as a probe asks for it: its beginning, its fastest moment, its end.

Pure and scalar; metres of hand space, ticks of 1/120 s since go.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Literal

from msgspec import Struct
from msgspec.structs import replace

if TYPE_CHECKING:
    from game_client.games._spec import Sample
    from game_client.games._view import Point

_TICK_S = 1.0 / 120.0
_SPEED_TICKS = 6  # speed over 50 ms: shorter sees the pulse of a 125 Hz mouse, longer blurs the peak
_STOP_TICKS = 18
_STOP_SPEED_M_S = 0.04
_ONSET_TICKS, _MOVE_TICKS = 720, 600  # six seconds to begin, five to get there


class Shift(Struct, frozen=True, gc=False):
    origin: Point = (0.0, 0.0)
    """Where the body was at go: directions are taken from there."""
    trace: tuple[Point, ...] = ()
    """The last few places, newest last, for the speed."""
    onset: int = 0
    seen: int = 0
    peak_m_s: float = 0.0
    peak: Point | None = None
    slow_since: int = 0
    done: Literal["", "stopped", "timeout", "unseen"] = ""

    @property
    def direction_deg(self) -> float | None:
        """Where it went at its fastest, absolute; None when it never began."""
        if not self.onset or self.peak is None:
            return None
        return math.degrees(math.atan2(self.peak[1] - self.origin[1], self.peak[0] - self.origin[0]))


def moved(shift: Shift, sample: Sample, since: int, start_radius_m: float, distance_m: float) -> Shift:
    """Return the movement after one more tick.

    It begins outside the start, and is over when it has come to rest beyond half of its way, or has gone half
    as far again. A tick without a place changes nothing but the time.

    Args:
        since: ticks since go.
        distance_m: how far it is to the place asked for.
    """
    if since >= (shift.onset + _MOVE_TICKS if shift.onset else _ONSET_TICKS):
        return replace(shift, done="timeout" if shift.seen >= 0.5 * since else "unseen")
    if sample.lost:
        return shift
    here = (sample.x_m, sample.y_m)
    trace = (*shift.trace[-_SPEED_TICKS:], here)
    way_m = math.hypot(here[0] - trace[0][0], here[1] - trace[0][1])
    speed = way_m / (_TICK_S * max(1, len(trace) - 1))
    radial = math.hypot(*here)
    onset = shift.onset or (since if radial > start_radius_m else 0)
    peak_m_s, peak = shift.peak_m_s, shift.peak
    if speed > peak_m_s:
        # The window's middle is where the body had this speed.
        peak_m_s, peak = speed, trace[len(trace) // 2]
    is_slow = bool(onset) and radial >= 0.5 * distance_m and speed < _STOP_SPEED_M_S
    slow_since = (shift.slow_since or since) if is_slow else 0
    is_over = radial >= 1.5 * distance_m or (slow_since and since - slow_since >= _STOP_TICKS)
    done: Literal["", "stopped", "unseen"] = ""
    if is_over:
        done = "stopped" if shift.seen + 1 >= 0.5 * since else "unseen"
    return Shift(shift.origin, trace, onset, shift.seen + 1, peak_m_s, peak, slow_since, done)
