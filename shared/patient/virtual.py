"""Virtual patients: people drawn from a virtual profile who move a hand continuously and learn.

They see only what the game shows (a reach, or something else, done by `shared.patient.tasks`), with the
senses' delays, and learn as `shared.patient.learner` says. A hand is a minimum-jerk plan, for some a primary
movement that stops short and a second one (submovements), plus corrections: vision is 100 ms late, so a
correction is judged against a forward model that predicts, from the efference copy, what the corrections
under way will do. Where that model is poor (cerebellar ataxia) the same error is corrected twice, and reaches
wobble. The trunk leans along with its share of the hand's way.

Units: metres of hand space, seconds, degrees counter-clockwise. All randomness comes from one seed.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Protocol, cast

from msgspec import Struct
from numpy.random import PCG64, Generator, SeedSequence

from shared.patient._deciding import Deciding
from shared.patient.learner import LEARNERS, Learner
from shared.patient.person import Person, draw_person, profiles
from shared.plugins import discover
from shared.units import wrap_deg

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray

__all__ = ["TICK_S", "Person", "Seen", "SeenTask", "VirtualPatient", "draw_person", "profiles"]

TICK_S = 1.0 / 120.0
VISUAL_DELAY_TICKS = 12  # 100 ms
_CORRECTION_HZ = 3.0  # how fast a seen deviation is corrected, 1/s: most of it is left to learning
_TREMOR_SMOOTH = 0.02
_PACE_SD_DAY, _PACE_SD_REACH = 0.05, 0.10  # how much a day, and a reach, is quicker or slower
_SHORT, _SECOND_AFTER = 0.78, 0.80  # a primary submovement covers this share; the second starts at this time
_SWEEP = 1.25  # how far a sweep goes, whose arc is passed and not stopped on
_SWAY_M = 0.0015  # how far a sitting trunk sways by itself, by two slow sines
_TRUNK_LAG = 0.06  # share of the way to its goal that the trunk makes a tick (about 0.14 s behind)


class SeenTask(Protocol):
    """The part of any game's view that a virtual patient looks at; each task looks at more."""

    @property
    def task(self) -> str: ...
    @property
    def stage(self) -> str: ...
    @property
    def trial(self) -> int: ...
    @property
    def cursor(self) -> tuple[float, float] | None: ...


class Task(Protocol):
    """Something to do with the hand while a trial runs (`shared.patient.tasks`); metres."""

    def begin(self, x_m: float, y_m: float) -> None: ...
    def step(self, seen: Any) -> tuple[float, float]: ...
    def finish(self, seen: Any) -> None: ...


def _kinds() -> dict[str, Callable[[Learner, float], Task]]:
    """Every task's class by its name."""
    return {each.name: each for each in discover("shared.patient.tasks", "TASK").values()}


class Seen(SeenTask, Protocol):
    """The part of a reaching game's view that a virtual patient looks at."""

    @property
    def mode(self) -> str: ...
    @property
    def target(self) -> tuple[float, float] | None: ...
    @property
    def return_guide_m(self) -> float | None: ...
    @property
    def start_radius_m(self) -> float: ...
    @property
    def error_from_deg(self) -> float | None: ...
    @property
    def anchor(self) -> tuple[float, float] | None: ...
    @property
    def rewarded(self) -> bool | None: ...
    @property
    def cue(self) -> Any: ...
    @property
    def aim_ring(self) -> bool: ...
    @property
    def phase(self) -> str: ...
    @property
    def blur_m(self) -> float: ...
    @property
    def sweeps(self) -> bool: ...
    @property
    def time_limit_s(self) -> float | None: ...
    @property
    def offer(self) -> int: ...
    @property
    def stop(self) -> bool: ...
    @property
    def choices(self) -> tuple[Any, ...]: ...


class _Movement(Struct, frozen=True, gc=False):
    """A minimum-jerk movement: displacement, first tick, ticks it lasts."""

    dx: float
    dy: float
    begins: int
    lasts: int

    def done(self, clock: int) -> float:
        """Return the share of the displacement made by a tick, 0..1."""
        tau = (clock - self.begins) / self.lasts
        if tau <= 0.0:
            return 0.0
        return 1.0 if tau >= 1.0 else tau * tau * tau * (10.0 + tau * (6.0 * tau - 15.0))


class _Sent(Struct, frozen=True, gc=False):
    """Efference copy: the correction in force and the boat as shown at that tick (seen 100 ms later)."""

    correction_x: float
    correction_y: float
    boat_x: float
    boat_y: float


