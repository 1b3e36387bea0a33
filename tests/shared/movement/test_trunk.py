"""The trunk's sway is relative, its share in a reach a ratio, and a lifted shoulder a share of the arm."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.movement.sampling import SignalError
from shared.movement.trunk import relative_sway, shoulder_hike, trunk_compensation, trunk_sway
from tests.shared.recordings import min_jerk

ANGLE = np.arange(600) * (2 * np.pi / 200)
CIRCLE = np.column_stack([np.cos(ANGLE), np.sin(ANGLE)])
TIME = np.arange(0, 1.001, 0.01)
HAND = np.column_stack([0.0 * TIME, 0.3 * min_jerk(TIME)])


def test_sway_of_a_circle() -> None:
    found = trunk_sway(2 * CIRCLE, 100.0)
    assert found.rms == pytest.approx(2.0)
    assert found.speed == pytest.approx(2 * np.pi, rel=2e-3)
    assert found.area == pytest.approx(np.pi * 4 / 2, rel=2e-3), "1-SD ellipse: SD is r / sqrt 2"


def test_twice_the_sway_is_two_and_four_times_the_area() -> None:
    found = relative_sway(trunk_sway(2 * CIRCLE, 100.0), trunk_sway(CIRCLE, 100.0))
    assert (found.rms, found.speed, found.area) == (
        pytest.approx(2.0),
        pytest.approx(2.0),
        pytest.approx(4.0),
    )


@given(st.floats(0.001, 1000), st.floats(-180, 180))
def test_relative_sway_knows_no_unit_and_no_direction(size: float, turn_deg: float) -> None:
    """A camera's scale and tilt drop out, so long as both were seen by it."""
    turn = math.radians(turn_deg)
    matrix = size * np.array([[math.cos(turn), -math.sin(turn)], [math.sin(turn), math.cos(turn)]])
    wobble = CIRCLE * [1.0, 0.4] + 0.1 * np.sin(7 * ANGLE)[:, None]
    plain = relative_sway(trunk_sway(wobble, 30.0), trunk_sway(CIRCLE, 30.0))
    seen = relative_sway(trunk_sway(wobble @ matrix.T + 5, 30.0), trunk_sway(CIRCLE @ matrix.T + 5, 30.0))
    for name in ("rms", "speed", "area"):
        assert getattr(seen, name) == pytest.approx(getattr(plain, name), rel=1e-5), name


@pytest.mark.parametrize("share", [0.0, 0.25, 1.0, -0.2])
def test_compensation_is_the_trunks_share(share: float) -> None:
    found = trunk_compensation(HAND, share * HAND, 0, 100)
    assert found.ratio == pytest.approx(share, abs=1e-12)
    assert found.excursion == pytest.approx(abs(share) * 0.3)


def test_a_trunk_that_leans_sideways_does_not_carry_the_hand() -> None:
    """The wrong variant divides path by path and would call this 0.5."""
    sideways = HAND[:, ::-1] * 0.5
    found = trunk_compensation(HAND, sideways, 0, 100)
    assert found.ratio == pytest.approx(0.0, abs=1e-12)
    assert found.excursion == pytest.approx(0.15)


@given(st.floats(-180, 180), st.floats(-3, 3), st.floats(0.01, 100))
def test_compensation_is_the_same_from_any_side(turn_deg: float, shift: float, size: float) -> None:
    turn = math.radians(turn_deg)
    matrix = size * np.array([[math.cos(turn), -math.sin(turn)], [math.sin(turn), math.cos(turn)]])
    trunk = 0.3 * HAND + np.column_stack([0.02 * np.sin(np.pi * TIME), 0 * TIME])
    plain = trunk_compensation(HAND, trunk, 3, 97)
    found = trunk_compensation(HAND @ matrix.T + shift, trunk @ matrix.T - shift, 3, 97)
    assert found.ratio == pytest.approx(plain.ratio, rel=1e-6)
    assert found.excursion == pytest.approx(size * plain.excursion, rel=1e-6)


def test_a_lifted_shoulder() -> None:
    neutral = np.full(100, 1.40)
    lifted = 1.40 + 0.06 * np.sin(np.linspace(0, np.pi, 1000))
    assert shoulder_hike(lifted, neutral, 0.6) == pytest.approx(0.1, rel=0.01)
    assert shoulder_hike(100 * lifted, 100 * neutral, 60.0) == pytest.approx(0.1, rel=0.01)
    assert shoulder_hike(np.append(lifted, 9.0), neutral, 0.6) == pytest.approx(0.1, rel=0.01), (
        "one bad frame"
    )


def test_what_cannot_be_measured_is_said() -> None:
    with pytest.raises(SignalError, match="two columns"):
        trunk_sway(np.zeros((7, 2)), 30.0)
    with pytest.raises(SignalError, match="two columns"):
        trunk_sway(np.zeros((70, 3)), 30.0)
    with pytest.raises(SignalError, match="at baseline"):
        relative_sway(trunk_sway(CIRCLE, 30.0), trunk_sway(0 * CIRCLE, 30.0))
    with pytest.raises(SignalError, match="ends where it began"):
        trunk_compensation(0 * HAND, HAND, 0, 100)
    with pytest.raises(SignalError, match="later end"):
        trunk_compensation(HAND, HAND, 50, 101)
    with pytest.raises(SignalError, match="differ in length"):
        trunk_compensation(HAND, HAND[:50], 0, 49)
    with pytest.raises(SignalError, match="not a number"):
        trunk_compensation(HAND, HAND * np.nan, 0, 100)
    with pytest.raises(SignalError, match="arm's length"):
        shoulder_hike(TIME, TIME, 0.0)
    with pytest.raises(SignalError, match="needs samples"):
        shoulder_hike(TIME, TIME[:0], 1.0)
