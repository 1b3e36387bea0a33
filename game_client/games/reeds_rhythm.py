"""Reeds & Rhythm: sway from side to side with the reeds, in time, many times along one way.

For balance, by repetition. Rest in the middle, then lean or shift to one far end on the first beat, to the
other on the second, and so on: music paces it at 60 to 100 % of what is comfortable (`half_period_s` is the
plan's, a block each; a landscape and its pace belong together). A beat is good when the body turned round
near the end (`tolerance`) and near the beat (`window`); a trial succeeds with enough good beats.

What it trains: movements made often in one direction draw later ones towards it (use-dependent learning). In
that mode the way shown is turned against the person's own bias, so that the body repeats the wanted
one. `acuity` is the same with narrower ends. A probe shows one pale place 30 or 60 degrees beside the
practised way and asks to go there once, hidden and without a word after it: from these comes the pull of the
practised way (`use_dependent_bias_deg`). The practice goes both ways along its line, so that a place more
than 90 degrees from one end is nearer to the other; that is why the places stay within 60.

In a share of the practised trials the wind drops in mid-sway: stay where you are for a second and a half.
Whether one stayed is noted, and never a loss: the trial is judged by its beats. The signal comes after a
random number of beats, not at a delay that follows the person, so that it gives no stop-signal reaction time.

For Parkinson's disease each beat is announced a quarter of a beat ahead (`beat` in the view).

Limits: the beat is that of the game's clock, and what the loudspeaker and the screen add is in the timing
error. Nothing here asks to stand.

State and step are pure and scalar, so that a session replays bit for bit. Metres of hand space, x right, y
away from the player; angles in degrees counter-clockwise.
"""

from __future__ import annotations

import math
from typing import Annotated, Literal

from msgspec import Meta, Struct
from msgspec.structs import replace

from game_client.games import _shift
from game_client.games._spec import GameSpec, Sample, TrialPlan
from game_client.games._view import Point, RhythmView, Stage
from shared.training.spec import TrialResult, TrialSetup, judge
from shared.units import wrap_deg
from shared.wire.events import (
    Event,
    Feedback,
    Go,
    Hit,
    Miss,
    Onset,
    PaceOn,
    StopSignal,
    TargetOn,
    Timeout,
    TrialEnd,
    TrialStart,
)

TICK_S = 1.0 / 120.0
_FEEDBACK_TICKS = {"path_error": 120, "reward": 120, "none": 36}
_BETWEEN_TICKS = 24
_LONGEST_S = 18.5  # of the beats, so that a trial with its rest stays under 20 s
_FREEZE_TICKS, _SETTLED_TICKS = 180, 120  # stay for 1.5 s; a second to come to rest, then staying counts
_STAYED_SHARE = 0.15  # of the way to an end, by which one may move and still have stayed
_LEAST_SEEN = 0.5
_AHEAD_BEATS = 0.25
_BESIDE_DEG = (0.0, 30.0, -30.0, 60.0, -60.0)
TOLERANCE_UNIT_M = 0.075
"""The difficulty moves a radius of 5 to 35 mm, made for reaches. Over this way to an end the tolerance is
that radius; over a smaller one it is less in proportion."""


