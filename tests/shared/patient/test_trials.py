"""People at trial level: the real modes' policies, the published dissociations, seeds, bad input."""

from __future__ import annotations

from statistics import mean

import pytest
from msgspec.structs import replace

from shared.errors import MovereError, PlanError
from shared.patient.person import draw_person, profiles
from shared.patient.trials import Dose, Simulation, Trial, modes, simulate

NEAR = (75.0, 105.0)


def bias(trials: list[Trial], phase: str) -> float:
    return mean(each.hand_deg for each in trials if each.phase == phase)


@pytest.mark.parametrize("mode", sorted(modes()))
@pytest.mark.parametrize("profile", sorted(profiles()))
def test_every_profile_goes_through_every_mode(profile: str, mode: str) -> None:
    rows = simulate(profile, mode, 60, 3)
    assert len(rows) == 60
    assert [row["phase"] for row in rows[:8]] == ["probe_opening"] * 8
    assert all(row["cursor_deg"] is None and row["success"] is None for row in rows[:8] + rows[-8:])
    assert rows == simulate(profile, mode, 60, 3)
    assert rows != simulate(profile, mode, 60, 4)


def course(profile: str, mode: str, people: int, days: int = 6) -> tuple[float, float]:
    """Mean same-day gain of the first session and mean gain kept at the end, degrees towards straight."""
    same_day, kept = [], []
    for seed in range(people):
        # Everybody with the same bias and nothing but the mode's own learning to mend it.
        person = replace(draw_person(profile, seed), bias_deg=8.0, repetition_rate=0.0, strategy_find=0.0)
        run = Simulation(person, targets_deg=NEAR)
        for day in range(days):
            played = run.session(mode)
            if day == 0:
                same_day.append(bias(played, "probe_opening") - bias(played, "probe_closing"))
            run.night(1.0)
        kept.append(8.0 - bias(run.session(mode, Dose(8, 0)), "probe_opening"))
    return mean(same_day), mean(kept)


@pytest.mark.science
def test_ataxia_keeps_what_it_learns_by_reward_and_learns_little_by_error() -> None:
    """Tseng 2007; Therrien 2016."""
    reward, error = (
        course("cerebellar_ataxia", "reward_based", 20),
        course("cerebellar_ataxia", "error_based", 20),
    )
    young = course("healthy_young", "error_based", 20)
    assert error[0] < 0.5 * young[0]
    assert error[1] < 0.3 * young[1]
    assert reward[1] > 3.0 * max(error[1], 0.5)
    assert reward[1] > 0.6 * reward[0], "it stays"


@pytest.mark.science
def test_parkinsons_adapts_and_keeps_little_by_reward() -> None:
    """Tsay 2022; Leow 2012."""
    error, reward = course("parkinson_on", "error_based", 16), course("parkinson_on", "reward_based", 16)
    old = course("healthy_old", "error_based", 16)
    assert error[0] > 0.75 * old[0]
    assert error[1] < old[1], "adaptation is kept less well"
    assert reward[1] < 0.6 * course("healthy_old", "reward_based", 16)[1]


@pytest.mark.science
def test_apraxia_adapts_within_a_day_and_loses_it_overnight() -> None:
    """Mutha 2017: the fast part is intact, the slow one is not."""
    same_day, kept = course("apraxia", "error_based", 16)
    stroke = course("stroke_moderate", "error_based", 16)
    assert same_day > 0.55 * stroke[0]
    assert kept < 0.45 * stroke[1]


@pytest.mark.science
def test_amnesia_keeps_by_error_and_forgets_the_strategy() -> None:
    error = course("amnesia", "error_based", 16)
    cue = course("amnesia", "strategy_cue", 16)
    assert error[1] > cue[1]
    assert error[1] > 0.8 * course("healthy_old", "error_based", 16)[1]


@pytest.mark.science
def test_training_settles_from_day_to_day_and_the_first_rule_swung() -> None:
    """Twice today's bias swings from side to side for whoever keeps more than half a night."""
    from shared.training.spec import TRAINING_SHARE

    def ends(share: float) -> list[float]:
        """b(t+1) = (1 - k) b0 - k c b(t), full adaptation within a day."""
        kept, bias_deg, found = 0.7, 8.0, []
        for _ in range(12):
            bias_deg = (1.0 - kept) * 8.0 - kept * share * bias_deg
            found.append(bias_deg)
        return found

    assert abs(ends(TRAINING_SHARE)[-1]) < 2.0
    assert max(map(abs, ends(2.0)[-2:])) > 20.0
    person = replace(draw_person("healthy_young", 1), bias_deg=8.0, motor_noise_deg=1.0)
    run = Simulation(person, targets_deg=NEAR)
    daily = []
    for _ in range(12):
        daily.append(bias(run.session("error_based"), "probe_opening"))
        run.night(1.0)
    assert max(map(abs, daily[6:])) < 4.5
    assert max(daily[6:]) - min(daily[6:]) < 3.0


def test_a_neglected_side_is_missed_without_being_a_motor_error() -> None:
    person = replace(draw_person("stroke_neglect", 2), unseen=1.0)
    left = Simulation(person, targets_deg=(180.0, 150.0)).session("error_based", Dose(0, 40))
    right = Simulation(person, targets_deg=(0.0, 30.0)).session("error_based", Dose(0, 40))
    assert not any(each.success for each in left)
    assert any(each.success for each in right)
    assert all(each.fast == each.slow == 0.0 for each in left), "nothing is learnt from what was not seen"


@pytest.mark.parametrize(
    ("profile", "mode", "trials", "sentence"),
    [
        ("nobody", "acuity", 40, "no virtual profile called nobody"),
        ("mci", "magic", 40, "no training mode called magic"),
        ("mci", "acuity", 0, "0 trials"),
        ("mci", "acuity", 9_999, "9999 trials"),
    ],
)
def test_bad_input_is_one_sentence(profile: str, mode: str, trials: int, sentence: str) -> None:
    with pytest.raises(MovereError, match=sentence):
        simulate(profile, mode, trials, 0)


def test_a_modes_parameters_are_checked() -> None:
    with pytest.raises(PlanError, match="not a parameter"):
        Simulation(draw_person("mci", 1)).session("acuity", mode_params={"speed": 2})
