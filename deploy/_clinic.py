"""The clinic on this machine: database, web process, worker and beat as children of one command.

SQLite and a folder by default; PostgreSQL where DATABASE_URL answers, Redis where REDIS_URL does.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import urllib.error
import urllib.request
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from deploy._processes import Child, ProcessError, listening, stop
from deploy._setup import ROOT, tell

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

CELERY = [sys.executable, "-m", "celery", "--app", "clinic_server.config.celery"]
PREPARE = """
from clinic_server.config.wsgi import application
from django.core.management import call_command
call_command("migrate", interactive=False, verbosity=0)
call_command("assets", verbosity=0)
call_command("collectstatic", interactive=False, verbosity=0)
"""  # in one process: starting Django costs more than the work
DIRECTLY = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # a proxy knows no localhost of ours


@dataclass(frozen=True)
class Clinic:
    """A clinic that serves: its folder, its address, the environment of its processes, and these."""

    data: Path
    url: str
    environment: dict[str, str]
    children: Sequence[Child]

    def manage(self, *arguments: str, aloud: bool = False) -> str:
        """Run a command of manage.py and return what it printed; `aloud` shows its progress meanwhile.

        Raises:
            ProcessError: the command failed; its last words are in the sentence.
        """
        return manage(self.environment, *arguments, aloud=aloud)

    def demo(self) -> dict[str, Any]:
        """Return the demo clinic (`clinic_id`, `email`, `patients`); it is made where there is none."""
        tell("Filling the demo clinic where it is empty …")
        return last_json(self.manage("demo", "--small", "--json", "--server", self.url, aloud=True))

    def signin_link(self, email: str) -> str:
        """Return a link that signs this person in once, within fifteen minutes."""
        return self.manage("signin_link", email, "--base", self.url).strip()

    def check(self) -> None:
        """Raise ProcessError when one of the processes has ended."""
        for child in self.children:
            if not child.running:
                raise ProcessError(f"{child.name} ended by itself; see {child.log}.\n{child.last_words()}")


@contextmanager
def serving(data: Path, port: int) -> Iterator[Clinic]:
    """Bring the database up to date, start web, worker and beat, and stop the three at the end.

    Raises:
        ProcessError: the port is taken, or a process does not start.
    """
    if listening(port):
        raise ProcessError(f"Port {port} is taken on this machine: choose another with --port N.")
    environment = environment_of(data)
    tell("Bringing the database up to date …")
    _run([sys.executable, "-c", PREPARE], environment, "Preparing the database and the pages")
    children: list[Child] = []
    try:
        for name, command in _commands(port):
            children.append(
                Child(name, command, log=data / "logs" / f"{name}.log", env=environment, cwd=ROOT)
            )
        children[0].wait_ready(lambda: _healthy(port), 60)
        yield Clinic(data, f"http://localhost:{port}", environment, children)
    finally:
        tell("Stopping the clinic …")
        stop(children)


def environment_of(data: Path) -> dict[str, str]:
    """Return the environment of the clinic's processes, and say which database and broker it means."""
    environment = {**os.environ, "MOVERE_DATA_DIR": str(data), "PYTHONUNBUFFERED": "1"}
    for name, what, otherwise, answers in (
        ("DATABASE_URL", "PostgreSQL", "SQLite in the data folder", _postgres_answers),
        ("REDIS_URL", "Redis", "a folder as the broker", _redis_answers),
    ):
        url = environment.get(name, "")
        if url and answers(url):
            tell(f"Using {what} from {name}.")
            continue
        tell(f"Using {otherwise}{f', since {name} does not answer' if url else ''}.")
        environment.pop(name, None)
        if name == "DATABASE_URL":
            environment.pop("MOVERE_OWNER_DATABASE_URL", None)
    return environment


def manage(environment: dict[str, str], *arguments: str, aloud: bool = False) -> str:
    """Run a command of manage.py in this environment and return what it printed on standard output.

    Raises:
        ProcessError: the command failed; its last words are in the sentence.
    """
    command = [sys.executable, str(ROOT / "manage.py"), *arguments]
    return _run(command, environment, f"`manage.py {arguments[0]}`", aloud=aloud)


def _run(command: list[str], environment: dict[str, str], what: str, *, aloud: bool = False) -> str:
    errors = None if aloud else subprocess.PIPE
    done = subprocess.run(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=errors, text=True, check=False
    )
    if done.returncode:
        words = "\n".join((done.stderr or done.stdout).strip().splitlines()[-12:])
        raise ProcessError(f"{what} failed:\n{words}")
    return done.stdout


def last_json(output: str) -> dict[str, Any]:
    """Return the last line of a program's output that is a JSON object.

    Raises:
        ProcessError: there is none.
    """
    for line in reversed(output.splitlines()):
        if line.startswith("{"):
            found: dict[str, Any] = json.loads(line)
            return found
    raise ProcessError(f"A JSON line was expected and this came:\n{output.strip()}")


def _commands(port: int) -> list[tuple[str, list[str]]]:
    web = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)]
    web += ["--workers", "1", "--backpressure", "32", "--no-ws", "--workers-kill-timeout", "10"]
    web.append("clinic_server.config.wsgi:application")
    worker = [*CELERY, "--quiet", "worker", "--pool", "prefork", "--concurrency", "1"]
    worker += ["--queues", "celery,bulk", "--without-gossip", "--without-mingle", "--loglevel", "INFO"]
    beat = [*CELERY, "--quiet", "beat", "--pidfile=", "--loglevel", "INFO"]
    return [("web", web), ("worker", worker), ("beat", beat)]


def _healthy(port: int) -> bool:
    try:
        with DIRECTLY.open(f"http://localhost:{port}/healthz", timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _postgres_answers(url: str) -> bool:
    import psycopg

    if url.startswith("sqlite"):
        return True
    try:
        psycopg.connect(url, connect_timeout=3).close()
    except psycopg.Error:
        return False
    return True


def _redis_answers(url: str) -> bool:
    import redis

    try:
        with redis.Redis.from_url(url, socket_connect_timeout=3, socket_timeout=3) as client:
            return bool(client.ping())
    except (redis.RedisError, ValueError):
        return False
