"""Which device is the hand: chosen when play begins, made for a session, named in its recording."""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal, cast, get_args

from msgspec import UNSET

from game_client.camera.frames import Camera
from game_client.camera.tracker import NOT_INSTALLED
from game_client.devices._mapped import Mapped
from game_client.devices._spare import WithSpare
from game_client.devices._webcam import Webcam
from game_client.devices.joystick import DEFAULT_REACH_M, ONE_AXIS, Joystick
from game_client.devices.lsl_stream import LslStream
from game_client.devices.mouse import Mouse
from game_client.devices.touch import Touch
from game_client.devices.virtual import Virtual
from game_client.devices.webcam_body import WebcamBody
from game_client.devices.webcam_hand import WebcamHand
from game_client.session.blocks import InputLimits
from shared.errors import MovereError
from shared.wire.session import TICK_HZ, DeviceMap, InputDevice, VirtualPlayer

if TYPE_CHECKING:
    from game_client.camera.frames import Source
    from game_client.devices._port import Device, Pointer
    from game_client.devices.webcam_body import Movement as BodyMovement
    from game_client.engine.input import Stick
    from shared.wire.plan import Plan

Asked = Literal["auto", "mouse", "joystick", "touch", "webcam", "stream"]
ASKED: tuple[Asked, ...] = get_args(Asked)
_BODY: frozenset[str] = WebcamBody.movements
_SPANS: dict[str, tuple[float, float]] = {
    "webcam_hand": (0.16, 0.16),
    "trunk_lean": (0.14, 0.08),
    "weight_shift": (0.25, 0.08),
    "head": (0.25, 0.2),
}
"""What a game's whole reach asks of somebody whose own limits were not measured, right and away: picture
widths; radians and a share of nearness; shoulder widths and likewise; shoulder widths. Movere's own."""


class DeviceError(MovereError):
    """The device that was asked for can't be a hand; the sentence says why and what to do."""


@dataclass(frozen=True)
class Wanted:
    """What whoever starts the game asked for: the device, which two of a joystick's axes, which camera."""

    asked: Asked = "auto"
    axes: tuple[int, int] = (0, 1)
    camera: Source = field(default_factory=Camera)
    has_webcam: bool = True
    """False keeps the camera off whatever the plan asks for."""
    virtual: tuple[str, int] | None = None
    """A virtual profile and a seed: that person plays, whatever else is asked for."""
    watches_posture: bool = False
    """Beside a hand that needs no camera, a body camera watches how trunk and shoulders help."""


@dataclass(frozen=True)
class Hand:
    """The device of one session: as play uses it, as it is by itself, and what was measured of it."""

    device: Device
    inner: Device
    movement: str
    map: DeviceMap | None = None
    calibrated: bool = False
    reach_m: float | None = None
    latency_ms: float | None = None
    rate_hz: float = float(TICK_HZ)
    posture: WebcamBody | None = None

    @property
    def limits(self) -> InputLimits:
        """What blocks of a plan must keep to when this hand plays them."""
        movements = frozenset({self.movement}) if self.inner.kind == "webcam_body" else self.inner.movements
        return InputLimits(movements, self.latency_ms, self.reach_m)

    @property
    def player(self) -> VirtualPlayer | None:
        """Who plays, where it is no real person: such sessions are marked as virtual everywhere."""
        if not isinstance(self.inner, Virtual):
            return None
        return VirtualPlayer(self.inner.person.profile, self.inner.person.seed, 0)

    @property
    def is_spare(self) -> bool:
        """Whether the mouse has taken over."""
        return isinstance(self.device, WithSpare) and self.device.on_spare

    @property
    def watches(self) -> bool:
        """Whether a camera is on."""
        return (is_on(self.inner) and not self.is_spare) or is_on(self.posture)

    def shoulder_rows(self, t_ns: int) -> list[tuple[int, ...]]:
        """Return the `shoulders` rows since the last call, from whichever camera sees the body."""
        if isinstance(self.inner, WebcamBody):
            return self.inner.take_shoulder_rows()
        if self.posture is None:
            return []
        self.posture.at(t_ns)
        self.posture.take_rows()
        return self.posture.take_shoulder_rows()

    def close(self) -> None:
        self.device.close()
        if self.posture is not None:
            self.posture.close()


def is_on(device: Device | None) -> bool:
    """Whether this is a camera that may see somebody: not one that failed, or whose video is over."""
    return isinstance(device, Webcam) and device.problem not in ("camera_failed", "camera_ended")


def has_tracker() -> bool:
    """Whether the webcam group is installed."""
    return all(importlib.util.find_spec(each) is not None for each in ("cv2", "mediapipe"))


def has_streams() -> bool:
    """Whether the group for streams is installed."""
    return importlib.util.find_spec("pylsl") is not None


def movement_of(plan: Plan) -> str:
    """The movement that the plan's first block asks for; one input device plays a whole session."""
    return plan.content.blocks[0].movement


