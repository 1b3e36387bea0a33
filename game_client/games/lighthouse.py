"""Lighthouse: keep the lamp steady in the tower's window while gusts come from the sea.

Balance by an image to move by. Rest in the middle, where the lamp hangs still. A picture may come ("Think of
a firm tripod.", "Keep the lamp still.", "A big slow shift before you reach."), then a gust: it pushes the
lamp that is seen, never the person, and one moves against it. In every third trial there is a lamp to light
afterwards, by a reach from there: does what was practised serve something else?

What it trains: steadiness by an instructed image, on and off in turn and faded by the mode, so that what
the image does shows as a difference. An image about the lamp keeps attention outside the body. A trial
succeeds when the lamp hung inside the ring for long enough of the gust (and the other lamp was lit). In a
probe the lamp is hidden and no image is shown; the wind is still seen.

Its limits: the push is seen and not felt, so this is no test of reactions to being pushed. The image that a
person really used is not known; only which one was shown. Sizes of ring and gust are design choices.

State and step are pure and scalar, so that a session replays bit for bit. Metres of hand space, x right, y
away from the player; angles in degrees counter-clockwise.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Annotated, Literal

from msgspec import Meta, Struct
from msgspec.structs import replace

from game_client.games._spec import GameSpec, Sample, TrialPlan
from game_client.games._view import Point, Stage, SteadyView
from shared.training.spec import TrialResult, TrialSetup, judge
from shared.units import wrap_deg
from shared.wire.events import Cue, Event, Feedback, Go, Gust, Hit, Miss, TargetOn, TrialEnd, TrialStart

TICK_S = 1.0 / 120.0
IMAGES = ("tripod", "lamp", "shift")
_IMAGE_DEG = (150.0, 90.0, 30.0)
"""Where the pictures stand when one is chosen, from left to right."""
_CHOOSE_TICKS = 8 * 120
_UNCHOSEN = "lamp"  # attention outside the body is the safest advice
GUSTS_DEG = (0.0, 180.0, 90.0)
LAMPS_DEG = (150.0, 90.0, 30.0)
"""Where the lamps to light are: all within reach of somebody who sits."""
_TRANSFER_EVERY = 3
_LAMP_SHARE = 0.22  # a lamp's radius, as a share of the reach
_LIT_TICKS = 24
_READY_S, _READY_MORE_S = 2.0, 1.0  # time for the words; then nobody knows when the gust comes
_FEEDBACK_TICKS = {"path_error": 108, "reward": 108, "none": 36}
_BETWEEN_TICKS = 24
_LEAST_SEEN = 0.5  # of a gust; with less of it seen, nobody can say how steady the lamp was
RADIUS_UNIT_M = 0.10
"""The difficulty moves a radius of 5 to 35 mm, made for reaches of 10 cm; for another reach in proportion."""


class Params(Struct, frozen=True):
    reach_m: Annotated[float, Meta(ge=0.03, le=0.30)] = 0.10
    cue: Literal["tripod", "lamp", "shift", "choose"] = "tripod"
    """The image to move by; `choose` lets the player pick one of the three."""
    words: bool = True
    """False, for aphasia: the picture with one spoken word, and no sentence."""
    radius: Annotated[float, Meta(ge=0.05, le=0.35)] = 0.18
    """How far the lamp may swing at first, as a share of the reach; in training it adapts."""
    gust: Annotated[float, Meta(ge=0.15, le=0.60)] = 0.35
    """How far a gust pushes the lamp, as a share of the reach."""
    gust_s: Annotated[float, Meta(ge=1.0, le=3.0)] = 1.5
    calm_share: Annotated[float, Meta(ge=0.3, le=0.95)] = 0.6
    """A trial succeeds when the lamp was inside the ring for this share of the gust."""
    reach_limit_s: Annotated[float, Meta(ge=2.0, le=15.0)] = 6.0
    start_radius_m: Annotated[float, Meta(ge=0.005, le=0.03)] = 0.010
    hold_s: Annotated[float, Meta(ge=0.1, le=2.0)] = 0.4

    @property
    def target_radius_m(self) -> float:
        """The first difficulty, in the unit that the training's staircase moves."""
        return self.radius * RADIUS_UNIT_M

    @property
    def gust_m(self) -> float:
        return self.gust * self.reach_m


