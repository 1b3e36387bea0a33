"""Difficulty follows the person in the real game: success stays in the bands for every profile (DESIGN 9)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from deploy import success_bands
from shared.patient.person import profiles

pytestmark = pytest.mark.science


@pytest.mark.long
def test_success_lies_in_the_bands_for_every_profile(tmp_path: Path) -> None:
    assert success_bands.problems(success_bands.played(tmp_path / "bands.json")) == []


@pytest.mark.parametrize(("game", "mode"), success_bands.carried())
def test_one_person_of_each_game_and_mode_is_near_the_band(game: str, mode: str) -> None:
    """A sample in every run, of another profile for each: nobody is far out."""
    every = sorted(profiles())
    profile = every[success_bands.carried().index((game, mode)) * 5 % len(every)]
    verdicts = success_bands.one((game, mode, profile, 1))
    assert len(verdicts) >= 0.5 * (success_bands.PRACTICE - success_bands.FROM), "not every trial is scored"
    assert 0.35 <= sum(verdicts) / len(verdicts) <= 0.95, profile


def test_a_broken_band_is_named() -> None:
    good = [[True] * 7 + [False] * 3] * 50
    runs = {
        "tide_anchor error_based mci": good,
        "fireflies reward_based mci": [each[:6] * 8 for each in [[True, False, True] * 4] * 50],
    }
    assert success_bands.problems(runs) == []
    assert success_bands.problems({"tide_anchor error_based mci": [[True] * 80] * 50}) != []
    assert (
        "twenty alike"
        in success_bands.problems({"fireflies reward_based mci": [[True, False] * 20 + [True] * 20] * 50})[0]
    )


def test_the_committed_table_is_of_everybody() -> None:
    runs = {
        name: [[each == "1" for each in person] for person in found]
        for name, found in json.loads(success_bands.KEPT.read_text("utf-8")).items()
    }
    played = {" ".join((*each, profile)) for each in success_bands.carried() for profile in profiles()}
    assert set(runs) == played
    page = (success_bands.FOLDER / "success_bands.md").read_text("utf-8")
    assert page == success_bands.table(runs)
