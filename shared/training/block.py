"""A block's decisions, trial by trial: the mode's state, the person's bias, the size of the target.

The game's director and the simulation of virtual people both stand on it, so that what is forecast and
studied is what is played. The order of phases, rests and safety are the director's.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Literal

from msgspec.structs import replace

from shared.errors import MovereError
from shared.training import challenge
from shared.training.feedback import is_given
from shared.training.spec import TrialContext, TrialResult, TrialSetup
from shared.wire.plan import FeedbackPlan

if TYPE_CHECKING:
    from shared.training.spec import ModeSpec
    from shared.wire.events import PhaseName


ALWAYS = FeedbackPlan()


class BlockPolicy:
    """Ask `setup` before a trial, tell `finish` after it. Deterministic: no chance and no clock."""

    def __init__(
        self,
        mode: ModeSpec,
        params: Any,
        *,
        version: int,
        purpose: Literal["assess", "train"],
        practice_total: int,
        reach_m: float,
        radius_m: float,
        bias_deg: float | None,
        turns: bool = True,
        has_levels: bool = False,
        feedback: FeedbackPlan = ALWAYS,
    ) -> None:
        """Begin a block.

        Args:
            version: the mode's version to play by; a recording's own when it is replayed.
            reach_m: distance of the targets.
            radius_m: the target's radius before anything is known of the person.
            bias_deg: the person's own bias, when it is known; else the opening probe tells it.
            turns: False for a game along one line: nothing is turned or clamped, and there is no ramp.
            has_levels: the game measures a trial by a level of its own instead of a hand angle.
            feedback: how often results are told in practice.
        """
        self.bias_deg = bias_deg
        self._mode, self._params, self._version = mode, params, version
        self._purpose = purpose
        self._practice_total = practice_total
        self._practice_done = 0
        self._reach_m, self._fixed_radius_m = reach_m, radius_m
        self._turns, self._has_levels = turns, has_levels
        self._feedback = feedback
        self.asked = False
        """The player asked to be told the next result (feedback `chosen`)."""
        self._state: Any = mode.start(params)
        self._probe_deg: list[float] = []
        self._challenge: challenge.Challenge | None = None
        self._asked: tuple[TrialContext, TrialSetup] | None = None

    def ramp_trials(self, practice_trials: int) -> int:
        return self._mode.ramp_trials(self._params, practice_trials) if self._turns else 0

    def begin_practice(self) -> None:
        """The opening probe, if there was one, tells the bias when nothing else did."""
        if self.bias_deg is None and self._probe_deg:
            self.bias_deg = sum(self._probe_deg) / len(self._probe_deg)

    def setup(self, phase: str, index: int, of: int, target: int) -> TrialSetup:
        """Decide the next trial.

        Args:
            phase: `probe_opening`, `baseline`, `practice`, `probe_closing` or `washout`.
            index, of: the trial's place in the phase, and the phase's length.
            target: the target's number.
        """
        name: PhaseName = "probe" if phase.startswith("probe") else phase  # type: ignore[assignment]
        if phase == "practice" and index < self.ramp_trials(of):
            name = "ramp"
        adapts = phase == "practice" and self._purpose == "train"
        context = TrialContext(
            phase=name,
            index_in_phase=index,
            trials_in_phase=of,
            trial_in_practice=self._practice_done,
            practice_total=self._practice_total,
            target=target,
            purpose=self._purpose,
            bias_deg=self.bias_deg,
            target_radius_m=self._difficulty().value("radius_m") if adapts else self._fixed_radius_m,
            mode_version=self._version,
            turns=self._turns,
            has_levels=self._has_levels,
        )
        setup = self._mode.setup(self._params, self._state, context)
        if not self._turns:
            setup = replace(setup, rotation_deg=0.0, clamp=False, straight_line=False)
        if adapts and setup.feedback == "path_error":
            setup = self._told(setup)
        self._asked = context, setup
        return setup

    def _told(self, setup: TrialSetup) -> TrialSetup:
        """Withhold the result where the schedule says so; what was asked for is used up."""
        plan = self._feedback
        if plan.schedule == "band":
            return replace(setup, band_m=plan.band * setup.target_radius_m)
        given = is_given(plan, self._practice_done, self._practice_total, asked=self.asked)
        self.asked = False
        return setup if given else replace(setup, feedback="none", straight_line=False)

    @property
    def context(self) -> TrialContext:
        """What `setup` decided last for; raises MovereError before the first."""
        return self._last[0]

    @property
    def _last(self) -> tuple[TrialContext, TrialSetup]:
        if self._asked is None:
            raise MovereError("a block's trial was finished before it was set up")
        return self._asked

    def finish(self, phase: str, result: TrialResult, *, may_harden: bool = True) -> None:
        """Learn from a trial; `may_harden` is False while the person is tired or in pain."""
        context, setup = self._last
        self._state = self._mode.learn(self._params, self._state, context, setup, result)
        if phase == "probe_opening" and result.hand_deg is not None:
            self._probe_deg.append(result.hand_deg)
        if phase != "practice":
            return
        self._practice_done += 1
        if self._purpose == "train" and setup.feedback == "path_error" and result.success is not None:
            self._challenge = challenge.next_challenge(
                self._difficulty(), bool(result.success), may_harden=may_harden
            )

    def begin_anew(self) -> None:
        """Forget the last trials' success after a long rest; the difficulty itself stays."""
        if self._challenge is not None:
            self._challenge = challenge.after_rest(self._challenge)

    def _difficulty(self) -> challenge.Challenge:
        if self._challenge is None:
            version = min(self._version, 2)
            radius_m = self._fixed_radius_m
            if version > 1 and len(self._probe_deg) >= 4:
                # The spread of the free reaches about the target sets the first size; steps do the rest.
                square = sum(each * each for each in self._probe_deg) / len(self._probe_deg)
                spread_m = self._reach_m * math.radians(math.sqrt(square))
                radius_m = challenge.radius_for_success(spread_m / math.sqrt(2.0))
            axis = challenge.Axis("radius_m", radius_m, challenge.MIN_RADIUS_M, challenge.MAX_RADIUS_M)
            self._challenge = challenge.start((axis,), version=version)
        return self._challenge
