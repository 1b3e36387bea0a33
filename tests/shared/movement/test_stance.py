"""Time in a zone, and the symmetry of weight shifts and of weight borne."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from shared.movement.sampling import SignalError
from shared.movement.stance import time_in_zone, weight_bearing_asymmetry, weight_shift_symmetry


def test_share_longest_stay_and_entries() -> None:
    """Inside for 2 s, out for 1 s, inside for 3 s, out for 4 s."""
    inside, outside = [0.0, 0.0], [5.0, 0.0]
    path = np.array([inside] * 200 + [outside] * 100 + [inside] * 300 + [outside] * 400)
    found = time_in_zone(path, 100.0, (0.5, 0.0), 1.0)
    assert (found.share, found.longest_s, found.entries) == (0.5, 3.0, 2)
    assert time_in_zone(path, 100.0, (9.0, 9.0), 1.0).longest_s == 0.0
    assert time_in_zone(path, 100.0, (0.0, 0.0), 5.0).share == 1.0, "the edge is inside"


@given(arrays(float, (40, 2), elements=st.floats(-3, 3)), st.floats(0.1, 3), st.floats(-180, 180))
def test_a_stay_is_the_same_moved_and_turned_and_never_longer_than_all(
    path: np.ndarray, radius: float, turn_deg: float
) -> None:
    found = time_in_zone(path, 50.0, (0.2, -0.1), radius)
    assert 0 <= found.longest_s <= found.share * 40 / 50 + 1e-12
    assert (found.entries == 0) == (found.share == 0)
    assert time_in_zone(path, 50.0, (0.2, -0.1), radius + 1).share >= found.share, "a larger zone holds more"
    near = np.abs(np.hypot(path[:, 0] - 0.2, path[:, 1] + 0.1) - radius) < 1e-9
    if not near.any():
        turn = math.radians(turn_deg)
        matrix = np.array([[math.cos(turn), -math.sin(turn)], [math.sin(turn), math.cos(turn)]])
        centre = matrix @ [0.2, -0.1] + 7
        assert time_in_zone(path @ matrix.T + 7, 50.0, (centre[0], centre[1]), radius) == found


def test_sampling_twice_as_fast_keeps_the_stay() -> None:
    path = np.column_stack([2 * np.sin(np.arange(0, 20, 0.01)), np.zeros(2000)])
    fast = np.column_stack([2 * np.sin(np.arange(0, 20, 0.005)), np.zeros(4000)])
    slow, quick = time_in_zone(path, 100.0, (0, 0), 1.0), time_in_zone(fast, 200.0, (0, 0), 1.0)
    assert quick.share == pytest.approx(slow.share, abs=0.005)
    assert quick.longest_s == pytest.approx(slow.longest_s, abs=0.02)
    assert quick.entries == slow.entries


def test_symmetry_of_shifts() -> None:
    even = np.sin(np.linspace(0, 20 * np.pi, 4000))
    assert weight_shift_symmetry(even, 0.0) == pytest.approx(1.0, abs=0.01)
    half = np.where(even < 0, even / 2, even)
    assert weight_shift_symmetry(half, 0.0) == pytest.approx(1 - (1 - 0.5) / 1.5, abs=0.01)
    assert weight_shift_symmetry(np.abs(even), 0.0) == 0.0
    assert weight_shift_symmetry(even + 3.0, 3.0) == pytest.approx(1.0, abs=0.01), "about the neutral place"


@given(arrays(float, 30, elements=st.floats(-3, 3)).filter(lambda each: bool((np.abs(each) > 0.01).any())))
def test_symmetry_is_mirrored_and_scaled_into_itself(sideways: np.ndarray) -> None:
    found = weight_shift_symmetry(sideways, 0.0)
    assert 0 <= found <= 1
    assert weight_shift_symmetry(-sideways, 0.0) == pytest.approx(found)
    assert weight_shift_symmetry(4.0 * sideways, 0.0) == pytest.approx(found)


def test_weight_borne() -> None:
    assert weight_bearing_asymmetry(np.full(9, 300.0), np.full(9, 500.0)) == pytest.approx(0.25)
    assert weight_bearing_asymmetry(np.full(9, 400.0), np.full(9, 400.0)) == 0.0
    assert weight_bearing_asymmetry(np.full(9, 400.0), np.zeros(9)) == -1.0


def test_what_cannot_be_measured_is_said() -> None:
    none = np.zeros((0, 2))
    with pytest.raises(SignalError, match="no samples"):
        time_in_zone(none, 100.0, (0, 0), 1.0)
    with pytest.raises(SignalError, match="radius"):
        time_in_zone(np.zeros((9, 2)), 100.0, (0, 0), 0.0)
    with pytest.raises(SignalError, match="not a number"):
        time_in_zone(np.full((9, 2), np.nan), 100.0, (0, 0), 1.0)
    with pytest.raises(SignalError, match="neither side"):
        weight_shift_symmetry(np.ones(9), 1.0)
    with pytest.raises(SignalError, match="negative"):
        weight_bearing_asymmetry(np.full(9, -1.0), np.ones(9))
    with pytest.raises(SignalError, match="nobody"):
        weight_bearing_asymmetry(np.zeros(9), np.zeros(9))
    with pytest.raises(SignalError, match="no samples"):
        weight_bearing_asymmetry(none[:, 0], none[:, 0])
