"""Mirror Scribe: draw along a star, a circle or a square inside a double line, seen in a mirror.

Tracing under reversed vision: a skill that is learnt without being told how, and that stays over days. Rest
the pen on the marked point, go round the shape, either way, and come back to it. A page succeeds when enough
of the way was inside the double line, and with a time limit (acuity) when it did not take longer.

The mirror is the game's own: what the hand draws appears mirrored left-right, up-down or both, about axes
through the marked point, so that the hand rests where the pen does. In `error_based` every fourth page of
practice (`control_every`) is unmirrored, as a control; so are baseline and washout. In `acuity` nothing is
mirrored. The width of the double line follows the training's difficulty. In a probe the pen and its ink are
hidden.

Measured: `level` of a page is how often the pen crossed out over the border, `endpoint_error_m` the root
mean square distance from the middle line by time, `movement_time_s` how long it took.

Published mirror drawing has 45 s a shape: a plan may ask for it (`cap_s`), for an assessment. In training a
page ends after 20 s, the longest that a trial of a continuous game may be. `greets_as_new` is for people
with amnesia: the words of the first day each time, and no count of earlier pages.

Limits: a mouse or a pen suits it better than a camera. The distance from the line looks only at the three
sides nearest in direction, which is exact near the line; far off it can be a little too large. The shapes
are three; a person's own initial is not among them.

State and step are pure and scalar, so that a session replays bit for bit. Metres of hand space, x right.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Annotated, Literal

from msgspec import Meta, Struct
from msgspec.structs import replace

from game_client.games._spec import GameSpec, Sample, TrialPlan
from game_client.games._view import Point, Stage, TraceView
from shared.training.spec import TrialResult, TrialSetup, judge
from shared.wire.events import (
    Corner,
    Event,
    Feedback,
    Go,
    Hit,
    Miss,
    TargetOn,
    Timeout,
    TraceOn,
    TrialEnd,
    TrialStart,
)

TICK_S = 1.0 / 120.0
_FEEDBACK_TICKS = {"path_error": 120, "reward": 120, "none": 36}
_BETWEEN_TICKS = 24
_LEAST_SEEN = 0.5
_CLOSED, _OVER = 0.95, 1.05  # turns: back at the marked point, or past it without touching it
_PLAIN_PHASES = ("baseline", "washout")
SIZE = 0.4
"""Radius of a shape as a share of the reach: from the marked point it goes twice as far."""
WIDTH_UNIT_M = 0.1
"""The difficulty moves a radius of 5 to 35 mm; over this it is the half width, as a share of the shape's
radius."""
SHAPES = ("star", "circle", "square")
_RADII = {"star": (1.0, 0.6) * 6, "circle": (1.0,) * 72, "square": (1.0,) * 4}
"""A corner's distance from the centre, at even angles all round."""
_FIRST_DEG = {"star": -90.0, "circle": -90.0, "square": -45.0}
Mirror = Literal["none", "left_right", "up_down", "both"]


class Params(Struct, frozen=True):
    reach_m: Annotated[float, Meta(ge=0.03, le=0.30)] = 0.10
    """The person's calibrated reach; a shape needs at most 80 % of it."""
    mirror: Literal["left_right", "up_down", "both"] = "left_right"
    control_every: Annotated[int, Meta(ge=0, le=20)] = 4
    """Every so many pages of practice one is unmirrored; 0: none is."""
    half_width: Annotated[float, Meta(ge=0.05, le=0.35)] = 0.16
    """Half the double line's width at first, as a share of the shape's radius; in training it adapts."""
    inside_share: Annotated[float, Meta(ge=0.3, le=1.0)] = 0.8
    """A page succeeds when this share of the way was inside the double line."""
    start_radius_m: Annotated[float, Meta(ge=0.003, le=0.02)] = 0.008
    hold_s: Annotated[float, Meta(ge=0.3, le=3.0)] = 0.6
    cap_s: Annotated[float, Meta(ge=5.0, le=45.0)] = 20.0
    """The longest that a page may take; training never waits longer than 20 s."""
    greets_as_new: bool = False
    """Say the words of the first day each time, and count no earlier pages (amnesia)."""

    @property
    def radius_m(self) -> float:
        return SIZE * self.reach_m

    @property
    def target_radius_m(self) -> float:
        """The first difficulty, in the unit that the training's staircase moves."""
        return self.half_width * WIDTH_UNIT_M


