"""A hand before a webcam: the tip of the index finger, in millionths of the picture's width.

The picture has no scale, so the recording's unit is `norm`. The place is counted from the picture's centre,
mirrored, and up in the picture is away from the player.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from game_client.camera.capture import Capture
from game_client.camera.frames import Camera
from shared.wire.streams import FLAG_LOST

if TYPE_CHECKING:
    from game_client.camera.frames import Source
    from game_client.engine.input import Input

_STALE_NS = 150_000_000  # between four and five frames at 30 Hz


class WebcamHand:
    """`at` reads the newest landmark; without a fresh one the hand stays where it was and counts as lost."""

    kind = "webcam_hand"
    unit = "norm"

    def __init__(self, source: Source | None = None) -> None:
        self.capture = Capture(source or Camera())
        self._rows: list[tuple[int, ...]] = []
        self._t_ns = 0
        self._here = (0, 0, 0)

    def handle(self, value: Input) -> None:
        """Take nothing: the camera has a process of its own."""

    def at(self, t_ns: int) -> tuple[int, int, int, int]:
        """Return x, y (millionths of the picture's width), percent of confidence, flags; or CameraError."""
        newest = self.capture.newest()
        if newest.has_hand and newest.t_ns > self._t_ns:
            self._t_ns = newest.t_ns
            self._here = (round(-newest.x * 1e6), round(-newest.y * 1e6), round(newest.confidence * 100))
            self._rows.append((newest.t_ns, *self._here))
        is_fresh = newest.has_hand and t_ns - self._t_ns <= _STALE_NS
        x, y, confidence = self._here
        return (x, y, confidence, 0) if is_fresh else (x, y, 0, FLAG_LOST)

    def take_rows(self) -> tuple[str, list[tuple[int, ...]]]:
        """Return the rows (t_ns, x_um, y_um, confidence) since the last call, one a frame with a hand."""
        rows, self._rows = self._rows, []
        return "raw_points", rows

    def close(self) -> None:
        self.capture.close()
