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
    """Return the templates, each `id`, `name` and a full `content` (`PlanContent`).

    Raises:
        PlanError: a template breaks the contract, which a test would have told.
    """
    text = resources.files("clinic_server.plans").joinpath("templates.toml").read_text("utf-8")
    return [
        {
            "id": each["id"],
            "name": each["name"],
            "content": msgspec.to_builtins(parse_content(each["content"])),
        }
        for each in tomllib.loads(text)["template"]
    ]
