"""A device whose places become the hand's by a person's own limits, so that the game fits them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from game_client.devices._port import HasTracker, Intends, Notes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from game_client.devices._port import Device, Unit
    from game_client.engine.input import Input
    from shared.wire.session import DeviceMap


class Mapped:
    """The device behind `map`: (place - origin) * gain. It is for devices without a scale (`raw_points`)."""

    def __init__(self, device: Device, how: DeviceMap) -> None:
        self.device, self.map = device, how
        self.kind: str = device.kind
        self.unit: Unit = device.unit
        self.movements = device.movements
        self.gain_um_per_count = device.gain_um_per_count
        self.wants_relative = device.wants_relative

    @property
    def problem(self) -> str:
        return self.device.problem

    def handle(self, value: Input) -> None:
        self.device.handle(value)

    def at(self, t_ns: int) -> tuple[int, int, int, int]:
        x_um, y_um, confidence, flags = self.device.at(t_ns)
        return *self._mapped(x_um, y_um), confidence, flags

    def take_rows(self) -> tuple[str, list[tuple[int, ...]]]:
        layout, rows = self.device.take_rows()
        return layout, [(t_ns, *self._mapped(x, y), confidence) for t_ns, x, y, confidence in rows]

    def take_tracker_ns(self) -> list[int]:
        return self.device.take_tracker_ns() if isinstance(self.device, HasTracker) else []

    def intend(self, target_m: tuple[float, float] | None) -> None:
        if not isinstance(self.device, Intends):
            return
        how = self.map
        if target_m is not None:
            x_m, y_m = target_m
            target_m = (
                x_m / how.gain_x + how.origin_x_um * 1e-6,
                y_m / how.gain_y + how.origin_y_um * 1e-6,
            )
        self.device.intend(target_m)

    def take_commands(self) -> Sequence[tuple[str, float | None]]:
        return self.device.take_commands() if isinstance(self.device, Notes) else []

    def close(self) -> None:
        self.device.close()

    def _mapped(self, x_um: int, y_um: int) -> tuple[int, int]:
        how = self.map
        return round((x_um - how.origin_x_um) * how.gain_x), round((y_um - how.origin_y_um) * how.gain_y)
