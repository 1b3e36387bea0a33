"""Child processes that end with us: by Ctrl-C, by TERM, or when this process is killed outright.

Each child is the leader of its own session, so that a terminal's Ctrl-C reaches this process alone and the
children are stopped once, by their process id. On Linux the kernel ends a child whose parent has died
(PR_SET_PDEATHSIG); elsewhere a watchdog does (`_watchdog.py`). Start children from the main thread: the
kernel takes the thread that started them for the parent.
"""

from __future__ import annotations

import ctypes
import os
import platform
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING

if os.name == "posix":
    import pwd

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

PR_SET_PDEATHSIG = 1
WATCHDOG = Path(__file__).with_name("_watchdog.py")


class ProcessError(Exception):
    """A child did not start or ended too early; `str(error)` is a sentence with its last words."""


class Child:
    """One running child process whose output goes to a file.

    `stop_signal` asks it to end: PostgreSQL wants SIGINT, everything else SIGTERM. `user` runs it as another
    account (only root can).

    Raises:
        ProcessError: the program cannot be run.
    """

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        *,
        log: Path,
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        stop_signal: signal.Signals = signal.SIGTERM,
        user: str | None = None,
        pass_fds: tuple[int, ...] = (),
    ) -> None:
        self.name, self.log, self.stop_signal = name, log, stop_signal
        log.parent.mkdir(parents=True, exist_ok=True)
        try:
            with log.open("ab") as output:
                self.process = popen(
                    command,
                    output=output,
                    env=env,
                    cwd=cwd,
                    death_signal=stop_signal,
                    user=user,
                    pass_fds=pass_fds,
                )
        except OSError as error:
            raise ProcessError(f"{name} does not start: {error.strerror}: {command[0]}") from None

    @property
    def running(self) -> bool:
        """Whether the process is alive."""
        return self.process.poll() is None

    def last_words(self, lines: int = 12) -> str:
        """Return the end of what it wrote."""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])

    def wait_ready(self, ready: Callable[[], bool], timeout_s: float) -> None:
        """Return once `ready()` is true.

        Raises:
            ProcessError: the process ended, or was not ready in time.
        """
        deadline = time.monotonic() + timeout_s
        while not ready():
            if not self.running:
                raise ProcessError(
                    f"{self.name} ended with code {self.process.returncode}.\n{self.last_words()}"
                )
            if time.monotonic() > deadline:
                raise ProcessError(
                    f"{self.name} was not ready after {timeout_s:.0f} s; see {self.log}.\n{self.last_words()}"
                )
            time.sleep(0.05)


def popen(
    command: Sequence[str],
    *,
    output: IO[bytes] | int,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    death_signal: signal.Signals = signal.SIGTERM,
    user: str | None = None,
    pass_fds: tuple[int, ...] = (),
) -> subprocess.Popen[bytes]:
    """Start a process that ends with this one; its standard error goes where its output goes."""
    group = pwd.getpwnam(user).pw_gid if user else None  # not by name: that of `nobody` is `nogroup`
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
        env=dict(env) if env is not None else None,
        cwd=cwd,
        user=user,
        group=group,
        extra_groups=[] if user else None,
        start_new_session=os.name == "posix",
        pass_fds=pass_fds,
        # Set after the change of user, which would clear it.
        preexec_fn=die_with_parent(death_signal),
    )
    if platform.system() == "Darwin":
        watch(process.pid, death_signal)
    return process


def watch(pid: int, death_signal: signal.Signals) -> subprocess.Popen[bytes]:
    """Start a watchdog that ends `pid` when this process is gone, and itself with either."""
    command = [sys.executable, str(WATCHDOG), str(os.getpid()), str(pid), str(int(death_signal))]
    return subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=True)


def die_with_parent(death_signal: signal.Signals) -> Callable[[], None] | None:
    """Return what a child calls before it becomes its program, so that it ends with us (Linux)."""
    if platform.system() != "Linux":
        return None
    prctl, parent = ctypes.CDLL(None, use_errno=True).prctl, os.getpid()

    def prepare() -> None:
        prctl(PR_SET_PDEATHSIG, int(death_signal))
        if os.getppid() != parent:  # it died before the line above
            os._exit(1)

    return prepare


def stop(children: Sequence[Child], timeout_s: float = 15.0) -> None:
    """Ask all children at once to end, wait, and kill what is left, each with its process group."""
    for child in children:
        if child.running:
            child.process.send_signal(child.stop_signal)
    deadline = time.monotonic() + timeout_s
    for child in children:
        with suppress(subprocess.TimeoutExpired):
            child.process.wait(max(0.0, deadline - time.monotonic()))
    for child in children:
        _kill_group(child)


def _kill_group(child: Child) -> None:
    """Kill what still lives of a child's process group, such as workers that outlived their parent."""
    if os.name == "posix":
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(child.process.pid, signal.SIGKILL)
    else:
        child.process.kill()
    child.process.wait()


@contextmanager
def terminated_as_interrupt() -> Iterator[None]:
    """Let SIGTERM and SIGHUP unwind the stack as Ctrl-C does, so that every `finally` runs.

    SIGINT is among them since a shell starts its background jobs with SIGINT ignored. The exception carries
    the signal's name, except for SIGINT, which a terminal sends to the children as well.
    """

    def interrupt(number: int, _frame: object) -> None:
        raise KeyboardInterrupt(*([] if number == signal.SIGINT else [signal.Signals(number).name]))

    names = [name for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
    before = {name: signal.signal(getattr(signal, name), interrupt) for name in names}
    try:
        yield
    finally:
        for name, handler in before.items():
            signal.signal(getattr(signal, name), handler)


def free_port() -> int:
    """Return a loopback port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def listening(port: int) -> bool:
    """Return whether something accepts connections on a loopback port."""
    with socket.socket() as probe:
        probe.settimeout(1.0)
        return probe.connect_ex(("127.0.0.1", port)) == 0
