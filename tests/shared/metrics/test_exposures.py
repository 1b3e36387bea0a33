"""Savings and interference: from the two-rate model's own numbers, in one session and over several."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from shared.learning import models
from shared.learning.spec import Schedule
from shared.metrics._exposures import (
    Exposure,
    exposures_of,
    interference,
    interference_early,
    savings,
    savings_early,
)
from shared.metrics._rows import Value
from shared.metrics.across import SessionSummary, compute_across
from shared.metrics.adaptation import learning_rate
from shared.metrics.compute import compute_recording
from shared.metrics.spec import MetricRow, Missing
from tests.shared.recordings import planned_session, recording

HOUR_MS = 3_600_000
ROTATION = 20.0


def two_rate(text: str) -> np.ndarray:
    """The published two-rate learner's output, noiseless, for a schedule."""
    model = models()["two_rate"]
    return model.simulate(model.complete({}), Schedule.parse(text), None)["output"]


def rate(output: np.ndarray, sign: float = 1.0) -> float:
    """The learning rate of a stretch whose perturbation is `sign`: hand angles are minus the output."""
    found = learning_rate(-ROTATION * output, np.full(len(output), sign * ROTATION), 4)
    assert isinstance(found, Value)
    return found.value


def exposure(output: np.ndarray, sign: float = 1.0) -> Exposure:
    """An exposure of 12 trials in cycles of four, from a baseline of zero."""
    early = float(np.mean(-ROTATION * output[:12]))
    return Exposure(sign * ROTATION, rate(output, sign), 12, early, 0.0)


def number(found: Value | Missing) -> float:
    assert isinstance(found, Value), found
    return found.value


@pytest.mark.science
def test_savings_of_the_two_rate_model() -> None:
    """Four counter-trials after 200: relearning is quicker; after a full washout it is not (SCIENCE 2.1)."""
    naive = exposure(two_rate("24x1"))
    after_counter = exposure(two_rate("200x1,4x-1,24x1")[204:])
    washed_out = exposure(two_rate("200x1,800x0,24x1")[1000:])
    early = np.mean(two_rate("200x1,4x-1,24x1")[204:216]) - np.mean(two_rate("24x1")[:12])
    assert number(savings_early([naive], after_counter)) == pytest.approx(early)
    assert early > 0.2
    assert number(savings([naive], after_counter)) > 0.02
    for measure in (savings, savings_early):
        assert number(measure([naive], washed_out)) == pytest.approx(0.0, abs=1e-6), "none after washout"


@pytest.mark.science
def test_interference_grows_with_the_practice_of_a() -> None:
    """B after 5 to 230 trials of A comes later and later (SCIENCE 2.1): the early share falls, always."""
    naive = exposure(two_rate("24x1"))
    after = [exposure(two_rate(f"{n}x1,24x-1")[n:], -1.0) for n in (5, 13, 41, 112, 230)]
    shares = [number(interference_early([naive], each)) for each in after]
    assert all(shares[0] < 1.0 and later < earlier for earlier, later in pairwise(shares))
    slopes = [number(interference([naive], each)) for each in after]
    assert min(slopes) > 1.5, "the slope counts the decay of A as learning of B"
    assert slopes[-1] == pytest.approx(1.998, abs=0.001)


def test_a_quick_learner_has_a_smaller_slope_but_adapts_more_early() -> None:
    """In cycles of eight the quicker of two one-rate learners is done within the first."""
    slow, quick = (ROTATION * (1 - (1 - b) ** np.arange(24)) for b in (0.10, 0.30))
    slopes = [number(learning_rate(-each, np.full(24, ROTATION), 8)) for each in (slow, quick)]
    first, now = (
        Exposure(ROTATION, slope, 24, -float(each.mean()), 0.0)
        for slope, each in zip(slopes, (slow, quick), strict=True)
    )
    assert number(savings([first], now)) < 0 < number(savings_early([first], now))


def test_which_exposures_are_the_same() -> None:
    first, now = Exposure(20.0, 0.10), Exposure(22.0, 0.15, 24)
    assert savings([first], now) == Value(pytest.approx(0.05), 24)
    assert savings([Exposure(-20.0, 0.1)], now) == Missing("first_exposure"), "the other side is not the same"
    assert savings([Exposure(30.0, 0.1)], now) == Missing("first_exposure")
    assert savings([first, Exposure(20.0, 0.3)], now) == Value(pytest.approx(0.05), 24), "from the first"
    assert savings([Exposure(20.0, None)], now) == Missing("no_learning_rate")


