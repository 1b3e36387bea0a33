"""Reads of the triage list and its counters.

All of it reads `TriageSummary`: a constant number of queries, and a page of fifty rows, whatever the number
of patients. Every function takes the actor, shows only patients whom they care for, and writes the log.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from django.core import signing
from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet, Sum

from clinic_server.clinics.selectors import clinic_today, clinic_zone
from clinic_server.core import access
from clinic_server.core.problems import Problem
from clinic_server.patients.selectors import patients_visible
from clinic_server.progress.models import Flag, SavedFilter, TriageSummary
from clinic_server.progress.rule_specs import KINDS, Rule, RuleSettings, spec_of
from clinic_server.progress.trends import BY_METRIC, Outcome

if TYPE_CHECKING:
    from clinic_server.core.actors import Actor
    from clinic_server.patients.models import Patient

LIMIT = 50
_SALT = "movere.triage"
ENDING = timedelta(days=7)
LEAST_VALID = 0.7
"""Below this share of usable frames a patient's data are a problem."""


@dataclass(frozen=True, slots=True)
class TriageFilter:
    """What the list is narrowed to. `show`: review, mine or all; `owner`: empty for anyone, mine, none."""

    show: str = "review"
    reason: str = ""
    condition: str = ""
    owner: str = ""
    text: str = ""

    @property
    def query(self) -> dict[str, str]:
        """The parameters of its address, without what is as usual."""
        usual = TriageFilter()
        names = {"text": "q"}
        return {
            names.get(key, key): value for key, value in asdict(self).items() if value != getattr(usual, key)
        }


@dataclass(frozen=True, slots=True)
class TriageRow:
    """One patient in a list. `flags` are open ones, the most urgent first, then the newest."""

    summary: TriageSummary
    flags: list[Flag]
    today: date

    @property
    def patient(self) -> Patient:
        return self.summary.patient

    @property
    def last_session_at(self) -> datetime | None:
        return self.summary.last_session_at

    @property
    def days_since(self) -> int | None:
        last = self.summary.last_session_on
        return None if last is None else (self.today - last).days

    @property
    def done_days(self) -> int:
        return self.summary.done_days

    @property
    def planned_days(self) -> int:
        return self.summary.planned_days

    @property
    def adherence(self) -> float | None:
        """Days played over days planned in the last fourteen, None when none was planned."""
        planned = self.summary.planned_days
        return self.summary.done_days / planned if planned else None

    @property
    def outcome(self) -> Outcome | None:
        return BY_METRIC.get(self.summary.trend_metric)

    @property
    def sure(self) -> float | None:
        """The certainty of the direction that the main outcome goes."""
        better = self.summary.trend_sure_better
        return None if better is None else max(better, 1.0 - better)


@dataclass(frozen=True, slots=True)
class Cut:
    """A page of a list: its rows, how many there are in all, and where the next page begins."""

    rows: list[TriageRow]
    total: int
    next_cursor: str | None


@dataclass(frozen=True, slots=True)
class Worklist:
    """How much work there is. `new` flags rose since `new_since`; `data_until` is when data last arrived."""

    patients: int
    mine: int
    needing: int
    unacknowledged: int
    new: int
    new_since: date
    ending: int
    quality: int
    data_until: datetime | None


def triage_rows(actor: Actor, wanted: TriageFilter, *, limit: int = LIMIT, cursor: str = "") -> Cut:
    """Return a page of the actor's patients, those with open flags first, by urgency and the flag's age.

    Raises:
        Problem: 403 `role_missing`; 400 for a limit outside 1 to 200 or a cursor that is none of ours.
    """
    rows = narrowed(actor, visible(actor), wanted)
    cut = cut_of(actor, rows, "place", limit, cursor)
    access.write(actor, "triage.read", result_count=len(cut.rows))
    return cut


def worklist(actor: Actor) -> Worklist:
    """Return the counters of all the actor's patients; numbers only. Raises as `triage_rows`."""
    today = clinic_today(actor.clinic_id)
    since = _last_working_day(today)
    rows = visible(actor)
    found = rows.aggregate(
        patients=Count("id"),
        mine=Count("id", filter=Q(owner_id=actor.user_id)),
        needing=Count("id", filter=Q(open_flags__gt=0)),
        unacknowledged=Sum("open_flags", default=0),
        ending=Count("id", filter=Q(plan_ends_on__gte=today, plan_ends_on__lte=today + ENDING)),
        quality=Count("id", filter=Q(valid_share__lt=LEAST_VALID)),
        data_until=Max("received_at"),
    )
    midnight = datetime.combine(since, time.min, tzinfo=clinic_zone(actor.clinic_id))
    return Worklist(**found, new=_flags_since(actor, midnight), new_since=since)


def new_flags(actor: Actor, since: datetime) -> int:
    """Return how many flags rose since a moment and still stand: what a page asks while it is looked at.

    A number that names nobody, so it is not in the log. Raises as `triage_rows`.
    """
    actor.require("patient.read")
    return _flags_since(actor, since)


