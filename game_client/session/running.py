"""A block while it runs: which phase, which target, what a trial sets up, and what was learnt of it.

The order of blocks, rests and safety are the session's (`session.run`).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Literal

from msgspec.structs import replace

from game_client.games._spec import Sample, TrialPlan
from game_client.session._chance import shuffled, unit
from game_client.session.safety import Fatigue
from shared.training.block import BlockPolicy
from shared.training.spec import TrialResult
from shared.wire.events import BlockStart, PhaseStart, ProbeStart, SecondTask, TrialEnd, TrialStart

if TYPE_CHECKING:
    from numpy.random import PCG64

    from game_client.games._view import View
    from game_client.session.blocks import ReadyBlock
    from shared.training.spec import TrialSetup
    from shared.wire.events import Event

_TIRED_TRIALS = 10  # after a rest because reaches got slower: so long nothing gets harder
_DUAL_RUN = 5  # trials in a row with, then without, the second task
_BIRD_CHANCE = 0.6  # how often something to count comes by in a trial
BOOST_POINTS = 2.0
"""What a success is announced to bring while the reward is boosted, instead of one."""


class RunningBlock:
    """`advance` before a trial, `begin` it, `step` it, `finish` or `cut` it."""

    def __init__(
        self, index: int, ready: ReadyBlock, order: PCG64, chances: PCG64, bias_deg: float | None
    ) -> None:
        """Begin a block.

        Args:
            order, chances: the session's streams for the order of targets, and for what a game leaves to
                chance; only their raw numbers are used, which are stable across numpy.
            bias_deg: the person's own bias as far as it is known.
        """
        self.index, self.ready = index, ready
        played, game, params = ready.played, ready.game, ready.game_params
        self.state: Any = game.start(params)
        self.policy = BlockPolicy(
            ready.mode,
            ready.mode_params,
            version=played.mode_version,
            purpose=played.purpose,
            practice_total=sum(each for key, each in played.phases if key == "practice"),
            reach_m=float(getattr(params, "reach_m", 0.10)),
            radius_m=float(getattr(params, "target_radius_m", 0.012)),
            bias_deg=bias_deg,
            turns=game.turns,
            has_levels=game.has_levels,
            feedback=played.feedback,
        )
        self.tired_slower = Fatigue()
        self.is_dual = False
        """A second task runs beside this trial."""
        self.counted_birds = 0
        """How many things to count came by in this block's second task."""
        self.has_bird = False
        """One comes by in this trial."""
        self.boosts = False
        """Whether successes are announced to bring more than usual."""
        self._tired_trials = 0
        self._order_stream, self._chance_stream = order, chances
        self._phase = -1
        self._order: list[int] = []
        self._done = self._done_in_phase = 0
        self._plan: TrialPlan | None = None
        self._setup: TrialSetup | None = None
        self._clamp_deg: float | None = None
        """In an error clamp: the direction that the cursor keeps to."""
        self._turn(0.0)

    # ---- what is read

    def view(self, sample: Sample, tick: int) -> View:
        return self.ready.game.view(self.ready.game_params, self.state, sample, tick)

    @property
    def is_waiting(self) -> bool:
        return self.ready.game.is_waiting(self.state)

    @property
    def _phase_name(self) -> str:
        return self.ready.played.phases[self._phase][0]

    # ---- before a trial

    def advance(self, tick: int) -> list[Event] | None:
        """Go on to the phase of the next trial; None when the block is over."""
        events: list[Event] = [BlockStart(tick=tick, block=self.index)] if self._phase < 0 else []
        phases = self.ready.played.phases
        while self._phase < 0 or self._done_in_phase >= phases[self._phase][1]:
            self._phase += 1
            self._done_in_phase = 0
            self._order = []
            if self._phase >= len(phases):
                return None
            events += self._phase_events(tick)
        return events

    def _phase_events(self, tick: int) -> list[Event]:
        name, count = self.ready.played.phases[self._phase]
        if name.startswith("probe"):
            place: Literal["opening", "closing"] = "opening" if name.endswith("opening") else "closing"
            return [
                ProbeStart(tick=tick, block=self.index, place=place),
                PhaseStart(tick=tick, block=self.index, phase="probe", trials=count),
            ]
        if name != "practice":
            return [PhaseStart(tick=tick, block=self.index, phase=name, trials=count)]  # type: ignore[arg-type]
        self.policy.begin_practice()
        ramp = self.policy.ramp_trials(count)
        if not ramp:
            return [PhaseStart(tick=tick, block=self.index, phase="practice", trials=count)]
        return [PhaseStart(tick=tick, block=self.index, phase="ramp", trials=ramp)]

    def begin(self, tick: int, trial: int) -> list[Event]:
        """Begin the next trial, which is the session's number `trial`."""
        ready, played = self.ready, self.ready.played
        name, count = played.phases[self._phase]
        events: list[Event] = []
        target = self._next_target(name)
        self._setup = self.policy.setup(name, self._done_in_phase, count, target)
        phase = self.policy.context.phase
        ramp = self.policy.ramp_trials(count) if name == "practice" else 0
        if 0 < ramp == self._done_in_phase:
            events.append(PhaseStart(tick=tick, block=self.index, phase="practice", trials=count - ramp))
        self._turn(self._setup.rotation_deg)
        self._clamp_deg = None
        if self._setup.clamp:
            direction_deg = ready.game.targets(ready.game_params, played.mode)[target]
            self._clamp_deg = direction_deg + self._setup.target_turn_deg + self._setup.rotation_deg
        chances = tuple(unit(self._chance_stream) for _ in range(4))
        self._plan = TrialPlan(
            trial=trial,
            block=self.index,
            phase=phase,
            purpose=played.purpose,
            target=target,
            mode=played.mode,
            setup=self._setup,
            first_of_phase=self._done_in_phase == 0,
            # In a probe the stones stand still: even their count would be a kind of feedback.
            stones_done=self._done if phase != "probe" else self._done - self._done_in_phase,
            stones_total=sum(each for _, each in played.phases),
            effects="none" if played.purpose == "assess" or phase == "probe" else "medium",
            chances=chances,  # type: ignore[arg-type]
        )
        self.state, begun = ready.game.begin(ready.game_params, self.state, self._plan, tick)
        return events + [self._besides(each) for each in begun]

    def _besides(self, event: Event) -> Event:
        """Write into the trial's start what runs beside the game: a second task, a larger reward."""
        if not isinstance(event, TrialStart):
            return event
        dual = self.ready.played.dual_task and self._phase_name == "practice"
        dual = self.is_dual = dual and self._done_in_phase // _DUAL_RUN % 2 == 1
        self.has_bird = dual and unit(self._chance_stream) < _BIRD_CHANCE
        self.counted_birds += self.has_bird
        if dual:
            event = replace(event, dual_task=True)
        if self.boosts and event.feedback == "reward" and event.reward_offered is None:
            event = replace(event, reward_offered=BOOST_POINTS)
        return event

    def _next_target(self, phase: str) -> int:
        """Draw targets in shuffled cycles; practice keeps to those that are trained."""
        if not self._order:
            params = self.ready.game_params
            count = len(self.ready.game.targets(params, self.ready.played.mode))
            trained = int(getattr(params, "trained", 0)) or count
            asked = count if phase.startswith("probe") else min(trained, count)
            self._order = shuffled(list(range(asked)), self._order_stream)
        return self._order.pop()

    def _turn(self, rotation_deg: float) -> None:
        self._cosine = math.cos(math.radians(rotation_deg))
        self._sine = math.sin(math.radians(rotation_deg))

    # ---- a trial

    def sample(self, x_m: float, y_m: float, *, lost: bool) -> Sample:
        """The hand, and the cursor as this trial turns it; in a clamp it goes as far, its own way."""
        if self._clamp_deg is not None:
            away_m, angle = math.hypot(x_m, y_m), math.radians(self._clamp_deg)
            cursor = away_m * math.cos(angle), away_m * math.sin(angle)
            return Sample(x_m=x_m, y_m=y_m, cursor_x_m=cursor[0], cursor_y_m=cursor[1], lost=lost)
        return Sample(
            x_m=x_m,
            y_m=y_m,
            cursor_x_m=x_m * self._cosine - y_m * self._sine,
            cursor_y_m=x_m * self._sine + y_m * self._cosine,
            lost=lost,
        )

    def step(self, sample: Sample, tick: int) -> list[Event]:
        self.state, happened = self.ready.game.step(self.ready.game_params, self.state, sample, tick)
        return happened

    def command(self, name: str, value: float | None, tick: int) -> list[Event]:
        if name == "tell_me":
            self.policy.asked = True
            return []
        self.state, happened = self.ready.game.command(self.ready.game_params, self.state, name, value, tick)
        return happened

    def finish(self, end: TrialEnd, *, in_pain: bool) -> None:
        """Learn from a trial. In pain, or just after tiring, it may get easier but no harder."""
        result = TrialResult(end.hand_deg, end.outcome == "hit", end.success, end.movement_time_s, end.level)
        name = self._phase_name
        self.policy.finish(name, result, may_harden=self._tired_trials == 0 and not in_pain)
        self._tired_trials = max(0, self._tired_trials - 1)
        effort = end.movement_time_s if self.ready.game.self_paced else end.endpoint_error_m
        if name == "practice" and effort is not None and end.outcome != "timeout":
            self.tired_slower.add(effort)
        self._done_in_phase += 1
        self._done += 1

    def rested(self) -> None:
        """A rest because reaches got slower: count anew, and don't harden for a while."""
        self.tired_slower = Fatigue()
        self._tired_trials = _TIRED_TRIALS

    def cut(self, tick: int) -> list[Event]:
        """Cut a running trial short; it is played again, to the same target. Empty when none runs."""
        game, plan = self.ready.game, self._plan
        if plan is None or self.is_waiting or self.state.stage in ("feedback", "between"):
            return []
        self._order.append(plan.target)
        params = self.ready.game_params
        self.state = game.abandon(params, self.state) if game.abandon else game.start(params)
        return [
            TrialEnd(
                tick=tick,
                trial=plan.trial,
                outcome="aborted",
                success=None,
                hand_deg=None,
                endpoint_error_m=None,
                movement_time_s=None,
            )
        ]

    def counted(self, tick: int, said: int | None) -> list[Event]:
        """What the player says of the second task."""
        return [SecondTask(tick=tick, block=self.index, shown=self.counted_birds, said=said)]
