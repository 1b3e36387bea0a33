"""Draws Mirror Scribe from its `TraceView` alone; ink stays in the paper until the page ends.

The page is that of an open book. Hand space is never mirrored, only the book is. A shape's radius is always
215 pixels. What is slow is painted when the drawing is made: the double line of a new page is looked up from
distances, and ink is drawn into the paper once, however long the page takes.
"""

from __future__ import annotations

import math
from collections import deque
from itertools import pairwise
from typing import TYPE_CHECKING

from game_client.assets import ink, scribe
from game_client.engine.canvas import arc_sprite, disc_sprite
from game_client.engine.palette import (
    BLACK,
    CUE,
    DONE_ON_LIGHT,
    INK,
    PAPER,
    PERSON_INK,
    TARGET,
    WHITE,
    mix,
    rgb,
)
from game_client.games._stones import Stones
from game_client.games.mirror_scribe import SHAPES, outline

if TYPE_CHECKING:
    from game_client.engine.canvas import Canvas
    from game_client.engine.geometry import Xy
    from game_client.engine.look import Look
    from game_client.games._view import Point, TraceView
    from game_client.words import Words

SHAPE_PX = 215.0
_MARK_PX = 15
_SLOW_PX, _FAST_PX, _FAST_PX_S = 5.4, 3.4, 650.0
"""Half the line's width when the pen hardly moves, and at this speed or more."""
_LEAST_STEP_PX, _PIECE_PX, _JUMP_PX = 2.0, 6.0, 170.0
_DRY_S, _AGES = 1.5, 6
_STAMP_PX, _RADII = 2.5, (2.5, 3.0, 3.5, 4.0, 4.5)
_FRESH, _GLOSS = rgb("#003F66"), rgb("#4C9FD2")
_BLOT_PX, _BLOT_S, _BLOTS_APART_PX = (4.5, 7.0, 9.0, 10.5), 0.09, 40.0
_TURN_S, _CURL_S, _DROPS_S = 0.35, 0.24, 0.30
_DROPS = {"none": 0, "low": 0, "medium": 8, "high": 16}
_KEPT = 6
_SWAY_PX = 5.0


