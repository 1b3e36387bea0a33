"""A clinic with people and patients, and a client that pairs, signs and uploads as the real one does."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.db import connection
from django.test import Client

from clinic_server.accounts.models import User
from clinic_server.accounts.services import user_create
from clinic_server.clinics.models import Clinic, Role
from clinic_server.clinics.selectors import actor_for
from clinic_server.clinics.services import clinic_create, membership_grant
from clinic_server.core import tenancy
from clinic_server.core.actors import Actor
from clinic_server.core.models import Job
from clinic_server.patients.models import Patient
from clinic_server.patients.services import care_team_add, patient_create
from shared.wire.codec import Sealed, chunks, encode_json, seal
from shared.wire.session import Recording
from tests.shared.recordings import session as recorded_session

IS_POSTGRES = connection.vendor == "postgresql"


def text_key(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def plan_content(**changes: Any) -> dict[str, Any]:
    """A plan that may be played by anybody: one seated block of reaching."""
    block = {
        "key": "reach",
        "game": "tide_anchor",
        "mode": "error_based",
        "mode_params": {"rotation_deg": 20.0},
    }
    return {
        "title": "Reaching",
        "blocks": [block],
        "schedule": {"weekdays": [0, 1, 2, 3, 4, 5, 6]},
        **changes,
    }


@dataclass
class World:
    """One clinic; `as_(role)` gives a signed-in browser of a person with that role."""

    clinic: Clinic
    people: dict[str, User]
    patient: Patient

    def actor(self, role: str = "therapist") -> Actor:
        found = actor_for(self.people[role])
        assert found is not None
        return found

    def as_(self, role: str = "therapist") -> Client:
        browser = Client()
        browser.force_login(self.people[role])
        return browser

    def scope(self) -> Any:
        return tenancy.scope(self.clinic.id)


def build_world(name: str) -> World:
    """Make a clinic with a person for each role, all but the administrator in the patient's care team."""
    clinic = clinic_create(name=name)
    people = {}
    for role in ("therapist", "clinician", "supervisor", "clinic_admin", "auditor", "researcher"):
        user = user_create(email=f"{role}@{name.lower()}.example", name=role, is_verified=True)
        membership_grant(clinic=clinic, user=user, role=Role(role))
        people[role] = user
    people["outsider"] = user_create(
        email=f"outsider@{name.lower()}.example", name="outsider", is_verified=True
    )
    membership_grant(clinic=clinic, user=people["outsider"], role=Role.THERAPIST)
    actor = actor_for(people["therapist"])
    assert actor is not None
    with tenancy.scope(clinic.id):
        patient = patient_create(
            actor=actor,
            affected_side="right",
            condition="Stroke",
            impairment={"diagnoses": ["stroke"], "affected_side": "right"},
            identity={"greeting_name": "Ada"},
        )
        for role in ("clinician", "supervisor"):
            care_team_add(actor=actor, patient_id=patient.id, user_id=people[role].id)
    return World(clinic, people, patient)


class Device:
    """A paired installation of the game, over HTTP only."""

    def __init__(self) -> None:
        self.http = Client()
        self.key = Ed25519PrivateKey.generate()
        self.public_key = text_key(self.key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw))
        self.profile_id = UUID(int=0)
        self.token = ""
        self.device_code = ""
        self.seq = 0

    def post(self, path: str, document: Any) -> Any:
        return self.http.post(
            path, json.dumps(document), content_type="application/json", headers=self._headers()
        )

    def put(self, path: str, document: Any) -> Any:
        data = document if isinstance(document, bytes) else encode_json(document)
        return self.http.put(path, data, content_type="application/json", headers=self._headers())

    def get(self, path: str, **headers: str) -> Any:
        return self.http.get(path, headers={**self._headers(), **headers})

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"} if self.token else {}

    def start(self) -> str:
        """Show a code."""
        answer = self.post(
            "/pair/v1/start",
            {
                "public_key": self.public_key,
                "box_key": self.public_key,
                "app_version": "0.1.0",
                "machine": "tests",
            },
        )
        assert answer.status_code == 200, answer.content
        self.device_code = answer.json()["device_code"]
        code: str = answer.json()["user_code"]
        return code

    def poll(self) -> Any:
        return self.post("/pair/v1/poll", {"device_code": self.device_code})

    def pair(self, world: World) -> Device:
        """The whole way: code, approval on the patient's page, poll, token."""
        code = self.start()
        approved = world.as_().post(
            f"/api/v1/patients/{world.patient.id}/devices",
            {"user_code": code},
            content_type="application/json",
        )
        assert approved.status_code == 201, approved.content
        answer = self.poll()
        assert answer.status_code == 200, answer.content
        self.profile_id = UUID(answer.json()["profile_id"])
        assert self.sign_in().status_code == 200
        return self

    def sign_in(self) -> Any:
        """Sign a fresh nonce for a token."""
        nonce = self.post("/pair/v1/nonce", {}).json()["nonce"]
        answer = self.ask_token(nonce)
        if answer.status_code == 200:
            self.token = answer.json()["access_token"]
        return answer

    def ask_token(self, nonce: str, signed: str | None = None) -> Any:
        message = signed if signed is not None else f"{nonce}.{self.profile_id}"
        signature = text_key(self.key.sign(message.encode("ascii")))
        return self.post(
            "/pair/v1/token",
            {"profile_id": str(self.profile_id), "nonce": nonce, "signature": signature},
        )

    def record(self, **changes: Any) -> Recording:
        """A recording of this profile, a new one each time."""
        from shared.ids import uuid7

        self.seq += 1
        fields = {"id": uuid7(), "profile_id": self.profile_id, "device_seq": self.seq}
        return recorded_session(**{**fields, **changes})

    def declare(self, sealed: Sealed) -> Any:
        return self.put(f"/sync/v1/bundles/{sealed.manifest.id}", sealed.manifest)

    def send_chunk(self, sealed: Sealed, number: int) -> Any:
        return self.put(f"/sync/v1/bundles/{sealed.manifest.id}/chunks/{number}", chunks(sealed.file)[number])

    def commit(self, sealed: Sealed) -> Any:
        path = f"/sync/v1/bundles/{sealed.manifest.id}/commit"
        return self.put(path, {"sha256_file": sealed.manifest.sha256_file})

    def upload(self, document: Any) -> Any:
        """Declare, send what is missing, commit; return the last answer."""
        sealed = document if isinstance(document, Sealed) else seal(document, app_version="0.1.0")
        answer = self.declare(sealed)
        if answer.status_code != 201:
            return answer
        for number in answer.json()["missing"]:
            assert self.send_chunk(sealed, number).status_code == 204
        return self.commit(sealed)


def run_jobs(limit: int = 50) -> list[str]:
    """Run what is due in this process, as a worker would; return how each ended."""
    from clinic_server.core import jobs

    ends: list[str] = []
    while len(ends) < limit:
        job = Job.objects.filter(jobs.due()).order_by("priority", "not_before", "created_at").first()
        if job is None:
            return ends
        ends.append(jobs.run(job.id, "tests"))
    raise AssertionError("the queue does not come to an end")


def replaced(struct: Any, **changes: Any) -> Any:
    return msgspec.structs.replace(struct, **changes)
