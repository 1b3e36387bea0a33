"""Voluntary correction: it lifts the output, not the adaptation, and is gone when the error is not seen."""

from __future__ import annotations

import numpy as np
import pytest

from shared.learning.recovery import recover
from shared.learning.spec import LearningError, Schedule
from shared.learning.voluntary_correction import MODEL, SPLIT, figure_split, fit, simulate

BASELINE, PERTURBED = 200, 600


def walk(**params: float) -> dict[str, np.ndarray]:
    return simulate(MODEL.complete(params), Schedule.parse(SPLIT))


def data(found: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    schedule = Schedule.parse(SPLIT)
    return {
        "perturbation": schedule.perturbation,
        "clamp": schedule.clamp * 1.0,
        "output": found["output"],
    }


@pytest.mark.science
@pytest.mark.parametrize("correction", [0.60, 0.10], ids=["healthy", "stroke"])
def test_the_correction_shows_while_the_error_is_seen(correction: float) -> None:
    """SCIENCE 7. The correction comes one stride late: the first split stride still has none."""
    found = walk(bv=correction)
    motor, adapt = found["output"], found["adapt"]
    assert np.array_equal(motor[: BASELINE + 1], adapt[: BASELINE + 1])
    assert np.all(motor[BASELINE + 1 : PERTURBED] > adapt[BASELINE + 1 : PERTURBED])
    assert np.array_equal(motor[PERTURBED:], adapt[PERTURBED:]), "gone at once in the first washout stride"


@pytest.mark.science
def test_adaptation_is_the_same_whatever_the_correction() -> None:
    healthy, stroke = walk(bv=0.60), walk(bv=0.10)
    assert np.array_equal(healthy["adapt"], stroke["adapt"])
    assert np.all(healthy["output"][BASELINE + 1 : PERTURBED] > stroke["output"][BASELINE + 1 : PERTURBED])


@pytest.mark.science
def test_the_numbers_of_the_recursion() -> None:
    """By hand from the equations: second and third split stride, and the second stride's correction."""
    found = walk(bv=0.60)
    first = 0.0918 + 0.0143
    assert found["adapt"][BASELINE + 1] == pytest.approx(first, abs=1e-12)
    assert found["output"][BASELINE + 1] == pytest.approx(first + 0.60, abs=1e-12)
    error = 1 - first
    second = 0.9335 * 0.0918 + 0.0918 * error + 0.9978 * 0.0143 + 0.0143 * error
    assert found["adapt"][BASELINE + 2] == pytest.approx(second, abs=1e-12)
    assert found["output"][BASELINE + 2] == pytest.approx(second + 0.60 * error, abs=1e-12)


@pytest.mark.science
def test_a_correction_that_lowers_the_teaching_error_would_adapt_less() -> None:
    """The wrong variant: e = f - motor. Then the two persons' adaptation would differ, and they do not."""
    fast = slow = voluntary = 0.0
    for _ in range(100):
        error = 1.0 - (fast + slow + voluntary)
        fast, slow = 0.9335 * fast + 0.0918 * error, 0.9978 * slow + 0.0143 * error
        voluntary = 0.6 * error
    assert walk(bv=0.6)["adapt"][BASELINE + 100] - (fast + slow) > 0.05


@pytest.mark.science
def test_the_fit_finds_the_truth_and_needs_the_correction() -> None:
    truth = {"af": 0.9335, "as": 0.9978, "bf": 0.0918, "bs": 0.0143, "bv": 0.3}
    found = fit(data(walk(**truth)))
    assert found.params == pytest.approx(truth, abs=1e-8)
    random = np.random.Generator(np.random.PCG64(2))
    schedule = Schedule.parse(SPLIT)
    noisy = simulate(MODEL.complete({**truth, "noise": 0.04}), schedule, random)
    found = fit(data(noisy))
    assert found.identifiable and found.simpler == "two_rate"
    assert found.aic_simpler is not None and found.aic < found.aic_simpler - 100
    blind = fit(data(simulate(MODEL.complete({"bv": 0.0, "noise": 0.04}), schedule, random)))
    assert not blind.identifiable


@pytest.mark.science
def test_recovery_over_simulated_people() -> None:
    """Over 50 people the pooled coverage of 90 % intervals was 0.92."""
    rows = recover(MODEL, 30)
    assert all(each.median_error <= 0.15 for each in rows)
    assert 0.83 <= np.mean([each.coverage_90 for each in rows]) <= 0.97  # type: ignore[type-var]


def test_an_error_that_is_never_seen_cannot_tell_of_a_correction() -> None:
    empty = {"perturbation": np.zeros(40), "clamp": np.zeros(40), "output": np.zeros(40)}
    with pytest.raises(LearningError, match="two strides in a row"):
        fit(empty)


def test_the_figure_has_both_persons() -> None:
    figure = figure_split()
    assert [each.name for each in figure.series][:2] == ["output, healthy", "output, stroke"]
