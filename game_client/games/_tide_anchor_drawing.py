"""Draws Tide & Anchor from its `ReachView` alone: what the view does not hold, the picture cannot leak.

The play square is 720 pixels wide; a reach of `view.reach_m` is 240 pixels (212 beside the numbered ring,
so that the buoy clears the numbers). Hand space is never mirrored; only the layout around it is.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from game_client.assets import harbour, things
from game_client.engine import geometry
from game_client.engine.canvas import ring_sprite
from game_client.engine.look import WIDTH
from game_client.engine.palette import (
    BLACK,
    CREAM,
    CUE,
    ERROR,
    FOAM,
    INACTIVE,
    INK,
    QUIET,
    SEA,
    TARGET,
    WHITE,
    Rgb,
    mix,
    rgb,
)  # fmt: skip
from game_client.games._jar import Jar
from game_client.games._stones import Stones
from game_client.games._tide_anchor_signs import AimSigns, arrow_arc

if TYPE_CHECKING:
    from game_client.engine.canvas import Canvas
    from game_client.engine.geometry import Xy
    from game_client.engine.look import Look
    from game_client.engine.painter import Sprite
    from game_client.games._view import Point, ReachView
    from game_client.words import Words

REACH_PX, REACH_BESIDE_RING_PX = 240.0, 212.0
START_PX = 44
_BOAT_SCALE = 0.86
_TRAIL_POINTS, _TRAIL_STEP_PX, _JUMP_PX = 48, 6.0, 150.0
_ARC_HALF_DEG, _ARC_DOTS = 52.0, 17
_LIGHT_PLACES = ((-43.0, 1.02), (-22.0, 1.14), (0.0, 0.99), (22.0, 1.14), (43.0, 1.02))
"""Where the five lights come on, as degrees beside the target and shares of the reach: always the same."""
_ERROR_ARC_S, _DROP_S, _LIGHTS_OUT_S, _PRAISE_S = 0.6, 0.24, 0.5, 0.3
_LIGHTS_FULL_S = 0.4
_PRAISE_FROM_PX, _PRAISE_TO_PX = 20, 64
_MIST = 9  # lights of a boat in the mist
_DROPS = {"low": 0, "medium": 8, "high": 16}


class Drawing:
    """Holds the pictures, made once, and what moves between frames: the wake, and when a stage began."""

    def __init__(self, look: Look, words: Words, context: str = "harbour", mode: str = "error_based") -> None:
        self.look, self.words, self.mode = look, words, mode
        self.light = "harbour_dusk" if mode == "reward_based" and context == "harbour" else context
        contrast = look.high_contrast
        self._ground = harbour.paint(self.light, look.mirrored, contrast)
        self._depth = mix(harbour.light_of(self.light).edge, INK, 0.35)
        self._streaks = [] if contrast else harbour.streaks(self.light)
        self._boats = things.boats(_BOAT_SCALE, contrast)
        self._target = things.target_sprite(1.0, contrast, glows=True)
        self._plain_target = things.target_sprite(1.0, contrast, glows=False)
        self._anchors = [things.anchor_sprite(scale, contrast) for scale in (0.80, 0.74, 0.70, 0.66)]
        self._lantern = things.floating_lantern_sprite()
        self._glow = things.glow_sprite(120, rgb("#F2C14E"), 0.62)
        self._signs = AimSigns(look, words, self._boats) if mode == "strategy_cue" else None
        for radius in range(_PRAISE_FROM_PX, _PRAISE_TO_PX + 1):
            ring_sprite(radius, 3, WHITE)  # made now: not in the middle of a reach
        self._stones, self._jar = Stones(look), Jar(look)
        self.centre: Xy = (look.x(harbour.CENTRE[0]), harbour.CENTRE[1])
        self._px_per_m = REACH_PX / 0.10
        self._trail: list[Xy] = []
        self._heading_deg = 90.0
        self._stage: tuple[int, str] = (-1, "")
        self._stage_s = 0.0
        self._water_s = 0.0
        self._last_s: float | None = None
        self._target_at: Xy | None = None

    def to_screen(self, point: Point) -> Xy:
        """Metres of hand space to canvas pixels."""
        return self.centre[0] + point[0] * self._px_per_m, self.centre[1] - point[1] * self._px_per_m

    def draw(self, canvas: Canvas, view: ReachView, now_s: float) -> None:
        """Draw one frame at `now_s` (seconds of any steady clock)."""
        reach_px = REACH_BESIDE_RING_PX if view.mode == "strategy_cue" else REACH_PX
        self._px_per_m = reach_px / view.reach_m
        self._follow(view, now_s)
        canvas.draw(self._ground)
        if self._streaks:
            self._draw_streaks(canvas)
        rewards = view.mode == "reward_based"
        if view.aim_ring and self._signs:
            self._signs.draw_ring(canvas, self.centre, view.cue.clock if view.cue else 0)
        elif not rewards or view.phase in ("probe", "baseline", "washout"):
            self._draw_places(canvas, view)
        self._draw_start(canvas, view)
        if view.cue is not None and self._signs:
            at = None if view.target is None else self.to_screen(view.target)
            self._signs.draw_cue(canvas, view.cue, self.centre, at)
        paid_for = rewards and view.phase not in ("probe", "baseline", "washout")
        if paid_for:
            self._draw_reward(canvas, view, now_s)
        else:
            self._draw_target(canvas, view, now_s)
            self._draw_past(canvas, view)
        if view.return_guide_m is not None:
            self._draw_return_guide(canvas, view.return_guide_m)
        self._draw_error(canvas, view, now_s)
        self._draw_boat(canvas, view)
        if view.aim_handle_deg is not None and self._signs:
            self._signs.draw_handle(canvas, view.aim_handle_deg, view.aim_left_s, self.centre)
        self._draw_praise(canvas, view, now_s)
        if paid_for:
            self._jar.draw(canvas, view.lights)

    def draw_reading_column(self, canvas: Canvas, view: ReachView, top: float, beside: float = 0) -> None:
        """Draw the progress stones from height `top` on, `beside` pixels further in."""
        if view.mode != "reward_based" and view.stones_total:
            self._stones.draw(canvas, view.stones_done, view.stones_total, top, beside)

    def draw_card(self, canvas: Canvas, view: ReachView) -> float | None:
        """Draw the cue's card in place of the instruction; returns where it ends, or None without a cue."""
        if view.cue is None or self._signs is None:
            return None
        target_deg = 0.0
        if view.target is not None:
            target_deg = math.degrees(math.atan2(view.target[1], view.target[0]))
        return self._signs.draw_card(canvas, view.cue, target_deg)

    # -- what changes between frames ------------------------------------------------------------------------

    def _follow(self, view: ReachView, now_s: float) -> None:
        if (view.trial, view.stage) != self._stage:
            if view.stage == "reach":
                self._trail = []
            self._stage, self._stage_s = (view.trial, view.stage), now_s
        if view.target is not None:
            self._target_at = self.to_screen(view.target)
        passed_s = 0.0 if self._last_s is None else max(0.0, min(0.1, now_s - self._last_s))
        self._last_s = now_s
        still = view.effects == "none" or view.phase == "probe" or self.look.reduced_motion
        self._water_s += 0.0 if still else passed_s
        if view.cursor is None:
            self._trail = []
            return
        x, y = self.to_screen(view.cursor)
        if not self._trail:
            self._trail.append((x, y))
        dx, dy = x - self._trail[-1][0], y - self._trail[-1][1]
        if math.hypot(dx, dy) > _JUMP_PX:
            self._trail = [(x, y)]
        elif math.hypot(dx, dy) >= _TRAIL_STEP_PX:
            turn = math.degrees(math.atan2(-dy, dx)) - self._heading_deg
            self._heading_deg += 0.45 * ((turn + 180) % 360 - 180)
            self._trail = [*self._trail[-_TRAIL_POINTS:], (x, y)]

    def _since(self, now_s: float) -> float:
        return now_s - self._stage_s

    # -- the water ------------------------------------------------------------------------------------------

    def _draw_streaks(self, canvas: Canvas) -> None:
        """Light strokes that drift a little way, fade, and begin anew; they never reach the land."""
        for k in range(24):
            y = 14 + (k * 151) % 690
            low = 450 if y < 330 else 410
            high = 1270 if y < 480 else 1040
            streak = self._streaks[k % 6]
            home = low + (k * 397) % max(1, high - low - streak.size[0])
            way = (self._water_s * (6 + (k * 5) % 7) / 60 + k * 0.37) % 1
            x = home + 60 * (way - 0.5)
            if self.look.mirrored:
                x = WIDTH - x - streak.size[0]
            canvas.draw(streak, x, y, min(1.0, 1.6 * math.sin(math.pi * way)))

    def _draw_places(self, canvas: Canvas, view: ReachView) -> None:
        """Quiet rings where a buoy may appear."""
        colour, strength = (INACTIVE, 1.0) if self.look.high_contrast else (QUIET, 0.55)
        for point in view.targets:
            if view.target is not None and point == view.target:
                continue
            x, y = self.to_screen(point)
            canvas.ring(x, y, 17, 4 if self.look.high_contrast else 3, colour, strength)
            if not self.look.high_contrast:
                canvas.disc(x, y, 4, colour, 0.6)

    def _draw_start(self, canvas: Canvas, view: ReachView) -> None:
        x, y = self.to_screen(view.start)
        if view.mode == "reward_based":
            self._draw_start_stone(canvas, view, x, y)
            return
        canvas.disc(x, y, START_PX, BLACK if self.look.high_contrast else self._depth, 0.6)
        canvas.ring(x, y, START_PX, 6 if self.look.high_contrast else 4, WHITE, 0.95)
        if view.stage == "hold":
            canvas.arc(x, y, START_PX + 8, 8, CUE if self.look.high_contrast else TARGET, view.hold_fraction)

    def _draw_start_stone(self, canvas: Canvas, view: ReachView, x: float, y: float) -> None:
        """The start says only whether the hand is there: the stone lights up when it is."""
        ready = view.stage in ("hold", "aim", "reach")
        if self.look.high_contrast:
            canvas.disc(x, y, 46, WHITE if ready else BLACK)
            canvas.ring(x, y, 46, 5, WHITE)
        else:
            canvas.disc(x + 3, y + 9, 50, BLACK, 0.28)
            canvas.disc(x, y + 5, 48, rgb("#33506B"))
            canvas.disc(x, y, 48, rgb("#9DB9BE") if ready else rgb("#6E8A99"))
            canvas.ring(x, y, 36, 4, CREAM, 0.95 if ready else 0.6)
        if view.stage == "hold":
            canvas.arc(x, y, 58, 8, CUE if self.look.high_contrast else TARGET, view.hold_fraction)

    def _draw_return_guide(self, canvas: Canvas, distance_m: float) -> None:
        """A ring as wide as the hand is far: it shrinks onto the start, and never says from where."""
        x, y = self.centre
        radius = max(START_PX + 6, min(340.0, distance_m * self._px_per_m))
        canvas.hoop(x, y, radius, 5, WHITE if self.look.high_contrast else mix(CREAM, SEA, 0.2))

    # -- error-based, strategy and probe --------------------------------------------------------------------

    def _draw_target(self, canvas: Canvas, view: ReachView, now_s: float) -> None:
        if view.target is None:
            return
        x, y = self.to_screen(view.target)
        if view.straight_line and not (view.phase == "probe" or view.purpose == "assess"):
            self._draw_straight_line(canvas, x, y)
        plain = view.effects == "none" or view.phase == "probe"
        canvas.draw(self._plain_target if plain else self._target, x, y)

    def _draw_straight_line(self, canvas: Canvas, x: float, y: float) -> None:
        cx, cy = self.centre
        length = math.hypot(x - cx, y - cy)
        dots = max(1, int((length - START_PX - 14 - 56) // 18.5))
        for i in range(dots + 1):
            t = (START_PX + 14 + i * 18.5) / length
            size, strength = (4.0, 1.0) if self.look.high_contrast else (3.5, 0.65)
            canvas.disc(cx + (x - cx) * t, cy + (y - cy) * t, size, WHITE, strength)

    def _draw_past(self, canvas: Canvas, view: ReachView) -> None:
        """The last anchors, paler and smaller the older they are."""
        strengths = (1.0, 1.0, 1.0) if self.look.high_contrast else (0.85, 0.62, 0.40)
        for age, point in enumerate(view.past_anchors[:3]):
            canvas.draw(self._anchors[age + 1], *self.to_screen(point), alpha=strengths[age])

    def _draw_error(self, canvas: Canvas, view: ReachView, now_s: float) -> None:
        """Which way the boat went beside the buoy: from there, an arrow back to the buoy's direction."""
        shown = view.error_from_deg is not None and view.error_to_deg is not None
        if not shown or view.purpose == "assess" or self._since(now_s) > _ERROR_ARC_S:
            return
        assert view.error_from_deg is not None and view.error_to_deg is not None  # noqa: S101
        radius = 346.0 if view.aim_ring else 320.0
        edge = BLACK if self.look.high_contrast else INK
        arrow_arc(canvas, self.centre, radius, view.error_from_deg, view.error_to_deg, ERROR, edge)

    def _draw_boat(self, canvas: Canvas, view: ReachView) -> None:
        if view.cursor is None:
            return
        if view.stage == "aim":
            # The boat waits while the player says where it will be aimed.
            x, y = self.centre
            canvas.draw(self._boat(90.0), x, y, 0.6)
            return
        if view.stage in ("reach", "feedback", "between", "return") and not view.blur_m:
            self._draw_wake(canvas, view)
        if view.blur_m:
            self._draw_mist(canvas, view, view.cursor)
            return
        x, y = self.to_screen(view.cursor)
        out_x, out_y = min(max(x, 30.0), 1250.0), min(max(y, 30.0), 690.0)
        canvas.draw(self._boat(self._heading_deg), out_x, out_y)

    def _draw_mist(self, canvas: Canvas, view: ReachView, middle: Point, colour: Rgb = WHITE) -> None:
        """A cloud of lights whose middle is the place: how far apart they are says how unsure it is."""
        x, y = self.to_screen(middle)
        wide = math.sqrt(2.0) * view.blur_m * self._px_per_m
        for k in range(_MIST):
            far = wide * math.sqrt((k + 0.5) / _MIST)
            at = geometry.polar(x, y, far, 137.5 * k + 61.0 * view.trial)
            if self.look.high_contrast:
                canvas.disc(*at, 9, BLACK)
            else:
                canvas.disc(*at, 17, colour, 0.16)
            canvas.disc(*at, 6, colour)

    def _boat(self, heading_deg: float) -> Sprite:
        count = len(self._boats)
        return self._boats[round(heading_deg / 360 * count) % count]

    def _draw_wake(self, canvas: Canvas, view: ReachView) -> None:
        assert view.cursor is not None  # noqa: S101
        path = [*self._trail, self.to_screen(view.cursor)]
        if view.stage != "return":
            path = [each for each in path if math.dist(each, self.centre) > START_PX + 4]
        count = len(path)
        if count < 4:
            return
        if self.look.high_contrast:
            canvas.ribbon(path, [5 + 5 * i / count for i in range(count)], WHITE)
            return
        if view.effects in ("medium", "high"):
            rise = [min(1.0, (i + 0.3) / 5) for i in range(count)]
            wide = [(58 - 40 * i / count) * rise[i] for i in range(count)]
            canvas.ribbon(path, wide, rgb("#9ADAD8"), 0.10)
            canvas.ribbon(path, [0.55 * each for each in wide], rgb("#D5F4F0"), 0.16)
            for side, spread, strength in ((-1, 17, 0.7), (1, 17, 0.7), (-1, 30, 0.3), (1, 30, 0.3)):
                canvas.ribbon(
                    _beside(path, side, spread), [1.4 + 2.6 * i / count for i in range(count)], FOAM, strength
                )
        canvas.ribbon(path, [2.5 + 5 * i / count for i in range(count)], WHITE)

    def _draw_praise(self, canvas: Canvas, view: ReachView, now_s: float) -> None:
        """The anchor falls, with two rings; on a hit a few drops fly outwards, never over the buoy."""
        if view.anchor is None or view.stage != "feedback":
            return
        if view.blur_m:
            self._draw_mist(canvas, view, view.anchor, ERROR if self.look.high_contrast else CREAM)
            return
        x, y = self.to_screen(view.anchor)
        t = 1.0 if view.effects == "none" else min(1.0, self._since(now_s) / _DROP_S)
        fall = 0.0 if self.look.reduced_motion else 26 * (1 - t) ** 2
        rings = t < 1.0 or self._since(now_s) < _PRAISE_S
        if view.effects != "none" and rings:
            p = min(1.0, self._since(now_s) / _PRAISE_S)
            for delay in (0.0, 0.35):
                if p > delay:
                    grown = (_PRAISE_TO_PX - _PRAISE_FROM_PX) * (p - delay)
                    canvas.ring(x, y, _PRAISE_FROM_PX + grown, 3, WHITE, 0.8 * (1 - p))
            if view.error_from_deg is None and not self.look.reduced_motion:
                for k in range(_DROPS.get(view.effects, 0)):
                    dx, dy = geometry.polar(x, y, 62 + 30 * p, k * 360 / max(1, _DROPS[view.effects]))
                    canvas.disc(dx, dy, 5, FOAM, 1 - p)
        canvas.disc(x, y - fall, 27, BLACK if self.look.high_contrast else INK, 0.55)
        canvas.draw(self._anchors[0], x, y - fall)

    # -- reward-based ---------------------------------------------------------------------------------------

    def _draw_reward(self, canvas: Canvas, view: ReachView, now_s: float) -> None:
        """An evenly dotted arc; after a paid reach five lights at the same five places."""
        shown = view.target if view.target is not None else None
        if shown is not None:
            deg = math.degrees(math.atan2(shown[1], shown[0]))
            radius = self._px_per_m * view.reach_m
            for k in range(_ARC_DOTS):
                offset = -_ARC_HALF_DEG + 2 * _ARC_HALF_DEG * k / (_ARC_DOTS - 1)
                x, y = geometry.polar(*self.centre, radius, deg + offset)
                strength = 1.0 if self.look.high_contrast else 0.78
                canvas.disc(
                    x,
                    y,
                    5.5 if self.look.high_contrast else 4.5,
                    WHITE if self.look.high_contrast else CREAM,
                    strength,
                )
            if view.stage == "feedback" and view.rewarded:
                self._draw_lights(canvas, deg, radius, self._since(now_s))

    def _draw_lights(self, canvas: Canvas, deg: float, radius: float, since_s: float) -> None:
        strength = 1.0 - max(0.0, min(1.0, (since_s - _LIGHTS_FULL_S) / _LIGHTS_OUT_S))
        if strength <= 0:
            return
        places = [
            geometry.polar(*self.centre, radius * share, deg + beside) for beside, share in _LIGHT_PLACES
        ]
        for x, y in places:
            if not self.look.high_contrast and strength > 0.5:
                canvas.light(self._glow, x, y)
            canvas.draw(self._lantern, x, y, strength)


def _beside(path: list[Xy], side: int, spread: float) -> list[Xy]:
    """A line along the path, further from it where the wake is older."""
    out: list[Xy] = []
    last = len(path) - 1
    for i, (x, y) in enumerate(path):
        (ax, ay), (bx, by) = path[max(0, i - 1)], path[min(last, i + 1)]
        length = math.hypot(bx - ax, by - ay) or 1.0
        away = side * (5 + spread * (1 - i / last) ** 0.9)
        out.append((x - (by - ay) / length * away, y + (bx - ax) / length * away))
    return out


DRAWING = Drawing
