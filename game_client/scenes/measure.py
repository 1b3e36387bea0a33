"""Mouse and screen size, each measured with a bank card: 85.60 mm by 53.98 mm all over the world."""

from __future__ import annotations

import math
import time
from functools import lru_cache
from typing import TYPE_CHECKING

from game_client import calibrations
from game_client.assets import bank_card, waters
from game_client.engine.input import Counts, Key, Pressed, Wheel
from game_client.engine.look import HEIGHT, WIDTH
from game_client.scenes._choice import choice, draw_choice, draw_sentence
from game_client.scenes._menu import Menu
from game_client.scenes._targets import Target, ring, round_target

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from game_client.engine.canvas import Canvas
    from game_client.engine.input import Input
    from game_client.engine.painter import Sprite
    from game_client.scenes._context import Context
    from shared.movement.calibration import Place

CARD_MM = (85.60, 53.98)
LEAST_GAIN_UM, MOST_GAIN_UM = 2.0, 260.0
"""Mice from about 100 to 12 700 counts an inch."""
_MOST_CROOKED = 0.12  # of the way, sideways from the straight line
_LEAST_COUNTS = 40.0
_LEAST_PX, _MOST_PX, _FIRST_PX = 150.0, 760.0, 320.0
_FIRST_STEP_PX, _FINE_PX = 32.0, 2.0


@lru_cache(maxsize=2)
def _shore(high_contrast: bool) -> Sprite:
    return waters.shore(high_contrast)


def gain_of(path: list[Place]) -> float | None:
    """Return what one count is, micrometres, from the counts' path along the card's long edge.

    None when it can't be: hardly a count, a gain that no mouse has, there and back, or not straight.
    """
    (x0, y0), (x1, y1) = path[0], path[-1]
    counts = math.hypot(x1 - x0, y1 - y0)
    if counts < _LEAST_COUNTS:
        return None
    ux, uy = (x1 - x0) / counts, (y1 - y0) / counts
    aside = max(abs((x - x0) * uy - (y - y0) * ux) for x, y in path)
    along = [(x - x0) * ux + (y - y0) * uy for x, y in path]
    beyond = max(max(along) - counts, -min(along))
    gain_um = CARD_MM[0] * 1000.0 / counts
    if max(aside, beyond) > _MOST_CROOKED * counts or not LEAST_GAIN_UM <= gain_um <= MOST_GAIN_UM:
        return None
    return gain_um


def screen_of(card_px: float) -> Place:
    """Return the size of the game's picture, mm, when a card on it is so many of its 1280 pixels wide."""
    mm_per_px = CARD_MM[0] / card_px
    return WIDTH * mm_per_px, HEIGHT * mm_per_px