def test_what_counts_as_b_after_a() -> None:
    a, b = Exposure(20.0, 0.2), Exposure(-20.0, 0.1, 24)
    assert interference([a], b) == Value(pytest.approx(0.5), 24)
    assert interference([], b) == Missing("first_exposure")
    assert interference([a, b, a], b) == Missing("not_naive")
    assert interference([a], Exposure(20.0, 0.1)) == Missing("no_opposite_before")
    assert interference([a], Exposure(-40.0, 0.1)) == Missing("no_opposite_before")
    assert interference([Exposure(20.0, -0.1)], b) == Missing("no_naive_learning")
    assert interference([Exposure(20.0, None)], b) == Missing("no_learning_rate")


def mirrored(exposures: list[Exposure]) -> list[Exposure]:
    return [
        Exposure(
            -each.perturbation_deg,
            each.rate,
            each.n,
            None if each.early_deg is None else -each.early_deg,
            None if each.baseline_deg is None else -each.baseline_deg,
        )
        for each in exposures
    ]


def test_without_a_baseline_there_is_no_early_adaptation() -> None:
    first = Exposure(20.0, 0.1, 24, -8.0, 0.0)
    assert savings_early([first], Exposure(20.0, 0.1, 24, -9.0, None)) == Missing("no_learning_rate")
    own = savings_early([first], Exposure(20.0, 0.1, 24, -14.0, -5.0))
    assert own == Value(pytest.approx(0.05), 24), "what was kept from before is no savings"
    wrong = (0.0 + 14.0) / 20.0 - 8.0 / 20.0
    assert abs(wrong - 0.05) > 0.2


def test_mirroring_changes_nothing() -> None:
    past = [Exposure(20.0, 0.2, 9, -6.0, 1.0), Exposure(20.0, 0.25, 9, -8.0, 0.0)]
    now, again = Exposure(-20.0, 0.1, 9, 2.0, -4.0), Exposure(20.0, 0.3, 9, -11.0, -1.0)
    for measure in (interference, interference_early):
        assert measure(mirrored(past), mirrored([now])[0]) == measure(past, now)
    for measure in (savings, savings_early):
        assert measure(mirrored(past), mirrored([again])[0]) == measure(past, again)


def summary(hours: float, rows: list[MetricRow]) -> SessionSummary:
    return SessionSummary(f"{hours}", int(1_780_000_000_000 + hours * HOUR_MS), rows)


def of(sessions: list[SessionSummary], metric: str) -> MetricRow:
    rows = compute_across(sessions)[sessions[-1].session_id]
    return next(each for each in rows if each.metric == metric)


def test_a_then_b_in_one_session_and_a_again_the_next_day() -> None:
    two = compute_recording(
        recording(planned_session(rate=0.10) + planned_session(block=1, rotation_deg=-20.0, rate=0.05))
    )
    blocks = exposures_of(two)
    assert [each.perturbation_deg for each in blocks] == pytest.approx([20.0, -20.0])
    first, second = blocks
    assert first.rate is not None
    assert second.rate is not None
    found = of([summary(0, two)], "interference")
    assert found.value == pytest.approx(second.rate / first.rate)
    assert of([summary(0, two)], "savings").missing_reason == "first_exposure"
    again = compute_recording(recording(planned_session(rate=0.15)))
    later = of([summary(0, two), summary(24, again)], "savings")
    rate_again = next(each.value for each in again if (each.metric, each.scope) == ("learning_rate", ""))
    assert rate_again is not None
    assert later.value == pytest.approx(rate_again - first.rate)
    assert (of([summary(0, two), summary(24, again)], "savings_early").value or 0.0) > 0.1


def test_a_session_without_a_perturbation_is_no_exposure() -> None:
    still = compute_recording(recording(planned_session(rotation_deg=0.0)))
    assert exposures_of(still) == []
    assert of([summary(0, still)], "savings").missing_reason == "no_perturbation"
    assert of([summary(0, still)], "interference").missing_reason == "no_perturbation"


def test_the_model_of_a_learner_tells_first_from_second_whatever_its_side() -> None:
    """B then A gives what A then B gives: the side that comes first is the naive one."""
    a_first = [Exposure(20.0, 0.2, 24, -8.0, 0.0)]
    b_first = mirrored(a_first)
    now = Exposure(-20.0, 0.1, 24, 2.0, -6.0)
    assert interference_early(a_first, now) == interference_early(b_first, mirrored([now])[0])
    assert number(interference_early(a_first, now)) == pytest.approx(((0.0 - 2.0) / -20.0) / (8.0 / 20.0))
