"""How a virtual person draws along a closed shape, and learns to do so in a mirror.

The pen goes along the line, slower at corners, with the person's own wandering noise; hand and noise are
smooth, as a hand of some mass is (two equal low-pass filters in a row). It is seen 100 ms late and steered
back, less what is already under way; a correction is given up again within a second or two.

In a mirror that is not mastered yet, two things go wrong in the mirrored axis. Wherever the line turns, the
pen first goes some way in the wrong direction and then comes back; and what is to steer it back steers it
away. Until then the pen also goes more slowly. How far the mirror is mastered (0..1) grows from what a
person begins with by the learner's skill `mirror`: the share taught so far, which a night keeps as it keeps
motor skill. Neither needs to be remembered as such. A hidden pen is kept by feel and drifts.

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
_GIVES_UP_S = 1.5  # in which a correction is let go again
_MOST = 0.4  # the furthest that a correction goes, as a share of the shape's radius
_SMOOTH_S = 0.05  # of each of the hand's two filters
_NOISE, _NOISE_POWER = 2.9, 0.8  # the pen's wandering, by the scatter of reaches: less than in proportion
_WANDER_S, _DRIFT_S = 0.5, 4.0
_WANDER_SMOOTH_S = 0.1
_DRIFT_SHARE = 0.08
_FIRST = 0.35  # how far the mirror is mastered at first: the correction still goes the wrong way
_ASTRAY, _ASTRAY_S = 1.5, 0.4  # how much of a stroke goes wrong in a wholly unmastered mirror, and how long
_MASTERS = 6.0  # how much faster the mirror is learnt than motor noise is lost
_LEAST_RATE, _MOST_RATE = 0.03, 0.3
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
        self._goal = _Smooth(_SMOOTH_S)
        self._noise, self._drift = _Wander(_WANDER_S), _Wander(_DRIFT_S)
        self._correction = self._astray = (0.0, 0.0)
        self._sent: list[tuple[float, float, float, float]] = []
        self._from = (x_m, y_m)
        self._seen_pen = self._was_mirrored = False
        side = learner.person.impairment.neglect_side
        overlooks = side is not None and learner.chance() < learner.person.unseen
        self._overlooked = 0.0 if not overlooks else -1.0 if side == "left" else 1.0

    def step(self, seen: SeenTrace) -> tuple[float, float]:
        """Return the hand's place in metres for this tick, having seen the view."""
        person, learner = self._learner.person, self._learner
        is_mirrored = seen.mirror != "none"
        mastered = mastery(learner) if is_mirrored else 1.0
        tired = 1.0 + learner.tired
        old_x, old_y = self._goal.x, self._goal.y
        goal_x, goal_y = self._go_on(seen, self._speed * (0.5 + 0.5 * mastered) / tired)
        size_m = self._size_m
        noise_deg = _NOISE * person.motor_noise_deg**_NOISE_POWER * (1.0 - learner.skill) * tired
        noise_m = size_m * math.radians(noise_deg)
        noise_x, noise_y = self._noise.step(learner)
        # In the mirror's world: what the pen should do; the hand does it mirrored.
        x_sign = -1.0 if seen.mirror in ("left_right", "both") else 1.0
        y_sign = -1.0 if seen.mirror in ("up_down", "both") else 1.0
        if seen.cursor is None:
            self._sent = []
            drift_x, drift_y = self._drift.step(learner)
            drift_m = _DRIFT_SHARE * size_m * person.blind_noise
            noise_m *= person.blind_noise
            off_x, off_y = drift_m * drift_x, drift_m * drift_y
        else:
            self._seen_pen, self._was_mirrored = True, is_mirrored
            right = 2.0 * mastered - 1.0
            self._correct(
                seen.cursor[0] - goal_x,
                seen.cursor[1] - goal_y,
                right if x_sign < 0.0 else 1.0,
                right if y_sign < 0.0 else 1.0,
                _MOST * size_m,
            )
            off_x, off_y = self._correction
        if is_mirrored:
            wrong = _ASTRAY * (1.0 - mastered)
            astray_x, astray_y = self._astray
            astray_x = _ASTRAY_KEEPS * astray_x - (wrong * (goal_x - old_x) if x_sign < 0.0 else 0.0)
            astray_y = _ASTRAY_KEEPS * astray_y - (wrong * (goal_y - old_y) if y_sign < 0.0 else 0.0)
            self._astray = (astray_x, astray_y)
            off_x, off_y = off_x + astray_x, off_y + astray_y
        x, y = goal_x + noise_m * noise_x + off_x, goal_y + noise_m * noise_y + off_y
        fades = max(0.0, 1.0 - max(0.0, self._done_s) / 0.3)
        return x_sign * x + fades * self._from[0], y_sign * y + fades * self._from[1]

    def finish(self, seen: SeenTrace) -> None:
        """Learn from the page that ended: the hand's skill, and the mirror's where the pen was seen in it."""
        learner = self._learner
        learner.practise(sees=self._seen_pen)
        if self._was_mirrored:
            taught = learner.skills.get(MIRROR, 0.0)
            rate = min(_MOST_RATE, max(_LEAST_RATE, _MASTERS * learner.person.skill_rate))
            learner.skills[MIRROR] = taught + rate * (1.0 - taught)

    def _go_on(self, seen: SeenTrace, speed: float) -> tuple[float, float]:
        """Go on along the line and return where the pen ought to be now; smooth, also round corners."""
        if not self._along:
            self._along = _way(seen.corners)
            (ax, ay), (cx, cy) = seen.corners[0], seen.centre
            self._size_m = math.hypot(ax - cx, ay - cy)
        count = len(self._along)
        self._done_s += _TICK_S
        if self._done_s > 0.0:
            self._place += min(1.0, self._done_s / 0.3) * speed * count / _ROUND_S * _TICK_S
        at = int(self._place)
        (ax, ay), (bx, by) = self._along[at % count], self._along[(at + 1) % count]
        share = self._place - at
        x, y = ax + share * (bx - ax), ay + share * (by - ay)
        if self._overlooked * x > 0.0:
            x *= _UNDERSHOOT
        return self._goal.step(x, y)

    def _correct(self, off_x: float, off_y: float, right_x: float, right_y: float, most_m: float) -> None:
        """Steer the late pen back, in the direction that this person takes for the right one."""
        cx, cy = self._correction
        self._sent.append((cx, cy, off_x, off_y))
        if len(self._sent) <= _DELAY_TICKS:
            return
        old_x, old_y, late_x, late_y = self._sent.pop(0)
        model, share = self._learner.person.forward_model, _CORRECTION_HZ * _TICK_S
        cx = _CORRECTION_KEEPS * cx - share * right_x * (late_x + model * (cx - old_x))
        cy = _CORRECTION_KEEPS * cy - share * right_y * (late_y + model * (cy - old_y))
        self._correction = (max(-most_m, min(most_m, cx)), max(-most_m, min(most_m, cy)))


