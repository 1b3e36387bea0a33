"""A course's centre line is the sum that the wire event says."""

from __future__ import annotations

import math

import pytest

from shared.movement.course import centre_m


def test_the_centre_line_is_the_sum_of_its_sines() -> None:
    assert centre_m((), 3.0) == 0.0
    assert centre_m(((0.05, 0.25, 0.0),), 1.0) == pytest.approx(0.05)
    assert centre_m(((0.05, 0.25, math.pi),), 1.0) == pytest.approx(-0.05)
    assert centre_m(((0.05, 0.25, 0.0), (0.02, 0.5, math.pi / 2)), 1.0) == pytest.approx(0.05 - 0.02)
