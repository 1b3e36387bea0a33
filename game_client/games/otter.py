"""Otter: swim as you like; the river answers.

Free play at a session's end, or as a block of its own: the otter follows the hand or the body, in both
directions, for stretches of twenty seconds. The water answers to movement that is smooth, large and varied
with rings, fish and light; there is no target, no score and no right way. Play without a task explores more
of what a body can do than targets ask for; that this helps is an idea of others (MindPod, NRE-172411), and
nothing is claimed here.

Nothing is judged, so that no mode has anything to do: it is listed under repetition because it repeats
nothing but playing. What is recorded is the way taken: how much of the reach was visited, and for how long.

State and step are pure and scalar. Metres of hand space, x right, y away from the player.
"""

from __future__ import annotations

import math
from typing import Annotated, Literal

from msgspec import Meta, Struct
from msgspec.structs import replace

from game_client.games._spec import GameSpec, Sample, TrialPlan
from game_client.games._view import Stage, SwimView
from shared.wire.events import Event, Feedback, Go, TrialEnd, TrialStart

TICK_S = 1.0 / 120.0
_PAUSE_TICKS = 6  # between two stretches, which the player hardly notices
_LEAST_SEEN = 0.5
_FAST_S = 0.25  # over what time the liveliness of the water follows the hand
_FULL_SPEED = 2.5  # reaches a second at which the water is as lively as it gets


class Params(Struct, frozen=True):
    reach_m: Annotated[float, Meta(ge=0.03, le=0.30)] = 0.10
    """How far the person reaches: the river is so wide."""
    stretch_s: Annotated[float, Meta(ge=5.0, le=20.0)] = 20.0


class State(Struct, frozen=True, gc=False):
    stage: Stage | Literal["waiting"] = "waiting"
    since: int = 0
    plan: TrialPlan | None = None
    seen: int = 0
    """Ticks of the stretch at which the place was known."""
    last_x_m: float = 0.0
    last_y_m: float = 0.0
    speed_m_s: float = 0.0
    """Smoothed."""
    swum_m: float = 0.0
    """Length of the way in this block."""


def targets(params: Params, mode: str) -> tuple[float, ...]:
    """Return one direction: there is nowhere to go, and a block must ask for something."""
    return (90.0,)


def start(params: Params) -> State:
    return State()


def is_waiting(state: State) -> bool:
    return state.stage == "waiting"


def begin(params: Params, state: State, plan: TrialPlan, tick: int) -> tuple[State, list[Event]]:
    """Begin a stretch at once, from wherever the hand is."""
    begun = TrialStart(
        tick=tick,
        trial=plan.trial,
        block=plan.block,
        phase=plan.phase,  # type: ignore[arg-type]
        target=plan.target,
        target_deg=90.0,
        target_distance_m=0.0,
        target_radius_m=0.0,
        start_x_m=0.0,
        start_y_m=0.0,
        rotation_deg=0.0,
        clamp=False,
        shows="cursor",
        feedback="none",
    )
    state = replace(state, stage="reach", since=tick, plan=plan, seen=0)
    return state, [begun, Go(tick=tick, trial=plan.trial)]


def step(params: Params, state: State, sample: Sample, tick: int) -> tuple[State, list[Event]]:
    """Advance one tick of 1/120 s."""
    plan = state.plan
    if plan is None or state.stage == "waiting":
        return state, []
    since = tick - state.since
    if state.stage != "reach":
        return (replace(state, stage="waiting"), []) if since >= _PAUSE_TICKS else (state, [])
    if not sample.lost:
        way_m = math.hypot(sample.x_m - state.last_x_m, sample.y_m - state.last_y_m) if state.seen else 0.0
        speed = state.speed_m_s + TICK_S / _FAST_S * (way_m / TICK_S - state.speed_m_s)
        state = replace(
            state,
            seen=state.seen + 1,
            last_x_m=sample.x_m,
            last_y_m=sample.y_m,
            speed_m_s=speed,
            swum_m=state.swum_m + way_m,
        )
    if since < round(params.stretch_s / TICK_S):
        return state, []
    was_seen = state.seen >= _LEAST_SEEN * since
    ended = TrialEnd(
        tick=tick,
        trial=plan.trial,
        outcome="hit" if was_seen else "aborted",
        success=None,
        hand_deg=None,
        endpoint_error_m=None,
        movement_time_s=since * TICK_S if was_seen else None,
    )
    after = replace(state, stage="between", since=tick)
    return after, [Feedback(tick=tick, trial=plan.trial, kind="none"), ended]


def command(
    params: Params, state: State, name: str, value: float | None, tick: int
) -> tuple[State, list[Event]]:
    """Take a choice of the player: this game asks for none."""
    return state, []


def view(params: Params, state: State, sample: Sample, tick: int) -> SwimView:
    """Build the picture of this tick."""
    plan = state.plan
    ran_s = (tick - state.since) * TICK_S if state.stage == "reach" else 0.0
    return SwimView(
        stage="between" if state.stage == "waiting" else state.stage,
        mode=plan.mode if plan else "use_dependent",
        phase=plan.phase if plan else "practice",
        purpose=plan.purpose if plan else "train",
        cursor=(sample.cursor_x_m, sample.cursor_y_m),
        return_guide_m=None,
        stones_done=plan.stones_done if plan else 0,
        stones_total=plan.stones_total if plan else 0,
        instruction="otter.swim",
        effects=plan.effects if plan else "medium",
        trial=plan.trial if plan else 0,
        reach_m=params.reach_m,
        run_s=ran_s,
        stretch_s=params.stretch_s,
        liveliness=min(1.0, state.speed_m_s / (_FULL_SPEED * params.reach_m)),
        swum_m=state.swum_m,
    )


GAME = GameSpec(
    id="otter",
    version=1,
    name="Otter",
    params=Params,
    modes=frozenset({"use_dependent"}),
    movements=frozenset({"hand_reach", "trunk_lean", "weight_shift", "head", "deflection", "decoded"}),
    start=start,
    targets=targets,
    begin=begin,
    step=step,
    command=command,
    is_waiting=is_waiting,
    view=view,
    drawing="game_client.games._otter_drawing",
    turns=False,
    self_paced=False,
    trial_s=20.0,
    done_words="summary.swims",
    success_words="summary.swims",
    processes={"use_dependent": "secondary"},
    place="long_lake",
    is_scored=False,
)
