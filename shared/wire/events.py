"""What happened in play: one tagged union, one flat list a session, ordered by tick.

A tick is 1/120 s of play; the count stands still while play is paused, and a pause is itself an event.
Angles are degrees counter-clockwise from the player's right, x to the right and y away from the player;
errors and hand angles are relative to the direction of the target, counter-clockwise positive.
"""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct

from shared.wire.bounds import (
    Count,
    Degrees,
    Fraction,
    Hertz,
    Key,
    Metres,
    Millis,
    Points,
    Real,
    Seconds,
    Short,
    Tick,
)

PhaseName = Literal["baseline", "ramp", "practice", "probe", "washout"]
Outcome = Literal["hit", "miss", "timeout", "aborted"]


class _Event(Struct, frozen=True, array_like=True, gc=False):
    tick: Tick


class BlockStart(_Event, frozen=True, array_like=True, gc=False, tag="block_start"):
    """A block of the plan begins; `block` is its position in the session."""

    block: Count


class PhaseStart(_Event, frozen=True, array_like=True, gc=False, tag="phase_start"):
    block: Count
    phase: PhaseName
    trials: Count


class ProbeStart(_Event, frozen=True, array_like=True, gc=False, tag="probe_start"):
    """Trials without feedback follow: an opening probe measures retention, a closing one the day."""

    block: Count
    place: Literal["opening", "closing"]


class TrialStart(_Event, frozen=True, array_like=True, gc=False, tag="trial_start"):
    """All that was decided before the trial; what the trial showed the player is in `shows`."""

    trial: Count
    block: Count
    phase: PhaseName
    target: Count
    target_deg: Degrees
    target_distance_m: Metres
    target_radius_m: Metres
    start_x_m: Metres
    start_y_m: Metres
    rotation_deg: Degrees
    clamp: bool
    shows: Literal["cursor", "nothing"]
    feedback: Literal["path_error", "reward", "none"]
    criterion_deg: Degrees | None = None
    """Reward mode: the hand angle that this trial must pass (the mean of the last ten there)."""
    zone_deg: Degrees | None = None
    """Reward mode: centre of the final zone, always rewarded; its half width is `zone_half_deg`."""
    zone_half_deg: Degrees | None = None
    cue_strength: Fraction = 0.0
    """Strategy cue: 1 shown in full, 0.5 faded, 0 hidden."""
    aim_deg: Degrees | None = None
    """Strategy cue: the cued aim, relative to the target."""
    reward_offered: Points | None = None
    """Points that the player was told a success would bring, before the trial; None when none were named."""
    dual_task: bool = False
    """A second task ran beside this trial (the plan asked for it)."""
    time_limit_s: Seconds | None = None
    """A success had to take no longer than this; None without a limit."""
    criterion_level: Real | None = None
    """Reward by a level instead of an angle: what the trial's level had to stay under (`TrialEnd.level`)."""
    blur_m: Metres = 0.0
    """The cursor was shown as a cloud of this standard deviation: uncertainty as a context."""


class Wave(Struct, frozen=True, array_like=True, gc=False):
    """One sine of a course's centre line."""

    amplitude_m: Metres
    hz: Hertz
    phase_rad: Real


class CourseOn(_Event, frozen=True, array_like=True, gc=False, tag="course_on"):
    """A course to follow begins to run at this tick (tracking games).

    Its centre line, t seconds later, is at x = sum of amplitude_m sin(2 pi hz t + phase_rad), metres of hand
    space; the player keeps within `half_width_m` of it. It runs until the trial's end.
    """

    trial: Count
    waves: Annotated[list[Wave], Meta(max_length=12)]
    half_width_m: Metres


class TargetOn(_Event, frozen=True, array_like=True, gc=False, tag="target_on"):
    trial: Count


class Go(_Event, frozen=True, array_like=True, gc=False, tag="go"):
    trial: Count


class Cue(_Event, frozen=True, array_like=True, gc=False, tag="cue"):
    """A cue was shown: the aim, the clock number beside it (0 when between numbers), its strength."""

    trial: Count
    aim_deg: Degrees
    clock: Count
    strength: Fraction
    image: Key = "aim"
    """What the cue pictures: `aim` a direction, else an image to move by (`tripod`, `lamp`, `shift`)."""


class AimReport(_Event, frozen=True, array_like=True, gc=False, tag="aim_report"):
    """Where the player says they aim, relative to the target; None when 8 s passed without a report."""

    trial: Count
    aim_deg: Degrees | None


class Onset(_Event, frozen=True, array_like=True, gc=False, tag="onset"):
    trial: Count


class Hit(_Event, frozen=True, array_like=True, gc=False, tag="hit"):
    trial: Count


class Miss(_Event, frozen=True, array_like=True, gc=False, tag="miss"):
    trial: Count


class Timeout(_Event, frozen=True, array_like=True, gc=False, tag="timeout"):
    trial: Count


