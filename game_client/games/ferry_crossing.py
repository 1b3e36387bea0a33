"""Ferry Crossing: keep the ferry on a winding channel that comes towards you.

Tracking, for balance: lean, shift weight, or move any other way to the side. Only the sideways coordinate
steers. Rest at the jetty, then the course runs for a while; a crossing succeeds when the ferry was inside
the channel for long enough. A course is a sum of three slow sines, and another one is its mirror image.

How far it asks: `reach_m` is at most 80 % of the person's least limit (measured in calibration), and a course
asks for `amplitude` of that, at most all of it: 60 % of the limit by default, never more than 80 %.

Three things a plan may add, each left alone by default. In an assessment the ferry can go further, or less
far, than the hand (`gain`): it changes slowly over the practice and is back at one afterwards, so that what
was learnt shows as an after-effect in how far the hand goes. In training its distance from the centre line
can be shown larger than it is (`amplify`), and it can be out of sight for a growing part of each crossing
(`least_shown`), so that one does not come to depend on seeing it.

State and step are pure and scalar, so that a session replays bit for bit. Metres of hand space, x right.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Annotated, Literal

from msgspec import Meta, Struct
from msgspec.structs import replace

from game_client.games._spec import GameSpec, Sample, TrialPlan
from game_client.games._view import CourseView, Stage
from shared.movement.course import Waves, centre_m
from shared.training.spec import TrialResult, TrialSetup, judge
from shared.wire.events import (
    CourseOn,
    Event,
    Feedback,
    Go,
    Hit,
    Miss,
    TargetOn,
    TrialEnd,
    TrialStart,
    Wave,
)

TICK_S = 1.0 / 120.0
_FEEDBACK_TICKS = {"path_error": 120, "reward": 120, "none": 36}
_BETWEEN_TICKS = 24
_GAIN_STEP = 0.02  # a crossing: too little to be noticed at once (a design choice)
_FADE_TRIALS = 20
_SHOWN_EVERY_S = 3.0  # the ferry comes in sight again at least so often
_LEAST_SEEN = 0.5  # of a course; with less of it seen, nobody can say how well it went
_HZ = (0.071, 0.163, 0.311)  # no common period within a course
_SHARES = (1.0, 0.7, 0.4)
_PHASES = (
    (-0.6109, 0.9514381, 3.1325198),
    (-0.3491, 1.6555195, -2.0473253),
    (0.4363, -1.2709745, 2.4786251),
    (-0.1745, 2.1817822, -1.6066996),
)
"""Radians of each sine in four courses. Solved so that place and speed are zero at the start (nobody begins
outside), and chosen so that they bend to the right first, and to both sides by at least 74 % of the peak."""
COURSES = 2 * len(_PHASES)
WIDTH_UNIT_M = 0.075
"""The difficulty moves a radius of 5 to 35 mm, made for reaches. On the usual course, which goes this far,
the channel's half width is that radius; on a smaller one it is less in proportion."""


class Params(Struct, frozen=True):
    reach_m: Annotated[float, Meta(ge=0.03, le=0.30)] = 0.10
    """80 % of the person's least limit, where it was calibrated."""
    amplitude: Annotated[float, Meta(ge=0.2, le=1.0)] = 0.75
    """How much of the reach the furthest bend asks for."""
    half_width: Annotated[float, Meta(ge=0.07, le=0.46)] = 0.16
    """Half the channel's width at first, as a share of the furthest bend; in training it adapts."""
    course_s: Annotated[float, Meta(ge=5.0, le=20.0)] = 12.0
    inside_share: Annotated[float, Meta(ge=0.3, le=0.95)] = 0.7
    """A crossing succeeds when the ferry was inside the channel for this share of the time."""
    start_radius_m: Annotated[float, Meta(ge=0.005, le=0.03)] = 0.010
    hold_s: Annotated[float, Meta(ge=0.3, le=3.0)] = 0.8
    gain: Annotated[float, Meta(ge=0.7, le=1.3)] = 1.0
    """Assessment: how far the ferry goes for the hand in the end; it changes by 0.02 a crossing."""
    amplify: Annotated[float, Meta(ge=1.0, le=1.5)] = 1.0
    """Training: how many times the distance from the centre line is shown; the channel is judged by it."""
    least_shown: Annotated[float, Meta(ge=0.33, le=1.0)] = 1.0
    """Training: for what share of a crossing the ferry is seen in the end; it falls over 20 crossings."""

    @property
    def limit_m(self) -> float:
        """The furthest that a course asks for, to either side."""
        return self.amplitude * self.reach_m

    @property
    def target_radius_m(self) -> float:
        """The first difficulty, in the unit that the training's staircase moves."""
        return self.half_width * WIDTH_UNIT_M