def chosen_kind(wanted: Wanted, sticks: list[Stick], movement: str, *, has_mouse: bool) -> str:
    """Return the kind of device that plays this movement.

    `auto` is a camera for what only a body can do, a stream for what a decoder gives, else the mouse unless
    only a joystick is there. A joystick that is asked for need not be plugged in yet: play waits for it.

    Raises:
        DeviceError: the joysticks there have too few axes, or what is asked for is not installed.
    """
    asked, axes = wanted.asked, wanted.axes
    if wanted.virtual is not None:
        return "virtual"
    usable = [each for each in sticks if len(each.axes) > max(axes)]
    if asked == "auto":
        if movement in _BODY and wanted.has_webcam and has_tracker():
            return "webcam_body"
        if movement == "decoded" and has_streams():
            return "lsl_stream"
        return "joystick" if usable and (not has_mouse or movement == "deflection") else "mouse"
    if asked == "webcam":
        if not has_tracker():
            raise DeviceError(NOT_INSTALLED)
        return "webcam_body" if movement in _BODY else "webcam_hand"
    if asked == "stream":
        if not has_streams():
            raise DeviceError("streams need the lsl group: python3 deploy/start.py --with lsl installs it")
        return "lsl_stream"
    if asked == "joystick" and sticks and not usable:
        stick = sticks[0]
        if len(stick.axes) < 2:
            raise DeviceError(ONE_AXIS.format(name=stick.name))
        raise DeviceError(f"{stick.name} has {len(stick.axes)} axes, and axis {max(axes)} was asked for")
    return asked


def opened(
    kind: str,
    sticks: list[Stick],
    wanted: Wanted,
    plan: Plan,
    gain_um_per_count: float | None = None,
) -> Device:
    """Open the device by itself for a session of this plan; the gain is a mouse's, where it was measured."""
    if kind == "joystick":
        return Joystick(sticks, wanted.axes, reach_m=furthest_m(plan))
    if kind == "virtual" and wanted.virtual is not None:
        return Virtual(*wanted.virtual)
    if kind == "webcam_hand":
        return WebcamHand(wanted.camera)
    if kind == "webcam_body":
        return WebcamBody(wanted.camera, cast("BodyMovement", body_movement(plan)))
    if kind == "lsl_stream":
        decoder = plan.content.blocks[0].decoder
        return LslStream(plan=None if decoder is UNSET else decoder)
    return Touch() if kind == "touch" else Mouse(gain_um_per_count)


def body_movement(plan: Plan) -> str:
    """The plan's movement where a body can do it, else leaning."""
    asked = movement_of(plan)
    return asked if asked in _BODY else "trunk_lean"


def fitted(inner: Device, plan: Plan, how: DeviceMap | None = None, reach_m: float | None = None) -> Hand:
    """Make the hand of a session from a device: mapped to the game's reach, with the mouse as a spare.

    `how` and `reach_m` come from a calibration; without one, devices before a camera are mapped by spans that
    suit most people.
    """
    movement = inner.movement if isinstance(inner, WebcamBody) else sorted(inner.movements)[0]
    if isinstance(inner, Virtual):
        return Hand(inner, inner, movement_of(plan), calibrated=True)
    is_calibrated = how is not None or reach_m is not None or inner.unit == "m"
    hand = Hand(inner, inner, movement, calibrated=is_calibrated, reach_m=reach_m)
    if how is None:
        how = _usual(inner.kind if inner.kind in _SPANS else movement, furthest_m(plan))
    device: Device = inner if how is None else Mapped(inner, how)
    if not isinstance(inner, Mouse | Touch):
        device = WithSpare(device, Mouse())
    return replace(hand, device=device, map=how)


def _usual(name: str, reach_m: float) -> DeviceMap | None:
    if name not in _SPANS:
        return None
    right, away = _SPANS[name]
    return DeviceMap(0.0, 0.0, reach_m / right, reach_m / away)


def described(
    hand: Hand, mouse: Pointer, stamp_jitter_ms: float, preset: str, prediction: str = "off"
) -> InputDevice:
    """Say what the device's numbers are worth; `mouse` is what the window found of the mouse's counts.

    A lateness that was not measured can't be predicted away.
    """
    device = hand.inner
    pointers: dict[str, Pointer] = {"mouse": mouse, "touch": "absolute"}
    return InputDevice(
        kind=device.kind,
        unit=device.unit,
        pointer=pointers.get(device.kind, "none"),
        rate_hz=hand.rate_hz,
        stamp_jitter_ms=min(60_000.0, max(stamp_jitter_ms, 1000.0 / TICK_HZ)),
        latency_ms=hand.latency_ms,
        calibrated=hand.calibrated,
        gain_um_per_count=device.gain_um_per_count,
        filter=preset,
        prediction=prediction if hand.latency_ms else "off",
        map=hand.map,
    )


def furthest_m(plan: Plan) -> float:
    """The furthest reach that a block of the plan asks for, in metres."""
    asked = [each.game_params.get("reach_m", plan.reach_m) for each in plan.content.blocks]
    return max((float(each) for each in asked), default=DEFAULT_REACH_M)
