"""Kingfisher: dive for a fish; stop when the otter comes up, turn when the fish does, choose between two.

Acuity: reaches to shrinking fish within a time that follows the person, in three windows (shorter, as it is,
longer), so that what improves is the whole speed-accuracy curve and not mere care. Beside it, decisions in
reaching, each a share of the practised dives:

- The otter comes up (`stop_share`): hold still. The delay of this stop signal follows a staircase of 50 ms,
  so that about half of the stops succeed; from that comes the stop-signal reaction time (Verbruggen et al.
  2019, eLife 8:e46323). Never in a block's first dives, and never twice in a row. The signal comes at its
  delay, also when the hand has left. Nothing is lost by a failed stop.
- The fish turns in mid-dive by 30 degrees (`jump_share`): follow it. The time limit then falls away.
- Two fish (`choice_share`): a near one that brings one point, and a far one that brings three.
- With `offers`, some dives announce one or three points before (one or three fish), and have no time limit:
  what that does to speed is vigour.

For Parkinson's disease with little load, for impulsivity, and after mild stroke. Limits: an estimate of
stopping needs some 200 dives, and none is made out of the rules of the consensus (`shared.metrics.stopping`).
"""

from __future__ import annotations

import math
from typing import Annotated, Literal

from msgspec import Meta
from msgspec.structs import replace

from game_client.games import _reach
from game_client.games._reach import TICK_S
from game_client.games._spec import GameSpec, Sample, TrialPlan
from game_client.games._view import ChoiceView, Point, ReachView
from shared.training.layout import directions_deg
from shared.training.spec import TrialResult
from shared.units import wrap_deg
from shared.wire.events import Choice, Event, Feedback, Offer, StopSignal, TargetJump

JUMP_DEG = 30.0
_JUMP_AT = 1.0 / 3.0  # of the way
_FREE_DIVES = 4  # at a block's beginning: first one learns to go
_STEP_MS, _LEAST_MS, _MOST_MS = 50, 50, 900
_STOP_WINDOW_S = 1.5  # from the signal on: who has not left by then has stopped
_LATE_S = 0.6  # how long the signal stays after the hand has left
_CHOICE_DEG, _NEAR, _NEAR_POINTS, _FAR_POINTS = 30.0, 0.7, 1, 3
_OFFER_SHARE, _OFFERS = 0.4, (1, 3)
_WINDOWS = (0.75, 1.0, 1.4)
"""What the mode's time limit is multiplied by, so that the whole speed-accuracy curve is seen."""
_RULES = _reach.Rules()

Kind = Literal["plain", "stop", "jump", "choice"]


class Params(_reach.Params, frozen=True):
    target_radius_m: Annotated[float, Meta(ge=0.005, le=0.035)] = 0.010
    """Small enough to be missed in haste: else there is no trade-off of speed and accuracy to see."""
    targets: Annotated[int, Meta(ge=2, le=5)] = 5
    spread: Literal["near", "front"] = "front"
    """Fish over an arc of 120 degrees ahead, or two neighbours 30 degrees apart."""
    stop_share: Annotated[float, Meta(ge=0.0, le=0.4)] = 0.25
    jump_share: Annotated[float, Meta(ge=0.0, le=0.2)] = 0.1
    choice_share: Annotated[float, Meta(ge=0.0, le=0.2)] = 0.1
    offers: bool = True


class State(_reach.State, frozen=True, gc=False):
    kind: Kind = "plain"
    dives: int = 0
    """Practised dives of this block before this one."""
    stop_delay_ms: int = 250
    """The next stop signal's delay; the staircase of the block."""
    signal: int = 0
    """Tick of the stop signal; 0 before it."""
    side: int = 1
    """To which side the fish turns, or the near fish lies."""
    jumped: bool = False
    offer: int = 0
    chosen: int | None = None
    ended_at: Point | None = None
    caught: bool | None = None
    """Whether the dive ended in a catch, where the mode tells it."""


def targets(params: Params, mode: str) -> tuple[float, ...]:
    """Return the directions in which fish are."""
    return directions_deg(params.targets, params.spread, on_hours=False)


def start(params: Params) -> State:
    return State()


def is_waiting(state: State) -> bool:
    return state.stage == "waiting"


def abandon(params: Params, state: State) -> State:
    """Wait for the next dive after one was cut short; the staircase stays."""
    return State(kind=state.kind, dives=state.dives, stop_delay_ms=state.stop_delay_ms)