class State(Struct, frozen=True, gc=False):
    stage: Stage | Literal["waiting", "ready"] = "waiting"
    """`ready`: the image is shown and the gust may come; `reach`: it blows, or there is a lamp to light."""
    since: int = 0
    """Tick at which this stage began."""
    plan: TrialPlan | None = None
    chosen: str = ""
    """The image that the player chose in this block; empty as long as none was."""
    picked: int = 1
    image: str = ""
    """This trial's image; empty without one."""
    radius_m: float = 0.0
    gust_deg: float = 0.0
    is_lighting: bool = False
    """The gust is over, and there is a lamp to light."""
    ready_ticks: int = 0
    seen: int = 0
    """Ticks of the gust at which the place was known."""
    steady: int = 0
    is_steady: bool = True
    square_m2: float = 0.0
    """Sum of the lamp's squared distances from the middle over the ticks seen."""
    on_lamp: int = 0
    """Ticks in a row that the hand has been at the lamp to light."""
    seen_reaching: int = 0
    share: float | None = None
    is_lit: bool = False
    """The lamp to light was lit."""
    result: TrialResult | None = None


def targets(params: Params, mode: str) -> tuple[float, ...]:
    """Return where the lamps to light stand, in degrees."""
    return LAMPS_DEG


def has_lamp_to_light(trial: int) -> bool:
    """Whether this trial ends with a reach: every third does."""
    return trial % _TRANSFER_EVERY == _TRANSFER_EVERY - 1


def start(params: Params) -> State:
    return State()


def is_waiting(state: State) -> bool:
    return state.stage == "waiting"


def abandon(params: Params, state: State) -> State:
    """Wait anew after a trial was cut short; what was chosen stays chosen."""
    return State(chosen=state.chosen)


def begin(params: Params, state: State, plan: TrialPlan, tick: int) -> tuple[State, list[Event]]:
    """Begin a trial: with the question which image helps, if it is to be asked, else with the way back."""
    setup = plan.setup
    scale = params.reach_m / RADIUS_UNIT_M
    event = TrialStart(
        tick=tick,
        trial=plan.trial,
        block=plan.block,
        phase=plan.phase,  # type: ignore[arg-type]
        target=plan.target,
        target_deg=LAMPS_DEG[plan.target],
        target_distance_m=params.reach_m if has_lamp_to_light(plan.trial) else 0.0,
        target_radius_m=setup.target_radius_m * scale,
        start_x_m=0.0,
        start_y_m=0.0,
        rotation_deg=setup.rotation_deg,
        clamp=setup.clamp,
        shows=setup.shows,
        feedback=setup.feedback,
        cue_strength=setup.cue_strength,
    )
    is_cued = setup.cue_strength > 0.0
    asks = is_cued and params.cue == "choose" and not state.chosen
    wait_s = _READY_S + _READY_MORE_S * plan.chances[1]
    after = State(
        stage="aim" if asks else "return",
        since=tick,
        plan=plan,
        chosen=state.chosen,
        image=(state.chosen if params.cue == "choose" else params.cue) if is_cued else "",
        radius_m=setup.target_radius_m * scale,
        gust_deg=GUSTS_DEG[int(plan.chances[0] * len(GUSTS_DEG))],
        ready_ticks=round(wait_s / TICK_S),
    )
    return after, [event]


