"""The safety rules of a session: pain, effort, warning signs, fatigue, time. Thresholds come from the plan.

The plan's limits can only be tighter than the defaults of `shared.wire.plan.SafetyLimits` (DESIGN 9).
"""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING

from msgspec import Struct

from game_client.session.header import WARNING_SIGNS
from shared.wire.session import TICK_HZ

if TYPE_CHECKING:
    from shared.wire.plan import SafetyLimits

_SLOWER = 1.25  # movement time over the block's own beginning: a design choice (PRODUCT N14)
_FATIGUE_TRIALS = 8


class Verdict(Struct, frozen=True):
    rest: bool = False
    stop: bool = False
    urgent: tuple[str, int | None, str] | None = None
    """What the clinic must hear at once: (what, pain, detail)."""


class SafetyRules:
    """Judges answers against the plan's limits; remembers the answers before play for the rises after."""

    asks_warning = True

    def __init__(self, limits: SafetyLimits) -> None:
        self._limits = limits
        self._pain_before: int | None = None
        self.rest_every_ticks = int(limits.rest_every_min * 60 * TICK_HZ)
        self.session_max_ticks = int(limits.session_max_min * 60 * TICK_HZ)

    def answer(self, name: str, value: int | None, *, before: bool) -> Verdict:
        """Judge one answer; `value` None means not answered, which stops nothing."""
        if value is None:
            return Verdict()
        if name == "pain":
            return self._pain(value, before)
        if name == "effort":
            if value >= self._limits.effort_stop:
                return Verdict(stop=True, urgent=("stop", None, f"effort {value} of 10"))
            return Verdict(rest=value >= self._limits.effort_rest)
        if name == "warning" and value > 0:
            sign = WARNING_SIGNS[value]
            return Verdict(stop=True, urgent=("symptom", None, sign))
        return Verdict()

    def _pain(self, pain: int, before: bool) -> Verdict:
        rise = 0 if before or self._pain_before is None else pain - self._pain_before
        if before:
            self._pain_before = pain
        limits = self._limits
        if pain >= limits.pain_stop or rise >= limits.pain_stop_rise:
            return Verdict(stop=True, urgent=("pain", pain, f"pain {pain} of 10, change {rise:+d}"))
        return Verdict(rest=pain >= limits.pain_rest or rise >= limits.pain_rest_rise)


class Fatigue:
    """Notices when reaches take a quarter longer than at the start of the block."""

    def __init__(self) -> None:
        self._times_s: list[float] = []

    def add(self, movement_time_s: float) -> None:
        self._times_s.append(movement_time_s)

    @property
    def is_slower(self) -> bool:
        times = self._times_s
        if len(times) < 3 * _FATIGUE_TRIALS:
            return False
        return median(times[-_FATIGUE_TRIALS:]) > _SLOWER * median(times[:_FATIGUE_TRIALS])
