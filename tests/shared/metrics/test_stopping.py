"""The stop-signal reaction time on simulated races whose truth is known, and each rule of the consensus."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.errors import MovereError
from shared.metrics._stop_signal import (
    StopSignalReactionTime,
    StopTrials,
    launch_failures,
    pooled,
    stop_signal_reaction_time,
)
from shared.metrics.across import compute_across, summary_of
from shared.metrics.compute import compute_recording
from shared.metrics.spec import Missing
from tests.shared.metrics.edited import reason, rows_of, with_stop_trials
from tests.shared.recordings import PlannedTrial, recording

SSRT_S = 0.25
OMITTED = 0.12


def race(
    seed: int, go: int = 300, stops: int = 100, ssrt_s: float = SSRT_S, omitted: float = OMITTED
) -> StopTrials:
    """An independent race: ex-Gaussian go process (mean .50 s), a constant stop process, a 1:1 staircase."""
    random = np.random.default_rng(seed)

    def draw(count: int) -> np.ndarray:
        times = random.normal(0.40, 0.05, count) + random.exponential(0.10, count)
        return np.where(random.random(count) < omitted, np.nan, times)

    delay, delays, responses = 0.25, [], []
    for go_s in draw(stops):
        responded = bool(go_s < delay + ssrt_s)  # an omission is not a response
        delays.append(delay)
        responses.append(go_s if responded else math.nan)
        delay = max(0.05, delay - 0.05) if responded else min(0.9, delay + 0.05)
    return StopTrials(draw(go), np.array(delays), np.array(responses))


def estimate(trials: StopTrials) -> StopSignalReactionTime:
    found = stop_signal_reaction_time(trials)
    assert not isinstance(found, Missing), found
    return found


def bias_s(measure: Callable[[StopTrials], float], omitted: float = OMITTED, people: int = 120) -> float:
    """Mean error over simulated people, seconds."""
    return float(np.mean([measure(race(seed, omitted=omitted)) for seed in range(people)])) - SSRT_S


@pytest.mark.science
def test_the_integration_method_finds_the_truth_of_a_race() -> None:
    """Over 120 people: within 10 ms of the true 250 ms without omissions, within 15 ms with 12 % of them.

    That it comes out a little short under a staircase is the method's own, and published.
    """
    assert abs(bias_s(lambda each: estimate(each).ssrt_s, omitted=0.0)) < 0.010
    assert abs(bias_s(lambda each: estimate(each).ssrt_s)) < 0.015


@pytest.mark.science
def test_the_wrong_variants_miss_it() -> None:
    """The mean method, omissions dropped, and the share of responses taken over all trials."""

    def nth(times: np.ndarray, share: float) -> float:
        return float(np.sort(times)[math.ceil(share * len(times)) - 1])

    def mean_method(each: StopTrials) -> float:
        return float(np.nanmean(each.go_rt_s) - each.stop_delay_s.mean())

    def dropped(each: StopTrials) -> float:
        return nth(each.go_rt_s[np.isfinite(each.go_rt_s)], each.responded) - float(each.stop_delay_s.mean())

    def pooled_share(each: StopTrials) -> float:
        answers = np.concatenate([each.go_rt_s, each.stop_rt_s])
        filled = np.where(np.isfinite(each.go_rt_s), each.go_rt_s, np.nanmax(each.go_rt_s))
        return nth(filled, float(np.isfinite(answers).mean())) - float(each.stop_delay_s.mean())

    assert bias_s(mean_method, omitted=0.0) > 0.011, "a skewed go time makes the mean method too long"
    assert bias_s(dropped) < -0.020, "dropped omissions make it too short"
    assert bias_s(pooled_share) > 0.050


def test_an_answer_by_hand() -> None:
    """60 go times .301 ... .360 s, half of 60 stops answered, delay .1 s: the 30th is .330 s."""
    go = 0.301 + 0.001 * np.arange(60)
    stops = np.where(np.arange(60) < 30, 0.31, np.nan)
    found = estimate(StopTrials(go[::-1].copy(), np.full(60, 0.1), stops))
    assert found.nth_go_rt_s == pytest.approx(0.330)
    assert found.ssrt_s == pytest.approx(0.230)
    assert (found.responded, found.go_trials, found.stop_trials) == (0.5, 60, 60)


def test_omissions_take_the_slowest_response_and_premature_ones_stay() -> None:
    go = 0.301 + 0.001 * np.arange(60)
    stops = np.where(np.arange(60) < 42, 0.31, np.nan)  # 70 %: the 42nd
    holed = go.copy()
    holed[:10] = np.nan
    plain = estimate(StopTrials(go, np.full(60, 0.1), stops)).nth_go_rt_s
    filled = estimate(StopTrials(holed, np.full(60, 0.1), stops)).nth_go_rt_s
    assert plain == pytest.approx(0.342)
    assert filled == pytest.approx(0.352), "the omissions stand at the slow end"
    early = go.copy()
    early[-10:] = 0.1
    quick = np.where(np.isfinite(stops), 0.28, np.nan)
    kept = estimate(StopTrials(early, np.full(60, 0.1), quick)).nth_go_rt_s
    assert kept == pytest.approx(0.332), "the premature ones stand at the quick end"


def few(share: float = 0.5, stop_rt_s: float = 0.30, stops: int = 60, go: int = 60) -> StopTrials:
    answered = np.arange(stops) < round(share * stops)
    return StopTrials(np.full(go, 0.35), np.full(stops, 0.1), np.where(answered, stop_rt_s, np.nan))


@pytest.mark.parametrize(
    ("trials", "why"),
    [
        (few(stops=0), "no_stop_trials"),
        (few(stops=49), "too_few_stop_trials"),
        (few(go=49), "too_few_go_trials"),
        (few(share=0.2), "respond_share_out_of_range"),
        (few(share=0.8), "respond_share_out_of_range"),
        (few(stop_rt_s=0.36), "failed_stops_slower_than_go"),
    ],
)
def test_when_there_is_no_estimate(trials: StopTrials, why: str) -> None:
    assert stop_signal_reaction_time(trials) == Missing(why)


@pytest.mark.parametrize("share", [0.25, 0.75])
def test_the_bounds_of_the_share_are_inside(share: float) -> None:
    assert isinstance(stop_signal_reaction_time(few(share=share)), StopSignalReactionTime)


def test_a_stop_trial_without_a_delay_is_refused() -> None:
    with pytest.raises(MovereError, match="delay"):
        StopTrials(np.zeros(3), np.array([0.1, np.nan]), np.zeros(2))


def test_failures_to_launch_are_counted_apart() -> None:
    go = np.concatenate([0.45 + 0.01 * np.arange(20), [1.4, np.nan, np.nan]])
    assert launch_failures(go) == (2, 1)
    assert launch_failures(np.full(4, np.nan)) == (4, 0)
    assert launch_failures(np.full(4, 0.4)) == (0, 0)


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 10_000), st.floats(-0.1, 0.1))
def test_a_later_go_signal_moves_nothing(seed: int, shift_s: float) -> None:
    """All times after go shifted alike: delays and reaction times move, their difference does not."""
    plain = race(seed)
    moved = StopTrials(plain.go_rt_s + shift_s, plain.stop_delay_s + shift_s, plain.stop_rt_s + shift_s)
    first, second = stop_signal_reaction_time(plain), stop_signal_reaction_time(moved)
    if isinstance(first, Missing) or isinstance(second, Missing):
        assert first == second
    else:
        assert first.ssrt_s == pytest.approx(second.ssrt_s)


def played(stops: int = 56, go: int = 56, **device: object):  # type: ignore[no-untyped-def]
    """Every second trial stops; half of the stop trials are answered."""
    planned = [PlannedTrial(phase="practice", reaction_s=0.4) for _ in range(go + stops)]
    rt: list[float | None] = []
    delay: list[float | None] = []
    for at in range(go + stops):
        stop = at % 2 == 1
        rt.append((0.3 if at % 4 == 1 else None) if stop else 0.35 + 0.05 * (at % 3))
        delay.append(0.15 if stop else None)
    found = with_stop_trials(recording(planned), rt, delay)
    return msgspec.structs.replace(found, device=msgspec.structs.replace(found.device, **device))


def test_a_session_gives_its_stop_signal_reaction_time() -> None:
    rows = rows_of(played())
    assert rows["stop_respond_share", ""].value == 0.5
    assert rows["stop_signal_delay_s", ""].value == pytest.approx(0.15)
    assert rows["go_reaction_time_s", ""].value == pytest.approx(0.4, abs=0.01)
    assert rows["ssrt_s", ""].value == pytest.approx(0.4 - 0.15, abs=1 / 120)
    assert rows["launch_failure_share", ""].value == 0.0
    assert rows["ssrt_s", ""].n == 56
    assert rows["success_rate", ""].n == 56, "stop trials have no success that counts"


def test_a_slow_device_has_no_stop_signal_reaction_time() -> None:
    slow = msgspec.structs.replace(played(rate_hz=60.0), samples=[])
    assert reason(slow, "ssrt_s") == "sample_rate_too_low"
    assert reason(recording([PlannedTrial(phase="practice")] * 8), "ssrt_s") == "no_stop_trials"


def test_sessions_are_pooled_until_there_are_fifty_stop_trials_with_one_device() -> None:
    part = played(stops=28, go=28)
    assert reason(part, "ssrt_s") == "too_few_stop_trials"
    days = [replace(summary_of(part, compute_recording(part)), session_id=str(at)) for at in range(3)]
    found = compute_across(days)
    pooled_rows = [next(each for each in found[str(at)] if each.metric == "ssrt_pooled_s") for at in range(3)]
    assert pooled_rows[0].missing_reason == "too_few_stop_trials"
    assert pooled_rows[1].value == pytest.approx(0.25, abs=1 / 120)
    assert pooled_rows[2].n == 56, "newest first, and no more than needed"
    other = [days[0], replace(days[1], device="mouse"), days[2]]
    mixed = compute_across(other)
    assert next(e for e in mixed["1"] if e.metric == "ssrt_pooled_s").missing_reason == "too_few_stop_trials"
    assert next(e for e in mixed["2"] if e.metric == "ssrt_pooled_s").n == 56
    slow = [replace(each, rate_hz=60.0) for each in days]
    assert (
        next(e for e in compute_across(slow)["2"] if e.metric == "ssrt_pooled_s").missing_reason
        == "sample_rate_too_low"
    )


def test_pooling_keeps_every_trial_in_order() -> None:
    parts = [race(1, go=5, stops=3), race(2, go=4, stops=2)]
    both = pooled(parts)
    assert (len(both.go_rt_s), len(both.stop_rt_s)) == (9, 5)
    assert np.array_equal(both.stop_delay_s[:3], parts[0].stop_delay_s)
