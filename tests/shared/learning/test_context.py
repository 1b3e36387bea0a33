"""Contexts: recovery, interference and savings that no linear two-rate learner shows, and cues."""

from __future__ import annotations

import math
import time
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.learning._contexts import Context, infer
from shared.learning.context import CONTEXT, uncertainty_transfer, value_cues
from shared.learning.recovery import recover
from shared.learning.spec import LearningError, Schedule

DEMO = "50x0,125x1,15x-1,150xclamp"


def output(text: str, **values: float) -> np.ndarray:
    return np.array(infer(CONTEXT.complete(values), Schedule.parse(text).perturbation.tolist()).output)


def two_rate(text: str) -> np.ndarray:
    fast = slow = 0.0
    found = []
    for value in Schedule.parse(text).perturbation:
        found.append(fast + slow)
        error = 0.0 if math.isnan(value) else value - fast - slow
        fast, slow = 0.59 * fast + 0.21 * error, 0.992 * slow + 0.02 * error
    return np.array(found)


@pytest.mark.science
def test_spontaneous_recovery_is_positive_in_the_clamp() -> None:
    found = output(DEMO)
    assert found[174] > 0.8
    assert found[190] < 0
    assert found[200:].min() > 0.3
    alone = output(DEMO, max_contexts=1.0, sigma_set_point=0.0)
    assert alone[190:].max() < 0.0, "one state alone cannot recover"


@pytest.mark.science
def test_two_trials_of_the_old_perturbation_evoke_its_memory() -> None:
    """The jump, and that it stays: a two-rate learner adds two errors' worth, and loses it."""
    text = "50x0,125x1,15x-1,20xclamp,2x1,100xclamp"
    plain = "50x0,125x1,15x-1,122xclamp"
    evoked, linear = output(text) - output(plain), two_rate(text) - two_rate(plain)
    assert evoked[212] > 0.2
    assert output(text)[212] > 0.75
    assert two_rate(text)[212] < 0.6
    assert evoked[220] / evoked[212] > 0.4
    assert linear[220] / linear[212] < 0.15


@pytest.mark.science
def test_savings_outlast_a_full_washout() -> None:
    """Zarahn 2008: a linear two-rate learner has none after a long washout (SCIENCE 2.1: .0051 at 200)."""
    text = "50x0,100x1,200x0,20x1"
    found, linear = output(text), two_rate(text)
    assert abs(found[349]) < 0.05
    naive, again = found[51:60].mean(), found[351:360].mean()
    assert again - naive > 0.25
    assert linear[351:360].mean() - linear[51:60].mean() < 0.02


@pytest.mark.science
def test_the_longer_a_is_learnt_the_slower_is_b() -> None:
    """Anterograde interference (Sing & Smith 2010): monotone over A-trials."""
    means = []
    for count in (0, 13, 41, 112, 230):
        lead = f"{count}x1," if count else ""
        means.append(-output(f"20x0,{lead}30x-1")[20 + count :][:20].mean())
    assert all(before > after for before, after in pairwise(means))


def test_a_context_is_made_only_when_needed() -> None:
    found = infer(CONTEXT.complete({}), Schedule.parse("50x0,125x1,15x-1,50x0,50x1").perturbation.tolist())
    assert [found.contexts[at] for at in (40, 60, 185, 289)] == [1, 2, 3, 3]
    assert max(found.predicted[-1]) == found.predicted[-1][1]


def test_a_clamp_is_no_perturbation_of_zero() -> None:
    """The wrong variant: zeros in place of the clamp wash the memory out."""
    clamped, zeroed = output(DEMO), output("50x0,125x1,15x-1,150x0")
    assert clamped[-1] > 0.4
    assert abs(zeroed[-1]) < 0.05


def test_output_comes_before_the_update() -> None:
    found = output("50x0,5x1")
    assert abs(found[50]) < 0.01
    assert found[51] > 0.05


