"""Events become trials: probes know their place, cut and interrupted trials say so, nothing is lost."""

from __future__ import annotations

from shared.wire.events import (
    Alert,
    DropOut,
    Go,
    Onset,
    Pause,
    ProbeStart,
    Stall,
    StopSignal,
    TargetJump,
    TargetOn,
    TrialEnd,
    TrialStart,
)
from shared.wire.trials import trials_of
from tests.shared.recordings import PlannedTrial, planned_session, recording


def start(tick: int, trial: int, phase: str = "practice") -> TrialStart:
    return TrialStart(
        tick=tick,
        trial=trial,
        block=0,
        phase=phase,  # type: ignore[arg-type]
        target=0,
        target_deg=90.0,
        target_distance_m=0.1,
        target_radius_m=0.01,
        start_x_m=0.0,
        start_y_m=0.0,
        rotation_deg=0.0,
        clamp=False,
        shows="cursor",
        feedback="path_error",
    )


def end(tick: int, trial: int) -> TrialEnd:
    return TrialEnd(
        tick=tick,
        trial=trial,
        outcome="hit",
        success=True,
        hand_deg=0.0,
        endpoint_error_m=0.0,
        movement_time_s=0.5,
    )


def test_a_trial_reaches_from_its_start_to_its_end() -> None:
    events = [
        start(0, 0),
        TargetOn(tick=5, trial=0),
        Go(tick=9, trial=0),
        Onset(tick=20, trial=0),
        end(80, 0),
    ]
    (view,) = trials_of([*events, Alert(tick=90, code=1, detail="between trials")])
    assert (view.go_tick, view.onset_tick, view.last_tick) == (9, 20, 80)
    assert view.end is not None
    assert not view.interrupted
    assert view.probe is None


def test_the_target_is_the_go_signal_when_there_is_no_other() -> None:
    (view,) = trials_of([start(0, 0), TargetOn(tick=5, trial=0), end(80, 0)])
    assert view.go_tick == 5


def test_probes_know_whether_they_open_or_close() -> None:
    events = [
        ProbeStart(tick=0, block=0, place="opening"),
        start(1, 0, "probe"),
        end(2, 0),
        start(3, 1),
        end(4, 1),
        ProbeStart(tick=5, block=0, place="closing"),
        start(6, 2, "probe"),
        end(7, 2),
    ]
    assert [each.probe for each in trials_of(events)] == ["opening", None, "closing"]


def test_a_trial_without_an_end_is_kept_as_cut_short() -> None:
    views = trials_of([start(0, 0), start(10, 1), end(20, 1), start(30, 2)])
    assert [each.end is not None for each in views] == [False, True, False]
    assert [each.start.trial for each in views] == [0, 1, 2]


def test_pauses_stalls_and_drop_outs_interrupt_their_own_trial_only() -> None:
    for event in (Pause(tick=5, reason="asked"), Stall(tick=5, lost_ms=200.0), DropOut(tick=5, ticks=30)):
        views = trials_of([start(0, 0), event, end(9, 0), start(10, 1), end(20, 1)])
        assert [each.interrupted for each in views] == [True, False]


def test_what_a_trial_was_told_can_be_asked() -> None:
    trial = PlannedTrial(phase="practice", cue_strength=0.5, aim_report_deg=-12.0, rotation_deg=30.0)
    (view,) = trials_of(recording([trial]).events)
    assert view.cue is not None
    assert view.cue.strength == 0.5
    assert view.aim_report is not None
    assert view.aim_report.aim_deg == -12.0
    assert view.feedback is not None
    assert view.feedback.kind == "path_error"


def test_every_planned_trial_is_found() -> None:
    planned = planned_session(baseline=4, washout=4)
    views = trials_of(recording(planned).events)
    assert [each.start.phase for each in views] == [each.phase for each in planned]


def test_a_stop_signal_and_a_jump_belong_to_their_trial() -> None:
    events = [
        start(0, 0),
        Go(tick=5, trial=0),
        StopSignal(tick=30, trial=0, delay_ms=208.0),
        end(80, 0),
        start(90, 1),
        TargetJump(tick=110, trial=1, to_deg=20.0),
        end(150, 1),
    ]
    first, second = trials_of(events)
    assert first.stop_signal is not None
    assert first.stop_signal.delay_ms == 208.0
    assert first.target_jump is None
    assert second.stop_signal is None
    assert second.target_jump is not None
    assert second.target_jump.to_deg == 20.0
