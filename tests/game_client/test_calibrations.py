"""Calibrations on disk: whole or moved aside, never a crash; and maps that keep targets inside the hull."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import pytest

from game_client import calibrations
from shared.movement.calibration import Calibration, DriftWatch, Hull, Lean

if TYPE_CHECKING:
    from pathlib import Path

DAY_MS = 24 * 3600 * 1000
NOW_MS = 1_800_000_000_000
_TURNS = [k * math.tau / 24 for k in range(24)]
EGG = Hull(
    tuple((0.10 + 0.20 * math.cos(a) + 0.02 * math.cos(3 * a), 0.05 + 0.11 * math.sin(a)) for a in _TURNS)
)


def calibrated(kind: str = "webcam_hand", movement: str = "hand_reach", **more: Any) -> Calibration:
    fields: dict[str, Any] = {
        "kind": kind, "made_at_ms": NOW_MS, "side": "right", "unit": "norm", "neutral": (0.10, 0.02),
        "reach": EGG, "movement": movement,
    }  # fmt: skip
    return Calibration(**(fields | more))


def test_what_is_saved_is_loaded_and_one_person_has_one_of_each_kind_and_movement(tmp_path: Path) -> None:
    lean = calibrated("webcam_body", "trunk_lean", reach=None, lean=Lean(0.2, 0.3, 0.1))
    calibrations.save(tmp_path, calibrated(), "hand_reach")
    calibrations.save(tmp_path, lean, "trunk_lean")
    assert calibrations.load(tmp_path, "webcam_hand", "hand_reach") == calibrated()
    assert calibrations.load(tmp_path, "webcam_body", "trunk_lean") == lean
    assert calibrations.load(tmp_path, "webcam_body", "head") is None
    calibrations.forget(tmp_path, "webcam_body", "trunk_lean")
    calibrations.forget(tmp_path, "webcam_body", "trunk_lean")
    assert calibrations.load(tmp_path, "webcam_body", "trunk_lean") is None
    assert [each.name for each in (tmp_path / "calibration").iterdir()] == ["webcam_hand.hand_reach.json"]


@pytest.mark.parametrize(
    "broken", [b"", b"{", b"\xff\xfe", b"[1]", b'{"kind": "webcam_hand"}', b'{"kind": "mouse", "made_at']
)  # fmt: skip
def test_a_broken_file_is_moved_aside_with_a_note(tmp_path: Path, broken: bytes) -> None:
    calibrations.save(tmp_path, calibrated(), "hand_reach")
    path = tmp_path / "calibration" / "webcam_hand.hand_reach.json"
    path.write_bytes(broken)
    assert calibrations.load(tmp_path, "webcam_hand", "hand_reach") is None
    assert not path.exists()
    kept, note = sorted(path.parent.iterdir())
    assert kept.read_bytes() == broken
    assert "could not be read" in note.read_text(encoding="utf-8")
    calibrations.save(tmp_path, calibrated(), "hand_reach")
    assert calibrations.load(tmp_path, "webcam_hand", "hand_reach") == calibrated()


def test_a_hull_that_holds_nothing_counts_as_broken(tmp_path: Path) -> None:
    calibrations.save(tmp_path, calibrated(), "hand_reach")
    path = tmp_path / "calibration" / "webcam_hand.hand_reach.json"
    text = path.read_text(encoding="utf-8")
    at = text.index('"corners":')
    path.write_text(text[:at] + '"corners":[[0,0],[1,1],[2,2]]}' + text[text.index("}", at) + 1 :], "utf-8")
    assert calibrations.load(tmp_path, "webcam_hand", "hand_reach") is None
    assert not path.exists()


def test_a_newer_moveres_file_is_left_alone(tmp_path: Path) -> None:
    calibrations.save(tmp_path, calibrated(schema=99), "hand_reach")
    assert calibrations.load(tmp_path, "webcam_hand", "hand_reach") is None
    assert (tmp_path / "calibration" / "webcam_hand.hand_reach.json").exists()


def test_a_write_that_is_cut_off_leaves_the_old_calibration(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calibrations.save(tmp_path, calibrated(), "hand_reach")

    def no_power(descriptor: int) -> None:
        raise OSError("cut off")

    monkeypatch.setattr("os.fsync", no_power)
    with pytest.raises(OSError, match="cut off"):
        calibrations.save(tmp_path, calibrated(side="left"), "hand_reach")
    assert calibrations.load(tmp_path, "webcam_hand", "hand_reach") == calibrated()


@pytest.mark.parametrize("kind", ["webcam_hand", "joystick"])
@pytest.mark.parametrize("scale", [0.3, 1.0, 3.0])
@pytest.mark.parametrize("reach_m", [0.05, 0.10])
def test_targets_at_the_reach_lie_inside_nine_tenths_in_every_direction(
    kind: str, scale: float, reach_m: float
) -> None:
    hull = Hull(tuple((scale * x, scale * y) for x, y in EGG.corners))
    movement = "deflection" if kind == "joystick" else "hand_reach"
    found = calibrations.map_of(calibrated(kind, movement, reach=hull, neutral=(0.02, 0.0)), reach_m)
    assert found is not None and found.gain_x == found.gain_y
    radius = reach_m / found.gain_x
    for deg in range(360):
        x = found.origin_x_um * 1e-6 + radius * math.cos(math.radians(deg))
        y = found.origin_y_um * 1e-6 + radius * math.sin(math.radians(deg))
        assert hull.allows((x, y))
    if kind == "webcam_hand":
        assert radius == pytest.approx(min(0.16, scale * 0.9 * 0.11), rel=0.03)


def test_a_stick_begins_where_it_rests_unless_that_leaves_too_little() -> None:
    near = calibrations.map_of(calibrated("joystick", "deflection", neutral=(0.09, 0.03)), 0.1)
    far = calibrations.map_of(calibrated("joystick", "deflection", neutral=(0.28, 0.05)), 0.1)
    assert near is not None and (near.origin_x_um, near.origin_y_um) == pytest.approx((90_000, 30_000))
    assert far is not None and (far.origin_x_um, far.origin_y_um) == pytest.approx(
        [1e6 * each for each in EGG.centroid]
    )


def test_a_lean_asks_for_four_fifths_of_the_least_limit_from_the_neutral_pose() -> None:
    lean = calibrated(
        "webcam_body", "trunk_lean", reach=None, lean=Lean(0.20, 0.30, 0.05), neutral=(0.01, -0.02)
    )
    found = calibrations.map_of(lean, 0.10)
    assert found is not None
    assert (found.origin_x_um, found.origin_y_um) == pytest.approx((10_000, -20_000))
    assert 0.10 / found.gain_x == pytest.approx(0.8 * 0.20)
    assert 0.10 / found.gain_y == pytest.approx(0.8 * 0.05)


def test_devices_with_a_scale_keep_it_and_limit_the_reach_instead() -> None:
    mouse = calibrated("mouse", unit="counts")
    touch = calibrated("touch")
    for each in (mouse, touch):
        assert calibrations.map_of(each, 0.1) is None
        limit = calibrations.reach_limit_m(each)
        assert limit is not None
        cx, cy = EGG.centroid
        assert all(
            EGG.allows((cx + limit * math.cos(a), cy + limit * math.sin(a)))
            for a in map(math.radians, range(360))
        )
        assert limit == pytest.approx(0.9 * 0.11, rel=0.03)
    assert calibrations.reach_limit_m(calibrated()) is None
    assert calibrations.reach_limit_m(calibrated(reach=None, unit="m")) is None


def test_old_ones_and_those_of_another_camera_or_screen_are_made_again() -> None:
    found = calibrated(source="camera 0", screen_mm=(500.0, 281.0))
    same: dict[str, Any] = {"source": "camera 0", "screen_mm": (501.0, 282.0)}
    assert not calibrations.needs_again(found, NOW_MS + 30 * DAY_MS, **same)
    assert calibrations.needs_again(found, NOW_MS + 30 * DAY_MS + 1, **same)
    assert calibrations.needs_again(found, NOW_MS, source="camera 1", screen_mm=(500.0, 281.0))
    assert calibrations.needs_again(found, NOW_MS, source="camera 0", screen_mm=(560.0, 315.0))
    assert not calibrations.needs_again(found, NOW_MS, source="camera 0")
    assert calibrations.age(found, NOW_MS - DAY_MS) == 0
    watch = DriftWatch(found.neutral, limit=0.05, for_s=2.0)
    assert not calibrations.needs_again(found, NOW_MS, **same, drifted=watch.step(0.0, (0.3, 0.0)))
    assert calibrations.needs_again(
        found, NOW_MS, **same, drifted=[watch.step(k / 10, (0.3, 0.0)) for k in range(1, 25)][-1]
    )


def test_what_a_bank_card_measured_is_kept(tmp_path: Path) -> None:
    assert calibrations.gain_um_per_count(tmp_path) is None
    assert calibrations.screen_mm(tmp_path) is None
    calibrations.save_gain(tmp_path, 31.75, NOW_MS)
    calibrations.save_screen(tmp_path, (344.2, 193.6), NOW_MS)
    assert calibrations.gain_um_per_count(tmp_path) == 31.75
    assert calibrations.screen_mm(tmp_path) == (344.2, 193.6)
    assert calibrations.load(tmp_path, "mouse", "hand_reach") is None
