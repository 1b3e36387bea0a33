"""Draws Otter from its `SwimView` alone: a body that follows the way of its head, water that answers.

Hand space is never mirrored; only the banks are. A reach of `view.reach_m` is 250 pixels.
"""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING

from game_client.assets import otter
from game_client.engine.geometry import chance
from game_client.engine.palette import FOAM, INK, WHITE
from game_client.games._stones import Stones

if TYPE_CHECKING:
    from game_client.engine.canvas import Canvas
    from game_client.engine.geometry import Xy
    from game_client.engine.look import Look
    from game_client.games._view import Point, SwimView
    from game_client.words import Words

REACH_PX = 250.0
_SPINE_PX, _SPINE = 8.0, 26
"""The spine's points lie so far apart; the last third of them is the tail."""
_GIRTH = ((0, 38.0), (5, 50.0), (10, 55.0), (14, 48.0), (17, 33.0), (21, 21.0), (25, 5.0))
"""How wide the body is at some of the spine's points, pixels; between them by a cosine."""


def _width(at: int) -> float:
    for (k0, w0), (k1, w1) in pairwise(_GIRTH):
        if at <= k1:
            return w0 + (w1 - w0) * (0.5 - 0.5 * math.cos(math.pi * (at - k0) / (k1 - k0)))
    return _GIRTH[-1][1]


_WIDTHS = tuple(_width(at) for at in range(_SPINE))
_RING_S, _RING_PX, _RING_EVERY_PX = 1.1, 62.0, 74.0
_RINGS = {"none": 0, "low": 2, "medium": 5, "high": 8}
_FISH = {"none": 0, "low": 2, "medium": 4, "high": 6}
_BUBBLES = {"none": 0, "low": 0, "medium": 4, "high": 8}
_SHY_PX, _FISH_PX_S, _FLEE_PX_S = 120.0, 26.0, 190.0
_JUMP_PX = 260.0


class _Fish:
    """One fish: where it is, where it swims."""

    def __init__(self, x: float, y: float, angle: float) -> None:
        self.x, self.y, self.angle = x, y, angle
        self.flees = 0.0


