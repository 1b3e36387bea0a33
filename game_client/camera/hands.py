"""MediaPipe's hands at complexity 0, whose model lies in the wheel of 0.10.14: one hand, three points.

A second hand would cost twice the time (15 ms instead of 6 ms a frame), so one is followed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from game_client.camera.tracker import HAND_POINTS, Seen, chosen

if TYPE_CHECKING:
    from numpy.typing import NDArray


class MediaPipeHands:
    """Raises ImportError when this MediaPipe has no such tracker."""

    def __init__(self) -> None:
        from mediapipe.python.solutions import hands

        self._hands = hands.Hands(max_num_hands=1, model_complexity=0)

    def find(self, frame: NDArray[Any], t_ns: int) -> Seen | None:
        found = self._hands.process(frame[:, :, ::-1].copy())
        if not found.multi_hand_landmarks:
            return None
        score = found.multi_handedness[0].classification[0].score
        points = chosen(found.multi_hand_landmarks[0].landmark, HAND_POINTS, score)
        return Seen(points, len(found.multi_hand_landmarks))
