"""`python -m shared`: the science at the command line."""

from __future__ import annotations

import argparse
import os
import sys
from typing import TYPE_CHECKING

from shared.errors import MovereError
from shared.plugins import discover

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shared.cli._command import Command


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; 0 done, 1 a check failed, 2 the input cannot be used (one sentence on stderr)."""
    parser = argparse.ArgumentParser(
        prog="python -m shared", description="Movere's science at the command line."
    )
    commands: dict[str, Command] = {each.name: each for each in discover("shared.cli", "COMMAND").values()}
    subparsers = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, command in commands.items():
        command.add_arguments(subparsers.add_parser(name, help=command.summary, description=command.summary))
    parsed = parser.parse_args(arguments)
    try:
        return commands[parsed.command].run(parsed)
    except MovereError as error:
        print(f"{parser.prog} {parsed.command}: {error}", file=sys.stderr)
        return 2
    except BrokenPipeError:  # the reader has gone, as in `| head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


if __name__ == "__main__":
    sys.exit(main())
