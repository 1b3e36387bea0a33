"""Corrections that saturate: an asymptote that clamp size does not move, unlike a linear learner's."""

from __future__ import annotations

import numpy as np
import pytest

from shared.learning.recovery import recover
from shared.learning.saturation import MODEL, SIZES, asymptote_deg, figure_clamps, fit, simulate
from shared.learning.spec import LearningError, Schedule

TRUTH = {"a": 0.96, "b": 0.15, "limit": 5.5}


def clamped(size_deg: float, trials: int = 600) -> np.ndarray:
    return simulate(MODEL.complete({"clamped": 1.0}), Schedule.of(np.full(trials, size_deg)))["output"]


def data(params: dict[str, float], text: str = SIZES, seed: int | None = None) -> dict[str, np.ndarray]:
    schedule = Schedule.parse(text)
    random = None if seed is None else np.random.Generator(np.random.PCG64(seed))
    found = simulate(MODEL.complete(params), schedule, random)
    return {"perturbation": schedule.perturbation, "clamp": schedule.clamp * 1.0, **found}


@pytest.mark.science
def test_the_asymptote_does_not_move_with_the_size_of_a_clamp() -> None:
    """Kim et al. 2018: invariant over a wide range; below 6 degrees it is in proportion."""
    ends = {size: clamped(size)[-1] for size in (2.0, 3.0, 6.0, 15.0, 45.0, 95.0)}
    assert ends[6.0] == ends[15.0] == ends[45.0] == ends[95.0]
    assert ends[2.0] == pytest.approx(ends[6.0] / 3, rel=1e-6)
    assert ends[3.0] == pytest.approx(ends[6.0] / 2, rel=1e-6)
    for size, end in ends.items():
        assert end == pytest.approx(asymptote_deg(MODEL.complete({}), size), abs=1e-6)
    linear = 0.10 * 45.0 / 0.03
    assert linear > 5 * ends[45.0], "a linear learner would go on with the size"


@pytest.mark.science
def test_a_clamp_is_blind_to_the_hand_and_a_rotation_is_not() -> None:
    turned = simulate(MODEL.complete({}), Schedule.parse("600x3"))["output"]
    assert turned[-1] < 3.0 < clamped(3.0)[-1]
    assert np.array_equal(clamped(-15.0), -clamped(15.0))


@pytest.mark.science
def test_small_errors_are_learnt_in_proportion_and_large_ones_are_not() -> None:
    first = {
        size: simulate(MODEL.complete({}), Schedule.parse(f"2x{size}"))["output"][1] for size in (3, 6, 30)
    }
    assert first[6] == pytest.approx(2 * first[3]) == first[30]


@pytest.mark.science
def test_the_truth_is_found_without_noise_and_the_linear_model_is_worse() -> None:
    found = fit(data(TRUTH))
    assert found.params == pytest.approx(TRUTH, abs=1e-5)
    noisy = fit(data({**TRUTH, "motor_noise": 2.5}, seed=1))
    assert noisy.identifiable and noisy.extra["error_from_output"] == 1.0
    assert noisy.aic_simpler is not None and noisy.aic < noisy.aic_simpler - 10
    linear = fit(data({**TRUTH, "limit": 90.0, "motor_noise": 2.5}, seed=2))
    assert not linear.identifiable


@pytest.mark.science
def test_fixed_errors_are_read_from_their_column() -> None:
    given = data({**TRUTH, "clamped": 1.0}, "60x2,60x20,40xclamp,60x-20")
    assert fit(given).params == pytest.approx(TRUTH, abs=1e-5)
    assert fit({**given, "clamped": np.zeros(220)}).params != pytest.approx(TRUTH, abs=1e-2)


@pytest.mark.science
def test_recovery_over_simulated_people() -> None:
    """Over 50 people the pooled coverage of 90 % intervals was 0.87."""
    rows = recover(MODEL, 15, seed=2)
    assert all(each.median_error <= 0.15 for each in rows)
    assert np.mean([each.coverage_90 for each in rows]) >= 0.75  # type: ignore[type-var]


def test_no_output_is_refused() -> None:
    with pytest.raises(LearningError, match="no trial has an output"):
        fit({**data(TRUTH), "output": np.full(len(Schedule.parse(SIZES)), np.nan)})


def test_the_figure_has_one_asymptote_above_the_limit() -> None:
    ends = [each.y[-1] for each in figure_clamps().series]
    assert ends[0] < ends[1] == ends[2] == ends[3] == ends[4]
