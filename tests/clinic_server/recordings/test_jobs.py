"""The queue: one lease, a fence against zombies, backoff, death after six, no loss without a broker."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from celery import Celery
from django.db import connection
from django.utils import timezone

from clinic_server.core import doorbell, jobs
from clinic_server.core.models import Job
from clinic_server.progress import charts
from clinic_server.progress.models import ChartPicture, MetricDefinition, MetricResult
from clinic_server.progress.services import recompute, reconcile
from clinic_server.recordings.models import Session
from shared.ids import uuid7
from shared.metrics.across import ACROSS
from shared.metrics.compute import compute_recording
from tests.clinic_server.world import Device, World, build_world, run_jobs


@pytest.fixture
def committed(transactional_db: None) -> World:
    """A clinic in a database whose transactions really commit, so that threads see them."""
    return build_world("North")


def _rows(world: World) -> set[tuple[Any, ...]]:
    with world.scope():
        return set(
            MetricResult.objects.values_list(
                "session_id", "metric", "version", "scope", "value", "missing_reason"
            )
        )


def _overdue(job: Job) -> None:
    Job.objects.filter(id=job.id).update(lease_until=timezone.now() - timedelta(seconds=1))


@pytest.mark.django_db
def test_metrics_are_what_shared_computes_and_a_second_run_changes_nothing(
    world: World, device: Device
) -> None:
    recording = device.record()
    device.upload(recording)
    assert run_jobs() == ["done", "done"]
    expected = {(each.metric, each.version, each.scope): each.value for each in compute_recording(recording)}
    with world.scope():
        found = {(each.metric, each.version, each.scope): each.value for each in MetricResult.objects.all()}
        declared = {(spec.id, spec.version, "") for spec in ACROSS}
        across = {key for key in found if key in declared}
        assert {key: value for key, value in found.items() if key not in across} == pytest.approx(expected)
        assert across == declared
        reason = MetricResult.objects.get(metric="retention").missing_reason
        assert reason == "first_session"
        assert MetricDefinition.objects.filter(metric="sparc", is_current=True).exists()
    before = _rows(world)
    recompute()
    assert set(run_jobs()) == {"done"}
    assert _rows(world) == before


@pytest.mark.django_db
def test_late_earlier_session_corrects_the_retention_of_the_later(world: World, device: Device) -> None:
    day_ms = 24 * 3600 * 1000
    first = device.record(started_utc_ms=1_780_000_000_000)
    second = device.record(started_utc_ms=1_780_000_000_000 + day_ms)
    device.upload(second)
    run_jobs()
    with world.scope():
        assert (
            MetricResult.objects.get(session_id=second.id, metric="retention").missing_reason
            == "first_session"
        )
    device.upload(first)
    run_jobs()
    with world.scope():
        later = MetricResult.objects.get(session_id=second.id, metric="retention")
        assert later.missing_reason != "first_session"
        assert (
            MetricResult.objects.get(session_id=first.id, metric="retention").missing_reason
            == "first_session"
        )


@pytest.mark.django_db
def test_summary_is_stored_as_client_reported_and_never_computed(world: World, device: Device) -> None:
    from shared.wire.codec import seal
    from shared.wire.session import ClientMetric

    metric = ClientMetric("success_rate", 1, "", 0.7, "1", 1.0, None)
    recording = device.record(samples=[], client_metrics=[metric])
    device.upload(seal(recording, content="summary"))
    run_jobs()
    with world.scope():
        row = MetricResult.objects.get(metric="success_rate")
        assert (row.value, row.source) == (0.7, "client_reported")
        assert MetricResult.objects.exclude(source="client_reported").count() == 0


@pytest.mark.faults
@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_one_lease_one_result(committed: World) -> None:
    device = Device().pair(committed)
    device.upload(device.record())
    job = Job.objects.get(kind="metrics")
    ends: list[str] = []
    gate = threading.Barrier(4)

    def worker() -> None:
        gate.wait()
        ends.append(jobs.run(job.id, threading.current_thread().name))
        connection.close()

    threads = [threading.Thread(target=worker) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(ends) == ["done", "not_due", "not_due", "not_due"]
    assert Job.objects.get(id=job.id).attempts == 1


@pytest.mark.faults
@pytest.mark.django_db
def test_killed_worker_is_replaced_and_the_zombie_writes_nothing(
    world: World, device: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    device.upload(device.record())
    job = Job.objects.get(kind="metrics")
    zombie = jobs.lease(job.id, "zombie")
    assert zombie is not None
    assert jobs.lease(job.id, "early") is None, "a lease that stands is respected"
    _overdue(job)
    assert jobs.run(job.id, "second") == "done"
    before = _rows(world)
    monkeypatch.setattr(jobs, "lease", lambda *_: zombie)
    assert jobs.run(job.id, "zombie") == "fenced"
    assert _rows(world) == before
    assert Job.objects.get(id=job.id).state == Job.State.DONE


@pytest.mark.faults
@pytest.mark.django_db
def test_failing_job_waits_longer_each_time_and_is_dead_after_six(world: World, device: Device) -> None:
    from clinic_server.recordings import storage
    from clinic_server.recordings.models import Bundle

    device.upload(device.record())
    with world.scope():
        storage.drop(Bundle.objects.get().storage_key)
    job = Job.objects.get(kind="metrics")
    ends, waits = [], []
    for _ in range(6):
        Job.objects.filter(id=job.id).update(not_before=timezone.now())
        ends.append(jobs.run(job.id, "tests"))
        waits.append((Job.objects.get(id=job.id).not_before - timezone.now()).total_seconds())
    assert ends == ["retry"] * 5 + ["dead"]
    assert waits[4] > 4 * waits[0] > 0
    row = Job.objects.get(id=job.id)
    assert "FileNotFoundError" in row.last_error
    assert jobs.run(job.id, "tests") == "not_due"


@pytest.mark.faults
@pytest.mark.django_db(transaction=True)
def test_broker_that_is_down_costs_no_request_and_loses_nothing(
    committed: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    deaf = Celery("deaf", broker="redis://localhost:1/0", set_as_current=False)
    deaf.conf.broker_transport_options = {"socket_connect_timeout": 1.0, "max_retries": 0}
    monkeypatch.setattr(doorbell, "current_app", deaf)
    device = Device().pair(committed)
    assert device.upload(device.record()).status_code == 200
    assert jobs.sweep() == 0
    job = Job.objects.get(kind="metrics")
    assert job.state == Job.State.READY
    assert jobs.run(job.id, "tests") == "done"


@pytest.mark.django_db
def test_reconcile_finds_what_has_no_job_and_what_has_no_result(world: World, device: Device) -> None:
    device.upload(device.record())
    device.upload(device.record())
    Job.objects.all().delete()
    assert reconcile().jobs == 2
    run_jobs()
    assert reconcile().jobs == 0
    with world.scope():
        MetricResult.objects.filter(session=Session.objects.first()).delete()
    assert reconcile().jobs == 1
    assert set(run_jobs()) == {"done"}
    assert reconcile().jobs == 0


@pytest.mark.django_db
def test_pictures_are_kept_once_and_old_ones_go(world: World) -> None:
    job = jobs.enqueue(kind="charts", clinic_id=world.clinic.id, subject_id=world.patient.id)
    with world.scope():
        for number in range(4):
            charts.store(job, [charts.Picture("trend", f"{number}" * 64, "en", "light", "<svg/>", {})] * 2)
        assert ChartPicture.objects.count() == 2


@pytest.mark.django_db
def test_unknown_kind_is_a_failure_that_is_told(world: World) -> None:
    job = jobs.enqueue(kind="nothing", clinic_id=world.clinic.id, subject_id=uuid7())
    assert jobs.run(job.id, "tests") == "retry"
    assert "KeyError" in Job.objects.get(id=job.id).last_error
