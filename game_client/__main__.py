"""`python -m game_client`: play, pair, sync, and what keeps them well."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from shared.errors import MovereError
from shared.plugins import discover

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shared.cli._command import Command


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; 0 done, 1 it could not be done (one sentence on stderr), 2 wrong usage."""
    parser = argparse.ArgumentParser(prog="python -m game_client", description="Movere's game.")
    commands: dict[str, Command] = {
        each.name: each for each in discover("game_client.cli", "COMMAND").values()
    }
    subparsers = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, command in commands.items():
        command.add_arguments(subparsers.add_parser(name, help=command.summary, description=command.summary))
    parsed = parser.parse_args(arguments)
    try:
        return commands[parsed.command].run(parsed)
    except MovereError as error:
        print(f"{parser.prog} {parsed.command}: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # whoever read our output has left
        return 1


if __name__ == "__main__":
    sys.exit(main())
