"""What a training mode is: pure functions that decide a trial before it and learn from it after.

A mode never sees the game's picture or the device. It decides what a trial perturbs, shows and pays
(`TrialSetup`), from the phase and from what it has learnt of the person in this block (its own state).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeVar

import msgspec
from msgspec import Struct

from shared.errors import PlanError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from shared.wire.bounds import Scalar
    from shared.wire.events import PhaseName

P = TypeVar("P")
TRAINING_SHARE = 0.8
"""The rotation that error-based training imposes, as a share of today's bias."""


class TrialContext(Struct, frozen=True, gc=False):
    """What the director tells a mode about the trial to come.

    `bias_deg` is the person's own directional bias (hand minus target, counter-clockwise positive), from
    the plan or, when the plan knows none, from this session's opening probe; None while unknown.
    """

    phase: PhaseName
    index_in_phase: int
    trials_in_phase: int
    trial_in_practice: int
    """Trials of ramp and practice together before this one: what ramps and fading count by."""
    practice_total: int
    target: int
    purpose: Literal["assess", "train"]
    bias_deg: float | None
    target_radius_m: float
    mode_version: int = 1
    """The version of the mode to play by: a recording's own when it is replayed."""
    turns: bool = True
    """The game can turn its cursor; one that can't is cued by images, not by directions."""
    has_levels: bool = False
    """The game measures a trial by a level of its own (less is better) instead of a hand angle."""


class TrialSetup(Struct, frozen=True, gc=False):
    """All that a mode decides before a trial."""

    rotation_deg: float = 0.0
    clamp: bool = False
    shows: Literal["cursor", "nothing"] = "cursor"
    feedback: Literal["path_error", "reward", "none"] = "path_error"
    criterion_deg: float | None = None
    zone_deg: float | None = None
    zone_half_deg: float | None = None
    learn_sign: int = 0
    """Reward mode: +1 when a larger hand angle is better, -1 when a smaller one is, 0 neither."""
    cue_strength: float = 0.0
    aim_deg: float | None = None
    ask_aim: bool = False
    straight_line: bool = False
    target_radius_m: float = 0.012
    target_turn_deg: float = 0.0
    """Repetition: the target is shown turned by this much, so that the hand goes the way to be repeated."""
    time_limit_s: float | None = None
    """Acuity: a reach counts only when it takes no longer than this."""
    blur_m: float = 0.0
    """Uncertainty as a context: where the cursor is, is shown only to this standard deviation."""
    band_m: float | None = None
    """Errors up to this distance are not told: no news is good news (a band of feedback)."""
    criterion_level: float | None = None
    """Reward by level: a trial is paid when its level stays under this; None: the game's own first guess."""


class TrialResult(Struct, frozen=True, gc=False):
    """What came of a reach. `hand_deg` is relative to the target; None when there was no reach."""

    hand_deg: float | None
    hit: bool
    success: bool | None
    movement_time_s: float | None = None
    level: float | None = None
    """The game's own measure, less being better; None where it has none."""


@dataclass(frozen=True, slots=True)
class ModeSpec:
    """A training mode, found by `discover("shared.training", "MODE")`."""

    id: str
    version: int
    name: str
    params: type[Any]
    start: Callable[[Any], Any]
    """(params) -> state of a block."""
    setup: Callable[[Any, Any, TrialContext], TrialSetup]
    """(params, state, context) -> what this trial does."""
    learn: Callable[[Any, Any, TrialContext, TrialSetup, TrialResult], Any]
    """(params, state, context, setup, result) -> next state."""
    ramp_trials: Callable[[Any, int], int]
    """(params, practice trials) -> how many of them the ramp takes (the phase named `ramp`)."""


class NoState(Struct, frozen=True):
    """The state of a mode that learns nothing of the person within a block."""


def no_state(params: Any) -> NoState:
    return NoState()


def no_ramp(params: Any, practice_trials: int) -> int:
    return 0


def learns_nothing(
    params: Any, state: Any, context: TrialContext, setup: TrialSetup, result: TrialResult
) -> Any:
    return state


def parse_params(kind: type[P], values: Mapping[str, Scalar], pointer: str) -> P:
    """Turn a plan's free mapping into a mode's or a game's parameters, with their bounds.

    Raises:
        PlanError: an unknown parameter, or a value out of bounds; the message names it.
    """
    known = {each.name for each in msgspec.structs.fields(kind)}  # type: ignore[arg-type]
    for name in values:
        if name not in known:
            raise PlanError(
                f"{pointer}/{name}",
                "unknown_parameter",
                f"{name} is not a parameter here; known are {', '.join(sorted(known))}",
            )
    try:
        return msgspec.convert(dict(values), kind)
    except msgspec.ValidationError as error:
        message = str(error)
        name = message.rpartition("$.")[2].rstrip("`") if "$." in message else ""
        raise PlanError(
            f"{pointer}/{name}".rstrip("/"),
            "out_of_bounds",
            message.replace("`$.", "`").replace(" - at", " at"),
        ) from error


def judge(
    setup: TrialSetup, hand_deg: float | None, hit: bool, movement_time_s: float | None = None
) -> TrialResult:
    """Decide success by the trial's own rule.

    With a reward zone (Therrien, Wolpert & Bastian 2016): the hand passes the criterion in the learning
    direction, or lies in the final zone. Without: the cursor ended on the target, within the time limit if
    there is one. Trials without feedback have no success at all (None).
    """
    if setup.feedback == "none":
        return TrialResult(hand_deg, hit, None, movement_time_s)
    if setup.zone_deg is None:
        in_time = setup.time_limit_s is None or (movement_time_s or 0.0) <= setup.time_limit_s
        return TrialResult(hand_deg, hit, hit and in_time, movement_time_s)
    if hand_deg is None:
        return TrialResult(hand_deg=None, hit=False, success=False)
    in_zone = abs(hand_deg - setup.zone_deg) <= (setup.zone_half_deg or 0.0)
    passed = (
        setup.criterion_deg is not None
        and setup.learn_sign != 0
        and setup.learn_sign * (hand_deg - setup.criterion_deg) > 0
        and setup.learn_sign * (hand_deg - setup.zone_deg) <= (setup.zone_half_deg or 0.0)
    )
    return TrialResult(hand_deg, hit, in_zone or passed, movement_time_s)


def training_rotation_deg(rotation_deg: float, context: TrialContext) -> float:
    """Return the rotation that a block imposes, whole.

    An assessment takes the plan's. Training chooses the sign so that the after-effect reduces the person's
    own bias (error augmentation, Patton 2006: the cursor is turned further to where the hand already
    strays); with no bias to speak of (under 1 degree) or none measured, nothing is imposed.

    Its size is 0.8 of today's bias. Each day's bias b(t) follows from the last by
    b(t+1) = (1 - k) b0 - k c b(t), with k what a night keeps of the adaptation and c the share imposed; it
    settles only while k c < 1. Version 1 imposed twice the bias, which swings from side to side for anyone
    who keeps more than half.
    """
    if context.purpose == "assess":
        return rotation_deg
    if context.bias_deg is None or abs(context.bias_deg) < 1.0:
        return 0.0
    share = TRAINING_SHARE if context.mode_version > 1 else 2.0
    return math.copysign(min(abs(rotation_deg), share * abs(context.bias_deg)), context.bias_deg)
