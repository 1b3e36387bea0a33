"""Residuals of a drawing by angle: known offsets come back, and pace, place and turn do not matter."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.movement.sampling import SignalError
from shared.movement.trace import template_radius, trace_residual

TURN = np.linspace(0, 2 * np.pi, 721)


def ring(radius: np.ndarray | float, angle: np.ndarray = TURN) -> np.ndarray:
    return np.column_stack([radius * np.cos(angle), radius * np.sin(angle)])


CIRCLE = ring(50.0, TURN[:-1])
STAR = ring(np.tile([60.0, 30.0], 6), np.arange(12) * (np.pi / 6))


def test_a_drawing_two_millimetres_outside() -> None:
    found = trace_residual(ring(52.0), CIRCLE)
    assert found.bias == pytest.approx(2.0, abs=0.01)
    assert found.rms == pytest.approx(2.0, abs=0.01)
    assert found.coverage == 1.0
    assert found.closure == pytest.approx(0.0, abs=1e-9)
    assert found.turns == pytest.approx(1.0, abs=1e-6)


def test_a_wobble_has_no_bias_and_its_own_rms_and_place() -> None:
    found = trace_residual(ring(50 + 3 * np.sin(2 * TURN)), CIRCLE)
    assert found.bias == pytest.approx(0.0, abs=0.02)
    assert found.rms == pytest.approx(3 / math.sqrt(2), rel=0.01)
    assert found.residual == pytest.approx(3 * np.sin(2 * np.radians(found.angle_deg)), abs=0.05)


def test_the_star_itself_has_no_residual() -> None:
    closed = np.vstack([STAR, STAR[:1]])
    found = trace_residual(closed, STAR)
    assert found.rms == pytest.approx(0.0, abs=1e-9)
    assert found.coverage == 1.0


def test_the_radius_of_a_square() -> None:
    square = np.array([[1.0, 1], [-1, 1], [-1, -1], [1, -1]])
    angles = np.radians([0, 45, 90, 30, -100])
    expected = [1, math.sqrt(2), 1, 1 / math.cos(math.radians(30)), 1 / math.cos(math.radians(10))]
    assert template_radius(square, angles) == pytest.approx(expected)
    assert template_radius(square[::-1], angles) == pytest.approx(expected), "corners in the other direction"


def test_half_a_circle_is_half_covered_and_open() -> None:
    found = trace_residual(ring(50.0, np.linspace(0, np.pi, 200)), CIRCLE)
    assert found.coverage == pytest.approx(0.5, abs=0.02)
    assert found.closure == pytest.approx(100.0)
    assert found.turns == pytest.approx(0.5, abs=1e-6)
    assert len(found.angle_deg) == len(found.residual) == round(found.coverage * 72)


def test_resting_the_pen_adds_no_weight() -> None:
    """The wrong variant averages over samples: a pen resting 10 mm outside would decide the bias."""
    path = ring(50 + 10 * (np.abs(TURN - 1) < 0.2))
    rested = np.vstack([path[:110], np.repeat(path[110:111], 5000, axis=0), path[110:]])
    plain, found = trace_residual(path, CIRCLE), trace_residual(rested, CIRCLE)
    assert found.bias == pytest.approx(plain.bias, abs=0.05)
    by_sample = float(np.mean(np.hypot(*rested.T) - 50))
    assert by_sample > 5 * found.bias


@settings(max_examples=40)
@given(st.floats(-180, 180), st.floats(-300, 300), st.floats(0.05, 20), st.booleans())
def test_moved_turned_enlarged_mirrored(turn_deg: float, shift: float, size: float, mirrored: bool) -> None:
    """Template and drawing together: within 2 % of the rms, since the bins fall elsewhere."""
    turn = math.radians(turn_deg)
    matrix = size * np.array([[math.cos(turn), -math.sin(turn)], [math.sin(turn), math.cos(turn)]])
    matrix = matrix @ np.diag([-1.0 if mirrored else 1.0, 1.0])
    drawn = ring(51 + 3 * np.sin(3 * TURN + 1))
    plain = trace_residual(drawn, CIRCLE)
    found = trace_residual(drawn @ matrix.T + shift, CIRCLE @ matrix.T + shift)
    assert found.rms == pytest.approx(size * plain.rms, rel=0.02)
    assert found.bias == pytest.approx(size * plain.bias, rel=0.02)
    assert found.coverage == 1.0
    assert found.turns == pytest.approx(-1.0 if mirrored else 1.0, abs=1e-6)


@given(st.integers(60, 3000))
@settings(max_examples=30)
def test_the_rate_of_the_pen_does_not_matter(points: int) -> None:
    angle = np.linspace(0, 2 * np.pi, points)
    found = trace_residual(ring(52.0, angle), CIRCLE)
    assert found.coverage == 1.0
    assert found.bias == pytest.approx(2.0, abs=0.1), "chords of 60 points cut 0.07 mm off"


def test_what_cannot_be_measured_is_said() -> None:
    for drawn, template, words in (
        (CIRCLE[:1], CIRCLE, "two drawn points"),
        (CIRCLE, CIRCLE[:2], "three corners"),
        (CIRCLE, CIRCLE + 200 * np.eye(2)[0] * (np.arange(720) == 3)[:, None] @ -np.eye(2), "once, in one"),
        (CIRCLE * np.nan, CIRCLE, "not a number"),
        (CIRCLE[:, :1], CIRCLE, "two columns"),
    ):
        with pytest.raises(SignalError, match=words):
            trace_residual(drawn, template)
    with pytest.raises(SignalError, match="once, in one"):
        trace_residual(CIRCLE, CIRCLE, centre=(200.0, 0.0))
    with pytest.raises(SignalError, match="leaves the centre"):
        trace_residual(np.zeros((5, 2)), CIRCLE)
