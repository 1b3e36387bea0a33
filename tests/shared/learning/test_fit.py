"""The tools of fitting, against what has a known answer: lines, coins, and data that tell nothing."""

from __future__ import annotations

import math

import numpy as np
import pytest

from shared.learning.fit import (
    Solution,
    adaptation,
    columns,
    criteria,
    gaussian_log_likelihood,
    inverse,
    report,
    solve_least_squares,
    solve_likelihood,
    starts_between,
)
from shared.learning.recovery import recover
from shared.learning.spec import Fit, LearningError, Model, Parameter, Recovery, Schedule

LINE = (
    Parameter("slope", 0.0, -5.0, 5.0, "rise a trial"),
    Parameter("offset", 0.0, -20.0, 20.0, "where it begins"),
)
TRIALS = np.arange(60.0)


def fit_line(data: dict[str, np.ndarray]) -> Solution:
    (output,) = columns(data, ("output",), at_least=3)
    return solve_least_squares(
        lambda theta: theta[0] * TRIALS + theta[1] - output, LINE, starts_between(LINE, 3)
    )


def noisy_line(seed: int) -> np.ndarray:
    return 0.3 * TRIALS - 2.0 + np.random.Generator(np.random.PCG64(seed)).normal(0.0, 1.5, 60)


def test_a_line_has_the_errors_of_the_textbook() -> None:
    output = noisy_line(1)
    found = fit_line({"output": output})
    design = np.column_stack([TRIALS, np.ones(60)])
    theta, sse, _, _ = np.linalg.lstsq(design, output, rcond=None)
    covariance = float(sse[0]) / 58 * np.linalg.inv(design.T @ design)
    assert found.theta == pytest.approx(theta, abs=1e-6)
    assert found.covariance == pytest.approx(covariance, rel=1e-4)
    assert found.noise_sd() == pytest.approx(math.sqrt(float(sse[0]) / 58), rel=1e-6)
    assert found.mse == pytest.approx(float(sse[0]) / 60, rel=1e-6)


def test_criteria_are_the_definitions() -> None:
    """AIC = n ln(MSE) + 2k and BIC with k ln(n); for a likelihood -2 ln L in the first place."""
    squares = Solution(np.zeros(2), None, n=100, sse=250.0, log_likelihood=-1.0)
    assert criteria(squares, 3) == pytest.approx(
        (100 * math.log(2.5) + 6, 100 * math.log(2.5) + 3 * math.log(100))
    )
    chance = Solution(np.zeros(2), None, n=100, sse=None, log_likelihood=-70.0)
    assert criteria(chance, 2) == pytest.approx((144.0, 140.0 + 2 * math.log(100)))
    with pytest.raises(LearningError, match="no residuals"):
        chance.noise_sd()
    draws = np.random.Generator(np.random.PCG64(2)).normal(0.0, 2.0, 500)
    sse, sd = float(draws @ draws), float(np.sqrt(np.mean(draws**2)))
    density = -0.5 * (draws / sd) ** 2 - math.log(sd * math.sqrt(2 * math.pi))
    assert gaussian_log_likelihood(sse, 500) == pytest.approx(float(density.sum()))


def test_a_coin_has_its_share_and_its_binomial_error() -> None:
    heads, tails = 30, 70
    share = (Parameter("p", 0.5, 0.001, 0.999, "share of heads"),)
    found = solve_likelihood(
        lambda theta: -heads * math.log(theta[0]) - tails * math.log(1.0 - theta[0]),
        share,
        starts_between(share, 3),
        n=100,
    )
    assert found.theta[0] == pytest.approx(0.3, abs=1e-4)
    assert found.covariance is not None
    assert math.sqrt(found.covariance[0, 0]) == pytest.approx(math.sqrt(0.3 * 0.7 / 100), rel=0.01)


def test_parameters_that_only_show_in_their_sum_cannot_be_told() -> None:
    both = (Parameter("one", 0.5, -5.0, 5.0, "a part"), Parameter("other", 0.2, -5.0, 5.0, "a part"))
    output = noisy_line(3)
    found = solve_least_squares(lambda theta: theta[0] + theta[1] - output, both, starts_between(both, 2))
    told = report("sum", both, found)
    assert not told.identifiable
    assert told.se == {"one": None, "other": None}
    assert told.note == "cannot tell one, other from these data"


