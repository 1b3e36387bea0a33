"""How many faces a frame shows, by the face detector whose model lies in MediaPipe's wheel (1.4 ms a frame).

It finds faces that fill at least about a tenth of the picture: within two metres or so of a webcam.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy.typing import NDArray

_MODEL = "modules/face_detection/face_detection_short_range.tflite"
_SURE = 0.7  # a drawn hand was taken for a face at 0.5


class Faces:
    """Without the model, nothing can be told: `count` then gives None for good."""

    def __init__(self) -> None:
        self._detector: Any = None
        try:
            import mediapipe
            from mediapipe.tasks.python import vision
            from mediapipe.tasks.python.core.base_options import BaseOptions
        except ImportError:
            return
        path = Path(mediapipe.__file__).parent / _MODEL
        if path.is_file():
            options = vision.FaceDetectorOptions(
                base_options=BaseOptions(model_asset_path=str(path)), min_detection_confidence=_SURE
            )
            self._detector = vision.FaceDetector.create_from_options(options)
            self._image, self._format = mediapipe.Image, mediapipe.ImageFormat.SRGB

    def count(self, frame: NDArray[Any]) -> int | None:
        if self._detector is None:
            return None
        image = self._image(image_format=self._format, data=frame[:, :, ::-1].copy())
        return len(self._detector.detect(image).detections)
