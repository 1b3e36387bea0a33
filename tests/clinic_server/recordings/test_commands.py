"""Commands: make a clinic, pair on one machine, read bundles again, sweep here."""

from __future__ import annotations

import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from clinic_server.clinics.models import Clinic, Membership
from clinic_server.core.models import Job
from clinic_server.recordings.models import Session, Trial
from tests.clinic_server.world import Device, World

pytestmark = pytest.mark.django_db


def _call(*arguments: str, **options: Any) -> str:
    out = StringIO()
    call_command(*arguments, stdout=out, stderr=out, **options)
    return out.getvalue()


def test_clinic_makes_a_clinic_and_its_first_person() -> None:
    made = json.loads(_call("clinic", "West", "boss@west.example", "--time-zone", "Europe/Lisbon"))
    clinic = Clinic.objects.get(id=made["clinic_id"])
    assert (clinic.name, clinic.time_zone) == ("West", "Europe/Lisbon")
    assert Membership.objects.get(clinic=clinic).role == "clinic_admin"
    with pytest.raises(CommandError, match="no time zone"):
        _call("clinic", "West", "boss@west.example", "--time-zone", "Nowhere")
    assert Clinic.objects.count() == 1


def test_pair_local_approves_what_the_screen_shows(world: World) -> None:
    device = Device()
    code = device.start()
    with pytest.raises(CommandError, match="compare the letters"):
        _call("pair_local", "BBBBBBBB" if code != "BBBBBBBB" else "CCCCCCCC")
    made = json.loads(_call("pair_local", code, "--patient", world.patient.pseudonym))
    assert device.poll().json()["profile_id"] == made["profile_id"]


def test_pair_local_refuses_to_guess_the_clinic(world: World, other: World) -> None:
    with pytest.raises(CommandError, match="there are 2 clinics"):
        _call("pair_local", Device().start())


def test_reproject_makes_the_rows_again_from_the_bytes(world: World, device: Device) -> None:
    device.upload(device.record())
    with world.scope():
        before = list(Trial.objects.order_by("number").values_list("number", "hand_deg", "outcome"))
        Trial.objects.all().delete()
        Session.objects.update(trial_count=0, games=["nonsense"])
    assert _call("reproject").startswith("1 bundles read, 0")
    with world.scope():
        session = Session.objects.get()
        assert (session.trial_count, session.games) == (56, ["tide_anchor"])
        assert list(Trial.objects.order_by("number").values_list("number", "hand_deg", "outcome")) == before


def test_sweep_here_works_without_a_worker(world: World, device: Device) -> None:
    device.upload(device.record())
    assert _call("sweep", "--here") == "2 run\n"
    assert not Job.objects.exclude(state="done").exists()
    assert _call("recompute", "--dry-run") == "1 sessions, 0 jobs\n"
    assert _call("recompute") == "1 sessions, 1 jobs\n"
    assert _call("reconcile").startswith("1 sessions, 0 jobs inserted")
