"""A cohort study of virtual people: fixed training modes against `auto`, by a protocol written down before.

It asks whether choosing is consistent, not whether it helps patients: the people are simulated, from another
parameter file than the evidence (`study_people.toml`), some with a wrong label, some with two impairments,
some learning by another class of model. `auto` sees labels and probes, never the truth.
"""

from __future__ import annotations

import math
import tomllib
from functools import lru_cache
from importlib import resources
from statistics import mean
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
import numpy as np
from msgspec import Meta, Struct
from msgspec.structs import replace
from numpy.random import PCG64, Generator, SeedSequence

from shared.errors import MovereError, PlanError
from shared.patient.person import draw_person, filled_in
from shared.patient.trials import Dose, Simulation
from shared.training.belief import ProbedSession, measured_gains
from shared.training.choose import choose

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from shared.patient.person import Person
    from shared.wire.plan import ImpairmentProfile

AUTO = "auto"
_Share = Annotated[float, Meta(ge=0.0, le=1.0)]
_ABILITIES = (
    "error_fast", "error_slow", "keep_fast", "keep_slow", "reward_rate", "night_slow", "night_reward",
    "strategy", "strategy_find", "strategy_memory", "repetition_rate", "night_repetition", "skill_rate",
    "skill_most",
)  # fmt: skip


