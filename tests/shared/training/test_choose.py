"""The rules of SCIENCE 4.2: bans, cautions, the starting order; measured probes; never outside the plan."""

from __future__ import annotations

import pytest

from shared.errors import PlanError
from shared.training.choose import choose
from shared.wire.plan import ImpairmentProfile


@pytest.mark.parametrize(
    ("profile", "mode"),
    [
        (ImpairmentProfile(diagnoses=["cerebellar_ataxia"], sara=13.0), "reward_based"),
        (ImpairmentProfile(diagnoses=["parkinson"]), "strategy_cue"),
        (ImpairmentProfile(diagnoses=["stroke"]), "error_based"),
        (ImpairmentProfile(diagnoses=["stroke"], aphasia=True), "error_based"),
        (ImpairmentProfile(diagnoses=["amnesia"], amnesia=True), "error_based"),
        (ImpairmentProfile(diagnoses=["ageing"]), "error_based"),
        (ImpairmentProfile(diagnoses=["amputation"], prosthesis=True), "strategy_cue"),
        (ImpairmentProfile(), "error_based"),
    ],
)
def test_who_starts_with_what(profile: ImpairmentProfile, mode: str) -> None:
    choice = choose(profile)
    assert choice.mode == mode
    assert choice.reasons


def test_bans_keep_auto_away_even_when_the_plan_approves() -> None:
    ataxia = ImpairmentProfile(diagnoses=["cerebellar_ataxia"], sara=13.0)
    assert choose(ataxia, approved=["error_based", "strategy_cue"]).mode == "strategy_cue"
    with pytest.raises(PlanError, match="none of the approved modes"):
        choose(ataxia, approved=["error_based"])
    with pytest.raises(PlanError):
        choose(ImpairmentProfile(aphasia=True), approved=["strategy_cue"])


def test_mild_ataxia_is_advised_against_and_not_banned() -> None:
    mild = choose(ImpairmentProfile(diagnoses=["cerebellar_ataxia"], sara=4.0))
    place = next(each for each in mild.ranked if each.mode == "error_based")
    assert not place.is_banned
    assert place.probability < 0.1


def test_auto_never_leaves_the_approved_modes() -> None:
    for approved in (["reward_based"], ["strategy_cue", "reward_based"]):
        assert choose(ImpairmentProfile(diagnoses=["stroke"]), approved=approved).mode in approved


def test_measured_retention_moves_the_order_and_is_said() -> None:
    stroke = ImpairmentProfile(diagnoses=["stroke"])
    measured = {"retention_error_based": 0.0, "retention_reward_based": 1.0}
    choice = choose(stroke, measured=measured)
    assert choice.mode == "reward_based"
    assert any("100 % of a day's gain" in each for each in choice.reasons)


def test_probabilities_are_over_what_is_not_banned() -> None:
    ranked = choose(ImpairmentProfile(diagnoses=["cerebellar_ataxia"])).ranked
    assert sum(each.probability for each in ranked) == pytest.approx(1.0)
    assert all(each.probability == 0 for each in ranked if each.is_banned)


def test_an_empty_profile_says_that_it_is_not_individualised() -> None:
    assert any("Not individualised" in each for each in choose(ImpairmentProfile()).reasons)
