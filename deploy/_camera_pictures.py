"""Pictures of the screens before play: the camera's checks, calibrating, and measuring with a card."""

from __future__ import annotations

import math
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from game_client import calibrations, words
from game_client.camera.light import Light
from game_client.camera.ring import NOTHING, Result
from game_client.camera.tracker import Point
from game_client.config import Settings
from game_client.engine.input import Counts, Key, Moved
from game_client.scenes._context import Context
from game_client.scenes.calibrate import Calibrate
from game_client.scenes.measure import CardOnScreen, Measure, SlideMouse
from game_client.scenes.playing_with import PlayingWith
from game_client.scenes.settings import SettingsScreen
from game_client.scenes.setup import Setup

if TYPE_CHECKING:
    from collections.abc import Callable

    from game_client.engine.canvas import Canvas
    from game_client.engine.stack import Scene

    Frame = Callable[[Canvas], None]
    Point2 = tuple[float, float]

_TICK_NS = 1_000_000_000 // 120
_GOOD = Light(120.0, 0.0, 0.0, 0.0)


def hand(x: float = 0.04, y: float = 0.13, size: float = 0.15, turn_deg: float = -8.0) -> tuple[Point, ...]:
    """A hand's three points with its wrist at x, y, as a camera sees them."""

    def at(long: float, aside: float) -> Point:
        a = math.radians(turn_deg)
        return Point(
            x + size * (long * math.sin(a) + aside * math.cos(a)),
            y - size * (long * math.cos(a) - aside * math.sin(a)), 0.0, 0.95,
        )  # fmt: skip

    return at(1.9, -0.36), at(0.0, 0.0), at(1.0, 0.0)


def body(x: float = 0.02, y: float = -0.12, wide: float = 0.30, lean: float = 0.0) -> tuple[Point, ...]:
    """A body's five points with its nose at x, y."""
    half, down = wide / 2, 0.62 * wide
    spots = (
        (x, y, 0.99), (x + half, y + down + lean, 0.98), (x - half, y + down - lean, 0.98),
        (x + 0.7 * half, y + 2.2 * wide, 0.2), (x - 0.7 * half, y + 2.2 * wide, 0.2),
    )  # fmt: skip
    return tuple(Point(px, py, 0.0, confidence) for px, py, confidence in spots)


class _Camera:
    """A capture that gives one result again and again, a new number each time."""

    def __init__(self, points: tuple[Point, ...] | None, light: Light = _GOOD, people: int = 1) -> None:
        self._points, self._light, self._people, self._number = points, light, people, 0

    def newest(self) -> Result:
        if self._points is None:
            return NOTHING
        self._number += 1
        t_ns = self._number * _TICK_NS
        return Result(self._number, self._number, t_ns, t_ns, self._points, self._people, self._light, 0.75)


class StillCamera:
    """A device before that camera."""

    kind = "webcam_hand"
    movements = frozenset({"hand_reach"})
    unit: Literal["m", "counts", "norm"] = "norm"
    gain_um_per_count: float | None = None
    wants_relative = False

    def __init__(
        self, capture: _Camera, problem: str = "", path: Callable[[float], Point2] | None = None
    ) -> None:
        self.capture, self.problem = capture, problem
        self._path = path or (lambda t_s: (0.0, 0.0))

    def handle(self, value: Any) -> None:
        """No input."""

    def at(self, t_ns: int) -> tuple[int, int, int, int]:
        x, y = self._path(t_ns * 1e-9)
        return round(x * 1e6), round(y * 1e6), 100, 0

    def take_rows(self) -> tuple[str, list[tuple[int, ...]]]:
        return "raw_points", []

    def close(self) -> None:
        """Nothing is held."""


def _shown(
    settings: Settings, make: Callable[[Context], Scene], seconds: float, hover: str = "", share: float = 0.0
) -> Frame:
    """Let a screen run for some seconds, then draw it, with the pointer resting on a target."""

    def draw(canvas: Canvas) -> None:
        scene: Any = make(Context(words.load("en"), settings))
        scene.resume(0)
        ticks = round(seconds * 120)
        hovered_at = ticks - round(share * settings.dwell_s * 120)
        for k in range(ticks):
            if hover and k == max(0, hovered_at - 1):
                target = next(each for each in scene.chooser.targets if each.name == hover)
                scene.handle(Moved(k * _TICK_NS, 8.0, 8.0))
                scene.handle(Moved(k * _TICK_NS + 1, target.x, target.y))
            scene.update(k * _TICK_NS)
            if k % 4 == 0 or k == ticks - 1:
                scene.draw(canvas, k * _TICK_NS * 1e-9, 1.0)

    return draw


def _nothing(*anything: Any) -> None:
    return None


