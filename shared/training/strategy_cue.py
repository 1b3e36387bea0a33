"""Strategy training: a pictured and written aim ("aim at 10 o'clock") that fades, and aim reports.

To *assess*, the tide turns the boat by one whole hour of the clock ring (30 degrees) at once; the cue says
where to aim instead. To *train*, nothing is turned: the cued aim is the one that cancels the person's own
bias (version 1 imposed the whole hour then too, which overshoots a small bias). An instructed aim works at
once, even where adaptation is impaired (Taylor, Klemfuss & Ivry 2010), but people with cerebellar ataxia
don't find it by themselves (Butcher et al. 2017), so it is given, then faded in thirds: full, half, hidden.
Every fifth trial the player says where they aim (Taylor, Krakauer & Ivry 2014), which parts the explicit
from the implicit share.

In a game that turns nothing the cue is an image to move by ("imagine a stable tripod"): on and off in turn,
and faded in the same thirds.
"""

from __future__ import annotations

import math
from typing import Annotated

from msgspec import Meta, Struct

from shared.training.layout import HOUR_DEG
from shared.training.spec import (
    ModeSpec,
    NoState,
    TrialContext,
    TrialSetup,
    learns_nothing,
    no_ramp,
    no_state,
)


class Params(Struct, frozen=True):
    hours: Annotated[int, Meta(ge=-1, le=1)] = 1
    """Hours of the ring by which the tide turns the boat, counter-clockwise positive."""
    report_every: Annotated[int, Meta(ge=0, le=20)] = 5
    """Ask for the aim on every n-th trial; 0 never."""


def cue_strength(trial: int, total: int) -> float:
    """Return 1 in the first third of practice, 0.5 in the second, 0 in the last."""
    third = 3 * trial // max(1, total)
    return (1.0, 0.5, 0.0)[min(2, third)]


def setup(params: Params, state: NoState, context: TrialContext) -> TrialSetup:
    if context.phase == "probe":
        return TrialSetup(shows="nothing", feedback="none", target_radius_m=context.target_radius_m)
    if context.phase in ("baseline", "washout"):
        return TrialSetup(target_radius_m=context.target_radius_m)
    if not context.turns:
        return _image(context)
    rotation_deg, aim_deg = _imposed(params, context)
    due = (
        params.report_every > 0 and context.trial_in_practice % params.report_every == params.report_every - 1
    )
    return TrialSetup(
        rotation_deg=rotation_deg,
        cue_strength=cue_strength(context.trial_in_practice, context.practice_total),
        aim_deg=aim_deg,
        ask_aim=due,
        target_radius_m=context.target_radius_m,
    )


def _image(context: TrialContext) -> TrialSetup:
    """A cue that is an image to move by, on in every other trial: what it does is the difference."""
    on = context.trial_in_practice % 2 == 0
    strength = cue_strength(context.trial_in_practice, context.practice_total) if on else 0.0
    return TrialSetup(cue_strength=strength, target_radius_m=context.target_radius_m)


def _imposed(params: Params, context: TrialContext) -> tuple[float, float]:
    """Return the rotation and the aim that answers it, degrees."""
    rotation_deg = params.hours * HOUR_DEG
    if context.purpose == "assess" or not params.hours:
        return rotation_deg, -rotation_deg
    if context.mode_version < 2:
        turned = rotation_deg if context.bias_deg is None else math.copysign(rotation_deg, context.bias_deg)
        return turned, -turned
    bias_deg = context.bias_deg or 0.0
    return 0.0, -math.copysign(min(abs(bias_deg), HOUR_DEG), bias_deg)


MODE = ModeSpec(
    id="strategy_cue",
    version=2,
    name="Strategy cue",
    params=Params,
    start=no_state,
    setup=setup,
    learn=learns_nothing,
    ramp_trials=no_ramp,
)
