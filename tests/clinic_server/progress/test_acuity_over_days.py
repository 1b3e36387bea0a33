"""What is pooled over days is pooled by the worker: the shift of the speed-accuracy function."""

from __future__ import annotations

from uuid import UUID

import pytest

from clinic_server.progress.models import MetricResult
from shared.ids import uuid7
from shared.patient.virtual import VirtualPatient, draw_person
from shared.wire.plan import SafetyLimits
from tests.clinic_server.world import Device, World, replaced, run_jobs
from tests.virtual_sessions import make_plan, play

DAY_MS = 86_400_000


@pytest.mark.django_db
def test_the_worker_reads_the_reaches_of_earlier_days(world: World, device: Device) -> None:
    person = draw_person("healthy_old", 3)
    patient = VirtualPatient(person, 3)
    long = SafetyLimits(session_max_min=60.0)
    for number in range(2):
        plan = make_plan("acuity", game="kingfisher", practice=220, probe=0, safety=long)
        _, recording = play(plan, "healthy_old", 10 + number, patient)
        patient.sleep(1.0)
        patient.wake(11 + number)
        device.upload(
            replaced(
                recording,
                id=uuid7(),
                profile_id=UUID(str(device.profile_id)),
                device_seq=number + 1,
                started_utc_ms=recording.started_utc_ms + number * DAY_MS,
            )
        )
    run_jobs()
    with world.scope():
        rows = MetricResult.objects.filter(metric="speed_accuracy_shift", scope="")
        newest = rows.order_by("-session__started_at").first()
    assert newest is not None
    assert newest.value is not None, newest.missing_reason
    assert newest.n > 100, "reaches of both days"
