"""Numbers in another unit than declared are refused with the unit they probably have."""

from __future__ import annotations

import numpy as np
import pytest

from shared.movement.plausible import UnitError, require_cop_cm, require_hand_m, require_seconds
from tests.shared.recordings import min_jerk

REACH_M = np.column_stack([0.3 * min_jerk(np.linspace(0, 1, 101)), np.zeros(101)])


def test_a_reach_in_metres_passes() -> None:
    require_hand_m(REACH_M, 100.0)
    require_hand_m(REACH_M[:1], 100.0)


@pytest.mark.parametrize("factor", [100.0, 1000.0])
def test_centimetres_and_millimetres_are_told(factor: float) -> None:
    with pytest.raises(UnitError, match=r"divide by 100, if millimetres by 1000"):
        require_hand_m(factor * REACH_M, 100.0)


def test_a_hand_faster_than_any_is_told() -> None:
    jump = REACH_M.copy()
    jump[50] += 0.5
    with pytest.raises(UnitError, match="faster than any"):
        require_hand_m(jump, 100.0)


def test_a_centre_of_pressure_in_millimetres_is_told() -> None:
    ap = 10.0 * np.sin(np.arange(100) / 10)
    require_cop_cm(ap, ap)
    with pytest.raises(UnitError, match="millimetres divide by 10"):
        require_cop_cm(10.0 * ap, ap)


def test_stamps_in_milliseconds_are_told() -> None:
    require_seconds(25.0)
    with pytest.raises(UnitError, match="milliseconds"):
        require_seconds(0.1)
