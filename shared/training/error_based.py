"""Error-based training: the boat's path and the error are shown while a tide slowly turns them.

The cursor is rotated about the start, ramped by half a degree a trial. To *assess*, the rotation is the
plan's and is washed out afterwards. To *train*, its sign is chosen so that the after-effect reduces the
person's own bias, and it is not washed out (SCIENCE 1.5). Learns by sensory prediction error.

The schedule `two_rate` assesses how fast and how lastingly errors are learnt (Smith, Ghazizadeh & Shadmehr
2006): a baseline, a long rotation, a short reversal, trials that show nothing (the error is held at none, as
in a clamp), quick alternation, and all of it again the other way. The cursor is hidden and its end alone is
shown, so that nothing is corrected on the way, and the cue says to aim at the target itself, so that no
strategy mixes in. One target is to be practised (Tide & Anchor: `targets` 2, `spread` near, `trained` 1).
"""

from __future__ import annotations

import math
from typing import Annotated, Literal

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

_RUNS: tuple[tuple[int, int | None], ...] = (
    (40, 0), (60, 1), (10, -1), (30, None),
    *((8, 1 if run % 2 == 0 else -1) for run in range(12)),
    (60, -1), (10, 1), (30, None),
)  # fmt: skip
"""Trials, and by how many times the rotation the cursor is turned; None: nothing is shown."""
_TURNS = tuple(turn for trials, turn in _RUNS for _ in range(trials))
TWO_RATE_TRIALS = len(_TURNS)
"""The practice trials that a sitting of the two-rate schedule needs."""


class Params(Struct, frozen=True):
    rotation_deg: Annotated[float, Meta(ge=-45.0, le=45.0)] = 20.0
    """Degrees counter-clockwise; in training only its size counts."""
    ramp_deg_per_trial: Annotated[float, Meta(ge=0.1, le=45.0)] = 0.5
    straight_line: bool = True
    clamp: bool = False
    """In assessment only, an error clamp: the cursor keeps to the rotation from the target whatever the hand
    does, so that the error never changes (Morehead et al. 2017); the player is told to ignore it."""
    schedule: Literal["ramp", "two_rate"] = "ramp"
    """`two_rate` in assessment only: it takes 336 practice trials, and more sittings make it surer."""
    blur_mm: Annotated[float, Meta(ge=0.0, le=20.0)] = 0.0
    """How uncertain it is where the cursor is (standard deviation): in a mist less is learnt from each error
    (Burge, Ernst & Banks 2008; Wei & Körding 2010). In games whose cursor can be turned; not in probes."""


def ramp_trials(params: Params, practice_trials: int) -> int:
    if params.schedule == "two_rate" or params.clamp:
        return 0
    return min(practice_trials, math.ceil(abs(params.rotation_deg) / params.ramp_deg_per_trial))


def setup(params: Params, state: NoState, context: TrialContext) -> TrialSetup:
    if context.phase == "probe":
        return TrialSetup(shows="nothing", feedback="none", target_radius_m=context.target_radius_m)
    if params.schedule == "two_rate" and context.purpose == "assess":
        return _two_rate(params, context)
    rotation_deg = 0.0
    if params.clamp and context.purpose == "assess" and context.phase in ("ramp", "practice"):
        return TrialSetup(
            rotation_deg=params.rotation_deg, clamp=True, target_radius_m=context.target_radius_m
        )
    if context.phase in ("ramp", "practice"):
        whole = training_rotation_deg(params.rotation_deg, context)
        ramped = params.ramp_deg_per_trial * (context.trial_in_practice + 1)
        rotation_deg = math.copysign(min(abs(whole), ramped), whole) if whole else 0.0
    return TrialSetup(
        rotation_deg=rotation_deg,
        straight_line=params.straight_line and context.purpose == "train",
        blur_m=0.001 * params.blur_mm if context.turns else 0.0,
        target_radius_m=context.target_radius_m,
    )


def _two_rate(params: Params, context: TrialContext) -> TrialSetup:
    """One trial of the two-rate schedule; before and after it the cursor's end is shown, unturned."""
    at = context.trial_in_practice
    turn = _TURNS[at] if context.phase == "practice" and at < TWO_RATE_TRIALS else 0
    return TrialSetup(
        rotation_deg=params.rotation_deg * (turn or 0),
        shows="nothing",
        feedback="none" if turn is None else "path_error",
        cue_strength=1.0,
        aim_deg=0.0,
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
