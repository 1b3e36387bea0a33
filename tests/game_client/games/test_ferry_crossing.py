"""Ferry Crossing: how far a course may ask, how a crossing is judged, and what a probe hides."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from game_client.games import ferry_crossing as ferry
from game_client.games._spec import Sample, TrialPlan
from game_client.session.replay import differences, replay
from game_client.session.run import SessionRun
from shared.movement.course import centre_m
from shared.training.spec import TrialSetup, parse_params
from shared.wire.events import CourseOn, Go, Hit, Miss, PhaseStart, TargetOn, TrialEnd, TrialStart
from tests.virtual_sessions import make_header, make_plan, play

if TYPE_CHECKING:
    from collections.abc import Callable

    from game_client.games._view import CourseView
    from shared.wire.events import Event

PARAMS = ferry.Params(course_s=6.0)
USUAL = TrialSetup(target_radius_m=PARAMS.target_radius_m)
PROBE = TrialSetup(shows="nothing", feedback="none", target_radius_m=PARAMS.target_radius_m)
BLIND = math.nan
"""A place that a device has lost."""


def bounds() -> dict[str, tuple[float, float]]:
    """The bounds that a plan's parameters are held to."""
    found = {}
    for each in msgspec.inspect.type_info(ferry.Params).fields:  # type: ignore[union-attr]
        found[each.name] = (each.type.ge, each.type.le)  # type: ignore[union-attr]
    return found


def crossing(
    hand: Callable[[ferry.State, float], float],
    setup: TrialSetup = USUAL,
    course: int = 0,
    params: ferry.Params = PARAMS,
) -> tuple[list[Event], list[CourseView]]:
    """Play one trial with a hand that knows the state and the time since the course began."""
    plan = TrialPlan(
        trial=0, block=0, phase="probe" if setup.shows == "nothing" else "practice", purpose="train",
        target=course, mode="error_based", setup=setup, first_of_phase=True, stones_done=0, stones_total=1,
    )  # fmt: skip
    state, events = ferry.begin(params, ferry.start(params), plan, 0)
    views: list[CourseView] = []
    for tick in range(1, 120 * 40):
        runs = state.stage == "reach"
        x = hand(state, (tick - state.since) / 120) if runs else 0.0
        lost = math.isnan(x)
        place = 0.0 if lost else x
        sample = Sample(x_m=place, y_m=0.03, cursor_x_m=place, cursor_y_m=0.03, lost=lost)
        state, happened = ferry.step(params, state, sample, tick)
        events += happened
        views.append(ferry.view(params, state, sample, tick))
        if ferry.is_waiting(state):
            return events, views
    raise AssertionError(f"the crossing never ended: {state}")


def perfect(state: ferry.State, t_s: float) -> float:
    return centre_m(state.waves, t_s)


def still(state: ferry.State, t_s: float) -> float:
    return 0.0


def the(kind: type[Any], events: list[Event]) -> Any:
    (found,) = (each for each in events if isinstance(each, kind))
    return found


# ---- how far it asks


@given(
    course=st.integers(0, ferry.COURSES - 1),
    course_s=st.floats(*bounds()["course_s"]),
    amplitude=st.floats(*bounds()["amplitude"]),
    reach_m=st.floats(*bounds()["reach_m"]),
    at=st.floats(0.0, 1.0),
)
@settings(max_examples=60, deadline=None)
def test_a_course_never_leaves_the_amplitude_of_the_reach(
    course: int, course_s: float, amplitude: float, reach_m: float, at: float
) -> None:
    """`reach_m` is 80 % of the person's least limit: so the course stays within 80 % at the real bound."""
    params = ferry.Params(course_s=course_s, amplitude=amplitude, reach_m=reach_m)
    waves = ferry.course_waves(course, course_s, params.limit_m)
    places = [centre_m(waves, tick / 120) for tick in range(round(course_s * 120) + 1)]
    places.append(centre_m(waves, at * course_s))
    assert max(map(abs, places)) <= amplitude * reach_m
    assert max(map(abs, places)) >= 0.998 * amplitude * reach_m
    limit_m = reach_m / 0.8
    assert max(map(abs, places)) <= 0.8 * limit_m * (1 + 1e-12)


