"""Set-up checks before play with a camera: light, distance, in the picture, one person; a sentence each.

Pure functions over what the capture process shares. A check passes by itself once it has been right for a
second; the limits are Movere's own, from pictures of a drawn hand and one photograph, and were never tried in
a home.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from game_client.camera.tracker import KNUCKLE, LEFT_SHOULDER, NOSE, RIGHT_SHOULDER, TIP, WRIST

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from game_client.camera.light import Light
    from game_client.camera.ring import Result
    from game_client.camera.tracker import Point

About = Literal["light", "distance", "frame", "people"]

PASS_AFTER_S = 1.0
_BLACK_SHARE, _DARK_MEAN = 0.95, 45.0
_WHITE_SHARE, _BRIGHT_MEAN = 0.4, 215.0
_FROZEN_S = 1.0
_HAND = (0.07, 0.25)  # wrist to the root of the middle finger, picture widths
_SHOULDERS = (0.12, 0.50)  # picture widths
_EDGE = 0.02  # picture widths
_VISIBLE = 0.5


@dataclass(frozen=True, slots=True)
class Check:
    """`code` is `right`, or what is wrong in one word for the picture shown; `sentence` is then not empty."""

    about: About
    code: str
    sentence: str = ""

    @property
    def is_right(self) -> bool:
        return self.code == "right"


def checks(result: Result, of: Literal["hand", "body"]) -> tuple[Check, ...]:
    """Return the four checks of a frame for play by hand or by body."""
    return (
        light(result.light),
        distance(result.points, of),
        in_frame(result.points, of, result.aspect),
        one_person(result.people),
    )


def light(measured: Light) -> Check:
    """Black, frozen, dark, bright, in this order: a black picture is also frozen and dark."""
    if measured.black >= _BLACK_SHARE:
        return Check("light", "black", "The picture is black: uncover the camera, or switch a lamp on.")
    if measured.still_s >= _FROZEN_S:
        return Check("light", "frozen", "The picture stands still: unplug the camera and plug it in again.")
    if measured.mean < _DARK_MEAN:
        return Check("light", "dark", "It is too dark: switch a lamp on, in front of you.")
    if measured.white >= _WHITE_SHARE or measured.mean > _BRIGHT_MEAN:
        return Check("light", "bright", "It is too bright: turn away from the window or the lamp.")
    return Check("light", "right")


def distance(points: Sequence[Point], of: Literal["hand", "body"]) -> Check:
    """By the hand's size or the shoulders' width in the picture."""
    if not points:
        return _unseen("distance", of)
    one, other, (least, most) = (
        (WRIST, KNUCKLE, _HAND) if of == "hand" else (LEFT_SHOULDER, RIGHT_SHOULDER, _SHOULDERS)
    )
    size = math.hypot(points[one].x - points[other].x, points[one].y - points[other].y)
    what = "Your hand is" if of == "hand" else "You are"
    if size < least:
        return Check("distance", "too_far", f"{what} too far away: come nearer to the camera.")
    if size > most:
        return Check("distance", "too_near", f"{what} too near: move back from the camera.")
    return Check("distance", "right")


def in_frame(points: Sequence[Point], of: Literal["hand", "body"], aspect: float) -> Check:
    """Every point that play needs lies inside the picture; `aspect` is its height over its width."""
    if not points:
        return _unseen("frame", of)
    needed = (TIP, WRIST, KNUCKLE) if of == "hand" else (NOSE, LEFT_SHOULDER, RIGHT_SHOULDER)
    for place in needed:
        point = points[place]
        inside = abs(point.x) <= 0.5 - _EDGE and abs(point.y) <= aspect / 2 - _EDGE
        if not inside or point.confidence < _VISIBLE:
            part = "hand" if of == "hand" else "head and both shoulders"
            return Check("frame", "cut_off", f"The picture cuts you off: move until your {part} can be seen.")
    return Check("frame", "right")


def one_person(people: int | None) -> Check:
    """Untold, or nobody's face, is right: a hand may be alone in the picture."""
    if people is not None and people > 1:
        return Check("people", "several", "Somebody else is in the picture: only you should be seen.")
    return Check("people", "right")


def right_since(earlier: Mapping[About, float], found: Iterable[Check], t_s: float) -> dict[About, float]:
    """Return since when each check has been right without a break, seconds; wrong ones are absent."""
    return {each.about: earlier.get(each.about, t_s) for each in found if each.is_right}


def passed(since: Mapping[About, float], t_s: float) -> frozenset[About]:
    """Return the checks that have been right for a second at t_s."""
    return frozenset(about for about, first_s in since.items() if t_s - first_s >= PASS_AFTER_S)


def _unseen(about: About, of: Literal["hand", "body"]) -> Check:
    if of == "hand":
        return Check(about, "not_seen", "No hand is seen: hold your open hand before the camera.")
    return Check(about, "not_seen", "Nobody is seen: sit or stand before the camera.")