def step(params: Params, state: State, sample: Sample, tick: int) -> tuple[State, list[Event]]:
    """Advance one tick of 1/120 s."""
    plan, stage = state.plan, state.stage
    if plan is None or stage == "waiting":
        return state, []
    since = tick - state.since
    if stage == "reach":
        return (_light if state.is_lighting else _blow)(params, state, plan, sample, tick)
    if stage in ("return", "hold"):
        middle_m = max(params.start_radius_m, state.radius_m)
        is_home = math.hypot(sample.cursor_x_m, sample.cursor_y_m) <= middle_m and not sample.lost
        if is_home != (stage == "hold"):
            return replace(state, stage="hold" if is_home else "return", since=tick), []
        if is_home and since >= params.hold_s / TICK_S:
            return _ready(state, plan, tick)
    elif stage == "ready" and since >= state.ready_ticks:
        return _let_it_blow(params, state, plan, tick)
    elif stage == "aim" and since >= _CHOOSE_TICKS:
        return _choose(state, _UNCHOSEN, tick), []
    elif stage == "feedback" and since >= _FEEDBACK_TICKS[plan.setup.feedback]:
        return replace(state, stage="between", since=tick), []
    elif stage == "between" and since >= _BETWEEN_TICKS:
        return replace(state, stage="waiting"), []
    return state, []


def command(
    params: Params, state: State, name: str, value: float | None, tick: int
) -> tuple[State, list[Event]]:
    """Pick the next picture (`aim_move`), the one that lies that way (`aim_set`), or take it."""
    if state.stage != "aim":
        return state, []
    if name == "aim_move" and value:
        # Counter-clockwise is to the left here.
        return replace(state, picked=max(0, min(2, state.picked - int(math.copysign(1, value))))), []
    if name == "aim_set" and value is not None:
        apart = [abs(wrap_deg(value - each)) for each in _IMAGE_DEG]
        return replace(state, picked=apart.index(min(apart))), []
    if name == "aim_confirm":
        return _choose(state, IMAGES[state.picked], tick), []
    return state, []


def _choose(state: State, image: str, tick: int) -> State:
    return replace(state, stage="return", since=tick, chosen=image, image=image)


def _ready(state: State, plan: TrialPlan, tick: int) -> tuple[State, list[Event]]:
    after = replace(state, stage="ready", since=tick)
    if not state.image:
        return after, []
    strength = plan.setup.cue_strength
    cue = Cue(tick=tick, trial=plan.trial, aim_deg=0.0, clock=0, strength=strength, image=state.image)
    return after, [cue]


def _let_it_blow(params: Params, state: State, plan: TrialPlan, tick: int) -> tuple[State, list[Event]]:
    return replace(state, stage="reach", since=tick), [
        Go(tick=tick, trial=plan.trial),
        Gust(
            tick=tick,
            trial=plan.trial,
            direction_deg=state.gust_deg,
            size_m=params.gust_m,
            lasts_s=params.gust_s,
        ),
    ]


def wind(ran_s: float, gust_s: float) -> float:
    """Return how hard a gust blows after a time, 0..1: half a sine."""
    return math.sin(math.pi * ran_s / gust_s) if 0.0 < ran_s < gust_s else 0.0


def _lamp(params: Params, state: State, sample: Sample, tick: int) -> Point:
    """Where the lamp hangs: the hand's place, pushed by the gust."""
    if state.stage != "reach" or state.is_lighting:
        return sample.cursor_x_m, sample.cursor_y_m
    push_m = params.gust_m * wind((tick - state.since) * TICK_S, params.gust_s)
    cosine, sine = _unit(state.gust_deg)
    return sample.cursor_x_m + push_m * cosine, sample.cursor_y_m + push_m * sine


@lru_cache(maxsize=16)
def _unit(direction_deg: float) -> Point:
    radians = math.radians(direction_deg)
    return math.cos(radians), math.sin(radians)


