"""How virtual people stop, turn, choose and hurry: the race, the trade-off, and how profiles differ."""

from __future__ import annotations

from statistics import mean

import pytest
from msgspec.structs import replace
from numpy.random import PCG64, Generator

from game_client.games._view import ChoiceView
from shared.patient._deciding import Deciding
from shared.patient.learner import Learner
from shared.patient.person import draw_person

NEAR_ONE, FAR_THREE = ChoiceView((0.035, 0.061), 1), ChoiceView((-0.05, 0.087), 3)


def deciding(profile: str = "healthy_young", seed: int = 0, **changes: float) -> Deciding:
    person = replace(draw_person(profile, seed), **changes)
    return Deciding(Learner(person, Generator(PCG64(seed))))


def stopped(profile: str, starts_in_s: float, trials: int = 300) -> float:
    """Share of hands held back that would have moved so long after the signal."""
    who, held = deciding(profile), 0
    for _ in range(trials):
        who.begin()
        held += any(who.holds_back(round(starts_in_s * 120) - tick) for tick in range(120))
    return held / trials


def test_a_stop_is_a_race_which_the_early_signal_wins() -> None:
    shares = [stopped("healthy_young", each) for each in (0.05, 0.15, 0.22, 0.30, 0.50)]
    assert shares == sorted(shares)
    assert shares[0] == 0.0 and shares[-1] == 1.0
    assert 0.2 < stopped("healthy_young", deciding().stop_s) < 0.8


def test_a_hand_that_moves_is_not_held_back_and_none_is_held_twice() -> None:
    who = deciding()
    assert not any(who.holds_back(-tick) for tick in range(120))
    who.begin()
    assert not any(who.holds_back(None) for _ in range(120))


def test_stopping_is_slower_in_age_and_after_stroke_and_slowest_in_parkinsons_disease_for_its_reaction() -> (
    None
):
    mean_s = {
        profile: mean(deciding(profile, seed).stop_s for seed in range(20))
        for profile in ("healthy_young", "healthy_old", "stroke_moderate", "parkinson_on")
    }
    assert mean_s["healthy_young"] < mean_s["healthy_old"] < mean_s["stroke_moderate"]
    person = draw_person("parkinson_on", 1)
    alike = replace(draw_person("healthy_old", 1), reaction_s=person.reaction_s)
    healthy = Deciding(Learner(alike, Generator(PCG64(1))))
    assert deciding("parkinson_on", 1).stop_s > 1.15 * healthy.stop_s


def test_a_jump_is_answered_once_later_by_slow_people() -> None:
    def answered(reaction_s: float) -> float:
        who, ticks = deciding(reaction_s=reaction_s), []
        for _ in range(60):
            who.begin()
            answers = [tick for tick in range(200) if who.turns((0.1, 0.0))]
            assert len(answers) == 1
            ticks.append(answers[0])
        return mean(ticks) / 120.0

    quick, slow = answered(0.3), answered(0.9)
    assert 0.10 < quick < 0.20
    assert slow > quick + 0.10


def test_more_is_chosen_more_often_and_less_so_where_the_way_is_hard() -> None:
    def far_share(speed: float) -> float:
        who = deciding(speed=speed)
        return mean(who.choose((NEAR_ONE, FAR_THREE)) == FAR_THREE.place for _ in range(500))

    easy, hard = far_share(1.0), far_share(0.25)
    assert 0.6 < easy < 0.95
    assert hard < easy - 0.15


def test_hurrying_costs_accuracy_by_how_much_quicker_it_is() -> None:
    def scatter(limit_s: float | None) -> tuple[float, float]:
        who = deciding(motor_noise_deg=4.0)
        found = [who.hurry(0.6, limit_s, 0) for _ in range(400)]
        return mean(duration for duration, _ in found), mean(abs(deg) for _, deg in found)

    usual, loose, tight = scatter(None), scatter(1.2), scatter(0.5)
    assert usual[0] == pytest.approx(0.6)
    assert usual[1] == 0.0
    assert loose[0] > tight[0] and loose[1] < 0.3 * tight[1]
    assert tight[1] > 1.0


def test_an_offer_quickens_by_its_points_and_none_changes_nothing() -> None:
    who = deciding()
    assert who.hurry(0.6, None, 0) == who.hurry(0.6, None, 1) == (0.6, 0.0)
    assert who.hurry(0.6, None, 3)[0] < 0.58
    assert who.react(0.4, 1) == 0.4 > who.react(0.4, 3)
