"""Calibrating: two seconds of rest, then as far as is comfortable; a minute at most.

Seated only. What it shows is what it keeps: the hull or the three limits as they grow, and the part of them
that games may ask for.
"""

from __future__ import annotations

import math
import time
from functools import lru_cache
from typing import TYPE_CHECKING, Literal, Protocol, runtime_checkable

from game_client.assets import harbour
from game_client.devices._port import HasTracker, OnScreen
from game_client.engine.input import Moved, Pressed, Released
from game_client.scenes._calibrate_drawing import Chart
from game_client.scenes._exploring import Exploring, Leaning, limits_of
from game_client.scenes._menu import Menu
from game_client.scenes._targets import Target, round_target
from game_client.scenes.pause import reason_of
from shared.movement.calibration import Calibration
from shared.wire.streams import FLAG_HELD, FLAG_LOST

if TYPE_CHECKING:
    from collections.abc import Callable

    from game_client.devices._port import Device
    from game_client.engine.canvas import Canvas
    from game_client.engine.input import Input
    from game_client.engine.painter import Sprite
    from game_client.scenes._context import Context
    from shared.movement.calibration import Place

SHOWN_S = 1.5
"""How long the end is shown: that it fits, or that play goes on without."""
_PX_PER_M = 2400.0
_CIRCLES = {"joystick": "circles_stick", "touch": "circles_touch"}
_PROBLEMS = frozenset({"gone", "drifts", "camera_failed", "camera_ended", "camera_gone", "camera_dark",
                       "camera_view", "camera_people"})  # fmt: skip
_CAMERAS = frozenset({"webcam_hand", "webcam_body"})


@runtime_checkable
class HasNeutral(Protocol):
    """A device that measures from a neutral pose of its own."""

    def set_neutral(self) -> bool: ...


def _now_ms() -> int:
    return time.time_ns() // 1_000_000


@lru_cache(maxsize=4)
def _water(mirrored: bool, high_contrast: bool) -> Sprite:
    return harbour.paint("harbour", mirrored, high_contrast)


