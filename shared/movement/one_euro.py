"""The One-Euro filter (Casiez, Roussel & Vogel 2012, CHI): little lag when fast, little jitter when slow.

Scalar and stateful by one small object an axis, since it runs at every tick of play. It smooths what the
player sees; metrics never use its output.
"""

from __future__ import annotations

import math

# name -> (minimum cut-off in Hz, beta in 1/m, cut-off of the speed in Hz); "off" passes samples through.
# A recording keeps its preset by name and is replayed through it: never change a preset, add another.
# "steady" leaves less of a tremor than "tremor" does and lags less (docs/signals.md).
PRESETS: dict[str, tuple[float, float, float] | None] = {
    "off": None,
    "default": (3.0, 30.0, 1.0),
    "tremor": (1.2, 20.0, 1.0),
    "steady": (1.0, 40.0, 0.5),
}


class OneEuro:
    """One axis. `step` takes and returns metres at a fixed rate."""

    __slots__ = ("_beta", "_min_cutoff_hz", "_period_s", "_previous", "_speed", "_speed_alpha")

    def __init__(self, preset: str, rate_hz: float) -> None:
        """Raises KeyError for an unknown preset and ValueError for "off", which needs no filter."""
        chosen = PRESETS[preset]
        if chosen is None:
            raise ValueError("the preset 'off' is no filter")
        self._min_cutoff_hz, self._beta, speed_cutoff_hz = chosen
        self._period_s = 1.0 / rate_hz
        self._speed_alpha = _alpha(speed_cutoff_hz, self._period_s)
        self._previous: float | None = None
        self._speed = 0.0

    def step(self, value_m: float) -> float:
        if self._previous is None:
            self._previous = value_m
            return value_m
        speed = (value_m - self._previous) / self._period_s
        self._speed += self._speed_alpha * (speed - self._speed)
        alpha = _alpha(self._min_cutoff_hz + self._beta * abs(self._speed), self._period_s)
        self._previous += alpha * (value_m - self._previous)
        return self._previous


def _alpha(cutoff_hz: float, period_s: float) -> float:
    return 1.0 / (1.0 + 1.0 / (2.0 * math.pi * cutoff_hz * period_s))
