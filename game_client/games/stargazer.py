"""Stargazer: keep still, so that the telescope is calm and the stars come out.

For balance, by reward. Nothing shows where the body is: there is no cursor. Rest near the middle, then keep
still for a while. While the sway is slower than a bar, stars come out one after the other; when the whole
trial was calm enough, all nine come out and their line is drawn. The bar follows the person (the mode's:
mean of the last ten trials), so that what is paid is to be calmer than lately, not to be calm.

What is measured is how fast the place given by the device moves, in both directions. The place passes two
equal first-order low-pass filters in a row (`filter_hz` each, 3 Hz by default: sway lies below, a camera's
noise mostly above); `level` of a trial is the mean speed behind them in m/s over the ticks that were seen.
The stars go by the same speed, smoothed over 0.4 s more.

A trial before any bar is known rests for three seconds first; the speed of the last two is its bar. A probe
has no bar, no stars and no verdict.

Limits: a speed from a camera is not that of a centre of pressure, and its noise adds to it, so that it can
be compared only with the same person's on the same device. A mouse that lies on the table is always still:
hold it in the air, or lean on the arm. The stance is the plan's to decide: the game never asks a seated
person to stand; feet together and one foot before the other make sense only standing.

State and step are pure and scalar, so that a session replays bit for bit. Metres of hand space, x right.
"""

from __future__ import annotations

import math
from typing import Annotated, Literal

from msgspec import Meta, Struct
from msgspec.structs import replace

from game_client.games._spec import GameSpec, Sample, TrialPlan
from game_client.games._view import Stage, StillView
from shared.training.spec import TrialSetup
from shared.wire.events import (
    CalmOn,
    Event,
    Feedback,
    Go,
    Hit,
    Miss,
    TargetOn,
    TrialEnd,
    TrialStart,
)

TICK_S = 1.0 / 120.0
STARS = 9
FIGURES = 4
_FEEDBACK_TICKS = {"path_error": 36, "reward": 180, "none": 36}
_BETWEEN_TICKS = 24
_OWN_BAR_TICKS, _ARRIVING_TICKS = 360, 120  # rest for 3 s where there is no bar; the first second is arrival
_SETTLE_TICKS = 30  # after a gap: the filters begin anew, and count again once they have run in
_CALM_S = 0.4
_LEAST_SEEN = 0.5
_STAR_SHARE = 0.09  # of the time, calm, brings out the next star: eight come out by the way, nine by reward


class Params(Struct, frozen=True):
    reach_m: Annotated[float, Meta(ge=0.03, le=0.30)] = 0.10
    """The person's calibrated reach; the middle is as wide as a share of it."""
    start_share: Annotated[float, Meta(ge=0.05, le=0.5)] = 0.25
    """How near the middle one rests before it begins, as a share of the reach."""
    settle_s: Annotated[float, Meta(ge=0.5, le=3.0)] = 1.5
    hold_s: Annotated[float, Meta(ge=5.0, le=20.0)] = 10.0
    """How long to keep still."""
    filter_hz: Annotated[float, Meta(ge=0.5, le=8.0)] = 3.0
    """Cut-off of each of the two filters: lower for a noisier device."""
    stance: Literal["usual", "feet_together", "cushion", "tandem"] = "usual"
    """How one stands or sits; feet together and tandem only standing."""

    @property
    def start_radius_m(self) -> float:
        return self.start_share * self.reach_m


class State(Struct, frozen=True, gc=False):
    stage: Stage | Literal["waiting"] = "waiting"
    since: int = 0
    """Tick at which this stage began."""
    plan: TrialPlan | None = None
    first_x_m: float = 0.0
    first_y_m: float = 0.0
    x_m: float = 0.0
    y_m: float = 0.0
    """Behind the first and the second filter."""
    blind_until: int = 0
    """Ticks before this one do not count: the place was lost, or has just come back."""
    was_lost: bool = True
    speed_m_s: float = 0.0
    """Smoothed over 0.4 s: what the stars go by."""
    path_m: float = 0.0
    """Way behind the filters, over `seen` ticks."""
    seen: int = 0
    calm_ticks: int = 0
    bar_m_s: float | None = None
    lit: int = 0
    rewarded: bool | None = None
    lights: int = 0


def targets(params: Params, mode: str) -> tuple[float, ...]:
    """Return a direction for each constellation; there is nowhere to go, so that all are the same."""
    return (90.0,) * FIGURES


def start(params: Params) -> State:
    return State()


def is_waiting(state: State) -> bool:
    return state.stage == "waiting"


def abandon(params: Params, state: State) -> State:
    """Wait for a trial again, with the constellations so far."""
    return State(lights=state.lights)


