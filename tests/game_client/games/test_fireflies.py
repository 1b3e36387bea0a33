"""Fireflies: a sweep is paid by the mode's rule alone, and nothing tells where the hand was."""

from __future__ import annotations

import math
from statistics import mean
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from msgspec.structs import replace

from game_client.games import fireflies
from game_client.games._spec import Sample, TrialPlan
from game_client.session.replay import differences, replay
from game_client.session.run import SessionRun
from shared.metrics._session import session_data
from shared.metrics.reward import METRICS
from shared.patient.virtual import VirtualPatient, draw_person, profiles
from shared.training.spec import TrialSetup, parse_params
from shared.wire.events import Feedback, Go, Hit, Miss, Onset, TargetOn, TrialEnd, TrialStart
from shared.wire.trials import trials_of
from tests.virtual_sessions import make_header, make_plan, play

if TYPE_CHECKING:
    from game_client.games._view import ReachView
    from shared.wire.events import Event

PARAMS = fireflies.Params()
PAYS = TrialSetup(shows="nothing", feedback="reward", zone_deg=0.0, zone_half_deg=5.0)
PROBE = TrialSetup(shows="nothing", feedback="none")


def sweep(
    off_deg: float,
    setup: TrialSetup = PAYS,
    params: fireflies.Params = PARAMS,
    *,
    lost: tuple[float, float] = (2.0, 2.0),
    moves: bool = True,
) -> tuple[list[Event], list[ReachView], fireflies.State]:
    """Sweep past the arc, `off_deg` beside the middle place, without a stop.

    `lost`: the shares of the sweep between which the hand is not seen.
    """
    plan = TrialPlan(
        trial=3, block=0, phase="probe" if setup.feedback == "none" else "practice", purpose="train",
        target=1, mode="reward_based", setup=setup, first_of_phase=False, stones_done=0, stones_total=1,
    )  # fmt: skip
    state, events = fireflies.begin(params, fireflies.start(params), plan, 0)
    views, share = [], 0.0
    for tick in range(1, 120 * 20):
        if state.stage == "reach" and moves:
            share += 1 / 60
        elif state.stage != "reach":
            share = min(share, 1.2)
        radians = math.radians(90.0 + off_deg)
        x, y = share * 0.11 * math.cos(radians), share * 0.11 * math.sin(radians)
        sample = Sample(x_m=x, y_m=y, cursor_x_m=x, cursor_y_m=y, lost=lost[0] < share < lost[1])
        state, happened = fireflies.step(params, state, sample, tick)
        events += happened
        views.append(fireflies.view(params, state, sample, tick))
        if fireflies.is_waiting(state):
            return events, views, state
    raise AssertionError(f"the sweep never ended: {state}")


def the(kind: type[Any], events: list[Event]) -> Any:
    (found,) = (each for each in events if isinstance(each, kind))
    return found


@pytest.mark.parametrize(("off_deg", "paid"), [(0.0, True), (4.8, True), (-4.8, True), (5.3, False)])
def test_a_sweep_is_paid_inside_the_zone_and_needs_no_stop(off_deg: float, paid: bool) -> None:
    events, _, state = sweep(off_deg)
    end = the(TrialEnd, events)
    assert end.hand_deg == pytest.approx(off_deg, abs=1e-6)
    assert (end.success, the(Feedback, events).rewarded) == (paid, paid)
    assert the(Feedback, events).error_deg is None
    assert state.lights == (1 if paid else 0)
    kinds = [type(each) for each in events]
    assert kinds[:4] == [TrialStart, TargetOn, Go, Onset]
    assert (Hit in kinds) == paid and (Miss in kinds) == (not paid)
    assert end.tick - the(Go, events).tick == 55, "the hand still moves: the arc is at 0.91 of its 60 ticks"


def test_better_than_the_criterion_is_paid_too_but_not_beyond_the_zone() -> None:
    far = replace(PAYS, zone_half_deg=2.0, criterion_deg=-12.0, learn_sign=1)
    assert [the(TrialEnd, sweep(deg, far)[0]).success for deg in (-13.0, -11.0, 1.0, 3.0)] == [
        False, True, True, False,
    ]  # fmt: skip


def test_graded_only_the_jar_tells_a_sweep_well_inside_from_one_at_the_edge() -> None:
    graded = fireflies.Params(graded=True)
    seen = {}
    for off_deg in (1.0, 4.0, 7.0):
        _, views, state = sweep(off_deg, params=graded)
        seen[off_deg] = state.lights
        paid = [each for each in views if each.stage == "feedback"]
        assert {each.rewarded for each in paid} == {off_deg < 5.0}
    assert seen == {1.0: 2, 4.0: 1, 7.0: 0}
    assert sweep(1.0)[2].lights == 1


def test_the_view_never_holds_the_hand_and_two_paid_sweeps_look_the_same() -> None:
    seen = []
    for off_deg in (-4.0, 4.0):
        _, views, _ = sweep(off_deg)
        assert all(each.cursor is None and each.anchor is None for each in views)
        assert all(each.error_from_deg is None and not each.past_anchors for each in views)
        assert all(each.return_guide_m is None for each in views if each.stage in ("reach", "feedback"))
        seen.append([each for each in views if each.stage in ("reach", "feedback")])
    assert seen[0] == seen[1]


