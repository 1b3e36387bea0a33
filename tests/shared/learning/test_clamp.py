"""Error-clamp models against the authors' data: both AICs, the recovery, and what wrong readings give."""

from __future__ import annotations

import csv
import math
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from shared.learning.clamp import (
    AIM,
    AIM_PARAMETERS,
    INVARIANT,
    MODULATION,
    MODULATION_PARAMETERS,
    Processes,
    _aim,
    _modulation,
    figure_switch,
    predict,
)
from shared.learning.recovery import recover
from shared.learning.spec import LearningError, Model, Parameter, Schedule

DATA = Path(__file__).parents[2] / "data" / "kim2019_target_switch_clamp.csv"
HIT = {"s2b": np.r_[np.zeros(120), np.ones(80)], "b2s": np.r_[np.ones(120), np.zeros(80)]}


@cache
def angles() -> dict[str, np.ndarray]:
    """Group means, shape (220,), of the hand angle by cycle, no baseline subtracted."""
    by_cycle: dict[str, list[list[float]]] = {name: [[] for _ in range(220)] for name in HIT}
    with DATA.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            by_cycle[row["group"]][int(row["cycle"]) - 1].append(float(row["hand_angle_deg"]))
    return {name: np.array([np.mean(each) for each in cycles]) for name, cycles in by_cycle.items()}


def both(first: int = 10, last: int = 210) -> dict[str, np.ndarray]:
    """Cycles 11 to 210 of both groups, one after the other."""
    output = np.concatenate([angles()[name][first:last] for name in HIT])
    return {
        "perturbation": np.concatenate(list(HIT.values())),
        "output": output,
        "clamp": np.zeros(len(output)),
        "group": np.repeat([0.0, 1.0], last - first),
    }


def aic(
    processes: Processes, parameters: tuple[Parameter, ...], data: dict[str, np.ndarray]
) -> tuple[float, float]:
    theta = np.array([each.default for each in parameters])
    fresh = np.r_[True, np.diff(data["group"]) != 0]
    residuals = predict(processes, theta, Schedule.of(data["perturbation"]), fresh) - data["output"]
    sse = float(residuals @ residuals)
    return sse, len(residuals) * math.log(sse / len(residuals)) + 8


@pytest.mark.science
@pytest.mark.parametrize(
    ("processes", "parameters", "expected"),
    [(_modulation, MODULATION_PARAMETERS, 269.137770), (_aim, AIM_PARAMETERS, 155.738605)],
    ids=["modulation", "aim"],
)
def test_the_authors_values_give_the_published_criterion(
    processes: Processes, parameters: tuple[Parameter, ...], expected: float
) -> None:
    sse, found = aic(processes, parameters, both())
    assert found == pytest.approx(expected, abs=1e-6)
    if processes is _modulation:
        assert sse == pytest.approx(768.3989, abs=5e-5)


@pytest.mark.science
@pytest.mark.parametrize(
    ("model", "expected"), [(MODULATION, 269.137770), (AIM, 155.738605)], ids=["modulation", "aim"]
)
def test_our_own_fit_is_no_worse_and_finds_the_authors_values(model: Model, expected: float) -> None:
    assert model.fit is not None
    found = model.fit(both())
    assert found.n == 400
    assert found.aic <= expected + 1e-6
    assert found.params == pytest.approx({each: model.complete({})[each] for each in found.params}, abs=1e-4)
    assert found.identifiable
    assert found.aic_simpler is not None and found.aic < found.aic_simpler - 500


@pytest.mark.science
@pytest.mark.parametrize(
    "mistake", ["hit and miss exchanged", "baseline subtracted", "starts at cycle 10", "groups run on"]
)
def test_each_wrong_reading_of_the_data_gives_another_criterion(mistake: str) -> None:
    data = both()
    if mistake == "hit and miss exchanged":
        data["perturbation"] = 1.0 - data["perturbation"]
    elif mistake == "baseline subtracted":
        shift = [float(np.mean(angles()[name][5:10])) for name in HIT]
        data["output"] = data["output"] - np.repeat(shift, 200)
    elif mistake == "starts at cycle 10":
        data["output"] = both(9, 209)["output"]
    else:
        data["group"] = np.zeros(400)
    for processes, parameters, right in (
        (_modulation, MODULATION_PARAMETERS, 269.137770),
        (_aim, AIM_PARAMETERS, 155.738605),
    ):
        assert abs(aic(processes, parameters, data)[1] - right) > 1.0


@pytest.mark.science
def test_a_miss_adapts_further_than_a_hit_in_data_and_models() -> None:
    """Data at the end of block 1: about 23.4 and 13 degrees (SCIENCE 2.4), mean of the last ten cycles."""
    ends = {name: angles()[name][120:130].mean() for name in HIT}
    assert ends["s2b"] == pytest.approx(23.4, abs=1.0)
    assert ends["b2s"] == pytest.approx(13.0, abs=1.0)
    for model in (MODULATION, AIM):
        miss, hit = (
            model.simulate(model.complete({}), Schedule.parse(text), None)["output"]
            for text in ("120x0,80x1", "120x1,80x0")
        )
        assert np.all(miss[1:120] > hit[1:120])
        assert miss[119] == pytest.approx(ends["s2b"], abs=2.0)
        assert hit[119] == pytest.approx(ends["b2s"], abs=2.5)
        assert miss[-1] < miss[119] and hit[-1] > hit[119], "the switch brings them together"


def test_the_blind_model_does_not_tell_hit_from_miss() -> None:
    miss, hit = (
        INVARIANT.simulate(INVARIANT.complete({}), Schedule.parse(text), None)["output"]
        for text in ("50x0", "50x1")
    )
    assert np.array_equal(miss, hit)


@pytest.mark.parametrize("model", [MODULATION, AIM], ids=["modulation", "aim"])
def test_without_feedback_the_state_only_fades(model: Model) -> None:
    found = model.simulate(model.complete({}), Schedule.parse("60x0,60xclamp"), None)["output"]
    assert found[0] == 0.0
    assert np.all(np.diff(found[:61]) > 0)
    assert np.all(np.diff(found[61:]) < 0) and found[-1] > 0


@pytest.mark.science
@pytest.mark.parametrize("model", [MODULATION, AIM, INVARIANT], ids=["modulation", "aim", "invariant"])
def test_recovery_over_simulated_people(model: Model) -> None:
    """Fifteen people here; over 50 the pooled coverage of 90 % intervals was 0.90 for each model."""
    rows = recover(model, 15, seed=1)
    assert all(each.median_error <= 0.15 for each in rows)
    assert np.mean([each.coverage_90 for each in rows]) >= 0.8  # type: ignore[type-var]


def test_what_cannot_be_used_is_refused() -> None:
    with pytest.raises(LearningError, match=r"1 \(the clamped cursor hits\) or 0"):
        MODULATION.simulate(MODULATION.complete({}), Schedule.parse("10x30"), None)
    assert MODULATION.fit is not None
    data = {"perturbation": np.zeros(20), "output": np.full(20, np.nan), "clamp": np.zeros(20)}
    with pytest.raises(LearningError, match="no trial has an output"):
        MODULATION.fit(data)
    with pytest.raises(LearningError, match="neither hit"):
        MODULATION.fit({**data, "perturbation": np.full(20, np.nan)})


def test_the_figure_has_both_groups_and_both_models() -> None:
    figure = figure_switch()
    assert len(figure.series) == 4
    assert all(len(each.x) == 200 for each in figure.series)