def _blow(
    params: Params, state: State, plan: TrialPlan, sample: Sample, tick: int
) -> tuple[State, list[Event]]:
    """Count a tick of the gust; where the place is not known, it counts neither for nor against."""
    if not sample.lost:
        x_m, y_m = _lamp(params, state, sample, tick)
        square_m2 = x_m * x_m + y_m * y_m
        is_steady = square_m2 <= state.radius_m * state.radius_m
        state = replace(
            state,
            seen=state.seen + 1,
            steady=state.steady + is_steady,
            is_steady=is_steady,
            square_m2=state.square_m2 + square_m2,
        )
    ticks = tick - state.since
    if ticks < round(params.gust_s / TICK_S):
        return state, []
    if state.seen < _LEAST_SEEN * ticks:
        return _abort(state, plan, tick)
    state = replace(state, share=state.steady / state.seen)
    if not has_lamp_to_light(plan.trial):
        return _end(params, state, plan, tick, lit=True)
    return replace(state, is_lighting=True, since=tick), [TargetOn(tick=tick, trial=plan.trial)]


def _light(
    params: Params, state: State, plan: TrialPlan, sample: Sample, tick: int
) -> tuple[State, list[Event]]:
    """Wait until the hand has stayed at the lamp for a moment; time in which it is not seen does not run."""
    limit = round(params.reach_limit_s / TICK_S)
    if sample.lost:
        if tick - state.since >= 2 * limit:
            return _abort(state, plan, tick)
        return state, []
    x_m, y_m = _lamp_to_light(params, plan)
    near = math.hypot(sample.cursor_x_m - x_m, sample.cursor_y_m - y_m) <= _LAMP_SHARE * params.reach_m
    on_lamp = state.on_lamp + 1 if near else 0
    state = replace(state, on_lamp=on_lamp, seen_reaching=state.seen_reaching + 1)
    if on_lamp >= _LIT_TICKS:
        return _end(params, state, plan, tick, lit=True)
    if state.seen_reaching >= limit:
        return _end(params, state, plan, tick, lit=False)
    return state, []


def _lamp_to_light(params: Params, plan: TrialPlan) -> Point:
    cosine, sine = _unit(LAMPS_DEG[plan.target])
    return params.reach_m * cosine, params.reach_m * sine


def _abort(state: State, plan: TrialPlan, tick: int) -> tuple[State, list[Event]]:
    ended = TrialEnd(
        tick=tick,
        trial=plan.trial,
        outcome="aborted",
        success=None,
        hand_deg=None,
        endpoint_error_m=None,
        movement_time_s=None,
    )
    after = replace(state, stage="feedback", since=tick, share=None)
    return after, [Feedback(tick=tick, trial=plan.trial, kind="none"), ended]


def _end(params: Params, state: State, plan: TrialPlan, tick: int, *, lit: bool) -> tuple[State, list[Event]]:
    """Judge the trial: the lamp was steady for long enough, and the other lamp was lit if there was one.

    The outcome is `timeout` where the other lamp was not lit; `endpoint_error_m` is the root mean square of
    the steady lamp's distance from the middle over the gust; `movement_time_s` is how long the reach took.
    """
    setup, trial = plan.setup, plan.trial
    hit = (state.share or 0.0) >= params.calm_share and lit
    result = judge(setup, None, hit)
    events: list[Event] = []
    if setup.feedback != "none":
        events.append(Hit(tick=tick, trial=trial) if result.success else Miss(tick=tick, trial=trial))
    events.append(Feedback(tick=tick, trial=trial, kind=setup.feedback))
    events.append(
        TrialEnd(
            tick=tick,
            trial=trial,
            outcome="timeout" if not lit else "hit" if hit else "miss",
            success=result.success,
            hand_deg=None,
            endpoint_error_m=min(10.0, math.sqrt(state.square_m2 / max(1, state.seen))),
            movement_time_s=(tick - state.since) * TICK_S if state.is_lighting else params.gust_s,
        )
    )
    return replace(
        state, stage="feedback", since=tick, result=result, is_lit=lit and state.is_lighting
    ), events


_SHOWN_AS: dict[str, Stage] = {"waiting": "between", "ready": "hold"}


