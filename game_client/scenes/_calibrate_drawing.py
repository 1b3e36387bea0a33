"""The chart of a calibration: the boat where one is, and the water one has reached, as it grows."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING

from game_client.assets import harbour, things
from game_client.calibrations import SHARE_OF_LEAN
from game_client.engine.geometry import ellipse
from game_client.engine.palette import (
    BLACK,
    CUE,
    DONE_ON_DARK,
    FOAM,
    HC_LAND,
    INACTIVE,
    INK,
    PAPER,
    PERSON_INK,
    QUIET,
    TARGET,
    WHITE,
    Rgb,
    mix,
    rgb,
)
from game_client.scenes._exploring import Leaning, Reaching
from shared.movement.calibration import ALLOWED_SHARE

if TYPE_CHECKING:
    from game_client.engine.canvas import Canvas
    from game_client.engine.geometry import Xy
    from game_client.engine.look import Look
    from game_client.engine.painter import Sprite
    from game_client.scenes._exploring import Exploring
    from shared.movement.calibration import Hull, Lean, Place

_REACH_PX, _LEAN_PX = 240.0, 250.0
_ROOM_PX = 290.0
_FOLLOW = 0.08  # of the way to where the view should be, a frame
_TRAIL = 40
_START_PX = 62
_TRACK_PX = 64
_CLOCK: Xy = (1184.0, 276.0)
_DEEP = mix(rgb("#0E465A"), INK, 0.35)
_GROWN = rgb("#8FD3CF")


class Chart:
    """Draws one calibration in the making. The places' own unit becomes pixels by a view that grows along."""

    def __init__(self, look: Look, exploring: Exploring) -> None:
        self.look, self._exploring = look, exploring
        lower = 56.0 if isinstance(exploring.limits, Leaning) else 0.0
        self.centre: Xy = (look.x(harbour.CENTRE[0]), harbour.CENTRE[1] + lower)
        self._boats = things.boats(0.62, look.high_contrast)
        self._heading_deg = 90.0
        self._trail: list[Xy] = []
        limits = exploring.limits
        span = limits.span if isinstance(limits, Reaching) else limits.span[0]
        self._scale = (_REACH_PX if isinstance(limits, Reaching) else _LEAN_PX) / span
        self._base = self._scale
        self._middle: Place | None = None
        self._is_fixed = False

    def fix(self, px_per_unit: float) -> None:
        """Keep the view as it is: for a device that points at the screen itself."""
        self._is_fixed, self._scale, self._middle = True, px_per_unit, (0.0, 0.0)

    def draw(self, canvas: Canvas, now_s: float) -> None:
        found = self._exploring
        if found.stage == "rest":
            self._draw_rest(canvas, now_s)
        elif isinstance(found.limits, Leaning):
            self._draw_leaning(canvas, found.limits)
        else:
            self._draw_reaching(canvas)
        if found.stage in ("rest", "explore"):
            self._draw_clock(canvas)
        elif found.stage == "done":
            self._draw_tick(canvas)

    # -- rest -----------------------------------------------------------------------------------------------

    def _draw_rest(self, canvas: Canvas, now_s: float) -> None:
        """The boat lies in its ring; the ring fills while all is still."""
        look, (x, y) = self.look, self.centre
        if not look.reduced_motion:
            for k in range(3):
                way = (now_s / 5.0 + k / 3.0) % 1.0
                canvas.hoop(x, y, 128 + 90 * way, 3, mix(_GROWN, rgb("#165B6D"), 0.3 + 0.7 * way))
        canvas.disc(x, y, 104, BLACK if look.high_contrast else _DEEP, 0.7)
        canvas.ring(x, y, 112, 20, WHITE if look.high_contrast else INK)
        canvas.ring(x, y, 112, 14, HC_LAND if look.high_contrast else rgb("#1E4E5B"))
        _arc(canvas, self.centre, 112, 15, CUE if look.high_contrast else TARGET, self._exploring.still_share)
        for radius in (102, 122):
            canvas.ring(x, y, radius, 4, WHITE if look.high_contrast else INK)
        canvas.draw(self._boat(90.0), x, y)

    # -- reaching -------------------------------------------------------------------------------------------

    def _draw_reaching(self, canvas: Canvas) -> None:
        found, look = self._exploring, self.look
        hull = found.hull
        self._follow(hull)
        if hull is None:
            self._draw_wish(canvas)
        else:
            self._draw_hull(canvas, hull)
        if found.place is not None and found.stage == "explore":
            at = self._to_screen(found.place)
            self._keep_trail(at)
            if len(self._trail) > 3:
                wide = [2.0 + 6.0 * k / len(self._trail) for k in range(len(self._trail))]
                canvas.ribbon(self._trail, wide, WHITE, 1.0 if look.high_contrast else 0.75)
            canvas.draw(self._boat(self._heading_deg), *at)

    def _draw_wish(self, canvas: Canvas) -> None:
        """Before anything was reached: dots that go round, as the hand should."""
        x, y = self.centre
        for k in range(24):
            a = k * math.tau / 24
            canvas.disc(x + 190 * math.cos(a), y + 190 * math.sin(a), 4.5, QUIET, 0.8)

    def _draw_hull(self, canvas: Canvas, hull: Hull) -> None:
        look = self.look
        edge = [self._to_screen(each) for each in hull.corners]
        inside = [self._to_screen(each) for each in hull.shrunk(ALLOWED_SHARE).corners]
        if not look.high_contrast:
            canvas.polygon(edge, _GROWN, 0.30)
            canvas.polygon(inside, _GROWN, 0.34)
        closed = [*edge, edge[0]]
        canvas.ribbon(closed, [6.0 if look.high_contrast else 5.0] * len(closed), WHITE)
        for x, y in _dots([*inside, inside[0]], 17.0):
            canvas.disc(x, y, 3.5, CUE if look.high_contrast else PAPER)

    def _follow(self, hull: Hull | None) -> None:
        """Move the view so that all that was reached is seen; it never jumps."""
        place = self._exploring.place
        places = [*(hull.corners if hull is not None else ()), *([place] if place is not None else [])]
        if self._is_fixed or not places:
            return
        left, right = min(each[0] for each in places), max(each[0] for each in places)
        low, high = min(each[1] for each in places), max(each[1] for each in places)
        wanted = ((left + right) / 2, (low + high) / 2)
        size = max(right - left, high - low, 1e-9)
        scale = min(self._base, 2 * _ROOM_PX / size)
        if self._middle is None:
            self._middle = wanted
        x, y = self._middle
        self._middle = (x + _FOLLOW * (wanted[0] - x), y + _FOLLOW * (wanted[1] - y))
        self._scale += _FOLLOW * (scale - self._scale)

    def _to_screen(self, place: Place) -> Xy:
        x, y = self._middle or (0.0, 0.0)
        return (
            self.centre[0] + (place[0] - x) * self._scale,
            self.centre[1] - (place[1] - y) * self._scale,
        )

    def _keep_trail(self, at: Xy) -> None:
        if self._trail and math.dist(self._trail[-1], at) > 14.0:
            dx, dy = at[0] - self._trail[-1][0], self._trail[-1][1] - at[1]
            wanted = math.degrees(math.atan2(dy, dx))
            turn = (wanted - self._heading_deg + 180.0) % 360.0 - 180.0
            self._heading_deg += 0.5 * turn
        if not self._trail or math.dist(self._trail[-1], at) > 5.0:
            self._trail = [*self._trail[-_TRAIL:], at]

    # -- leaning --------------------------------------------------------------------------------------------

    def _draw_leaning(self, canvas: Canvas, limits: Leaning) -> None:
        """Three ways out from the middle, each filled as far as one has gone."""
        found, look = self._exploring, self.look
        lean = found.lean
        for (dx, dy), far, span in _ways(lean, limits):
            self._draw_way(canvas, (dx, dy), min(1.0, far / span))
        x, y = self.centre
        canvas.disc(x, y, _START_PX, BLACK if look.high_contrast else _DEEP)
        canvas.ring(x, y, _START_PX, 6 if look.high_contrast else 4, WHITE)
        if found.place is None or found.stage != "explore":
            canvas.draw(self._boat(90.0), x, y)
            return
        gone_x = (found.place[0] - found.neutral[0]) / limits.span[0]
        gone_y = max(0.0, (found.place[1] - found.neutral[1]) / limits.span[1])
        at = (
            x + max(-1.1, min(1.1, gone_x)) * _LEAN_PX,
            y - min(1.1, gone_y) * _LEAN_PX,
        )
        canvas.draw(self._boat(90.0), *at)

    def _draw_way(self, canvas: Canvas, way: Xy, share: float) -> None:
        look, (x, y) = self.look, self.centre

        def at(along: float) -> Xy:
            return x + way[0] * along, y + way[1] * along

        ends = [at(_START_PX - 20), at(_LEAN_PX + 20)]
        self._bar(canvas, ends, _TRACK_PX, WHITE if look.high_contrast else INK)
        self._bar(canvas, ends, _TRACK_PX - 10, BLACK if look.high_contrast else rgb("#1E4E5B"))
        if share <= 0:
            for k in range(3):
                tip = at(_START_PX + 44 + 58 * k)
                canvas.polygon(_chevron(tip, way), QUIET if not look.high_contrast else INACTIVE)
            return
        far = _START_PX + (_LEAN_PX - _START_PX) * share
        near = _START_PX + (far - _START_PX) * SHARE_OF_LEAN
        self._bar(
            canvas, [at(_START_PX - 20), at(far)], _TRACK_PX - 22, WHITE if look.high_contrast else _GROWN
        )
        self._bar(canvas, [at(_START_PX - 20), at(near)], _TRACK_PX - 22, CUE if look.high_contrast else FOAM)
        self._draw_small_tick(canvas, at(_LEAN_PX + 74))

    def _bar(self, canvas: Canvas, ends: list[Xy], width: float, colour: Rgb) -> None:
        canvas.ribbon(ends, [width, width], colour)
        for x, y in ends:
            canvas.disc(x, y, width / 2, colour)

    # -- signs ----------------------------------------------------------------------------------------------

    def _draw_small_tick(self, canvas: Canvas, at: Xy) -> None:
        x, y = at
        canvas.disc(x, y, 27, BLACK if self.look.high_contrast else INK)
        canvas.disc(x, y, 22, DONE_ON_DARK)
        tick = [(x - 10, y + 1), (x - 3, y + 8), (x + 11, y - 8)]
        canvas.ribbon(tick, [6.0] * 3, INK)

    def _draw_tick(self, canvas: Canvas) -> None:
        x, y = self.centre
        canvas.disc(x, y, 84, BLACK if self.look.high_contrast else INK)
        canvas.disc(x, y, 76, DONE_ON_DARK)
        tick = [(x - 36, y + 2), (x - 10, y + 28), (x + 38, y - 28)]
        canvas.ribbon(tick, [18.0] * 3, INK)
        for tx, ty in tick:
            canvas.disc(tx, ty, 9, INK)

    def _draw_clock(self, canvas: Canvas) -> None:
        """How long this part may still take: a ring that empties round the seconds."""
        look, found = self.look, self._exploring
        x, y = look.x(_CLOCK[0]), _CLOCK[1]
        canvas.slip(x - 48, y - 48, 96, 96, look, 48)
        canvas.ring(x, y, 38, 9, rgb("#333333") if look.high_contrast else rgb("#D6D4CB"))
        canvas.arc(x, y, 38, 9, CUE if look.high_contrast else PERSON_INK, found.left_share)
        canvas.text(f"{math.ceil(found.left_s)}", x, y - 1, 32, look.ink, "Bold", "centre")

    def _boat(self, heading_deg: float) -> Sprite:
        count = len(self._boats)
        return self._boats[round(heading_deg / 360 * count) % count]


