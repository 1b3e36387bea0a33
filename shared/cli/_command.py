"""What a command declares, how it fails and how it prints."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from shared.errors import MovereError

if TYPE_CHECKING:
    import argparse


class InputError(MovereError):
    """What was given cannot be used; the sentence names the file, the line and the column."""


@dataclass(frozen=True, slots=True)
class Command:
    """A command of `python -m shared`, found by `discover("shared.cli", "COMMAND")`.

    `run` returns the exit code: 0, or 1 when a check failed. It raises MovereError for input that cannot
    be used; the program then prints the sentence and exits with 2.
    """

    name: str
    summary: str
    add_arguments: Callable[[argparse.ArgumentParser], None]
    run: Callable[[argparse.Namespace], int]


def add_json(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print JSON, for programs")


def show(result: Mapping[str, Any] | Sequence[Mapping[str, Any]], *, as_json: bool) -> None:
    """Print a result: as JSON, else a line a value or a line a row."""
    if as_json:
        print(json.dumps(result, allow_nan=False))
    elif isinstance(result, Mapping):
        width = max(map(len, result))
        for name, value in result.items():
            print(f"{name:<{width}}  {_readable(value)}")
    else:
        rows = [[_readable(value) for value in row.values()] for row in result]
        names = list(result[0]) if result else []
        widths = [max(map(len, column)) for column in zip(names, *rows, strict=True)]
        for line in (names, *rows):
            print("  ".join(f"{cell:<{width}}" for cell, width in zip(line, widths, strict=True)).rstrip())


def _readable(value: Any) -> str:
    if value is None:
        return "-"
    return f"{value:.6g}" if isinstance(value, float) else str(value)
