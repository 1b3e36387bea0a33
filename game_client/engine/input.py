"""What the player did, as values: scenes and input devices never see a pygame event.

Every value carries when it arrived, by the machine's monotonic clock (`time.perf_counter_ns`). Pointer
positions are logical canvas pixels; counts are the mouse's own, x to the right and y down.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import pygame

if TYPE_CHECKING:
    from collections.abc import Callable

    from game_client.engine.geometry import Xy


@dataclass(frozen=True, slots=True)
class Moved:
    """The pointer stands at x, y (menus; absolute)."""

    t_ns: int
    x: float
    y: float
    by_hand: bool = False
    """The input device that plays moves it: the screen must show it, for no system does."""


@dataclass(frozen=True, slots=True)
class Counts:
    """The mouse moved by dx, dy raw counts (play; relative, never clamped by the screen's edge)."""

    t_ns: int
    dx: int
    dy: int


@dataclass(frozen=True, slots=True)
class Pressed:
    t_ns: int
    x: float
    y: float
    button: int = 1
    by_touch: bool = False
    """A finger's, which SDL tells as a mouse's as well."""


@dataclass(frozen=True, slots=True)
class Released:
    t_ns: int
    x: float
    y: float
    button: int = 1


@dataclass(frozen=True, slots=True)
class Wheel:
    """The wheel turned; positive away from the player."""

    t_ns: int
    steps: int


@dataclass(frozen=True, slots=True)
class Key:
    """A key went down: pygame's name, such as `space`, `escape`, `return`, `left`, `f11`."""

    t_ns: int
    name: str
    shift: bool = False


@dataclass(frozen=True, slots=True)
class JoystickButton:
    t_ns: int
    index: int


@dataclass(frozen=True, slots=True)
class JoystickAxis:
    """A stick's axis stands at value, -1..1; `device` tells sticks apart while they are plugged in."""

    t_ns: int
    axis: int
    value: float
    device: int = 0


@dataclass(frozen=True, slots=True)
class JoystickHat:
    t_ns: int
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class Stick:
    """A joystick that is plugged in: its number until it is pulled out, and where each axis stands, -1..1."""

    device: int
    name: str
    axes: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class JoystickFound:
    """A joystick was plugged in."""

    t_ns: int
    stick: Stick


@dataclass(frozen=True, slots=True)
class JoystickGone:
    """A joystick was pulled out, or its battery is empty."""

    t_ns: int
    device: int


@dataclass(frozen=True, slots=True)
class Finger:
    """A finger on a touch screen is at x, y, or was lifted there (`down` False)."""

    t_ns: int
    finger: int
    x: float
    y: float
    down: bool


@dataclass(frozen=True, slots=True)
class Focus:
    """The window gained or lost the keyboard."""

    t_ns: int
    gained: bool


@dataclass(frozen=True, slots=True)
class PointerOut:
    """The pointer left the window."""

    t_ns: int


@dataclass(frozen=True, slots=True)
class Resized:
    t_ns: int


@dataclass(frozen=True, slots=True)
class Quit:
    """The player closed the window."""

    t_ns: int


Input = (
    Moved
    | Counts
    | Pressed
    | Released
    | Wheel
    | Key
    | JoystickButton
    | JoystickAxis
    | JoystickHat
    | JoystickFound
    | JoystickGone
    | Finger
    | Focus
    | PointerOut
    | Resized
    | Quit
)


def translate(
    event: pygame.event.Event, t_ns: int, relative: bool, to_canvas: Callable[[Xy], Xy]
) -> Input | None:
    """Turn a pygame event into a value; None for those that mean nothing here.

    Fingers and the coming and going of joysticks are the window's: see `Window.translate`.
    """
    kind = event.type
    if kind == pygame.MOUSEMOTION:
        return Counts(t_ns, *event.rel) if relative else Moved(t_ns, *to_canvas(event.pos))
    if kind == pygame.MOUSEBUTTONDOWN and event.button <= 3:
        return Pressed(t_ns, *to_canvas(event.pos), event.button, bool(getattr(event, "touch", False)))
    if kind == pygame.MOUSEBUTTONUP and event.button <= 3:
        return Released(t_ns, *to_canvas(event.pos), event.button)
    if kind == pygame.MOUSEWHEEL:
        return Wheel(t_ns, event.y)
    if kind == pygame.KEYDOWN:
        return Key(t_ns, pygame.key.name(event.key), bool(event.mod & pygame.KMOD_SHIFT))
    return _translate_rest(event, t_ns)


def _translate_rest(event: pygame.event.Event, t_ns: int) -> Input | None:
    kind = event.type
    if kind == pygame.JOYBUTTONDOWN:
        return JoystickButton(t_ns, event.button)
    if kind == pygame.JOYAXISMOTION:
        return JoystickAxis(t_ns, event.axis, event.value, getattr(event, "instance_id", 0))
    if kind == pygame.JOYHATMOTION:
        return JoystickHat(t_ns, *event.value)
    if kind in (pygame.WINDOWFOCUSLOST, pygame.WINDOWFOCUSGAINED, pygame.WINDOWMINIMIZED):
        return Focus(t_ns, kind == pygame.WINDOWFOCUSGAINED)
    if kind == pygame.WINDOWLEAVE:
        return PointerOut(t_ns)
    if kind in (pygame.WINDOWSIZECHANGED, pygame.VIDEORESIZE):
        return Resized(t_ns)
    return Quit(t_ns) if kind == pygame.QUIT else None


PointerKind = Literal["raw", "accelerated", "absolute"]


def pointer_kind(driver: str, relative: bool, warps: bool) -> PointerKind:
    """How far relative counts can be trusted, by display driver (SDL 2).

    X11 (XInput 2 raw), Windows (Raw Input) and Wayland give raw counts in relative mode; macOS gives
    accelerated ones. Without relative mode there are only positions on the screen; where SDL warps the
    pointer, nothing is known, so it counts as accelerated.
    """
    if not relative:
        return "absolute"
    if warps or driver not in ("x11", "windows", "wayland", "dummy"):
        return "accelerated"
    return "raw"
