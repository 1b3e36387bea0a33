"""What can be chosen on a screen: by click, by staying on it, by keys, or by a joystick's hat and button.

Made for shaking hands (Trewin 2006): what counts is where the press began; moving while pressed changes
nothing; a press in the middle of a fast movement is ignored. Staying on a target for a second chooses it
too; leaving cancels, half a second of peace follows every choice, and the pointer must move away first.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

from game_client.assets.icons import icon
from game_client.engine.input import JoystickAxis, JoystickButton, JoystickHat, Key, Moved, Pressed, Released
from game_client.engine.palette import BLACK, CUE, INK, START, TARGET, TRACK, WARM, WHITE, rgb

if TYPE_CHECKING:
    from game_client.engine.canvas import Canvas
    from game_client.engine.input import Input
    from game_client.engine.look import Look

SMALLEST_PX = 96
COOL_DOWN_S = 0.5
FASTEST_PRESS_PX_S = 900.0
_LET_GO_PX = 160.0
_WAKE_PX = 8.0
_PUSHED_SHARE, _BACK_SHARE = 0.6, 0.3
Style = Literal["round", "start", "wide", "key", "card", "bare"]


@dataclass(frozen=True, slots=True)
class Target:
    """One thing to choose. x, y is its middle; `label` is written on it or under it."""

    name: str
    x: float
    y: float
    width: float
    height: float
    label: str = ""
    icon: str = ""
    style: Style = "round"
    label_px: int = 28
    on_dark: bool = False

    def holds(self, x: float, y: float) -> bool:
        if self.style in ("round", "start"):
            return math.hypot(x - self.x, y - self.y) <= self.width / 2
        return abs(x - self.x) <= self.width / 2 and abs(y - self.y) <= self.height / 2


def round_target(name: str, x: float, y: float, radius: float, **more: object) -> Target:
    return Target(name, x, y, 2 * radius, 2 * radius, **more)  # type: ignore[arg-type]


class Chooser:
    """Follows the pointer over the targets of a screen and says which one was chosen."""

    def __init__(self) -> None:
        self.targets: list[Target] = []
        self.focus: str | None = None
        self.hand_at: tuple[float, float] | None = None
        """Where the playing hand points, while it does."""
        self._pushed: set[int] = set()
        self._at: tuple[float, float] | None = None
        self._first_at: tuple[float, float] | None = None
        self._moved_ns = 0
        self._speed_px_s = 0.0
        self._pressed: tuple[str, float, float] | None = None
        self._over: str | None = None
        self._over_since_ns = 0
        self._quiet_until_ns = 0
        self._spent: str | None = None
        self.dwell_share = 0.0

    @property
    def hovered(self) -> str | None:
        return self._over

    def wake(self, t_ns: int) -> None:
        """Begin anew: the pointer must move before staying counts."""
        self._first_at, self._over, self._pressed = self._at, None, None
        self.dwell_share = 0.0
        self._quiet_until_ns = t_ns + round(COOL_DOWN_S * 1e9)
        self._spent = self._under(self._at)

    def handle(self, value: Input) -> str | None:
        """Take input; returns the name of the target chosen by a click or a key."""
        if isinstance(value, Moved):
            self._move(value)
        elif isinstance(value, Pressed) and value.button == 1:
            self._press(value)
        elif isinstance(value, Released) and value.button == 1:
            return self._release(value)
        elif isinstance(value, Key):
            return self._key(value)
        elif isinstance(value, JoystickHat):
            self._step(value.x - value.y)
        elif isinstance(value, JoystickAxis):
            self._push(value)
        elif isinstance(value, JoystickButton):
            return self._choose(self.focus, value.t_ns)
        return None

    def update(self, t_ns: int, dwell_s: float | None) -> str | None:
        """Advance; returns the target that the pointer has stayed on for `dwell_s` (None: staying is off)."""
        over = self._under(self._at)
        if over != self._spent:
            self._spent = None
        if over != self._over:
            self._over, self._over_since_ns = over, t_ns
        asleep = self._first_at is not None and self._first_at == self._at
        if over is None or dwell_s is None or asleep or self._spent == over or t_ns < self._quiet_until_ns:
            self._over_since_ns = t_ns
            self.dwell_share = 0.0
            return None
        self.dwell_share = min(1.0, (t_ns - self._over_since_ns) * 1e-9 / dwell_s)
        return self._choose(over, t_ns) if self.dwell_share >= 1 else None

    def _under(self, at: tuple[float, float] | None) -> str | None:
        if at is None:
            return None
        return next((each.name for each in self.targets if each.holds(*at)), None)

    def _move(self, value: Moved) -> None:
        self.hand_at = (value.x, value.y) if value.by_hand else None
        if self._at is not None:
            passed_s = max(1e-3, (value.t_ns - self._moved_ns) * 1e-9)
            self._speed_px_s = math.hypot(value.x - self._at[0], value.y - self._at[1]) / passed_s
        self._moved_ns = value.t_ns
        if self._at is None:
            self._first_at = (value.x, value.y)  # where the pointer was parked is no choice
        if self._pressed is None:
            self._at = (value.x, value.y)
        if self._first_at is not None and math.dist(self._first_at, (value.x, value.y)) > _WAKE_PX:
            self._first_at = None
        self.focus = None

    def _push(self, value: JoystickAxis) -> None:
        """A stick pushed to a side steps once; it must come back before it steps again."""
        if value.axis > 1:
            return
        if abs(value.value) < _BACK_SHARE:
            self._pushed.discard(value.axis)
        elif abs(value.value) > _PUSHED_SHARE and value.axis not in self._pushed:
            self._pushed.add(value.axis)
            self._step(1 if value.value > 0 else -1)

    def _press(self, value: Pressed) -> None:
        rested_s = (value.t_ns - self._moved_ns) * 1e-9
        if rested_s < 0.1 and self._speed_px_s > FASTEST_PRESS_PX_S:
            return
        self._at = (value.x, value.y)
        name = self._under(self._at)
        if name is not None:
            self._pressed = (name, value.x, value.y)

    def _release(self, value: Released) -> str | None:
        pressed, self._pressed = self._pressed, None
        if pressed is None or math.dist(pressed[1:], (value.x, value.y)) > _LET_GO_PX:
            return None
        return self._choose(pressed[0], value.t_ns)

    def _key(self, value: Key) -> str | None:
        if value.name in ("tab", "right", "down", "left", "up"):
            self._step(-1 if value.shift or value.name in ("left", "up") else 1)
        elif value.name in ("return", "enter", "space"):
            return self._choose(self.focus or (self.targets[0].name if self.targets else None), value.t_ns)
        return None

    def _step(self, by: int) -> None:
        names = [each.name for each in self.targets]
        if not by or not names:
            return
        at = names.index(self.focus) if self.focus in names else (-1 if by > 0 else 0)
        self.focus = names[(at + by) % len(names)]

    def _choose(self, name: str | None, t_ns: int) -> str | None:
        if name is None or t_ns < self._quiet_until_ns:
            return None
        self._quiet_until_ns = t_ns + round(COOL_DOWN_S * 1e9)
        self._spent, self.dwell_share = name, 0.0
        return name


def draw_target(canvas: Canvas, target: Target, look: Look, dwell_share: float, focused: bool) -> None:
    """Draw one target with its icon, its words and, when the pointer stays on it, the filling ring."""
    {"round": _draw_round, "start": _draw_start, "wide": _draw_wide}.get(target.style, _draw_nothing)(
        canvas, target, look, dwell_share
    )
    if focused:
        _draw_focus(canvas, target, look)


def _draw_nothing(canvas: Canvas, target: Target, look: Look, dwell_share: float) -> None:
    """Keys and cards are drawn by their own screens."""


def _disc(canvas: Canvas, x: float, y: float, radius: float, look: Look) -> None:
    if look.high_contrast:
        canvas.disc(x, y, radius, WHITE)
        canvas.disc(x, y, radius - 5, BLACK)
    else:
        canvas.slip(x - radius, y - radius, round(2 * radius), round(2 * radius), look, round(radius))


def _draw_round(canvas: Canvas, target: Target, look: Look, dwell_share: float) -> None:
    radius = target.width / 2
    _disc(canvas, target.x, target.y, radius, look)
    canvas.draw(icon(target.icon, round(radius / 48, 2), look.ink, look.paper), target.x, target.y)
    ring(canvas, target.x, target.y, round(radius + 8), 9, dwell_share, look)
    if target.label:
        colour = look.cream if target.on_dark or look.high_contrast else look.ink
        size = look.size(target.label_px)
        canvas.text(
            target.label, target.x, target.y + radius + 10 + size * 0.62, size, colour, align="centre"
        )


def _draw_start(canvas: Canvas, target: Target, look: Look, dwell_share: float) -> None:
    """The start target always shows its track, so that everyone sees that staying fills it."""
    radius = target.width / 2
    canvas.disc(target.x + 4, target.y + 12, radius + 22, BLACK, 0.10)
    canvas.ring(target.x, target.y, radius + 16, 20, WHITE if look.high_contrast else INK)
    canvas.ring(target.x, target.y, radius + 16, 14, BLACK if look.high_contrast else TRACK)
    canvas.disc(target.x, target.y, radius, BLACK if look.high_contrast else START)
    if look.high_contrast:
        canvas.ring(target.x, target.y, radius - 2, 5, WHITE)
    canvas.arc(target.x, target.y, round(radius + 16), 14, CUE if look.high_contrast else TARGET, dwell_share)


def _draw_wide(canvas: Canvas, target: Target, look: Look, dwell_share: float) -> None:
    width, height = round(target.width), round(target.height)
    left, top = target.x - width / 2, target.y - height / 2
    canvas.slip(left, top, width, height, look, min(34, height // 2))
    text_left = left + 30
    if target.icon:
        canvas.draw(icon(target.icon, 0.85, look.ink, look.paper), left + 62, target.y)
        ring(canvas, left + 62, target.y, 38, 7, dwell_share, look)
        text_left = left + 116
    room = round(left + width - 24 - text_left)
    size, _ = canvas.fit(target.label, look.size(target.label_px), room, height, "Semibold")
    canvas.text(target.label, text_left, target.y - 1, size, look.ink)


def _draw_focus(canvas: Canvas, target: Target, look: Look) -> None:
    colour = CUE if look.high_contrast else rgb("#0072B2")
    if target.style in ("round", "start"):
        grow = 40 if target.style == "start" else 20
        canvas.ring(target.x, target.y, target.width / 2 + grow, 9, WHITE)
        canvas.ring(target.x, target.y, target.width / 2 + grow, 5, colour)
        return
    half_width, half_height = target.width / 2 + 8, target.height / 2 + 8
    corners = [(-1, -1), (1, -1), (1, 1), (-1, 1), (-1, -1)]
    points = [(target.x + sx * half_width, target.y + sy * half_height) for sx, sy in corners]
    for start, end in pairwise(points):
        canvas.line(start, end, colour, 6)


def ring(canvas: Canvas, x: float, y: float, radius: int, width: int, share: float, look: Look) -> None:
    """The ring that fills while the pointer stays; with reduced motion in quarters."""
    if share <= 0:
        return
    if look.reduced_motion:
        share = math.floor(share * 4) / 4
    canvas.ring(x, y, radius, width + 4, BLACK if look.high_contrast else INK)
    canvas.ring(x, y, radius, width, BLACK if look.high_contrast else WARM)
    canvas.arc(x, y, radius, width, CUE if look.high_contrast else TARGET, share)