class Feedback(_Event, frozen=True, array_like=True, gc=False, tag="feedback"):
    """What the player was given after the reach: an error (degrees), a reward, or nothing."""

    trial: Count
    kind: Literal["path_error", "reward", "none"]
    error_deg: Degrees | None = None
    rewarded: bool | None = None


class TrialEnd(_Event, frozen=True, array_like=True, gc=False, tag="trial_end"):
    """The game's own verdict; `hand_deg` is at peak hand speed, relative to the target.

    In a tracking trial there is no hand angle, `endpoint_error_m` is the root mean square distance from the
    course's centre line while the place was known, and `movement_time_s` is how long the course ran.
    """

    trial: Count
    outcome: Outcome
    success: bool | None
    hand_deg: Degrees | None
    endpoint_error_m: Metres | None
    movement_time_s: Seconds | None
    level: Real | None = None
    """A game's own measure of the trial, in its own unit, less being better; None where it has none."""


class StopSignal(_Event, frozen=True, array_like=True, gc=False, tag="stop_signal"):
    trial: Count
    delay_ms: Millis


class TargetJump(_Event, frozen=True, array_like=True, gc=False, tag="target_jump"):
    trial: Count
    to_deg: Degrees


class Corner(Struct, frozen=True, array_like=True, gc=False):
    """A place of a template, metres from its middle."""

    x_m: Metres
    y_m: Metres


class TraceOn(_Event, frozen=True, array_like=True, gc=False, tag="trace_on"):
    """A closed shape to draw along is shown; what the hand draws appears in the mirror.

    `corners` are joined by straight lines, the last to the first, in the space of the cursor (what is seen):
    the hand's place for it is got by turning the mirror round. Within `half_width_m` of the line is inside.
    """

    trial: Count
    shape: Key
    mirror: Literal["none", "left_right", "up_down", "both"]
    half_width_m: Metres
    corners: Annotated[list[Corner], Meta(min_length=3, max_length=720)]


class CalmOn(_Event, frozen=True, array_like=True, gc=False, tag="calm_on"):
    """Keeping still counts from here to the trial's end; sway slower than the criterion is calm."""

    trial: Count
    criterion_m_s: Annotated[float, Meta(ge=0.0, le=10.0)]


class PaceOn(_Event, frozen=True, array_like=True, gc=False, tag="pace_on"):
    """Paced movements run from here: to `distance_m` in the direction and back past the middle as far.

    The beats fall `half_period_s` apart, the first one that long after this event; on odd beats the movement
    should be at the far end in the direction, on even ones opposite. `beats` of them come.
    """

    trial: Count
    direction_deg: Degrees
    distance_m: Metres
    half_period_s: Seconds
    beats: Count


class Gust(_Event, frozen=True, array_like=True, gc=False, tag="gust"):
    """A gust pushes what is seen, not the person: `size_m` in a direction, rising and falling as a sine."""

    trial: Count
    direction_deg: Degrees
    size_m: Metres
    lasts_s: Seconds


class Offer(Struct, frozen=True, array_like=True, gc=False):
    """One thing to choose: what it pays and what it costs."""

    direction_deg: Degrees
    distance_m: Metres
    radius_m: Metres
    points: Points


class Choice(_Event, frozen=True, array_like=True, gc=False, tag="choice"):
    """The player chose among offers by going to one of them; `chosen` counts from 0, None: to neither."""

    trial: Count
    offers: Annotated[list[Offer], Meta(min_length=2, max_length=4)]
    chosen: Count | None


class SecondTask(_Event, frozen=True, array_like=True, gc=False, tag="second_task"):
    """The second task of a block ended: how many things there were to count, and what the player said."""

    block: Count
    shown: Count
    said: Count | None


class Rest(_Event, frozen=True, array_like=True, gc=False, tag="rest"):
    reason: Literal["planned", "time", "slower", "pain", "effort", "asked"]


class Alert(_Event, frozen=True, array_like=True, gc=False, tag="alert"):
    """A numbered, translated message of `game_client.alerts` was shown."""

    code: Count
    detail: Short


class Pause(_Event, frozen=True, array_like=True, gc=False, tag="pause"):
    reason: Key


class Resume(_Event, frozen=True, array_like=True, gc=False, tag="resume"):
    paused_s: Seconds


class DropOut(_Event, frozen=True, array_like=True, gc=False, tag="drop_out"):
    """The input device gave nothing usable for `ticks` ticks."""

    ticks: Count


class Stall(_Event, frozen=True, array_like=True, gc=False, tag="stall"):
    """The game fell behind by more than it may catch up; `lost_ms` of wall time has no ticks."""

    lost_ms: Millis


Event = (
    BlockStart
    | PhaseStart
    | ProbeStart
    | TrialStart
    | TargetOn
    | Go
    | Cue
    | AimReport
    | Onset
    | Hit
    | Miss
    | Timeout
    | Feedback
    | TrialEnd
    | StopSignal
    | TargetJump
    | Rest
    | Alert
    | Pause
    | Resume
    | DropOut
    | Stall
    | CourseOn
    | TraceOn
    | CalmOn
    | PaceOn
    | Gust
    | Choice
    | SecondTask
)
