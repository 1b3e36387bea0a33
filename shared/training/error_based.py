"""Error-based training: the boat's path and the error are shown while a tide slowly turns them.

The cursor is rotated about the start, ramped by half a degree a trial. To *assess*, the rotation is the
plan's and is washed out afterwards. To *train*, its sign is chosen so that the after-effect reduces the
person's own bias, and it is not washed out (SCIENCE 1.5). Learns by sensory prediction error.
"""

from __future__ import annotations

import math
from typing import Annotated

from msgspec import Meta, Struct

from shared.training.spec import (
    ModeSpec,
    NoState,
    TrialContext,
    TrialSetup,
    learns_nothing,
    no_state,
    training_rotation_deg,
)


class Params(Struct, frozen=True):
    rotation_deg: Annotated[float, Meta(ge=-45.0, le=45.0)] = 20.0
    """Degrees counter-clockwise; in training only its size counts."""
    ramp_deg_per_trial: Annotated[float, Meta(ge=0.1, le=45.0)] = 0.5
    straight_line: bool = True


def ramp_trials(params: Params, practice_trials: int) -> int:
    return min(practice_trials, math.ceil(abs(params.rotation_deg) / params.ramp_deg_per_trial))


def setup(params: Params, state: NoState, context: TrialContext) -> TrialSetup:
    if context.phase == "probe":
        return TrialSetup(shows="nothing", feedback="none", target_radius_m=context.target_radius_m)
    rotation_deg = 0.0
    if context.phase in ("ramp", "practice"):
        whole = training_rotation_deg(params.rotation_deg, context)
        ramped = params.ramp_deg_per_trial * (context.trial_in_practice + 1)
        rotation_deg = math.copysign(min(abs(whole), ramped), whole) if whole else 0.0
    return TrialSetup(
        rotation_deg=rotation_deg,
        straight_line=params.straight_line and context.purpose == "train",
        target_radius_m=context.target_radius_m,
    )


MODE = ModeSpec(
    id="error_based",
    version=2,
    name="Error-based",
    params=Params,
    start=no_state,
    setup=setup,
    learn=learns_nothing,
    ramp_trials=ramp_trials,
)
