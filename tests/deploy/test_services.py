"""The services for tests are real, ours alone, and gone when their holder is."""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
import redis

from deploy import _services, _tools
from deploy._processes import listening

ROOT = Path(__file__).resolve().parents[2]
HOLDER = """
import time
from deploy import _services
with _services.running() as environment:
    for value in environment.values():
        print(value)
    print("ready", flush=True)
    time.sleep(120)
"""


def folders_of(pid: int) -> list[Path]:
    """The temporary folders of the services that a process holds or held."""
    notes = Path(tempfile.gettempdir()).glob(f"{_services.PREFIX}*/{_services.HOLDER}")
    return [note.parent for note in notes if note.read_text() == str(pid)]


def port_of(url: str) -> int:
    return urlsplit(url).port or 0


def test_the_application_role_bypasses_nothing(postgres_url: str) -> None:
    with psycopg.connect(postgres_url) as connection:
        row = connection.execute(
            "SELECT current_user, rolsuper, rolbypassrls, rolcreatedb, rolcreaterole "
            "FROM pg_roles WHERE rolname = current_user"
        ).fetchone()
    assert row == ("movere_app", False, False, False, False)


def test_the_owner_role_is_no_superuser(postgres_owner_url: str) -> None:
    with psycopg.connect(postgres_owner_url) as connection:
        row = connection.execute(
            "SELECT current_user, rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user"
        ).fetchone()
    assert row == ("movere_owner", False, False)


def test_redis_is_real(redis_url: str) -> None:
    with redis.Redis.from_url(redis_url) as client:
        assert re.match(r"\d+\.", client.info("server")["redis_version"])


def test_without_the_password_nobody_gets_in(postgres_url: str) -> None:
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(re.sub(r":[0-9a-f]{32}@", ":wrong@", postgres_url))


@pytest.mark.faults
def test_services_end_with_a_killed_holder() -> None:
    """And the next run clears away what it left."""
    holder = subprocess.Popen([sys.executable, "-c", HOLDER], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    with holder:
        assert holder.stdout is not None
        ports = set()
        while (line := holder.stdout.readline()) != "ready\n":
            assert line, "the holder ended before its services were ready"
            ports.add(port_of(line))
        assert len(ports) == 2
        assert all(map(listening, ports))
        assert folders_of(holder.pid)
        holder.kill()
    deadline = time.monotonic() + 10
    while any(map(listening, ports)):
        assert time.monotonic() < deadline, f"still listening: {ports}"
        time.sleep(0.1)
    assert folders_of(holder.pid)
    _services._clear_abandoned()
    assert not folders_of(holder.pid)


def test_what_the_wheels_carry_serves_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without PostgreSQL and Redis, where no package can be installed."""
    monkeypatch.setattr(_tools, "_machine_postgres", lambda: None)
    monkeypatch.setattr(_tools, "_which", lambda name: None)
    monkeypatch.setattr(_tools, "_apt", lambda package: False)
    with _services.running() as environment:
        with psycopg.connect(environment["DATABASE_URL"]) as connection:
            assert connection.info.server_version >= 150_000
        with redis.Redis.from_url(environment["REDIS_URL"]) as client:
            assert client.ping()


def test_what_cannot_be_had_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(_tools, "_apt", lambda package: False)
    monkeypatch.setattr(_tools, "_wheel", lambda package, pattern: None)
    monkeypatch.setattr(_tools, "_machine_postgres", lambda: None)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("MOVERE_CHROMIUM", raising=False)
    monkeypatch.delenv("PLAYWRIGHT_BROWSERS_PATH", raising=False)
    for ask in (_tools.postgres_bin, _tools.redis_server, _tools.chromium, _tools.screen_tools):
        with pytest.raises(_tools.ToolError, match="apt-get install"):
            ask()


def test_a_wrong_name_for_chromium_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOVERE_CHROMIUM", "/nowhere/chromium")
    with pytest.raises(_tools.ToolError, match="MOVERE_CHROMIUM names /nowhere/chromium"):
        _tools.chromium()
