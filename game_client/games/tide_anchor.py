"""Tide & Anchor: drop an anchor on the buoy while the tide turns the boat's wake.

Centre-out reaching. Rest on the start, a buoy appears, reach to it and stop: there the anchor drops. The
tide is a rotation of the boat about the start; what is shown, paid or asked is the training mode's matter.

State and step are pure and scalar, so that a session replays bit for bit. Metres of hand space, x right,
y away from the player; angles in degrees counter-clockwise.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Annotated, Literal

from msgspec import Meta, Struct
from msgspec.structs import replace

from game_client.games._spec import GameSpec, Sample, TrialPlan
from game_client.games._view import CueView, Point, ReachView, Stage
from shared.training.layout import HOUR_DEG, Spread, directions_deg
from shared.training.spec import TrialResult, TrialSetup, judge
from shared.units import wrap_deg
from shared.wire.events import (
    AimReport,
    Cue,
    Event,
    Feedback,
    Go,
    Hit,
    Miss,
    Onset,
    TargetOn,
    Timeout,
    TrialEnd,
    TrialStart,
)

TICK_S = 1.0 / 120.0
_SPEED_TICKS = 6  # speed over 50 ms: shorter sees the pulse of a 125 Hz mouse, longer blurs the peak
_STOP_TICKS = 10
_AIM_TICKS = 8 * 120
_FEEDBACK_TICKS = {"path_error": 96, "reward": 108, "none": 36}
_BETWEEN_TICKS = 24
_HIDDEN_START_RATIO = 1.3  # without a cursor the start is found by touch: it may be this much wider


class Params(Struct, frozen=True):
    reach_m: Annotated[float, Meta(ge=0.03, le=0.30)] = 0.10
    targets: Annotated[int, Meta(ge=2, le=8)] = 8
    spread: Spread = "circle"
    """Around the whole circle, two neighbours ahead (30 degrees apart), or an arc of 120 ahead."""
    target_radius_m: Annotated[float, Meta(ge=0.005, le=0.035)] = 0.012
    start_radius_m: Annotated[float, Meta(ge=0.005, le=0.03)] = 0.010
    hold_s: Annotated[float, Meta(ge=0.1, le=2.0)] = 0.3
    onset_limit_s: Annotated[float, Meta(ge=1.0, le=20.0)] = 6.0
    move_limit_s: Annotated[float, Meta(ge=1.0, le=15.0)] = 4.0
    stop_speed_m_s: Annotated[float, Meta(ge=0.01, le=0.20)] = 0.05


class State(Struct, frozen=True, gc=False):
    stage: Stage | Literal["waiting"] = "waiting"
    since: int = 0
    """Tick at which this stage began."""
    plan: TrialPlan | None = None
    target_deg: float = 0.0
    aimed: bool = False
    aim_deg: float = 0.0
    """Where the handle of the aim report stands, absolute."""
    trace: tuple[Point, ...] = ()
    """The last few hand positions, newest last, for the speed."""
    onset: int = 0
    origin: Point = (0.0, 0.0)
    """Where the hand was at go: hand angles are taken from there."""
    peak_speed_m_s: float = 0.0
    peak: Point = (0.0, 0.0)
    slow_since: int = 0
    anchor: Point | None = None
    past_anchors: tuple[Point, ...] = ()
    error_from_deg: float | None = None
    rewarded: bool | None = None
    lights: int = 0
    result: TrialResult | None = None


def targets(params: Params, mode: str) -> tuple[float, ...]:
    """Return the targets' directions. With the aim ring they lie on hours, so that a whole hour is an aim."""
    return directions_deg(params.targets, params.spread, on_hours=mode == "strategy_cue")


def start(params: Params) -> State:
    return State()


def is_waiting(state: State) -> bool:
    return state.stage == "waiting"


def begin(params: Params, state: State, plan: TrialPlan, tick: int) -> tuple[State, list[Event]]:
    """Begin a trial. A new phase clears the anchors; a new block also the lights (a fresh state)."""
    target_deg = targets(params, plan.mode)[plan.target]
    setup = plan.setup
    event = TrialStart(
        tick=tick,
        trial=plan.trial,
        block=plan.block,
        phase=plan.phase,  # type: ignore[arg-type]
        target=plan.target,
        target_deg=target_deg,
        target_distance_m=params.reach_m,
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
    )
    anchors = () if plan.first_of_phase else state.past_anchors
    return (
        State(
            stage="return",
            since=tick,
            plan=plan,
            target_deg=target_deg,
            trace=state.trace,
            past_anchors=anchors,
            lights=state.lights,
        ),
        [event],
    )