def test_a_parameter_on_its_bound_has_no_error() -> None:
    steep = (Parameter("slope", 0.0, -0.1, 0.1, "rise a trial"), LINE[1])
    output = noisy_line(4)
    found = solve_least_squares(
        lambda theta: theta[0] * TRIALS + theta[1] - output, steep, starts_between(steep, 2)
    )
    told = report("line", steep, found)
    assert told.params["slope"] == pytest.approx(0.1, abs=1e-6)
    assert told.se["slope"] is None and not told.identifiable


def test_a_simpler_model_that_does_as_well_is_named() -> None:
    flat = np.random.Generator(np.random.PCG64(5)).normal(3.0, 1.0, 60)
    line = fit_line({"output": flat})
    level = (LINE[1],)
    simple = solve_least_squares(lambda theta: theta[0] - flat, level, starts_between(level, 2))
    told = report("line", LINE, line, simpler=("level", simple, 1), extra={"noise": line.noise_sd()})
    assert told.simpler == "level" and not told.identifiable
    assert "the simpler model level explains these data as well" in told.note
    assert told.extra["noise"] == pytest.approx(1.0, abs=0.3)


def test_information_that_cannot_be_inverted_is_none() -> None:
    assert inverse(np.array([[1.0, 1.0], [1.0, 1.0]]), 1.0) is None
    assert inverse(np.array([[1.0, 0.0], [0.0, 0.0]]), 1.0) is None
    assert inverse(np.array([[np.nan, 0.0], [0.0, 1.0]]), 1.0) is None
    scaled = inverse(np.diag([1e-8, 1e8]), 2.0)
    assert scaled == pytest.approx(np.diag([2e8, 2e-8]))


def test_starts_are_inside_their_bounds_and_the_same_each_time() -> None:
    once, again = starts_between(LINE, 6, seed=3), starts_between(LINE, 6, seed=3)
    assert len(once) == 6 and np.array_equal(once, again)
    assert all(-5 <= each[0] <= 5 and -20 <= each[1] <= 20 for each in once)


def test_data_are_checked() -> None:
    good = {"perturbation": np.ones(12), "output": np.zeros(12), "clamp": np.zeros(12)}
    assert adaptation(good, at_least=10)[2].dtype == bool
    for change, words in (
        ({"output": np.zeros(11)}, "different lengths"),
        ({"output": np.full(12, np.inf)}, "infinity"),
        ({"clamp": np.full(12, 2.0)}, "other than 0 and 1"),
        ({"perturbation": np.full(12, np.nan)}, "no perturbation"),
    ):
        with pytest.raises(LearningError, match=words):
            adaptation({**good, **change}, at_least=10)
    with pytest.raises(LearningError, match="12 trials, and at least 20"):
        adaptation(good, at_least=20)
    with pytest.raises(LearningError, match="usable trials cannot give 2"):
        solve_least_squares(lambda theta: theta, LINE, starts_between(LINE, 2))
    with pytest.raises(LearningError, match="cannot be evaluated"):
        solve_least_squares(lambda theta: np.full(9, np.nan), LINE, starts_between(LINE, 2))


def line_model() -> Model:
    def simulate(
        params: dict[str, float], schedule: Schedule, random: np.random.Generator | None
    ) -> dict[str, np.ndarray]:
        assert random is not None
        return {"output": params["slope"] * TRIALS + params["offset"] + random.normal(0.0, 1.5, 60)}

    def fit(data: dict[str, np.ndarray]) -> Fit:
        return report("line", LINE, fit_line(data))

    return Model(
        id="line",
        name="line",
        equation="y = slope n + offset",
        source="none",
        verified="none",
        schedule="none",
        parameters=LINE,
        simulate=simulate,  # type: ignore[arg-type]
        fit=fit,  # type: ignore[arg-type]
        recovery=Recovery(
            lambda: Schedule.parse("60x0"),
            lambda random: {"slope": float(random.uniform(0.5, 1.0)), "offset": 4.0},
        ),
    )


def test_recovery_of_a_line_is_unbiased_with_honest_intervals() -> None:
    rows = {each.parameter: each for each in recover(line_model(), 100, seed=1)}
    assert set(rows) == {"slope", "offset"}
    for each in rows.values():
        assert each.people == each.with_interval == 100
        assert each.coverage_90 is not None and 0.83 <= each.coverage_90 <= 0.97
    assert abs(rows["slope"].bias) < 0.005
    assert rows["slope"].median_error < 0.03
    assert recover(line_model(), 5, seed=2) == recover(line_model(), 5, seed=2)
    without = Model(**{**{name: getattr(line_model(), name) for name in Model.__slots__}, "recovery": None})
    with pytest.raises(LearningError, match="declares no parameter recovery"):
        recover(without, 5)
