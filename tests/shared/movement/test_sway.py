"""Sway reproduces the authors' own numbers for two of their trials; the known slips do not."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from shared.movement.sampling import SignalError
from shared.movement.sway import prediction_ellipse_area, sway

DATA = Path(__file__).parents[2] / "data"
PUBLISHED = {
    "BDS00115": (0.45414661368899034, 0.4994719953299485, 0.269627037489853),
    "BDS00163": (57.467780855614855, 8.035348538119846, 0.40425831350807057),
}


def trial(name: str) -> tuple[np.ndarray, np.ndarray]:
    table = np.loadtxt(DATA / f"{name}_cop_cm.csv", delimiter=",", skiprows=1)
    return table[:, 1], table[:, 2]


@pytest.mark.parametrize("name", PUBLISHED)
def test_the_authors_numbers_to_1e9(name: str) -> None:
    ap, ml = trial(name)
    found = sway(ap, ml, 100.0)
    area, velocity, frequency = PUBLISHED[name]
    assert found.area == pytest.approx(area, rel=1e-9)
    assert found.mean_velocity == pytest.approx(velocity, rel=1e-9)
    assert found.mean_frequency_hz == pytest.approx(frequency, rel=1e-9)


def test_the_divisor_of_velocity_is_samples_over_rate() -> None:
    ap, ml = trial("BDS00115")
    found = sway(ap, ml, 100.0)
    assert found.mean_velocity == pytest.approx(found.path / 60.0, rel=1e-12)
    assert found.mean_velocity != pytest.approx(found.path / 59.99, rel=1e-5)


def test_the_ellipse_is_for_a_new_sample_not_for_the_mean() -> None:
    ap, ml = trial("BDS00163")
    root = math.sqrt(np.linalg.det(np.cov(ap, ml)))
    assert prediction_ellipse_area(ap, ml) == pytest.approx(math.pi * 5.991465 * root / 0.99917, rel=2e-5)
    few = slice(0, 6000, 300)
    root = math.sqrt(np.linalg.det(np.cov(ap[few], ml[few])))
    assert math.pi * 5.991465 * root / prediction_ellipse_area(ap[few], ml[few]) == pytest.approx(
        0.760, abs=0.001
    )


def test_the_ellipse_holds_95_percent_of_new_samples() -> None:
    """Coverage over many small samples, which the chi-square form misses."""
    random = np.random.default_rng(3)
    inside = 0
    for _ in range(3000):
        draws = random.standard_normal((21, 2))
        old, new = draws[:20], draws[20]
        covariance = np.cov(old.T)
        away = new - old.mean(axis=0)
        squared = away @ np.linalg.solve(covariance, away)
        area = prediction_ellipse_area(old[:, 0], old[:, 1])
        inside += squared <= area / (math.pi * math.sqrt(np.linalg.det(covariance)))
    assert inside / 3000 == pytest.approx(0.95, abs=0.012)


def test_root_mean_square_and_path_of_a_circle() -> None:
    angle = np.linspace(0, 20 * np.pi, 6000, endpoint=False)
    found = sway(np.cos(angle), np.sin(angle), 100.0)
    assert found.rms_ap == pytest.approx(math.sqrt(0.5), rel=1e-6)
    assert found.rms_ml == pytest.approx(math.sqrt(0.5), rel=1e-6)
    assert found.path == pytest.approx(20 * np.pi, rel=1e-3)
    assert found.mean_frequency_hz == pytest.approx(1 / 6, rel=0.02)


def test_too_little_is_said() -> None:
    with pytest.raises(SignalError, match="eight samples"):
        sway(np.zeros(7), np.zeros(7), 100.0)
    with pytest.raises(SignalError, match="does not move"):
        sway(np.zeros(100), np.zeros(100), 100.0)
