"""Look at what SDL finds on this machine, without opening a window."""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pygame

from game_client.engine.input import Stick

_LINUX_INPUTS = Path("/proc/bus/input/devices")


@dataclass(frozen=True, slots=True)
class Probe:
    """Names of what works; a `_problem` is empty where there is none."""

    sdl: str
    display: str = ""
    display_problem: str = ""
    audio: str = ""
    audio_problem: str = ""


def look(*, display: bool) -> Probe:
    """Try display (when there should be one) and sound, and close them again."""
    name = display_problem = audio = audio_problem = ""
    if display:
        was_open = pygame.display.get_init()  # a window that is open stays open
        try:
            pygame.display.init()
            width, height = pygame.display.get_desktop_sizes()[0]
            name = f"{pygame.display.get_driver()}, {width} × {height}"
        except (pygame.error, IndexError) as error:
            display_problem = f"no window can open: {error}"
        finally:
            if not was_open:
                pygame.display.quit()
    had_sound = pygame.mixer.get_init() is not None
    try:
        pygame.mixer.init()
        audio = pygame.mixer.get_driver()
    except (pygame.error, NotImplementedError) as error:
        audio_problem = str(error)
    finally:
        if not had_sound:
            pygame.mixer.quit()
    version = ".".join(map(str, pygame.get_sdl_version()))
    return Probe(
        f"SDL {version}, pygame-ce {pygame.version.ver}", name, display_problem, audio, audio_problem
    )


def has_mouse(inputs: Path = _LINUX_INPUTS) -> bool:
    """Whether a mouse or touchpad is there; where that can't be known (or nothing is listed), yes."""
    if not sys.platform.startswith("linux"):
        return True
    try:
        listed = inputs.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return True
    return "mouse" in listed or "H: Handlers=" not in listed


def sticks(watch_s: float = 0.0) -> list[list[Stick]]:
    """Look at the joysticks, again and again for so many seconds: a list of readings, each of all sticks.

    Without a display they are looked at once: SDL reads them only while it handles a window system.
    """
    had_sticks, had_display = pygame.joystick.get_init(), pygame.display.get_init()
    try:
        pygame.joystick.init()
        found = [pygame.joystick.Joystick(each) for each in range(pygame.joystick.get_count())]
        readings = [[stick_of(each) for each in found]]
        if found and watch_s:
            pygame.display.init()
            until_s = time.monotonic() + watch_s
            while time.monotonic() < until_s:
                time.sleep(0.02)
                pygame.event.pump()
                readings.append([stick_of(each) for each in found])
        return readings
    except pygame.error:
        return [[]]
    finally:
        if not had_display:
            pygame.display.quit()
        if not had_sticks:
            pygame.joystick.quit()


def stick_of(found: pygame.joystick.JoystickType) -> Stick:
    """Read where an open joystick stands."""
    axes = tuple(found.get_axis(each) for each in range(found.get_numaxes()))
    return Stick(found.get_instance_id(), found.get_name(), axes)
