"""Bias and scatter of endpoints, and Fitts' law, against closed forms and known wrong variants."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.movement.accuracy import (
    EFFECTIVE_WIDTH_SD,
    endpoint_errors,
    fitts_line,
    index_of_difficulty,
    throughput,
)
from shared.movement.sampling import SignalError


@pytest.mark.science
@pytest.mark.parametrize(
    ("distance", "width", "fitts", "shannon"),
    [(10, 1, 4.3219, 3.4594), (20, 2, 4.3219, 3.4594), (30, 5, 3.5850, 2.8074)],
)
def test_both_forms_of_the_index_of_difficulty(
    distance: float, width: float, fitts: float, shannon: float
) -> None:
    assert index_of_difficulty(distance, width, "fitts") == pytest.approx(fitts, abs=5e-5)
    assert index_of_difficulty(distance, width) == pytest.approx(shannon, abs=5e-5)
    assert abs(index_of_difficulty(distance, width) - fitts) > 0.5, "the forms must not be swapped"


@pytest.mark.science
def test_the_effective_width_is_4_133_standard_deviations() -> None:
    """sqrt(2 pi e); a normal endpoint lies within it in 96 % of reaches."""
    assert pytest.approx(4.1327, abs=5e-5) == EFFECTIVE_WIDTH_SD
    assert math.erf(EFFECTIVE_WIDTH_SD / 2 / math.sqrt(2)) == pytest.approx(0.961, abs=0.001)


def test_throughput_of_a_made_up_person() -> None:
    """SD exactly 5 mm over 100 mm in 0.8 s: log2(100 / (4.1327 * 5) + 1) / 0.8 bit/s."""
    error = np.array([-1.0, 1.0] * 10)
    error *= 5.0 / error.std(ddof=1)
    found = throughput(100.0 + error, error, np.full(20, 0.8))
    assert found.effective_width == pytest.approx(20.664, abs=1e-3)
    assert found.effective_distance == pytest.approx(100.0)
    assert found.bits_s == pytest.approx(math.log2(100 / (4.13273 * 5) + 1) / 0.8, abs=1e-4)
    nominal = index_of_difficulty(100.0, 24.0) / 0.8
    assert abs(found.bits_s - nominal) > 0.1, "the width used, not the target's"


def test_a_slow_exact_and_a_fast_scattered_person_can_be_even() -> None:
    random = np.random.default_rng(1)
    noise = random.standard_normal(4000)
    slow = throughput(100 + 2 * noise, 2 * noise, np.full(4000, 1.0))
    wide = 100 / (2 ** (slow.bits_s * 0.5) - 1) / EFFECTIVE_WIDTH_SD
    noise = noise / noise.std(ddof=1)
    fast = throughput(100 + wide * noise, wide * noise, np.full(4000, 0.5))
    assert fast.bits_s == pytest.approx(slow.bits_s, rel=0.01)


def test_fitts_line_is_found_again() -> None:
    difficulty = np.array([1.0, 2.0, 3.0, 4.0])
    assert fitts_line(difficulty, 0.2 + 0.15 * difficulty) == (pytest.approx(0.2), pytest.approx(0.15))


def scattered(n: int = 4000) -> np.ndarray:
    """Bias (3, -4) mm; SD 6 mm along, 2 mm across."""
    noise = np.random.default_rng(2).standard_normal((n, 2))
    return np.array([3.0, -4.0]) + noise * [6.0, 2.0]


def test_bias_and_scatter_are_told_apart() -> None:
    found = endpoint_errors(*scattered().T)
    assert (found.constant_along, found.constant_across) == (
        pytest.approx(3.0, abs=0.3),
        pytest.approx(-4.0, abs=0.1),
    )
    assert found.constant == pytest.approx(5.0, abs=0.2)
    assert found.variable_along == pytest.approx(6.0, rel=0.05)
    assert found.variable_across == pytest.approx(2.0, rel=0.05)
    assert found.variable == pytest.approx(math.sqrt(40.0), rel=0.05), "root of the trace"
    assert found.spread == pytest.approx(math.sqrt(12.0), rel=0.05), "fourth root of the determinant"


def test_errors_to_either_side_cancel_in_bias_only() -> None:
    """The mean of distances (absolute error) would call this biased."""
    found = endpoint_errors(np.array([5.0, -5.0]), np.array([0.0, 0.0]))
    assert found.constant == 0.0
    assert found.variable == pytest.approx(math.sqrt(50.0))


def test_a_bias_that_differs_between_targets_is_no_scatter() -> None:
    target = np.tile(np.arange(4), 10)
    along = 10.0 * target + np.repeat([-1.0, 1.0], 20)
    found = endpoint_errors(along, 0 * along, target)
    assert found.variable == pytest.approx(math.sqrt(40 / 36))
    assert found.freedom == 36
    assert endpoint_errors(along, 0 * along).variable > 10, "the wrong variant: one mean for all targets"


@given(st.floats(-180, 180), st.floats(-50, 50), st.floats(0.01, 100))
def test_turning_scales_and_shifts(turn_deg: float, shift: float, size: float) -> None:
    points = scattered(40)
    plain = endpoint_errors(*points.T)
    turn = math.radians(turn_deg)
    matrix = np.array([[math.cos(turn), -math.sin(turn)], [math.sin(turn), math.cos(turn)]])
    turned = endpoint_errors(*(size * points @ matrix.T).T)
    for name in ("constant", "variable", "spread"):
        assert getattr(turned, name) == pytest.approx(size * getattr(plain, name), rel=1e-6), name
    moved = endpoint_errors(*(points + shift).T)
    assert moved.variable == pytest.approx(plain.variable, rel=1e-6)
    assert moved.constant_along == pytest.approx(plain.constant_along + shift, abs=1e-9)


@given(st.floats(0.1, 1000), st.floats(0.01, 100), st.floats(0.01, 100))
def test_difficulty_knows_only_the_ratio(distance: float, width: float, size: float) -> None:
    assert index_of_difficulty(size * distance, size * width) == pytest.approx(
        index_of_difficulty(distance, width), rel=1e-9
    )


def test_what_cannot_be_had_is_said() -> None:
    one = np.array([1.0])
    with pytest.raises(SignalError, match="two reaches to one target"):
        endpoint_errors(one, one)
    with pytest.raises(SignalError, match="two reaches to one target"):
        endpoint_errors(np.ones(3), np.ones(3), np.arange(3))
    with pytest.raises(SignalError, match="its target"):
        endpoint_errors(np.ones(3), np.ones(3), np.arange(2))
    with pytest.raises(SignalError, match="not a number"):
        endpoint_errors(np.full(3, np.nan), np.ones(3))
    for distance, width in ((0, 1), (1, 0), (-1, 1), (math.nan, 1), (math.inf, 1)):
        with pytest.raises(SignalError, match="above zero"):
            index_of_difficulty(distance, width)
    with pytest.raises(SignalError, match="8 reaches"):
        throughput(np.ones(7), np.ones(7), np.ones(7))
    with pytest.raises(SignalError, match="above zero"):
        throughput(np.ones(8), np.ones(8), np.ones(8))
    with pytest.raises(SignalError, match="movement times"):
        throughput(np.ones(8), np.arange(8.0), np.zeros(8))
    with pytest.raises(SignalError, match="two different difficulties"):
        fitts_line(np.ones(4), np.arange(4.0))
