"""The evidence table is whole: every row has its source and confidence, every mode a start."""

from __future__ import annotations

import tomllib
from importlib import resources
from typing import Any

import pytest

from shared.plugins import discover

TABLE = tomllib.loads(resources.files("shared.training").joinpath("evidence.toml").read_text("utf-8"))
MODES = {each.id for each in discover("shared.training", "MODE").values()}


def test_every_mode_has_a_start_and_confidence_has_an_order() -> None:
    assert set(TABLE["start"]) == MODES
    assert TABLE["confidence"]["high"] < TABLE["confidence"]["medium"] < TABLE["confidence"]["low"]
    assert max(TABLE["start"], key=TABLE["start"].get) == "error_based"  # SCIENCE 4.2, rule 12


@pytest.mark.parametrize("rule", TABLE["rule"], ids=lambda rule: str(rule["id"]))
def test_every_row_says_what_it_rests_on(rule: dict[str, Any]) -> None:
    assert rule["source"]
    assert rule["confidence"] in TABLE["confidence"]
    assert rule["text"].endswith(".")
    assert {*rule.get("effect", {}), *rule.get("ban", ()), *rule.get("caution", {})} <= MODES
    assert rule.keys() & {"effect", "ban", "caution"}
    if any(effect > 0 for effect in rule.get("effect", {}).values()):
        assert len(rule["plain"].split()) <= 12, "a patient's sentence is short"
    if "from memory" in rule["source"]:
        assert "not verified" in rule["source"]


def test_no_two_rows_share_a_name() -> None:
    names = [rule["id"] for rule in TABLE["rule"]]
    assert len(names) == len(set(names))
