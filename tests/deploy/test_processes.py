"""Child processes end with us, whichever way we end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from deploy._processes import WATCHDOG, Child, ProcessError, free_port, listening, stop

ROOT = Path(__file__).resolve().parents[2]
PARENT = """
import sys, time
from pathlib import Path
from deploy._processes import Child
child = Child("sleeper", ["sleep", "60"], log=Path(sys.argv[1]))
print(child.process.pid, flush=True)
time.sleep(60)
"""
STUBBORN = """
import signal, subprocess, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print(subprocess.Popen(["sleep", "60"]).pid, flush=True)
time.sleep(60)
"""


def gone(pid: int, timeout_s: float = 5.0) -> bool:
    """Wait until a process is no more, or only a zombie that nobody has asked after."""
    deadline = time.monotonic() + timeout_s
    while time.monotonic() < deadline:
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except FileNotFoundError:
            return True
        if state == "Z":
            return True
        time.sleep(0.05)
    return False


def test_a_killed_parent_takes_its_children_along(tmp_path: Path) -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, str(tmp_path / "log")], cwd=ROOT, stdout=subprocess.PIPE
    )
    with parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        assert not gone(child, 0.3)
        parent.kill()
    assert gone(child)


def test_the_watchdog_does_the_same_where_the_kernel_does_not(tmp_path: Path) -> None:
    child = subprocess.Popen(["sleep", "60"])
    script = (
        "import subprocess, sys, os, time; "
        f"subprocess.Popen([sys.executable, {str(WATCHDOG)!r}, str(os.getpid()), '{child.pid}', '15']); "
        "print('ready', flush=True); time.sleep(60)"
    )
    with child:
        parent = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE)
        with parent:
            assert parent.stdout is not None
            parent.stdout.readline()
            time.sleep(1.0)  # the watchdog has looked at its parent at least once
            assert child.poll() is None
            parent.kill()
        assert child.wait(10) == -signal.SIGTERM


def test_stopping_is_parallel_and_kills_what_does_not_listen(tmp_path: Path) -> None:
    stubborn = Child("stubborn", [sys.executable, "-c", STUBBORN], log=tmp_path / "stubborn.log")
    quick = Child("quick", ["sleep", "60"], log=tmp_path / "quick.log")
    stubborn.wait_ready(lambda: stubborn.log.read_text().endswith("\n"), 10)
    grandchild = int(stubborn.log.read_text())
    started = time.monotonic()
    stop([stubborn, quick], timeout_s=1.0)
    assert time.monotonic() - started < 3
    assert not stubborn.running
    assert quick.process.returncode == -signal.SIGTERM
    assert gone(grandchild)


def test_a_child_is_in_a_session_of_its_own(tmp_path: Path) -> None:
    """So that a terminal's Ctrl-C reaches this process alone."""
    child = Child("sleeper", ["sleep", "60"], log=tmp_path / "log")
    try:
        assert os.getsid(child.process.pid) == child.process.pid
    finally:
        stop([child])


def test_what_ends_too_early_says_its_last_words(tmp_path: Path) -> None:
    child = Child("oracle", ["sh", "-c", "echo the end is near; exit 3"], log=tmp_path / "log")
    with pytest.raises(ProcessError, match=r"oracle ended with code 3\.\nthe end is near"):
        child.wait_ready(lambda: False, 10)


def test_what_is_never_ready_is_said(tmp_path: Path) -> None:
    child = Child("sleeper", ["sleep", "60"], log=tmp_path / "log")
    try:
        with pytest.raises(ProcessError, match="was not ready"):
            child.wait_ready(lambda: False, 0.2)
    finally:
        stop([child])


def test_a_missing_program_is_named(tmp_path: Path) -> None:
    with pytest.raises(ProcessError, match="no-such-program"):
        Child("nothing", [str(tmp_path / "no-such-program")], log=tmp_path / "log")


def test_a_free_port_has_no_listener() -> None:
    assert not listening(free_port())
