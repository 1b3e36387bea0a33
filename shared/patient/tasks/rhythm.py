"""How a virtual person sways in time: smooth movements from end to end, each with its own errors.

A sway is a minimum-jerk movement from where the last one ended, and arrives near its beat: a little early,
with a scatter that grows with the motor noise, and more where the forward model is poor (cerebellar ataxia
keeps time badly). Who is slow does not get as far in the time there is (Parkinson's disease: small). The
direction is the learner's, with the person's bias, noise, and what repetition has left; where the body is
seen, it is steered back over the beats. When the wind drops the movement goes on for the reaction time, then
dies away. In a probe there is one movement in the learner's direction.

The form and its constants are design choices, made so that the profiles differ in the direction known of
them; they are not fitted to people (not verified). Metres, seconds, degrees counter-clockwise.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from shared.patient.learner import Learner

_TICK_S = 1.0 / 120.0
_EARLY_S = 0.03
_TIMING = 0.012  # SD of the arrival, a degree of motor noise, as a share of the time between two beats
_TIMING_POOR = 0.09  # and more without a forward model
_EXTENT = 1.35  # scatter of the extent and of a turn's side, against that of reaching directions
_LEAST_DEG = 2.5  # even the steadiest scatter by so much
_STEERS = 0.35  # share of a seen deviation that the next sway leaves out
_MOVE_S = 0.55  # a reach at full speed
_SMALLEST = 0.75  # how little of the way the slowest make
_UNDERSHOOT = 0.65  # how much of the way to an overlooked side is made
_DIES_AWAY_S = 0.09


class SeenRhythm(Protocol):
    """The part of the view that is looked at."""

    @property
    def stage(self) -> str: ...
    @property
    def trial(self) -> int: ...
    @property
    def cursor(self) -> tuple[float, float] | None: ...
    @property
    def direction_deg(self) -> float: ...
    @property
    def distance_m(self) -> float: ...
    @property
    def run_s(self) -> float: ...
    @property
    def half_period_s(self) -> float: ...
    @property
    def frozen(self) -> bool: ...
    @property
    def target(self) -> tuple[float, float] | None: ...


class Swayer:
    """Sways through one trial: `begin`, `step` once a tick, `finish`."""

    name = "rhythm"

    def __init__(self, learner: Learner, pace: float) -> None:
        """`pace` is how slow this day is, 1 as usual."""
        self._learner, self._pace = learner, pace
        self.begin(0.0, 0.0)

    def begin(self, x_m: float, y_m: float) -> None:
        """Begin from where the body is, at rest there."""
        self._clock = 0
        self._place = self._from = self._to = (x_m, y_m)
        self._begins_s = self._ends_s = 0.0
        self._beat = 0
        self._hand_deg: float | None = None
        self._direction_deg = 0.0
        self._went: list[float] = []
        self._is_probe = False
        self._sees = False
        self._frozen = 0
        self._speed = (0.0, 0.0)
        side, overlooks = self._learner.person.impairment.neglect_side, False
        if side is not None:
            overlooks = self._learner.chance() < self._learner.person.unseen
        self._overlooked = 0.0 if not overlooks else -1.0 if side == "left" else 1.0

    def step(self, seen: SeenRhythm) -> tuple[float, float]:
        """Return the place in metres for this tick, having seen the view."""
        self._clock += 1
        if self._hand_deg is None:
            self._decide(seen)
        if seen.frozen:
            self._frozen += 1
            if self._frozen * _TICK_S >= self._learner.person.reaction_s:
                return self._die_away()
        if self._is_probe or seen.frozen:
            now_s = self._clock * _TICK_S
        else:
            # The clock is the pace's own as it is heard and felt.
            now_s = seen.run_s
            if now_s >= self._ends_s:
                self._next_sway(seen, now_s)
        tau = (now_s - self._begins_s) / max(_TICK_S, self._ends_s - self._begins_s)
        done = (
            0.0 if tau <= 0.0 else 1.0 if tau >= 1.0 else tau * tau * tau * (10.0 + tau * (6.0 * tau - 15.0))
        )
        x = self._from[0] + done * (self._to[0] - self._from[0])
        y = self._from[1] + done * (self._to[1] - self._from[1])
        self._speed = ((x - self._place[0]) / _TICK_S, (y - self._place[1]) / _TICK_S)
        self._place = (x, y)
        return self._place

    def finish(self, seen: SeenRhythm) -> None:
        """Learn: a probe leaves nothing; a song repeats its way, both there and back."""
        learner = self._learner
        if self._hand_deg is None:
            return
        if self._is_probe:
            learner.learn(self._direction_deg, self._hand_deg, error_deg=None, rewarded=None, practises=False)
            return
        went_deg = sum(self._went) / max(1, len(self._went))
        error_deg = went_deg if self._sees else None
        for back_deg, error in ((0.0, error_deg), (180.0, None)):
            learner.learn(
                self._direction_deg + back_deg, went_deg, error_deg=error, rewarded=None, practises=True
            )

    def _decide(self, seen: SeenRhythm) -> None:
        learner, person = self._learner, self._learner.person
        self._direction_deg = seen.direction_deg
        self._is_probe = seen.target is not None
        self._sees = seen.cursor is not None
        learner.aim(cued_deg=None, strength=0.0)
        self._hand_deg = learner.plan(seen.direction_deg, pays=False, sees_hand=self._sees)
        if not self._is_probe:
            return
        extent_m = seen.distance_m * (1.0 + math.radians(0.5 * person.motor_noise_deg) * learner.normal())
        radians = math.radians(seen.direction_deg + self._hand_deg)
        self._to = (extent_m * math.cos(radians), extent_m * math.sin(radians))
        self._begins_s = max(0.15, person.reaction_s * (1.0 + 0.15 * learner.normal()))
        self._ends_s = self._begins_s + self._least_s()

    def _least_s(self) -> float:
        """How long a movement takes at one's own speed today."""
        return _MOVE_S / self._learner.person.speed * self._pace * (1.0 + self._learner.tired)

    def _next_sway(self, seen: SeenRhythm, now_s: float) -> None:
        """Plan the way to the next end: its place with its errors, and when it arrives."""
        learner, person = self._learner, self._learner.person
        self._beat += 1
        beat_s = seen.half_period_s
        noise = person.motor_noise_deg * (1.0 - learner.skill) * (1.0 + learner.tired)
        scatter = _TIMING * noise + _TIMING_POOR * (1.0 - person.forward_model)
        arrives_s = self._beat * beat_s - _EARLY_S + scatter * beat_s * learner.normal()
        self._begins_s, self._ends_s = now_s, max(now_s + 0.35 * beat_s, arrives_s)
        side = 1.0 if self._beat % 2 else -1.0
        spread_deg = math.hypot(_EXTENT * noise, _LEAST_DEG)
        extent = (
            min(1.0, max(_SMALLEST, (self._ends_s - now_s) / self._least_s()))
            + math.radians(spread_deg) * learner.normal()
        )
        if self._overlooked * side * math.cos(math.radians(seen.direction_deg)) > 0.0:
            extent *= _UNDERSHOOT
        steered = (1.0 - _STEERS) ** (self._beat - 1) if self._sees else 1.0
        hand_deg = (self._hand_deg or 0.0) * steered + 0.5 * spread_deg * learner.normal()
        self._went.append(hand_deg)
        radians = math.radians(seen.direction_deg + hand_deg)
        way_m = side * seen.distance_m * extent
        self._from, self._to = self._place, (way_m * math.cos(radians), way_m * math.sin(radians))

    def _die_away(self) -> tuple[float, float]:
        keeps = math.exp(-_TICK_S / _DIES_AWAY_S)
        self._speed = (keeps * self._speed[0], keeps * self._speed[1])
        self._place = (
            self._place[0] + self._speed[0] * _TICK_S,
            self._place[1] + self._speed[1] * _TICK_S,
        )
        return self._place


TASK = Swayer
