"""Otter: free play is never judged, its way is measured, and a stretch that was not seen does not count."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from game_client.games import otter
from game_client.games._spec import Sample, TrialPlan
from game_client.session.replay import differences, replay
from shared.training.spec import TrialSetup
from shared.wire.events import Feedback, Hit, Miss, TrialEnd, TrialStart
from tests.virtual_sessions import make_plan, play

if TYPE_CHECKING:
    from collections.abc import Callable

    from game_client.games._view import SwimView
    from shared.wire.events import Event

PARAMS = otter.Params(stretch_s=5.0)


def swim(body: Callable[[float], tuple[float, float] | None]) -> tuple[list[Event], list[SwimView]]:
    """Play one stretch; `body(time)` gives the place in metres, None where it is lost."""
    plan = TrialPlan(
        trial=0, block=0, phase="practice", purpose="train", target=0, mode="use_dependent",
        setup=TrialSetup(), first_of_phase=True, stones_done=0, stones_total=1,
    )  # fmt: skip
    state, events = otter.begin(PARAMS, otter.start(PARAMS), plan, 0)
    views = []
    for tick in range(1, 1200):
        place = body(tick / 120)
        x, y = place or (0.0, 0.0)
        sample = Sample(x_m=x, y_m=y, cursor_x_m=x, cursor_y_m=y, lost=place is None)
        state, happened = otter.step(PARAMS, state, sample, tick)
        events += happened
        views.append(otter.view(PARAMS, state, sample, tick))
        if otter.is_waiting(state):
            return events, views
    raise AssertionError("the stretch never ended")


def circling(time_s: float) -> tuple[float, float]:
    return 0.05 * math.cos(2.0 * time_s), 0.05 * math.sin(2.0 * time_s)


def end_of(events: list[Event]) -> TrialEnd:
    (found,) = (each for each in events if isinstance(each, TrialEnd))
    return found


def test_nothing_is_judged() -> None:
    events, _ = swim(circling)
    end = end_of(events)
    assert (end.outcome, end.success, end.hand_deg, end.endpoint_error_m) == ("hit", None, None, None)
    assert end.movement_time_s == pytest.approx(PARAMS.stretch_s) and end.tick == 600
    assert not [each for each in events if isinstance(each, Hit | Miss)]
    assert [each.kind for each in events if isinstance(each, Feedback)] == ["none"]
    (begun,) = (each for each in events if isinstance(each, TrialStart))
    assert begun.target_distance_m == 0.0


def test_the_way_is_its_length_and_the_water_follows_the_speed() -> None:
    _, views = swim(circling)
    assert views[-1].swum_m == pytest.approx(0.05 * 2.0 * 5.0, rel=0.01)
    assert views[550].liveliness == pytest.approx(0.1 / (2.5 * PARAMS.reach_m), rel=0.02)
    assert swim(lambda time_s: (0.03, 0.0))[1][550].liveliness == 0.0


def test_lost_time_adds_no_way_and_most_of_it_lost_is_not_judged() -> None:
    events, views = swim(lambda time_s: None if time_s < 2.0 else (0.02, 0.0))
    assert end_of(events).outcome == "hit" and views[-1].swum_m == 0.0
    end = end_of(swim(lambda time_s: None if time_s > 2.0 else circling(time_s))[0])
    assert (end.outcome, end.movement_time_s) == ("aborted", None)


def test_parameters_are_bounded() -> None:
    bad: dict[str, float]
    for bad in ({"reach_m": 0.02}, {"reach_m": 0.31}, {"stretch_s": 4.9}, {"stretch_s": 20.1}):
        with pytest.raises(msgspec.ValidationError):
            msgspec.convert(bad, otter.Params)


def test_a_played_session_replays() -> None:
    plan: Any = make_plan("use_dependent", game="otter", practice=3, probe=0, game_params={"stretch_s": 5.0})
    run, recording = play(plan, "stroke_moderate", 3)
    assert run.ended_reason == "completed" and run.trials_done == 3
    assert not differences(recording.events, replay(recording))
