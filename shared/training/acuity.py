"""Acuity: the same reach, faster at the same accuracy; nothing is perturbed.

With practice the whole speed-accuracy curve shifts, which no mere slowing down does (Shmuelof, Krakauer &
Mazzoni 2012, J Neurophysiol 108:578, not verified). The cursor and the endpoint error are shown; a reach
counts when it ends on the target within a time limit that follows the person: the median of the last reaches
that hit, with a little room. The target's size follows success, as in error-based training.
"""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from shared.training.spec import ModeSpec, TrialContext, TrialResult, TrialSetup, no_ramp

HISTORY = 9


class Params(Struct, frozen=True):
    tighten: Annotated[float, Meta(ge=0.8, le=1.5)] = 1.15
    """Time limit over the median of the last hits; above 1 leaves room."""


class State(Struct, frozen=True):
    hit_times_s: tuple[float, ...] = ()
    """Movement times of the last hits in seconds, oldest first."""


def start(params: Params) -> State:
    return State()


def setup(params: Params, state: State, context: TrialContext) -> TrialSetup:
    if context.phase == "probe":
        return TrialSetup(shows="nothing", feedback="none", target_radius_m=context.target_radius_m)
    limit_s = None
    if context.phase not in ("baseline", "washout") and len(state.hit_times_s) >= 3:
        limit_s = params.tighten * sorted(state.hit_times_s)[len(state.hit_times_s) // 2]
    return TrialSetup(time_limit_s=limit_s, target_radius_m=context.target_radius_m)


def learn(
    params: Params, state: State, context: TrialContext, setup_: TrialSetup, result: TrialResult
) -> State:
    if not result.hit or result.movement_time_s is None:
        return state
    return State(hit_times_s=(*state.hit_times_s, result.movement_time_s)[-HISTORY:])


MODE = ModeSpec(
    id="acuity",
    version=1,
    name="Acuity",
    params=Params,
    start=start,
    setup=setup,
    learn=learn,
    ramp_trials=no_ramp,
)
