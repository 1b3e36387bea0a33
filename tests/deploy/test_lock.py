"""The lock is in step with pyproject.toml, has hashes, and names no address."""

from __future__ import annotations

import itertools
import re
import subprocess
import sys
import tomllib
from importlib.metadata import distribution
from pathlib import Path

import pytest
from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from deploy import lock

ROOT = Path(__file__).resolve().parents[2]
PYTHONS = ("3.11", "3.12", "3.13", "3.14")
PLATFORMS = {"linux": "Linux", "darwin": "Darwin", "win32": "Windows"}


def locked(name: str) -> list[Requirement]:
    """The requirements of one lock, without their hashes."""
    text = (ROOT / "deploy" / "lock" / f"{name}.txt").read_text(encoding="utf-8")
    return [Requirement(each.split("\\")[0].strip()) for each in lock.requirements(text)]


def wanted(group: str) -> list[Requirement]:
    """What pyproject.toml asks for: a dependency group, or the packages that everything needs."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    lines = project["project"]["dependencies"] if group == "shared" else project["dependency-groups"][group]
    return [Requirement(each) for each in lines]


def applies(marker: Marker | None, python: str, platform: str) -> bool:
    """Whether a marker holds on a Python and platform."""
    environment = {
        "python_version": python,
        "python_full_version": f"{python}.7",
        "sys_platform": platform,
        "platform_system": PLATFORMS[platform],
        "implementation_name": "cpython",
        "platform_release": "25.0",
    }
    return marker is None or marker.evaluate(environment)


@pytest.mark.parametrize(
    ("group", "locks"),
    [
        ("shared", ["run"]),
        ("client", ["run"]),
        ("server", ["run"]),
        ("webcam", ["run", "webcam"]),
        ("lsl", ["run", "lsl"]),
        *[(group, ["all"]) for group in ("shared", "client", "server", "webcam", "lsl", "dev")],
    ],
)
def test_every_requirement_is_locked_on_every_python_and_platform(group: str, locks: list[str]) -> None:
    lines = [line for name in locks for line in locked(name)]
    for requirement, python, platform in itertools.product(wanted(group), PYTHONS, PLATFORMS):
        if not applies(requirement.marker, python, platform):
            continue
        found = [
            next(iter(line.specifier)).version
            for line in lines
            if canonicalize_name(line.name) == canonicalize_name(requirement.name)
            and applies(line.marker, python, platform)
        ]
        assert len(found) == 1, f"{requirement} on {python}, {platform}: {found}; run deploy/lock.py"
        assert requirement.specifier.contains(found[0]), f"{requirement}: {found[0]}; run deploy/lock.py"


def test_the_smaller_locks_are_cut_from_the_whole() -> None:
    whole = set(map(str, locked("all")))
    run = set(map(str, locked("run")))
    versions = {(each.name, str(each.specifier)) for each in locked("all")}
    assert {(each.name, str(each.specifier)) for each in locked("run")} <= versions
    assert run
    for optional in ("webcam", "lsl"):
        assert {(each.name, str(each.specifier)) for each in locked(optional)} <= versions
        assert locked(optional)
        assert not run & set(map(str, locked(optional)))
    assert len(whole) > len(run)


@pytest.mark.parametrize("name", ["all", "run", "webcam", "lsl"])
def test_every_line_has_a_hash_and_none_an_address(name: str) -> None:
    text = (ROOT / "deploy" / "lock" / f"{name}.txt").read_text(encoding="utf-8")
    for requirement in lock.requirements(text):
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", requirement), requirement
    assert "://" not in text
    assert not re.search(r"(?m)^\s*--(?!hash)", text)


def test_the_webcam_is_left_out_above_python_3_12() -> None:
    tracker = next(each for each in locked("webcam") if each.name == "mediapipe")
    assert applies(tracker.marker, "3.12", "linux")
    assert not applies(tracker.marker, "3.13", "linux")


def test_the_webcam_installs_nothing_heavy_that_it_does_not_use() -> None:
    """What the lock adds and takes more than 3 MB is loaded when the trackers run."""
    code = (
        "import sys, numpy as np; from game_client.camera.tracker import make_tracker;"
        "from game_client.camera.people import Faces; frame = np.zeros((48, 64, 3), np.uint8);"
        "make_tracker('hand').find(frame, 1); make_tracker('body').find(frame, 2); Faces().count(frame);"
        "sys.stdout.write(' '.join(sorted({each.partition('.')[0] for each in sys.modules})))"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True, timeout=120
    )
    loaded = set(ran.stdout.split())
    heavy = 0
    for name in {canonicalize_name(each.name) for each in locked("webcam")}:
        files = distribution(name).files or []
        size = sum(each.size or 0 for each in files)
        if size > 3_000_000:
            heavy += 1
            tops = {each.parts[0].removesuffix(".py") for each in files}
            assert tops & loaded, f"{name}, {size / 1e6:.0f} MB, is installed and never loaded"
    assert heavy >= 2, "mediapipe and opencv themselves"


def test_lines_that_can_never_apply_are_stripped() -> None:
    text = (
        "jax==1.0 ; python_full_version < '3.13' and sys_platform == 'never' \\\n    --hash=sha256:aa\n"
        "cocoa==12 ; sys_platform == 'darwin' or sys_platform == 'never' \\\n    --hash=sha256:bb\n"
        "numpy==2.4\\\n    --hash=sha256:cc\n"
    )
    assert lock.requirements(text) == [
        "cocoa==12 ; sys_platform == 'darwin' \\\n    --hash=sha256:bb",
        "numpy==2.4\\\n    --hash=sha256:cc",
    ]
