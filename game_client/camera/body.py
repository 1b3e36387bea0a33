"""What a body's points say of posture: one camera in front, so angles in its plane, and ratios elsewhere.

Points are in picture widths from the picture's centre, y down, the picture not mirrored. Sideways is positive
towards the person's own right. Lengths are in the person's own shoulder widths, since a picture has no scale.
How far the trunk leans fore or aft can't be seen from in front: `nearer` only says how the shoulders grow or
shrink against a neutral pose of the same person before the same camera.
"""

from __future__ import annotations

import math
import statistics
from typing import TYPE_CHECKING, NamedTuple

from game_client.camera.tracker import LEFT_HIP, LEFT_SHOULDER, NOSE, RIGHT_HIP, RIGHT_SHOULDER
from shared.movement.shoulders import TRUNK_WIDTHS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from game_client.camera.tracker import Point

VISIBLE, HIPS_VISIBLE = 0.5, 0.9
"""A tracker guesses hips that a desk or the picture's edge hides, with a confidence about a half: a lean that
came now from them and now from the shoulders would jump."""
_LEAST_SHOULDERS = 0.02  # picture widths; less is a person seen from the side, or nobody


class Posture(NamedTuple):
    """One frame's posture.

    `tilt_deg`: the shoulder line against the picture's horizontal; `lean_deg`: the trunk, from the line
    between the middles of hips and shoulders where both hips are visible (`from_hips`), else the tilt.
    `centre_x`, `centre_y`: the point that stands for weight shift, the middle of the hips where visible,
    else of the shoulders, in shoulder widths, y up. `shoulder_x`, `shoulder_y`: the middle of the shoulders
    likewise. `head_x`, `head_y`: the nose from there. `width`: shoulders in picture widths. `confidence`
    0..1: the lesser of the two shoulders'.
    """

    lean_deg: float
    tilt_deg: float
    from_hips: bool
    centre_x: float
    centre_y: float
    shoulder_x: float
    shoulder_y: float
    head_x: float
    head_y: float
    width: float
    confidence: float


class Change(NamedTuple):
    """A posture against the neutral one: degrees, shoulder widths, and `nearer` as a share (0.1: the
    shoulders look a tenth wider, so the trunk is nearer to the camera)."""

    lean_deg: float
    tilt_deg: float
    shift: float
    nearer: float
    head_x: float
    head_y: float


def posture(points: Sequence[Point]) -> Posture | None:
    """Return the posture of a body's five points; None when a shoulder is not visible or they coincide."""
    if len(points) <= RIGHT_HIP:
        return None
    left, right = points[LEFT_SHOULDER], points[RIGHT_SHOULDER]
    confidence = min(left.confidence, right.confidence)
    width = math.hypot(left.x - right.x, left.y - right.y)
    if confidence < VISIBLE or width < _LEAST_SHOULDERS or left.x <= right.x:
        return None
    tilt_deg = math.degrees(math.atan2(right.y - left.y, left.x - right.x))
    shoulder_x, shoulder_y = (left.x + right.x) / 2, (left.y + right.y) / 2
    hips = points[LEFT_HIP], points[RIGHT_HIP]
    from_hips = min(each.confidence for each in hips) >= HIPS_VISIBLE
    lean_deg, centre_x, centre_y = tilt_deg, shoulder_x, shoulder_y
    if from_hips:
        centre_x, centre_y = (hips[0].x + hips[1].x) / 2, (hips[0].y + hips[1].y) / 2
        lean_deg = math.degrees(math.atan2(centre_x - shoulder_x, centre_y - shoulder_y))
    nose = points[NOSE]
    return Posture(
        lean_deg=lean_deg,
        tilt_deg=tilt_deg,
        from_hips=from_hips,
        centre_x=-centre_x / width,
        centre_y=-centre_y / width,
        shoulder_x=-shoulder_x / width,
        shoulder_y=-shoulder_y / width,
        head_x=-(nose.x - shoulder_x) / width,
        head_y=-(nose.y - shoulder_y) / width,
        width=width,
        confidence=confidence,
    )


def middle(postures: Iterable[Posture]) -> Posture:
    """Return the median of each measure; those with hips where these are the most, else the others."""
    every = list(postures)
    hips = [each for each in every if each.from_hips]
    kept = hips if 2 * len(hips) > len(every) else [each for each in every if not each.from_hips]
    medians = (statistics.median(values) for values in zip(*kept, strict=True))
    found = Posture(*medians)
    return found._replace(from_hips=bool(found.from_hips))


def change(now: Posture, neutral: Posture) -> Change:
    """Return how a posture differs from the neutral one; lengths are in the neutral's shoulder widths.

    Where only one of the two shows the hips, both are taken from the shoulders. A lean is then how far the
    middle of the shoulders went sideways, over a trunk's usual length: whoever moves the seat aside seems to
    lean. (The shoulders' own line tells a lean too, but a tracker's error turns it by a degree or two.)
    """
    scale = now.width / neutral.width
    hips = now.from_hips and neutral.from_hips
    then_x, now_x = neutral.centre_x, now.centre_x
    then_lean, now_lean = neutral.lean_deg, now.lean_deg
    if not hips:
        then_x, now_x = neutral.shoulder_x, now.shoulder_x
        aside = max(-1.0, min(1.0, (now_x * scale - then_x) / TRUNK_WIDTHS))
        then_lean, now_lean = 0.0, math.degrees(math.asin(aside))
    return Change(
        lean_deg=now_lean - then_lean,
        tilt_deg=now.tilt_deg - neutral.tilt_deg,
        shift=now_x * scale - then_x,
        nearer=scale - 1.0,
        head_x=now.head_x * scale - neutral.head_x,
        head_y=now.head_y * scale - neutral.head_y,
    )
