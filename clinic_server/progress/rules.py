"""The judge: when the rules of triage are asked, and what follows. Specs: `rule_specs`; words: `reasons`.

A session or an urgent event is judged when it arrives and again when it was measured; what the day changes
is judged every hour. A flag never comes back by itself for the same matter once it was acknowledged.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING
from uuid import UUID

from clinic_server.patients.models import Patient
from clinic_server.progress import session_rules
from clinic_server.progress.day_rules import DAY_RULES
from clinic_server.progress.facts import PatientFacts, facts_of
from clinic_server.progress.flags import StandingFlags, rise
from clinic_server.progress.rule_specs import RuleSettings
from clinic_server.progress.summaries import summaries_write
from clinic_server.recordings.models import Session

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from clinic_server.recordings.models import UrgentEvent

BATCH = 200
_ABSENCE = frozenset({"silent", "adherence_drop"})
"""What does not happen is judged by the hour: a backlog that arrives session by session raises none of it."""


def after_session(*, session: Session) -> None:
    """Judge a session that was stored or measured, and what it ends."""
    ids = {"patient_id": session.patient_id, "clinic_id": session.clinic_id}
    settings = RuleSettings(session.clinic_id, [session.patient_id])
    standing = StandingFlags.of([session.patient_id])
    for key, finding in session_rules.events_of_session(session):
        rule = settings.active(key, session.patient_id)
        if rule is not None:
            rise(rule, finding, **ids)
    rule = settings.active("pain_up", session.patient_id)
    if rule is not None:
        found = session_rules.pain(rule, session)
        if found is not None:
            rise(rule, found, **ids)
        standing.settle(rule, session_rules.pain_median(rule, session), **ids)
    for key, judge in session_rules.STATES.items():
        rule = settings.active(key, session.patient_id)
        if rule is not None:
            standing.settle(rule, judge(rule, session), **ids)
    facts = facts_of(session.clinic_id, [session.patient_id])
    _judge_day(session.clinic_id, facts, settings, standing, waits=_ABSENCE)
    summaries_write(session.clinic_id, facts)


def after_event(*, event: UrgentEvent) -> None:
    """Judge an urgent event at once: a fall, a warning symptom, severe pain."""
    settings = RuleSettings(event.clinic_id, [event.patient_id])
    pain = settings.active("pain_up", event.patient_id)
    known = Session.objects.filter(id=event.session_id).exists() if event.session_id else False
    found = session_rules.urgent(event, event.session_id if known else None, pain.threshold if pain else 0.0)
    rule = settings.active(found[0], event.patient_id) if found else None
    if rule is not None and found is not None:
        rise(rule, found[1], patient_id=event.patient_id, clinic_id=event.clinic_id)
        summaries_write(event.clinic_id, facts_of(event.clinic_id, [event.patient_id]))


def patients_judge(
    clinic_id: UUID, patient_ids: Sequence[UUID], *, waits: frozenset[str] = frozenset()
) -> int:
    """Judge what the day changes of these patients, and write their summaries; return how many flags rose.

    Args:
        waits: rules that may end a flag now and raise none.
    """
    facts = facts_of(clinic_id, patient_ids)
    settings = RuleSettings(clinic_id, patient_ids)
    raised = _judge_day(clinic_id, facts, settings, StandingFlags.of(patient_ids), waits=waits)
    summaries_write(clinic_id, facts)
    return raised


def day_check(*, clinic_id: UUID) -> int:
    """Judge every patient of a clinic, in batches; return how many flags rose. Runs in the clinic's scope.

    Today is not over, so it never counts as missed.
    """
    ids = Patient.objects.filter(clinic_id=clinic_id).order_by("id").values_list("id", flat=True)
    return sum(patients_judge(clinic_id, batch) for batch in _batches(ids.iterator()))


def plan_delivered(*, clinic_id: UUID, patient_id: UUID) -> None:
    """Judge again by a plan that has just been delivered."""
    patients_judge(clinic_id, [patient_id], waits=_ABSENCE)


def _judge_day(
    clinic_id: UUID,
    facts: dict[UUID, PatientFacts],
    settings: RuleSettings,
    standing: StandingFlags,
    *,
    waits: frozenset[str],
) -> int:
    raised = 0
    for patient_id, each in facts.items():
        for key, judge in DAY_RULES.items():
            rule = settings.active(key, patient_id)
            if rule is None:
                continue
            judged = judge(rule, each)
            if judged.finding is None or key not in waits or standing.has(rule, patient_id):
                raised += standing.settle(rule, judged, patient_id=patient_id, clinic_id=clinic_id)
    return raised


def _batches(ids: Iterable[UUID]) -> Iterable[list[UUID]]:
    left = iter(ids)
    while batch := list(islice(left, BATCH)):
        yield batch
