"""Recordings of courses that were followed as planned, for tests: so late, so far, so far aside.

The courses are those of the game. `followed(trials)` makes a session of them alone, `after(plain, trials)`
adds them to a session of reaches.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
import numpy as np

from game_client.games.ferry_crossing import course_waves
from shared.movement.course import centre_m
from shared.wire.events import (
    CourseOn,
    DropOut,
    Event,
    Feedback,
    Go,
    Pause,
    PhaseStart,
    ProbeStart,
    Resume,
    TargetOn,
    TrialEnd,
    TrialStart,
    Wave,
)
from shared.wire.session import Recording
from shared.wire.streams import stream_columns
from tests.shared.recordings import TICK_HZ, _block, _samples, recording

LIMIT_M, HALF_WIDTH_M, COURSE_S = 0.075, 0.012, 12.0
_REST, _BACK = 96, 72


@dataclass(frozen=True, slots=True)
class PlannedCourse:
    """The hand is at `gain` times where the course was `lag_s` ago, and `right_m`, `left_m` further to the
    right while the course is on that side."""

    course: int
    phase: str = "practice"
    place: str | None = None
    block: int = 0
    lag_s: float = 0.18
    gain: float = 0.8
    right_m: float = 0.0
    left_m: float = 0.0
    noise_m: float = 0.0
    """SD of a hand that goes where it likes (below about 1 Hz), whatever the course does."""
    lost_s: tuple[float, float] | None = None
    """The device loses the hand from when to when; the game then has it far away."""
    paused: bool = False

    @property
    def waves(self) -> tuple[tuple[float, float, float], ...]:
        return course_waves(self.course, COURSE_S, LIMIT_M)

    def hand_m(self, t_s: float) -> float:
        centre = centre_m(self.waves, max(0.0, t_s - self.lag_s))
        return self.gain * centre + (self.right_m if centre_m(self.waves, t_s) > 0 else self.left_m)


def eight(**changes: Any) -> list[PlannedCourse]:
    """Practice on each of the game's courses once."""
    return [PlannedCourse(course, **changes) for course in range(8)]


def followed(trials: Sequence[PlannedCourse], **fields: Any) -> Recording:
    """A session of courses alone; `fields` as `recordings.recording` takes them."""
    return after(recording([], **fields), trials, fields.get("device", "points"))


def after(plain: Recording, trials: Sequence[PlannedCourse], device: Any = "points") -> Recording:
    """The recording with these courses played after its reaches."""
    ticks = stream_columns(plain, "tick")
    hand = [np.column_stack([ticks["x_um"], ticks["y_um"]]) * 1e-6] if ticks else []
    lost = [ticks["flags"] > 0] if ticks else []
    tick, number = sum(map(len, hand)), sum(isinstance(each, TrialStart) for each in plain.events)
    events = list(plain.events)
    last = None
    for each in trials:
        if (each.block, each.phase, each.place) != last:
            last = (each.block, each.phase, each.place)
            events.append(PhaseStart(tick=tick, block=each.block, phase=each.phase, trials=len(trials)))  # type: ignore[arg-type]
            if each.place:
                events.append(ProbeStart(tick=tick, block=each.block, place=each.place))  # type: ignore[arg-type]
        path, gone, found = _played(each, number, tick)
        hand.append(path)
        lost.append(gone)
        events += found
        tick, number = tick + len(path), number + 1
    blocks = [*plain.blocks]
    for at in sorted({each.block for each in trials}):
        made = _block([each for each in trials if each.block == at], at)  # type: ignore[misc]
        blocks.append(msgspec.structs.replace(made, game="ferry_crossing", movement="trunk_lean"))
    samples = _samples(np.concatenate(hand), np.concatenate(lost), device, plain.device.rate_hz)
    return msgspec.structs.replace(plain, schema=2, ticks=tick, events=events, blocks=blocks, samples=samples)


def _played(trial: PlannedCourse, number: int, tick: int) -> tuple[np.ndarray, np.ndarray, list[Event]]:
    running = round(COURSE_S * TICK_HZ)
    time_s = np.arange(running + 1) / TICK_HZ
    on = np.array([trial.hand_m(float(each)) for each in time_s])
    if trial.noise_m:
        random = np.random.default_rng(number)
        own = np.convolve(random.standard_normal(running + 200), np.hanning(100), "same")[: running + 1]
        on = on + trial.noise_m * own / own.std()
    back = on[-1] * np.linspace(1.0, 0.0, _BACK)
    x = np.concatenate([np.zeros(_REST), on, back])
    gone = np.zeros(len(x), dtype=bool)
    if trial.lost_s:
        first, last = (_REST + round(each * TICK_HZ) for each in trial.lost_s)
        gone[first:last] = True
        x[first:last] = 0.3
    go, end = tick + _REST, tick + _REST + running
    events: list[Event] = [
        TrialStart(
            tick=tick,
            trial=number,
            block=trial.block,
            phase=trial.phase,  # type: ignore[arg-type]
            target=trial.course,
            target_deg=180.0 * (trial.course % 2),
            target_distance_m=LIMIT_M,
            target_radius_m=HALF_WIDTH_M,
            start_x_m=0.0,
            start_y_m=0.0,
            rotation_deg=0.0,
            clamp=False,
            shows="nothing" if trial.place else "cursor",
            feedback="none" if trial.place else "path_error",
        ),
        TargetOn(tick=go, trial=number),
        Go(tick=go, trial=number),
        CourseOn(
            tick=go,
            trial=number,
            waves=[Wave(amplitude_m=size, hz=hz, phase_rad=phase) for size, hz, phase in trial.waves],
            half_width_m=HALF_WIDTH_M,
        ),
    ]
    if trial.lost_s:
        events.append(DropOut(tick=go + round(trial.lost_s[1] * TICK_HZ), ticks=int(gone.sum())))
    if trial.paused:
        events += [Pause(tick=go + 600, reason="asked"), Resume(tick=go + 600, paused_s=5.0)]
    events += [
        Feedback(tick=end, trial=number, kind="none" if trial.place else "path_error"),
        TrialEnd(
            tick=end,
            trial=number,
            outcome="hit",
            success=None if trial.place else True,
            hand_deg=None,
            endpoint_error_m=0.01,
            movement_time_s=COURSE_S,
        ),
    ]
    return np.column_stack([x, np.full(len(x), 0.001)]), gone, events