class Params(Struct, frozen=True):
    reach_m: Annotated[float, Meta(ge=0.03, le=0.30)] = 0.10
    """80 % of the person's least limit, where it was calibrated."""
    amplitude: Annotated[float, Meta(ge=0.2, le=1.0)] = 0.75
    """How much of the reach an end asks for."""
    direction_deg: Annotated[float, Meta(ge=0.0, le=180.0)] = 0.0
    """The practised way: 0 from side to side, 90 forward and back."""
    half_period_s: Annotated[float, Meta(ge=0.8, le=3.0)] = 1.4
    """From one end to the other."""
    beats: Annotated[int, Meta(ge=4, le=12)] = 8
    """A trial; fewer where they would take longer than 18.5 s."""
    freeze_share: Annotated[float, Meta(ge=0.0, le=0.5)] = 0.25
    """Share of the practised trials in which the wind drops."""
    tolerance: Annotated[float, Meta(ge=0.07, le=0.46)] = 0.24
    """How near an end one turns round, as a share of the way to it, at first; in training it adapts."""
    window: Annotated[float, Meta(ge=0.15, le=0.45)] = 0.3
    """How near the beat, to either side, as a share of the time between two."""
    good_share: Annotated[float, Meta(ge=0.4, le=0.9)] = 0.7
    start_radius_m: Annotated[float, Meta(ge=0.005, le=0.03)] = 0.012
    hold_s: Annotated[float, Meta(ge=0.3, le=3.0)] = 0.8

    @property
    def distance_m(self) -> float:
        """From the middle to either end."""
        return self.amplitude * self.reach_m

    @property
    def target_radius_m(self) -> float:
        """The first difficulty, in the unit that the training's staircase moves."""
        return self.tolerance * TOLERANCE_UNIT_M

    @property
    def trained(self) -> int:
        """Practice keeps to the first target, the practised way; probes go to all."""
        return 1

    @property
    def beats_played(self) -> int:
        return min(self.beats, max(4, int(_LONGEST_S / self.half_period_s)))


class Turn(Struct, frozen=True, gc=False):
    """The beat that is being judged: where the body went furthest towards its end so far, and when."""

    furthest_m: float = -1e9
    x_m: float = 0.0
    y_m: float = 0.0
    tick: int = 0
    seen: int = 0


class State(Struct, frozen=True, gc=False):
    stage: Stage | Literal["waiting"] = "waiting"
    since: int = 0
    """Tick at which this stage began; of the reach stage, at which the pace began."""
    plan: TrialPlan | None = None
    direction_deg: float = 0.0
    tolerance_m: float = 0.0
    freeze_after: int = 0
    """After how many beats the wind drops; 0: it does not."""
    turn: Turn = Turn()
    last: Point | None = None
    """Where the last beat's turn was, for the direction of the sway."""
    sway: Point = (0.0, 0.0)
    """Sum of the sways, all counted towards the end of the odd beats."""
    good: tuple[bool | None, ...] = ()
    square_m2: float = 0.0
    """Sum of the turns' squared distances from their ends."""
    frozen_at: int = 0
    settled: Point | None = None
    moved_m: float = 0.0
    """How far the body went, from where it had settled, while it was to stay."""
    shift: _shift.Shift = _shift.Shift()
    """The one movement of a probe."""
    result: TrialResult | None = None
    share: float | None = None


def targets(params: Params, mode: str) -> tuple[float, ...]:
    """Return the practised way, and the places beside it that probes ask for."""
    return tuple(wrap_deg(params.direction_deg + beside) for beside in _BESIDE_DEG)


def start(params: Params) -> State:
    return State()


def is_waiting(state: State) -> bool:
    return state.stage == "waiting"


def begin(params: Params, state: State, plan: TrialPlan, tick: int) -> tuple[State, list[Event]]:
    """Begin a trial: come to rest in the middle."""
    setup = plan.setup
    is_probe = plan.phase == "probe"
    direction_deg = targets(params, plan.mode)[plan.target]
    if not is_probe:
        direction_deg = wrap_deg(direction_deg + setup.target_turn_deg)
    tolerance_m = setup.target_radius_m / TOLERANCE_UNIT_M * params.distance_m
    freeze_after = 0
    beats = params.beats_played
    if plan.phase in ("ramp", "practice") and plan.chances[0] < params.freeze_share:
        least = (beats + 1) // 2
        freeze_after = least + int(plan.chances[1] * (beats - least))
    event = TrialStart(
        tick=tick,
        trial=plan.trial,
        block=plan.block,
        phase=plan.phase,  # type: ignore[arg-type]
        target=plan.target,
        target_deg=direction_deg,
        target_distance_m=params.distance_m,
        target_radius_m=tolerance_m,
        start_x_m=0.0,
        start_y_m=0.0,
        rotation_deg=0.0,
        clamp=False,
        shows=setup.shows,
        feedback=setup.feedback,
    )
    begun = State(
        stage="return",
        since=tick,
        plan=plan,
        direction_deg=direction_deg,
        tolerance_m=tolerance_m,
        freeze_after=freeze_after,
    )
    return begun, [event]


