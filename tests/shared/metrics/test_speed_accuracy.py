"""The speed-accuracy function: a known logistic is found again, and only inside the data."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.metrics.spec import Missing
from shared.metrics.speed_accuracy import SpeedAccuracy, binned_accuracy, speed_accuracy_function
from tests.shared.metrics.edited import reason, value
from tests.shared.recordings import PlannedTrial, recording


def person(
    seed: int, n: int = 4000, midpoint: float = 0.5, slope: float = 12.0
) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    times = random.uniform(0.25, 0.9, n)
    return times, random.random(n) < 1 / (1 + np.exp(-slope * (times - midpoint)))


def fitted(times: np.ndarray, hit: np.ndarray) -> SpeedAccuracy:
    found = speed_accuracy_function(times, hit)
    assert isinstance(found, SpeedAccuracy), found
    return found


def test_the_function_is_found_again() -> None:
    found = fitted(*person(1))
    assert found.midpoint_s == pytest.approx(0.5, abs=0.015)
    assert found.slope_1_s == pytest.approx(12.0, rel=0.08)
    assert found.slope_se == pytest.approx(0.36, abs=0.15)
    at_75 = found.time_s(0.75)
    assert isinstance(at_75, float)
    assert at_75 == pytest.approx(0.5 + math.log(3.0) / 12.0, abs=0.015)


def test_a_straight_line_through_the_shares_would_be_wrong() -> None:
    """The trap: a line fitted to 0/1 puts the 75 % point of a steep function elsewhere."""
    times, hit = person(2, slope=40.0)
    slope, at_zero = np.polyfit(times, hit, 1)
    truth = 0.5 + math.log(3.0) / 40.0
    assert abs((0.75 - at_zero) / slope - truth) > 0.03
    at_75 = fitted(times, hit).time_s(0.75)
    assert isinstance(at_75, float)
    assert at_75 == pytest.approx(truth, abs=0.01)


def test_the_intervals_hold_on_forty_trials() -> None:
    slopes = [speed_accuracy_function(*person(seed, n=60)) for seed in range(100)]
    kept = [each for each in slopes if isinstance(each, SpeedAccuracy)]
    assert len(kept) > 85
    inside = [abs(each.slope_1_s - 12.0) <= 1.96 * each.slope_se for each in kept]
    assert np.mean(inside) > 0.88


@settings(deadline=None, max_examples=25)
@given(st.floats(0.5, 4.0), st.integers(0, 1000))
def test_the_unit_of_time_scales_through(scale: float, seed: int) -> None:
    times, hit = person(seed, n=400)
    one, other = fitted(times, hit), fitted(scale * times, hit)
    assert other.midpoint_s == pytest.approx(scale * one.midpoint_s, rel=1e-6)
    assert other.slope_1_s == pytest.approx(one.slope_1_s / scale, rel=1e-6)


def test_reasons() -> None:
    times, hit = person(3)
    assert speed_accuracy_function(times[:29], hit[:29]) == Missing("too_few_trials")
    assert speed_accuracy_function(times[:50], np.ones(50, bool)) == Missing("accuracy_does_not_vary")
    assert speed_accuracy_function(np.full(50, 0.5), hit[:50]) == Missing("speed_does_not_vary")
    assert speed_accuracy_function(times, ~hit) == Missing("no_trade_off")
    narrow = (times > 0.5) & (times < 0.56)
    found = (
        fitted(*person(4, n=20000))
        if narrow.sum() < 30
        else speed_accuracy_function(times[narrow], hit[narrow])
    )
    assert found == Missing("no_trade_off") or isinstance(found, SpeedAccuracy)
    assert fitted(times, hit).time_s(0.999) == Missing("outside_the_data")


def test_data_without_overlap_still_have_a_fit() -> None:
    times = np.linspace(0.3, 0.9, 60)
    found = fitted(times, times > 0.6)
    assert found.midpoint_s == pytest.approx(0.6, abs=0.01)
    assert math.isfinite(found.slope_1_s)


def test_bins() -> None:
    bins = binned_accuracy([0.3, 0.4, np.nan, 0.5, 0.6], [0, 1, 1, 1, 1], bins=2)
    assert bins == pytest.approx(np.array([[0.35, 0.5, 2], [0.55, 1.0, 2]]))


def test_a_session_of_quick_and_slow_free_reaches() -> None:
    """Slower reaches land nearer; the target's rim is 12 mm, 6.9 deg at 10 cm."""
    random = np.random.default_rng(7)
    planned = []
    for _ in range(120):
        duration = float(random.uniform(0.4, 1.2))
        hand = float(random.normal(0.0, 5.5 / duration))
        planned.append(PlannedTrial(phase="baseline", duration_s=duration, hand_deg=hand))
    found = recording(planned)
    half = value(found, "speed_accuracy_midpoint_s")
    assert 0.35 < half < value(found, "speed_at_fixed_accuracy_s") < 1.1
    assert value(found, "speed_accuracy_slope_1_s") > 1.0
    turned = recording([PlannedTrial(phase="practice", rotation_deg=20.0)] * 8)
    assert reason(turned, "speed_at_fixed_accuracy_s") == "no_unperturbed_trials"


def test_reaches_that_nobody_saw_are_left_out() -> None:
    seen = [
        PlannedTrial(phase="baseline", duration_s=0.4 + 0.02 * at, hand_deg=12.0 if at < 20 else 0.0)
        for at in range(40)
    ]
    unseen = [
        PlannedTrial(phase="probe", place="opening", duration_s=1.2, hand_deg=20.0, shows="nothing")
    ] * 40
    metric = "speed_accuracy_midpoint_s"
    assert value(recording(seen + unseen), metric) == pytest.approx(value(recording(seen), metric), abs=0.002)
