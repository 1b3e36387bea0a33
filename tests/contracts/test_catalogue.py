"""The server's catalogue of games is what this client can play."""

from __future__ import annotations

import json

import pytest
from jsonschema import Draft202012Validator

from deploy.games_page import PAGE, page
from game_client.cli.catalogue import path, text

pytestmark = pytest.mark.contracts


def test_the_written_catalogue_is_current() -> None:
    assert path().read_text("utf-8") == text(), "run python -m game_client catalogue --write"


def test_its_schemas_take_the_defaults_and_refuse_what_the_game_would() -> None:
    listed = json.loads(text())
    assert listed["games"]
    for entry in [*listed["games"], *listed["modes"]]:
        closed = Draft202012Validator({"additionalProperties": False, **entry["params"]})
        defaults = {
            name: each["default"] for name, each in entry["params"]["properties"].items() if "default" in each
        }
        assert defaults
        assert closed.is_valid(defaults)
        assert not closed.is_valid({"no_such_parameter": 1})


def test_the_games_manual_is_current() -> None:
    assert PAGE.read_text("utf-8") == page(), "run python3 deploy/games_page.py"


def test_every_process_has_a_game_whose_matter_it_is() -> None:
    listed = json.loads(text())
    covered = {
        name for game in listed["games"] for name, how in game["processes"].items() if how == "primary"
    }
    assert covered == {"error", "reward", "strategy", "use_dependent", "acuity", "decision", "context"}
