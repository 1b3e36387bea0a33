"""One sitting of play as a state machine over ticks and commands: pure, recorded, replayable.

It owns the order of things (questions, probe, practice, probe, washout, rests, questions) and safety. What
a trial does is the mode's; how it is played is the game's. Nothing here reads a clock or a device: the same
header, ticks and commands give the same events.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Literal

from numpy.random import PCG64, SeedSequence

from game_client.games._spec import Sample, TrialPlan
from game_client.session.blocks import ReadyBlock, ready
from game_client.session.header import Piece, SessionHeader
from game_client.session.recorder import Recorder
from game_client.session.safety import Fatigue, SafetyRules
from shared.movement.one_euro import PRESETS, OneEuro
from shared.movement.prediction import MOST_HORIZON_S, PREDICTIONS, Predictor
from shared.training.block import BlockPolicy
from shared.training.spec import TrialResult
from shared.wire.events import (
    BlockStart,
    DropOut,
    Pause,
    PhaseStart,
    ProbeStart,
    Rest,
    Resume,
    Stall,
    TrialEnd,
)
from shared.wire.session import TICK_HZ, Anchor, Command, EndedReason
from shared.wire.streams import FLAG_HELD, FLAG_LOST

if TYPE_CHECKING:
    from collections.abc import Callable

    from game_client.games._view import View
    from shared.wire.events import Event

Stage = Literal["symptoms_before", "play", "rest", "symptoms_after", "done"]
_LOST_TICKS = 30  # a quarter of a second without a usable sample is a drop-out
_TIRED_TRIALS = 10  # after a rest because reaches got slower: so long nothing gets harder
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
        self._random, self._chances = PCG64(order), PCG64(chances)
        self._filters = None
        if PRESETS[header.device.filter] is not None:
            self._filters = tuple(OneEuro(header.device.filter, TICK_HZ) for _ in range(2))
        self._predictors = None
        if PREDICTIONS[header.device.prediction] is not None:
            self._predictors = tuple(Predictor(header.device.prediction) for _ in range(2))
        self._ahead_s = min(MOST_HORIZON_S, (header.device.latency_ms or 0.0) * 1e-3)
        self._block = -1
        self._phase = -1
        self._sample = Sample(x_m=0.0, y_m=0.0, cursor_x_m=0.0, cursor_y_m=0.0)
        self._lost_ticks = 0
        self._rest_after_tick = self._rules.rest_every_ticks
        self._bias_deg = header.bias_deg
        self._plan: TrialPlan | None = None
        self._state: Any = None
        self._next_block()

    # ---- what the screens read

    @property
    def view(self) -> View:
        """The picture of this tick."""
        block = self._blocks[self._block]
        return block.game.view(block.game_params, self._state, self._sample, self.ticks)

    @property
    def game_stage(self) -> str:
        """Where in a trial the game is; `waiting` between two."""
        return str(self._state.stage)

    @property
    def block(self) -> ReadyBlock:
        return self._blocks[self._block]

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
        mode = self.header.blocks[0].mode if self.header.blocks else ""
        words = self._blocks[0].game
        if self.scored_trials == 0:
            return self.trials_done, words.done_words, {"n": self.trials_done}
        key = "summary.lights" if mode == "reward_based" else words.success_words
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
        block = self._blocks[self._block]
        if block.game.is_waiting(self._state):
            events += self._next_trial(tick)
            if not self.is_playing():
                return self._note(events)
            block = self._blocks[self._block]
        rotation = self._cosine, self._sine
        hand_x, hand_y = fx_um * _UM, fy_um * _UM
        self._sample = Sample(
            x_m=hand_x,
            y_m=hand_y,
            cursor_x_m=hand_x * rotation[0] - hand_y * rotation[1],
            cursor_y_m=hand_x * rotation[1] + hand_y * rotation[0],
            lost=lost,
        )
        self._state, happened = block.game.step(block.game_params, self._state, self._sample, tick)
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
        paused), rest_done, rest_asked, stop, quit, aim_move, aim_set (degrees), aim_confirm.
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
            self._rest_after_tick = self.active_ticks + self._rules.rest_every_ticks
        elif self.stage == "play":
            block = self._blocks[self._block]
            self._state, events = block.game.command(block.game_params, self._state, name, value, self.ticks)
        return self._note(events)

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

    def _next_block(self) -> None:
        self._block += 1
        self._phase = -1
        if self._block >= len(self._blocks):
            self._block = len(self._blocks) - 1
            self.stage = "symptoms_after"
            self.piece_ready = True
            return
        block = self._blocks[self._block]
        self._state = block.game.start(block.game_params)
        self._policy = BlockPolicy(
            block.mode,
            block.mode_params,
            version=block.played.mode_version,
            purpose=block.played.purpose,
            practice_total=sum(each for key, each in block.played.phases if key == "practice"),
            reach_m=float(getattr(block.game_params, "reach_m", 0.10)),
            radius_m=float(getattr(block.game_params, "target_radius_m", 0.012)),
            bias_deg=self._bias_deg,
            turns=block.game.turns,
            has_levels=block.game.has_levels,
        )
        self._directions = block.game.targets(block.game_params, block.played.mode)
        self._fatigue = Fatigue()
        self._tired_trials = 0
        self._order: list[int] = []
        self._done_in_block = 0
        self._done_in_phase = 0
        self._turn(0.0)

    def _turn(self, rotation_deg: float) -> None:
        self._cosine = math.cos(math.radians(rotation_deg))
        self._sine = math.sin(math.radians(rotation_deg))

    def _next_trial(self, tick: int) -> list[Event]:
        events: list[Event] = []
        if self.ticks >= self._rules.session_max_ticks:
            self.stage = "symptoms_after"
            self.piece_ready = True
            return events
        if self.active_ticks >= self._rest_after_tick:
            return self._rest("time")
        if self._fatigue.is_slower:
            self._fatigue = Fatigue()
            self._tired_trials = _TIRED_TRIALS
            return self._rest("slower")
        if self._phase < 0:
            events.append(BlockStart(tick=tick, block=self._block))
        phases = self._blocks[self._block].played.phases
        while self._phase < 0 or self._done_in_phase >= phases[self._phase][1]:
            self._phase += 1
            self._done_in_phase = 0
            self._order = []
            if self._phase >= len(phases):
                last = self._block == len(self._blocks) - 1
                self._next_block()
                return events if last else events + self._rest("planned")
            events += self._phase_events(tick)
        return events + self._begin_trial(tick)

    def _phase_events(self, tick: int) -> list[Event]:
        block = self._blocks[self._block]
        name, count = block.played.phases[self._phase]
        if name.startswith("probe"):
            place: Literal["opening", "closing"] = "opening" if name.endswith("opening") else "closing"
            return [
                ProbeStart(tick=tick, block=self._block, place=place),
                PhaseStart(tick=tick, block=self._block, phase="probe", trials=count),
            ]
        if name != "practice":
            return [PhaseStart(tick=tick, block=self._block, phase=name, trials=count)]  # type: ignore[arg-type]
        self._policy.begin_practice()
        self._bias_deg = self._policy.bias_deg
        ramp = self._policy.ramp_trials(count)
        if not ramp:
            return [PhaseStart(tick=tick, block=self._block, phase="practice", trials=count)]
        return [PhaseStart(tick=tick, block=self._block, phase="ramp", trials=ramp)]

    def _begin_trial(self, tick: int) -> list[Event]:
        block = self._blocks[self._block]
        name, count = block.played.phases[self._phase]
        events: list[Event] = []
        target = self._next_target()
        self._setup = self._policy.setup(name, self._done_in_phase, count, target)
        phase = self._policy.context.phase
        ramp = self._policy.ramp_trials(count) if name == "practice" else 0
        if 0 < ramp == self._done_in_phase:
            events.append(PhaseStart(tick=tick, block=self._block, phase="practice", trials=count - ramp))
        self._turn(self._setup.rotation_deg)
        self._plan = TrialPlan(
            trial=self.trials_done,
            block=self._block,
            phase=phase,
            purpose=block.played.purpose,
            target=target,
            mode=block.played.mode,
            setup=self._setup,
            first_of_phase=self._done_in_phase == 0,
            stones_done=self._done_in_block if phase != "probe" else self._stones_before_probe(),
            stones_total=sum(each for _, each in block.played.phases),
            effects="none" if block.played.purpose == "assess" or phase == "probe" else "medium",
            chances=(_unit(self._chances), _unit(self._chances), _unit(self._chances), _unit(self._chances)),
        )
        self._state, begun = block.game.begin(block.game_params, self._state, self._plan, tick)
        return events + begun

    def _stones_before_probe(self) -> int:
        # In a probe the stones stand still: even their count would be a kind of feedback.
        return self._done_in_block - self._done_in_phase

    def _next_target(self) -> int:
        """Draw targets in shuffled cycles, by the bit generator's raw stream (stable across numpy)."""
        if not self._order:
            self._order = list(range(len(self._directions)))
            for index in range(len(self._order) - 1, 0, -1):
                other = int(_unit(self._random) * (index + 1))
                self._order[index], self._order[other] = self._order[other], self._order[index]
        return self._order.pop()

    def _finish_trial(self, end: TrialEnd) -> None:
        block = self._blocks[self._block]
        result = TrialResult(end.hand_deg, end.outcome == "hit", end.success, end.movement_time_s, end.level)
        name, _ = block.played.phases[self._phase]
        # In pain (a rest was due before play) or just after tiring, it may get easier but no harder.
        may_harden = self._tired_trials == 0 and not self.offers_stop
        self._policy.finish(name, result, may_harden=may_harden)
        self._tired_trials = max(0, self._tired_trials - 1)
        effort = end.movement_time_s if block.game.self_paced else end.endpoint_error_m
        if name == "practice" and effort is not None and end.outcome != "timeout":
            self._fatigue.add(effort)
        if end.success is not None and block.played.purpose == "train":
            self.scored_trials += 1
            self.successes += end.success
        self._done_in_phase += 1
        self._done_in_block += 1
        self.trials_done += 1
        self.piece_ready = True

    def _abort_trial(self) -> list[Event]:
        """Cut a running trial short; it is played again, to the same target, when play goes on."""
        block = self._blocks[self._block]
        state, plan = self._state, self._plan
        if plan is None or block.game.is_waiting(state) or state.stage in ("feedback", "between"):
            return []
        self._order.append(plan.target)
        abandon = block.game.abandon
        self._state = abandon(block.game_params, state) if abandon else block.game.start(block.game_params)
        self.trials_done += 1
        self.piece_ready = True
        return [
            TrialEnd(
                tick=self.ticks,
                trial=plan.trial,
                outcome="aborted",
                success=None,
                hand_deg=None,
                endpoint_error_m=None,
                movement_time_s=None,
            )
        ]

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


def _unit(random: PCG64) -> float:
    """Return a number in [0, 1) from the bit generator's raw stream, stable across numpy."""
    return (int(random.random_raw()) >> 11) * 2.0**-53
