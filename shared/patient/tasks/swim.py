"""How a virtual person swims about: smooth loops over their reach, wider and quicker for those who can.

A place to go to wanders about the reach, and the hand follows it as a critically damped second order system.
Who overlooks a side goes there less. The sizes are design choices, not fitted to people (not verified).
Units: metres, seconds.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from shared.patient.learner import Learner

_TICK_S = 1.0 / 120.0
_FOLLOW_S = 0.25  # time constant of the hand at full speed
_NEXT_S = 1.1  # about how long a place is gone to before the next one
_WIDE = 0.9  # share of the reach that is gone over
_OVERLOOKS = 0.75  # how much of the overlooked side is left out by somebody who never sees it


class SeenWater(Protocol):
    """The part of the view that is looked at."""

    @property
    def reach_m(self) -> float: ...


class Swim:
    """Swims for one stretch: `begin`, `step` once a tick, `finish`."""

    name = "swim"

    def __init__(self, learner: Learner, pace: float) -> None:
        """`pace` is how slow this day is, 1 as usual."""
        self._learner = learner
        self._follow_s = _FOLLOW_S * pace / learner.person.speed
        self._next_s = _NEXT_S * pace / learner.person.speed
        self.begin(0.0, 0.0)

    def begin(self, x_m: float, y_m: float) -> None:
        """Go on from where the hand is."""
        self._at = [x_m, y_m]
        self._speed = [0.0, 0.0]
        self._goal: tuple[float, float] | None = None
        self._left_s = 0.0

    def step(self, seen: SeenWater) -> tuple[float, float]:
        """Return the hand's place in metres for this tick."""
        self._left_s -= _TICK_S
        if self._goal is None or self._left_s <= 0.0:
            self._goal = self._choose(seen.reach_m)
            self._left_s = self._next_s * (0.6 + 0.8 * self._learner.chance())
        follow_s = self._follow_s * (1.0 + self._learner.tired)
        for axis in (0, 1):
            pull = (self._goal[axis] - self._at[axis]) / follow_s - 2.0 * self._speed[axis]
            self._speed[axis] += pull / follow_s * _TICK_S
            self._at[axis] += self._speed[axis] * _TICK_S
        return self._at[0], self._at[1]

    def finish(self, seen: SeenWater) -> None:
        """Nothing is learnt by playing; it tires a little."""
        self._learner.practise(sees=False)

    def _choose(self, reach_m: float) -> tuple[float, float]:
        """A place anywhere in the reach, evenly over its area; rarely on an overlooked side."""
        person = self._learner.person
        away_m = _WIDE * reach_m * math.sqrt(self._learner.chance())
        angle = math.tau * self._learner.chance()
        x_m, y_m = away_m * math.cos(angle), away_m * math.sin(angle)
        side = person.impairment.neglect_side
        overlooked = (side == "left" and x_m < 0.0) or (side == "right" and x_m > 0.0)
        if overlooked and self._learner.chance() < _OVERLOOKS * person.unseen:
            x_m = -x_m
        return x_m, y_m


TASK = Swim