class State(Struct, frozen=True, gc=False):
    stage: Stage | Literal["waiting"] = "waiting"
    since: int = 0
    """Tick at which this stage began; of the reach stage, at which the course began."""
    plan: TrialPlan | None = None
    waves: Waves = ()
    half_width_m: float = 0.0
    practised: int = 0
    """Crossings of practice that this block began before this one."""
    gain: float = 1.0
    amplify: float = 1.0
    shown: float = 1.0
    """For what share of this crossing the ferry is seen."""
    seen: int = 0
    """Ticks of the course at which the place was known."""
    inside: int = 0
    is_inside: bool = True
    square_m2: float = 0.0
    """Sum of squared distances from the centre line over the ticks seen."""
    share: float | None = None
    result: TrialResult | None = None


def targets(params: Params, mode: str) -> tuple[float, ...]:
    """Return where each course bends first: right (0 degrees) or left (180), in turn."""
    return tuple(180.0 * (course % 2) for course in range(COURSES))


@lru_cache(maxsize=64)
def course_waves(course: int, course_s: float, limit_m: float) -> Waves:
    """Return a course's sines (amplitude_m, hz, phase_rad), as large as just stays within the limit.

    The odd courses are the even ones in the mirror.
    """
    phases = _PHASES[course // 2]
    plain = tuple(zip(_SHARES, _HZ, phases, strict=True))
    peak = max(abs(centre_m(plain, tick * TICK_S)) for tick in range(round(course_s / TICK_S) + 1))
    size_m = limit_m / (peak * (1.0 + 1e-4))  # between two ticks it may rise by less than this
    turn = math.pi * (course % 2)
    return tuple((share * size_m, hz, phase + turn) for share, hz, phase in plain)


def start(params: Params) -> State:
    return State()


def is_waiting(state: State) -> bool:
    return state.stage == "waiting"


def begin(params: Params, state: State, plan: TrialPlan, tick: int) -> tuple[State, list[Event]]:
    """Begin a crossing: the ferry goes back to the jetty, with the channel ahead in sight."""
    setup = plan.setup
    half_width_m = setup.target_radius_m / WIDTH_UNIT_M * params.limit_m
    event = TrialStart(
        tick=tick,
        trial=plan.trial,
        block=plan.block,
        phase=plan.phase,  # type: ignore[arg-type]
        target=plan.target,
        target_deg=targets(params, plan.mode)[plan.target],
        target_distance_m=params.limit_m,
        target_radius_m=half_width_m,
        start_x_m=0.0,
        start_y_m=0.0,
        rotation_deg=setup.rotation_deg,
        clamp=setup.clamp,
        shows=setup.shows,
        feedback=setup.feedback,
    )
    waves = course_waves(plan.target, params.course_s, params.limit_m)
    after = State(
        stage="return",
        since=tick,
        plan=plan,
        waves=waves,
        half_width_m=half_width_m,
        practised=state.practised,
    )
    if plan.phase != "practice":
        return after, [event]
    done = state.practised
    if plan.purpose == "assess":
        gain = 1.0 + math.copysign(min(abs(params.gain - 1.0), _GAIN_STEP * (done + 1)), params.gain - 1.0)
        return replace(after, practised=done + 1, gain=gain), [event]
    shown = 1.0 - (1.0 - params.least_shown) * min(1.0, done / _FADE_TRIALS)
    return replace(after, practised=done + 1, amplify=params.amplify, shown=shown), [event]


def abandon(params: Params, state: State) -> State:
    """Wait anew after a crossing was cut short; what was practised counts on."""
    return State(practised=state.practised)


def step(params: Params, state: State, sample: Sample, tick: int) -> tuple[State, list[Event]]:
    """Advance one tick of 1/120 s."""
    plan = state.plan
    if plan is None or state.stage == "waiting":
        return state, []
    since = tick - state.since
    if state.stage == "reach":
        return _follow(params, state, plan, sample, tick)
    if state.stage in ("return", "hold"):
        is_home = abs(sample.cursor_x_m) <= params.start_radius_m and not sample.lost
        if is_home != (state.stage == "hold"):
            return replace(state, stage="hold" if is_home else "return", since=tick), []
        if is_home and since >= params.hold_s / TICK_S:
            return _cast_off(state, plan, tick)
    elif state.stage == "feedback" and since >= _FEEDBACK_TICKS[plan.setup.feedback]:
        return replace(state, stage="between", since=tick), []
    elif state.stage == "between" and since >= _BETWEEN_TICKS:
        return replace(state, stage="waiting"), []
    return state, []


def _is_in_sight(state: State, ran_s: float) -> bool:
    """Whether the ferry is seen now: for the same share of every three seconds."""
    return state.shown >= 1.0 or ran_s % _SHOWN_EVERY_S < state.shown * _SHOWN_EVERY_S


def command(
    params: Params, state: State, name: str, value: float | None, tick: int
) -> tuple[State, list[Event]]:
    """Take a choice of the player: this game asks for none."""
    return state, []


def _cast_off(state: State, plan: TrialPlan, tick: int) -> tuple[State, list[Event]]:
    waves = [Wave(amplitude_m=size, hz=hz, phase_rad=phase) for size, hz, phase in state.waves]
    return replace(state, stage="reach", since=tick), [
        TargetOn(tick=tick, trial=plan.trial),
        Go(tick=tick, trial=plan.trial),
        CourseOn(tick=tick, trial=plan.trial, waves=waves, half_width_m=state.half_width_m),
    ]


def _follow(
    params: Params, state: State, plan: TrialPlan, sample: Sample, tick: int
) -> tuple[State, list[Event]]:
    """Count a tick of the course; where the place is not known, it counts neither for nor against."""
    since = tick - state.since
    if not sample.lost:
        away_m = sample.cursor_x_m * state.gain - centre_m(state.waves, since * TICK_S)
        is_inside = abs(away_m) * state.amplify <= state.half_width_m
        state = replace(
            state,
            seen=state.seen + 1,
            inside=state.inside + is_inside,
            is_inside=is_inside,
            square_m2=state.square_m2 + away_m * away_m,
        )
    if since < round(params.course_s / TICK_S):
        return state, []
    return _end(params, state, plan, tick)


def _end(params: Params, state: State, plan: TrialPlan, tick: int) -> tuple[State, list[Event]]:
    setup, trial = plan.setup, plan.trial
    ticks = tick - state.since
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
        after = replace(state, stage="feedback", since=tick, share=None)
        return after, [Feedback(tick=tick, trial=trial, kind="none"), ended]
    share = state.inside / state.seen
    hit = share >= params.inside_share
    result = judge(setup, None, hit)
    events: list[Event] = []
    if setup.feedback != "none":
        events.append(Hit(tick=tick, trial=trial) if result.success else Miss(tick=tick, trial=trial))
    events.append(Feedback(tick=tick, trial=trial, kind=setup.feedback))
    events.append(
        TrialEnd(
            tick=tick,
            trial=trial,
            outcome="hit" if hit else "miss",
            success=result.success,
            hand_deg=None,
            endpoint_error_m=min(10.0, math.sqrt(state.square_m2 / state.seen)),
            movement_time_s=ticks * TICK_S,
        )
    )
    return replace(state, stage="feedback", since=tick, share=share, result=result), events


def view(params: Params, state: State, sample: Sample, tick: int) -> CourseView:
    """Build the picture of this tick: only what the mode lets be seen."""
    plan = state.plan
    setup = plan.setup if plan else TrialSetup()
    stage: Stage = "between" if state.stage == "waiting" else state.stage
    runs = stage == "reach"
    # Where the ferry is hidden, it is so from the moment the course runs to the next way back.
    hides = setup.shows == "nothing" and stage not in ("return", "hold")
    ran_s = {"reach": (tick - state.since) * TICK_S, "return": 0.0, "hold": 0.0}.get(stage, params.course_s)
    if runs and not _is_in_sight(state, ran_s):
        hides = True
    ferry_m = sample.cursor_x_m
    line_m = centre_m(state.waves, ran_s) if runs else 0.0
    if runs and state.gain != 1.0:
        ferry_m *= state.gain
    if runs and state.amplify != 1.0:
        ferry_m = line_m + state.amplify * (ferry_m - line_m)
    shows_result = stage == "feedback" and setup.feedback == "path_error" and state.share is not None
    share = state.share if shows_result else None
    quality = 0.0 if share is None else max(0.0, (share - params.inside_share) / (1.0 - params.inside_share))
    intended = None
    if stage in ("return", "hold", "reach"):
        intended = (line_m / state.gain, 0.0) if runs else (0.0, 0.0)
    return CourseView(
        stage=stage,
        mode=plan.mode if plan else "error_based",
        phase=plan.phase if plan else "practice",
        purpose=plan.purpose if plan else "train",
        cursor=None if hides else (ferry_m, 0.0),
        return_guide_m=None,
        stones_done=plan.stones_done if plan else 0,
        stones_total=plan.stones_total if plan else 0,
        instruction="ferry.probe" if plan and plan.phase == "probe" else "ferry.keep_in",
        effects=plan.effects if plan else "medium",
        trial=plan.trial if plan else 0,
        quality=quality,
        intended=intended,
        waves=state.waves,
        run_s=ran_s,
        course_s=params.course_s,
        half_width_m=state.half_width_m or params.half_width * params.limit_m,
        limit_m=params.limit_m,
        start_radius_m=params.start_radius_m,
        inside=state.is_inside if runs and not hides else None,
        inside_share=share,
        success=state.result.success if shows_result and state.result else None,
        hold_fraction=min(1.0, (tick - state.since) * TICK_S / params.hold_s) if stage == "hold" else 0.0,
    )


GAME = GameSpec(
    id="ferry_crossing",
    version=1,
    name="Ferry Crossing",
    params=Params,
    modes=frozenset({"error_based"}),
    movements=frozenset({"hand_reach", "trunk_lean", "weight_shift", "head", "deflection", "decoded"}),
    usual_movement="trunk_lean",
    start=start,
    targets=targets,
    begin=begin,
    step=step,
    command=command,
    is_waiting=is_waiting,
    view=view,
    drawing="game_client.games._ferry_drawing",
    abandon=abandon,
    turns=False,
    self_paced=False,
    trial_s=14.0,
    done_words="summary.courses",
    success_words="summary.crossings",
    processes={"error": "primary", "acuity": "secondary", "context": "secondary"},
    place="long_lake",
)
