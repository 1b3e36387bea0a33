"""Use-dependent bias: the Bayesian form, its tuning, its growth, and its fit."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.learning.recovery import recover
from shared.learning.repetition import (
    USE_DEPENDENT,
    USE_DEPENDENT_PLAIN,
    Prior,
    combine,
    learn,
    practised_prior,
)
from shared.learning.spec import LearningError, Schedule
from shared.units import wrap_deg


def generator(seed: int) -> np.random.Generator:
    return np.random.Generator(np.random.PCG64(seed))


def bias_at(away_deg: float, prior: Prior, *, sigma_s_deg: float = 10.0, uniform: float = 0.1) -> float:
    mean, _ = combine(away_deg, prior, sigma_s_deg=sigma_s_deg, sigma_m_deg=3.0, uniform=uniform)
    return wrap_deg(mean - away_deg)


@settings(max_examples=50)
@given(
    away=st.floats(-170, 170), sigma_s=st.floats(1, 40), sigma_p=st.floats(1, 90), mean=st.floats(-179, 179)
)
def test_without_a_uniform_share_it_is_the_published_equation(
    away: float, sigma_s: float, sigma_p: float, mean: float
) -> None:
    """bias = sigma_s^2 / (sigma_s^2 + sigma_p^2) (mu_p - theta), and what variance it leaves."""
    found, variance = combine(
        mean - away, Prior(mean, sigma_p**2), sigma_s_deg=sigma_s, sigma_m_deg=2.0, uniform=0.0
    )
    weight = sigma_s**2 / (sigma_s**2 + sigma_p**2)
    if away * away / (sigma_s**2 + sigma_p**2) < 700:  # beyond, the normal density is zero to a float
        assert found - (mean - away) == pytest.approx(weight * away, abs=1e-9)
        assert variance == pytest.approx(((1 - weight) * sigma_s) ** 2 + 4.0)
    swapped = sigma_p**2 / (sigma_s**2 + sigma_p**2)
    assert weight == pytest.approx(1 - swapped)


def test_a_swapped_weight_would_shrink_the_bias_with_practice() -> None:
    """The wrong variant: sigma_p^2 on top pulls hard before any practice and not after it."""
    params = USE_DEPENDENT.complete({})
    before, after = practised_prior(params, 2), practised_prior(params, 40)
    wrong = [each.variance / (100.0 + each.variance) for each in (before, after)]
    assert wrong[0] > wrong[1]
    assert abs(bias_at(30.0, before)) < abs(bias_at(30.0, after))


def test_bias_grows_with_repetition() -> None:
    params = USE_DEPENDENT.complete({})
    biases = [-bias_at(30.0, practised_prior(params, count)) for count in (0, 2, 5, 10, 20, 40)]
    assert biases == sorted(biases)
    assert biases[0] < 1.0
    assert biases[-1] > 5.0


def test_bias_grows_as_practice_narrows() -> None:
    params = USE_DEPENDENT.complete({})
    biases = [-bias_at(30.0, practised_prior(params, 60, spread)) for spread in (60.0, 30.0, 15.0, 0.0)]
    assert biases == sorted(biases)


def test_the_prior_comes_to_hold_the_spread_of_what_was_done() -> None:
    random, prior = generator(1), Prior(0.0, 90.0**2)
    seen = []
    for trial in range(4000):
        prior = learn(prior, float(random.normal(25.0, 12.0)), 0.05)
        if trial > 200:
            seen.append(prior)
    assert np.mean([each.mean_deg for each in seen]) == pytest.approx(25.0, abs=0.5)
    # The squared distance is from a mean that follows: 2 / (2 - beta) of the variance.
    assert np.mean([each.variance for each in seen]) == pytest.approx(144.0 * 2 / 1.95, rel=0.05)


def test_bias_is_tuned_only_with_the_uniform_share() -> None:
    prior = practised_prior(USE_DEPENDENT.complete({}), 40)
    pulled = {away: abs(bias_at(float(away), prior)) for away in (10, 30, 60, 120)}
    assert pulled[30] > pulled[10] > pulled[120]
    assert pulled[30] > pulled[60]
    assert pulled[120] < 0.1
    untuned = {away: abs(bias_at(float(away), prior, uniform=0.0)) for away in (30, 60)}
    assert untuned[60] == pytest.approx(2 * untuned[30])


def test_practice_trades_variance_for_bias() -> None:
    """Verstynen & Sabes 2011: less variable where practised, more biased elsewhere."""
    params = USE_DEPENDENT.complete({})

    def variance(repetitions: int) -> float:
        prior = practised_prior(params, repetitions)
        return combine(0.0, prior, sigma_s_deg=10.0, sigma_m_deg=3.0, uniform=0.1)[1]

    assert variance(40) < 0.6 * variance(0)


def test_the_prior_follows_what_was_made_and_not_the_target() -> None:
    """The wrong variant updates with the target: it would leave no trace of the hand's own noise."""
    schedule = Schedule.parse("50x0")
    found = USE_DEPENDENT.simulate(USE_DEPENDENT.complete({}), schedule, generator(3))
    assert np.ptp(found["prior_mean"]) > 0.1
    assert found["prior_mean"][1] == pytest.approx(0.1 * found["output"][0])


