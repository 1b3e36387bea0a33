"""Set everything up and run every test: `python3 deploy/test.py [--long] [--services-only] [for pytest …]`.

Without arguments: ruff, mypy, the import contracts, then pytest, on a PostgreSQL and a Redis of its own.
With arguments only pytest runs, with them. `--services-only` starts the services and prints what to export.
"""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path[0] = str(
    Path(__file__).resolve().parents[1]
)  # `deploy` is a package; this folder is no place to import from

from deploy import _setup

_setup.enter("all")

from deploy import _services, _tools
from deploy._processes import Child, ProcessError, die_with_parent, stop, terminated_as_interrupt

BIN = Path(sys.executable).parent
HOUSE = [
    ("ruff check", [str(BIN / "ruff"), "check"]),
    ("ruff format", [str(BIN / "ruff"), "format", "--check"]),
    ("mypy", [str(BIN / "mypy")]),
    ("import contracts", [str(BIN / "lint-imports")]),
]
# These play in real time before cameras and windows: nothing runs beside them, or they measure that.
REAL_TIME = [
    "tests/journeys",
    "tests/game_client/camera",
    "tests/game_client/test_opening.py",
    "tests/game_client/test_opening_ways.py",
    "tests/contracts/test_devices.py",
]
# These need no service and no screen: they run beside the rest, which mostly waits.
BESIDE = ["tests/game_client", "tests/shared", "tests/contracts"]
PYTEST = [sys.executable, "-m", "pytest"]
LONG = [("success bands", [str(BIN / "pytest"), "-m", "long"])]  # what does not fit in 25 minutes


def main(arguments: list[str]) -> int:
    """Run what was asked for; return the exit code."""
    long = "--long" in arguments
    services_only = "--services-only" in arguments
    pytest_arguments = [each for each in arguments if each not in {"--long", "--services-only"}]
    try:
        with terminated_as_interrupt():
            if services_only:
                return serve()
            return run(pytest_arguments, long=long)
    except KeyboardInterrupt:
        print("\nInterrupted; the services are stopped.", file=sys.stderr)
        return 130
    except (_tools.ToolError, ProcessError) as error:
        print(error, file=sys.stderr)
        return 2


def serve() -> int:
    """Print the services' environment as shell exports, and keep them until interrupted."""
    with _services.running() as environment:
        for name, value in environment.items():
            print(f"export {name}={shlex.quote(value)}")
        print("# Ready: Ctrl-C stops them.", flush=True)
        while True:
            signal.pause()


def run(pytest_arguments: list[str], *, long: bool) -> int:
    """Run each part, even after one fails, and print a table of times; return 0 only if all passed."""
    begun = time.monotonic()
    parts: list[tuple[str, float, int]] = []

    def part(name: str, command: list[str], environment: dict[str, str]) -> None:
        print(f"\n== {name}", flush=True)
        started = time.monotonic()
        code = _call(command, environment)
        parts.append((name, time.monotonic() - started, code))

    with tempfile.TemporaryDirectory(prefix="movere-test-") as folder:
        plain = {**os.environ, "MOVERE_DATA_DIR": folder}
        if not pytest_arguments:
            for name, command in HOUSE:
                part(name, command, plain)
        print("\n== services", flush=True)
        started = time.monotonic()
        _tools.screen_tools()
        plain["MOVERE_CHROMIUM"] = str(_tools.chromium())
        with _services.running() as services:
            parts.append(("services", time.monotonic() - started, 0))
            environment = {**plain, **services}
            if pytest_arguments or (os.cpu_count() or 1) < 2:
                part("pytest", [*PYTEST, *pytest_arguments], environment)
            else:
                parts += _side_by_side(environment)
            for name, command in LONG if long else []:
                part(name, command, environment)
    print("\nTime of each part")
    for name, seconds, code in parts:
        print(f"  {name:<20}{seconds:8.1f} s  {'passed' if code == 0 else f'FAILED ({code})'}")
    print(f"  {'all':<20}{time.monotonic() - begun:8.1f} s", flush=True)
    return next((code for _, _, code in parts if code), 0)


def _side_by_side(environment: dict[str, str]) -> list[tuple[str, float, int]]:
    """Run all tests: two processes side by side, then what must have the machine for itself.

    What the second process says is printed when the first has ended.
    """
    started = time.monotonic()
    print("\n== pytest, two processes side by side", flush=True)
    away = [f"--ignore={path}" for path in REAL_TIME]
    with tempfile.TemporaryDirectory(prefix="movere-test-") as folder:
        log = Path(folder) / "beside.log"
        command = [*PYTEST, "-p", "no:cacheprovider", *away, *BESIDE]
        beside = Child("pytest", command, log=log, env=environment, cwd=_setup.ROOT)
        try:
            code = _call([*PYTEST, *away, *(f"--ignore={path}" for path in BESIDE)], environment)
            parts = [("pytest, the rest", time.monotonic() - started, code)]
            code = beside.process.wait()
            parts.append(("pytest, beside it", time.monotonic() - started, code))
        finally:
            stop([beside])
        print(log.read_text(errors="replace"), flush=True)
    started = time.monotonic()
    print("\n== pytest, real time", flush=True)
    code = _call([*PYTEST, *REAL_TIME], environment)
    return [*parts, ("pytest, real time", time.monotonic() - started, code)]


def _call(command: list[str], environment: dict[str, str]) -> int:
    """Run a command in the checkout; when we are interrupted, let it finish its own cleaning up."""
    process = subprocess.Popen(
        command, cwd=_setup.ROOT, env=environment, preexec_fn=die_with_parent(signal.SIGTERM)
    )
    try:
        return process.wait()
    except KeyboardInterrupt as interrupt:
        if interrupt.args:  # by TERM or HUP; a terminal's Ctrl-C has reached it as well
            process.send_signal(signal.SIGINT)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
        raise


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
