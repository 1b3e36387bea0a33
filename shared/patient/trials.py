"""Virtual people at trial level: the real training modes and block policy, without a moving hand.

For forecasts, studies and the command line. What a mode decides and pays is `shared.training`'s, what a
person learns is `shared.patient.learner`'s; only the movement is left out: a reach is a hand angle, an extent
and a movement time. The moving hand is `shared.patient.virtual`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from numpy.random import PCG64, Generator, SeedSequence

from shared.errors import MovereError
from shared.patient.learner import LEARNERS, Learner
from shared.patient.person import draw_person
from shared.plugins import discover
from shared.training.block import BlockPolicy
from shared.training.spec import judge, parse_params
from shared.units import wrap_deg

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from shared.patient.person import Person
    from shared.training.spec import ModeSpec, TrialSetup
    from shared.wire.bounds import Scalar

REACH_M = 0.10
RADIUS_M = 0.012
TARGETS_DEG = tuple(90.0 + 45.0 * k for k in range(8))
_MOVE_S = 0.55  # a healthy young adult's reach of 10 cm
MAX_TRIALS = 5_000


@dataclass(frozen=True, slots=True)
class Trial:
    """One simulated reach; angles in degrees relative to the target."""

    trial: int
    phase: str
    target_deg: float
    rotation_deg: float
    hand_deg: float
    cursor_deg: float | None
    """What was seen: None in a probe and where the cursor is hidden."""
    aim_deg: float
    success: bool | None
    rewarded: bool | None
    radius_m: float
    movement_time_s: float
    fast: float
    slow: float
    reward: float
    repetition: float


@dataclass(frozen=True, slots=True)
class Dose:
    """How many trials of each phase a session has."""

    probe: int = 8
    practice: int = 40


def modes() -> Mapping[str, ModeSpec]:
    """Return every training mode by id."""
    return {each.id: each for each in discover("shared.training", "MODE").values()}


class Simulation:
    """One person through sessions and nights."""

    def __init__(self, person: Person, *, targets_deg: Sequence[float] = TARGETS_DEG) -> None:
        self.person = person
        self.targets_deg = tuple(targets_deg)
        self._sessions = 0
        self.learner: Learner = LEARNERS[person.learner](person, self._chance())

    def _chance(self) -> Generator:
        return Generator(PCG64(SeedSequence([self.person.seed, self._sessions, 2])))

    def session(
        self,
        mode: str,
        dose: Dose = Dose(),
        *,
        mode_params: Mapping[str, Scalar] | None = None,
        purpose: Literal["assess", "train"] = "train",
        bias_deg: float | None = None,
    ) -> list[Trial]:
        """Play opening probe, practice and closing probe; the person's memory moves on.

        Raises:
            MovereError: an unknown mode.
            PlanError: a parameter that the mode does not have, or out of its bounds.
        """
        spec = modes().get(mode)
        if spec is None:
            raise MovereError(f"no training mode called {mode}; known are {', '.join(sorted(modes()))}")
        self._sessions += 1
        self.learner.wake(self._chance())
        policy = BlockPolicy(
            spec,
            parse_params(spec.params, mode_params or {}, "/mode_params"),
            version=spec.version,
            purpose=purpose,
            practice_total=dose.practice,
            reach_m=REACH_M,
            radius_m=RADIUS_M,
            bias_deg=bias_deg,
        )
        played: list[Trial] = []
        for phase, count in (
            ("probe_opening", dose.probe),
            ("practice", dose.practice),
            ("probe_closing", dose.probe),
        ):
            if phase == "practice":
                policy.begin_practice()
            order: list[int] = []
            for index in range(count):
                if not order:
                    order = self._shuffled()
                played.append(self._trial(policy, phase, index, count, order.pop(), len(played)))
        return played

    def night(self, days: float = 1.0) -> None:
        self.learner.sleep(days)

    def _shuffled(self) -> list[int]:
        order = list(range(len(self.targets_deg)))
        for index in range(len(order) - 1, 0, -1):
            other = int(self.learner.chance() * (index + 1))
            order[index], order[other] = order[other], order[index]
        return order

    def _trial(self, policy: BlockPolicy, phase: str, index: int, of: int, target: int, number: int) -> Trial:
        learner, person = self.learner, self.person
        setup = policy.setup(phase, index, of, target)
        shown_deg = self.targets_deg[target] + setup.target_turn_deg
        shows, practises = setup.shows == "cursor", phase == "practice"
        unseen = person.unseen > 0.0 and self._is_neglected(shown_deg) and learner.chance() < person.unseen
        fast, slow, reward, repetition = learner.adapted_deg(shown_deg)
        aim_deg = learner.aim(
            cued_deg=setup.aim_deg if setup.cue_strength > 0.0 else None, strength=setup.cue_strength
        )
        pays = setup.feedback == "reward"
        hand_deg = wrap_deg(learner.plan(shown_deg, pays=pays, sees_hand=shows))
        time_s = self._movement_time_s()
        cursor_deg = _cursor_deg(setup, hand_deg)
        extent = math.radians(0.5 * person.motor_noise_deg) * learner.normal()
        miss_m = REACH_M * math.hypot(math.radians(cursor_deg), extent)
        hit = not unseen and miss_m <= setup.target_radius_m
        result = judge(setup, None if unseen else hand_deg, hit, time_s)
        if not unseen:
            learner.learn(
                shown_deg,
                hand_deg,
                error_deg=cursor_deg if shows and setup.feedback == "path_error" else None,
                rewarded=result.success if pays else None,
                practises=practises,
            )
        policy.finish(phase, result)
        return Trial(
            trial=number + 1,
            phase=phase,
            target_deg=self.targets_deg[target],
            rotation_deg=setup.rotation_deg,
            hand_deg=hand_deg,
            cursor_deg=cursor_deg if shows else None,
            aim_deg=aim_deg,
            success=result.success,
            rewarded=result.success if pays else None,
            radius_m=setup.target_radius_m,
            movement_time_s=time_s,
            fast=fast,
            slow=slow,
            reward=reward,
            repetition=repetition,
        )

    def _is_neglected(self, direction_deg: float) -> bool:
        side = self.person.impairment.neglect_side
        across = math.cos(math.radians(direction_deg))
        return (side == "left" and across < -0.1) or (side == "right" and across > 0.1)

    def _movement_time_s(self) -> float:
        learner = self.learner
        return (_MOVE_S / self.person.speed) * (1.0 + learner.tired) * max(0.6, 1.0 + 0.1 * learner.normal())


def _cursor_deg(setup: TrialSetup, hand_deg: float) -> float:
    """Return where the cursor goes, relative to the target: in a clamp by the rotation alone."""
    return setup.rotation_deg if setup.clamp else wrap_deg(hand_deg + setup.rotation_deg)


def simulate(profile: str, mode: str, trials: int, seed: int) -> list[dict[str, Any]]:
    """Simulate one session of a person: `trials` rows, of which the first and last are probes.

    Raises:
        MovereError: an unknown profile or mode, or too few or too many trials.
    """
    if not 1 <= trials <= MAX_TRIALS:
        raise MovereError(f"{trials} trials, and 1 to {MAX_TRIALS} are possible")
    probe = min(8, trials // 5)
    played = Simulation(draw_person(profile, seed)).session(mode, Dose(probe, trials - 2 * probe))
    return [{name: getattr(each, name) for name in Trial.__slots__} for each in played]