def step(params: Params, state: State, sample: Sample, tick: int) -> tuple[State, list[Event]]:
    """Advance one tick of 1/120 s."""
    plan = state.plan
    if plan is None or state.stage == "waiting":
        return state, []
    since = tick - state.since
    if state.stage == "reach":
        if plan.phase == "probe":
            return _probe(params, state, plan, sample, tick)
        if state.frozen_at:
            return _stay(params, state, plan, sample, tick)
        return _sway(params, state, plan, sample, tick)
    if state.stage in ("return", "hold"):
        is_home = math.hypot(sample.x_m, sample.y_m) <= params.start_radius_m and not sample.lost
        if is_home != (state.stage == "hold"):
            return replace(state, stage="hold" if is_home else "return", since=tick), []
        if is_home and since >= params.hold_s / TICK_S:
            return _start_pace(params, state, plan, sample, tick)
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


def _start_pace(
    params: Params, state: State, plan: TrialPlan, sample: Sample, tick: int
) -> tuple[State, list[Event]]:
    here = (sample.x_m, sample.y_m)
    events: list[Event] = [TargetOn(tick=tick, trial=plan.trial), Go(tick=tick, trial=plan.trial)]
    after = replace(state, stage="reach", since=tick, last=here, shift=_shift.Shift(origin=here))
    if plan.phase != "probe":
        events.append(
            PaceOn(
                tick=tick,
                trial=plan.trial,
                direction_deg=state.direction_deg,
                distance_m=params.distance_m,
                half_period_s=params.half_period_s,
                beats=params.beats_played,
            )
        )
    return after, events


def _sway(
    params: Params, state: State, plan: TrialPlan, sample: Sample, tick: int
) -> tuple[State, list[Event]]:
    """Follow the turn of the beat at hand; judge it half a beat after it."""
    number = len(state.good) + 1
    side = 1.0 if number % 2 else -1.0
    half_ticks = params.half_period_s / TICK_S
    since = tick - state.since
    turn = state.turn
    if not sample.lost and since >= (number - 0.5) * half_ticks:
        radians = math.radians(state.direction_deg)
        x, y = sample.cursor_x_m, sample.cursor_y_m
        along = side * (x * math.cos(radians) + y * math.sin(radians))
        if along > turn.furthest_m:
            turn = Turn(along, x, y, since, turn.seen + 1)
        else:
            turn = Turn(turn.furthest_m, turn.x_m, turn.y_m, turn.tick, turn.seen + 1)
    if since < round((number + 0.5) * half_ticks):
        return (state if turn is state.turn else replace(state, turn=turn)), []
    state = _judged(params, state, turn, number, side)
    if number == state.freeze_after:
        delay_ms = since * TICK_S * 1000.0
        stop = StopSignal(tick=tick, trial=plan.trial, delay_ms=delay_ms)
        return replace(state, frozen_at=tick), [stop]
    if number >= params.beats_played:
        return _end(params, state, plan, tick)
    return state, []


def _judged(params: Params, state: State, turn: Turn, number: int, side: float) -> State:
    """Note the beat: good, not good, or None where less than half of it was seen."""
    half_ticks = params.half_period_s / TICK_S
    if turn.seen < _LEAST_SEEN * half_ticks:
        return replace(state, turn=Turn(), good=(*state.good, None), last=None)
    radians = math.radians(state.direction_deg)
    end_x = side * params.distance_m * math.cos(radians)
    end_y = side * params.distance_m * math.sin(radians)
    miss_m = math.hypot(turn.x_m - end_x, turn.y_m - end_y)
    off_beats = abs(turn.tick / half_ticks - number)
    sway = state.sway
    if state.last is not None:
        dx, dy = side * (turn.x_m - state.last[0]), side * (turn.y_m - state.last[1])
        sway = (sway[0] + dx, sway[1] + dy)
    return replace(
        state,
        turn=Turn(),
        good=(*state.good, miss_m <= state.tolerance_m and off_beats <= params.window),
        last=(turn.x_m, turn.y_m),
        sway=sway,
        square_m2=state.square_m2 + miss_m * miss_m,
    )


