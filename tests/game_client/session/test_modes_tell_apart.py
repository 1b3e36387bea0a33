"""The three modes give the player different things, and the events of a session show which."""

from __future__ import annotations

from itertools import pairwise

import pytest

from shared.training.spec import TRAINING_SHARE
from shared.wire.events import AimReport, Cue, Feedback, TrialStart
from shared.wire.trials import TrialView, trials_of
from tests.virtual_sessions import make_plan, play

PROFILE, SEED = "stroke_moderate", 5


def practice(mode: str, purpose: str = "assess") -> list[TrialView]:
    _, recording = play(make_plan(mode, purpose=purpose, practice=48), PROFILE, SEED)
    return [each for each in trials_of(recording.events) if each.start.phase in ("ramp", "practice")]


def test_error_based_ramps_a_rotation_and_shows_path_and_error() -> None:
    trials = practice("error_based")
    rotations = [each.start.rotation_deg for each in trials]
    steps = [later - earlier for earlier, later in pairwise(rotations)]
    assert rotations[0] == 0.5
    assert rotations[-1] == 20.0
    assert max(steps) == pytest.approx(0.5)
    assert min(steps) >= 0.0
    assert {each.start.phase for each in trials} == {"ramp", "practice"}
    for trial in trials:
        assert trial.start.shows == "cursor"
        assert trial.feedback is not None
        assert trial.feedback.kind == "path_error"
        assert trial.feedback.rewarded is None
        assert not trial.cue
        assert not trial.aim_report
    assert all(t.feedback and t.feedback.error_deg is not None for t in trials if t.end and t.end.hand_deg)


def test_reward_based_hides_the_cursor_and_pays_by_a_moving_criterion() -> None:
    trials = practice("reward_based")
    for trial in trials:
        assert trial.start.rotation_deg == 0.0
        assert trial.start.shows == "nothing"
        assert trial.feedback == Feedback(
            tick=trial.feedback.tick if trial.feedback else 0,
            trial=trial.start.trial,
            kind="reward",
            error_deg=None,
            rewarded=trial.end.success if trial.end else None,
        )
    by_target: dict[int, list[float]] = {}
    for trial in trials:
        past = by_target.setdefault(trial.start.target, [])
        if len(past) >= 2:  # the opening probe counts too, so the first value is not checked here
            assert trial.start.criterion_deg is not None
        by_target[trial.start.target].append(trial.start.criterion_deg or 0.0)
    assert any(len(set(values)) > 2 for values in by_target.values()), "the bar moves with the person"


def test_the_criterion_is_the_mean_of_the_last_ten_reaches_to_that_target() -> None:
    """Not of the last ten reaches to any target, and not of all reaches (SCIENCE 2.7)."""
    plan = make_plan("reward_based", practice=80, game_params={"targets": 2, "spread": "near"})
    _, recording = play(plan, PROFILE, SEED)
    angles: dict[int, list[float]] = {}
    checked = 0
    for trial in trials_of(recording.events):
        seen = angles.setdefault(trial.start.target, [])
        if trial.start.feedback == "reward" and len(seen) > 12:
            assert trial.start.criterion_deg == pytest.approx(sum(seen[-10:]) / 10)
            assert trial.start.criterion_deg != pytest.approx(sum(seen) / len(seen))
            checked += 1
        if trial.end and trial.end.hand_deg is not None and trial.end.outcome != "timeout":
            seen.append(trial.end.hand_deg)
    assert checked > 20


def test_strategy_cue_shows_a_fading_aim_and_asks_for_reports() -> None:
    _, recording = play(make_plan("strategy_cue", purpose="assess", practice=48), PROFILE, SEED)
    trials = [each for each in trials_of(recording.events) if each.start.phase == "practice"]
    strengths = [each.start.cue_strength for each in trials]
    assert strengths == [1.0] * 16 + [0.5] * 16 + [0.0] * 16
    assert all(each.start.rotation_deg == 30.0 and each.start.aim_deg == -30.0 for each in trials)
    cues = [each for each in recording.events if isinstance(each, Cue)]
    assert len(cues) == 32
    assert all(1 <= each.clock <= 12 for each in cues), "a whole hour of the ring is always the aim"
    reports = [each for each in recording.events if isinstance(each, AimReport)]
    assert len(reports) == 9
    assert all(each.aim_deg is not None for each in reports)


@pytest.mark.parametrize("mode", ["error_based", "reward_based", "strategy_cue"])
def test_probes_give_nothing_and_training_is_not_washed_out(mode: str) -> None:
    _, recording = play(make_plan(mode, practice=16), PROFILE, SEED)
    trials = trials_of(recording.events)
    assert [each.start.phase for each in trials[:8]] == ["probe"] * 8
    assert [each.probe for each in trials[-8:]] == ["closing"] * 8
    for trial in trials:
        if trial.start.phase != "probe":
            continue
        assert (trial.start.shows, trial.start.feedback) == ("nothing", "none")
        assert trial.start.rotation_deg == 0.0
        assert trial.end is not None
        assert trial.end.success is None
    assert not any(each.start.phase == "washout" for each in trials)


def test_an_assessment_is_washed_out_after_its_probe() -> None:
    _, recording = play(make_plan("error_based", purpose="assess", practice=24), PROFILE, SEED)
    starts = [each for each in recording.events if isinstance(each, TrialStart)]
    order = list(dict.fromkeys(each.phase for each in starts))
    assert order == ["probe", "baseline", "ramp", "washout"] or order == [
        "probe",
        "baseline",
        "ramp",
        "practice",
        "washout",
    ]
    assert starts[-1].phase == "washout"
    assert all(each.rotation_deg == 0.0 for each in starts if each.phase in ("baseline", "washout"))


def test_training_turns_the_tide_to_where_the_hand_strays() -> None:
    """The after-effect then reduces the person's own bias; an assessment takes the plan's sign."""
    before, after = [], []
    for profile in ("stroke_moderate", "stroke_aphasia"):
        for seed in range(6):
            # Two near directions: what is learnt in one hardly serves those far from it.
            plan = make_plan("error_based", game_params={"targets": 2, "spread": "near"})
            _, recording = play(plan, profile, seed)
            trials = trials_of(recording.events)
            opening, closing = _mean_hand(trials[:8]), _mean_hand(trials[-8:])
            last = [each for each in trials if each.start.phase in ("ramp", "practice")][-1]
            if abs(opening) >= 1.0:
                assert last.start.rotation_deg * opening > 0
            assert abs(last.start.rotation_deg) <= TRAINING_SHARE * abs(opening) + 1e-9
            before.append(abs(opening))
            after.append(abs(closing))
    assert sum(after) < 0.8 * sum(before)


def _mean_hand(trials: list[TrialView]) -> float:
    angles = [each.end.hand_deg for each in trials if each.end and each.end.hand_deg is not None]
    return sum(angles) / len(angles)
