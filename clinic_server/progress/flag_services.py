"""Writes of people about flags: raise, acknowledge, reopen, take a patient on, set a rule, save a filter."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone

from clinic_server.accounts.models import User
from clinic_server.core import access
from clinic_server.core.problems import FieldError, Problem, not_found
from clinic_server.patients.selectors import patient_for
from clinic_server.progress.models import Flag, FlagRule, SavedFilter, TriageSummary
from clinic_server.progress.rule_specs import BY_HAND, RULES, Rule, RuleSettings
from clinic_server.progress.rules import patients_judge
from clinic_server.progress.selectors import flag_for
from clinic_server.progress.summaries import flags_changed

if TYPE_CHECKING:
    from collections.abc import Callable

    from clinic_server.core.actors import Actor

MOST_FILTERS = 20


@transaction.atomic
def flag_raise(*, actor: Actor, patient_id: UUID, reason: str) -> Flag:
    """Raise a flag by hand, for a colleague to look.

    Raises:
        Problem: as `patient_for`; 422 `reason_required`.
    """
    patient, relation = patient_for(actor, patient_id, "flag.acknowledge")
    flag = Flag.objects.create(
        clinic_id=actor.clinic_id,
        patient=patient,
        rule=BY_HAND,
        about=f"hand:{uuid4()}",
        reason=_reason(reason, "write in a few words why somebody should look"),
        threshold=0,
        window="",
        raised_at=timezone.now(),
        raised_by_id=actor.user_id,
    )
    flags_changed(actor.clinic_id, [patient.id])
    access.write(actor, "flag.raise", patient_id=patient.id, subject_id=flag.id, relation=relation)
    return flag


@transaction.atomic
def flag_acknowledge(*, actor: Actor, flag_id: UUID, reason: str, outcome: str = Flag.Outcome.ACTED) -> Flag:
    """Take a flag off the list with a reason; a repeat by anybody keeps the first.

    Args:
        outcome: `acted` when something was done, `dismissed` when nothing was needed.

    Raises:
        Problem: as `patient_for`; 422 `reason_required`.
    """
    flag, relation = flag_for(actor, flag_id, "flag.acknowledge")
    text = _reason(reason, "write what you did about it, or why nothing is needed")
    if flag.acknowledged_at is None:
        flag.acknowledged_at = timezone.now()
        flag.acknowledged_by_id = actor.user_id
        flag.acknowledged_reason = text
        flag.outcome = Flag.Outcome(outcome)
        flag.save(update_fields=["acknowledged_at", "acknowledged_by", "acknowledged_reason", "outcome"])
        flags_changed(actor.clinic_id, [flag.patient_id])
    access.write(
        actor, "flag.acknowledge", patient_id=flag.patient_id, subject_id=flag.id, relation=relation,
        detail=flag.outcome,
    )  # fmt: skip
    return flag


@transaction.atomic
def flag_reopen(*, actor: Actor, flag_id: UUID) -> Flag:
    """Undo an acknowledgement; raises as `patient_for`."""
    flag, relation = flag_for(actor, flag_id, "flag.acknowledge")
    flag.acknowledged_at, flag.acknowledged_by, flag.acknowledged_reason, flag.outcome = None, None, "", ""
    flag.save(update_fields=["acknowledged_at", "acknowledged_by", "acknowledged_reason", "outcome"])
    flags_changed(actor.clinic_id, [flag.patient_id])
    access.write(actor, "flag.reopen", patient_id=flag.patient_id, subject_id=flag.id, relation=relation)
    return flag


@transaction.atomic
def patient_take_on(*, actor: Actor, patient_id: UUID) -> TriageSummary:
    """Become the person who looks after what a patient's flags ask for; raises as `patient_for`."""
    patient, relation = patient_for(actor, patient_id, "flag.acknowledge")
    TriageSummary.objects.filter(patient=patient).update(owner=User.objects.get(id=actor.user_id))
    access.write(actor, "triage.take_on", patient_id=patient.id, relation=relation)
    return TriageSummary.objects.select_related("patient", "owner").get(patient=patient)


