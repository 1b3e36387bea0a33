"""Repetition: many easy reaches along the very way that the free hand should take.

A movement made often draws later ones towards it (Verstynen & Sabes 2011, J Neurosci 31:10050; Diedrichsen
et al. 2010, not verified). To *train*, the target is shown turned against the person's own bias, so that the
hand goes straight along the wanted direction and repeats just that; targets are wide and errors few. To
*assess*, nothing is turned, and the directional bias on free reaches shows the pull.
"""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from shared.training.spec import (
    ModeSpec,
    NoState,
    TrialContext,
    TrialSetup,
    learns_nothing,
    no_ramp,
    no_state,
)

MOST_TURN_DEG = 20.0


class Params(Struct, frozen=True):
    widen: Annotated[float, Meta(ge=1.0, le=2.0)] = 1.3
    """How much wider than usual the target is: errorless practice."""


def setup(params: Params, state: NoState, context: TrialContext) -> TrialSetup:
    if context.phase == "probe":
        return TrialSetup(shows="nothing", feedback="none", target_radius_m=context.target_radius_m)
    if context.phase in ("baseline", "washout"):
        return TrialSetup(target_radius_m=context.target_radius_m)
    turn_deg = 0.0
    if context.purpose == "train":
        turn_deg = max(-MOST_TURN_DEG, min(MOST_TURN_DEG, -(context.bias_deg or 0.0)))
    return TrialSetup(
        target_turn_deg=turn_deg,
        straight_line=True,
        target_radius_m=params.widen * context.target_radius_m,
    )


MODE = ModeSpec(
    id="use_dependent",
    version=1,
    name="Repetition",
    params=Params,
    start=no_state,
    setup=setup,
    learn=learns_nothing,
    ramp_trials=no_ramp,
)
