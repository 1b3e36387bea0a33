"""How a virtual person keeps still: sway as filtered noise, its size by the body, a little less by reward.

The place wanders as noise behind three equal low-pass filters, x and y apart, so that it has a speed. Its
size goes with the motor noise, more where the forward model is poor (cerebellar ataxia: the lean is
corrected twice) and where movement is slow (Parkinson's disease); tremor is the patient's own, on top. In a
trial that pays, how firmly one holds oneself is tried out; what was rewarded is kept in part, and over the
nights as other learning by reward is.

The sizes are design choices, made so that the profiles differ in the direction known of them; they are not
fitted to people (not verified). Units: metres, seconds.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from shared.patient.learner import Learner

_TICK_S = 1.0 / 120.0
_TAU_S = 0.35
_STAGES = 3
_STILL_M = 0.00045  # SD of the sway of 1 degree of motor noise
_EXPLORE = 0.05  # SD of the tried change (log of the size), a degree of exploration
_MOST = 0.5  # as far as reward can take the log of the size down
_DAY_SD = 0.10  # how much one trial's sway differs from another's


class SeenStill(Protocol):
    """The part of the view that is looked at."""

    @property
    def stage(self) -> str: ...
    @property
    def trial(self) -> int: ...
    @property
    def mode(self) -> str: ...
    @property
    def phase(self) -> str: ...
    @property
    def rewarded(self) -> bool | None: ...


class Still:
    """Keeps still for one trial: `begin`, `step` once a tick, `finish`."""

    name = "still"

    def __init__(self, learner: Learner, pace: float) -> None:
        """`pace` is how slow this day is; it makes no difference here."""
        self._learner = learner
        person = learner.person
        unsteady = 1.0 + 1.2 * (1.0 - person.forward_model) + 0.6 * max(0.0, 1.0 - person.speed)
        self._size_m = _STILL_M * person.motor_noise_deg * unsteady
        self._keeps = math.exp(-_TICK_S / _TAU_S)
        # The white noise's gain that gives SD 1 behind the filters, by their impulse response.
        response = [self._keeps**n * (n + 1.0) * (n + 2.0) / 2.0 for n in range(2000)]
        square = sum(each * each for each in response)
        self._gain = 1.0 / math.sqrt(square)
        self.begin(0.0, 0.0)

    def begin(self, x_m: float, y_m: float) -> None:
        """Begin from where the body is, at rest there."""
        self._from = (x_m, y_m)
        self._ways = [[0.0] * _STAGES, [0.0] * _STAGES]
        self._tried: float | None = None
        self._scale = 0.0

    def step(self, seen: SeenStill) -> tuple[float, float]:
        """Return the place in metres for this tick."""
        learner = self._learner
        if self._tried is None:
            person = learner.person
            pays = seen.mode == "reward_based" and seen.phase not in ("probe", "baseline", "washout")
            self._tried = _EXPLORE * person.explore_deg * learner.normal() if pays else 0.0
            chance = _DAY_SD * learner.normal()
            self._scale = self._size_m * (1.0 + learner.tired) * math.exp(chance + self._tried - learner.calm)
        keeps = self._keeps
        place = []
        for way in self._ways:
            into = self._gain * learner.normal()
            for k in range(_STAGES):
                into = way[k] = keeps * way[k] + into
            place.append(self._scale * into)
        return self._from[0] + place[0], self._from[1] + place[1]

    def finish(self, seen: SeenStill) -> None:
        """Keep a part of what was tried when it was rewarded."""
        learner = self._learner
        if seen.rewarded and self._tried is not None:
            calm = learner.calm - learner.person.reward_rate * self._tried
            learner.calm = min(_MOST, max(-_MOST, calm))
        learner.practise(sees=False)


TASK = Still
