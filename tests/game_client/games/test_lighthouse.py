"""Lighthouse: how a gust goes, what is judged, what the image does, and what a probe hides."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from game_client.games import lighthouse as game
from game_client.games._spec import Sample, TrialPlan
from game_client.session.replay import differences, replay
from game_client.session.run import SessionRun
from shared.errors import PlanError
from shared.training.spec import TrialSetup, parse_params
from shared.wire.events import Cue, Go, Gust, Hit, Miss, TargetOn, TrialEnd, TrialStart
from tests.virtual_sessions import make_header, make_plan, play

if TYPE_CHECKING:
    from collections.abc import Callable

    from game_client.games._view import SteadyView
    from shared.wire.events import Event

PARAMS = game.Params()
USUAL = TrialSetup(target_radius_m=PARAMS.target_radius_m)
CUED = TrialSetup(cue_strength=1.0, target_radius_m=PARAMS.target_radius_m)
PROBE = TrialSetup(shows="nothing", feedback="none", target_radius_m=PARAMS.target_radius_m)
LOST = (math.nan, math.nan)
"""A place that a device has lost."""


def stand(
    hand: Callable[[game.State, float], tuple[float, float]],
    setup: TrialSetup = USUAL,
    params: game.Params = PARAMS,
    trial: int = 0,
    chances: tuple[float, float, float, float] = (0.1, 0.5, 0.5, 0.5),
    state: game.State | None = None,
) -> tuple[list[Event], list[SteadyView], game.State]:
    """Play one trial with a hand that knows the state and the time since go."""
    plan = TrialPlan(
        trial=trial, block=0, phase="probe" if setup.shows == "nothing" else "practice", purpose="train",
        target=1, mode="strategy_cue", setup=setup, first_of_phase=True, stones_done=0, stones_total=1,
        chances=chances,
    )  # fmt: skip
    state, events = game.begin(params, state or game.start(params), plan, 0)
    views: list[SteadyView] = []
    for tick in range(1, 120 * 40):
        x, y = hand(state, (tick - state.since) / 120) if state.stage == "reach" else (0.0, 0.0)
        lost = math.isnan(x)
        x, y = (0.0, 0.0) if lost else (x, y)
        sample = Sample(x_m=x, y_m=y, cursor_x_m=x, cursor_y_m=y, lost=lost)
        state, happened = game.step(params, state, sample, tick)
        events += happened
        views.append(game.view(params, state, sample, tick))
        if game.is_waiting(state):
            return events, views, state
    raise AssertionError(f"the trial never ended: {state}")


def against(state: game.State, t_s: float) -> tuple[float, float]:
    """A hand that answers the gust exactly, and then goes to the lamp straight ahead."""
    if state.is_lighting:
        return 0.0, PARAMS.reach_m
    push_m = PARAMS.gust_m * game.wind(t_s, PARAMS.gust_s)
    radians = math.radians(state.gust_deg)
    return -push_m * math.cos(radians), -push_m * math.sin(radians)


def still(state: game.State, t_s: float) -> tuple[float, float]:
    return 0.0, 0.0


def the(kind: type[Any], events: list[Event]) -> Any:
    (found,) = (each for each in events if isinstance(each, kind))
    return found


# ---- a gust


@pytest.mark.parametrize(("chance", "deg"), [(0.0, 0.0), (0.34, 180.0), (0.99, 90.0)])
def test_a_gust_pushes_what_is_seen_its_way_and_is_over_after_its_time(chance: float, deg: float) -> None:
    events, views, _ = stand(still, chances=(chance, 0.5, 0.5, 0.5))
    gust, go, end = the(Gust, events), the(Go, events), the(TrialEnd, events)
    assert (gust.direction_deg, gust.size_m, gust.lasts_s) == (deg, PARAMS.gust_m, PARAMS.gust_s)
    assert gust.tick == go.tick and end.tick - go.tick == round(120 * PARAMS.gust_s)
    blown = max((each for each in views if each.wind > 0), key=lambda each: each.wind)
    assert blown.cursor is not None and blown.wind == pytest.approx(1.0, abs=1e-3)
    assert math.hypot(*blown.cursor) == pytest.approx(PARAMS.gust_m, rel=1e-3)
    assert math.degrees(math.atan2(blown.cursor[1], blown.cursor[0])) == pytest.approx(deg)
    # A hand that stays leaves the lamp at the gust's own root mean square: size over the root of two.
    assert end.endpoint_error_m == pytest.approx(PARAMS.gust_m / math.sqrt(2.0), rel=0.01)
    assert (end.success, end.outcome, end.hand_deg, end.level) == (False, "miss", None, None)
    assert the(Miss, events) and not [each for each in events if isinstance(each, TargetOn | Cue)]


def test_when_the_gust_comes_is_left_to_chance() -> None:
    early, late = (the(Go, stand(still, chances=(0.1, c, 0.5, 0.5))[0]).tick for c in (0.0, 0.99))
    assert late - early == pytest.approx(120 * 0.99, abs=1)


def test_a_lamp_that_is_held_against_the_gust_is_a_success() -> None:
    events, views, _ = stand(against)
    end = the(TrialEnd, events)
    assert (end.outcome, end.success) == ("hit", True) and the(Hit, events)
    assert end.endpoint_error_m == pytest.approx(0.0, abs=1e-9)
    shown = [each for each in views if each.steady_share is not None]
    assert shown[0].steady_share == 1.0 and shown[0].success and shown[0].quality == 1.0


@pytest.mark.parametrize(("share", "success"), [(0.56, False), (0.64, True)])
def test_six_tenths_of_the_gust_inside_is_enough_and_a_wider_ring_is_easier(
    share: float, success: bool
) -> None:
    away_m = 1.01 * PARAMS.target_radius_m

    def hand(state: game.State, t_s: float) -> tuple[float, float]:
        x, y = against(state, t_s)
        return (x, y) if t_s <= share * PARAMS.gust_s else (x + away_m, y)

    assert the(TrialEnd, stand(hand)[0]).success is success
    wider = TrialSetup(target_radius_m=0.02)
    assert the(TrialEnd, stand(hand, wider)[0]).success


def test_ring_and_gust_are_shares_of_the_reach() -> None:
    for reach_m in (0.03, 0.30):
        params = game.Params(reach_m=reach_m)
        events, views, _ = stand(still, params=params)
        start = the(TrialStart, events)
        assert start.target_radius_m == pytest.approx(params.radius * reach_m) == views[0].radius_m
        assert the(Gust, events).size_m == pytest.approx(params.gust * reach_m)


# ---- the other lamp


def test_every_third_trial_ends_with_a_lamp_to_light() -> None:
    events, views, _ = stand(against, trial=2)
    gust, on, end = the(Gust, events), the(TargetOn, events), the(TrialEnd, events)
    assert on.tick - gust.tick == round(120 * PARAMS.gust_s)
    assert the(TrialStart, events).target_distance_m == PARAMS.reach_m
    assert (end.outcome, end.success) == ("hit", True) and end.movement_time_s < 0.3
    assert [each.is_lit for each in views].count(True) > 60
    assert [the(TrialStart, stand(still, trial=k)[0]).target_distance_m for k in (0, 1, 3)] == [0.0] * 3


def test_a_lamp_that_is_not_lit_times_out() -> None:
    def hand(state: game.State, t_s: float) -> tuple[float, float]:
        return (0.0, 0.0) if state.is_lighting else against(state, t_s)

    events, views, _ = stand(hand, trial=2)
    end = the(TrialEnd, events)
    assert (end.outcome, end.success) == ("timeout", False)
    assert end.movement_time_s == pytest.approx(PARAMS.reach_limit_s, abs=0.02)
    assert not any(each.is_lit for each in views)


# ---- what is lost


def test_time_without_a_hand_counts_neither_for_nor_against() -> None:
    def hand(state: game.State, t_s: float) -> tuple[float, float]:
        return LOST if 0.4 < t_s <= 1.1 else against(state, t_s)

    end = the(TrialEnd, stand(hand)[0])
    assert end.success and end.endpoint_error_m == pytest.approx(0.0, abs=1e-9)


def test_a_gust_of_which_less_than_half_was_seen_is_not_judged() -> None:
    events, _, _ = stand(lambda state, t: LOST if t > 0.6 else against(state, t))
    end = the(TrialEnd, events)
    assert (end.outcome, end.success, end.endpoint_error_m) == ("aborted", None, None)
    assert not [each for each in events if isinstance(each, Hit | Miss)]


def test_a_hand_lost_on_the_way_to_the_other_lamp_is_waited_for_but_not_for_ever() -> None:
    events, _, _ = stand(lambda state, t: LOST if state.is_lighting else against(state, t), trial=2)
    assert the(TrialEnd, events).outcome == "aborted"
    found = stand(lambda s, t: LOST if s.is_lighting and t < 9.0 else against(s, t), trial=2)[0]
    assert the(TrialEnd, found).outcome == "hit"


# ---- images


def test_the_image_is_shown_and_told_in_cued_trials_only() -> None:
    events, views, _ = stand(against, CUED, game.Params(cue="shift"))
    cue = the(Cue, events)
    assert (cue.image, cue.strength) == ("shift", 1.0) and cue.tick < the(Go, events).tick
    blown = [each for each in views if each.wind > 0]
    assert {each.image for each in blown} == {"shift"}
    assert {each.instruction for each in blown} == {"lighthouse.shift"}
    _, views, _ = stand(against, CUED, game.Params(cue="shift", words=False))
    assert views[200].instruction == "lighthouse.word_shift" and not views[200].has_words
    events, views, _ = stand(against)
    assert not [each for each in events if isinstance(each, Cue)]
    assert {(each.image, each.image_strength) for each in views} == {(None, 0.0)}


def test_an_image_can_be_chosen_once_a_block() -> None:
    params = game.Params(cue="choose")
    plan = TrialPlan(
        trial=0, block=0, phase="practice", purpose="train", target=0, mode="strategy_cue", setup=CUED,
        first_of_phase=True, stones_done=0, stones_total=1,
    )  # fmt: skip
    state, _ = game.begin(params, game.start(params), plan, 0)
    sample = Sample(x_m=0.0, y_m=0.0, cursor_x_m=0.0, cursor_y_m=0.0)
    shown = game.view(params, state, sample, 1)
    assert shown.stage == "aim" and shown.offered == game.IMAGES and shown.picked == 1
    for name, value, picked in (("aim_move", 5.0, 0), ("aim_move", -5.0, 1), ("aim_set", 20.0, 2)):
        state, events = game.command(params, state, name, value, 2)
        assert not events and game.view(params, state, sample, 3).picked == picked
    state, _ = game.command(params, state, "aim_confirm", None, 4)
    assert (state.stage, state.chosen, state.image) == ("return", "shift", "shift")
    again, _ = game.begin(params, game.abandon(params, state), plan, 10)
    assert (again.stage, again.image) == ("return", "shift")
    # Nobody is held up by the question.
    events, _, after = stand(against, CUED, params)
    assert after.chosen == "lamp" and the(Cue, events).image == "lamp"


# ---- what is hidden


def test_a_probe_hides_the_lamp_from_the_gust_on_and_shows_no_image() -> None:
    events, views, _ = stand(still, PROBE, trial=2)
    for each in views:
        assert (each.cursor is None) == (each.stage in ("reach", "feedback", "between"))
        assert each.image is None and each.is_steady is None and not each.is_lit
        assert each.steady_share is None and each.success is None and each.quality == 0.0
    assert max(each.wind for each in views) > 0.99, "the wind itself is seen"
    end = the(TrialEnd, events)
    assert end.success is None and end.endpoint_error_m is not None
    assert not [each for each in events if isinstance(each, Hit | Miss)]


# ---- in a session


def lighthouse_plan(**changes: Any) -> Any:
    return make_plan("strategy_cue", game="lighthouse", **changes)


def test_the_same_seed_gives_the_same_session_and_it_replays() -> None:
    plan = lighthouse_plan(practice=9, probe=4, game_params={"cue": "choose"})
    one, other = (play(plan, "stroke_mild", 3)[1] for _ in range(2))
    assert one.events == other.events
    assert not differences(one.events, replay(one))


def test_images_alternate_fade_and_nothing_is_turned() -> None:
    _, recording = play(lighthouse_plan(practice=18, probe=4), "healthy_old", 1)
    starts = [each for each in recording.events if isinstance(each, TrialStart)]
    practice = [each.cue_strength for each in starts if each.phase == "practice"]
    assert practice == [1.0, 0.0] * 3 + [0.5, 0.0] * 3 + [0.0, 0.0] * 3
    assert {each.cue_strength for each in starts if each.phase == "probe"} == {0.0}
    assert {(each.rotation_deg, each.clamp) for each in starts} == {(0.0, False)}
    gusts = {each.direction_deg for each in recording.events if isinstance(each, Gust)}
    assert gusts == set(game.GUSTS_DEG)


def test_a_trial_that_is_cut_short_leaves_no_end_and_play_goes_on() -> None:
    run = SessionRun(make_header(lighthouse_plan(practice=3, probe=0)))
    for name in ("pain", "effort", "warning"):
        run.command(name, 0.0)
    for _ in range(200):
        run.tick(0, 0)
    run.command("pause")
    run.command("resume", 2.0)
    for _ in range(120 * 60):
        view: Any = run.view
        x_m, y_m = view.intended or (0.0, 0.0)
        run.tick(round(x_m * 1e6), round(y_m * 1e6))
    assert run.trials_done >= 3 and run.successes >= 2


@pytest.mark.parametrize(
    ("name", "value"), [("gust", 0.7), ("radius", 0.4), ("cue", "rocket"), ("reach_m", 1)]
)
def test_parameters_are_held_to_their_bounds(name: str, value: Any) -> None:
    with pytest.raises(PlanError):
        parse_params(game.Params, {name: value}, "")
    for each in msgspec.structs.fields(game.Params):
        assert each.default is not msgspec.NODEFAULT
