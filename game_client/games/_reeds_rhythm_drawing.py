"""Draws Reeds & Rhythm from its `RhythmView` alone: what the view does not hold, the picture cannot leak.

One looks down on the marsh. The two ends lie `END_PX` from the middle in the practised direction, which two
rows of reeds stand along; a dragonfly goes from end to end as the body should, a ring closes in on the end
whose beat comes. Hand space is never mirrored; only the layout around it is.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from game_client.assets import icons, marsh, things
from game_client.assets.stop_sign import stop_sign
from game_client.engine.palette import (
    BLACK,
    CREAM,
    CUE,
    DONE_ON_DARK,
    DONE_ON_LIGHT,
    INACTIVE,
    INK,
    LAMP,
    TARGET,
    WHITE,
    mix,
)  # fmt: skip
from game_client.games._stones import Stones

if TYPE_CHECKING:
    from game_client.engine.canvas import Canvas
    from game_client.engine.geometry import Xy
    from game_client.engine.look import Look
    from game_client.games._view import Point, RhythmView
    from game_client.words import Words

MIDDLE: Xy = (800.0, 388.0)
END_PX = 208.0
_SIGN_UP_PX = 178.0
_BOAT_SCALE = 0.62
_LANE_PX, _CLUMPS, _APART_PX = 120.0, 8, 66.0
_CLOSES_PX = 74.0
_BESIDE_PX = 58.0  # the dragonfly flies beside the boat's way
_MARKS_Y = 690.0


class Drawing:
    """Holds the pictures, made once, and what moves between frames: the boat's heading, reeds and lights."""

    def __init__(
        self, look: Look, words: Words, context: str = "harbour", mode: str = "use_dependent"
    ) -> None:
        self.look = look
        contrast = look.high_contrast
        self._place = marsh.place_of(context)
        self._ground = marsh.ground(self._place, look.mirrored, contrast)
        self._clumps = marsh.clumps(self._place, contrast)
        self._lanterns = {lit: marsh.lantern(contrast, lit) for lit in (False, True)}
        self._pale = marsh.pale_lantern(contrast)
        self._sign = stop_sign(340, contrast)
        self._boats = things.boats(_BOAT_SCALE, contrast)
        self._glow = None if contrast else things.glow_sprite(92, LAMP, 0.5).brightest()
        self._stones = Stones(look)
        self._tick = icons.icon("done", 0.9, look.ink, look.paper)
        self.centre: Xy = (look.x(MIDDLE[0]), MIDDLE[1])
        self._px_per_m = END_PX / 0.075
        self._last: tuple[Point, float] | None = None
        self._heading_deg = 90.0
        self._bend = 0.0
        self._wind = 1.0
        self._now_s = 0.0

    def to_screen(self, point: Point) -> Xy:
        """Metres of hand space to canvas pixels."""
        return self.centre[0] + point[0] * self._px_per_m, self.centre[1] - point[1] * self._px_per_m

    def draw(self, canvas: Canvas, view: RhythmView, now_s: float) -> None:
        """Draw one frame at `now_s` (seconds of any steady clock)."""
        self._px_per_m = END_PX / view.distance_m
        self._follow(view, now_s)
        canvas.draw(self._ground)
        paced = view.beats > 0
        if paced:
            self._draw_path(canvas, view)
            self._draw_reeds(canvas, view, behind=True)
            self._draw_ends(canvas, view)
        elif view.target is not None:
            canvas.draw(self._pale, *self.to_screen(view.target))
        if view.stage in ("return", "hold"):
            self._draw_rest(canvas, view)
        if view.frozen:
            # The whole sign in one flip, above the middle, so that the boat, which is to stay, is beside it.
            self._draw_reeds(canvas, view, behind=False)
            canvas.draw(self._sign, self.centre[0], self.centre[1] - _SIGN_UP_PX)
            self._draw_boat(canvas, view)
        else:
            self._draw_boat(canvas, view)
            if paced:
                self._draw_reeds(canvas, view, behind=False)
                self._draw_pacer(canvas, view)
        if paced:
            self._draw_marks(canvas, view)

    def draw_reading_column(self, canvas: Canvas, view: RhythmView, top: float, beside: float = 0) -> None:
        """Draw the progress stones from height `top` on, `beside` pixels further in."""
        if view.stones_total:
            self._stones.draw(canvas, view.stones_done, view.stones_total, top, beside)

    def draw_card(self, canvas: Canvas, view: RhythmView) -> float | None:
        """There is no card: the instruction stands on its slip."""
        return None

    # -- what changes between frames ------------------------------------------------------------------------

    def _follow(self, view: RhythmView, now_s: float) -> None:
        passed_s = max(0.0, min(0.1, now_s - self._now_s))
        self._now_s = now_s
        wanted = 0.0 if view.frozen else 1.0
        self._wind += (wanted - self._wind) * min(1.0, passed_s / 0.25)
        pushed = 0.0
        if view.cursor is None:
            self._last = None
        else:
            pushed = max(-1.0, min(1.0, view.cursor[0] / view.distance_m))
            if self._last is not None:
                (x, y), then_s = self._last
                dx, dy = view.cursor[0] - x, view.cursor[1] - y
                if math.hypot(dx, dy) > 0.02 * view.distance_m and now_s > then_s:
                    self._heading_deg = math.degrees(math.atan2(dy, dx))
                    self._last = view.cursor, now_s
            else:
                self._last, self._heading_deg = (view.cursor, now_s), 90.0
        self._bend += (pushed - self._bend) * min(1.0, passed_s / 0.18)

    def _ends(self, view: RhythmView) -> tuple[Xy, Xy]:
        """The end of the odd beats, and that of the even ones."""
        radians = math.radians(view.direction_deg)
        dx, dy = END_PX * math.cos(radians), -END_PX * math.sin(radians)
        x, y = self.centre
        return (x + dx, y + dy), (x - dx, y - dy)

    # -- the way and its reeds ------------------------------------------------------------------------------

    def _draw_path(self, canvas: Canvas, view: RhythmView) -> None:
        """Brighter water along the way, from end to end."""
        (ax, ay), (bx, by) = self._ends(view)
        if self.look.high_contrast:
            canvas.ribbon([(ax, ay), (bx, by)], [10.0, 10.0], BLACK)
            canvas.line((ax, ay), (bx, by), INACTIVE, 4)
            return
        colour = mix(self._place.water, self._place.sky[2], 0.75)
        points = [(ax + (bx - ax) * k / 12, ay + (by - ay) * k / 12) for k in range(13)]
        for wide, alpha in ((150.0, 0.22), (104.0, 0.22), (52.0, 0.24)):
            canvas.ribbon(points, [wide * (0.70 + 0.30 * abs(k - 6) / 6) for k in range(13)], colour, alpha)

    def _draw_reeds(self, canvas: Canvas, view: RhythmView, *, behind: bool) -> None:
        """Two rows of reeds along the way; they bend with the body's shift, and in the wind.

        Those below the middle of the way are drawn after the boat, the others before it.
        """
        radians = math.radians(view.direction_deg)
        cx, cy = math.cos(radians), -math.sin(radians)
        x0, y0 = self.centre
        still = view.effects in ("none", "low") or self.look.reduced_motion
        placed: list[tuple[float, float, int]] = []
        for k in range(2 * _CLUMPS):
            side = 1 if k % 2 else -1
            along = _APART_PX * (k // 2 - 0.5 * (_CLUMPS - 1)) + 9.0 * ((k * 5) % 4 - 1.5)
            beside = side * (_LANE_PX + 10.0 * ((k * 7) % 3))
            placed.append((x0 + along * cx - beside * cy, y0 + along * cy + beside * cx + 26.0, k))
        for x, y, k in sorted(placed, key=lambda each: each[1]):
            if (y <= y0 + 40.0) != behind:
                continue
            wind = 0.0
            if not still:
                wind = 1.6 * math.sin(1.1 * self._now_s - 0.008 * x + 0.6 * k) * self._wind
            push = 4.2 * self._bend if view.effects != "none" else 0.0
            bend = max(0, min(len(marsh.BENDS) - 1, round(push + wind) - marsh.BENDS[0]))
            canvas.draw(self._clumps[(k * 3) % 5 % 2][bend], x, y)

    # -- the ends and their beats ---------------------------------------------------------------------------

    def _draw_ends(self, canvas: Canvas, view: RhythmView) -> None:
        contrast = self.look.high_contrast
        radius = max(34.0, view.tolerance_m * self._px_per_m)
        runs = view.stage == "reach" and not view.frozen
        for odd, (x, y) in zip((1, 0), self._ends(view), strict=True):
            canvas.hoop(x, y, radius + 5, 10, BLACK if contrast else INK)
            canvas.hoop(x, y, radius + 3, 5, CUE if contrast else TARGET)
            # A lantern is lit from a quarter beat before its beat until a quarter after it.
            beat = round(view.beat_phase)
            apart = view.beat_phase - beat
            lit = runs and 0 < beat <= view.beats and beat % 2 == odd and -0.25 <= apart <= 0.25
            if lit and self._glow is not None and view.effects != "none":
                canvas.light(self._glow, x, y - 10)
            canvas.draw(self._lanterns[lit], x, y)
            coming = max(1, math.ceil(view.beat_phase))
            left = coming - view.beat_phase
            if runs and coming % 2 == odd and coming <= view.beats and left <= 0.75:
                canvas.hoop(x, y, radius + 8 + _CLOSES_PX * left, 5, WHITE if contrast else CREAM)

    def _draw_pacer(self, canvas: Canvas, view: RhythmView) -> None:
        """The dragonfly goes as the body should: slowly turning at each end on its beat."""
        if view.intended is None or view.stage != "reach":
            return
        x, y = self.to_screen(view.intended)
        is_back = math.sin(math.pi * view.beat_phase) < 0.0
        heading_deg = 15 * round(view.direction_deg / 15.0) + (180 if is_back else 0)
        flies = marsh.dragonflies(self.look.high_contrast, heading_deg % 360)
        which = 1 if self.look.reduced_motion else (0, 1, 2, 1)[int(self._now_s * 12.0) % 4]
        beside = math.radians(view.direction_deg + 90.0)
        canvas.draw(flies[which], x + _BESIDE_PX * math.cos(beside), y - _BESIDE_PX * math.sin(beside))

    def _draw_marks(self, canvas: Canvas, view: RhythmView) -> None:
        """A mark for each beat: a tick where it was good, a ring where it was not or is to come."""
        if not view.good and view.share is None:
            return
        contrast = self.look.high_contrast
        wide = 40.0
        left = self.centre[0] - wide * (view.beats - 1) / 2
        canvas.plate(
            round(left - 30),
            round(_MARKS_Y - 24),
            round(wide * (view.beats - 1) + 60),
            48,
            24,
            self.look.paper,
        )
        good = CUE if contrast else DONE_ON_LIGHT
        for k in range(view.beats):
            x = left + wide * k
            is_good = view.good[k] if k < len(view.good) else None
            if is_good:
                canvas.disc(x, _MARKS_Y, 13, good)
                tick = [(x - 6, _MARKS_Y), (x - 1.5, _MARKS_Y + 5.5), (x + 7, _MARKS_Y - 5.5)]
                canvas.ribbon(tick, [4.0, 4.0, 4.0], BLACK if contrast else WHITE)
            else:
                canvas.ring(x, _MARKS_Y, 10, 4, INACTIVE, 1.0 if k < len(view.good) else 0.5)

    # -- the boat -------------------------------------------------------------------------------------------

    def _draw_rest(self, canvas: Canvas, view: RhythmView) -> None:
        x, y = self.centre
        radius = round(max(46.0, view.start_radius_m * self._px_per_m + 12.0))
        colour = WHITE if self.look.high_contrast else CREAM
        canvas.ring(x, y, radius, 6, colour, 0.95)
        if view.hold_fraction > 0.0:
            canvas.arc(x, y, radius, 9, CUE if self.look.high_contrast else TARGET, view.hold_fraction)

    def _draw_boat(self, canvas: Canvas, view: RhythmView) -> None:
        if view.cursor is None:
            return
        x, y = self.to_screen(view.cursor)
        x, y = min(1240.0, max(40.0, x)), min(690.0, max(30.0, y))
        count = len(self._boats)
        canvas.draw(self._boats[round(self._heading_deg / 360 * count) % count], x, y)
        if view.success is None or view.effects == "none":
            return
        canvas.disc(x, y - 78, 36, self.look.paper)
        if self.look.high_contrast:
            canvas.ring(x, y - 78, 36, 4, WHITE)
        if view.success:
            canvas.draw(self._tick, x, y - 78)
        else:
            canvas.text(f"{100 * (view.share or 0.0):.0f} %", x, y - 80, 26, self.look.ink, "Bold", "centre")
        if view.stopped:
            canvas.ring(x, y - 78, 42, 5, DONE_ON_DARK)


DRAWING = Drawing
