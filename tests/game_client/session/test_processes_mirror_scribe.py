"""Mirror drawing over three days: the skill grows, stays over night, and needs no memory of the days."""

from __future__ import annotations

from statistics import mean
from typing import NamedTuple

import pytest
from msgspec.structs import replace

from shared.metrics.across import SessionSummary, compute_across, summary_of
from shared.metrics.compute import compute_recording
from shared.patient.person import Person, draw_person
from shared.patient.virtual import VirtualPatient
from shared.wire.trials import trials_of
from tests.virtual_sessions import make_plan, play

pytestmark = pytest.mark.science
SEEDS, DAYS, DAY_MS = (0, 1), 3, 86_400_000
PLAN = make_plan(game="mirror_scribe", practice=12, probe=0)


class Day(NamedTuple):
    """A day's pages in the order of play, and what the metrics say of it."""

    error_mm: list[float]
    took_s: list[float]
    plain_mm: list[float]
    plain_s: list[float]
    summary: SessionSummary


class Course(NamedTuple):
    days: list[Day]
    savings: float
    """Of the last day, as the metric across sessions has it."""


def played(person: Person, over_days: int = DAYS) -> Course:
    patient, days = VirtualPatient(person, person.seed), []
    for number in range(over_days):
        if number:
            patient.sleep(1.0)
            patient.wake(person.seed + 100 * number)
        _, found = play(PLAN, person.profile, person.seed + 100 * number, patient)
        found = replace(found, started_utc_ms=found.started_utc_ms + number * DAY_MS)
        day = Day([], [], [], [], summary_of(found, compute_recording(found)))
        for trial in trials_of(found.events):
            assert trial.trace and trial.end and trial.end.endpoint_error_m and trial.end.movement_time_s
            is_plain = trial.trace.mirror == "none"
            (day.plain_mm if is_plain else day.error_mm).append(1000.0 * trial.end.endpoint_error_m)
            (day.plain_s if is_plain else day.took_s).append(trial.end.movement_time_s)
        days.append(day)
    summaries = [each.summary for each in days]
    rows = compute_across(summaries)[summaries[-1].session_id]
    savings = next(each.value for each in rows if each.metric == "trace_savings")
    assert savings is not None
    return Course(days, savings)


@pytest.fixture(scope="module")
def healthy() -> list[Course]:
    return [played(draw_person("healthy_old", seed)) for seed in SEEDS]


def test_error_and_time_fall_within_the_first_day_and_over_the_days(healthy: list[Course]) -> None:
    begun = [each.days[0] for each in healthy]
    early, late = slice(0, 3), slice(-4, None)
    assert mean(mean(day.error_mm[late]) for day in begun) < 0.9 * mean(
        mean(day.error_mm[early]) for day in begun
    )
    assert mean(mean(day.took_s[late]) for day in begun) < mean(mean(day.took_s[early]) for day in begun)
    for course in healthy:
        first, _, last = course.days
        errors, times = [mean(day.error_mm) for day in course.days], [mean(day.took_s) for day in course.days]
        assert errors[0] > errors[1] and errors[2] < 0.9 * errors[0], errors
        assert times[0] > times[1] > times[2], times
        assert last.error_mm[0] < first.error_mm[0], "the very first page tells it already"


def test_what_was_learnt_is_there_on_the_third_day(healthy: list[Course]) -> None:
    assert min(course.savings for course in healthy) > 0.3
    rows = {each.metric: each.value for each in healthy[0].days[2].summary.rows if not each.scope}
    assert rows["trace_error_relative"] and rows["trace_time_s"] and rows["trace_exits"] is not None


def test_without_the_mirror_hardly_anything_changes(healthy: list[Course]) -> None:
    first = mean(mean(course.days[0].plain_mm) for course in healthy)
    last = mean(mean(course.days[2].plain_mm) for course in healthy)
    assert 0.7 * first < last < 1.3 * first
    assert first < 0.7 * mean(mean(course.days[0].error_mm) for course in healthy), "the mirror is the harder"
    slower = [mean(course.days[2].plain_s) / mean(course.days[0].plain_s) for course in healthy]
    assert all(0.85 < each < 1.15 for each in slower), slower


def test_people_with_amnesia_save_as_much(healthy: list[Course]) -> None:
    """Nothing that was shown or decided is recalled the next day; the skill is (H.M.)."""
    drawn = [draw_person("amnesia", seed) for seed in SEEDS]
    assert max(each.strategy_memory for each in drawn) < 0.2
    amnesic = [played(each) for each in drawn]
    assert min(course.savings for course in amnesic) > 0.3
    apart = mean(course.savings for course in amnesic) - mean(course.savings for course in healthy)
    assert abs(apart) < 0.2


def test_a_skill_that_no_night_keeps_saves_little(healthy: list[Course]) -> None:
    """The control: who keeps no skill over night begins the next day about as badly as the first."""
    drawn = [replace(draw_person("healthy_old", seed), night_skill=0.0) for seed in SEEDS]
    left = mean(played(each, over_days=2).savings for each in drawn)
    assert left < 0.5 * mean(course.savings for course in healthy), left
