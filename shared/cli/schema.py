"""`schema`: write the JSON Schemas of the wire contract, or check that the written ones are current."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import shared.wire
from shared.cli._command import Command
from shared.wire.schema_export import schemas

if TYPE_CHECKING:
    import argparse


def folder() -> Path:
    """Where the committed schemas lie."""
    return Path(shared.wire.__path__[0]) / "schema"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--out", type=Path, default=None, metavar="DIR", help="default: shared/wire/schema")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when one is stale")


def run(arguments: argparse.Namespace) -> int:
    out: Path = arguments.out or folder()
    wanted = schemas()
    if arguments.check:
        stale = stale_in(out)
        print(f"stale: {', '.join(stale)}; run python -m shared schema" if stale else "current")
        return 1 if stale else 0
    out.mkdir(parents=True, exist_ok=True)
    for name, text in wanted.items():
        (out / name).write_text(text, encoding="utf-8", newline="\n")
    print(f"wrote {len(wanted)} schemas to {out}")
    return 0


def stale_in(out: Path) -> list[str]:
    """Return the names of schemas that are missing or differ from the types."""
    found = {each.name: each.read_text(encoding="utf-8") for each in out.glob("*.json")}
    return sorted(name for name, text in schemas().items() if found.get(name) != text)


COMMAND = Command("schema", "write the JSON Schemas of the wire contract", add_arguments, run)