class Calibrate(Menu):
    """`done` gets the calibration; `skip` is called when there is none, by choice or after two tries.

    The device stays the caller's. A body's neutral pose is set anew while it rests here, so that its
    calibration begins at 0, 0.
    """

    takes_hand = True

    def __init__(
        self,
        context: Context,
        device: Device,
        kind: str,
        movement: str,
        side: Literal["left", "right"],
        done: Callable[[Calibration], None],
        skip: Callable[[], None],
        *,
        source: str = "",
        screen_mm: Place | None = None,
        now_ms: Callable[[], int] = _now_ms,
    ) -> None:
        super().__init__(context)
        self.device, self._kind, self._movement = device, kind, movement
        self._side, self._source, self._screen_mm = side, source, screen_mm
        self._done, self._skip, self._now_ms = done, skip, now_ms
        self.wants_relative = device.wants_relative
        self.exploring = Exploring(limits_of(kind, movement))
        self._chart = Chart(context.look, self.exploring)
        if isinstance(device, OnScreen):
            self._chart.fix(_PX_PER_M)
        self._problem = ""
        self._lost = True
        self._ended_ns: int | None = None
        self._is_left = False
        self._said = ""

    # -- the scene ------------------------------------------------------------------------------------------

    def handle(self, value: Input) -> None:
        self.device.handle(value)
        if not (self.wants_relative and isinstance(value, Moved | Pressed | Released)):
            super().handle(value)

    def update(self, t_ns: int) -> None:
        if isinstance(self.device, OnScreen):
            self.device.lay(self._chart.centre, _PX_PER_M)
        x_um, y_um, _, flags = self.device.at(t_ns)
        self.device.take_rows()
        if isinstance(self.device, HasTracker):
            self.device.take_tracker_ns()
        problem = self.device.problem
        self._problem = problem if problem in _PROBLEMS else ""
        self._lost = bool(flags & FLAG_LOST)
        before = self.exploring.stage
        self.exploring.step(t_ns, x_um, y_um, seen=not flags & (FLAG_LOST | FLAG_HELD))
        rested = before == "rest" and self.exploring.stage == "explore"
        if rested and isinstance(self.device, HasNeutral) and self.device.set_neutral():
            self.exploring.moved_neutral()
        self._speak()
        self._follow_end(t_ns)
        if not self._is_left:
            super().update(t_ns)

    def _follow_end(self, t_ns: int) -> None:
        if self.exploring.stage not in ("done", "given_up") or self._is_left:
            return
        if self._ended_ns is None:
            self._ended_ns = t_ns
            self.refresh()
        elif (t_ns - self._ended_ns) * 1e-9 >= SHOWN_S:
            self._leave()

    def _leave(self) -> None:
        """Go on, with what was found when it is done."""
        if self._is_left:
            return
        self._is_left = True
        if self.exploring.stage == "done":
            self._done(self.calibration())
        else:
            self._skip()

    def calibration(self) -> Calibration:
        """Return what was found, once the stage is `done`."""
        found = self.exploring
        return Calibration(
            kind=self._kind,
            made_at_ms=self._now_ms(),
            side=self._side,
            unit=self.device.unit,
            neutral=found.neutral,
            reach=found.hull,
            lean=found.lean,
            screen_mm=self._screen_mm,
            movement=self._movement,
            gain_um_per_count=self.device.gain_um_per_count,
            source=self._source,
        )

    def _speak(self) -> None:
        sentence = self.sentence
        if sentence != self._said:
            self._said = sentence
            self.context.say(sentence)

    # -- the screen -----------------------------------------------------------------------------------------

    @property
    def sentence(self) -> str:
        words = self.context.words
        title, hint = self._keys()
        return f"{words(title)} {words(hint)}" if hint else words(title)

    def _keys(self) -> tuple[str, str]:
        """The sentence to show, and the one under it, as keys; the second may be empty."""
        found = self.exploring
        if found.stage == "done":
            return "calibrate.done", ""
        if found.stage == "given_up":
            return "calibrate.without", ""
        if self._problem and self._lost:
            return f"pause.{reason_of(self._problem)}", ""
        is_asked = found.asks and (found.asks != "not_seen" or self._kind in _CAMERAS)
        if found.stage == "rest":
            return f"calibrate.again_{found.asks}" if is_asked else f"calibrate.rest_{self._kind}", ""
        if isinstance(found.limits, Leaning):
            ways = "turn" if self._movement == "head" else "lean"
            if found.asks in ("left", "right", "forward"):
                return f"calibrate.{ways}_{found.asks}", "calibrate.safe"
            return f"calibrate.{self._movement}", "calibrate.safe"
        if is_asked:
            return f"calibrate.again_{found.asks}", ""
        return f"calibrate.{_CIRCLES.get(self._kind, 'circles')}", "calibrate.comfort"

    def targets(self) -> list[Target]:
        look, is_done = self.context.look, self.exploring.stage == "done"
        says = self.context.words("rest.go_on" if is_done else "calibrate.skip")
        return [
            round_target("skip", look.x(1184), 88, 48, icon="go", label=says, on_dark=True),
            round_target("listen", look.x(96), 644, 48, icon="listen"),
        ]

    def paint(self, canvas: Canvas, now_s: float) -> None:
        look = self.context.look
        canvas.draw(_water(look.mirrored, look.high_contrast))
        self._chart.draw(canvas, now_s)
        self._paint_slip(canvas)

    def _paint_slip(self, canvas: Canvas) -> None:
        look, words = self.context.look, self.context.words
        title, hint = self._keys()
        wide, room = 344, 344 - 50
        size, lines = canvas.fit(words(title), look.size(42), room, 330 if hint else 490, "Bold", 1.2)
        high = len(lines) * size * 1.2
        small, more = canvas.fit(words(hint), look.size(32), room, 150, "Semibold", 1.2) if hint else (0, ())
        extra = 14 + len(more) * small * 1.2 if hint else 0
        left = look.x(40, wide)
        canvas.slip(left, 40, wide, math.ceil((high + extra + 44) / 4) * 4, look, 26)
        canvas.paragraph(words(title), left + 25, 60, room, 490, size, look.ink, "Bold", "left", 1.2)
        if hint:
            top = 60 + high + 14
            canvas.paragraph(words(hint), left + 25, top, room, 300, small, look.ink, "Semibold", "left", 1.2)

    def chosen(self, name: str) -> None:
        self._leave()

    def escaped(self) -> None:
        self._leave()
