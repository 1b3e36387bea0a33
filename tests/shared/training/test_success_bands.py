"""Difficulty follows the person: success stays in the band for every virtual profile (DESIGN 9)."""

from __future__ import annotations

from statistics import mean

import pytest

from shared.patient.virtual import profiles
from shared.wire.trials import trials_of
from tests.virtual_sessions import make_plan, play

pytestmark = pytest.mark.science
PEOPLE = 50


def success(mode: str, profile: str, seed: int) -> list[bool]:
    """Successes of practice trials 21 to 100."""
    _, recording = play(make_plan(mode, practice=100), profile, seed)
    scored = [
        bool(each.end.success)
        for each in trials_of(recording.events)
        if each.end and each.end.success is not None
    ]
    return scored[20:]


@pytest.mark.parametrize("profile", sorted(profiles()))
def test_error_based_success_lies_in_60_to_80_percent(profile: str) -> None:
    rates = [mean(success("error_based", profile, seed)) for seed in range(PEOPLE)]
    assert 0.60 <= mean(rates) <= 0.80
    assert mean(0.50 <= each <= 0.90 for each in rates) >= 0.80


@pytest.mark.parametrize("profile", sorted(profiles()))
def test_closed_loop_reward_lies_in_40_to_80_percent_and_never_sticks(profile: str) -> None:
    runs = [success("reward_based", profile, seed) for seed in range(PEOPLE)]
    assert 0.40 <= mean(mean(each) for each in runs) <= 0.80
    for each in runs:
        for at in range(len(each) - 20):
            assert 0 < sum(each[at : at + 20]) < 20
