"""The hand is where the first finger is, in the hand space that lies on the screen; lifted, it is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pygame

from game_client.devices.touch import Touch
from game_client.engine.input import Finger, Pressed
from shared.wire.streams import FLAG_LOST

if TYPE_CHECKING:
    from game_client.engine.window import Window


def test_a_finger_is_the_hand_and_lifting_it_loses_it() -> None:
    touch = Touch()
    touch.lay((700.0, 400.0), 2000.0)
    touch.handle(Finger(10, 4, 900.0, 300.0, True))
    assert touch.at(9) == (0, 0, 0, FLAG_LOST)
    assert touch.at(10) == (100_000, 50_000, 100, 0)
    touch.handle(Finger(20, 4, 700.0, 400.0, False))
    assert touch.at(30) == (0, 0, 0, FLAG_LOST)
    assert touch.take_rows() == ("raw_points", [(10, 100_000, 50_000, 100), (20, 0, 0, 0)])


def test_a_second_finger_or_the_palm_does_not_move_the_hand() -> None:
    touch = Touch()
    touch.handle(Finger(1, 1, 640.0, 360.0, True))
    touch.handle(Finger(2, 2, 100.0, 100.0, True))
    touch.handle(Finger(3, 2, 100.0, 100.0, False))
    assert touch.at(5) == (0, 0, 100, 0)


def test_the_windows_fingers_are_canvas_places_and_their_clicks_are_known(window: Window) -> None:
    place = {"touch_id": 1, "finger_id": 3, "x": 0.5, "y": 0.25, "dx": 0.0, "dy": 0.0}
    down = window.translate(pygame.event.Event(pygame.FINGERDOWN, place), 7)
    assert down == Finger(7, 3, 640.0, 180.0, True)
    up = window.translate(pygame.event.Event(pygame.FINGERUP, place), 8)
    assert isinstance(up, Finger) and not up.down
    click = pygame.event.Event(pygame.MOUSEBUTTONDOWN, {"button": 1, "pos": (2, 2), "touch": True})
    assert window.translate(click, 9) == Pressed(9, 2, 2, 1, by_touch=True)
