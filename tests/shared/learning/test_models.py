"""What every learning model promises, whichever file it is in."""

from __future__ import annotations

import math
import time

import numpy as np
import pytest

from shared.learning import models
from shared.learning.spec import Fit, LearningError, Model, Schedule

ALL = list(models().values())
FITTED = [each for each in ALL if each.recovery is not None]


def ids(model: Model) -> str:
    return model.id


def random(seed: int) -> np.random.Generator:
    return np.random.Generator(np.random.PCG64(seed))


def test_the_models_of_the_command_line_are_there() -> None:
    assert {"two_rate", "one_rate", "clamp_modulation", "clamp_aim", "competition"} <= set(models())
    assert {"compensation", "voluntary_correction"} <= set(models())


@pytest.mark.parametrize("model", ALL, ids=ids)
def test_a_model_says_what_it_is_and_where_it_is_from(model: Model) -> None:
    assert model.name and model.equation and model.schedule
    assert "(" in model.source or any(char.isdigit() for char in model.source), "a source has a year"
    assert model.verified
    assert model.simpler is None or model.simpler in models() or model.fit is not None
    for each in model.parameters:
        assert each.low <= each.default <= each.high
        assert math.isfinite(each.low) and math.isfinite(each.high)
        assert each.meaning and each.source and each.unit


@pytest.mark.parametrize("model", ALL, ids=ids)
def test_the_same_seed_gives_the_same_trials_and_the_schedule_is_left_alone(model: Model) -> None:
    schedule = Schedule.parse(model.example_schedule)
    before = schedule.perturbation.copy()
    params = model.complete({})
    first, again = (model.simulate(params, schedule, random(4)) for _ in range(2))
    assert np.array_equal(schedule.perturbation, before, equal_nan=True)
    assert "output" in first
    assert set(first) - {"output", "fast", "slow"} <= set(model.extra), "every column is explained"
    for name, values in first.items():
        assert values.shape == (len(schedule),)
        assert np.array_equal(values, again[name], equal_nan=True)
        assert not np.isinf(values).any()


@pytest.mark.parametrize("model", [each for each in ALL if each.random != "needed"], ids=ids)
def test_without_chance_a_model_is_deterministic(model: Model) -> None:
    schedule = Schedule.parse(model.example_schedule)
    params = model.complete({})
    once, again = (model.simulate(params, schedule, None)["output"] for _ in range(2))
    assert np.array_equal(once, again, equal_nan=True)


@pytest.mark.parametrize("model", ALL, ids=ids)
def test_unknown_parameters_and_values_out_of_bounds_are_refused(model: Model) -> None:
    first = model.parameters[0]
    with pytest.raises(LearningError, match=f"{first.name}=.* is not in"):
        model.complete({first.name: first.high + 1.0})
    with pytest.raises(LearningError, match="is not in"):
        model.complete({first.name: math.nan})
    with pytest.raises(LearningError, match="has no parameter nonsense"):
        model.complete({"nonsense": 1.0})


@pytest.mark.parametrize("model", FITTED, ids=ids)
def test_a_fit_is_whole_and_inside_its_bounds(model: Model) -> None:
    assert model.recovery is not None and model.fit is not None
    draw = random(11)
    schedule = model.recovery.schedule()
    person = model.complete(model.recovery.draw(draw))
    simulated = model.simulate(person, schedule, draw)
    data = {"perturbation": schedule.perturbation, "clamp": schedule.clamp * 1.0, **simulated}
    assert set(model.data) <= set(data), "what a fit reads, the simulation writes"
    found = model.fit(data)
    assert isinstance(found, Fit) and found.model == model.id
    assert set(found.params) == set(found.se) <= {each.name for each in model.parameters}
    for each in model.parameters:
        if each.name in found.params:
            assert each.low <= found.params[each.name] <= each.high
            error = found.se[each.name]
            assert error is None or (math.isfinite(error) and error >= 0)
    assert math.isfinite(found.aic) and math.isfinite(found.bic)
    assert (found.simpler is None) == (found.aic_simpler is None) == (found.bic_simpler is None)
    assert found.note and isinstance(found.identifiable, bool)
    assert found.n <= len(schedule)


@pytest.mark.parametrize("model", [each for each in ALL if each.figures], ids=ids)
def test_figures_are_quick_and_whole(model: Model) -> None:
    begins = time.process_time()
    for make in model.figures:
        figure = make()
        assert figure.title and figure.x and figure.y and figure.caption and figure.series
        for each in figure.series:
            assert all(map(math.isfinite, each.x)) and all(map(math.isfinite, each.y))
    assert time.process_time() - begins < 4.0
