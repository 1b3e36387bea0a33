"""Each rule by itself: it rises beyond its threshold, holds between, and ends within its clearing bound."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from clinic_server.progress import day_rules, reasons
from clinic_server.progress.facts import PatientFacts, Sitting
from clinic_server.progress.flags import Judged
from clinic_server.progress.rule_specs import KINDS, RULES
from clinic_server.progress.session_rules import _ratio
from clinic_server.progress.summaries import place_of
from clinic_server.progress.trends import BY_METRIC, Point, trend_of

TODAY = date(2026, 11, 24)
BIAS = BY_METRIC["opening_probe_bias_deg"]


def _days(*ago: int) -> list[Sitting]:
    days = [TODAY - timedelta(days=each) for each in sorted(ago, reverse=True)]
    return [Sitting(day, datetime(day.year, day.month, day.day, 9, tzinfo=UTC), 0, 0) for day in days]


def _facts(planned: list[int], played: list[int], **changes: Any) -> PatientFacts:
    sittings = _days(*played)
    return PatientFacts(
        UUID(int=1), TODAY, planned={TODAY - timedelta(days=each) for each in planned},
        asked_since=TODAY - timedelta(days=60), sittings=sittings,
        last_on=sittings[-1].day if sittings else None, **changes,
    )  # fmt: skip


def _points(values: list[float], *, every_days: float = 2.0) -> list[Point]:
    first = datetime(2026, 11, 1, 9, tzinfo=UTC)
    return [Point(first + timedelta(days=every_days * at), each) for at, each in enumerate(values)]


def _said(judged: Judged) -> str:
    assert judged.finding is not None
    return reasons.in_english(judged.finding.message, judged.finding.words)


def test_ten_kinds_of_which_three_are_on_and_no_rule_flickers() -> None:
    kinds = {each.kind for each in RULES.values()}
    assert len(RULES) == 10
    assert {each.kind for each in RULES.values() if each.enabled} == {"safety", "silent", "decline"}
    assert KINDS["safety"] == ("fall_event", "pain_up")
    assert kinds <= set(KINDS)
    for rule in RULES.values():
        assert rule.least <= rule.threshold <= rule.most, rule.id


@pytest.mark.parametrize("language", ["en", "de"])
def test_every_reason_can_be_said(language: str) -> None:
    from django.utils.translation import override

    words = {
        "symptom": "x", "pain": 8, "rise": 3, "before": 1, "after": 4, "sessions": 3, "count": 3, "of": 4,
        "percent": 30, "days": 3, "last_on": "2026-11-09", "done": 2, "planned": 10, "planned_before": 9,
        "weeks": 4, "ends_on": "2026-12-01", "ratio": 2.3,
    }  # fmt: skip
    with override(language):
        for message in reasons.TEXTS:
            assert reasons.chip(message, words)
            assert "%(" not in reasons.chip(message, words) + reasons.detail(message, words)


def test_silence_counts_planned_days_or_a_week_and_ends_with_a_session() -> None:
    rule = RULES["silent"]
    assert _said(day_rules.silent(rule, _facts([1, 2, 3], [5]))) == "Silent for 3 planned days, since 19 Nov"
    assert day_rules.silent(rule, _facts([1, 2], [3])).finding is None
    assert _said(day_rules.silent(rule, _facts([2], [8]))).startswith("Silent for 8 days, since 16 Nov")
    assert day_rules.silent(rule, _facts([], [30])).finding is None, "nothing was asked for"
    assert day_rules.silent(rule, _facts([1, 2, 3], [0])).is_over


def test_adherence_drop_by_level_and_by_fall_with_a_gap_between_rising_and_ending() -> None:
    rule = RULES["adherence_drop"]
    planned = list(range(1, 28, 2))
    low = day_rules.adherence_drop(rule, _facts(planned, [1, 15, 17, 19]))
    assert _said(low) == "1 of 7 planned days played, in 14 days"
    fell = day_rules.adherence_drop(rule, _facts(planned, [1, 3, 5, 7, 15, 17, 19, 21, 23, 25, 27]))
    assert _said(fell).startswith("Days played fell from 7 to 4")
    between = day_rules.adherence_drop(rule, _facts(planned, [1, 3, 5, 7, 15, 17, 19, 21, 23]))
    assert (between.finding, between.is_over) == (None, False)
    well = day_rules.adherence_drop(rule, _facts(planned, [1, 3, 5, 7, 9]))
    assert (well.finding, well.is_over) == (None, True)
    assert day_rules.adherence_drop(rule, _facts([1, 3], [])) == Judged(), "two days say nothing"


def test_overuse_counts_sessions_over_planned_days() -> None:
    rule = RULES["overuse"]
    judged = day_rules.overuse(rule, _facts([2, 4], [0, 1, 2, 3, 4, 5]))
    assert _said(judged) == "Played 6 times in 7 days, 3 asked for: 200 % of what was planned"
    assert day_rules.overuse(rule, _facts([2, 4, 6], [2, 3, 4, 6])) == Judged(), "a third more: it stands"
    assert day_rules.overuse(rule, _facts([2, 4, 6], [2, 4])).is_over


def test_plateau_needs_weeks_of_sessions_without_a_direction() -> None:
    rule = RULES["plateau"]
    wavers = _points([8.0, 9.0] * 6)
    judged = day_rules.plateau(rule, _facts([], [], outcomes={BIAS.metric: wavers}))
    assert _said(judged) == "No change for 4 weeks, 12 valid sessions; consider a change of mode"
    few = _facts([], [], outcomes={BIAS.metric: wavers[:7]})
    assert day_rules.plateau(rule, few) == Judged()
    falls = _points([20.0 - each for each in range(12)])
    assert day_rules.plateau(rule, _facts([], [], outcomes={BIAS.metric: falls})).is_over


def test_a_plan_ends_in_days_and_has_ended() -> None:
    rule = RULES["plan_ending"]

    def ends(days: int) -> Judged:
        return day_rules.plan_ending(rule, _facts([], [], plan_ends_on=TODAY + timedelta(days=days)))

    assert _said(ends(6)) == "Plan ends in 6 days, on 30 Nov"
    assert _said(ends(-2)) == "Plan has ended, on 22 Nov"
    assert ends(8).is_over
    assert day_rules.plan_ending(rule, _facts([], [])).is_over, "a plan without an end"


def test_a_side_is_left_out_by_share_of_what_was_offered() -> None:
    assert _ratio({"right": (20, 20), "left": (20, 8)}) == pytest.approx(2.5)
    assert _ratio({"right": (40, 40), "left": (20, 20)}) == 1.0, "twice as many were offered"
    assert _ratio({"right": (20, 20), "left": (9, 1)}) is None, "fewer than ten are not judged"
    assert _ratio({"right": (20, 20), "left": (20, 0)}) == pytest.approx(40.0)


def test_certainty_is_the_posterior_of_the_slopes_sign() -> None:
    """Against Student's t computed here from the textbook's formulas for a known series."""
    from scipy import stats

    values = [12.0, 11.0, 11.5, 9.0, 10.0, 8.5]
    points = _points(values, every_days=3.0)
    fit = stats.linregress([3.0 * at for at in range(6)], values)
    falling = stats.t.cdf(-fit.slope / fit.stderr, df=4)
    trend = trend_of(BIAS, points)
    assert trend.sure_better == pytest.approx(falling)
    assert trend.verdict == "better"
    assert trend_of(BIAS, _points([-each for each in values])).verdict == "worse"
    assert trend_of(BIAS, points[:3]).verdict == "little"
    assert trend_of(BIAS, _points([5.0, 5.0, 5.0, 5.0])).verdict == "same"
    assert trend_of(BIAS, _points([5.0, 4.0, 3.0, 2.0])).sure_better == 0.99, "never told to be certain"


def test_the_certainty_is_honest_under_noise_alone() -> None:
    """Of many series without any trend, a fifth is told surer than 80 % in each direction."""
    import numpy as np

    random = np.random.default_rng(5)
    told = [trend_of(BIAS, _points(list(random.normal(10, 2, 8)))).verdict for _ in range(600)]
    assert told.count("better") / 600 == pytest.approx(0.2, abs=0.05)
    assert told.count("worse") / 600 == pytest.approx(0.2, abs=0.05)


def test_the_list_is_ordered_by_urgency_then_age_then_pseudonym() -> None:
    old, new = datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 11, 9, tzinfo=UTC)
    ordered = [
        place_of("MV-0009", [("plan_ending", old), ("fall_event", new)]),
        place_of("MV-0001", [("silent", old)]),
        place_of("MV-0000", [("silent", new)]),
        place_of("MV-0002", [("plan_ending", old)]),
        place_of("MV-0003", []),
        place_of("MV-0004", []),
    ]
    assert ordered == sorted(ordered)
