"""Learning by reward: the simulated table, the closed loop, and the exact likelihood."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import multivariate_normal

from shared.learning.recovery import recover
from shared.learning.reinforcement import (
    REINFORCEMENT,
    REINFORCEMENT_RPE,
    learning_direction,
    log_likelihood,
    rewarded,
    simulate_people,
)
from shared.learning.spec import LearningError, Schedule

TABLE = Schedule.parse("40xclamp,280x15")
"""Forty reaches without feedback, then 15 deg, zone +- 5 deg: the settings that give the table."""


def generator(seed: int) -> np.random.Generator:
    return np.random.Generator(np.random.PCG64(seed))


def simulated(people: int = 1000, schedule: Schedule = TABLE, **values: float) -> dict[str, np.ndarray]:
    return simulate_people(REINFORCEMENT.complete(values), schedule, generator(0), people)


@pytest.mark.science
@pytest.mark.parametrize(
    ("sigma_motor", "early", "late", "spread", "rate"),
    [(2.0, 9.20, 14.9, 1.8, 0.74), (6.0, 6.93, 14.2, 4.7, 0.48), (10.0, 4.97, 11.6, 8.9, 0.37)],
)
def test_the_simulated_table(
    sigma_motor: float, early: float, late: float, spread: float, rate: float
) -> None:
    """The table holds 200 people, so a mean has a sampling error of SD/sqrt(200): two are allowed."""
    found = simulated(sigma_motor=sigma_motor)
    hand, reward = found["output"], found["reward"]
    for stretch, expected in ((slice(40, 80), early), (slice(120, 160), late)):
        mean = hand[:, stretch].mean(axis=1)
        assert mean.mean() == pytest.approx(expected, abs=0.25 + 2 * mean.std() / math.sqrt(200))
    assert hand[:, -40:].mean(axis=1).std() == pytest.approx(spread, rel=0.12)
    assert np.nanmean(reward) == pytest.approx(rate, abs=0.02)


@pytest.mark.science
def test_too_little_exploration_learns_as_slowly_as_in_the_table() -> None:
    hand = simulated(sigma_success=0.5, sigma_failure=1.0)["output"]
    assert hand[:, 40:80].mean() == pytest.approx(1.9, abs=0.15)


def test_a_learner_that_knew_its_motor_noise_would_not_slow_down() -> None:
    """The wrong variant: keeping all of the rewarded reach, noise too. It is the table's that it misses."""
    random, people = generator(0), 1000
    aim, won = np.zeros(people), np.zeros(people, dtype=bool)
    reaches: list[np.ndarray] = []
    for trial in range(320):
        away = np.where(won, 2.0, 4.0) * random.standard_normal(people) + 10 * random.standard_normal(people)
        reach = aim + away
        if trial >= 40:
            won = rewarded(reach, np.mean(reaches[-10:], axis=0), 15.0, 1.0, 5.0)
            aim = np.where(won, aim + away, aim)
        reaches.append(reach)
    assert np.mean(reaches[40:80]) > 4.97 + 3.0


def test_learning_falls_with_motor_noise() -> None:
    means = [
        simulated(400, sigma_motor=noise)["aim"][:, 40:80].mean() for noise in (2.0, 4.0, 6.0, 8.0, 10.0)
    ]
    assert all(more > less + 0.3 for more, less in pairwise(means))


def test_the_closed_loop_is_never_pinned() -> None:
    """Over any twenty trials of reward, hardly anybody gets always or never what they try for."""
    won = simulated(400)["reward"][:, 40:]
    windows = np.lib.stride_tricks.sliding_window_view(won, 20, axis=1).mean(axis=2)
    assert (windows == 0).mean() < 0.001
    assert (windows == 1).mean() < 0.02


def test_the_far_edge_of_the_zone_bounds_reward() -> None:
    reach = np.array([9.0, 11.0, 14.0, 19.9, 20.1, 60.0])
    mean = np.full(6, 10.0)
    assert rewarded(reach, mean, 15.0, 1.0, 5.0).tolist() == [False, True, True, True, False, False]
    assert rewarded(-reach, -mean, -15.0, -1.0, 5.0).tolist() == [False, True, True, True, False, False]
    assert rewarded(reach, mean, 0.0, 0.0, 9.5).tolist() == [True, False, False, False, False, False]


def test_the_way_to_learn_is_from_the_goal_before() -> None:
    goals = np.array([0.0, math.nan, 15.0, math.nan, 15.0, -5.0, 0.0])
    assert learning_direction(goals).tolist() == [0, 0, 1, 1, 1, -1, 1]


def test_the_criterion_is_the_mean_of_the_last_ten_reaches_to_that_target() -> None:
    found = REINFORCEMENT.simulate(REINFORCEMENT.complete({"targets": 3.0}), TABLE, generator(4))
    reach, target = found["output"], found["target"]
    for trial in (0, 5, 31, 100, 319):
        own = reach[:trial][target[:trial] == target[trial]][-10:]
        assert found["criterion"][trial] == pytest.approx(own.mean() if len(own) else 0.0)
    others = reach[90:100].mean()
    assert abs(others - found["criterion"][100]) > 1e-6


