"""Sentences by rules, never by free text: each clause is a fact with a link to its panel."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from statistics import mean, median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from clinic_server.dashboard.series import Kept, Run
    from clinic_server.plans.models import Plan
    from clinic_server.progress.selectors import CalendarDay
    from clinic_server.recordings.models import Session, Trial


@dataclass(frozen=True, slots=True)
class Clause:
    text: str
    panel: str


@dataclass(frozen=True, slots=True)
class Adherence:
    """Days played of days asked for: the last fourteen days before today, and all that is shown."""

    done: int
    planned: int
    done_all: int
    planned_all: int
    longest_gap: int | None


def adherence(calendar: list[CalendarDay], today: date) -> Adherence:
    """Count days; today counts once it is played."""
    since = today - timedelta(days=13)
    asked = [each for each in calendar if each.is_planned and (each.day < today or each.sessions)]
    recent = [each for each in asked if each.day >= since]
    played = [each.day for each in calendar if each.sessions]
    gaps = [(later - earlier).days - 1 for earlier, later in pairwise(played)]
    return Adherence(
        done=sum(each.sessions > 0 for each in recent),
        planned=len(recent),
        done_all=sum(each.sessions > 0 for each in asked),
        planned_all=len(asked),
        longest_gap=max(gaps, default=None),
    )


def clauses(
    *,
    calendar: list[CalendarDay],
    runs: list[Run],
    kept: Kept,
    sessions: list[Session],
    plan: Plan | None,
    today: date,
) -> list[Clause]:
    """Return four to six clauses, in the order of the page."""
    if not sessions:
        return [Clause("No session has arrived yet", "adherence")]
    count = adherence(calendar, today)
    found = []
    if count.planned:
        found.append(Clause(f"{count.done} of {count.planned} planned days played in 14 days", "adherence"))
    else:
        found.append(Clause(f"{len(sessions)} session{'s' * (len(sessions) != 1)} so far", "adherence"))
    for run in runs[:2]:
        if run.now is not None:
            found.append(Clause(_run_clause(run), f"run-{run.outcome.metric}"))
    if kept.kept_share is not None:
        found.append(Clause(f"{100 * kept.kept_share:.0f} % of a day's gain kept to the next", "kept"))
    pains = [each.pain_after for each in sessions[-3:] if each.pain_after is not None]
    if pains:
        found.append(Clause(f"pain after play {median(pains):g} of 10", "safety"))
    if plan is None:
        found.append(Clause("no plan is active", "plan"))
    return found


def _run_clause(run: Run) -> str:
    name = run.outcome.name.lower().replace("sparc", "SPARC")
    if run.baseline is None or run.change is None:
        return f"{name} {run.text(run.now)}, too few sessions to compare"
    words = f"{name} {run.text(run.now)}"
    if run.verdict == "same":
        return f"{words}, within its own noise of the baseline's {run.text(run.baseline)}"
    return f"{words}, {run.verdict} than the baseline's {run.text(run.baseline)}"


def run_sentence(run: Run) -> str:
    """The answer above a run chart."""
    if run.now is None:
        if not run.dots:
            return "No valid session yet."
        return f"{len(run.dots)} session{'s' * (len(run.dots) != 1)} so far; a comparison needs three."
    if run.change is None or run.baseline_half is None:
        return f"Now {run.text(run.now)}."
    size = run.text(abs(run.change))
    if run.verdict == "same":
        return f"{size} from the baseline, within its own noise ({run.text(run.baseline_half)})."
    noise = run.text(run.baseline_half)
    return f"{run.verdict.capitalize()} by {size} since the baseline, beyond its own noise ({noise})."


def kept_sentence(kept: Kept) -> str:
    """The answer above learning against performance."""
    if kept.gained is None:
        return "Needs a session with an opening and a closing probe."
    gained = f"The bias falls by {kept.gained:.1f}° within a session"
    if kept.gained < 0:
        gained = f"The bias grows by {-kept.gained:.1f}° within a session"
    if kept.kept_share is None:
        return f"{gained}; what is kept to the next day is not measured yet."
    return f"{gained}; {100 * kept.kept_share:.0f} % of a day's gain is kept to the next."


@dataclass(frozen=True, slots=True)
class PhaseRow:
    name: str
    trials: int
    hits: int | None
    hand_deg: float | None
    spread_deg: float | None
    movement_time_s: float | None
    course_error_mm: float | None
    """Median distance from the middle of the courses; None in a phase of reaches."""


def follows_course(trial: Trial) -> bool:
    """Whether a trial was a course to follow: judged by its distance, without a hand angle."""
    return trial.hand_deg is None and trial.outcome in ("hit", "miss") and trial.endpoint_error_mm is not None


def phase_rows(trials: list[Trial]) -> list[PhaseRow]:
    """The table beside a session's learning curve: one row a phase, in order."""
    order: dict[str, list[Trial]] = {}
    for trial in trials:
        name = "practice" if trial.phase == "ramp" else trial.phase
        if trial.probe:
            name = f"{trial.probe} probe"
        order.setdefault(name, []).append(trial)
    found = []
    for name, rows in order.items():
        angles = [each.hand_deg for each in rows if each.hand_deg is not None]
        judged = [each for each in rows if each.success is not None]
        times = [each.movement_time_s for each in rows if each.movement_time_s is not None]
        errors = [each.endpoint_error_mm for each in rows if follows_course(each)]
        centre = mean(angles) if angles else None
        spread = None
        if centre is not None and len(angles) > 1:
            spread = (sum((each - centre) ** 2 for each in angles) / (len(angles) - 1)) ** 0.5
        found.append(
            PhaseRow(
                name=name.capitalize(),
                trials=len(rows),
                hits=sum(bool(each.success) for each in judged) if judged else None,
                hand_deg=centre,
                spread_deg=spread,
                movement_time_s=median(times) if times else None,
                course_error_mm=median(each for each in errors if each is not None) if errors else None,
            )
        )
    return found
