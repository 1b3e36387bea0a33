"""Kingfisher: stop signals and their staircase, fish that turn, two fish, offers, and what is hidden."""

from __future__ import annotations

import math
from itertools import pairwise
from random import Random
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from game_client.games import kingfisher
from game_client.games._spec import Sample, TrialPlan
from game_client.session.replay import differences, replay
from shared.metrics import change_of_course, stopping, vigour
from shared.metrics._session import session_data
from shared.patient.virtual import profiles
from shared.training.spec import TrialSetup
from shared.wire.events import (
    Choice,
    Feedback,
    Go,
    Hit,
    Miss,
    Onset,
    StopSignal,
    TargetJump,
    TrialEnd,
    TrialStart,
)
from shared.wire.trials import trials_of
from tests.virtual_sessions import make_plan, play

if TYPE_CHECKING:
    from collections.abc import Callable

    from game_client.games._view import ReachView
    from shared.wire.events import Event

PARAMS = kingfisher.Params()
SETUP = TrialSetup(time_limit_s=0.6)
PROBE = TrialSetup(shows="nothing", feedback="none")
STOP, JUMP, TWO, PLAIN = (
    (0.0, 0.9, 0.9, 0.4),
    (0.99, 0.0, 0.9, 0.4),
    (0.99, 0.2, 0.9, 0.4),
    (0.99, 0.9, 0.9, 0.4),
)
EXPERIENCED = kingfisher.State(dives=10)


def plan_of(
    chances: tuple[float, float, float, float] = PLAIN, setup: TrialSetup = SETUP, trial: int = 0
) -> TrialPlan:
    return TrialPlan(
        trial=trial, block=0, phase="probe" if setup.feedback == "none" else "practice", purpose="train",
        target=2, mode="acuity", setup=setup, first_of_phase=False, stones_done=0, stones_total=1,
        chances=chances,
    )  # fmt: skip


def dive(
    hand: Callable[[kingfisher.State, int], tuple[float, float]],
    chances: tuple[float, float, float, float] = PLAIN,
    setup: TrialSetup = SETUP,
    before: kingfisher.State = EXPERIENCED,
    params: kingfisher.Params = PARAMS,
    lost: Callable[[int], bool] = lambda ticks: False,
) -> tuple[list[Event], list[ReachView], kingfisher.State]:
    """Play one dive; the hand knows the state and the ticks since go."""
    state, events = kingfisher.begin(params, before, plan_of(chances, setup), 0)
    views = []
    for tick in range(1, 120 * 20):
        runs = state.stage == "reach"
        x, y = hand(state, tick - state.since) if runs else (0.0, 0.0)
        sample = Sample(x_m=x, y_m=y, cursor_x_m=x, cursor_y_m=y, lost=runs and lost(tick - state.since))
        state, happened = kingfisher.step(params, state, sample, tick)
        events += happened
        views.append(kingfisher.view(params, state, sample, tick))
        if kingfisher.is_waiting(state):
            return events, views, state
    raise AssertionError(f"the dive never ended: {state}")


def still(state: kingfisher.State, ticks: int) -> tuple[float, float]:
    return 0.0, 0.0


def goes(after: int = 30, lasts: int = 40, to: tuple[float, float] = (0.0, 0.10)) -> Any:
    """A hand that moves straight to a place."""

    def hand(state: kingfisher.State, ticks: int) -> tuple[float, float]:
        t = min(1.0, max(0.0, (ticks - after) / lasts))
        share = t * t * (3.0 - 2.0 * t)
        return to[0] * share, to[1] * share

    return hand


def the(kind: type[Any], events: list[Event]) -> Any:
    (found,) = (each for each in events if isinstance(each, kind))
    return found


def tick_of(kind: type[Any], events: list[Event]) -> int:
    return int(the(kind, events).tick)


# ---- plain dives


@pytest.mark.parametrize(("lasts", "success"), [(40, True), (90, False)])
def test_a_fish_is_caught_on_the_place_and_in_time(lasts: int, success: bool) -> None:
    events, views, _ = dive(goes(lasts=lasts))
    end = the(TrialEnd, events)
    assert (end.outcome, end.success) == ("hit", success)
    assert the(TrialStart, events).time_limit_s == 0.6
    kinds = [type(each) for each in events]
    assert (Hit in kinds) == success and (Miss in kinds) == (not success)
    assert {each.caught for each in views if each.stage == "feedback"} == {success}


