"""Fill a served clinic: `python -m tests.browser._fill URL`, in the server's own environment.

A virtual patient plays four sessions on four days, which are uploaded over HTTP; the jobs that wait then run
here as a worker would run them. A second clinic, South, is made beside it. Prints one JSON line of ids.
"""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import django

django.setup()

import httpx  # noqa: E402
from django.conf import settings  # noqa: E402

from clinic_server.accounts.models import User  # noqa: E402
from clinic_server.clinics.models import Clinic  # noqa: E402
from clinic_server.core import tenancy  # noqa: E402
from clinic_server.patients.models import Patient  # noqa: E402
from clinic_server.patients.services import care_team_add, patient_create  # noqa: E402
from clinic_server.recordings.models import Session  # noqa: E402
from shared.ids import uuid7  # noqa: E402
from shared.wire.session import Symptoms  # noqa: E402
from tests.clinic_server.world import Device, World, build_world, replaced, run_jobs  # noqa: E402
from tests.virtual_sessions import make_plan, play  # noqa: E402

SESSIONS = 4


class OverHttp:
    """What `Device` asks of a client, over the network."""

    def __init__(self, url: str) -> None:
        self._client = httpx.Client(base_url=url, trust_env=False, timeout=30)

    def get(self, path: str, headers: dict[str, str]) -> Any:
        return self._client.get(path, headers=headers)

    def post(self, path: str, data: str | bytes, content_type: str, headers: dict[str, str]) -> Any:
        return self._client.post(path, content=data, headers={"Content-Type": content_type, **headers})

    def put(self, path: str, data: bytes, content_type: str = "application/json", headers: Any = None) -> Any:
        return self._client.put(path, content=data, headers={"Content-Type": content_type, **headers})

    def close(self) -> None:
        self._client.close()


def main(url: str) -> dict[str, Any]:
    settings.ALLOWED_HOSTS.append("testserver")  # a person of the clinic approves in this process
    clinic = Clinic.objects.get(name="North")
    people = {
        role: User.objects.get(email=f"{role}@north.example")
        for role in ("therapist", "clinician", "outsider")
    }
    with tenancy.scope(clinic.id):
        world = World(clinic, people, Patient.objects.get())
        quiet = patient_create(actor=world.actor(), affected_side="left", condition="Stroke")
        care_team_add(actor=world.actor(), patient_id=quiet.id, user_id=people["clinician"].id)
    device = Device()
    device.http = over = OverHttp(url)  # type: ignore[assignment]
    device.pair(world)
    today = datetime.now(UTC).replace(hour=0, minute=30, second=0, microsecond=0)
    plan = make_plan(practice=16, probe=8)
    for number in range(SESSIONS):
        _, recording = play(plan, "stroke_moderate", seed=number)
        started = today - timedelta(days=2 * (SESSIONS - number) - 1)
        pain = 8 if number == SESSIONS - 1 else 1
        answer = device.upload(
            replaced(
                recording,
                id=uuid7(),
                profile_id=UUID(str(device.profile_id)),
                device_seq=number + 1,
                started_utc_ms=int(started.timestamp() * 1000),
                symptoms_before=Symptoms(pain=1, effort=2),
                symptoms_after=Symptoms(pain=pain, effort=4),
            )
        )
        assert answer.status_code in (200, 201, 202), answer.text
    over.close()
    ends = run_jobs()
    assert ends and set(ends) == {"done"}, ends
    build_world("South")
    with tenancy.scope(clinic.id):
        newest = Session.objects.order_by("-started_at")[0]
        assert Session.objects.count() == SESSIONS
    return {"patient": str(world.patient.id), "pseudonym": world.patient.pseudonym, "session": str(newest.id)}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(sys.argv[1])) + "\n")
