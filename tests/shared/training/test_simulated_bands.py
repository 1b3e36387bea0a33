"""Success stays in the bands of DESIGN 9 over fifty people a profile, by the block policy of the game."""

from __future__ import annotations

from statistics import mean

import pytest

from shared.patient.person import draw_person, profiles
from shared.patient.trials import Dose, Simulation

pytestmark = pytest.mark.science
PEOPLE = 50


def successes(profile: str, mode: str) -> list[list[bool]]:
    """Verdicts of practice trials 21 to 100 of each person."""
    found = []
    for seed in range(PEOPLE):
        played = Simulation(draw_person(profile, seed)).session(mode, Dose(8, 100))
        verdicts = [bool(each.success) for each in played if each.phase == "practice"]
        found.append(verdicts[20:])
    return found


@pytest.mark.parametrize("mode", ["error_based", "strategy_cue", "acuity"])
@pytest.mark.parametrize("profile", sorted(set(profiles()) - {"stroke_neglect"}))
def test_success_lies_in_60_to_80_percent(profile: str, mode: str) -> None:
    """Neglect apart: what is not seen is missed whatever the size of the target."""
    rates = [mean(each) for each in successes(profile, mode)]
    assert 0.60 <= mean(rates) <= 0.80
    assert mean(0.50 <= each <= 0.90 for each in rates) >= 0.80


@pytest.mark.parametrize("profile", sorted(profiles()))
def test_rewards_lie_in_40_to_80_percent_and_never_stick(profile: str) -> None:
    runs = successes(profile, "reward_based")
    assert 0.40 <= mean(mean(each) for each in runs) <= 0.80
    stuck = [at for each in runs for at in range(len(each) - 20) if not 0 < sum(each[at : at + 20]) < 20]
    assert not stuck
