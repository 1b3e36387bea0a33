"""Look at what SDL finds on this machine, without opening a window."""

from __future__ import annotations

from dataclasses import dataclass

import pygame


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