def test_without_feedback_nothing_is_learnt_and_nothing_is_rewarded() -> None:
    found = simulated(50, Schedule.parse("100x15,100xclamp"))
    assert np.isnan(found["reward"][:, 100:]).all()
    assert np.ptp(found["aim"][:, 100:], axis=1).max() == 0


@pytest.mark.parametrize("model", [REINFORCEMENT, REINFORCEMENT_RPE])
def test_the_likelihood_is_that_of_the_whole_normal_vector(model: object) -> None:
    """Against the covariance of all reaches at once, built from the linear model, rewards given."""
    assert model in (REINFORCEMENT, REINFORCEMENT_RPE)
    by_error = model is REINFORCEMENT_RPE
    random = generator(7)
    count = 12
    reward = random.integers(0, 2, count).astype(float)
    reward[4] = math.nan
    params = {"sigma_success": 1.5, "sigma_failure": 3.5, "sigma_motor": 2.5}
    params |= {"alpha_x": 0.9, "alpha_v": 0.3} if by_error else {"eta": 0.7}
    reach = random.normal(0, 5, count)
    # Rows: reaches as sums of the 2 n independent draws (explorations, then noises).
    weights, kept, expected, won = np.zeros((count, 2 * count)), np.zeros(2 * count), 0.0, False
    for trial in range(count):
        explored = params["sigma_success"] if won else params["sigma_failure"]
        weights[trial] = kept
        weights[trial, trial] += explored
        weights[trial, count + trial] = params["sigma_motor"]
        won = reward[trial] == 1.0
        if not math.isnan(reward[trial]):
            kept = kept.copy()
            if by_error:
                kept[trial] += params["alpha_x"] * (reward[trial] - expected) * explored
                expected += params["alpha_v"] * (reward[trial] - expected)
            else:
                kept[trial] += params["eta"] * won * explored
    seen = np.ones(count, dtype=bool)
    seen[[2, 9]] = False
    reach[~seen] = math.nan
    covariance = (weights @ weights.T)[np.ix_(seen, seen)]
    exact = multivariate_normal(np.zeros(seen.sum()), covariance).logpdf(reach[seen])
    assert log_likelihood(params, reach.tolist(), reward.tolist()) == pytest.approx(exact, abs=1e-9)


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10_000), targets=st.integers(1, 5))
def test_targets_share_nothing(seed: int, targets: int) -> None:
    """The likelihood of interleaved targets is the sum of each target's own."""
    params = REINFORCEMENT.complete({"targets": float(targets)})
    found = REINFORCEMENT.simulate(params, Schedule.parse("10xclamp,50x15"), generator(seed))
    whole = log_likelihood(
        params, found["output"].tolist(), found["reward"].tolist(), found["target"].tolist()
    )
    parts = sum(
        log_likelihood(params, found["output"][own].tolist(), found["reward"][own].tolist())
        for own in (found["target"] == each for each in range(targets))
    )
    assert whole == pytest.approx(parts, abs=1e-9)


@pytest.mark.science
def test_the_fit_finds_the_people_again() -> None:
    rows = {each.parameter: each for each in recover(REINFORCEMENT, 8, seed=1)}
    assert rows["sigma_motor"].median_error < 0.15
    assert rows["eta"].median_error < 0.3
    assert abs(rows["sigma_failure"].bias) < 0.5


def test_the_fit_prefers_learning_only_where_there_is_some() -> None:
    learner = REINFORCEMENT.simulate(REINFORCEMENT.complete({"sigma_motor": 3.0}), TABLE, generator(3))
    assert REINFORCEMENT.fit is not None
    learnt = REINFORCEMENT.fit(learner)
    assert learnt.aic_simpler is not None
    assert learnt.aic < learnt.aic_simpler - 20
    still = {**learner, "output": generator(5).normal(0, 4, len(TABLE))}
    unlearnt = REINFORCEMENT.fit(still)
    assert not unlearnt.identifiable
    assert "no_learning" in unlearnt.note


def test_what_cannot_be_used_is_refused_in_words() -> None:
    assert REINFORCEMENT.fit is not None
    with pytest.raises(LearningError, match="give a seed"):
        REINFORCEMENT.simulate(REINFORCEMENT.complete({}), TABLE, None)
    with pytest.raises(LearningError, match="other than 1, 0"):
        REINFORCEMENT.fit({"output": np.zeros(50), "reward": np.full(50, 0.5)})
    with pytest.raises(LearningError, match="no trial of these data could be rewarded"):
        REINFORCEMENT.fit({"output": np.zeros(50), "reward": np.full(50, math.nan)})


def test_figures_show_what_they_say() -> None:
    curves = {each.name: each.y for each in REINFORCEMENT.figures[0]().series}
    assert curves["motor noise 2 deg"][-1] > curves["motor noise 10 deg"][100]
    assert len(REINFORCEMENT_RPE.figures[0]().series) == 3
