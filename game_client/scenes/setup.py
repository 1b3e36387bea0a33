"""Before play with a camera: one thing to mend at a time, and on by itself when all is right.

What is drawn of the person comes from a tracker's few points; a camera's picture never reaches this program.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Protocol

from game_client.assets import advice, room
from game_client.camera.checks import checks, passed, right_since
from game_client.devices._port import Device, HasTracker
from game_client.scenes._camera_sign import draw_camera_sign
from game_client.scenes._choice import choice, draw_choice, draw_sentence
from game_client.scenes._menu import Menu
from game_client.scenes._seen import draw_body, draw_hand
from game_client.scenes._targets import Target, round_target

if TYPE_CHECKING:
    from collections.abc import Callable

    from game_client.camera.checks import About, Check
    from game_client.camera.ring import Result
    from game_client.engine.canvas import Canvas
    from game_client.engine.geometry import Xy
    from game_client.scenes._context import Context

ABOUTS: tuple[About, ...] = ("light", "distance", "frame", "people")
WAITS_S = 10.0
"""Without any picture for so long, other ways to play are offered."""
GO_ON_AFTER_S = 20.0
_SHOWN_S = 0.8  # a sentence stays at least so long, so that what flickers can be read
_BREAK_S = 0.5
_GONE = frozenset({"camera_failed", "camera_ended", "camera_gone"})
_NO_USE = frozenset({"black", "frozen"})
_LARGE = 1.3
_FRAME, _SMALL_FRAME = (42, 136, 748, 540), (456, 226, 392, 252)
_EDGE_PX = 14


class _Watched(Protocol):
    def newest(self) -> Result: ...


class Watching(Device, Protocol):
    """A device before a camera: `capture.newest()` never blocks."""

    @property
    def capture(self) -> _Watched: ...


class Setup(Menu):
    """`done` is called once, when all four checks have been right for a second, or to go on all the same.

    `other` is told `mouse` or `joystick` to play that way, or `again` to open the camera anew.
    """

    def __init__(
        self,
        context: Context,
        device: Watching,
        of: Literal["hand", "body"],
        done: Callable[[], None],
        other: Callable[[str], None],
        *,
        has_joystick: bool = False,
    ) -> None:
        super().__init__(context)
        self.device, self._of = device, of
        self._done, self._other, self._has_joystick = done, other, has_joystick
        self._opened_ns: int | None = None
        self._first_ns: int | None = None
        self._number = 0
        self._last_s = 0.0
        self._since: dict[About, float] = {}
        self._found: tuple[Check, ...] = ()
        self._result: Result | None = None
        self._points: list[Xy] = []
        self._trouble = ""
        self._shown, self._picture, self._shown_ns = "setup.starting", "starting", 0
        self._offers_go_on = self._is_done = False

    # -- what it follows ------------------------------------------------------------------------------------

    def resume(self, t_ns: int) -> None:
        if self._opened_ns is None:
            self._opened_ns = t_ns
        super().resume(t_ns)

    def update(self, t_ns: int) -> None:
        before = [each.name for each in self.targets()]
        self._follow(t_ns)
        if [each.name for each in self.targets()] != before:
            self.refresh()
        if not self._is_done:
            super().update(t_ns)

    def _follow(self, t_ns: int) -> None:
        self.device.at(t_ns)
        self.device.take_rows()
        if isinstance(self.device, HasTracker):
            self.device.take_tracker_ns()
        newest, problem = self.device.capture.newest(), self.device.problem
        if newest.number and self._first_ns is None:
            self._first_ns = t_ns
        waited_s = (t_ns - (self._opened_ns or 0)) * 1e-9
        nothing = not newest.number and waited_s >= WAITS_S
        self._trouble = problem if problem in _GONE else "nothing" if nothing else ""
        if newest.number != self._number:
            self._take(newest)
        self._show(t_ns)
        looked_s = 0.0 if self._first_ns is None else (t_ns - self._first_ns) * 1e-9
        self._offers_go_on = (
            looked_s >= GO_ON_AFTER_S
            and not self._trouble
            and not any(each.code in _NO_USE for each in self._found)
        )
        if not self._trouble and len(passed(self._since, self._last_s)) == len(ABOUTS):
            self._end()

    def _take(self, result: Result) -> None:
        """Judge a fresh frame by its own time: pictures that stopped coming pass nothing."""
        t_s = result.t_ns * 1e-9
        if t_s - self._last_s > _BREAK_S:
            self._since = {}
        self._number, self._last_s, self._result = result.number, t_s, result
        self._found = checks(result, self._of)
        self._since = right_since(self._since, self._found, t_s)

    def _show(self, t_ns: int) -> None:
        key, picture = self._advice()
        if key != self._shown and (t_ns - self._shown_ns) * 1e-9 >= _SHOWN_S:
            self._shown, self._picture, self._shown_ns = key, picture, t_ns
            self.context.say(self.sentence)

    def _advice(self) -> tuple[str, str]:
        """The words to show, as a key, and the drawing that goes with them."""
        if self._trouble:
            return ("setup.nothing" if self._trouble == "nothing" else f"pause.{self._trouble}"), "gone"
        if not self._found:
            return "setup.starting", "starting"
        wrong = next((each for each in self._found if not each.is_right), None)
        if wrong is None:
            return "setup.right", "right"
        whose = f"_{self._of}" if wrong.about in ("distance", "frame") else ""
        return f"setup.{wrong.code}{whose}", wrong.code

    def _end(self) -> None:
        if not self._is_done:
            self._is_done = True
            self._done()

    # -- the screen -----------------------------------------------------------------------------------------

    @property
    def sentence(self) -> str:
        return self.context.words(self._shown)

    @property
    def _large(self) -> bool:
        return self.context.look.text_scale > _LARGE

    def targets(self) -> list[Target]:
        words, look = self.context.words, self.context.look
        if self._trouble:
            names = [("mouse", "mouse"), ("joystick", "stick"), ("again", "camera")]
            offered = [each for each in names if each[0] != "joystick" or self._has_joystick]
            left, top, width, height, step = (
                (432, 270, 800, 112, 128) if self._large else (640, 216, 592, 108, 124)
            )
            listens = (1184, 92)
        else:
            offered = [("go_on", "go")] * self._offers_go_on + [("mouse", "mouse")]
            left, top, width, height, step = (
                (472, 492, 760, 96, 104) if self._large else (828, 476, 404, 96, 104)
            )
            if len(offered) == 1:
                top += 52
            listens = (1184, 400) if self._large else (920, 72)
        found = [
            choice(name, look.x(left, width), top + k * step, width, height, words(f"setup.{name}"), sign)
            for k, (name, sign) in enumerate(offered)
        ]
        return [*found, round_target("listen", look.x(listens[0]), listens[1], 48, icon="listen")]

    def paint(self, canvas: Canvas, now_s: float) -> None:
        look = self.context.look
        if self._trouble:
            self._paint_trouble(canvas)
            return
        x, y, width, height = _SMALL_FRAME if self._large else _FRAME
        frame = (round(look.x(x, width)), y, width, height)
        canvas.draw(room.room(look.high_contrast, frame))
        self._paint_seen(canvas, frame)
        box = (48, 16, 1184, 196) if self._large else (look.x(56, 800), 16, 800, 110)
        draw_sentence(canvas, look, self.sentence, box, look.size(46))
        draw_camera_sign(canvas, self.context, top=236 if self._large else 40)
        if self._large:
            self._paint_card(canvas, 48, 226, 392, 252, 0.96)
        else:
            self._paint_card(canvas, 828, 136, 404, 214, 0.85)
        self._paint_marks(canvas)

    def _paint_trouble(self, canvas: Canvas) -> None:
        look = self.context.look
        canvas.draw(room.room(look.high_contrast, (0, 0, 0, 0)))
        box = (look.x(48, 1060), 24, 1060, 206 if self._large else 136)
        draw_sentence(canvas, look, self.sentence, box, look.size(46))
        if self._large:
            self._paint_card(canvas, 48, 270, 352, 300, 0.82)
        else:
            self._paint_card(canvas, 56, 216, 540, 356, 1.25)

    def _paint_card(self, canvas: Canvas, x: int, y: int, width: int, height: int, scale: float) -> None:
        look = self.context.look
        left = look.x(x, width)
        canvas.slip(left, y, width, height, look, 28)
        drawn = advice.advice(self._picture, self._of, look.high_contrast, scale)
        canvas.draw(drawn, left + width / 2, y + height / 2)

    def _paint_marks(self, canvas: Canvas) -> None:
        look = self.context.look
        right = {each.about for each in self._found if each.is_right}
        first, y = (96, 584) if self._large else (876, 406)
        for k, about in enumerate(ABOUTS):
            sprite = advice.mark(about, about in right, look.high_contrast)
            canvas.draw(sprite, look.x(first + 102 * k), y)

    def _paint_seen(self, canvas: Canvas, frame: tuple[int, int, int, int]) -> None:
        """The person or the hand, mirrored, as large in the frame as in the camera's picture."""
        look = self.context.look
        x, y, width, height = (
            frame[0] + _EDGE_PX, frame[1] + _EDGE_PX, frame[2] - 2 * _EDGE_PX, frame[3] - 2 * _EDGE_PX
        )  # fmt: skip
        result = self._result
        if result is None or not result.points:
            self._points = []
            size = round(0.4 * height)
            canvas.draw(
                room.place_to_fill(look.high_contrast, self._of, size), x + width / 2, y + height * 0.56
            )
        else:
            scale = max(width, height / result.aspect)
            placed = [
                (x + width / 2 - each.x * scale, y + height / 2 + each.y * scale) for each in result.points
            ]
            self._points = _nearer(self._points, placed)
            canvas.surface.set_clip((x, y, width, height))
            if self._of == "hand":
                draw_hand(canvas, self._points, look)
            else:
                draw_body(canvas, self._points, [each.confidence >= 0.5 for each in result.points], look)
            canvas.surface.set_clip(None)
        canvas.draw(room.brackets(look.high_contrast, width, height), x, y)

    def paint_over(self, canvas: Canvas, target: Target, dwell_share: float) -> None:
        if target.style == "card":
            draw_choice(canvas, target, self.context.look, dwell_share)

    def chosen(self, name: str) -> None:
        if name == "go_on":
            self._end()
        else:
            self._other(name)

    def escaped(self) -> None:
        self._other("mouse")


def _nearer(shown: list[Xy], placed: list[Xy]) -> list[Xy]:
    """A third of the way from what was shown to where the points are: a tracker's tremble is no movement."""
    if len(shown) != len(placed):
        return placed
    return [(a + (c - a) / 3, b + (d - b) / 3) for (a, b), (c, d) in zip(shown, placed, strict=True)]
