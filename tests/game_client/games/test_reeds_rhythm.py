"""Reeds & Rhythm: which beats are good, the wind's drop, what a probe hides, and what is lost."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from game_client.games import reeds_rhythm as reeds
from game_client.games._spec import Sample, TrialPlan
from game_client.session.replay import differences, replay
from game_client.session.run import SessionRun
from shared.training.spec import TrialSetup
from shared.wire.events import (
    Feedback,
    Go,
    Hit,
    Miss,
    Onset,
    PaceOn,
    StopSignal,
    TargetOn,
    Timeout,
    TrialEnd,
    TrialStart,
)
from shared.wire.trials import trials_of
from tests.virtual_sessions import make_header, make_plan, play

if TYPE_CHECKING:
    from collections.abc import Callable

    from game_client.games._view import RhythmView
    from shared.wire.events import Event

PARAMS = reeds.Params(half_period_s=1.0, beats=6)
USUAL = TrialSetup(target_radius_m=PARAMS.target_radius_m)
PROBE = TrialSetup(shows="nothing", feedback="none", target_radius_m=PARAMS.target_radius_m)
FAR_M = PARAMS.distance_m
TOLERANCE_M = PARAMS.tolerance * FAR_M
Place = tuple[float, float] | None


def song(
    body: Callable[[float], Place],
    setup: TrialSetup = USUAL,
    params: reeds.Params = PARAMS,
    *,
    target: int = 0,
    freezes: bool = False,
) -> tuple[list[Event], list[RhythmView]]:
    """Play one trial; `body(seconds since go)` gives the place in metres, None where it is lost."""
    plan = TrialPlan(
        trial=0, block=0, phase="probe" if setup.shows == "nothing" else "practice", purpose="train",
        target=target, mode="use_dependent", setup=setup, first_of_phase=True, stones_done=0,
        stones_total=1, chances=(0.0 if freezes else 0.99, 0.5, 0.5, 0.5),
    )  # fmt: skip
    state, events = reeds.begin(params, reeds.start(params), plan, 0)
    views: list[RhythmView] = []
    for tick in range(1, 120 * 40):
        place = body((tick - state.since) / 120) if state.stage == "reach" else (0.0, 0.0)
        x, y = place or (0.0, 0.0)
        sample = Sample(x_m=x, y_m=y, cursor_x_m=x, cursor_y_m=y, lost=place is None)
        state, happened = reeds.step(params, state, sample, tick)
        events += happened
        views.append(reeds.view(params, state, sample, tick))
        if reeds.is_waiting(state):
            return events, views
    raise AssertionError(f"the song never ended: {state}")


def swaying(
    far_m: float = FAR_M, deg: float = 0.0, late_s: float = 0.0, beat_s: float = 1.0
) -> Callable[[float], Place]:
    """Even swaying along a direction, at the first end one beat (and `late_s`) after go."""
    radians = math.radians(deg)

    def body(t_s: float) -> Place:
        beats = max(0.0, t_s - late_s) / beat_s
        along = far_m * (0.5 * (1 - math.cos(math.pi * beats)) if beats < 1 else -math.cos(math.pi * beats))
        return along * math.cos(radians), along * math.sin(radians)

    return body


def the(kind: type[Any], events: list[Event]) -> Any:
    (found,) = (each for each in events if isinstance(each, kind))
    return found


def good_share(views: list[RhythmView]) -> float | None:
    return next((each.share for each in views if each.share is not None), None)


# ---- the beats


def test_a_song_that_is_in_time_and_full_succeeds() -> None:
    events, views = song(swaying())
    pace, end, start = the(PaceOn, events), the(TrialEnd, events), the(TrialStart, events)
    assert pace.tick == the(Go, events).tick == the(TargetOn, events).tick
    assert (pace.direction_deg, pace.distance_m, pace.half_period_s, pace.beats) == (0.0, FAR_M, 1.0, 6)
    assert (start.target_deg, start.target_distance_m) == (0.0, FAR_M)
    assert start.target_radius_m == pytest.approx(TOLERANCE_M)
    assert (end.outcome, end.success) == ("hit", True) and the(Hit, events)
    assert end.hand_deg == pytest.approx(0.0, abs=1e-9)
    assert end.endpoint_error_m == pytest.approx(0.0, abs=1e-4)
    assert end.tick - pace.tick == 6.5 * 120
    assert good_share(views) == 1.0
    assert views[-30].good == (True,) * 6 or views[-200].good == (True,) * 6


@pytest.mark.parametrize(("beside", "good"), [(0.95, True), (1.05, False)])
def test_an_end_is_as_wide_as_its_tolerance(beside: float, good: bool) -> None:
    short = FAR_M - beside * TOLERANCE_M
    assert the(TrialEnd, song(swaying(short))[0]).success is good
    assert the(TrialEnd, song(swaying(FAR_M + beside * TOLERANCE_M))[0]).success is good


@pytest.mark.parametrize(("late_s", "good"), [(0.28, True), (0.32, False)])
def test_a_beat_is_as_long_as_its_window(late_s: float, good: bool) -> None:
    assert the(TrialEnd, song(swaying(late_s=late_s))[0]).success is good


def test_swaying_beside_the_way_tells_its_direction() -> None:
    end = the(TrialEnd, song(swaying(deg=9.0))[0])
    assert end.hand_deg == pytest.approx(9.0, abs=1e-6) and end.success is True
    assert the(TrialEnd, song(swaying(deg=25.0))[0]).success is False


def test_keeping_still_is_no_sway() -> None:
    end = the(TrialEnd, song(lambda t_s: (0.0, 0.0))[0])
    assert end.success is False and end.hand_deg is None
    assert the(Miss, song(lambda t_s: (0.0, 0.0))[0])


def test_wider_ends_are_easier_and_the_width_is_a_share_of_the_way() -> None:
    for radius_m, success in ((0.005, False), (0.020, True)):
        setup = TrialSetup(target_radius_m=radius_m)
        assert the(TrialEnd, song(swaying(0.85 * FAR_M), setup)[0]).success is success
    small = reeds.Params(reach_m=0.05, half_period_s=1.0)
    start = the(TrialStart, song(swaying(small.distance_m), USUAL, small)[0])
    assert start.target_radius_m == pytest.approx(0.5 * TOLERANCE_M)


def test_the_direction_turns_against_the_bias_in_practice_only() -> None:
    turned = TrialSetup(target_radius_m=PARAMS.target_radius_m, target_turn_deg=-8.0)
    params = reeds.Params(half_period_s=1.0, beats=6, direction_deg=90.0)
    pace = the(PaceOn, song(swaying(deg=82.0), turned, params)[0])
    assert pace.direction_deg == pytest.approx(82.0)
    views = song(swaying(deg=82.0), turned, params)[1]
    assert {round(each.direction_deg) for each in views} == {82}
    assert reeds.targets(params, "use_dependent") == (90.0, 120.0, 60.0, 150.0, 30.0)


def test_the_beat_is_announced_a_quarter_ahead() -> None:
    views = [each for each in song(swaying())[1] if each.stage == "reach"]
    first = {k: next(v.run_s for v in views if v.beat >= k) for k in range(1, 7)}
    for number, at_s in first.items():
        assert at_s == pytest.approx(number - 0.25, abs=0.01)
    assert max(each.beat for each in views) == 6
    for each in views:
        assert each.beat_phase == pytest.approx(each.run_s / 1.0)


def test_long_periods_have_fewer_beats() -> None:
    for half_period_s in (0.8, 1.4, 2.0, 3.0):
        params = reeds.Params(half_period_s=half_period_s, beats=12)
        assert params.beats_played * half_period_s + 0.5 * half_period_s + params.hold_s < 22.0
    assert reeds.Params(half_period_s=3.0, beats=12).beats_played == 6


# ---- the wind drops


@pytest.mark.parametrize("stays", [True, False])
def test_staying_is_noted_and_moving_on_is_no_loss(stays: bool) -> None:
    stop_s = the(StopSignal, song(swaying(), freezes=True)[0]).delay_ms / 1000.0
    assert stop_s in (3.5, 4.5, 5.5)

    def body(t_s: float) -> Place:
        return swaying()(min(t_s, stop_s + 0.4) if stays else t_s)

    events, views = song(body, freezes=True)
    stop, end, go = the(StopSignal, events), the(TrialEnd, events), the(Go, events)
    assert stop.tick - go.tick == pytest.approx(stop_s * 120)
    assert end.tick - stop.tick == 180
    assert end.success is True, "the beats before it were good"
    frozen = [each for each in views if each.frozen]
    assert {each.instruction for each in frozen} == {"rhythm.freeze"}
    assert len({each.beat for each in frozen}) == 1 and frozen[0].intended is None
    told = {each.stopped for each in views if each.stage == "feedback"}
    assert told == {stays}
    assert {each.stopped for each in views if each.stage == "reach"} == {None}


def test_the_wind_drops_as_often_as_planned_and_never_outside_practice() -> None:
    plan = make_plan(
        "use_dependent",
        game="reeds_rhythm",
        purpose="assess",
        practice=40,
        probe=5,
        game_params={"half_period_s": 0.8, "beats": 4, "freeze_share": 0.5},
    )
    _, recording = play(plan, "healthy_young", 2)
    trials = trials_of(recording.events)
    share = {
        phase: sum(each.stop_signal is not None for each in trials if each.start.phase == phase)
        for phase in ("baseline", "practice", "probe", "washout")
    }
    assert 12 <= share["practice"] <= 28
    assert share["baseline"] == share["probe"] == share["washout"] == 0


# ---- what is lost


def test_a_lost_beat_counts_neither_for_nor_against() -> None:
    def body(t_s: float) -> Place:
        return None if 1.5 < t_s < 3.5 else swaying()(t_s)

    events, views = song(body)
    assert the(TrialEnd, events).success is True
    assert next(each for each in views if each.stage == "feedback").good == (
        True,
        None,
        None,
        True,
        True,
        True,
    )


def test_a_song_of_which_less_than_half_was_seen_is_not_judged() -> None:
    events, _ = song(lambda t_s: None if t_s > 2.4 else swaying()(t_s))
    end = the(TrialEnd, events)
    assert (end.outcome, end.success, end.hand_deg) == ("aborted", None, None)
    assert not [each for each in events if isinstance(each, Hit | Miss)]


# ---- a probe


def going(
    deg: float, far_m: float = FAR_M, wait_s: float = 0.4, lasts_s: float = 0.8
) -> Callable[[float], Place]:
    def body(t_s: float) -> Place:
        tau = min(1.0, max(0.0, (t_s - wait_s) / lasts_s))
        along = far_m * tau**3 * (10 + tau * (6 * tau - 15))
        return along * math.cos(math.radians(deg)), along * math.sin(math.radians(deg))

    return body


@pytest.mark.parametrize(("target", "at_deg"), [(1, 30.0), (2, -30.0), (3, 60.0), (4, -60.0)])
def test_a_probe_is_one_movement_whose_direction_counts(target: int, at_deg: float) -> None:
    events, views = song(going(at_deg + 7.0), PROBE, target=target)
    end = the(TrialEnd, events)
    assert the(TrialStart, events).target_deg == at_deg
    assert end.hand_deg == pytest.approx(7.0, abs=0.01) and end.success is None
    assert end.movement_time_s is not None and the(Onset, events)
    assert the(Feedback, events).kind == "none"
    assert not [each for each in events if isinstance(each, Hit | Miss | PaceOn | StopSignal)]
    for each in views:
        waits = each.stage in ("return", "hold")
        assert (each.cursor is not None) == waits
        assert (each.target is not None) == (each.stage == "reach")
        assert (each.good, each.share, each.success, each.stopped) == ((), None, None, None)
        assert (each.beats, each.beat, each.run_s) == (0, 0, 0.0)
    assert views[-40].instruction == "rhythm.probe"


def test_nobody_waits_for_ever_in_a_probe() -> None:
    events, _ = song(lambda t_s: (0.0, 0.0), PROBE, target=1)
    end = the(TrialEnd, events)
    assert the(Timeout, events) and end.outcome == "timeout" and end.hand_deg is None
    lost = the(TrialEnd, song(lambda t_s: None, PROBE, target=1)[0])
    assert lost.outcome == "aborted"


def test_withheld_results_show_no_beats() -> None:
    quiet = TrialSetup(feedback="none", target_radius_m=PARAMS.target_radius_m)
    events, views = song(swaying(), quiet)
    assert all(each.good == () and each.share is None for each in views)
    assert all(each.cursor is not None for each in views)
    assert the(TrialEnd, events).success is None


# ---- parameters and sessions


def test_parameters_are_bounded() -> None:
    for bad in (
        {"half_period_s": 0.7},
        {"half_period_s": 3.1},
        {"beats": 13},
        {"amplitude": 1.01},
        {"freeze_share": 0.6},
        {"direction_deg": 181.0},
    ):
        with pytest.raises(msgspec.ValidationError):
            msgspec.convert(bad, reeds.Params)
    assert 0.8 * reeds.Params().amplitude <= 0.60 + 1e-12, "at most 60 % of the person's limit by default"


@pytest.mark.parametrize("mode", ["use_dependent", "acuity"])
def test_the_same_seed_gives_the_same_session_and_it_replays(mode: str) -> None:
    plan = make_plan(mode, game="reeds_rhythm", practice=8, probe=5, game_params={"half_period_s": 0.9})
    one, other = (play(plan, "stroke_mild", 3)[1] for _ in range(2))
    assert one.events == other.events
    assert not differences(one.events, replay(one))
    trials = trials_of(one.events)
    assert {each.start.target for each in trials if each.start.phase == "practice"} == {0}
    assert {each.start.target for each in trials if each.start.phase == "probe"} == set(range(5))


def test_a_cut_song_is_played_again() -> None:
    run = SessionRun(make_header(make_plan("use_dependent", game="reeds_rhythm", practice=2, probe=0)))
    for name in ("pain", "effort", "warning"):
        run.command(name, 0.0)
    while run.game_stage != "reach":
        run.tick(0, 0)
    (end,) = [each for each in run.command("pause") if isinstance(each, TrialEnd)]
    assert end.outcome == "aborted"
    run.command("resume", 1.0)
    run.tick(0, 0)
    shown: Any = run.view
    assert (shown.stage, shown.good, shown.run_s) == ("hold", (), 0.0)


def test_the_summary_speaks_of_songs() -> None:
    run, _ = play(make_plan("use_dependent", game="reeds_rhythm", practice=4, probe=0), "healthy_old", 1)
    number, key, values = run.summary
    assert key == "summary.rhythms" and values == {"n": number, "of": 4}
