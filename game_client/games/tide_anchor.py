"""Tide & Anchor: drop an anchor on the buoy while the tide turns the boat's wake.

Centre-out reaching. Rest on the start, a buoy appears, reach to it and stop: there the anchor drops. The
tide is a rotation of the boat about the start; what is shown, paid or asked is the training mode's matter.

State and step are pure and scalar, so that a session replays bit for bit. Metres of hand space, x right,
y away from the player; angles in degrees counter-clockwise.
"""

from __future__ import annotations

import math
from typing import Annotated

from msgspec import Meta
from msgspec.structs import replace

from game_client.games import _reach
from game_client.games._reach import TICK_S
from game_client.games._spec import GameSpec, Sample, TrialPlan
from game_client.games._view import CueView, Point, ReachView
from shared.training.layout import HOUR_DEG, NEAR_CENTRE_DEG, Spread, directions_deg
from shared.training.spec import TrialSetup
from shared.units import wrap_deg
from shared.wire.events import AimReport, Cue, Event

_AIM_TICKS = 8 * 120
_RULES = _reach.Rules(skips_lost=False)  # as its first recordings were played, which must replay


class Params(_reach.Params, frozen=True):
    targets: Annotated[int, Meta(ge=2, le=8)] = 8
    spread: Spread = "circle"
    """Around the whole circle, two neighbours (30 degrees apart), or an arc of 120 ahead."""
    centre_deg: Annotated[float, Meta(ge=-180.0, le=360.0)] = NEAR_CENTRE_DEG
    """The middle between the two neighbours."""
    trained: Annotated[int, Meta(ge=0, le=8)] = 0
    """So many of the targets are practised and the others only probed, which shows how learning spreads; 0:
    all."""


class State(_reach.State, frozen=True, gc=False):
    aimed: bool = False
    aim_deg: float = 0.0
    """Where the handle of the aim report stands, absolute."""
    anchor: Point | None = None
    past_anchors: tuple[Point, ...] = ()
    error_from_deg: float | None = None
    rewarded: bool | None = None
    lights: int = 0


def targets(params: Params, mode: str) -> tuple[float, ...]:
    """Return the targets' directions. With the aim ring they lie on hours, so that a whole hour is an aim."""
    on_hours = mode == "strategy_cue"
    return directions_deg(params.targets, params.spread, on_hours=on_hours, centre_deg=params.centre_deg)


def start(params: Params) -> State:
    return State()


def is_waiting(state: State) -> bool:
    return state.stage == "waiting"


def begin(params: Params, state: State, plan: TrialPlan, tick: int) -> tuple[State, list[Event]]:
    """Begin a trial. A new phase clears the anchors; a new block also the lights (a fresh state)."""
    target_deg = _reach.turned(targets(params, plan.mode)[plan.target], plan.setup)
    begun = State(
        stage="return",
        since=tick,
        plan=plan,
        target_deg=target_deg,
        trace=state.trace,
        past_anchors=() if plan.first_of_phase else state.past_anchors,
        lights=state.lights,
    )
    return begun, [_reach.trial_start(params, plan, tick, target_deg)]


def step(params: Params, state: State, sample: Sample, tick: int) -> tuple[State, list[Event]]:
    """Advance one tick of 1/120 s."""
    state, events, said = _reach.advance(_RULES, params, state, sample, tick)
    if state.stage == "aim" and state.plan is not None and tick - state.since >= _AIM_TICKS:
        event = AimReport(tick=tick, trial=state.plan.trial, aim_deg=None)
        return replace(state, stage="return", since=tick, aimed=True), [event]
    if said == "rested" and state.plan is not None:
        return _present(state, state.plan, tick)
    if said in ("arrived", "late"):
        state, happened = _end(params, state, sample, tick, late=said == "late")
        return state, events + happened
    if said == "over" and state.anchor is not None:
        return replace(state, past_anchors=(state.anchor, *state.past_anchors)[:3]), events
    return state, events


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


