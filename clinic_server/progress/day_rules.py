"""Rules that the day can change: silence, adherence, overuse, plateau, the plan's end. Pure, over facts."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from clinic_server.progress.flags import Finding, Judged

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from clinic_server.progress.facts import PatientFacts
    from clinic_server.progress.rule_specs import Rule

_LEAST_PLANNED = 3
"""Fewer planned days say nothing of a share."""
_DROP_POINTS = 0.30
_PLATEAU_SESSIONS = 8
_PLATEAU_SPAN_DAYS = 20


def silent(rule: Rule, facts: PatientFacts) -> Judged:
    """So many planned days missed in a row; or so many days without play, a planned one among them."""
    last = facts.last_on
    missed = sorted(day for day in facts.planned if last is None or day > last)
    since = last or facts.asked_since
    days = (facts.today - since).days if since is not None else 0
    by_plan, by_days = len(missed) >= rule.threshold, bool(missed) and days >= rule.window
    if not (by_plan or by_days):
        return Judged(is_over=not missed)
    words: dict[str, Any] = {"days": len(missed) if by_plan else days}
    if last is not None:
        words["last_on"] = last.isoformat()
    message = ("silent_planned" if by_plan else "silent_days") + ("" if last else "_never")
    window = f"planned days {_day(missed[0])} to {_day(missed[-1])}"
    return Judged(Finding(f"since:{last or 'start'}", message, words, float(words["days"]), window))


def adherence_drop(rule: Rule, facts: PatientFacts) -> Judged:
    """Too few of the planned days played, or far fewer than in the same time before."""
    done, planned = facts.days(rule.window)
    done_before, planned_before = facts.days(rule.window, ending=rule.window)
    if planned < _LEAST_PLANNED:
        return Judged()
    share = done / planned
    fell = planned_before >= _LEAST_PLANNED and share <= done_before / planned_before - _DROP_POINTS
    about, window = f"from:{facts.today}", f"last {rule.window} days"
    if share < rule.threshold:
        words: dict[str, Any] = {"done": done, "planned": planned, "days": rule.window}
        return Judged(Finding(about, "adherence_low", words, share, window))
    if fell:
        words = {"done": done, "planned": planned, "days": rule.window, "before": done_before,
                 "planned_before": planned_before}  # fmt: skip
        return Judged(Finding(about, "adherence_fell", words, share, window))
    return Judged(is_over=share >= rule.clear)


def overuse(rule: Rule, facts: PatientFacts) -> Judged:
    """Many more sessions than the plan asked for."""
    first = facts.today - timedelta(days=rule.window - 1)
    sessions = sum(each.day >= first for each in facts.sittings)
    planned = facts.days(rule.window)[1]
    if not planned:
        return Judged(is_over=True)
    ratio = sessions / planned
    if ratio <= rule.threshold:
        return Judged(is_over=ratio <= rule.clear)
    words = {"sessions": sessions, "days": rule.window, "planned": planned, "percent": round(100 * ratio)}
    return Judged(Finding(f"from:{facts.today}", "overuse", words, ratio, f"last {rule.window} days"))


def plateau(rule: Rule, facts: PatientFacts) -> Judged:
    """Many sessions over weeks, and neither better nor worse with any certainty."""
    trend = facts.trend
    points = facts.outcomes.get(trend.outcome.metric, []) if trend.outcome else []
    spans = (points[-1].at - points[0].at).days if points else 0
    if trend.sure is None or len(points) < _PLATEAU_SESSIONS or spans < _PLATEAU_SPAN_DAYS:
        return Judged()
    if trend.sure >= rule.threshold:
        return Judged(is_over=trend.sure >= rule.clear)
    words = {"weeks": rule.window // 7, "sessions": len(points)}
    return Judged(Finding(f"from:{facts.today}", "plateau", words, trend.sure, f"last {rule.window} days"))


def plan_ending(rule: Rule, facts: PatientFacts) -> Judged:
    """The active plan is about to end, or its last day is over."""
    ends = facts.plan_ends_on
    if ends is None or (ends - facts.today).days > rule.threshold:
        return Judged(is_over=True)
    left = (ends - facts.today).days
    message = "plan_ends" if left > 0 else "plan_ends_today" if left == 0 else "plan_ended"
    words = {"days": left, "ends_on": ends.isoformat()}
    return Judged(Finding(f"ends:{ends}", message, words, float(left), f"until {_day(ends)}"))


DAY_RULES: dict[str, Callable[[Rule, PatientFacts], Judged]] = {
    "silent": silent,
    "adherence_drop": adherence_drop,
    "overuse": overuse,
    "plateau": plateau,
    "plan_ending": plan_ending,
}


def _day(day: date) -> str:
    return f"{day:%-d %b}"
