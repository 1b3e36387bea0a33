"""Strategy and implicit adaptation: competition, independence, and compensation of an erratic aim."""

from __future__ import annotations

import numpy as np
import pytest

from shared.learning._implicit import proportion, regress
from shared.learning.recovery import recover
from shared.learning.spec import LearningError, Model, Schedule
from shared.learning.strategy import (
    COMPENSATION,
    COMPETITION,
    INDEPENDENCE,
    MODELS,
    figure_compensation,
    figure_competition,
    fit_compensation,
    fit_competition,
    people,
    steady_state,
)

ROTATION_DEG = 30.0


def random(seed: int) -> np.random.Generator:
    return np.random.Generator(np.random.PCG64(seed))


def data(
    model: Model, text: str, params: dict[str, float], draw: np.random.Generator | None
) -> dict[str, np.ndarray]:
    schedule = Schedule.parse(text)
    found = model.simulate(model.complete(params), schedule, draw)
    return {"perturbation": schedule.perturbation, "clamp": schedule.clamp * 1.0, **found}


def ids(model: Model) -> str:
    return model.id


@pytest.mark.science
@pytest.mark.parametrize("share", [0.0, 0.6, 1.0])
def test_the_steady_state_is_the_competition_equation(share: float) -> None:
    """x_i = b_i / (1 - a_i + b_i) (r - c x_e), with what strategy the model itself ends at."""
    params = COMPENSATION.complete({"c": share})
    found = COMPENSATION.simulate(params, Schedule.parse("3000x30"), None)
    expected = steady_state(params, ROTATION_DEG, found["explicit"][-1], share)
    assert found["implicit"][-1] == pytest.approx(expected, abs=1e-9)
    assert proportion(params) == pytest.approx(0.05 / 0.07)
    without_forgetting = ROTATION_DEG - share * found["explicit"][-1]
    assert abs(found["implicit"][-1] - without_forgetting) > 2.0, "forgetting leaves a residual"


def test_the_ends_of_compensation_are_competition_and_independence() -> None:
    given = {"strategy_noise": 4.0, "lapse": 0.1, "motor_noise": 2.0}
    for model, share in ((COMPETITION, 1.0), (INDEPENDENCE, 0.0)):
        end = data(COMPENSATION, "80x30,20xclamp", {**given, "c": share}, random(1))
        one = data(model, "80x30,20xclamp", given, random(1))
        assert np.array_equal(end["output"], one["output"])


@pytest.mark.science
def test_over_people_implicit_falls_with_explicit_only_under_competition() -> None:
    """Slope -p_i and intercept p_i r within .05 and 1 deg; independence: slope 0 within three errors."""
    share = proportion(COMPETITION.complete({}))
    slope, intercept, error = regress(*people(COMPETITION, 50, seed=3, rotation_deg=ROTATION_DEG))
    assert slope == pytest.approx(-share, abs=0.05)
    assert intercept == pytest.approx(share * ROTATION_DEG, abs=1.0)
    assert slope < -20 * error
    slope, intercept, error = regress(*people(INDEPENDENCE, 50, seed=3, rotation_deg=ROTATION_DEG))
    assert abs(slope) < 3 * error and abs(slope) < 0.1
    assert intercept == pytest.approx(share * ROTATION_DEG, abs=1.0)


@pytest.mark.science
def test_a_bigger_strategy_starves_the_implicit_process() -> None:
    weak, strong = (data(COMPETITION, "300x30", {"b_e": rate}, None)["implicit"][-1] for rate in (0.02, 0.3))
    assert strong < weak - 3
    weak, strong = (data(INDEPENDENCE, "300x30", {"b_e": rate}, None)["implicit"][-1] for rate in (0.02, 0.3))
    assert strong == pytest.approx(weak, abs=1e-9)


