"""A stick's push is the hand's reach; a real SDL joystick is found, followed, pulled out and found again."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING

import pygame
import pytest
from hypothesis import given
from hypothesis import strategies as st

from game_client.devices.joystick import DEAD_ZONE, Joystick
from game_client.engine.input import JoystickAxis, JoystickFound, JoystickGone, Stick
from shared.wire.streams import FLAG_LOST
from tests.game_client.devices.virtual_stick import VirtualStick

if TYPE_CHECKING:
    from collections.abc import Iterator

    from game_client.engine.input import Input
    from game_client.engine.window import Window

TICK_NS = 1_000_000_000 // 120
AT_REST = Stick(1, "Stick", (0.0, 0.0))


def pushed(x: float, y: float, **more: float) -> tuple[int, int]:
    stick = Joystick([AT_REST], **more)  # type: ignore[arg-type]
    stick.handle(JoystickAxis(5, 0, x, 1))
    stick.handle(JoystickAxis(6, 1, y, 1))
    return stick.at(10)[:2]


def test_pushed_all_the_way_is_a_fifth_more_than_the_reach_and_up_is_away() -> None:
    assert pushed(1.0, 0.0) == (120_000, 0)
    assert pushed(0.0, -1.0) == (0, 120_000)
    assert pushed(0.0, 1.0, reach_m=0.05) == (0, -60_000)


@given(st.floats(0, 2 * math.pi), st.floats(0, 1))
def test_the_dead_zone_is_the_middle_and_leads_out_without_a_jump(direction: float, far: float) -> None:
    x, y = pushed(far * math.cos(direction), far * math.sin(direction))
    expected = max(0.0, (far - DEAD_ZONE) / (1 - DEAD_ZONE)) * 120_000
    assert math.hypot(x, y) == pytest.approx(expected, abs=2)


def test_a_square_stick_reaches_no_further_in_its_corners() -> None:
    x, y = pushed(1.0, 1.0)
    assert math.hypot(x, y) == pytest.approx(120_000, abs=2)


def test_both_axes_of_one_movement_are_one_place_and_a_still_stick_is_a_place_each_tick() -> None:
    stick = Joystick([AT_REST])
    stick.handle(JoystickAxis(1_000_000, 0, 1.0, 1))
    stick.handle(JoystickAxis(1_100_000, 1, 0.5, 1))
    stick.at(TICK_NS)
    stick.at(2 * TICK_NS)
    _, rows = stick.take_rows()
    assert [row[0] for row in rows] == [1_000_000, 2 * TICK_NS]
    assert rows[0][1:] == rows[1][1:]


def test_any_two_axes_can_be_the_hand() -> None:
    stick = Joystick([Stick(1, "Pad", (0.0, 0.0, 0.0, 0.0))], axes=(3, 2))
    stick.handle(JoystickAxis(1, 3, 1.0, 1))
    stick.handle(JoystickAxis(1, 0, 1.0, 1))
    assert stick.at(5)[:2] == (120_000, 0)


def test_a_stick_with_one_axis_and_another_stick_are_not_the_hand() -> None:
    stick = Joystick([Stick(1, "Paddle", (0.0,)), Stick(2, "Stick", (0.0, 0.0)), Stick(3, "Other", (0, 0))])
    stick.handle(JoystickAxis(1, 0, 1.0, 1))
    stick.handle(JoystickAxis(1, 0, 1.0, 3))
    assert stick.at(5) == (0, 0, 100, 0)
    assert Joystick([Stick(1, "Paddle", (0.0,))]).problem == "gone"


def test_another_sticks_plug_is_not_this_ones() -> None:
    stick = Joystick([AT_REST])
    stick.handle(JoystickGone(1, 2))
    assert stick.problem == "" and stick.at(2)[3] == 0


def follow(stick: Joystick, seconds: float, x: float, tremble: float = 0.0) -> str:
    for tick in range(round(seconds * 120)):
        t_ns = (tick + 1) * TICK_NS
        stick.handle(JoystickAxis(t_ns - 1, 0, x + (tremble if tick % 20 < 10 else -tremble), 1))
        stick.at(t_ns)
    return stick.problem


def test_a_stick_that_rests_beside_its_middle_for_three_seconds_drifts() -> None:
    stick = Joystick([AT_REST])
    assert follow(stick, 2.9, 0.15, 0.003) == ""
    assert follow(stick, 3.2, 0.15, 0.003) == "drifts"
    stick.handle(JoystickAxis(10**12, 0, 0.0, 1))
    stick.at(10**12)
    assert stick.problem == ""


@pytest.mark.parametrize(("x", "tremble"), [(0.05, 0.0), (0.15, 0.02), (0.9, 0.0)])
def test_the_middle_a_trembling_hand_and_a_far_reach_are_no_drift(x: float, tremble: float) -> None:
    assert follow(Joystick([AT_REST]), 6, x, tremble) == ""


@pytest.fixture
def virtual(window: Window) -> Iterator[VirtualStick]:
    made = VirtualStick()
    yield made
    made.pull_out()
    inputs(window)


def inputs(window: Window) -> list[Input]:
    found = (window.translate(each, time.perf_counter_ns()) for each in pygame.event.get())
    return [each for each in found if each is not None]


def test_a_real_joystick_is_found_followed_pulled_out_and_found_again(
    window: Window, virtual: VirtualStick
) -> None:
    stick = Joystick()
    assert stick.at(time.perf_counter_ns())[3] == FLAG_LOST

    def go() -> tuple[int, int, int, int]:
        for value in inputs(window):
            stick.handle(value)
        return stick.at(time.perf_counter_ns())

    go()
    assert [each.device for each in window.sticks] == [virtual.device]
    assert stick.problem == ""
    virtual.push(0.0, -1.0)
    x_um, y_um, confidence, flags = go()
    assert (x_um, confidence, flags) == (0, 100, 0) and y_um == pytest.approx(120_000, abs=10)
    virtual.pull_out()
    assert go()[2:] == (0, FLAG_LOST)
    assert stick.problem == "gone" and window.sticks == []
    again = VirtualStick()
    try:
        assert go() == (0, 0, 100, 0)
        again.push(1.0, 0.0)
        assert go()[0] == pytest.approx(120_000, abs=10)
    finally:
        again.pull_out()


def test_what_was_pushed_before_play_is_known(window: Window, virtual: VirtualStick) -> None:
    inputs(window)
    virtual.push(0.5, 0.0)
    found = inputs(window)
    assert any(isinstance(each, JoystickAxis) for each in found)
    assert not any(isinstance(each, JoystickFound) for each in found)
    assert Joystick(window.sticks).at(1)[0] == pytest.approx(54_800, abs=200)
