"""Beliefs about learning systems: exact updates, probabilities of being best, gains from runs of probes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.training.belief import KEPT_A_DAY, Belief, ProbedSession, best_probability, measured_gains
from shared.training.choose import choose
from shared.wire.plan import ImpairmentProfile


def test_an_update_is_the_weighted_mean_of_normals() -> None:
    after = Belief(1.0, 1.0).updated(3.0, 0.5)
    assert after.mean == pytest.approx((1.0 + 3.0 * 4.0) / 5.0)
    assert after.sd == pytest.approx(5.0**-0.5)


@given(st.dictionaries(st.sampled_from("abcde"), st.tuples(st.floats(-3, 3), st.floats(0.2, 2)), min_size=1))
def test_probabilities_of_being_best_sum_to_one_and_follow_the_means(
    drawn: dict[str, tuple[float, float]],
) -> None:
    found = best_probability({name: Belief(*each) for name, each in drawn.items()})
    assert sum(found.values()) == pytest.approx(1.0)
    alike = best_probability({name: Belief(mean, 1.0) for name, (mean, _) in drawn.items()})
    assert max(alike, key=alike.__getitem__) in {
        name for name in drawn if drawn[name][0] >= max(each[0] for each in drawn.values()) - 1e-9
    }


def test_the_probability_of_being_best_is_that_of_draws() -> None:
    beliefs = {"a": Belief(1.0, 1.0), "b": Belief(0.5, 0.6), "c": Belief(0.0, 2.0)}
    draws = np.random.default_rng(1).normal(
        [each.mean for each in beliefs.values()], [each.sd for each in beliefs.values()], (200_000, 3)
    )
    counted = np.bincount(draws.argmax(axis=1), minlength=3) / len(draws)
    assert list(best_probability(beliefs).values()) == pytest.approx(counted.tolist(), abs=0.01)


def course(pattern: str, kept: dict[str, float], seed: int) -> dict[str, float]:
    random = np.random.default_rng(seed)
    gain, sessions = 0.0, []
    for letter in pattern:
        sessions.append(ProbedSession(letter, 10.0 - gain - random.normal()))
        gain = KEPT_A_DAY * gain + (1.0 - KEPT_A_DAY) * kept[letter]
    return measured_gains(sessions, baseline_bias_deg=10.0, between_probe_sd_deg=1.0)


@pytest.mark.parametrize("pattern", ["eeeeeeeeeeee", "eeeeeerrrrrr", "erererererer"])
def test_measured_gains_are_unbiased_and_know_their_error(pattern: str) -> None:
    kept = {"e": 2.0, "r": 1.0}
    found = [course(pattern, kept, seed) for seed in range(200)]
    for letter in set(pattern):
        gains = np.array([each[f"gain_{letter}"] for each in found])
        errors = np.array([each[f"gain_{letter}_se"] for each in found])
        assert gains.mean() == pytest.approx(kept[letter], abs=3.5 * gains.std() / np.sqrt(len(gains)) + 0.05)
        assert gains.std() == pytest.approx(errors.mean(), rel=0.35)
    assert found[0]["tried_e"] == pattern.count("e")


def test_taking_a_days_gain_for_the_steady_one_would_be_wrong() -> None:
    """The wrong variant: what shows next morning is no more than 1 - k of what a mode keeps in the end."""
    found = np.mean([course("ee", {"e": 2.0}, seed)["gain_e"] for seed in range(400)])
    assert found == pytest.approx(2.0, abs=0.5)
    assert found > 2.0 * (1.0 - KEPT_A_DAY) + 0.5


def test_the_last_session_is_tried_but_not_measured_yet() -> None:
    found = measured_gains(
        [ProbedSession("error_based", 9.0)], baseline_bias_deg=9.0, between_probe_sd_deg=1.5
    )
    assert found == {"tried_error_based": 1.0}


def test_probes_move_the_order_and_their_error_says_how_far() -> None:
    stroke = ImpairmentProfile(diagnoses=["stroke"])
    sure = {"gain_reward_based": 4.0, "gain_reward_based_se": 0.3}
    unsure = {"gain_reward_based": 4.0, "gain_reward_based_se": 20.0}
    assert choose(stroke, measured=sure).mode == "reward_based"
    assert choose(stroke, measured=unsure).mode == choose(stroke).mode == "error_based"
    place = next(each for each in choose(stroke, measured=sure).ranked if each.mode == "reward_based")
    assert place.measured
    assert place.spread < 0.35
    assert any("+4.0 ± 0.3 SD" in each for each in place.reasons)
    assert place.for_patient == "This has worked for you before."


def test_modes_that_cannot_be_told_apart_take_turns_and_it_is_said() -> None:
    stroke = ImpairmentProfile(diagnoses=["stroke"])
    tried = {"tried_error_based": 2.0, "tried_reward_based": 1.0}
    choice = choose(stroke, measured=tried)
    assert choice.mode == "reward_based"
    assert any("In turn with error_based" in each for each in choice.reasons)
    told = tried | {"gain_error_based": 5.0, "gain_error_based_se": 0.2}
    assert choose(stroke, measured=told).mode == "error_based"


def test_turns_never_leave_the_approved_nor_reach_the_banned() -> None:
    ataxia = ImpairmentProfile(diagnoses=["cerebellar_ataxia"], sara=13.0)
    tried = {"tried_reward_based": 9.0, "tried_strategy_cue": 9.0}
    assert choose(ataxia, measured=tried).mode != "error_based"
    assert choose(ataxia, approved=["reward_based"], measured=tried).mode == "reward_based"


@pytest.mark.parametrize(
    ("profile", "mode", "sentence"),
    [
        (ImpairmentProfile(diagnoses=["cerebellar_ataxia"], sara=13.0), "reward_based", "rewards"),
        (ImpairmentProfile(diagnoses=["amnesia"], amnesia=True), "error_based", "Your hand remembers"),
        (ImpairmentProfile(), "error_based", "usual place to start"),
    ],
)
def test_the_patient_gets_one_plain_sentence(profile: ImpairmentProfile, mode: str, sentence: str) -> None:
    place = next(each for each in choose(profile).ranked if each.mode == mode)
    assert sentence in place.for_patient
    assert len(place.for_patient.split()) <= 14


def test_noted_cautions_are_said_and_lower_augmented_errors() -> None:
    plain = choose(ImpairmentProfile(diagnoses=["stroke"]))
    sore = choose(ImpairmentProfile(diagnoses=["stroke"], cautions=["shoulder_pain"]))
    of = {each.mode: each.score for each in sore.ranked}
    assert of["error_based"] < next(each.score for each in plain.ranked if each.mode == "error_based")
    cautions = next(each.cautions for each in sore.ranked if each.mode == "error_based")
    assert "No error augmentation with pain or severe spasticity." in cautions
