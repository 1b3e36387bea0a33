"""Calibrating: a hull that tremor and jumps do not spoil, small ranges that pass, and a minute at most.

Scripted hands move behind the port, and the real mouse, joystick and touch devices take real input.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from game_client import calibrations
from game_client.config import Settings
from game_client.devices.joystick import Joystick
from game_client.devices.mouse import Mouse
from game_client.devices.touch import Touch
from game_client.engine.capture import pixels
from game_client.engine.input import Counts, Finger, JoystickAxis, Key, Moved, Pressed, Released, Stick
from game_client.scenes._exploring import MOST_S, Exploring, limits_of
from game_client.scenes.calibrate import Calibrate
from shared.wire.streams import FLAG_HELD, FLAG_LOST

if TYPE_CHECKING:
    from collections.abc import Callable

    from game_client.engine.canvas import Canvas
    from game_client.scenes._context import Context

    Path2 = Callable[[float], tuple[float, float]]

TICK_NS = 1_000_000_000 // 120
MADE_MS = 1_800_000_000_000
AT = (0.03, -0.04)


class Tracker:
    """A hand before a camera of so many frames a second: held in between, lost while `hidden`."""

    unit, gain_um_per_count, wants_relative = "norm", None, False

    def __init__(
        self, path: Path2, movement: str = "hand_reach", tremor: float = 0.0, jumps: float = 0.0
    ) -> None:
        self.kind = "webcam_hand" if movement == "hand_reach" else "webcam_body"
        self.movements = frozenset({movement})
        self.path, self.tremor, self.jumps = path, tremor, jumps
        self.chance = np.random.default_rng(7)
        self.hidden, self.problem, self.fps = False, "", 30
        self.neutral = (0.0, 0.0)
        self._frame, self._here = -1, (0.0, 0.0)

    def handle(self, value: Any) -> None:
        """No input."""

    def at(self, t_ns: int) -> tuple[int, int, int, int]:
        if self.hidden:
            return round(self._here[0] * 1e6), round(self._here[1] * 1e6), 0, FLAG_LOST
        t_s, frame = t_ns * 1e-9, t_ns * self.fps // 1_000_000_000
        is_new, self._frame = frame != self._frame, frame
        if is_new:
            x, y = self.path(t_s)
            x += self.tremor * math.sin(math.tau * 5.0 * t_s)
            y += self.tremor * math.cos(math.tau * 5.0 * t_s)
            if self.chance.random() < self.jumps:
                x, y = (float(each) for each in self.chance.uniform(-0.5, 0.5, 2))
            self._here = (x - self.neutral[0], y - self.neutral[1])
        return round(self._here[0] * 1e6), round(self._here[1] * 1e6), 90, 0 if is_new else FLAG_HELD

    def take_rows(self) -> tuple[str, list[tuple[int, ...]]]:
        return "raw_points", []

    def close(self) -> None:
        """Nothing is held."""


class Body(Tracker):
    """One that measures from a neutral pose of its own."""

    def set_neutral(self) -> bool:
        self.neutral = (self.neutral[0] + self._here[0], self.neutral[1] + self._here[1])
        return True


class Screen:
    """The scene on the context's stack, its end, and how many ticks it took."""

    def __init__(
        self, context: Context, device: Any, movement: str | None = None, kind: str | None = None
    ) -> None:
        self.device, self.context, self.ticks = device, context, 0
        self.found: list[Any] = []
        self.skipped = 0
        self.said: list[str] = []
        movement = movement or next(iter(device.movements))
        self.scene = Calibrate(
            context, device, kind or device.kind, movement, "right", self.found.append, self._skip,
            now_ms=lambda: MADE_MS,
        )  # fmt: skip
        context.stack.push(self.scene)
        context.stack.settle(0)

    def _skip(self) -> None:
        self.skipped += 1

    @property
    def is_over(self) -> bool:
        return bool(self.found) or bool(self.skipped)

    def run(self, seconds: float, moves: Callable[[float, int], None] | None = None) -> Screen:
        for _ in range(round(seconds * 120)):
            if self.is_over:
                break
            self.ticks += 1
            t_ns = self.ticks * TICK_NS
            if moves is not None:
                moves(t_ns * 1e-9, t_ns)
            self.scene.update(t_ns)
            if not self.said or self.said[-1] != self.scene.sentence:
                self.said.append(self.scene.sentence)
        return self


