"""What a game shows: the only thing that the drawing, and a virtual patient, may see.

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


class ChoiceView(Struct, frozen=True, gc=False):
    """One target of several: its place, how many points it brings."""

    place: Point
    points: int


class View(Struct, frozen=True, gc=False, kw_only=True):
    """What every game's picture has, and all that the play screen itself looks at."""

    stage: Stage
    """`return` to the start, `hold` there, `aim` (an answer is asked), `reach` (what counts), two ends."""
    mode: str
    phase: str
    """baseline, ramp, practice, probe or washout."""
    purpose: Literal["assess", "train"]
    cursor: Point | None
    """Where the boat is; None while the mode hides it."""
    return_guide_m: float | None
    """Only while the cursor is hidden: distance to the start, without a direction."""
    stones_done: int
    stones_total: int
    instruction: str
    """A key of the text catalogue, such as `tide.drop_anchor`."""
    effects: Literal["none", "low", "medium", "high"]
    trial: int
    quality: float = 0.0
    """How well the last trial went, 0..1, where the mode shows it: the pitch of its sound tells."""
    intended: Point | None = None
    """Where the hand should go now, for an input device that adapts to its person."""
    beat: int = 0
    """How many beats were announced so far, each a little ahead: what the sound goes by."""
    task: str = "reach"
    """What there is to do: a virtual patient does it with `shared.patient.tasks`."""


class ReachView(View, frozen=True, gc=False, kw_only=True):
    """One tick's picture of a centre-out reaching game."""

    start: Point
    start_radius_m: float
    targets: tuple[Point, ...]
    """All places a target can be, for the quiet rings."""
    target: Point | None
    """The target of this trial, from target_on on; None before."""
    target_radius_m: float
    reach_m: float
    hold_fraction: float
    """How much of the stay on the start is done, 0..1."""
    blur_m: float = 0.0
    """The cursor is a cloud of this standard deviation, with the place told at its middle."""
    anchor: Point | None = None
    """Where the last reach ended, shown after the trial when the mode shows errors."""
    past_anchors: tuple[Point, ...] = ()
    """Up to three earlier ones, newest first."""
    error_from_deg: float | None = None
    error_to_deg: float | None = None
    """The error arc after a trial: from the hand's cursor direction to the target's direction."""
    rewarded: bool | None = None
    """After a reach in reward mode: paid or not; None otherwise."""
    lights: int = 0
    """Rewards so far in the block."""
    cue: CueView | None = None
    aim_ring: bool = False
    """The numbered ring is shown (strategy mode)."""
    aim_handle_deg: float | None = None
    """While the player reports an aim: where the handle stands, absolute."""
    aim_left_s: float = 0.0
    straight_line: bool = False
    """A dotted line from start to target may be drawn (training with error feedback only)."""
    sweeps: bool = False
    """The hand sweeps through the target without a stop."""
    time_limit_s: float | None = None
    """How long the reach may take to count, where the player is told."""
    offer: int = 0
    """Points that a success was announced to bring; 0 when none were named."""
    stop: bool = False
    """The stop signal is shown."""
    choices: tuple[ChoiceView, ...] = ()
    """Targets to choose from, in place of one."""
    chosen: int | None = None
    """Which of them was reached, once one was."""
    caught: bool | None = None
    """After a reach for a catch, or a stop: whether it went well, where the mode tells it."""


class CourseView(View, frozen=True, gc=False, kw_only=True):
    """One tick's picture of a tracking game: a course that comes towards the player.

    The centre line, t s after the course began, is at the sum of amplitude_m sin(2 pi hz t + phase_rad).
    """

    waves: tuple[tuple[float, float, float], ...]
    """amplitude_m, hz, phase_rad of each sine."""
    run_s: float
    """How long the course has run; 0 while it waits for the player."""
    course_s: float
    """How long it runs in all."""
    half_width_m: float
    limit_m: float
    """The furthest that the course asks for, to either side."""
    start_radius_m: float
    """How near the middle the ferry waits for the course."""
    inside: bool | None
    """Whether the ferry is in the channel now; None while the mode hides it."""
    inside_share: float | None
    """After a trial: the share of the time that it was inside, where the mode shows it."""
    success: bool | None = None
    """After a trial: whether that was enough, where the mode shows it."""
    hold_fraction: float = 0.0
    """How much of the stay at the jetty is done, 0..1."""
    task: str = "course"


