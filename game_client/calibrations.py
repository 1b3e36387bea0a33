"""Calibrations of one person on this machine: kept in the profile's folder, and turned into a map for play.

`calibration/<kind>.<movement>.json` holds a device's; `mouse.gain.json` and `screen.size.json` hold what was
measured with a bank card. A file that can't be read is moved aside, and the person calibrates again.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from game_client.config import write_whole
from shared.errors import WireError
from shared.movement.calibration import CALIBRATION_SCHEMA, Calibration
from shared.wire.codec import decode_json, encode_json
from shared.wire.session import DeviceMap

if TYPE_CHECKING:
    from pathlib import Path

    from shared.movement.calibration import Place

FOLDER = "calibration"
OLD_AFTER_MS = 30 * 24 * 3600 * 1000
SHARE_OF_LEAN = 0.8
"""A game's whole reach is this share of the least limit, so that none asks for a person's utmost."""
MOST_REACH = {"webcam_hand": 0.16}
"""A reach never asks for more than this, in the device's own unit: a long arm need not use it all."""
_SAME_SCREEN = 0.03
_ON_SCREEN = frozenset({"touch"})
"""Devices that point at the screen itself: any map would part the finger from what it touches."""


def load(folder: Path, kind: str, movement: str) -> Calibration | None:
    """Return a profile's calibration; None when there is none, or none that this Movere can read."""
    path = _path(folder, kind, movement)
    try:
        found = decode_json(path.read_bytes(), Calibration)
    except OSError:
        return None
    except WireError as error:
        _move_aside(path, str(error))
        return None
    return found if found.schema <= CALIBRATION_SCHEMA else None


def save(folder: Path, calibration: Calibration, movement: str) -> None:
    """Write a calibration; the file is whole at every moment, even when the power goes."""
    write_whole(_path(folder, calibration.kind, movement), encode_json(calibration))


def forget(folder: Path, kind: str, movement: str) -> None:
    """Delete a calibration; nothing happens when there is none."""
    _path(folder, kind, movement).unlink(missing_ok=True)


def forget_all(folder: Path) -> None:
    """Delete every calibration of a reach or a lean; what was measured with a card stays."""
    kept = {_path(folder, "mouse", "gain"), _path(folder, "screen", "size")}
    for path in (folder / FOLDER).glob("*.json"):
        if path not in kept:
            path.unlink(missing_ok=True)


def age(calibration: Calibration, now_ms: int) -> int:
    """Return how old a calibration is, ms; one from the future (the clock was set back) is new."""
    return max(0, now_ms - calibration.made_at_ms)


def needs_again(
    calibration: Calibration,
    now_ms: int,
    *,
    source: str = "",
    screen_mm: Place | None = None,
    drifted: bool = False,
) -> bool:
    """Whether to calibrate anew: it is older than 30 days, or was made with another camera or screen size.

    `drifted` is what a `DriftWatch` said of the neutral pose.
    """
    if drifted or age(calibration, now_ms) > OLD_AFTER_MS or calibration.source != source:
        return True
    before = calibration.screen_mm
    if before is None or screen_mm is None:
        return False
    return any(abs(now / then - 1.0) > _SAME_SCREEN for then, now in zip(before, screen_mm, strict=True))


# -- what play is told ---------------------------------------------------------------------------------------


def map_of(calibration: Calibration, reach_m: float) -> DeviceMap | None:
    """Return the map that makes a game's `reach_m` fit the person; None for a device with a scale of its own.

    Reaching begins at the middle of the hull, and a reach is the radius of the largest circle about it that
    fits into the hull's nine tenths. A stick's begins where it rests when let go, unless that costs more than
    half of the circle. Leaning begins at the neutral pose, each axis with its own gain: sideways and forward
    are not one unit.
    """
    if calibration.unit != "norm" or calibration.kind in _ON_SCREEN:
        return None
    if calibration.lean is not None:
        lean = calibration.lean
        aside, ahead = SHARE_OF_LEAN * min(lean.left, lean.right), SHARE_OF_LEAN * lean.fore
        x, y = calibration.neutral
        return DeviceMap(x * 1e6, y * 1e6, reach_m / aside, reach_m / ahead)
    if calibration.reach is None:
        return None
    (x, y), radius = _largest_circle(calibration)
    gain = reach_m / min(radius, MOST_REACH.get(calibration.kind, radius))
    return DeviceMap(x * 1e6, y * 1e6, gain, gain)


def reach_limit_m(calibration: Calibration) -> float | None:
    """Return the furthest reach that a game may ask for of a device with a scale of its own, m, else None."""
    if calibration.reach is None or (calibration.unit == "norm" and calibration.kind not in _ON_SCREEN):
        return None
    return _largest_circle(calibration)[1]


def _largest_circle(calibration: Calibration) -> tuple[Place, float]:
    assert calibration.reach is not None  # noqa: S101
    hull, middle = calibration.reach, calibration.reach.centroid
    widest = hull.circle(middle)
    if calibration.movement == "deflection":
        at_rest = hull.circle(calibration.neutral)
        if at_rest >= 0.5 * widest:
            return calibration.neutral, at_rest
    return middle, widest


# -- measured with a bank card -------------------------------------------------------------------------------


def save_gain(folder: Path, gain_um_per_count: float, made_at_ms: int) -> None:
    """Keep what one count of the mouse is on the table."""
    save(
        folder, _measured("mouse", "gain", "counts", made_at_ms, gain_um_per_count=gain_um_per_count), "gain"
    )


def gain_um_per_count(folder: Path) -> float | None:
    found = load(folder, "mouse", "gain")
    return None if found is None else found.gain_um_per_count


def save_screen(folder: Path, screen_mm: Place, made_at_ms: int) -> None:
    """Keep how large the game's picture is on the screen, width and height."""
    save(folder, _measured("screen", "size", "m", made_at_ms, screen_mm=screen_mm), "size")


def screen_mm(folder: Path) -> Place | None:
    found = load(folder, "screen", "size")
    return None if found is None else found.screen_mm


def _measured(kind: str, movement: str, unit: str, made_at_ms: int, **what: object) -> Calibration:
    fixed = {"kind": kind, "movement": movement, "unit": unit, "made_at_ms": made_at_ms}
    return Calibration(side="right", neutral=(0.0, 0.0), **fixed, **what)  # type: ignore[arg-type]


def _path(folder: Path, kind: str, movement: str) -> Path:
    return folder / FOLDER / f"{kind}.{movement}.json"


def _move_aside(path: Path, why: str) -> None:
    """Keep a broken file for whoever looks into it, with a note beside it."""
    aside = path.with_name(f"{path.name}.broken-{time.time_ns() // 1_000_000}")
    path.replace(aside)
    aside.with_name(f"{aside.name}.txt").write_text(f"moved aside, it could not be read: {why}\n", "utf-8")
