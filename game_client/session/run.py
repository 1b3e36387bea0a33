"""One sitting of play as a state machine over ticks and commands: pure, recorded, replayable.

It owns the order of things (questions, blocks, rests, questions) and safety; a block's phases and trials are
`session.running`'s. What a trial does is the mode's; how it is played is the game's. Nothing here reads a
clock or a device: the same header, ticks and commands give the same events.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from numpy.random import PCG64, SeedSequence

from game_client.games._spec import Sample
from game_client.session.blocks import ready
from game_client.session.header import Piece, SessionHeader
from game_client.session.recorder import Recorder
from game_client.session.running import RunningBlock
from game_client.session.safety import SafetyRules
from shared.movement.one_euro import PRESETS, OneEuro
from shared.movement.prediction import MOST_HORIZON_S, PREDICTIONS, Predictor
from shared.wire.events import DropOut, Pause, Rest, Resume, Stall, TrialEnd
from shared.wire.session import TICK_HZ, Anchor, Command, EndedReason
from shared.wire.streams import FLAG_HELD, FLAG_LOST

if TYPE_CHECKING:
    from collections.abc import Callable

    from game_client.games._view import View
    from game_client.session.blocks import ReadyBlock
    from shared.wire.events import Event

Stage = Literal["symptoms_before", "play", "count", "rest", "symptoms_after", "done"]
_LONG_REST_S = 600.0  # after so long the last trials say little of the person who comes back
_LOST_TICKS = 30  # a quarter of a second without a usable sample is a drop-out
_WANTS_LITTLE = 1  # an answer up to here (0-4, how much one wants to play) boosts the rewards
_UM = 1e-6


class SessionRun:
    """Drive it with `tick` (1/120 s of play) and `command`; read `stage`, `view` and `summary`.

    After each trial `take_piece` gives what must be stored before play goes on.
    """

    def __init__(self, header: SessionHeader) -> None:
        self.header = header
        self.stage: Stage = "symptoms_before"
        self.paused = False
        self.ended_reason: EndedReason | None = None
        self.rest_reason = ""
        self.offers_stop = False
        self.urgent: list[tuple[str, int | None, str]] = []
        self.listener: Callable[[list[Event]], None] | None = None
        """Told of every event as it happens; it changes nothing."""
        self.recorder = Recorder()
        self.piece_ready = False
        self.ticks = 0
        self.active_ticks = 0
        self.successes = 0
        self.scored_trials = 0
        self.trials_done = 0
        self._blocks: list[ReadyBlock] = [ready(each) for each in header.blocks]
        self._rules = SafetyRules(header.safety)
        order, chances = SeedSequence(header.seed).spawn(2)
        self._order, self._chances = PCG64(order), PCG64(chances)
        self.motivation: int | None = None
        """How much the player wanted to play, 0 to 4, where it was asked."""
        self._filters = None
        if PRESETS[header.device.filter] is not None:
            self._filters = tuple(OneEuro(header.device.filter, TICK_HZ) for _ in range(2))
        self._predictors = None
        if PREDICTIONS[header.device.prediction] is not None:
            self._predictors = tuple(Predictor(header.device.prediction) for _ in range(2))
        self._ahead_s = min(MOST_HORIZON_S, (header.device.latency_ms or 0.0) * 1e-3)
        self._block = -1
        self._sample = Sample(x_m=0.0, y_m=0.0, cursor_x_m=0.0, cursor_y_m=0.0)
        self._lost_ticks = 0
        self._rest_after_tick = self._rules.rest_every_ticks
        self._running = self._at(0)

    # ---- what the screens read

    @property
    def view(self) -> View:
        """The picture of this tick."""
        return self._running.view(self._sample, self.ticks)

    @property
    def game_stage(self) -> str:
        """Where in a trial the game is; `waiting` between two."""
        return str(self._running.state.stage)

    @property
    def block(self) -> ReadyBlock:
        return self._running.ready

    @property
    def running(self) -> RunningBlock:
        """The block that runs; the last one at the end."""
        return self._running

    @property
    def has_bird(self) -> bool:
        """Whether something to count comes by in this trial (a second task runs)."""
        return self._running.has_bird

    def is_playing(self) -> bool:
        """Whether ticks count now."""
        return self.stage == "play" and not self.paused

    @property
    def active_s(self) -> float:
        return self.active_ticks / TICK_HZ

    @property
    def trials_total(self) -> int:
        return sum(count for block in self._blocks for _, count in block.played.phases)

    @property
    def summary(self) -> tuple[int, str, dict[str, int]]:
        """A number, the key of its sentence, and the sentence's values."""
        scored = [each for each in self._blocks if each.game.is_scored]
        if self.scored_trials == 0 or not scored:
            return self.trials_done, self._blocks[0].game.done_words, {"n": self.trials_done}
        keys = {
            each.game.reward_words if each.played.mode == "reward_based" else each.game.success_words
            for each in scored
        }
        key = keys.pop() if len(keys) == 1 else "summary.good"
        return self.successes, key, {"n": self.successes, "of": self.scored_trials}

    # ---- what drives it

    def tick(self, x_um: int, y_um: int, confidence_pct: int = 100, flags: int = 0) -> list[Event]:
        """Advance 1/120 s with the hand at (x_um, y_um) micrometres of hand space.

        Ticks outside play, or while paused, are ignored.
        """
        if not self.is_playing():
            return []
        tick = self.ticks
        fx_um, fy_um = x_um, y_um
        if self._predictors is not None:
            fx_um, fy_um = (
                round(self._ahead(each, value_um * _UM, flags) / _UM)
                for each, value_um in zip(self._predictors, (x_um, y_um), strict=True)
            )
        if self._filters is not None:
            fx_um = round(self._filters[0].step(fx_um * _UM) / _UM)
            fy_um = round(self._filters[1].step(fy_um * _UM) / _UM)
        self.recorder.tick(x_um, y_um, fx_um, fy_um, confidence_pct, flags)
        self.ticks += 1
        self.active_ticks += 1
        lost = bool(flags & FLAG_LOST)
        events: list[Event] = []
        if lost or self._lost_ticks:
            events += self._count_lost(lost, tick)
        if self._running.is_waiting:
            events += self._next_trial(tick)
            if not self.is_playing():
                return self._note(events)
        self._sample = self._running.sample(fx_um * _UM, fy_um * _UM, lost=lost)
        happened = self._running.step(self._sample, tick)
        if happened:
            events += happened
            last = happened[-1]
            if isinstance(last, TrialEnd):
                self._finish_trial(last)
        return self._note(events) if events else events

    def _ahead(self, axis: Predictor, value_m: float, flags: int) -> float:
        """Where the hand is by now, from samples that are as late as was measured before play."""
        now_s = self.ticks / TICK_HZ
        if not flags & (FLAG_HELD | FLAG_LOST):
            axis.observe(now_s - self._ahead_s, value_m)
        return axis.at(now_s) if axis.has_sample and not flags & FLAG_LOST else value_m

    def command(self, name: str, value: float | None = None) -> list[Event]:
        """Take a choice of the player: it is recorded with the tick, so that a replay repeats it.

        Names: pain, effort, warning (in that order, before and after play), pause, resume (value: seconds
        paused), rest_done (value: seconds rested), rest_asked, stop, quit, aim_move, aim_set (degrees),
        aim_confirm, motivation (0 to 4, before play), counted (second task), tell_me (the next result).
        """
        recorded = name
        if name in ("pain", "effort", "warning"):
            recorded = f"{name}_{'before' if self.stage == 'symptoms_before' else 'after'}"
        elif name.startswith("pain_") or name.startswith("effort_") or name.startswith("warning_"):
            name = name.partition("_")[0]
        self.recorder.commands.append(Command(tick=self.ticks, name=recorded, value=value))
        events: list[Event] = []
        if name in ("pain", "effort", "warning"):
            events = self._answer(name, value)
        elif name == "stop":
            self._end("stopped")
        elif name == "quit":
            self._end("quit")
        elif name == "pause" and self.stage == "play" and not self.paused:
            self.paused = True
            events = [Pause(tick=self.ticks, reason="asked")]
            events += self._abort_trial()
        elif name == "resume" and self.paused:
            self.paused = False
            events = [Resume(tick=self.ticks, paused_s=min(86_400.0, max(0.0, value or 0.0)))]
        elif name == "rest_asked" and self.stage == "play":
            events = self._abort_trial() + self._rest("asked")
        elif name == "rest_done" and self.stage == "rest":
            self.stage = "play"
            if value is not None and value >= _LONG_REST_S:
                self._running.policy.begin_anew()
            self._rest_after_tick = self.active_ticks + self._rules.rest_every_ticks
        else:
            events = self._say(name, value)
        return self._note(events)

    def _say(self, name: str, value: float | None) -> list[Event]:
        """Take an answer that is not about symptoms, or a choice that is the game's."""
        if name == "motivation" and self.stage == "symptoms_before":
            self.motivation = None if value is None else int(value)
        elif name == "counted" and self.stage == "count":
            self.stage = "play"
            told = self._running.counted(self.ticks, None if value is None else int(value))
            return told + self._leave_block()
        elif self.stage == "play":
            return self._running.command(name, value, self.ticks)
        return []

    def anchor(self, mono_ns: int) -> None:
        """The next tick stands for this time of the monotonic clock (the start, a resume)."""
        self.recorder.anchors.append(Anchor(tick=self.ticks, mono_ns=mono_ns))

    def stall(self, lost_ms: float) -> list[Event]:
        """Wall time was lost that no tick stands for."""
        if self.stage != "play" or self.paused:
            return []
        return self._note([Stall(tick=self.ticks, lost_ms=min(60_000.0, lost_ms))])

    def take_piece(self) -> Piece:
        """Return what was added since the last piece."""
        self.piece_ready = False
        return self.recorder.take(self.ticks)

    # ---- order of things

    def _note(self, events: list[Event]) -> list[Event]:
        self.recorder.events.extend(events)
        if self.listener is not None and events:
            self.listener(events)
        return events

    def _at(self, block: int) -> RunningBlock:
        """Make a block ready to run, with what is known of the person's bias by now."""
        self._block = block
        bias_deg = self._running.policy.bias_deg if block else self.header.bias_deg
        return RunningBlock(block, self._blocks[block], self._order, self._chances, bias_deg)

    def _next_trial(self, tick: int) -> list[Event]:
        if self.ticks >= self._rules.session_max_ticks:
            self._finish_play()
            return []
        if self.active_ticks >= self._rest_after_tick:
            return self._rest("time")
        running = self._running
        if running.tired_slower.is_slower:
            running.rested()
            return self._rest("slower")
        events = running.advance(tick)
        if events is None:
            if running.ready.played.dual_task:
                self.stage, self.piece_ready = "count", True
                return []
            return self._leave_block()
        running.boosts = self.motivation is not None and self.motivation <= _WANTS_LITTLE
        return events + running.begin(tick, self.trials_done)

    def _leave_block(self) -> list[Event]:
        if self._block + 1 >= len(self._blocks):
            self._finish_play()
            return []
        self._running = self._at(self._block + 1)
        return self._rest("planned")

    def _finish_play(self) -> None:
        self.stage, self.piece_ready = "symptoms_after", True

    def _finish_trial(self, end: TrialEnd) -> None:
        self._running.finish(end, in_pain=self.offers_stop)
        if end.success is not None and self._running.ready.played.purpose == "train":
            self.scored_trials += 1
            self.successes += end.success
        self.trials_done += 1
        self.piece_ready = True

    def _abort_trial(self) -> list[Event]:
        events = self._running.cut(self.ticks)
        if events:
            self.trials_done += 1
            self.piece_ready = True
        return events

    def _count_lost(self, lost: bool, tick: int) -> list[Event]:
        if lost:
            self._lost_ticks += 1
            return []
        ticks, self._lost_ticks = self._lost_ticks, 0
        return [DropOut(tick=tick, ticks=ticks)] if ticks >= _LOST_TICKS else []

    def _rest(self, reason: str) -> list[Event]:
        self.stage = "rest"
        self.rest_reason = reason
        self.piece_ready = True
        return [Rest(tick=self.ticks, reason=reason)]  # type: ignore[arg-type]

    # ---- safety

    def _answer(self, name: str, value: float | None) -> list[Event]:
        before = self.stage == "symptoms_before"
        if not before and self.stage != "symptoms_after":
            return []
        verdict = self._rules.answer(name, None if value is None else int(value), before=before)
        if verdict.urgent:
            self.urgent.append(verdict.urgent)
        if verdict.stop:
            self._end("safety")
            return []
        if not before:
            if name == "warning" or (name == "effort" and not self._rules.asks_warning):
                self._end("completed")
            return []
        events: list[Event] = []
        if verdict.rest:
            self.offers_stop = True
            self.rest_reason = name
            events.append(Rest(tick=self.ticks, reason=name))  # type: ignore[arg-type]
        if name == "warning" or (name == "effort" and not self._rules.asks_warning):
            self.stage = "rest" if self.offers_stop else "play"
            self.piece_ready = True
        return events

    def _end(self, reason: EndedReason) -> None:
        if self.stage != "done":
            self.stage = "done"
            self.ended_reason = reason
            self.piece_ready = True
