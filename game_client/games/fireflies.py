"""Fireflies: sweep through the arc in a hidden glade at dusk; where a reach was good, the fireflies light.

Reward-based. There is no cursor and no error: after a sweep all five fireflies light, at the same five places
every time, or none does. The reach needs no stop; passing the arc ends it. What is paid is the mode's matter:
a closed loop, better than the mean of the last ten sweeps to that place, or inside the final zone. Trial to
trial changes after a dark sweep tell how much a person explores, the probes' scatter how much is motor noise
(`shared.metrics.reward`); a reward can only teach what was explored.

For people whom seen errors do not teach or upset: cerebellar ataxia above all. Limits: the learning is slow,
large motor noise hides what was explored, and nothing here trains stopping on a place.

`graded` is for severe impairment, where all or none would mostly be none. The zone, the criterion and the
fireflies stay as they are, so that where they light still says nothing of where the hand was. Only the jar
differs: a paid sweep well inside the zone brings two lights, one at its edge one. It is known from the jar
alone, which makes the reward a matter of degree and still shows no direction.
"""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta
from msgspec.structs import replace

from game_client.games import _reach
from game_client.games._spec import GameSpec, Sample, TrialPlan
from game_client.games._view import ReachView
from shared.units import wrap_deg
from shared.wire.events import Event

APART_DEG = 30.0
"""Between two neighbouring places."""
_RULES = _reach.Rules(ends="at_the_arc")
_WELL_INSIDE = 0.5  # of the zone's half width: from here on a graded sweep brings two lights


class Params(_reach.Params, frozen=True):
    targets: Annotated[int, Meta(ge=1, le=4)] = 3
    """Places to sweep to, side by side ahead, 30 degrees apart."""
    graded: bool = False


class State(_reach.State, frozen=True, gc=False):
    rewarded: bool | None = None
    lights: int = 0


def targets(params: Params, mode: str) -> tuple[float, ...]:
    """Return the places' directions, from the right to the left about straight ahead."""
    return tuple(90.0 + APART_DEG * (k - 0.5 * (params.targets - 1)) for k in range(params.targets))


def start(params: Params) -> State:
    return State()


def is_waiting(state: State) -> bool:
    return state.stage == "waiting"


def abandon(params: Params, state: State) -> State:
    """Wait for the next trial after one was cut short; the jar keeps its lights."""
    return State(lights=state.lights)


def begin(params: Params, state: State, plan: TrialPlan, tick: int) -> tuple[State, list[Event]]:
    if plan.setup.feedback == "path_error":
        # Baseline and washout: there is no error to show here, nor a hand.
        plan = replace(plan, setup=replace(plan.setup, shows="nothing", feedback="none"))
    target_deg = _reach.turned(targets(params, plan.mode)[plan.target], plan.setup)
    begun = State(
        stage="return", since=tick, plan=plan, target_deg=target_deg, trace=state.trace, lights=state.lights
    )
    return begun, [_reach.trial_start(params, plan, tick, target_deg)]


def step(params: Params, state: State, sample: Sample, tick: int) -> tuple[State, list[Event]]:
    """Advance one tick of 1/120 s."""
    state, events, said = _reach.advance(_RULES, params, state, sample, tick)
    plan = state.plan
    if plan is None:
        return state, events
    if said == "rested":
        state, event = _reach.go(state, plan, tick)
        return state, [*events, *_reach.shown(plan, tick), event]
    if said in ("arrived", "late"):
        state, happened, judged = _reach.ended(params, state, sample, tick, late=said == "late")
        is_paid = plan.setup.feedback == "reward" and judged.result.success is not None
        rewarded = bool(judged.result.success) if is_paid else None
        gained = _gained(params, plan, judged.result.hand_deg) if rewarded else 0
        return replace(state, rewarded=rewarded, lights=state.lights + gained), events + happened
    return state, events


def _gained(params: Params, plan: TrialPlan, hand_deg: float | None) -> int:
    """Lights that a paid sweep brings: one, or in the graded form two when it was well inside the zone."""
    zone_deg, half_deg = plan.setup.zone_deg, plan.setup.zone_half_deg
    if not params.graded or zone_deg is None or half_deg is None or hand_deg is None:
        return 1
    return 2 if abs(wrap_deg(hand_deg - zone_deg)) <= _WELL_INSIDE * half_deg else 1


def command(
    params: Params, state: State, name: str, value: float | None, tick: int
) -> tuple[State, list[Event]]:
    """There is nothing to choose."""
    return state, []


def view(params: Params, state: State, sample: Sample, tick: int) -> ReachView:
    """Build the picture of this tick: the arc, and after a paid sweep the lights; never the hand."""
    plan = state.plan
    stage = _reach.stage_of(state)
    at_home = stage in ("return", "hold")
    in_trial = stage in ("reach", "feedback")
    shows_target = in_trial and plan is not None
    return _reach.view(
        params,
        state,
        sample,
        tick,
        instruction="fireflies.probe" if plan and plan.phase == "probe" else "fireflies.sweep",
        places=_reach.places(params.reach_m, targets(params, "reward_based")),
        target=_reach.place(params.reach_m, state.target_deg) if shows_target else None,
        cursor=None,
        return_guide_m=_reach.away_m(sample) if at_home else None,
        rewarded=state.rewarded if stage == "feedback" else None,
        lights=state.lights,
        straight_line=False,
        mode="reward_based",
        sweeps=True,
    )


GAME = GameSpec(
    id="fireflies",
    version=1,
    name="Fireflies",
    params=Params,
    modes=frozenset({"reward_based"}),
    movements=frozenset({"hand_reach", "trunk_lean", "weight_shift", "head", "deflection", "decoded"}),
    start=start,
    targets=targets,
    begin=begin,
    step=step,
    command=command,
    is_waiting=is_waiting,
    view=view,
    drawing="game_client.games._fireflies_drawing",
    processes={"reward": "primary"},
    place="dusk_glade",
    abandon=abandon,
    trial_s=5.0,
    done_words="summary.reaches",
    success_words="summary.lights",
)
