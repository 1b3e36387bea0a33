"""Arrival at a new place: after the session that opened it, once, with what moves there told apart."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pygame
import pytest

from game_client import diary
from game_client.app import App
from game_client.assets import landing
from game_client.config import Settings
from game_client.diary import Diary
from game_client.engine.capture import pixels
from game_client.engine.input import Key
from game_client.places import LEAST_S
from game_client.profiles import folder_of, local
from game_client.scenes.arrived import BOAT_S, LIGHTS_AT_S, LIGHTS_S, Arrived

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from game_client.engine.canvas import Canvas
    from game_client.engine.window import Window
    from game_client.profiles import Profile
    from game_client.scenes._context import Context

PLAYS_S = 2.5
EARLIER = ("2026-01-05", "2026-01-06")
FORMS = {
    "usual": Settings(),
    "contrast": Settings(high_contrast=True),
    "left_200": Settings(hand="left", text_scale=2.0),
}


class Somebody:
    """Answers every screen of the real game by keys, plays for some seconds, pauses and stops.

    `unwell` ticks a warning sign before play; `hasty` closes the window at the pause.
    """

    def __init__(self, *, unwell: bool = False, hasty: bool = False) -> None:
        sign = "dizzy" if unwell else "none"
        self._answers = {
            "Note": "ok", "Calibrate": "skip", "Symptoms": sign, "Pause": "" if hasty else "stop",
            "Summary": "done", "SafetyStop": "ok", "Arrived": "go_on",
        }  # fmt: skip
        self.seen: list[str] = []
        self._timer = threading.Timer(0.0, lambda: None)
        self._has_paused = False

    def tell(self, line: dict[str, Any]) -> None:
        if "screen" in line:
            self._see(line["screen"], list(line["targets"]))
        elif not self._has_paused:
            self._has_paused = True
            self._soon(PLAYS_S, [pygame.K_ESCAPE])

    def _see(self, screen: str, names: list[str]) -> None:
        if self.seen[-1:] != [screen]:
            self.seen.append(screen)
        has_played = len(set(self.seen) & {"Summary", "SafetyStop"}) > 0
        wanted = ("" if has_played else "start") if screen == "Home" else self._answers[screen]
        if screen == "Symptoms" and wanted not in names:
            wanted = "0"
        keys = [pygame.K_TAB] * (names.index(wanted) + 1) + [pygame.K_RETURN] if wanted else []
        self._soon(0.7, keys)  # screens that have just opened take no answer for half a second

    def _soon(self, seconds: float, keys: list[int]) -> None:
        """Press the keys then, unless something else is shown meanwhile; no keys: close the window."""
        self._timer.cancel()
        events = [pygame.event.Event(pygame.KEYDOWN, {"key": key, "mod": 0}) for key in keys]
        self._timer = threading.Timer(seconds, self._post, (events or [pygame.event.Event(pygame.QUIT)],))
        self._timer.daemon = True
        self._timer.start()

    @staticmethod
    def _post(events: list[pygame.event.Event]) -> None:
        for event in events:
            pygame.event.post(event)


@pytest.fixture
def profile(tmp_path: Path) -> Profile:
    """Two lanterns are lit; today lacks a second of play for the third, which opens the second place."""
    made = local(tmp_path, now_utc_ms=1)
    today = time.strftime("%Y-%m-%d")
    days = {**dict.fromkeys(EARLIER, 600.0), today: LEAST_S - 1.0}
    diary.save(Diary(play_s=days, wish_day=today, wish=2), folder_of(tmp_path, made.id))
    return made


def visit(window: Window, data: Path, profile: Profile, who: Somebody) -> tuple[list[str], Diary]:
    """Run the game until `who` has left it; returns the screens seen, and the diary after."""
    App(window, data, profile, who.tell).run(seconds=40.0)
    return who.seen, diary.load(folder_of(data, profile.id))


def test_the_place_that_a_session_opened_is_shown_after_it(
    window: Window, tmp_path: Path, profile: Profile
) -> None:
    seen, kept = visit(window, tmp_path, profile, Somebody())
    assert seen[-4:] == ["Summary", "Home", "Arrived", "Home"]
    assert (kept.way.place, kept.greeted) == (2, 2)


def test_who_leaves_in_haste_or_unwell_is_not_held_up_and_sees_the_place_later(
    window: Window, tmp_path: Path, profile: Profile
) -> None:
    seen, kept = visit(window, tmp_path, profile, Somebody(hasty=True))
    assert seen[-1] == "Pause"
    assert (kept.way.place, kept.greeted) == (2, 1), "it is reached, and still to be seen"
    seen, kept = visit(window, tmp_path, profile, Somebody(unwell=True))
    assert seen[-3:] == ["Symptoms", "SafetyStop", "Home"]
    assert kept.greeted == 1
    seen, kept = visit(window, tmp_path, profile, Somebody())
    assert seen[-2:] == ["Arrived", "Home"]
    assert kept.greeted == 2


def frame(scene: Arrived, canvas: Canvas, at_s: float) -> NDArray[np.uint8]:
    scene.draw(canvas, at_s, 1.0)
    return pixels(canvas)


def around(place: tuple[float, float], context: Context, half: int) -> tuple[slice, slice]:
    """Rows and columns of the picture around a place of the unmirrored layout."""
    x, y = round(context.look.x(place[0])), round(place[1])
    return slice(y - half, y + half), slice(x - half, x + half)


@pytest.mark.parametrize("form", sorted(FORMS))
def test_the_lantern_lights_and_the_boat_comes_in(context: Context, canvas: Canvas, form: str) -> None:
    context.settings = FORMS[form]
    scene = Arrived(context, "long_lake", lambda: None)
    scene.resume(0)
    paper = around((landing.LANTERN[0], landing.LANTERN[1] - 1.06 * landing.LANTERN_PX), context, 20)
    berth = around(landing.boat_at(1.0)[:2], context, 30)
    times = (0.0, LIGHTS_AT_S - 0.05, LIGHTS_AT_S + LIGHTS_S / 2, LIGHTS_AT_S + LIGHTS_S, 6.0)
    shots = [frame(scene, canvas, 10.0 + at_s) for at_s in times]
    glow = [float(each[paper].mean()) for each in shots]
    assert glow[0] == glow[1] < glow[2] < glow[3] == glow[4]
    assert (shots[3] == shots[4]).all()
    white = [int((each[berth] == 255).all(axis=2).sum()) for each in shots]
    assert white[0] < white[4]
    early, landed = (frame(scene, canvas, 10.0 + at_s) for at_s in (BOAT_S / 4, BOAT_S))
    assert (early[berth] == 255).all(axis=2).sum() < white[4]
    assert (landed[berth] == 255).all(axis=2).sum() == white[4]


@pytest.mark.parametrize("form", sorted(FORMS))
def test_with_reduced_motion_all_is_there_at_once(context: Context, canvas: Canvas, form: str) -> None:
    context.settings = FORMS[form]
    moved = Arrived(context, "harbour", lambda: None)
    moved.resume(0)
    frame(moved, canvas, 0.0)
    last = frame(moved, canvas, 9.0)
    context.settings = replace(FORMS[form], reduced_motion=True)
    still = Arrived(context, "harbour", lambda: None)
    still.resume(0)
    assert (frame(still, canvas, 0.0) == last).all()
    assert (frame(still, canvas, 0.8) == last).all()


def test_it_is_heard_and_left_by_one_button_or_escape(context: Context) -> None:
    left: list[int] = []
    for key in ("return", "escape"):
        scene = Arrived(context, "reed_marsh", lambda: left.append(1))
        context.stack.push(scene)
        context.stack.settle(0)
        assert scene.sentence == "A new place. Reed Marsh. A reed flute is yours to keep."
        scene.handle(Key(1_000_000_000, key))
        context.stack.settle(0)
        assert context.stack.top is None
    assert len(left) == 2


def test_only_places_of_the_river_are_reached(context: Context) -> None:
    with pytest.raises(KeyError):
        Arrived(context, "desert", lambda: None)
