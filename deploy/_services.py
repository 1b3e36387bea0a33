"""A real PostgreSQL and a real Redis of our own, in a temporary folder, on free loopback ports.

`running()` yields the environment that tests need. PostgreSQL refuses to run as root, so root runs it as the
account that Debian's package made (or `nobody`). Data lives as long as the run: fsync is off.
"""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import signal
import stat
import tempfile
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from deploy import _tools
from deploy._processes import Child, ProcessError, free_port, listening, stop

if TYPE_CHECKING:
    from collections.abc import Iterator

PREFIX, HOLDER = "movere-services-", "holder.pid"
DATABASE = "movere"
OWNER, APP = "movere_owner", "movere_app"  # migrates; serves, works and is tested (never bypasses policies)


@contextmanager
def running() -> Iterator[dict[str, str]]:
    """Start both services and yield DATABASE_URL, MOVERE_OWNER_DATABASE_URL and REDIS_URL; stop them after.

    Raises:
        ToolError: a program is missing and could not be had.
        ProcessError: a service does not start.
    """
    _clear_abandoned()
    folder = Path(tempfile.mkdtemp(prefix=PREFIX))
    (folder / HOLDER).write_text(str(os.getpid()))
    with ExitStack() as cleanup:
        cleanup.callback(shutil.rmtree, folder, ignore_errors=True)
        folder.chmod(0o755)  # PostgreSQL's account passes through; its own folder is private
        children: list[Child] = []
        cleanup.callback(lambda: stop(children))
        database = _postgres(folder, children)
        redis = _redis(folder, children)
        yield {**database, "REDIS_URL": redis}


def _clear_abandoned() -> None:
    """Remove the folders of holders that were killed outright; their services have ended with them."""
    for holder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*/{HOLDER}"):
        try:
            os.kill(int(holder.read_text()), 0)
        except ProcessLookupError:
            shutil.rmtree(holder.parent, ignore_errors=True)
        except (OSError, ValueError):  # somebody else's, or just being made
            continue


def _redis(folder: Path, children: list[Child]) -> str:
    program, port = _tools.redis_server(), free_port()
    command = [str(program), "--bind", "127.0.0.1", "--port", str(port), "--dir", str(folder)]
    command += ["--save", "", "--appendonly", "no"]
    child = Child("Redis", command, log=folder / "redis.log")
    children.append(child)
    child.wait_ready(lambda: listening(port), 20)
    return f"redis://127.0.0.1:{port}/0"


def _postgres(folder: Path, children: list[Child]) -> dict[str, str]:
    programs, port, password = _tools.postgres_bin(), free_port(), secrets.token_hex(16)
    user = _account() if os.geteuid() == 0 else None
    home = folder / "postgres"
    home.mkdir(mode=0o700)
    if user and not all(each.stat().st_mode & stat.S_IXOTH for each in (programs, *programs.parents)):
        programs = shutil.copytree(programs.parent, folder / "programs", symlinks=True) / programs.name
    data, password_file = home / "data", home / "password"
    password_file.write_text(password)
    if user:
        for path in (home, password_file):
            shutil.chown(path, user)
    initdb = [str(programs / "initdb"), "-D", str(data), "-U", "postgres", "--encoding=UTF8", "--locale=C"]
    initdb += ["--auth=scram-sha-256", f"--pwfile={password_file}", "--no-sync"]
    initialised = Child("initdb", initdb, log=folder / "initdb.log", user=user)
    if initialised.process.wait():
        raise ProcessError(f"initdb of {programs} failed:\n{initialised.last_words()}")
    command = [str(programs / "postgres"), "-D", str(data), "-h", "127.0.0.1", "-p", str(port)]
    command += ["-k", ""]  # no socket file: its path would be too long in a deep temporary folder
    for setting in ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=60"):
        command += ["-c", setting]
    child = Child("PostgreSQL", command, log=folder / "postgres.log", stop_signal=signal.SIGINT, user=user)
    children.append(child)
    child.wait_ready(lambda: _accepts(port, password), 30)
    return _roles(port, password)


def _account() -> str:
    """Return the account that PostgreSQL runs as when we are root."""
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name).pw_name
        except KeyError:
            continue
    raise ProcessError("PostgreSQL refuses to run as root and there is no account `postgres`: add one.")


def _accepts(port: int, password: str) -> bool:
    import psycopg

    try:
        psycopg.connect(_dsn("postgres", password, port, "postgres"), connect_timeout=5).close()
    except psycopg.OperationalError:
        return False
    return True


def _dsn(role: str, password: str, port: int, name: str = DATABASE) -> str:
    return f"postgres://{role}:{password}@127.0.0.1:{port}/{name}"


def _roles(port: int, password: str) -> dict[str, str]:
    """Make the two roles and the database; the owner may make more databases, for tests."""
    import psycopg
    from psycopg import sql

    with psycopg.connect(_dsn("postgres", password, port, "postgres"), autocommit=True) as admin:
        for role, rights in ((OWNER, sql.SQL("CREATEDB")), (APP, sql.SQL("NOCREATEDB"))):
            admin.execute(
                sql.SQL("CREATE ROLE {} LOGIN PASSWORD {} NOSUPERUSER NOBYPASSRLS NOCREATEROLE {}").format(
                    sql.Identifier(role), sql.Literal(password), rights
                )
            )
        admin.execute(
            sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(DATABASE), sql.Identifier(OWNER))
        )
    return {
        "DATABASE_URL": _dsn(APP, password, port),
        "MOVERE_OWNER_DATABASE_URL": _dsn(OWNER, password, port),
    }
