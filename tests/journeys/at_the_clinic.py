"""The clinic's side of a journey: served with a worker, a plan prescribed, a machine paired, numbers read."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import httpx

from deploy._processes import Child, stop
from tests.faults._clinic import ROOT, clinic_running

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.faults._clinic import ClinicProcess


@contextmanager
def serving(folder: Path) -> Iterator[ClinicProcess]:
    """Serve a clinic with a worker, on the PostgreSQL and Redis that the environment names."""
    with clinic_running(folder / "clinic") as running:
        running.manage("assets")
        worker = Child(
            "worker",
            [sys.executable, "-m", "celery", "--app", "clinic_server.config.celery", "--quiet", "worker",
             "--pool", "prefork", "--concurrency", "1", "--queues", "celery,bulk", "--without-gossip",
             "--without-mingle"],
            log=folder / "worker.log", env=running.environment, cwd=ROOT,
        )  # fmt: skip
        try:
            yield running
        finally:
            stop([worker])


def link(clinic: ClinicProcess) -> str:
    """A link that signs the clinic's person in, once."""
    return clinic.manage("signin_link", clinic.do("person")["email"], "--base", clinic.url)


@contextmanager
def signed_in(clinic: ClinicProcess) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=clinic.url, follow_redirects=True, timeout=30, trust_env=False) as http:
        http.get(link(clinic)).raise_for_status()
        yield http


def prescribe(clinic: ClinicProcess, blocks: list[dict[str, Any]], key: str) -> None:
    """Write and activate a plan through the REST API, as a therapist's program does."""
    with signed_in(clinic) as http:
        patient = http.get("/api/v1/patients").json()["data"][0]
        content = {"title": "A first plan", "blocks": blocks}
        headers = {"X-CSRFToken": http.cookies.get("csrftoken") or "", "Referer": clinic.url}
        body = {"patient_id": patient["id"], "content": content}
        made = http.post("/api/v1/plans", json=body, headers={**headers, "Idempotency-Key": key})
        assert made.status_code == 201, made.text
        done = http.post(
            f"/api/v1/plans/{made.json()['id']}/activate",
            json={},
            headers={**headers, "If-Match": made.headers["ETag"]},
        )
        assert done.status_code == 200, done.text


def pair(clinic: ClinicProcess, game: Path) -> None:
    command = [sys.executable, "-m", "game_client", "pair", "--server", clinic.url, "--data", str(game)]
    with subprocess.Popen([*command, "--json"], cwd=ROOT, stdout=subprocess.PIPE, text=True) as pairing:
        assert pairing.stdout is not None
        code = json.loads(pairing.stdout.readline())["user_code"]
        clinic.manage("pair_local", code)
        assert pairing.wait(60) == 0


def until(happened: Callable[[], Any], otherwise: str, seconds: float = 60.0) -> Any:
    """Wait for something true and return it."""
    end = time.monotonic() + seconds
    while True:
        found = happened()
        if found:
            return found
        assert time.monotonic() < end, otherwise
        time.sleep(0.5)
