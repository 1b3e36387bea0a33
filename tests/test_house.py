"""The house is in order: folders, names, sizes, import rules, and nothing of one machine in the files."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
LINT_IMPORTS = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
MAX_LINES = 500
CODE = {".py", ".js", ".css", ".html", ".sh"}
FORBIDDEN_NAMES = {"utils", "util", "helpers", "helper", "common", "manager", "misc"}
FOLDERS = {
    "shared": "cli wire movement metrics learning patient training",
    "game_client": "engine scenes games devices camera session journal sync assets locale",
    "clinic_server": "config core accounts clinics patients devices plans recordings progress audit exchange "
    "dashboard",
    "tests": "shared game_client clinic_server deploy journeys contracts faults bench",
    "docs": "adr",
}
FILES = (
    "manage.py pyproject.toml README.md CHANGELOG.md LICENSE deploy/start.py deploy/test.py deploy/bench.py"
)
# Put together here, so that this file does not hold what it forbids.
INDEX_HOSTS = re.compile("|".join(["py" + r"pi\.", "python" + "hosted", "npm" + "js"]))
MACHINE_PATHS = re.compile(r"(?<![\w.:/-])/(?:root|work|Users|home)/\w")

BREACHES = {
    "shared/wire/breach.py": ("import game_client", "The two programs never import each other"),
    "shared/movement/breach.py": ("import httpx", "shared is pure"),
    "game_client/session/breach.py": ("import pygame", "Only game_client/engine imports pygame"),
    "game_client/devices/breach.py": ("import cv2", "Only game_client/camera imports cv2"),
    "game_client/games/breach.py": ("import game_client.journal", "Games get samples and return events"),
    "game_client/games/other.py": ("import game_client.games.breach", "Games never import each other"),
    "game_client/sync/breach.py": ("import django", "The client carries no server framework"),
    "shared/training/breach.py": ("import shared.training.error_based", "Training modes never import"),
    "clinic_server/core/breach.py": ("import clinic_server.plans", "The server's apps depend downwards"),
    "clinic_server/plans/services.py": ("import clinic_server.plans.api", "services know nothing above them"),
    "clinic_server/plans/models.py": ("import clinic_server.plans.selectors", "models know nothing above"),
    "clinic_server/exchange/breach.py": ("import keyring", "The server carries no game, camera or keyring"),
}


@cache
def tracked() -> tuple[Path, ...]:
    """Every file of the project: tracked, or new and not ignored."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split("\0")
    return tuple(ROOT / name for name in listed if name and (ROOT / name).is_file())


def text_of(path: Path) -> str:
    """A file's text, empty for pictures, sounds and fonts."""
    data = path.read_bytes()
    return "" if b"\0" in data else data.decode("utf-8", errors="replace")


def test_the_import_rules_hold() -> None:
    done = subprocess.run(LINT_IMPORTS, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_import_rules_notice_each_breach(tmp_path: Path) -> None:
    """Every contract is broken once, in a copy."""
    for package in ("shared", "game_client", "clinic_server", "deploy"):
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for name, (line, _) in BREACHES.items():
        path = tmp_path / name
        before = path.read_text(encoding="utf-8") if path.exists() else ""
        path.write_text(f"{before}\n{line}\n", encoding="utf-8")
    done = subprocess.run(LINT_IMPORTS, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stdout + done.stderr
    verdicts = done.stdout.replace("\n", " ")
    for _, contract in BREACHES.values():
        assert re.search(rf"{re.escape(contract)}[^.]*? BROKEN", verdicts), f"not noticed: {contract}"


@pytest.mark.parametrize(
    "folder", [f"{root}/{name}" for root, names in FOLDERS.items() for name in names.split()]
)
def test_every_folder_of_the_design_exists(folder: str) -> None:
    assert any(path.is_relative_to(ROOT / folder) for path in tracked()), f"{folder} holds nothing"


@pytest.mark.parametrize("name", FILES.split())
def test_every_file_of_the_design_exists(name: str) -> None:
    assert ROOT / name in tracked()


def test_files_fit_in_a_head() -> None:
    code = [path for path in tracked() if path.suffix in CODE and "migrations" not in path.parts]
    long = {str(path.relative_to(ROOT)): text_of(path).count("\n") for path in code}
    assert not {name: lines for name, lines in long.items() if lines > MAX_LINES}


def test_no_module_has_a_name_that_says_nothing() -> None:
    found = [
        path for path in tracked() if {part.removesuffix(".py") for part in path.parts} & FORBIDDEN_NAMES
    ]
    assert not found


@pytest.mark.parametrize("pattern", [INDEX_HOSTS, MACHINE_PATHS], ids=["index hosts", "paths of a machine"])
def test_no_file_tells_of_the_machine_it_was_made_on(pattern: re.Pattern[str]) -> None:
    found = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()[:100]}"
        for path in tracked()
        if path.suffix != ".csv"
        for number, line in enumerate(text_of(path).splitlines(), 1)
        if pattern.search(line)
    ]
    assert not found, "\n".join(found)


def test_the_changelog_has_a_place_for_what_is_new() -> None:
    assert "\n## [Unreleased]\n" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_the_licence_is_apache_2() -> None:
    assert "Apache License\n                           Version 2.0" in (ROOT / "LICENSE").read_text(
        encoding="utf-8"
    )
