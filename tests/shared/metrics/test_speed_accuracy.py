"""The speed-accuracy function: a known logistic is found again, and only inside the data."""

from __future__ import annotations

import math

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.metrics._speed_accuracy_shift import (
    LEAST_POOLED,
    Reaches,
    accuracy_shift,
    first_and_newest,
    reaches_of,
)
from shared.metrics.across import SessionSummary, compute_across, summary_of
from shared.metrics.spec import Missing
from shared.metrics.speed_accuracy import SpeedAccuracy, binned_accuracy, speed_accuracy_function
from shared.wire.events import DropOut, TrialEnd
from shared.wire.trials import trials_of
from tests.shared.metrics.edited import reason, value, with_jumps, with_starts
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


def reaching(
    seed: int, n: int, mean_s: float, midpoint_s: float = 0.5, slope_1_s: float = 12.0
) -> tuple[np.ndarray, np.ndarray]:
    """Movement times around a mean, and which of the reaches were accurate by a known function."""
    random = np.random.default_rng(seed)
    times = random.normal(mean_s, 0.09, n)
    return times, random.random(n) < 1 / (1 + np.exp(-slope_1_s * (times - midpoint_s)))


def mean_shift(mean_s: float, midpoint_s: float, people: int = 60, n: int = 120) -> tuple[float, float]:
    """Mean over simulated people of the shift from 0.5 s and 0.5 s, and of plain accuracy's change."""
    shifts, plain = [], []
    for seed in range(people):
        before, was = reaching(2 * seed, n, 0.5)
        now, is_now = reaching(2 * seed + 1, n, mean_s, midpoint_s)
        found = accuracy_shift(before, was, now, is_now)
        assert isinstance(found, float), found
        shifts.append(found)
        plain.append(is_now.mean() - was.mean())
    return float(np.mean(shifts)), float(np.mean(plain))


def test_a_lifted_curve_is_found_as_accuracy_at_equal_time() -> None:
    times = np.random.default_rng(1).normal(0.5, 0.09, 100_000)
    times = times[np.abs(times - 0.5) < 1.645 * 0.09]
    truth = np.mean(1 / (1 + np.exp(-12 * (times - 0.44))) - 1 / (1 + np.exp(-12 * (times - 0.5))))
    assert mean_shift(0.5, 0.44)[0] == pytest.approx(truth, abs=0.02)


@pytest.mark.parametrize("mean_s", [0.58, 0.42])
def test_going_along_the_curve_is_no_shift(mean_s: float) -> None:
    """The trap: plain accuracy tells of learning where somebody only took more time, or less."""
    shift, plain = mean_shift(mean_s, 0.5)
    assert shift == pytest.approx(0.0, abs=0.02)
    assert plain * (mean_s - 0.5) > 0.0 and abs(plain) > 0.12


def test_learning_that_goes_into_speed_is_seen() -> None:
    """Who gets quicker at the same plain accuracy has learnt."""
    shift, plain = mean_shift(0.44, 0.44)
    assert plain == pytest.approx(0.0, abs=0.02)
    assert shift > 0.1


def test_the_shift_of_the_other_order_is_the_opposite() -> None:
    one, other = reaching(1, 150, 0.5), reaching(2, 130, 0.55, 0.45)
    there, back = accuracy_shift(*one, *other), accuracy_shift(*other, *one)
    assert isinstance(there, float) and isinstance(back, float)
    assert there == pytest.approx(-back, abs=0.01)


def test_times_that_do_not_overlap_have_no_shift() -> None:
    slow, quick = reaching(1, 120, 0.9), reaching(2, 120, 0.3)
    assert accuracy_shift(*quick, *slow) == Missing("times_do_not_overlap")
    times, _ = reaching(1, 120, 0.5)
    assert accuracy_shift(times, times > 0, times, times > 0) == Missing("accuracy_does_not_vary")


def day(n: int, radius_m: float = 0.01, distance_m: float = 0.1, error_m: float = 0.005) -> Reaches:
    times = np.linspace(0.4, 0.6, n)
    return Reaches(times, np.full(n, error_m), radius_m, distance_m)