def begin(params: Params, state: State, plan: TrialPlan, tick: int) -> tuple[State, list[Event]]:
    """Begin a trial: come to rest near the middle."""
    setup = plan.setup
    event = TrialStart(
        tick=tick,
        trial=plan.trial,
        block=plan.block,
        phase=plan.phase,  # type: ignore[arg-type]
        target=plan.target,
        target_deg=90.0,
        target_distance_m=0.0,
        target_radius_m=params.start_radius_m,
        start_x_m=0.0,
        start_y_m=0.0,
        rotation_deg=0.0,
        clamp=False,
        shows="nothing",
        feedback=setup.feedback,
        criterion_level=setup.criterion_level,
    )
    return State(stage="return", since=tick, plan=plan, lights=state.lights), [event]


def step(params: Params, state: State, sample: Sample, tick: int) -> tuple[State, list[Event]]:
    """Advance one tick of 1/120 s."""
    plan = state.plan
    if plan is None or state.stage == "waiting":
        return state, []
    since = tick - state.since
    if state.stage == "feedback":
        if since >= _FEEDBACK_TICKS[plan.setup.feedback]:
            return replace(state, stage="between", since=tick), []
        return state, []
    if state.stage == "between":
        return (replace(state, stage="waiting"), []) if since >= _BETWEEN_TICKS else (state, [])
    state, way_m = _filtered(params, state, sample, tick)
    if state.stage == "reach":
        return _keep_still(params, state, plan, way_m, tick)
    is_home = math.hypot(sample.x_m, sample.y_m) <= params.start_radius_m and not sample.lost
    if is_home != (state.stage == "hold"):
        return replace(state, stage="hold" if is_home else "return", since=tick, path_m=0.0, seen=0), []
    if not is_home:
        return state, []
    asks_bar = plan.setup.feedback == "reward" and plan.setup.criterion_level is None
    if way_m is not None and since > _ARRIVING_TICKS:
        state = replace(state, path_m=state.path_m + way_m, seen=state.seen + 1)
    if since >= (_OWN_BAR_TICKS if asks_bar else params.settle_s / TICK_S):
        return _open(state, plan, tick)
    return state, []


def command(
    params: Params, state: State, name: str, value: float | None, tick: int
) -> tuple[State, list[Event]]:
    """Take a choice of the player: this game asks for none."""
    return state, []


def _filtered(params: Params, state: State, sample: Sample, tick: int) -> tuple[State, float | None]:
    """Filter the place; return the way of this tick behind the filters, None where it does not count."""
    if sample.lost:
        return (state if state.was_lost else replace(state, was_lost=True)), None
    x, y = sample.x_m, sample.y_m
    if state.was_lost:
        # As if the place had been here all the time: the filters' own jump is no sway.
        again = replace(
            state,
            first_x_m=x,
            first_y_m=y,
            x_m=x,
            y_m=y,
            was_lost=False,
            blind_until=tick + _SETTLE_TICKS,
        )
        return again, None
    share = 1.0 - math.exp(-math.tau * params.filter_hz * TICK_S)
    first_x = state.first_x_m + share * (x - state.first_x_m)
    first_y = state.first_y_m + share * (y - state.first_y_m)
    dx, dy = share * (first_x - state.x_m), share * (first_y - state.y_m)
    way_m = math.hypot(dx, dy)
    speed = state.speed_m_s + TICK_S / _CALM_S * (way_m / TICK_S - state.speed_m_s)
    moved = replace(
        state,
        first_x_m=first_x,
        first_y_m=first_y,
        x_m=state.x_m + dx,
        y_m=state.y_m + dy,
        speed_m_s=speed,
    )
    return moved, way_m if tick >= state.blind_until else None


def _open(state: State, plan: TrialPlan, tick: int) -> tuple[State, list[Event]]:
    bar: float | None = None
    if plan.setup.feedback == "reward":
        bar = plan.setup.criterion_level
        if bar is None:
            bar = state.path_m / (max(1, state.seen) * TICK_S)
    after = replace(
        state,
        stage="reach",
        since=tick,
        path_m=0.0,
        seen=0,
        calm_ticks=0,
        bar_m_s=bar,
        lit=0,
    )
    return after, [
        TargetOn(tick=tick, trial=plan.trial),
        Go(tick=tick, trial=plan.trial),
        CalmOn(tick=tick, trial=plan.trial, criterion_m_s=min(10.0, bar or 0.0)),
    ]


