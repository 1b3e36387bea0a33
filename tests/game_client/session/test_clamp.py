"""The error clamp: the error never changes, whatever the hand does; it is assessed and washed out."""

from __future__ import annotations

from statistics import mean

import pytest

from game_client.session.replay import differences, replay
from shared.wire.trials import trials_of
from tests.virtual_sessions import make_plan, play


def test_the_error_is_the_same_in_every_trial_and_the_hand_drifts_the_other_way() -> None:
    plan = make_plan(
        purpose="assess", practice=64, probe=8, game_params={"targets": 4},
        mode_params={"rotation_deg": 15.0, "clamp": True},
    )  # fmt: skip
    _, recording = play(plan, "healthy_young", 4)
    clamped, washed = [], []
    for each in trials_of(recording.events):
        assert each.end is not None
        if each.start.clamp:
            clamped.append(each)
        elif each.start.phase == "washout":
            washed.append(each)
    assert len(clamped) == 64
    errors = [each.feedback.error_deg for each in clamped if each.feedback and each.feedback.error_deg]
    assert errors == pytest.approx([15.0] * len(errors), abs=1e-6)
    angles = [each.end.hand_deg for each in clamped if each.end and each.end.hand_deg is not None]
    assert mean(angles[-16:]) < mean(angles[:8]) - 2.0
    assert washed, "an assessment is washed out"
    assert not differences(recording.events, replay(recording))


def test_training_never_clamps() -> None:
    plan = make_plan(practice=8, probe=0, mode_params={"clamp": True})
    _, recording = play(plan)
    assert not any(each.start.clamp for each in trials_of(recording.events))
