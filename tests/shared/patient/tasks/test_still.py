"""Virtual people keeping still: larger sway where it is known to be, calmer by reward, kept over nights."""

from __future__ import annotations

from statistics import mean
from typing import Any

import numpy as np
import pytest
from msgspec import Struct
from msgspec.structs import replace

from shared.patient.learner import Learner
from shared.patient.person import Person, draw_person, profiles
from shared.patient.tasks.still import Still
from tests.virtual_sessions import make_plan, play


class Sky(Struct, kw_only=True):
    """What is seen of the game."""

    stage: str = "reach"
    trial: int = 0
    mode: str = "reward_based"
    phase: str = "practice"
    rewarded: bool | None = None


def learner_of(person: Person, seed: int = 1) -> Learner:
    return Learner(person, np.random.Generator(np.random.PCG64(seed)))


def sway(task: Still, seen: Sky, seconds: float = 20.0) -> np.ndarray:
    """Places of one trial, shape (ticks, 2), metres."""
    task.begin(0.0, 0.0)
    return np.array([task.step(seen) for _ in range(round(seconds * 120))])


def sway_mm(profile: str, people: int = 12) -> float:
    """Mean speed in a probe in mm/s, over some people of a profile."""
    speeds = []
    for seed in range(people):
        task = Still(learner_of(draw_person(profile, seed), seed), 1.0)
        places = sway(task, Sky(phase="probe"), 10.0)
        speeds.append(1000.0 * 120.0 * float(np.hypot(*np.diff(places, axis=0).T).mean()))
    return mean(speeds)


def test_sway_is_as_large_as_it_says_and_even_in_both_directions() -> None:
    person = replace(draw_person("healthy_old", 1), forward_model=1.0, speed=1.0, motor_noise_deg=4.0)
    places = np.concatenate(
        [sway(Still(learner_of(person, seed), 1.0), Sky(phase="probe")) for seed in range(20)]
    )
    assert places.std(axis=0) == pytest.approx(0.00045 * 4.0, rel=0.15)
    assert abs(places.mean()) < 0.0005


def test_it_goes_on_from_where_the_body_is() -> None:
    task = Still(learner_of(draw_person("healthy_old", 1)), 1.0)
    task.begin(0.02, -0.01)
    x_m, y_m = task.step(Sky())
    assert abs(x_m - 0.02) < 1e-4 and abs(y_m + 0.01) < 1e-4


def test_the_profiles_differ_in_the_known_direction() -> None:
    young, old = sway_mm("healthy_young"), sway_mm("healthy_old")
    assert young < old < sway_mm("stroke_moderate")
    assert sway_mm("cerebellar_ataxia") > 2.0 * old
    assert old < sway_mm("parkinson_on") < sway_mm("parkinson_off")


def practised(rewards: bool, seed: int) -> Learner:
    person = replace(draw_person("healthy_old", seed), reward_rate=0.4, explore_deg=4.0)
    learner = learner_of(person, seed)
    task = Still(learner, 1.0)
    for trial in range(60):
        task.begin(0.0, 0.0)
        task.step(Sky(trial=trial))
        # A perfect judge: what made the sway smaller is paid, or nothing is.
        task.finish(Sky(trial=trial, stage="feedback", rewarded=rewards and (task._tried or 0.0) < 0.0))
    return learner


def test_reward_calms_and_the_night_takes_a_part() -> None:
    learner = practised(True, 1)
    assert learner.calm > 0.2
    before = learner.calm
    learner.sleep(1.0)
    assert learner.calm == pytest.approx(before * learner.person.night_reward)
    assert practised(False, 1).calm == 0.0


def test_nothing_is_tried_in_a_probe() -> None:
    task = Still(learner_of(draw_person("healthy_old", 1)), 1.0)
    task.begin(0.0, 0.0)
    task.step(Sky(phase="probe"))
    assert task._tried == 0.0


@pytest.mark.parametrize("profile", sorted(profiles()))
def test_everybody_finishes_a_small_plan(profile: str) -> None:
    plan: Any = make_plan("reward_based", game="stargazer", practice=4, probe=2, game_params={"hold_s": 5.0})
    run, _ = play(plan, profile, 2)
    assert run.ended_reason == "completed" and run.trials_done == 8