@pytest.mark.science
def test_the_implicit_process_answers_an_erratic_aim_one_trial_later() -> None:
    """No perturbation (an undriven dimension): it cancels the aim; the aim does not cancel it."""
    found = data(COMPENSATION, "2000x0", {"b_i": 0.3, "strategy_noise": 6.0}, random(4))
    implicit, explicit = found["implicit"], found["explicit"]
    assert np.corrcoef(np.diff(implicit), explicit[:-1])[0, 1] < -0.8
    follows = np.corrcoef(implicit[1:], explicit[:-1])[0, 1]
    leads = np.corrcoef(implicit[:-1], explicit[1:])[0, 1]
    assert follows < -0.5 and abs(leads) < 0.2
    apart = data(COMPENSATION, "2000x0", {"b_i": 0.3, "strategy_noise": 6.0, "c": 0.0}, random(4))
    assert np.all(apart["implicit"] == 0.0), "independent of the aim, nothing is there to be learnt"


def test_lapses_and_clamps_are_trials_without_a_strategy() -> None:
    found = data(COMPETITION, "400x30,50xclamp", {"b_e": 0.3, "lapse": 0.2}, random(5))
    forgotten = found["explicit"][50:400] == 0.0
    assert 0.13 < forgotten.mean() < 0.27
    assert np.all(found["explicit"][400:] == 0.0)
    assert np.all(np.diff(found["implicit"][401:]) < 0)


@pytest.mark.science
@pytest.mark.parametrize("model", MODELS, ids=ids)
def test_a_truth_without_noise_is_found(model: Model) -> None:
    """A lapse or two makes the strategy's part distinct even without noise."""
    truth = {"a_i": 0.97, "b_i": 0.08} | ({"c": 0.7} if model is COMPENSATION else {})
    given = data(model, "20x0,100x30,30xclamp,60x-15", {**truth, "b_e": 0.2}, None)
    assert model.fit is not None
    assert model.fit(given).params == pytest.approx(truth, abs=1e-8)


@pytest.mark.science
def test_the_right_model_is_chosen() -> None:
    """Twenty people each: competition against independence by AIC, and c near its end."""
    draw = random(7)
    assert COMPETITION.recovery is not None
    for model, share in ((COMPETITION, 1.0), (INDEPENDENCE, 0.0)):
        chosen, shares = [], []
        for _ in range(20):
            person = COMPETITION.recovery.draw(draw)
            given = data(model, "20x0,100x30,20xclamp,60x15,20x0,60x-20,20xclamp", person, draw)
            found = fit_competition(given)
            assert found.aic_simpler is not None
            chosen.append(found.aic < found.aic_simpler)
            shares.append(fit_compensation(given).params["c"])
        assert np.mean(chosen) >= 0.95 if model is COMPETITION else np.mean(chosen) <= 0.05
        assert np.mean(shares) == pytest.approx(share, abs=0.1)


@pytest.mark.science
@pytest.mark.parametrize("model", MODELS, ids=ids)
def test_recovery_over_simulated_people(model: Model) -> None:
    """Pooled coverage over 50 people: compensation .95, competition .93, independence .90."""
    rows = recover(model, 50)
    assert all(each.median_error <= 0.15 for each in rows)
    assert 0.85 <= np.mean([each.coverage_90 for each in rows]) <= 0.96  # type: ignore[type-var]


def test_an_aim_that_is_not_reported_is_the_last_one() -> None:
    given = data(COMPETITION, "20x0,100x30,30xclamp", {"a_i": 0.97, "b_i": 0.08, "b_e": 0.2}, None)
    held = given["explicit"].copy()
    held[1:20] = np.nan
    assert fit_competition({**given, "explicit": held}).params == pytest.approx(
        {"a_i": 0.97, "b_i": 0.08}, abs=1e-8
    )
    with pytest.raises(LearningError, match="explicit holds no aim"):
        fit_competition({**given, "explicit": np.full(150, np.nan)})
    with pytest.raises(LearningError, match="column explicit is missing"):
        fit_competition({name: given[name] for name in ("perturbation", "output", "clamp")})


def test_a_line_needs_people_who_differ() -> None:
    with pytest.raises(LearningError, match="at least three"):
        regress(np.ones(2), np.ones(2))
    with pytest.raises(LearningError, match="same strategy"):
        regress(np.arange(5.0), np.full(5, 7.0))


def test_the_figures_hold_what_they_say() -> None:
    figure = figure_competition()
    lines = {each.name: each for each in figure.series if each.kind == "line"}
    falls = lines["competition: line"].y
    assert falls[1] < falls[0] - 5
    assert {each.name for each in figure_compensation().series} == {"explicit", "implicit", "output"}
