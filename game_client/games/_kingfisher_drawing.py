"""Draws Kingfisher from its `ReachView` alone: what the view does not hold, the picture cannot leak.

One looks across the brook; the post is near, the fish are ahead. The targets' distance is 300 pixels. The
stop sign stands whole from one frame to the next, since its time is measured. Hand space is never mirrored;
only the layout around it is.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from game_client.assets import brook
from game_client.assets.stop_sign import stop_sign
from game_client.engine.canvas import arc_sprite, slip_sprite
from game_client.engine.look import HEIGHT, WIDTH
from game_client.engine.palette import CUE, FOAM, INACTIVE, INK, QUIET, TARGET, WHITE, mix
from game_client.games._stones import Stones

if TYPE_CHECKING:
    from game_client.engine.canvas import Canvas
    from game_client.engine.geometry import Xy
    from game_client.engine.look import Look
    from game_client.engine.painter import Sprite
    from game_client.games._view import Point, ReachView
    from game_client.words import Words

REACH_PX = 300.0
STOP_AT: Xy = (800.0, 348.0)
_SCALES = (0.42, 0.55, 0.70, 0.88, 1.10, 1.35)
"""Sizes in which fish are painted; the ring about one shows the exact place that counts."""
_FISH_HALF_PX = 44.0  # half of a fish's length at scale 1
_SHOAL: dict[int, tuple[tuple[float, float], ...]] = {
    1: ((0.0, 0.0),),
    3: ((0.0, -0.62), (-0.55, 0.30), (0.62, 0.42)),
}
"""Where the fish of one and of three points swim, in half lengths."""
_LEAST_STEP_PX, _JUMP_PX, _TRAIL = 7.0, 160.0, 14
_SPLASH_S, _SWIM_OFF_S = 0.30, 1.2
_HOLD_PX, _SLIP_PX = 54, 64
_DROPS = {"low": 0, "medium": 8, "high": 16}


class Drawing:
    """Holds the pictures, made once, and what moves between frames: the bird's way and the water."""

    def __init__(self, look: Look, words: Words, context: str = "birch_brook", mode: str = "acuity") -> None:
        self.look = look
        contrast = look.high_contrast
        place = brook.place_of(context)
        self._ground = brook.ground(place, look.mirrored, contrast)
        self._weeds = [] if contrast else brook.weeds(place)
        self._post = brook.post(contrast)
        self._birds = brook.birds(contrast)
        self._fish = {facing: [brook.fish(each, contrast, facing) for each in _SCALES] for facing in (-1, 1)}
        self._sign = stop_sign(380, contrast)
        self._otter = brook.head(contrast)
        self._rings = brook.rings(contrast)
        self._quiet = INACTIVE if contrast else mix(QUIET, place.water, 0.25)
        self._stones = Stones(look)
        for step in range(1, 61):
            arc_sprite(_HOLD_PX, 8, CUE if contrast else TARGET, step)  # made now: not while somebody plays
        for points in (1, 3):
            slip_sprite(_slip_px(points), _SLIP_PX, 18, contrast)
        self.centre: Xy = (look.x(brook.CENTRE[0]), brook.CENTRE[1])
        self._stop_at: Xy = (look.x(STOP_AT[0]), STOP_AT[1])
        self._px_per_m = REACH_PX / 0.10
        self._trail: list[Xy] = []
        self._heading_deg = 90.0
        self._stage: tuple[int, str] = (-1, "")
        self._stage_s = 0.0
        self._left_s: float | None = None
        self._water_s = 0.0
        self._last_s: float | None = None

    def to_screen(self, point: Point) -> Xy:
        """Metres of hand space to canvas pixels."""
        return self.centre[0] + point[0] * self._px_per_m, self.centre[1] - point[1] * self._px_per_m

    def draw(self, canvas: Canvas, view: ReachView, now_s: float) -> None:
        """Draw one frame at `now_s` (seconds of any steady clock)."""
        self._px_per_m = REACH_PX / view.reach_m
        self._follow(view, now_s)
        canvas.draw(self._ground)
        self._draw_weeds(canvas)
        self._draw_places(canvas, view)
        self._draw_start(canvas, view)
        self._draw_fish(canvas, view, now_s)
        if view.return_guide_m is not None:
            radius = max(62.0, min(330.0, view.return_guide_m * self._px_per_m))
            canvas.hoop(*self.centre, radius, 5, WHITE)
        self._draw_splash(canvas, view, now_s)
        self._draw_bird(canvas, view)
        if view.stop:
            canvas.draw(self._sign, *self._stop_at)

    def draw_reading_column(self, canvas: Canvas, view: ReachView, top: float, beside: float = 0) -> None:
        """Draw the progress stones from height `top` on, `beside` pixels further in."""
        if view.stones_total:
            self._stones.draw(canvas, view.stones_done, view.stones_total, top, beside)

    def draw_card(self, canvas: Canvas, view: ReachView) -> float | None:
        """There is no card: the instruction stands on its slip."""
        return None

    # -- what changes between frames ------------------------------------------------------------------------

    def _follow(self, view: ReachView, now_s: float) -> None:
        if (view.trial, view.stage) != self._stage:
            if view.stage == "reach":
                self._trail, self._left_s = [], None
            self._stage, self._stage_s = (view.trial, view.stage), now_s
        passed_s = 0.0 if self._last_s is None else max(0.0, min(0.1, now_s - self._last_s))
        self._last_s = now_s
        still = view.effects in ("none", "low") or view.phase == "probe" or self.look.reduced_motion
        self._water_s += 0.0 if still else passed_s
        if view.cursor is None:
            self._trail, self._heading_deg = [], 90.0
            return
        if view.stage == "hold":
            self._heading_deg = 90.0
        away = math.hypot(*view.cursor) > view.start_radius_m
        if view.stage == "reach" and away and self._left_s is None:
            self._left_s = now_s
        x, y = self.to_screen(view.cursor)
        if not self._trail:
            self._trail.append((x, y))
        dx, dy = x - self._trail[-1][0], y - self._trail[-1][1]
        far = math.hypot(dx, dy)
        if far > _JUMP_PX:
            self._trail = [(x, y)]
        elif far >= _LEAST_STEP_PX:
            if view.stage != "hold":
                turn = math.degrees(math.atan2(-dy, dx)) - self._heading_deg
                self._heading_deg += 0.5 * ((turn + 180.0) % 360.0 - 180.0)
            self._trail = [*self._trail[-_TRAIL:], (x, y)]

    # -- the brook ------------------------------------------------------------------------------------------

    def _draw_weeds(self, canvas: Canvas) -> None:
        for k, x in enumerate((430.0, 1130.0, 1230.0) if self._weeds else ()):
            leaning = self._weeds[round(1 + math.sin(0.7 * self._water_s + 1.9 * k))]
            canvas.draw(leaning, self.look.x(x), HEIGHT + 6.0)

    def _draw_places(self, canvas: Canvas, view: ReachView) -> None:
        """Quiet rings on the water where a fish may be."""
        for place in view.targets:
            if view.target != place and not view.choices:
                canvas.ripple(*self.to_screen(place), 20.0, 4.0, self._quiet, 0.8)

    def _draw_start(self, canvas: Canvas, view: ReachView) -> None:
        x, y = self.centre
        canvas.draw(self._post, x, y)
        if view.stage == "hold":
            canvas.arc(x, y, _HOLD_PX, 8, CUE if self.look.high_contrast else TARGET, view.hold_fraction)
        if view.offer and view.stage in ("return", "hold", "reach"):
            # What a catch brings: as many small fish on a slip of paper.
            wide = _slip_px(view.offer)
            left = x + 84.0 if not self.look.mirrored else x - 84.0 - wide
            canvas.slip(left, y + 30.0, wide, _SLIP_PX, self.look, 18)
            for k in range(view.offer):
                canvas.draw(self._fish[1][1], left + 50.0 + 58.0 * k, y + 62.0)

    # -- fish -----------------------------------------------------------------------------------------------

    def _draw_fish(self, canvas: Canvas, view: ReachView, now_s: float) -> None:
        radius = view.target_radius_m * self._px_per_m
        over = view.stage == "feedback"
        for number, choice in enumerate(view.choices):
            if not (over and view.chosen == number):
                self._draw_shoal(canvas, choice.place, radius, choice.points)
        if view.target is None or (over and view.caught):
            return
        self._draw_shoal(canvas, view.target, radius, max(1, view.offer))
        if view.stage == "reach" and view.time_limit_s and not view.stop:
            self._draw_time(canvas, view.target, radius + 17.0, view.time_limit_s, now_s)

    def _draw_shoal(self, canvas: Canvas, place: Point, radius: float, points: int) -> None:
        """One fish or three, inside the ring that counts."""
        x, y = self.to_screen(place)
        # Drawn, not kept as a sprite: its size changes with the person's success.
        if self.look.high_contrast:
            canvas.hoop(x, y, radius, 5, CUE)
        else:
            canvas.hoop(x, y, radius, 7, INK)
            canvas.hoop(x, y, radius, 3, WHITE)
        wanted = 1.15 * radius / _FISH_HALF_PX * (1.0 if points == 1 else 0.66)
        size = min(range(len(_SCALES)), key=lambda k: abs(_SCALES[k] - wanted))
        half = _FISH_HALF_PX * _SCALES[size]
        facing = 1 if place[0] >= 0.0 else -1
        bob = 2.0 * math.sin(2.0 * self._water_s + 40.0 * place[0])
        for aside, down in _SHOAL.get(points, _SHOAL[1]):
            canvas.draw(self._fish[facing][size], x + aside * half, y + down * half + bob)

    def _draw_time(self, canvas: Canvas, place: Point, radius: float, limit_s: float, now_s: float) -> None:
        """A ring about the fish that runs out once the bird has left."""
        gone = 0.0 if self._left_s is None else (now_s - self._left_s) / limit_s
        if gone >= 1.0:
            return
        x, y = self.to_screen(place)
        steps = max(2, round(40 * (1.0 - gone)))
        turns = [math.pi / 2 + math.tau * (1.0 - gone) * k / steps for k in range(steps + 1)]
        path = [(x + radius * math.cos(a), y - radius * math.sin(a)) for a in turns]
        canvas.ribbon(path, [6.0] * len(path), CUE if self.look.high_contrast else FOAM)

    # -- the bird -------------------------------------------------------------------------------------------

    def _draw_bird(self, canvas: Canvas, view: ReachView) -> None:
        if view.cursor is None:
            return
        x, y = self.to_screen(view.cursor)
        path = [*self._trail, (x, y)]
        if view.effects in ("medium", "high") and len(path) > 3 and view.stage in ("reach", "return"):
            count = len(path)
            colour = WHITE if self.look.high_contrast else FOAM
            canvas.ribbon(path, [1.0 + 5.0 * k / count for k in range(count)], colour, 0.35, smooth=True)
        count = len(self._birds)
        bird: Sprite = self._birds[round(self._heading_deg / 360.0 * count) % count]
        canvas.draw(bird, min(max(x, 40.0), WIDTH - 40.0), min(max(y, 40.0), HEIGHT - 40.0))

    def _draw_splash(self, canvas: Canvas, view: ReachView, now_s: float) -> None:
        """Rings where the bird dived, and a few drops for a catch; the otter swims off after a stop."""
        since_s = now_s - self._stage_s
        if view.stage != "feedback" or view.effects == "none":
            return
        if view.instruction in ("kingfisher.stopped", "kingfisher.wait"):
            gone = 0.0 if self.look.reduced_motion else min(1.0, since_s / _SWIM_OFF_S)
            canvas.draw(self._otter, self._stop_at[0], self._stop_at[1] + 40.0 * gone, 1.0 - 0.5 * gone)
            return
        if view.anchor is None:
            return
        x, y = self.to_screen(view.anchor)
        share = 1.0 if self.look.reduced_motion else min(1.0, since_s / _SPLASH_S)
        canvas.draw(self._rings[min(len(self._rings) - 1, int(share * len(self._rings)))], x, y, 0.9)
        if view.caught and share < 1.0:
            for k in range(_DROPS.get(view.effects, 0)):
                turn = math.tau * k / _DROPS[view.effects]
                far = 40.0 + 46.0 * share
                canvas.disc(x + far * math.cos(turn), y - 0.6 * far * math.sin(turn), 5, FOAM, 1.0 - share)


def _slip_px(points: int) -> int:
    """How wide the slip is that tells an offer."""
    return 44 + 58 * points


DRAWING = Drawing
