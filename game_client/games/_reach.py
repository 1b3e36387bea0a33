"""The machine of a reaching game: back to the start, rest there, reach, and what the reach was.

Return -> hold -> (aim) -> reach -> feedback -> between. A game built on it says when the target appears, what
a reach is judged by and what is shown; onset, peak speed and the end of the movement are found here, in one
way for all of them.

State and step are pure and scalar. Metres of hand space, x right, y away from the player; degrees
counter-clockwise.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated, Any, Literal, TypeVar

from msgspec import Meta, Struct
from msgspec.structs import replace

from game_client.games._spec import Sample, TrialPlan
from game_client.games._view import Point, ReachView, Stage
from shared.training.spec import TrialResult, TrialSetup, judge
from shared.units import wrap_deg
from shared.wire.events import (
    Event,
    Feedback,
    Go,
    Hit,
    Miss,
    Onset,
    Outcome,
    TargetOn,
    Timeout,
    TrialEnd,
    TrialStart,
)

TICK_S = 1.0 / 120.0
FEEDBACK_TICKS = {"path_error": 96, "reward": 108, "none": 36}
BETWEEN_TICKS = 24
SPEED_TICKS = 6
"""Speed over 50 ms: shorter sees the pulse of a 125 Hz mouse, longer blurs the peak."""
STOP_TICKS = 10
LEAST_SEEN = 0.5
"""A reach of which less was seen is not judged."""
_BEYOND = 1.5  # of the targets' distance: nobody stops on a target so far out
_HIDDEN_START_RATIO = 1.3  # without a cursor the start is found by touch: it may be this much wider

Said = Literal["", "rested", "arrived", "late", "shown", "over"]
"""What a tick brought to an end: the rest at the start, the reach (or its time), its feedback, the trial."""


class Params(Struct, frozen=True):
    """What every reaching game can be set to; a game adds its own."""

    reach_m: Annotated[float, Meta(ge=0.03, le=0.30)] = 0.10
    target_radius_m: Annotated[float, Meta(ge=0.005, le=0.035)] = 0.012
    start_radius_m: Annotated[float, Meta(ge=0.005, le=0.03)] = 0.010
    hold_s: Annotated[float, Meta(ge=0.1, le=2.0)] = 0.3
    onset_limit_s: Annotated[float, Meta(ge=1.0, le=20.0)] = 6.0
    move_limit_s: Annotated[float, Meta(ge=1.0, le=15.0)] = 4.0
    stop_speed_m_s: Annotated[float, Meta(ge=0.01, le=0.20)] = 0.05


class State(Struct, frozen=True, gc=False):
    """Where a trial is; a game's own state adds to it."""

    stage: Stage | Literal["waiting"] = "waiting"
    since: int = 0
    """Tick at which this stage began."""
    plan: TrialPlan | None = None
    target_deg: float = 0.0
    """Where the target is shown, absolute."""
    trace: tuple[Point, ...] = ()
    """The last few hand positions, newest last, for the speed."""
    onset: int = 0
    origin: Point = (0.0, 0.0)
    """Where the hand was at go: hand angles are taken from there."""
    peak_speed_m_s: float = 0.0
    peak: Point = (0.0, 0.0)
    slow_since: int = 0
    lost: int = 0
    """Ticks of the reach in which the hand was not seen."""
    result: TrialResult | None = None


S = TypeVar("S", bound=State)


@dataclass(frozen=True, slots=True)
class Rules:
    """How a reach ends."""

    ends: Literal["where_it_stops", "at_the_arc"] = "where_it_stops"
    """Where the hand comes to rest beyond half of the way, or where it passes the targets' distance."""
    skips_lost: bool = True
    """A tick without the hand counts for nothing. False: the hand's last place stands in for it."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What came of a reach: whether it ended on the target, and what the mode says of it."""

    hit: bool
    miss_m: float
    cursor_deg: float
    """Where the cursor ended, absolute."""
    result: TrialResult


# ---- a trial


def turned(target_deg: float, setup: TrialSetup) -> float:
    """Where a target is shown, which repetition turns from its own place."""
    return wrap_deg(target_deg + setup.target_turn_deg) if setup.target_turn_deg else target_deg


