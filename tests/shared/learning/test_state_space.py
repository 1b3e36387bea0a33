"""One and two rates: the published numbers, and that each well-known wrong variant gives others."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.learning._rates import Inputs, one_rate, two_rate
from shared.learning.spec import LearningError, Schedule
from shared.learning.state_space import (
    MODELS,
    asymptote,
    figure_rebound,
    simulate_one_rate,
    simulate_two_rate,
    time_constants,
)

ONE, TWO = MODELS
SMITH = TWO.complete({})
EXACT = 1e-9
REBOUND = "20x0,200x1,17x-1,80xclamp"
Columns = dict[str, np.ndarray]


def run(text: str, **params: float) -> Columns:
    return TWO.simulate(TWO.complete(params), Schedule.parse(text), None)


def wrong(text: str, variant: str) -> np.ndarray:
    """The recursion written out once more, with one mistake."""
    keep, rate = np.array([0.59, 0.992]), np.array([0.21, 0.02])
    if variant == "swapped rates":
        rate = rate[::-1]
    state, outputs = np.zeros(2), []
    for perturbation in Schedule.parse(text).perturbation.tolist():
        clamped = np.isnan(perturbation)
        before = state.sum()
        error = 0.0 if clamped else perturbation - before
        if variant == "clamp as no perturbation" and clamped:
            error = 0.0 - before
        if variant == "e = x + f" and not clamped:
            error = perturbation + before
        state = keep * state + rate * error
        outputs.append(state.sum() if variant == "output after the update" else before)
    return np.array(outputs)


@pytest.mark.science
def test_smiths_learning_curve() -> None:
    """f = 1 from rest: SCIENCE 2.1, to the printed digits."""
    found = run("200x1")
    at = [index - 1 for index in (2, 3, 10, 30, 100, 200)]
    assert found["output"][at] == pytest.approx(
        [0.23, 0.32084, 0.42250895, 0.53602780, 0.70211423, 0.74492777], abs=5e-9
    )
    assert (found["fast"][9], found["slow"][9]) == pytest.approx((0.30478, 0.11772), abs=5e-6)
    assert (found["fast"][199], found["slow"][199]) == pytest.approx((0.13081, 0.61412), abs=5e-6)
    crossed = int(np.argmax(found["slow"] > found["fast"])) + 1
    assert 20 < crossed <= 30
    assert np.argmax(found["fast"]) < 10, "the fast process peaks early, then gives way"


@pytest.mark.science
def test_asymptote_and_time_constants() -> None:
    assert asymptote(SMITH) == pytest.approx(0.750759878, abs=EXACT)
    end = run("5000x1")
    assert (end["fast"][-1], end["slow"][-1]) == pytest.approx((0.127660, 0.623100), abs=5e-7)
    assert end["output"][-1] == pytest.approx(asymptote(SMITH), abs=EXACT)
    assert time_constants(SMITH) == pytest.approx((1.014, 47.14), abs=5e-3)
    assert np.exp(-1 / np.array(time_constants(SMITH))) == pytest.approx([0.372988, 0.979012], abs=5e-7)


def test_time_constants_of_a_learner_that_rings_are_refused() -> None:
    with pytest.raises(LearningError, match="no two time constants"):
        time_constants(TWO.complete({"af": 0.2, "bf": 0.9, "bs": 0.3}))


@pytest.mark.science
def test_reversal_and_spontaneous_recovery() -> None:
    output = run(REBOUND)["output"]
    reversal, clamp = output[220:237], output[237:]
    assert reversal[3] > 0.0 >= reversal[4], "four opposite trials bring the output to zero"
    assert clamp[0] == pytest.approx(-0.20079, abs=5e-6)
    assert (int(np.argmax(clamp)) + 1, clamp.max()) == (10, pytest.approx(0.20448, abs=5e-6))
    assert clamp[79] == pytest.approx(0.11863, abs=5e-6)
    assert (clamp.max() - clamp[0]) / output[219] == pytest.approx(0.544, abs=5e-4)


@pytest.mark.science
def test_one_rate_never_rebounds() -> None:
    output = ONE.simulate(ONE.complete({}), Schedule.parse(REBOUND), None)["output"]
    assert output[237] < 0
    assert np.all(np.diff(np.abs(output[237:])) < 0), "it only decays to zero"
    assert output[237:].max() < 0


@pytest.mark.science
def test_savings_after_a_few_opposite_trials_and_none_after_a_full_washout() -> None:
    naive = run("200x1")["output"]
    assert naive[1:10].mean() == pytest.approx(0.3696, abs=5e-5)
    assert int(np.argmax(naive >= 0.5)) + 1 == 23
    again = run("200x1,4x-1,200x1")["output"][204:]
    assert again[0] == pytest.approx(-0.0125, abs=5e-5)
    assert again[1:10].mean() == pytest.approx(0.6420, abs=5e-5)
    assert int(np.argmax(again >= 0.5)) + 1 == 3
    for trials, extra, tolerance in ((50, 0.122, 5e-4), (200, 0.0051, 5e-5), (800, 1.5e-8, 5e-10)):
        after = run(f"200x1,{trials}x0,200x1")["output"][200 + trials :]
        assert after[1:10].mean() - naive[1:10].mean() == pytest.approx(extra, abs=tolerance)


@pytest.mark.science
def test_anterograde_interference_grows_with_what_came_before() -> None:
    tenth, halves = [], []
    for trials in (0, 5, 13, 41, 112, 230):
        before = f"{trials}x1," if trials else ""
        output = -run(f"{before}200x-1")["output"][trials:]
        tenth.append(output[9])
        halves.append(int(np.argmax(output >= 0.5)) + 1)
    assert tenth == pytest.approx([0.4225, 0.3894, 0.3434, 0.2318, 0.1248, 0.0968], abs=5e-5)
    assert halves == [23, 28, 33, 45, 54, 56]


@pytest.mark.science
def test_retention_in_a_clamp() -> None:
    output = run("200x1,200xclamp")["output"]
    kept = [output[199 + trials] / output[199] for trials in (1, 10, 50, 200)]
    assert kept == pytest.approx([1.0002, 0.7687, 0.5563, 0.1668], abs=5e-5)


@pytest.mark.science
def test_a_gradual_perturbation_leaves_less_than_an_abrupt_one() -> None:
    ramp = Schedule.of(np.r_[np.linspace(0, 1, 200), np.ones(40)])
    gradual, abrupt = simulate_two_rate(SMITH, ramp), run("240x1")
    assert (gradual["output"][-1], gradual["slow"][-1]) == pytest.approx((0.7106, 0.5613), abs=5e-5)
    assert (abrupt["output"][-1], abrupt["slow"][-1]) == pytest.approx((0.7483, 0.6193), abs=5e-5)


@pytest.mark.science
@pytest.mark.parametrize(
    "variant", ["output after the update", "clamp as no perturbation", "swapped rates", "e = x + f"]
)
def test_each_wrong_variant_gives_other_numbers(variant: str) -> None:
    """The variants are off by far more than the tolerance of the tests above, somewhere in the schedule."""
    right, other = run(REBOUND)["output"], wrong(REBOUND, variant)
    assert wrong(REBOUND, "none") == pytest.approx(right, abs=1e-12)
    if variant == "clamp as no perturbation":
        assert other[:238] == pytest.approx(right[:238], abs=1e-12)
        assert abs(other[238:].max() - 0.20448) > 0.01
    else:
        assert abs(other[21:23] - [0.23, 0.32084]).max() > 0.01 or abs(other[237] + 0.20079) > 0.01


@pytest.mark.science
def test_one_rate_is_its_closed_form() -> None:
    output = ONE.simulate(ONE.complete({}), Schedule.parse("2000x1"), None)["output"]
    assert output[9] == pytest.approx(0.56960135, abs=5e-9)
    assert output[-1] == pytest.approx(0.1 / 0.12, abs=EXACT)
    trial = np.arange(2000)
    assert output == pytest.approx(0.1 / 0.12 * (1 - 0.88**trial), abs=1e-14)


rates = st.tuples(st.floats(0, 0.999), st.floats(0, 0.999), st.floats(0, 0.9), st.floats(0, 0.9))
events = st.lists(st.one_of(st.none(), st.floats(-45, 45)), min_size=1, max_size=40)


@given(rates, events)
@settings(max_examples=60, deadline=None)
def test_the_fast_solver_is_the_recursion(
    theta: tuple[float, float, float, float], trials: list[float | None]
) -> None:
    schedule = Schedule.of(np.array([np.nan if each is None else each for each in trials]))
    inputs = Inputs.of(schedule.perturbation, schedule.clamp)
    params = TWO.complete(dict(zip(("af", "as", "bf", "bs"), theta, strict=True)))
    output = simulate_two_rate(params, schedule)["output"]
    scale = 1e-9 * max(1.0, np.abs(output).max())
    assert two_rate(np.array(theta), inputs)[0] == pytest.approx(output, abs=scale)
    single = simulate_one_rate(ONE.complete({"a": theta[1], "b": theta[2]}), schedule)["output"]
    assert one_rate(np.array([theta[1], theta[2]]), inputs)[0] == pytest.approx(single, abs=scale)


@given(rates, events)
@settings(max_examples=40, deadline=None)
def test_scaling_the_perturbation_scales_the_output(
    theta: tuple[float, float, float, float], trials: list[float | None]
) -> None:
    values = np.array([np.nan if each is None else each for each in trials])
    params = TWO.complete(dict(zip(("af", "as", "bf", "bs"), theta, strict=True)))
    once = simulate_two_rate(params, Schedule.of(values))["output"]
    twice = simulate_two_rate(params, Schedule.of(-2 * values))["output"]
    assert twice == pytest.approx(-2 * once, rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("solve", [one_rate, two_rate])
def test_derivatives_are_those_of_the_output(solve: object) -> None:
    schedule = Schedule.parse("5x0,40x1,7x-1,20xclamp,10x1")
    theta = np.array([0.6, 0.99, 0.2, 0.03] if solve is two_rate else [0.95, 0.1])
    measured = np.where(np.arange(82) % 3 == 0, np.nan, 0.4)
    for inputs in (
        Inputs.of(schedule.perturbation, schedule.clamp),
        Inputs.of(schedule.perturbation, schedule.clamp, measured),
    ):
        found = solve(theta, inputs)[1]()  # type: ignore[operator]
        for index, step in enumerate(1e-6 * np.eye(len(theta))):
            up, down = (solve(theta + sign * step, inputs)[0] for sign in (1, -1))  # type: ignore[operator]
            assert found[:, index] == pytest.approx((up - down) / 2e-6, abs=1e-6)


def test_motor_noise_is_learnt_from_and_measurement_noise_is_not() -> None:
    schedule = Schedule.parse("300x0")
    draw = np.random.Generator(np.random.PCG64(5))
    recorded = TWO.simulate(TWO.complete({"measurement_noise": 3.0}), schedule, draw)
    assert np.all(recorded["fast"] == 0.0)
    assert np.std(recorded["output"]) == pytest.approx(3.0, abs=0.4)
    moved = TWO.simulate(TWO.complete({"motor_noise": 3.0}), schedule, draw)
    assert np.corrcoef(moved["output"][:-1], np.diff(moved["fast"]))[0, 1] < -0.5
    assert np.all(TWO.simulate(TWO.complete({"motor_noise": 3.0}), schedule, None)["output"] == 0.0)


def test_the_figure_shows_the_rebound() -> None:
    figure = figure_rebound()
    curves = {each.name: np.array(each.y) for each in figure.series}
    assert set(curves) == {"output", "fast", "slow", "one rate"}
    assert curves["output"][237:].max() == pytest.approx(0.20448, abs=5e-6)
    assert curves["one rate"][237:].max() < 0
    assert "trial" in figure.x and figure.marks[-1] == (238, "clamp")