class Drawing:
    """Holds the pictures, made once, and what moves between frames: the spine, the rings, the fish."""

    def __init__(
        self, look: Look, words: Words, context: str = "long_lake", mode: str = "use_dependent"
    ) -> None:
        self.look = look
        contrast = look.high_contrast
        self._ground = otter.ground(otter.place_of(context), look.mirrored, contrast)
        self._heads = otter.heads(contrast)
        self._fish_pictures = otter.fish(contrast)
        self._bubble = otter.bubble(contrast)
        self._stones = Stones(look)
        self.centre: Xy = (look.x(otter.CENTRE[0]), otter.CENTRE[1])
        self._px_per_m = REACH_PX / 0.10
        self._spine: list[Xy] = []
        self._head_deg = 90.0
        self._rings: list[tuple[float, float, float]] = []
        """Where each ring began on the screen, and when."""
        self._since_ring_px = 0.0
        draw = chance(23)
        self._fish = [
            _Fish(self.centre[0] + draw.uniform(-330, 330), draw.uniform(90, 650), draw.uniform(0, math.tau))
            for _ in range(_FISH["high"])
        ]
        self._bubbles: list[tuple[float, float, float]] = []
        self._last_s = 0.0

    def to_screen(self, point: Point) -> Xy:
        """Metres of hand space to canvas pixels."""
        return self.centre[0] + point[0] * self._px_per_m, self.centre[1] - point[1] * self._px_per_m

    def draw(self, canvas: Canvas, view: SwimView, now_s: float) -> None:
        """Draw one frame at `now_s` (seconds of any steady clock)."""
        self._px_per_m = REACH_PX / view.reach_m
        passed_s = max(0.0, min(0.1, now_s - self._last_s))
        self._last_s = now_s
        canvas.draw(self._ground)
        if view.cursor is None:
            return
        head = self.to_screen(view.cursor)
        self._follow(head)
        still = self.look.reduced_motion
        self._draw_fish(canvas, view, 0.0 if still else passed_s)
        self._draw_rings(canvas, view, head, now_s)
        self._draw_otter(canvas)
        if not still:
            self._draw_bubbles(canvas, view, head, now_s)

    def draw_card(self, canvas: Canvas, view: SwimView) -> float | None:
        """There is no card: the instruction stands on its slip."""
        return None

    def draw_reading_column(self, canvas: Canvas, view: SwimView, top: float, beside: float = 0) -> None:
        """Draw how much of the swim is over."""
        if view.stones_total:
            self._stones.draw(canvas, view.stones_done, view.stones_total, top, beside)

    # -- the otter ------------------------------------------------------------------------------------------

    def _follow(self, head: Xy) -> None:
        """Let the spine follow the head like a chain, so that the body bends along the way."""
        if not self._spine or math.dist(head, self._spine[0]) > _JUMP_PX:
            self._spine = [(head[0], head[1] + _SPINE_PX * k) for k in range(_SPINE)]
            return
        moved = math.dist(head, self._spine[0])
        self._since_ring_px += moved
        spine = [head]
        for x, y in self._spine[1:]:
            px, py = spine[-1]
            away = math.hypot(x - px, y - py)
            share = _SPINE_PX / away if away > 1e-6 else 0.0
            spine.append((px + (x - px) * share, py + (y - py) * share) if share else (px, py + _SPINE_PX))
        self._spine = spine
        neck = spine[4]
        if math.dist(head, neck) > 4.0:
            self._head_deg = math.degrees(math.atan2(neck[1] - head[1], head[0] - neck[0]))

    def _draw_otter(self, canvas: Canvas) -> None:
        contrast = self.look.high_contrast
        if contrast:
            canvas.ribbon(self._spine, [each + 6 for each in _WIDTHS], WHITE)
            canvas.ribbon(self._spine, _WIDTHS, (0, 0, 0))
        else:
            canvas.ribbon([(x + 5, y + 9) for x, y in self._spine], _WIDTHS, INK, 0.20)
            canvas.ribbon(self._spine, [each + 7 for each in _WIDTHS], INK)
            canvas.ribbon(self._spine, _WIDTHS, otter.FUR)
            canvas.ribbon(self._spine[2:15], [0.34 * each for each in _WIDTHS[2:15]], otter.BELLY, 0.55)
        self._draw_paws(canvas)
        canvas.draw(self._heads[round(self._head_deg / 360.0 * 64) % 64], *self._spine[0])

    def _draw_paws(self, canvas: Canvas) -> None:
        """Four paws beside the body, that paddle with the way swum."""
        stroke = math.sin(self._since_ring_px * 0.06)
        for at, out in ((6, 24.0), (14, 25.0)):
            x, y = self._spine[at]
            nx, ny = self._spine[at + 1]
            long = math.hypot(nx - x, ny - y) or 1.0
            side = (-(ny - y) / long, (nx - x) / long)
            for sign in (-1, 1):
                back = 7.0 * stroke * sign
                px = x + sign * side[0] * out + (nx - x) / long * back
                py = y + sign * side[1] * out + (ny - y) / long * back
                canvas.disc(px, py, 10, WHITE if self.look.high_contrast else INK)
                canvas.disc(px, py, 7, (0, 0, 0) if self.look.high_contrast else otter.FUR)

    # -- the water ------------------------------------------------------------------------------------------

    def _draw_rings(self, canvas: Canvas, view: SwimView, head: Xy, now_s: float) -> None:
        """Rings spread where the otter swam, more of them the livelier it is."""
        most = 0 if self.look.reduced_motion else _RINGS[view.effects]
        if self._since_ring_px > _RING_EVERY_PX and most:
            self._since_ring_px = 0.0
            self._rings = [*self._rings[-most + 1 :], (head[0], head[1], now_s)] if most > 1 else []
        self._rings = [each for each in self._rings if 0 <= now_s - each[2] < _RING_S]
        for x, y, since in self._rings:
            share = (now_s - since) / _RING_S
            alpha = 0.55 * (1 - share) * (0.4 + 0.6 * view.liveliness)
            canvas.ring(x, y, round((18 + _RING_PX * share) / 4) * 4, 3, FOAM, alpha)

    def _draw_fish(self, canvas: Canvas, view: SwimView, passed_s: float) -> None:
        """Fish go their way and turn from the otter; they come back when it is calm."""
        head = self._spine[0]
        for each in self._fish[: _FISH[view.effects]]:
            dx, dy = each.x - head[0], each.y - head[1]
            if math.hypot(dx, dy) < _SHY_PX:
                each.angle, each.flees = math.atan2(-dy, dx), 1.0
            each.flees = max(0.0, each.flees - passed_s)
            speed = _FISH_PX_S + (_FLEE_PX_S - _FISH_PX_S) * each.flees
            each.x += speed * math.cos(each.angle) * passed_s
            each.y -= speed * math.sin(each.angle) * passed_s
            out_x, out_y = each.x - self.centre[0], each.y - self.centre[1]
            if abs(out_x) > 350 or abs(out_y) > 300:
                each.angle = math.atan2(out_y, -out_x) + 0.3
                each.x = self.centre[0] + max(-352.0, min(352.0, out_x))
                each.y = self.centre[1] + max(-302.0, min(302.0, out_y))
            direction = round(each.angle / math.tau * otter.FISH_DIRECTIONS) % otter.FISH_DIRECTIONS
            canvas.draw(self._fish_pictures[direction], each.x, each.y, 0.75)

    def _draw_bubbles(self, canvas: Canvas, view: SwimView, head: Xy, now_s: float) -> None:
        """A few bubbles rise behind a quick otter."""
        most = _BUBBLES[view.effects]
        self._bubbles = [each for each in self._bubbles if now_s - each[2] < 0.8]
        if most and view.liveliness > 0.35 and len(self._bubbles) < most:
            newest = self._bubbles[-1][2] if self._bubbles else -1.0
            if now_s - newest > 0.16:
                x, y = self._spine[9]
                sway = 14.0 * math.sin(7.0 * now_s)
                self._bubbles.append((x + sway, y, now_s))
        for x, y, since in self._bubbles:
            share = (now_s - since) / 0.8
            canvas.draw(self._bubble, x, y - 26 * share, 0.8 * (1 - share))


DRAWING = Drawing
