"""Make `.venv` from the lock, once, then run in it: the first thing that every command of deploy/ does.

Standard library only, since it runs before anything is installed, in any Python that can say what is wrong.
"""

from __future__ import annotations

import ctypes
import hashlib
import json
import os
import platform
import queue
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
LOCK = ROOT / "deploy" / "lock"
STAMP = VENV / "movere-installed.json"
SUPPORTED = ((3, 11), (3, 12), (3, 13), (3, 14))
WITH_WEBCAM = ((3, 11), (3, 12))  # mediapipe 0.10.14 has no wheel above
FETCHED = ("Collecting ", "Processing ", "Requirement already satisfied")  # how pip begins a package
COUNT = """
import sys
from pip._vendor.packaging.requirements import Requirement
lines = [line for path in sys.argv[1:] for line in open(path) if "==" in line]
wanted = [Requirement(line.split("\\\\")[0].split("--hash")[0]) for line in lines]
print(sum(each.marker is None or each.marker.evaluate() for each in wanted))
"""


class SetupError(Exception):
    """Setting up cannot go on; `str(error)` says what to do."""


def tell(text: str, end: str = "\n") -> None:
    """Say how far things are; on standard error, since standard output may belong to a program."""
    print(text, end=end, file=sys.stderr, flush=True)


def enter(*locks: str) -> None:
    """Return in `.venv`'s interpreter with these locks installed, else make it so and start again in it.

    A second run only compares hashes. Exits with a sentence when it cannot be done.
    """
    try:
        inside = Path(sys.prefix).resolve() == VENV.resolve()
        if not installed(*locks):
            started = time.monotonic()
            python = environment("webcam" in locks or "all" in locks)
            install(python, *locks)
            tell(f"Set up in {time.monotonic() - started:.0f} s.")
        elif inside:
            return
    except SetupError as error:
        raise SystemExit(str(error)) from None
    arguments = [str(venv_python()), *sys.argv]
    if os.name == "nt":  # Windows' exec leaves the terminal to two processes at once
        raise SystemExit(subprocess.call(arguments))
    sys.stdout.flush()
    os.execv(arguments[0], arguments)


