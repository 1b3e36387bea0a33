"""What every metric starts from: a recording's trials, each with its hand's movement or the reason why not.

The hand comes from the raw rows with their own stamps; the tick stream stands in where there are none.
Each trial is cut from the go signal to its end, resampled linearly to 100 Hz and filtered at 8 Hz (second
order, without delay); onset and end follow `shared.movement.onset.guarded`. SPARC and tremor see the
unfiltered hand. A tracking or tracing trial has no reach: it is cut from the course's beginning, or the
shape's appearing, to the trial's end.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from shared.metrics._decided import is_plain
from shared.movement.kinarm import VisuallyGuidedReach, visually_guided_reach
from shared.movement.onset import guarded
from shared.movement.plausible import UnitError, require_hand_m
from shared.movement.reach import ReachKinematics, reach_kinematics
from shared.movement.sampling import SignalError, differentiate, lowpass, resample_uniform, speed_of
from shared.movement.smoothness import ldlj_speed, ldlj_vector, sparc
from shared.movement.trace import Drawn
from shared.movement.tracking import Followed
from shared.wire.streams import FLAG_HELD, FLAG_LOST, stream_columns
from shared.wire.trials import TrialView, trials_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from shared.wire.events import CourseOn, TraceOn
    from shared.wire.session import Anchor, Recording

RATE_HZ = 100.0
CUTOFF_HZ = 8.0
BEFORE_S, AFTER_S = 0.3, 0.1
"""Samples kept beyond go and end, so that the filter's edges lie outside the movement."""
REST_S = 0.1
"""The hand's own restlessness is that of the calmer tenth of a second beside go: before it the hand may
still be settling on the start, after it nobody has reacted yet."""
MAX_GAP_S = 0.1
BEFORE_ONSET = 0.06
"""Share of the movement time before onset that belongs to the movement already: a minimum-jerk reach passes
5 % of its peak at 0.059 of its duration."""
MOST_LOST = 0.2
"""Of a course or a page; where more was not seen, what was seen is not the whole of how it went."""
PHASES = ("probe_opening", "baseline", "practice", "probe_closing", "washout")


@dataclass(frozen=True, slots=True)
class TrialData:
    """One trial. `invalid` is the reason why its movement is not used: nothing `reach`ed, `followed` or
    `drawn`."""

    view: TrialView
    phase: str
    """One of `PHASES`; the ramp counts as practice, since the person trains in it."""
    invalid: str | None = None
    reach: ReachKinematics | None = None
    sparc: float | None = None
    ldlj: float | None = None
    """In the vector form."""
    ldlj_speed: float | None = None
    guided: VisuallyGuidedReach | None = None
    go_s: float | None = None
    """When go was given, on the session's clock (`SessionData.clock`); `reach.onset_s` counts from it."""
    hold_m: NDArray[np.float64] | None = field(default=None, compare=False, repr=False)
    """The unfiltered hand from 0.3 s before go to its first stirring, shape (N, 2), at `RATE_HZ`."""
    moving_m: NDArray[np.float64] | None = field(default=None, compare=False, repr=False)
    """The unfiltered hand from onset to end, shape (N, 2), at `RATE_HZ`."""
    followed: Followed | None = field(default=None, compare=False, repr=False)
    """The filtered hand on the course of a tracking trial, at `RATE_HZ`; such a trial has no reach."""
    drawn: Drawn | None = field(default=None, compare=False, repr=False)
    """The filtered pen on the page of a tracing trial, at `RATE_HZ`; such a trial has no reach."""

    @property
    def block(self) -> int:
        return self.view.start.block

    @property
    def hand_deg(self) -> float | None:
        """Hand angle at peak speed, relative to the target; None when the movement is not used."""
        return self.reach.hand_angle_deg if self.reach else None

    @property
    def is_used(self) -> bool:
        """Whether there is a movement of any kind to measure."""
        return any(each is not None for each in (self.reach, self.followed, self.drawn))

    @property
    def is_without_feedback(self) -> bool:
        return self.view.start.shows == "nothing" and self.view.start.feedback == "none"


