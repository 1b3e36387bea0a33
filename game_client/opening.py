"""From Home's `start` to the first tick: the input device chosen, checked, calibrated, or another offered."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

from game_client import calibrations
from game_client.alerts import Alert
from game_client.devices._webcam import Webcam
from game_client.devices.webcam_body import WebcamBody
from game_client.engine.probe import has_mouse
from game_client.hand import (
    DeviceError,
    chosen_kind,
    fitted,
    furthest_m,
    has_tracker,
    is_on,
    movement_of,
    opened,
)
from game_client.scenes._exploring import REACHING
from game_client.scenes.calibrate import Calibrate
from game_client.scenes.note import alert_screen
from game_client.scenes.setup import Setup
from game_client.session.latency import expected_ms
from shared.errors import PlanError
from shared.wire.lateness import WARN_MS

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from game_client.devices._port import Device
    from game_client.engine.window import Window
    from game_client.hand import Asked, Hand, Wanted
    from game_client.scenes._context import Context
    from shared.movement.calibration import Calibration
    from shared.wire.plan import Plan

_FAR_OUT = 1.5
_ALERTS = {"too_late": Alert.TOO_LATE, "no_device": Alert.NO_DEVICE, "reach_small": Alert.REACH_SMALL}


class Opening:
    """Leads to `play`, which begins the session with a hand; whoever leaves on the way is Home again.

    `play` raises PlanError when the plan can't be played with this hand: another is then offered.
    """

    def __init__(
        self,
        context: Context,
        window: Window,
        folder: Path,
        plan: Plan,
        wanted: Wanted,
        draw_ms: float,
        play: Callable[[Hand], None],
    ) -> None:
        self._context, self._window, self._folder = context, window, folder
        self._plan, self._wanted, self._draw_ms, self._play = plan, wanted, draw_ms, play
        self._device: Device | None = None

    def start(self) -> None:
        """Open the device; look through the camera first, where it is one."""
        try:
            kind = chosen_kind(
                self._wanted, self._window.sticks, movement_of(self._plan), has_mouse=has_mouse()
            )
        except DeviceError:
            self._offer(Alert.NO_DEVICE)
            return
        gain = calibrations.gain_um_per_count(self._folder)
        device = self._device = opened(kind, self._window.sticks, self._wanted, self._plan, gain)
        if isinstance(device, Webcam):
            self._context.stack.push(
                Setup(
                    self._context,
                    device,
                    device.of,
                    done=self._seen,
                    other=self._other,
                    has_joystick=bool(self._window.sticks),
                )
            )
        elif device.kind in REACHING:
            self._fit()
        else:
            self._ready(None)

    def close(self) -> None:
        """The window is being closed on the way: let go of the device."""
        if self._device is not None:
            self._device.close()
            self._device = None

    @property
    def watches(self) -> bool:
        """Whether a camera is on, and the screen does not say so itself."""
        return is_on(self._device) and not isinstance(self._context.stack.top, Setup)

    def _seen(self) -> None:
        self._context.stack.pop()
        self._fit()

    def _fit(self) -> None:
        """Take the calibration that is kept, or make one; playing without is possible."""
        device = self._opened
        kept = calibrations.load(self._folder, device.kind, _movement(device))
        if kept is not None and not self._needs_again(kept):
            self._ready(kept)
            return
        self._context.stack.push(
            Calibrate(
                self._context,
                device,
                device.kind,
                _movement(device),
                self._plan.content.blocks[0].side,
                done=self._calibrated,
                skip=lambda: self._left_uncalibrated(kept),
                source=self._source,
                screen_mm=calibrations.screen_mm(self._folder),
            )
        )

    def _needs_again(self, kept: Calibration) -> bool:
        """Also when the hand is seen far outside of where it could reach: camera or chair were moved."""
        x_um, y_um, confidence, _ = self._opened.at(time.perf_counter_ns())
        place = (x_um * 1e-6, y_um * 1e-6)
        if kept.gain_um_per_count != self._opened.gain_um_per_count:
            return True
        return calibrations.needs_again(
            kept,
            time.time_ns() // 1_000_000,
            source=self._source,
            screen_mm=calibrations.screen_mm(self._folder),
            drifted=bool(confidence) and kept.reach is not None and not kept.reach.allows(place, _FAR_OUT),
        )

    @property
    def _source(self) -> str:
        return str(self._wanted.camera) if isinstance(self._opened, Webcam) else ""

    def _calibrated(self, calibration: Calibration) -> None:
        self._context.stack.pop()
        calibrations.save(self._folder, calibration, _movement(self._opened))
        self._ready(calibration)

    def _left_uncalibrated(self, kept: Calibration | None) -> None:
        """An old calibration is better than none; another camera's is worse."""
        self._context.stack.pop()
        self._ready(kept if kept is not None and kept.source == self._source else None)

    def _other(self, name: str) -> None:
        """The camera can't play: the mouse, the joystick, or the camera again."""
        self._context.stack.pop()
        self._by(name)

    def _by(self, name: str) -> None:
        self.close()
        if name != "again":
            asked: Asked = "joystick" if name == "joystick" else "mouse"
            self._wanted = replace(self._wanted, asked=asked)
        self.start()

    def _ready(self, calibration: Calibration | None) -> None:
        device = self._opened
        how = reach_m = None
        if calibration is not None:
            how = calibrations.map_of(calibration, furthest_m(self._plan))
            reach_m = calibrations.reach_limit_m(calibration)
        hand = fitted(device, self._plan, how, reach_m)
        if isinstance(device, Webcam):
            pace = device.pace_ms()
            if pace is not None:
                late_ms = expected_ms(*pace, self._draw_ms)
                hand = replace(hand, latency_ms=round(late_ms, 1), rate_hz=round(1000.0 / pace[0], 1))
        elif self._wanted.watches_posture and has_tracker():
            hand = replace(hand, posture=WebcamBody(self._wanted.camera))
        self._device = None  # from here on it is the session's
        try:
            self._play(hand)
        except PlanError as error:
            hand.close()
            if error.code == "reach_small":
                calibrations.forget(self._folder, device.kind, _movement(device))
            self._offer(_ALERTS.get(error.code, Alert.PLAN_TOO_NEW))
            return
        if hand.latency_ms is not None and hand.latency_ms > WARN_MS:
            self._context.stack.push(alert_screen(self._context, Alert.LATE))

    def _offer(self, alert: Alert) -> None:
        """Say what is wrong; then the mouse, which is always there, unless it was the mouse already."""
        by_mouse = self._wanted.asked == "mouse" or alert is Alert.PLAN_TOO_NEW
        leave = None if by_mouse else lambda: self._by("mouse")
        self._context.stack.push(alert_screen(self._context, alert, leave))

    @property
    def _opened(self) -> Device:
        if self._device is None:
            raise DeviceError("no device is open yet")
        return self._device


def _movement(device: Device) -> str:
    return device.movement if isinstance(device, WebcamBody) else min(device.movements)
