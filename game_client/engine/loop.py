"""The loop: 120 ticks a second on one monotonic clock, 60 frames a second, every input stamped on arrival.

The main thread waits inside `pygame.event.wait` until just before the next tick, so that an input is
stamped when it arrives and not when a frame happens to end. Late ticks are caught up, at most twelve; time
lost beyond that is a stall, which the scene is told of.
"""

from __future__ import annotations

import time
from collections import deque
from typing import TYPE_CHECKING

import pygame

from game_client.engine.input import Focus, Key, Quit, Resized

if TYPE_CHECKING:
    from collections.abc import Callable

    from game_client.engine.canvas import Canvas
    from game_client.engine.input import Input
    from game_client.engine.look import Look
    from game_client.engine.stack import SceneStack
    from game_client.engine.window import Window

TICK_HZ, FRAME_HZ = 120, 60
TICK_NS = 1_000_000_000 // TICK_HZ
CATCH_UP_TICKS = 12
_WAIT_MARGIN_NS = 200_000


class Loop:
    """Runs the scenes of a stack in a window until there are none.

    `frame_ms` holds the times of the last frames, drawn and presented, in milliseconds.
    """

    def __init__(self, window: Window, stack: SceneStack, look: Callable[[], Look]) -> None:
        self.window, self.stack, self.look = window, stack, look
        self.frame_ms: deque[float] = deque(maxlen=3600)
        self.lateness_ms: deque[float] = deque(maxlen=7200)
        self.on_quit: Callable[[], None] = stack.clear
        self.every_frame: Callable[[], None] = lambda: None
        """Called after each frame: for what waits for other threads, such as the state of the sync."""
        self.beside: Callable[[Input], None] = lambda value: None
        """Given what a scene without a hand gets: a stick or a finger must be known when play goes on."""

        self.over: Callable[[Canvas], None] = lambda canvas: None
        """Draws above every screen: what must never be out of sight."""
        self.pointed: Callable[[int], Input | None] = lambda t_ns: None
        """Asked at each tick for what a hand that plays points at on the screens between play."""

    @property
    def stamp_jitter_ms(self) -> float:
        """How late an input's stamp may be: the 95th percentile of the ticks' lateness."""
        late = sorted(self.lateness_ms)
        return late[int(0.95 * (len(late) - 1))] if late else 0.0

    def run(self, seconds: float | None = None) -> None:
        """Run until the last scene closes, or for so many seconds."""
        start_ns = time.perf_counter_ns()
        end_ns = None if seconds is None else start_ns + round(seconds * 1e9)
        self.stack.settle(start_ns)
        self._set_pointer()
        next_tick_ns, next_frame_ns = start_ns + TICK_NS, start_ns
        while self.stack.top is not None and (end_ns is None or next_tick_ns < end_ns):
            self._wait_until(next_tick_ns)
            now_ns = time.perf_counter_ns()
            self.lateness_ms.append((now_ns - next_tick_ns) * 1e-6)
            behind = (now_ns - next_tick_ns) // TICK_NS
            if behind > CATCH_UP_TICKS:
                lost_ns = (behind - CATCH_UP_TICKS) * TICK_NS
                next_tick_ns += lost_ns
                if self.stack.top is not None:
                    self.stack.top.stalled(lost_ns * 1e-6, next_tick_ns)
            while next_tick_ns <= now_ns and self.stack.top is not None:
                if not self.stack.top.takes_hand:
                    value = self.pointed(next_tick_ns)
                    if value is not None:
                        self.stack.top.handle(value)
                self.stack.top.update(next_tick_ns)
                next_tick_ns += TICK_NS
                if self._settle(now_ns):
                    next_tick_ns = time.perf_counter_ns() + TICK_NS
                    break
            if now_ns >= next_frame_ns and self.stack.top is not None:
                self._frame(next_tick_ns)
                next_frame_ns = max(next_frame_ns + 1_000_000_000 // FRAME_HZ, now_ns)
        self.window.set_relative(False)

    def _wait_until(self, tick_ns: int) -> None:
        """Hand on every input up to just before the tick."""
        while True:
            left_ns = tick_ns - _WAIT_MARGIN_NS - time.perf_counter_ns()
            event = (
                pygame.event.wait(max(1, left_ns // 1_000_000))
                if left_ns > 1_000_000
                else pygame.event.poll()
            )
            if event.type == pygame.NOEVENT:
                if left_ns <= 1_000_000:
                    remaining_ns = tick_ns - time.perf_counter_ns()
                    if remaining_ns > 0:
                        time.sleep(remaining_ns * 1e-9)
                    return
                continue
            value = self.window.translate(event, time.perf_counter_ns())
            if value is not None:
                self._hand_on(value)

    def _hand_on(self, value: Input) -> None:
        if isinstance(value, Quit):
            self.on_quit()
        elif isinstance(value, Resized):
            self.window.resized()
        elif isinstance(value, Key) and value.name == "f11":
            self.window.toggle_fullscreen()
            return
        if self.stack.top is not None:
            if not self.stack.top.takes_hand:
                self.beside(value)
            self.stack.top.handle(value)
        if isinstance(value, Focus) and value.gained:
            self._set_pointer()
        self._settle(value.t_ns)

    def _settle(self, t_ns: int) -> bool:
        leaving = self.stack.top
        self.stack.keep_frame_if_asked(self.window.canvas)
        if not self.stack.settle(t_ns):
            return False
        self._set_pointer(leaving.leave_pointer_at if leaving else None)
        return True

    def _set_pointer(self, leave_at: tuple[float, float] | None = None) -> None:
        top = self.stack.top
        wanted = top is not None and top.wants_relative
        self.window.set_relative(wanted, leave_at or (640.0, 360.0))

    def _frame(self, next_tick_ns: int) -> None:
        begun_ns = time.perf_counter_ns()
        between = min(1.0, max(0.0, 1 - (next_tick_ns - begun_ns) / TICK_NS))
        self.stack.draw(self.window.canvas, self.look(), begun_ns * 1e-9, between)
        self.over(self.window.canvas)
        flip_ns = self.window.present()
        if self.stack.top is not None:
            self.stack.top.flipped(flip_ns)
        self.frame_ms.append((flip_ns - begun_ns) * 1e-6)
        self.every_frame()