def trial_start(params: Params, plan: TrialPlan, tick: int, target_deg: float, **own: Any) -> TrialStart:
    """The event of a trial that begins; `own` are the fields that a game decides otherwise."""
    setup = plan.setup
    values: dict[str, Any] = {"time_limit_s": setup.time_limit_s, "target_distance_m": params.reach_m} | own
    return TrialStart(
        tick=tick,
        trial=plan.trial,
        block=plan.block,
        phase=plan.phase,  # type: ignore[arg-type]
        target=plan.target,
        target_deg=target_deg,
        target_radius_m=setup.target_radius_m,
        start_x_m=0.0,
        start_y_m=0.0,
        rotation_deg=setup.rotation_deg,
        clamp=setup.clamp,
        shows=setup.shows,
        feedback=setup.feedback,
        criterion_deg=setup.criterion_deg,
        zone_deg=setup.zone_deg,
        zone_half_deg=setup.zone_half_deg,
        cue_strength=setup.cue_strength,
        aim_deg=setup.aim_deg,
        blur_m=setup.blur_m,
        **values,
    )


def advance(rules: Rules, params: Params, state: S, sample: Sample, tick: int) -> tuple[S, list[Event], Said]:
    """Advance one tick of 1/120 s; what the tick brought to an end is the game's to answer.

    Returns the state with the stage as it was: after `rested` the game shows its target and calls `go`, after
    `arrived` and `late` it calls `ended`. `shown` and `over` have already gone on.
    """
    plan = state.plan
    if plan is None or state.stage == "waiting":
        return state, [], ""
    if state.stage == "reach" and sample.lost and rules.skips_lost:
        return _unseen(params, replace(state, lost=state.lost + 1), tick)
    here = (sample.x_m, sample.y_m)
    trace = (*state.trace[-SPEED_TICKS:], here)
    before = trace[0]
    speed = math.hypot(here[0] - before[0], here[1] - before[1]) / (TICK_S * max(1, len(trace) - 1))
    radial = math.hypot(sample.x_m, sample.y_m)
    if state.stage == "reach":
        return _reach(rules, params, state, plan, tick, trace, speed, radial)
    state = replace(state, trace=trace)
    since = tick - state.since
    if state.stage in ("return", "hold"):
        is_home = radial <= start_radius_m(params, plan.setup) and not sample.lost
        if is_home != (state.stage == "hold"):
            return replace(state, stage="hold" if is_home else "return", since=tick), [], ""
        if is_home and since >= params.hold_s / TICK_S:
            return state, [], "rested"
    elif state.stage == "feedback" and since >= FEEDBACK_TICKS[plan.setup.feedback]:
        return replace(state, stage="between", since=tick), [], "shown"
    elif state.stage == "between" and since >= BETWEEN_TICKS:
        return replace(state, stage="waiting"), [], "over"
    return state, [], ""


def _unseen(params: Params, state: S, tick: int) -> tuple[S, list[Event], Said]:
    """The hand is not seen: its movement is not judged by this tick, but time goes on."""
    if not state.onset:
        late = tick - state.since >= params.onset_limit_s / TICK_S
    else:
        late = tick - state.onset >= params.move_limit_s / TICK_S
    return state, [], "late" if late else ""