class Measure(Menu):
    """The choice of the two, with what is known so far; what is measured is kept in the profile's folder."""

    def __init__(self, context: Context, folder: Path) -> None:
        super().__init__(context)
        self._folder = folder

    @property
    def sentence(self) -> str:
        words = self.context.words
        said = [f"{words(f'measure.{name}')}: {self._value(name)}." for name in ("mouse", "screen")]
        return " ".join([words("measure.ask"), *said])

    def _value(self, name: str) -> str:
        words = self.context.words
        if name == "mouse":
            gain_um = calibrations.gain_um_per_count(self._folder)
            return words("measure.none" if gain_um is None else "measure.known")
        size = calibrations.screen_mm(self._folder)
        return words("measure.none") if size is None else words("measure.wide", value=round(size[0] / 10))

    def targets(self) -> list[Target]:
        words, look = self.context.words, self.context.look
        found = [
            Target(name, look.x(x), 352, 560, 400, words(f"measure.{name}"), "", "card")
            for name, x in (("mouse", 344), ("screen", 936))
        ]
        if any(calibrations.load(self._folder, *each) for each in (("mouse", "gain"), ("screen", "size"))):
            found.append(choice("forget", 344, 580, 592, 96, words("measure.forget"), "back"))
        found.append(round_target("back", look.x(104), 72, 48, icon="back"))
        found.append(round_target("listen", look.x(1176), 72, 48, icon="listen"))
        return found

    def paint(self, canvas: Canvas, now_s: float) -> None:
        look = self.context.look
        canvas.draw(_shore(look.high_contrast))
        _title(canvas, self.context, self.context.words("measure.ask"))

    def paint_over(self, canvas: Canvas, target: Target, dwell_share: float) -> None:
        look = self.context.look
        if target.name == "forget":
            draw_choice(canvas, target, look, dwell_share)
        if target.name not in ("mouse", "screen"):
            return
        left, top = target.x - target.width / 2, target.y - target.height / 2
        canvas.slip(left, top, round(target.width), round(target.height), look, 28)
        drawn = bank_card.mouse_along(look.high_contrast, 0.0) if target.name == "mouse" else None
        canvas.draw(drawn or bank_card.screen(look.high_contrast), target.x, top + 150)
        ring(canvas, left + target.width - 66, top + 66, 38, 9, dwell_share, look)
        size, _ = canvas.fit(target.label, look.size(40), 500, 76)
        small, _ = canvas.fit(self._value(target.name), look.size(30), 500, 60, "Semibold")
        canvas.text(target.label, target.x, top + 306, size, look.ink, "Bold", "centre")
        canvas.text(self._value(target.name), target.x, top + 360, small, look.ink, "Semibold", "centre")

    def chosen(self, name: str) -> None:
        stack = self.context.stack
        if name == "back":
            stack.pop()
        elif name == "forget":
            calibrations.forget(self._folder, "mouse", "gain")
            calibrations.forget(self._folder, "screen", "size")
            self.refresh()
        elif name == "mouse":
            stack.push(SlideMouse(self.context, self._keep_gain))
        else:
            before = calibrations.screen_mm(self._folder)
            stack.push(CardOnScreen(self.context, self._keep_screen, before))

    def escaped(self) -> None:
        self.context.stack.pop()

    def _keep_gain(self, gain_um: float) -> None:
        calibrations.save_gain(self._folder, gain_um, time.time_ns() // 1_000_000)

    def _keep_screen(self, screen_mm: Place) -> None:
        calibrations.save_screen(self._folder, screen_mm, time.time_ns() // 1_000_000)


class SlideMouse(Menu):
    """Press at the card's left end, slide along its long edge, press at the right end.

    The mouse gives raw counts here and there is no pointer to choose with: space presses too, Esc leaves, and
    so does a second slide that fits no card. `keep` gets micrometres a count.
    """

    wants_relative = True

    def __init__(self, context: Context, keep: Callable[[float], None]) -> None:
        super().__init__(context)
        self._keep = keep
        self._path: list[Place] | None = None
        self._at = (0.0, 0.0)
        self._says, self._refused = "measure.mouse_left", 0

    @property
    def sentence(self) -> str:
        return self.context.words(self._says)

    def resume(self, t_ns: int) -> None:
        super().resume(t_ns)
        self.context.say(self.sentence)

    def targets(self) -> list[Target]:
        return []

    def handle(self, value: Input) -> None:
        if isinstance(value, Counts):
            if self._path is not None:
                x, y = self._path[-1]
                self._path.append((x + value.dx, y + value.dy))
        elif isinstance(value, Pressed):
            if value.button == 1 and not value.by_touch:
                self._press()
        elif isinstance(value, Key) and value.name in ("space", "return", "enter"):
            self._press()
        elif isinstance(value, Key) and value.name == "escape":
            self.context.stack.pop()

    def _press(self) -> None:
        self.context.audio.play("touch")
        if self._path is None:
            self._path, self._says = [(0.0, 0.0)], "measure.mouse_right"
        else:
            gain_um, self._path = gain_of(self._path), None
            self._refused += gain_um is None
            if gain_um is not None:
                self._keep(gain_um)
            if gain_um is not None or self._refused > 1:
                self.context.stack.pop()
                return
            self._says = "measure.mouse_again"
        self.context.say(self.sentence)

    def paint(self, canvas: Canvas, now_s: float) -> None:
        look = self.context.look
        canvas.draw(_shore(look.high_contrast))
        _title(canvas, self.context, self.sentence, beside=48)
        gone = 0.0 if self._path is None else math.dist(self._path[0], self._path[-1])
        # How far the card's end is can't be known: the mouse comes nearer to it, and never gets there.
        share = 1.0 - math.exp(-gone / 1500.0)
        canvas.slip(300, 176, 680, 396, look, 28)
        canvas.draw(bank_card.mouse_along(look.high_contrast, round(share * 40) / 40, 1.3), 640, 376)
        says = self.context.words("measure.esc")
        canvas.text(says, 640, 632, look.size(32), look.ink, "Semibold", "centre")


class CardOnScreen(Menu):
    """An outline that is made as large as a real card, by wheel, arrow keys or two targets.

    A target's steps grow finer each time the direction turns. `keep` gets the picture's width and height, mm.
    """

    def __init__(self, context: Context, keep: Callable[[Place], None], before: Place | None = None) -> None:
        super().__init__(context)
        self._keep = keep
        known = _FIRST_PX if before is None else CARD_MM[0] * WIDTH / before[0]
        self._first_px = self.card_px = min(_MOST_PX, max(_LEAST_PX, known))
        self._step_px, self._turn = _FIRST_STEP_PX, 0

    @property
    def sentence(self) -> str:
        return self.context.words("measure.card")

    def targets(self) -> list[Target]:
        words, look = self.context.words, self.context.look
        left = look.x(888, 344)
        return [
            Target("smaller", look.x(968), 262, 128, 128, "", "", "card"),
            Target("larger", look.x(1152), 262, 128, 128, "", "", "card"),
            choice("done", left, 364, 344, 104, words("measure.fits"), "done"),
            choice("undo", left, 480, 344, 104, words("measure.undo"), "back"),
            choice("back", left, 596, 344, 96, words("measure.back"), "home"),
            round_target("listen", look.x(1176), 72, 48, icon="listen"),
        ]

    def handle(self, value: Input) -> None:
        if isinstance(value, Wheel):
            self._grow(_FINE_PX * value.steps)
        elif isinstance(value, Key) and value.name in ("left", "down"):
            self._grow(-_FINE_PX)
        elif isinstance(value, Key) and value.name in ("right", "up"):
            self._grow(_FINE_PX)
        else:
            super().handle(value)

    def _grow(self, by_px: float) -> None:
        self.card_px = min(_MOST_PX, max(_LEAST_PX, self.card_px + by_px))

    def paint(self, canvas: Canvas, now_s: float) -> None:
        look = self.context.look
        canvas.draw(_shore(look.high_contrast))
        _title(canvas, self.context, self.sentence, beside=48)
        width, height = self.card_px, self.card_px * CARD_MM[1] / CARD_MM[0]
        bank_card.draw_outline(canvas, look.x(448), 428, width, height, look.high_contrast)

    def paint_over(self, canvas: Canvas, target: Target, dwell_share: float) -> None:
        look = self.context.look
        if target.name == "listen":
            return
        if target.name not in ("smaller", "larger"):
            draw_choice(canvas, target, look, dwell_share)
            return
        x, y = target.x, target.y
        canvas.slip(x - 64, y - 64, 128, 128, look, 64)
        canvas.plate(x - 26, y - 5, 52, 10, 5, look.ink)
        if target.name == "larger":
            canvas.plate(x - 5, y - 26, 10, 52, 5, look.ink)
        ring(canvas, x, y, 54, 9, dwell_share, look)

    def chosen(self, name: str) -> None:
        if name in ("smaller", "larger"):
            turn = 1 if name == "larger" else -1
            if self._turn == -turn:
                self._step_px = max(1.0, self._step_px / 2)
            self._turn = turn
            self._grow(turn * self._step_px)
        elif name == "undo":
            self.card_px, self._step_px, self._turn = self._first_px, _FIRST_STEP_PX, 0
        else:
            if name == "done":
                self._keep(screen_of(self.card_px))
            self.context.stack.pop()

    def escaped(self) -> None:
        self.context.stack.pop()


def _title(canvas: Canvas, context: Context, says: str, beside: int = 176) -> None:
    """The sentence on top, beside the targets of the upper corners."""
    look = context.look
    width = WIDTH - 2 * beside if beside > 100 else 1050
    draw_sentence(canvas, look, says, (look.x(beside, width), 6, width, 132), look.size(44))