def mastery(learner: Learner) -> float:
    """Return how far this person has mastered the mirror by now, 0..1."""
    return _FIRST + (1.0 - _FIRST) * learner.skills.get(MIRROR, 0.0)


class _Smooth:
    """A place behind two equal first-order low-pass filters in a row."""

    __slots__ = ("_half_x", "_half_y", "_share", "x", "y")

    def __init__(self, time_s: float) -> None:
        self._share = 1.0 - math.exp(-_TICK_S / time_s)
        self._half_x = self._half_y = self.x = self.y = 0.0

    def step(self, x: float, y: float) -> tuple[float, float]:
        share = self._share
        self._half_x += share * (x - self._half_x)
        self._half_y += share * (y - self._half_y)
        self.x += share * (self._half_x - self.x)
        self.y += share * (self._half_y - self.y)
        return self.x, self.y


class _Wander:
    """A place that wanders about the origin (Ornstein and Uhlenbeck's process of SD 1), made smooth."""

    __slots__ = ("_keeps", "_smooth", "_stirs", "_x", "_y")

    def __init__(self, time_s: float) -> None:
        self._keeps = math.exp(-_TICK_S / time_s)
        self._stirs = math.sqrt(1.0 - self._keeps * self._keeps)
        self._x = self._y = 0.0
        self._smooth = _Smooth(_WANDER_SMOOTH_S)

    def step(self, learner: Learner) -> tuple[float, float]:
        self._x = self._keeps * self._x + self._stirs * learner.normal()
        self._y = self._keeps * self._y + self._stirs * learner.normal()
        return self._smooth.step(self._x, self._y)


TASK = Tracer
_CORRECTION_KEEPS = math.exp(-_TICK_S / _GIVES_UP_S)
_ASTRAY_KEEPS = math.exp(-_TICK_S / _ASTRAY_S)


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