def _reach(
    rules: Rules,
    params: Params,
    state: S,
    plan: TrialPlan,
    tick: int,
    trace: tuple[Point, ...],
    speed: float,
    radial: float,
) -> tuple[S, list[Event], Said]:
    events: list[Event] = []
    onset = state.onset
    if not onset:
        if radial > start_radius_m(params, plan.setup):
            onset = tick
            events.append(Onset(tick=tick, trial=plan.trial))
        elif tick - state.since >= params.onset_limit_s / TICK_S:
            return replace(state, trace=trace), [], "late"
    peak_speed, peak = state.peak_speed_m_s, state.peak
    if speed > peak_speed:
        # The window's middle is where the hand had this speed.
        peak_speed, peak = speed, trace[len(trace) // 2]
    is_slow = bool(onset) and radial >= 0.5 * params.reach_m and speed < params.stop_speed_m_s
    slow_since = (state.slow_since or tick) if is_slow else 0
    moved = replace(
        state, trace=trace, onset=onset, peak_speed_m_s=peak_speed, peak=peak, slow_since=slow_since
    )
    if not onset:
        return moved, events, ""
    stopped = bool(slow_since) and tick - slow_since >= STOP_TICKS
    far = _BEYOND if rules.ends == "where_it_stops" else 1.0
    if stopped or radial >= far * params.reach_m:
        return moved, events, "arrived"
    if tick - onset >= params.move_limit_s / TICK_S:
        return moved, events, "late"
    return moved, events, ""


def shown(plan: TrialPlan, tick: int) -> list[Event]:
    return [TargetOn(tick=tick, trial=plan.trial)]


def go(state: S, plan: TrialPlan, tick: int) -> tuple[S, Event]:
    """Let the reach begin."""
    return (
        replace(
            state,
            stage="reach",
            since=tick,
            onset=0,
            origin=state.trace[-1],
            peak_speed_m_s=0.0,
            slow_since=0,
            lost=0,
        ),
        Go(tick=tick, trial=plan.trial),
    )


def start_radius_m(params: Params, setup: TrialSetup) -> float:
    return params.start_radius_m * (_HIDDEN_START_RATIO if setup.shows == "nothing" else 1.0)


# ---- its end


def hand_deg(state: State, from_deg: float) -> float | None:
    """Direction of the hand at its peak speed, relative to a direction; None when it never left."""
    if not state.onset:
        return None
    dx, dy = state.peak[0] - state.origin[0], state.peak[1] - state.origin[1]
    return wrap_deg(math.degrees(math.atan2(dy, dx)) - from_deg)


def ended(
    params: Params, state: S, sample: Sample, tick: int, *, late: bool, time_limit_s: float | None = None
) -> tuple[S, list[Event], Judged]:
    """Judge a reach to the target by the mode's rule, and give the mode's feedback.

    Args:
        late: the time ran out.
        time_limit_s: a limit in place of the mode's; None keeps the mode's.

    Returns the state in its feedback, the events, and what the game may show.
    """
    plan = state.plan
    assert plan is not None  # noqa: S101
    setup = plan.setup if time_limit_s is None else replace(plan.setup, time_limit_s=time_limit_s)
    target_x, target_y = place(params.reach_m, state.target_deg)
    miss_m = math.hypot(sample.cursor_x_m - target_x, sample.cursor_y_m - target_y)
    cursor_deg = math.degrees(math.atan2(sample.cursor_y_m, sample.cursor_x_m))
    if state.lost > LEAST_SEEN * (tick - state.since):
        result = TrialResult(hand_deg=None, hit=False, success=None)
        events: list[Event] = [trial_end(state, tick, "aborted", None, None, None)]
        return in_feedback(state, tick, result), events, Judged(False, miss_m, cursor_deg, result)
    hit = not late and miss_m <= setup.target_radius_m
    angle = hand_deg(state, state.target_deg)
    result = judge(setup, None if late else angle, hit, movement_time_s(state, tick))
    if setup.band_m is not None and not late and miss_m <= setup.band_m:
        # Near enough: it counts, and nothing is said of it.
        setup = replace(setup, feedback="none")
        plan = replace(plan, setup=setup)
        state = replace(state, plan=plan)
    events = verdict(plan, tick, result.success, late=late)
    shows_error = setup.feedback == "path_error" and not late
    events.append(
        Feedback(
            tick=tick,
            trial=plan.trial,
            kind=setup.feedback,
            error_deg=wrap_deg(cursor_deg - state.target_deg) if shows_error else None,
            rewarded=bool(result.success) if setup.feedback == "reward" else None,
        )
    )
    outcome: Outcome = "timeout" if late else "hit" if hit else "miss"
    events.append(trial_end(state, tick, outcome, result.success, angle, None if late else min(miss_m, 10.0)))
    return in_feedback(state, tick, result), events, Judged(hit, miss_m, cursor_deg, result)


def in_feedback(state: S, tick: int, result: TrialResult) -> S:
    return replace(state, stage="feedback", since=tick, result=result)


def movement_time_s(state: State, tick: int) -> float | None:
    return (tick - state.onset) * TICK_S if state.onset else None


def verdict(plan: TrialPlan, tick: int, good: bool | None, *, late: bool) -> list[Event]:
    """The event of a hit or a miss, where the mode tells it, or of a reach that took too long."""
    if late:
        return [Timeout(tick=tick, trial=plan.trial)]
    if plan.setup.feedback == "none":
        return []
    return [Hit(tick=tick, trial=plan.trial) if good else Miss(tick=tick, trial=plan.trial)]


def trial_end(
    state: State,
    tick: int,
    outcome: Outcome,
    success: bool | None,
    angle_deg: float | None,
    error_m: float | None,
) -> TrialEnd:
    assert state.plan is not None  # noqa: S101
    return TrialEnd(
        tick=tick,
        trial=state.plan.trial,
        outcome=outcome,
        success=success,
        hand_deg=angle_deg,
        endpoint_error_m=error_m,
        movement_time_s=movement_time_s(state, tick),
    )


# ---- what is seen


def stage_of(state: State) -> Stage:
    return "between" if state.stage == "waiting" else state.stage


def view(
    params: Params,
    state: State,
    sample: Sample,
    tick: int,
    *,
    instruction: str,
    places: tuple[Point, ...],
    target: Point | None,
    **own: Any,
) -> ReachView:
    """Build the picture of this tick: only what the mode lets be seen.

    Args:
        places: where targets may be.
        target: this trial's, where it may be seen now.
        own: further fields of the view, or others in place of those decided here.
    """
    plan = state.plan
    setup = plan.setup if plan else TrialSetup()
    mode = plan.mode if plan else "error_based"
    stage = stage_of(state)
    at_home = stage in ("return", "hold")
    # A probe hides the cursor after go only; reward mode never shows it.
    shows_cursor = setup.shows != "nothing" or (
        setup.feedback == "none" and mode != "reward_based" and at_home
    )
    fields: dict[str, Any] = {
        "stage": stage,
        "mode": mode,
        "phase": plan.phase if plan else "practice",
        "purpose": plan.purpose if plan else "train",
        "start": (0.0, 0.0),
        "start_radius_m": params.start_radius_m,
        "targets": places,
        "target": target,
        "target_radius_m": setup.target_radius_m,
        "reach_m": params.reach_m,
        "blur_m": setup.blur_m,
        "cursor": (sample.cursor_x_m, sample.cursor_y_m) if shows_cursor else None,
        "hold_fraction": min(1.0, (tick - state.since) * TICK_S / params.hold_s) if stage == "hold" else 0.0,
        "return_guide_m": away_m(sample) if at_home and not shows_cursor else None,
        "stones_done": plan.stones_done if plan else 0,
        "stones_total": plan.stones_total if plan else 0,
        "instruction": instruction,
        "straight_line": setup.straight_line and setup.feedback == "path_error",
        "effects": plan.effects if plan else "medium",
        "trial": plan.trial if plan else 0,
        "intended": _intended(stage, setup, target),
    }
    return ReachView(**(fields | own))


def away_m(sample: Sample) -> float:
    """How far the hand is from the start."""
    return math.hypot(sample.x_m, sample.y_m)


def _intended(stage: Stage, setup: TrialSetup, target: Point | None) -> Point | None:
    """Under a rotation nobody knows where the hand should go: a decoder would unlearn it for the person."""
    if setup.rotation_deg or setup.clamp:
        return None
    return target if stage == "reach" else (0.0, 0.0) if stage in ("return", "hold") else None


@lru_cache(maxsize=512)
def places(reach_m: float, targets_deg: tuple[float, ...]) -> tuple[Point, ...]:
    """The places of targets at these directions."""
    return tuple(place(reach_m, each) for each in targets_deg)


def place(distance_m: float, direction_deg: float) -> Point:
    radians = math.radians(direction_deg)
    return (distance_m * math.cos(radians), distance_m * math.sin(radians))