def test_the_default_asks_for_at_most_sixty_percent_and_the_bound_for_eighty() -> None:
    assert 0.8 * ferry.Params().amplitude <= 0.60 + 1e-12
    assert 0.8 * bounds()["amplitude"][1] <= 0.80
    assert parse_params(ferry.Params, {"amplitude": 1.0}, "").amplitude == 1.0
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"amplitude": 1.01}, ferry.Params)


@pytest.mark.parametrize("course", range(ferry.COURSES))
def test_a_course_begins_straight_ahead_and_bends_the_way_it_says(course: int) -> None:
    waves = ferry.course_waves(course, 12.0, 0.075)
    assert abs(centre_m(waves, 0.0)) < 1e-8
    assert abs(centre_m(waves, 0.25)) < 0.003
    first = next(x for x in (centre_m(waves, k / 120) for k in range(1440)) if abs(x) > 0.012)
    assert (first > 0) == (ferry.targets(PARAMS, "error_based")[course] == 0.0)


def test_courses_come_in_mirrored_pairs_and_differ_otherwise() -> None:
    lines = [
        [centre_m(ferry.course_waves(course, 12.0, 0.075), k / 10) for k in range(121)]
        for course in range(ferry.COURSES)
    ]
    for left, right in zip(lines[1::2], lines[::2], strict=True):
        assert [-x for x in left] == pytest.approx(right, abs=1e-12)
    distances = [
        max(abs(x - y) for x, y in zip(one, other, strict=True))
        for k, one in enumerate(lines)
        for other in lines[:k]
    ]
    assert min(distances) > 0.02
    hz = [each[1] for each in ferry.course_waves(0, 12.0, 0.075)]
    assert min(hz) >= 0.07 and max(hz) <= 0.35


# ---- how a crossing goes


def test_a_crossing_waits_at_the_jetty_and_then_the_course_runs_its_time() -> None:
    events, views = crossing(perfect)
    course, go, end = the(CourseOn, events), the(Go, events), the(TrialEnd, events)
    start = the(TrialStart, events)
    assert [each.stage for each in views[:: len(views) - 1]] == ["hold", "between"]
    assert course.tick == go.tick == the(TargetOn, events).tick == round(PARAMS.hold_s * 120) + 1
    assert end.tick - course.tick == round(PARAMS.course_s * 120)
    assert end.movement_time_s == pytest.approx(PARAMS.course_s)
    assert (course.half_width_m, start.target_distance_m) == (start.target_radius_m, PARAMS.limit_m)
    waves = tuple((each.amplitude_m, each.hz, each.phase_rad) for each in course.waves)
    running = [each for each in views if each.stage == "reach"]
    for each in running[::60]:
        assert each.intended == (pytest.approx(centre_m(waves, each.run_s)), 0.0)
    assert running[0].run_s == 0.0 and running[-1].run_s == pytest.approx(PARAMS.course_s, abs=0.01)


def test_a_perfect_crossing_succeeds_and_a_still_hand_does_not() -> None:
    events, views = crossing(perfect)
    end = the(TrialEnd, events)
    assert (end.outcome, end.success, end.hand_deg) == ("hit", True, None)
    assert end.endpoint_error_m == pytest.approx(0.0, abs=1e-12)
    assert the(Hit, events)
    shown = [each for each in views if each.inside_share is not None]
    assert {each.inside_share for each in shown} == {1.0} and shown[0].success and shown[0].quality == 1.0
    events, views = crossing(still)
    end = the(TrialEnd, events)
    assert (end.outcome, end.success) == ("miss", False)
    assert the(Miss, events)
    # The distance of a still hand from the line is the line's own root mean square.
    waves = next(each for each in views if each.stage == "reach").waves
    ticks = range(1, round(PARAMS.course_s * 120) + 1)
    expected = math.sqrt(sum(centre_m(waves, k / 120) ** 2 for k in ticks) / len(ticks))
    assert end.endpoint_error_m == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize(("outside", "success"), [(0.28, True), (0.32, False)])