def circles(
    radius: float, rests_s: float = 2.5, at: tuple[float, float] = AT, turn_rad_s: float = 1.5
) -> Path2:
    """Rest, then circles that are whole after 12 s."""

    def path(t_s: float) -> tuple[float, float]:
        gone_s = max(0.0, t_s - rests_s)
        size, a = radius * min(1.0, gone_s / 8.0), turn_rad_s * gone_s
        return at[0] + size * math.cos(a), at[1] + size * math.sin(a)

    return path


def leans(left: float, right: float, fore: float, rests_s: float = 2.5, each_s: float = 3.0) -> Path2:
    """Rest, then to the left, to the right and forward, one after the other, again and again."""

    def path(t_s: float) -> tuple[float, float]:
        part, far = divmod(max(0.0, t_s - rests_s) / each_s, 1.0)
        out = math.sin(math.pi * far)
        x, y = ((-left * out, 0.0), (right * out, 0.0), (0.0, fore * out))[int(part) % 3]
        return AT[0] + x, AT[1] + y

    return path


# -- reaching ------------------------------------------------------------------------------------------------


def test_a_trembling_hand_whose_tracker_jumps_yields_its_own_circle(context: Context) -> None:
    """Radius 0.20 with 0.008 of tremor and 3 % of frames anywhere in the picture: within 10 % by area."""
    screen = Screen(context, Tracker(circles(0.20), tremor=0.008, jumps=0.03)).run(60)
    (found,) = screen.found
    assert found.reach.area == pytest.approx(math.pi * 0.20**2, rel=0.10)
    assert max(math.dist(each, AT) for each in found.reach.corners) < 0.20 + 0.03
    assert found.reach.centroid == pytest.approx(AT, abs=0.02)
    assert math.dist(found.neutral, AT) < 0.02
    assert (found.kind, found.movement, found.unit, found.side) == (
        "webcam_hand", "hand_reach", "norm", "right",
    )  # fmt: skip
    assert found.made_at_ms == MADE_MS


def test_a_brisk_hand_before_a_slow_camera_does_not_jump(context: Context) -> None:
    """Ten frames a second at 1.2 picture widths a second: 0.12 from frame to frame, and not in one tick."""
    tracker = Tracker(circles(0.20, turn_rad_s=6.0))
    tracker.fps = 10
    (found,) = Screen(context, tracker).run(60).found
    assert found.reach.area == pytest.approx(math.pi * 0.20**2, rel=0.10)


@pytest.mark.parametrize("reach_m", [0.06, 0.10, 0.16])
@pytest.mark.parametrize("radius", [0.09, 0.20, 0.35])
def test_targets_at_the_reach_lie_inside_what_was_reached_in_every_direction(
    context: Context, radius: float, reach_m: float
) -> None:
    (found,) = Screen(context, Tracker(circles(radius), tremor=0.004)).run(60).found
    how = calibrations.map_of(found, reach_m)
    assert how is not None
    for deg in range(0, 360, 3):
        target = reach_m * math.cos(math.radians(deg)), reach_m * math.sin(math.radians(deg))
        place = (
            how.origin_x_um * 1e-6 + target[0] / how.gain_x,
            how.origin_y_um * 1e-6 + target[1] / how.gain_y,
        )
        assert found.reach.allows(place)
        assert math.dist(place, AT) < 0.9 * radius + 0.01
    assert reach_m / how.gain_x <= 0.16 + 1e-9


@pytest.mark.parametrize("share", [0.3, 1.0])
def test_a_range_of_three_tenths_still_passes(context: Context, share: float) -> None:
    """Of what is ordinary: 0.25 picture widths; 20 deg of lean; half a shoulder width; a turned head."""
    assert Screen(context, Tracker(circles(0.25 * share), tremor=0.003)).run(60).found
    whole = {"trunk_lean": (0.35, 0.35, 0.15), "weight_shift": (0.5, 0.5, 0.15), "head": (0.3, 0.3, 0.15)}
    for movement, limits in whole.items():
        path = leans(*(share * each for each in limits))
        (found,) = Screen(context, Body(path, movement, tremor=0.002)).run(60).found
        for name, far in zip(("left", "right", "fore"), limits, strict=True):
            assert getattr(found.lean, name) == pytest.approx(share * far, rel=0.15), (movement, name)


