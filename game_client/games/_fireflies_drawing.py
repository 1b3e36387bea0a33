"""Draws Fireflies from its `ReachView` alone: an evenly dotted arc, five lights or none, and a jar.

The arc lies where the reach ends, 300 pixels from the start stone. Nothing is drawn of the hand while it
moves. Hand space is never mirrored; only the layout around it is.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from game_client.assets import glade
from game_client.engine import geometry
from game_client.engine.look import WIDTH
from game_client.engine.palette import CREAM, CUE, TARGET, WHITE, mix
from game_client.games._jar import Jar
from game_client.games._stones import Stones

if TYPE_CHECKING:
    from game_client.engine.canvas import Canvas
    from game_client.engine.geometry import Xy
    from game_client.engine.look import Look
    from game_client.games._view import Point, ReachView
    from game_client.words import Words

REACH_PX = 300.0
_ARC_HALF_DEG, _ARC_DOTS = 44.0, 15
_PLACES = ((-37.0, 1.00), (-19.0, 1.13), (0.0, 1.00), (19.0, 1.13), (37.0, 1.00))
"""Where the five lights come on, as degrees beside the target and shares of the reach: always the same."""
_LIGHTS_FULL_S, _LIGHTS_OUT_S = 0.4, 0.5
_STONE_PX = 66.0
_MOTHS = 14


class Drawing:
    """Holds the pictures, made once, and when a stage began."""

    def __init__(
        self, look: Look, words: Words, context: str = "dusk_glade", mode: str = "reward_based"
    ) -> None:
        self.look = look
        contrast = look.high_contrast
        place = glade.place_of(context)
        self._ground = glade.ground(place, look.mirrored, contrast)
        self._stone = {lit: glade.stone(lit, contrast) for lit in (False, True)}
        self._flies = glade.flies(contrast)
        self._glow = glade.glow()
        self._moths = [] if contrast else glade.moths(place)
        self._fern = None if contrast else glade.fern(place)
        self._guide = WHITE if contrast else mix(CREAM, place.land[1], 0.25)
        self._jar, self._stones = Jar(look), Stones(look)
        self.centre: Xy = (look.x(glade.CENTRE[0]), glade.CENTRE[1])
        self._px_per_m = REACH_PX / 0.10
        self._stage: tuple[int, str] = (-1, "")
        self._stage_s = 0.0
        self._air_s = 0.0
        self._last_s: float | None = None

    def to_screen(self, point: Point) -> Xy:
        """Metres of hand space to canvas pixels."""
        return self.centre[0] + point[0] * self._px_per_m, self.centre[1] - point[1] * self._px_per_m

    def draw(self, canvas: Canvas, view: ReachView, now_s: float) -> None:
        """Draw one frame at `now_s` (seconds of any steady clock)."""
        self._px_per_m = REACH_PX / view.reach_m
        self._follow(view, now_s)
        canvas.draw(self._ground)
        self._draw_air(canvas, view)
        self._draw_stone(canvas, view)
        if view.target is not None:
            self._draw_arc(canvas, view.target)
            if view.stage == "feedback" and view.rewarded:
                self._draw_lights(canvas, view.target, now_s - self._stage_s)
        if view.return_guide_m is not None:
            # A ring as wide as the hand is far: it shrinks onto the stone, and never says from where.
            radius = max(_STONE_PX + 8.0, min(330.0, view.return_guide_m * self._px_per_m))
            canvas.hoop(*self.centre, radius, 5, self._guide)
        if view.phase != "probe" and view.effects != "none":
            self._jar.draw(canvas, view.lights)

    def draw_reading_column(self, canvas: Canvas, view: ReachView, top: float, beside: float = 0) -> None:
        """Draw the progress stones where there is no jar: in a probe and an assessment."""
        if view.stones_total and (view.phase == "probe" or view.effects == "none"):
            self._stones.draw(canvas, view.stones_done, view.stones_total, top, beside)

    def draw_card(self, canvas: Canvas, view: ReachView) -> float | None:
        """There is no card: the instruction stands on its slip."""
        return None

    def _follow(self, view: ReachView, now_s: float) -> None:
        if (view.trial, view.stage) != self._stage:
            self._stage, self._stage_s = (view.trial, view.stage), now_s
        passed_s = 0.0 if self._last_s is None else max(0.0, min(0.1, now_s - self._last_s))
        self._last_s = now_s
        still = view.effects in ("none", "low") or view.phase == "probe" or self.look.reduced_motion
        self._air_s += 0.0 if still else passed_s

    def _draw_air(self, canvas: Canvas, view: ReachView) -> None:
        """Specks that drift, and ferns that sway: the same whatever a sweep brought."""
        for k in range(_MOTHS if self._moths else 0):
            way = self._air_s * (0.05 + 0.011 * (k % 5)) + 0.61 * k
            x = 420 + (k * 173) % 800 + 34 * math.sin(way + k)
            y = 210 + (k * 97) % 330 + 22 * math.sin(1.7 * way)
            canvas.draw(self._moths[k % 3], self.look.x(x), y, 0.5 + 0.5 * math.sin(2.3 * way) ** 2)
        if self._fern is None:
            return
        for k, x in enumerate((352.0, 1180.0)):
            sway = 5.0 * math.sin(0.8 * self._air_s + 2.0 * k)
            canvas.draw(self._fern, self.look.x(x) + sway, 728.0)

    def _draw_stone(self, canvas: Canvas, view: ReachView) -> None:
        """The start says only whether the hand is there: the stone lights up when it is."""
        x, y = self.centre
        canvas.draw(self._stone[view.stage in ("hold", "reach")], x, y)
        if view.stage == "hold":
            colour = CUE if self.look.high_contrast else TARGET
            steps = max(2, round(48 * view.hold_fraction))
            turns = [math.tau * view.hold_fraction * k / steps - math.pi / 2 for k in range(steps + 1)]
            path = [(x + 76.0 * math.cos(a), y + 31.0 * math.sin(a)) for a in turns]
            canvas.ribbon(path, [8.0] * len(path), colour)

    def _draw_arc(self, canvas: Canvas, target: Point) -> None:
        deg = math.degrees(math.atan2(target[1], target[0]))
        size, colour = (6.0, WHITE) if self.look.high_contrast else (5.0, CREAM)
        for k in range(_ARC_DOTS):
            offset = -_ARC_HALF_DEG + 2 * _ARC_HALF_DEG * k / (_ARC_DOTS - 1)
            canvas.disc(*geometry.polar(*self.centre, REACH_PX, deg + offset), size, colour, 0.9)

    def _draw_lights(self, canvas: Canvas, target: Point, since_s: float) -> None:
        strength = 1.0 - max(0.0, min(1.0, (since_s - _LIGHTS_FULL_S) / _LIGHTS_OUT_S))
        if strength <= 0.0:
            return
        deg = math.degrees(math.atan2(target[1], target[0]))
        for fly, (beside, share) in zip(self._flies, _PLACES, strict=True):
            x, y = geometry.polar(*self.centre, REACH_PX * share, deg + beside)
            if not self.look.high_contrast and strength > 0.5:
                canvas.light(self._glow, x, min(y, 700.0))
            canvas.draw(fly, min(max(x, 40.0), WIDTH - 40.0), y, strength)


DRAWING = Drawing
