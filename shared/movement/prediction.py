"""Short-horizon prediction of one axis, to hide a tracker's delay: where the hand is now, from samples that
arrive late and irregularly.

A constant-velocity Kalman filter (white acceleration) gives place and speed; its speed's own change gives a
braking. Braking shortens the lead and a speeding up never lengthens it, and a lead never turns round, so
that the shown hand does not shoot past the end of a reach by as much as plain extrapolation does. Scalar and
stateful by one small object an axis, since it runs at every tick. It changes what the player sees; metrics
never use its output.
"""

from __future__ import annotations

import math

# name -> (noise of a sample in m, acceleration's density in m/s^1.5, the braking's time constant in s or None
# for plain extrapolation); "off" shows the last sample.
PREDICTIONS: dict[str, tuple[float, float, float | None] | None] = {
    "off": None,
    "straight": (0.002, 0.5, None),
    "braking": (0.002, 0.5, 0.03),
}
MOST_HORIZON_S = 0.1
MOST_LEAD_M = 0.08
_RESTART_S = 0.25
"""After a gap this long the old speed says nothing."""


class Predictor:
    """One axis: `observe` each sample with its own stamp, ask `at` for any time from then on."""

    __slots__ = (
        "_accel",
        "_brake_s",
        "_noise_m2",
        "_p00",
        "_p01",
        "_p11",
        "_push",
        "_raw_m",
        "_speed",
        "_stamp_s",
        "_x",
    )

    def __init__(self, preset: str) -> None:
        """Raises KeyError for an unknown preset."""
        chosen = PREDICTIONS[preset]
        noise_m, push, self._brake_s = chosen or (0.0, 0.0, None)
        self._noise_m2, self._push = noise_m * noise_m, push * push
        self._stamp_s: float | None = None
        self._x = self._raw_m = self._speed = self._accel = 0.0
        self._p00 = self._p01 = self._p11 = 0.0

    @property
    def has_sample(self) -> bool:
        return self._stamp_s is not None

    def observe(self, stamp_s: float, value_m: float) -> bool:
        """Take a sample; False when it is no number or not later than the last: it then changes nothing."""
        if not (math.isfinite(stamp_s) and math.isfinite(value_m)):
            return False
        previous = self._stamp_s
        if previous is not None and stamp_s <= previous:
            return False
        self._stamp_s, self._raw_m = stamp_s, value_m
        if previous is None or stamp_s - previous > _RESTART_S:
            self._x, self._speed, self._accel = value_m, 0.0, 0.0
            self._p00, self._p01, self._p11 = self._noise_m2, 0.0, 0.25  # a speed of 0 give or take 0.5 m/s
            return True
        if self._noise_m2:
            self._update(stamp_s - previous, value_m)
        return True

    def _update(self, dt: float, value_m: float) -> None:
        push, before = self._push, self._speed
        x = self._x + self._speed * dt
        p00 = self._p00 + dt * (2.0 * self._p01 + dt * self._p11) + push * dt * dt * dt / 3.0
        p01 = self._p01 + dt * self._p11 + push * dt * dt / 2.0
        p11 = self._p11 + push * dt
        surprise, total = value_m - x, p00 + self._noise_m2
        self._x = x + p00 / total * surprise
        self._speed = before + p01 / total * surprise
        self._p00, self._p01 = p00 - p00 * p00 / total, p01 - p00 * p01 / total
        self._p11 = p11 - p01 * p01 / total
        if self._brake_s is not None:
            share = 1.0 - math.exp(-dt / self._brake_s)
            self._accel += share * ((self._speed - before) / dt - self._accel)

    def at(self, now_s: float) -> float:
        """Return the place at a time, m: at most `MOST_HORIZON_S` and `MOST_LEAD_M` ahead of the last sample.

        Raises:
            ValueError: before the first sample.
        """
        if self._stamp_s is None:
            raise ValueError("no sample has arrived yet")
        if not self._noise_m2:
            return self._raw_m
        ahead = min(MOST_HORIZON_S, max(0.0, now_s - self._stamp_s))
        speed, accel = self._speed, self._accel
        lead = speed * ahead
        if speed * accel < 0.0:
            until = min(ahead, -speed / accel)  # the hand stands when the braking has used up its speed
            lead = speed * until + 0.5 * accel * until * until
        return self._x + max(-MOST_LEAD_M, min(MOST_LEAD_M, lead))
