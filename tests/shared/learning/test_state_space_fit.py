"""Fitting one and two rates: exact truths, published recovery figures, and an honest 'cannot tell'."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from shared.learning._rates import Inputs, Outputs, two_rate
from shared.learning._rates_fit import ONE_RATE, TWO_RATE, least_squares
from shared.learning.recovery import recover
from shared.learning.spec import Fit, LearningError, Schedule
from shared.learning.state_space import ASSESSMENT, MODELS, fit_one_rate, fit_two_rate, subtract_baseline

ONE, TWO = MODELS
NAMES = ("af", "as", "bf", "bs")
TRUTH = {"af": 0.65, "as": 0.995, "bf": 0.25, "bs": 0.05}
LONG = "20x0,200x30,17x-30,80xclamp"
PEOPLE = 50


def data(
    schedule: Schedule, params: dict[str, float], random: np.random.Generator | None = None
) -> dict[str, np.ndarray]:
    output = TWO.simulate(TWO.complete(params), schedule, random)["output"]
    return {
        "perturbation": schedule.perturbation,
        "clamp": schedule.clamp.astype(float),
        "output": output,
    }


def ordinary_session() -> Schedule:
    """Eight probes without feedback, forty trials of a ramp to 20 degrees, eight probes."""
    ramp = np.minimum(20.0, 0.5 * np.arange(1, 41))
    return Schedule.of(np.r_[np.full(8, np.nan), ramp, np.full(8, np.nan)])


def random(seed: int) -> np.random.Generator:
    return np.random.Generator(np.random.PCG64(seed))


@pytest.mark.science
@pytest.mark.parametrize("truth", [TRUTH, {"af": 0.59, "as": 0.992, "bf": 0.21, "bs": 0.02}])
def test_a_truth_without_noise_is_found_exactly(truth: dict[str, float]) -> None:
    found = fit_two_rate(data(Schedule.parse(LONG), truth))
    assert found.params == pytest.approx(truth, abs=1e-9)
    assert found.identifiable
    assert found.extra["error_from_output"] == 0.0
    assert found.aic < (found.aic_simpler or -np.inf)


@pytest.mark.science
def test_recovery_under_noise_of_two_degrees() -> None:
    """SCIENCE 2.3: means (.648, .99495, .2499, .0500), SD (.032, .0006, .020, .0017); schedule ours.

    Tolerances: the mean within three standard errors of the truth, the SD within half to one and a half.
    """
    draw, schedule = random(1), Schedule.parse(LONG)
    fits = [fit_two_rate(data(schedule, {**TRUTH, "measurement_noise": 2.0}, draw)) for _ in range(100)]
    found = np.array([[each.params[name] for name in NAMES] for each in fits])
    truth = np.array([TRUTH[name] for name in NAMES])
    spread = np.array([0.032, 0.0006, 0.020, 0.0017])
    assert np.all(np.abs(found.mean(axis=0) - truth) < 0.3 * spread)
    assert np.all(found.std(axis=0) < 1.5 * spread)
    assert np.all(found.std(axis=0) > 0.5 * spread)


@pytest.mark.science
def test_a_simplex_from_a_coarse_grid_falls_short_where_least_squares_does_not() -> None:
    """The trap of SCIENCE 2.3: it stops with the fast rate too low and its retention too high.

    The start is one of the six best of the grid of 6^4 middles.
    """
    from scipy.optimize import minimize

    schedule = Schedule.parse(LONG)
    observed = data(schedule, TRUTH)["output"]
    inputs = Inputs.of(schedule.perturbation, schedule.clamp)

    def loss(theta: np.ndarray) -> float:
        return float(np.mean((two_rate(theta, inputs)[0] - observed) ** 2))

    start = (np.array([4, 5, 3, 0]) + 0.5) / 6
    simplex = minimize(loss, start, method="Nelder-Mead")
    assert simplex.success, "it says that it is done"
    assert simplex.x[0] > TRUTH["af"] + 0.03
    assert simplex.x[2] < TRUTH["bf"] - 0.02
    found = least_squares(replace(TWO_RATE, grid=[start]), inputs, observed)
    assert found.theta == pytest.approx(list(TRUTH.values()), abs=1e-9)


def test_missing_trials_are_allowed() -> None:
    schedule = Schedule.parse(LONG)
    given = data(schedule, TRUTH)
    gone = random(3).random(len(schedule)) < 0.3
    found = fit_two_rate({**given, "output": np.where(gone, np.nan, given["output"])})
    assert found.params == pytest.approx(TRUTH, abs=1e-9)
    assert found.n == int((~gone).sum())


@pytest.mark.parametrize("noise", ["motor_noise", "measurement_noise"])
def test_which_errors_the_learner_saw_is_found(noise: str) -> None:
    draw = random(4)
    fits = [
        fit_two_rate(data(Schedule.parse(ASSESSMENT), {**TRUTH, noise: 3.0}, draw)) for _ in range(PEOPLE)
    ]
    seen = np.mean([each.extra["error_from_output"] for each in fits])
    assert seen >= 0.9 if noise == "motor_noise" else seen <= 0.2
    assert np.mean([each.extra["noise_sd_deg"] for each in fits]) == pytest.approx(3.0, abs=0.1)


def test_the_constraints_hold_whatever_the_data() -> None:
    """Noise alone, opposite learning, and a learner with swapped rates: the fit keeps to what is allowed."""
    schedule, draw = Schedule.parse("10x0,60x20,20xclamp"), random(6)
    cases = [draw.normal(0, 5, 90), -data(schedule, TRUTH)["output"], np.cumsum(draw.normal(0, 3, 90))]
    cases.append(data(schedule, {"af": 0.99, "as": 0.6, "bf": 0.02, "bs": 0.3})["output"])
    for output in cases:
        found = fit_two_rate(
            {"perturbation": schedule.perturbation, "clamp": schedule.clamp.astype(float), "output": output}
        )
        af, keep_slow, bf, bs = (found.params[name] for name in NAMES)
        assert 0 <= af <= keep_slow <= 1 and 1 >= bf >= bs >= 0
        assert af * keep_slow - af * bs - bf * keep_slow >= -1e-12
    assert (af, bf) == pytest.approx((0.6, 0.3), abs=1e-6), "fast is the one that forgets"


@pytest.mark.science
def test_the_constraint_turned_about_cannot_fit_the_curve() -> None:
    """The trap of SCIENCE 7: with Bf < Bs, and Af < As, the published learner is not to be had."""

    def exchanged(theta: np.ndarray, inputs: Inputs) -> Outputs:
        output, derivatives = two_rate(theta[[0, 1, 3, 2]], inputs)
        return output, lambda: derivatives()[:, [0, 1, 3, 2]]

    schedule = Schedule.parse(LONG)
    inputs = Inputs.of(schedule.perturbation, schedule.clamp)
    output = data(schedule, TRUTH)["output"]
    right = least_squares(TWO_RATE, inputs, output)
    turned = least_squares(replace(TWO_RATE, solve=exchanged), inputs, output)
    assert right.noise_sd() < 1e-9
    assert turned.noise_sd() > 0.5


@pytest.mark.parametrize("form", [ONE_RATE, TWO_RATE])
def test_coordinates_turn_back(form: object) -> None:
    for theta in form.grid:  # type: ignore[attr-defined]
        free = form.to_free(theta)  # type: ignore[attr-defined]
        again, by_free = form.to_theta(free)  # type: ignore[attr-defined]
        assert again == pytest.approx(theta, abs=1e-12)
        for index, step in enumerate(1e-6 * np.eye(len(free))):
            up, down = (form.to_theta(free + sign * step)[0] for sign in (1, -1))  # type: ignore[attr-defined]
            assert by_free[:, index] == pytest.approx((up - down) / 2e-6, abs=1e-8)


@pytest.mark.science
def test_an_ordinary_session_cannot_tell_and_says_so() -> None:
    draw = random(7)
    fits = [
        fit_two_rate(data(ordinary_session(), {**TRUTH, "motor_noise": 4.0}, draw)) for _ in range(PEOPLE)
    ]
    assert not any(each.identifiable for each in fits)
    assert all("cannot tell" in each.note or "as well" in each.note for each in fits)


@pytest.mark.science
def test_an_assessment_block_tells_with_honest_intervals() -> None:
    """320 trials, noise 2 to 4 degrees: identified; pooled 90 % intervals; median errors below 15 %."""
    assert len(Schedule.parse(ASSESSMENT)) == 320
    rows = {each.parameter: each for each in recover(TWO, PEOPLE)}
    covered = [each.coverage_90 for each in rows.values() if each.coverage_90 is not None]
    assert len(covered) == 4
    assert 0.85 <= np.mean(covered) <= 0.95
    assert all(each.median_error <= 0.15 for each in rows.values())
    assert all(each.with_interval == PEOPLE for each in rows.values())
    draw = random(8)
    told: list[Fit] = []
    for _ in range(PEOPLE):
        assert TWO.recovery is not None
        told.append(fit_two_rate(data(Schedule.parse(ASSESSMENT), TWO.recovery.draw(draw), draw)))
    assert np.mean([each.identifiable for each in told]) >= 0.95


@pytest.mark.science
def test_one_rate_is_recovered() -> None:
    rows = recover(ONE, PEOPLE)
    assert 0.85 <= np.mean([each.coverage_90 for each in rows]) <= 0.97  # type: ignore[type-var]
    assert all(each.median_error <= 0.15 for each in rows)


@pytest.mark.science
def test_two_rates_reproduce_the_rebound_and_one_rate_never_does() -> None:
    """A rotation of 30 degrees with a clamp at its end, noise 2 degrees: the rebound within a degree."""
    schedule, draw = Schedule.parse(LONG), random(9)
    for _ in range(10):
        given = data(schedule, {**TRUTH, "motor_noise": 2.0}, draw)
        clean = data(schedule, TRUTH)["output"]
        rebound = clean[237:].max() - clean[237]
        two, one = fit_two_rate(given), fit_one_rate(given)
        again = TWO.simulate(TWO.complete(two.params), schedule, None)["output"][237:]
        single = ONE.simulate(ONE.complete(one.params), schedule, None)["output"][237:]
        assert again.max() - again[0] == pytest.approx(rebound, abs=1.0)
        assert np.all(np.diff(np.abs(single)) <= 0)
        assert two.aic < one.aic - 10
        assert two.identifiable


def test_one_rate_truth_needs_no_second_rate() -> None:
    schedule, draw = Schedule.parse(LONG), random(10)
    told = []
    for _ in range(20):
        output = ONE.simulate(ONE.complete({"motor_noise": 3.0}), schedule, draw)["output"]
        told.append(
            fit_two_rate(
                {"perturbation": schedule.perturbation, "clamp": schedule.clamp * 1.0, "output": output}
            )
        )
    assert not any(each.identifiable for each in told)


def person_who_saturates(seed: int, bias_deg: float) -> dict[str, np.ndarray]:
    """Two rates, errors above 6 degrees counting as 6, a bias met as error, noise of 2 degrees."""
    draw, schedule = random(seed), Schedule.parse(ASSESSMENT)
    fast = slow = 0.0
    output = np.empty(len(schedule))
    for trial, (perturbation, clamp) in enumerate(zip(schedule.perturbation, schedule.clamp, strict=True)):
        output[trial] = bias_deg + fast + slow + 2.0 * draw.standard_normal()
        error = 0.0 if clamp else float(np.clip(perturbation - output[trial], -6.0, 6.0))
        fast, slow = 0.65 * fast + 0.25 * error, 0.995 * slow + 0.05 * error
    return {"perturbation": schedule.perturbation, "clamp": schedule.clamp * 1.0, "output": output}


@pytest.mark.science
def test_errors_that_saturate_are_noticed_and_a_bias_is_fitted() -> None:
    found = [fit_two_rate(person_who_saturates(seed, bias_deg=4.0), bias=True) for seed in range(30)]
    assert np.mean(["error_limit_deg" in each.extra for each in found]) >= 0.9
    assert np.median([each.extra["bias_deg"] for each in found]) == pytest.approx(4.0, abs=0.4)
    for name, value in TRUTH.items():
        assert np.median([each.params[name] for each in found]) == pytest.approx(value, rel=0.1)
    linear = fit_two_rate(data(Schedule.parse(ASSESSMENT), {**TRUTH, "motor_noise": 2.0}, random(1)))
    assert "error_limit_deg" not in linear.extra


def test_a_bias_without_noise_is_found_exactly() -> None:
    """The learner meets the bias as error, so that subtracting a baseline would not do."""
    schedule = Schedule.parse(LONG)
    shifted = Schedule(schedule.perturbation - 3.0, schedule.clamp)
    given = data(shifted, TRUTH)
    found = fit_two_rate(
        {**given, "perturbation": schedule.perturbation, "output": given["output"] + 3.0}, bias=True
    )
    assert found.params == pytest.approx(TRUTH, abs=1e-8)
    assert found.extra["bias_deg"] == pytest.approx(3.0, abs=1e-8)
    assert found.simpler == "one_rate"


@pytest.mark.science
def test_a_reported_aim_is_taken_off() -> None:
    """Strategy and adaptation share the target error: adaptation meets what the aim leaves of it."""
    schedule = Schedule.parse(LONG)
    aim = np.where(schedule.clamp, 0.0, random(12).uniform(-2.0, 12.0, len(schedule)))
    given = data(Schedule(schedule.perturbation - aim, schedule.clamp), TRUTH)
    whole = {**given, "perturbation": schedule.perturbation, "output": given["output"] + aim}
    found = fit_two_rate({**whole, "explicit": aim})
    assert found.params == pytest.approx(TRUTH, abs=1e-8)
    assert fit_two_rate(whole).params["bf"] != pytest.approx(TRUTH["bf"], abs=0.02)
    with pytest.raises(LearningError, match="explicit holds no aim"):
        fit_two_rate({**whole, "explicit": np.full(len(schedule), np.nan)})


def test_the_baseline_is_the_mean_of_the_last_unperturbed_trials() -> None:
    schedule = Schedule.parse("10x0,30x30")
    given = data(schedule, TRUTH)
    shifted = given["output"] + 4.0
    shifted[:5] = 99.0
    again = subtract_baseline({**given, "output": shifted}, 5)
    assert again["output"][5:] == pytest.approx(given["output"][5:], abs=1e-12)
    with pytest.raises(LearningError, match="no baseline trials"):
        subtract_baseline(data(Schedule.parse("30x30"), TRUTH), 5)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"output": np.full(40, np.nan)}, "0 usable trials"),
        ({"output": np.zeros(39)}, "different lengths"),
        ({"output": np.r_[np.inf, np.zeros(39)]}, "infinity"),
        ({"perturbation": np.full(40, np.nan)}, "no perturbation"),
        ({"perturbation": np.zeros(40)}, "nothing was learnt"),
        ({"clamp": np.full(40, np.nan)}, "clamp"),
        ({"clamp": np.full(40, 0.5)}, "clamp"),
    ],
    ids=["all missing", "lengths", "infinite", "no perturbation", "all zero", "clamp NaN", "clamp half"],
)
def test_data_that_cannot_be_used_are_refused(change: dict[str, np.ndarray], words: str) -> None:
    given = data(Schedule.parse("10x0,30x30"), TRUTH) | change
    with pytest.raises(LearningError, match=words):
        fit_two_rate(given)
    with pytest.raises(LearningError, match="column output is missing"):
        fit_two_rate({"perturbation": np.zeros(20), "clamp": np.zeros(20)})