class State(Struct, frozen=True, gc=False):
    stage: Stage | Literal["waiting"] = "waiting"
    since: int = 0
    """Tick at which this stage began."""
    plan: TrialPlan | None = None
    mirror: Mirror = "none"
    half_width_m: float = 0.0
    practised: int = 0
    """Pages of practice that this block began before this one."""
    pages: int = 0
    """Pages that were drawn to their end."""
    seen: int = 0
    """Ticks of drawing at which the place was known."""
    last: Point | None = None
    """Where the pen was a tick ago; None after a gap."""
    angle_rad: float | None = None
    """Its last known direction from the centre."""
    turns_rad: float = 0.0
    way_m: float = 0.0
    inside_m: float = 0.0
    is_inside: bool = True
    exits: int = 0
    square_m2: float = 0.0
    share: float | None = None
    result: TrialResult | None = None


def targets(params: Params, mode: str) -> tuple[float, ...]:
    """Return a direction for each shape: all lie straight ahead."""
    return (90.0,) * len(SHAPES)


@lru_cache(maxsize=64)
def outline(shape: str, radius_m: float) -> tuple[Point, tuple[Point, ...]]:
    """Return a shape's centre and corners in metres; its lowest point is the marked one, the origin."""
    radii, first_deg = _RADII[shape], _FIRST_DEG[shape]
    step = math.tau / len(radii)
    angles = [math.radians(first_deg) + k * step for k in range(len(radii))]
    low_m = -radius_m * min(r * math.sin(a) for r, a in zip(radii, angles, strict=True))
    corners = tuple(
        (radius_m * r * math.cos(a), low_m + radius_m * r * math.sin(a))
        for r, a in zip(radii, angles, strict=True)
    )
    return (0.0, low_m), corners


def distance_m(shape: str, radius_m: float, x: float, y: float) -> float:
    """Return how far a place is from the shape's line (from the three sides nearest in direction)."""
    (cx, cy), corners = outline(shape, radius_m)
    count = len(corners)
    at = int((math.atan2(y - cy, x - cx) - math.radians(_FIRST_DEG[shape])) % math.tau / (math.tau / count))
    least = math.inf
    for side in (at - 1, at, at + 1):
        ax, ay = corners[side % count]
        bx, by = corners[(side + 1) % count]
        dx, dy = bx - ax, by - ay
        along = ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy)
        along = 0.0 if along < 0.0 else 1.0 if along > 1.0 else along
        least = min(least, math.hypot(x - ax - along * dx, y - ay - along * dy))
    return least


def mirrored(mirror: Mirror, x: float, y: float) -> Point:
    """Return where the pen appears for the hand, and the hand for the pen."""
    return (
        -x if mirror in ("left_right", "both") else x,
        -y if mirror in ("up_down", "both") else y,
    )


def start(params: Params) -> State:
    return State()


def is_waiting(state: State) -> bool:
    return state.stage == "waiting"


def abandon(params: Params, state: State) -> State:
    """Wait anew after a page was cut short; what was practised counts on."""
    return State(practised=state.practised, pages=state.pages)


def begin(params: Params, state: State, plan: TrialPlan, tick: int) -> tuple[State, list[Event]]:
    """Begin a page: the pen goes back to the marked point."""
    setup = plan.setup
    half_width_m = setup.target_radius_m / WIDTH_UNIT_M * params.radius_m
    practises = plan.phase in ("ramp", "practice")
    every, practised = params.control_every, state.practised
    is_control = practises and every > 0 and practised % every == every - 1
    is_plain = plan.mode == "acuity" or plan.phase in _PLAIN_PHASES or is_control
    event = TrialStart(
        tick=tick,
        trial=plan.trial,
        block=plan.block,
        phase=plan.phase,  # type: ignore[arg-type]
        target=plan.target,
        target_deg=90.0,
        target_distance_m=2.0 * params.radius_m,
        target_radius_m=half_width_m,
        start_x_m=0.0,
        start_y_m=0.0,
        rotation_deg=0.0,
        clamp=False,
        shows=setup.shows,
        feedback=setup.feedback,
        time_limit_s=setup.time_limit_s,
    )
    begun = State(
        stage="return",
        since=tick,
        plan=plan,
        mirror="none" if is_plain else params.mirror,
        half_width_m=half_width_m,
        practised=practised + practises,
        pages=state.pages,
    )
    return begun, [event]


