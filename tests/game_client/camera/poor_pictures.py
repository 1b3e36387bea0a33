"""Clips of what goes wrong before a camera: 1.5 s each, made of the drawn hand or a photograph."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
import skimage.data

from tests.game_client.camera import drawn_hand, moved_person

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

FRAMES = 45


def right() -> Iterator[NDArray[Any]]:
    yield from islice(drawn_hand.clip(), FRAMES)


def far() -> Iterator[NDArray[Any]]:
    """The hand at three tenths of its size."""
    noise = np.random.default_rng(3)
    for frame in right():
        height, width = frame.shape[:2]
        matrix = np.array([[0.3, 0.0, 0.35 * width], [0.0, 0.3, 0.35 * height]])
        shrunk = cv2.warpAffine(
            frame, matrix, (width, height), flags=cv2.INTER_AREA, borderMode=cv2.BORDER_REPLICATE
        )
        yield np.clip(shrunk + noise.normal(0, 3, shrunk.shape), 0, 255).astype(np.uint8)


def near() -> Iterator[NDArray[Any]]:
    """The hand at 1.8 times its size, about the palm."""
    for frame in right():
        height, width = frame.shape[:2]
        at = (370, 330)
        matrix = np.array([[1.8, 0.0, width / 2 - 1.8 * at[0]], [0.0, 1.8, height / 2 - 1.8 * at[1] + 20]])
        yield cv2.warpAffine(frame, matrix, (width, height), borderMode=cv2.BORDER_REPLICATE)


def dark() -> Iterator[NDArray[Any]]:
    for frame in right():
        yield (frame * 0.25).astype(np.uint8)


def black() -> Iterator[NDArray[Any]]:
    """A covered camera: black, and noisy as a live one."""
    noise = np.random.default_rng(4)
    for _ in range(FRAMES):
        yield np.abs(noise.normal(0, 3, (drawn_hand.HEIGHT, drawn_hand.WIDTH, 3))).astype(np.uint8)


def bright() -> Iterator[NDArray[Any]]:
    for frame in right():
        yield np.clip(frame.astype(np.int16) + 150, 0, 255).astype(np.uint8)


def frozen() -> Iterator[NDArray[Any]]:
    first = next(right())
    for _ in range(FRAMES):
        yield first


def hand_that_goes() -> Iterator[NDArray[Any]]:
    """A second of a hand, a second of an empty room, a second of a hand."""
    noise = np.random.default_rng(5)
    hand = list(islice(drawn_hand.clip(), 30))
    ground = np.full_like(hand[0], 110)
    yield from hand[:30]
    for _ in range(30):
        yield np.clip(ground + noise.normal(0, 3, ground.shape), 0, 255).astype(np.uint8)
    yield from hand[:30]


def unplugged() -> Iterator[NDArray[Any] | None]:
    """A second of a hand, two seconds of nothing, as a camera that is away, and a hand again."""
    hand = list(islice(drawn_hand.clip(), 30))
    yield from hand
    for _ in range(60):
        yield None
    yield from hand


def person() -> Iterator[NDArray[Any]]:
    yield from islice(moved_person.clip(), FRAMES)


def two_people() -> Iterator[NDArray[Any]]:
    """The same photograph's head and shoulders twice, side by side."""
    noise = np.random.default_rng(6)
    face = cv2.cvtColor(skimage.data.astronaut()[0:340, 90:346], cv2.COLOR_RGB2BGR)
    both = cv2.resize(np.hstack([face, face]), (640, 425))
    picture = np.full((480, 640, 3), 100, np.uint8)
    picture[55:] = both
    for _ in range(FRAMES):
        yield np.clip(picture + noise.normal(0, 2, picture.shape), 0, 255).astype(np.uint8)
