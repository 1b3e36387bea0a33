"""Retrieval, reasoning and refinement: each leaves its own trace, and the fit tells them apart."""

from __future__ import annotations

import math
from functools import cache

import numpy as np
import pytest

from shared.learning.reasoning import (
    REASON,
    REASONING,
    REFINE,
    RETRIEVE,
    context_starts,
    log_likelihood,
)
from shared.learning.spec import Fit, LearningError, Schedule

TWICE = Schedule.parse("10x0,30x30,15x0,20x30")


def generator(seed: int) -> np.random.Generator:
    return np.random.Generator(np.random.PCG64(seed))


def people(count: int = 60, schedule: Schedule = TWICE, **values: float) -> dict[str, np.ndarray]:
    params = REASONING.complete(values)
    found = [REASONING.simulate(params, schedule, generator(seed)) for seed in range(count)]
    return {name: np.array([each[name] for each in found]) for name in found[0]}


@pytest.mark.science
def test_a_cue_at_reexposure_brings_retrieval_and_its_absence_does_not() -> None:
    """The first trial of the second meeting: a jump with a cue, none without."""
    cued, uncued = (people(cued=each)["output"] for each in (1.0, 0.0))
    naive = cued[:, 10].mean()
    assert cued[:, 55].mean() - naive > 12
    assert abs(uncued[:, 55].mean() - uncued[:, 54].mean()) < 3
    modes = people(cued=0.0)["mode"]
    assert not (modes == RETRIEVE).any()


def test_without_retrieval_the_second_meeting_begins_like_the_first() -> None:
    found = people(retrieval=0.0)["output"]
    assert abs(found[:, 55].mean() - found[:, 54].mean()) < 3


def test_reasoning_jumps_by_the_error_and_takes_time() -> None:
    found = people(sigma_motor=0.5, sigma_jump=0.5, retrieval=0.0, implicit_rate=0.0)
    who, when = np.nonzero(found["mode"] == REASON)
    assert len(who) > 50
    jumps = found["aim"][who, when] - found["aim"][who, when - 1]
    imposed = TWICE.perturbation[when - 1] - found["output"][who, when - 1]
    assert jumps == pytest.approx(imposed, abs=4)
    slow = found["rt"][who, when].mean() - found["rt"][found["mode"] == REFINE].mean()
    assert slow == pytest.approx(0.4, abs=0.04)


def test_refinement_is_its_fraction() -> None:
    quiet = {"sigma_motor": 0.3, "sigma_aim": 0.05, "reasoning": 0.0, "retrieval": 0.0, "implicit_rate": 0.0}
    aim = people(20, **quiet)["aim"].mean(axis=0)
    expected = 30 * (1 - 0.85 ** np.arange(30))
    assert aim[10:40] == pytest.approx(expected, abs=0.4)


def test_retrieval_rises_with_past_success() -> None:
    """The wrong variant, a fixed probability, would recall after one success as after many."""
    schedule = Schedule.parse("4x0,1x5,4x0,1x5,4x0,1x5,4x0,1x5")
    modes = people(400, schedule, retrieval=1.0, sigma_motor=0.5)["mode"]
    recalled = [(modes[:, at] == RETRIEVE).mean() for at in (9, 14, 19)]
    assert recalled == pytest.approx([1 / 2, 2 / 3, 3 / 4], abs=0.07)


def test_a_context_begins_where_the_imposed_value_changes() -> None:
    given = np.array([math.nan, 0.0, 0.0, 30.0, math.nan, 30.0, 0.0])
    assert context_starts(given).tolist() == [False, True, False, True, False, False, True]


def fitted(seed: int, **values: float) -> Fit:
    assert REASONING.fit is not None
    assert REASONING.recovery is not None
    schedule = REASONING.recovery.schedule()
    found = REASONING.simulate(REASONING.complete(values), schedule, generator(seed))
    return REASONING.fit({"perturbation": schedule.perturbation, **found})


@cache
def whole_person() -> Fit:
    return fitted(1)


@pytest.mark.science
@pytest.mark.parametrize("part", ["retrieval", "reasoning", "refinement"])
def test_people_who_lack_a_part_are_told_from_whole_ones(part: str) -> None:
    lacking, whole = fitted(1, **{part: 0.0}).params, whole_person().params
    truth = REASONING.complete({})
    assert lacking[part] < 0.3 * truth[part]
    for name in ("retrieval", "reasoning", "refinement"):
        assert whole[name] > 0.5 * truth[name]
        if name != part and not (part == "reasoning" and name == "retrieval"):
            assert lacking[name] > 0.5 * truth[name]


def test_somebody_who_only_refines_is_told_so() -> None:
    fit = fitted(2, retrieval=0.0, reasoning=0.0)
    assert not fit.identifiable
    assert "refinement_only" in fit.note
    assert fit.params["refinement"] == pytest.approx(0.15, abs=0.05)


def test_with_one_way_only_the_likelihood_is_the_kalman_filters() -> None:
    """Against the covariance of all hands at once: given the seen errors, refinement is linear."""
    params = REASONING.complete({"retrieval": 0.0, "reasoning": 0.0, "implicit_rate": 0.0})
    random = generator(3)
    count = 15
    imposed, hand = np.full(count, 20.0), random.normal(10, 5, count)
    time = random.normal(0.45, 0.1, count)
    # Given the errors that were seen, the aim is a known sum plus a random walk.
    known = np.concatenate(([0.0], np.cumsum(0.15 * (imposed - hand))[:-1]))
    lags = np.minimum.outer(np.arange(1, count + 1), np.arange(1, count + 1))
    covariance = 0.25 * lags + 9.0 * np.eye(count)
    away = hand - known
    exact = -0.5 * (
        count * math.log(2 * math.pi)
        + np.linalg.slogdet(covariance)[1]
        + away @ np.linalg.solve(covariance, away)
    )
    exact += float(np.sum(-0.5 * ((time - 0.45) / 0.1) ** 2 - math.log(0.1 * math.sqrt(2 * math.pi))))
    found = log_likelihood(params, imposed.tolist(), hand.tolist(), time.tolist(), [0.0] * count)
    assert found == pytest.approx(exact, abs=1e-8)


def test_what_cannot_be_used_is_refused_in_words() -> None:
    assert REASONING.fit is not None
    with pytest.raises(LearningError, match="give a seed"):
        REASONING.simulate(REASONING.complete({}), TWICE, None)
    with pytest.raises(LearningError, match="column rt is missing"):
        REASONING.fit({"perturbation": np.zeros(80), "output": np.zeros(80)})
    columns = {name: np.zeros(80) for name in ("perturbation", "output", "rt", "cue")}
    with pytest.raises(LearningError, match="not above 0 s"):
        REASONING.fit(columns)


def test_the_figure_shows_the_traces() -> None:
    curves = {each.name: np.asarray(each.y) for each in REASONING.figures[0]().series}
    assert curves["whole"][55] > curves["without retrieval"][55] + 10
    assert curves["whole"][14] > curves["without reasoning"][14] + 3
