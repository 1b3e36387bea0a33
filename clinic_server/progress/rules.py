"""Triage flags: rules over data, each with a default, a bound, a source, and its reason in words.

A clinic may change a rule's threshold and window (`FlagRule`). A flag rises once for what it is about: a
session, or a run of silent days; it never comes back by itself once it was acknowledged.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import takewhile
from statistics import median
from typing import TYPE_CHECKING
from uuid import UUID

from django.utils import timezone

from clinic_server.clinics.selectors import clinic_today, clinic_zone
from clinic_server.patients.models import Patient
from clinic_server.plans.selectors import planned_days
from clinic_server.progress.models import Flag, FlagRule, MetricResult
from clinic_server.recordings.models import Session

if TYPE_CHECKING:
    from clinic_server.recordings.models import UrgentEvent

_LOOK_BACK = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class Rule:
    """A kind of flag. `threshold` and `window` mean what `text` says; `source` where they come from."""

    id: str
    threshold: float
    window: int
    text: str
    source: str


DEFAULTS = {
    each.id: each
    for each in (
        Rule("silent", 3, 60, "planned days in a row without a session (threshold)", "PRODUCT 4.5"),
        Rule(
            "safety", 7, 1, "pain at or above the threshold, +3 in a session, or a fall", "PRODUCT 4.5"
        ),
        Rule(
            "decline", 0, 3, "next-day retention below the threshold in as many sessions in a row (window)",
            "DESIGN 6; SCIENCE 1.5",
        ),
    )
}  # fmt: skip
PAIN_RISE = 3
"""A rise of pain within a session that counts as `safety`, whatever the threshold (SCIENCE 4.3)."""


def setting(clinic_id: UUID, rule: str) -> Rule | None:
    """Return a rule as a clinic has set it, None when it switched the rule off."""
    default = DEFAULTS[rule]
    row = FlagRule.objects.filter(clinic_id=clinic_id, rule=rule).first()
    if row is None:
        return default
    if not row.enabled:
        return None
    return Rule(rule, row.threshold, row.window, default.text, "set by the clinic")


def after_session(*, session: Session) -> None:
    """Judge a session that was stored or measured: pain, retention, and the end of a silence."""
    _pain(session)
    _decline(session)
    _silence_over(session)


def after_event(*, event: UrgentEvent) -> None:
    """Judge an urgent event at once: a fall, a warning symptom, severe pain."""
    rule = setting(event.clinic_id, "safety")
    if rule is None:
        return
    words = {
        "fall": "A fall was noticed during play",
        "fall_unanswered": "A fall was noticed and nobody answered",
        "symptom": f"A warning symptom was reported: {event.detail or 'not named'}",
        "pain": f"Pain {event.pain} of 10 during play",
        "stop": "Play was stopped for safety",
    }
    if event.what == "pain" and (event.pain or 0) < rule.threshold and event.pain is not None:
        return
    raise_flag(
        rule, patient_id=event.patient_id, clinic_id=event.clinic_id, about=_about_event(event),
        reason=words[event.what], value=event.pain, window="one event", session_id=_known(event.session_id),
    )  # fmt: skip


def _about_event(event: UrgentEvent) -> str:
    """Pain that stopped a session is the same matter as that session's pain, which arrives later."""
    same = event.what in ("pain", "symptom") and event.session_id is not None
    return f"session:{event.session_id}" if same else f"event:{event.id}"


def _known(session_id: UUID | None) -> UUID | None:
    found = Session.objects.filter(id=session_id).exists() if session_id else False
    return session_id if found else None


def _pain(session: Session) -> None:
    rule = setting(session.clinic_id, "safety")
    if rule is None:
        return
    worst = max(
        (each for each in (session.pain_before, session.pain_after) if each is not None), default=None
    )
    rise = (
        session.pain_after - session.pain_before
        if session.pain_after is not None and session.pain_before is not None
        else 0
    )
    if session.warning:
        reason = f"A warning symptom was reported: {session.warning}"
    elif worst is not None and worst >= rule.threshold:
        reason = f"Pain {worst} of 10 in a session"
    elif rise >= PAIN_RISE:
        reason = f"Pain +{rise} in a session, from {session.pain_before} to {session.pain_after}"
    else:
        return
    raise_flag(
        rule, patient_id=session.patient_id, clinic_id=session.clinic_id, about=f"session:{session.id}",
        reason=reason, value=worst, window="one session", session_id=session.id,
    )  # fmt: skip