def test_sessions_are_pooled_from_both_ends_and_never_twice() -> None:
    days = [day(60), day(60, radius_m=0.03, error_m=0.02), day(70), day(110, error_m=0.03)]
    sides = first_and_newest(days)
    assert not isinstance(sides, Missing)
    assert sides[0].radius_m == 0.01, "the first session's target judges"
    assert [len(each.time_s) for each in sides] == [120, 110]
    assert set(sides[1].error_m) == {0.03}
    assert first_and_newest([day(60), day(60), day(60)]) == Missing("too_few_reaches")
    assert first_and_newest([day(LEAST_POOLED)]) == Missing("too_few_reaches")
    assert not isinstance(first_and_newest([day(LEAST_POOLED), day(LEAST_POOLED)]), Missing)


def test_what_belongs_to_the_curve() -> None:
    """Reaches turned, led, unseen, interrupted or cut are not on it."""
    planned = [PlannedTrial(phase="baseline", duration_s=0.5 + 0.01 * at, hand_deg=2.0) for at in range(8)]
    found = recording(planned)

    def count(kept: object) -> int:
        reaches = reaches_of(trials_of(kept))  # type: ignore[arg-type]
        return 0 if reaches is None else len(reaches.time_s)

    reaches = reaches_of(trials_of(found.events))
    assert reaches is not None and len(reaches.time_s) == 8
    assert (reaches.radius_m, reaches.distance_m) == (pytest.approx(0.012), pytest.approx(0.1))
    for change in ({"rotation_deg": 10.0}, {"clamp": True}, {"shows": "nothing"}, {"cue_strength": 0.5}):
        assert count(with_starts(found, lambda trial, c=change: c if trial < 3 else {}).events) == 5
    late = [
        msgspec.structs.replace(each, outcome="timeout")
        if isinstance(each, TrialEnd) and each.trial < 2
        else each
        for each in found.events
    ]
    assert count(late) == 6
    assert count(with_jumps(found, lambda trial, go: go + 10, [30.0] * 8).events) == 0
    dropped = [
        each
        for event in found.events
        for each in (
            [DropOut(tick=event.tick, ticks=30), event]
            if isinstance(event, TrialEnd) and event.trial == 0
            else [event]
        )
    ]
    assert count(dropped) == 7


def summary(
    at: int, reaches: Reaches | None, device: str = "mouse", rate_hz: float = 120.0
) -> SessionSummary:
    return SessionSummary(str(at), 86_400_000 * at, (), reaches=reaches, device=device, rate_hz=rate_hz)


def shift_of(sessions: list[SessionSummary]) -> tuple[float | None, str | None]:
    (row,) = (each for each in compute_across(sessions)["9"] if each.metric == "speed_accuracy_shift")
    return row.value, row.missing_reason


def test_only_sessions_of_the_same_reach_and_device_are_compared() -> None:
    before, was = reaching(1, 120, 0.5)
    now, is_now = reaching(2, 120, 0.55, 0.4)
    first = Reaches(before, np.where(was, 0.005, 0.02), 0.01, 0.1)
    newest = Reaches(now, np.where(is_now, 0.005, 0.02), 0.03, 0.105)
    expected = accuracy_shift(before, was, now, is_now)
    assert isinstance(expected, float) and expected > 0.1
    # A larger target in the newest session makes nobody more accurate.
    assert shift_of([summary(1, first), summary(9, newest)])[0] == pytest.approx(expected)
    few = (None, "too_few_reaches")
    assert shift_of([summary(1, first, "touch"), summary(9, newest)]) == few
    assert shift_of([summary(1, Reaches(before, first.error_m, 0.01, 0.15)), summary(9, newest)]) == few
    assert shift_of([summary(1, first, rate_hz=30.0), summary(9, newest)]) == few
    assert shift_of([summary(1, first), summary(9, newest, rate_hz=30.0)]) == (None, "sample_rate_too_low")
    assert shift_of([summary(1, first), summary(9, None)]) == (None, "no_unperturbed_trials")


def test_a_recording_brings_its_reaches() -> None:
    found = recording([PlannedTrial(phase="baseline", hand_deg=2.0)] * 4)
    kept = summary_of(found, ()).reaches
    assert kept is not None and len(kept.time_s) == 4
