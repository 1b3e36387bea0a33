"""Make the lock again: `python3 deploy/lock.py [--upgrade]` writes deploy/lock/{run,webcam,lsl,all}.txt.

all.txt     everything, for tests
run.txt     the game and the clinic
webcam.txt  what the webcam needs beyond run.txt
lsl.txt     what streams of the Lab Streaming Layer need beyond run.txt

The last three are cut from one resolution with the first, so a machine that played before it tests keeps what
it has. uv only resolves; pip installs (`_setup.py`). Versions stay as they are unless `--upgrade` is given.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LOCK = ROOT / "deploy" / "lock"
GROUPS = {
    "all": ("client", "webcam", "lsl", "server", "dev"),
    "run": ("client", "server"),
    "webcam": ("client", "server", "webcam"),
    "lsl": ("client", "server", "lsl"),
}
FALSE_MARKER = "sys_platform == 'never'"  # what overrides.txt gives to packages that nothing imports


def main(arguments: list[str]) -> int:
    """Write the locks; return the exit code."""
    uv = shutil.which("uv")
    if uv is None:
        print("uv is needed to make the lock: install it with `python3 -m pip install uv`.", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory() as folder:
        whole = Path(folder, "all.txt")
        if "--upgrade" not in arguments:
            shutil.copy(LOCK / "all.txt", whole)  # uv keeps the versions that it finds in its output
        everything = resolve(uv, GROUPS["all"], output=whole)
        run = resolve(uv, GROUPS["run"], output=Path(folder, "run.txt"), within=whole)
        webcam = resolve(uv, GROUPS["webcam"], output=Path(folder, "webcam.txt"), within=whole)
        lsl = resolve(uv, GROUPS["lsl"], output=Path(folder, "lsl.txt"), within=whole)
    write(LOCK / "all.txt", everything)
    write(LOCK / "run.txt", run)
    write(LOCK / "webcam.txt", [each for each in webcam if each not in run])
    write(LOCK / "lsl.txt", [each for each in lsl if each not in run])
    return 0


def resolve(uv: str, groups: tuple[str, ...], *, output: Path, within: Path | None = None) -> list[str]:
    """Return the requirements of some dependency groups, each with its marker and hashes.

    `output` is the file that uv writes; `within` a lock whose versions bind.

    Raises:
        SystemExit: uv finds no solution; its own words are on the terminal.
    """
    command = [uv, "pip", "compile", "pyproject.toml", "--universal", "--generate-hashes", "--quiet"]
    command += ["--no-header", "--no-annotate", "--no-emit-index-url", "--no-emit-find-links"]
    command += ["--override", str(LOCK / "overrides.txt"), "--output-file", str(output)]
    for group in groups:
        command += ["--group", group]
    if within is not None:
        command += ["--constraint", str(within)]
    if subprocess.run(command, cwd=ROOT, check=False).returncode:
        raise SystemExit("The lock was not changed: uv found no set of versions that fits pyproject.toml.")
    return requirements(output.read_text(encoding="utf-8"))


def requirements(text: str) -> list[str]:
    """Return a lock's requirements, one a string with its hashes, less those that can never apply."""
    logical = re.split(r"(?m)^(?=[A-Za-z0-9])", text.replace(f" or {FALSE_MARKER}", ""))
    return [each.rstrip() for each in logical if "==" in each and FALSE_MARKER not in each.split("\\")[0]]


def write(path: Path, lines: list[str]) -> None:
    """Write a lock, and say how much it holds."""
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"{path.relative_to(ROOT)}: {len(lines)} requirements")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
