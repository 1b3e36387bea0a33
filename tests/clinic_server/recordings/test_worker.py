"""A real Celery worker on the real broker: it measures what arrives, and killed, another one goes on."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
import redis
from django.conf import settings
from django.db import connection
from django.utils import timezone

from clinic_server.core import jobs
from clinic_server.core.models import Job
from clinic_server.progress.models import MetricResult
from tests.clinic_server.world import IS_POSTGRES, Device, World, build_world

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.faults]


@pytest.fixture
def committed(transactional_db: None) -> World:
    return build_world("North")


def _database_url() -> str:
    found = connection.settings_dict
    if not IS_POSTGRES:
        return f"sqlite:///{found['NAME']}"
    secret = f":{found['PASSWORD']}" if found["PASSWORD"] else ""
    return f"postgres://{found['USER']}{secret}@{found['HOST']}:{found['PORT']}/{found['NAME']}"


@contextmanager
def _worker() -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", "celery", "--quiet", "-A", "clinic_server.config.celery:app", "worker"]
    environment = {
        **os.environ,
        "DATABASE_URL": _database_url(),
        "MOVERE_DATA_DIR": str(settings.RECORDINGS_DIR.parent),
        "MOVERE_SECRET_KEY": settings.SECRET_KEY,
    }
    process = subprocess.Popen(
        [*command, "-c", "1", "-Q", "celery,bulk", "-l", "warning"], env=environment, start_new_session=True
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(timeout=20)


def _wait(for_what: Callable[[], bool], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not for_what():
        assert time.monotonic() < end, list(Job.objects.values("kind", "state", "attempts", "last_error"))
        time.sleep(0.02)


def _all_done() -> bool:
    return not Job.objects.exclude(state=Job.State.DONE).exists()


def _results(world: World) -> int:
    with world.scope():
        return MetricResult.objects.count()


def test_worker_measures_what_arrives_and_readyz_says_ready(committed: World) -> None:
    device = Device().pair(committed)
    with _worker():
        assert device.upload(device.record()).status_code == 200
        _wait(_all_done)
        assert _results(committed) > 20
        ready = device.http.get("/readyz")
        assert ready.status_code == 200, ready.content


def test_worker_killed_in_the_middle_loses_nothing_and_repeats_nothing(committed: World) -> None:
    device = Device().pair(committed)
    for _ in range(4):
        assert device.upload(device.record()).status_code == 200
    with _worker() as first:
        _wait(lambda: Job.objects.filter(state=Job.State.LEASED).exists())
        os.killpg(first.pid, signal.SIGKILL)
        first.wait(timeout=20)
    assert not _all_done()
    Job.objects.filter(state=Job.State.LEASED).update(lease_until=timezone.now() - timedelta(seconds=1))
    with _worker():
        jobs.sweep()
        _wait(_all_done)
    count = _results(committed)
    with committed.scope():
        assert MetricResult.objects.values("session").distinct().count() == 4
    for job in Job.objects.filter(kind="metrics"):
        Job.objects.filter(id=job.id).update(state=Job.State.READY)
        assert jobs.run(job.id, "again") == "done"
    assert _results(committed) == count


def _flush_broker() -> None:
    """Throw away every message: a Redis that was flushed, a broker folder that was emptied."""
    if settings.REDIS_URL:
        redis.Redis.from_url(settings.REDIS_URL).flushall()
        return
    messages = Path(settings.CELERY_BROKER_TRANSPORT_OPTIONS["data_folder_in"])
    for each in messages.glob("*.msg"):
        each.unlink()


def test_a_flushed_broker_makes_results_late_and_never_lost_or_doubled(committed: World) -> None:
    device = Device().pair(committed)
    for _ in range(3):
        assert device.upload(device.record()).status_code == 200
    _flush_broker()
    with _worker():
        time.sleep(3)
        assert not Job.objects.filter(state=Job.State.DONE).exists(), "no bell was left to ring"
        jobs.sweep()
        _wait(_all_done)
        _flush_broker()
        jobs.sweep()
    with committed.scope():
        keys = list(MetricResult.objects.values_list("session", "metric", "version", "scope"))
    assert len({key[0] for key in keys}) == 3
    assert len(keys) == len(set(keys))


def test_readyz_tells_what_is_wrong(committed: World) -> None:
    answer = Device().http.get("/readyz")
    assert answer.status_code == 503
    assert "start one" in answer.json()["checks"]["worker"]
    assert answer.json()["checks"]["database"] == "ok"
