"""Set everything up and run Movere on this machine: `python3 deploy/start.py`.

The clinic serves on http://localhost:PORT, a worker measures, and the game's window opens, paired with a
demo patient. Without a display a virtual patient plays. Ctrl-C stops it all.

    --once          one whole session by a virtual patient; prints one JSON line; exit code 0 only if its
                    metrics are in the dashboard (in a temporary folder unless --data is given)
    --server-only   the clinic without the game
    --client-only   the game without a clinic (the only way on Windows)
    --port N        default 8000
    --data DIR      where everything is kept; default MOVERE_DATA_DIR, else this user's data folder
    --no-webcam     mouse and joystick only
    --with lsl      install what decoders' streams (Lab Streaming Layer) need as well
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from itertools import pairwise
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parents[1])  # `deploy` is a package, no folder to import from

from deploy import _setup

WEBCAM = "--no-webcam" not in sys.argv
LSL = "--with=lsl" in sys.argv or ("--with", "lsl") in pairwise(sys.argv)
_setup.enter("run", *(["webcam"] if WEBCAM else []), *(["lsl"] if LSL else []))

import platformdirs

from deploy._clinic import Clinic, serving
from deploy._game import pair, play_command, play_virtual
from deploy._processes import Child, ProcessError, free_port, stop, terminated_as_interrupt
from deploy._proof import shown_metrics
from deploy._setup import tell

PORT = 8000


def main(arguments: list[str]) -> int:
    """Run what was asked for; return the exit code."""
    options = parse(arguments)
    try:
        with terminated_as_interrupt():
            if options.once:
                return once(options)
            data = data_folder(options.data)
            if options.client_only:
                return client_only(data, webcam=not options.no_webcam)
            return run(data, options)
    except KeyboardInterrupt:
        return 0 if not options.once else 130
    except (ProcessError, subprocess.TimeoutExpired, OSError) as error:
        tell(str(error))
        return 1


def parse(arguments: list[str]) -> argparse.Namespace:
    """Return the options; on Windows the game alone can run."""
    parser = argparse.ArgumentParser(
        prog="start.py", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--once", action="store_true")
    which.add_argument("--server-only", action="store_true")
    which.add_argument("--client-only", action="store_true")
    parser.add_argument("--port", type=int)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--no-webcam", action="store_true")
    parser.add_argument("--with", dest="extra", choices=["lsl"])
    options = parser.parse_args(arguments)
    if options.port is not None and not 1024 <= options.port <= 65535:
        parser.error("--port must be a number from 1024 to 65535")
    if os.name == "nt" and not options.client_only:
        if options.once or options.server_only:
            parser.error("the clinic does not run on Windows: use --client-only here")
        tell("The clinic does not run on Windows: starting the game alone.")
        options.client_only = True
    return options


def data_folder(given: Path | None) -> Path:
    """Return the folder for everything that is kept, made for this user alone."""
    named = given or os.environ.get("MOVERE_DATA_DIR")
    data = Path(named).resolve() if named else platformdirs.user_data_path("movere", appauthor=False)
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    return data


def once(options: argparse.Namespace) -> int:
    """Play one session through everything and say on one line what became of it."""
    folder = None if options.data else Path(tempfile.mkdtemp(prefix="movere-once-"))
    data = folder or data_folder(options.data)
    try:
        with serving(data / "clinic", options.port or free_port()) as clinic:
            demo = clinic.demo()
            pair(clinic, data / "game", demo)
            played = play_virtual(data / "game")
            shown = shown_metrics(clinic, demo["email"], played["session_id"])
    except ProcessError:
        tell(f"What was written is kept in {data}.")
        raise
    if folder:
        shutil.rmtree(folder, ignore_errors=True)
    line = {key: played.get(key) for key in ("session_id", "mode", "why", "trials", "success_rate")}
    print(json.dumps({**line, **shown}), flush=True)
    return 0


def run(data: Path, options: argparse.Namespace) -> int:
    """Serve, play, and go on serving until Ctrl-C."""
    with serving(data / "clinic", options.port or PORT) as clinic:
        demo = clinic.demo()
        game = None
        if not options.server_only:
            pair(clinic, data / "game", demo)
            game = open_game(data, webcam=not options.no_webcam)
        announce(clinic, demo["email"])
        try:
            if game is None and not options.server_only:
                played = play_virtual(data / "game")
                tell(f"Played {played.get('trials')} trials; they are on the patient's page.")
            watch(clinic, game)
        finally:
            stop([game] if game else [])
    return 0


def announce(clinic: Clinic, email: str) -> None:
    """Print the addresses that a person needs now."""
    print(f"\nMovere serves on {clinic.url}")
    print(f"Sign in as {email} (once, within 15 minutes): {clinic.signin_link(email)}")
    print(f"Everything is kept in {clinic.data.parent}. Ctrl-C stops it all.\n", flush=True)


def open_game(data: Path, *, webcam: bool) -> Child | None:
    """Open the game's window; without a display say so and return None."""
    problems = _setup.screen_problems()
    if problems:
        tell(" ".join([*problems, "A virtual patient plays instead."]))
        return None
    tell("Opening the game's window …")
    command = play_command(data / "game", webcam=webcam)
    return Child("game", command, log=data / "logs" / "game.log", cwd=_setup.ROOT)


def watch(clinic: Clinic, game: Child | None) -> None:
    """Wait for Ctrl-C; a window that closes is fine, a process of the clinic that ends is not."""
    while True:
        clinic.check()
        if game and not game.running:
            failed = game.process.returncode != 0
            tell(
                f"The game failed; see {game.log}.\n{game.last_words()}"
                if failed
                else "The window is closed."
            )
            tell("The clinic goes on; Ctrl-C stops it.")
            game = None
        time.sleep(0.5)


def client_only(data: Path, *, webcam: bool) -> int:
    """Open the game's window alone and wait until it is closed; return the game's exit code."""
    game = open_game(data, webcam=webcam)
    if game is None:
        tell("It is kept on this machine: there is no clinic to send it to.")
        print(json.dumps(play_virtual(data / "game", ship=False)))
        return 0
    try:
        return game.process.wait()
    finally:
        stop([game])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
