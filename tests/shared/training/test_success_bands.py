"""Difficulty follows the person in the real game: success stays in the bands for every profile (DESIGN 9)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from deploy import success_bands

pytestmark = pytest.mark.science


@pytest.mark.long
def test_success_lies_in_the_bands_for_every_profile(tmp_path: Path) -> None:
    assert success_bands.problems(success_bands.played(tmp_path / "bands.json")) == []


def test_two_people_a_profile_are_near_the_bands(tmp_path: Path) -> None:
    """A sample in every run: the file is resumed, and nobody is far out."""
    people = [
        success_bands.one((mode, "stroke_moderate", seed)) for mode in success_bands.MODES for seed in (0, 1)
    ]
    for verdicts in people:
        assert len(verdicts) == success_bands.PRACTICE - success_bands.FROM
        assert 0.35 <= sum(verdicts) / len(verdicts) <= 0.95


def test_a_broken_band_is_named() -> None:
    good = [[True] * 7 + [False] * 3] * 50
    runs = {
        "error_based mci": good,
        "reward_based mci": [each[:6] * 8 for each in [[True, False, True] * 4] * 50],
    }
    assert success_bands.problems(runs) == []
    assert success_bands.problems({"error_based mci": [[True] * 80] * 50}) != []
    assert (
        "twenty alike"
        in success_bands.problems({"reward_based mci": [[True, False] * 20 + [True] * 20] * 50})[0]
    )


def test_the_committed_table_is_of_everybody() -> None:
    runs = {
        name: [[each == "1" for each in person] for person in found]
        for name, found in json.loads(success_bands.KEPT.read_text("utf-8")).items()
    }
    assert len(runs) == 2 * 16
    assert all(len(people) == success_bands.PEOPLE for people in runs.values())
    page = (success_bands.FOLDER / "success_bands.md").read_text("utf-8")
    assert page == success_bands.table(runs)