@dataclass(frozen=True)
class SessionData:
    """A recording, read once for all metrics; build it with `session_data`."""

    recording: Recording
    played: tuple[TrialData, ...]
    """Every trial."""
    trials: tuple[TrialData, ...]
    """Those that asked for a reach to a target, which is what most metrics are about."""
    courses: tuple[TrialData, ...]
    """Those that gave a course to follow."""
    traces: tuple[TrialData, ...]
    """Those that gave a shape to draw along."""
    hand_missing: str | None
    """Why no trial has hand kinematics, when that holds for the whole session."""
    rate_hz: float
    """Samples a second that the input device really gave."""
    lost_share: float | None
    """Share of ticks without a usable sample; None without a tick stream."""
    clock: Clock

    @cached_property
    def blocks(self) -> dict[int, list[TrialData]]:
        """Trials with a target by block, in the order of play."""
        found: dict[int, list[TrialData]] = {}
        for trial in self.trials:
            found.setdefault(trial.block, []).append(trial)
        return found


def session_data(recording: Recording) -> SessionData:
    """Read a recording's trials and movements.

    Raises:
        WireError: a stream of samples is damaged.
    """
    views = trials_of(recording.events)
    ticks = stream_columns(recording, "tick")
    raw = stream_columns(recording, "raw")
    track, missing = _track(recording, ticks, raw)
    trials = tuple(_trial(view, track, missing) for view in views)
    absurd = sum(each.invalid == "implausible" for each in trials)
    if absurd > sum(each.is_used for each in trials):
        # Not a glitch but the scale: then the others are no better.
        missing = "implausible_units"
        trials = tuple(_trial(view, None, missing) for view in views)
    return SessionData(
        recording=recording,
        played=trials,
        trials=tuple(each for each in trials if each.view.is_reach),
        courses=tuple(each for each in trials if each.view.course is not None),
        traces=tuple(each for each in trials if each.view.trace is not None),
        hand_missing=missing,
        rate_hz=_rate_hz(recording, raw),
        lost_share=float(np.mean((ticks["flags"] & FLAG_LOST) > 0)) if len(ticks.get("flags", ())) else None,
        clock=Clock(recording.anchors, recording.tick_hz) if track is None else track.clock,
    )


class Clock:
    """Tick to seconds of the monotonic clock, or of play alone when the recording has no anchors."""

    def __init__(self, anchors: list[Anchor], tick_hz: int) -> None:
        self._ticks = np.array([each.tick for each in anchors], dtype=np.int64)
        self._seconds = np.array([each.mono_ns for each in anchors], dtype=np.float64) * 1e-9
        self._tick_hz = tick_hz

    @property
    def is_monotonic(self) -> bool:
        """Whether its seconds are those of the raw rows' stamps."""
        return len(self._ticks) > 0

    def seconds(self, tick: int) -> float:
        if not len(self._ticks):
            return tick / self._tick_hz
        at = max(0, int(np.searchsorted(self._ticks, tick, side="right")) - 1)
        return float(self._seconds[at] + (tick - self._ticks[at]) / self._tick_hz)


