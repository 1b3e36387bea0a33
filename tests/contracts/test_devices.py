"""What every input device keeps to: time runs forward, confidence is a percentage, closing twice is once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, get_args

import pytest

from game_client.devices._port import Pointer, Unit
from game_client.engine.input import Counts, Finger, JoystickAxis, JoystickFound, JoystickGone, Stick
from shared.plugins import discover
from shared.wire.session import InputDevice
from shared.wire.streams import FLAG_HELD, FLAG_LOST, LAYOUTS, pack_block

if TYPE_CHECKING:
    from collections.abc import Iterator

    from game_client.devices._port import Device

pytestmark = pytest.mark.contracts
DEVICES = discover("game_client.devices", "DEVICE")
TICK_NS = 1_000_000_000 // 120


@pytest.fixture(params=sorted(DEVICES))
def device(request: pytest.FixtureRequest) -> Iterator[Device]:
    made: Device = DEVICES[request.param]()
    yield made
    made.close()


def everything(t_ns: int, step: int) -> list[Any]:
    """One value of each kind that some device listens to."""
    return [
        Counts(t_ns, 3, -2),
        JoystickAxis(t_ns + 10, 0, 0.5 + 0.001 * step, 7),
        JoystickAxis(t_ns + 20, 1, -0.4, 7),
        Finger(t_ns + 30, 1, 640.0 + step, 300.0, True),
    ]


def played(device: Device, ticks: int = 240) -> list[tuple[int, int, int, int]]:
    device.handle(JoystickFound(0, Stick(7, "Stick", (0.0, 0.0))))
    here = []
    for step in range(ticks):
        t_ns = (step + 1) * TICK_NS
        # Every fifth input is late: it arrives with a stamp of the tick before.
        for value in everything(t_ns - (2 * TICK_NS if step % 5 == 4 else 1000), step):
            device.handle(value)
        here.append(device.at(t_ns))
    return here


def test_it_is_named_and_says_what_its_numbers_are_worth(device: Device) -> None:
    assert DEVICES[device.kind] is type(device)
    assert device.unit in get_args(Unit)
    gain = device.gain_um_per_count
    assert (gain is not None) == (device.unit == "counts")
    for pointer in get_args(Pointer):
        InputDevice(device.kind, device.unit, pointer, 120.0, 9.0, None, False, gain, "off")


def test_it_has_a_place_before_any_sample(device: Device) -> None:
    x_um, y_um, confidence, flags = device.at(1)
    assert (x_um, y_um) == (0, 0)
    assert (confidence, flags) in {(100, 0), (0, FLAG_LOST)}


def test_rows_are_in_order_of_time_and_fit_the_recording(device: Device) -> None:
    here = played(device)
    layout, rows = device.take_rows()
    assert len(rows) >= 200
    stamps = [row[0] for row in rows]
    assert stamps == sorted(stamps)
    columns = {name: [row[k] for row in rows] for k, name in enumerate(LAYOUTS[layout])}
    assert pack_block(layout, 0, columns).stream == "raw"
    assert all(0 <= each <= 100 for each in columns.get("confidence", ()))
    assert here[-1][:2] != (0, 0), "it moved"
    assert device.take_rows() == (layout, [])


def test_confidence_is_a_percentage_and_flags_are_known(device: Device) -> None:
    for x_um, y_um, confidence, flags in played(device):
        assert isinstance(x_um, int) and isinstance(y_um, int)
        assert 0 <= confidence <= 100
        assert flags in {0, FLAG_HELD, FLAG_LOST}
        assert confidence == 0 or not flags & FLAG_LOST


def test_closing_twice_is_the_same_as_once(device: Device) -> None:
    played(device, 3)
    device.close()
    first = device.at(10 * TICK_NS)
    device.close()
    assert device.at(10 * TICK_NS) == first


def test_pulled_out_it_is_lost_at_once_and_comes_back(device: Device) -> None:
    """Devices without a plug of their own must not care about another's."""
    played(device, 12)
    t_ns = 13 * TICK_NS
    before = device.at(t_ns)
    device.handle(JoystickGone(t_ns, 7))
    after = device.at(t_ns + TICK_NS)
    if device.kind == "joystick":
        assert after == (*before[:2], 0, FLAG_LOST)
        assert device.problem == "gone"
    else:
        assert after == before
        assert device.problem == ""
    device.handle(JoystickFound(t_ns + TICK_NS, Stick(9, "Stick", (0.0, 0.0))))
    assert device.at(t_ns + 2 * TICK_NS)[3] == 0
    assert device.problem == ""
