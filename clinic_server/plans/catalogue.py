"""The games that a plan may name, from the catalogue that the client exported into `shared/wire`.

Each entry: `id`, `version`, `name`, `params` (JSON Schema of its parameters), and `modes` that it carries.
"""

from __future__ import annotations

import json
from functools import lru_cache
from importlib import resources
from typing import Any

from shared.plugins import discover


@lru_cache(maxsize=1)
def games() -> dict[str, dict[str, Any]]:
    """Return the games by id; empty when no catalogue has been exported yet."""
    file = resources.files("shared.wire").joinpath("catalogue.json")
    if not file.is_file():
        return {}
    entries = json.loads(file.read_text("utf-8"))
    listed = entries["games"] if isinstance(entries, dict) else entries
    return {entry["id"]: entry for entry in listed}


def version_key(version: str) -> tuple[int, ...] | None:
    """Return a client's version as numbers to compare, None when it is none (`0.1.0` -> (0, 1, 0))."""
    parts = version.split("+")[0].split("-")[0].split(".")
    return tuple(int(each) for each in parts) if all(each.isdecimal() for each in parts) else None


def modes() -> dict[str, Any]:
    """Return the training modes by id, found by walking `shared.training`."""
    return {spec.id: spec for spec in discover("shared.training", "MODE").values()}


def carried_modes(game: str = "") -> list[str]:
    """Return the training modes that a game carries (some game, where none is named), in order."""
    return sorted({mode for each in games().values() if game in ("", each["id"]) for mode in each["modes"]})