def step(params: Params, state: State, sample: Sample, tick: int) -> tuple[State, list[Event]]:
    """Advance one tick of 1/120 s."""
    plan = state.plan
    if plan is None or state.stage == "waiting":
        return state, []
    here = (sample.x_m, sample.y_m)
    trace = (*state.trace[-_SPEED_TICKS:], here)
    before = trace[0]
    speed = math.hypot(here[0] - before[0], here[1] - before[1]) / (TICK_S * max(1, len(trace) - 1))
    radial = math.hypot(sample.x_m, sample.y_m)
    if state.stage == "reach":
        return _reach(params, state, plan, sample, tick, trace, speed, radial)
    state = replace(state, trace=trace)
    since = tick - state.since
    if state.stage in ("return", "hold"):
        is_home = radial <= _start_radius(params, plan.setup) and not sample.lost
        if is_home != (state.stage == "hold"):
            return replace(state, stage="hold" if is_home else "return", since=tick), []
        if is_home and since >= params.hold_s / TICK_S:
            return _present(state, plan, tick)
    elif state.stage == "aim" and since >= _AIM_TICKS:
        event = AimReport(tick=tick, trial=plan.trial, aim_deg=None)
        return replace(state, stage="return", since=tick, aimed=True), [event]
    elif state.stage == "feedback" and since >= _FEEDBACK_TICKS[plan.setup.feedback]:
        return replace(state, stage="between", since=tick), []
    elif state.stage == "between" and since >= _BETWEEN_TICKS:
        kept = state.past_anchors if state.anchor is None else (state.anchor, *state.past_anchors)[:3]
        return replace(state, stage="waiting", past_anchors=kept), []
    return state, []


def command(
    params: Params, state: State, name: str, value: float | None, tick: int
) -> tuple[State, list[Event]]:
    """Move (`aim_move`, degrees), set (`aim_set`, absolute degrees) or confirm (`aim_confirm`) the aim."""
    if state.stage != "aim" or state.plan is None:
        return state, []
    if name == "aim_move" and value is not None:
        return replace(state, aim_deg=wrap_deg(state.aim_deg + value)), []
    if name == "aim_set" and value is not None:
        return replace(state, aim_deg=wrap_deg(value)), []
    if name == "aim_confirm":
        aim = wrap_deg(state.aim_deg - state.target_deg)
        event = AimReport(tick=tick, trial=state.plan.trial, aim_deg=aim)
        return replace(state, stage="return", since=tick, aimed=True), [event]
    return state, []


def _start_radius(params: Params, setup: TrialSetup) -> float:
    return params.start_radius_m * (_HIDDEN_START_RATIO if setup.shows == "nothing" else 1.0)


def _present(state: State, plan: TrialPlan, tick: int) -> tuple[State, list[Event]]:
    """Show the target, with the cue if there is one; ask for the aim first when it is due."""
    setup = plan.setup
    events: list[Event] = []
    if not state.aimed:
        events.append(TargetOn(tick=tick, trial=plan.trial))
        if setup.cue_strength > 0.0 and setup.aim_deg is not None:
            aim = state.target_deg + setup.aim_deg
            events.append(
                Cue(
                    tick=tick,
                    trial=plan.trial,
                    aim_deg=setup.aim_deg,
                    clock=clock_hour(aim),
                    strength=setup.cue_strength,
                )
            )
        if setup.ask_aim:
            return replace(state, stage="aim", since=tick, aim_deg=state.target_deg), events
    events.append(Go(tick=tick, trial=plan.trial))
    return (
        replace(
            state,
            stage="reach",
            since=tick,
            onset=0,
            origin=state.trace[-1],
            peak_speed_m_s=0.0,
            slow_since=0,
        ),
        events,
    )


def clock_hour(direction_deg: float) -> int:
    """Return the hour 1-12 in this direction, 0 when it lies between two (90 degrees is 12 o'clock)."""
    hours = (90.0 - direction_deg) / HOUR_DEG
    nearest = round(hours)
    return (nearest - 1) % 12 + 1 if abs(hours - nearest) < 1e-6 else 0


