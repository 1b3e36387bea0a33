"""A joystick or gamepad as a hand: how far the stick is pushed is how far the hand has reached.

Position control: pushed all the way is 1.2 times the reach that the game asks for, so that every target lies
inside; let go, the hand is home. The stick has no millimetres, so the recording's unit is `norm`.
"""

from __future__ import annotations

import math
from collections import deque
from typing import TYPE_CHECKING

from game_client.devices._rest import RestWatch
from game_client.engine.input import JoystickAxis, JoystickFound, JoystickGone
from shared.wire.streams import FLAG_LOST

if TYPE_CHECKING:
    from game_client.devices._port import Unit
    from game_client.engine.input import Input, Stick

DEAD_ZONE = 0.08
FULL_REACHES = 1.2
DEFAULT_REACH_M = 0.10
ONE_AXIS = "{name} has no second axis: a hand that reaches needs two, so take a stick with two axes"
_SAME_POLL_NS = 1_000_000


class Joystick:
    """One stick: the first with both axes among those given, or the next one that is plugged in.

    `axes` are the two axes that move the hand right and towards the player (as SDL counts them, from 0).
    `dead_zone` is the share of the deflection around the middle that counts as the middle.
    """

    kind = "joystick"
    movements = frozenset({"deflection"})
    unit: Unit = "norm"
    gain_um_per_count: float | None = None
    wants_relative = False

    def __init__(
        self,
        sticks: list[Stick] | None = None,
        axes: tuple[int, int] = (0, 1),
        reach_m: float = DEFAULT_REACH_M,
        dead_zone: float = DEAD_ZONE,
    ) -> None:
        self.axes, self.dead_zone = axes, dead_zone
        self._full_um = FULL_REACHES * reach_m * 1e6
        self._waiting: deque[tuple[int, int, float]] = deque()
        self._rows: list[tuple[int, ...]] = []
        self._last_ns = -1
        self._stick: int | None = None
        self._pushed = [0.0, 0.0]
        self._rest = RestWatch(dead_zone)
        for each in sticks or []:
            self._take(each)

    @property
    def problem(self) -> str:
        if self._stick is None:
            return "gone"
        return "drifts" if self._rest.drifts else ""

    def handle(self, value: Input) -> None:
        """Take the stick's axes, and its coming and going."""
        if isinstance(value, JoystickFound):
            self._take(value.stick)
        elif isinstance(value, JoystickGone) and value.device == self._stick:
            self._stick = None
            self._waiting.clear()
        elif isinstance(value, JoystickAxis) and value.device == self._stick and value.axis in self.axes:
            self._waiting.append((value.t_ns, self.axes.index(value.axis), value.value))

    def at(self, t_ns: int) -> tuple[int, int, int, int]:
        """Return x, y in micrometres of hand space; without a stick the last place, lost."""
        if self._stick is None:
            return *self._place_um(), 0, FLAG_LOST
        fresh: list[tuple[int, ...]] = []
        while self._waiting and self._waiting[0][0] <= t_ns:
            stamp_ns, which, value = self._waiting.popleft()
            self._pushed[which] = value
            # Both axes of one movement come one after the other: they are one place.
            if fresh and stamp_ns - fresh[-1][0] < _SAME_POLL_NS:
                fresh[-1] = (fresh[-1][0], *self._place_um(), 100)
            else:
                fresh.append((stamp_ns, *self._place_um(), 100))
        # A stick that is held still sends nothing, and yet is there: its place is a sample as well.
        for row in fresh or [(t_ns, *self._place_um(), 100)]:
            self._last_ns = max(self._last_ns, row[0])
            self._rows.append((self._last_ns, *row[1:]))
        self._rest.follow(t_ns, self._pushed[0], self._pushed[1])
        return *self._place_um(), 100, 0

    def take_rows(self) -> tuple[str, list[tuple[int, ...]]]:
        """Return the rows (t_ns, x_um, y_um, confidence) since the last call."""
        rows, self._rows = self._rows, []
        return "raw_points", rows

    def close(self) -> None:
        self._stick = None
        self._waiting.clear()

    def _take(self, stick: Stick) -> None:
        if self._stick is None and len(stick.axes) > max(self.axes):
            self._stick = stick.device
            self._pushed = [stick.axes[self.axes[0]], stick.axes[self.axes[1]]]

    def _place_um(self) -> tuple[int, int]:
        """The dead zone taken off and the rest stretched, so that the hand never jumps at its edge."""
        x, y = self._pushed
        pushed = math.hypot(x, y)
        if pushed <= self.dead_zone:
            return 0, 0
        far = (min(1.0, pushed) - self.dead_zone) / (1.0 - self.dead_zone) * self._full_um
        return round(x / pushed * far), round(-y / pushed * far)


DEVICE = Joystick