def _ways(lean: Lean | None, limits: Leaning) -> list[tuple[Xy, float, float]]:
    left, right, fore = (lean.left, lean.right, lean.fore) if lean is not None else (0.0, 0.0, 0.0)
    return [
        ((-1.0, 0.0), left, limits.span[0]),
        ((1.0, 0.0), right, limits.span[0]),
        ((0.0, -1.0), fore, limits.span[1]),
    ]


def _arc(canvas: Canvas, centre: Xy, radius: float, width: float, colour: Rgb, share: float) -> None:
    """The part of a ring that is done, from the top; drawn anew, so that no step waits to be painted."""
    if share <= 0.0:
        return
    line = ellipse(*centre, radius, None, 90.0, 90.0 - 360.0 * min(1.0, share))
    canvas.ribbon(line, [width] * len(line), colour)
    for x, y in (line[0], line[-1]):
        canvas.polygon(ellipse(x, y, width / 2), colour)


def _chevron(tip: Xy, way: Xy) -> list[Xy]:
    """A broad arrow head that points along a way."""
    (x, y), (dx, dy) = tip, way
    spots = ((0, 0), (-16, 18), (-24, 10), (-13, 0), (-24, -10), (-16, -18))
    return [(x + along * dx - aside * dy, y + along * dy + aside * dx) for along, aside in spots]


def _dots(line: list[Xy], apart: float) -> list[Xy]:
    """Points at even distances along a line."""
    found: list[Xy] = []
    left = 0.0
    for (ax, ay), (bx, by) in pairwise(line):
        length = math.dist((ax, ay), (bx, by))
        while left < length:
            share = left / length
            found.append((ax + share * (bx - ax), ay + share * (by - ay)))
            left += apart
        left -= length
    return found
