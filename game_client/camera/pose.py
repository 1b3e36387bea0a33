"""MediaPipe's pose at complexity 1, whose model lies in the wheel of 0.10.14: one person, five points.

Complexity 0 and 2 would fetch their models from the network, so they are never asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from game_client.camera.tracker import BODY_POINTS, Seen, chosen

if TYPE_CHECKING:
    from numpy.typing import NDArray


class MediaPipePose:
    """Raises ImportError when this MediaPipe has no such tracker. It smooths nothing: raw points are kept."""

    def __init__(self) -> None:
        from mediapipe.python.solutions import pose

        self._pose = pose.Pose(model_complexity=1, smooth_landmarks=False)

    def find(self, frame: NDArray[Any], t_ns: int) -> Seen | None:
        found = self._pose.process(frame[:, :, ::-1].copy())
        if not found.pose_landmarks:
            return None
        return Seen(chosen(found.pose_landmarks.landmark, BODY_POINTS, None), 1)
