"""How a virtual person learns: by error, reward, strategy and repetition at once, and what the night leaves.

The same learner plays the real game (`shared.patient.virtual` gives it a moving hand) and the trial-level
simulation (`shared.patient.trials`). It is told only what the game shows. Directions are degrees
counter-clockwise; hand angles are relative to the target; what is learnt in one direction serves others by a
Gaussian (SCIENCE 2.5).

What it must not violate (SCIENCE 2.5, 2.7), each with a test: implicit learning is proportional to the error
below 6 degrees and no larger beyond, so that clamps of any size end alike; implicit and explicit learning
share the target's error (Albert et al. 2022), so more aim leaves less to adapt; a reward keeps only what was
explored, and the motor noise is not known to the learner, so that more of it means slower learning (Therrien
et al. 2016).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.random import Generator
    from numpy.typing import NDArray

    from shared.patient.person import Person

SATURATION_DEG = 6.0
"""Errors count in proportion up to here and no more beyond (Kim et al. 2018, Commun Biol 1:19)."""
_STEP_DEG = 5.0
_PLACES = 72
_GRID_DEG = np.arange(_PLACES) * _STEP_DEG
_NOISE_BLOCK = 1024
_FAST, _SLOW, _REWARD, _REPETITION = range(4)
_FIND_FROM_DEG = 8.0  # an error this large makes a person look for a strategy
_REPEAT_WITHIN_DEG = 30.0
_REFINE = 0.1  # share of the error by which a used aim is corrected
_DIVIDED = 0.3  # what a second task costs somebody with little strategy (a design choice, not verified)
_PREDICTED_SD_DEG = 6.0  # how surely the hand's place is known without sight (a design choice)
_STRATEGY_TRIALS = 15.0  # an aim that paid is known after about this many reaches


class Learner:
    """One person's memory: `aim` and `plan` before a reach, `learn` after it, `sleep` between days."""

    def __init__(self, person: Person, random: Generator) -> None:
        self.person = person
        self.memory: NDArray[np.float64] = np.zeros((4, _PLACES))
        """Degrees of hand angle by process (fast, slow, reward, repetition) and direction."""
        self.aim_memory_deg = 0.0
        """The aim that paid, relative to the target."""
        self.aim_known = 0.0
        """How well it is known, 0..1."""
        self.skill = 0.0
        """Share of the motor noise that practice has taken away."""
        self.skills: dict[str, float] = {}
        """Other skills by name, 0..1: what a task of its own has taught."""
        self.calm = 0.0
        """How much smaller than at first the sway is by what rewards have kept, log of its size."""
        self._tired = 0.0
        self.divided = False
        """Whether a second task takes attention now."""
        self.aim_deg = 0.0
        self.explored_deg = 0.0
        self.uses_cue = False
        self._last_rewarded = True
        self._certainty = 1.0
        self._lose = np.array([[1.0 - person.keep_fast], [1.0 - person.keep_slow]])
        self._rates = np.array([[person.error_fast], [person.error_slow]])
        self._kernels = _kernels(person.generalisation_deg)
        self._random = random
        self._noise: list[float] = []

    def wake(self, random: Generator) -> None:
        """Begin another session with its own chance; memory stays, tiredness is gone."""
        self._random, self._noise = random, []
        self.tired = 0.0
        self._last_rewarded = True
        self.aim_deg = self.explored_deg = 0.0

    @property
    def tired(self) -> float:
        """How much slower and noisier than fresh: by tiredness, and by what a second task takes."""
        return self._tired + (_DIVIDED * (1.2 - self.person.strategy) if self.divided else 0.0)

    @tired.setter
    def tired(self, share: float) -> None:
        self._tired = share

    def normal(self) -> float:
        """Return a standard normal number of this session's stream."""
        if not self._noise:
            self._noise = self._random.standard_normal(_NOISE_BLOCK).tolist()
        return self._noise.pop()

    def chance(self) -> float:
        return float(self._random.random())

    def adapted_deg(self, direction_deg: float) -> tuple[float, float, float, float]:
        """Return what fast, slow, reward and repetition add to the hand angle in a direction."""
        fast, slow, reward, repetition = self.memory[:, _place(direction_deg)].tolist()
        return fast, slow, reward, repetition

    # ---- before a reach

    def aim(self, *, cued_deg: float | None, strength: float) -> float:
        """Decide where to aim, degrees relative to the target.

        A cue is followed as reliably as the person can; without one, the aim that paid before is recalled.

        Args:
            cued_deg: the aim that is shown; None when none is.
            strength: how plainly it is shown, 0..1.
        """
        person = self.person
        self.uses_cue = cued_deg is not None and strength > 0.0
        if self.uses_cue and cued_deg is not None:
            follows = self.chance() < person.strategy * (0.6 + 0.4 * strength)
            self.aim_deg = cued_deg if follows else 0.0
            if follows:
                self.aim_memory_deg += (cued_deg - self.aim_memory_deg) / (1.0 + 3.0 * self.aim_known)
        elif self.aim_known > 0.0:
            recalls = self.chance() < person.strategy * self.aim_known
            self.aim_deg = self.aim_memory_deg if recalls else 0.0
        else:
            self.aim_deg = 0.0
        return self.aim_deg

    def plan(self, direction_deg: float, *, pays: bool, sees_hand: bool) -> float:
        """Return the hand angle of the coming reach relative to the target: aim, bias, memory, chance.

        Args:
            pays: whether reaches are rewarded, which makes the person explore.
            sees_hand: whether the cursor is shown; without it motor noise is larger for some.
        """
        person = self.person
        self.explored_deg = 0.0
        if pays:
            more = 1.0 if self._last_rewarded else person.explore_after_failure
            self.explored_deg = person.explore_deg * more * self.normal()
        noise = person.motor_noise_deg * (1.0 - self.skill) * (1.0 + self.tired)
        if not sees_hand:
            noise *= person.blind_noise
        return (
            person.bias_deg
            + self.aim_deg
            + sum(self.adapted_deg(direction_deg))
            + self.explored_deg
            + noise * self.normal()
        )

    # ---- after it

    def learn(
        self,
        direction_deg: float,
        hand_deg: float,
        *,
        error_deg: float | None,
        rewarded: bool | None,
        practises: bool,
        blur_deg: float = 0.0,
    ) -> None:
        """Learn from what was shown.

        Args:
            direction_deg: the target's direction.
            hand_deg: the hand angle relative to it.
            error_deg: cursor less target as seen; None when no cursor and no error was shown.
            rewarded: whether the reach was paid; None when nothing is paid.
            practises: False in a probe, where nothing is shown and nothing is tried out.
            blur_deg: standard deviation of what was seen of the error, where it was shown unsurely.
        """
        person, at = self.person, _place(direction_deg)
        self._tired = min(0.4, self._tired + person.tiring)
        # Each direction forgets by its own trials, as it learns by them (Ingram et al. 2013, not verified).
        self.memory[:2] *= 1.0 - self._lose * self._kernels[at]
        if rewarded is not None:
            self._learn_reward(at, rewarded)
        elif error_deg is not None:
            # A Kalman gain: what is seen less surely counts less (Burge, Ernst & Banks 2008, J Vis 8(4):20).
            self._certainty = 1.0 / (1.0 + (blur_deg / _PREDICTED_SD_DEG) ** 2)
            self._learn_error(at, error_deg)
            self.skill += person.skill_rate * (person.skill_most - self.skill)
            self._learn_aim(error_deg)
        if practises:
            self._repeat(direction_deg + hand_deg)

    def practise(self, *, sees: bool) -> None:
        """Tire, and gain skill where the hand is seen, by a trial without a direction: a course."""
        person = self.person
        self._tired = min(0.4, self._tired + person.tiring)
        if sees:
            self.skill += person.skill_rate * (person.skill_most - self.skill)

    def _learn_error(self, at: int, error_deg: float) -> None:
        counted = max(-SATURATION_DEG, min(SATURATION_DEG, error_deg))
        self.memory[:2] -= self._rates * (counted * self._certainty * self._kernels[at])

    def _learn_reward(self, at: int, rewarded: bool) -> None:
        if rewarded:
            self.memory[_REWARD] += self.person.reward_rate * self.explored_deg * self._kernels[at]
        self._last_rewarded = rewarded

    def _learn_aim(self, error_deg: float) -> None:
        """Know an aim better each time it is used; look for one after a large error."""
        person = self.person
        if self.aim_deg != 0.0:
            self.aim_known += (1.0 - self.aim_known) / _STRATEGY_TRIALS
            self.aim_memory_deg -= _REFINE * error_deg
        elif abs(error_deg) > _FIND_FROM_DEG and not self.uses_cue and self.chance() < person.strategy_find:
            self.aim_memory_deg = -0.7 * error_deg
            self.aim_known = max(self.aim_known, 0.5)

    def _repeat(self, went_deg: float) -> None:
        """Draw what the hand would do in nearby directions towards the way it just went."""
        rate = self.person.repetition_rate
        if rate <= 0.0:
            return
        would_go = _GRID_DEG + (self.person.bias_deg + self.memory.sum(axis=0))
        apart = (went_deg - would_go + 180.0) % 360.0 - 180.0
        np.clip(apart, -_REPEAT_WITHIN_DEG, _REPEAT_WITHIN_DEG, out=apart)
        self.memory[_REPETITION] += rate * self._kernels[_place(went_deg)] * apart

    def sleep(self, days: float) -> None:
        """Forget between sessions: the fast process at once, the others by their share a night."""
        person, nights = self.person, min(days, 4.0)
        self.memory[_FAST] = 0.0
        self.memory[_SLOW] *= person.night_slow**nights
        self.memory[_REWARD] *= person.night_reward**nights
        self.memory[_REPETITION] *= person.night_repetition**nights
        self.aim_known *= person.strategy_memory**nights
        self.skill *= person.night_skill**nights
        for name in self.skills:
            self.skills[name] *= person.night_skill**nights
        self.calm *= person.night_reward**nights


