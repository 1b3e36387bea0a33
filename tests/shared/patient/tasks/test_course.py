"""Virtual people on a course: behind it by their own delay, blind to a hidden ferry, as the seed says."""

from __future__ import annotations

from statistics import mean
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from msgspec import Struct
from msgspec.structs import replace

from shared.movement.course import centre_m
from shared.patient.learner import Learner
from shared.patient.person import Person, draw_person, profiles
from shared.patient.tasks.course import Tracker
from shared.patient.virtual import VirtualPatient
from shared.wire.events import TrialEnd
from tests.virtual_sessions import make_plan, play

if TYPE_CHECKING:
    from collections.abc import Sequence

WAVES = ((0.040, 0.071, -0.6109), (0.028, 0.163, 0.9514381), (0.016, 0.311, 3.1325198))
LIMIT_M = 0.075
SECONDS = 60.0


class Course(Struct, kw_only=True):
    """What is seen of a course, as any game that has one shows it."""

    stage: str = "reach"
    trial: int = 0
    cursor: tuple[float, float] | None = None
    waves: tuple[tuple[float, float, float], ...] = WAVES
    run_s: float = 0.0
    limit_m: float = LIMIT_M


def calm(person: Person, **changes: Any) -> Person:
    """The same person without chance of their own."""
    return replace(person, motor_noise_deg=1e-6, tremor_mm=0.0, tiring=0.0, **changes)


def follow(
    person: Person,
    hides: bool = False,
    seed: int = 1,
    waves: tuple[tuple[float, float, float], ...] = WAVES,
) -> tuple[np.ndarray, np.ndarray]:
    """Return the hand and the centre line, tick by tick."""
    random = np.random.Generator(np.random.PCG64(seed))
    tracker = Tracker(Learner(person, random), pace=1.0)
    hand, line = [], []
    course = Course(cursor=(0.0, 0.0), waves=waves)
    for tick in range(round(SECONDS * 120)):
        course.run_s = tick / 120
        x_m = tracker.step(course)[0]
        course.cursor = None if hides else (x_m, 0.0)
        hand.append(x_m)
        line.append(centre_m(waves, course.run_s))
    return np.array(hand), np.array(line)


def lag_s(hand: Sequence[float] | np.ndarray, line: Sequence[float] | np.ndarray) -> float:
    """The delay at which the hand fits the line best, to a tick."""
    fits = [np.corrcoef(hand[k:], line[: len(line) - k])[0, 1] for k in range(100)]
    return int(np.argmax(fits)) / 120


def rms_mm(profile: str, hides: bool = False, people: int = 6) -> float:
    found = []
    for seed in range(people):
        hand, line = follow(draw_person(profile, seed), hides, seed)
        found.append(float(np.sqrt(np.mean((hand - line) ** 2))))
    return 1000 * mean(found)


def test_a_slow_person_is_further_behind_and_a_poor_forward_model_makes_up_for_less() -> None:
    person = calm(draw_person("healthy_young", 1), speed=1.0, reaction_s=0.4, forward_model=0.9)
    lags = [
        lag_s(*follow(each))
        for each in (
            person,
            calm(person, forward_model=0.2),
            calm(person, speed=0.4, reaction_s=0.9, forward_model=0.2),
        )
    ]
    assert 0.0 <= lags[0] < 0.05
    assert lags[0] + 0.02 < lags[1] < lags[2] - 0.05
    assert lags[2] < 0.4


def test_a_calm_person_stays_close_and_sees_the_ferry_a_tenth_of_a_second_late() -> None:
    person = calm(draw_person("healthy_young", 1))
    hand, line = follow(person)
    assert np.sqrt(np.mean((hand - line) ** 2)) < 0.004
    # Pushed aside for good, nothing happens for 100 ms; then the ferry is steered back.
    tracker = Tracker(Learner(person, np.random.Generator(np.random.PCG64(1))), pace=1.0)
    straight = ((0.0, 0.1, 0.0),)
    places = []
    for tick in range(240):
        seen = Course(waves=straight, run_s=tick / 120, cursor=(tracker.x_m + 0.02, 0.0))
        places.append(tracker.step(seen)[0])
    assert max(map(abs, places[:12])) < 1e-5
    assert places[14] < -1e-4
    assert places[-1] < -0.016


