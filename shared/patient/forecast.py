"""What a plan may bring this person: the expected curve and its band, at once and kept, before prescribing.

Simulated people like this one (drawn from the virtual profiles that fit, with the person's own measured bias)
go through the plan at trial level; where kept gains were measured, those who learn as the person did count
more. The band holds the stated share of them, probe noise included, so that a later probe can be held against
it. It is a forecast of simulated people: not validated on patients.
"""

from __future__ import annotations

import math
from datetime import date, timedelta
from statistics import mean
from typing import TYPE_CHECKING, Any

import numpy as np
from msgspec import Struct
from msgspec.structs import replace
from numpy.random import PCG64, Generator, SeedSequence

from shared.errors import MovereError, PlanError
from shared.patient.match import virtual_profiles
from shared.patient.person import draw_person
from shared.patient.trials import Dose, Simulation, modes
from shared.training.belief import USUAL_SE, ProbedSession, measured_gains
from shared.training.choose import choose
from shared.training.layout import directions_deg

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from shared.patient.person import Person
    from shared.wire.bounds import Scalar
    from shared.wire.plan import KnownPerson, PlanBlock, PlanContent, Schedule

VERSION = 2
"""Raise it when a forecast of the same plan and person would come out otherwise."""
PEOPLE = 200
BAND = 0.80
_MAX_SESSIONS = 120
_TOLD_EVERY = 5
_OWN_RATES = (
    ("keep_fast", "af", 0.0, 0.95),
    ("keep_slow", "as", 0.5, 1.0),
    ("error_fast", "bf", 0.0, 0.95),
    ("error_slow", "bs", 0.0, 0.5),
)
"""A virtual person's rate, the same rate as measured (`two_rate_<name>`), and what it can be."""
_PROBE_TRIALS = 8
_REACHING = frozenset({"tide_anchor"})
"""Games whose trials are reaches to targets: what the simulated people do, and what a bias is measured in."""
__all__ = ["BAND", "PEOPLE", "VERSION", "Point", "forecast", "has_own_rates", "session_days"]


class Point(Struct, frozen=True, kw_only=True):
    """One planned session, absolute bias in degrees.

    `immediate_*` is the probe that closes it, `retained_*` the probe that opens the next planned sitting
    (the baseline probe for session 0, which is before any practice). Median and the band's two ends.
    """

    session: int
    day: int
    immediate_deg: float | None
    immediate_low_deg: float | None
    immediate_high_deg: float | None
    retained_deg: float
    retained_low_deg: float
    retained_high_deg: float


def session_days(schedule: Schedule, weeks: int) -> list[int]:
    """Return the planned days as offsets from the plan's first day (a Monday when it names none).

    Raises:
        MovereError: no planned day lies in the time given.
    """
    first = _day(schedule.starts_on) if schedule.starts_on else date(2024, 1, 1)
    last = first + timedelta(weeks=weeks) - timedelta(days=1)
    if schedule.ends_on:
        last = min(last, _day(schedule.ends_on))
    days = [
        offset
        for offset in range((last - first).days + 1)
        if (first + timedelta(days=offset)).weekday() in schedule.weekdays
    ][:_MAX_SESSIONS]
    if not days:
        raise MovereError("the plan has no day to play between its start and its end")
    return days


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise MovereError(f"{text} is no day of the calendar") from error


