"""A body before a webcam: trunk lean, weight shift or head as the movement that plays.

Every movement is a change against the neutral pose, the median of the last second's frames, which is taken by
itself once there is one and anew by `set_neutral`. Lean is in millionths of a radian; shift and head are in
millionths of the person's own shoulder width. x is positive towards the
person's right. y is how much nearer the trunk came to the camera, a share in millionths and no angle; for the
head it is up.
"""

from __future__ import annotations

import math
from collections import deque
from typing import TYPE_CHECKING, Literal, cast

from game_client.camera.body import change, middle, posture
from game_client.camera.capture import Capture
from game_client.camera.frames import Camera
from shared.wire.streams import FLAG_HELD, FLAG_LOST

if TYPE_CHECKING:
    from game_client.camera.body import Change, Posture
    from game_client.camera.frames import Source
    from game_client.camera.tracker import TrackerName
    from game_client.engine.input import Input

Movement = Literal["lean", "shift", "head"]

_NEUTRAL_FRAMES = 30
_STALE_NS = 150_000_000  # between four and five frames at 30 Hz


class WebcamBody:
    """`at` follows the newest frame, as the webcam hand does; `trunk` rows are kept whatever plays.

    Until there is a neutral pose the body counts as lost.
    """

    kind = "webcam_body"
    unit = "norm"

    def __init__(
        self, source: Source | None = None, movement: Movement = "lean", tracker: TrackerName = "body"
    ) -> None:
        self.capture = Capture(source or Camera(), tracker)
        self.movement = movement
        self._neutral: Posture | None = None
        self._last: deque[Posture] = deque(maxlen=_NEUTRAL_FRAMES)
        self._rows: list[tuple[int, ...]] = []
        self._trunk: list[tuple[int, ...]] = []
        self._number = 0
        self._t_ns = 0
        self._here = (0, 0, 0)
        self._trunk_here = (0, 0)

    def handle(self, value: Input) -> None:
        """Take nothing: the camera has a process of its own."""

    def set_neutral(self) -> bool:
        """Make the last second's median posture the neutral one; False when too little of it was seen."""
        if len(self._last) < _NEUTRAL_FRAMES:
            return False
        self._neutral = middle(self._last)
        return True

    def at(self, t_ns: int) -> tuple[int, int, int, int]:
        """Return x, y (see above), percent of confidence, flags; never an error."""
        is_new = False
        for result in self.capture.since(self._number):
            self._number = result.number
            seen = posture(result.points)
            is_new = seen is not None
            if seen is not None:
                self._follow(seen, result.t_ns)
            else:
                self._here = (*self._here[:2], 0)
                self._last.clear()
            self._rows.append((result.t_ns, *self._here))
            self._trunk.append((result.t_ns, *self._trunk_here, 0 if seen is None else _percent(seen)))
        x, y, confidence = self._here
        if not confidence or t_ns - self._t_ns > _STALE_NS:
            return x, y, 0, FLAG_LOST
        return x, y, confidence, 0 if is_new else FLAG_HELD

    def _follow(self, seen: Posture, t_ns: int) -> None:
        self._t_ns = t_ns
        self._last.append(seen)
        if self._neutral is not None or self.set_neutral():
            x, y = _played(change(seen, cast("Posture", self._neutral)), self.movement)
            self._here = (round(x * 1e6), round(y * 1e6), _percent(seen))
        scale = seen.width * 1e6  # the trunk's rows are in millionths of the picture's width, as the hand's
        self._trunk_here = (round(seen.shoulder_x * scale), round(seen.shoulder_y * scale))

    def problem(self, t_ns: int) -> str:
        """Return one sentence on what keeps the body from being seen at all, "" when nothing does."""
        found = self.capture.problem(t_ns)
        return "" if found is None else found.sentence

    def take_rows(self) -> tuple[str, list[tuple[int, ...]]]:
        """Return the rows (t_ns, x_um, y_um, confidence) since the last call, one a frame."""
        rows, self._rows = self._rows, []
        return "raw_points", rows

    def take_trunk_rows(self) -> tuple[str, list[tuple[int, ...]]]:
        """Return the middle of the shoulders likewise, in millionths of the picture's width."""
        rows, self._trunk = self._trunk, []
        return "trunk", rows

    def close(self) -> None:
        """Let the camera go; a second call does nothing."""
        self.capture.close()


def _percent(seen: Posture) -> int:
    return round(seen.confidence * 100)


def _played(moved: Change, movement: Movement) -> tuple[float, float]:
    if movement == "head":
        return moved.head_x, moved.head_y
    return (math.radians(moved.lean_deg) if movement == "lean" else moved.shift), moved.nearer