@pytest.mark.parametrize(("chance", "limit_s"), [(0.0, 0.45), (0.3, 0.45), (0.5, 0.6), (0.9, 0.84)])
def test_the_time_comes_in_three_windows_and_each_is_judged(chance: float, limit_s: float) -> None:
    events, views, _ = dive(goes(lasts=60), (0.99, 0.9, 0.9, chance))
    assert the(TrialStart, events).time_limit_s == pytest.approx(limit_s)
    assert {each.time_limit_s for each in views if each.stage == "reach"} == {
        the(TrialStart, events).time_limit_s
    }
    end = the(TrialEnd, events)
    assert end.movement_time_s is not None and 0.45 < end.movement_time_s < 0.6
    assert end.success is (limit_s > 0.45)


def test_an_offer_is_announced_and_leaves_the_time_free() -> None:
    events, views, _ = dive(goes(lasts=90), (0.99, 0.9, 0.3, 0.4))
    begun = the(TrialStart, events)
    assert (begun.reward_offered, begun.time_limit_s) == (3.0, None)
    assert {each.offer for each in views} == {3} and {each.time_limit_s for each in views} == {None}
    assert the(TrialEnd, events).success is True


def test_beside_the_fish_is_a_miss() -> None:
    end = the(TrialEnd, dive(goes(to=(0.03, 0.095)))[0])
    assert (end.outcome, end.success) == ("miss", False)
    assert end.endpoint_error_m == pytest.approx(math.hypot(0.03, 0.005), abs=0.001)


# ---- the otter


def test_a_hand_that_keeps_still_has_stopped_and_nothing_is_won_or_lost() -> None:
    events, views, state = dive(still, STOP)
    signal, end = the(StopSignal, events), the(TrialEnd, events)
    assert signal.delay_ms == 250 and signal.tick - tick_of(Go, events) == 30
    assert (end.outcome, end.success, end.movement_time_s) == ("hit", None, None)
    assert end.tick - signal.tick == 180, "a second and a half: long enough for slow hands"
    assert not any(isinstance(each, Hit | Miss) for each in events)
    assert state.stop_delay_ms == 300
    assert {each.instruction for each in views if each.stage == "feedback"} == {"kingfisher.stopped"}


def test_a_hand_that_leaves_despite_the_otter_is_told_so_without_blame() -> None:
    events, views, state = dive(goes(after=35), STOP)
    end = the(TrialEnd, events)
    assert (end.outcome, end.success) == ("miss", None)
    assert state.stop_delay_ms == 200
    assert {each.instruction for each in views if each.stage == "feedback"} == {"kingfisher.wait"}


def test_the_otter_comes_up_at_its_delay_though_the_hand_has_arrived() -> None:
    late = replace(EXPERIENCED, stop_delay_ms=900)
    events, _, state = dive(goes(after=10, lasts=30), STOP, before=late)
    assert tick_of(StopSignal, events) - tick_of(Go, events) == 108
    assert tick_of(TrialEnd, events) > tick_of(StopSignal, events) > tick_of(Onset, events) + 60
    assert state.stop_delay_ms == 850


def test_the_sign_is_there_from_its_tick_until_the_dive_ends_and_not_before() -> None:
    events, views, _ = dive(still, STOP)
    seen = [k + 1 for k, each in enumerate(views) if each.stop]
    assert seen[0] == tick_of(StopSignal, events)
    assert seen == list(range(seen[0], tick_of(TrialEnd, events)))
    plain_views = dive(goes())[1]
    assert not any(each.stop for each in plain_views)
    until = tick_of(StopSignal, events) - 1
    assert views[:until] == plain_views[:until], "nothing tells a stop dive before its signal"


def test_the_staircase_keeps_to_its_bounds() -> None:
    assert dive(still, STOP, before=replace(EXPERIENCED, stop_delay_ms=900))[2].stop_delay_ms == 900
    low = dive(goes(after=35), STOP, before=replace(EXPERIENCED, stop_delay_ms=50))[2]
    assert low.stop_delay_ms == 50


