"""What every input device keeps to: time runs forward, confidence is a percentage, closing twice is once."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

import pytest

from game_client.devices._port import PROBLEMS, Pointer, Unit
from shared.wire.plan import Movement
from shared.wire.session import InputDevice
from shared.wire.streams import FLAG_HELD, FLAG_LOST, LAYOUTS, pack_block
from tests.contracts._rigs import DEVICES, RIGS, LiveRig, Rig

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.contracts
TWO_S = 240
PAUSE_TICKS = 60
"""Play must pause within half a second of a plug that is pulled out."""


@pytest.fixture(params=sorted(DEVICES))
def rig(request: pytest.FixtureRequest) -> Iterator[Rig]:
    made: Rig = RIGS[request.param](request.param)
    yield made
    made.close()


def test_it_is_named_and_says_what_its_numbers_are_worth(rig: Rig) -> None:
    device = rig.device
    assert DEVICES[device.kind] is type(device)
    assert device.unit in get_args(Unit)
    assert device.movements and device.movements <= set(get_args(Movement))
    gain = device.gain_um_per_count
    assert (gain is not None) == (device.unit == "counts")
    for pointer in get_args(Pointer):
        InputDevice(device.kind, device.unit, pointer, 120.0, 9.0, None, False, gain, "off")


def test_it_has_a_place_before_any_sample(rig: Rig) -> None:
    x_um, y_um, confidence, flags = rig.device.at(1)
    assert max(abs(x_um), abs(y_um)) < 1000, "at its origin, or where a recording begins"
    assert (confidence, flags) in {(100, 0), (0, FLAG_LOST)}


def test_rows_are_in_order_of_time_and_fit_the_recording(rig: Rig) -> None:
    here = rig.play(TWO_S)
    layout, rows = rig.device.take_rows()
    assert len(rows) >= 2 * rig.least_rows_a_s
    stamps = [row[0] for row in rows]
    assert stamps == sorted(stamps)
    columns = {name: [row[k] for row in rows] for k, name in enumerate(LAYOUTS[layout])}
    assert pack_block(layout, 0, columns).stream == "raw"
    assert all(0 <= each <= 100 for each in columns.get("confidence", ()))
    assert here[-1][:2] != (0, 0), "it moved"


def test_confidence_is_a_percentage_and_flags_are_known(rig: Rig) -> None:
    for x_um, y_um, confidence, flags in rig.play(TWO_S):
        assert isinstance(x_um, int) and isinstance(y_um, int)
        assert 0 <= confidence <= 100
        assert flags in {0, FLAG_HELD, FLAG_LOST}
        assert confidence == 0 or not flags & FLAG_LOST


def test_closing_twice_is_the_same_as_once(rig: Rig) -> None:
    rig.play(3)
    rig.device.close()
    later_ns = rig.t_ns + 2_000_000_000
    first = rig.device.at(later_ns)
    rig.device.close()
    assert rig.device.at(later_ns) == first


def test_pulled_out_it_is_lost_within_half_a_second_and_comes_back(rig: Rig) -> None:
    """Devices without a plug of their own must not care about another's."""
    before = rig.play(TWO_S)[-1]
    rig.pull_out()
    after = rig.play(PAUSE_TICKS)[-1] if isinstance(rig, LiveRig) else rig.device.at(rig.t_ns)
    assert rig.device.problem == rig.problem_when_out
    if rig.problem_when_out:
        assert rig.problem_when_out in PROBLEMS
        assert after[2:] == (0, FLAG_LOST)
    else:
        assert after == before
    rig.plug_in()
    if isinstance(rig, LiveRig):
        rig.wait_for(0, 5.0)
    else:
        assert rig.device.at(rig.t_ns + 2)[3] == 0
    assert rig.device.problem == ""
