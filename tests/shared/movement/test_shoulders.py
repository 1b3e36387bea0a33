"""Shoulders placed by hand: a hike is found, a lean of the whole trunk is none."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.movement.sampling import SignalError
from shared.movement.shoulders import TRUNK_WIDTHS, hike_deg, lean, posture

N = 60


def shoulders(
    *, tilt_deg: float = 0.0, lean_deg: float = 0.0, aside: float = 0.0, width: float = 0.25
) -> tuple[np.ndarray, np.ndarray]:
    """Left and right, shape (N, 2), picture widths. `tilt_deg`: the right one up, about the middle;
    `lean_deg`: the whole trunk turned about the hips, towards the right; `aside`: the whole body moved."""
    tilt, turn = np.radians(tilt_deg - lean_deg), np.radians(lean_deg)
    hips = np.array([aside, -0.2])
    middle = hips + TRUNK_WIDTHS * width * np.array([np.sin(turn), np.cos(turn)])
    half = width / 2 * np.array([np.cos(tilt), np.sin(tilt)])
    return np.tile(middle - half, (N, 1)), np.tile(middle + half, (N, 1))


@given(rest_deg=st.floats(-8, 8), hike=st.floats(0, 20), width=st.floats(0.05, 0.5), side=st.booleans())
def test_a_hike_comes_back_against_the_own_rest(
    rest_deg: float, hike: float, width: float, side: bool
) -> None:
    moving = "right" if side else "left"
    more = hike if side else -hike
    rest = posture(*shoulders(tilt_deg=rest_deg, width=width), moving)
    reach = posture(*shoulders(tilt_deg=rest_deg + more, width=width), moving)
    assert hike_deg(reach, rest) == pytest.approx(hike, abs=1e-6)


def test_a_hike_of_the_other_shoulder_is_none() -> None:
    rest, reach = shoulders(), shoulders(tilt_deg=6.0)
    assert hike_deg(posture(*reach, "left"), posture(*rest, "left")) == pytest.approx(-6.0)


@given(lean_deg=st.floats(-25, 25))
def test_a_lean_of_the_whole_trunk_is_no_hike(lean_deg: float) -> None:
    rest = posture(*shoulders(), "right")
    reach = posture(*shoulders(lean_deg=lean_deg), "right")
    assert hike_deg(reach, rest) <= 1e-6
    assert lean(reach, rest) == pytest.approx(TRUNK_WIDTHS * np.sin(np.radians(lean_deg)), abs=1e-6)


def test_a_hike_on_top_of_a_lean_is_found() -> None:
    rest = posture(*shoulders(), "right")
    reach = posture(*shoulders(lean_deg=-10.0, tilt_deg=6.0), "right")
    assert hike_deg(reach, rest) == pytest.approx(6.0, abs=1e-6)


@pytest.mark.parametrize("aside", [-0.1, 0.1])
def test_a_body_that_only_moves_aside_is_no_hike(aside: float) -> None:
    rest, reach = posture(*shoulders(), "right"), posture(*shoulders(aside=aside), "right")
    assert hike_deg(reach, rest) == pytest.approx(0.0, abs=1e-9)
    assert lean(reach, rest) == pytest.approx(aside / 0.25)


def test_the_middle_counts_towards_the_moving_side() -> None:
    rest, reach = shoulders(), shoulders(aside=0.05)
    assert lean(posture(*reach, "left"), posture(*rest, "left")) == pytest.approx(-0.2)


def test_what_is_no_posture_says_so() -> None:
    left, right = shoulders()
    with pytest.raises(SignalError, match="side by side"):
        posture(right, left, "right")
    with pytest.raises(SignalError, match="needs samples"):
        posture(left[:0], right[:0], "right")
    with pytest.raises(SignalError, match="not a number"):
        posture(left * np.nan, right, "right")