def forecast(
    plan: PlanContent,
    person: KnownPerson,
    *,
    weeks: int = 4,
    people: int = PEOPLE,
    seed: int = 0,
    tell: Callable[[float], None] | None = None,
) -> dict[str, Any]:
    """Forecast a plan for a person.

    Args:
        weeks: how far ahead, when the plan names no earlier end.
        people: how many simulated people; the band's ends get smoother with more.
        tell: is told now and then what share of them has played, 0 to 1.

    Raises:
        PlanError: a block names an unknown mode or a parameter out of its bounds.
        MovereError: no planned day, or nothing that can be simulated.
    """
    if not 10 <= people <= 5000:
        raise MovereError(f"{people} people, and 10 to 5000 are possible")
    days = session_days(plan.schedule, weeks)
    left_out = [block.key for block in plan.blocks if block.game not in _REACHING]
    blocks = [_Block(block, person) for block in plan.blocks if block.game in _REACHING]
    if not blocks:
        raise MovereError("no block of this plan can be forecast: only games of reaching are simulated")
    names = virtual_profiles(person)
    random = Generator(PCG64(SeedSequence([seed, 7])))
    runs = []
    for at in range(people):
        runs.append(_Run(names[at % len(names)], int(random.integers(1, 1 << 40)), blocks, days, person))
        if tell is not None and at % _TOLD_EVERY == 0:
            tell(at / people)
    weights = _weights(runs, person.measured)
    opening = np.array([run.opening_deg for run in runs])
    closing = np.array([run.closing_deg for run in runs])
    points = [_point(at, days, opening, closing, weights) for at in range(len(days) + 1)]
    gains = np.abs(opening[:, :1]) - np.abs(opening)
    low, middle, high = _band(gains[:, -1], weights)
    effective = float(1.0 / np.sum(weights**2))
    return {
        "title": plan.title,
        "modes": [{"block": block.key, "mode": block.mode, "why": block.why} for block in blocks],
        "mode_share": _shares([mode for run in runs for mode in run.modes]),
        "band": BAND,
        "people": people,
        "effective_people": effective,
        "virtual_profiles": list(names),
        "points": [{name: getattr(each, name) for name in Point.__struct_fields__} for each in points],
        "retained_gain_deg": middle,
        "retained_gain_low_deg": low,
        "retained_gain_high_deg": high,
        "note": _note(names, person, effective, left_out),
    }


class _Block:
    """A plan's block as the simulation plays it; `mode` is the prescribed one, or `auto`'s first choice."""

    def __init__(self, block: PlanBlock, person: KnownPerson) -> None:
        self.key, self.why = block.key, ["Prescribed in the plan."]
        self.mode: str = block.mode
        self._auto = block.mode == "auto"
        self._person, self._approved, self._params = person, list(block.approved_modes), block.mode_params
        if self._auto:
            choice = choose(person, approved=self._approved, measured=person.measured)
            self.mode, self.why = choice.mode, [*choice.reasons, *choice.cautions]
        if self.mode not in modes():
            raise PlanError(f"/blocks/{block.key}/mode", "unknown_mode", f"{self.mode} is no training mode")
        self.purpose = block.purpose
        self.dose = Dose(block.dose.probe_trials or _PROBE_TRIALS, block.dose.practice_trials)
        spread = block.game_params.get("spread", "circle")
        count = block.game_params.get("targets", 8)
        if spread not in ("circle", "near", "front") or not isinstance(count, int) or not 2 <= count <= 24:
            raise PlanError(f"/blocks/{block.key}/game_params", "out_of_bounds", "no such target layout")
        self.targets_deg = directions_deg(count, spread, on_hours=self.mode == "strategy_cue")

    def next_mode(self, measured: Mapping[str, float]) -> str:
        """Return the mode of the next session: what `auto` would choose, knowing this person's own probes."""
        if not self._auto:
            return self.mode
        known = {**self._person.measured, **measured}
        for name in measured:
            if name.startswith("tried_"):
                known[name] += self._person.measured.get(name, 0.0)
        return choose(self._person, approved=self._approved, measured=known).mode

    def params(self, mode: str) -> dict[str, Scalar]:
        """Return the plan's parameters that this mode has."""
        own = set(modes()[mode].params.__struct_fields__)
        return {name: value for name, value in self._params.items() if name in own}


class _Run:
    """One simulated person through the plan: signed bias of every opening and closing probe, degrees."""

    def __init__(
        self, profile: str, seed: int, blocks: Sequence[_Block], days: Sequence[int], known: KnownPerson
    ) -> None:
        person = draw_person(profile, seed)
        if known.bias_deg is not None:
            chance = Generator(PCG64(SeedSequence([seed, 8])))
            noise_deg = person.motor_noise_deg / math.sqrt(_PROBE_TRIALS)
            person = replace(person, bias_deg=known.bias_deg + noise_deg * float(chance.standard_normal()))
        person = _with_own_rates(person, known.measured, seed)
        simulation = Simulation(person, targets_deg=blocks[0].targets_deg)
        self.noise_deg = person.motor_noise_deg / math.sqrt(_PROBE_TRIALS)
        self.modes: list[str] = []
        self.opening_deg: list[float] = []
        self.closing_deg: list[float] = []
        for at, day in enumerate(days):
            measured = self.kept() if self.modes else {}
            for number, block in enumerate(blocks):
                simulation.targets_deg = block.targets_deg
                mode = block.next_mode(measured)
                played = simulation.session(
                    mode, block.dose, mode_params=block.params(mode), purpose=block.purpose
                )
                if number == 0:
                    self.modes.append(mode)
                    self.opening_deg.append(_bias([each for each in played if each.phase == "probe_opening"]))
            self.closing_deg.append(_bias([each for each in played if each.phase == "probe_closing"]))
            simulation.night(float(days[at + 1] - day) if at + 1 < len(days) else 1.0)
        simulation.targets_deg = blocks[0].targets_deg
        self.opening_deg.append(_bias(simulation.session(blocks[0].mode, Dose(_PROBE_TRIALS, 0))))

    def kept(self) -> dict[str, float]:
        """Return this person's own measured gains, as a clinic would measure them."""
        # After the last session there is one probe more, which no mode follows.
        following = [*self.modes, self.modes[-1]]
        sessions = [ProbedSession(*each) for each in zip(following, self.opening_deg, strict=False)]
        return measured_gains(
            sessions, baseline_bias_deg=self.opening_deg[0], between_probe_sd_deg=self.noise_deg
        )


