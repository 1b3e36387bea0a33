"""Keeping a lamp still in gusts that are seen, and then reaching to another one.

A person sees the wind 100 ms late, needs a share of their reaction time to begin, and then moves against the
push as far ahead as their forward model goes and as fast as they can; the lamp that is still seen to swing is
steered back. A followed image to move by makes them readier and steadier. Where a gust blows to an overlooked
side, it is noticed late.

Apart from the senses' delay (SCIENCE 2.4, not verified) all constants are design choices, chosen so that the
profiles differ in the direction that is known of them. They are not fitted to people (not verified).

Units: metres of hand space, seconds, degrees counter-clockwise.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from shared.patient.learner import Learner

_TICK_S = 1.0 / 120.0
_DELAY_TICKS = 12  # the senses' 100 ms
_DELAY_S = _DELAY_TICKS * _TICK_S
_FOLLOW_S = 0.07  # time constant of the hand at full speed
_READY_SHARE, _IMAGED_SHARE = (
    0.7,
    0.45,
)  # of the reaction time is needed: one waits for the gust; with an image
_GAIN_SD = 0.05  # by how much the answer to a gust is too large or small, for each degree of motor noise
_IMAGED_NOISE = 0.6  # of the sway is left with an image that is followed
_CORRECTION_HZ = 3.0  # as in a reach
_NOISE, _WANDER_S = 1.0, 0.5
_REACH_S = 0.55  # a reach at full speed
_UNSEEN_S = 0.35


class SeenGust(Protocol):
    """The part of the view that a virtual patient looks at."""

    @property
    def stage(self) -> str: ...
    @property
    def cursor(self) -> tuple[float, float] | None: ...
    @property
    def wind(self) -> float: ...
    @property
    def wind_deg(self) -> float: ...
    @property
    def gust_m(self) -> float: ...
    @property
    def reach_m(self) -> float: ...
    @property
    def image(self) -> str | None: ...
    @property
    def image_strength(self) -> float: ...
    @property
    def target(self) -> tuple[float, float] | None: ...


class Steadier:
    """Stands one gust: `begin`, `step` once a tick, `finish`. Chance and skill are the learner's."""

    name = "gust"

    def __init__(self, learner: Learner, pace: float) -> None:
        """`pace` is how slow this day is, 1 as usual."""
        self._learner = learner
        self._follow_s = _FOLLOW_S * pace / learner.person.speed
        self._reach_s = _REACH_S * pace / learner.person.speed
        self.begin(0.0, 0.0)

    def begin(self, x_m: float, y_m: float) -> None:
        """Start from where the hand is, at rest."""
        self._smooth_m = [x_m, y_m]
        self._speed_m_s = [0.0, 0.0]
        self._correction_m = [0.0, 0.0]
        self._wander = [0.0, 0.0]
        self._sent: list[tuple[float, float, float, float]] = []
        self._winds: list[float] = []
        self._clock_s = 0.0
        self._decided = False
        self.uses_image = False
        self.saw_lamp = False
        """Whether the lamp was in sight in this gust."""
        self._reach_from: tuple[float, float] | None = None
        self._reach_clock_s = 0.0

    def step(self, seen: SeenGust) -> tuple[float, float]:
        """Return the hand's place in metres for this tick, having seen the view."""
        if not self._decided:
            self._decide(seen)
        self._clock_s += _TICK_S
        self._winds.append(seen.wind)
        person, learner = self._learner.person, self._learner
        tired = 1.0 + learner.tired
        aim_x, aim_y = self._goal(seen)
        follow_s = self._follow_s * tired
        noise_m = _NOISE * seen.reach_m * math.radians(person.motor_noise_deg) * (1.0 - learner.skill) * tired
        noise_m *= _IMAGED_NOISE if self.uses_image else 1.0
        noise_m *= 1.0 if seen.cursor is not None else person.blind_noise
        if seen.cursor is not None:
            self.saw_lamp = True
            self._correct(seen)
        keeps = math.exp(-_TICK_S / _WANDER_S)
        place = [0.0, 0.0]
        for axis, aim_m in enumerate((aim_x, aim_y)):
            pull = (aim_m - self._smooth_m[axis]) / follow_s - 2.0 * self._speed_m_s[axis]
            self._speed_m_s[axis] += pull / follow_s * _TICK_S
            self._smooth_m[axis] += self._speed_m_s[axis] * _TICK_S
            chance = math.sqrt(1.0 - keeps * keeps) * learner.normal()
            self._wander[axis] = keeps * self._wander[axis] + chance
            place[axis] = self._smooth_m[axis] + noise_m * self._wander[axis] + self._correction_m[axis]
        return place[0], place[1]

    def finish(self, seen: SeenGust) -> None:
        """Learn from the gust that ended."""
        self._learner.practise(sees=self.saw_lamp)

    def _decide(self, seen: SeenGust) -> None:
        """Follow the image or not; notice the gust or not."""
        self._decided = True
        person, learner = self._learner.person, self._learner
        if seen.image is not None and seen.image_strength > 0.0:
            self.uses_image = learner.chance() < person.strategy * (0.6 + 0.4 * seen.image_strength)
        share = _IMAGED_SHARE if self.uses_image else _READY_SHARE
        self._begins_s = _DELAY_S + share * person.reaction_s * max(0.5, 1.0 + 0.15 * learner.normal())
        side, to_x = person.impairment.neglect_side, math.cos(math.radians(seen.wind_deg))
        overlooked = side is not None and abs(to_x) > 0.5 and (to_x < 0.0) == (side == "left")
        self._unseen = overlooked and learner.chance() < person.unseen
        if self._unseen:
            self._begins_s += _UNSEEN_S
        self._gain = 1.0 + _GAIN_SD * person.motor_noise_deg * learner.normal() * (
            _IMAGED_NOISE if self.uses_image else 1.0
        )

    def _goal(self, seen: SeenGust) -> tuple[float, float]:
        """Where the hand should be: against the wind that was seen and is expected, or at the lamp."""
        if seen.target is not None:
            return self._way_to(seen.target)
        if self._clock_s < self._begins_s or len(self._winds) <= _DELAY_TICKS:
            return 0.0, 0.0
        late, before = self._winds[-1 - _DELAY_TICKS], self._winds[-2 - _DELAY_TICKS]
        ahead_s = self._learner.person.forward_model * (_DELAY_S + 2.0 * self._follow_s)
        expected = late + (late - before) / _TICK_S * ahead_s
        counter_m = -self._gain * seen.gust_m * max(0.0, expected)
        radians = math.radians(seen.wind_deg)
        return counter_m * math.cos(radians), counter_m * math.sin(radians)

    def _way_to(self, target: tuple[float, float]) -> tuple[float, float]:
        """A minimum-jerk reach to the lamp, begun after the reaction time."""
        if self._reach_from is None:
            self._reach_from = (self._smooth_m[0], self._smooth_m[1])
            self._reach_clock_s = self._clock_s
        lasts_s = self._reach_s * (1.0 + self._learner.tired)
        tau = (self._clock_s - self._reach_clock_s - self._learner.person.reaction_s) / lasts_s
        tau = max(0.0, min(1.0, tau))
        done = tau * tau * tau * (10.0 + tau * (6.0 * tau - 15.0))
        from_x, from_y = self._reach_from
        return from_x + done * (target[0] - from_x), from_y + done * (target[1] - from_y)

    def _correct(self, seen: SeenGust) -> None:
        """Steer the seen (late) lamp back, counting in what is under way as well as the person can."""
        goal = (0.0, 0.0)
        if seen.target is not None and self._reach_from is not None:
            goal = self._way_to(seen.target)
        assert seen.cursor is not None  # noqa: S101
        away = seen.cursor[0] - goal[0], seen.cursor[1] - goal[1]
        cx, cy = self._correction_m
        self._sent.append((cx, cy, *away))
        if len(self._sent) <= _DELAY_TICKS:
            return
        late_cx, late_cy, late_x, late_y = self._sent.pop(0)
        if self._clock_s < self._begins_s:
            return
        trust = self._learner.person.forward_model
        self._correction_m[0] -= _CORRECTION_HZ * _TICK_S * (late_x + trust * (cx - late_cx))
        self._correction_m[1] -= _CORRECTION_HZ * _TICK_S * (late_y + trust * (cy - late_cy))


TASK = Steadier
