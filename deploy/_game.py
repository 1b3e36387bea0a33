"""The game on this machine, as its own program: paired with the clinic by the real protocol, and played."""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from deploy._clinic import last_json
from deploy._processes import ProcessError, popen
from deploy._setup import ROOT, tell

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from deploy._clinic import Clinic

GAME = [sys.executable, "-m", "game_client"]
VIRTUAL_PATIENT = "stroke_moderate"


def play_command(data: Path, *, webcam: bool = True) -> list[str]:
    """Return the command that opens the game's window."""
    return [*GAME, "play", "--data", str(data), *([] if webcam else ["--no-webcam"])]


def pair(clinic: Clinic, data: Path, demo: dict[str, Any]) -> None:
    """Pair this machine's game with the demo's first patient, unless it was paired at this address before.

    Raises:
        ProcessError: the game or the clinic refused; the sentence is theirs.
    """
    note = data / "paired-here.json"
    if note.exists() and json.loads(note.read_text(encoding="utf-8")).get("url") == clinic.url:
        return
    tell("Pairing the game with a demo patient …")
    data.mkdir(parents=True, exist_ok=True)
    command = [*GAME, "pair", "--server", clinic.url, "--data", str(data), "--json"]
    lines: list[str] = []
    with _game(command) as process:
        for raw in process.stdout or ():
            lines.append(raw.decode(errors="replace").rstrip())
            if lines[-1].startswith("{") and "user_code" in json.loads(lines[-1]):
                _approve(clinic, json.loads(lines[-1])["user_code"], demo)
    if process.returncode:
        raise ProcessError("The game could not be paired:\n" + "\n".join(lines[-8:]))
    note.write_text(json.dumps({"url": clinic.url}) + "\n", encoding="utf-8")


def _approve(clinic: Clinic, code: str, demo: dict[str, Any]) -> None:
    arguments = ["--as", demo["email"], "--clinic", demo["clinic_id"]]
    if demo.get("patients"):
        arguments += ["--patient", demo["patients"][0]]
    clinic.manage("pair_local", code, *arguments)


def play_virtual(data: Path, *, ship: bool = True) -> dict[str, Any]:
    """Let a virtual patient play one whole session, ship it, and return what the game says of it.

    Raises:
        ProcessError: the game failed; its last words are in the sentence.
    """
    tell(f"A virtual patient ({VIRTUAL_PATIENT}) plays …")
    played = _run([*GAME, "play", "--virtual", VIRTUAL_PATIENT, "--data", str(data), "--json"])
    line = last_json(played)
    if ship and line.get("waiting"):  # the game ships by itself; here it could not, and now says why
        tell("Shipping what is sealed …")
        _run([*GAME, "sync", "--data", str(data), "--json"])
    return line


@contextmanager
def _game(command: list[str]) -> Iterator[subprocess.Popen[bytes]]:
    """Run the game's program with its output as a pipe; on any error it ends at once."""
    with popen(command, output=subprocess.PIPE, cwd=ROOT) as process:
        try:
            yield process
        except BaseException:
            process.kill()
            raise


def _run(command: list[str]) -> str:
    with _game(command) as process:
        output = process.communicate()[0].decode(errors="replace")
    if process.returncode:
        words = "\n".join(output.strip().splitlines()[-12:])
        raise ProcessError(f"`{' '.join(command[2:5])}` failed:\n{words}")
    return output
