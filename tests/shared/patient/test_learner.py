"""What a virtual person's learning must not violate (SCIENCE 2.5, 2.7, 4), each held by a number."""

from __future__ import annotations

import math
from statistics import mean, stdev

import numpy as np
import pytest
from msgspec.structs import replace
from numpy.random import PCG64, Generator

from shared.patient.learner import SATURATION_DEG, Learner, RpeLearner
from shared.patient.person import Person, draw_person, filled_in, profiles

pytestmark = pytest.mark.science
AHEAD = 90.0


def learner(profile: str = "healthy_young", seed: int = 1, **changes: object) -> Learner:
    person = replace(draw_person(profile, seed), bias_deg=0.0, repetition_rate=0.0, **changes)  # type: ignore[arg-type]
    return Learner(person, Generator(PCG64(seed)))


def clamped(size_deg: float, trials: int = 600, **changes: object) -> float:
    """Hand angle at the end of a clamp of this size, without noise."""
    found = learner(strategy_find=0.0, **changes)
    for _ in range(trials):
        found.learn(AHEAD, 0.0, error_deg=size_deg, rewarded=None, practises=True)
    return -sum(found.adapted_deg(AHEAD))


def test_clamps_of_any_size_end_alike_and_small_ones_in_proportion() -> None:
    """Kim et al. 2018; Morehead et al. 2017: the asymptote does not grow with the clamp."""
    ends = [clamped(size) for size in (7.5, 15.0, 30.0, 45.0)]
    assert max(ends) - min(ends) < 1e-9
    assert clamped(3.0) == pytest.approx(clamped(SATURATION_DEG) / 2.0, rel=1e-6)
    linear = clamped(15.0) / clamped(3.0)
    assert linear == pytest.approx(2.0), "a learner in proportion to any error would give 5"


def adapted_under_aim(aim_deg: float, rotation_deg: float = 20.0) -> float:
    """Implicit part at the end of a rotation in which the person aims by this much against it."""
    found = learner(strategy_find=0.0)
    for _ in range(800):
        hand = -aim_deg + sum(found.adapted_deg(AHEAD))
        found.learn(AHEAD, hand, error_deg=hand + rotation_deg, rewarded=None, practises=True)
    return -sum(found.adapted_deg(AHEAD))


def test_implicit_and_explicit_share_the_targets_error() -> None:
    """Albert et al. 2022: x_i = p (r - x_e), slope -p, intercept p r; independence has slope 0."""
    person = learner().person
    gain = person.error_fast / (1 - person.keep_fast) + person.error_slow / (1 - person.keep_slow)
    share = gain / (1.0 + gain)
    aims = np.array([0.0, 4.0, 8.0, 12.0, 16.0])
    implicit = [adapted_under_aim(float(each)) for each in aims]
    slope, intercept = np.polyfit(aims, implicit, 1)
    assert slope == pytest.approx(-share, abs=0.01)
    assert intercept == pytest.approx(share * 20.0, abs=0.2)
    assert 0.6 <= share <= 0.9


