"""The reaching machine: turned targets, time limits, where a reach ends, and a hand that is not seen."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import pytest

from game_client.games import _reach, tide_anchor
from game_client.games._spec import Sample, TrialPlan
from shared.training.spec import TrialSetup
from shared.wire.events import Go, Onset, TrialEnd, TrialStart

if TYPE_CHECKING:
    from shared.wire.events import Event

PARAMS = tide_anchor.Params()


def at(direction_deg: float, ticks: int, lasts: int = 40, far_m: float = 0.10) -> tuple[float, float]:
    """Where a hand is that reached straight this many ticks after go."""
    t = min(1.0, max(0.0, (ticks - 20) / lasts))
    share = t * t * (3.0 - 2.0 * t) * far_m
    return share * math.cos(math.radians(direction_deg)), share * math.sin(math.radians(direction_deg))


def tide(setup: TrialSetup, towards_deg: float, lasts: int = 40) -> tuple[list[Event], list[Any]]:
    """One trial of Tide & Anchor, whose target is straight ahead unless it is turned."""
    plan = TrialPlan(
        trial=0, block=0, phase="practice", purpose="train", target=0, mode="error_based", setup=setup,
        first_of_phase=True, stones_done=0, stones_total=1,
    )  # fmt: skip
    state, events = tide_anchor.begin(PARAMS, tide_anchor.start(PARAMS), plan, 0)
    views = []
    for tick in range(1, 120 * 12):
        x, y = at(towards_deg, tick - state.since, lasts) if state.stage == "reach" else (0.0, 0.0)
        sample = Sample(x_m=x, y_m=y, cursor_x_m=x, cursor_y_m=y)
        state, happened = tide_anchor.step(PARAMS, state, sample, tick)
        events += happened
        views.append(tide_anchor.view(PARAMS, state, sample, tick))
        if tide_anchor.is_waiting(state):
            return events, views
    raise AssertionError("the reach never ended")


def end_of(events: list[Event]) -> TrialEnd:
    (found,) = (each for each in events if isinstance(each, TrialEnd))
    return found


def test_a_turned_target_is_shown_and_judged_where_it_is_turned_to() -> None:
    turned = TrialSetup(target_turn_deg=20.0)
    events, views = tide(turned, 110.0)
    (begun,) = (each for each in events if isinstance(each, TrialStart))
    assert begun.target_deg == pytest.approx(110.0)
    end = end_of(events)
    assert (end.outcome, end.success) == ("hit", True)
    assert end.hand_deg == pytest.approx(0.0, abs=1e-9)
    (shown,) = {each.target for each in views if each.target}
    assert shown == pytest.approx((0.1 * math.cos(math.radians(110)), 0.1 * math.sin(math.radians(110))))
    straight = end_of(tide(turned, 90.0)[0])
    assert straight.success is False and straight.hand_deg == pytest.approx(-20.0)


@pytest.mark.parametrize(("limit_s", "success"), [(None, True), (0.60, True), (0.30, False)])
def test_a_time_limit_is_recorded_and_judged(limit_s: float | None, success: bool) -> None:
    events, _ = tide(TrialSetup(time_limit_s=limit_s), 90.0)
    (begun,) = (each for each in events if isinstance(each, TrialStart))
    end = end_of(events)
    assert begun.time_limit_s == limit_s
    assert end.outcome == "hit" and end.success is success
    assert end.movement_time_s is not None and 0.30 < end.movement_time_s < 0.60


def reach(
    rules: _reach.Rules, far_m: float, lost: range = range(0), lasts: int = 40
) -> tuple[str, int, _reach.State]:
    """Run the machine through one reach straight ahead; what it said, after how many ticks, and its state."""
    plan = TrialPlan(
        trial=0, block=0, phase="practice", purpose="train", target=0, mode="acuity", setup=TrialSetup(),
        first_of_phase=True, stones_done=0, stones_total=1,
    )  # fmt: skip
    params = _reach.Params(move_limit_s=1.0)
    state = _reach.State(stage="return", plan=plan, target_deg=90.0)
    gone, happened = -1, []
    for tick in range(1, 120 * 10):
        gone = tick - state.since if state.stage == "reach" else -1
        x, y = at(90.0, gone, lasts, far_m) if gone >= 0 else (0.0, 0.0)
        sample = Sample(x_m=x, y_m=y, cursor_x_m=x, cursor_y_m=y, lost=gone in lost)
        state, events, said = _reach.advance(rules, params, state, sample, tick)
        happened += events
        if said == "rested":
            state, event = _reach.go(state, plan, tick)
            assert isinstance(event, Go)
        elif said:
            assert sum(isinstance(each, Onset) for each in happened) == 1
            return said, gone, state
    raise AssertionError("the reach never ended")


def test_a_reach_ends_where_it_stops_or_already_at_the_arc() -> None:
    stops, sweeps = _reach.Rules(), _reach.Rules(ends="at_the_arc")
    # The hand rests from tick 60 on; its speed over 50 ms is slow soon after, and must stay so for 10 ticks.
    assert reach(stops, 0.10)[:2] == ("arrived", 73)
    assert reach(sweeps, 0.14)[1] < reach(stops, 0.14)[1]
    assert reach(sweeps, 0.08)[0] == "arrived", "who stops before the arc is judged too"
    assert reach(stops, 0.04)[0] == "late", "a stop before half of the way is none"


def test_a_tick_without_the_hand_counts_for_nothing_but_time() -> None:
    whole = reach(_reach.Rules(), 0.10)
    gap = reach(_reach.Rules(), 0.10, range(36, 44))
    assert gap[2].lost == 8 and whole[2].lost == 0
    assert gap[1] == whole[1]
    assert reach(_reach.Rules(), 0.10, range(40, 400))[0] == "late"
    assert reach(_reach.Rules(skips_lost=False), 0.10, range(36, 44))[2].lost == 0
