"""The loop keeps 120 ticks a second, catches up a little, and tells of what it could not catch up."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pygame
import pytest

from game_client.engine.input import Key
from game_client.engine.look import Look
from game_client.engine.loop import CATCH_UP_TICKS, TICK_NS, Loop
from game_client.engine.stack import Scene, SceneStack

if TYPE_CHECKING:
    from game_client.engine.canvas import Canvas
    from game_client.engine.input import Input
    from game_client.engine.window import Window


class Noting(Scene):
    """Writes down everything that is done to it."""

    def __init__(self, name: str = "scene", log: list[str] | None = None) -> None:
        self.name, self.log = name, log if log is not None else []
        self.ticks: list[int] = []
        self.values: list[Input] = []
        self.flips: list[int] = []
        self.lost_ms: list[float] = []
        self.betweens: list[float] = []
        self.sleep_at = -1
        self.sleep_s = 0.0

    def resume(self, t_ns: int) -> None:
        self.log.append(f"{self.name} resume")

    def pause(self) -> None:
        self.log.append(f"{self.name} pause")

    def close(self) -> None:
        self.log.append(f"{self.name} close")

    def handle(self, value: Input) -> None:
        self.values.append(value)

    def update(self, t_ns: int) -> None:
        self.ticks.append(t_ns)
        if len(self.ticks) == self.sleep_at:
            time.sleep(self.sleep_s)

    def draw(self, canvas: Canvas, now_s: float, between: float) -> None:
        self.betweens.append(between)

    def flipped(self, t_ns: int) -> None:
        self.flips.append(t_ns)

    def stalled(self, lost_ms: float, t_ns: int) -> None:
        self.lost_ms.append(lost_ms)


def run(window: Window, scene: Scene, seconds: float) -> Loop:
    stack = SceneStack()
    stack.push(scene)
    loop = Loop(window, stack, Look)
    loop.run(seconds)
    return loop


def test_ticks_are_even_and_frames_half_as_many(window: Window) -> None:
    scene = Noting()
    loop = run(window, scene, 1.0)
    steps = {later - earlier for earlier, later in zip(scene.ticks, scene.ticks[1:], strict=False)}
    assert 110 <= len(scene.ticks) <= 121
    assert len(steps) == 1 or scene.lost_ms
    assert TICK_NS in steps
    assert 45 <= len(scene.flips) <= 62
    assert all(0 <= each <= 1 for each in scene.betweens)
    assert loop.stamp_jitter_ms >= 0


def test_a_short_delay_is_caught_up(window: Window) -> None:
    scene = Noting()
    scene.sleep_at, scene.sleep_s = 30, 0.06
    run(window, scene, 0.8)
    assert len(scene.ticks) >= 88
    assert not [each for each in scene.lost_ms if each > 30]


def test_a_long_delay_is_a_stall_that_is_told(window: Window) -> None:
    scene = Noting()
    scene.sleep_at, scene.sleep_s = 30, 0.5
    run(window, scene, 1.0)
    caught_up_ms = CATCH_UP_TICKS * TICK_NS * 1e-6
    assert sum(scene.lost_ms) > 500 - caught_up_ms - 30
    assert len(scene.ticks) < 120 - 30


def test_inputs_are_stamped_on_arrival(window: Window) -> None:
    scene = Noting()
    before = time.perf_counter_ns()
    pygame.event.post(pygame.event.Event(pygame.KEYDOWN, {"key": pygame.K_a, "mod": 0}))
    run(window, scene, 0.1)
    keys = [each for each in scene.values if isinstance(each, Key)]
    assert len(keys) == 1 and before < keys[0].t_ns < time.perf_counter_ns()


def test_scenes_are_paused_resumed_and_closed_in_order() -> None:
    log: list[str] = []
    stack = SceneStack()
    home, settings, play = Noting("home", log), Noting("settings", log), Noting("play", log)
    stack.push(home)
    stack.push(settings)
    stack.settle(1)
    stack.pop()
    stack.settle(2)
    stack.replace(play)
    stack.settle(3)
    stack.clear()
    stack.settle(4)
    assert log == [
        "home resume", "home pause", "settings resume", "settings close", "home resume", "home close",
        "play resume", "play close",
    ]  # fmt: skip
    assert stack.top is None


def test_closing_the_window_ends_the_loop(window: Window) -> None:
    scene = Noting()
    pygame.event.post(pygame.event.Event(pygame.QUIT))
    begun = time.monotonic()
    run(window, scene, 5.0)
    assert time.monotonic() - begun < 2
    assert scene.log[-1] == "scene close"


@pytest.mark.parametrize("takes_hand", [True, False])
def test_what_a_menu_gets_the_device_hears_beside_it(window: Window, takes_hand: bool) -> None:
    scene, heard = Noting(), []
    scene.takes_hand = takes_hand
    stack = SceneStack()
    stack.push(scene)
    loop = Loop(window, stack, Look)
    loop.beside = heard.append
    pygame.event.post(pygame.event.Event(pygame.KEYDOWN, {"key": pygame.K_a, "mod": 0}))
    loop.run(0.1)
    assert [each for each in scene.values if isinstance(each, Key)]
    assert bool([each for each in heard if isinstance(each, Key)]) is not takes_hand
