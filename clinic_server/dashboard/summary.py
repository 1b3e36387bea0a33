"""Sentences by rules, never by free text: each clause is a fact with a link to its panel."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from statistics import mean, median
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clinic_server.dashboard.measured import kept_from, runs_of

if TYPE_CHECKING:
    from clinic_server.dashboard.record import PatientRecord
    from clinic_server.dashboard.series import Kept, Run
    from clinic_server.progress.selectors import CalendarDay
    from clinic_server.recordings.models import Trial


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


def clauses(record: PatientRecord) -> list[Clause]:
    """Return four to six clauses, in the order of the page."""
    if not record.usable:
        return [Clause(_("No session has arrived yet"), "adherence")]
    found = [Clause(_played(record), "adherence")]
    for run in runs_of(record)[:2]:
        if run.now is not None:
            found.append(Clause(_run_clause(run), f"run-{run.outcome.metric}"))
    kept = kept_from(record)
    if kept.kept_share is not None:
        share = f"{100 * kept.kept_share:.0f} %"
        found.append(Clause(_("%(share)s of a day's gain kept to the next") % {"share": share}, "kept"))
    pains = [each.pain_after for each in record.usable[-3:] if each.pain_after is not None]
    if pains:
        found.append(Clause(_("pain after play %(pain)g of 10") % {"pain": median(pains)}, "safety"))
    if record.plan is None:
        found.append(Clause(_("no plan is active"), "plan"))
    return found


def _played(record: PatientRecord) -> str:
    count = adherence(record.calendar, record.today)
    if count.planned:
        words = {"done": count.done, "planned": count.planned}
        return _("%(done)d of %(planned)d planned days played in 14 days") % words
    sessions = len(record.usable) + record.earlier
    return ngettext("%(count)d session so far", "%(count)d sessions so far", sessions) % {"count": sessions}


def _run_clause(run: Run) -> str:
    name = run.outcome.title
    name = name[:1].lower() + name[1:]
    words = {"name": name, "now": run.text(run.now), "base": run.text(run.baseline)}
    if run.baseline is None or run.change is None:
        return _("%(name)s %(now)s, too few sessions to compare") % words
    if run.verdict == "same":
        return _("%(name)s %(now)s, within its own noise of the baseline's %(base)s") % words
    if run.verdict == "better":
        return _("%(name)s %(now)s, better than the baseline's %(base)s") % words
    return _("%(name)s %(now)s, worse than the baseline's %(base)s") % words


def run_sentence(run: Run) -> str:
    """The answer above a run chart."""
    count = len(run.dots)
    if run.now is None:
        if not run.dots:
            return _("No valid session yet.")
        return ngettext(
            "%(count)d session so far; a comparison needs three.",
            "%(count)d sessions so far; a comparison needs three.",
            count,
        ) % {"count": count}
    if run.change is None or run.baseline_half is None:
        return _("Now %(now)s.") % {"now": run.text(run.now)}
    words = {"size": run.text(abs(run.change)), "noise": run.text(run.baseline_half)}
    if run.verdict == "same":
        return _("%(size)s from the baseline, within its own noise (%(noise)s).") % words
    if run.verdict == "better":
        return _("Better by %(size)s since the baseline, beyond its own noise (%(noise)s).") % words
    return _("Worse by %(size)s since the baseline, beyond its own noise (%(noise)s).") % words


def kept_sentence(kept: Kept) -> str:
    """The answer above learning against performance."""
    if kept.gained is None:
        return _("Needs a session with an opening and a closing probe.")
    size = {"size": f"{abs(kept.gained):.1f}°"}
    if kept.gained < 0:
        gained = _("The bias grows by %(size)s within a session") % size
    else:
        gained = _("The bias falls by %(size)s within a session") % size
    if kept.kept_share is None:
        return _("%(gained)s; what is kept to the next day is not measured yet.") % {"gained": gained}
    words = {"gained": gained, "share": f"{100 * kept.kept_share:.0f} %"}
    return _("%(gained)s; %(share)s of a day's gain is kept to the next.") % words


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
