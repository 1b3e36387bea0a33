"""What a run through a clip with known truth measured: detection, error in pixels, and times."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from game_client.camera.body import posture
from game_client.camera.tracker import LEFT_SHOULDER, NOSE, RIGHT_SHOULDER, TIP
from tests.game_client.camera import drawn_hand, moved_person

if TYPE_CHECKING:
    from collections.abc import Sequence

    from game_client.camera.ring import Result
    from game_client.camera.tracker import Point


@dataclass(frozen=True)
class Measures:
    """`share` of frames with a detection; errors in pixels; `ms` from capture to result; `lean_slope` the
    degrees of shoulder line told for a degree leant (nan for a hand)."""

    share: float
    error_median_px: float
    error_p95_px: float
    ms_median: float
    ms_p95: float
    lean_slope: float = math.nan


def hand_measures(results: Sequence[Result]) -> Measures:
    """Of the drawn hand: the index finger's tip against where it was drawn."""
    errors = [
        math.dist(_px(each.points[TIP]), drawn_hand.tip(each.number - 1)) for each in results if each.points
    ]
    return _measures(results, errors)


def body_measures(results: Sequence[Result]) -> Measures:
    """Of the moved photograph: nose and shoulders against their places at rest, moved by the known matrix.

    The places at rest are the median of what the tracker finds wherever the path is near its middle.
    """
    kept = [each for each in results if each.points]
    places = (NOSE, LEFT_SHOULDER, RIGHT_SHOULDER)
    got = np.array([[_px(each.points[place]) for place in places] for each in kept])
    frames = [each.number - 1 for each in kept]
    near = [index for index, frame in enumerate(frames) if _is_near_rest(frame)]
    rest = np.median(got[near], axis=0)
    true = np.array([[moved_person.moved(tuple(place), frame) for place in rest] for frame in frames])
    errors = np.linalg.norm(got - true, axis=2).ravel()
    leaning = [index for index, frame in enumerate(frames) if frame >= moved_person.FRAMES / 2]
    leant = [-moved_person.path(frames[index])[1] for index in leaning]
    told = [found.tilt_deg if (found := posture(kept[index].points)) else math.nan for index in leaning]
    whole = np.isfinite(told)
    slope = float(np.polyfit(np.array(leant)[whole], np.array(told)[whole], 1)[0])
    return _measures(results, errors.tolist(), slope)


def _is_near_rest(frame: int) -> bool:
    sideways_px, lean_deg = moved_person.path(frame)
    return abs(sideways_px) < 0.1 * moved_person.SIDEWAYS_PX and abs(lean_deg) < 0.1 * moved_person.LEAN_DEG


def _px(point: Point) -> tuple[float, float]:
    """Both clips are 640 by 480."""
    return drawn_hand.WIDTH * (point.x + 0.5), drawn_hand.HEIGHT / 2 + drawn_hand.WIDTH * point.y


def _measures(results: Sequence[Result], errors_px: list[float], slope: float = math.nan) -> Measures:
    took_ms = [(each.done_ns - each.t_ns) * 1e-6 for each in results]
    return Measures(
        share=sum(bool(each.points) for each in results) / len(results),
        error_median_px=float(np.median(errors_px)),
        error_p95_px=float(np.percentile(errors_px, 95)),
        ms_median=float(np.median(took_ms)),
        ms_p95=float(np.percentile(took_ms, 95)),
        lean_slope=slope,
    )
