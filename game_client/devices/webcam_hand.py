"""A hand before a webcam: the tip of the index finger, in millionths of the picture's width.

The picture has no scale, so the recording's unit is `norm`. The place is counted from the picture's centre,
mirrored, and up in the picture is away from the player.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from game_client.camera.tracker import TIP
from game_client.devices._webcam import Webcam

if TYPE_CHECKING:
    from game_client.camera.frames import Source
    from game_client.camera.ring import Result
    from game_client.camera.tracker import TrackerName


class WebcamHand(Webcam):
    """One hand; which one is not asked."""

    kind = "webcam_hand"
    movements = frozenset({"hand_reach"})

    def __init__(self, source: Source | None = None, tracker: TrackerName = "hand") -> None:
        super().__init__(source, tracker, "hand")

    def _follow(self, result: Result) -> tuple[int, int, int] | None:
        if not result.points:
            return None
        tip = result.points[TIP]
        return round(-tip.x * 1e6), round(-tip.y * 1e6), round(tip.confidence * 100)


DEVICE = WebcamHand
