"""The window: a 16:9 canvas letterboxed into whatever size it has, and the pointer's two modes."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

import pygame

from game_client.engine import canvas as canvas_module
from game_client.engine.canvas import Canvas
from game_client.engine.geometry import Xy
from game_client.engine.input import (
    Finger,
    JoystickFound,
    JoystickGone,
    PointerKind,
    Stick,
    pointer_kind,
    translate,
)
from game_client.engine.look import HEIGHT, WIDTH
from game_client.engine.palette import BLACK
from game_client.engine.probe import stick_of

if TYPE_CHECKING:
    from game_client.engine.input import Input

_FINGERS = (pygame.FINGERDOWN, pygame.FINGERMOTION, pygame.FINGERUP)


class Window:
    """Opens the display; `present` puts the canvas on the screen.

    `software` asks SDL not to present through OpenGL, which is slower than plain memory where there is no
    graphics card (a virtual display).
    """

    def __init__(
        self,
        title: str,
        size: tuple[int, int] = (WIDTH, HEIGHT),
        fullscreen: bool = False,
        software: bool = False,
    ) -> None:
        if software:
            os.environ.setdefault("SDL_FRAMEBUFFER_ACCELERATION", "0")
        os.environ.setdefault("SDL_VIDEO_MINIMIZE_ON_FOCUS_LOSS", "0")
        pygame.display.init()
        pygame.joystick.init()
        pygame.display.set_caption(title)
        self._windowed_size = size
        self._fullscreen = fullscreen
        self.relative = False
        self._joysticks: dict[int, pygame.joystick.JoystickType] = {}
        for index in range(pygame.joystick.get_count()):
            self._plug_in(index)
        self._screen = self._open()
        self.canvas = self._make_canvas()

    @property
    def pointer(self) -> PointerKind:
        """What the pointer's numbers are worth in play; ask while relative mode is on."""
        warps = os.environ.get("SDL_MOUSE_RELATIVE_MODE_WARP") == "1"
        return pointer_kind(pygame.display.get_driver(), self.relative, warps)

    @property
    def driver(self) -> str:
        return pygame.display.get_driver()

    @property
    def sticks(self) -> list[Stick]:
        """The joysticks that are plugged in, in the order they came."""
        return [stick_of(each) for each in self._joysticks.values()]

    def translate(self, event: pygame.event.Event, t_ns: int) -> Input | None:
        """Turn a pygame event into a value; joysticks are opened and let go of on the way."""
        if event.type == pygame.JOYDEVICEADDED:
            opened = self._plug_in(event.device_index)
            return None if opened is None else JoystickFound(t_ns, stick_of(opened))
        if event.type == pygame.JOYDEVICEREMOVED:
            self._joysticks.pop(event.instance_id, None)
            return JoystickGone(t_ns, event.instance_id)
        if event.type in _FINGERS:
            width, height = self._screen.get_size()
            place = self.to_canvas((event.x * width, event.y * height))
            return Finger(t_ns, event.finger_id, *place, event.type != pygame.FINGERUP)
        return translate(event, t_ns, self.relative, self.to_canvas)

    def _plug_in(self, index: int) -> pygame.joystick.JoystickType | None:
        """Open a joystick; None when it is known already, or gone again."""
        try:
            found = pygame.joystick.Joystick(index)
        except pygame.error:
            return None
        if found.get_instance_id() in self._joysticks:
            return None
        self._joysticks[found.get_instance_id()] = found
        return found

    def present(self) -> int:
        """Show the canvas; returns the monotonic time right after the flip, in nanoseconds."""
        if self.canvas.surface is not self._screen:
            left, top, width, height = self._frame()
            self._screen.fill(BLACK)
            target = self._screen.subsurface((left, top, width, height))
            pygame.transform.smoothscale(self.canvas.surface, (width, height), target)
        pygame.display.flip()
        return time.perf_counter_ns()

    def pump(self) -> None:
        """Let the window system go on while no loop runs."""
        pygame.event.pump()

    def to_canvas(self, position: Xy) -> Xy:
        """Turn a place in the window into canvas pixels."""
        left, top, width, height = self._frame()
        return (position[0] - left) * WIDTH / width, (position[1] - top) * HEIGHT / height

    def set_relative(self, on: bool, leave_at: Xy = (WIDTH / 2, HEIGHT / 2)) -> None:
        """Switch between raw counts (play) and a visible pointer (menus), put back at a canvas place."""
        if on == self.relative:
            return
        if not on:
            pygame.mouse.set_relative_mode(False)
            pygame.mouse.set_visible(True)
        else:
            # It hides the pointer as well; hiding it once more would end relative mode.
            pygame.mouse.set_relative_mode(True)
        self.relative = pygame.mouse.get_relative_mode()
        if not on:
            left, top, width, height = self._frame()
            pygame.mouse.set_pos(left + leave_at[0] * width / WIDTH, top + leave_at[1] * height / HEIGHT)
        else:
            pygame.mouse.get_rel()

    def toggle_fullscreen(self) -> None:
        if not self._fullscreen:
            self._windowed_size = self._screen.get_size()
        self._fullscreen = not self._fullscreen
        self._screen = self._open()
        self.canvas = self._make_canvas()

    def resized(self) -> None:
        """Fit the canvas to the window's new size."""
        self._screen = pygame.display.get_surface() or self._open()
        self.canvas = self._make_canvas()

    def close(self) -> None:
        self.set_relative(False)
        canvas_module.forget_cached_pictures()
        pygame.display.quit()

    def _open(self) -> pygame.Surface:
        if self._fullscreen:
            return pygame.display.set_mode((0, 0), pygame.FULLSCREEN)
        return pygame.display.set_mode(self._windowed_size, pygame.RESIZABLE)

    def _make_canvas(self) -> Canvas:
        """Draw straight on the screen when it has the canvas's size, else beside it."""
        return Canvas(self._screen if self._screen.get_size() == (WIDTH, HEIGHT) else None)

    def _frame(self) -> tuple[int, int, int, int]:
        width, height = self._screen.get_size()
        scale = max(0.1, min(width / WIDTH, height / HEIGHT))
        inner_width, inner_height = round(WIDTH * scale), round(HEIGHT * scale)
        return (width - inner_width) // 2, (height - inner_height) // 2, inner_width, inner_height
