"""A joystick that SDL itself makes: it is plugged in, pushed and pulled out as a real one is."""

from __future__ import annotations

import ctypes
from pathlib import Path

import pygame

_GAME_CONTROLLER = 1


def _sdl() -> ctypes.CDLL:
    """Load the very SDL that pygame has loaded, found among the files mapped into this process."""
    assert pygame.get_init() is not None
    mapped = {line.split()[-1] for line in Path("/proc/self/maps").read_text().splitlines()}
    name = next(each for each in mapped if Path(each).name.startswith(("libSDL2-2", "libSDL2-")))
    sdl = ctypes.CDLL(name)
    sdl.SDL_JoystickOpen.restype = ctypes.c_void_p
    sdl.SDL_JoystickAttachVirtual.argtypes = [ctypes.c_int] * 4
    sdl.SDL_JoystickSetVirtualAxis.argtypes = [ctypes.c_void_p, ctypes.c_int, ctypes.c_int16]
    sdl.SDL_JoystickSetVirtualButton.argtypes = [ctypes.c_void_p, ctypes.c_int, ctypes.c_uint8]
    sdl.SDL_JoystickSetVirtualHat.argtypes = [ctypes.c_void_p, ctypes.c_int, ctypes.c_uint8]
    sdl.SDL_JoystickGetDeviceInstanceID.argtypes = [ctypes.c_int]
    return sdl


class VirtualStick:
    """Plugged in when made; the window finds it. Pushes are shares of the full one, y towards the player."""

    def __init__(self, axes: int = 2) -> None:
        self._sdl = _sdl()
        self.index = self._sdl.SDL_JoystickAttachVirtual(_GAME_CONTROLLER, axes, 4, 1)
        assert self.index >= 0
        self.device = self._sdl.SDL_JoystickGetDeviceInstanceID(self.index)
        self._handle = self._sdl.SDL_JoystickOpen(self.index)
        self._is_in = True

    def push(self, x: float, y: float) -> None:
        for axis, value in enumerate((x, y)):
            self._sdl.SDL_JoystickSetVirtualAxis(self._handle, axis, round(value * 32767))

    def press(self, button: int, down: bool = True) -> None:
        self._sdl.SDL_JoystickSetVirtualButton(self._handle, button, int(down))

    def hat(self, direction: int) -> None:
        """0 the middle, 1 up, 2 right, 4 down, 8 left."""
        self._sdl.SDL_JoystickSetVirtualHat(self._handle, 0, direction)

    def pull_out(self) -> None:
        if self._is_in:
            self._is_in = False
            for index in range(self._sdl.SDL_NumJoysticks()):
                if self._sdl.SDL_JoystickGetDeviceInstanceID(index) == self.device:
                    self._sdl.SDL_JoystickDetachVirtual(index)
                    return
