"""A hand before a webcam: the tip of the index finger, in millionths of the picture's width.

The picture has no scale, so the recording's unit is `norm`. The place is counted from the picture's centre,
mirrored, and up in the picture is away from the player.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from game_client.camera.capture import Capture
from game_client.camera.frames import Camera
from game_client.camera.tracker import TIP
from shared.wire.streams import FLAG_HELD, FLAG_LOST

if TYPE_CHECKING:
    from game_client.camera.frames import Source
    from game_client.camera.tracker import TrackerName
    from game_client.engine.input import Input

_STALE_NS = 150_000_000  # between four and five frames at 30 Hz


class WebcamHand:
    """`at` takes the newest frame's hand: held until the next frame comes, lost when there is no fresh one.

    A frame without a hand leaves a raw row too, at the last place with confidence 0.
    """

    kind = "webcam_hand"
    unit = "norm"

    def __init__(self, source: Source | None = None, tracker: TrackerName = "hand") -> None:
        self.capture = Capture(source or Camera(), tracker)
        self._rows: list[tuple[int, ...]] = []
        self._number = 0
        self._t_ns = 0
        self._here = (0, 0, 0)

    def handle(self, value: Input) -> None:
        """Take nothing: the camera has a process of its own."""

    def at(self, t_ns: int) -> tuple[int, int, int, int]:
        """Return x, y (millionths of the picture's width), percent of confidence, flags; never an error."""
        is_new = False
        for result in self.capture.since(self._number):
            self._number = result.number
            is_new = bool(result.points)
            x, y, _ = self._here
            if is_new:
                tip = result.points[TIP]
                self._t_ns = result.t_ns
                self._here = (round(-tip.x * 1e6), round(-tip.y * 1e6), round(tip.confidence * 100))
                self._rows.append((result.t_ns, *self._here))
            else:
                self._here = (x, y, 0)
                self._rows.append((result.t_ns, x, y, 0))
        x, y, confidence = self._here
        if not confidence or t_ns - self._t_ns > _STALE_NS:
            return x, y, 0, FLAG_LOST
        return x, y, confidence, 0 if is_new else FLAG_HELD

    def problem(self, t_ns: int) -> str:
        """Return one sentence on what keeps the hand from being seen at all, "" when nothing does."""
        found = self.capture.problem(t_ns)
        return "" if found is None else found.sentence

    def take_rows(self) -> tuple[str, list[tuple[int, ...]]]:
        """Return the rows (t_ns, x_um, y_um, confidence) since the last call, one a frame."""
        rows, self._rows = self._rows, []
        return "raw_points", rows

    def close(self) -> None:
        """Let the camera go; a second call does nothing."""
        self.capture.close()