@given(share=st.floats(0.0, 0.4), chances=st.lists(st.tuples(*[st.floats(0, 0.999)] * 4), max_size=40))
@settings(max_examples=50, deadline=None)
def test_never_in_the_first_dives_and_never_twice_in_a_row(
    share: float, chances: list[tuple[float, float, float, float]]
) -> None:
    params = kingfisher.Params(stop_share=share)
    state, kinds = kingfisher.start(params), []
    for each in chances:
        state, _ = kingfisher.begin(params, state, plan_of(each), 0)
        kinds.append(state.kind)
    assert "stop" not in kinds[:4]
    assert all(pair != ("stop", "stop") for pair in pairwise(kinds))


def test_the_shares_are_those_of_the_plan() -> None:
    draw, state = Random(1), kingfisher.start(PARAMS)
    kinds, offers = [], []
    for _ in range(4000):
        chances = (draw.random(), draw.random(), draw.random(), draw.random())
        state, _ = kingfisher.begin(PARAMS, state, plan_of(chances), 0)
        kinds.append(state.kind)
        offers.append(state.offer)
    shares = {kind: kinds.count(kind) / len(kinds) for kind in ("stop", "jump", "choice", "plain")}
    assert shares == pytest.approx({"stop": 0.25, "jump": 0.1, "choice": 0.1, "plain": 0.55}, abs=0.025)
    assert set(offers) == {0, 1, 3}
    assert {o for k, o in zip(kinds, offers, strict=True) if k in ("jump", "choice")} == {0}
    none = kingfisher.Params(stop_share=0.0, jump_share=0.0, choice_share=0.0, offers=False)
    only, _ = kingfisher.begin(none, EXPERIENCED, plan_of((0.0, 0.0, 0.0, 0.0)), 0)
    assert (only.kind, only.offer) == ("plain", 0)


def test_a_cut_dive_keeps_the_staircase_and_forbids_no_less() -> None:
    state = kingfisher.State(stage="reach", kind="stop", dives=9, stop_delay_ms=400)
    kept = kingfisher.abandon(PARAMS, state)
    assert (kept.stop_delay_ms, kept.dives, kept.kind, kept.stage) == (400, 9, "stop", "waiting")


# ---- fish that turn, two fish


def test_the_fish_turns_a_third_of_the_way_there_and_is_caught_where_it_is() -> None:
    to = (0.10 * math.cos(math.radians(120)), 0.10 * math.sin(math.radians(120)))

    def follows(state: kingfisher.State, ticks: int) -> tuple[float, float]:
        straight = goes()(state, ticks)
        turn = min(1.0, max(0.0, (ticks - 55) / 60))
        return to[0] * turn, straight[1] + (to[1] - 0.10) * turn

    events, views, _ = dive(follows, JUMP)
    jump, end = the(TargetJump, events), the(TrialEnd, events)
    assert jump.to_deg == pytest.approx(120.0)
    assert follows(EXPERIENCED, jump.tick - tick_of(Go, events))[1] == pytest.approx(0.036, abs=0.004)
    assert (end.outcome, end.success) == ("hit", True)
    assert end.movement_time_s > 0.6 and the(TrialStart, events).time_limit_s is None
    at = (
        {each.target for each in views[: jump.tick - 1] if each.target},
        {each.target for each in views[jump.tick - 1 :] if each.target},
    )
    assert len(at[0]) == len(at[1]) == 1 and at[0] != at[1]
    plain_views = dive(follows)[1]
    assert views[: jump.tick - 1] == plain_views[: jump.tick - 1], "nothing tells it before"
    assert the(TrialEnd, dive(goes(), JUMP)[0]).success is False, "who does not follow misses"


