"""How a hand follows a course: error, lag, gain and whether one side is followed worse.

The course is a sum of sines and known at every moment, so the hand is compared with the course itself and no
second signal has to be shifted or interpolated. Sideways only: a course has one coordinate.

Sources: gain and phase at the frequencies of a sum of sines are the common description of manual tracking
(McRuer & Jex 1967; not verified). The bounds below are design choices.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from shared.movement.sampling import SignalError, require_numbers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from shared.movement.course import Waves

SETTLE_S = 1.0
"""The first second is left out: the hand still stands, and catching up is not following."""
MOST_LAG_S = 1.0
LEAST_CORRELATION = 0.3
"""Below this the hand does not follow the course, and when it would be alike is chance."""
_LAG_STEP_S = 0.01
_LEAST_SAMPLES = 50
_MOST_CONDITION = 100.0


@dataclass(frozen=True, eq=False)
class Followed:
    """A hand on one course, even samples, `time_s` counted from the course's beginning.

    `hand_m` and `velocity_m_s` have shape (N,), x to the right; `seen` is False where the place was not
    known.
    """

    time_s: NDArray[np.float64]
    hand_m: NDArray[np.float64]
    velocity_m_s: NDArray[np.float64]
    seen: NDArray[np.bool_]
    waves: Waves
    half_width_m: float

    @property
    def seen_share(self) -> float:
        return float(np.mean(self.seen))

    @property
    def counts(self) -> NDArray[np.bool_]:
        """Which samples the numbers are made of: seen, and after the first second."""
        return self.seen & (self.time_s >= SETTLE_S)


@dataclass(frozen=True, slots=True)
class Errors:
    """Distances from the centre line, metres. `rms_m`: root mean square; `relative`: over that of a hand that
    stays in the middle; `inside_share`: share of the time in the channel; `asymmetry`: the error while the
    course is right of the middle less that while it is left of it, over their sum (-1 to 1), None where one
    of the two was never there."""

    rms_m: float
    relative: float
    inside_share: float
    asymmetry: float | None


def course_m(waves: Waves, time_s: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the centre line, metres to the right, shape as `time_s`."""
    found = np.zeros_like(time_s)
    for size, hz, phase in waves:
        found += size * np.sin(math.tau * hz * time_s + phase)
    return found


def course_velocity_m_s(waves: Waves, time_s: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the centre line's velocity, m/s, shape as `time_s`."""
    found = np.zeros_like(time_s)
    for size, hz, phase in waves:
        found += size * math.tau * hz * np.cos(math.tau * hz * time_s + phase)
    return found


def errors(followed: Followed) -> Errors:
    """Measure how far the hand was from the centre line.

    Raises:
        SignalError: less than half a second that counts, a number that is not finite, or a course that does
            not move.
    """
    counts = _counted(followed)
    course = course_m(followed.waves, followed.time_s[counts])
    away = followed.hand_m[counts] - course
    size = _rms(course)
    if size <= 0.0:
        raise SignalError("the course does not move: there is nothing to follow")
    right, left = (_rms(away[side]) if side.any() else None for side in (course > 0, course < 0))
    both = (right or 0.0) + (left or 0.0)
    return Errors(
        rms_m=_rms(away),
        relative=_rms(away) / size,
        inside_share=float(np.mean(np.abs(away) <= followed.half_width_m)),
        asymmetry=None if right is None or left is None or both <= 0.0 else (right - left) / both,
    )


def lag_s(followed: Followed) -> float | None:
    """Return by how much the hand comes after the course, seconds (below zero: it is ahead of it).

    It is the delay at which the course's velocity correlates best with the hand's, between its neighbours by
    a parabola. None where that correlation is below `LEAST_CORRELATION`, or still rises at one second.

    Raises:
        SignalError: as `errors`.
    """
    counts = _counted(followed)
    hand = followed.velocity_m_s[counts]
    if float(np.ptp(hand)) <= 0.0:
        return None
    delays = np.arange(-MOST_LAG_S, MOST_LAG_S + _LAG_STEP_S / 2, _LAG_STEP_S)
    time_s = followed.time_s[counts]
    alike = np.array(
        [_correlation(hand, course_velocity_m_s(followed.waves, time_s - each)) for each in delays]
    )
    at = int(np.argmax(alike))
    if alike[at] < LEAST_CORRELATION or at in (0, len(delays) - 1):
        return None
    before, peak, after = alike[at - 1 : at + 2]
    curve = before - 2.0 * peak + after
    offset = 0.0 if curve >= 0.0 else 0.5 * (before - after) / curve
    return float(delays[at] + offset * _LAG_STEP_S)


def gains(trials: Sequence[Followed]) -> list[tuple[float, float, float]]:
    """Return (hz, gain, mean amplitude_m) of each of the courses' sines, slowest first.

    One least-squares fit over all trials: of each sine, what follows it in and out of step, and of each trial
    its own middle. A course holds less than a turn of the slowest sine, which one trial alone can't tell from
    a hand that stands aside; trials with other phases can.

    Raises:
        SignalError: no trial, courses of different frequencies, phases too alike to tell the sines apart,
            or as `errors`.
    """
    if not trials:
        raise SignalError("gain needs at least one course")
    rates = [tuple(hz for _, hz, _ in each.waves) for each in trials]
    if len(set(rates)) > 1 or not rates[0] or len(set(rates[0])) < len(rates[0]):
        raise SignalError("the courses do not have the same frequencies")
    rows, hands = [], []
    for each in trials:
        counts = _counted(each)
        time_s = each.time_s[counts]
        angles = [(size, math.tau * hz * time_s + phase) for size, hz, phase in each.waves]
        columns = [size * wave(angle) for size, angle in angles for wave in (np.sin, np.cos)]
        # Each trial's own middle is taken away from both sides, which is the same as fitting it.
        rows.append(np.column_stack([column - column.mean() for column in columns]))
        hands.append(each.hand_m[counts] - each.hand_m[counts].mean())
    table = np.concatenate(rows)
    scale = np.linalg.norm(table, axis=0)
    if not (scale > 0.0).all() or np.linalg.cond(table / scale) > _MOST_CONDITION:
        raise SignalError("the courses are too alike to tell their frequencies apart")
    parts = np.linalg.lstsq(table / scale, np.concatenate(hands), rcond=None)[0] / scale
    sizes = np.mean([[abs(size) for size, _, _ in each.waves] for each in trials], axis=0)
    found = [
        (hz, float(np.hypot(*parts[2 * at : 2 * at + 2])), float(sizes[at])) for at, hz in enumerate(rates[0])
    ]
    return sorted(found)


def _counted(followed: Followed) -> NDArray[np.bool_]:
    require_numbers(followed.time_s, followed.hand_m, followed.velocity_m_s)
    counts = followed.counts
    if np.count_nonzero(counts) < _LEAST_SAMPLES:
        raise SignalError("too little of the course was seen")
    return counts


def _rms(values: NDArray[np.float64]) -> float:
    return float(np.sqrt(np.mean(values**2)))


def _correlation(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    one, other = one - one.mean(), other - other.mean()
    size = float(np.linalg.norm(one) * np.linalg.norm(other))
    return float(one @ other) / size if size > 0.0 else 0.0