def test_free_movements_go_where_practice_points() -> None:
    schedule = Schedule.parse("60x40,5xclamp")
    for model in (USE_DEPENDENT, USE_DEPENDENT_PLAIN):
        found = model.simulate(model.complete({}), schedule, None)
        assert found["output"][-1] == pytest.approx(40.0, abs=0.5)
        assert np.isnan(found["bias"][-1])
    with pytest.raises(LearningError, match="begins without a target"):
        USE_DEPENDENT_PLAIN.simulate(USE_DEPENDENT_PLAIN.complete({}), Schedule.parse("2xclamp"), None)


def test_the_plain_form_is_its_equation() -> None:
    schedule = Schedule.of(np.array([10.0, 10.0, 50.0, -170.0]))
    found = USE_DEPENDENT_PLAIN.simulate({"share": 0.2, "beta": 0.25, "sigma": 1.0}, schedule, None)
    assert found["output"][:3] == pytest.approx([10.0, 10.0, 42.0])
    assert found["practised"][3] == pytest.approx(10.0 + 0.25 * 32.0)
    # 18 deg lies nearer to -170 deg the other way round: -172 deg, and not +188.
    assert found["output"][3] == pytest.approx(wrap_deg(-170.0 + 0.2 * -172.0))


@pytest.mark.science
@pytest.mark.parametrize("model", [USE_DEPENDENT, USE_DEPENDENT_PLAIN], ids=lambda model: model.id)
def test_the_fit_finds_the_people_again(model) -> None:  # type: ignore[no-untyped-def]
    rows = {each.parameter: each for each in recover(model, 6, seed=2)}
    assert rows["beta"].median_error < (0.35 if model is USE_DEPENDENT else 0.6)
    for name in ("sigma_s", "share"):
        if name in rows:
            assert rows[name].median_error < 0.15


def test_people_without_bias_are_told_so() -> None:
    assert USE_DEPENDENT_PLAIN.fit is not None
    assert USE_DEPENDENT_PLAIN.recovery is not None
    schedule = USE_DEPENDENT_PLAIN.recovery.schedule()
    still = schedule.perturbation + generator(5).normal(0, 4, len(schedule))
    fit = USE_DEPENDENT_PLAIN.fit({"perturbation": schedule.perturbation, "output": still})
    assert not fit.identifiable
    assert "no_bias" in fit.note
    exact = -0.5 * len(schedule) * (math.log(2 * math.pi * np.mean((still - schedule.perturbation) ** 2)) + 1)
    assert fit.aic_simpler == pytest.approx(2 - 2 * exact, abs=0.01)


def test_the_figure_shows_growth_and_tuning() -> None:
    curves = {each.name: np.abs(np.asarray(each.y)) for each in USE_DEPENDENT.figures[0]().series}
    assert curves["40 repetitions"].max() > curves["8 repetitions"].max()
    assert curves["40 repetitions"][0] < 0.1
    grown, fixed = (each.y for each in USE_DEPENDENT_PLAIN.figures[0]().series)
    assert list(grown) == sorted(grown)
    assert fixed[1:] == pytest.approx([3.0] * 60)
