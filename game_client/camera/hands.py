"""The tracker port and MediaPipe's hands behind it: a frame in, the tip of the index finger out."""

from __future__ import annotations

import os
import warnings
from typing import TYPE_CHECKING, Any, Protocol

from game_client.camera.frames import CameraError

if TYPE_CHECKING:
    from numpy.typing import NDArray

_INDEX_TIP = 8


class Tracker(Protocol):
    def find(self, frame: NDArray[Any]) -> tuple[float, float, float] | None:
        """Return x, y as fractions of width and height (y down) and confidence 0..1; None without a hand."""


class MediaPipeHands:
    """MediaPipe 0.10.14 at complexity 0, whose model lies in its wheel.

    It points file descriptor 2 at nothing for good, since the C++ log writes there: make it only in a process
    of its own. Raises CameraError when MediaPipe is not installed.
    """

    def __init__(self) -> None:
        try:
            from mediapipe.python.solutions import hands
        except ImportError as error:
            raise CameraError(
                "the hand tracker is not installed: it needs Python 3.11 or 3.12 with the webcam group;"
                " mouse and joystick work"
            ) from error
        nothing = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nothing, 2)
        os.close(nothing)
        warnings.filterwarnings("ignore", "SymbolDatabase.GetPrototype", UserWarning)
        self._hands = hands.Hands(max_num_hands=1, model_complexity=0)

    def find(self, frame: NDArray[Any]) -> tuple[float, float, float] | None:
        found = self._hands.process(frame[:, :, ::-1].copy())
        if not found.multi_hand_landmarks:
            return None
        tip = found.multi_hand_landmarks[0].landmark[_INDEX_TIP]
        return tip.x, tip.y, found.multi_handedness[0].classification[0].score