def begin(params: Params, state: State, plan: TrialPlan, tick: int) -> tuple[State, list[Event]]:
    """Begin a dive; its kind comes from the plan's chances, in practice only."""
    practised = plan.phase == "practice" and plan.setup.feedback == "path_error"
    kind = _kind(params, state, plan) if practised else "plain"
    offer = 0
    if practised and params.offers and kind in ("plain", "stop") and plan.chances[2] < _OFFER_SHARE:
        offer = _OFFERS[int(plan.chances[2] / _OFFER_SHARE * len(_OFFERS))]
    drawn = int(plan.chances[3] * 2 * len(_WINDOWS))
    if practised and plan.setup.time_limit_s is not None:
        # An offer comes without a limit: how quick one is then is one's own choice.
        limit_s = None if offer else plan.setup.time_limit_s * _WINDOWS[drawn // 2]
        plan = replace(plan, setup=replace(plan.setup, time_limit_s=limit_s))
    target_deg = _reach.turned(targets(params, plan.mode)[plan.target], plan.setup)
    begun = State(
        stage="return",
        since=tick,
        plan=plan,
        target_deg=target_deg,
        trace=state.trace,
        kind=kind,
        dives=state.dives + 1 if practised else state.dives,
        stop_delay_ms=state.stop_delay_ms,
        side=1 if drawn % 2 == 0 else -1,
        offer=offer,
    )
    start_event = _reach.trial_start(
        params,
        plan,
        tick,
        target_deg,
        reward_offered=float(offer) if offer else None,
        # Turning and choosing take longer.
        time_limit_s=None if kind in ("jump", "choice") else plan.setup.time_limit_s,
    )
    return begun, [start_event]


def _kind(params: Params, state: State, plan: TrialPlan) -> Kind:
    """Draw what a dive is. No stop follows a stop, so that others have to be as many more stops."""
    share = params.stop_share
    if state.dives >= _FREE_DIVES and state.kind != "stop" and plan.chances[0] < share / (1.0 - share):
        return "stop"
    chance = plan.chances[1] * (1.0 - share)
    if chance < params.jump_share:
        return "jump"
    return "choice" if chance < params.jump_share + params.choice_share else "plain"


def step(params: Params, state: State, sample: Sample, tick: int) -> tuple[State, list[Event]]:
    """Advance one tick of 1/120 s."""
    before = state
    state, events, said = _reach.advance(_RULES, params, state, sample, tick)
    plan = state.plan
    if plan is None:
        return state, events
    if said == "rested":
        state, event = _reach.go(state, plan, tick)
        return state, [*events, *_reach.shown(plan, tick), event]
    if before.stage != "reach":
        return state, events
    if state.kind == "stop":
        state, happened = _stop(state, plan, tick)
    elif said and state.kind == "choice":
        state, happened = _choose(params, state, plan, sample, tick, late=said == "late")
    elif said:
        state, happened = _catch(params, state, sample, tick, late=said == "late")
    elif state.kind == "jump" and state.onset and not state.jumped:
        state, happened = _jump(params, state, plan, sample, tick)
    else:
        return state, events
    return state, events + happened


def _stop(state: State, plan: TrialPlan, tick: int) -> tuple[State, list[Event]]:
    """A dive with a stop signal: it ends some time after the signal, wherever the hand is."""
    if not state.signal:
        if (tick - state.since) * TICK_S * 1000.0 < state.stop_delay_ms - 1e-6:
            return state, []
        signal = StopSignal(tick=tick, trial=plan.trial, delay_ms=float(state.stop_delay_ms))
        return replace(state, signal=tick), [signal]
    left_since = max(state.signal, state.onset) if state.onset else 0
    if left_since:
        if tick - left_since < _LATE_S / TICK_S:
            return state, []
    elif tick - state.signal < _STOP_WINDOW_S / TICK_S:
        return state, []
    seen = state.lost <= _reach.LEAST_SEEN * (tick - state.since)
    stopped = not state.onset
    result = TrialResult(hand_deg=None, hit=stopped and seen, success=None)
    ended: list[Event] = []
    if seen:
        ended.append(Feedback(tick=tick, trial=plan.trial, kind="none"))
    outcome: Literal["hit", "miss", "aborted"] = "aborted" if not seen else "hit" if stopped else "miss"
    ended.append(_reach.trial_end(state, tick, outcome, None, None, None))
    if seen:
        delay_ms = state.stop_delay_ms + (_STEP_MS if stopped else -_STEP_MS)
        state = replace(state, stop_delay_ms=max(_LEAST_MS, min(_MOST_MS, delay_ms)), caught=stopped)
    return _reach.in_feedback(state, tick, result), ended


def _jump(
    params: Params, state: State, plan: TrialPlan, sample: Sample, tick: int
) -> tuple[State, list[Event]]:
    """A third of the way there, the fish turns to one side."""
    if sample.lost or _reach.away_m(sample) < _JUMP_AT * params.reach_m:
        return state, []
    to_deg = wrap_deg(state.target_deg + state.side * JUMP_DEG)
    jump = TargetJump(tick=tick, trial=plan.trial, to_deg=to_deg)
    return replace(state, target_deg=to_deg, jumped=True), [jump]


def _catch(
    params: Params, state: State, sample: Sample, tick: int, *, late: bool
) -> tuple[State, list[Event]]:
    limit_s = params.move_limit_s if state.kind == "jump" else None
    state, events, judged = _reach.ended(params, state, sample, tick, late=late, time_limit_s=limit_s)
    shows = state.plan is not None and state.plan.setup.feedback == "path_error" and not late
    at = (sample.cursor_x_m, sample.cursor_y_m) if shows else None
    return replace(state, ended_at=at, caught=judged.result.success), events


def _choices(params: Params, state: State) -> tuple[ChoiceView, ChoiceView]:
    """The near fish with little, and the far one with more, 60 degrees apart."""
    near = _reach.place(_NEAR * params.reach_m, state.target_deg + state.side * _CHOICE_DEG)
    far = _reach.place(params.reach_m, state.target_deg - state.side * _CHOICE_DEG)
    return ChoiceView(near, _NEAR_POINTS), ChoiceView(far, _FAR_POINTS)


def _choose(
    params: Params, state: State, plan: TrialPlan, sample: Sample, tick: int, *, late: bool
) -> tuple[State, list[Event]]:
    """A dive with two fish ends: at one of them, or at neither. It is no matter of success."""
    both = _choices(params, state)
    at = (sample.cursor_x_m, sample.cursor_y_m)
    miss_m = [math.dist(at, each.place) for each in both]
    nearest = 0 if miss_m[0] <= miss_m[1] else 1
    radius_m = plan.setup.target_radius_m
    chosen = nearest if not late and miss_m[nearest] <= radius_m else None
    seen = state.lost <= _reach.LEAST_SEEN * (tick - state.since)
    outcome: Literal["hit", "miss", "timeout", "aborted"] = (
        "aborted" if not seen else "timeout" if late else "miss" if chosen is None else "hit"
    )
    events: list[Event] = []
    if seen:
        offers = [
            Offer(
                direction_deg=wrap_deg(math.degrees(math.atan2(each.place[1], each.place[0]))),
                distance_m=math.hypot(*each.place),
                radius_m=radius_m,
                points=float(each.points),
            )
            for each in both
        ]
        events += [
            *_reach.verdict(plan, tick, chosen is not None, late=late),
            Choice(tick=tick, trial=plan.trial, offers=offers, chosen=chosen),
            Feedback(tick=tick, trial=plan.trial, kind="none"),
        ]
    error_m = None if late or not seen else min(10.0, miss_m[nearest])
    events.append(_reach.trial_end(state, tick, outcome, None, None, error_m))
    state = replace(state, chosen=chosen, caught=chosen is not None, ended_at=at if seen else None)
    return _reach.in_feedback(state, tick, TrialResult(None, chosen is not None, None)), events


def command(
    params: Params, state: State, name: str, value: float | None, tick: int
) -> tuple[State, list[Event]]:
    """There is nothing to choose but by diving."""
    return state, []


def view(params: Params, state: State, sample: Sample, tick: int) -> ReachView:
    """Build the picture of this tick: only what the mode lets be seen."""
    plan = state.plan
    stage = _reach.stage_of(state)
    in_trial = stage in ("reach", "feedback") and plan is not None
    tells = in_trial and plan is not None and plan.setup.feedback != "none"
    over = stage == "feedback" and tells
    target: Point | None = None
    choices: tuple[ChoiceView, ...] = ()
    if in_trial and state.kind == "choice":
        choices = _choices(params, state)
    elif in_trial:
        target = _reach.place(params.reach_m, state.target_deg)
    quality = 0.0
    if over and state.caught and state.ended_at is not None and target is not None and plan is not None:
        quality = max(0.0, 1.0 - math.dist(state.ended_at, target) / plan.setup.target_radius_m)
    return _reach.view(
        params,
        state,
        sample,
        tick,
        instruction=_instruction(state, over=over),
        places=_reach.places(params.reach_m, targets(params, "acuity")),
        target=target,
        choices=choices,
        anchor=state.ended_at if over else None,
        caught=state.caught if over else None,
        chosen=state.chosen if over else None,
        stop=stage == "reach" and state.signal > 0,
        offer=state.offer,
        # That a dive is none of the plain ones is not told before it shows.
        time_limit_s=plan.setup.time_limit_s if tells and plan and not (choices or state.jumped) else None,
        quality=quality,
    )


def _instruction(state: State, *, over: bool) -> str:
    if state.plan is not None and state.plan.phase == "probe":
        return "kingfisher.probe"
    if state.kind == "stop" and over:
        return "kingfisher.stopped" if state.caught else "kingfisher.wait"
    if state.kind == "stop" and state.signal and state.stage == "reach":
        return "kingfisher.otter"
    if state.kind == "choice" and state.stage in ("reach", "feedback"):
        return "kingfisher.choose"
    return "kingfisher.dive"


GAME = GameSpec(
    id="kingfisher",
    version=1,
    name="Kingfisher",
    params=Params,
    modes=frozenset({"acuity"}),
    movements=frozenset({"hand_reach", "trunk_lean", "weight_shift", "head", "deflection", "decoded"}),
    start=start,
    targets=targets,
    begin=begin,
    step=step,
    command=command,
    is_waiting=is_waiting,
    view=view,
    drawing="game_client.games._kingfisher_drawing",
    processes={"acuity": "primary", "decision": "primary", "reward": "secondary"},
    place="birch_brook",
    abandon=abandon,
    trial_s=6.0,
    done_words="summary.reaches",
    success_words="summary.fish",
)
