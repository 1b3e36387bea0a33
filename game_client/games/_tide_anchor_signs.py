"""The signs of Tide & Anchor: numbered ring, cue with its card, aim handle and error arrow."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from game_client.assets import things
from game_client.engine.geometry import polar, ribbon, turned
from game_client.engine.painter import Gradient, Painter, Sprite
from game_client.engine.palette import (
    BLACK,
    CUE,
    INK,
    LAMP,
    QUIET,
    SEA,
    TARGET,
    WHITE,
    Rgb,
    rgb,
)  # fmt: skip

if TYPE_CHECKING:
    from game_client.engine.canvas import Canvas
    from game_client.engine.geometry import Xy
    from game_client.engine.look import Look
    from game_client.games._view import CueView
    from game_client.words import Words

RING_PX = 306
CARD_X, CARD_Y, CARD_WIDTH = 40, 56, 318
_AIM_S = 8.0


def hour_deg(hour: int) -> float:
    """The direction of an hour on the ring; twelve is up."""
    return 90.0 - 30.0 * hour


def arrow_arc(
    canvas: Canvas, centre: Xy, radius: float, from_deg: float, to_deg: float, colour: Rgb, edge: Rgb
) -> None:
    """A bent arrow with a round tail, from one direction to another the short way."""
    swing = (to_deg - from_deg + 180) % 360 - 180
    head_deg = math.copysign(min(abs(swing), math.degrees(26 / radius)), swing)
    steps = max(2, int(abs(swing)) + 2)
    path = [polar(*centre, radius, from_deg + (swing - head_deg) * i / steps) for i in range(steps + 1)]
    tip_deg = from_deg + swing - head_deg * 0.4
    facing = tip_deg + math.copysign(90, swing)
    tip = polar(*centre, radius, tip_deg)
    for grow, paint in ((3.5, edge), (0.0, colour)):
        canvas.ribbon(path, [10 + 2 * grow] * len(path), paint)
        canvas.disc(*path[0], 9 + grow, paint)
        long, wide = 22 + 1.6 * grow, 18 + 1.8 * grow
        canvas.polygon(turned([(long, 0), (-12 - grow, -wide), (-12 - grow, wide)], facing, *tip), paint)


class AimSigns:
    """Everything that says where to aim."""

    def __init__(self, look: Look, words: Words, boats: list[Sprite]) -> None:
        self.look, self.words, self._boats = look, words, boats
        self._ring = self._paint_ring()
        self._diamond = things.diamond_sprite(look.high_contrast)
        self._lighthouse = things.lighthouse_sprite()
        self._roads: dict[int, Sprite] = {}
        for hour in range(12):
            self._road(hour_deg(hour))
        self._clock = self._paint_clock()
        self._buoy = self._paint_buoy()

    # -- the numbered ring ----------------------------------------------------------------------------------

    def _paint_ring(self) -> Sprite:
        half = RING_PX + 44
        p = Painter(2 * half, 2 * half, origin=(half, half))
        contrast = self.look.high_contrast
        line, ground = (WHITE, BLACK) if contrast else (QUIET, rgb("#0B3545"))
        if not contrast:
            p.circle(0, 0, half - 16, rgb("#062B3A"), 0.22, blur=12)
        p.ring(0, 0, RING_PX, 2.5, line, 1 if contrast else 0.5)
        for hour in range(1, 13):
            x, y = polar(0, 0, RING_PX, hour_deg(hour))
            p.circle(x, y, 24, ground)
            p.ring(x, y, 24, 3 if contrast else 2.5, line, 1 if contrast else 0.75)
        return p.sprite()

    def draw_ring(self, canvas: Canvas, centre: Xy, but: int = 0) -> None:
        """Draw the ring; the number `but` is left to the diamond that stands there."""
        canvas.draw(self._ring, *centre)
        for hour in range(1, 13):
            if hour == but:
                continue
            x, y = polar(*centre, RING_PX, hour_deg(hour))
            canvas.text(
                str(hour), x, y - 1, 30, WHITE if self.look.high_contrast else rgb("#EAF8F6"), align="centre"
            )

    # -- the cue in the water -------------------------------------------------------------------------------

    def draw_cue(self, canvas: Canvas, cue: CueView, centre: Xy, target: Xy | None) -> None:
        """Light road, lighthouse and diamond; they fade together with the cue."""
        at = polar(*centre, RING_PX, cue.aim_deg)
        canvas.draw(self._road(cue.aim_deg), *centre, alpha=cue.strength)
        side = 1 if math.cos(math.radians(cue.aim_deg)) > 0.1 else -1
        foot = (at[0] + side * 70, min(max(at[1] + 6, 118.0), 690.0))
        canvas.draw(self._lighthouse, *foot, alpha=cue.strength)
        canvas.draw(self._diamond, *at, alpha=cue.strength)
        if cue.clock:
            canvas.text(str(cue.clock), at[0], at[1] - 1, 42, INK, "Bold", "centre", cue.strength)

    def _road(self, deg: float) -> Sprite:
        """The road of light from the boat to the cued number; painted once for each direction."""
        key = round(deg) % 360
        if key not in self._roads:
            half = RING_PX - 10
            p = Painter(2 * half, 2 * half, origin=(half, half))
            if not self.look.high_contrast:
                p.shape(
                    [polar(0, 0, 30, deg), polar(0, 0, 256, deg - 7), polar(0, 0, 256, deg + 7)],
                    LAMP,
                    0.30,
                    blur=7,
                )
            for i in range(12):
                x, y = polar(0, 0, 58 + i * 17, deg)
                wide = 5 + 2.0 * i
                across = [(x + wide * u / 5, y + 0.9 * math.sin(u * 0.8 + i)) for u in range(-5, 6)]
                taper = [4.4 * math.sin(math.pi * (k + 0.3) / 10.6) for k in range(11)]
                p.shape(ribbon(across, taper), CUE if self.look.high_contrast else rgb("#FFF3C0"), 0.95)
            self._roads[key] = p.sprite()
        return self._roads[key]

    # -- the card -------------------------------------------------------------------------------------------

    def _paint_clock(self) -> Sprite:
        p = Painter(250, 250, origin=(125, 125))
        contrast = self.look.high_contrast
        p.circle(0, 0, 118, BLACK if contrast else Gradient("round", SEA, rgb("#124F60"), 0, 130))
        if contrast:
            p.ring(0, 0, 116, 4, WHITE)
        for hour in range(12):
            p.circle(*polar(0, 0, 100, hour * 30), 5.5, WHITE if contrast else QUIET)
        return p.sprite()

    def _paint_buoy(self) -> Sprite:
        p = Painter(80, 100, origin=(40, 56))
        things.buoy(p, 0, 0, 0.72, self.look.high_contrast)
        return p.sprite()

    def draw_card(self, canvas: Canvas, cue: CueView, target_deg: float) -> float:
        """Draw the picture of the aim with at most four words; returns where the card ends."""
        look = self.look
        left = look.x(CARD_X, CARD_WIDTH)
        aim, where = self.words("tide.aim_at"), self.words("tide.at_light")
        if cue.clock:
            where = self.words("tide.clock", clock=cue.clock)
        room = CARD_WIDTH - 52
        first, first_lines = canvas.fit(aim, look.size(42), room, round(look.size(42) * 1.25))
        second, second_lines = canvas.fit(where, look.size(54), room, round(look.size(54) * 1.25))
        tall = 1.2 * (first * len(first_lines) + second * len(second_lines))
        height = 262 + round(tall) + 30
        canvas.slip(left, CARD_Y, CARD_WIDTH, height, look, 26)
        x, y = left + CARD_WIDTH / 2, CARD_Y + 136
        canvas.draw(self._clock, x, y)
        canvas.draw(self._buoy, *polar(x, y, 76, target_deg))
        tail, neck = polar(x, y, 6, cue.aim_deg), polar(x, y, 62, cue.aim_deg)
        canvas.ribbon([tail, neck], [14, 14], CUE)
        canvas.polygon(turned([(36, 0), (-6, -24), (-6, 24)], cue.aim_deg, *neck), CUE)
        boat = self._boats[round(cue.aim_deg / 360 * len(self._boats)) % len(self._boats)]
        canvas.draw(boat, *polar(x, y, -30, cue.aim_deg))
        text_y = CARD_Y + 262
        end = canvas.paragraph(aim, left + 32, text_y, room, 110, first, look.ink)
        canvas.paragraph(where, left + 32, end, room, 150, second, look.ink)
        return CARD_Y + height

    # -- the aim report -------------------------------------------------------------------------------------

    def draw_handle(self, canvas: Canvas, deg: float, left_s: float, centre: Xy) -> None:
        """The diamond as a handle that runs on the ring; the ring around the start shows the time left."""
        at = polar(*centre, RING_PX, deg)
        road = [polar(*centre, 52 + (RING_PX - 104) * i / 9, deg) for i in range(10)]
        for x, y in road:
            canvas.disc(x, y, 4.5, CUE, 0.9)
        for side in (-1, 1):
            tip = polar(*centre, RING_PX, deg + side * 13.5)
            shape = turned([(13, 0), (-8, -13), (-8, 13)], deg + side * 90, *tip)
            canvas.polygon(turned([(20, 0), (-13, -20), (-13, 20)], deg + side * 90, *tip), INK)
            canvas.polygon(shape, CUE)
        canvas.draw(self._diamond, *at)
        canvas.arc(*centre, 44, 8, CUE if self.look.high_contrast else TARGET, left_s / _AIM_S)
