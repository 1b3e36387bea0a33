"""What is learnt generalises about the aim: width, peak, and the curve about the target told apart."""

from __future__ import annotations

import numpy as np
import pytest

from shared.learning.generalisation import MODEL, PROBES, WIDTH_DEG, fit, generalised_deg
from shared.learning.recovery import recover
from shared.learning.spec import LearningError, Schedule

pytestmark = pytest.mark.science
PARAMS = {"learnt": 12.0, "width": WIDTH_DEG, "aim": 25.0, "motor_noise": 2.5}


def test_the_published_width_and_the_peak_at_the_aim() -> None:
    assert WIDTH_DEG == 37.76
    directions = np.arange(-90.0, 91.0)
    curve = generalised_deg(PARAMS, directions)
    assert directions[curve.argmax()] == 25.0
    one_width = generalised_deg(PARAMS, np.array([25.0 + WIDTH_DEG]))
    assert one_width[0] == pytest.approx(12.0 * np.exp(-0.5), abs=1e-12)
    assert generalised_deg(PARAMS, np.array([25.0 + 360.0]))[0] == pytest.approx(12.0), "directions wrap"


def simulated(aim: float, seed: int) -> dict[str, np.ndarray]:
    schedule = Schedule.parse(PROBES)
    random = np.random.Generator(np.random.PCG64(seed))
    found = MODEL.simulate(MODEL.complete(PARAMS | {"aim": aim}), schedule, random)
    return {"perturbation": schedule.perturbation, "clamp": np.zeros(len(schedule)), **found}


def test_a_curve_about_the_target_is_told_apart_and_not_when_the_aim_is_there() -> None:
    away, there = fit(simulated(25.0, 1)), fit(simulated(0.0, 1))
    assert away.aic_simpler is not None
    assert away.aic < away.aic_simpler - 20.0, "centred on the target: the wrong variant"
    assert away.params["aim"] == pytest.approx(25.0, abs=5.0)
    assert there.aic_simpler is not None
    assert there.aic > there.aic_simpler - 4.0


def test_parameters_are_found_again() -> None:
    for each in recover(MODEL, 50, seed=3):
        assert each.median_error < 0.2
        assert each.coverage_90 is not None
        assert 0.80 <= each.coverage_90 <= 0.98


def test_probes_in_too_few_directions_are_refused() -> None:
    data = {"perturbation": np.zeros(20), "output": np.ones(20), "clamp": np.zeros(20)}
    with pytest.raises(LearningError, match="four directions"):
        fit(data)