class VirtualPatient:
    """Plays by `move`, once a tick; answers by `commands` and `symptom`; sleeps by `sleep`."""

    def __init__(self, person: Person, session_seed: int = 0) -> None:
        self.person = person
        self.pain_rise = 0.0
        self.learner: Learner = LEARNERS[person.learner](person, self._chance(session_seed))
        self._begin()

    def _chance(self, session_seed: int) -> Generator:
        return Generator(PCG64(SeedSequence([self.person.seed, session_seed, 2])))

    def _begin(self) -> None:
        self._x = self._y = 0.0
        self._stage = ""
        self._trial = -1
        self._clock = 0
        self._plans: tuple[_Movement, ...] = ()
        self._target_deg = 0.0
        self._sees_target = True
        self._hand_deg = 0.0
        self._correction = (0.0, 0.0)
        self._sent: list[_Sent] = []
        self._tremor_x = self._tremor_y = 0.0
        self._tremor_phase = 0.0
        self._pace = max(0.7, 1.0 + _PACE_SD_DAY * self._normal())
        self._tasks: dict[str, Task] = {}
        self._reported = False
        self._entered = 0
        self._reach_m = 0.0
        self._from = (0.0, 0.0)
        self._leant = (0.0, 0.0)
        self._aimed_at = (0.0, 0.0)
        self._corrects_until = 0.0
        """Share of a reach's time until which a seen deviation is corrected."""
        self._deciding = Deciding(self.learner)
        self._sway_s = 100.0 * self.learner.chance()
        self.trunk_m = (0.0, 0.0)
        """How far the trunk leans, (x, y) in metres of the same space, from its neutral place."""

    def wake(self, session_seed: int) -> None:
        """Begin another session: memory stays, the hand starts anew."""
        self.learner.wake(self._chance(session_seed))
        self._begin()

    def sleep(self, days: float) -> None:
        """Forget between sessions."""
        self.learner.sleep(days)

    @property
    def memory(self) -> NDArray[np.float64]:
        """What is learnt, degrees, shape (4, directions): fast, slow, by reward, by repetition."""
        return self.learner.memory

    def symptom(self, name: str, *, before: bool) -> int:
        """Answer the pain (0-10) or effort (Borg CR10) question."""
        usual = self.person.pain if name == "pain" else self.person.effort
        after = 0.0 if before else (0.4 + self.pain_rise if name == "pain" else 1.2)
        value = usual + after + 0.5 * self._normal()
        top = 6 if name == "effort" else 10
        return max(0, min(top, round(value)))

    def counted(self, things: int) -> int:
        """Say how many things came by, of so many: who has little to spare misses some."""
        return sum(self.learner.chance() < 0.6 + 0.4 * self.person.strategy for _ in range(things))

    # ---- one tick

    def move(self, seen: Seen | SeenTask) -> tuple[float, float]:
        """Return the hand's position (x, y) in metres for this tick, having seen the view."""
        self._clock += 1
        if seen.trial != self._trial:
            self._trial = seen.trial
            self._reported = False
        if seen.task == "reach":
            self._go_on(cast("Seen", seen))
        else:
            self._do(seen)
        self._lean()
        return self._tremble()

    def commands(self, seen: Seen | SeenTask) -> list[tuple[str, float | None]]:
        """What the patient chooses now: an aim report, when one is asked for."""
        if seen.stage != "aim" or self._reported or self._clock - self._entered < 150:
            return []
        self._reported = True
        report = self._target_deg + self.learner.aim_deg + 2.0 * self._normal()
        return [("aim_set", report), ("aim_confirm", None)]

    # ---- inside

    def _normal(self) -> float:
        return self.learner.normal()

    def _go_on(self, seen: Seen) -> None:
        if seen.stage != self._stage:
            self._enter(seen)
        if seen.stage == "reach":
            self._reconsider(seen)
        if self._plans:
            self._follow(seen)

    def _reconsider(self, seen: Seen) -> None:
        """Hold back at a stop signal, if that is quicker than the hand; turn after a target that jumps."""
        if seen.stop:
            plan = self._plans[0] if self._plans else None
            if self._deciding.holds_back(None if plan is None else plan.begins - self._clock):
                self._plans = ()
            return
        jumped = seen.target is not None and seen.target != self._aimed_at and not seen.choices
        if jumped and self._plans and seen.target and self._deciding.turns(seen.target):
            self._turn(seen.target)

    def _turn(self, target: tuple[float, float]) -> None:
        """Add the movement from the old target to the new one to the one that is under way."""
        lasts = max(12, int(self._deciding.turn_s * self._pace / TICK_S))
        old, self._aimed_at = self._aimed_at, target
        turn = _Movement(dx=target[0] - old[0], dy=target[1] - old[1], begins=self._clock, lasts=lasts)
        self._plans = (*self._plans, turn)
        self._target_deg = math.degrees(math.atan2(target[1], target[0]))
        self._corrects_until = 0.0

    def _enter(self, seen: Seen) -> None:
        before, self._stage = self._stage, seen.stage
        self._entered = self._clock
        if seen.stage == "return":
            # A hand that trembles out of the start and in again goes on with the return under way: planned
            # anew each time, with its wait, it would stay on the rim for ever.
            if before != "hold" or not self._plans:
                self._plan_return(seen)
        elif seen.stage == "aim":
            self._decide_aim(seen)
        elif seen.stage == "reach":
            self._deciding.begin()
            # Against the clock there is no time for it after the movement.
            self._corrects_until = 1.6 if seen.time_limit_s is None else 0.9
            if before != "aim":
                self._decide_aim(seen)
            self._plan_reach(seen)
        elif seen.stage == "feedback" and before == "reach":
            self._learn(seen)
            self._plans = ()

    def _do(self, seen: SeenTask) -> None:
        """Go back to the start, wait there, and do what there is to do."""
        before, self._stage = self._stage, seen.stage
        task = self._tasks.get(seen.task)
        if task is None:
            task = self._tasks[seen.task] = _kinds()[seen.task](self.learner, self._pace)
        if seen.stage == "reach":
            if before != "reach":
                task.begin(self._x, self._y)
            self._x, self._y = task.step(seen)
            return
        if before == "reach":
            self._plans = ()
            if seen.stage == "feedback":
                task.finish(seen)
        if seen.stage == "return" and (before not in ("return", "hold") or not self._plans):
            self._plan_return(seen)
        if self._plans:
            self._follow(seen)

    def _decide_aim(self, seen: Seen) -> None:
        target = self._deciding.choose(seen.choices) if seen.choices else seen.target
        if target is None:  # nothing to aim at is shown
            return
        self._aimed_at = target
        self._target_deg = math.degrees(math.atan2(target[1], target[0]))
        self._reach_m = math.hypot(*target)
        cue = seen.cue
        cued_deg = None if cue is None or cue.strength <= 0.0 else wrap_deg(cue.aim_deg - self._target_deg)
        self.learner.aim(cued_deg=cued_deg, strength=0.0 if cue is None else cue.strength)
        side = self.person.impairment.neglect_side
        is_neglected = side is not None and (target[0] < 0.0) == (side == "left")
        self._sees_target = not (is_neglected and self.learner.chance() < self.person.unseen)

    def _plan_reach(self, seen: Seen) -> None:
        """Plan a reach: to the target, as bent by bias, learning, aim and noise; maybe in two movements."""
        person, tired = self.person, self.learner.tired
        pays, sees_hand = seen.mode == "reward_based", seen.cursor is not None
        self._hand_deg = self.learner.plan(self._target_deg, pays=pays, sees_hand=sees_hand)
        if seen.phase == "probe":
            # Nothing is paid there, so nothing is tried out.
            self._hand_deg -= self.learner.explored_deg
            self.learner.explored_deg = 0.0
        # Extent varies about half as much as direction (in the same unit of length).
        reach = self._reach_m * (1.0 + math.radians(0.5 * person.motor_noise_deg) * self._normal())
        radians = math.radians(self._target_deg + self._hand_deg)
        reaction = max(0.15, person.reaction_s * (1.0 + 0.15 * self._normal()))
        if not self._sees_target:
            reaction += 0.8 + 0.4 * abs(self._normal())  # found late, by scanning
        duration = (0.55 / person.speed) * self._pace * (1.0 + tired)
        duration *= max(0.6, 1.0 + _PACE_SD_REACH * self._normal())
        if seen.sweeps:
            reach *= _SWEEP
        duration, hurried_deg = self._deciding.hurry(duration, seen.time_limit_s, seen.offer)
        self._hand_deg += hurried_deg
        radians += math.radians(hurried_deg)
        reaction = self._deciding.react(reaction, seen.offer)
        to_x, to_y = reach * math.cos(radians), reach * math.sin(radians)
        if self.learner.chance() < person.submovements:
            self._begin_plan(_SHORT * to_x, _SHORT * to_y, reaction, duration)
            first = self._plans[0]
            second = _Movement(
                dx=(1.0 - _SHORT) * to_x,
                dy=(1.0 - _SHORT) * to_y,
                begins=first.begins + int(_SECOND_AFTER * first.lasts),
                lasts=max(12, int(0.7 * first.lasts)),
            )
            self._plans = (first, second)
        else:
            self._begin_plan(to_x, to_y, reaction, duration)

    def _plan_return(self, seen: Seen | SeenTask) -> None:
        # By sight when the boat is seen, else by the feel of the arm and the ring that closes in.
        wrong = 0.0015 if seen.cursor is not None else 0.0035
        self._begin_plan(wrong * self._normal(), wrong * self._normal(), 0.12, 0.6 / self.person.speed)

    def _begin_plan(self, to_x: float, to_y: float, wait_s: float, duration_s: float) -> None:
        self._from = (self._x, self._y)
        plan = _Movement(
            dx=to_x - self._x,
            dy=to_y - self._y,
            begins=self._clock + int(wait_s / TICK_S),
            lasts=max(12, int(duration_s / TICK_S)),
        )
        self._plans = (plan,)
        self._correction = (0.0, 0.0)
        self._sent = []

    def _follow(self, seen: Seen | SeenTask) -> None:
        """Follow the plan; correct sideways by delayed vision, as the forward model expects it."""
        plan = self._plans[0]
        if self._clock < plan.begins:
            return
        tau = (self._clock - plan.begins) / plan.lasts
        cx, cy = self._correction
        if self._stage == "reach" and seen.cursor is not None and tau < self._corrects_until:
            cx, cy = self._correct(seen.cursor, cx, cy)
        if tau >= 1.5 and self._stage != "reach":
            if self._stage == "return":
                self._plan_return(seen)
            return
        done = plan.done(self._clock)
        x, y = self._from[0] + plan.dx * done + cx, self._from[1] + plan.dy * done + cy
        for later in self._plans[1:]:
            done = later.done(self._clock)
            x, y = x + later.dx * done, y + later.dy * done
        self._x, self._y = x, y

    def _correct(self, cursor: tuple[float, float], cx: float, cy: float) -> tuple[float, float]:
        """Steer the seen (late) boat to the line where it was expected.

        What was sent in the last 100 ms has no visible effect yet. A good forward model counts it in; a
        poor one counts only its share, and corrects the same deviation again.
        """
        self._correction = (cx, cy)
        self._sent.append(_Sent(cx, cy, cursor[0], cursor[1]))
        if len(self._sent) <= VISUAL_DELAY_TICKS:
            return cx, cy
        late = self._sent.pop(0)
        radians = math.radians(self._target_deg)
        nx, ny = -math.sin(radians), math.cos(radians)  # sideways, to the left of the target's direction
        seen_side = late.boat_x * nx + late.boat_y * ny
        on_the_way = (cx - late.correction_x) * nx + (cy - late.correction_y) * ny
        expected = seen_side + self.person.forward_model * on_the_way
        change = -_CORRECTION_HZ * TICK_S * expected
        self._correction = (cx + change * nx, cy + change * ny)
        return self._correction

    def _learn(self, seen: Seen) -> None:
        error_deg = None
        if seen.rewarded is None and seen.anchor is not None:
            # Where the boat went against where the target is: what aim and adaptation share.
            boat_deg = math.degrees(math.atan2(seen.anchor[1], seen.anchor[0]))
            error_deg = wrap_deg(boat_deg - self._target_deg)
        self.learner.learn(
            self._target_deg,
            self._hand_deg,
            error_deg=error_deg,
            blur_deg=math.degrees(math.atan2(seen.blur_m, self._reach_m)) if seen.blur_m else 0.0,
            rewarded=seen.rewarded,
            practises=error_deg is not None or seen.rewarded is not None,
        )

    def _lean(self) -> None:
        share = self.person.trunk_share
        x, y = self._leant
        x, y = x + _TRUNK_LAG * (share * self._x - x), y + _TRUNK_LAG * (share * self._y - y)
        self._leant = (x, y)
        time_s = self._clock * TICK_S + self._sway_s
        self.trunk_m = (x + _SWAY_M * math.sin(1.9 * time_s), y + _SWAY_M * math.sin(1.3 * time_s))

    def _tremble(self) -> tuple[float, float]:
        person = self.person
        self._tremor_phase += 2.0 * math.pi * person.tremor_hz * TICK_S
        size = 0.001 * person.tremor_mm
        self._tremor_x += _TREMOR_SMOOTH * (self._normal() - self._tremor_x)
        self._tremor_y += _TREMOR_SMOOTH * (self._normal() - self._tremor_y)
        swing = math.sin(self._tremor_phase)
        return (
            self._x + size * swing * (1.0 + self._tremor_x) + 0.002 * size * self._tremor_y,
            self._y + 0.6 * size * math.cos(self._tremor_phase) * (1.0 + self._tremor_y),
        )
