"""What a reaching game shows: the only thing that the drawing, and a virtual patient, may see.

The mode decides what is in it (a hidden cursor is None here, not a flag beside its position), so neither
the picture nor the virtual patient can leak what the mode hides. Positions are metres of hand space, x to
the right and y away from the player (up on the screen); angles are degrees counter-clockwise from x.
"""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

Point = tuple[float, float]
Stage = Literal["return", "hold", "aim", "reach", "feedback", "between"]


class CueView(Struct, frozen=True, gc=False):
    """An aim cue: absolute direction, the clock number (0: between two), strength 1, 0.5 or 0."""

    aim_deg: float
    clock: int
    strength: float


class ReachView(Struct, frozen=True, gc=False):
    """One tick's picture of a centre-out reaching game."""

    stage: Stage
    mode: str
    phase: str
    """baseline, ramp, practice, probe or washout."""
    purpose: Literal["assess", "train"]
    start: Point
    start_radius_m: float
    targets: tuple[Point, ...]
    """All places a target can be, for the quiet rings."""
    target: Point | None
    """The target of this trial, from target_on on; None before."""
    target_radius_m: float
    reach_m: float
    cursor: Point | None
    """Where the boat is; None while the mode hides it."""
    hold_fraction: float
    """How much of the stay on the start is done, 0..1."""
    return_guide_m: float | None
    """Only while the cursor is hidden: distance to the start, without a direction."""
    anchor: Point | None
    """Where the last reach ended, shown after the trial when the mode shows errors."""
    past_anchors: tuple[Point, ...]
    """Up to three earlier ones, newest first."""
    error_from_deg: float | None
    error_to_deg: float | None
    """The error arc after a trial: from the hand's cursor direction to the target's direction."""
    rewarded: bool | None
    """After a reach in reward mode: paid or not; None otherwise."""
    lights: int
    """Rewards so far in the block."""
    cue: CueView | None
    aim_ring: bool
    """The numbered ring is shown (strategy mode)."""
    aim_handle_deg: float | None
    """While the player reports an aim: where the handle stands, absolute."""
    aim_left_s: float
    stones_done: int
    stones_total: int
    instruction: str
    """A key of the text catalogue, such as `tide.drop_anchor`."""
    straight_line: bool
    """A dotted line from start to target may be drawn (training with error feedback only)."""
    effects: Literal["none", "low", "medium", "high"]
    trial: int
