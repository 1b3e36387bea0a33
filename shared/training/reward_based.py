"""Reward-based training: no cursor, no error; a reach is paid or not, and the bar follows the person.

Closed loop (Therrien, Wolpert & Bastian 2016, Brain 139:101; NCT03879018): a reach is rewarded when the
hand's angle passes the mean of the last ten reaches *to that target* in the learning direction, or lies in
the final zone. To *train*, the final zone is the straight reach and the learning direction leads away from
the person's own bias; to *assess*, it is the plan's goal. The zone's width follows the reward rate, which
keeps rewards neither certain nor absent.

In a game that measures a trial by a level of its own (how fast one sways), the bar is the mean of the last
ten levels, with a margin that follows the reward rate in the same way.

With the rule `fixed` the final zone alone pays, the same way every time: young children learn from such
rewards as adults do, and little from rewards that come by a moving rule (Hill et al. 2025,
eLife 13:RP101036).
"""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct
from msgspec.structs import replace

from shared.training.spec import ModeSpec, TrialContext, TrialResult, TrialSetup, no_ramp

HISTORY = 10
_ZONE_MIN_DEG, _ZONE_MAX_DEG = 2.0, 12.0
_RATE_TRIALS = 10
_WANTED_RATE = 0.60
_MARGIN_MIN, _MARGIN_MAX, _MARGIN_STEP = 0.7, 1.6, 0.15


class Params(Struct, frozen=True):
    goal_deg: Annotated[float, Meta(ge=-45.0, le=45.0)] = -15.0
    """Assessment only: the hand angle to be learnt, relative to the target."""
    zone_half_deg: Annotated[float, Meta(ge=2.0, le=12.0)] = 5.0
    rule: Literal["closed_loop", "fixed"] = "closed_loop"


class State(Struct, frozen=True):
    history: tuple[tuple[int, tuple[float, ...]], ...] = ()
    """For each target seen: its last ten hand angles in degrees, oldest first."""
    zone_half_deg: float = 5.0
    recent: tuple[bool, ...] = ()
    levels: tuple[float, ...] = ()
    """The last ten levels, oldest first, in the game's unit."""
    margin: float = 1.0
    """What the mean of the last levels is multiplied by to make the bar."""


def start(params: Params) -> State:
    return State(zone_half_deg=params.zone_half_deg)


def criterion_deg(state: State, target: int) -> float | None:
    """Mean of the last ten hand angles to this target, or None before the first."""
    angles = dict(state.history).get(target, ())
    return sum(angles) / len(angles) if angles else None


def setup(params: Params, state: State, context: TrialContext) -> TrialSetup:
    if context.phase == "probe":
        return TrialSetup(shows="nothing", feedback="none", target_radius_m=context.target_radius_m)
    if context.phase in ("baseline", "washout"):
        return TrialSetup(target_radius_m=context.target_radius_m)
    if context.has_levels:
        bar = state.margin * sum(state.levels) / len(state.levels) if state.levels else None
        return TrialSetup(
            shows="nothing",
            feedback="reward",
            criterion_level=bar,
            target_radius_m=context.target_radius_m,
        )
    goal_deg = params.goal_deg if context.purpose == "assess" else 0.0
    mean_deg = criterion_deg(state, context.target)
    if mean_deg is None:
        mean_deg = (context.bias_deg or 0.0) if context.purpose == "train" else 0.0
    distance_deg = goal_deg - mean_deg if params.rule == "closed_loop" else 0.0
    return TrialSetup(
        shows="nothing",
        feedback="reward",
        criterion_deg=mean_deg,
        zone_deg=goal_deg,
        zone_half_deg=state.zone_half_deg,
        learn_sign=(distance_deg > 0) - (distance_deg < 0),
        target_radius_m=context.target_radius_m,
    )


def learn(
    params: Params, state: State, context: TrialContext, setup_: TrialSetup, result: TrialResult
) -> State:
    if context.has_levels:
        return _learn_level(state, context, setup_, result)
    if result.hand_deg is None:
        return state
    histories = dict(state.history)
    if context.phase in ("probe", "ramp", "practice"):
        histories[context.target] = (*histories.get(context.target, ()), result.hand_deg)[-HISTORY:]
    zone_half_deg, recent = state.zone_half_deg, state.recent
    if setup_.feedback == "reward" and result.success is not None:
        recent = (*recent, result.success)[-_RATE_TRIALS:]
        if len(recent) == _RATE_TRIALS:
            step = 1.0 + 0.25 * (_WANTED_RATE - sum(recent) / _RATE_TRIALS)
            zone_half_deg = min(_ZONE_MAX_DEG, max(_ZONE_MIN_DEG, zone_half_deg * step))
    history = tuple(sorted(histories.items()))
    return replace(state, history=history, zone_half_deg=zone_half_deg, recent=recent)


def _learn_level(state: State, context: TrialContext, setup_: TrialSetup, result: TrialResult) -> State:
    if result.level is None or context.phase not in ("probe", "ramp", "practice"):
        return state
    levels, margin, recent = (*state.levels, result.level)[-HISTORY:], state.margin, state.recent
    if setup_.feedback == "reward" and result.success is not None:
        recent = (*recent, result.success)[-_RATE_TRIALS:]
        step = _MARGIN_STEP * (_WANTED_RATE - sum(recent) / len(recent))
        margin = min(_MARGIN_MAX, max(_MARGIN_MIN, margin * (1.0 + step)))
    return replace(state, levels=levels, margin=margin, recent=recent)


MODE = ModeSpec(
    id="reward_based",
    version=1,
    name="Reward-based",
    params=Params,
    start=start,
    setup=setup,
    learn=learn,
    ramp_trials=no_ramp,
)
