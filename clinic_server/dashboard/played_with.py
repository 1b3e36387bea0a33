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
    measured. `calibrated` is None when the recording could not be read. `warning` is a sentence, "" when
    nothing is wrong.
    """

    device: str
    calibrated: bool | None
    movements: list[tuple[str, str]]
    late_ms: float | None
    before_ms: float | None
    parts: list[Part]
    warning: str


def played_with(session: Session) -> PlayedWith:
    """Read it from a session's row."""
    late_ms, before_ms, kind = session.latency_ms, session.device_latency_ms, session.device_kind
    known_ms = before_ms if late_ms is None else late_ms
    warning = ""
    if known_ms is not None and known_ms > WARN_MS:
        said = f"Play was {known_ms:.0f} ms late" + (", as measured before it" if late_ms is None else "")
        warning = (
            f"{said}. Above {WARN_MS:.0f} ms people learn less from their"
            " errors, even if nobody notices the lag: read this session's learning with care."
        )
    return PlayedWith(
        device=_DEVICES.get(kind, kind.replace("_", " ").capitalize() or "Not known"),
        calibrated=session.device_calibrated if kind else None,
        movements=[(each["game"], each.get("movement", "")) for each in session.blocks],
        late_ms=late_ms,
        before_ms=before_ms,
        parts=[Part(name, *((session.latency or {}).get(key) or (None, None))) for key, name in _PARTS],
        warning=warning,
    )
