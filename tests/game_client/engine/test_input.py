"""Events become values with their own stamp; what relative counts are worth depends on the display."""

from __future__ import annotations

import pygame
import pytest

from game_client.engine import input as inputs
from game_client.engine.input import pointer_kind, translate


def there(position: tuple[float, float]) -> tuple[float, float]:
    return position[0] / 2, position[1] / 2


@pytest.mark.parametrize(
    ("event", "value"),
    [
        ((pygame.KEYDOWN, {"key": pygame.K_SPACE, "mod": 0}), inputs.Key(7, "space")),
        ((pygame.KEYDOWN, {"key": pygame.K_TAB, "mod": pygame.KMOD_LSHIFT}), inputs.Key(7, "tab", True)),
        ((pygame.MOUSEBUTTONDOWN, {"button": 1, "pos": (20, 40)}), inputs.Pressed(7, 10, 20, 1)),
        ((pygame.MOUSEBUTTONUP, {"button": 1, "pos": (20, 40)}), inputs.Released(7, 10, 20, 1)),
        ((pygame.MOUSEBUTTONDOWN, {"button": 4, "pos": (20, 40)}), None),
        ((pygame.MOUSEWHEEL, {"y": -2}), inputs.Wheel(7, -2)),
        ((pygame.JOYBUTTONDOWN, {"button": 3}), inputs.JoystickButton(7, 3)),
        ((pygame.JOYHATMOTION, {"value": (1, 0)}), inputs.JoystickHat(7, 1, 0)),
        (
            (pygame.JOYAXISMOTION, {"axis": 1, "value": 0.25, "instance_id": 3}),
            inputs.JoystickAxis(7, 1, 0.25, 3),
        ),
        ((pygame.WINDOWFOCUSLOST, {}), inputs.Focus(7, False)),
        ((pygame.WINDOWFOCUSGAINED, {}), inputs.Focus(7, True)),
        ((pygame.WINDOWMINIMIZED, {}), inputs.Focus(7, False)),
        ((pygame.WINDOWLEAVE, {}), inputs.PointerOut(7)),
        ((pygame.QUIT, {}), inputs.Quit(7)),
        ((pygame.KEYUP, {"key": pygame.K_SPACE}), None),
        ((pygame.FINGERDOWN, {}), None),
    ],
)
def test_translate(event: tuple[int, dict[str, object]], value: object) -> None:
    assert translate(pygame.event.Event(*event), 7, False, there) == value


def test_motion_is_counts_in_play_and_a_place_in_menus() -> None:
    motion = pygame.event.Event(pygame.MOUSEMOTION, {"pos": (100, 60), "rel": (5, -3)})
    assert translate(motion, 9, True, there) == inputs.Counts(9, 5, -3)
    assert translate(motion, 9, False, there) == inputs.Moved(9, 50, 30)


@pytest.mark.parametrize(
    ("driver", "relative", "warps", "kind"),
    [
        ("x11", True, False, "raw"),
        ("windows", True, False, "raw"),
        ("wayland", True, False, "raw"),
        ("cocoa", True, False, "accelerated"),
        ("x11", True, True, "accelerated"),
        ("x11", False, False, "absolute"),
    ],
)
def test_what_the_pointer_is_worth(driver: str, relative: bool, warps: bool, kind: str) -> None:
    assert pointer_kind(driver, relative, warps) == kind
