"""A real clinic for tests: granian in a process of its own, on a database of its own; it can be restarted."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import uuid
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit, urlunsplit

from deploy._processes import Child, free_port, listening, stop

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]


class ClinicProcess:
    """The server's process; `url` stays the same over a restart."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self.folder, self.environment = folder, environment
        self.port = free_port()
        self.url = f"http://localhost:{self.port}"
        self._child: Child | None = None

    def start(self) -> None:
        command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1"]
        command += ["--port", str(self.port), "--workers", "1", "--no-ws"]
        command.append("clinic_server.config.wsgi:application")
        log = self.folder / "web.log"
        self._child = Child("web", command, log=log, env=self.environment, cwd=ROOT)
        self._child.wait_ready(lambda: listening(self.port), 60)

    def kill(self) -> None:
        """End it outright, as a power cut would."""
        if self._child is not None:
            stop([self._child], timeout_s=0.0)
            self._child = None

    def manage(self, *arguments: str) -> str:
        return self._run(str(ROOT / "manage.py"), *arguments)

    def do(self, *what: str) -> dict[str, Any]:
        """Run one of `_at_the_clinic`'s commands."""
        found: dict[str, Any] = json.loads(self._run("-m", "tests.faults._at_the_clinic", *what))
        return found

    def _run(self, *arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False, timeout=120,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr[-2000:]
        return done.stdout.strip().splitlines()[-1] if done.stdout.strip() else "{}"


@contextmanager
def clinic_running(folder: Path) -> Iterator[ClinicProcess]:
    """Serve on PostgreSQL where the environment names one, else on SQLite, and take everything away after."""
    environment = {
        **os.environ,
        "MOVERE_DATA_DIR": str(folder),
        "MOVERE_SECRET_KEY": "tests-only",
        "DJANGO_SETTINGS_MODULE": "clinic_server.config.settings",
    }
    owner = os.environ.get("MOVERE_OWNER_DATABASE_URL", "")
    name = f"movere_faults_{uuid.uuid4().hex[:12]}"
    if owner:
        environment["DATABASE_URL"] = _named(os.environ["DATABASE_URL"], name)
        environment["MOVERE_OWNER_DATABASE_URL"] = _named(owner, name)
        _as_owner(owner, f'CREATE DATABASE "{name}"')
    else:
        environment["DATABASE_URL"] = environment["MOVERE_OWNER_DATABASE_URL"] = ""
    clinic = ClinicProcess(folder, environment)
    try:
        clinic.manage("migrate", "--verbosity", "0")
        clinic.do("seed")
        clinic.start()
        yield clinic
    finally:
        clinic.kill()
        if owner:
            _drop(owner, name)


def _named(url: str, name: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


def _drop(owner: str, name: str) -> None:
    """Drop the database once the killed server's connections are gone; the owner may not end another's."""
    import psycopg

    until_s = time.monotonic() + 20
    while True:
        try:
            return _as_owner(owner, f'DROP DATABASE "{name}"')
        except psycopg.errors.ObjectInUse:
            if time.monotonic() > until_s:
                raise
            time.sleep(0.2)


def _as_owner(url: str, statement: str) -> None:
    import psycopg

    with psycopg.connect(_named(url, "postgres"), autocommit=True) as connection:
        connection.execute(statement)