def test_people_differ_as_is_known_of_them() -> None:
    young, old = rms_mm("healthy_young"), rms_mm("healthy_old")
    assert young < old < rms_mm("stroke_moderate") < rms_mm("stroke_severe")
    assert rms_mm("cerebellar_ataxia") > 1.4 * old
    assert rms_mm("parkinson_on") < rms_mm("parkinson_off")


def test_a_hidden_ferry_drifts_and_more_so_without_proprioception() -> None:
    assert rms_mm("healthy_old", hides=True) > 1.5 * rms_mm("healthy_old")
    assert rms_mm("stroke_proprioceptive", hides=True) > 1.3 * rms_mm("stroke_mild", hides=True)


def test_on_a_straight_course_an_unseen_hand_drifts_and_a_seen_one_stays() -> None:
    """Without noise of its own the hand wanders only where it is not seen: by what the place feels like."""
    person = calm(draw_person("healthy_old", 1), blind_noise=1.5)
    seen, unseen = (
        float(np.std([follow(person, hides, seed, waves=())[0][600:] for seed in range(8)]))
        for hides in (False, True)
    )
    assert seen < 1e-6
    assert unseen == pytest.approx(0.12 * 1.5 * LIMIT_M, rel=0.25)


def test_a_bend_to_an_overlooked_side_is_cut_short() -> None:
    person = replace(calm(draw_person("stroke_neglect", 2)), unseen=1.0)
    side = person.impairment.neglect_side
    assert side == "left"
    hand, line = follow(person, hides=True)
    short = {sign: float(np.mean((hand - line)[np.sign(line) == sign] * sign)) for sign in (-1.0, 1.0)}
    assert short[-1.0] < short[1.0] - 0.004


@pytest.mark.parametrize("profile", sorted(profiles()))
def test_everybody_finishes_a_session_of_the_real_game(profile: str) -> None:
    plan = make_plan(game="ferry_crossing", practice=8, probe=4, game_params={"course_s": 6.0})
    run, recording = play(plan, profile, 1)
    assert run.ended_reason == "completed"
    ends = [each for each in recording.events if isinstance(each, TrialEnd)]
    assert len(ends) == 16
    assert all(each.endpoint_error_m is not None and each.endpoint_error_m < 0.08 for each in ends)


@pytest.mark.science
def test_success_settles_in_the_band() -> None:
    """DESIGN 9: mean success 60 to 80 %, from the twenty-first trial on."""
    plan = make_plan(game="ferry_crossing", practice=60, probe=0)
    for profile in ("healthy_old", "stroke_moderate"):
        shares = []
        for seed in range(4):
            _, recording = play(plan, profile, seed)
            ends = [each for each in recording.events if isinstance(each, TrialEnd)][20:]
            shares.append(mean(bool(each.success) for each in ends))
        assert 0.60 <= mean(shares) <= 0.80, (profile, shares)


def test_a_patient_turns_from_a_course_to_reaches_and_back() -> None:
    """One person, one memory: a session of each game, one after the other."""
    patient = VirtualPatient(draw_person("healthy_old", 4), 1)
    course = make_plan(game="ferry_crossing", practice=4, probe=0, game_params={"course_s": 5.0})
    skill = []
    for day, plan in enumerate((course, make_plan(practice=4, probe=0), course)):
        run, _ = play(plan, "healthy_old", 4, patient)
        assert run.ended_reason == "completed"
        skill.append(patient.learner.skill)
        patient.wake(day + 2)
    assert 0.0 < skill[0] < skill[1] < skill[2]