@transaction.atomic
def rule_set(
    *,
    actor: Actor,
    rule: str,
    changes: dict[str, Any],
    patient_id: UUID | None = None,
    match: Callable[[int], None] | None = None,
) -> list[Rule]:
    """Set a rule for the clinic or for one patient; None takes a value back to the level above.

    What stands is judged again by the hourly check; one patient's at once.

    Args:
        changes: any of `enabled`, `threshold`, `clear`, `window`.
        match: called with the version of this level's settings; raises when the caller has not seen it.

    Raises:
        Problem: 403 `role_missing`; as `patient_for` for a patient; 404 for an unknown rule; 422
            `out_of_bounds`; what `match` raises.
    """
    relation = ""
    if patient_id is None:
        actor.require("flag_rule.write")
    else:
        _, relation = patient_for(actor, patient_id, "patient.write")
    if rule not in RULES:
        raise not_found()
    scope = [] if patient_id is None else [patient_id]
    if match is not None:
        match(RuleSettings(actor.clinic_id, scope).version(patient_id))
    _check_bounds(RULES[rule], changes)
    rows = FlagRule.objects.select_for_update().filter(clinic_id=actor.clinic_id, rule=rule)
    row = rows.filter(patient_id=patient_id).first() if patient_id else rows.filter(patient=None).first()
    if row is None:
        row = FlagRule(clinic_id=actor.clinic_id, rule=rule, patient_id=patient_id, row_version=0)
    for name, value in changes.items():
        setattr(row, name, value)
    row.row_version += 1
    row.save()
    access.write(
        actor, "flag_rule.set", patient_id=patient_id, subject_id=row.id, relation=relation,
        detail=f"{rule} {' '.join(sorted(changes))}",
    )  # fmt: skip
    if patient_id is not None:
        patients_judge(actor.clinic_id, [patient_id])
    return RuleSettings(actor.clinic_id, scope).every(patient_id)


def _check_bounds(rule: Rule, changes: dict[str, Any]) -> None:
    errors = []
    threshold = changes.get("threshold")
    if threshold is not None and not rule.least <= threshold <= rule.most:
        detail = f"the threshold of {rule.id} is from {rule.least:g} to {rule.most:g}"
        errors.append(FieldError("/threshold", "out_of_bounds", detail))
    window = changes.get("window")
    if window is not None and not 1 <= window <= 60:
        errors.append(FieldError("/window", "out_of_bounds", "the window is from 1 to 60"))
    if errors:
        raise Problem(422, "out_of_bounds", errors[0].detail, errors)


@transaction.atomic
def filter_save(*, actor: Actor, name: str, query: str) -> SavedFilter:
    """Keep a filter of the triage list under a name; the same name again replaces it.

    Raises:
        Problem: 403 `role_missing`; 422 `name_required`, `too_many`.
    """
    actor.require("patient.read")
    mine = SavedFilter.objects.filter(clinic_id=actor.clinic_id, user_id=actor.user_id)
    if not name.strip():
        raise Problem(422, "name_required", "give the filter a name")
    if mine.exclude(name=name.strip()[:60]).count() >= MOST_FILTERS:
        raise Problem(422, "too_many", f"you have {MOST_FILTERS} filters: delete one first")
    row, _ = SavedFilter.objects.update_or_create(
        clinic_id=actor.clinic_id, user_id=actor.user_id, name=name.strip()[:60],
        defaults={"query": query[:300]},
    )  # fmt: skip
    access.write(actor, "triage_filter.save", subject_id=row.id)
    return row


@transaction.atomic
def filter_delete(*, actor: Actor, filter_id: UUID) -> None:
    """Forget one of the actor's own filters.

    Raises:
        Problem: 404 when it is nobody's or another person's.
    """
    rows = SavedFilter.objects.filter(id=filter_id, clinic_id=actor.clinic_id, user_id=actor.user_id)
    if not rows.delete()[0]:
        raise not_found()
    access.write(actor, "triage_filter.delete", subject_id=filter_id)


def _reason(text: str, detail: str) -> str:
    if not text.strip():
        raise Problem(422, "reason_required", detail)
    return text.strip()[:400]
