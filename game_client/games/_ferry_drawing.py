"""Draws Ferry Crossing from its `CourseView` alone: what the view does not hold, the picture cannot leak.

One looks up the river from behind the ferry. A row of the screen stands for a time ahead: what is `ahead_s`
away is drawn at the scale D / (D + ahead_s), 1 in the ferry's own row. The furthest bend is `LIMIT_PX` beside
the middle there. Hand space is never mirrored; only the layout around it is.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from game_client.assets import icons, river
from game_client.engine.geometry import turned
from game_client.engine.look import WIDTH
from game_client.engine.palette import (
    BLACK,
    CUE,
    DONE_ON_DARK,
    DONE_ON_LIGHT,
    ERROR,
    FOAM,
    INACTIVE,
    INK,
    TARGET,
    WHITE,
    Rgb,
    mix,
    rgb,
)  # fmt: skip
from game_client.games._stones import Stones
from shared.movement.course import centre_m

if TYPE_CHECKING:
    from game_client.engine.canvas import Canvas
    from game_client.engine.geometry import Xy
    from game_client.engine.look import Look
    from game_client.engine.painter import Sprite
    from game_client.games._view import CourseView, Point
    from game_client.words import Words

    _Thing = tuple[float, list[Sprite], float, float]
    """How far ahead (s), its pictures by size, where it stands to the side (m), how strongly it is drawn."""

MIDDLE_X, FERRY_Y = 800.0, 574.0
LIMIT_PX = 370.0
DEPTH_S = 1.6
SEEN_S = 9.0
"""How far ahead the course is drawn as it is; behind that it runs into the mist."""
_BANK = 0.24  # open water beside the channel, as a share of the furthest bend
_SAND, _SHALLOWS, _VERGE = 0.10, 0.05, 0.11
_EVERY_MARK_S, _EVERY_TREE_S = 1.1, 0.36
_MARKS_SEEN_S = 6.0
_TURN_S = 0.8  # how long the river takes to lie as the next course does
_HERE_AT, _GAUGE_PX = -128.0, 46
_STRIP = 2  # rows of one colour: water and band change from far to near
_EDGE_FAR, _EDGE_NEAR = 1.5, 5.0
_OFFSETS = (0.10, 0.62, 1.30, 0.28, 0.95, 1.75, 0.45, 1.12)
_REEDS = 2
_KINDS = (2, 0, 1, 0, 1, 0, 2, 1)


def _rows() -> list[tuple[float, float, float]]:
    """Rows from far to near: height on the screen, scale, and how far ahead they are in s."""
    deep = FERRY_Y - river.HORIZON
    y = river.HORIZON + deep * DEPTH_S / (DEPTH_S + SEEN_S)
    last = int(y - river.HORIZON)
    found = [(float(river.HORIZON + k), k / deep, SEEN_S) for k in range(3, last, 8)]
    while True:
        scale = (y - river.HORIZON) / (FERRY_Y - river.HORIZON)
        found.append((y, scale, DEPTH_S / scale - DEPTH_S))
        if y > 726:
            return found
        y += 3.0 if y < 350 else 5.0 if y < 410 else 9.0


class Drawing:
    """Holds the pictures, made once, and what moves between frames: the way run, and the river's turning."""

    def __init__(self, look: Look, words: Words, context: str = "harbour", mode: str = "error_based") -> None:
        self.look = look
        contrast = look.high_contrast
        place = river.place_of(context)
        self._ground = river.ground(place, look.mirrored, contrast)
        self._trees = [] if contrast else river.trees(place)
        self._ripples = [] if contrast else river.ripples(place)
        self._mist = None if contrast else river.mist(place)
        self._left_marks, self._right_marks = river.marks(contrast)
        self._ferries = river.ferries(contrast)
        self._stones = Stones(look)
        self._tick = icons.icon("done", 0.9, look.ink, look.paper)
        self.centre: Xy = (look.x(MIDDLE_X), FERRY_Y)
        self._px_per_m = LIMIT_PX / 0.075
        self._rows = _rows()
        shallows = mix(place.water, rgb("#BFE5DA"), 0.5)
        self._bank_colours = (
            mix(*river.meadow(place), 0.35),
            mix(rgb("#EAD9A6"), place.sky[1], 0.25),
            shallows,
        )
        far, near = mix(place.water, place.sky[2], 0.45), mix(place.water, INK, 0.12)
        self._water = [BLACK if contrast else mix(far, near, min(1.0, s / 1.1)) for _, s, _ in self._rows]
        green = mix(DONE_ON_DARK, DONE_ON_LIGHT, 0.25)
        self._band = [
            rgb("#1B2A16") if contrast else mix(each, green, 0.30 + 0.25 * min(1.0, s))
            for each, (_, s, _) in zip(self._water, self._rows, strict=True)
        ]
        self._trial: tuple[int, CourseView | None] = (-1, None)
        self._earlier: CourseView | None = None
        self._turned_s = -_TURN_S
        self._now_s = 0.0
        self._way_s = 0.0
        self._ran_s = 0.0
        self._lean = 0.0
        self._last: tuple[float, float] | None = None

    def to_screen(self, point: Point) -> Xy:
        """Metres of hand space to canvas pixels; only the side counts."""
        return self.centre[0] + point[0] * self._px_per_m, FERRY_Y

    def draw(self, canvas: Canvas, view: CourseView, now_s: float) -> None:
        """Draw one frame at `now_s` (seconds of any steady clock)."""
        self._px_per_m = LIMIT_PX / view.limit_m
        self._follow(view, now_s)
        middles = [self._middle_m(view, ahead_s) * self._px_per_m for _, _, ahead_s in self._rows]
        canvas.draw(self._ground)
        self._draw_river(canvas, view, middles)
        if self._mist is not None:
            canvas.draw(self._mist)
        self._draw_along(canvas, view, ahead=True)
        if view.stage in ("return", "hold"):
            self._draw_jetty(canvas, view)
        self._draw_ferry(canvas, view)
        self._draw_along(canvas, view, ahead=False)
        self._draw_signs(canvas, view)

    def draw_reading_column(self, canvas: Canvas, view: CourseView, top: float, beside: float = 0) -> None:
        """Draw the progress stones from height `top` on, `beside` pixels further in."""
        if view.stones_total:
            self._stones.draw(canvas, view.stones_done, view.stones_total, top, beside)

    def draw_card(self, canvas: Canvas, view: CourseView) -> float | None:
        """There is no card: the instruction stands on its slip."""
        return None

    # -- what changes between frames ------------------------------------------------------------------------

    def _follow(self, view: CourseView, now_s: float) -> None:
        number, before = self._trial
        if view.trial != number:
            if before is not None and not self.look.reduced_motion:
                self._earlier, self._turned_s = before, now_s
            self._ran_s = view.run_s
        self._trial = view.trial, view
        self._way_s += max(0.0, view.run_s - self._ran_s)
        self._ran_s = view.run_s
        self._now_s = now_s
        if view.cursor is None:
            self._last, self._lean = None, 0.0
            return
        if self._last is not None and not self.look.reduced_motion:
            passed_s = max(1e-3, now_s - self._last[1])
            speed = (view.cursor[0] - self._last[0]) / passed_s / view.limit_m
            self._lean += min(1.0, 6.0 * passed_s) * (max(-8.0, min(8.0, 8.0 * speed)) - self._lean)
        self._last = view.cursor[0], now_s

    def _middle_m(self, view: CourseView, ahead_s: float) -> float:
        """Where the centre line is, so far ahead; the river turns slowly from one course to the next."""
        here = _line_m(view, ahead_s)
        turned = min(1.0, (self._now_s - self._turned_s) / _TURN_S)
        if turned >= 1.0 or self._earlier is None or view.run_s > 0.0:
            return here
        share = turned * turned * (3.0 - 2.0 * turned)
        return share * here + (1.0 - share) * _line_m(self._earlier, ahead_s)

    # -- the river ------------------------------------------------------------------------------------------

    def _draw_river(self, canvas: Canvas, view: CourseView, middles: list[float]) -> None:
        x0 = self.centre[0]
        half = view.half_width_m * self._px_per_m
        bank = half + _BANK * LIMIT_PX
        rows = self._rows

        def edge(beside: float) -> list[Xy]:
            return [(x0 + s * (m + beside), y) for (y, s, _), m in zip(rows, middles, strict=True)]

        if self.look.high_contrast:
            left, right = edge(-bank), edge(bank)
            canvas.polygon([*left, *right[::-1]], BLACK)
            widths = [_EDGE_NEAR] * len(rows)
            canvas.ribbon(left, widths, WHITE)
            canvas.ribbon(right, widths, WHITE)
        else:
            out = bank + LIMIT_PX * (_SHALLOWS + _SAND + _VERGE)
            for colour, less in zip(self._bank_colours, (_VERGE, _SAND, _SHALLOWS), strict=True):
                canvas.polygon([*edge(-out), *edge(out)[::-1]], colour)
                out -= less * LIMIT_PX
            left, right = edge(-bank), edge(bank)
        inner_left, inner_right = edge(-half), edge(half)
        for k in range(0, len(rows) - 1, _STRIP):
            if not self.look.high_contrast:
                _draw_strip(canvas, left, right, k, self._water[k])
            _draw_strip(canvas, inner_left, inner_right, k, self._band[k])
        line = CUE if self.look.high_contrast else DONE_ON_DARK
        widths = [_EDGE_FAR + (_EDGE_NEAR - _EDGE_FAR) * min(1.0, s) for _, s, _ in rows]
        for side in (inner_left, inner_right):
            canvas.ribbon(side, widths, line)
        if not self.look.high_contrast:
            thin = [1.0 + 2.5 * min(1.0, s) for _, s, _ in rows]
            for side in (left, right):
                canvas.ribbon(side, thin, FOAM)

    def _draw_along(self, canvas: Canvas, view: CourseView, *, ahead: bool) -> None:
        """What stands along the river, from far to near; ahead of the ferry, or behind it.

        Trees stand beyond the furthest bend, so that none hides the way. Those beside the words go before
        they come near, and the channel's marks before they could hide the ferry.
        """
        half_m = view.half_width_m
        bank_m = half_m + _BANK * view.limit_m
        shore_m = bank_m + view.limit_m * (_SAND + _SHALLOWS)
        behind_words = 1 if self.look.mirrored else -1
        things: list[_Thing] = []
        for number, at_s in self._places(_EVERY_TREE_S, ahead) if self._trees else ():
            side, turn = 1 if number % 2 else -1, (number * 5) % 8
            kind = _KINDS[(number * 3 + number // 8) % 8]
            middle_m = self._middle_m(view, at_s)
            if kind == _REEDS:
                reeds_m = middle_m + side * (shore_m + 0.12 * view.limit_m)
                things.append((at_s, self._trees[kind], reeds_m, _fade(at_s, 0.0, 0.4)))
            else:
                x_m = view.limit_m + shore_m + view.limit_m * (0.22 + _OFFSETS[turn])
                goes = _fade(at_s, 2.2, 3.2) if side == behind_words else 1.0
                things.append((at_s, self._trees[kind], side * x_m, goes))
            across_m = half_m + 0.6 * (bank_m - half_m)
            things.append((at_s, self._ripples, middle_m + side * across_m * (1 if turn % 3 else 0.2), 1.0))
        apart_m = half_m + 22.0 / self._px_per_m
        for _, at_s in self._places(_EVERY_MARK_S, ahead):
            if at_s < _MARKS_SEEN_S:
                middle_m = self._middle_m(view, at_s)
                passes = _fade(at_s, 0.0, 0.22) * _fade(at_s, _MARKS_SEEN_S, _MARKS_SEEN_S - 1.0)
                things.append((at_s, self._left_marks, middle_m - apart_m, passes))
                things.append((at_s, self._right_marks, middle_m + apart_m, passes))
        for at_s, sizes, x_m, strength in sorted(things, key=lambda each: -each[0]):
            scale = DEPTH_S / (DEPTH_S + at_s)
            x = self.centre[0] + scale * x_m * self._px_per_m
            if -150 < x < WIDTH + 150:
                y = river.HORIZON + (FERRY_Y - river.HORIZON) * scale
                canvas.draw(sizes[_size(scale)], x, y, strength * _fade(at_s, SEEN_S, SEEN_S - 1.5))

    def _places(self, every_s: float, ahead: bool) -> list[tuple[int, float]]:
        """Numbers of what stands `every_s` along the river, and how far ahead of the ferry each is now."""
        least, most = (0.0, SEEN_S) if ahead else (-0.55, 0.0)
        first = math.ceil((self._way_s + least) / every_s)
        found = []
        while (at_s := first * every_s - self._way_s) < most:
            found.append((first, at_s))
            first += 1
        return found

    # -- the ferry and what is said of it -------------------------------------------------------------------

    def _draw_jetty(self, canvas: Canvas, view: CourseView) -> None:
        """Where to wait: a flat ring on the water that fills while the ferry is in it."""
        x, y = self.centre
        radius = max(54.0, view.start_radius_m * self._px_per_m + 20.0)
        canvas.ripple(x, y, radius, 7 if self.look.high_contrast else 5, WHITE, 0.95)
        if view.hold_fraction > 0.0:
            steps = max(2, round(48 * view.hold_fraction))
            angles = [math.pi * (-0.5 + 2.0 * view.hold_fraction * k / steps) for k in range(steps + 1)]
            path = [(x + radius * math.cos(a), y + 0.23 * radius * math.sin(a)) for a in angles]
            canvas.ribbon(path, [9.0] * len(path), CUE if self.look.high_contrast else TARGET)

    def _draw_ferry(self, canvas: Canvas, view: CourseView) -> None:
        if view.cursor is None:
            return
        x, y = self._ferry_at(view.cursor)
        if view.effects != "none" and view.stage == "reach":
            colour = WHITE if self.look.high_contrast else FOAM
            for side in (-1, 1):
                wake = [(x + side * (46 + 9.0 * k), y + 4 + 9.0 * k + 0.45 * k * k) for k in range(9)]
                canvas.ribbon(wake, [2.0 + 0.5 * k for k in range(7)] + [3.0, 0.5], colour)
        which = round((self._lean - river.TILTS_DEG[0]) / (river.TILTS_DEG[1] - river.TILTS_DEG[0]))
        canvas.draw(self._ferries[max(0, min(len(self._ferries) - 1, which))], x, y)

    def _ferry_at(self, cursor: Point) -> Xy:
        """Its place on the screen; it never quite leaves the picture."""
        x, y = self.to_screen(cursor)
        return min(1240.0, max(40.0, x)), y

    def _draw_signs(self, canvas: Canvas, view: CourseView) -> None:
        """In training: which way back into the channel while outside, and how the crossing went."""
        if view.effects == "none" or view.cursor is None:
            return
        x, y = self._ferry_at(view.cursor)
        edge = BLACK if self.look.high_contrast else INK
        if view.inside is False:
            side = 1 if _line_m(view, 0.0) > view.cursor[0] else -1
            for grow, colour in ((4.0, edge), (0.0, ERROR)):
                tail, neck = (x + side * 76, y - 34), (x + side * 108, y - 34)
                canvas.ribbon([tail, neck], [14 + 2 * grow] * 2, colour)
                long, wide = 26 + 1.6 * grow, 22 + 1.6 * grow
                head = [(long, 0.0), (-6.0 - grow, -wide), (-6.0 - grow, wide)]
                canvas.polygon(turned(head, 0.0 if side > 0 else 180.0, *neck), colour)
        if view.inside_share is not None:
            self._draw_gauge(canvas, view, x, y + _HERE_AT)

    def _draw_gauge(self, canvas: Canvas, view: CourseView, x: float, y: float) -> None:
        """How much of the way was in the channel, as a ring; a tick when it was enough."""
        canvas.disc(x, y, _GAUGE_PX + 12, self.look.paper)
        if self.look.high_contrast:
            canvas.ring(x, y, _GAUGE_PX + 12, 4, WHITE)
        canvas.ring(x, y, _GAUGE_PX, 9, INACTIVE, 0.5)
        colour = CUE if self.look.high_contrast else DONE_ON_LIGHT
        canvas.arc(x, y, _GAUGE_PX, 9, colour, view.inside_share or 0.0)
        if view.success:
            canvas.draw(self._tick, x, y)
        else:
            share = f"{100 * (view.inside_share or 0.0):.0f} %"
            canvas.text(share, x, y - 2, 30, self.look.ink, "Bold", "centre")


def _line_m(view: CourseView, ahead_s: float) -> float:
    """The centre line so far ahead; before its beginning and behind its end the river runs straight."""
    return centre_m(view.waves, max(0.0, min(view.course_s, view.run_s + ahead_s)))


def _fade(at_s: float, none_s: float, full_s: float) -> float:
    """How strongly something is drawn: 0 at one distance, 1 from another one on."""
    return max(0.0, min(1.0, (at_s - none_s) / (full_s - none_s)))


def _draw_strip(canvas: Canvas, left: list[Xy], right: list[Xy], k: int, colour: Rgb) -> None:
    """Fill what lies between two edges, over a few rows from row k on."""
    rows = slice(k, k + _STRIP + 1)
    canvas.polygon([*left[rows], *right[rows][::-1]], colour, smooth=False)


def _size(scale: float) -> int:
    """The painted size that is nearest to a scale."""
    sizes = river.SIZES
    for k, each in enumerate(sizes):
        if scale <= each * 1.12:
            return k
    return len(sizes) - 1


DRAWING = Drawing
