"""Draws Lighthouse from its `SteadyView` alone: what the view does not hold, the picture cannot leak.

One stands in the lamp room and looks out over the harbour before dawn. The lamp hangs on its cord from the
beam; where it hangs is hand space, with a reach of `view.reach_m` as 240 pixels. The wind is seen by the sock
on the mole and by streaks. Hand space is never mirrored; only the layout around it is.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from game_client.assets import gale, icons, things
from game_client.engine.geometry import chance, polar, turned
from game_client.engine.palette import (
    BLACK,
    CREAM,
    CUE,
    DONE_ON_DARK,
    DONE_ON_LIGHT,
    ERROR,
    FOAM,
    INACTIVE,
    INK,
    TARGET,
    WHITE,
    mix,
    rgb,
)  # fmt: skip
from game_client.games._stones import Stones

if TYPE_CHECKING:
    from game_client.engine.canvas import Canvas
    from game_client.engine.geometry import Xy
    from game_client.engine.look import Look
    from game_client.games._view import Point, SteadyView
    from game_client.words import Words

CENTRE: Xy = (800.0, 372.0)
REACH_PX = 240.0
CARD_X, CARD_Y, CARD_WIDTH = 40, 56, 318
_LAMPS_DEG = (150.0, 90.0, 30.0)
_CHOICE_S = 8.0
_SPARKS = {"low": 0, "medium": 8, "high": 16}
_SPARKS_S = 0.3
_GAUGE_PX = 46
_STREAKS = 16
_WAVES = 14


class Drawing:
    """Holds the pictures, made once, and what moves between frames: the wind's way and the lamp's swing."""

    def __init__(
        self, look: Look, words: Words, context: str = "harbour", mode: str = "strategy_cue"
    ) -> None:
        self.look, self.words = look, words
        contrast = look.high_contrast
        self._ground = gale.paint(context, look.mirrored, contrast)
        place = gale.place_of(context)
        self._wave_colour = mix(place.water, WHITE, 0.5)
        self._lamp = gale.lamp(0.84, True, contrast)
        self._unlit = gale.lamp(0.74, False, contrast)
        self._lit = gale.lamp(0.74, True, contrast)
        self._glow = things.glow_sprite(150, rgb("#FFC05A"), 0.55)
        self._small_glow = things.glow_sprite(110, rgb("#FFC05A"), 0.5)
        self._images = {name: gale.image(name, contrast) for name in ("tripod", "lamp", "shift")}
        self._choices = {name: gale.image(name, contrast, 0.86) for name in ("tripod", "lamp", "shift")}
        self._diamond = things.diamond_sprite(contrast)
        self._tick = icons.icon("done", 0.9, look.ink, look.paper)
        self._stones = Stones(look)
        self.centre: Xy = (look.x(CENTRE[0]), CENTRE[1])
        self._px_per_m = REACH_PX / 0.10
        draw = chance(21)
        self._homes = [(draw.random(), draw.random(), draw.uniform(0.5, 1.0)) for _ in range(_STREAKS)]
        self._stage: tuple[int, str] = (-1, "")
        self._stage_s = 0.0
        self._last_s: float | None = None
        self._water_s = 0.0
        self._way = 0.0
        self._sock = (0.0, 0.0)

    def to_screen(self, point: Point) -> Xy:
        """Metres of hand space to canvas pixels."""
        return self.centre[0] + point[0] * self._px_per_m, self.centre[1] - point[1] * self._px_per_m

    def draw(self, canvas: Canvas, view: SteadyView, now_s: float) -> None:
        """Draw one frame at `now_s` (seconds of any steady clock)."""
        self._px_per_m = REACH_PX / view.reach_m
        self._follow(view, now_s)
        canvas.draw(self._ground)
        if view.effects != "none" and not self.look.high_contrast:
            self._draw_waves(canvas)
        self._draw_sock(canvas)
        self._draw_wind(canvas, view)
        if view.stage == "aim":
            self._draw_choice(canvas, view)
            return
        self._draw_other_lamps(canvas, view)
        self._draw_lamp(canvas, view)
        self._draw_ring(canvas, view)
        self._draw_result(canvas, view, now_s)

    def draw_reading_column(self, canvas: Canvas, view: SteadyView, top: float, beside: float = 0) -> None:
        """Draw the progress stones from height `top` on, `beside` pixels further in."""
        if view.stones_total:
            self._stones.draw(canvas, view.stones_done, view.stones_total, top, beside)

    def draw_card(self, canvas: Canvas, view: SteadyView) -> float | None:
        """Draw the image to move by, with its words, in place of the instruction; None without one."""
        if view.image is None or view.image_strength <= 0.0 or view.target is not None:
            return None
        look = self.look
        key = f"lighthouse.card_{view.image}" if view.has_words else f"lighthouse.word_{view.image}"
        words, room = self.words(key), CARD_WIDTH - 52
        size, lines = canvas.fit(words, look.size(42), room, round(look.size(42) * 2.5))
        height = 272 + round(1.2 * size * len(lines)) + 26
        left = look.x(CARD_X, CARD_WIDTH)
        canvas.slip(left, CARD_Y, CARD_WIDTH, height, look, 26)
        canvas.draw(self._images[view.image], left + CARD_WIDTH / 2, CARD_Y + 142, view.image_strength)
        canvas.paragraph(words, left + 26, CARD_Y + 270, room, 190, size, look.ink, align="centre")
        return CARD_Y + height

    # -- what changes between frames ------------------------------------------------------------------------

    def _follow(self, view: SteadyView, now_s: float) -> None:
        if (view.trial, view.stage) != self._stage:
            self._stage, self._stage_s = (view.trial, view.stage), now_s
        passed_s = 0.0 if self._last_s is None else max(0.0, min(0.1, now_s - self._last_s))
        self._last_s = now_s
        still = view.effects == "none" or self.look.reduced_motion
        self._water_s += 0.0 if still else passed_s
        self._way += 0.0 if self.look.reduced_motion else passed_s * (0.35 + 1.4 * view.wind)
        # The sock lags a little behind the wind.
        radians = math.radians(view.wind_deg)
        goal = view.wind * math.cos(radians), view.wind * math.sin(radians)
        share = 1.0 if self.look.reduced_motion else min(1.0, 9.0 * passed_s)
        self._sock = tuple(a + share * (b - a) for a, b in zip(self._sock, goal, strict=True))  # type: ignore[assignment]

    # -- weather --------------------------------------------------------------------------------------------

    def _draw_waves(self, canvas: Canvas) -> None:
        """Short light strokes on the water, that go a little way and come back."""
        for k in range(_WAVES):
            y = 476 + (k * 61) % 150
            sway = 10.0 * math.sin(0.7 * self._water_s + 1.9 * k)
            x = self.look.x(440 + (k * 193) % 470) + sway
            wide = 34 + (k * 17) % 40
            points = [(x + wide * (i / 6 - 0.5), y + 1.6 * math.sin(1.1 * i + k)) for i in range(7)]
            canvas.ribbon(points, [0.6, 2.0, 3.0, 3.4, 3.0, 2.0, 0.6], self._wave_colour, 0.35)

    def _draw_sock(self, canvas: Canvas) -> None:
        """The wind sock hangs in a calm and stands out with the wind; the more, the harder it blows."""
        x, y = self.look.x(gale.SOCK_AT[0]), gale.SOCK_AT[1] + 4
        across, away = self._sock
        hangs = max(0.0, 1.0 - math.hypot(across, away))
        # Blown away from us it is seen shortened, and rises.
        dx, dy = 92 * across, 78 * hangs * hangs - 34 * away + 8 * abs(across)
        long = math.hypot(dx, dy) or 1.0
        colours = (CUE, BLACK) if self.look.high_contrast else (TARGET, CREAM)
        steps = 5
        wide = [23 - 2.2 * i for i in range(steps + 1)]
        bend = [
            (x + dx * i / steps, y + dy * i / steps + 5.0 * math.sin(math.pi * i / steps) * across * across)
            for i in range(steps + 1)
        ]
        edge = WHITE if self.look.high_contrast else INK
        canvas.ribbon(bend, [each + 8 for each in wide], edge)
        for i in range(steps):
            canvas.ribbon(bend[i : i + 2], wide[i : i + 2], colours[i % 2])
        canvas.disc(x, y, 7, edge)
        if long < 12:  # it points straight away from us
            canvas.ring(x, y, 12, 5, edge)

    def _draw_wind(self, canvas: Canvas, view: SteadyView) -> None:
        """Streaks that run where the wind blows to, plainer the harder it blows."""
        if view.wind <= 0.02:
            return
        cosine, sine = math.cos(math.radians(view.wind_deg)), math.sin(math.radians(view.wind_deg))
        colour = WHITE if self.look.high_contrast else FOAM
        left = 410 if not self.look.mirrored else 0
        for along, aside, size in self._homes:
            way = (along + self._way) % 1.0
            strength = min(1.0, 1.3 * math.sin(math.pi * way)) * view.wind * (0.35 + 0.35 * size)
            if abs(cosine) > 0.5:
                y = 62 + 560 * aside
                x = left + 860 * (way if cosine > 0 else 1.0 - way)
                long = cosine * (70 + 90 * size)
                path = [(x + long * (i / 8 - 0.5), y + 7 * math.sin(0.55 * i + 9 * aside)) for i in range(9)]
            else:
                # Away from us: towards the horizon, closer together and shorter the further they are.
                near = 1.0 - way
                x = self.centre[0] + (aside - 0.5) * (190 + 600 * near)
                y = gale.HORIZON - 30 + 210 * near * near
                long = sine * (12 + 80 * near)
                lean = (aside - 0.5) * 0.9
                path = [(x - lean * long * i / 8, y - long * i / 8) for i in range(9)]
            widths = [5.0 * size * math.sin(math.pi * (i + 0.4) / 8.8) + 0.6 for i in range(9)]
            canvas.ribbon(path, widths, colour, strength)

    # -- what one acts on -----------------------------------------------------------------------------------

    def _draw_ring(self, canvas: Canvas, view: SteadyView) -> None:
        """How far the lamp may swing: a double ring; it fills while one waits in the middle."""
        x, y = self.centre
        radius = max(14, round(view.radius_m * self._px_per_m))
        contrast = self.look.high_contrast
        canvas.ring(x, y, radius, 9, BLACK if contrast else INK, 0.9)
        shows = view.is_steady and view.effects != "none"
        line = WHITE if not shows else CUE if contrast else DONE_ON_DARK
        canvas.ring(x, y, radius, 5, line)
        for deg in (45, 135, 225, 315) if shows else ():
            canvas.disc(*polar(x, y, radius, deg), 7, line)
        if view.stage == "hold" and view.hold_fraction < 1.0:
            canvas.arc(x, y, radius + 12, 8, CUE if contrast else TARGET, view.hold_fraction)

    def _cord(self, canvas: Canvas, at: Xy, from_x: float, thick: float) -> None:
        """A cord from the beam to a lamp's ring."""
        top = (from_x, float(gale.BEAM_Y))
        end = (at[0], at[1])
        bend = 0.08 * (end[0] - top[0])
        middle = ((top[0] + end[0]) / 2 - bend, (top[1] + end[1]) / 2)
        path = [
            (
                (1 - t) ** 2 * top[0] + 2 * t * (1 - t) * middle[0] + t * t * end[0],
                (1 - t) ** 2 * top[1] + 2 * t * (1 - t) * middle[1] + t * t * end[1],
            )
            for t in (k / 8 for k in range(9))
        ]
        canvas.ribbon(path, [thick] * len(path), WHITE if self.look.high_contrast else INK)

    def _draw_other_lamps(self, canvas: Canvas, view: SteadyView) -> None:
        """Three lamps that hang around; the one to light has its ring."""
        goal = None if view.target is None else self.to_screen(view.target)
        for deg in _LAMPS_DEG:
            at = polar(*self.centre, REACH_PX, deg)
            self._cord(canvas, (at[0], at[1] - 34), at[0], 3)
            is_goal = goal is not None and math.dist(at, goal) < 5
            if is_goal and view.is_lit:
                if not self.look.high_contrast:
                    canvas.light(self._small_glow, *at)
                canvas.draw(self._lit, *at)
            else:
                canvas.draw(self._unlit, *at, alpha=1.0 if is_goal else 0.8)
            if is_goal:
                radius = max(44, round(view.target_radius_m * self._px_per_m))
                canvas.ring(*at, radius, 10, BLACK if self.look.high_contrast else INK, 0.9)
                canvas.ring(*at, radius, 6, CUE if self.look.high_contrast else TARGET)

    def _draw_lamp(self, canvas: Canvas, view: SteadyView) -> None:
        if view.cursor is None:
            return
        x, y = self._lamp_at(view.cursor)
        self._cord(canvas, (x, y - 40), self.centre[0], 4.5)
        if not self.look.high_contrast:
            canvas.light(self._glow, x, y)
        canvas.draw(self._lamp, x, y)
        if view.is_steady is False and view.effects != "none":
            self._draw_way_back(canvas, x, y)

    def _lamp_at(self, cursor: Point) -> Xy:
        """Its place on the screen; it never quite leaves the picture."""
        x, y = self.to_screen(cursor)
        return min(1240.0, max(40.0, x)), min(680.0, max(90.0, y))

    def _draw_way_back(self, canvas: Canvas, x: float, y: float) -> None:
        """In training, out of the ring: an arrow beside the lamp, towards the middle."""
        cx, cy = self.centre
        deg = math.degrees(math.atan2(y - cy, cx - x))
        edge = BLACK if self.look.high_contrast else INK
        tail, neck = polar(x, y, 58, deg), polar(x, y, 84, deg)
        for grow, colour in ((4.0, edge), (0.0, ERROR)):
            canvas.ribbon([tail, neck], [13 + 2 * grow] * 2, colour)
            long, wide = 24 + 1.6 * grow, 20 + 1.6 * grow
            canvas.polygon(turned([(long, 0.0), (-6 - grow, -wide), (-6 - grow, wide)], deg, *neck), colour)

    def _draw_result(self, canvas: Canvas, view: SteadyView, now_s: float) -> None:
        """In training: how much of the gust the lamp hung in the ring; a tick when it was enough."""
        if view.effects == "none" or view.steady_share is None:
            return
        x, y = self.centre[0], self.centre[1] + 190
        contrast = self.look.high_contrast
        canvas.disc(x, y, _GAUGE_PX + 12, self.look.paper)
        if contrast:
            canvas.ring(x, y, _GAUGE_PX + 12, 4, WHITE)
        canvas.ring(x, y, _GAUGE_PX, 9, INACTIVE, 0.5)
        canvas.arc(x, y, _GAUGE_PX, 9, CUE if contrast else DONE_ON_LIGHT, view.steady_share)
        if not view.success:
            share = f"{100 * view.steady_share:.0f} %"
            canvas.text(share, x, y - 2, 30, self.look.ink, "Bold", "centre")
            return
        canvas.draw(self._tick, x, y)
        passed = (now_s - self._stage_s) / _SPARKS_S
        count = _SPARKS.get(view.effects, 0)
        if passed < 1.0 and not self.look.reduced_motion:
            for k in range(count):
                at = polar(*self.centre, view.radius_m * self._px_per_m + 26 + 34 * passed, k * 360 / count)
                canvas.disc(*at, 5, FOAM, 1.0 - passed)

    # -- the choice of an image -----------------------------------------------------------------------------

    def _draw_choice(self, canvas: Canvas, view: SteadyView) -> None:
        """Three pictures to choose from; the picked one has the ring of a target and the sign of advice."""
        for number, (name, deg) in enumerate(zip(view.offered, _LAMPS_DEG, strict=False)):
            x, y = polar(self.centre[0], self.centre[1] + 60, REACH_PX, deg)
            x += (x - self.centre[0]) * 0.22
            radius = round(0.86 * gale.IMAGE_HALF) + 8
            canvas.draw(self._choices[name], x, y)
            if number == view.picked:
                canvas.ring(x, y, radius, 14, BLACK if self.look.high_contrast else INK)
                canvas.ring(x, y, radius, 9, CUE if self.look.high_contrast else TARGET)
                canvas.draw(self._diamond, x, min(650.0, y + radius + 26))
        cx, cy = self.centre[0], self.centre[1] + 130
        canvas.ring(cx, cy, 44, 8, INACTIVE, 0.5)
        canvas.arc(cx, cy, 44, 8, CUE if self.look.high_contrast else TARGET, view.aim_left_s / _CHOICE_S)


DRAWING = Drawing
