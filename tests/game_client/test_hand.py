"""Which device is the hand, and what the recording says of it."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING
from uuid import UUID

import pygame
import pytest

from game_client.__main__ import main
from game_client.devices._spare import WithSpare
from game_client.engine.input import JoystickAxis, Stick
from game_client.engine.probe import has_mouse
from game_client.hand import DeviceError, Wanted, chosen_kind, described, fitted, opened
from game_client.virtual import practice_plan
from shared.wire.session import DeviceMap
from tests.game_client.devices.virtual_stick import VirtualStick

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from game_client.engine.window import Window

PADDLE, STICK = Stick(1, "Paddle", (0.0,)), Stick(2, "Pad", (0.0, 0.0, 0.0))
PLAN = practice_plan(UUID(int=1))


@pytest.mark.parametrize(
    ("asked", "sticks", "has_a_mouse", "movement", "kind"),
    [
        ("auto", [], True, "hand_reach", "mouse"),
        ("auto", [], False, "hand_reach", "mouse"),
        ("auto", [STICK], True, "hand_reach", "mouse"),
        ("auto", [STICK], False, "hand_reach", "joystick"),
        ("auto", [PADDLE], False, "hand_reach", "mouse"),
        ("auto", [STICK], True, "deflection", "joystick"),
        ("auto", [], True, "trunk_lean", "webcam_body"),
        ("auto", [STICK], True, "weight_shift", "webcam_body"),
        ("auto", [], True, "decoded", "lsl_stream"),
        ("joystick", [], True, "hand_reach", "joystick"),
        ("joystick", [PADDLE, STICK], True, "trunk_lean", "joystick"),
        ("mouse", [STICK], False, "trunk_lean", "mouse"),
        ("touch", [], True, "hand_reach", "touch"),
        ("webcam", [], True, "hand_reach", "webcam_hand"),
        ("webcam", [], True, "head", "webcam_body"),
        ("stream", [], True, "hand_reach", "lsl_stream"),
    ],
)
def test_which_device_is_the_hand(
    asked: str, sticks: list[Stick], has_a_mouse: bool, movement: str, kind: str
) -> None:
    wanted = Wanted(asked)  # type: ignore[arg-type]
    assert chosen_kind(wanted, sticks, movement, has_mouse=has_a_mouse) == kind


def test_a_camera_that_must_stay_off_stays_off() -> None:
    assert chosen_kind(Wanted(has_webcam=False), [], "trunk_lean", has_mouse=True) == "mouse"


def test_what_is_not_installed_is_said_with_how_to_add_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert chosen_kind(Wanted(), [], "trunk_lean", has_mouse=True) == "mouse"
    with pytest.raises(DeviceError, match="webcam group"):
        chosen_kind(Wanted("webcam"), [], "hand_reach", has_mouse=True)
    with pytest.raises(DeviceError, match="--with lsl"):
        chosen_kind(Wanted("stream"), [], "hand_reach", has_mouse=True)


def test_a_joystick_with_one_axis_is_refused_with_a_sentence() -> None:
    with pytest.raises(DeviceError, match="Paddle has no second axis"):
        chosen_kind(Wanted("joystick"), [PADDLE], "hand_reach", has_mouse=True)
    with pytest.raises(DeviceError, match="Pad has 3 axes, and axis 3 was asked for"):
        chosen_kind(Wanted("joystick", (2, 3)), [STICK], "hand_reach", has_mouse=True)


def test_the_recording_says_what_the_numbers_are_worth() -> None:
    hands = [
        fitted(opened(each, [STICK], Wanted(), PLAN, 80.0), PLAN) for each in ("mouse", "joystick", "touch")
    ]
    said = [described(each, "raw", 2.0, "tremor", "braking") for each in hands]
    assert [(each.kind, each.unit, each.pointer, each.gain_um_per_count) for each in said] == [
        ("mouse", "m", "raw", 80.0),
        ("joystick", "norm", "none", None),
        ("touch", "norm", "absolute", None),
    ]
    nominal = described(fitted(opened("mouse", [], Wanted(), PLAN), PLAN), "raw", 2.0, "off")
    assert (nominal.unit, nominal.gain_um_per_count, nominal.calibrated) == ("counts", 100.0, False)
    assert [each.calibrated for each in said] == [True, False, False]
    assert all(each.filter == "tremor" and each.stamp_jitter_ms > 8 for each in said)
    assert all(each.prediction == "off" for each in said), "what was not measured can't be predicted away"
    late = described(replace(hands[1], latency_ms=60.0, rate_hz=30.0), "raw", 2.0, "off", "braking")
    assert (late.prediction, late.latency_ms, late.rate_hz) == ("braking", 60.0, 30.0)


def test_a_stick_reaches_as_far_as_the_plan_asks() -> None:
    from msgspec.structs import replace

    block = replace(PLAN.content.blocks[0], game_params={"reach_m": 0.2})
    far = replace(PLAN, content=replace(PLAN.content, blocks=[*PLAN.content.blocks, block]))
    hand = fitted(opened("joystick", [STICK], Wanted(), far), far)
    assert isinstance(hand.device, WithSpare) and hand.limits.movements == {"deflection"}
    hand.device.handle(JoystickAxis(1, 0, 1.0, 2))
    assert hand.device.at(2)[0] == 240_000


def test_a_persons_own_limits_make_the_game_fit_and_the_rows_too() -> None:
    how = DeviceMap(origin_x_um=20_000, origin_y_um=0, gain_x=2.0, gain_y=0.5)
    hand = fitted(opened("joystick", [STICK], Wanted(), PLAN), PLAN, how)
    hand.device.handle(JoystickAxis(1_000, 0, 1.0, 2))
    x_um, y_um, *_ = hand.device.at(2_000)
    assert (x_um, y_um) == (200_000, 0), "120 mm of deflection, less the origin, twice"
    layout, rows = hand.device.take_rows()
    assert layout == "raw_points" and rows[-1][1:3] == (x_um, y_um)
    said = described(hand, "none", 1.0, "off")
    assert said.map == how and said.calibrated


@pytest.mark.parametrize(
    ("listed", "there"),
    [
        ("N: Name=\"Pad\"\nH: Handlers=event3 js0\n", False),
        ("N: Name=\"Mouse\"\nH: Handlers=mouse0 event2\n", True),
        ("", True),
    ],
)  # fmt: skip
def test_no_mouse_is_only_said_when_the_system_lists_none(
    tmp_path: Path, listed: str, there: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.platform", "linux")
    (tmp_path / "devices").write_text(listed)
    assert has_mouse(tmp_path / "devices") is there
    assert has_mouse(tmp_path / "nothing")


@pytest.fixture
def virtual(window: Window) -> Iterator[VirtualStick]:
    made = VirtualStick()
    yield made
    made.pull_out()
    for event in pygame.event.get():
        window.translate(event, 1)


def findings(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> list[tuple[str, str]]:
    main(["doctor", "--data", str(tmp_path), "--json"])
    found = json.loads(capsys.readouterr().out)["findings"]
    return [(each["level"], each["says"]) for each in found if each["about"] == "joystick"]


def test_doctor_says_whether_a_stick_rests_in_its_middle(
    virtual: VirtualStick, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ((level, says),) = findings(tmp_path, capsys)
    assert level == "well" and "2 axes" in says
    virtual.push(0.2, 0.0)
    ((level, says),) = findings(tmp_path, capsys)
    assert level == "wrong" and "stands at 0.20, 0.00" in says


def test_devices_lists_what_is_plugged_in(
    window: Window, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def row() -> dict[str, object]:
        assert main(["devices", "--data", str(tmp_path), "--json"]) == 0
        listed = json.loads(capsys.readouterr().out)
        found: dict[str, object] = next(each for each in listed if each["kind"] == "joystick")
        return found

    assert row()["why_not"] == "no joystick is plugged in"
    for axes, usable in ((1, False), (2, True)):
        stick = VirtualStick(axes)
        try:
            found = row()
        finally:
            stick.pull_out()
            pygame.event.clear()
        assert found["usable"] is usable and f"{axes} axes" in str(found["there"])
        assert found["rate_hz"] == 120
    assert window.sticks == []
