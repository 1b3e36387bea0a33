"""Each learning process shows in what a session records: virtual people play through the real loop."""

from __future__ import annotations

from statistics import mean
from typing import TYPE_CHECKING, Any

import pytest
from msgspec.structs import replace

from shared.metrics._exposures import exposures_of, interference_early
from shared.metrics.compute import compute_recording
from shared.metrics.spec import Missing
from shared.wire.trials import trials_of
from tests.virtual_sessions import make_plan, play

if TYPE_CHECKING:
    from shared.wire.plan import Plan
    from shared.wire.session import Recording

pytestmark = pytest.mark.science
SEEDS = range(6)


def rows_of(recording: Recording) -> dict[tuple[str, str], Any]:
    return {(each.metric, each.scope): each for each in compute_recording(recording)}


def two_tides(first_deg: float, second_deg: float) -> Plan:
    """Two assessment blocks: a tide, and another in another context right after it."""
    plan = make_plan(purpose="assess", practice=60, probe=0, game_params={"targets": 4})
    only = plan.content.blocks[0]
    blocks = [
        replace(only, key="a", mode_params={"rotation_deg": first_deg, "ramp_deg_per_trial": 45.0}),
        replace(
            only,
            key="b",
            context="reed_marsh",
            mode_params={"rotation_deg": second_deg, "ramp_deg_per_trial": 45.0},
            dose=replace(only.dose, baseline_trials=0),
        ),
    ]
    blocks[0] = replace(blocks[0], dose=replace(only.dose, washout_trials=0, probe_trials=8))
    return replace(plan, content=replace(plan.content, blocks=blocks))


def test_the_other_way_round_after_a_tide_is_learnt_more_slowly() -> None:
    """Interference: B after A against B in people who had no A."""
    ratios = []
    for seed in SEEDS:
        _, recording = play(two_tides(15.0, -15.0), "healthy_old", seed)
        past, now = exposures_of(compute_recording(recording))
        found = interference_early([past], now)
        assert not isinstance(found, Missing)
        ratios.append(found.value)
    assert max(ratios) < 0.8, "nobody learns the other way round as readily as at first"


def test_the_same_way_again_is_not_held_up() -> None:
    """The control: the same two blocks with the same tide show no interference, but what was kept."""
    for seed in (0, 1):
        _, recording = play(two_tides(15.0, 15.0), "healthy_old", seed)
        past, now = exposures_of(compute_recording(recording))
        assert isinstance(interference_early([past], now), Missing)


def test_learning_spreads_less_to_targets_that_were_only_probed() -> None:
    spread = []
    for seed in SEEDS:
        plan = make_plan(
            purpose="assess", practice=80, probe=48, game_params={"targets": 8, "trained": 2},
            mode_params={"rotation_deg": 30.0, "ramp_deg_per_trial": 1.0},
        )  # fmt: skip
        _, recording = play(plan, "healthy_young", seed)
        trained = {
            each.target
            for each in recording.events
            if type(each).__name__ == "TrialStart" and each.phase in ("ramp", "practice")  # type: ignore[union-attr]
        }
        assert trained == {0, 1}
        row = rows_of(recording)[("generalisation", "")]
        if row.value is not None:
            spread.append(row.value)
    assert len(spread) >= 4
    assert 0.0 < mean(spread) < 0.6


def test_in_a_mist_less_is_learnt_from_each_error() -> None:
    """Uncertainty as a context: the same tide, met at once, with the boat seen clearly and unsurely."""
    early: dict[float, list[float]] = {0.0: [], 12.0: []}
    for seed in SEEDS:
        for blur_mm, found in early.items():
            params = {"rotation_deg": 20.0, "ramp_deg_per_trial": 45.0, "blur_mm": blur_mm}
            plan = make_plan(purpose="assess", practice=24, probe=0, mode_params=params)
            _, recording = play(plan, "healthy_old", seed)
            trials = [
                each for each in trials_of(recording.events) if each.start.phase in ("ramp", "practice")
            ]
            assert {each.start.blur_m for each in trials} == {blur_mm / 1000.0}
            angles = [
                each.end.hand_deg for each in trials[4:20] if each.end and each.end.hand_deg is not None
            ]
            found.append(-mean(angles))
    assert mean(early[12.0]) < 0.75 * mean(early[0.0])
