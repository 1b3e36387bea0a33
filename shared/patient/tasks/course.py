"""How a virtual person follows a course: sees it come, moves ahead of it as far as they can, and corrects.

The way ahead is in sight, so a person aims at where the course will be; how much of their own delay that
makes up for depends on the forward model. The hand follows the aim as a critically damped second order
system, slower for slow people. Their own noise wanders; the ferry is seen 100 ms late and steered back as in
a reach, less what is already under way. A hidden ferry is kept by feel: not corrected, it drifts.

The form is the common one of manual tracking; its constants are design choices, chosen so that the profiles
differ in the direction that is known of them. They are not fitted to people (not verified).

Units: metres of hand space, seconds.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Protocol

from shared.movement.course import centre_m

if TYPE_CHECKING:
    from shared.movement.course import Waves
    from shared.patient.learner import Learner

_TICK_S = 1.0 / 120.0
_DELAY_TICKS = 12  # the senses' 100 ms
_DELAY_S = _DELAY_TICKS * _TICK_S
_FOLLOW_S = 0.07  # time constant of the hand at full speed
_LATE_SHARE = 0.6  # of the reaction time is not made up for by the way ahead in sight
_CORRECTION_HZ = 3.0  # as in a reach
_NOISE = 2.0  # the wandering noise of a hand held on a course, against the scatter of its reaches
_WANDER_S, _DRIFT_S = 0.5, 4.0  # over what time the noise, and the felt place, wander
_DRIFT_SHARE = 0.12  # SD of the felt place of an unseen hand, as a share of the furthest bend
_UNDERSHOOT = 0.65  # how much of a bend to an overlooked side is made


class SeenCourse(Protocol):
    """The part of a tracking game's view that a virtual patient looks at."""

    @property
    def stage(self) -> str: ...
    @property
    def trial(self) -> int: ...
    @property
    def cursor(self) -> tuple[float, float] | None: ...
    @property
    def waves(self) -> Waves: ...
    @property
    def run_s(self) -> float: ...
    @property
    def limit_m(self) -> float: ...


class Tracker:
    """Follows one course: `begin`, `step` once a tick, `finish`. Chance and skill are the learner's."""

    name = "course"

    def __init__(self, learner: Learner, pace: float) -> None:
        """`pace` is how slow this day is, 1 as usual."""
        person = learner.person
        self._learner = learner
        self._follow_s = _FOLLOW_S * pace / person.speed
        makes_up_s = person.forward_model * (2.0 * self._follow_s + _DELAY_S)
        self._late_s = _LATE_SHARE * person.reaction_s - makes_up_s
        self.begin(0.0, 0.0)

    def begin(self, x_m: float, y_m: float) -> None:
        """Start from where the hand is, at rest."""
        self._y_m = y_m
        person, learner = self._learner.person, self._learner
        self._smooth_m, self._speed_m_s = x_m, 0.0
        self._wander = self._drift = 0.0
        self._correction_m = 0.0
        self._sent: list[tuple[float, float]] = []
        self.x_m = x_m
        self.saw_ferry = False
        """Whether the ferry was in sight on this course."""
        overlooks = person.impairment.neglect_side is not None and learner.chance() < person.unseen
        self._overlooked = 0.0
        if overlooks:
            self._overlooked = -1.0 if person.impairment.neglect_side == "left" else 1.0

    def step(self, seen: SeenCourse) -> tuple[float, float]:
        """Return the hand's place in metres for this tick, having seen the view."""
        person, learner = self._learner.person, self._learner
        tired = 1.0 + learner.tired
        aim_m = centre_m(seen.waves, max(0.0, seen.run_s - self._late_s * tired))
        if self._overlooked * aim_m > 0.0:
            aim_m *= _UNDERSHOOT
        follow_s = self._follow_s * tired
        pull = (aim_m - self._smooth_m) / follow_s - 2.0 * self._speed_m_s
        self._speed_m_s += pull / follow_s * _TICK_S
        self._smooth_m += self._speed_m_s * _TICK_S
        noise_m = _NOISE * seen.limit_m * math.radians(person.motor_noise_deg) * (1.0 - learner.skill) * tired
        self._wander = _wandered(self._wander, _WANDER_S, learner.normal())
        own_m = noise_m * self._wander
        if seen.cursor is None:
            self._sent = []
            self._drift = _wandered(self._drift, _DRIFT_S, learner.normal())
            own_m *= person.blind_noise
            own_m += _DRIFT_SHARE * seen.limit_m * person.blind_noise * self._drift
        else:
            self.saw_ferry = True
            self._correct(seen.cursor[0] - centre_m(seen.waves, seen.run_s))
        self.x_m = self._smooth_m + own_m + self._correction_m
        return self.x_m, self._y_m

    def finish(self, seen: SeenCourse) -> None:
        """Learn from the course that ended."""
        self._learner.practise(sees=self.saw_ferry)

    def _correct(self, error_m: float) -> None:
        """Steer the seen (late) ferry back, counting in what is under way as well as the person can."""
        self._sent.append((self._correction_m, error_m))
        if len(self._sent) <= _DELAY_TICKS:
            return
        correction_m, late_error_m = self._sent.pop(0)
        on_the_way_m = self._correction_m - correction_m
        expected_m = late_error_m + self._learner.person.forward_model * on_the_way_m
        self._correction_m -= _CORRECTION_HZ * _TICK_S * expected_m


TASK = Tracker


def _wandered(value: float, over_s: float, normal: float) -> float:
    """Return the next value of a wandering one of SD 1 (Ornstein and Uhlenbeck's process)."""
    keeps = math.exp(-_TICK_S / over_s)
    return keeps * value + math.sqrt(1.0 - keeps * keeps) * normal