def _stay(
    params: Params, state: State, plan: TrialPlan, sample: Sample, tick: int
) -> tuple[State, list[Event]]:
    """The wind has dropped: note how far the body still goes once it had time to come to rest."""
    since = tick - state.frozen_at
    if since >= _SETTLED_TICKS and not sample.lost:
        x, y = sample.x_m, sample.y_m
        settled = state.settled or (x, y)
        moved_m = max(state.moved_m, math.hypot(x - settled[0], y - settled[1]))
        state = replace(state, settled=settled, moved_m=moved_m)
    if since < _FREEZE_TICKS:
        return state, []
    return _end(params, state, plan, tick)


def _aborted(state: State, plan: TrialPlan, tick: int) -> tuple[State, list[Event]]:
    ended = TrialEnd(
        tick=tick,
        trial=plan.trial,
        outcome="aborted",
        success=None,
        hand_deg=None,
        endpoint_error_m=None,
        movement_time_s=None,
    )
    after = replace(state, stage="feedback", since=tick, share=None, result=None)
    return after, [Feedback(tick=tick, trial=plan.trial, kind="none"), ended]


def _end(params: Params, state: State, plan: TrialPlan, tick: int) -> tuple[State, list[Event]]:
    """Judge the trial by its beats."""
    setup, trial = plan.setup, plan.trial
    judged = [each for each in state.good if each is not None]
    if len(judged) < _LEAST_SEEN * len(state.good):
        return _aborted(state, plan, tick)
    share = sum(judged) / len(judged)
    hit = share >= params.good_share - 1e-9
    hand_deg = None
    if state.sway != (0.0, 0.0):
        hand_deg = wrap_deg(math.degrees(math.atan2(state.sway[1], state.sway[0])) - state.direction_deg)
    result = judge(setup, hand_deg, hit)
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
            hand_deg=hand_deg,
            endpoint_error_m=min(10.0, math.sqrt(state.square_m2 / len(judged))),
            movement_time_s=(tick - state.since) * TICK_S,
        )
    )
    return replace(state, stage="feedback", since=tick, share=share, result=result), events


def _probe(
    params: Params, state: State, plan: TrialPlan, sample: Sample, tick: int
) -> tuple[State, list[Event]]:
    """One movement to a pale place, hidden: its direction at peak speed is what counts."""
    shift = _shift.moved(state.shift, sample, tick - state.since, params.start_radius_m, params.distance_m)
    events: list[Event] = []
    if shift.onset and not state.shift.onset:
        events.append(Onset(tick=tick, trial=plan.trial))
    state = replace(state, shift=shift)
    if not shift.done:
        return state, events
    if shift.done == "unseen":
        after, ended = _aborted(state, plan, tick)
        return after, events + ended
    trial, timed_out = plan.trial, shift.done == "timeout"
    radians = math.radians(state.direction_deg)
    miss_m = math.hypot(
        sample.cursor_x_m - params.distance_m * math.cos(radians),
        sample.cursor_y_m - params.distance_m * math.sin(radians),
    )
    if timed_out:
        events.append(Timeout(tick=tick, trial=trial))
    events.append(Feedback(tick=tick, trial=trial, kind="none"))
    went_deg = shift.direction_deg
    events.append(
        TrialEnd(
            tick=tick,
            trial=trial,
            outcome="timeout" if timed_out else "hit" if miss_m <= state.tolerance_m else "miss",
            success=None,
            hand_deg=None if went_deg is None else wrap_deg(went_deg - state.direction_deg),
            endpoint_error_m=None if timed_out else min(10.0, miss_m),
            movement_time_s=(tick - state.since - shift.onset) * TICK_S if shift.onset else None,
        )
    )
    return replace(state, stage="feedback", since=tick), events


