"""The row of each patient in the lists (`TriageSummary`), written whenever something of it changes.

No actor: written by the judge and by services that have logged their own access, in the clinic's scope.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Max, Q

from clinic_server.clinics.selectors import clinic_today
from clinic_server.patients.models import CareTeamMember, Patient
from clinic_server.progress.models import Flag, TriageSummary
from clinic_server.progress.rule_specs import NO_URGENCY, spec_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from clinic_server.progress.facts import PatientFacts

_MONTH = 28
_SHOWN_VALUES = 30
_NEVER = "9" * 20


def place_of(pseudonym: str, flags: Iterable[tuple[str, datetime]]) -> str:
    """Return a row's place: the most urgent flag's urgency, when it rose, the pseudonym.

    Fixed-width digits, so that every database sorts it alike.

    Args:
        flags: rule and moment of each open flag.
    """
    ranked = sorted((spec_of(rule).urgency, at) for rule, at in flags)
    if not ranked:
        return f"{NO_URGENCY}{_NEVER}{pseudonym}"
    urgency, at = ranked[0]
    return f"{urgency:02d}{at:%Y%m%d%H%M%S%f}{pseudonym}"


def summaries_write(clinic_id: UUID, facts: dict[UUID, PatientFacts]) -> None:
    """Write the rows of these patients; owner stays as it is while they are in the care team."""
    patients = dict(Patient.objects.filter(id__in=list(facts)).values_list("id", "pseudonym"))
    flags = _open_flags(patients)
    reviewed = _reviewed(patients)
    owners = _owners(clinic_id, patients)
    rows = [
        TriageSummary(
            clinic_id=clinic_id,
            patient_id=key,
            place=place_of(pseudonym, flags[key]),
            open_flags=len(flags[key]),
            reviewed_at=reviewed.get(key),
            owner_id=owners.get(key),
            **_told(facts[key]),
        )
        for key, pseudonym in sorted(patients.items())
    ]
    written = {
        each.name for each in TriageSummary._meta.concrete_fields if each.name not in _KEPT
    }  # fmt: skip
    TriageSummary.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["patient"], update_fields=sorted(written)
    )


_KEPT = {"id", "created_at", "clinic", "patient"}


def flags_changed(clinic_id: UUID, patient_ids: Iterable[UUID]) -> None:
    """Write what depends on flags alone: the place, how many are open, when somebody reviewed."""
    patients = dict(Patient.objects.filter(id__in=list(patient_ids)).values_list("id", "pseudonym"))
    flags, reviewed = _open_flags(patients), _reviewed(patients)
    for key, pseudonym in sorted(patients.items()):
        TriageSummary.objects.filter(clinic_id=clinic_id, patient_id=key).update(
            place=place_of(pseudonym, flags[key]), open_flags=len(flags[key]), reviewed_at=reviewed.get(key)
        )


def patient_listed(patient: Patient) -> None:
    """Give a new patient a row, so that nobody is missing from the list."""
    TriageSummary.objects.get_or_create(
        patient=patient,
        defaults={"clinic_id": patient.clinic_id, "place": place_of(patient.pseudonym, [])},
    )


def team_changed(member: CareTeamMember) -> None:
    """Keep the owner a member of the care team; the team's own owner takes a patient that nobody has."""
    owner = _owners(member.clinic_id, [member.patient_id]).get(member.patient_id)
    TriageSummary.objects.filter(patient_id=member.patient_id).update(owner_id=owner)


def _told(facts: PatientFacts) -> dict[str, Any]:
    newest = facts.sittings[-1] if facts.sittings else None
    done, planned = facts.days(14)
    month_done, month_planned = facts.days(_MONTH)
    before_done, before_planned = facts.days(_MONTH, ending=_MONTH)
    trend = facts.trend
    return {
        "last_session_at": facts.last_at,
        "last_session_on": facts.last_on,
        "sessions": facts.sessions,
        "pain_before": newest.pain_before if newest else None,
        "pain_after": newest.pain_after if newest else None,
        "pain_change": facts.pain_change,
        "done_days": done,
        "planned_days": planned,
        "month_done": month_done,
        "month_planned": month_planned,
        "before_done": before_done,
        "before_planned": before_planned,
        "trend_metric": trend.outcome.metric if trend.outcome else "",
        "trend_verdict": trend.verdict,
        "trend_sure_better": trend.sure_better,
        "trend_values": [round(each, 3) for each in trend.values[-_SHOWN_VALUES:]],
        "trend_now": trend.now,
        "plan_ends_on": facts.plan_ends_on,
        "received_at": facts.received_at,
        "app_version": facts.app_version,
        "valid_share": facts.valid_share,
        "judged_on": facts.today,
    }


def _open_flags(patients: Iterable[UUID]) -> dict[UUID, list[tuple[str, datetime]]]:
    found: dict[UUID, list[tuple[str, datetime]]] = {each: [] for each in patients}
    rows = Flag.objects.filter(patient_id__in=list(found), acknowledged_at=None, cleared_at=None)
    for patient_id, rule, at in rows.values_list("patient_id", "rule", "raised_at"):
        found[patient_id].append((rule, at))
    return found


def _reviewed(patients: Iterable[UUID]) -> dict[UUID, datetime | None]:
    rows = Flag.objects.filter(patient_id__in=list(patients), acknowledged_at__isnull=False).order_by()
    return {
        row["patient_id"]: row["newest"]
        for row in rows.values("patient_id").annotate(newest=Max("acknowledged_at"))
    }


def _owners(clinic_id: UUID, patients: Iterable[UUID]) -> dict[UUID, UUID | None]:
    """Return who has each patient: as they took them on, else the care team's owner, if in the team now."""
    ids, today = list(patients), clinic_today(clinic_id)
    team = CareTeamMember.objects.filter(
        Q(ends_on=None) | Q(ends_on__gte=today), patient_id__in=ids, starts_on__lte=today
    ).order_by("starts_on")
    members: dict[UUID, dict[UUID, bool]] = {each: {} for each in ids}
    for patient_id, user_id, is_owner in team.values_list("patient_id", "user_id", "is_owner"):
        members[patient_id][user_id] = is_owner
    taken = dict(TriageSummary.objects.filter(patient_id__in=ids).values_list("patient_id", "owner_id"))
    found: dict[UUID, UUID | None] = {}
    for key in ids:
        known = taken.get(key)
        founders = [user for user, is_owner in members[key].items() if is_owner]
        found[key] = known if known in members[key] else (founders[0] if founders else None)
    return found
