"""Otter: free play is never judged, its way is measured, and a stretch that was not seen does not count."""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from game_client.games import otter
from game_client.games._spec import Sample, TrialPlan
from game_client.session.header import SessionEnd, assemble
from game_client.session.replay import differences, replay
from game_client.session.run import SessionRun
from shared.metrics.compute import compute_recording
from shared.training.spec import TrialSetup
from shared.wire.codec import decode_recording, encode_document
from shared.wire.events import Feedback, Hit, Miss, TrialEnd, TrialStart
from shared.wire.trials import trials_of
from tests.virtual_sessions import make_header, make_plan, play

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


@pytest.mark.parametrize("command", ["quit", "stop", "pause", "rest_asked"])
def test_a_stretch_cut_in_the_middle_ends_well_and_is_measured(command: str) -> None:
    """The session ends, or the swimmer stops for safety, pauses or rests, 15 s into the second stretch."""
    plan = make_plan("use_dependent", game="otter", practice=2, probe=0)
    run = SessionRun(make_header(plan))
    for name in ("pain", "effort", "warning"):
        run.command(name, 0.0)
    for tick in range(round(35.05 * 120)):
        x_m, y_m = circling(tick / 120)
        # Only the stretch that is cut goes to the right.
        run.tick(round((x_m + (0.04 if tick > 20.02 * 120 else 0.0)) * 1e6), round(y_m * 1e6))
    run.command(command)
    goes_on = command in ("pause", "rest_asked")
    assert (run.ended_reason is None) == goes_on
    if goes_on:
        run.command("resume" if command == "pause" else "rest_done", 3.0)
        for _ in range(240):
            run.tick(0, 0)
        run.command("quit")
    ended: Any = run.ended_reason
    recording = assemble(run.header, [run.take_piece()], SessionEnd(ended_reason=ended, client_metrics=[]))
    assert encode_document(decode_recording(encode_document(recording))) == encode_document(recording)
    assert not differences(recording.events, replay(recording))
    ends = Counter(each.end.outcome if each.end else "cut" for each in trials_of(recording.events))
    assert ends == Counter(["hit", "aborted", "cut"] if goes_on else ["hit", "cut"])
    rows = {each.metric: each.value for each in compute_recording(recording)}
    assert rows["swum_path_m"] == pytest.approx(0.05 * 2.0 * 35.0, rel=0.05), "the cut stretch was swum too"
    left = rows["explored_left_share"]
    assert left is not None and left < 0.4, "what it went over counts"
