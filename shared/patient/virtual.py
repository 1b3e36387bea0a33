"""Virtual patients: people drawn from a virtual profile who move a pointer continuously and learn.

They see only what the game shows (`ReachView`-shaped), with the senses' delays, and learn by the signal
that the mode gives: a sensory prediction error when the boat and its error are seen, a reward when reaches
are paid, a strategy when an aim is cued. A hand is a minimum-jerk plan plus corrections: vision is 100 ms
late, so a correction is judged against a forward model that predicts, from the efference copy, what the
corrections under way will do. Where that model is poor (cerebellar ataxia) the same error is corrected
twice, and fast reaches overshoot and oscillate.

Units: metres of hand space, seconds, degrees counter-clockwise. All randomness comes from one seed.
"""

from __future__ import annotations

import math
import tomllib
from functools import lru_cache
from importlib import resources
from typing import Any, Protocol

import msgspec
from msgspec import Struct
from numpy.random import PCG64, Generator, SeedSequence

from shared.errors import MovereError
from shared.units import wrap_deg
from shared.wire.plan import ImpairmentProfile

TICK_S = 1.0 / 120.0
VISUAL_DELAY_TICKS = 12  # 100 ms
_CORRECTION_HZ = 3.0  # how fast a seen deviation is corrected, 1/s: most of it is left to learning
_TREMOR_SMOOTH = 0.02
_NOISE_BLOCK = 2048
_PACE_SD_DAY, _PACE_SD_REACH = 0.05, 0.10  # how much a day, and a reach, is quicker or slower
_SATURATION_DEG = 6.0  # corrections are proportional below 6 degrees (Kim et al. 2018)


class Seen(Protocol):
    """The part of a reaching game's view that a virtual patient looks at."""

    @property
    def stage(self) -> str: ...
    @property
    def mode(self) -> str: ...
    @property
    def target(self) -> tuple[float, float] | None: ...
    @property
    def cursor(self) -> tuple[float, float] | None: ...
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
    def trial(self) -> int: ...
    @property
    def cue(self) -> Any: ...
    @property
    def aim_ring(self) -> bool: ...


class Person(Struct, frozen=True, kw_only=True):
    """One person's parameters, drawn from a virtual profile; names as in profiles.toml."""

    profile: str
    label: str
    seed: int
    bias_deg: float
    motor_noise_deg: float
    explore_deg: float
    error_fast: float
    error_slow: float
    keep_fast: float
    keep_slow: float
    reward_rate: float
    night_slow: float
    night_reward: float
    strategy: float
    strategy_memory: float
    forward_model: float
    reaction_s: float
    speed: float
    tremor_mm: float
    tremor_hz: float
    pain: float
    effort: float
    attendance: float
    impairment: ImpairmentProfile


_BOUNDS: dict[str, tuple[float, float]] = {
    "bias_deg": (-25.0, 25.0),
    "motor_noise_deg": (1.0, 15.0),
    "explore_deg": (0.2, 8.0),
    "error_fast": (0.0, 0.5),
    "error_slow": (0.0, 0.1),
    "keep_fast": (0.1, 0.9),
    "keep_slow": (0.9, 0.9995),
    "reaction_s": (0.25, 1.5),
    "speed": (0.2, 1.2),
    "tremor_mm": (0.0, 3.0),
    "tremor_hz": (3.0, 12.0),
    "pain": (0.0, 10.0),
    "effort": (0.0, 10.0),
}


@lru_cache(maxsize=1)
def profiles() -> dict[str, dict[str, Any]]:
    """Every virtual profile by name, as in profiles.toml."""
    return tomllib.loads(resources.files("shared.patient").joinpath("profiles.toml").read_text("utf-8"))


def draw_person(profile: str, seed: int) -> Person:
    """Draw a person from a profile's distributions; the same seed gives the same person.

    Raises:
        MovereError: there is no such profile.
    """
    found = profiles().get(profile)
    if found is None:
        raise MovereError(f"no virtual profile called {profile}; known are {', '.join(sorted(profiles()))}")
    random = Generator(PCG64(SeedSequence([seed, 1])))
    values: dict[str, float] = {}
    for name in Person.__struct_fields__:
        if isinstance(found.get(name), list):
            mean, sd = found[name]
            low, high = _BOUNDS.get(name, (0.0, 1.0))
            values[name] = min(high, max(low, float(random.normal(mean, sd))))
    return Person(
        profile=profile,
        label=found["label"],
        seed=seed,
        attendance=found["attendance"],
        impairment=msgspec.convert(found["profile"], ImpairmentProfile),
        **values,
    )