class Protocol(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is done to whom, and what counts; see `study.toml` for each field's meaning."""

    title: str
    question: str
    seed: Annotated[int, Meta(ge=0)]
    people_per_profile: Annotated[int, Meta(ge=2, le=5000)]
    baseline_probes: Annotated[int, Meta(ge=2, le=10)]
    sessions: Annotated[int, Meta(ge=2, le=200)]
    days_between: Annotated[float, Meta(gt=0.0, le=4.0)]
    probe_trials: Annotated[int, Meta(ge=4, le=60)]
    practice_trials: Annotated[int, Meta(ge=4, le=600)]
    targets_deg: Annotated[list[float], Meta(min_length=1, max_length=24)]
    arms: Annotated[list[str], Meta(min_length=2, max_length=5)]
    mislabelled: _Share
    mixed: _Share
    other_class: _Share
    outcome_probes: Annotated[int, Meta(ge=1, le=20)]
    margin: _Share
    bootstrap: Annotated[int, Meta(ge=100, le=100_000)]
    profiles: list[str] = []
    """Which profiles take part; empty means all."""


class Subject(Struct, frozen=True, kw_only=True):
    """A simulated person, and what their file says of them."""

    group: str
    person: Person
    label: ImpairmentProfile
    is_mislabelled: bool
    is_mixed: bool


class Outcome(Struct, frozen=True, kw_only=True):
    """One subject's study: kept gains in degrees by arm, the baseline probes, and what `auto` chose."""

    group: str
    baseline_deg: list[float]
    gain_deg: dict[str, float]
    chosen: list[str]
    is_mislabelled: bool
    is_mixed: bool


def protocol(text: str | None = None) -> Protocol:
    """Read a protocol (TOML); the study's own when None.

    Raises:
        MovereError: it cannot be read, or a field is missing, unknown or out of its bounds.
    """
    if text is None:
        text = resources.files("shared.patient").joinpath("study.toml").read_text("utf-8")
    try:
        found = msgspec.convert(tomllib.loads(text), Protocol)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise MovereError(f"the protocol cannot be read: {error}") from error
    unknown = [each for each in found.profiles if each not in people_file()]
    if unknown:
        raise MovereError(f"the protocol names {unknown[0]}; known are {', '.join(sorted(people_file()))}")
    return found


@lru_cache(maxsize=1)
def people_file() -> dict[str, dict[str, Any]]:
    """Return the study's own distributions by profile."""
    text = resources.files("shared.patient").joinpath("study_people.toml").read_text("utf-8")
    return filled_in(tomllib.loads(text))


def subjects(plan: Protocol) -> list[Subject]:
    """Draw everybody who takes part; the same protocol gives the same people."""
    names = sorted(plan.profiles or people_file())
    return [_subject(plan, group, at) for group in names for at in range(plan.people_per_profile)]


def _subject(plan: Protocol, group: str, number: int) -> Subject:
    names = sorted(people_file())
    random = Generator(PCG64(SeedSequence([plan.seed, names.index(group), number])))
    seed = int(random.integers(1, 1 << 40))
    person = draw_person(group, seed, people_file())
    label = person.impairment
    others = [each for each in names if each != group]
    is_mixed = bool(random.random() < plan.mixed)
    if is_mixed:
        second = draw_person(others[int(random.integers(len(others)))], seed + 1, people_file())
        person = _with_second(person, second)
        if random.random() < 0.5:
            label = _both(label, second.impairment)
    is_mislabelled = bool(random.random() < plan.mislabelled)
    if is_mislabelled:
        label = draw_person(others[int(random.integers(len(others)))], seed, people_file()).impairment
    if random.random() < plan.other_class:
        person = replace(person, learner="rpe")
    # The label may be wrong, the body is not: on which side targets go unseen is the person's own.
    return Subject(group=group, person=person, label=label, is_mislabelled=is_mislabelled, is_mixed=is_mixed)


def _with_second(person: Person, second: Person) -> Person:
    """Give a person a second impairment: of every ability the lesser, of the noise the larger."""
    worse = {name: min(getattr(person, name), getattr(second, name)) for name in _ABILITIES}
    for name in ("motor_noise_deg", "blind_noise", "unseen"):
        worse[name] = max(getattr(person, name), getattr(second, name))
    return replace(person, **worse)


def _both(label: ImpairmentProfile, second: ImpairmentProfile) -> ImpairmentProfile:
    """Return a label that names two impairments: what the second one knows fills in and adds."""
    changes: dict[str, Any] = {
        name: getattr(second, name)
        for name in label.__struct_fields__
        if getattr(label, name) in (None, False, "none") and getattr(second, name) not in (None, False)
    }
    changes["diagnoses"] = list(dict.fromkeys([*label.diagnoses, *second.diagnoses]))
    return replace(label, **changes)


def study_subject(plan: Protocol, subject: Subject) -> Outcome:
    """Take one person through every arm, each time from the same beginning."""
    gains: dict[str, float] = {}
    baseline: list[float] = []
    chosen: list[str] = []
    for arm in [*plan.arms, AUTO]:
        course = _Course(plan, subject)
        baseline = course.baseline_deg
        for _ in range(plan.sessions):
            course.play(course.chosen() if arm == AUTO else arm)
        gains[arm] = course.kept_gain_deg()
        if arm == AUTO:
            chosen = course.modes
    return Outcome(
        group=subject.group,
        baseline_deg=baseline,
        gain_deg=gains,
        chosen=chosen,
        is_mislabelled=subject.is_mislabelled,
        is_mixed=subject.is_mixed,
    )


class _Course:
    """One person in one arm: probes, sessions, nights."""

    def __init__(self, plan: Protocol, subject: Subject) -> None:
        self._plan, self._subject = plan, subject
        self._simulation = Simulation(subject.person, targets_deg=plan.targets_deg)
        self._dose = Dose(plan.probe_trials, plan.practice_trials)
        self.baseline_deg = [self._probe() for _ in range(plan.baseline_probes)]
        self.modes: list[str] = []
        self._opening_deg: list[float] = []

    def _probe(self) -> float:
        played = self._simulation.session(self._plan.arms[0], Dose(self._plan.probe_trials, 0))
        self._simulation.night(self._plan.days_between)
        return mean(each.hand_deg for each in played if each.phase == "probe_opening")

    def chosen(self) -> str:
        """Return `auto`'s choice: from the label and the probes so far, among the study's modes."""
        measured: dict[str, float] = {}
        if self.modes:
            # Two baseline probes say little of this person's spread yet, so it is shrunk to a usual one.
            history = [
                ProbedSession(mode, bias) for mode, bias in zip(self.modes, self._opening_deg, strict=True)
            ]
            measured = measured_gains(
                history,
                baseline_bias_deg=mean(self.baseline_deg),
                between_probe_sd_deg=_usual_sd_deg(self.baseline_deg),
            )
        try:
            return choose(self._subject.label, approved=self._plan.arms, measured=measured).mode
        except PlanError:  # two labels together may ban everything: a clinician would have to override
            return self._plan.arms[0]

    def play(self, mode: str) -> None:
        played = self._simulation.session(mode, self._dose)
        self._opening_deg.append(mean(each.hand_deg for each in played if each.phase == "probe_opening"))
        self.modes.append(mode)
        self._simulation.night(self._plan.days_between)

    def kept_gain_deg(self) -> float:
        """Return the gain of the last next-day probes over the baseline probe, degrees, better positive."""
        final = self._probe()
        kept = [*self._opening_deg[1:], final][-self._plan.outcome_probes :]
        return abs(mean(self.baseline_deg)) - mean(abs(each) for each in kept)


def _usual_sd_deg(probes_deg: Sequence[float], usual_deg: float = 1.6) -> float:
    """Return the spread between few baseline probes, shrunk to a usual one of four degrees of freedom."""
    spread = float(np.var(probes_deg, ddof=1))
    free = len(probes_deg) - 1
    return math.sqrt((free * spread + 4.0 * usual_deg**2) / (free + 4.0))


# ---- what came out


def report(plan: Protocol, outcomes: Iterable[Outcome]) -> dict[str, Any]:
    """Summarise a study: gains by group and arm in SDs between probes, regret with intervals, verdicts."""
    by_group: dict[str, list[Outcome]] = {}
    for each in outcomes:
        by_group.setdefault(each.group, []).append(each)
    arms = [*plan.arms, AUTO]
    random = Generator(PCG64(SeedSequence([plan.seed, 99])))
    groups, pooled = [], []
    for name, members in sorted(by_group.items()):
        baseline = np.array([each.baseline_deg for each in members])
        sd_deg = float(np.sqrt(np.mean(np.var(baseline, axis=1, ddof=1))))
        gains = np.array([[each.gain_deg[arm] for arm in arms] for each in members]) / sd_deg
        pooled.append(gains)
        groups.append(_group(plan, name, members, gains, sd_deg, random))
    overall = _overall(plan, pooled, random)
    return {
        "title": plan.title,
        "question": plan.question,
        "protocol": as_built_in(plan),
        "people": sum(map(len, by_group.values())),
        "groups": groups,
        "overall": overall,
        "accepted": all(each["not_worse"] for each in groups) and overall["better_than_any_fixed"],
        "reads": "Simulation: this shows that choosing is consistent, not that it helps patients.",
    }


def as_built_in(plan: Protocol) -> dict[str, Any]:
    """Return a protocol as plain values, to stand beside its result."""
    found: dict[str, Any] = msgspec.to_builtins(plan)
    return found


def _group(
    plan: Protocol,
    name: str,
    members: Sequence[Outcome],
    gains: NDArray[np.float64],
    sd_deg: float,
    random: Generator,
) -> dict[str, Any]:
    means = gains.mean(axis=0)
    best = int(np.argmax(means[:-1]))
    low, high = _interval(gains[:, best] - gains[:, -1], plan.bootstrap, random)
    chosen = [mode for each in members for mode in each.chosen]
    return {
        "group": name,
        "people": len(members),
        "between_probe_sd_deg": sd_deg,
        "gain_sd": dict(zip([*plan.arms, AUTO], means.tolist(), strict=True)),
        "best_fixed": plan.arms[best],
        "regret_sd": float(means[best] - means[-1]),
        "regret_low": low,
        "regret_high": high,
        "margin_sd": plan.margin * float(means[best]),
        "not_worse": high <= plan.margin * float(means[best]),
        "chosen_share": {arm: chosen.count(arm) / len(chosen) for arm in plan.arms},
    }


def _overall(plan: Protocol, pooled: Sequence[NDArray[np.float64]], random: Generator) -> dict[str, Any]:
    """Compare over all groups, each group counting alike."""
    means = np.mean([each.mean(axis=0) for each in pooled], axis=0)
    best = int(np.argmax(means[:-1]))
    draws = np.mean(
        [_resampled(each[:, -1] - each[:, best], plan.bootstrap, random) for each in pooled], axis=0
    )
    low, high = (float(each) for each in np.quantile(draws, (0.025, 0.975)))
    return {
        "gain_sd": dict(zip([*plan.arms, AUTO], means.tolist(), strict=True)),
        "best_single_fixed": plan.arms[best],
        "advantage_sd": float(means[-1] - means[best]),
        "advantage_low": low,
        "advantage_high": high,
        "better_than_any_fixed": low > 0.0,
    }


def _resampled(values: NDArray[np.float64], times: int, random: Generator) -> NDArray[np.float64]:
    picks = random.integers(len(values), size=(times, len(values)))
    return np.asarray(values[picks].mean(axis=1), dtype=np.float64)


def _interval(values: NDArray[np.float64], times: int, random: Generator) -> tuple[float, float]:
    low, high = np.quantile(_resampled(values, times, random), (0.025, 0.975))
    return float(low), float(high)