def test_it_ends_by_itself_four_seconds_after_nothing_grew(context: Context) -> None:
    screen = Screen(context, Tracker(circles(0.2)))
    screen.run(60)
    # 2.5 s of rest, 8 s until the circles are whole, one more turn of 4.2 s at most, 4 s, and 1.5 s shown
    assert 13.0 < screen.ticks / 120 < 22.5
    assert screen.said == [
        "Sit as you like. Rest your hand where I see it.",
        "Move slowly in wide circles. As far as is comfortable.",
        "Well done. Games now fit your reach.",
    ]  # fmt: skip
    assert context.speech.said[-1] == screen.said[-1]


def test_too_small_a_circle_is_asked_for_once_more_and_then_play_goes_on_without(context: Context) -> None:
    screen = Screen(context, Tracker(circles(0.01))).run(61)
    assert screen.skipped == 1 and not screen.found
    assert screen.said[-2:] == [
        "Reach a little further, to both sides and away from you.", "Never mind. We play without it today.",
    ]  # fmt: skip
    assert screen.ticks / 120 <= 60


def test_a_second_try_that_is_large_enough_counts(context: Context) -> None:
    small, large = circles(0.01), circles(0.2, rests_s=22.0)
    screen = Screen(context, Tracker(lambda t_s: small(t_s) if t_s < 22.0 else large(t_s))).run(61)
    assert "Reach a little further, to both sides and away from you." in screen.said
    assert screen.found and screen.found[0].reach.area > 0.05


# -- leaning -------------------------------------------------------------------------------------------------


def test_a_lean_that_is_wanting_is_named(context: Context) -> None:
    screen = Screen(context, Body(leans(0.3, 0.0, 0.1), "trunk_lean")).run(61)
    assert "Lean to the right once more. As far as is comfortable and safe." in screen.said
    assert screen.skipped == 1
    screen = Screen(context, Body(leans(0.2, 0.2, 0.0), "head")).run(61)
    assert "Look up once more. As far as is comfortable and safe." in screen.said


def test_a_body_takes_its_neutral_pose_while_it_rests(context: Context) -> None:
    body = Body(leans(0.3, 0.2, 0.1), "trunk_lean")
    (found,) = Screen(context, body).run(60).found
    assert found.neutral == (0.0, 0.0)
    assert body.neutral == pytest.approx(AT)
    assert found.lean.left == pytest.approx(0.3, rel=0.1)
    assert found.lean.right == pytest.approx(0.2, rel=0.1)
    assert found.reach is None


# -- rest, and the time --------------------------------------------------------------------------------------


def _never_still(t_s: float) -> tuple[float, float]:
    return 0.2 * math.sin(3.0 * t_s), 0.1 * math.cos(3.0 * t_s)


def _still_late(t_s: float) -> tuple[float, float]:
    return _never_still(t_s) if t_s < 12.0 else circles(0.2, rests_s=15.0)(t_s)


def _grows_for_ever(t_s: float) -> tuple[float, float]:
    """Still only at the end of the second try; then a spiral that grows to the last second."""
    if t_s < 16.0:
        return _never_still(t_s)
    gone_s = max(0.0, t_s - 19.0)
    return 0.008 * gone_s * math.cos(2.0 * gone_s), 0.008 * gone_s * math.sin(2.0 * gone_s)


def _grows_too_little(t_s: float) -> tuple[float, float]:
    """Still after seven seconds; then a spiral that never settles and never gets large."""
    if t_s < 7.0:
        return _never_still(t_s)
    gone_s = max(0.0, t_s - 10.0)
    return 0.0006 * gone_s * math.cos(2.0 * gone_s), 0.0006 * gone_s * math.sin(2.0 * gone_s)


def _tiny_after_a_late_rest(t_s: float) -> tuple[float, float]:
    return _never_still(t_s) if t_s < 16.0 else (0.0, 0.0)