def _decline(session: Session) -> None:
    """One flag for a run of sessions that kept less than was gained; it clears when the run ends.

    A single bad night is within the noise of eight reaches, so the run must be as long as the window.
    """
    rule = setting(session.clinic_id, "decline")
    if rule is None:
        return
    newest = (
        MetricResult.objects.filter(
            patient_id=session.patient_id, metric="retention", scope="", value__isnull=False
        )
        .select_related("session")
        .order_by("-session__started_at", "-session__device_seq")
    )
    run = list(takewhile(lambda row: row.value is not None and row.value < rule.threshold, newest))
    if not run:
        Flag.objects.filter(
            patient_id=session.patient_id, rule="decline", cleared_at=None, acknowledged_at=None
        ).update(cleared_at=timezone.now())
    if len(run) < rule.window:
        return
    kept = median(row.value for row in run if row.value is not None)
    raise_flag(
        rule, patient_id=session.patient_id, clinic_id=session.clinic_id,
        about=f"run:{run[-1].session_id}",
        reason=f"Less kept overnight than gained, {len(run)} sessions in a row: retention {100 * kept:.0f} %",
        value=kept, window=f"last {len(run)} with a next-day probe", session_id=run[0].session_id,
    )  # fmt: skip


def silent_check(*, clinic_id: UUID) -> int:
    """Raise and clear the flags of patients who have not played for three planned days; return how many rose.

    Today is not over, so it never counts as missed. Runs in the clinic's scope.
    """
    rule = setting(clinic_id, "silent")
    if rule is None:
        return 0
    today, zone = clinic_today(clinic_id), clinic_zone(clinic_id)
    first = today - _LOOK_BACK
    patients = list(Patient.objects.filter(clinic_id=clinic_id))
    planned = planned_days([each.id for each in patients], first, today - timedelta(days=1), zone)
    played: dict[UUID, date] = {}
    rows = Session.objects.filter(clinic_id=clinic_id, local_date__isnull=False).values_list(
        "patient_id", "local_date"
    )
    for patient_id, day in rows:
        if day is not None:
            played[patient_id] = max(day, played.get(patient_id, day))
    raised = 0
    for patient in patients:
        last = played.get(patient.id)
        missed = sorted(day for day in planned[patient.id] if last is None or day > last)
        if len(missed) < rule.threshold:
            continue
        since = f"since {last:%-d %b}" if last else "no session yet"
        raised += raise_flag(
            rule, patient_id=patient.id, clinic_id=clinic_id, about=f"since:{last or 'start'}",
            reason=f"Silent for {len(missed)} planned days, {since}", value=float(len(missed)),
            window=f"planned days {missed[0]:%-d %b} to {missed[-1]:%-d %b}", session_id=None,
        )  # fmt: skip
    return raised


def _silence_over(session: Session) -> None:
    Flag.objects.filter(
        patient_id=session.patient_id, rule="silent", cleared_at=None, acknowledged_at=None
    ).update(cleared_at=timezone.now())


def raise_flag(
    rule: Rule,
    *,
    patient_id: UUID,
    clinic_id: UUID,
    about: str,
    reason: str,
    value: float | None,
    window: str,
    session_id: UUID | None,
) -> bool:
    """Raise a flag once for what it is about; return whether it is new. A standing one keeps up to date."""
    flag, created = Flag.objects.get_or_create(
        patient_id=patient_id,
        rule=rule.id,
        about=about,
        defaults={
            "clinic_id": clinic_id,
            "reason": reason[:400],
            "value": value,
            "threshold": rule.threshold,
            "window": window[:80],
            "session_id": session_id,
            "raised_at": timezone.now(),
        },
    )
    if not created and flag.is_open and flag.reason != reason:
        flag.reason, flag.value, flag.window = reason[:400], value, window[:80]
        flag.save(update_fields=["reason", "value", "window"])
    return created
