"""How a virtual person draws along a closed shape, and learns to do so in a mirror.

The pen goes along the line, slower at corners, with the person's own wandering noise. It is seen 100 ms late
and steered back, less what is already under way. In a mirror that correction has the wrong sign in the
mirrored axis until practice has turned it; until then the pen also goes more slowly. How far the mirror is
mastered (0..1) is the learner's skill `mirror`, which a night keeps as it keeps motor skill. A hidden pen is
kept by feel and drifts.

The form and its constants are design choices, made so that the profiles differ in the direction known of
them; they are not fitted to people (not verified). Metres of hand space, seconds.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from shared.patient.learner import Learner

_TICK_S = 1.0 / 120.0
_DELAY_TICKS = 12  # the senses' 100 ms
_ROUND_S = 4.5  # once round at full speed
_LEAST_SPEED = 0.35  # of the speed is left to the slowest: a line can be drawn slowly by anybody
_CORRECTION_HZ = 2.0
_WRONG_MOST = 0.4  # the furthest that a correction goes, as a share of the shape's radius
_NOISE = 1.6  # the wandering noise of a pen, against the scatter of reaches
_WANDER_S, _DRIFT_S = 0.5, 4.0
_DRIFT_SHARE = 0.08
_FIRST = 0.35  # how far the mirror is mastered at first: the correction still goes the wrong way
_MASTERS = 4.0  # how much faster the mirror is learnt than motor noise is lost
_LEAST_RATE = 0.03
_UNDERSHOOT = 0.85  # how much of the way to an overlooked side is made
MIRROR = "mirror"


class SeenTrace(Protocol):
    """The part of a tracing game's view that a virtual patient looks at."""

    @property
    def stage(self) -> str: ...
    @property
    def trial(self) -> int: ...
    @property
    def cursor(self) -> tuple[float, float] | None: ...
    @property
    def mirror(self) -> str: ...
    @property
    def corners(self) -> tuple[tuple[float, float], ...]: ...
    @property
    def centre(self) -> tuple[float, float]: ...