@pytest.mark.parametrize(("deg", "far", "chosen"), [(120, 0.07, 0), (60, 0.10, 1), (90, 0.10, None)])
def test_one_of_two_fish_is_chosen_by_going_there(deg: float, far: float, chosen: int | None) -> None:
    to = (far * math.cos(math.radians(deg)), far * math.sin(math.radians(deg)))
    events, views, state = dive(goes(to=to), TWO)
    found = the(Choice, events)
    assert found.chosen == chosen == state.chosen
    near, beyond = found.offers
    assert (near.points, beyond.points) == (1.0, 3.0)
    assert (near.distance_m, beyond.distance_m) == (pytest.approx(0.07), pytest.approx(0.10))
    assert abs(near.direction_deg - beyond.direction_deg) == pytest.approx(60.0)
    end = the(TrialEnd, events)
    assert end.success is None and end.hand_deg is None
    assert the(Feedback, events).kind == "none"
    shown = [each for each in views if each.choices]
    assert {each.target for each in shown} == {None}
    assert {each.points for each in shown[0].choices} == {1, 3}


# ---- what is hidden, lost or bounded


def test_a_probe_is_a_plain_dive_that_tells_nothing() -> None:
    for chances in (STOP, JUMP, TWO):
        state, _ = kingfisher.begin(PARAMS, EXPERIENCED, plan_of(chances, PROBE), 0)
        assert (state.kind, state.offer, state.dives) == ("plain", 0, EXPERIENCED.dives)
    good, bad = dive(goes(), setup=PROBE), dive(goes(to=(0.03, 0.09)), setup=PROBE)
    for events, views, _ in (good, bad):
        assert the(TrialEnd, events).success is None
        assert not any(isinstance(each, Hit | Miss) for each in events)
        assert all(each.cursor is None for each in views if each.stage in ("reach", "feedback"))
        assert all(each.anchor is None and each.caught is None for each in views)
    told = [next(each for each in views if each.stage == "feedback") for _, views, _ in (good, bad)]
    assert told[0] == told[1]


@pytest.mark.parametrize("chances", [PLAIN, STOP, TWO])
def test_a_dive_hardly_seen_is_not_judged(chances: tuple[float, float, float, float]) -> None:
    events, _, state = dive(goes(), chances, lost=lambda ticks: ticks % 4 != 0)
    end = the(TrialEnd, events)
    assert (end.outcome, end.success) == ("aborted", None)
    assert state.stop_delay_ms == EXPERIENCED.stop_delay_ms
    assert the(TrialEnd, dive(goes(), chances, lost=lambda ticks: ticks % 4 == 0)[0]).outcome != "aborted"


def test_parameters_are_bounded_and_a_dive_never_asks_beyond_the_reach() -> None:
    for wrong in ({"stop_share": 0.41}, {"jump_share": 0.3}, {"spread": "circle"}, {"targets": 6}):
        with pytest.raises(msgspec.ValidationError):
            msgspec.convert(wrong, kingfisher.Params)
    assert all(30.0 <= each <= 150.0 for each in kingfisher.targets(PARAMS, "acuity"))
    views = dive(still, TWO, params=kingfisher.Params(onset_limit_s=1.0))[1]
    places = {each.place for seen in views for each in seen.choices}
    assert max(math.hypot(*each) for each in places) <= PARAMS.reach_m * (1 + 1e-9)


# ---- whole sessions


def test_a_session_tells_stopping_turning_and_vigour_and_replays() -> None:
    _, recording = play(make_plan("acuity", game="kingfisher", practice=240, probe=8), "healthy_old", 1)
    assert not differences(recording.events, replay(recording))
    data = session_data(recording)
    found = {
        row.metric: row.value
        for family in (stopping, change_of_course, vigour)
        for row in family.METRICS.compute(data)
        if row.scope == ""
    }
    assert found["ssrt_s"] is not None and 0.2 < found["ssrt_s"] < 0.5
    assert 0.35 < (found["stop_respond_share"] or 0.0) < 0.65
    assert found["correction_latency_s"] is not None and 0.1 < found["correction_latency_s"] < 0.35
    assert found["vigour_speed_m_s_per_point"] is not None


@pytest.mark.parametrize("profile", sorted(profiles()))
def test_everybody_finishes_a_small_plan(profile: str) -> None:
    run, recording = play(make_plan("acuity", game="kingfisher", practice=16, probe=2), profile, 1)
    ends = [each.end for each in trials_of(recording.events) if each.end]
    assert run.ended_reason == "completed" and len(ends) == 20
    assert sum(each.outcome == "timeout" for each in ends) <= 5
