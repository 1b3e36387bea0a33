"""A schematic person or hand, drawn from what a tracker found and never from a picture; as in a mirror."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING

from game_client.assets import waters
from game_client.assets.advice import PERSON, SKIN
from game_client.camera.tracker import (
    KNUCKLE,
    LEFT_HIP,
    LEFT_SHOULDER,
    NOSE,
    RIGHT_HIP,
    RIGHT_SHOULDER,
    TIP,
    WRIST,
)
from game_client.engine.geometry import ellipse, turned
from game_client.engine.palette import BLACK, CUE, INACTIVE, INK, TARGET, WHITE, Rgb, mix, rgb

if TYPE_CHECKING:
    from collections.abc import Sequence

    from game_client.engine.canvas import Canvas
    from game_client.engine.geometry import Xy
    from game_client.engine.look import Look
    from game_client.engine.painter import Sprite

_VISIBLE = 0.5
_FACE_STEP = 6
_SHIRT_SHADE = mix(PERSON, BLACK, 0.16)
_NECK = rgb("#D2CFC0")  # a shade darker than the pebble that is the face
# A hand pointing up, its wrist at 0, 0 and the root of its middle finger at 0, 100; the thumb to the left.
_FINGERS = (((2.0, 92.0), (2.0, 196.0)), ((24.0, 88.0), (30.0, 178.0)), ((43.0, 76.0), (56.0, 146.0)))
_THUMB = ((-20.0, 22.0), (-58.0, 62.0), (-72.0, 98.0))
_PALM = (
    (-26.0, 0.0),
    (-36.0, 50.0),
    (-34.0, 96.0),
    (2.0, 106.0),
    (38.0, 96.0),
    (54.0, 74.0),
    (40.0, 30.0),
    (26.0, 0.0),
)


@lru_cache(maxsize=40)
def _face(radius: int, high_contrast: bool) -> Sprite:
    return waters.pebble_face(2, radius, high_contrast)


def draw_body(canvas: Canvas, points: Sequence[Xy], seen: Sequence[bool], look: Look) -> None:
    """Draw a person from five places on the canvas, in the order of a body's points."""
    left, right = points[LEFT_SHOULDER], points[RIGHT_SHOULDER]
    wide = math.dist(left, right)
    if wide < 8.0:
        return
    skin, shirt, shade = (INACTIVE, WHITE, INACTIVE) if look.high_contrast else (_NECK, PERSON, _SHIRT_SHADE)
    nose, middle = points[NOSE], ((left[0] + right[0]) / 2, (left[1] + right[1]) / 2)
    hips = [points[each] for each in (LEFT_HIP, RIGHT_HIP)]
    if not (seen[LEFT_HIP] and seen[RIGHT_HIP]):
        hips = [(middle[0] + side * 0.4 * (left[0] - right[0]), middle[1] + 1.7 * wide) for side in (1, -1)]
    for shoulder, hip in ((left, hips[0]), (right, hips[1])):
        out = math.copysign(0.16 * wide, shoulder[0] - middle[0])
        elbow = (shoulder[0] + out, shoulder[1] + 0.75 * wide)
        _limb(canvas, [shoulder, elbow, (hip[0] + 0.7 * out, hip[1] + 0.2 * wide)], 0.30 * wide, shade)
    _limb(canvas, [(nose[0], nose[1] + 0.1 * wide), (middle[0], middle[1] - 0.02 * wide)], 0.24 * wide, skin)
    _limb(canvas, [left, right], 0.32 * wide, shirt)
    canvas.polygon([left, right, hips[1], hips[0]], shirt)
    _limb(canvas, [left, hips[0]], 0.28 * wide, shirt)
    _limb(canvas, [right, hips[1]], 0.28 * wide, shirt)
    if not look.high_contrast:
        collar = ellipse(middle[0], middle[1] - 0.13 * wide, 0.17 * wide, 0.13 * wide)
        canvas.polygon(collar, skin)
    radius = _FACE_STEP * max(2, round(0.34 * wide / _FACE_STEP))
    canvas.draw(_face(radius, look.high_contrast), nose[0], nose[1] - 0.06 * wide)


def draw_hand(canvas: Canvas, points: Sequence[Xy], look: Look) -> None:
    """Draw a hand from three places on the canvas, in the order of a hand's points."""
    wrist, knuckle, tip = points[WRIST], points[KNUCKLE], points[TIP]
    size = math.dist(wrist, knuckle) / 100.0
    if size < 0.08:
        return
    angle = math.degrees(math.atan2(wrist[1] - knuckle[1], knuckle[0] - wrist[0])) - 90.0
    across = (knuckle[0] - wrist[0]) * (tip[1] - wrist[1]) - (knuckle[1] - wrist[1]) * (tip[0] - wrist[0])
    side = 1.0 if across <= 0.0 else -1.0

    def at(spots: Sequence[Xy]) -> list[Xy]:
        return turned([(side * x, -y) for x, y in spots], angle, wrist[0], wrist[1], size)

    fill, edge = (BLACK, WHITE) if look.high_contrast else (SKIN, INK)
    index = [*at([(-22.0, 88.0)]), tip]
    for grow, tone in ((max(5.0, 9 * size), edge), (0.0, fill)):
        _limb(canvas, at([(0.0, 10.0), (0.0, -70.0)]), 52 * size + grow, tone)
        _limb(canvas, at(_THUMB), 21 * size + grow, tone)
        for finger in _FINGERS:
            _limb(canvas, at(finger), 20 * size + grow, tone)
        _limb(canvas, index, 20 * size + grow, tone)
        _blob(canvas, at(_PALM), grow, tone)
    canvas.hoop(*tip, 12.0, 9, edge)
    canvas.hoop(*tip, 12.0, 5, CUE if look.high_contrast else TARGET)


def _limb(canvas: Canvas, spots: Sequence[Xy], width: float, tone: Rgb) -> None:
    canvas.ribbon(spots, [width] * len(spots), tone)
    for x, y in spots:
        canvas.polygon(ellipse(x, y, width / 2), tone)


def _blob(canvas: Canvas, spots: Sequence[Xy], grow: float, tone: Rgb) -> None:
    x, y = (sum(each[k] for each in spots) / len(spots) for k in (0, 1))
    canvas.polygon([_away(each, (x, y), grow / 2) for each in spots], tone)


def _away(spot: Xy, middle: Xy, by: float) -> Xy:
    share = 1.0 + by / math.dist(spot, middle)
    return middle[0] + share * (spot[0] - middle[0]), middle[1] + share * (spot[1] - middle[1])