class SteadyView(View, frozen=True, gc=False, kw_only=True):
    """One tick's picture of a game of keeping a lamp still in the wind; `cursor` is the lamp.

    The wind is always seen (streaks, a sock), also where the lamp is hidden.
    """

    radius_m: float
    """How far the lamp may swing from the middle."""
    reach_m: float
    gust_m: float
    """How far a whole gust pushes the lamp."""
    wind: float
    """How hard it blows now, 0..1."""
    wind_deg: float
    """Where it blows to; what it was last, in a calm."""
    image: str | None
    """The image to move by, where one is shown: `tripod`, `lamp` or `shift`."""
    image_strength: float
    has_words: bool
    """The image has its sentence; False: picture and one spoken word."""
    offered: tuple[str, ...]
    """At the stage `aim`: the images to choose from, from left to right."""
    picked: int
    """Which of them is picked now."""
    aim_left_s: float
    target: Point | None
    """The lamp to light, once it is there."""
    target_radius_m: float
    is_lit: bool
    """After a trial: that lamp was lit, where the mode shows it."""
    is_steady: bool | None
    """Whether the lamp is inside now; None while the mode hides it, or out of a gust."""
    steady_share: float | None
    """After a trial: the share of the gust that it was inside, where the mode shows it."""
    success: bool | None = None
    """After a trial: whether that was enough, where the mode shows it."""
    hold_fraction: float = 0.0
    """How much of the stay in the middle is done, 0..1."""
    task: str = "gust"


class StillView(View, frozen=True, gc=False, kw_only=True):
    """One tick's picture of keeping still: a telescope in which stars come out while it is calm."""

    figure: int
    """Which of the constellations it is, from 0."""
    start_radius_m: float
    lit: int
    """How many of the nine stars are out; 0 where the mode shows none."""
    calm: bool | None
    """Whether the sway is under the bar now; None while that is not shown."""
    rewarded: bool | None
    """After a trial: whether the constellation came out whole, where the mode shows it."""
    lights: int
    """Whole constellations so far in the block."""
    fraction: float
    """How much of the time of keeping still is over, 0..1."""
    stance: str = "usual"
    """How one stands or sits: `usual`, `feet_together`, `cushion` or `tandem`."""
    hold_fraction: float = 0.0
    """How much of the rest before it is done, 0..1."""
    task: str = "still"


class RhythmView(View, frozen=True, gc=False, kw_only=True):
    """One tick's picture of swaying in time: two far ends, the beat that comes, what the beats were like."""

    direction_deg: float
    """The way to sway: to the end in this direction on odd beats, to the opposite one on even beats."""
    distance_m: float
    """From the middle to either end."""
    tolerance_m: float
    start_radius_m: float
    run_s: float
    """How long the pace has run; 0 while it waits for the player."""
    half_period_s: float
    beats: int
    """How many beats there are in all; 0 in a probe, which has no pace."""
    beat_phase: float
    """Beats since the pace began, with their fraction."""
    good: tuple[bool | None, ...]
    """Beat by beat whether it was good (None: not seen); empty where the mode shows none."""
    frozen: bool
    """The wind has dropped: stay where you are."""
    target: Point | None
    """A probe's far place, while one is to go there; None else."""
    share: float | None
    """After a trial: the share of good beats, where the mode shows it."""
    success: bool | None
    stopped: bool | None
    """After a trial with a drop of the wind: whether the body stayed, where the mode shows it."""
    hold_fraction: float = 0.0
    task: str = "rhythm"


class SwimView(View, frozen=True, gc=False, kw_only=True):
    """One tick's picture of free play: an otter where the hand is, and how lively the water is."""

    reach_m: float
    """How far from the middle the person reaches."""
    run_s: float
    stretch_s: float
    liveliness: float
    """0..1, by how fast the hand moved of late."""
    swum_m: float
    """Length of the way so far."""
    task: str = "swim"


class TraceView(View, frozen=True, gc=False, kw_only=True):
    """One tick's picture of drawing along a closed shape: `cursor` is the pen, mirrored as the page says."""

    shape: str
    """`star`, `circle` or `square`."""
    mirror: Literal["none", "left_right", "up_down", "both"]
    corners: tuple[Point, ...]
    """Joined by straight lines, the last to the first; the marked point is the origin."""
    centre: Point
    half_width_m: float
    start_radius_m: float
    inside: bool | None
    """Whether the pen is inside the double line now; None while the mode hides it."""
    inside_share: float | None
    """After a trial: the share of the way that was inside, where the mode shows it."""
    time_limit_s: float | None
    """How long a page may take to count, where the player is told."""
    pages: int | None
    """Pages drawn before this one in the block; None where nothing earlier is mentioned."""
    success: bool | None = None
    """After a trial: whether the page succeeded, where the mode shows it."""
    hold_fraction: float = 0.0
    """How much of the rest on the marked point is done, 0..1."""
    task: str = "trace"