def has_own_rates(measured: Mapping[str, float]) -> bool:
    """Whether an assessment by the two-rate schedule told this person's own rates of learning."""
    return all(f"two_rate_{name}" in measured for _, name, _, _ in _OWN_RATES)


def _with_own_rates(person: Person, measured: Mapping[str, float], seed: int) -> Person:
    """Let a simulated person learn from errors as this one was measured to, within the standard errors."""
    if not has_own_rates(measured):
        return person
    chance = Generator(PCG64(SeedSequence([seed, 9])))
    own = {}
    for rate, name, low, high in _OWN_RATES:
        spread = measured.get(f"two_rate_{name}_se", 0.0) * float(chance.standard_normal())
        own[rate] = min(high, max(low, measured[f"two_rate_{name}"] + spread))
    return replace(person, **own)


def _shares(played: Sequence[str]) -> dict[str, float]:
    """Return the share of sessions by mode of the first block: what `auto` comes to choose."""
    return {mode: played.count(mode) / len(played) for mode in sorted(set(played))}


def _bias(trials: Sequence[Any]) -> float:
    return float(mean(each.hand_deg for each in trials))


def _weights(runs: Sequence[_Run], measured: Mapping[str, float]) -> NDArray[np.float64]:
    """Return each simulated person's share: larger for those who keep what was measured."""
    logs = np.zeros(len(runs))
    for at, run in enumerate(runs):
        for name, value in run.kept().items():
            if name.startswith("gain_") and not name.endswith("_se") and name in measured:
                noise = math.hypot(measured.get(f"{name}_se", USUAL_SE), 1.0)
                logs[at] -= 0.5 * ((value - measured[name]) / noise) ** 2
    weights = np.exp(logs - logs.max())
    return np.asarray(weights / weights.sum(), dtype=np.float64)


def _band(values: NDArray[np.float64], weights: NDArray[np.float64]) -> tuple[float, float, float]:
    """Return the weighted quantiles at the band's low end, the median and the high end."""
    order = np.argsort(values)
    shares = np.cumsum(weights[order]) - 0.5 * weights[order]
    tail = (1.0 - BAND) / 2.0
    low, middle, high = np.interp((tail, 0.5, 1.0 - tail), shares, values[order])
    return float(low), float(middle), float(high)


def _point(
    at: int,
    days: Sequence[int],
    opening: NDArray[np.float64],
    closing: NDArray[np.float64],
    weights: NDArray[np.float64],
) -> Point:
    low, middle, high = _band(np.abs(opening[:, at]), weights)
    close = None if at == 0 else _band(np.abs(closing[:, at - 1]), weights)
    return Point(
        session=at,
        day=0 if at == 0 else days[at - 1],
        immediate_deg=None if close is None else close[1],
        immediate_low_deg=None if close is None else close[0],
        immediate_high_deg=None if close is None else close[2],
        retained_deg=middle,
        retained_low_deg=low,
        retained_high_deg=high,
    )


def _note(names: Sequence[str], person: KnownPerson, effective: float, left_out: Sequence[str]) -> str:
    parts = ["Simulated people, not validated on patients."]
    if left_out:
        parts.append(f"Left out, since only games of reaching are simulated: {', '.join(left_out)}.")
    if len(names) > 3:
        parts.append("Not individualised: no impairment profile is known, so the band is wide.")
    if person.bias_deg is None:
        parts.append("No bias was measured yet: a baseline probe would narrow the band.")
    if has_own_rates(person.measured):
        parts.append("Learning from errors goes by this person's own measured rates.")
    if effective < 20:
        parts.append("Few simulated people keep what this person was measured to keep: read with caution.")
    return " ".join(parts)