def test_a_probe_pays_nothing_and_looks_alike_whatever_came_of_it() -> None:
    near, far = sweep(0.0, PROBE), sweep(20.0, PROBE)
    for events, views, state in (near, far):
        assert the(TrialEnd, events).success is None and state.lights == 0
        assert not any(isinstance(each, Hit | Miss) for each in events)
        assert {each.rewarded for each in views} == {None}
        assert {each.instruction for each in views} == {"fireflies.probe"}
    assert [e for e in near[1] if e.stage == "feedback"] == [e for e in far[1] if e.stage == "feedback"]


def test_baseline_shows_no_error_for_there_is_none_to_see() -> None:
    events, views, _ = sweep(3.0, TrialSetup())
    assert the(Feedback, events).kind == "none"
    assert the(TrialStart, events).shows == "nothing"
    assert all(each.cursor is None for each in views)


def test_a_short_loss_is_passed_over_and_a_sweep_hardly_seen_is_not_judged() -> None:
    assert the(TrialEnd, sweep(2.0, lost=(0.75, 0.85))[0]).outcome != "aborted"
    end = the(TrialEnd, sweep(2.0, lost=(0.2, 0.85))[0])
    assert (end.outcome, end.success, end.hand_deg) == ("aborted", None, None)


def test_a_hand_that_never_leaves_times_out_unpaid() -> None:
    events, _, state = sweep(0.0, params=fireflies.Params(onset_limit_s=1.0), moves=False)
    end = the(TrialEnd, events)
    assert (end.outcome, end.success, end.movement_time_s, state.lights) == ("timeout", False, None, 0)


def test_a_cut_trial_keeps_the_jar() -> None:
    state = fireflies.State(stage="reach", lights=4)
    assert fireflies.abandon(PARAMS, state) == fireflies.State(lights=4)


def test_places_are_side_by_side_ahead_and_parameters_are_bounded() -> None:
    assert fireflies.targets(PARAMS, "reward_based") == (60.0, 90.0, 120.0)
    assert fireflies.targets(fireflies.Params(targets=1), "reward_based") == (90.0,)
    for wrong in ({"targets": 5}, {"reach_m": 0.4}, {"graded": 2}, {"hold_s": 3.0}):
        with pytest.raises(msgspec.ValidationError):
            msgspec.convert(wrong, fireflies.Params)
    assert parse_params(fireflies.Params, {"graded": True}, "").graded


def test_a_played_session_replays_with_a_pause_in_a_sweep() -> None:
    _, recording = play(make_plan("reward_based", game="fireflies", practice=12, probe=4), seed=3)
    assert recording.ended_reason == "completed"
    assert not differences(recording.events, replay(recording))


def test_a_trial_cut_by_a_pause_is_played_again() -> None:
    plan = make_plan("reward_based", game="fireflies", practice=3, probe=0)
    run = SessionRun(make_header(plan, seed=1))
    for name in ("pain", "effort", "warning"):
        run.command(name, 0.0)
    for _ in range(60):
        run.tick(0, 0)
    assert run.game_stage == "reach"
    (cut,) = (each for each in run.command("pause") if isinstance(each, TrialEnd))
    run.command("resume", 1.0)
    run.tick(0, 0)
    assert cut.outcome == "aborted" and run.game_stage != "waiting"
    starts = [each for each in run.recorder.events if isinstance(each, TrialStart)]
    assert [each.trial for each in starts] == [0, 1] and starts[0].target == starts[1].target


@pytest.mark.parametrize("profile", sorted(profiles()))
def test_everybody_finishes_a_small_plan(profile: str) -> None:
    run, recording = play(make_plan("reward_based", game="fireflies", practice=8, probe=2), profile, 1)
    ends = [each.end for each in trials_of(recording.events) if each.end]
    assert run.ended_reason == "completed" and len(ends) == 12
    assert sum(each.outcome == "timeout" for each in ends) <= 4


def test_exploration_is_told_from_motor_noise() -> None:
    """Who explores much and is steady, against the reverse: each is seen as what it is.

    Noise alone feigns exploration of about its own size: dark sweeps are those that noise threw far, and the
    next one falls back. So exploration is read against the motor noise beside it.
    """
    found: dict[str, dict[str, list[float]]] = {}
    kinds = {"explorer": (5.0, 1.5), "noisy": (0.8, 6.0)}
    for kind, (explore_deg, noise_deg) in kinds.items():
        found[kind] = {}
        for seed in range(3):
            person = replace(
                draw_person("healthy_young", seed), explore_deg=explore_deg, motor_noise_deg=noise_deg,
                explore_after_failure=2.5, reward_rate=0.0,
                repetition_rate=0.0, pain=0.0, effort=0.0,
            )  # fmt: skip
            plan = make_plan("reward_based", game="fireflies", practice=150, probe=20)
            _, recording = play(plan, "healthy_young", seed, VirtualPatient(person, seed))
            for row in METRICS.compute(session_data(recording)):
                if row.scope == "" and row.value is not None:
                    found[kind].setdefault(row.metric, []).append(row.value)
    explorer, noisy = ({name: mean(values) for name, values in each.items()} for each in found.values())
    assert noisy["motor_noise_deg"] > 2.0 * explorer["motor_noise_deg"]
    assert explorer["exploration_excess_deg"] > 3.0 * explorer["motor_noise_deg"]
    assert noisy["exploration_excess_deg"] < 1.3 * noisy["motor_noise_deg"]
