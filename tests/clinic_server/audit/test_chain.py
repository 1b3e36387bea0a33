"""The access log: reads are in it, its chain holds, and every tampering shows."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from clinic_server.audit.selectors import chain_check
from clinic_server.core.models import AccessLog
from tests.clinic_server.world import IS_POSTGRES, Device, World

pytestmark = [pytest.mark.django_db, pytest.mark.access]


def test_reads_and_writes_are_logged_with_person_patient_and_request(world: World) -> None:
    world.as_().get(f"/api/v1/patients/{world.patient.id}", headers={"X-Request-Id": "look-0001"})
    with world.scope():
        entry = AccessLog.objects.get(action="patient.read")
        assert (entry.actor_id, entry.patient_id) == (world.people["therapist"].id, world.patient.id)
        assert (entry.relation, entry.request_id) == ("care_team", "look-0001")
        assert AccessLog.objects.filter(action="patient.create").exists()


def test_refused_read_is_not_a_read(world: World) -> None:
    world.as_("outsider").get(f"/api/v1/patients/{world.patient.id}")
    with world.scope():
        assert not AccessLog.objects.filter(action="patient.read").exists()


def test_chain_holds_and_the_command_says_so(world: World, device: Device) -> None:
    device.upload(device.record())
    world.as_().get("/api/v1/patients")
    count, found = chain_check(world.clinic.id)
    assert count > 5
    assert found is None
    out = StringIO()
    call_command("audit", check=True, stdout=out)
    assert f"{world.clinic.id}: {count} entries hold" in out.getvalue()


@pytest.mark.parametrize(
    ("change", "number", "what"),
    [
        ("UPDATE core_accesslog SET detail = 'x' WHERE number = 3", 3, "this entry was changed"),
        ("UPDATE core_accesslog SET hash = previous_hash WHERE number = 3", 3, "this entry was changed"),
        ("DELETE FROM core_accesslog WHERE number = 3", 3, "this entry was taken out"),
        (
            "UPDATE core_accesslog SET previous_hash = 'x' WHERE number = 4",
            4,
            "the entry before it was changed",
        ),
    ],
)
def test_tampering_shows_where(world: World, change: str, number: int, what: str) -> None:
    """On PostgreSQL the application role may not even try: the table's owner does it here, in its place."""
    with world.scope(), connection.cursor() as cursor:
        if IS_POSTGRES:
            cursor.execute("CREATE TEMP TABLE tampered AS SELECT * FROM core_accesslog")
            cursor.execute("SET LOCAL search_path = pg_temp, public")
            cursor.execute("ALTER TABLE tampered RENAME TO core_accesslog")
        cursor.execute(change)
        _, found = chain_check(world.clinic.id)
        assert found is not None
        assert (found.number, found.what) == (number, what)
        with pytest.raises(CommandError, match=what):
            call_command("audit", check=True, stdout=StringIO())


def test_auditor_reads_the_log_and_nobody_else(world: World) -> None:
    assert world.as_("therapist").get("/api/v1/audit").status_code == 403
    entries = world.as_("auditor").get("/api/v1/audit").json()["data"]
    assert {"patient.create"} <= {each["action"] for each in entries}
