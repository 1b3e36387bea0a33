"""Stopping: the race, its closed form, its inhibition function, and failures to launch."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.optimize import minimize
from scipy.stats import exponnorm, norm

from shared.learning.decision import (
    STOPPING,
    TrackingStaircase,
    ex_gaussian_cdf,
    ex_gaussian_log_pdf,
    log_likelihood,
    race,
    response_given_stop,
    simulate_tracking,
)
from shared.learning.recovery import recover
from shared.learning.spec import LearningError, Schedule


def generator(seed: int) -> np.random.Generator:
    return np.random.Generator(np.random.PCG64(seed))


@settings(max_examples=40)
@given(mu=st.floats(0.2, 1), sigma=st.floats(0.01, 0.3), tau=st.floats(0.02, 0.5))
def test_the_ex_gaussian_is_the_reference_one(mu: float, sigma: float, tau: float) -> None:
    x = np.linspace(mu - 3 * sigma, mu + 3 * sigma + 6 * tau, 23)
    same = exponnorm(tau / sigma, loc=mu, scale=sigma)
    assert ex_gaussian_log_pdf(x, mu, sigma, tau) == pytest.approx(same.logpdf(x), abs=1e-7)
    assert ex_gaussian_cdf(x, mu, sigma, tau) == pytest.approx(same.cdf(x), abs=1e-9)


def test_the_inhibition_function_is_the_integral_of_the_race() -> None:
    params = STOPPING.complete({"trigger_failure": 0.15, "go_failure": 0.03})
    go = exponnorm(params["tau"] / params["sigma"], loc=params["mu"], scale=params["sigma"])
    stop = norm(params["ssrt"], params["ssrt_sd"])
    for delay in (0.05, 0.2, 0.35):

        def go_first(time: float, delay: float = delay) -> float:
            return float(go.pdf(time) * stop.sf(time - delay))

        wins = quad(go_first, 0.0, 3.0, epsabs=1e-10, limit=200)[0]
        expected = 0.97 * (0.15 + 0.85 * wins)
        found = response_given_stop(params, np.array([delay]))[0]
        assert found == pytest.approx(expected, abs=1e-6)
        # The wrong variant: a stop process without spread.
        certain = 0.97 * (0.15 + 0.85 * go.cdf(delay + params["ssrt"]))
        assert abs(certain - found) > 1e-4


def test_the_simulated_race_gives_the_inhibition_function() -> None:
    params = STOPPING.complete({"trigger_failure": 0.1})
    for delay in (0.1, 0.25, 0.4):
        came = np.isfinite(race(params, np.full(40_000, delay), generator(2)))
        expected = response_given_stop(params, np.array([delay]))[0]
        assert came.mean() == pytest.approx(expected, abs=0.008)


@settings(max_examples=40)
@given(ssrt=st.floats(0.1, 0.5), trigger=st.floats(0, 0.6))
def test_responding_rises_with_the_delay(ssrt: float, trigger: float) -> None:
    params = STOPPING.complete({"ssrt": ssrt, "trigger_failure": trigger})
    curve = response_given_stop(params, np.linspace(0, 1.5, 40))
    assert (np.diff(curve) >= -1e-12).all()
    assert curve[0] >= (1 - params["go_failure"]) * trigger - 1e-12
    assert curve[-1] <= 1 - params["go_failure"] + 1e-12


def test_a_failed_stop_is_faster_than_a_go() -> None:
    """The fast part of the go times escapes; with trigger failures alone it would not be faster."""
    params = STOPPING.complete({"trigger_failure": 0.0})
    failed = race(params, np.full(20_000, 0.2), generator(1))
    go = race(params, np.full(20_000, math.nan), generator(2))
    assert np.nanmean(failed) < np.nanmean(go) - 0.03
    untried = race({**params, "trigger_failure": 0.7, "ssrt": 0.05}, np.full(20_000, 0.0), generator(3))
    assert np.nanmean(untried) == pytest.approx(np.nanmean(go), abs=0.01)


def test_the_staircase_settles_where_half_are_stopped() -> None:
    params = STOPPING.complete({"trigger_failure": 0.0, "go_failure": 0.0})
    stops = np.ones(3000, dtype=bool)
    found = simulate_tracking(params, stops, generator(4))
    assert found["responded"][200:].mean() == pytest.approx(0.5, abs=0.02)
    assert response_given_stop(params, found["ssd"][200:]).mean() == pytest.approx(0.5, abs=0.02)
    edge = TrackingStaircase(delay_s=0.0)
    edge.follow(responded=True)
    assert edge.delay_s == 0.0


def fitted_ssrt(found: dict[str, np.ndarray], trigger_failure: float | None) -> float:
    names = ("mu", "sigma", "tau", "go_failure", "ssrt", "ssrt_sd")
    fixed = STOPPING.complete({} if trigger_failure is None else {"trigger_failure": trigger_failure})
    low = [0.1, 0.005, 0.005, 0.0, 0.05, 0.005]
    high = [1.5, 0.4, 0.6, 0.5, 0.8, 0.3]

    def cost(theta: np.ndarray) -> float:
        values = dict(zip(names, theta.tolist(), strict=True))
        return -log_likelihood({**fixed, **values}, found["ssd"], found["rt"])

    best = minimize(
        cost,
        [fixed[name] for name in names],
        method="L-BFGS-B",
        bounds=list(zip(low, high, strict=True)),
    )
    return float(best.x[4])


@pytest.mark.science
def test_ignoring_trigger_failures_makes_stopping_look_slow() -> None:
    """Matzke et al. 2017: ignoring them distorts SSRT; here it is over-estimated by more than 30 ms."""
    truth = STOPPING.complete({"trigger_failure": 0.2})
    aware, ignorant = [], []
    assert STOPPING.fit is not None
    for seed in range(3):
        found = STOPPING.simulate(truth, STOPPING.recovery.schedule(), generator(seed))  # type: ignore[union-attr]
        fit = STOPPING.fit(found)
        assert fit.aic_simpler is not None
        assert fit.aic < fit.aic_simpler
        aware.append(fit.params["ssrt"])
        ignorant.append(fitted_ssrt(found, 0.0))
    assert np.mean(aware) == pytest.approx(0.22, abs=0.02)
    assert np.mean(ignorant) > 0.25


@pytest.mark.science
def test_the_fit_finds_the_people_again() -> None:
    rows = {each.parameter: each for each in recover(STOPPING, 5, seed=1)}
    assert rows["ssrt"].median_error < 0.1
    assert abs(rows["ssrt"].bias) < 0.02
    assert rows["mu"].median_error < 0.04
    assert rows["trigger_failure"].median_error < 0.4


def test_nobody_who_always_launches_is_given_trigger_failures() -> None:
    assert STOPPING.fit is not None
    assert STOPPING.recovery is not None
    honest = STOPPING.complete({"trigger_failure": 0.0})
    found = STOPPING.simulate(honest, STOPPING.recovery.schedule(), generator(8))
    fit = STOPPING.fit(found)
    assert fit.params["trigger_failure"] < 0.06
    assert "stopping_without_trigger_failures" in fit.note


def test_what_cannot_be_used_is_refused_in_words() -> None:
    assert STOPPING.fit is not None
    params = STOPPING.complete({})
    with pytest.raises(LearningError, match="needs chance"):
        STOPPING.simulate(params, Schedule.parse("5xclamp"), None)
    with pytest.raises(LearningError, match="delay is negative"):
        STOPPING.simulate(params, Schedule.parse("5x-0.1"), generator(1))
    few = STOPPING.simulate(params, Schedule.parse("200xclamp,20x0.2"), generator(1))
    with pytest.raises(LearningError, match="20 stop trials"):
        STOPPING.fit(few)
    all_stopped = {
        "ssd": np.r_[np.full(99, math.nan), np.zeros(60)],
        "rt": np.r_[np.full(99, 0.5), [math.nan] * 60],
    }
    with pytest.raises(LearningError, match="ended alike"):
        STOPPING.fit(all_stopped)


def test_the_figure_tells_slow_from_not_trying() -> None:
    quick, untried, slow = STOPPING.figures[0]().series
    assert untried.y[0] > 0.15 > quick.y[0]
    assert slow.y[20] > quick.y[20]