def test_who_is_not_still_is_asked_once_more(context: Context) -> None:
    screen = Screen(context, Tracker(_never_still)).run(61)
    assert screen.skipped == 1
    assert screen.said[1] == "Rest a moment longer. You can take your time."
    screen = Screen(context, Tracker(_still_late)).run(61)
    assert screen.found and screen.said[1] == "Rest a moment longer. You can take your time."


def test_rest_counts_from_when_it_began(context: Context) -> None:
    """For a second the hand is still on its way; two seconds of rest follow."""

    def path(t_s: float) -> tuple[float, float]:
        return 0.3 * max(0.0, 1.0 - t_s), 0.0

    screen = Screen(context, Tracker(path))
    while screen.scene.exploring.stage == "rest":
        screen.run(1 / 120)
    assert 2.7 < screen.ticks / 120 < 3.6
    assert screen.scene.exploring.neutral == pytest.approx((0.0, 0.0), abs=0.01)


def test_who_is_not_seen_is_told_and_places_while_lost_do_not_count(context: Context) -> None:
    device = Tracker(circles(0.2))
    device.hidden = True
    screen = Screen(context, device).run(61)
    assert screen.skipped == 1 and screen.said[1] == "I hardly saw you. Stay before the camera."
    device = Tracker(lambda t_s: (9.0, 9.0) if 6.0 < t_s < 7.0 else circles(0.2)(t_s))
    screen = Screen(context, device)
    screen.run(6.0)
    device.hidden = True
    screen.run(1.0)
    device.hidden = False
    (found,) = screen.run(60).found
    assert max(math.dist(each, AT) for each in found.reach.corners) < 0.25


def test_what_ails_the_device_is_said(context: Context) -> None:
    device = Tracker(circles(0.2))
    screen = Screen(context, device).run(4.0)
    device.hidden, device.problem = True, "camera_view"
    screen.run(0.5)
    assert screen.scene.sentence == context.words("pause.camera_view")
    device.hidden, device.problem = False, ""
    screen.run(0.5)
    assert screen.scene.sentence.startswith("Move slowly")


@pytest.mark.parametrize(
    "path",
    [
        _never_still,
        _still_late,
        _grows_for_ever,
        _grows_too_little,
        _tiny_after_a_late_rest,
        lambda t_s: (0.0, 0.0),
    ],
)
@pytest.mark.parametrize("movement", ["hand_reach", "trunk_lean", "weight_shift", "head"])
def test_it_never_takes_longer_than_a_minute(context: Context, path: Path2, movement: str) -> None:
    screen = Screen(context, Tracker(path, movement)).run(120)
    assert screen.is_over
    assert screen.ticks <= 60 * 120
    if path is _grows_for_ever and movement == "hand_reach":
        assert screen.found and screen.ticks > 50 * 120  # the longest that is not given up


def test_the_ring_of_the_time_left_only_empties_within_a_part() -> None:
    exploring = Exploring(limits_of("webcam_hand", "hand_reach"))
    before, parts = 2.0, 0
    path = circles(0.2)
    for tick in range(round(MOST_S * 120)):
        x, y = path(tick / 120)
        exploring.step(tick * TICK_NS, round(x * 1e6), round(y * 1e6), seen=True)
        if exploring.stage not in ("rest", "explore"):
            break
        assert 0.0 <= exploring.left_share <= 1.0
        parts += exploring.left_share > before
        before = exploring.left_share
    assert exploring.stage == "done" and parts == 1


# -- real devices --------------------------------------------------------------------------------------------


def test_the_real_mouse(context: Context) -> None:
    """Counts of 0.1 mm; the pointer is hidden, so that where it is pressed means nothing."""
    mouse = Mouse()
    screen = Screen(context, mouse)
    assert screen.scene.wants_relative and screen.scene.takes_hand
    path, at = circles(0.09, at=(0.0, 0.0)), [0, 0]

    def move(t_s: float, t_ns: int) -> None:
        x, y = (round(each * 1e4) for each in path(t_s))
        screen.scene.handle(Counts(t_ns, x - at[0], at[1] - y))
        at[:] = x, y

    screen.run(3.0, move)
    skip = screen.scene.chooser.targets[0]
    screen.scene.handle(Moved(0, 5.0, 5.0))
    screen.scene.handle(Moved(1, skip.x, skip.y))
    screen.scene.handle(Pressed(2, skip.x, skip.y))
    screen.scene.handle(Released(3, skip.x, skip.y))
    (found,) = screen.run(60, move).found
    assert (found.unit, found.gain_um_per_count) == ("counts", 100.0)
    assert calibrations.map_of(found, 0.1) is None
    assert calibrations.reach_limit_m(found) == pytest.approx(0.9 * 0.09, rel=0.06)


