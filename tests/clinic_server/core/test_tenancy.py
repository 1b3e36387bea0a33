"""Two locks on tenancy: every table is policed or on a list with its reason, and each policy bites."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction

from clinic_server.core import tenancy
from clinic_server.core.checks import role_errors
from clinic_server.core.models import AccessLog
from clinic_server.core.rowsecurity import clinical_tables
from clinic_server.patients.models import Patient
from clinic_server.plans.models import PlanVersion
from clinic_server.plans.services import plan_create
from tests.clinic_server.world import Device, World, plan_content

pytestmark = [pytest.mark.django_db, pytest.mark.access]

# Read or written before the clinic is known, or the same for every clinic; nothing clinical in any.
WITHOUT_POLICY = {
    "accounts_user": "a person may belong to several clinics",
    "accounts_signinlink": "used by somebody who is not signed in yet",
    "clinics_clinic": "the tenant itself: a name and a time zone",
    "clinics_membership": "tells which clinic a person acts in",
    "core_job": "ids only; a worker leases before it knows the clinic",
    "core_heartbeat": "of processes",
    "devices_profileaddress": "tells which clinic a profile belongs to",
    "devices_pairing": "belongs to nobody until it is approved; codes as hashes",
    "devices_nonce": "hashes, before a signature is checked",
    "devices_accesstoken": "hashes; looked up to learn the clinic",
    "accounts_accesskey": "hashes; looked up to learn the clinic",
    "progress_metricdefinition": "what metrics mean, for everybody",
}
_LIBRARIES = {"account", "auth", "contenttypes", "mfa", "sessions", "usersessions"}


def _tables() -> list[str]:
    return [model._meta.db_table for model in apps.get_models() if model._meta.app_label not in _LIBRARIES]


def test_every_table_has_a_clinic_or_a_reason() -> None:
    without = {table for table in _tables() if table not in clinical_tables()}
    assert without <= WITHOUT_POLICY.keys()
    assert set(WITHOUT_POLICY) <= set(_tables()), "a table on the list is gone"


@pytest.mark.postgres
def test_every_clinical_table_has_a_forced_policy() -> None:
    wanted = set(_tables()) - WITHOUT_POLICY.keys()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname FROM pg_class c JOIN pg_policy p ON p.polrelid = c.oid "
            "WHERE c.relrowsecurity AND c.relforcerowsecurity AND p.polwithcheck IS NOT NULL"
        )
        policed = {name for (name,) in cursor.fetchall()}
    assert wanted == policed


@pytest.mark.postgres
def test_application_role_is_bound_by_policies_and_a_superuser_is_refused() -> None:
    assert role_errors(connection) == []
    assert [each.id for each in role_errors(_SuperuserConnection())] == ["movere.E001"]


class _SuperuserConnection:
    """Answers as a database does when asked by its superuser."""

    def cursor(self) -> _SuperuserConnection:
        return self

    def __enter__(self) -> _SuperuserConnection:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def execute(self, _: str) -> None:
        pass

    def fetchone(self) -> tuple[str, bool, bool]:
        return "postgres", True, True


@pytest.mark.postgres
def test_without_a_scope_there_is_no_clinical_row_and_with_one_only_its_own(
    world: World, other: World
) -> None:
    assert Patient.objects.count() == 0
    with world.scope():
        assert list(Patient.objects.all()) == [world.patient]
        with other.scope():
            assert list(Patient.objects.all()) == [other.patient]
        assert list(Patient.objects.all()) == [world.patient], "the inner scope ended"
    assert Patient.objects.count() == 0


@pytest.mark.postgres
def test_writing_into_another_clinic_is_refused_by_the_database(world: World, other: World) -> None:
    with world.scope(), pytest.raises(DatabaseError), transaction.atomic():
        Patient.objects.create(clinic_id=other.clinic.id, pseudonym="MV-9999")
    with world.scope():
        assert Patient.objects.filter(id=other.patient.id).update(condition="changed") == 0


@pytest.mark.postgres
def test_append_only_tables_refuse_change_even_in_sql(world: World) -> None:
    with world.scope():
        plan_create(actor=world.actor(), patient_id=world.patient.id, content=plan_content())
        for table in (AccessLog._meta.db_table, PlanVersion._meta.db_table):
            for statement in (f"UPDATE {table} SET created_at = now()", f"DELETE FROM {table}"):
                with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
                    cursor.execute(statement)


def test_models_refuse_to_change_what_is_append_only(world: World) -> None:
    with world.scope():
        entry = AccessLog.objects.first()
        assert entry is not None
        with pytest.raises(TypeError, match="append-only"):
            entry.save()
        with pytest.raises(TypeError, match="append-only"):
            entry.delete()


def test_scope_is_gone_after_a_request(world: World, device: Device) -> None:
    assert world.as_().get(f"/api/v1/patients/{world.patient.id}").status_code == 200
    assert device.get("/sync/v1/hello").status_code == 200
    assert tenancy.current_clinic() is None
