"""The clinic of one machine serves on both kinds of database and broker, and stops whole."""

from __future__ import annotations

import json
import stat
import time
import urllib.error
from typing import TYPE_CHECKING

import pytest

from deploy._clinic import DIRECTLY, environment_of, last_json, serving
from deploy._processes import ProcessError, free_port, listening

if TYPE_CHECKING:
    from pathlib import Path

SERVICES = ("DATABASE_URL", "MOVERE_OWNER_DATABASE_URL", "REDIS_URL")


def ready(url: str) -> bool:
    """Whether database, broker and worker answer."""
    try:
        with DIRECTLY.open(f"{url}/readyz", timeout=10) as answer:
            return bool(json.load(answer)["status"] == "ready")
    except urllib.error.HTTPError as error:
        error.close()
        return False


@pytest.mark.journeys
@pytest.mark.parametrize("embedded", [True, False], ids=["embedded", "postgresql and redis"])
def test_the_clinic_serves_works_and_stops(
    embedded: bool,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    postgres_url: str,
    redis_url: str,
) -> None:
    if embedded:
        for name in SERVICES:
            monkeypatch.delenv(name, raising=False)
    data, port = tmp_path / "clinic", free_port()
    with serving(data, port) as clinic:
        assert clinic.url == f"http://localhost:{port}"
        deadline = time.monotonic() + 30
        while not ready(clinic.url):
            clinic.check()
            assert time.monotonic() < deadline, "no worker answered"
            time.sleep(0.2)
        with pytest.raises(ProcessError, match=f"Port {port} is taken"), serving(data, port):
            pass
    assert not listening(port)
    assert not any(child.running for child in clinic.children)
    said = capsys.readouterr().err
    assert ("Using SQLite" in said) == embedded
    assert ("Using Redis from REDIS_URL" in said) != embedded
    assert stat.S_IMODE((data / "secret.key").stat().st_mode) == 0o600
    assert (data / "clinic.sqlite3").exists() == embedded


def test_services_that_do_not_answer_are_not_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    port = free_port()
    monkeypatch.setenv("DATABASE_URL", f"postgres://movere_app:x@127.0.0.1:{port}/movere")
    monkeypatch.setenv("REDIS_URL", f"redis://127.0.0.1:{port}/0")
    environment = environment_of(tmp_path)
    assert not set(SERVICES) & set(environment)
    said = capsys.readouterr().err
    assert "since DATABASE_URL does not answer" in said
    assert "since REDIS_URL does not answer" in said


def test_the_last_json_line_of_a_program_is_its_answer() -> None:
    assert last_json('warming up\n{"a": 1}\n{"a": 2}\nbye\n') == {"a": 2}
    with pytest.raises(ProcessError, match="A JSON line was expected"):
        last_json("nothing of the kind")