def _keep_still(
    params: Params, state: State, plan: TrialPlan, way_m: float | None, tick: int
) -> tuple[State, list[Event]]:
    ticks = tick - state.since
    if way_m is not None:
        is_calm = state.bar_m_s is not None and state.speed_m_s <= state.bar_m_s
        calm_ticks = state.calm_ticks + is_calm
        star_ticks = _STAR_SHARE * params.hold_s / TICK_S
        state = replace(
            state,
            path_m=state.path_m + way_m,
            seen=state.seen + 1,
            calm_ticks=calm_ticks,
            lit=min(STARS - 1, int(calm_ticks / star_ticks)),
        )
    if ticks < round(params.hold_s / TICK_S):
        return state, []
    return _end(state, plan, ticks, tick)


def _end(state: State, plan: TrialPlan, ticks: int, tick: int) -> tuple[State, list[Event]]:
    trial = plan.trial
    if state.seen < _LEAST_SEEN * ticks:
        ended = TrialEnd(
            tick=tick,
            trial=trial,
            outcome="aborted",
            success=None,
            hand_deg=None,
            endpoint_error_m=None,
            movement_time_s=None,
        )
        after = replace(state, stage="feedback", since=tick, lit=0)
        return after, [Feedback(tick=tick, trial=trial, kind="none"), ended]
    level = state.path_m / (state.seen * TICK_S)
    rewarded = level <= state.bar_m_s if state.bar_m_s is not None else None
    events: list[Event] = []
    if rewarded is not None:
        events.append(Hit(tick=tick, trial=trial) if rewarded else Miss(tick=tick, trial=trial))
    events.append(
        Feedback(tick=tick, trial=trial, kind="reward" if rewarded is not None else "none", rewarded=rewarded)
    )
    events.append(
        TrialEnd(
            tick=tick,
            trial=trial,
            outcome="miss" if rewarded is False else "hit",
            success=rewarded,
            hand_deg=None,
            endpoint_error_m=None,
            movement_time_s=ticks * TICK_S,
            level=level,
        )
    )
    after = replace(
        state,
        stage="feedback",
        since=tick,
        lit=STARS if rewarded else 0,
        rewarded=rewarded,
        lights=state.lights + (1 if rewarded else 0),
    )
    return after, events


_STANCES = {
    "usual": "stars.still",
    "feet_together": "stars.feet_together",
    "cushion": "stars.cushion",
    "tandem": "stars.tandem",
}


def view(params: Params, state: State, sample: Sample, tick: int) -> StillView:
    """Build the picture of this tick: never where the body is, nor the bar."""
    plan = state.plan
    setup = plan.setup if plan else TrialSetup()
    stage: Stage = "between" if state.stage == "waiting" else state.stage
    waits = stage in ("return", "hold")
    since = tick - state.since
    asks_bar = setup.feedback == "reward" and setup.criterion_level is None
    rest_s = _OWN_BAR_TICKS * TICK_S if asks_bar else params.settle_s
    pays = state.bar_m_s is not None
    instruction = _STANCES[params.stance] if waits else "stars.still"
    if setup.feedback == "none" and not waits:
        instruction = "stars.probe"
    return StillView(
        stage=stage,
        mode=plan.mode if plan else "reward_based",
        phase=plan.phase if plan else "practice",
        purpose=plan.purpose if plan else "train",
        cursor=None,
        return_guide_m=math.hypot(sample.x_m, sample.y_m) if waits else None,
        stones_done=plan.stones_done if plan else 0,
        stones_total=plan.stones_total if plan else 0,
        instruction=instruction,
        effects=plan.effects if plan else "medium",
        trial=plan.trial if plan else 0,
        quality=0.0,
        intended=(0.0, 0.0) if waits else None,
        figure=plan.target % FIGURES if plan else 0,
        start_radius_m=params.start_radius_m,
        lit=state.lit if pays and stage in ("reach", "feedback") else 0,
        calm=state.speed_m_s <= state.bar_m_s if stage == "reach" and state.bar_m_s is not None else None,
        rewarded=state.rewarded if stage == "feedback" else None,
        lights=state.lights,
        stance=params.stance,
        fraction=min(1.0, since * TICK_S / params.hold_s) if stage == "reach" else 0.0,
        hold_fraction=min(1.0, since * TICK_S / rest_s) if stage == "hold" else 0.0,
    )


GAME = GameSpec(
    id="stargazer",
    version=1,
    name="Stargazer",
    params=Params,
    modes=frozenset({"reward_based"}),
    movements=frozenset({"hand_reach", "trunk_lean", "weight_shift", "head"}),
    usual_movement="trunk_lean",
    start=start,
    targets=targets,
    begin=begin,
    step=step,
    command=command,
    is_waiting=is_waiting,
    view=view,
    drawing="game_client.games._stargazer_drawing",
    processes={"reward": "primary", "acuity": "secondary"},
    place="star_hill",
    abandon=abandon,
    has_levels=True,
    turns=False,
    self_paced=False,
    trial_s=15.0,
    done_words="summary.skies",
    reward_words="summary.constellations",
)