def _present(state: State, plan: TrialPlan, tick: int) -> tuple[State, list[Event]]:
    """Show the target, with the cue if there is one; ask for the aim first when it is due."""
    setup = plan.setup
    events: list[Event] = []
    if not state.aimed:
        events += _reach.shown(plan, tick)
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
    state, event = _reach.go(state, plan, tick)
    return state, [*events, event]


def clock_hour(direction_deg: float) -> int:
    """Return the hour 1-12 in this direction, 0 when it lies between two (90 degrees is 12 o'clock)."""
    hours = (90.0 - direction_deg) / HOUR_DEG
    nearest = round(hours)
    return (nearest - 1) % 12 + 1 if abs(hours - nearest) < 1e-6 else 0


def _end(params: Params, state: State, sample: Sample, tick: int, *, late: bool) -> tuple[State, list[Event]]:
    """Judge the reach: the anchor drops where the boat is, or the lights come on."""
    state, events, judged = _reach.ended(params, state, sample, tick, late=late)
    assert state.plan is not None  # noqa: S101
    feedback = state.plan.setup.feedback
    shows_error = feedback == "path_error" and not late
    tells = shows_error and not judged.hit and not state.plan.setup.blur_m
    rewarded = bool(judged.result.success) if feedback == "reward" else None
    return (
        replace(
            state,
            anchor=(sample.cursor_x_m, sample.cursor_y_m) if shows_error else None,
            # In a mist nobody is told the error to a degree.
            error_from_deg=judged.cursor_deg if tells else None,
            rewarded=rewarded,
            lights=state.lights + (1 if rewarded else 0),
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
    stage = _reach.stage_of(state)
    in_trial = stage in ("aim", "reach", "feedback") or (state.aimed and stage in ("return", "hold"))
    cue = None
    if in_trial and stage != "feedback" and setup.cue_strength > 0.0 and setup.aim_deg is not None:
        aim = wrap_deg(state.target_deg + setup.aim_deg)
        cue = CueView(aim_deg=aim, clock=clock_hour(aim), strength=setup.cue_strength)
    instruction = _INSTRUCTIONS.get(mode, "tide.drop_anchor")
    if plan and plan.phase == "probe":
        instruction = "tide.probe"
    elif mode == "strategy_cue" and setup.cue_strength == 0.0:
        instruction = "tide.drop_anchor" if not setup.rotation_deg else "tide.aim_yourself"
    elif mode == "error_based" and setup.cue_strength > 0.0 and setup.aim_deg == 0.0:
        instruction = "tide.aim_at_buoy"  # no strategy is to mix in: the two-rate schedule stands on it
    shows_error = stage == "feedback" and setup.feedback == "path_error"
    target = _reach.place(params.reach_m, state.target_deg) if in_trial else None
    quality = 0.0
    if shows_error and state.anchor is not None and target is not None:
        quality = max(0.0, 1.0 - math.dist(state.anchor, target) / setup.target_radius_m)
    return _reach.view(
        params,
        state,
        sample,
        tick,
        instruction="tide.where_aim" if stage == "aim" else instruction,
        places=_reach.places(params.reach_m, targets(params, mode)),
        target=target,
        anchor=state.anchor if shows_error else None,
        past_anchors=state.past_anchors if setup.feedback == "path_error" and not setup.blur_m else (),
        error_from_deg=state.error_from_deg if shows_error else None,
        error_to_deg=state.target_deg if shows_error and state.error_from_deg is not None else None,
        rewarded=state.rewarded if stage == "feedback" else None,
        lights=state.lights,
        cue=cue,
        aim_ring=mode == "strategy_cue" and setup.feedback != "none" and setup.aim_deg is not None,
        aim_handle_deg=state.aim_deg if stage == "aim" else None,
        aim_left_s=(_AIM_TICKS - (tick - state.since)) * TICK_S if stage == "aim" else 0.0,
        quality=quality,
    )


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
    processes={"error": "primary", "strategy": "secondary", "context": "secondary"},
)