def step(params: Params, state: State, sample: Sample, tick: int) -> tuple[State, list[Event]]:
    """Advance one tick of 1/120 s."""
    plan = state.plan
    if plan is None or state.stage == "waiting":
        return state, []
    since = tick - state.since
    if state.stage == "reach":
        return _draw(params, state, plan, sample, tick)
    if state.stage in ("return", "hold"):
        away_m = math.hypot(sample.cursor_x_m, sample.cursor_y_m)
        is_home = away_m <= params.start_radius_m and not sample.lost
        if is_home != (state.stage == "hold"):
            return replace(state, stage="hold" if is_home else "return", since=tick), []
        if is_home and since >= params.hold_s / TICK_S:
            return _open(params, state, plan, tick)
    elif state.stage == "feedback" and since >= _FEEDBACK_TICKS[plan.setup.feedback]:
        return replace(state, stage="between", since=tick), []
    elif state.stage == "between" and since >= _BETWEEN_TICKS:
        return replace(state, stage="waiting"), []
    return state, []


def command(
    params: Params, state: State, name: str, value: float | None, tick: int
) -> tuple[State, list[Event]]:
    """Take a choice of the player: this game asks for none."""
    return state, []


def _shape(plan: TrialPlan) -> str:
    return SHAPES[plan.target % len(SHAPES)]


def _open(params: Params, state: State, plan: TrialPlan, tick: int) -> tuple[State, list[Event]]:
    corners = outline(_shape(plan), params.radius_m)[1]
    return replace(state, stage="reach", since=tick), [
        TargetOn(tick=tick, trial=plan.trial),
        Go(tick=tick, trial=plan.trial),
        TraceOn(
            tick=tick,
            trial=plan.trial,
            shape=_shape(plan),
            mirror=state.mirror,
            half_width_m=state.half_width_m,
            corners=[Corner(x, y) for x, y in corners],
        ),
    ]


def _draw(
    params: Params, state: State, plan: TrialPlan, sample: Sample, tick: int
) -> tuple[State, list[Event]]:
    """Follow the pen for a tick; where it is lost, neither way nor border counts."""
    shape, radius_m = _shape(plan), params.radius_m
    if sample.lost:
        if state.last is not None:
            state = replace(state, last=None)
        is_back = False
    else:
        x, y = mirrored(state.mirror, sample.cursor_x_m, sample.cursor_y_m)
        off_m = distance_m(shape, radius_m, x, y)
        is_inside = off_m <= state.half_width_m
        cx, cy = outline(shape, radius_m)[0]
        angle_rad = math.atan2(y - cy, x - cx)
        before_rad = -0.5 * math.pi if state.angle_rad is None else state.angle_rad
        way_m = 0.0 if state.last is None else math.hypot(x - state.last[0], y - state.last[1])
        state = replace(
            state,
            seen=state.seen + 1,
            last=(x, y),
            angle_rad=angle_rad,
            turns_rad=state.turns_rad + (angle_rad - before_rad + math.pi) % math.tau - math.pi,
            way_m=state.way_m + way_m,
            inside_m=state.inside_m + (way_m if is_inside else 0.0),
            is_inside=is_inside,
            exits=state.exits + (state.is_inside and not is_inside),
            square_m2=state.square_m2 + off_m * off_m,
        )
        is_back = math.hypot(x, y) <= params.start_radius_m
    turns = abs(state.turns_rad) / math.tau
    if turns >= _OVER or (is_back and turns >= _CLOSED):
        return _end(params, state, plan, tick, is_closed=True)
    cap_s = params.cap_s if plan.purpose == "assess" else min(20.0, params.cap_s)
    if tick - state.since >= round(cap_s / TICK_S):
        return _end(params, state, plan, tick, is_closed=False)
    return state, []


