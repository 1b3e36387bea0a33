"""Writes of plans: versions are added, never changed; each activation raises the patient's revision."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

import msgspec
from django.db import transaction
from django.utils import timezone

from clinic_server.core import access
from clinic_server.core.problems import FieldError, Problem, not_found
from clinic_server.devices.selectors import profiles_active
from clinic_server.patients.models import Patient
from clinic_server.patients.selectors import greeting_name, impairment_profile, patient_for
from clinic_server.plans import catalogue
from clinic_server.plans.models import Plan, PlanApplied, PlanDelivery, PlanVersion
from clinic_server.plans.selectors import plan_for, version_content
from clinic_server.plans.validation import parse_content, plan_errors
from shared.errors import PlanError
from shared.wire.codec import encode_json, sha256
from shared.wire.plan import Plan as WirePlan
from shared.wire.plan import PlanContent

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from clinic_server.core.actors import Actor, DevicePrincipal
    from shared.wire.sync import Applied


@dataclass(frozen=True, slots=True)
class Check:
    """What a dry run found: `errors` stand in the way, `warnings` are to know."""

    errors: list[FieldError]
    warnings: list[FieldError]


def plan_check(*, actor: Actor, patient_id: UUID, content: Any, plan_id: UUID | None = None) -> Check:
    """Say what speaks against a plan, without writing anything; raises as `patient_for`.

    Args:
        plan_id: the plan that this would be a version of; any other active one is named as overlapping.
    """
    patient, _ = patient_for(actor, patient_id, "plan.read")
    try:
        parsed = parse_content(content)
    except PlanError as error:
        return Check([FieldError(error.pointer, error.code, error.detail)], [])
    return Check(_errors(patient, parsed), [*_overlaps(patient, plan_id), *_too_old(patient, parsed)])


def _overlaps(patient: Patient, plan_id: UUID | None) -> Iterator[FieldError]:
    other = Plan.objects.filter(patient=patient, state=Plan.State.ACTIVE).first()
    if other is not None and other.id != plan_id:
        title = version_content(other, other.active_version).title
        yield FieldError(
            "",
            "overlapping_plan",
            f"activating this one pauses “{title}”: a patient plays one plan at a time",
        )


def _too_old(patient: Patient, content: PlanContent) -> Iterator[FieldError]:
    """A game that the installation at home does not have yet: the old plan would go on there."""
    games = catalogue.games()
    for profile in profiles_active(patient):
        has = catalogue.version_key(profile.app_version)
        for index, block in enumerate(content.blocks):
            since = games.get(block.game, {}).get("since", "")
            if has is not None and since and has < (catalogue.version_key(since) or (0,)):
                yield FieldError(
                    f"/blocks/{index}/game",
                    "client_too_old",
                    f"the game at home is version {profile.app_version}, {block.game} comes with {since}; "
                    "until it is updated it goes on with the plan it has",
                )


@transaction.atomic
def plan_create(*, actor: Actor, patient_id: UUID, content: Any) -> Plan:
    """Write a plan's first version as a draft.

    Raises:
        Problem: as `patient_for`; 422 `invalid_plan` with a pointer for each finding.
    """
    patient, relation = patient_for(actor, patient_id, "plan.write")
    checked = _checked(patient, content)
    plan = Plan.objects.create(clinic_id=actor.clinic_id, patient=patient, created_by_id=actor.user_id)
    _version_write(actor, plan, checked)
    access.write(actor, "plan.create", patient_id=patient.id, subject_id=plan.id, relation=relation)
    return plan


@transaction.atomic
def plan_version_add(
    *, actor: Actor, plan_id: UUID, content: Any, match: Callable[[int], None] | None = None
) -> Plan:
    """Add a version. What the patient plays stays as it is until the plan is activated again.

    Args:
        match: called with the plan's `row_version`; raises when the caller has not seen it.

    Raises:
        Problem: as `patient_for`; 409 `plan_completed`; 422 `invalid_plan`; what `match` raises.
    """
    plan, relation = plan_for(actor, plan_id, "plan.write", lock=True)
    _match(plan, match)
    if plan.state == Plan.State.COMPLETED:
        raise Problem(409, "plan_completed", "this plan is completed: create a new one from it")
    checked = _checked(plan.patient, content)
    plan.version += 1
    plan.row_version += 1
    plan.save()
    _version_write(actor, plan, checked)
    access.write(
        actor, "plan.version", patient_id=plan.patient_id, subject_id=plan.id, relation=relation,
        detail=f"v{plan.version}",
    )  # fmt: skip
    return plan


@transaction.atomic
def plan_activate(*, actor: Actor, plan_id: UUID, match: Callable[[int], None] | None = None) -> Plan:
    """Deliver a plan's newest version; another active plan of the patient is paused.

    Raises:
        Problem: as `plan_version_add`. The content is checked again: a clearance may have been withdrawn.
    """
    plan, relation = plan_for(actor, plan_id, "plan.write", lock=True)
    _match(plan, match)
    if plan.state == Plan.State.COMPLETED:
        raise Problem(409, "plan_completed", "this plan is completed: create a new one from it")
    content = version_content(plan)
    _refuse(_errors(plan.patient, content))
    for other in Plan.objects.filter(patient_id=plan.patient_id, state=Plan.State.ACTIVE).exclude(id=plan.id):
        other.state = Plan.State.PAUSED
        other.row_version += 1
        other.save()
    plan.state = Plan.State.ACTIVE
    plan.active_version = plan.version
    plan.activated_at = plan.activated_at or timezone.now()
    plan.row_version += 1
    plan.save()
    _deliver(plan, content)
    access.write(
        actor, "plan.activate", patient_id=plan.patient_id, subject_id=plan.id, relation=relation,
        detail=f"v{plan.version}",
    )  # fmt: skip
    return plan


@transaction.atomic
def plan_pause(*, actor: Actor, plan_id: UUID, match: Callable[[int], None] | None = None) -> Plan:
    """Stop play of an active plan until it is activated again; raises as `plan_version_add`."""
    return _end(actor, plan_id, match, Plan.State.PAUSED)


@transaction.atomic
def plan_complete(*, actor: Actor, plan_id: UUID, match: Callable[[int], None] | None = None) -> Plan:
    """End a plan for good; raises as `plan_version_add`."""
    return _end(actor, plan_id, match, Plan.State.COMPLETED)


@transaction.atomic
def plan_redeliver(*, patient: Patient) -> None:
    """Deliver the active plan again when what it says of the patient has changed."""
    plan = Plan.objects.filter(patient=patient, state=Plan.State.ACTIVE).first()
    if plan is None:
        return
    newest = PlanDelivery.objects.filter(patient=patient).order_by("-revision").first()
    content = version_content(plan, plan.active_version)
    if newest is not None and newest.document:
        last = msgspec.json.decode(newest.document.encode(), type=WirePlan)
        same = _wire_plan(plan, patient, content, revision=last.revision)
        if encode_json(same) == newest.document.encode():
            return
    _deliver(plan, content)


@transaction.atomic
def plan_applied(*, principal: DevicePrincipal, revision: int, applied: Applied) -> None:
    """Keep what a client did with a revision; a repeat replaces the earlier answer.

    Raises:
        Problem: 404 when this patient has no such revision.
    """
    delivery = PlanDelivery.objects.filter(patient_id=principal.patient_id, revision=revision).first()
    if delivery is None:
        raise not_found()
    PlanApplied.objects.update_or_create(
        clinic_id=principal.clinic_id,
        delivery=delivery,
        profile_id=principal.profile_id,
        defaults={
            "outcome": applied.outcome,
            "reason": applied.reason or "",
            "detail": applied.detail,
        },
    )


def _end(actor: Actor, plan_id: UUID, match: Callable[[int], None] | None, state: Plan.State) -> Plan:
    plan, relation = plan_for(actor, plan_id, "plan.write", lock=True)
    _match(plan, match)
    if plan.state == Plan.State.COMPLETED or plan.state == state:
        raise Problem(409, "already_so", f"this plan is {plan.state} already")
    was_active = plan.state == Plan.State.ACTIVE
    plan.state = state
    plan.row_version += 1
    plan.ended_at = timezone.now() if state == Plan.State.COMPLETED else None
    plan.save()
    if was_active:
        _delivery_write(plan, version=plan.active_version or plan.version, document="")
    access.write(
        actor, f"plan.{state.value}", patient_id=plan.patient_id, subject_id=plan.id, relation=relation
    )
    return plan


def _match(plan: Plan, match: Callable[[int], None] | None) -> None:
    if match is not None:
        match(plan.row_version)


def _checked(patient: Patient, given: Any) -> PlanContent:
    content = parse_content(given)
    _refuse(_errors(patient, content))
    return content


def _errors(patient: Patient, content: PlanContent) -> list[FieldError]:
    return plan_errors(
        content, impairment=impairment_profile(patient), standing_cleared=patient.standing_cleared
    )


def _refuse(errors: list[FieldError]) -> None:
    if errors:
        raise Problem(422, "invalid_plan", f"this plan can't be used: {errors[0].detail}", errors)


def _version_write(actor: Actor, plan: Plan, content: PlanContent) -> None:
    PlanVersion.objects.create(
        clinic_id=actor.clinic_id,
        plan=plan,
        version=plan.version,
        content=msgspec.to_builtins(content),
        sha256=sha256(encode_json(content)),
        created_by_id=actor.user_id,
    )


def _deliver(plan: Plan, content: PlanContent) -> None:
    patient = Patient.objects.get(id=plan.patient_id)
    document = _wire_plan(plan, patient, content, revision=patient.plan_revision + 1)
    _delivery_write(plan, version=document.version, document=encode_json(document).decode())


def _wire_plan(plan: Plan, patient: Patient, content: PlanContent, *, revision: int) -> WirePlan:
    return WirePlan(
        id=plan.id,
        version=plan.active_version or plan.version,
        revision=revision,
        content=content,
        impairment=impairment_profile(patient),
        standing_cleared=patient.standing_cleared,
        greeting_name=greeting_name(patient),
        bias_deg=patient.bias_deg,
        measured=patient.measured,
    )


def _delivery_write(plan: Plan, *, version: int, document: str) -> None:
    patient = Patient.objects.select_for_update().get(id=plan.patient_id)
    patient.plan_revision += 1
    patient.save(update_fields=["plan_revision"])
    PlanDelivery.objects.create(
        clinic_id=plan.clinic_id,
        patient=patient,
        revision=patient.plan_revision,
        plan=plan,
        version=version,
        document=document,
        sha256=sha256(document.encode()) if document else "",
    )