def view(params: Params, state: State, sample: Sample, tick: int) -> RhythmView:
    """Build the picture of this tick: only what the mode lets be seen."""
    plan = state.plan
    setup = plan.setup if plan else TrialSetup()
    stage: Stage = "between" if state.stage == "waiting" else state.stage
    is_probe = plan is not None and plan.phase == "probe"
    runs = stage == "reach" and not is_probe
    # Where the body is hidden, it is so from go to the next way back.
    hides = setup.shows == "nothing" and stage not in ("return", "hold")
    tells = setup.feedback == "path_error"
    until = state.frozen_at or tick
    run_s = (until - state.since) * TICK_S if runs else 0.0
    phase = run_s / params.half_period_s
    frozen = runs and state.frozen_at > 0
    beats = 0 if is_probe else params.beats_played
    here: Point = (sample.cursor_x_m, sample.cursor_y_m)
    radians = math.radians(state.direction_deg)
    place = (params.distance_m * math.cos(radians), params.distance_m * math.sin(radians))
    target = place if is_probe and stage == "reach" else None
    intended: Point | None = (0.0, 0.0) if stage in ("return", "hold") else None
    if runs and not frozen:
        ahead = 0.5 * (1.0 - math.cos(math.pi * phase)) if phase < 1.0 else -math.cos(math.pi * phase)
        intended = (ahead * place[0], ahead * place[1])
    shows_result = stage == "feedback" and tells and state.share is not None
    share = state.share if shows_result else None
    stopped = None
    if shows_result and state.frozen_at:
        stopped = state.settled is not None and state.moved_m <= _STAYED_SHARE * params.distance_m
    instruction = "rhythm.probe" if is_probe else "rhythm.freeze" if frozen else "rhythm.sway"
    return RhythmView(
        stage=stage,
        mode=plan.mode if plan else "use_dependent",
        phase=plan.phase if plan else "practice",
        purpose=plan.purpose if plan else "train",
        cursor=None if hides else here,
        return_guide_m=None,
        stones_done=plan.stones_done if plan else 0,
        stones_total=plan.stones_total if plan else 0,
        instruction=instruction,
        effects=plan.effects if plan else "medium",
        trial=plan.trial if plan else 0,
        quality=0.0 if share is None else max(0.0, (share - params.good_share) / (1.0 - params.good_share)),
        intended=target or intended,
        direction_deg=state.direction_deg,
        distance_m=params.distance_m,
        tolerance_m=state.tolerance_m or params.tolerance * params.distance_m,
        start_radius_m=params.start_radius_m,
        run_s=run_s,
        half_period_s=params.half_period_s,
        beats=beats,
        beat=min(beats, int(phase + _AHEAD_BEATS)) if runs else 0,
        beat_phase=phase,
        good=state.good if tells and stage in ("reach", "feedback") else (),
        frozen=frozen,
        target=target,
        share=share,
        success=state.result.success if shows_result and state.result else None,
        stopped=stopped,
        hold_fraction=min(1.0, (tick - state.since) * TICK_S / params.hold_s) if stage == "hold" else 0.0,
    )


GAME = GameSpec(
    id="reeds_rhythm",
    version=1,
    name="Reeds & Rhythm",
    params=Params,
    modes=frozenset({"use_dependent", "acuity"}),
    movements=frozenset({"hand_reach", "trunk_lean", "weight_shift", "head"}),
    usual_movement="trunk_lean",
    start=start,
    targets=targets,
    begin=begin,
    step=step,
    command=command,
    is_waiting=is_waiting,
    view=view,
    drawing="game_client.games._reeds_rhythm_drawing",
    processes={
        "use_dependent": "primary",
        "context": "primary",
        "acuity": "secondary",
        "decision": "secondary",
    },
    place="reed_marsh",
    turns=False,
    self_paced=False,
    trial_s=16.0,
    done_words="summary.songs",
    success_words="summary.rhythms",
)
