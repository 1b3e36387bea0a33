"""Virtual people swaying: as late, small and scattered as is known of them; repetition draws their probes."""

from __future__ import annotations

import math
from statistics import mean, pstdev
from typing import Any

import numpy as np
import pytest
from msgspec import Struct
from msgspec.structs import replace

from shared.patient.learner import Learner
from shared.patient.person import Person, draw_person, profiles
from shared.patient.tasks.rhythm import Swayer
from tests.virtual_sessions import make_plan, play

FAR_M = 0.075
BEAT_S = 1.4


class Song(Struct, kw_only=True):
    """What is seen of the game."""

    stage: str = "reach"
    trial: int = 0
    cursor: tuple[float, float] | None = (0.0, 0.0)
    direction_deg: float = 0.0
    distance_m: float = FAR_M
    run_s: float = 0.0
    half_period_s: float = BEAT_S
    frozen: bool = False
    target: tuple[float, float] | None = None


def learner_of(person: Person, seed: int = 1) -> Learner:
    return Learner(person, np.random.Generator(np.random.PCG64(seed)))


def sway(learner: Learner, beats: int = 40, direction_deg: float = 0.0) -> np.ndarray:
    """Places along and beside the direction, shape (ticks, 2), metres."""
    task = Swayer(learner, 1.0)
    seen = Song(direction_deg=direction_deg)
    places = []
    for tick in range(round(beats * BEAT_S * 120)):
        seen.run_s = tick / 120
        places.append(task.step(seen))
    radians = math.radians(direction_deg)
    turn = np.array([[math.cos(radians), -math.sin(radians)], [math.sin(radians), math.cos(radians)]])
    return np.asarray(np.array(places) @ turn)


def turns(places: np.ndarray) -> tuple[list[float], list[float]]:
    """How far each turn went towards its end (metres), and how late it came (seconds)."""
    extents, late = [], []
    half = BEAT_S * 120
    for number in range(1, int(len(places) / half)):
        side = 1.0 if number % 2 else -1.0
        first = round((number - 0.5) * half)
        window = side * places[first : round((number + 0.5) * half), 0]
        extents.append(float(window.max()))
        late.append((first + int(window.argmax())) / 120 - number * BEAT_S)
    return extents, late


def people(profile: str, count: int = 10) -> tuple[float, float, float]:
    """Mean extent (m), SD of the extent (m) and SD of the timing (s), over some people."""
    found = [turns(sway(learner_of(draw_person(profile, seed), seed))) for seed in range(count)]
    return (
        mean(mean(extents) for extents, _ in found),
        mean(pstdev(extents) for extents, _ in found),
        mean(pstdev(late) for _, late in found),
    )


def calm(profile: str = "healthy_young") -> Person:
    """A person without chance and bias."""
    person = draw_person(profile, 1)
    return replace(person, motor_noise_deg=1e-6, bias_deg=0.0, forward_model=1.0, tiring=0.0)


def test_without_motor_noise_it_is_full_straight_and_a_little_early() -> None:
    places = sway(learner_of(calm()), direction_deg=35.0)
    extents, late = turns(places)
    assert mean(extents) == pytest.approx(FAR_M, rel=0.03)
    assert 0.02 * FAR_M < pstdev(extents) < 0.07 * FAR_M, "nobody is exact"
    assert mean(late) == pytest.approx(-0.03, abs=0.012)
    assert abs(places[:, 1].mean()) < 0.001 and np.abs(places[:, 1]).max() < 0.1 * FAR_M


def test_the_profiles_differ_in_the_known_direction() -> None:
    young, ataxia = people("healthy_young"), people("cerebellar_ataxia")
    assert ataxia[2] > 1.5 * young[2], "ataxia keeps time badly"
    assert ataxia[1] > 1.5 * young[1]
    assert people("parkinson_off")[0] < people("parkinson_on")[0] + 0.002 < young[0] + 0.004, "smaller"
    assert people("parkinson_off")[0] < young[0]


def test_a_poor_forward_model_alone_keeps_time_badly() -> None:
    scatter = [
        pstdev(turns(sway(learner_of(replace(calm(), forward_model=share))))[1]) for share in (1.0, 0.2)
    ]
    assert scatter[1] > 2.0 * scatter[0] + 0.02


def test_when_the_wind_drops_it_goes_on_for_the_reaction_time_and_then_rests() -> None:
    for reaction_s in (0.3, 0.8):
        person = replace(calm(), reaction_s=reaction_s)
        task, seen = Swayer(learner_of(person), 1.0), Song()
        stop = round(2.5 * BEAT_S * 120)
        places = []
        for tick in range(stop + 180):
            seen.frozen = tick >= stop
            seen.run_s = min(tick, stop) / 120
            places.append(task.step(seen))
        speed = 120 * np.hypot(*np.diff(np.array(places), axis=0).T)
        assert speed[-10:].max() < 0.005
        late = np.flatnonzero(speed[stop:] < 0.1 * speed[stop - 2])
        assert len(late) and late[0] / 120 < reaction_s + 0.35


def test_repetition_draws_a_free_movement_towards_the_way_from_both_sides() -> None:
    person = replace(calm(), repetition_rate=0.05, generalisation_deg=40.0)
    learner = learner_of(person)
    for _ in range(30):
        task, seen = Swayer(learner, 1.0), Song()
        for tick in range(round(4 * BEAT_S * 120)):
            seen.run_s = tick / 120
            task.step(seen)
        task.finish(seen)
    beside = {deg: learner.adapted_deg(deg)[3] for deg in (30.0, -30.0, 150.0, 210.0)}
    assert beside[30.0] < -1.0 and beside[-30.0] > 1.0
    assert beside[150.0] > 1.0 and beside[210.0] < -1.0, "the way back is repeated as well"
    task = Swayer(learner, 1.0)
    place = (FAR_M * math.cos(math.radians(30.0)), FAR_M * math.sin(math.radians(30.0)))
    seen = Song(cursor=None, direction_deg=30.0, target=place)
    for _ in range(360):
        x_m, y_m = task.step(seen)
    assert math.degrees(math.atan2(y_m, x_m)) == pytest.approx(30.0 + beside[30.0], abs=0.5)
    before = learner.memory.copy()
    task.finish(seen)
    assert (learner.memory[3] == before[3]).all(), "a probe leaves nothing"


@pytest.mark.parametrize("profile", sorted(profiles()))
def test_everybody_finishes_a_small_plan(profile: str) -> None:
    plan: Any = make_plan("use_dependent", game="reeds_rhythm", practice=4, probe=5)
    run, _ = play(plan, profile, 2)
    assert run.ended_reason == "completed" and run.trials_done == 14