def test_seven_tenths_of_the_time_inside_is_enough(outside: float, success: bool) -> None:
    away_m = 1.01 * USUAL.target_radius_m

    def hand(state: ferry.State, t_s: float) -> float:
        return perfect(state, t_s) + (away_m if t_s <= outside * PARAMS.course_s else 0.0)

    assert the(TrialEnd, crossing(hand)[0]).success is success
    assert the(
        TrialEnd, crossing(lambda state, t: perfect(state, t) + 0.99 * USUAL.target_radius_m)[0]
    ).success


def test_the_width_is_a_share_of_the_course() -> None:
    for reach_m in (0.05, 0.10, 0.20):
        params = ferry.Params(course_s=6.0, reach_m=reach_m)
        setup = TrialSetup(target_radius_m=params.target_radius_m)
        course = the(CourseOn, crossing(perfect, setup, params=params)[0])
        assert course.half_width_m == pytest.approx(params.half_width * params.limit_m)


# ---- what is lost


def test_time_without_a_hand_counts_neither_for_nor_against() -> None:
    """Two seconds lost where the hand would have been outside: as good as the rest of the crossing."""

    def hand(state: ferry.State, t_s: float) -> float:
        return BLIND if 2.0 < t_s <= 4.0 else perfect(state, t_s)

    whole, lossy = crossing(perfect)[0], crossing(hand)[0]
    assert the(TrialEnd, lossy).tick == the(TrialEnd, whole).tick
    assert the(TrialEnd, lossy).success and the(TrialEnd, lossy).endpoint_error_m == pytest.approx(0.0)

    def against(state: ferry.State, t_s: float) -> float:
        return BLIND if 2.0 < t_s <= 4.0 else 0.3 if t_s > 4.0 else perfect(state, t_s)

    assert not the(TrialEnd, crossing(against)[0]).success


def test_a_crossing_of_which_less_than_half_was_seen_is_not_judged() -> None:
    def hand(state: ferry.State, t_s: float) -> float:
        return BLIND if t_s > 0.45 * PARAMS.course_s else perfect(state, t_s)

    events, _ = crossing(hand)
    end = the(TrialEnd, events)
    assert (end.outcome, end.success, end.endpoint_error_m) == ("aborted", None, None)
    assert not [each for each in events if isinstance(each, Hit | Miss)]


# ---- what is hidden


def test_a_probe_hides_the_ferry_once_the_course_runs_and_tells_nothing_after_it() -> None:
    events, views = crossing(still, PROBE)
    for each in views:
        at_jetty = each.stage in ("return", "hold")
        assert (each.cursor is not None) == at_jetty
        assert each.inside is None and each.inside_share is None and each.success is None
        assert each.quality == 0.0
    assert views[-1].instruction == "ferry.probe"
    end = the(TrialEnd, events)
    assert end.success is None and end.endpoint_error_m is not None
    assert not [each for each in events if isinstance(each, Hit | Miss)]


def test_the_view_shows_only_the_side_and_says_whether_it_is_inside() -> None:
    _, views = crossing(lambda state, t: perfect(state, t) + (0.05 if t > 3.0 else 0.0))
    running = [each for each in views if each.stage == "reach"]
    assert all(each.cursor is not None and each.cursor[1] == 0.0 for each in running)
    assert running[100].inside is True and running[-100].inside is False


# ---- in a session


def ferry_plan(**changes: Any) -> Any:
    return make_plan(game="ferry_crossing", **changes)


def test_the_same_seed_gives_the_same_session_and_it_replays() -> None:
    plan = ferry_plan(practice=6, probe=4, game_params={"course_s": 6.0})
    one, other = (play(plan, "stroke_mild", 3)[1] for _ in range(2))
    assert one.events == other.events
    assert not differences(one.events, replay(one))
    targets = [
        each.target for each in one.events if isinstance(each, TrialStart) and each.phase == "practice"
    ]
    assert len(set(targets)) == 6, "courses are drawn in shuffled cycles"