class _Movement(Struct, frozen=True, gc=False):
    """A minimum-jerk movement from where the hand was: displacement, first tick, ticks it lasts."""

    dx: float
    dy: float
    begins: int
    lasts: int


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
        self.fast_deg = 0.0
        self.slow_deg = 0.0
        self.reward_deg = 0.0
        self.pain_rise = 0.0
        self._begin(session_seed)

    def _begin(self, session_seed: int) -> None:
        seed = SeedSequence([self.person.seed, session_seed, 2])
        self._random = Generator(PCG64(seed))
        self._noise: list[float] = []
        self._x = self._y = 0.0
        self._stage = ""
        self._trial = -1
        self._clock = 0
        self._plan: _Movement | None = None
        self._aim_deg = 0.0
        self._explored_deg = 0.0
        self._target_deg = 0.0
        self._last_rewarded = True
        self._correction = (0.0, 0.0)
        self._sent: list[_Sent] = []
        self._tremor_x = self._tremor_y = 0.0
        self._tremor_phase = 0.0
        self._tired = 0.0
        self._pace = max(0.7, 1.0 + _PACE_SD_DAY * self._normal())
        self._reported = False
        self._was_cued = False
        self._cued_aim_deg = 0.0
        self._entered = 0
        self._reach_m = 0.0
        self._from = (0.0, 0.0)

    def wake(self, session_seed: int) -> None:
        """Begin another session: memory stays, the hand starts anew."""
        self._begin(session_seed)

    def sleep(self, days: float) -> None:
        """Forget between sessions: the fast process is gone, the slow one and rewards decay by night."""
        person = self.person
        self.fast_deg = 0.0
        self.slow_deg *= person.night_slow ** min(days, 4.0)
        self.reward_deg *= person.night_reward ** min(days, 4.0)

    def symptom(self, name: str, *, before: bool) -> int:
        """Answer the pain (0-10) or effort (Borg CR10) question."""
        usual = self.person.pain if name == "pain" else self.person.effort
        after = 0.0 if before else (0.4 + self.pain_rise if name == "pain" else 1.2)
        value = usual + after + 0.5 * self._normal()
        top = 6 if name == "effort" else 10
        return max(0, min(top, round(value)))

    # ---- one tick

    def move(self, seen: Seen) -> tuple[float, float]:
        """Return the hand's position (x, y) in metres for this tick, having seen the view."""
        self._clock += 1
        if seen.trial != self._trial:
            self._trial = seen.trial
            self._reported = False
        if seen.stage != self._stage:
            self._enter(seen)
        if self._plan is not None:
            self._follow(self._plan, seen)
        return self._tremble()

    def commands(self, seen: Seen) -> list[tuple[str, float | None]]:
        """What the patient chooses now: an aim report, when one is asked for."""
        if seen.stage != "aim" or self._reported or self._clock - self._entered < 150:
            return []
        self._reported = True
        report = self._target_deg + self._aim_deg + 2.0 * self._normal()
        return [("aim_set", report), ("aim_confirm", None)]

    # ---- inside

    def _normal(self) -> float:
        if not self._noise:
            self._noise = self._random.standard_normal(_NOISE_BLOCK).tolist()
        return self._noise.pop()

    def _enter(self, seen: Seen) -> None:
        before, self._stage = self._stage, seen.stage
        self._entered = self._clock
        if seen.stage == "return":
            self._plan_return(seen)
        elif seen.stage == "aim":
            self._decide_aim(seen)
        elif seen.stage == "reach":
            self._decide_aim(seen)
            self._plan_reach(seen)
        elif seen.stage == "feedback" and before == "reach":
            self._learn(seen)
            self._plan = None

    def _decide_aim(self, seen: Seen) -> None:
        if seen.target is None:  # nothing to aim at is shown
            return
        self._target_deg = math.degrees(math.atan2(seen.target[1], seen.target[0]))
        self._reach_m = math.hypot(*seen.target)
        person = self.person
        if seen.cue is not None and seen.cue.strength > 0.0:
            self._was_cued = True
            follows = self._random.random() < person.strategy * (0.6 + 0.4 * seen.cue.strength)
            self._aim_deg = wrap_deg(seen.cue.aim_deg - self._target_deg) if follows else 0.0
            self._cued_aim_deg = wrap_deg(seen.cue.aim_deg - self._target_deg)
        elif seen.aim_ring and self._was_cued:
            recalls = self._random.random() < person.strategy * person.strategy_memory
            self._aim_deg = self._cued_aim_deg if recalls else 0.0
        else:
            self._aim_deg = 0.0

    def _plan_reach(self, seen: Seen) -> None:
        """Plan a minimum-jerk reach: to the target, as bent by bias, learning, aim and noise."""
        person = self.person
        explore = person.explore_deg * (1.0 if self._last_rewarded else 2.0)
        pays = seen.mode == "reward_based"
        self._explored_deg = explore * self._normal() if pays else 0.0
        direction = (
            self._target_deg
            + self._aim_deg
            + person.bias_deg
            + self.fast_deg
            + self.slow_deg
            + self.reward_deg
            + self._explored_deg
            + person.motor_noise_deg * self._normal()
        )
        # Extent varies about half as much as direction (in the same unit of length).
        reach = self._reach_m * (1.0 + math.radians(0.5 * person.motor_noise_deg) * self._normal())
        radians = math.radians(direction)
        reaction = max(0.15, person.reaction_s * (1.0 + 0.15 * self._normal()))
        duration = (0.55 / person.speed) * self._pace * (1.0 + self._tired)
        duration *= max(0.6, 1.0 + _PACE_SD_REACH * self._normal())
        self._begin_plan(reach * math.cos(radians), reach * math.sin(radians), reaction, duration)

    def _plan_return(self, seen: Seen) -> None:
        # By sight when the boat is seen, else by the feel of the arm and the ring that closes in.
        wrong = 0.0015 if seen.cursor is not None else 0.0035
        self._begin_plan(wrong * self._normal(), wrong * self._normal(), 0.12, 0.6 / self.person.speed)

    def _begin_plan(self, to_x: float, to_y: float, wait_s: float, duration_s: float) -> None:
        self._from = (self._x, self._y)
        self._plan = _Movement(
            dx=to_x - self._x,
            dy=to_y - self._y,
            begins=self._clock + int(wait_s / TICK_S),
            lasts=max(12, int(duration_s / TICK_S)),
        )
        self._correction = (0.0, 0.0)
        self._sent = []

    def _follow(self, plan: _Movement, seen: Seen) -> None:
        """Follow the plan; correct sideways by delayed vision, as the forward model expects it."""
        since = self._clock - plan.begins
        if since < 0:
            return
        tau = since / plan.lasts
        s = 1.0 if tau >= 1.0 else tau * tau * tau * (10.0 + tau * (6.0 * tau - 15.0))
        cx, cy = self._correction
        if self._stage == "reach" and seen.cursor is not None and tau < 1.6:
            cx, cy = self._correct(seen.cursor, cx, cy)
        if tau >= 1.5 and self._stage != "reach":
            if self._stage == "return":
                self._plan_return(seen)
            return
        self._x = self._from[0] + plan.dx * s + cx
        self._y = self._from[1] + plan.dy * s + cy

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
        person = self.person
        self._tired = min(0.25, self._tired + 0.0008)
        self.fast_deg *= person.keep_fast
        self.slow_deg *= person.keep_slow
        if seen.rewarded is not None:
            if seen.rewarded:
                self.reward_deg += person.reward_rate * self._explored_deg
            self._last_rewarded = seen.rewarded
        elif seen.anchor is not None:
            # Sensory prediction error: where the boat went against where it was meant to go (the aim).
            boat_deg = math.degrees(math.atan2(seen.anchor[1], seen.anchor[0]))
            error = wrap_deg(boat_deg - self._target_deg - self._aim_deg)
            error = max(-_SATURATION_DEG * 2, min(_SATURATION_DEG * 2, error))
            self.fast_deg -= person.error_fast * error
            self.slow_deg -= person.error_slow * error

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
