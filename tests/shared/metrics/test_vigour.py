"""Vigour and the cost of a second task: exact slopes and shares, and every reason for none."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.metrics._rows import Value
from shared.metrics.dual_task import dual_task_cost
from shared.metrics.spec import Missing
from shared.metrics.vigour import vigour
from tests.shared.metrics.edited import reason, value, with_starts
from tests.shared.recordings import PlannedTrial, recording


def test_vigour_is_the_slope_over_the_offer() -> None:
    offers = np.array([0.0, 5.0, 10.0] * 5)
    found = vigour(offers, 0.3 + 0.004 * offers)
    assert isinstance(found, Value)
    assert found.value == pytest.approx(0.004)
    assert found.n == 15
    holed = 0.3 + 0.004 * offers
    holed[0] = np.nan
    other = vigour(offers, holed)
    assert isinstance(other, Value)
    assert (other.value, other.quality) == (pytest.approx(0.004), pytest.approx(14 / 15))


@settings(deadline=None, max_examples=30)
@given(st.lists(st.floats(-1, 1), min_size=12, max_size=12), st.floats(-5, 5))
def test_a_constant_moves_no_slope(measured: list[float], shift: float) -> None:
    offers = np.arange(12.0)
    one, other = vigour(offers, measured), vigour(offers + 3.0, np.asarray(measured) + shift)
    assert isinstance(one, Value)
    assert isinstance(other, Value)
    assert one.value == pytest.approx(other.value, abs=1e-9)


def test_no_vigour_without_varying_offers() -> None:
    assert vigour([], []) == Missing("no_offers")
    assert vigour([1.0] * 5 + [2.0] * 4, [1.0] * 9) == Missing("too_few_trials")
    assert vigour([3.0] * 12, np.arange(12.0)) == Missing("offers_do_not_vary")


def test_a_session_with_offers() -> None:
    """Ten points make the planned reach shorter by a quarter and its start 60 ms earlier."""
    planned = [
        PlannedTrial(
            phase="practice",
            duration_s=0.6 if at % 2 else 0.8,
            reaction_s=0.24 if at % 2 else 0.30,
        )
        for at in range(16)
    ]
    plain = recording(planned)
    offered = with_starts(plain, lambda trial: {"reward_offered": 10.0 if trial % 2 else 0.0})
    quicker = 1.875 * 0.1 * (1 / 0.6 - 1 / 0.8) / 10
    assert value(offered, "vigour_speed_m_s_per_point") == pytest.approx(quicker, rel=0.05)
    onset = ((0.24 + 0.0594 * 0.6) - (0.30 + 0.0594 * 0.8)) / 10
    assert value(offered, "vigour_reaction_time_s_per_point") == pytest.approx(onset, abs=0.0008)
    assert reason(plain, "vigour_speed_m_s_per_point") == "no_offers"
    same = with_starts(plain, lambda _: {"reward_offered": 5.0})
    assert reason(same, "vigour_speed_m_s_per_point") == "offers_do_not_vary"
    uncalibrated = recording(planned, unit="counts")
    assert reason(uncalibrated, "vigour_speed_m_s_per_point") == "uncalibrated"


def test_the_cost_is_relative_to_single() -> None:
    found = dual_task_cost([2.0] * 6, [1.5] * 6)
    assert isinstance(found, Value)
    assert found.value == pytest.approx(0.25)
    assert pytest.approx(0.25) != 1 - 2.0 / 1.5, "relative to dual it would be another number"
    assert dual_task_cost([1.0] * 3, [1.0] * 8) == Missing("too_few_trials")
    assert dual_task_cost([0.0] * 4, [1.0] * 4) == Missing("single_is_zero")


def test_a_session_with_a_second_task() -> None:
    planned = [
        PlannedTrial(phase="practice", duration_s=0.8 if at % 2 else 0.6, success=at % 4 != 1)
        for at in range(24)
    ]
    plain = recording(planned)
    both = with_starts(plain, lambda trial: {"dual_task": trial % 2 == 1})
    assert value(both, "dual_task_cost_speed") == pytest.approx(0.25, abs=0.02)
    assert value(both, "dual_task_cost_accuracy") == pytest.approx(0.5)
    assert reason(plain, "dual_task_cost_speed") == "no_dual_task"
    always = with_starts(plain, lambda _: {"dual_task": True})
    assert reason(always, "dual_task_cost_accuracy") == "too_few_trials"