@pytest.mark.parametrize("purpose", ["train", "assess"])
def test_nothing_is_turned_or_clamped_along_a_line(purpose: str) -> None:
    plan = ferry_plan(
        purpose=purpose,
        practice=6,
        probe=4,
        game_params={"course_s": 5.0},
        mode_params={"rotation_deg": 30.0, "ramp_deg_per_trial": 45.0},
    )
    plan = msgspec.structs.replace(plan, bias_deg=12.0)
    run, recording = play(plan, "healthy_old", 1)
    assert run.ended_reason == "completed"
    starts = [each for each in recording.events if isinstance(each, TrialStart)]
    assert {(each.rotation_deg, each.clamp) for each in starts} == {(0.0, False)}
    assert "ramp" not in {each.phase for each in recording.events if isinstance(each, PhaseStart)}


def test_the_channel_adapts_in_training_only() -> None:
    widths = {}
    for purpose in ("train", "assess"):
        plan = ferry_plan(purpose=purpose, practice=6, probe=4, game_params={"course_s": 5.0})
        _, recording = play(plan, "healthy_old", 1)
        starts = [each for each in recording.events if isinstance(each, TrialStart)]
        widths[purpose] = [each.target_radius_m for each in starts if each.phase == "practice"]
    assert len(set(widths["train"])) > 3
    assert len(set(widths["assess"])) == 1


def drive(run: SessionRun, away_m: Callable[[int], float], trials: int) -> None:
    """Follow the centre line at a distance that depends on the trial."""
    for name in ("pain", "effort", "warning"):
        run.command(name, 0.0)
    while run.trials_done < trials and run.stage == "play":
        view: Any = run.view
        x_m = 0.0 if view.intended is None else view.intended[0]
        if view.stage == "reach":
            x_m += away_m(run.trials_done)
        run.tick(round(x_m * 1e6), 0)


@pytest.mark.parametrize(("factor", "rests"), [(1.0, False), (1.15, False), (1.6, True)])
def test_tiredness_shows_in_the_distance_not_in_the_time(factor: float, rests: bool) -> None:
    """Every course takes as long, so only a growing distance from the line can ask for a rest."""
    plan = ferry_plan(practice=30, probe=0, game_params={"course_s": 5.0})
    run = SessionRun(make_header(plan))
    drive(run, lambda trial: 0.004 * (factor if trial >= 16 else 1.0), 29)
    assert (run.rest_reason == "slower") is rests


def test_the_summary_speaks_of_crossings() -> None:
    run, _ = play(ferry_plan(practice=4, probe=0, game_params={"course_s": 5.0}), "healthy_old", 1)
    number, key, values = run.summary
    assert key == "summary.crossings" and values == {"n": number, "of": 4}


# ---- what a plan may add


def after(
    practised: int, hand: Callable[[ferry.State, float], float], params: ferry.Params, **plan: Any
) -> tuple[list[Event], list[CourseView], ferry.State]:
    """Play one crossing of practice after so many others."""
    fields: dict[str, Any] = {
        "trial": practised, "block": 0, "phase": "practice", "purpose": "train", "target": 0,
        "mode": "error_based", "setup": USUAL, "first_of_phase": False, "stones_done": 0, "stones_total": 1,
    }  # fmt: skip
    begun, events = ferry.begin(params, ferry.State(practised=practised), TrialPlan(**(fields | plan)), 0)
    views: list[CourseView] = []
    state = begun
    for tick in range(1, 120 * 20):
        x_m = hand(state, (tick - state.since) / 120) if state.stage == "reach" else 0.0
        sample = Sample(x_m=x_m, y_m=0.0, cursor_x_m=x_m, cursor_y_m=0.0)
        state, happened = ferry.step(params, state, sample, tick)
        events += happened
        views.append(ferry.view(params, state, sample, tick))
        if ferry.is_waiting(state):
            return events, views, begun
    raise AssertionError("the crossing never ended")


def running(views: list[CourseView]) -> list[CourseView]:
    return [each for each in views if each.stage == "reach"]


