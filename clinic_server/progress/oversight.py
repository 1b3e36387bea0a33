"""Reads of how good the rules are, how the caseload does, and whether the data can be trusted (C3 to C5)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db.models import Count, F, Min, Q, QuerySet, Sum
from django.db.models.functions import NullIf
from django.utils import timezone

from clinic_server.core import access
from clinic_server.core.models import Job
from clinic_server.progress.models import Flag, TriageSummary
from clinic_server.progress.rule_specs import HAND, Rule
from clinic_server.progress.triage import (
    LEAST_VALID,
    LIMIT,
    Cut,
    TriageFilter,
    cut_of,
    narrowed,
    rules_in_force,
    visible,
)

if TYPE_CHECKING:
    from clinic_server.core.actors import Actor

STALE = timedelta(days=7)
"""Data older than this are told to be old."""
WAITS_LONG = timedelta(minutes=30)
"""A job that has been due for longer than this is waiting for a worker that may not be there."""


@dataclass(frozen=True, slots=True)
class RuleHealth:
    """What became of a rule's flags: `fired` in all; `cleared` by themselves before anybody looked."""

    rule: Rule
    fired: int
    acknowledged: int
    acted: int
    dismissed: int
    cleared: int
    open: int

    @property
    def dismissed_share(self) -> float | None:
        """Share of acknowledged flags with a known outcome that needed nothing, None without any."""
        known = self.acted + self.dismissed
        return self.dismissed / known if known else None


def rule_health(actor: Actor, *, days: int = 90) -> list[RuleHealth]:
    """Return what became of each rule's flags in the clinic in the last days; counts that name nobody.

    Raises:
        Problem: 403 `role_missing`.
    """
    actor.require("flag_rule.read")
    since = timezone.now() - timedelta(days=days)
    acknowledged = Q(acknowledged_at__isnull=False)
    rows = (
        Flag.objects.filter(clinic_id=actor.clinic_id, raised_at__gte=since)
        .order_by()
        .values_list("rule")
        .annotate(
            fired=Count("id"),
            acknowledged=Count("id", filter=acknowledged),
            acted=Count("id", filter=acknowledged & Q(outcome=Flag.Outcome.ACTED)),
            dismissed=Count("id", filter=acknowledged & Q(outcome=Flag.Outcome.DISMISSED)),
            cleared=Count("id", filter=~acknowledged & Q(cleared_at__isnull=False)),
            open=Count("id", filter=~acknowledged & Q(cleared_at=None)),
        )
    )
    counts: dict[str, list[int]] = {rule: numbers for rule, *numbers in rows}
    access.write(actor, "rule_health.read", result_count=len(counts))
    return [RuleHealth(rule, *counts.get(rule.id, [0] * 6)) for rule in [*rules_in_force(actor), HAND]]


@dataclass(frozen=True, slots=True)
class Caseload:
    """How a caseload does. `now` and `before` count patients by tenths of planned days played in the last
    28 days and the 28 before (index 0 to 10); `verdicts` by where their main outcome goes."""

    cut: Cut
    now: list[int]
    before: list[int]
    verdicts: dict[str, int]
    played: int
    asked: int
    played_before: int
    asked_before: int


def caseload(actor: Actor, wanted: TriageFilter, *, limit: int = LIMIT, cursor: str = "") -> Caseload:
    """Return this month of the actor's patients against the last; raises as `triage_rows`."""
    rows = narrowed(actor, visible(actor), wanted)
    sums = rows.aggregate(
        **{
            each: Sum(each, default=0)
            for each in ("month_done", "month_planned", "before_done", "before_planned")
        }
    )
    verdicts = dict(rows.order_by().values_list("trend_verdict").annotate(count=Count("id")))
    cut = cut_of(actor, rows, "patient__pseudonym", limit, cursor)
    access.write(actor, "caseload.read", result_count=len(cut.rows))
    return Caseload(
        cut=cut,
        now=_tenths(rows, "month"),
        before=_tenths(rows, "before"),
        verdicts={each: verdicts.get(each, 0) for each in ("better", "same", "worse", "little")},
        played=sums["month_done"],
        asked=sums["month_planned"],
        played_before=sums["before_done"],
        asked_before=sums["before_planned"],
    )


@dataclass(frozen=True, slots=True)
class DataHealth:
    """Whether what is seen can be trusted. `queue` counts the clinic's jobs by state: waiting, running,
    failed; `oldest` is when the longest waiting one was due; `versions` counts patients by their game's."""

    cut: Cut
    patients: int
    stale: int
    never: int
    poor: int
    versions: list[tuple[str, int]]
    queue: dict[str, int]
    oldest: datetime | None


def data_health(actor: Actor, *, problems: bool = True, limit: int = LIMIT, cursor: str = "") -> DataHealth:
    """Return the state of the actor's patients' data, by default of those with a problem.

    Raises as `triage_rows`.
    """
    rows = visible(actor)
    old = Q(received_at__lt=timezone.now() - STALE)
    never, poor = Q(received_at=None), Q(valid_share__lt=LEAST_VALID)
    counts = rows.aggregate(
        patients=Count("id"),
        stale=Count("id", filter=old),
        never=Count("id", filter=never),
        poor=Count("id", filter=poor),
    )
    versions = rows.exclude(app_version="").order_by("-app_version").values_list("app_version")
    cut = cut_of(
        actor, rows.filter(old | never | poor) if problems else rows, "patient__pseudonym", limit, cursor
    )
    due = Job.objects.filter(clinic_id=actor.clinic_id, state=Job.State.READY)
    states = Job.objects.filter(clinic_id=actor.clinic_id).order_by().values_list("state")
    queue = dict(states.annotate(count=Count("id")))
    access.write(actor, "data_health.read", result_count=len(cut.rows))
    return DataHealth(
        cut=cut,
        **counts,
        versions=list(versions.annotate(count=Count("id"))),
        queue={
            "waiting": queue.get(Job.State.READY, 0),
            "running": queue.get(Job.State.LEASED, 0),
            "failed": queue.get(Job.State.DEAD, 0),
        },
        oldest=due.aggregate(oldest=Min("not_before"))["oldest"],
    )


def _tenths(rows: QuerySet[TriageSummary], month: str) -> list[int]:
    share = F(f"{month}_done") * 10 / NullIf(F(f"{month}_planned"), 0)
    counted = rows.filter(**{f"{month}_planned__gt": 0}).annotate(tenth=share).order_by()
    found = dict(counted.values_list("tenth").annotate(count=Count("id")))
    return [found.get(each, 0) for each in range(11)]
