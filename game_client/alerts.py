"""The game's messages when something is wrong: a number, a sentence, and what to do.

Numbers never change and are recorded with the session. 1xx input devices, 2xx storage, 3xx clinic, 4xx
sound. A server that can't be reached is no alert: the game goes on, and a small cloud says so.
"""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from game_client.words import Words


class Alert(IntEnum):
    CAMERA_DARK = 101
    MOUSE_GONE = 102
    JOYSTICK_GONE = 103
    POINTER_ACCELERATED = 104
    LATE = 105
    TOO_LATE = 106
    NO_DEVICE = 107
    REACH_SMALL = 108
    DISK_FULL = 201
    NOT_SAVED = 202
    RECOVERED = 203
    NOT_PAIRED = 301
    PLAN_TOO_NEW = 302
    PAIRING_ENDED = 303
    NO_SPEECH = 401
    NO_SOUND = 402


_ICONS = {1: "hand", 2: "key", 3: "cloud", 4: "voice"}


def sentence(alert: Alert, words: Words) -> tuple[str, str]:
    """What happened, and what to do."""
    return words(f"alert.{alert.value}"), words(f"alert.{alert.value}.do")


def icon_name(alert: Alert) -> str:
    return _ICONS[alert.value // 100]
