"""Difficulty follows the person: success stays in the band for every virtual profile (DESIGN 9)."""

from __future__ import annotations

import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from statistics import mean

import pytest

from shared.patient.virtual import profiles
from shared.wire.trials import trials_of
from tests.virtual_sessions import make_plan, play

pytestmark = [pytest.mark.science, pytest.mark.long]
PEOPLE = 50
Case = tuple[str, str]


def success(case: tuple[str, str, int]) -> list[bool]:
    """Successes of practice trials 21 to 100 of one person."""
    mode, profile, seed = case
    _, recording = play(make_plan(mode, practice=100, probe=0), profile, seed)
    scored = [
        bool(each.end.success)
        for each in trials_of(recording.events)
        if each.end and each.end.success is not None
    ]
    return scored[20:]


@pytest.fixture(scope="module")
def successes() -> dict[Case, list[list[bool]]]:
    """Every profile's fifty people in both modes, played side by side on the machine's cores."""
    cases = [
        (mode, profile, seed)
        for mode in ("error_based", "reward_based")
        for profile in sorted(profiles())
        for seed in range(PEOPLE)
    ]
    with ProcessPoolExecutor(mp_context=multiprocessing.get_context("spawn")) as pool:
        played = list(pool.map(success, cases, chunksize=10))
    found: dict[Case, list[list[bool]]] = {}
    for (mode, profile, _), each in zip(cases, played, strict=True):
        found.setdefault((mode, profile), []).append(each)
    return found


@pytest.mark.parametrize("profile", sorted(profiles()))
def test_error_based_success_lies_in_60_to_80_percent(
    profile: str, successes: dict[Case, list[list[bool]]]
) -> None:
    rates = [mean(each) for each in successes["error_based", profile]]
    assert 0.60 <= mean(rates) <= 0.80
    assert mean(0.50 <= each <= 0.90 for each in rates) >= 0.80


@pytest.mark.parametrize("profile", sorted(profiles()))
def test_closed_loop_reward_lies_in_40_to_80_percent_and_never_sticks(
    profile: str, successes: dict[Case, list[list[bool]]]
) -> None:
    runs = successes["reward_based", profile]
    assert 0.40 <= mean(mean(each) for each in runs) <= 0.80
    for each in runs:
        for at in range(len(each) - 20):
            assert 0 < sum(each[at : at + 20]) < 20