def test_what_is_learnt_in_one_direction_serves_others_by_a_gaussian() -> None:
    found = learner(generalisation_deg=30.0)
    for _ in range(60):
        found.learn(AHEAD, 0.0, error_deg=5.0, rewarded=None, practises=True)
    there = found.memory[1]
    place = round(AHEAD / 5.0)
    for away in (15, 30, 45, 60):
        share = there[(place + away // 5) % 72] / there[place]
        assert share == pytest.approx(math.exp(-0.5 * (away / 30.0) ** 2), rel=0.2)
    assert abs(there[(place + 36) % 72]) < 1e-6, "nothing on the other side"


def rewarded_course(person: Person, seed: int, kind: type[Learner] = Learner) -> list[float]:
    """Therrien's closed loop to one target, 15 degrees to the left, 80 reaches."""
    found = kind(person, Generator(PCG64(seed)))
    hands: list[float] = []
    for _ in range(80):
        hand = found.plan(AHEAD, pays=True, sees_hand=False)
        past = mean(hands[-10:]) if hands else 0.0
        found.learn(
            AHEAD, hand, error_deg=None, rewarded=hand > past or abs(hand - 15.0) < 4.0, practises=False
        )
        hands.append(hand)
    return hands


class KnowsItsNoise(Learner):
    """The wrong variant: credits the whole deviation of a rewarded reach, motor noise included."""

    def plan(self, direction_deg: float, *, pays: bool, sees_hand: bool) -> float:
        hand = super().plan(direction_deg, pays=pays, sees_hand=sees_hand)
        self.explored_deg = hand - sum(self.adapted_deg(direction_deg))
        return hand


def by_reward(motor_noise_deg: float, explore_deg: float = 2.0, kind: type[Learner] = Learner) -> float:
    changes = {"motor_noise_deg": motor_noise_deg, "explore_deg": explore_deg, "blind_noise": 1.0}
    person = replace(
        draw_person("healthy_young", 1), bias_deg=0.0, reward_rate=1.0, repetition_rate=0.0, **changes
    )  # type: ignore[arg-type]
    return mean(mean(rewarded_course(person, seed, kind)[40:80]) for seed in range(40))


def test_learning_by_reward_falls_with_motor_noise_and_with_too_little_exploration() -> None:
    """Therrien et al. 2016, 2018: the learner knows what it explored and not its motor noise."""
    quiet, usual, loud = by_reward(2.0), by_reward(6.0), by_reward(10.0)
    assert quiet > usual > loud > 0.5
    assert by_reward(2.0, explore_deg=0.4) < 0.5 * quiet
    assert by_reward(10.0, kind=KnowsItsNoise) > loud + 1.0, "who knew its noise would not be held back by it"


def test_exploration_is_larger_after_failure() -> None:
    found = learner(explore_after_failure=2.0, motor_noise_deg=1.0)
    spread = {}
    for rewarded in (True, False):
        explored = []
        for _ in range(2000):
            found.learn(AHEAD, 0.0, error_deg=None, rewarded=rewarded, practises=False)
            found.plan(AHEAD, pays=True, sees_hand=False)
            explored.append(found.explored_deg)
        spread[rewarded] = stdev(explored)
    assert spread[False] / spread[True] == pytest.approx(2.0, rel=0.1)


def test_a_night_takes_the_fast_part_whole_and_the_others_by_their_share() -> None:
    found = learner("stroke_moderate")
    found.memory[:] = 10.0
    found.sleep(1.0)
    person = found.person
    wanted = [0.0, 10 * person.night_slow, 10 * person.night_reward, 10 * person.night_repetition]
    assert found.memory[:, 0].tolist() == pytest.approx(wanted)


def test_amnesia_keeps_what_the_hand_learnt_and_forgets_the_aim() -> None:
    """Tranel et al. 1994: the skill stays, and nobody remembers why."""
    found = learner("amnesia")
    for _ in range(60):
        found.aim(cued_deg=-8.0, strength=1.0)
        found.learn(AHEAD, -8.0, error_deg=2.0, rewarded=None, practises=True)
    slow = found.memory[1].copy()
    known = found.aim_known
    found.sleep(1.0)
    assert known > 0.8
    assert found.aim_known < 0.15
    assert np.abs(found.memory[1]).max() > 0.5 * np.abs(slow).max()


def test_ataxia_uses_an_aim_at_once_but_never_finds_one() -> None:
    """Taylor et al. 2010; Butcher et al. 2017."""
    found = learner("cerebellar_ataxia")
    aims = [found.aim(cued_deg=-20.0, strength=1.0) for _ in range(200)]
    assert mean(each == -20.0 for each in aims) > 0.6
    alone = learner("cerebellar_ataxia")
    for _ in range(300):
        alone.learn(AHEAD, 0.0, error_deg=30.0, rewarded=None, practises=True)
    assert alone.aim_known == 0.0
    young = learner("healthy_young")
    for _ in range(60):
        young.learn(AHEAD, 0.0, error_deg=30.0, rewarded=None, practises=True)
    assert young.aim_known > 0.0


def test_repeated_movements_draw_neighbours_and_not_the_far_side() -> None:
    person = replace(draw_person("stroke_severe", 1), bias_deg=12.0)
    found = Learner(person, Generator(PCG64(1)))
    for _ in range(80):
        # The target is turned by -12 so that the hand goes straight ahead, again and again.
        found.learn(AHEAD - 12.0, 12.0, error_deg=None, rewarded=None, practises=True)
    ahead, opposite = found.memory[3, 18], found.memory[3, 54]
    assert ahead < -4.0, "reaches ahead are drawn against the bias"
    assert abs(opposite) < 0.5


def test_practice_takes_motor_noise_away_up_to_a_limit() -> None:
    found = learner()
    for _ in range(5000):
        found.learn(AHEAD, 0.0, error_deg=0.1, rewarded=None, practises=True)
    assert found.skill == pytest.approx(found.person.skill_most, rel=1e-3)


def test_the_other_class_of_learner_learns_by_surprise() -> None:
    person = draw_person("healthy_young", 2)
    found = RpeLearner(person, Generator(PCG64(2)))
    found.plan(AHEAD, pays=True, sees_hand=False)
    found.learn(AHEAD, 0.0, error_deg=None, rewarded=True, practises=False)
    first = abs(found.memory[2]).max() / abs(found.explored_deg)
    for _ in range(60):
        found.plan(AHEAD, pays=True, sees_hand=False)
        found.learn(AHEAD, 0.0, error_deg=None, rewarded=True, practises=False)
    before = found.memory[2].copy()
    found.plan(AHEAD, pays=True, sees_hand=False)
    found.learn(AHEAD, 0.0, error_deg=None, rewarded=True, practises=False)
    later = abs(found.memory[2] - before).max() / abs(found.explored_deg)
    assert later < 0.2 * first, "an expected reward teaches little"


@pytest.mark.parametrize("profile", sorted(profiles()))
def test_people_spread_about_their_profile_inside_the_bounds(profile: str) -> None:
    people = [draw_person(profile, seed) for seed in range(60)]
    assert len({each.error_slow for each in people}) > 30
    middle, spread = profiles()[profile]["motor_noise_deg"]
    assert mean(each.motor_noise_deg for each in people) == pytest.approx(middle, abs=0.6 * spread)
    assert all(1.0 <= each.motor_noise_deg <= 15.0 for each in people)
    assert profiles()[profile]["source"]


def test_a_profile_that_stands_on_nothing_is_refused() -> None:
    from shared.errors import MovereError

    with pytest.raises(MovereError, match="stands on nobody"):
        filled_in({"a": {"base": "nobody"}})
    with pytest.raises(MovereError, match="lacks bias_deg"):
        filled_in({"a": {"label": "A"}})
