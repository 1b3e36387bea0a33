"""The hand that plays moves a pointer on the screens between play, and stays to choose."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest

from game_client.devices._mapped import Mapped
from game_client.devices._spare import WithSpare
from game_client.devices.mouse import Mouse
from game_client.engine.input import Moved
from game_client.engine.loop import Loop
from game_client.hand import Hand, Wanted, fitted, opened
from game_client.scenes._pointing import Pointing
from game_client.scenes.rest import Rest
from game_client.scenes.symptoms import Symptoms
from game_client.virtual import practice_plan
from shared.wire.session import DeviceMap
from shared.wire.streams import FLAG_LOST

if TYPE_CHECKING:
    from game_client.devices._port import Unit
    from game_client.engine.window import Window
    from game_client.scenes._context import Context

TICK_NS = 1_000_000_000 // 120
PLAN = practice_plan(UUID(int=1))


class Seen:
    """A hand before a camera, where the test puts it: millionths of the picture's width."""

    wants_relative, problem = False, ""
    unit: Unit = "norm"
    gain_um_per_count: float | None = None
    movements = frozenset({"hand_reach"})

    def __init__(self, kind: str = "webcam_hand") -> None:
        self.kind = kind
        self.place, self.flags = (0, 0), 0
        self.rows = 0

    def handle(self, value: Any) -> None:
        return None

    def at(self, t_ns: int) -> tuple[int, int, int, int]:
        self.rows += 1
        return *self.place, 100, self.flags

    def take_rows(self) -> tuple[str, list[tuple[int, ...]]]:
        taken, self.rows = self.rows, 0
        return "raw_points", [(1, 0, 0, 100)] * taken

    def close(self) -> None:
        return None


def pointing(kind: str = "webcam_hand", reach_m: float = 0.1) -> tuple[Seen, WithSpare, Pointing]:
    inner = Seen(kind)
    device = WithSpare(Mapped(inner, DeviceMap(0.0, 0.0, 1.0, 1.0)), Mouse())
    return inner, device, Pointing(Hand(device, inner, "hand_reach"), reach_m)


def settled(points: Pointing, now_ns: int = 0, seconds: float = 2.0) -> Moved | None:
    found = None
    for _ in range(round(seconds * 120)):
        now_ns += TICK_NS
        found = points.pointed(now_ns)
    return found


@pytest.mark.parametrize("reach_m", [0.05, 0.1, 0.2])
def test_a_whole_reach_goes_as_far_on_the_screen_whatever_it_is(reach_m: float) -> None:
    inner, _, points = pointing(reach_m=reach_m)
    inner.place = (round(reach_m * 1e6), 0)
    found = settled(points)
    assert found is not None and found.by_hand
    assert found.x == pytest.approx(930, abs=2) and found.y == pytest.approx(360, abs=1)


def test_away_is_up_and_the_pointer_stays_on_the_screen() -> None:
    inner, _, points = pointing()
    inner.place = (0, 50_000)
    found = settled(points)
    assert found is not None and found.y == pytest.approx(215, abs=2)
    inner.place = (9_000_000, -9_000_000)
    found = settled(points, 10**10, 4.0)
    assert found is not None and (found.x, found.y) == (1256, 696)


def test_a_hand_that_is_not_seen_points_nowhere() -> None:
    inner, _, points = pointing()
    inner.flags = FLAG_LOST
    assert points.pointed(TICK_NS) is None


def test_what_is_gathered_while_pointing_is_thrown_away() -> None:
    inner, _, points = pointing()
    settled(points)
    assert inner.rows == 0


def test_after_the_mouse_took_over_the_hand_points_no_more() -> None:
    _, device, points = pointing()
    assert points.pointed(TICK_NS) is not None
    device.use_spare()
    assert points.pointed(2 * TICK_NS) is None


@pytest.mark.parametrize(
    ("kind", "does"), [("webcam_hand", True), ("lsl_stream", True), ("webcam_body", False)]
)
def test_trunks_do_not_point(kind: str, does: bool) -> None:
    _, _, points = pointing(kind)
    assert (points.pointed(TICK_NS) is not None) is does


@pytest.mark.parametrize("kind", ["mouse", "joystick", "touch"])
def test_nor_do_devices_that_choose_by_themselves(kind: str) -> None:
    hand = fitted(opened(kind, [], Wanted(), PLAN), PLAN)
    assert Pointing(hand, 0.1).pointed(TICK_NS) is None


def test_a_trembling_hand_stays_on_its_target() -> None:
    """Six millimetres to either side, five times a second, would be 17 px; the smallest key is 96 px wide."""
    inner, _, points = pointing()
    seen = []
    for tick in range(360):
        inner.place = (round(50_000 + 6_000 * math.sin(math.tau * 5.0 * tick / 120)), 0)
        found = points.pointed(tick * TICK_NS)
        assert found is not None
        seen.append(found.x)
    settled_px = seen[120:]
    assert max(settled_px) - min(settled_px) < 0.6 * 2 * 17.4
    assert sum(settled_px) / len(settled_px) == pytest.approx(640 + 145, abs=3.0)


def test_through_the_loop_a_number_is_chosen_once_and_the_hand_is_seen(
    context: Context, window: Window
) -> None:
    """It must stay there; and the same place chooses again only after it was left."""
    answers: list[tuple[str, float]] = []
    scene = Symptoms(context, lambda name, value: answers.append((name, value)))
    inner, _, points = pointing()
    loop = Loop(window, context.stack, lambda: context.look)
    loop.pointed = points.pointed
    context.stack.push(scene)
    loop.run(0.7)
    three = next(each for each in scene.chooser.targets if each.name == "3")
    inner.place = (round((three.x - 640) / 290 * 100_000), round((360 - three.y) / 290 * 100_000))
    loop.run(0.4)
    assert not answers, "passing over is no choice"
    loop.run(context.settings.dwell_s + 0.8)
    assert answers == [("pain", 3.0)]
    assert scene.chooser.hand_at == pytest.approx((three.x, three.y), abs=3.0)
    assert window.canvas.surface.get_at((round(three.x), round(three.y)))[:3] == context.look.ink[:3]
    loop.run(2.5)
    assert len(answers) == 1 and scene.question == "effort"


def test_staying_on_a_target_chooses_it(context: Context) -> None:
    chosen: list[str] = []
    scene = Rest(context, lambda name, seconds: chosen.append(name))
    scene.resume(0)
    target = next(each for each in scene.chooser.targets if each.name == "go_on")
    inner, _, points = pointing(reach_m=0.1)
    now_ns = 0
    for tick in range(6 * 120):
        if chosen:
            break
        now_ns += TICK_NS
        if tick == 120:
            inner.place = (
                round((target.x - 640) / 290 * 100_000),
                round((360 - target.y) / 290 * 100_000),
            )
        found = points.pointed(now_ns)
        assert found is not None
        scene.handle(found)
        scene.update(now_ns)
    assert chosen == ["rest_done"]
