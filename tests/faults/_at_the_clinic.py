"""What tests do at the clinic, in the server's own environment: `python -m tests.faults._at_the_clinic WHAT`.

Prints one JSON line. WHAT: seed, held, person, sessions, lose ID, activate, too-new, pause, revoke KIND.
"""

from __future__ import annotations

import hashlib
import json
import sys
from typing import Any

import django

django.setup()

from clinic_server.clinics.models import Clinic  # noqa: E402
from clinic_server.clinics.selectors import actor_for  # noqa: E402
from clinic_server.core import tenancy  # noqa: E402
from clinic_server.devices.models import Profile  # noqa: E402
from clinic_server.devices.services import device_revoke  # noqa: E402
from clinic_server.patients.models import CareTeamMember, Patient  # noqa: E402
from clinic_server.plans.models import Plan, PlanApplied, PlanDelivery  # noqa: E402
from clinic_server.plans.services import plan_activate, plan_create, plan_pause  # noqa: E402
from clinic_server.recordings.models import Bundle, Conflict, Session, UrgentEvent  # noqa: E402
from clinic_server.recordings.selectors import bundle_document  # noqa: E402
from tests.clinic_server.world import build_world, plan_content  # noqa: E402


def held() -> dict[str, Any]:
    """Every stored document with the hash of the bytes that the storage gives back."""
    stored = Bundle.objects.filter(state__in=["stored", "unparsed"])
    return {
        "bundles": {
            str(each.id): [each.sha256_raw, hashlib.sha256(bundle_document(each)).hexdigest()]
            for each in stored
        },
        "sessions": sorted(str(each) for each in Session.objects.values_list("id", flat=True)),
        "ended": {str(each.id): each.ended_reason for each in Session.objects.all()},
        "events": UrgentEvent.objects.count(),
        "conflicts": Conflict.objects.count(),
        "applied": [
            [each.outcome, each.reason] for each in PlanApplied.objects.order_by("delivery__revision")
        ],
    }


def activate(actor: Any, patient: Patient, **changes: Any) -> dict[str, Any]:
    plan = plan_create(actor=actor, patient_id=patient.id, content=plan_content(**changes))
    plan_activate(actor=actor, plan_id=plan.id)
    return {"plan_id": str(plan.id)}


def main(what: str, *rest: str) -> dict[str, Any]:
    if what == "seed":
        world = build_world("North")
        with world.scope():
            small = {"probe_trials": 2, "practice_trials": 6}
            blocks = [{"key": "reach", "game": "tide_anchor", "mode": "error_based", "dose": small}]
            activate(world.actor(), world.patient, blocks=blocks)
        return {"patient": world.patient.pseudonym}
    clinic = Clinic.objects.get()
    with tenancy.scope(clinic.id):
        patient = Patient.objects.get()
        owner = CareTeamMember.objects.get(patient=patient, is_owner=True).user
        actor = actor_for(owner)
        assert actor is not None
        if what == "held":
            return held()
        if what == "person":
            return {"email": owner.email}
        if what == "sessions":
            rows = Session.objects.order_by("device_seq").values_list("id", "patient_id")
            return {"sessions": [{"id": str(one), "patient_id": str(other)} for one, other in rows]}
        if what == "lose":  # as a backup from before it arrived has it
            Session.objects.filter(id=rest[0]).delete()
            Bundle.objects.filter(id=rest[0]).delete()
        elif what == "activate":
            return activate(actor, patient)
        elif what == "too-new":
            activate(actor, patient)
            delivery = PlanDelivery.objects.order_by("-revision")[0]
            document = json.loads(delivery.document)
            document["content"]["blocks"][0]["game"] = "game_of_next_year"
            text = json.dumps(document, sort_keys=True, separators=(",", ":"))
            digest = hashlib.sha256(text.encode()).hexdigest()
            PlanDelivery.objects.filter(id=delivery.id).update(document=text, sha256=digest)
        elif what == "pause":
            plan_pause(actor=actor, plan_id=Plan.objects.get(state=Plan.State.ACTIVE).id)
        elif what == "revoke":
            for profile in Profile.objects.all():
                device_revoke(actor=actor, profile_id=profile.id, kind=rest[0])
    return {}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(*sys.argv[1:])) + "\n")
