"""Draws Mirror Scribe from its `TraceView` alone; ink stays in the paper until the page ends."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from game_client.assets import scribe
from game_client.engine.canvas import Canvas
from game_client.engine.palette import CUE, DONE_ON_LIGHT, INK, PERSON_INK, TARGET
from game_client.games._stones import Stones

if TYPE_CHECKING:
    from game_client.engine.geometry import Xy
    from game_client.engine.look import Look
    from game_client.engine.painter import Sprite
    from game_client.games._view import Point, TraceView
    from game_client.words import Words

_SHAPE_PX = 215.0
_INK_PX, _STEP_PX = 4.5, 2.5
_MARK_PX = 15


class Drawing:
    """Holds the pictures, and the ink of the page."""

    def __init__(
        self, look: Look, words: Words, context: str = "water_mill", mode: str = "error_based"
    ) -> None:
        self.look = look
        contrast = look.high_contrast
        self._desk = scribe.desk(look.mirrored, contrast)
        self._pen = scribe.pen(contrast)
        self._signs = {each: scribe.mirror_sign(each, contrast) for each in ("left_right", "up_down", "both")}
        self._ink = scribe.ink()
        self._last: Xy | None = None
        self._page: tuple[object, ...] = ()
        self._line: Sprite | None = None
        self._stones = Stones(look)
        self._px_per_m = _SHAPE_PX / 0.04
        self.centre: Xy = (look.x(scribe.MARK[0]), scribe.MARK[1])

    def to_screen(self, point: Point) -> Xy:
        """Metres of the pen's space to canvas pixels."""
        return self.centre[0] + point[0] * self._px_per_m, self.centre[1] - point[1] * self._px_per_m

    def draw(self, canvas: Canvas, view: TraceView, now_s: float) -> None:
        """Draw one frame at `now_s` (seconds of any steady clock)."""
        self._turn_page(view)
        x, y = self.centre
        canvas.draw(self._desk)
        if view.mirror != "none":
            canvas.draw(self._signs[view.mirror], self.look.x(486), 124)
        if self._line is not None:
            canvas.draw(self._line, x, y)
        if view.stage == "reach":
            self._add_ink(view.cursor)
        canvas.draw(self._ink, x, y)
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
        """Draw the progress stones from height `top` on."""
        if view.stones_total and view.pages is not None:
            self._stones.draw(canvas, view.stones_done, view.stones_total, top, beside)

    def draw_card(self, canvas: Canvas, view: TraceView) -> float | None:
        """There is no card: the instruction stands on its slip."""
        return None

    def _turn_page(self, view: TraceView) -> None:
        """A new page: its double line, and paper without ink."""
        page = (view.trial, view.shape, view.half_width_m)
        if page == self._page:
            return
        self._page, self._last = page, None
        self._ink.surface.fill((0, 0, 0, 0))
        size_m = math.hypot(view.corners[0][0] - view.centre[0], view.corners[0][1] - view.centre[1])
        self._px_per_m = _SHAPE_PX / size_m
        points = [(px * self._px_per_m, -py * self._px_per_m) for px, py in view.corners]
        half_px = view.half_width_m * self._px_per_m
        self._line = scribe.double_line(points, half_px, self.look.high_contrast)

    def _add_ink(self, pen: Point | None) -> None:
        """Draw the way since the last frame into the paper; a hidden pen leaves none."""
        if pen is None:
            self._last = None
            return
        here = pen[0] * self._px_per_m + self._ink.x, self._ink.y - pen[1] * self._px_per_m
        last = self._last or here
        count = max(1, min(400, math.ceil(math.dist(last, here) / _STEP_PX)))
        paper = Canvas(self._ink.surface)
        colour = CUE if self.look.high_contrast else PERSON_INK
        for k in range(1, count + 1):
            share = k / count
            paper.disc(
                last[0] + share * (here[0] - last[0]),
                last[1] + share * (here[1] - last[1]),
                _INK_PX,
                colour,
            )
        self._last = here


DRAWING = Drawing