@dataclass(frozen=True, slots=True)
class _Track:
    """The hand through the session: stamps (M,) on `clock`, positions (M, 2) in metres."""

    clock: Clock
    stamps_s: NDArray[np.float64]
    position_m: NDArray[np.float64]
    rests_in_silence: bool
    """A mouse sends nothing while it rests, so that a silence is stillness and not a gap."""
    tick_position_m: NDArray[np.float64] | None
    """Where the ticks put the hand, row by tick; it anchors the sum of a mouse's increments."""
    is_in_metres: bool
    """A camera without a scale and an uncalibrated mouse have nominal metres, which bodies do not bind."""
    tick_lost: NDArray[np.bool_] | None
    """Ticks at which the game had no place of the hand."""

    def cut(self, from_s: float, until_s: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return stamps and positions of a span, with one sample either side, silences filled."""
        first = max(0, int(np.searchsorted(self.stamps_s, from_s)) - 1)
        last = min(len(self.stamps_s), int(np.searchsorted(self.stamps_s, until_s, side="right")) + 1)
        stamps, position = self.stamps_s[first:last], self.position_m[first:last]
        if not self.rests_in_silence or not len(stamps):
            return stamps, position
        step = 1.0 / RATE_HZ
        grid = np.arange(from_s - step, until_s + 2 * step, step)
        # Between reports the hand is where it last was: add that place at each silent grid point.
        before = np.searchsorted(stamps, grid, side="right") - 1
        silent = grid - stamps[np.maximum(before, 0)] > 2 * step
        extra, held = grid[silent], position[np.maximum(before[silent], 0)]
        order = np.argsort(np.concatenate([stamps, extra]), kind="stable")
        return np.concatenate([stamps, extra])[order], np.concatenate([position, held])[order]


def _track(
    recording: Recording, ticks: dict[str, NDArray[Any]], raw: dict[str, NDArray[Any]]
) -> tuple[_Track | None, str | None]:
    pointer = recording.device.pointer
    if pointer in ("accelerated", "absolute"):
        return None, f"pointer_{pointer}"
    metres = recording.device.unit == "m"
    places = np.column_stack([ticks["x_um"], ticks["y_um"]]) * 1e-6 if ticks else None
    lost = (ticks["flags"] & FLAG_LOST) > 0 if ticks else None
    if len(raw.get("t_ns", ())) and recording.anchors:
        stamps = raw["t_ns"] * 1e-9
        clock = Clock(recording.anchors, recording.tick_hz)
        if "dx" in raw:
            gain_m = (recording.device.gain_um_per_count or 100.0) * 1e-6
            # Rows hold the mouse's own counts, y down; hand space has y away from the player.
            position = np.cumsum(np.column_stack([raw["dx"], -raw["dy"]]), axis=0) * gain_m
            return _Track(clock, *in_order(stamps, position), True, places, metres, lost), None
        seen = raw["confidence"] > 0
        position = np.column_stack([raw["x_um"], raw["y_um"]])[seen] * 1e-6
        return _Track(clock, *in_order(stamps[seen], position), False, None, metres, lost), None
    if places is not None and len(places):
        # Without stamps of their own, the samples are where the ticks saw them; repeats are left out.
        kept = (ticks["flags"] & (FLAG_HELD | FLAG_LOST)) == 0
        clock = Clock([], recording.tick_hz)
        is_mouse = recording.device.kind == "mouse"
        stamps = np.flatnonzero(kept) / recording.tick_hz
        return _Track(clock, stamps, places[kept], is_mouse, None, metres, lost), None
    return None, "no_clock" if raw else "no_samples"


def in_order(
    stamps_s: NDArray[np.float64], position: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Leave out rows stamped earlier than one before them, so that a span can be found by its stamps."""
    kept = stamps_s >= np.maximum.accumulate(stamps_s)
    return (stamps_s, position) if kept.all() else (stamps_s[kept], position[kept])


def _rate_hz(recording: Recording, raw: dict[str, NDArray[Any]]) -> float:
    """The median rate of the raw rows; a mouse speaks only when moved, so there the declared rate counts."""
    if len(raw.get("t_ns", ())) > 1 and "dx" not in raw:
        steps = np.diff(raw["t_ns"])
        steps = steps[steps > 0]
        if len(steps):
            return float(1e9 / np.median(steps))
    return recording.device.rate_hz or float(recording.tick_hz)


def _trial(view: TrialView, track: _Track | None, missing: str | None) -> TrialData:
    phase: str = "practice" if view.start.phase == "ramp" else view.start.phase
    if phase == "probe":
        phase = f"probe_{view.probe or 'opening'}"
    reason = _reason(view) or missing
    if reason is not None or track is None or view.go_tick is None or view.end is None:
        return TrialData(view=view, phase=phase, invalid=reason or "no_samples")
    try:
        if view.course is not None:
            return _followed(view, phase, track, view.course, view.end.tick)
        if view.trace is not None:
            return _drawn(view, phase, track, view.trace, view.end.tick)
        return _measured(view, phase, track, view.go_tick, view.end.tick)
    except SignalError as error:
        return TrialData(view=view, phase=phase, invalid=_code(error))


def _reason(view: TrialView) -> str | None:
    if view.end is None:
        return "cut_short"
    goes_on = view.course is not None or view.trace is not None
    # A page that was not closed in time was drawn on for all that time.
    if view.end.outcome == "aborted" or (view.end.outcome == "timeout" and view.trace is None):
        return view.end.outcome
    # A drop-out spoils a reach; of a course or a page, only what was not seen is left out.
    if view.is_paused or (view.interrupted and not goes_on):
        return "interrupted"
    if view.go_tick is None:
        return "no_go"
    # To be stopped, turned or chosen, a reach says nothing of how reaches to one target go.
    return None if is_plain(view) else "decided"


def _code(error: SignalError) -> str:
    if isinstance(error, UnitError):
        return "implausible"
    return "no_movement" if "movement" in str(error) else "too_few_samples"


def _measured(view: TrialView, phase: str, track: _Track, go_tick: int, end_tick: int) -> TrialData:
    go_s, end_s = track.clock.seconds(go_tick), track.clock.seconds(end_tick)
    from_s, until_s = go_s - BEFORE_S, end_s + AFTER_S
    stamps, position = track.cut(from_s, until_s)
    even = resample_uniform(stamps, position, RATE_HZ, start_s=from_s, end_s=until_s, max_gap_s=MAX_GAP_S)
    if track.is_in_metres:
        require_hand_m(even.values, RATE_HZ)
    go, last = round(BEFORE_S * RATE_HZ), round((BEFORE_S + end_s - go_s) * RATE_HZ)
    smooth = lowpass(even.values, RATE_HZ, CUTOFF_HZ)
    if track.tick_position_m is not None and go_tick < len(track.tick_position_m):
        smooth = smooth + (track.tick_position_m[go_tick] - smooth[go])
    velocity = differentiate(smooth, RATE_HZ)
    speed = speed_of(velocity)
    tenth = round(REST_S * RATE_HZ)
    rest = min(speed[go - tenth : go], speed[go : go + tenth], key=lambda each: float(each.mean()))
    onset, end = guarded(speed[go : last + 1], RATE_HZ, rest)
    if not even.measured[go + onset : go + end + 1].all():
        return TrialData(view=view, phase=phase, invalid="gap")
    start = view.start
    angle = math.radians(start.target_deg)
    target = (
        start.start_x_m + start.target_distance_m * math.cos(angle),
        start.start_y_m + start.target_distance_m * math.sin(angle),
    )
    window = slice(go, last + 1)
    first, final = go + onset, go + end
    home = (float(smooth[first, 0]), float(smooth[first, 1]))
    found = reach_kinematics(
        smooth[window], velocity[window], RATE_HZ, onset, end, start_m=home, target_m=target
    )
    stirring = max(go, first - math.ceil(BEFORE_ONSET * (end - onset)))
    return TrialData(
        view=view,
        phase=phase,
        reach=found,
        sparc=_or_none(lambda: sparc(speed_of(differentiate(even.values, RATE_HZ))[window], RATE_HZ)),
        ldlj=_or_none(lambda: ldlj_vector(velocity[first : final + 1], RATE_HZ)),
        ldlj_speed=_or_none(lambda: ldlj_speed(speed[first : final + 1], RATE_HZ)),
        guided=visually_guided_reach(
            smooth,
            velocity,
            RATE_HZ,
            go=go,
            onset=first,
            end=final,
            start_target_m=(start.start_x_m, start.start_y_m),
            target_m=target,
        )
        if start.target_distance_m > 0
        else None,
        go_s=go_s,
        hold_m=even.values[:stirring] if even.measured[:stirring].all() else None,
        moving_m=even.values[first : final + 1],
    )


def _followed(view: TrialView, phase: str, track: _Track, course: CourseOn, end_tick: int) -> TrialData:
    smooth, window, seen = _throughout(track, course.tick, end_tick)
    found = Followed(
        time_s=np.arange(len(seen)) / RATE_HZ,
        hand_m=smooth[window, 0],
        velocity_m_s=differentiate(smooth, RATE_HZ)[window, 0],
        seen=seen,
        waves=tuple((each.amplitude_m, each.hz, each.phase_rad) for each in course.waves),
        half_width_m=course.half_width_m,
    )
    if found.seen_share < 1.0 - MOST_LOST:
        return TrialData(view=view, phase=phase, invalid="drop_outs")
    return TrialData(view=view, phase=phase, followed=found)


def _drawn(view: TrialView, phase: str, track: _Track, trace: TraceOn, end_tick: int) -> TrialData:
    smooth, window, seen = _throughout(track, trace.tick, end_tick)
    if np.mean(seen) < 1.0 - MOST_LOST:
        return TrialData(view=view, phase=phase, invalid="drop_outs")
    # The corners are where they are seen, the hand is where it is: the mirror lies between them.
    turned = (
        -1.0 if trace.mirror in ("left_right", "both") else 1.0,
        -1.0 if trace.mirror in ("up_down", "both") else 1.0,
    )
    found = Drawn(
        pen_m=smooth[window] * turned,
        seen=seen,
        took_s=track.clock.seconds(end_tick) - track.clock.seconds(trace.tick),
        corners_m=np.array([(each.x_m, each.y_m) for each in trace.corners]),
        half_width_m=trace.half_width_m,
    )
    return TrialData(view=view, phase=phase, drawn=found)


def _throughout(
    track: _Track, from_tick: int, end_tick: int
) -> tuple[NDArray[np.float64], slice, NDArray[np.bool_]]:
    """Return the filtered hand, the part of it from a tick to another, and where in that it was seen."""
    began_s, end_s = track.clock.seconds(from_tick), track.clock.seconds(end_tick)
    from_s, until_s = began_s - BEFORE_S, end_s + AFTER_S
    stamps, position = track.cut(from_s, until_s)
    even = resample_uniform(stamps, position, RATE_HZ, start_s=from_s, end_s=until_s, max_gap_s=MAX_GAP_S)
    if track.is_in_metres:
        require_hand_m(even.values, RATE_HZ)
    begins, last = round(BEFORE_S * RATE_HZ), round((BEFORE_S + end_s - began_s) * RATE_HZ)
    smooth = lowpass(even.values, RATE_HZ, CUTOFF_HZ)
    if track.tick_position_m is not None and from_tick < len(track.tick_position_m):
        smooth = smooth + (track.tick_position_m[from_tick] - smooth[begins])
    window = slice(begins, last + 1)
    seen = even.measured[window]
    if track.tick_lost is not None and len(track.tick_lost):
        # One clock for both: what is followed is not paused, so that its ticks run evenly.
        share = np.arange(len(seen)) / RATE_HZ / (end_s - began_s)
        ticks = from_tick + np.rint(share * (end_tick - from_tick)).astype(np.int64)
        seen = seen & ~track.tick_lost[np.minimum(ticks, len(track.tick_lost) - 1)]
    return smooth, window, seen


def _or_none(measure: Any) -> float | None:
    try:
        return float(measure())
    except SignalError:
        return None
