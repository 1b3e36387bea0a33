"""Which device is the hand: chosen when the window opens, made for a session, named in its recording."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, get_args

from game_client.devices._spare import WithSpare
from game_client.devices.joystick import DEFAULT_REACH_M, ONE_AXIS, Joystick
from game_client.devices.mouse import Mouse
from game_client.devices.touch import Touch
from shared.errors import MovereError
from shared.wire.session import TICK_HZ, InputDevice

if TYPE_CHECKING:
    from game_client.devices._port import Device, Pointer
    from game_client.engine.input import Stick
    from shared.wire.plan import Plan

Asked = Literal["auto", "mouse", "joystick", "touch"]
ASKED: tuple[Asked, ...] = get_args(Asked)


class DeviceError(MovereError):
    """The device that was asked for can't be a hand; the sentence says why and what to do."""


def chosen_kind(asked: Asked, sticks: list[Stick], axes: tuple[int, int], *, has_mouse: bool) -> str:
    """Return `mouse`, `joystick` or `touch`; `auto` is the mouse unless only a joystick is there.

    A joystick that is asked for need not be plugged in yet: play waits for it.

    Raises:
        DeviceError: the joysticks that are plugged in have too few axes.
    """
    usable = [each for each in sticks if len(each.axes) > max(axes)]
    if asked == "auto":
        return "joystick" if usable and not has_mouse else "mouse"
    if asked == "joystick" and sticks and not usable:
        stick = sticks[0]
        if len(stick.axes) < 2:
            raise DeviceError(ONE_AXIS.format(name=stick.name))
        raise DeviceError(f"{stick.name} has {len(stick.axes)} axes, and axis {max(axes)} was asked for")
    return asked


def opened(kind: str, sticks: list[Stick], axes: tuple[int, int], plan: Plan) -> Device:
    """Make the device for one session of this plan; a joystick has the mouse as its spare."""
    if kind == "joystick":
        return WithSpare(Joystick(sticks, axes, reach_m=_furthest_m(plan)), Mouse())
    return Touch() if kind == "touch" else Mouse()


def described(device: Device, mouse: Pointer, stamp_jitter_ms: float, preset: str) -> InputDevice:
    """Say what the device's numbers are worth; `mouse` is what the window found of the mouse's counts."""
    pointers: dict[str, Pointer] = {"mouse": mouse, "touch": "absolute"}
    return InputDevice(
        kind=device.kind,
        unit=device.unit,
        pointer=pointers.get(device.kind, "none"),
        rate_hz=float(TICK_HZ),
        stamp_jitter_ms=min(60_000.0, max(stamp_jitter_ms, 1000.0 / TICK_HZ)),
        latency_ms=None,
        calibrated=False,
        gain_um_per_count=device.gain_um_per_count,
        filter=preset if preset in ("default", "tremor") else "off",
    )


def _furthest_m(plan: Plan) -> float:
    """The furthest reach that a block of the plan asks for, in metres."""
    asked = [each.game_params.get("reach_m", DEFAULT_REACH_M) for each in plan.content.blocks]
    return max((float(each) for each in asked), default=DEFAULT_REACH_M)