def camera_check(
    settings: Settings, of: Literal["hand", "body"], camera: _Camera, seconds: float = 2.0, **more: Any
) -> Frame:
    problem = more.pop("problem", "")

    def make(context: Context) -> Scene:
        return Setup(context, StillCamera(camera, problem), of, _nothing, _nothing, has_joystick=True)

    return _shown(settings, make, seconds, **more)


def calibrating(
    settings: Settings,
    path: Callable[[float], Point2],
    seconds: float,
    kind: str = "webcam_hand",
    movement: str = "hand_reach",
) -> Frame:
    def make(context: Context) -> Scene:
        device = StillCamera(_Camera(None), path=path)
        return Calibrate(context, device, kind, movement, "right", _nothing, _nothing)

    return _shown(settings, make, seconds)


def circling(t_s: float) -> Point2:
    """Two seconds of rest, then circles that grow, a little wider to the right."""
    gone_s = max(0.0, t_s - 2.4)
    size, a = 0.24 * min(1.0, gone_s / 11.0), 1.5 * gone_s - 1.3
    return 0.03 + size * (1.25 if math.cos(a) > 0 else 0.95) * math.cos(a), 0.02 + 0.8 * size * math.sin(a)


def leaning(t_s: float) -> Point2:
    """Rest, then to the left, to the right and forward, one after the other."""
    part, far = divmod(max(0.0, t_s - 3.0) / 3.0, 1.0)
    out = math.sin(math.pi * far)
    return ((-0.24 * out, 0.0), (0.29 * out, 0.0), (0.0, 0.11 * out))[int(part) % 3]


def _measuring(settings: Settings, make: Callable[[Context, Path], Scene], **more: Any) -> Frame:
    """Draw a screen of a profile whose screen was measured."""

    def draw(canvas: Canvas) -> None:
        with tempfile.TemporaryDirectory() as name:
            calibrations.save_screen(Path(name), (531.0, 299.0), 1_800_000_000_000)
            _shown(settings, lambda context: make(context, Path(name)), 1.0, **more)(canvas)

    return draw


def _sliding(context: Context, folder: Path) -> Scene:
    scene = SlideMouse(context, _nothing)
    scene.handle(Key(0, "space"))
    scene.handle(Counts(1, 900, 0))
    return scene


def _card(context: Context, folder: Path) -> Scene:
    return CardOnScreen(context, _nothing)


def camera_pictures(usual: Settings, contrast: Settings, large: Settings) -> dict[str, Frame]:
    near = _Camera(body(0.0, -0.18, 0.54))
    dark = Light(20.0, 0.3, 0.0, 0.0)
    return {
        "70_check_too_near": camera_check(usual, "body", near, hover="mouse", share=0.4),
        "71_check_dark": camera_check(usual, "hand", _Camera(hand(), dark), 22.0),
        "72_check_hand_cut_off": camera_check(usual, "hand", _Camera(hand(0.5, 0.2))),
        "73_check_not_seen": camera_check(usual, "body", _Camera(())),
        "74_check_right": camera_check(usual, "hand", _Camera(hand()), 0.9),
        "75_check_several_text_200": camera_check(large, "body", _Camera(body(), people=2), 22.0),
        "76_check_high_contrast": camera_check(contrast, "body", _Camera(body(0.06, -0.16, 0.52))),
        "77_check_hand_high_contrast": camera_check(contrast, "hand", _Camera(hand(size=0.3))),
        "78_check_no_camera": camera_check(usual, "hand", _Camera(None), 3.0, problem="camera_gone"),
        "79_check_no_camera_text_200": camera_check(large, "hand", _Camera(None), 11.0),
        "80_calibrate_rest": calibrating(usual, circling, 1.3),
        "81_calibrate_reach": calibrating(usual, circling, 13.4),
        "82_calibrate_lean": calibrating(usual, leaning, 7.3, "webcam_body", "trunk_lean"),
        "83_calibrate_done": calibrating(usual, leaning, 17.0, "webcam_body", "trunk_lean"),
        "84_calibrate_reach_text_200": calibrating(large, circling, 10.0),
        "85_calibrate_reach_high_contrast": calibrating(contrast, circling, 13.4),
        "86_calibrate_lean_high_contrast": calibrating(contrast, leaning, 7.3, "webcam_body", "trunk_lean"),
        "87_measure": _measuring(usual, Measure, hover="mouse", share=0.5),
        "88_measure_mouse": _measuring(usual, _sliding),
        "89_measure_screen": _measuring(usual, _card, hover="larger", share=0.6),
        "90_measure_text_200": _measuring(large, Measure),
        "91_measure_mouse_high_contrast": _measuring(contrast, _sliding),
        "92_measure_screen_text_200": _measuring(large, _card),
        "95_measure_screen_high_contrast": _measuring(contrast, _card),
        "96_playing_with": _measuring(usual, PlayingWith, hover="device", share=0.5),
        "97_playing_with_text_200": _measuring(large, PlayingWith),
        "98_settings_high_contrast": _measuring(contrast, SettingsScreen),
    }  # fmt: skip
