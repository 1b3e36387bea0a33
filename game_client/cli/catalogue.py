"""`catalogue`: what this client can play, for the clinic's server, which checks plans by it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

import shared.wire
from game_client.session.blocks import games, modes
from shared.cli._command import Command, add_json

if TYPE_CHECKING:
    import argparse

SCHEMA = 1


def path() -> Path:
    """Where the exported catalogue lies."""
    return Path(shared.wire.__path__[0]) / "catalogue.json"


def text() -> str:
    """Return the catalogue's text; the same text every time."""
    listed = {
        "schema": SCHEMA,
        "games": [
            {
                "id": game.id,
                "version": game.version,
                "name": game.name,
                "modes": sorted(game.modes),
                "movements": sorted(game.movements),
                "place": game.place,
                "since": game.since,
                "trial_s": game.trial_s,
                "usual_movement": game.usual_movement,
                "processes": dict(sorted(game.processes.items())),
                "is_scored": game.is_scored,
                "params": _params(game.params),
            }
            for _, game in sorted(games().items())
        ],
        "modes": [
            {"id": mode.id, "version": mode.version, "name": mode.name, "params": _params(mode.params)}
            for _, mode in sorted(modes().items())
        ],
    }
    return json.dumps(listed, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def _params(kind: type[Any]) -> dict[str, Any]:
    """The JSON Schema of a parameter struct itself, not a reference to it: the server closes it."""
    _, components = msgspec.json.schema_components([kind])
    found: dict[str, Any] = components[kind.__name__]
    return found


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--write", action="store_true", help="write shared/wire/catalogue.json")
    parser.add_argument("--check", action="store_true", help="exit 1 when the written one is stale")
    add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    current = text()
    if arguments.write:
        path().write_text(current, encoding="utf-8", newline="\n")
        print(f"wrote {path()}")
    elif arguments.check:
        stale = not path().is_file() or path().read_text("utf-8") != current
        print("stale: run python -m game_client catalogue --write" if stale else "current")
        return 1 if stale else 0
    elif arguments.json:
        print(json.dumps(json.loads(current)))
    else:
        print(current, end="")
    return 0


COMMAND = Command("catalogue", "list games, modes and parameters", add_arguments, run)