def rules_in_force(actor: Actor) -> list[Rule]:
    """Return the clinic's rules as they stand, switched off ones too: the list explains itself."""
    return RuleSettings(actor.clinic_id, []).every()


def conditions(actor: Actor) -> list[str]:
    """Return the conditions of the actor's patients, by name. Not logged: names nobody."""
    rows = patients_visible(actor).exclude(condition="").order_by("condition")
    return list(rows.values_list("condition", flat=True).distinct())


def saved_filters(actor: Actor) -> list[SavedFilter]:
    """Return the actor's own named filters."""
    return list(SavedFilter.objects.filter(clinic_id=actor.clinic_id, user_id=actor.user_id))


def every_row(actor: Actor, wanted: TriageFilter, *, action: str) -> list[TriageRow]:
    """Return all rows of a filter, for a file; logged under `action`. Raises as `triage_rows`."""
    rows = narrowed(actor, visible(actor), wanted).order_by("place").select_related("patient", "owner")
    found = _with_flags(list(rows), clinic_today(actor.clinic_id))
    access.write(actor, action, result_count=len(found))
    return found


def visible(actor: Actor) -> QuerySet[TriageSummary]:
    """Return the rows of the actor's patients. Not logged: callers log theirs."""
    actor.require("patient.read")
    return TriageSummary.objects.filter(clinic_id=actor.clinic_id, patient__in=patients_visible(actor))


def narrowed(actor: Actor, rows: QuerySet[TriageSummary], wanted: TriageFilter) -> QuerySet[TriageSummary]:
    """Return those rows that a filter lets through."""
    if wanted.show == "review":
        rows = rows.filter(open_flags__gt=0)
    if wanted.show == "mine" or wanted.owner == "mine":
        rows = rows.filter(owner_id=actor.user_id)
    elif wanted.owner == "none":
        rows = rows.filter(owner=None)
    if wanted.reason in KINDS:
        standing = Flag.objects.filter(
            patient_id=OuterRef("patient_id"), rule__in=KINDS[wanted.reason],
            acknowledged_at=None, cleared_at=None,
        )  # fmt: skip
        rows = rows.filter(Exists(standing))
    if wanted.condition:
        rows = rows.filter(patient__condition=wanted.condition)
    if text := wanted.text.strip():
        rows = rows.filter(Q(patient__pseudonym__icontains=text) | Q(patient__condition__icontains=text))
    return rows


def cut_of(actor: Actor, rows: QuerySet[TriageSummary], by: str, limit: int, cursor: str) -> Cut:
    """Cut a page by a text that is unique in the clinic, in ascending order."""
    if not 1 <= limit <= 200:
        raise Problem(400, "invalid_limit", "limit is a whole number from 1 to 200")
    total = rows.count()
    if cursor:
        rows = rows.filter(**{f"{by}__gt": _after(cursor, by)})
    found = list(rows.order_by(by).select_related("patient", "owner")[: limit + 1])
    more = len(found) > limit
    found = found[:limit]
    last = _key(found[-1], by) if more else ""
    return Cut(
        _with_flags(found, clinic_today(actor.clinic_id)),
        total,
        signing.dumps([by, last], salt=_SALT) if more else None,
    )


def _key(row: TriageSummary, by: str) -> str:
    return row.place if by == "place" else row.patient.pseudonym


def _after(cursor: str, by: str) -> str:
    try:
        order, last = signing.loads(cursor, salt=_SALT)
    except (signing.BadSignature, ValueError, TypeError) as error:
        raise Problem(400, "invalid_cursor", "this cursor is not one of ours: start without it") from error
    if order != by:
        raise Problem(400, "invalid_cursor", "this cursor belongs to another list: start without it")
    return str(last)


def _with_flags(rows: list[TriageSummary], today: date) -> list[TriageRow]:
    flags: dict[Any, list[Flag]] = {each.patient_id: [] for each in rows}
    standing = Flag.objects.filter(patient_id__in=list(flags), acknowledged_at=None, cleared_at=None)
    for flag in standing.select_related("raised_by", "patient"):
        flags[flag.patient_id].append(flag)
    return [
        TriageRow(
            each,
            sorted(
                flags[each.patient_id],
                key=lambda flag: (spec_of(flag.rule).urgency, -flag.raised_at.timestamp()),
            ),
            today,
        )
        for each in rows
    ]


def _flags_since(actor: Actor, since: datetime) -> int:
    rows = Flag.objects.filter(
        clinic_id=actor.clinic_id, acknowledged_at=None, cleared_at=None, raised_at__gte=since
    )
    return rows.filter(patient__in=patients_visible(actor)).count()


def _last_working_day(today: date) -> date:
    day = today - timedelta(days=1)
    while day.weekday() > 4:
        day -= timedelta(days=1)
    return day