@pytest.mark.parametrize(("gain", "fourth", "last"), [(0.7, 0.92, 0.7), (1.3, 1.08, 1.3), (1.0, 1.0, 1.0)])
def test_in_an_assessment_the_gain_changes_slowly(gain: float, fourth: float, last: float) -> None:
    params = ferry.Params(course_s=6.0, gain=gain)
    for practised, expected in ((3, fourth), (40, last)):
        events, views, begun = after(
            practised, lambda state, t: perfect(state, t) / state.gain, params, purpose="assess"
        )
        assert begun.gain == pytest.approx(expected)
        assert the(TrialEnd, events).endpoint_error_m == pytest.approx(0.0, abs=1e-12)
        for each in running(views)[60::90]:
            line_m = centre_m(each.waves, each.run_s)
            assert each.cursor is not None and each.intended is not None
            assert each.cursor[0] == pytest.approx(line_m)
            assert each.intended[0] == pytest.approx(line_m / expected)
    if gain != 1.0:
        events, _, _ = after(40, perfect, params, purpose="assess")
        assert (the(TrialEnd, events).endpoint_error_m or 0.0) > 0.008, "a hand that ignores it is off"


def test_the_gain_is_one_outside_an_assessments_practice() -> None:
    params = ferry.Params(course_s=5.0, gain=1.3)
    for phase, purpose in (("washout", "assess"), ("baseline", "assess"), ("practice", "train")):
        assert after(20, perfect, params, phase=phase, purpose=purpose)[2].gain == 1.0
    run, recording = play(
        ferry_plan(purpose="assess", practice=12, probe=4, game_params={"course_s": 5.0, "gain": 1.24}),
        "healthy_old",
        1,
    )
    assert run.ended_reason == "completed" and not differences(recording.events, replay(recording))


def test_an_amplified_error_is_shown_and_judged_but_the_true_one_is_measured() -> None:
    away_m = 0.7 * USUAL.target_radius_m

    def hand(state: ferry.State, t_s: float) -> float:
        return perfect(state, t_s) + away_m

    for amplify, success in ((1.0, True), (1.5, False)):
        events, views, _ = after(5, hand, ferry.Params(course_s=6.0, amplify=amplify))
        end = the(TrialEnd, events)
        assert end.success is success and end.endpoint_error_m == pytest.approx(away_m)
        for each in running(views)[60::90]:
            assert each.cursor is not None and each.inside is success
            assert each.cursor[0] - centre_m(each.waves, each.run_s) == pytest.approx(amplify * away_m)
    assert after(5, hand, ferry.Params(amplify=1.5), purpose="assess")[2].amplify == 1.0


@pytest.mark.parametrize(("practised", "share"), [(0, 1.0), (10, 0.665), (20, 0.33), (60, 0.33)])
def test_the_ferry_is_seen_less_and_less(practised: int, share: float) -> None:
    params = ferry.Params(course_s=12.0, least_shown=0.33)
    events, views, _ = after(practised, perfect, params)
    seen = [each.cursor is not None for each in running(views)]
    assert sum(seen) / len(seen) == pytest.approx(share, abs=0.01)
    assert all((each.inside is None) == (each.cursor is None) for each in running(views))
    assert the(TrialEnd, events).success, "what is not seen counts all the same"
    hidden = after(practised, perfect, params, purpose="assess")[1]
    assert all(each.cursor is not None for each in running(hidden))


def test_what_was_practised_outlives_a_crossing_that_was_cut() -> None:
    _, _, begun = after(7, perfect, PARAMS)
    again = ferry.abandon(PARAMS, begun)
    assert (ferry.is_waiting(again), again.practised) == (True, 8)


@pytest.mark.parametrize("changes", [{"gain": 0.7}, {"amplify": 1.5}, {"least_shown": 0.33}])
def test_virtual_people_manage_what_is_added(changes: dict[str, float]) -> None:
    purpose = "assess" if "gain" in changes else "train"
    plan = ferry_plan(purpose=purpose, practice=24, probe=0, game_params={"course_s": 6.0, **changes})
    run, recording = play(plan, "stroke_mild", 2)
    assert run.ended_reason == "completed"
    ends = [each for each in recording.events if isinstance(each, TrialEnd)]
    assert all((each.endpoint_error_m or 0.0) < 0.06 for each in ends)
    assert not differences(recording.events, replay(recording))
