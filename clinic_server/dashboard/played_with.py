"""What a session was played with: the input device, the movements, and how late play was."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from shared.wire.lateness import WARN_MS

if TYPE_CHECKING:
    from clinic_server.recordings.models import Session

_DEVICES = {
    "mouse": "Mouse",
    "touch": "Touch screen",
    "joystick": "Joystick",
    "webcam_hand": "Camera, hand",
    "webcam_body": "Camera, body",
    "lsl_stream": "Stream from a decoder",
    "virtual": "Virtual, no sensor",
}
_PARTS = (
    ("device_ms", "From sample to sample (half of it counts)"),
    ("tracker_ms", "Camera's tracker"),
    ("logic_ms", "Until the game uses it"),
    ("draw_ms", "Until the picture is handed to the screen"),
)


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the lateness; None where it was not measured."""

    name: str
    median_ms: float | None
    p95_ms: float | None


@dataclass(frozen=True, slots=True)
class PlayedWith:
    """`movements` holds (game, movement) of each block, the movement "" when it was not recorded.

    `late_ms` is the sum of the parts' medians, `before_ms` what was measured before play; None when not
    measured. `warning` is a sentence, "" when nothing is wrong.
    """

    device: str
    calibrated: bool
    movements: list[tuple[str, str]]
    late_ms: float | None
    before_ms: float | None
    parts: list[Part]
    warning: str


def played_with(session: Session) -> PlayedWith:
    """Read it from a session's row."""
    late_ms = session.latency_ms
    warning = ""
    if late_ms is not None and late_ms > WARN_MS:
        warning = (
            f"Play was {late_ms:.0f} ms late. Above {WARN_MS:.0f} ms people learn less from their"
            " errors, even if nobody notices the lag: read this session's learning with care."
        )
    return PlayedWith(
        device=_DEVICES.get(session.device_kind, session.device_kind.replace("_", " ").capitalize()),
        calibrated=session.device_calibrated,
        movements=[(each["game"], each.get("movement", "")) for each in session.blocks],
        late_ms=late_ms,
        before_ms=session.device_latency_ms,
        parts=[Part(name, *((session.latency or {}).get(key) or (None, None))) for key, name in _PARTS],
        warning=warning,
    )
