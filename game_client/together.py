"""Family play: two people in turns at one screen, for the same jar. Nothing of it is recorded or compared.

Each has a difficulty of their own that follows them, so that both succeed about as often, whatever they can
do; what counts is what they have together. The patient answers the questions about pain and effort first, as
before any play.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from msgspec import UNSET
from msgspec.structs import replace

from game_client.scenes.note import Note
from game_client.scenes.play import Play
from game_client.scenes.symptoms import Symptoms
from game_client.session.blocks import games
from game_client.session.run import SessionRun
from game_client.sitting import new_header
from shared.wire.plan import Dose

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from game_client.devices._port import Device
    from game_client.scenes._context import Context
    from game_client.session.blocks import InputLimits
    from shared.wire.plan import Plan
    from shared.wire.session import InputDevice

TURN_TRIALS, ROUNDS = 4, 5


def shared_plan(plan: Plan) -> Plan | None:
    """The plan's first scored game for training, in short; None when it has none."""
    known = games()
    for block in plan.content.blocks:
        game = known.get(block.game)
        if block.purpose == "train" and game is not None and game.is_scored:
            dose = Dose(probe_trials=0, practice_trials=TURN_TRIALS * ROUNDS)
            only = replace(block, dose=dose, n_of_1=UNSET, dual_task=UNSET)
            return replace(plan, content=replace(plan.content, blocks=[only], free_swim_min=UNSET))
    return None


class Together:
    """Leads through the turns; `closed` is called once, when it is over."""

    def __init__(
        self,
        context: Context,
        plan: Plan,
        device: Device,
        described: InputDevice,
        limits: InputLimits | None,
        profile_id: UUID,
        closed: Callable[[], None],
    ) -> None:
        """`plan` is what `shared_plan` gave.

        Raises:
            PlanError: it can't be played with this device.
        """
        self._context, self._device, self._closed = context, device, closed
        self._runs = [
            SessionRun(
                new_header(
                    plan, profile_id=profile_id, numbers=(1, 1), boot_id="together", device=described,
                    display="", seed=secrets.randbelow(1 << 31), limits=limits,
                )
            )
            for _ in range(2)
        ]  # fmt: skip
        self._turn = 0
        self._turn_ends_at = 0
        self._is_over = False
        self._answers = 0

    @property
    def total(self) -> int:
        """What both have, together."""
        return sum(run.successes for run in self._runs)

    def start(self) -> None:
        self._context.stack.push(Symptoms(self._context, self._answered))

    def quit(self) -> None:
        """The window is being closed."""
        self._end()

    # ---- inside

    @property
    def _run(self) -> SessionRun:
        return self._runs[self._turn % 2]

    def _answered(self, name: str, value: float) -> None:
        """The patient's answers are the patient's; the other player is asked nothing."""
        self._runs[0].command(name, value)
        self._runs[1].command(name, 0.0)
        self._answers += 1
        patient = self._runs[0]
        if patient.stage in ("done", "rest"):
            self._context.stack.pop()
            self._say("together.not_today", "rest", self._end)
        elif patient.stage == "play":
            self._context.stack.pop()
            self._hand_over()

    def _hand_over(self) -> None:
        mine = self._turn % 2 == 0
        self._turn_ends_at = self._run.trials_done + TURN_TRIALS
        self._say("together.mine" if mine else "together.other", "person" if mine else "people", self._play)

    def _say(self, key: str, icon: str, then: Callable[[], None]) -> None:
        words = self._context.words
        so_far = words("together.so_far", n=self.total) if self._turn else words("together.how")
        body = "" if key == "together.not_today" else so_far
        self._context.stack.push(Note(self._context, words(key), body, icon, then))

    def _play(self) -> None:
        self._context.stack.push(Play(self._context, self._run, self._device, self._follow))

    def _follow(self) -> None:
        """After each trial: forget what it recorded; after a turn, hand over."""
        run = self._run
        if run.piece_ready:
            run.take_piece()
        stopped = run.stage == "done"
        if run.stage == "rest":  # a rest falls due, or was asked for: the other one's turn is a rest
            run.command("rest_done")
            self._turn_ends_at = run.trials_done
        if not stopped and run.stage == "play" and run.trials_done < self._turn_ends_at:
            return
        self._context.stack.pop()
        self._turn += 1
        if stopped or self._turn >= 2 * ROUNDS:
            self._say("together.end", "done", self._end)
        else:
            self._hand_over()

    def _end(self) -> None:
        if not self._is_over:
            self._is_over = True
            self._closed()