class RpeLearner(Learner):
    """Another class of learner: one rate for errors, and reward by prediction error.

    Its sensitivity to error grows while errors agree in sign and falls when they don't (after Herzfeld et al.
    2014, Science 345:1349, simplified, not verified); a reward counts by how unexpected it was (SCIENCE 2.7,
    RPE form); memory goes by the square root of the nights.
    """

    def __init__(self, person: Person, random: Generator) -> None:
        super().__init__(person, random)
        self._sensitivity = 1.0
        self._last_error_deg = 0.0
        self._expected = 0.5

    def _learn_error(self, at: int, error_deg: float) -> None:
        agrees = error_deg * self._last_error_deg
        self._sensitivity = min(2.0, max(0.4, self._sensitivity * (1.04 if agrees > 0 else 0.96)))
        self._last_error_deg = error_deg
        counted = max(-SATURATION_DEG, min(SATURATION_DEG, error_deg))
        rate = (self.person.error_slow + 0.1 * self.person.error_fast) * self._sensitivity
        self.memory[_SLOW] -= rate * counted * self._certainty * self._kernels[at]

    def _learn_reward(self, at: int, rewarded: bool) -> None:
        surprise = float(rewarded) - self._expected
        self._expected += 0.2 * surprise
        change = 1.6 * self.person.reward_rate * surprise * self.explored_deg
        self.memory[_REWARD] += change * self._kernels[at]
        self._last_rewarded = rewarded

    def sleep(self, days: float) -> None:
        super().sleep(math.sqrt(days))


LEARNERS: dict[str, type[Learner]] = {"two_rate": Learner, "rpe": RpeLearner}


def _place(direction_deg: float) -> int:
    return round(direction_deg / _STEP_DEG) % _PLACES


def _kernels(sigma_deg: float) -> NDArray[np.float64]:
    """Return the generalisation from each direction (row) to each other one, 1 at itself."""
    apart = (_GRID_DEG[:, None] - _GRID_DEG[None, :] + 180.0) % 360.0 - 180.0
    return np.asarray(np.exp(-0.5 * (apart / sigma_deg) ** 2), dtype=np.float64)
