"""Trials, read from the flat list of events: the view that metrics, charts and the server share."""

from __future__ import annotations

from dataclasses import dataclass, field

from shared.wire.events import (
    AimReport,
    CalmOn,
    CourseOn,
    Cue,
    DropOut,
    Event,
    Feedback,
    Go,
    Gust,
    Onset,
    PaceOn,
    Pause,
    ProbeStart,
    Stall,
    StopSignal,
    TargetJump,
    TargetOn,
    TraceOn,
    TrialEnd,
    TrialStart,
)


@dataclass(frozen=True, slots=True)
class TrialView:
    """One trial: what was decided before it, what happened, how it ended (None when cut short)."""

    start: TrialStart
    end: TrialEnd | None
    events: tuple[Event, ...]
    probe: str | None
    """`opening` or `closing` for probe trials, else None."""
    go_tick: int | None = None
    onset_tick: int | None = None
    last_tick: int = 0
    interrupted: bool = field(default=False)
    """A pause, a stall or a drop-out fell into the trial; its kinematics are not used."""

    @property
    def course(self) -> CourseOn | None:
        """The course that ran, in a tracking trial: there is no reach in it to measure."""
        return next((each for each in self.events if isinstance(each, CourseOn)), None)

    @property
    def trace(self) -> TraceOn | None:
        """The shape that was to be drawn along, in a tracing trial."""
        return next((each for each in self.events if isinstance(each, TraceOn)), None)

    @property
    def is_reach(self) -> bool:
        """Whether this was a reach to a target: no course, trace, stillness, rhythm or swim."""
        other = any(isinstance(each, CourseOn | TraceOn | CalmOn | PaceOn | Gust) for each in self.events)
        return not other and self.start.target_distance_m > 0.0

    @property
    def is_paused(self) -> bool:
        """Whether a pause or a stall fell into the trial."""
        return any(isinstance(each, Pause | Stall) for each in self.events)

    @property
    def feedback(self) -> Feedback | None:
        return next((each for each in self.events if isinstance(each, Feedback)), None)

    @property
    def cue(self) -> Cue | None:
        return next((each for each in self.events if isinstance(each, Cue)), None)

    @property
    def aim_report(self) -> AimReport | None:
        return next((each for each in self.events if isinstance(each, AimReport)), None)

    @property
    def stop_signal(self) -> StopSignal | None:
        return next((each for each in self.events if isinstance(each, StopSignal)), None)

    @property
    def target_jump(self) -> TargetJump | None:
        return next((each for each in self.events if isinstance(each, TargetJump)), None)


def trials_of(events: list[Event]) -> list[TrialView]:
    """Group a session's events into trials, in order; a trial without an end was cut short."""
    found: list[TrialView] = []
    start: TrialStart | None = None
    inside: list[Event] = []
    place: str | None = None

    def close(end: TrialEnd | None) -> None:
        nonlocal start
        if start is None:
            return
        go = next((each.tick for each in inside if isinstance(each, Go)), None)
        if go is None:
            go = next((each.tick for each in inside if isinstance(each, TargetOn)), None)
        found.append(
            TrialView(
                start=start,
                end=end,
                events=tuple(inside),
                probe=place if start.phase == "probe" else None,
                go_tick=go,
                onset_tick=next((each.tick for each in inside if isinstance(each, Onset)), None),
                last_tick=inside[-1].tick if inside else start.tick,
                interrupted=any(isinstance(each, Pause | Stall | DropOut) for each in inside),
            )
        )
        start = None

    for event in events:
        if isinstance(event, ProbeStart):
            place = event.place
        if isinstance(event, TrialStart):
            close(None)
            start, inside = event, [event]
            continue
        if start is not None:
            inside.append(event)
            if isinstance(event, TrialEnd):
                close(event)
    close(None)
    return found