def installed(*locks: str) -> bool:
    """Return whether the stamp says that `.venv` holds these locks as they are now."""
    try:
        stamp = json.loads(STAMP.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    whole = stamp.get("all") == digest("all")  # holds every other lock's packages in the same versions
    return venv_python().exists() and (whole or all(stamp.get(each) == digest(each) for each in locks))


def digest(lock: str) -> str:
    """Return the SHA-256 of a lock, in hexadecimal."""
    return hashlib.sha256((LOCK / f"{lock}.txt").read_bytes()).hexdigest()


def venv_python() -> Path:
    """Return where `.venv` has its interpreter."""
    return VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def environment(webcam: bool) -> Path:
    """Return `.venv`'s interpreter; the environment is made first where there is none that works.

    Raises:
        SetupError: no suitable Python, a part of it is missing, or the folder is not ours to write.
    """
    python = venv_python()
    if version(str(python)) in SUPPORTED:
        return python
    if not os.access(ROOT, os.W_OK):
        raise SetupError(f"This user may not write in {ROOT}: run it from a checkout of your own.")
    base = interpreter(webcam)
    if subprocess.run([base, "-c", "import venv, ensurepip"], capture_output=True, check=False).returncode:
        major, minor = version(base) or (3, 11)
        package = f"python{major}.{minor}-venv"
        raise SetupError(
            f"Python's venv module is missing: install {package} (Debian: `apt-get install {package}`), "
            "then run this again."
        )
    tell(f"Making .venv with {base} …")
    made = subprocess.run(
        [base, "-m", "venv", "--clear", str(VENV)], capture_output=True, text=True, check=False
    )
    if made.returncode:
        raise SetupError(f"Python could not make .venv: {(made.stderr or made.stdout).strip()}")
    return python


def interpreter(webcam: bool) -> str:
    """Return the path of the Python to build on: one that can run the webcam's tracker if there is one.

    Raises:
        SetupError: none is between 3.11 and 3.14.
    """
    order = WITH_WEBCAM + tuple(each for each in SUPPORTED if each not in WITH_WEBCAM)
    candidates = [sys.executable]
    for major, minor in reversed(order):
        candidates.append(shutil.which(f"python{major}.{minor}") or "")
    found = {path: version(path) for path in candidates if path}
    suitable = [path for path in candidates if path and found[path] in SUPPORTED]
    if webcam:
        suitable.sort(key=lambda path: found[path] not in WITH_WEBCAM)  # stable: this Python first
    if not suitable:
        raise SetupError(
            f"Movere needs Python 3.11 to 3.14 and this is {sys.version.split()[0]}: "
            "install one (Debian: `apt-get install python3 python3-venv`), then run this again."
        )
    if webcam and found[suitable[0]] not in WITH_WEBCAM:
        tell("The webcam needs Python 3.11 or 3.12; install one to use it. Mouse and joystick work.")
    return suitable[0]


def version(python: str) -> tuple[int, int] | None:
    """Return an interpreter's (major, minor), or None when it does not run."""
    script = "import sys; print(*sys.version_info[:2])"
    try:
        done = subprocess.run([python, "-c", script], capture_output=True, text=True, check=True, timeout=30)
    except (OSError, subprocess.SubprocessError):
        return None
    major, minor = done.stdout.split()
    return int(major), int(minor)


def install(python: Path, *locks: str) -> None:
    """Install locks with pip, with a line of progress, and stamp the environment.

    Raises:
        SetupError: pip failed; its last lines are in the sentence.
    """
    files = [str(LOCK / f"{each}.txt") for each in locks]
    counted = subprocess.run([str(python), "-c", COUNT, *files], capture_output=True, text=True, check=True)
    total = int(counted.stdout)
    command = [str(python), "-m", "pip", "install", "--no-deps", "--require-hashes", "--no-input"]
    command += ["--progress-bar=off", "--disable-pip-version-check", "--no-warn-script-location"]
    command += [part for file in files for part in ("-r", file)]
    STAMP.unlink(missing_ok=True)  # a broken installation is never taken for a whole one
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as pip:
        log = _follow(pip, total)
    if pip.returncode:
        last = "\n".join(log[-8:])
        raise SetupError(f"pip could not install what deploy/lock names; the network or a proxy?\n{last}")
    STAMP.write_text(json.dumps({each: digest(each) for each in locks}) + "\n", encoding="utf-8")


def _follow(pip: subprocess.Popen[str], total: int) -> list[str]:
    """Show pip's progress until its output ends; return its lines."""
    lines: queue.Queue[str | None] = queue.Queue()

    def read() -> None:
        for each in pip.stdout or ():
            lines.put(each)
        lines.put(None)

    reader = threading.Thread(target=read)
    reader.start()
    log: list[str] = []
    fetched, installing, shown, started = 0, False, 0.0, time.monotonic()
    step, end = (0.5, "\r") if sys.stderr.isatty() else (10.0, "\n")
    while True:
        try:
            line = lines.get(timeout=step)
        except queue.Empty:
            line = ""
        if line is None:
            break
        if line.strip():
            log.append(line.rstrip())
        fetched += line.startswith(FETCHED)
        if line.startswith("Installing collected packages"):
            installing, shown = True, 0.0
        now = time.monotonic()
        if now - shown >= step:
            done, doing = (min(_unpacked(), total), "installed") if installing else (fetched, "fetched")
            tell(f"Packages: {done} of {total} {doing}, {now - started:.0f} s   ", end=end)
            shown = now
    reader.join()
    tell(f"Packages: {total} in place, {time.monotonic() - started:.0f} s.          ")
    return log


def _unpacked() -> int:
    """Return how many packages lie in `.venv`; pip says nothing while it unpacks them."""
    packages = "Lib/site-packages" if os.name == "nt" else "lib/python*/site-packages"
    return sum(1 for _ in VENV.glob(f"{packages}/*.dist-info"))


def display() -> bool:
    """Return whether this session has a screen to open a window on."""
    if platform.system() == "Linux":
        return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
    return True


def screen_problems() -> list[str]:
    """Return a sentence for each thing that keeps the game's window from opening; empty when it can."""
    if not display():
        return ["There is no display here (neither DISPLAY nor WAYLAND_DISPLAY is set)."]
    if platform.system() != "Linux":
        return []
    wanted = {"libX11.so.6": "libx11-6", "libXext.so.6": "libxext6"} if os.environ.get("DISPLAY") else {}
    if os.environ.get("WAYLAND_DISPLAY"):
        wanted = {"libwayland-client.so.0": "libwayland-client0", "libEGL.so.1": "libegl1"}
    problems = []
    for library, package in wanted.items():
        try:
            ctypes.CDLL(library)
        except OSError:
            problems.append(f"The window needs {library}: install it (Debian: `apt-get install {package}`).")
    return problems