class Drawing:
    """Holds the pictures, made once, and what moves between frames: ink, the page's turn, the keepsakes."""

    def __init__(
        self, look: Look, words: Words, context: str = "water_mill", mode: str = "error_based"
    ) -> None:
        self.look = look
        contrast = look.high_contrast
        place = scribe.place_of(context)
        self._desk = scribe.desk(place, look.mirrored, contrast)
        self._shadows = None if contrast or scribe.is_night(place) else scribe.leaf_shadows()
        self._pen = scribe.pen(look.mirrored, contrast)
        self._signs = {each: scribe.mirror_sign(each, contrast) for each in ("left_right", "up_down", "both")}
        self._candle = scribe.candle(contrast)
        self._seal = scribe.seal(contrast)
        self._curls = scribe.curls(place, look.mirrored, contrast)
        self._paper, self._back = scribe.paper_of(place)[1], scribe.left_page_of(place, contrast)
        self._outlines = {shape: ink.Outline(_corners_px(*outline(shape, 1.0))) for shape in SHAPES}
        self._line = ink.blank_layer()
        colour = CUE if contrast else PERSON_INK
        self._ink, self._old, self._leaf = ink.Ink(colour), ink.Ink(colour), ink.Ink(colour)
        fresh = CUE if contrast else _FRESH
        self._wet = [
            [disc_sprite(r, mix(fresh, colour, age / _AGES)) for r in _RADII] for age in range(_AGES)
        ]
        self._gloss = disc_sprite(1.5, WHITE if contrast else _GLOSS)
        for step in range(1, 61):
            arc_sprite(_MARK_PX + 12, 7, CUE if contrast else TARGET, step)  # made now: not in play
        self._small = [ink.small_layer(colour) for _ in range(_KEPT)]
        self._papers = [scribe.keepsake_paper(contrast, tilt) for tilt in (2, -3, 3, -2)]
        self._stones = Stones(look)
        self.centre: Xy = (look.x(scribe.MARK[0]), scribe.MARK[1])
        self._px_per_m = SHAPE_PX / 0.04
        self._page: tuple[object, ...] = ()
        self._stage, self._stage_s = "", 0.0
        self._turned_s = -math.inf
        self._way: list[Xy] = []
        self._half_px = _SLOW_PX
        self._trail: deque[tuple[float, float, int, float]] = deque()
        self._blots: list[tuple[Xy, float, int]] = []
        self._was_inside: bool | None = None
        self._kept: list[int] = []
        """Which of the small pictures show the last finished pages, the oldest first."""
        self._pages: int | None = None
        self._began_s: float | None = None
        self._last_s: float | None = None
        self._light_s = 0.0

    def to_screen(self, point: Point) -> Xy:
        """Metres of the pen's space to canvas pixels."""
        return self.centre[0] + point[0] * self._px_per_m, self.centre[1] - point[1] * self._px_per_m

    def draw(self, canvas: Canvas, view: TraceView, now_s: float) -> None:
        """Draw one frame at `now_s` (seconds of any steady clock)."""
        self._follow(view, now_s)
        x, y = self.centre
        canvas.draw(self._desk)
        self._draw_page(canvas, view)
        self._draw_wet(canvas, now_s)
        self._draw_end(canvas, view, now_s)
        if view.time_limit_s is not None:
            self._draw_candle(canvas, view.time_limit_s, now_s)
        self._draw_leaf(canvas, now_s)
        contrast = self.look.high_contrast
        canvas.disc(x, y, _MARK_PX + 4, INK)
        canvas.disc(x, y, _MARK_PX, CUE if contrast else TARGET)
        if view.stage == "hold":
            canvas.arc(x, y, _MARK_PX + 12, 7, CUE if contrast else TARGET, view.hold_fraction)
        if view.success:
            canvas.ring(x, y, _MARK_PX + 12, 6, CUE if contrast else DONE_ON_LIGHT)
        if view.cursor is not None and view.stage != "between":
            canvas.draw(self._pen, *self.to_screen(view.cursor))

    def draw_reading_column(self, canvas: Canvas, view: TraceView, top: float, beside: float = 0) -> None:
        """Draw the progress stones from height `top` on; under them, after a page, the last ones small."""
        if view.pages is None:
            return
        if view.stones_total:
            self._stones.draw(canvas, view.stones_done, view.stones_total, top, beside)
        if beside or not self._shows_keepsakes(view):
            return
        wide, high = scribe.KEEPSAKE
        for k, number in enumerate(self._kept):
            left, down = self.look.x(48 + (k % 3) * (wide + 14), wide), top + 108 + (k // 3) * (high + 12)
            if down + high <= 696:
                canvas.draw(self._papers[number % len(self._papers)], left, down)
                canvas.draw(self._small[number], left + (wide - ink.SMALL_PX) / 2, down)

    def draw_card(self, canvas: Canvas, view: TraceView) -> float | None:
        """There is no card: the instruction stands on its slip."""
        return None

    # -- what changes between frames ------------------------------------------------------------------------

    def _follow(self, view: TraceView, now_s: float) -> None:
        passed_s = 0.0 if self._last_s is None else max(0.0, min(0.1, now_s - self._last_s))
        self._last_s = now_s
        if view.effects in ("medium", "high") and not self.look.reduced_motion:
            self._light_s += passed_s
        self._turn_page(view, now_s)
        if view.stage != self._stage:
            if self._stage == "reach":
                self._finish_line(now_s)
            if view.stage == "reach":
                self._way, self._began_s, self._was_inside = [], now_s, True
            self._stage, self._stage_s = view.stage, now_s
        if view.stage == "reach":
            self._add_ink(view, now_s, passed_s)
        self._soak(now_s)
        self._keep(view)

    def _turn_page(self, view: TraceView, now_s: float) -> None:
        """A new page: its double line, and paper without ink."""
        page = (view.trial, view.shape, view.half_width_m)
        if page == self._page:
            return
        is_first = not self._page
        self._page, self._began_s = page, None
        self._way, self._blots = [], []
        self._trail.clear()
        if not self._ink.is_empty and not is_first and self._is_lively(view):
            self._turned_s = now_s
            self._ink, self._old = self._old, self._ink
        self._ink.clear()
        size_m = math.hypot(view.corners[0][0] - view.centre[0], view.corners[0][1] - view.centre[1])
        self._px_per_m = SHAPE_PX / size_m
        contrast = self.look.high_contrast
        self._outlines[view.shape].paint(
            self._line,
            view.half_width_m * self._px_per_m,
            WHITE if contrast else INK,
            BLACK if contrast else rgb("#C9AE78"),
            1.0 if contrast else 0.38,
        )

    def _is_lively(self, view: TraceView) -> bool:
        return view.effects != "none" and not self.look.reduced_motion

    def _add_ink(self, view: TraceView, now_s: float, passed_s: float) -> None:
        """Draw the way since the last frame into the paper, corners rounded; a hidden pen leaves none."""
        if view.cursor is None:
            self._way = []
            return
        here = view.cursor[0] * self._px_per_m, -view.cursor[1] * self._px_per_m
        self._note_border(view, here, now_s)
        if not self._way:
            self._way = [here]
            self._lay([here, here], now_s)
            return
        far = math.dist(self._way[-1], here)
        if far > _JUMP_PX:
            self._finish_line(now_s)
            self._way = [here]
            return
        if far < _LEAST_STEP_PX:
            return
        speed = min(1.0, far / max(passed_s, 1.0 / 240.0) / _FAST_PX_S)
        self._half_px += 0.2 * (_SLOW_PX + (_FAST_PX - _SLOW_PX) * speed - self._half_px)
        before, last = self._way[-2:] if len(self._way) > 1 else (self._way[-1], self._way[-1])
        start, end = _middle(before, last), _middle(last, here)
        count = max(1, math.ceil((math.dist(start, last) + math.dist(last, end)) / _PIECE_PX))
        curve = [start]
        for k in range(1, count + 1):
            t = k / count
            a, b, c = (1 - t) * (1 - t), 2 * t * (1 - t), t * t
            curve.append((a * start[0] + b * last[0] + c * end[0], a * start[1] + b * last[1] + c * end[1]))
        self._lay(curve, now_s)
        self._way = [last, here]

    def _finish_line(self, now_s: float) -> None:
        """Draw the last half step, which waited for its corner to be rounded."""
        if len(self._way) > 1:
            self._lay([_middle(*self._way[-2:]), self._way[-1]], now_s)
        self._way = []

    def _lay(self, curve: list[Xy], now_s: float) -> None:
        """Lay ink along a curve; it stays wet for a while."""
        half = self._half_px
        size = min(range(len(_RADII)), key=lambda k: abs(_RADII[k] - half + 0.7))
        for start, end in pairwise(curve):
            self._ink.stroke(start, end, half, half)
            if not self.look.reduced_motion:
                count = max(1, math.ceil(math.dist(start, end) / _STAMP_PX))
                for k in range(1, count + 1):
                    x = start[0] + (end[0] - start[0]) * k / count
                    y = start[1] + (end[1] - start[1]) * k / count
                    self._trail.append((x, y, size, now_s))

    def _note_border(self, view: TraceView, here: Xy, now_s: float) -> None:
        """Where the line leaves the double line, a blot begins."""
        left = self._was_inside and view.inside is False
        if left and all(math.dist(here, at) > _BLOTS_APART_PX for at, _, _ in self._blots):
            self._blots.append((here, now_s, 0))
        self._was_inside = view.inside

    def _soak(self, now_s: float) -> None:
        """Let the blots grow to their size."""
        for number, (at, since_s, grown) in enumerate(self._blots):
            steps = len(_BLOT_PX)
            due = steps if self.look.reduced_motion else min(steps, 1 + int((now_s - since_s) / _BLOT_S))
            if due > grown:
                self._ink.blot(at, _BLOT_PX[due - 1], number, drops=2 if due == steps else 0)
                self._blots[number] = (at, since_s, due)

    def _keep(self, view: TraceView) -> None:
        """Keep a finished page small; a new block, or a person who is greeted as new, has none."""
        pages = view.pages
        if pages is None or (self._pages is not None and pages < self._pages):
            self._kept = []
        elif self._pages is not None and pages == self._pages + 1 and not self._ink.is_empty:
            self._ink.shrink_into(self._small[pages % _KEPT])
            self._kept = [*self._kept[1 - _KEPT :], pages % _KEPT]
        self._pages = pages

    def _shows_keepsakes(self, view: TraceView) -> bool:
        return view.stage in ("feedback", "between") and view.phase != "probe" and view.effects != "none"

    # -- the page -------------------------------------------------------------------------------------------

    def _draw_page(self, canvas: Canvas, view: TraceView) -> None:
        x, y = self.centre
        if self._shadows is not None:
            left = self.look.x(scribe.SHEET[0] + 100, 520)
            sway = _SWAY_PX * math.sin(0.55 * self._light_s)
            canvas.draw(self._shadows, left + sway, scribe.SHEET[1] + 0.4 * sway)
        if view.mirror != "none":
            canvas.draw(self._signs[view.mirror], self.look.x(scribe.SHEET[0] + 86), 120)
        canvas.draw(self._line, x, y)
        canvas.draw(self._ink.sprite, x, y)

    def _draw_wet(self, canvas: Canvas, now_s: float) -> None:
        """Fresh ink is dark and shines; it dries to matte."""
        trail = self._trail
        while trail and now_s - trail[0][3] >= _DRY_S:
            trail.popleft()
        if not trail:
            return
        x0, y0 = self.centre
        dark = []
        shine = []
        for x, y, size, since_s in trail:
            age = (now_s - since_s) / _DRY_S
            dark.append((self._wet[min(_AGES - 1, int(age * _AGES))][size], x0 + x, y0 + y))
            if age < 0.4:
                shine.append((self._gloss, x0 + x - 1.0, y0 + y - 1.5))
        canvas.draw_many(dark)
        canvas.draw_many(shine)

    def _draw_end(self, canvas: Canvas, view: TraceView, now_s: float) -> None:
        """How a page ended: a seal, or its corner curls and the next page shows."""
        if view.stage != "feedback" or view.success is None:
            return
        left, top, width, height = scribe.SHEET
        share = (now_s - self._stage_s) / _CURL_S if self._is_lively(view) else 1.0
        if not view.success:
            number = min(len(self._curls) - 1, int(share * len(self._curls)))
            canvas.draw(self._curls[number], self.look.x(left + width), top + height)
            return
        canvas.draw(self._seal, self.look.x(left + width - 78), top + height - 84, min(1.0, 0.4 + share))
        count, share = _DROPS[view.effects], (now_s - self._stage_s) / _DROPS_S
        if count and share < 1.0 and not self.look.reduced_motion:
            colour = CUE if self.look.high_contrast else PERSON_INK
            for k in range(count):
                turn, far = math.tau * k / count, 36.0 + 44.0 * share
                x, y = self.centre[0] + far * math.cos(turn), self.centre[1] + far * math.sin(turn)
                canvas.disc(x, y, 4, colour, 1.0 - share)

    def _draw_leaf(self, canvas: Canvas, now_s: float) -> None:
        """The finished page turns over to the other side of the book."""
        share = (now_s - self._turned_s) / _TURN_S
        if not 0.0 < share < 1.0:  # not in the frame that already paints the new double line
            return
        left, top, width, height = scribe.SHEET
        spine, away = (left, 1.0) if not self.look.mirrored else (self.look.x(left), -1.0)
        angle = math.pi * share * share * (3.0 - 2.0 * share)
        wide, lift = math.cos(angle), math.sin(angle)
        reach = [k / 8 for k in range(9)]
        upper = [(spine + away * width * wide * k, top - 26.0 * lift * k * (1.6 - 0.6 * k)) for k in reach]
        lower = [(x, 2.0 * top + height - y) for x, y in upper]
        leaf = upper + lower[::-1]
        contrast = self.look.high_contrast
        if not contrast:
            (x, y), far = upper[-1], away * 40.0 * lift
            foot = 2.0 * top + height - y
            canvas.polygon([(x, y), (x + far, y + 22.0), (x + far, foot + 8.0), (x, foot)], BLACK, 0.16)
        side = self._paper if wide > 0.0 else self._back
        canvas.polygon(leaf, BLACK if contrast else mix(side, PAPER, 0.30 * lift if wide < 0.0 else 0.5))
        if wide > 0.03:
            self._leaf.squeeze_from(self._old, wide, self.look.mirrored)
            edge = spine + 4.0 if away > 0 else spine - 4.0 - ink.LAYER_PX
            canvas.draw(self._leaf.sprite, edge + ink.ORIGIN[0], self.centre[1])
        if contrast:
            for one, other in zip(leaf, [*leaf[1:], leaf[0]], strict=True):
                canvas.line(one, other, WHITE, 4)

    def _draw_candle(self, canvas: Canvas, limit_s: float, now_s: float) -> None:
        """A candle burns down over the time that a page may take; it is lit at go."""
        dish, wax, flame = self._candle
        x, y = self.look.x(scribe.CANDLE[0]), scribe.CANDLE[1]
        until_s = now_s if self._stage == "reach" else self._stage_s
        gone = 0.0 if self._began_s is None else min(1.0, max(0.0, (until_s - self._began_s) / limit_s))
        high = scribe.STUB_PX + round((scribe.WAX_PX - scribe.STUB_PX) * (1.0 - gone))
        canvas.draw(dish, x, y)
        wide = wax.size[0]
        canvas.surface.blit(wax.surface, (round(x - wax.x), round(y - high - 10)), (0, 0, wide, high + 10))
        if self._stage == "reach" and gone < 1.0:
            canvas.draw(flame, x, y - high)


def _corners_px(centre: Point, corners: tuple[Point, ...]) -> list[Xy]:
    """A shape's corners in pixels from the marked point."""
    size = math.hypot(corners[0][0] - centre[0], corners[0][1] - centre[1])
    return [(x * SHAPE_PX / size, -y * SHAPE_PX / size) for x, y in corners]


def _middle(one: Xy, other: Xy) -> Xy:
    return (one[0] + other[0]) / 2, (one[1] + other[1]) / 2


DRAWING = Drawing