def view(params: Params, state: State, sample: Sample, tick: int) -> SteadyView:
    """Build the picture of this tick: only what the mode lets be seen."""
    plan, inner = state.plan, state.stage
    setup = plan.setup if plan else TrialSetup()
    stage: Stage = _SHOWN_AS.get(inner, inner)  # type: ignore[arg-type]
    # Where the lamp is hidden, it is so from the gust on to the next way back.
    hides = setup.shows == "nothing" and inner not in ("return", "hold", "ready")
    ran_s = (tick - state.since) * TICK_S
    lamp = None if hides else _lamp(params, state, sample, tick)
    blows = wind(ran_s, params.gust_s) if inner == "reach" and not state.is_lighting else 0.0
    lights = state.is_lighting and inner in ("reach", "feedback")
    shows_result = stage == "feedback" and setup.feedback == "path_error" and state.share is not None
    share = state.share if shows_result else None
    has_image = bool(state.image) and inner in ("return", "hold", "ready", "reach")
    quality = 0.0 if share is None else max(0.0, (share - params.calm_share) / (1.0 - params.calm_share))
    target = _lamp_to_light(params, plan) if plan is not None and lights else None
    return SteadyView(
        stage=stage,
        mode=plan.mode if plan else "strategy_cue",
        phase=plan.phase if plan else "practice",
        purpose=plan.purpose if plan else "train",
        cursor=lamp,
        return_guide_m=None,
        stones_done=plan.stones_done if plan else 0,
        stones_total=plan.stones_total if plan else 0,
        instruction=_instruction(params, state, plan),
        effects=plan.effects if plan else "medium",
        trial=plan.trial if plan else 0,
        quality=quality,
        intended=_intended(params, state, blows, target),
        radius_m=state.radius_m or params.radius * params.reach_m,
        reach_m=params.reach_m,
        gust_m=params.gust_m,
        wind=blows,
        wind_deg=state.gust_deg if inner in ("reach", "feedback") else 0.0,
        image=state.image if has_image else None,
        image_strength=setup.cue_strength if has_image else 0.0,
        has_words=params.words,
        offered=IMAGES if inner == "aim" else (),
        picked=state.picked,
        aim_left_s=_CHOOSE_TICKS * TICK_S - ran_s if inner == "aim" else 0.0,
        target=target,
        target_radius_m=_LAMP_SHARE * params.reach_m,
        is_lit=shows_result and state.is_lit,
        is_steady=state.is_steady if inner == "reach" and not state.is_lighting and not hides else None,
        steady_share=share,
        success=state.result.success if shows_result and state.result else None,
        hold_fraction={"ready": 1.0, "hold": min(1.0, ran_s / params.hold_s)}.get(inner, 0.0),
    )


def _intended(params: Params, state: State, blows: float, target: Point | None) -> Point | None:
    if state.stage == "reach":
        cosine, sine = _unit(state.gust_deg)
        return target or (-params.gust_m * blows * cosine, -params.gust_m * blows * sine)
    return (0.0, 0.0) if state.stage in ("return", "hold", "ready") else None


def _instruction(params: Params, state: State, plan: TrialPlan | None) -> str:
    if state.stage == "aim":
        return "lighthouse.choose"
    if state.stage == "reach" and state.is_lighting:
        return "lighthouse.light"
    if plan and plan.phase == "probe":
        return "lighthouse.probe"
    if state.image and state.stage in ("return", "hold", "ready", "reach"):
        return f"lighthouse.{state.image}" if params.words else f"lighthouse.word_{state.image}"
    return "lighthouse.keep"


GAME = GameSpec(
    id="lighthouse",
    version=1,
    name="Lighthouse",
    params=Params,
    modes=frozenset({"strategy_cue"}),
    movements=frozenset({"hand_reach", "trunk_lean", "weight_shift", "head", "deflection", "decoded"}),
    usual_movement="trunk_lean",
    start=start,
    targets=targets,
    begin=begin,
    step=step,
    command=command,
    is_waiting=is_waiting,
    view=view,
    drawing="game_client.games._lighthouse_drawing",
    processes={"strategy": "primary", "context": "secondary"},
    place="harbour",
    abandon=abandon,
    turns=False,
    self_paced=False,
    trial_s=8.0,
    done_words="summary.gusts",
    success_words="summary.steady",
)
