"""A camera that stops is opened again and goes on; what is not there at all is said. Real video files."""

from __future__ import annotations

from itertools import islice
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from game_client.camera.frames import CameraError, VideoFile, followed, frames

FRAMES = 5


@pytest.fixture
def video(tmp_path: Path) -> str:
    path = str(tmp_path / "clip.avi")
    writer = cv2.VideoWriter(path, cv2.VideoWriter.fourcc(*"MJPG"), 60.0, (64, 48))
    for grey in range(FRAMES):
        writer.write(np.full((48, 64, 3), 40 * grey, np.uint8))
    writer.release()
    return path


def test_a_file_gives_its_frames_and_ends(video: str) -> None:
    got = list(frames(VideoFile(video)))
    assert [frame is not None and frame.shape for _, frame in got] == [(48, 64, 3)] * FRAMES
    stamps = [t_ns for t_ns, _ in got]
    assert stamps[-1] - stamps[0] == pytest.approx((FRAMES - 1) / 60 * 1e9, rel=0.3), "at its own rate"


def test_what_stops_is_opened_again(video: str, tmp_path: Path) -> None:
    """A source that ends is to cv2 as a camera that is unplugged; twice it is away, then it is back."""
    absent = str(tmp_path / "absent.avi")
    paths = iter([video, absent, video, absent])
    opened: list[Any] = []

    def again() -> Any:
        opened.append(cv2.VideoCapture(next(paths)))
        return opened[-1]

    source = followed(again, "camera 0", retry_s=0.01)
    seen = [frame is not None for _, frame in islice(source, 2 * FRAMES + 3)]
    assert seen == [True] * FRAMES + [False, False] + [True] * FRAMES + [False]
    source.close()  # type: ignore[attr-defined]
    assert not any(each.isOpened() for each in opened), "every one is let go"


def test_what_was_never_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(CameraError, match="camera 3 can't be opened: plug it in, or play with the mouse"):
        next(followed(lambda: cv2.VideoCapture(str(tmp_path / "absent.avi")), "camera 3"))
