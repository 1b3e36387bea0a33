"""Sway reproduces the authors' own numbers for two of their trials; the known slips do not."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.movement.sampling import SignalError
from shared.movement.sway import (
    mean_frequency_hz,
    prediction_ellipse_area,
    prieto_ellipse_area,
    prieto_filter,
    prieto_sway,
    sway,
)

pytestmark = pytest.mark.science

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


def test_the_forms_of_the_ellipse_and_their_published_ratios() -> None:
    """Ratio to the F form at n = 6000 and at n = 20; the ellipse of the mean is the common bug."""
    ap, ml = trial("BDS00163")
    for count, chi_square, prieto, mean_bug in ((6000, 0.99917, 0.99967, 0.0002), (20, 0.760, 0.902, 0.05)):
        some = slice(0, 6000, 6000 // count)
        right = prediction_ellipse_area(ap[some], ml[some])
        root = math.sqrt(np.linalg.det(np.cov(ap[some], ml[some])))
        assert math.pi * 5.991465 * root / right == pytest.approx(
            chi_square, abs=6e-4 if count == 20 else 6e-6
        )
        assert prieto_ellipse_area(ap[some], ml[some]) / right == pytest.approx(
            prieto, abs=6e-4 if count == 20 else 6e-6
        )
        wrong = right / count
        assert wrong / right == pytest.approx(mean_bug, rel=0.2)
    root = math.sqrt(np.linalg.det(np.cov(ap, ml)))
    assert 6 * math.pi * root / prediction_ellipse_area(ap, ml) == pytest.approx(1.00058, abs=1.5e-5)


def test_mean_frequency_weighs_axes_by_the_sum_of_bins() -> None:
    """Half windows, half overlapped, as the authors; one window over all gives another number."""
    ap, ml = trial("BDS00163")
    found = mean_frequency_hz(ap, ml, 100.0)
    assert found == pytest.approx(PUBLISHED["BDS00163"][2], rel=1e-9)
    assert abs(mean_frequency_hz(ap[:3000], ml[:3000], 100.0) / found - 1) > 1e-3


@pytest.mark.parametrize("name", PUBLISHED)
def test_prietos_names_agree_with_the_authors_where_they_are_the_same(name: str) -> None:
    ap, ml = trial(name)
    area, velocity, frequency = PUBLISHED[name]
    found = prieto_sway(ap, ml, 100.0)
    assert found.area_ce == pytest.approx(area, rel=1e-9)
    assert found.mvelo == pytest.approx(velocity, rel=1e-9)
    assert found.totex == pytest.approx(60 * velocity, rel=1e-9)
    assert found.rdist**2 == pytest.approx(np.var(ap) + np.var(ml), rel=1e-9)
    assert found.mdist < found.rdist
    assert found.mfreq_hz == pytest.approx(velocity / (2 * math.pi * found.mdist), rel=1e-12)
    assert abs(found.mfreq_hz / frequency - 1) > 0.05, "not the mean power frequency"


def test_prietos_measures_of_a_circle() -> None:
    """Radius 2 cm, once in 4 s, 60 s: each measure has its closed form."""
    angle = np.arange(6000) * (2 * np.pi / 400)
    found = prieto_sway(2 * np.cos(angle), 2 * np.sin(angle), 100.0)
    assert found.mdist == pytest.approx(2.0, rel=1e-9)
    assert found.rdist == pytest.approx(2.0, rel=1e-9)
    assert found.mvelo == pytest.approx(np.pi, rel=3e-4)
    assert found.mfreq_hz == pytest.approx(0.25, rel=3e-4)
    assert found.area_cc == pytest.approx(4 * np.pi, rel=1e-5)
    assert found.area_sw == pytest.approx(np.pi * 4 / 4, rel=3e-4), "the circle's area in each four seconds"


def test_prietos_filter_leaves_sway_and_takes_noise() -> None:
    """White noise makes most of the path: 133 cm/s of it in the published warning."""
    random = np.random.default_rng(4)
    angle = np.arange(6000) * (2 * np.pi / 400)
    ap, ml = 2 * np.cos(angle), 2 * np.sin(angle)
    noisy = ap + 0.5 * random.standard_normal(6000), ml + 0.5 * random.standard_normal(6000)
    assert prieto_sway(*noisy, 100.0).mvelo > 50
    kept = prieto_filter(*noisy, 100.0)
    assert prieto_sway(*kept, 100.0).mvelo < 12
    assert prieto_sway(*kept, 100.0).mdist == pytest.approx(2.0, rel=0.02)
    with pytest.raises(SignalError, match="cutoff"):
        prieto_filter(*noisy, 10.0)


@settings(max_examples=50, deadline=None)  # scipy is imported at the first call
@given(st.floats(-180, 180), st.floats(-50, 50), st.floats(0.1, 10))
def test_sway_does_not_know_where_north_is(turn_deg: float, shift: float, size: float) -> None:
    """Moved and turned: nothing changes. Made larger: lengths by the factor, areas by its square."""
    ap, ml = (each[:1000] for each in trial("BDS00115"))
    turn = math.radians(turn_deg)
    other_ap = size * (math.cos(turn) * ap - math.sin(turn) * ml) + shift
    other_ml = size * (math.sin(turn) * ap + math.cos(turn) * ml) - shift
    before, after = prieto_sway(ap, ml, 100.0), prieto_sway(other_ap, other_ml, 100.0)
    for name in ("mdist", "rdist", "totex", "mvelo"):
        assert getattr(after, name) == pytest.approx(size * getattr(before, name), rel=1e-7), name
    for name in ("area_ce", "area_cc", "area_sw"):
        assert getattr(after, name) == pytest.approx(size**2 * getattr(before, name), rel=1e-6), name
    assert after.mfreq_hz == pytest.approx(before.mfreq_hz, rel=1e-7)


def test_sampling_the_same_sway_twice_as_fast_changes_little() -> None:
    """A smooth path: distances within 0.2 %, path within 0.5 %. A noisy one would not keep its path."""
    time = np.arange(6000) / 100
    found = []
    for rate, at in ((100.0, time), (200.0, np.arange(12_000) / 200)):
        ap = np.sin(2 * np.pi * 0.31 * at) + 0.3 * np.sin(2 * np.pi * 1.1 * at)
        ml = 0.6 * np.cos(2 * np.pi * 0.23 * at)
        found.append(prieto_sway(ap, ml, rate))
    for name in ("mdist", "rdist", "area_ce", "area_cc"):
        assert getattr(found[1], name) == pytest.approx(getattr(found[0], name), rel=2e-3), name
    for name in ("mvelo", "area_sw", "mfreq_hz"):
        assert getattr(found[1], name) == pytest.approx(getattr(found[0], name), rel=5e-3), name


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
    with pytest.raises(SignalError, match="not a number"):
        sway(np.full(100, np.nan), np.ones(100), 100.0)
    with pytest.raises(SignalError, match="differ in length"):
        sway(np.arange(100.0), np.arange(99.0), 100.0)
    with pytest.raises(SignalError, match="eight samples"):
        prediction_ellipse_area(np.zeros(2), np.zeros(2))
    with pytest.raises(SignalError, match="share"):
        prediction_ellipse_area(np.arange(9.0), np.arange(9.0), 95)


def test_the_path_of_white_noise_grows_with_the_rate() -> None:
    """SD s on both axes at f Hz gives f s sqrt(pi): 133 cm/s for 0.75 cm at 100 Hz, twice that at 200 Hz."""
    noise = 0.75 * np.random.default_rng(5).standard_normal((60_000, 2))
    assert prieto_sway(*noise.T, 100.0).mvelo == pytest.approx(133.0, rel=0.01)
    assert prieto_sway(*noise.T, 200.0).mvelo == pytest.approx(266.0, rel=0.01)


def test_sway_on_a_line_has_no_area() -> None:
    line = np.sin(np.arange(1000) / 50)
    assert prieto_sway(line, 0 * line, 100.0).area_ce == 0.0
    assert prieto_sway(line, line, 100.0).area_ce == pytest.approx(0.0, abs=1e-6)
