"""Stargazer: what counts as still, what pays, what a probe hides, and what lost samples cost."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from game_client.games import stargazer as stars
from game_client.games._spec import Sample, TrialPlan
from game_client.session.replay import differences, replay
from game_client.session.run import SessionRun
from shared.training.spec import TrialSetup
from shared.wire.events import CalmOn, Feedback, Go, Hit, Miss, TargetOn, TrialEnd, TrialStart
from shared.wire.trials import trials_of
from tests.virtual_sessions import make_header, make_plan, play

if TYPE_CHECKING:
    from collections.abc import Callable

    from game_client.games._view import StillView
    from shared.wire.events import Event

PARAMS = stars.Params(hold_s=5.0)
PAYS = TrialSetup(shows="nothing", feedback="reward", criterion_level=0.010)
OWN = TrialSetup(shows="nothing", feedback="reward")
PROBE = TrialSetup(shows="nothing", feedback="none")
Place = tuple[float, float] | None


def keep(
    body: Callable[[float | None, float], Place], setup: TrialSetup = PAYS, params: stars.Params = PARAMS
) -> tuple[list[Event], list[StillView]]:
    """Play one trial; `body(time since it counts or None, time)` gives the place in metres, None lost."""
    plan = TrialPlan(
        trial=0, block=0, phase="probe" if setup.feedback == "none" else "practice", purpose="train",
        target=1, mode="reward_based", setup=setup, first_of_phase=True, stones_done=0, stones_total=1,
    )  # fmt: skip
    state, events = stars.begin(params, stars.start(params), plan, 0)
    views: list[StillView] = []
    for tick in range(1, 120 * 40):
        counts_s = (tick - state.since) / 120 if state.stage == "reach" else None
        place = body(counts_s, tick / 120)
        x, y = place or (0.0, 0.0)
        sample = Sample(x_m=x, y_m=y, cursor_x_m=x, cursor_y_m=y, lost=place is None)
        state, happened = stars.step(params, state, sample, tick)
        events += happened
        views.append(stars.view(params, state, sample, tick))
        if stars.is_waiting(state):
            return events, views
    raise AssertionError(f"the trial never ended: {state}")


def circling(speed_m_s: float, radius_m: float = 0.01) -> Callable[[float | None, float], Place]:
    """Even movement on a circle around the middle: slow against the filters."""
    turn = speed_m_s / radius_m

    def body(counts_s: float | None, time_s: float) -> Place:
        return radius_m * math.cos(turn * time_s), radius_m * math.sin(turn * time_s)

    return body


def the(kind: type[Any], events: list[Event]) -> Any:
    (found,) = (each for each in events if isinstance(each, kind))
    return found


@pytest.mark.parametrize("speed_m_s", [0.002, 0.008])
def test_the_level_is_the_mean_speed(speed_m_s: float) -> None:
    end = the(TrialEnd, keep(circling(speed_m_s))[0])
    assert end.level == pytest.approx(speed_m_s, rel=0.01)
    assert end.movement_time_s == pytest.approx(5.0)


def test_noise_above_the_filter_counts_little_and_a_lower_filter_takes_more() -> None:
    def noisy(counts_s: float | None, time_s: float) -> Place:
        return 0.001 * (-1) ** round(time_s * 120), 0.0

    usual = the(TrialEnd, keep(noisy)[0]).level
    low = the(TrialEnd, keep(noisy, params=stars.Params(hold_s=5.0, filter_hz=0.5))[0]).level
    assert usual < 0.01 * 0.24  # the unfiltered speed is 24 cm/s
    assert low < 0.1 * usual


def test_it_opens_after_the_rest_and_pays_all_stars_or_none() -> None:
    for speed_m_s, paid in ((0.005, True), (0.015, False)):
        events, views = keep(circling(speed_m_s))
        end, calm = the(TrialEnd, events), the(CalmOn, events)
        assert calm.tick == the(Go, events).tick == the(TargetOn, events).tick
        assert calm.criterion_m_s == 0.010
        assert the(TrialStart, events).criterion_level == 0.010
        assert (end.success, end.hand_deg, end.outcome) == (paid, None, "hit" if paid else "miss")
        assert the(Feedback, events).rewarded is paid
        assert bool([each for each in events if isinstance(each, Hit)]) is paid
        assert bool([each for each in events if isinstance(each, Miss)]) is not paid
        after = [each for each in views if each.stage == "feedback"]
        assert {(each.lit, each.rewarded) for each in after} == {(stars.STARS if paid else 0, paid)}
        assert after[-1].lights == int(paid)


def test_stars_come_out_one_by_one_while_it_is_calm_and_stay() -> None:
    def later(counts_s: float | None, time_s: float) -> Place:
        fast = counts_s is not None and counts_s < 2.0
        return circling(0.05 if fast else 0.0)(counts_s, time_s)

    views = [each for each in keep(later)[1] if each.stage == "reach"]
    lit = [each.lit for each in views]
    assert lit == sorted(lit) and set(lit) <= set(range(stars.STARS))
    assert views[180].calm is False and lit[230] <= 1
    assert views[-1].calm is True and 4 <= lit[-1] <= 7
    assert max(each.lit for each in keep(circling(0.0))[1] if each.stage == "reach") == stars.STARS - 1


def test_without_a_bar_the_rest_before_the_trial_gives_it() -> None:
    """Three seconds of rest; the first is arrival, and does not count."""

    def body(counts_s: float | None, time_s: float) -> Place:
        turn = 3.0 * min(time_s, 0.8) + 0.6 * max(0.0, time_s - 0.8)
        return 0.01 * math.cos(turn), 0.01 * math.sin(turn)

    events, views = keep(body, OWN)
    calm = the(CalmOn, events)
    assert calm.tick == pytest.approx(3 * 120, abs=2)
    assert calm.criterion_m_s == pytest.approx(0.006, rel=0.05)
    assert the(TrialStart, events).criterion_level is None
    assert the(TrialEnd, events).success is not None
    assert any(each.calm is not None for each in views)


def test_a_probe_has_no_bar_no_stars_and_no_verdict() -> None:
    events, views = keep(circling(0.002), PROBE)
    end = the(TrialEnd, events)
    assert end.success is None and end.level == pytest.approx(0.002, rel=0.02)
    assert the(CalmOn, events).criterion_m_s == 0.0
    assert the(Feedback, events).kind == "none"
    assert not [each for each in events if isinstance(each, Hit | Miss)]
    for each in views:
        assert (each.lit, each.calm, each.rewarded) == (0, None, None)
    assert views[300].instruction == "stars.probe"


@pytest.mark.parametrize("setup", [PAYS, PROBE])
def test_where_the_body_is_and_the_bar_are_never_shown(setup: TrialSetup) -> None:
    views = keep(circling(0.004), setup)[1]
    for each in views:
        assert each.cursor is None
        assert (each.return_guide_m is not None) == (each.stage in ("return", "hold"))
    assert "criterion" not in " ".join(views[0].__struct_fields__)


def test_it_waits_outside_the_middle() -> None:
    def comes(counts_s: float | None, time_s: float) -> Place:
        return (0.05, 0.0) if time_s < 2.0 else (0.0, 0.0)

    events, views = keep(comes)
    assert views[100].stage == "return" and views[100].return_guide_m == pytest.approx(0.05)
    assert the(CalmOn, events).tick == pytest.approx((2.0 + PARAMS.settle_s) * 120, abs=3)


def test_lost_time_counts_neither_for_nor_against_nor_does_the_jump_after_it() -> None:
    def jumps(counts_s: float | None, time_s: float) -> Place:
        if counts_s is not None and 1.0 < counts_s < 3.0:
            return None
        x, y = circling(0.005)(counts_s, time_s) or (0.0, 0.0)
        return (x + 0.3, y) if counts_s is not None and counts_s >= 3.0 else (x, y)

    end = the(TrialEnd, keep(jumps)[0])
    assert end.success is True and end.level == pytest.approx(0.005, rel=0.05)


def test_filters_that_begin_anew_do_not_make_anyone_look_calm() -> None:
    def blinks(counts_s: float | None, time_s: float) -> Place:
        if counts_s is not None and counts_s % 1.0 < 0.1:
            return None
        return circling(0.005)(counts_s, time_s)

    assert the(TrialEnd, keep(blinks)[0]).level == pytest.approx(0.005, rel=0.03)


def test_a_trial_of_which_less_than_half_was_seen_is_not_judged() -> None:
    def gone(counts_s: float | None, time_s: float) -> Place:
        return None if counts_s is not None and counts_s > 2.0 else (0.0, 0.0)

    events, views = keep(gone)
    end = the(TrialEnd, events)
    assert (end.outcome, end.success, end.level) == ("aborted", None, None)
    assert not [each for each in events if isinstance(each, Hit | Miss)]
    assert {each.lit for each in views if each.stage == "feedback"} == {0}


@pytest.mark.parametrize("stance", ["usual", "feet_together", "cushion", "tandem"])
def test_the_stance_is_said_before_the_trial(stance: Any) -> None:
    views = keep(circling(0.0), params=stars.Params(hold_s=5.0, stance=stance))[1]
    assert views[0].instruction == ("stars.still" if stance == "usual" else f"stars.{stance}")
    assert views[-100].instruction == "stars.still" or views[-100].stage != "reach"


def test_parameters_are_bounded() -> None:
    for bad in ({"hold_s": 21.0}, {"hold_s": 4.9}, {"filter_hz": 0.1}, {"stance": "one_leg"}):
        with pytest.raises(msgspec.ValidationError):
            msgspec.convert(bad, stars.Params)


# ---- in a session


def star_plan(**changes: Any) -> Any:
    return make_plan("reward_based", game="stargazer", game_params={"hold_s": 5.0}, **changes)


def test_the_bar_follows_the_person_and_the_session_replays() -> None:
    run, recording = play(star_plan(practice=14, probe=2), "healthy_old", 3)
    assert run.ended_reason == "completed"
    assert not differences(recording.events, replay(recording))
    trials = trials_of(recording.events)
    practice = [each for each in trials if each.start.phase == "practice"]
    for each in practice:
        assert each.end is not None and each.end.level is not None
        assert each.start.criterion_level is not None
        assert each.end.success is (each.end.level <= each.start.criterion_level)
    assert len({each.start.criterion_level for each in practice}) == 14
    assert {each.start.target for each in practice} == set(range(stars.FIGURES))


def test_a_cut_trial_is_played_again_and_keeps_the_constellations() -> None:
    run = SessionRun(make_header(star_plan(practice=3, probe=0)))
    for name in ("pain", "effort", "warning"):
        run.command(name, 0.0)
    while run.game_stage != "reach" or run.trials_done < 1:
        run.tick(0, 0)
    assert run.view.lights == 1  # type: ignore[attr-defined]
    run.command("pause")
    run.command("resume", 1.0)
    run.tick(0, 0)
    shown: Any = run.view
    assert (shown.lights, shown.lit, shown.stage) == (1, 0, "hold")


def test_the_summary_speaks_of_constellations() -> None:
    run, _ = play(star_plan(practice=4, probe=0), "healthy_old", 1)
    number, key, values = run.summary
    assert key == "summary.constellations" and values == {"n": number, "of": 4}
