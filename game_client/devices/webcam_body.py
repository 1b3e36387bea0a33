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
from game_client.camera.tracker import LEFT_SHOULDER, RIGHT_SHOULDER
from game_client.devices._webcam import Webcam

if TYPE_CHECKING:
    from game_client.camera.body import Change, Posture
    from game_client.camera.frames import Source
    from game_client.camera.ring import Result
    from game_client.camera.tracker import TrackerName

Movement = Literal["trunk_lean", "weight_shift", "head"]

_NEUTRAL_FRAMES = 30


class WebcamBody(Webcam):
    """Follows one of the movements; the shoulders' rows are kept whatever plays.

    Until there is a neutral pose the body counts as lost.
    """

    kind = "webcam_body"
    movements = frozenset({"trunk_lean", "weight_shift", "head"})

    def __init__(
        self, source: Source | None = None, movement: Movement = "trunk_lean", tracker: TrackerName = "body"
    ) -> None:
        super().__init__(source, tracker, "body")
        self.movement = movement
        self._neutral: Posture | None = None
        self._last: deque[Posture] = deque(maxlen=_NEUTRAL_FRAMES)
        self._shoulders: list[tuple[int, ...]] = []
        self._shoulders_here = (0, 0, 0, 0)

    def set_neutral(self) -> bool:
        """Make the last second's median posture the neutral one; False when too little of it was seen."""
        if len(self._last) < _NEUTRAL_FRAMES:
            return False
        self._neutral = middle(self._last)
        return True

    def _follow(self, result: Result) -> tuple[int, int, int] | None:
        seen = posture(result.points)
        if seen is None:
            self._last.clear()
            self._shoulders.append((result.t_ns, *self._shoulders_here, 0))
            return None
        self._last.append(seen)
        left, right = result.points[LEFT_SHOULDER], result.points[RIGHT_SHOULDER]
        x1, y1, x2, y2 = (round(-each * 1e6) for each in (left.x, left.y, right.x, right.y))
        self._shoulders_here = (x1, y1, x2, y2)
        self._shoulders.append((result.t_ns, *self._shoulders_here, _percent(seen)))
        if self._neutral is None and not self.set_neutral():
            return None
        x, y = _played(change(seen, cast("Posture", self._neutral)), self.movement)
        return round(x * 1e6), round(y * 1e6), _percent(seen)

    def take_shoulder_rows(self) -> list[tuple[int, ...]]:
        """Return the `shoulders` rows since the last call (`shared.wire.streams`), one a frame."""
        rows, self._shoulders = self._shoulders, []
        return rows


def _percent(seen: Posture) -> int:
    return round(seen.confidence * 100)


def _played(moved: Change, movement: Movement) -> tuple[float, float]:
    if movement == "head":
        return moved.head_x, moved.head_y
    return (math.radians(moved.lean_deg) if movement == "trunk_lean" else moved.shift), moved.nearer


DEVICE = WebcamBody
