"""Leads through one session: opens the screen that its stage asks for, until it is done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from game_client.scenes.count import Count
from game_client.scenes.play import Play
from game_client.scenes.rest import Rest
from game_client.scenes.safety import SafetyStop
from game_client.scenes.summary import Summary
from game_client.scenes.symptoms import Symptoms
from game_client.scenes.wish import Wish

if TYPE_CHECKING:
    from collections.abc import Callable

    from game_client.devices._port import Device
    from game_client.engine.stack import Scene
    from game_client.scenes._context import Context
    from game_client.scenes._session import Session
    from game_client.scenes.play import Posture
    from game_client.session.latency import LatencyMeter


class SessionFlow:
    """Between the session and the scenes.

    `store` is called whenever the session has a piece to keep (after each trial, before play goes on);
    `finished` once, when the player leaves the last screen.
    """

    def __init__(
        self,
        context: Context,
        session: Session,
        device: Device,
        store: Callable[[], None],
        finished: Callable[[], None],
        *,
        posture: Posture | None = None,
        meter: LatencyMeter | None = None,
        wished: Callable[[int], None] | None = None,
        next_time: str = "",
    ) -> None:
        """`wished` is told the answer to the weekly question; None when it is not asked today."""
        self.context, self.session, self.device = context, session, device
        self._posture, self._meter = posture, meter
        self._wished, self._next_time = wished, next_time
        self._store, self._finished = store, finished
        self._stage = ""
        self._ended = False

    def start(self) -> None:
        """Open the first screen above the present one."""
        self._stage = self.session.stage
        wish = None if self._wished is None else Wish(self.context, self._wish)
        self.context.stack.push(wish or self._scene())

    def _wish(self, answer: int) -> None:
        self.session.command("motivation", float(answer))
        if self._wished is not None:
            self._wished(answer)
        self.context.stack.replace(self._scene())

    def command(self, name: str, value: float | None = None) -> None:
        """Hand the player's choice to the session and go where it leads."""
        self.session.command(name, value)
        self.follow()

    def follow(self) -> None:
        """Store what is new; open another screen when the stage has changed."""
        if self.session.piece_ready:
            self._store()
        if self.session.stage != self._stage:
            self._stage = self.session.stage
            self.context.stack.replace(self._scene())

    def leave(self) -> None:
        """Close the session's last screen."""
        if not self._ended:
            self._ended = True
            self.context.stack.pop()
            self._finished()

    def quit(self) -> None:
        """The window is being closed: end the session where it is."""
        if self.session.stage != "done":
            self.session.command("quit")
        if self.session.piece_ready:
            self._store()
        if not self._ended:
            self._ended = True
            self._finished()

    def _scene(self) -> Scene:
        stage = self.session.stage
        if stage in ("symptoms_before", "symptoms_after"):
            return Symptoms(self.context, self.command)
        if stage == "play":
            return Play(self.context, self.session, self.device, self.follow, self._posture, self._meter)
        if stage == "count":
            return Count(self.context, self.command)
        if stage == "rest":
            return Rest(self.context, self.command, offers_stop=self.session.offers_stop)
        if self.session.ended_reason == "safety":
            return SafetyStop(self.context, self.leave)
        return Summary(self.context, self.session.summary, self.leave, self._next_time)
