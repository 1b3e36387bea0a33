"""Virtual people at play: within their reach, less on a side they overlook, less way for slow people."""

from __future__ import annotations

import numpy as np
import pytest
from msgspec import Struct
from msgspec.structs import replace

from shared.patient.learner import Learner
from shared.patient.person import Person, draw_person, profiles
from shared.patient.tasks.swim import Swim
from tests.virtual_sessions import make_plan, play


class Water(Struct):
    reach_m: float = 0.10


def swum(person: Person, seconds: float = 60.0) -> np.ndarray:
    """Places, shape (ticks, 2), metres."""
    task = Swim(Learner(person, np.random.Generator(np.random.PCG64(1))), 1.0)
    return np.array([task.step(Water()) for _ in range(round(seconds * 120))])


def way_m(places: np.ndarray) -> float:
    return float(np.hypot(*np.diff(places, axis=0).T).sum())


@pytest.mark.parametrize("profile", sorted(profiles()))
def test_it_stays_within_the_reach(profile: str) -> None:
    assert np.hypot(*swum(draw_person(profile, 2)).T).max() <= 0.10


def test_an_overlooked_side_is_visited_less() -> None:
    person = draw_person("healthy_old", 1)
    left = replace(person, impairment=replace(person.impairment, neglect_side="left"), unseen=0.9)
    assert (swum(left, 240.0)[:, 0] < 0).mean() < 0.4
    assert (swum(person, 240.0)[:, 0] < 0).mean() > 0.4


def test_slow_people_swim_less_far() -> None:
    person = replace(draw_person("healthy_old", 1), speed=1.0)
    assert way_m(swum(replace(person, speed=0.4))) < 0.7 * way_m(swum(person))


@pytest.mark.parametrize("profile", sorted(profiles()))
def test_everybody_finishes_a_small_plan(profile: str) -> None:
    plan = make_plan("use_dependent", game="otter", practice=2, probe=0, game_params={"stretch_s": 5.0})
    assert play(plan, profile, 1)[0].ended_reason == "completed"
