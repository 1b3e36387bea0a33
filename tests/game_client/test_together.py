"""Family play: in turns, each with a difficulty of their own, one jar, and nothing recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from game_client.engine.input import Key
from game_client.scenes.note import Note
from game_client.scenes.pause import Pause
from game_client.scenes.play import Play
from game_client.scenes.symptoms import Symptoms
from game_client.together import ROUNDS, TURN_TRIALS, Together, shared_plan
from game_client.virtual import DEVICE
from shared.patient.virtual import VirtualPatient, draw_person
from tests.virtual_sessions import make_plan

if TYPE_CHECKING:
    from game_client.scenes._context import Context

TICK_NS = 1_000_000_000 // 120


class TwoHands:
    """Each turn another person has the mouse."""

    kind, unit, gain_um_per_count, wants_relative = "virtual", "m", None, True
    movements = frozenset({"hand_reach"})
    problem = ""

    def __init__(self) -> None:
        self.people = [
            VirtualPatient(draw_person(profile, 1), 1) for profile in ("stroke_severe", "healthy_young")
        ]
        self.together: Any = None

    def handle(self, value: Any) -> None:
        """Nothing but the people moves it."""

    def at(self, t_ns: int) -> tuple[int, int, int, int]:
        x_m, y_m = self.people[self.together._turn % 2].move(self.together._run.view)
        return round(x_m * 1e6), round(y_m * 1e6), 100, 0

    def take_rows(self) -> tuple[str, list[tuple[int, ...]]]:
        return "raw_points", []

    def close(self) -> None:
        """Nothing is held."""


class Evening:
    def __init__(self, context: Context) -> None:
        plan = shared_plan(make_plan())
        assert plan is not None
        self.context, self.now_ns, self.closed = context, 0, 0
        hands = TwoHands()
        self.play = hands.together = Together(context, plan, hands, DEVICE, None, UUID(int=1), self._close)
        self.play.start()
        context.stack.settle(0)

    def _close(self) -> None:
        self.closed += 1

    @property
    def scene(self) -> Any:
        return self.context.stack.top

    def choose(self, name: str) -> None:
        self.scene.chosen(name)
        self.context.stack.settle(self.now_ns)

    def run(self, seconds: float) -> None:
        scene = self.scene
        for _ in range(round(seconds * 120)):
            self.now_ns += TICK_NS
            self.scene.update(self.now_ns)
            self.context.stack.settle(self.now_ns)
            if self.scene is not scene:
                return


def test_two_people_take_turns_to_the_end_and_fill_one_jar(context: Context) -> None:
    evening = Evening(context)
    for answer in ("0", "1", "none"):
        assert isinstance(evening.scene, Symptoms)
        evening.choose(answer)
    turns = []
    while not evening.closed:
        assert isinstance(evening.scene, Note)
        turns.append(evening.scene.sentence)
        evening.choose("ok")
        if isinstance(evening.scene, Play):
            evening.run(300)
    assert len(turns) == 2 * ROUNDS + 1
    assert turns[0].startswith("Your turn.")
    assert turns[1].startswith("Now the other one plays.")
    assert f"Together you have {evening.play.total} good tr" in turns[-1]
    runs = evening.play._runs
    assert [run.trials_done for run in runs] == [TURN_TRIALS * ROUNDS] * 2
    radii = [run.running.policy._difficulty().value("radius_m") for run in runs]
    assert radii[0] > radii[1], "each has a difficulty of their own"
    assert min(run.successes for run in runs) >= 4
    assert evening.closed == 1


def test_in_pain_nobody_plays(context: Context) -> None:
    evening = Evening(context)
    evening.choose("8")
    assert isinstance(evening.scene, Note)
    assert "Rest now" in evening.scene.sentence
    evening.choose("ok")
    assert evening.closed == 1


def test_it_can_be_stopped_in_any_turn(context: Context) -> None:
    evening = Evening(context)
    for answer in ("0", "1", "none"):
        evening.choose(answer)
    evening.choose("ok")
    evening.run(6)
    evening.scene.handle(Key(evening.now_ns, "space"))
    evening.context.stack.settle(evening.now_ns)
    assert isinstance(evening.scene, Pause)
    evening.choose("stop")
    assert isinstance(evening.scene, Note)
    evening.choose("ok")
    assert evening.closed == 1


def test_an_assessment_is_not_for_two() -> None:
    assert shared_plan(make_plan(purpose="assess")) is None
