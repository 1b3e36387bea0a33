"""Draws Stargazer from its `StillView` alone: the view does not say where the body is."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from game_client.assets import stars
from game_client.engine.palette import CUE, TARGET, WHITE, rgb
from game_client.games._stones import Stones

if TYPE_CHECKING:
    from game_client.engine.canvas import Canvas
    from game_client.engine.geometry import Xy
    from game_client.engine.look import Look
    from game_client.engine.painter import Sprite
    from game_client.games._view import Point, StillView
    from game_client.words import Words

_FEET: Xy = (508.0, 640.0)
_PX_PER_M = 2400.0
_APPEAR_S, _FADE_S, _RIM_S = 0.35, 0.5, 0.3
_REST_PX = 58
_LINE = rgb("#F5E7B8")
_TWINKLES = ((420, 60), (508, 190), (1080, 250), (1150, 400), (1216, 210), (420, 330), (600, 30), (1020, 60))


class Drawing:
    """Holds the pictures, made once, and what fades between frames: the stars and the lens's rim."""

    def __init__(
        self, look: Look, words: Words, context: str = "harbour", mode: str = "reward_based"
    ) -> None:
        self.look = look
        contrast = look.high_contrast
        self._night = stars.night(stars.place_of(context), look.mirrored, contrast)
        self._lens = stars.lens(contrast)
        self._rims = {calm: stars.rim(contrast, calm) for calm in (False, True)}
        self._outlines = [stars.outline(each, contrast) for each in stars.FIGURES]
        self._lit, self._unlit = stars.star(contrast, True), stars.star(contrast, False)
        self._glow = None if contrast else stars.glow()
        self._twinkle = None if contrast else stars.twinkle()
        self._moon = stars.moon(contrast)
        self._stones = Stones(look)
        self._gazers: dict[str, Sprite] = {"usual": stars.gazer("usual", look.mirrored, contrast)}
        self.centre: Xy = (look.x(stars.LENS[0]), stars.LENS[1])
        self._last_s = 0.0
        self._calm = 1.0
        self._trial = -1
        self._lights = [0.0] * 9
        self._whole = 0.0

    def to_screen(self, point: Point) -> Xy:
        """Metres of hand space to canvas pixels; only a pointer on a button needs it."""
        return self.centre[0] + point[0] * _PX_PER_M, self.centre[1] - point[1] * _PX_PER_M

    def draw(self, canvas: Canvas, view: StillView, now_s: float) -> None:
        """Draw one frame at `now_s` (seconds of any steady clock)."""
        self._follow(view, now_s)
        canvas.draw(self._night)
        if self._twinkle is not None and view.effects in ("medium", "high") and not self.look.reduced_motion:
            for k, at in enumerate(_TWINKLES):
                strength = 0.5 + 0.5 * math.sin(now_s * (0.9 + 0.13 * k) + 1.7 * k)
                canvas.draw(self._twinkle, self.look.x(at[0]), at[1], strength)
        x, y = self.centre
        canvas.draw(self._lens, x, y)
        self._draw_figure(canvas, view)
        self._draw_rim(canvas, view)
        self._draw_gazer(canvas, view)
        if view.stage in ("return", "hold"):
            self._draw_rest(canvas, view)

    def draw_reading_column(self, canvas: Canvas, view: StillView, top: float, beside: float = 0) -> None:
        """Draw the progress stones from height `top` on, and the constellations so far under them."""
        if not view.stones_total:
            return
        self._stones.draw(canvas, view.stones_done, view.stones_total, top, beside)
        if view.phase != "probe" and view.lights and top + 150 < 660 and not beside:
            x, y = self.look.x(48, 208), top + 124
            canvas.draw(self._lit, x + 18, y)
            canvas.text(str(view.lights), x + 48, y, self.look.size(34), self.look.cream, "Bold")

    def draw_card(self, canvas: Canvas, view: StillView) -> float | None:
        """There is no card: the instruction stands on its slip."""
        return None

    # -- what changes between frames ------------------------------------------------------------------------

    def _follow(self, view: StillView, now_s: float) -> None:
        passed_s = max(0.0, min(0.1, now_s - self._last_s))
        self._last_s = now_s
        if view.trial != self._trial:
            self._trial = view.trial
            self._lights, self._whole, self._calm = [0.0] * 9, 0.0, 1.0
        rise, fall = passed_s / _APPEAR_S, passed_s / _FADE_S
        for k, light in enumerate(self._lights):
            self._lights[k] = min(1.0, light + rise) if k < view.lit else max(0.0, light - fall)
        wanted = 1.0 if view.rewarded else 0.0
        self._whole += max(-1.0, min(1.0, wanted - self._whole)) * min(1.0, passed_s / 0.25)
        wanted = 0.0 if view.calm is False else 1.0
        step = passed_s / _RIM_S
        self._calm += max(-step, min(step, wanted - self._calm))

    # -- what is seen in the lens ---------------------------------------------------------------------------

    def _draw_figure(self, canvas: Canvas, view: StillView) -> None:
        if view.stage in ("return", "hold", "between"):
            return
        figure = stars.FIGURES[view.figure]
        x0, y0 = self.centre
        shows = view.calm is not None or view.rewarded is not None
        places = [(x0 + x, y0 + y) for x, y in figure.stars]
        if shows:
            # Nothing of the picture before the first stars; all of it only when it is whole.
            canvas.draw(self._outlines[view.figure], x0, y0, 0.06 * sum(self._lights) + 0.45 * self._whole)
        for a, b in figure.lines:
            both = min(self._lights[a], self._lights[b])
            if both > 0.5 and view.rewarded is not False:
                colour = CUE if self.look.high_contrast else _LINE
                canvas.line(places[a], places[b], colour, 4 if self._whole > 0.5 else 2)
        for light, (x, y) in zip(self._lights, places, strict=True):
            if light < 1.0 and shows:
                canvas.draw(self._unlit, x, y, 1.0 - light)
            if light > 0.0:
                if self._glow is not None and light > 0.6:
                    canvas.light(self._glow, x, y)
                canvas.draw(self._lit, x, y, light)

    def _draw_rim(self, canvas: Canvas, view: StillView) -> None:
        x, y = self.centre
        canvas.draw(self._rims[False], x, y, 1.0 - self._calm)
        canvas.draw(self._rims[True], x, y, self._calm)
        if view.stage == "reach":
            # The moon goes over the lens from one side to the other: how long it still takes.
            turn = math.pi * (1.0 - view.fraction)
            way = stars.LENS_PX + 13
            canvas.draw(self._moon, x + way * math.cos(turn), y - way * math.sin(turn))

    def _draw_rest(self, canvas: Canvas, view: StillView) -> None:
        """Before it opens: a ring that closes in as one comes to the middle, then one that fills."""
        x, y = self.centre
        colour = WHITE if self.look.high_contrast else rgb("#AFC0E8")
        canvas.ring(x, y, _REST_PX, 5, colour, 0.9)
        if view.stage == "hold":
            canvas.arc(x, y, _REST_PX, 9, CUE if self.look.high_contrast else TARGET, view.hold_fraction)
        elif view.return_guide_m is not None:
            away = view.return_guide_m / view.start_radius_m
            canvas.hoop(x, y, _REST_PX + min(140.0, 40.0 * away), 5, colour)

    def _draw_gazer(self, canvas: Canvas, view: StillView) -> None:
        picture = self._gazers.get(view.stance)
        if picture is None:
            picture = stars.gazer(view.stance, self.look.mirrored, self.look.high_contrast)
            self._gazers[view.stance] = picture
        canvas.draw(picture, self.look.x(_FEET[0]), _FEET[1])


DRAWING = Drawing