class Tracer:
    """Draws one shape: `begin`, `step` once a tick, `finish`. Chance and skill are the learner's."""

    name = "trace"

    def __init__(self, learner: Learner, pace: float) -> None:
        """`pace` is how slow this day is, 1 as usual."""
        person = learner.person
        self._learner = learner
        self._speed = (_LEAST_SPEED + (1.0 - _LEAST_SPEED) * person.speed) / pace
        self.begin(0.0, 0.0)

    def begin(self, x_m: float, y_m: float) -> None:
        """Start on the marked point, at rest."""
        learner = self._learner
        self._done_s = -0.5 * learner.person.reaction_s
        self._along: list[tuple[float, float]] = []
        self._place = 0.0
        self._noise_x = self._noise_y = self._drift_x = self._drift_y = 0.0
        self._correction = (0.0, 0.0)
        self._sent: list[tuple[float, float, float, float]] = []
        self._from = (x_m, y_m)
        self._seen_pen = self._was_mirrored = False
        side = learner.person.impairment.neglect_side
        overlooks = side is not None and learner.chance() < learner.person.unseen
        self._overlooked = 0.0 if not overlooks else -1.0 if side == "left" else 1.0

    def step(self, seen: SeenTrace) -> tuple[float, float]:
        """Return the hand's place in metres for this tick, having seen the view."""
        person, learner = self._learner.person, self._learner
        if not self._along:
            self._along = _way(seen.corners)
        count = len(self._along)
        size_m = math.hypot(seen.corners[0][0] - seen.centre[0], seen.corners[0][1] - seen.centre[1])
        is_mirrored = seen.mirror != "none"
        mastered = learner.skills.get(MIRROR, _FIRST) if is_mirrored else 1.0
        tired = 1.0 + learner.tired
        self._done_s += _TICK_S
        if self._done_s > 0.0:
            slow = min(1.0, self._done_s / 0.3)
            speed = slow * self._speed * (0.6 + 0.4 * mastered) / tired
            self._place += speed * count / _ROUND_S * _TICK_S
        goal_x, goal_y = self._along[int(self._place) % count]
        if self._overlooked * goal_x > 0.0:
            goal_x *= _UNDERSHOOT
        noise_m = _NOISE * size_m * math.radians(person.motor_noise_deg) * (1.0 - learner.skill) * tired
        self._noise_x = _wandered(self._noise_x, _WANDER_KEEPS, learner.normal())
        self._noise_y = _wandered(self._noise_y, _WANDER_KEEPS, learner.normal())
        # In the mirror's world: what the pen should do; the hand does it mirrored.
        x_sign = -1.0 if seen.mirror in ("left_right", "both") else 1.0
        y_sign = -1.0 if seen.mirror in ("up_down", "both") else 1.0
        if seen.cursor is None:
            self._sent = []
            self._drift_x = _wandered(self._drift_x, _DRIFT_KEEPS, learner.normal())
            self._drift_y = _wandered(self._drift_y, _DRIFT_KEEPS, learner.normal())
            drift_m = _DRIFT_SHARE * size_m * person.blind_noise
            noise_m *= person.blind_noise
            off_x, off_y = drift_m * self._drift_x, drift_m * self._drift_y
        else:
            self._seen_pen, self._was_mirrored = True, is_mirrored
            right = 2.0 * mastered - 1.0
            self._correct(
                seen.cursor[0] - goal_x,
                seen.cursor[1] - goal_y,
                right if x_sign < 0.0 else 1.0,
                right if y_sign < 0.0 else 1.0,
                _WRONG_MOST * size_m,
            )
            off_x, off_y = self._correction
        x = goal_x + noise_m * self._noise_x + off_x
        y = goal_y + noise_m * self._noise_y + off_y
        fades = max(0.0, 1.0 - max(0.0, self._done_s) / 0.3)
        return x_sign * x + fades * self._from[0], y_sign * y + fades * self._from[1]

    def finish(self, seen: SeenTrace) -> None:
        """Learn from the page that ended: the hand's skill, and the mirror's where the pen was seen in it."""
        learner = self._learner
        learner.practise(sees=self._seen_pen)
        if self._was_mirrored:
            known = learner.skills.get(MIRROR, _FIRST)
            rate = max(_LEAST_RATE, _MASTERS * learner.person.skill_rate)
            learner.skills[MIRROR] = known + min(0.3, rate) * (1.0 - known)

    def _correct(self, off_x: float, off_y: float, right_x: float, right_y: float, most_m: float) -> None:
        """Steer the late pen back, in the direction that this person takes for the right one."""
        cx, cy = self._correction
        self._sent.append((cx, cy, off_x, off_y))
        if len(self._sent) <= _DELAY_TICKS:
            return
        old_x, old_y, late_x, late_y = self._sent.pop(0)
        model, share = self._learner.person.forward_model, _CORRECTION_HZ * _TICK_S
        cx -= share * right_x * (late_x + model * (cx - old_x))
        cy -= share * right_y * (late_y + model * (cy - old_y))
        self._correction = (max(-most_m, min(most_m, cx)), max(-most_m, min(most_m, cy)))


TASK = Tracer
_WANDER_KEEPS = math.exp(-_TICK_S / _WANDER_S)
_DRIFT_KEEPS = math.exp(-_TICK_S / _DRIFT_S)


def _wandered(value: float, keeps: float, normal: float) -> float:
    """Return the next value of a wandering one of SD 1 (Ornstein and Uhlenbeck's process)."""
    return keeps * value + math.sqrt(1.0 - keeps * keeps) * normal


def _way(corners: tuple[tuple[float, float], ...]) -> list[tuple[float, float]]:
    """Places along the shape from the one nearest the origin on, at even times: slower near sharp corners."""
    sides = len(corners)
    steps = max(4, 720 // sides)
    # Eased between sharp corners only: a circle is many short sides and no corner.
    ease = sides <= 24
    places = []
    for k, (ax, ay) in enumerate(corners):
        bx, by = corners[(k + 1) % sides]
        for j in range(steps):
            share = j / steps
            if ease:
                share -= 0.8 * math.sin(math.tau * share) / math.tau
            places.append((ax + share * (bx - ax), ay + share * (by - ay)))
    first = min(range(len(places)), key=lambda k: math.hypot(*places[k]))
    return places[first:] + places[:first]
