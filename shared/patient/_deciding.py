"""How a virtual person decides in a reach: to stop, to turn after a target, which of two, how fast.

Stopping is a race: the stop process begins at the signal and takes the person's stop-signal reaction time; it
wins while the hand has not begun to move by then (the independent race, SCIENCE 1.5). A jump of the target is
answered after a delay of its own; what is better paid is chosen more often, and its way costs; an offer makes
quicker; and a time limit makes quicker and, by that, less accurate.

The forms are the common ones; the constants are design choices, chosen so that the profiles differ in the
direction that is known of them (slower in age and after stroke, stopping worst in Parkinson's disease). They
are not fitted to people (not verified).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shared.patient.learner import Learner

_TICK_S = 1.0 / 120.0
_STOP_BASE_S, _STOP_SHARE = 0.08, 0.42
"""A stop takes about this long, and this share of the reaction time besides."""
_STOP_SD = 0.12
_STOP_SLOWER = {"parkinson": 1.25}
_TURN_BASE_S, _TURN_SHARE, _TURN_SD = 0.07, 0.25, 0.10
_TURN_LASTS_S = 0.36
_WITHIN, _WITHIN_SD, _QUICKEST = 0.85, 0.15, 0.55
"""Of a time limit, what a person aims to take, and how that varies; the least share of their own time."""
_HURRY = 1.0
"""How much of the person's own scatter a hurried reach gains, by the square of the speed."""
_POINT_SPEED, _POINT_REACTION = 0.04, 0.03
"""How much a point more than one quickens a movement, and its beginning, at a healthy young speed."""
_POINT_WORTH, _METRE_COST, _CHOICE_NOISE = 1.0, 20.0, 1.2


class Choosable(Protocol):
    @property
    def place(self) -> tuple[float, float]: ...
    @property
    def points(self) -> int: ...


class Deciding:
    """One person's decisions in reaching. Chance is drawn only where there is something to decide."""

    def __init__(self, learner: Learner) -> None:
        self._learner = learner
        person = learner.person
        slower = max((_STOP_SLOWER.get(each, 1.0) for each in person.impairment.diagnoses), default=1.0)
        self.stop_s = (_STOP_BASE_S + _STOP_SHARE * person.reaction_s) * slower
        """Mean stop-signal reaction time."""
        self.turn_s = _TURN_LASTS_S / person.speed
        """How long the movement from an old target to a new one takes."""
        self._left: int | None = None
        """Ticks until a signal or a jump that was seen is answered; None when there is none."""
        self._is_stopping = False

    def holds_back(self, starts_in: int | None) -> bool:
        """Whether the hand is held back now; asked each tick that the stop signal is shown.

        Args:
            starts_in: ticks until the hand would move, less than 1 when it has; None when it is held.
        """
        if starts_in is None:
            return False
        if not self._is_stopping:
            self._is_stopping = True
            self._left = self._ticks(self.stop_s, _STOP_SD)
        return self._answers() and starts_in > 0

    def turns(self, target: tuple[float, float]) -> bool:
        """Whether the answer to a target that jumped begins now; asked each tick until it does."""
        if self._left is None:
            person = self._learner.person
            self._left = self._ticks(_TURN_BASE_S + _TURN_SHARE * person.reaction_s, _TURN_SD)
        return self._answers()

    def begin(self) -> None:
        """Another reach begins: nothing is under way."""
        self._left, self._is_stopping = None, False

    def choose(self, choices: Sequence[Choosable]) -> tuple[float, float]:
        """Choose by what a place pays less what its way costs, softly."""
        cost = _METRE_COST / self._learner.person.speed
        worth = [
            math.exp((_POINT_WORTH * each.points - cost * math.hypot(*each.place)) / _CHOICE_NOISE)
            for each in choices
        ]
        at = self._learner.chance() * sum(worth)
        for each, share in zip(choices, worth, strict=True):
            at -= share
            if at < 0.0:
                return each.place
        return choices[-1].place

    def hurry(self, duration_s: float, limit_s: float | None, points: int) -> tuple[float, float]:
        """Return the movement's duration under a limit or for an offer, and what hurrying adds to its angle.

        The scatter grows with the square of the speed, and the time to correct it on the way is short.
        """
        if points > 1:
            duration_s /= 1.0 + _POINT_SPEED * self._learner.person.speed * (points - 1)
        if limit_s is None:
            return duration_s, 0.0
        usual_s = duration_s
        wanted_s = limit_s * (_WITHIN + _WITHIN_SD * self._learner.normal())
        duration_s = min(usual_s, max(_QUICKEST * usual_s, wanted_s))
        more = _HURRY * ((usual_s / duration_s) ** 2 - 1.0)
        noise_deg = self._learner.person.motor_noise_deg * (1.0 - self._learner.skill)
        return duration_s, more * noise_deg * self._learner.normal()

    def react(self, reaction_s: float, points: int) -> float:
        """Return the reaction time for an offer."""
        if points <= 1:
            return reaction_s
        return reaction_s * (1.0 - _POINT_REACTION * min(1.0, self._learner.person.speed) * (points - 1))

    def _answers(self) -> bool:
        if self._left is None:
            return False
        self._left -= 1
        return self._left == 0

    def _ticks(self, mean_s: float, sd: float) -> int:
        return max(2, round(mean_s * max(0.4, 1.0 + sd * self._learner.normal()) / _TICK_S))