def _end(
    params: Params, state: State, plan: TrialPlan, tick: int, *, is_closed: bool
) -> tuple[State, list[Event]]:
    setup, trial = plan.setup, plan.trial
    ticks = tick - state.since
    if state.seen < _LEAST_SEEN * ticks or state.seen == 0:
        ended = TrialEnd(
            tick=tick,
            trial=trial,
            outcome="aborted",
            success=None,
            hand_deg=None,
            endpoint_error_m=None,
            movement_time_s=None,
        )
        after = replace(state, stage="feedback", since=tick, share=None, result=None)
        return after, [Feedback(tick=tick, trial=trial, kind="none"), ended]
    share = state.inside_m / state.way_m if state.way_m > 0.0 else 0.0
    took_s = ticks * TICK_S
    is_good = is_closed and share >= params.inside_share
    result = judge(setup, None, is_good, took_s)
    events: list[Event] = []
    if not is_closed:
        events.append(Timeout(tick=tick, trial=trial))
    if setup.feedback != "none":
        events.append(Hit(tick=tick, trial=trial) if result.success else Miss(tick=tick, trial=trial))
    events.append(Feedback(tick=tick, trial=trial, kind=setup.feedback))
    events.append(
        TrialEnd(
            tick=tick,
            trial=trial,
            outcome="timeout" if not is_closed else "hit" if is_good else "miss",
            success=result.success,
            hand_deg=None,
            endpoint_error_m=min(10.0, math.sqrt(state.square_m2 / state.seen)),
            movement_time_s=took_s,
            level=float(state.exits),
        )
    )
    after = replace(
        state, stage="feedback", since=tick, share=share, result=result, pages=state.pages + is_closed
    )
    return after, events


def view(params: Params, state: State, sample: Sample, tick: int) -> TraceView:
    """Build the picture of this tick: only what the mode lets be seen."""
    plan = state.plan
    setup = plan.setup if plan else TrialSetup()
    stage: Stage = "between" if state.stage == "waiting" else state.stage
    # Where the pen is hidden, it is so from go to the next way back.
    hides = setup.shows == "nothing" and stage not in ("return", "hold")
    here: Point = (sample.cursor_x_m, sample.cursor_y_m)
    if stage not in ("return", "hold"):
        here = mirrored(state.mirror, *here)
    shape = _shape(plan) if plan else SHAPES[0]
    centre, corners = outline(shape, params.radius_m)
    shows_result = stage == "feedback" and setup.feedback == "path_error" and state.share is not None
    share = state.share if shows_result else None
    is_new = params.greets_as_new or state.pages == 0
    instruction = "scribe.first" if is_new else "scribe.trace"
    success = state.result.success if shows_result and state.result else None
    if success is False:
        instruction = "scribe.next"
    if plan and plan.phase == "probe":
        instruction = "scribe.probe"
    return TraceView(
        stage=stage,
        mode=plan.mode if plan else "error_based",
        phase=plan.phase if plan else "practice",
        purpose=plan.purpose if plan else "train",
        cursor=None if hides else here,
        return_guide_m=None,
        stones_done=plan.stones_done if plan else 0,
        stones_total=plan.stones_total if plan else 0,
        instruction=instruction,
        effects=plan.effects if plan else "medium",
        trial=plan.trial if plan else 0,
        quality=0.0 if share is None else share,
        intended=(0.0, 0.0) if stage in ("return", "hold") else None,
        shape=shape,
        mirror=state.mirror,
        corners=corners,
        centre=centre,
        half_width_m=state.half_width_m or params.half_width * params.radius_m,
        start_radius_m=params.start_radius_m,
        inside=state.is_inside if stage == "reach" and not hides else None,
        inside_share=share,
        time_limit_s=setup.time_limit_s,
        pages=None if params.greets_as_new else state.pages,
        success=success,
        hold_fraction=min(1.0, (tick - state.since) * TICK_S / params.hold_s) if stage == "hold" else 0.0,
    )


GAME = GameSpec(
    id="mirror_scribe",
    version=1,
    name="Mirror Scribe",
    params=Params,
    modes=frozenset({"error_based", "acuity"}),
    movements=frozenset({"hand_reach"}),
    start=start,
    targets=targets,
    begin=begin,
    step=step,
    command=command,
    is_waiting=is_waiting,
    view=view,
    drawing="game_client.games._mirror_scribe_drawing",
    processes={"error": "secondary", "acuity": "secondary", "context": "secondary", "strategy": "secondary"},
    place="water_mill",
    abandon=abandon,
    turns=False,
    self_paced=True,
    trial_s=14.0,
    done_words="summary.pages",
    success_words="summary.traced",
)
