"""Plans to start from, kept as data beside this module."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from importlib import resources
from typing import Any

import msgspec

from clinic_server.plans.validation import parse_content


@lru_cache(maxsize=1)
def plan_templates() -> list[dict[str, Any]]:
    """Return the templates: `id`, `name`, the `conditions` that each suits, and a full `content`.

    Raises:
        PlanError: a template breaks the contract, which a test would have told.
    """
    text = resources.files("clinic_server.plans").joinpath("templates.toml").read_text("utf-8")
    return [
        {
            "id": each["id"],
            "name": each["name"],
            "conditions": each["conditions"],
            "content": msgspec.to_builtins(parse_content(each["content"])),
        }
        for each in tomllib.loads(text)["template"]
    ]