def _reach(
    params: Params,
    state: State,
    plan: TrialPlan,
    sample: Sample,
    tick: int,
    trace: tuple[Point, ...],
    speed: float,
    radial: float,
) -> tuple[State, list[Event]]:
    events: list[Event] = []
    onset = state.onset
    if not onset:
        if radial > _start_radius(params, plan.setup):
            onset = tick
            events.append(Onset(tick=tick, trial=plan.trial))
        elif tick - state.since >= params.onset_limit_s / TICK_S:
            return _end(params, replace(state, trace=trace), plan, sample, tick, timed_out=True)
    peak_speed, peak = state.peak_speed_m_s, state.peak
    if speed > peak_speed:
        # The window's middle is where the hand had this speed.
        peak_speed, peak = speed, trace[len(trace) // 2]
    is_slow = bool(onset) and radial >= 0.5 * params.reach_m and speed < params.stop_speed_m_s
    slow_since = (state.slow_since or tick) if is_slow else 0
    moved = replace(
        state, trace=trace, onset=onset, peak_speed_m_s=peak_speed, peak=peak, slow_since=slow_since
    )
    if onset:
        stopped = slow_since and tick - slow_since >= _STOP_TICKS
        if stopped or radial >= 1.5 * params.reach_m:
            after, ended = _end(params, moved, plan, sample, tick, timed_out=False)
            return after, events + ended
        if tick - onset >= params.move_limit_s / TICK_S:
            after, ended = _end(params, moved, plan, sample, tick, timed_out=True)
            return after, events + ended
    return moved, events


def _end(
    params: Params, state: State, plan: TrialPlan, sample: Sample, tick: int, *, timed_out: bool
) -> tuple[State, list[Event]]:
    """Judge the reach and give the mode's feedback."""
    setup = plan.setup
    radians = math.radians(state.target_deg)
    target_x, target_y = params.reach_m * math.cos(radians), params.reach_m * math.sin(radians)
    miss_m = math.hypot(sample.cursor_x_m - target_x, sample.cursor_y_m - target_y)
    hit = not timed_out and miss_m <= setup.target_radius_m
    hand_deg = None
    if state.onset:
        dx, dy = state.peak[0] - state.origin[0], state.peak[1] - state.origin[1]
        hand_deg = wrap_deg(math.degrees(math.atan2(dy, dx)) - state.target_deg)
    result = judge(setup, None if timed_out else hand_deg, hit)
    cursor_deg = math.degrees(math.atan2(sample.cursor_y_m, sample.cursor_x_m))
    trial = plan.trial
    events: list[Event] = []
    if timed_out:
        events.append(Timeout(tick=tick, trial=trial))
    elif setup.feedback != "none":
        good = result.success
        events.append(Hit(tick=tick, trial=trial) if good else Miss(tick=tick, trial=trial))
    shows_error = setup.feedback == "path_error" and not timed_out
    rewarded = bool(result.success) if setup.feedback == "reward" else None
    events.append(
        Feedback(
            tick=tick,
            trial=trial,
            kind=setup.feedback,
            error_deg=wrap_deg(cursor_deg - state.target_deg) if shows_error else None,
            rewarded=rewarded,
        )
    )
    events.append(
        TrialEnd(
            tick=tick,
            trial=trial,
            outcome="timeout" if timed_out else "hit" if hit else "miss",
            success=result.success,
            hand_deg=hand_deg,
            endpoint_error_m=None if timed_out else min(miss_m, 10.0),
            movement_time_s=(tick - state.onset) * TICK_S if state.onset else None,
        )
    )
    return (
        replace(
            state,
            stage="feedback",
            since=tick,
            anchor=(sample.cursor_x_m, sample.cursor_y_m) if shows_error else None,
            error_from_deg=cursor_deg if shows_error and not hit else None,
            rewarded=rewarded,
            lights=state.lights + (1 if rewarded else 0),
            result=result,
        ),
        events,
    )


_INSTRUCTIONS = {
    "error_based": "tide.drop_anchor",
    "reward_based": "tide.find_light",
    "strategy_cue": "tide.aim",
}


def view(params: Params, state: State, sample: Sample, tick: int) -> ReachView:
    """Build the picture of this tick: only what the mode lets be seen."""
    plan = state.plan
    mode = plan.mode if plan else "error_based"
    setup = plan.setup if plan else TrialSetup()
    stage: Stage = "between" if state.stage == "waiting" else state.stage
    hides = setup.shows == "nothing"
    in_trial = stage in ("aim", "reach", "feedback") or (state.aimed and stage in ("return", "hold"))
    # A probe hides the boat after go only; reward mode never shows it.
    shows_cursor = not hides or (
        setup.feedback == "none" and mode != "reward_based" and stage in ("return", "hold")
    )
    cue = None
    if in_trial and stage != "feedback" and setup.cue_strength > 0.0 and setup.aim_deg is not None:
        aim = wrap_deg(state.target_deg + setup.aim_deg)
        cue = CueView(aim_deg=aim, clock=clock_hour(aim), strength=setup.cue_strength)
    instruction = _INSTRUCTIONS.get(mode, "tide.drop_anchor")
    if plan and plan.phase == "probe":
        instruction = "tide.probe"
    elif mode == "strategy_cue" and setup.cue_strength == 0.0:
        instruction = "tide.drop_anchor" if not setup.rotation_deg else "tide.aim_yourself"
    shows_error = stage == "feedback" and setup.feedback == "path_error"
    target = _point(params.reach_m, state.target_deg) if in_trial else None
    quality = 0.0
    if shows_error and state.anchor is not None and target is not None:
        quality = max(0.0, 1.0 - math.dist(state.anchor, target) / setup.target_radius_m)
    return ReachView(
        stage=stage,
        mode=mode,
        phase=plan.phase if plan else "practice",
        purpose=plan.purpose if plan else "train",
        start=(0.0, 0.0),
        start_radius_m=params.start_radius_m,
        targets=_places(params, mode),
        target=target,
        target_radius_m=setup.target_radius_m,
        reach_m=params.reach_m,
        cursor=(sample.cursor_x_m, sample.cursor_y_m) if shows_cursor else None,
        hold_fraction=(min(1.0, (tick - state.since) * TICK_S / params.hold_s) if stage == "hold" else 0.0),
        return_guide_m=(
            math.hypot(sample.x_m, sample.y_m) if stage in ("return", "hold") and not shows_cursor else None
        ),
        anchor=state.anchor if shows_error else None,
        past_anchors=state.past_anchors if setup.feedback == "path_error" else (),
        error_from_deg=state.error_from_deg if shows_error else None,
        error_to_deg=state.target_deg if shows_error and state.error_from_deg is not None else None,
        rewarded=state.rewarded if stage == "feedback" else None,
        lights=state.lights,
        cue=cue,
        aim_ring=mode == "strategy_cue" and setup.feedback != "none" and setup.aim_deg is not None,
        aim_handle_deg=state.aim_deg if stage == "aim" else None,
        aim_left_s=(_AIM_TICKS - (tick - state.since)) * TICK_S if stage == "aim" else 0.0,
        stones_done=plan.stones_done if plan else 0,
        stones_total=plan.stones_total if plan else 0,
        instruction="tide.where_aim" if stage == "aim" else instruction,
        straight_line=setup.straight_line and setup.feedback == "path_error",
        effects=plan.effects if plan else "medium",
        trial=plan.trial if plan else 0,
        quality=quality,
        intended=_intended(stage, setup, target),
    )


def _intended(stage: Stage, setup: TrialSetup, target: Point | None) -> Point | None:
    """Under a rotation nobody knows where the hand should go: a decoder would unlearn it for the person."""
    if setup.rotation_deg or setup.clamp:
        return None
    return target if stage == "reach" else (0.0, 0.0) if stage in ("return", "hold") else None


@lru_cache(maxsize=64)
def _places(params: Params, mode: str) -> tuple[Point, ...]:
    return tuple(_point(params.reach_m, each) for each in targets(params, mode))


def _point(distance_m: float, direction_deg: float) -> Point:
    radians = math.radians(direction_deg)
    return (distance_m * math.cos(radians), distance_m * math.sin(radians))


GAME = GameSpec(
    id="tide_anchor",
    version=1,
    name="Tide & Anchor",
    params=Params,
    modes=frozenset({"error_based", "reward_based", "strategy_cue"}),
    movements=frozenset({"hand_reach", "trunk_lean", "weight_shift", "head", "deflection", "decoded"}),
    start=start,
    targets=targets,
    begin=begin,
    step=step,
    command=command,
    is_waiting=is_waiting,
    view=view,
    drawing="game_client.games._tide_anchor_drawing",
)
