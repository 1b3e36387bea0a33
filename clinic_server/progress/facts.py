"""What is known of patients today, read for many at once: days, sessions, outcomes, the plan's end.

A constant number of queries for a batch, whatever its size. No actor: the judge and the summaries read here,
inside the clinic's scope, and nothing leaves but flags and summaries.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from statistics import median
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Count, F, Max, Q

from clinic_server.clinics.selectors import clinic_today, clinic_zone
from clinic_server.devices.models import Profile
from clinic_server.plans.models import Plan, PlanDelivery, PlanVersion
from clinic_server.plans.selectors import planned_days
from clinic_server.progress.models import MetricDefinition, MetricResult
from clinic_server.progress.trends import BY_METRIC, LOW_QUALITY, OUTCOMES, Point, Trend, trend_of
from clinic_server.recordings.models import Bundle, Session

if TYPE_CHECKING:
    from collections.abc import Sequence

LOOK_BACK = timedelta(days=60)
TREND = timedelta(days=28)
LOSSES = "dropout_share"


@dataclass(frozen=True, slots=True)
class Sitting:
    """One session, as far as the rules ask. `worst_pain` is the greater of before and after."""

    day: date
    at: datetime | None
    pain_before: int | None
    pain_after: int | None

    @property
    def worst_pain(self) -> int | None:
        told = [each for each in (self.pain_before, self.pain_after) if each is not None]
        return max(told, default=None)


@dataclass(slots=True)
class PatientFacts:
    """One patient today. `planned` are the days asked for before today, `sittings` in the order of play;
    both reach back sixty days, `outcomes` twenty-eight."""

    patient_id: UUID
    today: date
    planned: set[date] = field(default_factory=set)
    asked_since: date | None = None
    """The day of the first delivery of a plan."""
    sittings: list[Sitting] = field(default_factory=list)
    last_on: date | None = None
    last_at: datetime | None = None
    sessions: int = 0
    plan_ends_on: date | None = None
    outcomes: dict[str, list[Point]] = field(default_factory=dict)
    losses: list[float] = field(default_factory=list)
    """Share of lost frames, newest last."""
    received_at: datetime | None = None
    app_version: str = ""

    @property
    def played(self) -> set[date]:
        return {each.day for each in self.sittings}

    def days(self, length: int, *, ending: int = 0) -> tuple[int, int]:
        """Return the days played of the days planned in so many days, ending so many days ago.

        Today counts once it is played.
        """
        last = self.today - timedelta(days=ending)
        first = last - timedelta(days=length - 1)
        played = {day for day in self.played if first <= day <= last}
        planned = {day for day in self.planned if first <= day <= last} | (played & {self.today})
        return len(played & planned), len(planned)

    @property
    def trend(self) -> Trend:
        """The main outcome: the first of the list that this patient has in the window."""
        found = next((each for each in OUTCOMES if self.outcomes.get(each.metric)), None)
        return trend_of(found, self.outcomes.get(found.metric, []) if found else [])

    @property
    def valid_share(self) -> float | None:
        newest = self.losses[-3:]
        return 1.0 - median(newest) if newest else None

    @property
    def pain_change(self) -> float | None:
        """Median of the last three sessions' worst pain less that of the three before; None with fewer."""
        told = [each.worst_pain for each in self.sittings]
        pains = [each for each in told if each is not None]
        return float(median(pains[-3:]) - median(pains[-6:-3])) if len(pains) >= 6 else None


def facts_of(clinic_id: UUID, patient_ids: Sequence[UUID]) -> dict[UUID, PatientFacts]:
    """Read what is known of these patients of one clinic, today in its zone."""
    ids, today, zone = list(patient_ids), clinic_today(clinic_id), clinic_zone(clinic_id)
    found = {each: PatientFacts(each, today) for each in ids}
    first = today - LOOK_BACK
    for patient_id, days in planned_days(ids, first, today - timedelta(days=1), zone).items():
        found[patient_id].planned = days
    for each in PlanDelivery.objects.filter(patient_id__in=ids, revision=1):
        found[each.patient_id].asked_since = each.created_at.astimezone(zone).date()
    _sessions(found, first)
    _plans(found)
    _numbers(found, today - TREND)
    _arrivals(found)
    return found


def _arrivals(found: dict[UUID, PatientFacts]) -> None:
    arrived = Bundle.objects.filter(patient_id__in=list(found), received_at__isnull=False).order_by()
    for row in arrived.values("patient_id").annotate(newest=Max("received_at")):
        found[row["patient_id"]].received_at = row["newest"]
    profiles = Profile.objects.filter(patient_id__in=list(found)).order_by("created_at")
    for patient_id, version in profiles.values_list("patient_id", "app_version"):
        found[patient_id].app_version = version


def _sessions(found: dict[UUID, PatientFacts], first: date) -> None:
    rows = Session.objects.filter(patient_id__in=list(found)).order_by()
    ever = rows.values("patient_id").annotate(
        count=Count("id"), last_at=Max("started_at"), last_on=Max("local_date")
    )
    for row in ever:
        facts = found[row["patient_id"]]
        facts.sessions, facts.last_at, facts.last_on = row["count"], row["last_at"], row["last_on"]
    recent = rows.filter(local_date__gte=first).order_by("started_at", "epoch", "device_seq")
    for patient_id, day, at, before, after in recent.values_list(
        "patient_id", "local_date", "started_at", "pain_before", "pain_after"
    ):
        if day is not None:
            found[patient_id].sittings.append(Sitting(day, at, before, after))


def _plans(found: dict[UUID, PatientFacts]) -> None:
    rows = PlanVersion.objects.filter(
        plan__patient_id__in=list(found),
        plan__state=Plan.State.ACTIVE,
        version=F("plan__active_version"),
    ).values_list("plan__patient_id", "content__schedule__ends_on")
    for patient_id, ends_on in rows:
        found[patient_id].plan_ends_on = date.fromisoformat(ends_on) if ends_on else None


def _numbers(found: dict[UUID, PatientFacts], first: date) -> None:
    asked = [*BY_METRIC, LOSSES]
    current = dict(
        MetricDefinition.objects.filter(is_current=True, metric__in=asked).values_list("metric", "version")
    )
    rows = (
        MetricResult.objects.filter(
            Q(quality__gte=LOW_QUALITY) | Q(metric=LOSSES),
            patient_id__in=list(found),
            metric__in=asked,
            scope="",
            value__isnull=False,
            session__status=Session.Status.OK,
            session__local_date__gte=first,
            session__started_at__isnull=False,
        )
        .order_by("session__started_at", "session__epoch", "session__device_seq")
        .values_list("patient_id", "metric", "version", "value", "session__started_at")
    )
    for patient_id, metric, version, value, at in rows:
        if value is None or at is None or current.get(metric, version) != version:
            continue
        if metric == LOSSES:
            found[patient_id].losses.append(value)
            continue
        size = abs(value) if BY_METRIC[metric].is_bias else value
        found[patient_id].outcomes.setdefault(metric, []).append(Point(at, size))
