"""How often results are told: the shares, the floors that bind, and what is never withheld."""

from __future__ import annotations

import pytest

from shared.patient.trials import modes
from shared.training.block import BlockPolicy
from shared.training.feedback import CHILD_LEAST_SHARE, PARKINSON_LEAST_SHARE, floored, is_given
from shared.training.spec import TrialResult
from shared.training.strategy_cue import MODE as STRATEGY
from shared.wire.plan import FeedbackPlan, ImpairmentProfile


def test_always_is_always() -> None:
    assert all(is_given(FeedbackPlan(), trial, 40) for trial in range(40))


@pytest.mark.parametrize("least", [0.2, 0.5, 0.66])
def test_faded_falls_in_a_line_to_the_least_share(least: float) -> None:
    plan = FeedbackPlan(schedule="faded", least_share=least)
    told = [is_given(plan, trial, 200) for trial in range(200)]
    assert all(told[:8]), "it begins with every result"
    assert sum(told) / 200 == pytest.approx((1.0 + least) / 2.0, abs=0.01)
    assert sum(told[-50:]) / 50 == pytest.approx(least + (1.0 - least) * 0.125, abs=0.03)


def test_chosen_is_told_when_asked_and_otherwise_as_often_as_the_floor() -> None:
    plan = FeedbackPlan(schedule="chosen", least_share=0.25)
    assert sum(is_given(plan, trial, 100) for trial in range(100)) == 25
    assert all(is_given(plan, trial, 100, asked=True) for trial in range(100))


def test_parkinson_is_never_below_two_thirds_whatever_the_plan_says() -> None:
    plan = FeedbackPlan(schedule="faded", least_share=0.2)
    safe = floored(plan, ImpairmentProfile(diagnoses=["parkinson"]))
    assert safe.least_share == PARKINSON_LEAST_SHARE
    told = [is_given(safe, trial, 90) for trial in range(90)]
    assert min(sum(told[at : at + 9]) for at in range(81)) >= 5
    assert sum(told[-30:]) / 30 >= PARKINSON_LEAST_SHARE - 0.02


def test_a_child_hears_most_results_and_nobody_else_is_changed() -> None:
    plan = FeedbackPlan(schedule="chosen", least_share=0.3)
    assert floored(plan, ImpairmentProfile(age_years=8)).least_share == CHILD_LEAST_SHARE
    assert floored(plan, ImpairmentProfile(age_years=70)) is plan


def policy(mode: str, plan: FeedbackPlan, **changes: object) -> BlockPolicy:
    spec = modes()[mode]
    return BlockPolicy(
        spec, spec.params(), version=spec.version, purpose="train", practice_total=40, reach_m=0.1,
        radius_m=0.012, bias_deg=5.0, feedback=plan, **changes,  # type: ignore[arg-type]
    )  # fmt: skip


def feedbacks(block: BlockPolicy, phase: str = "practice") -> list[str]:
    given = []
    for index in range(40):
        given.append(block.setup(phase, index, 40, 0).feedback)
        block.finish(phase, TrialResult(0.0, True, True, 0.5))
    return given


def test_the_block_withholds_results_in_practice_but_keeps_the_cursor() -> None:
    block = policy("error_based", FeedbackPlan(schedule="faded", least_share=0.2))
    given = feedbacks(block)
    assert given.count("none") == pytest.approx(16, abs=1)
    assert block.setup("practice", 39, 40, 0).shows == "cursor"


def test_a_reward_is_never_withheld() -> None:
    assert set(feedbacks(policy("reward_based", FeedbackPlan(schedule="faded", least_share=0.2)))) == {
        "reward"
    }


def test_what_was_asked_for_is_told_once() -> None:
    block = policy("error_based", FeedbackPlan(schedule="chosen", least_share=0.2))
    block.setup("practice", 0, 40, 0)
    block.finish("practice", TrialResult(0.0, True, True))
    assert block.setup("practice", 1, 40, 0).feedback == "none", "not due, and not asked for"
    block.asked = True
    assert block.setup("practice", 1, 40, 0).feedback == "path_error"
    assert block.setup("practice", 1, 40, 0).feedback == "none"


def test_a_band_tells_errors_outside_it_only() -> None:
    setup = policy("error_based", FeedbackPlan(schedule="band", band=2.0)).setup("practice", 0, 40, 0)
    assert setup.band_m == pytest.approx(2.0 * setup.target_radius_m)


def test_an_image_is_on_in_every_other_trial_and_fades() -> None:
    spec = STRATEGY
    block = BlockPolicy(
        spec, spec.params(), version=spec.version, purpose="train", practice_total=30, reach_m=0.1,
        radius_m=0.012, bias_deg=8.0, turns=False,
    )  # fmt: skip
    strengths = []
    for index in range(30):
        setup = block.setup("practice", index, 30, 0)
        assert (setup.aim_deg, setup.ask_aim, setup.rotation_deg) == (None, False, 0.0)
        strengths.append(setup.cue_strength)
        block.finish("practice", TrialResult(None, True, True))
    assert strengths[:4] == [1.0, 0.0, 1.0, 0.0]
    assert strengths[10:14] == [0.5, 0.0, 0.5, 0.0]
    assert set(strengths[20:]) == {0.0}


def test_a_level_is_paid_under_the_persons_own_bar_and_the_bar_follows_success() -> None:
    block = policy("reward_based", FeedbackPlan(), has_levels=True)
    assert block.setup("practice", 0, 40, 0).criterion_level is None
    for level in (4.0, 6.0):
        block.setup("probe_opening", 0, 2, 0)
        block.finish("probe_opening", TrialResult(None, False, None, 15.0, level))
    assert block.setup("practice", 0, 40, 0).criterion_level == pytest.approx(5.0)
    for _ in range(10):
        block.setup("practice", 0, 40, 0)
        block.finish("practice", TrialResult(None, False, False, 15.0, 5.0))
    assert (block.setup("practice", 0, 40, 0).criterion_level or 0.0) > 5.5, "it gets easier after misses"


def test_the_fixed_rule_pays_the_final_zone_alone() -> None:
    spec = modes()["reward_based"]
    block = BlockPolicy(
        spec, spec.params(rule="fixed"), version=spec.version, purpose="train", practice_total=40,
        reach_m=0.1, radius_m=0.012, bias_deg=20.0,
    )  # fmt: skip
    assert block.setup("practice", 0, 40, 0).learn_sign == 0
    moving = policy("reward_based", FeedbackPlan())
    assert moving.setup("practice", 0, 40, 0).learn_sign == -1
