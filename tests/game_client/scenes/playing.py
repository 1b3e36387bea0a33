"""A virtual patient's hand as an input device, and a clock that runs as fast as the scenes do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from game_client.scenes._flow import SessionFlow
from game_client.session.run import SessionRun
from shared.patient.virtual import VirtualPatient, draw_person
from tests.virtual_sessions import make_header, make_plan

if TYPE_CHECKING:
    from game_client.engine.stack import SceneStack
    from game_client.scenes._context import Context

TICK_NS = 1_000_000_000 // 120


class Hand:
    """Moves as the patient would who sees the session's view; `lost` makes it vanish."""

    kind, unit, gain_um_per_count, wants_relative = "virtual", "m", None, True
    movements = frozenset({"hand_reach"})
    problem = ""

    def __init__(self, session: SessionRun, seed: int = 1) -> None:
        self.session = session
        self.patient = VirtualPatient(draw_person("healthy_old", seed), seed)
        self.lost = False
        self.handled: list[Any] = []

    def handle(self, value: Any) -> None:
        self.handled.append(value)

    def at(self, t_ns: int) -> tuple[int, int, int, int]:
        x_m, y_m = self.patient.move(self.session.view)
        return round(x_m * 1e6), round(y_m * 1e6), 0 if self.lost else 100, 2 if self.lost else 0

    def take_rows(self) -> tuple[str, list[tuple[int, ...]]]:
        return "raw_points", []

    def close(self) -> None:
        """Nothing is held."""


class Sitting:
    """A session opened through its flow, with everything that was stored."""

    def __init__(self, context: Context, mode: str = "error_based", practice: int = 4, **plan: Any) -> None:
        self.context = context
        self.session = SessionRun(make_header(make_plan(mode, practice=practice, **plan)))
        self.hand = Hand(self.session)
        self.pieces: list[Any] = []
        self.finished = 0
        self.flow = SessionFlow(
            context,
            self.session,
            self.hand,
            lambda: self.pieces.append(self.session.take_piece()),
            self._finish,
        )
        self.now_ns = 0

    def _finish(self) -> None:
        self.finished += 1

    @property
    def stack(self) -> SceneStack:
        return self.context.stack

    @property
    def scene(self) -> Any:
        return self.stack.top

    def start(self) -> Sitting:
        self.flow.start()
        self.stack.settle(self.now_ns)
        return self

    def do(self, value: Any) -> None:
        self.scene.handle(value)
        self.stack.settle(self.now_ns)

    def choose(self, name: str) -> None:
        self.scene.chosen(name)
        self.stack.settle(self.now_ns)

    def answer_all(self) -> None:
        for answer in ("0", "1", "none"):
            self.choose(answer)

    def run(self, seconds: float) -> None:
        """Let time pass; it stops early when the scene changes."""
        scene = self.scene
        for _ in range(round(seconds * 120)):
            self.now_ns += TICK_NS
            self.scene.update(self.now_ns)
            self.stack.settle(self.now_ns)
            if self.scene is not scene:
                return
