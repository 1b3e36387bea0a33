"""Reads of plans, for people and for the client."""

from __future__ import annotations

from datetime import date, timedelta, tzinfo
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import QuerySet

from clinic_server.core import access
from clinic_server.core.actors import Actor, DevicePrincipal
from clinic_server.core.problems import not_found
from clinic_server.patients.selectors import patient_for, patients_visible
from clinic_server.plans.diff import Change, changes
from clinic_server.plans.models import Plan, PlanApplied, PlanDelivery, PlanVersion
from shared.wire.codec import decode_json, encode_json
from shared.wire.plan import Plan as WirePlan
from shared.wire.plan import PlanContent, PlanEnvelope, Schedule
from shared.wire.sync import PlansAnswer

if TYPE_CHECKING:
    from clinic_server.patients.models import Patient


def plan_list(actor: Actor, *, patient_id: UUID | None = None) -> QuerySet[Plan]:
    """Return plans, newest first, of one patient or of all that the actor cares for.

    Raises:
        Problem: as `patient_for`.
    """
    if patient_id is None:
        actor.require("plan.read")
        rows = Plan.objects.filter(clinic_id=actor.clinic_id, patient__in=patients_visible(actor))
        access.write(actor, "plan.list")
        return rows
    patient, relation = patient_for(actor, patient_id, "plan.read")
    access.write(actor, "plan.list", patient_id=patient.id, relation=relation)
    return Plan.objects.filter(clinic_id=actor.clinic_id, patient=patient)


def plan_for(actor: Actor, plan_id: UUID, action: str, *, lock: bool = False) -> tuple[Plan, str]:
    """Return a plan and the actor's relation to its patient. Not logged; raises as `patient_for`."""
    rows = Plan.objects.select_for_update() if lock else Plan.objects
    plan = rows.filter(id=plan_id, clinic_id=actor.clinic_id).first()
    if plan is None:
        raise not_found()
    _, relation = patient_for(actor, plan.patient_id, action)
    return plan, relation


def plan_get(actor: Actor, plan_id: UUID) -> Plan:
    """Return one plan; raises as `patient_for`."""
    plan, relation = plan_for(actor, plan_id, "plan.read")
    access.write(actor, "plan.read", patient_id=plan.patient_id, subject_id=plan.id, relation=relation)
    return plan


def plan_active(actor: Actor, patient_id: UUID) -> Plan | None:
    """Return the plan that a patient plays now, None without one; raises as `patient_for`."""
    patient, relation = patient_for(actor, patient_id, "plan.read")
    access.write(actor, "plan.read", patient_id=patient.id, relation=relation)
    return Plan.objects.filter(patient=patient, state=Plan.State.ACTIVE).first()


def plan_versions(actor: Actor, plan_id: UUID) -> list[PlanVersion]:
    """Return every version of a plan, newest first; raises as `patient_for`."""
    plan, relation = plan_for(actor, plan_id, "plan.read")
    access.write(actor, "plan.versions", patient_id=plan.patient_id, subject_id=plan.id, relation=relation)
    return list(PlanVersion.objects.filter(plan=plan).select_related("created_by"))


def plan_changes(actor: Actor, plan_id: UUID, *, before: int | None, after: int | None) -> list[Change]:
    """Return what differs between two versions: by default the active (else the last but one) and the newest.

    Raises:
        Problem: as `patient_for`; 404 when there is no such version.
    """
    plan, relation = plan_for(actor, plan_id, "plan.read")
    access.write(actor, "plan.diff", patient_id=plan.patient_id, subject_id=plan.id, relation=relation)
    after = after or plan.version
    if before is None:
        active = plan.active_version
        before = active if active and active != after else max(1, after - 1)
    rows = {each.version: each for each in PlanVersion.objects.filter(plan=plan, version__in=(before, after))}
    if before not in rows or after not in rows:
        raise not_found()
    return version_changes(rows[before], rows[after])


def version_changes(before: PlanVersion, after: PlanVersion) -> list[Change]:
    """Return what differs between two versions that were read."""
    old, new = (decode_json(encode_json(each.content), PlanContent) for each in (before, after))
    return changes(old, new)


def plan_refusals(plan: Plan) -> list[PlanApplied]:
    """Return what installations said of the newest delivery of a plan when they kept the one they had."""
    newest = PlanDelivery.objects.filter(plan=plan).order_by("-revision").first()
    if newest is None:
        return []
    return list(PlanApplied.objects.filter(delivery=newest).exclude(outcome="applied"))


def version_content(plan: Plan, version: int | None = None) -> PlanContent:
    """Return the content of a version of a plan, the newest when None."""
    row = PlanVersion.objects.get(plan=plan, version=version or plan.version)
    return decode_json(encode_json(row.content), PlanContent)


def deliveries(patient: Patient) -> list[PlanDelivery]:
    """Return what was delivered to a patient and when, oldest first: what adherence is counted by."""
    return list(PlanDelivery.objects.filter(patient=patient).order_by("revision"))


def newest_revision(principal: DevicePrincipal) -> int:
    """Return the revision of a patient's newest delivery, 0 before the first."""
    row = PlanDelivery.objects.filter(patient_id=principal.patient_id).order_by("-revision").first()
    return row.revision if row else 0


def plans_after(principal: DevicePrincipal, revision: int) -> PlansAnswer:
    """Return what a client lacks after a revision.

    A newer revision without a plan says that there is nothing to play now (paused or completed).
    """
    newest = (
        PlanDelivery.objects.filter(clinic_id=principal.clinic_id, patient_id=principal.patient_id)
        .order_by("-revision")
        .first()
    )
    if newest is None or newest.revision <= revision:
        return PlansAnswer(plans=[], revision=newest.revision if newest else 0)
    access.write(principal, "plan.deliver", patient_id=principal.patient_id, subject_id=newest.plan_id)
    if not newest.document:
        return PlansAnswer(plans=[], revision=newest.revision)
    envelope = PlanEnvelope(plan=decode_json(newest.document.encode(), WirePlan), sha256=newest.sha256)
    return PlansAnswer(plans=[envelope], revision=newest.revision)


def planned_days(patient_ids: list[UUID], first: date, last: date, zone: tzinfo) -> dict[UUID, set[date]]:
    """Return for each patient the days, first to last inclusive, on which their plan asked for play.

    A day is judged by the delivery in force at its end in the clinic's zone, so a change of plan never
    rewrites the days before it. The day of the first delivery is not yet asked for.
    """
    found: dict[UUID, set[date]] = {each: set() for each in patient_ids}
    history: dict[UUID, list[tuple[date, Schedule | None]]] = {each: [] for each in patient_ids}
    rows = PlanDelivery.objects.filter(patient_id__in=patient_ids).order_by("patient_id", "revision")
    for row in rows:
        schedule = decode_json(row.document.encode(), WirePlan).content.schedule if row.document else None
        history[row.patient_id].append((row.created_at.astimezone(zone).date(), schedule))
    for patient_id, delivered in history.items():
        day = first
        while delivered and day <= last:
            in_force = [schedule for since, schedule in delivered if since <= day]
            if in_force and delivered[0][0] < day and _is_planned(in_force[-1], day):
                found[patient_id].add(day)
            day += timedelta(days=1)
    return found


def _is_planned(schedule: Schedule | None, day: date) -> bool:
    if schedule is None or day.weekday() not in schedule.weekdays:
        return False
    text = day.isoformat()
    return (schedule.starts_on or text) <= text <= (schedule.ends_on or text)