def test_the_real_joystick_begins_where_it_rests(context: Context) -> None:
    """Pushed to three tenths of its way: 0.8 of these three tenths remain after the dead zone."""
    stick = Joystick([Stick(3, "stick", (0.0, 0.0))])
    screen = Screen(context, stick)
    path = circles(0.3, at=(0.0, 0.0))

    def move(t_s: float, t_ns: int) -> None:
        x, y = path(t_s)
        screen.scene.handle(JoystickAxis(t_ns, 0, x, 3))
        screen.scene.handle(JoystickAxis(t_ns, 1, -y, 3))

    (found,) = screen.run(60, move).found
    assert found.movement == "deflection" and found.neutral == (0.0, 0.0)
    how = calibrations.map_of(found, 0.10)
    assert how is not None and (how.origin_x_um, how.origin_y_um) == (0.0, 0.0)
    pushed = 0.12 * (0.3 - 0.08) / 0.92
    assert 0.10 / how.gain_x == pytest.approx(0.9 * pushed, rel=0.05)


def test_the_real_touch_lies_on_the_screen(context: Context, canvas: Canvas) -> None:
    """A finger draws circles of 200 pixels about the chart's middle: 2400 pixels are a metre."""
    touch = Touch()
    screen = Screen(context, touch)
    path = circles(200.0, at=(800.0, 360.0))

    def move(t_s: float, t_ns: int) -> None:
        x, y = path(t_s)
        screen.scene.handle(Finger(t_ns, 1, x, y, down=True))

    screen.run(12.0, move)
    screen.scene.draw(canvas, 12.0, 1.0)
    at = screen.scene._chart._to_screen((0.05, 0.05))
    assert at == pytest.approx((920.0, 240.0))
    (found,) = screen.run(60, move).found
    assert calibrations.map_of(found, 0.1) is None
    assert calibrations.reach_limit_m(found) == pytest.approx(0.9 * 200 / 2400, rel=0.05)


# -- leaving early -------------------------------------------------------------------------------------------


def test_it_can_be_skipped_by_key_and_by_staying_on_the_target(context: Context) -> None:
    screen = Screen(context, Tracker(circles(0.2))).run(3.0)
    screen.scene.handle(Key(screen.ticks * TICK_NS, "escape"))
    assert screen.skipped == 1
    screen = Screen(context, Tracker(circles(0.2))).run(3.0)
    skip = next(each for each in screen.scene.chooser.targets if each.name == "skip")
    screen.scene.handle(Moved(screen.ticks * TICK_NS, 600.0, 500.0))
    screen.scene.handle(Moved(screen.ticks * TICK_NS + 1, skip.x, skip.y))
    assert screen.run(0.9).skipped == 0
    assert screen.run(0.3).skipped == 1
    assert screen.run(5.0).skipped == 1


def test_what_grows_is_drawn_live_in_every_look(context: Context, canvas: Canvas) -> None:
    for settings in (Settings(), Settings(high_contrast=True), Settings(text_scale=2.0, hand="left")):
        context.settings = settings
        for device in (Tracker(circles(0.2)), Body(leans(0.3, 0.3, 0.1), "trunk_lean")):
            screen = Screen(context, device).run(3.2)
            screen.scene.draw(canvas, 3.2, 1.0)
            early = pixels(canvas).copy()
            screen.run(4.0)
            screen.scene.draw(canvas, 7.2, 1.0)
            area = pixels(canvas) != early
            side = slice(80, 780) if settings.hand == "left" else slice(500, 1100)
            assert area[100:640, side].any(axis=2).sum() > 1500
