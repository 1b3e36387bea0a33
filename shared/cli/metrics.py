"""`metrics`: list every metric's declaration; `--write-digest` after a change of their sources."""

from __future__ import annotations

import dataclasses
import json
import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

import shared.metrics
from shared.cli._command import Command, add_json, show
from shared.metrics.compute import DIGEST_FILE, catalogue, committed_digest, current_digest, unversioned

if TYPE_CHECKING:
    import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_json(parser)
    parser.add_argument(
        "--write-digest",
        action="store_true",
        help="record the metrics' sources and versions; refuses a changed source without a new version",
    )
    parser.add_argument(
        "--same-results",
        action="store_true",
        help="with --write-digest: the change leaves every result as it was (words, layout, speed)",
    )


def run(arguments: argparse.Namespace) -> int:
    if arguments.write_digest:
        return _write(same_results=arguments.same_results)
    show([_declared(dataclasses.asdict(spec)) for spec in catalogue()], as_json=arguments.json)
    return 0


def _declared(spec: dict[str, Any]) -> dict[str, Any]:
    """JSON has no infinity: no limit on jitter is None."""
    return {name: None if value == math.inf else value for name, value in spec.items()}


def _write(*, same_results: bool) -> int:
    path = Path(shared.metrics.__path__[0]) / DIGEST_FILE
    current = current_digest()
    if path.exists() and not same_results:
        changed = unversioned(committed_digest(), current)
        if changed:
            print(
                f"changed without a new version: {', '.join(changed)}. Raise the version of each metric "
                "whose result changes, or pass --same-results if none does."
            )
            return 1
    path.write_text(json.dumps(current, indent=2, sort_keys=True) + "\n", encoding="utf-8")
    print(f"wrote {DIGEST_FILE}")
    return 0


COMMAND = Command("metrics", "list every metric, or record their versions", add_arguments, run)
