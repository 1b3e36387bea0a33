"""Pictures of Ferry Crossing: on the way, at the jetty, after a crossing, in a probe, in other light."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from game_client.config import Settings
from game_client.games._view import CourseView
from game_client.games.ferry_crossing import course_waves
from shared.movement.course import centre_m

if TYPE_CHECKING:
    from collections.abc import Callable

    from game_client.engine.canvas import Canvas

    Frame = Callable[[Canvas], None]

LIMIT_M = 0.075


def course_view(
    run_s: float = 0.0, away_m: float | None = 0.0, course: int = 2, **changes: Any
) -> CourseView:
    """A moment of a course; the ferry is `away_m` right of the centre line, or hidden (None)."""
    waves = course_waves(course, 12.0, LIMIT_M)
    x_m = None if away_m is None else centre_m(waves, run_s) + away_m
    half_width_m = changes.get("half_width_m", 0.012)
    fields: dict[str, Any] = {
        "stage": "reach", "mode": "error_based", "phase": "practice", "purpose": "train",
        "cursor": None if x_m is None else (x_m, 0.0), "return_guide_m": None, "stones_done": 4,
        "stones_total": 10, "instruction": "ferry.keep_in", "effects": "medium", "trial": 5, "waves": waves,
        "run_s": run_s, "course_s": 12.0, "half_width_m": half_width_m, "limit_m": LIMIT_M,
        "start_radius_m": 0.010, "inside": None if away_m is None else abs(away_m) <= half_width_m,
        "inside_share": None,
    }  # fmt: skip
    return CourseView(**(fields | changes))


def crossing(
    until_s: float, away_m: float | None = 0.0, last_m: float | None = None, **changes: Any
) -> list[CourseView]:
    """The views of a course up to a moment; near its end the ferry moves from `away_m` to `last_m`."""
    found = []
    for k in range(round(until_s * 120)):
        t = min(1.0, max(0.0, (k / 120 - until_s + 0.8) / 0.7))
        here = (
            away_m if away_m is None or last_m is None else away_m + t * t * (3 - 2 * t) * (last_m - away_m)
        )
        found.append(course_view(k / 120, here, **changes))
    return found


def ferry_pictures(
    play: Callable[..., Frame], usual: Settings, contrast: Settings, large: Settings, left: Settings
) -> dict[str, Frame]:
    """Every picture by name; `play` draws views with the play scene."""
    inside = crossing(4.2, 0.002)
    outside = crossing(7.0, 0.004, 0.022)
    jetty = [course_view(0.0, 0.003, stage="hold", hold_fraction=0.6, inside=None, course=4)]
    over = [
        *crossing(12.0, 0.003),
        course_view(12.0, 0.003, stage="feedback", inside=None, inside_share=0.86, success=True),
    ]
    short = [
        *crossing(12.0, 0.010),
        course_view(12.0, 0.010, stage="feedback", inside=None, inside_share=0.54, success=False),
    ]
    probe = crossing(5.0, None, phase="probe", effects="none", instruction="ferry.probe", inside=None)
    return {
        "50_ferry": play(usual, inside, after_s=0),
        "51_ferry_outside": play(usual, outside, after_s=0),
        "52_ferry_jetty": play(usual, jetty),
        "53_ferry_crossed": play(usual, over, after_s=0.1),
        "54_ferry_short": play(usual, short, after_s=0.1),
        "55_ferry_probe": play(usual, probe, after_s=0),
        "56_ferry_assess": play(usual, crossing(9.0, 0.016, purpose="assess", effects="none"), after_s=0),
        "57_ferry_high_contrast": play(contrast, outside, after_s=0),
        "58_ferry_contrast_crossed": play(contrast, over, after_s=0.1),
        "59_ferry_text_200": play(large, inside, after_s=0),
        "60_ferry_left_hand": play(left, outside, after_s=0),
        "61_ferry_dusk": play(usual, inside, "dusk_glade", after_s=0),
        "62_ferry_stars": play(usual, inside, "star_hill", after_s=0),
        "63_ferry_wide": play(usual, crossing(6.0, 0.0, half_width_m=0.030), after_s=0),
        "64_ferry_narrow": play(usual, crossing(6.0, 0.0, half_width_m=0.005), after_s=0),
    }
