"""MediaPipe's newer Tasks API behind the tracker port: its models are files in a folder that is named.

`MOVERE_MODEL_DIR` names the folder; nothing is ever fetched.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from game_client.camera.frames import CameraError
from game_client.camera.tracker import BODY_POINTS, HAND_POINTS, NOT_INSTALLED, Seen, chosen

if TYPE_CHECKING:
    from numpy.typing import NDArray

HAND_FILES = ("hand_landmarker.task",)
POSE_FILES = ("pose_landmarker_full.task", "pose_landmarker.task", "pose_landmarker_lite.task")


class HandTask:
    """One hand. Raises CameraError without the Tasks API or without the model file."""

    def __init__(self) -> None:
        vision = _vision()
        options = vision.HandLandmarkerOptions(
            base_options=_model(HAND_FILES), running_mode=vision.RunningMode.VIDEO, num_hands=1
        )
        self._landmarker = _made(vision.HandLandmarker, options)
        self._clock = _Clock()

    def find(self, frame: NDArray[Any], t_ns: int) -> Seen | None:
        found = self._landmarker.detect_for_video(_image(frame), self._clock.ms(t_ns))
        if not found.hand_landmarks:
            return None
        points = chosen(found.hand_landmarks[0], HAND_POINTS, found.handedness[0][0].score)
        return Seen(points, len(found.hand_landmarks))


class PoseTask:
    """Up to two people, of whom the first is followed. Raises CameraError as `HandTask` does."""

    def __init__(self) -> None:
        vision = _vision()
        options = vision.PoseLandmarkerOptions(
            base_options=_model(POSE_FILES), running_mode=vision.RunningMode.VIDEO, num_poses=2
        )
        self._landmarker = _made(vision.PoseLandmarker, options)
        self._clock = _Clock()

    def find(self, frame: NDArray[Any], t_ns: int) -> Seen | None:
        found = self._landmarker.detect_for_video(_image(frame), self._clock.ms(t_ns))
        if not found.pose_landmarks:
            return None
        return Seen(chosen(found.pose_landmarks[0], BODY_POINTS, None), len(found.pose_landmarks))


class _Clock:
    """Whole milliseconds that only ever rise, as the Tasks API wants them."""

    def __init__(self) -> None:
        self._last_ms = -1

    def ms(self, t_ns: int) -> int:
        self._last_ms = max(self._last_ms + 1, t_ns // 1_000_000)
        return self._last_ms


def _vision() -> Any:
    try:
        from mediapipe.tasks.python import vision
    except ImportError as error:
        raise CameraError(NOT_INSTALLED) from error
    return vision


def _model(names: tuple[str, ...]) -> Any:
    from mediapipe.tasks.python.core.base_options import BaseOptions

    folder = os.environ.get("MOVERE_MODEL_DIR", "")
    if not folder:
        raise CameraError(
            f"this tracker needs the model file {names[0]}: put it into a folder and name the folder in"
            " MOVERE_MODEL_DIR; mouse and joystick work"
        )
    for name in names:
        path = Path(folder) / name
        if path.is_file():
            return BaseOptions(model_asset_path=str(path))
    raise CameraError(
        f"there is no {names[0]} in {folder}, which MOVERE_MODEL_DIR names: put the model file there;"
        " mouse and joystick work"
    )


def _made(kind: Any, options: Any) -> Any:
    try:
        return kind.create_from_options(options)
    except (RuntimeError, ValueError) as error:
        path = options.base_options.model_asset_path
        raise CameraError(f"{path} is no model that this tracker can read: give another file") from error


def _image(frame: NDArray[Any]) -> Any:
    import mediapipe

    return mediapipe.Image(image_format=mediapipe.ImageFormat.SRGB, data=frame[:, :, ::-1].copy())