@settings(max_examples=40)
@given(share=st.floats(0, 1), seen=st.floats(-2, 2), x=st.floats(-1, 1), spread=st.floats(0.01, 0.5))
def test_a_shared_update_has_the_moments_of_the_mixture(
    share: float, seen: float, x: float, spread: float
) -> None:
    """Against the mixture of the updated and the untouched normal, worked out directly."""
    noise = 0.1
    belief = Context(x=x, b=0.1, var_x=spread, cov=0.3 * spread, var_b=0.5 * spread)
    prior_mean = np.array([x, 0.1])
    prior = np.array([[spread, 0.3 * spread], [0.3 * spread, 0.5 * spread]])
    gain = prior[:, 0] / (spread + noise)
    after_mean = prior_mean + gain * (seen - x)
    after = prior - np.outer(gain, prior[0])
    mean = share * after_mean + (1 - share) * prior_mean
    moved = after_mean - prior_mean
    covariance = share * after + (1 - share) * prior + share * (1 - share) * np.outer(moved, moved)
    belief.learn(seen, noise, share)
    assert [belief.x, belief.b] == pytest.approx(mean.tolist(), abs=1e-12)
    found = [belief.var_x, belief.cov, belief.var_b]
    assert found == pytest.approx([covariance[0, 0], covariance[0, 1], covariance[1, 1]], abs=1e-12)


def test_cues_let_opposite_perturbations_be_learnt_at_once() -> None:
    """As after certain and uncertain decisions (Ogasa 2024, experiment 3); without cues they cancel."""
    imposed = [0.0] * 40 + [1.0, -1.0] * 80
    cues = [0, 1] * 100
    params = CONTEXT.complete({"cue_confusion": 0.0})
    cued = np.array(infer(params, imposed, cues).output)[-20:]
    blind = np.array(infer(params, imposed).output)[-20:]
    assert cued[0::2].min() > 0.5
    assert cued[1::2].max() < -0.5
    # Without cues the alternation itself may be learnt; the same values in a random order may not.
    order = np.random.Generator(np.random.PCG64(3)).permutation(160) + 40
    mixed = [*imposed[:40], *(imposed[at] for at in order)]
    blind = np.array(infer(params, mixed).output)[-60:]
    assert np.corrcoef(blind, mixed[-60:])[0, 1] < 0.4


@pytest.mark.science
def test_what_is_learnt_after_certain_decisions_transfers_in_part() -> None:
    certain, uncertain = uncertainty_transfer(CONTEXT.complete({}))
    assert 0.5 * certain < uncertain < 0.9 * certain
    same = uncertainty_transfer(CONTEXT.complete({"cue_confusion": 1.0}))
    assert same[0] == pytest.approx(same[1])


def test_value_cues_number_the_values_and_hold_in_a_clamp() -> None:
    assert value_cues(Schedule.parse("1xclamp,2x0,1x1,2xclamp,1x0")) == [0, 0, 0, 1, 1, 1, 0]


def test_cued_values_are_learnt_faster_the_second_time() -> None:
    text = Schedule.parse("30x0,30x1,30x0,30x1")
    plain, cued = (CONTEXT.simulate(CONTEXT.complete({"cued": each}), text, None) for each in (0.0, 1.0))
    assert cued["output"][90] > plain["output"][90] + 0.03


def test_it_is_fast_enough() -> None:
    began = time.perf_counter()
    output(DEMO)
    assert time.perf_counter() - began < 0.5


@pytest.mark.science
def test_the_fit_finds_the_people_again() -> None:
    rows = {each.parameter: each for each in recover(CONTEXT, 4, seed=1)}
    assert rows["retention"].median_error < 0.05
    assert rows["sigma_process"].median_error < 0.35
    assert rows["stickiness"].median_error < 0.2


def test_the_fit_asks_for_contexts_only_where_there_are_some() -> None:
    assert CONTEXT.fit is not None
    schedule = Schedule.parse("30x0,80x1,15x-1,80xclamp")
    random = np.random.Generator(np.random.PCG64(2))
    whole = CONTEXT.simulate(CONTEXT.complete({}), schedule, random)
    one = CONTEXT.simulate(CONTEXT.complete({"max_contexts": 1.0}), schedule, random)
    many, single = (
        CONTEXT.fit({"perturbation": schedule.perturbation, "output": each["output"]})
        for each in (whole, one)
    )
    assert many.aic_simpler is not None
    assert single.aic_simpler is not None
    assert many.aic < many.aic_simpler - 50
    assert single.aic > single.aic_simpler
    assert "single_context" in single.note


def test_too_little_is_refused_in_words() -> None:
    assert CONTEXT.fit is not None
    empty = np.full(60, math.nan)
    with pytest.raises(LearningError, match="0 trials were measured"):
        CONTEXT.fit({"perturbation": np.zeros(60), "output": empty})


def test_figures_hold_both_models() -> None:
    recovery, uncertainty = (make() for make in CONTEXT.figures)
    assert [each.name for each in recovery.series][1] == "spontaneous, two-rate"
    certain, uncertain = uncertainty.series
    assert all(a >= b - 1e-12 for a, b in zip(certain.y, uncertain.y, strict=True))
