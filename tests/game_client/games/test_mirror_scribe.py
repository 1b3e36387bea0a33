"""Mirror Scribe: what counts as inside, the mirror, when a page ends, what a probe hides, what is lost."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from game_client.games import mirror_scribe as scribe
from game_client.games._spec import Sample, TrialPlan
from game_client.session.replay import differences, replay
from shared.training.spec import TrialSetup
from shared.wire.events import Feedback, Go, Hit, Miss, TargetOn, Timeout, TraceOn, TrialEnd
from shared.wire.trials import trials_of
from tests.virtual_sessions import make_plan, play

if TYPE_CHECKING:
    from collections.abc import Callable

    from game_client.games._view import TraceView
    from shared.wire.events import Event

PARAMS = scribe.Params(control_every=0)
RADIUS_M = PARAMS.radius_m
HALF_M = PARAMS.half_width * RADIUS_M
USUAL = TrialSetup(target_radius_m=PARAMS.target_radius_m)
PROBE = TrialSetup(shows="nothing", feedback="none", target_radius_m=PARAMS.target_radius_m)
CIRCLE = scribe.SHAPES.index("circle")
Place = tuple[float, float] | None


def page(
    pen: Callable[[float], Place],
    setup: TrialSetup = USUAL,
    params: scribe.Params = PARAMS,
    *,
    target: int = CIRCLE,
    mode: str = "error_based",
    purpose: Any = "train",
    state: scribe.State | None = None,
) -> tuple[list[Event], list[TraceView], scribe.State]:
    """Play one page; `pen(seconds since go)` says where the pen is to appear, None where it is lost."""
    plan = TrialPlan(
        trial=0, block=0, phase="probe" if setup.shows == "nothing" else "practice", purpose=purpose,
        target=target, mode=mode, setup=setup, first_of_phase=True, stones_done=0, stones_total=1,
    )  # fmt: skip
    state, events = scribe.begin(params, state or scribe.start(params), plan, 0)
    views: list[TraceView] = []
    for tick in range(1, 120 * 60):
        place = pen((tick - state.since) / 120) if state.stage == "reach" else (0.0, 0.0)
        x, y = scribe.mirrored(state.mirror, *(place or (0.0, 0.0)))
        sample = Sample(x_m=x, y_m=y, cursor_x_m=x, cursor_y_m=y, lost=place is None)
        state, happened = scribe.step(params, state, sample, tick)
        events += happened
        views.append(scribe.view(params, state, sample, tick))
        if scribe.is_waiting(state):
            return events, views, state
    raise AssertionError(f"the page never ended: {state}")


def around(
    out_m: float = 0.0, shape: str = "circle", round_s: float = 5.0, way: int = 1
) -> Callable[[float], Place]:
    """Evenly round the shape by angle, so far outside its line, from the marked point on."""
    (cx, cy), corners = scribe.outline(shape, RADIUS_M)
    count = len(corners)

    def pen(t_s: float) -> Place:
        turn = way * min(1.0, t_s / round_s)
        deg = (-90.0 - scribe._FIRST_DEG[shape] + 360.0 * turn) % 360.0 * count / 360.0
        at, share = int(deg) % count, deg % 1.0
        (ax, ay), (bx, by) = corners[at], corners[(at + 1) % count]
        x, y = ax + share * (bx - ax) - cx, ay + share * (by - ay) - cy
        longer = 1.0 + out_m / math.hypot(x, y)
        return cx + longer * x, cy + longer * y

    return pen


def the(kind: type[Any], events: list[Event]) -> Any:
    (found,) = (each for each in events if isinstance(each, kind))
    return found


# ---- a page


@pytest.mark.parametrize("shape", scribe.SHAPES)
@pytest.mark.parametrize("way", [1, -1])
def test_a_line_drawn_well_succeeds_either_way_round(shape: str, way: int) -> None:
    events, views, _ = page(around(shape=shape, way=way), target=scribe.SHAPES.index(shape))
    shown, end = the(TraceOn, events), the(TrialEnd, events)
    assert shown.tick == the(Go, events).tick == the(TargetOn, events).tick
    assert (shown.shape, shown.mirror) == (shape, "left_right")
    assert shown.half_width_m == pytest.approx(HALF_M)
    assert (end.outcome, end.success, end.level) == ("hit", True, 0.0) and the(Hit, events)
    assert end.endpoint_error_m == pytest.approx(0.0, abs=1e-9)
    assert 4.5 < end.movement_time_s <= 5.0
    assert next(each.inside_share for each in views if each.inside_share is not None) == 1.0


@pytest.mark.parametrize(("share", "good"), [(0.9, True), (-0.9, True), (1.1, False), (-1.1, False)])
def test_inside_is_within_half_the_width(share: float, good: bool) -> None:
    end = the(TrialEnd, page(around(share * HALF_M))[0])
    assert end.success is good
    assert end.endpoint_error_m == pytest.approx(abs(share) * HALF_M, rel=0.01)


def test_each_way_out_over_the_border_counts_once() -> None:
    even = around()

    def wavy(t_s: float) -> Place:
        return around(1.5 * HALF_M)(t_s) if 1.0 < t_s < 1.3 or 3.0 < t_s < 3.3 else even(t_s)

    end = the(TrialEnd, page(wavy)[0])
    assert end.level == 2.0 and end.outcome == "hit"


def test_resting_outside_costs_no_share_of_the_way() -> None:
    def rests(t_s: float) -> Place:
        drawn_s = t_s if t_s < 2.0 else max(2.0, t_s - 4.0)
        return around()(drawn_s)

    end = the(TrialEnd, page(rests)[0])
    assert end.success is True and end.movement_time_s > 8.5


def test_a_page_that_is_not_closed_times_out_at_the_cap() -> None:
    events, *_ = page(lambda t_s: (0.0, 0.0))
    end = the(TrialEnd, events)
    assert the(Timeout, events) and (end.outcome, end.success) == ("timeout", False)
    assert end.movement_time_s == pytest.approx(20.0) and the(Miss, events)
    longer = scribe.Params(control_every=0, cap_s=45.0)
    assert the(TrialEnd, page(lambda t_s: (0.0, 0.0), params=longer)[0]).movement_time_s == 20.0
    assessed = page(lambda t_s: (0.0, 0.0), params=longer, purpose="assess")[0]
    assert the(TrialEnd, assessed).movement_time_s == pytest.approx(45.0)


def test_to_and_fro_near_the_mark_is_not_once_round() -> None:
    def hesitates(t_s: float) -> Place:
        return around()(0.6 * abs(math.sin(3.0 * t_s)))

    assert the(TrialEnd, page(hesitates)[0]).outcome == "timeout"


def test_past_the_mark_without_touching_it_ends_too() -> None:
    out = around(0.03)  # farther than the start's radius
    end = the(TrialEnd, page(lambda t_s: out(t_s % 5.0))[0])
    assert end.outcome == "miss" and 5.0 < end.movement_time_s < 5.5


def test_against_the_clock_a_late_page_does_not_succeed() -> None:
    setup = TrialSetup(target_radius_m=PARAMS.target_radius_m, time_limit_s=4.0)
    late, _, _ = page(around(round_s=5.0), setup, mode="acuity")
    assert (the(TrialEnd, late).outcome, the(TrialEnd, late).success) == ("hit", False)
    quick, views, _ = page(around(round_s=3.5), setup, mode="acuity")
    assert the(TrialEnd, quick).success is True and the(TraceOn, quick).mirror == "none"
    assert views[0].time_limit_s == 4.0


# ---- the mirror


@pytest.mark.parametrize(
    ("mirror", "seen"), [("left_right", (-1, 2)), ("up_down", (1, -2)), ("both", (-1, -2)), ("none", (1, 2))]
)
def test_the_mirror_turns_its_axes(mirror: Any, seen: tuple[float, float]) -> None:
    assert scribe.mirrored(mirror, 1, 2) == seen
    assert scribe.mirrored(mirror, *scribe.mirrored(mirror, 3, 4)) == (3, 4)


def test_the_hand_that_goes_round_the_star_unmirrored_leaves_it_in_an_up_down_mirror() -> None:
    pen = around(shape="star")
    params = scribe.Params(control_every=0, mirror="up_down")

    def wrong(t_s: float) -> Place:
        place = pen(t_s)
        assert place is not None
        return place[0], -place[1]

    assert the(TrialEnd, page(wrong, params=params, target=0)[0]).success is False


def test_every_fourth_page_of_practice_is_a_control() -> None:
    plan = make_plan(game="mirror_scribe", practice=9, probe=3)
    _, recording = play(plan, "healthy_old", 2)
    shown = [
        next(each.mirror for each in trial.events if isinstance(each, TraceOn))
        for trial in trials_of(recording.events)
        if trial.start.phase in ("ramp", "practice")
    ]
    assert shown == [*["left_right"] * 3, "none"] * 2 + ["left_right"]


# ---- what is hidden, what is lost


def test_a_probe_hides_the_pen_and_tells_nothing() -> None:
    events, views, _ = page(around(), PROBE)
    drawing = [each for each in views if each.stage not in ("return", "hold")]
    assert drawing and all(each.cursor is None and each.inside is None for each in drawing)
    assert all(each.inside_share is None and each.success is None for each in views)
    assert the(TrialEnd, events).success is None and the(Feedback, events).kind == "none"
    assert not [each for each in events if isinstance(each, (Hit, Miss))]


def test_after_a_missed_page_the_next_one_is_named_and_a_probe_names_none() -> None:
    def said(pen: Callable[[float], Place], setup: TrialSetup = USUAL) -> set[str]:
        return {each.instruction for each in page(pen, setup)[1] if each.stage == "feedback"}

    assert said(around(1.5 * HALF_M)) == {"scribe.next"}
    assert said(around()) == {"scribe.trace"}
    assert said(around(1.5 * HALF_M), PROBE) == {"scribe.probe"}


def test_a_short_gap_counts_neither_way_and_a_long_one_ends_aborted() -> None:
    def blinks(t_s: float) -> Place:
        return None if 2.0 < t_s < 2.4 else around()(t_s)

    end = the(TrialEnd, page(blinks)[0])
    assert (end.success, end.level) == (True, 0.0)
    gone = the(TrialEnd, page(lambda t_s: None if t_s > 1.0 else around()(t_s))[0])
    assert (gone.outcome, gone.success, gone.level) == ("aborted", None, None)


def test_who_is_greeted_as_new_sees_no_count_and_the_first_words() -> None:
    _, _, after = page(around())
    _, views, _ = page(around(), state=after)
    assert (views[0].pages, views[0].instruction) == (1, "scribe.trace")
    new = scribe.Params(control_every=0, greets_as_new=True)
    _, views, _ = page(around(), params=new, state=after)
    assert (views[0].pages, views[0].instruction) == (None, "scribe.first")


@pytest.mark.parametrize("mode", ["error_based", "acuity"])
def test_a_session_replays(mode: str) -> None:
    _, recording = play(make_plan(mode, game="mirror_scribe", practice=6, probe=3), "stroke_mild", 3)
    assert not differences(recording.events, replay(recording))


def test_a_cut_page_keeps_what_was_practised() -> None:
    _, _, after = page(around())
    assert scribe.abandon(PARAMS, after) == scribe.State(practised=1, pages=1)


@pytest.mark.parametrize("wrong", [{"cap_s": 46.0}, {"half_width": 0.5}, {"mirror": "none"}, {"reach_m": 1}])
def test_parameters_have_bounds(wrong: dict[str, Any]) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(wrong, scribe.Params)
