"""Setting up: the interpreter, a real environment from a real lock, the stamp, and the sentences."""

from __future__ import annotations

import hashlib
import sys
import zipfile
from pathlib import Path

import pytest

from deploy import _setup


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout of its own with a lock of one package, which lies in a folder beside it."""
    wheels = tmp_path / "wheels"
    wheels.mkdir()
    wheel = wheels / "movere_probe-1.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        info = "movere_probe-1.0.dist-info"
        archive.writestr("movere_probe.py", "ANSWER = 42\n")
        archive.writestr(f"{info}/METADATA", "Metadata-Version: 2.1\nName: movere-probe\nVersion: 1.0\n")
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{info}/RECORD", "")
    lock = tmp_path / "lock"
    lock.mkdir()
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    (lock / "all.txt").write_text("absent==1.0\n")
    (lock / "run.txt").write_text(
        f"movere-probe==1.0 \\\n    --hash=sha256:{digest}\n"
        "never-here==1.0 ; python_version < '3.0' \\\n    --hash=sha256:" + "0" * 64 + "\n"
    )
    monkeypatch.setattr(_setup, "ROOT", tmp_path)
    monkeypatch.setattr(_setup, "LOCK", lock)
    monkeypatch.setattr(_setup, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(_setup, "STAMP", tmp_path / ".venv" / "movere-installed.json")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(wheels))
    return tmp_path


def test_an_environment_is_made_filled_by_hash_and_stamped(
    checkout: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert not _setup.installed("run")
    python = _setup.environment(webcam=False)
    lock = checkout / "lock" / "run.txt"
    right = lock.read_text()
    lock.write_text("movere-probe==1.0 --hash=sha256:" + "0" * 64 + "\n")
    with pytest.raises(_setup.SetupError, match=r"could not install[\s\S]*HASHES"):
        _setup.install(python, "run")
    assert not _setup.installed("run")

    lock.write_text(right)
    _setup.install(python, "run")
    assert _setup.installed("run")
    assert not _setup.installed("all")
    assert "Packages: 1 in place" in capfd.readouterr().err  # the other one's marker does not hold here
    assert list((checkout / ".venv").glob("lib/python*/site-packages/movere_probe.py"))
    assert _setup.environment(webcam=True) == python  # kept, not made again

    lock.write_text(right + "# changed\n")
    assert not _setup.installed("run")


def test_the_whole_lock_holds_the_smaller_ones(checkout: Path) -> None:
    (checkout / ".venv" / "bin").mkdir(parents=True)
    _setup.venv_python().touch()
    _setup.STAMP.write_text('{"all": "' + _setup.digest("all") + '"}')
    assert _setup.installed("run")


def test_a_python_that_is_too_old_is_named_with_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_setup, "version", lambda _: (3, 9))
    with pytest.raises(_setup.SetupError, match=r"needs Python 3\.11 to 3\.14.*apt-get install"):
        _setup.interpreter(webcam=False)


def test_the_webcam_prefers_a_python_that_its_tracker_has_a_wheel_for(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    versions = {"/opt/this": (3, 14), "/opt/python3.12": (3, 12)}
    monkeypatch.setattr(_setup.sys, "executable", "/opt/this")
    monkeypatch.setattr(_setup.shutil, "which", lambda name: f"/opt/{name}")
    monkeypatch.setattr(_setup, "version", versions.get)
    assert _setup.interpreter(webcam=True) == "/opt/python3.12"
    assert _setup.interpreter(webcam=False) == "/opt/this"
    del versions["/opt/python3.12"]
    assert _setup.interpreter(webcam=True) == "/opt/this"
    assert "webcam needs Python 3.11 or 3.12" in capsys.readouterr().err


def test_a_program_that_does_not_run_has_no_version(tmp_path: Path) -> None:
    assert _setup.version(sys.executable) == sys.version_info[:2]
    assert _setup.version(str(tmp_path / "python3.12")) is None


def test_without_a_display_one_sentence_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    assert not _setup.display()
    assert len(_setup.screen_problems()) == 1
    monkeypatch.setenv("DISPLAY", ":7")
    assert _setup.display()
    assert _setup.screen_problems() == []


def test_the_checkout_must_be_ours_to_write(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_setup.os, "access", lambda *_: False)  # root may write everywhere
    with pytest.raises(_setup.SetupError, match="may not write"):
        _setup.environment(webcam=False)
    assert not (checkout / ".venv").exists()
