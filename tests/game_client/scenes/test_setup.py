"""The camera's checks before play: one fault at a time, passed by itself, and ways on without one.

A scripted camera behind the port stands for the real one, on the real stack at the real ticks.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import pytest

from game_client.camera.light import Light
from game_client.camera.ring import NOTHING, Result
from game_client.camera.tracker import Point
from game_client.config import Settings
from game_client.engine.capture import pixels
from game_client.engine.input import JoystickButton, JoystickHat, Key, Moved, Pressed, Released
from game_client.scenes.setup import ABOUTS, Setup

if TYPE_CHECKING:
    from game_client.engine.canvas import Canvas
    from game_client.scenes._context import Context

TICK_NS = 1_000_000_000 // 120
GOOD, DARK = Light(120.0, 0.0, 0.0, 0.0), Light(20.0, 0.1, 0.0, 0.0)
BLACK, FROZEN = Light(2.0, 1.0, 0.0, 0.0), Light(120.0, 0.0, 0.0, 3.0)
BRIGHT = Light(230.0, 0.0, 0.6, 0.0)


def spots(*places: tuple[float, float]) -> tuple[Point, ...]:
    return tuple(Point(x, y, 0.0, 0.9) for x, y in places)


def hand(size: float = 0.15, x: float = 0.0) -> tuple[Point, ...]:
    return spots((x, -0.13), (x, 0.15), (x, 0.15 - size))


def body(wide: float = 0.3, x: float = 0.0) -> tuple[Point, ...]:
    return spots((x, -0.1), (x + wide / 2, 0.1), (x - wide / 2, 0.1), (x + 0.1, 0.3), (x - 0.1, 0.3))


class Camera:
    """A device before a scripted camera: a frame of 1/30 s at a time, as long as it runs."""

    kind, unit, gain_um_per_count, wants_relative = "webcam_hand", "norm", None, False
    movements = frozenset({"hand_reach"})

    def __init__(self, points: tuple[Point, ...] = (), light: Light = GOOD, people: int | None = 1) -> None:
        self.points, self.light, self.people = points, light, people
        self.runs, self.problem = True, ""
        self.result = NOTHING

    @property
    def capture(self) -> Camera:
        return self

    def newest(self) -> Result:
        return self.result

    def handle(self, value: Any) -> None:
        """No input."""

    def at(self, t_ns: int) -> tuple[int, int, int, int]:
        number = t_ns * 30 // 1_000_000_000 + 1
        if self.runs and number > self.result.number:
            stamps = (number, number, t_ns, t_ns)
            self.result = Result(*stamps, self.points, self.people, self.light, 0.75)
        return 0, 0, 100, 0

    def take_rows(self) -> tuple[str, list[tuple[int, ...]]]:
        return "raw_points", []

    def close(self) -> None:
        """Nothing is held."""


class Screen:
    """The scene on the context's stack, with what it asked for."""

    def __init__(self, context: Context, camera: Camera, of: Any = "hand", **more: Any) -> None:
        self.asked: list[str] = []
        self.context, self.camera, self.now_ns = context, camera, 0
        self.scene = Setup(context, camera, of, lambda: self.asked.append("done"), self.asked.append, **more)  # type: ignore[arg-type]
        context.stack.push(self.scene)
        context.stack.settle(0)

    def run(self, seconds: float) -> Screen:
        for _ in range(round(seconds * 120)):
            self.now_ns += TICK_NS
            self.scene.update(self.now_ns)
            self.context.stack.settle(self.now_ns)
        return self

    @property
    def offered(self) -> list[str]:
        return [each.name for each in self.scene.chooser.targets]

    def point_at(self, name: str) -> None:
        target = next(each for each in self.scene.chooser.targets if each.name == name)
        self.scene.handle(Moved(self.now_ns - 1, 5.0, 5.0))
        self.scene.handle(Moved(self.now_ns, target.x, target.y))


FAULTS: dict[str, tuple[str, dict[str, Any], str]] = {
    "black": ("hand", {"light": BLACK}, "The picture is black. Uncover the camera."),
    "frozen": ("hand", {"light": FROZEN}, "The picture stands still. Unplug the camera, then plug it in."),
    "dark": ("body", {"light": DARK}, "It is too dark. Switch a lamp on in front of you."),
    "bright": ("hand", {"light": BRIGHT}, "It is too bright. Turn away from the window or lamp."),
    "no_hand": ("hand", {"points": ()}, "I can't see your hand. Hold it open before the camera."),
    "nobody": ("body", {"points": ()}, "I can't see you. Sit before the camera."),
    "hand_far": ("hand", {"points": hand(0.04)}, "Your hand is too far away. Come a little nearer."),
    "hand_near": ("hand", {"points": hand(0.4)}, "Your hand is too near. Move back a little."),
    "far": ("body", {"points": body(0.08)}, "Move your chair a little nearer."),
    "near": ("body", {"points": body(0.6)}, "Move your chair back a little."),
    "hand_out": ("hand", {"points": hand(x=0.495)}, "Bring your hand to the middle."),
    "out": ("body", {"points": body(x=0.4)}, "Move until your head and both shoulders are in the frame."),
    "several": ("body", {"people": 2}, "Somebody else is in the picture. Only you should be."),
}  # fmt: skip


@pytest.mark.parametrize("fault", sorted(FAULTS))
def test_each_fault_has_its_sentence_and_passes_by_itself_when_mended(
    context: Context, canvas: Canvas, fault: str
) -> None:
    of, wrong, sentence = FAULTS[fault]
    right: dict[str, Any] = {"points": hand() if of == "hand" else body(), "light": GOOD, "people": 1}
    camera = Camera(**(right | wrong))
    screen = Screen(context, camera, of).run(2.5)
    assert screen.scene.sentence == sentence
    assert context.speech.said[-1] == sentence
    screen.scene.draw(canvas, 2.5, 1.0)
    shown = pixels(canvas).copy()
    for name, value in right.items():
        setattr(camera, name, value)
    screen.run(0.9)
    assert not screen.asked
    screen.scene.draw(canvas, 3.4, 1.0)
    assert (pixels(canvas) != shown).any()
    screen.run(0.3)
    assert screen.asked == ["done"]
    screen.run(3.0)
    assert screen.asked == ["done"]


def test_only_one_thing_is_asked_for_at_a_time_in_a_fixed_order(context: Context) -> None:
    camera = Camera(hand(0.4), DARK, people=3)
    screen = Screen(context, camera).run(2.0)
    seen = [screen.scene.sentence]
    for name, value in (("light", GOOD), ("points", hand()), ("people", 1)):
        setattr(camera, name, value)
        screen.run(0.95)
        seen.append(screen.scene.sentence)
    assert [each.split(".")[0] for each in seen] == [
        "It is too dark", "Your hand is too near", "Somebody else is in the picture", "Well done",
    ]  # fmt: skip


def test_what_flickers_never_passes_and_each_sentence_stays_long_enough_to_be_read(context: Context) -> None:
    camera = Camera(hand())
    screen = Screen(context, camera)
    changes: list[int] = []
    for _ in range(20):
        for light in (GOOD, DARK):
            camera.light = light
            for _ in range(36):  # 0.3 s each
                before = screen.scene.sentence
                screen.run(1 / 120)
                if screen.scene.sentence != before:
                    changes.append(screen.now_ns)
    assert not screen.asked
    assert len(changes) > 3
    gaps = [(b - a) * 1e-9 for a, b in itertools.pairwise(changes)]
    assert min(gaps) >= 0.79


def test_a_picture_that_stopped_passes_nothing(context: Context) -> None:
    """Right for half a second, then no frame any more: the last one says nothing of now."""
    camera = Camera(hand())
    screen = Screen(context, camera).run(0.5)
    camera.runs = False
    assert screen.run(5.0).asked == []
    camera.runs = True
    assert screen.run(0.9).asked == []
    assert screen.run(0.3).asked == ["done"]


@pytest.mark.parametrize("has_joystick", [False, True])
def test_ten_seconds_without_a_picture_offer_the_other_ways(context: Context, has_joystick: bool) -> None:
    camera = Camera()
    camera.runs = False
    screen = Screen(context, camera, has_joystick=has_joystick).run(9.9)
    assert screen.scene.sentence == "The camera is starting."
    assert "again" not in screen.offered
    screen.run(0.3)
    assert screen.scene.sentence == "The camera gives no picture. Try again, or play another way."
    expected = ["mouse", *(["joystick"] if has_joystick else []), "again", "listen"]
    assert screen.offered == expected
    camera.runs, camera.points = True, hand()
    assert screen.run(1.3).asked == ["done"]


@pytest.mark.parametrize("code", ["camera_failed", "camera_ended", "camera_gone"])
def test_a_camera_that_can_not_be_used_offers_the_others_at_once(context: Context, code: str) -> None:
    camera = Camera(hand())
    screen = Screen(context, camera, has_joystick=True).run(0.3)
    camera.problem, camera.runs = code, False
    screen.run(1.5)
    assert screen.scene.sentence == context.words(f"pause.{code}")
    assert screen.offered == ["mouse", "joystick", "again", "listen"]
    assert not screen.asked
    camera.problem, camera.runs = "", True  # it is plugged in again
    assert screen.run(1.3).asked == ["done"]


def test_the_others_are_chosen_by_dwell_pointer_keys_and_joystick(context: Context) -> None:
    def lost() -> Screen:
        camera = Camera()
        camera.problem = "camera_failed"
        return Screen(context, camera, has_joystick=True).run(1.0)

    screen = lost()
    screen.point_at("joystick")
    screen.run(0.8)
    assert not screen.asked
    assert screen.run(0.4).asked == ["joystick"]

    screen = lost()
    target = next(each for each in screen.scene.chooser.targets if each.name == "again")
    screen.scene.handle(Pressed(screen.now_ns, target.x, target.y))
    screen.scene.handle(Released(screen.now_ns + 1, target.x, target.y))
    assert screen.asked == ["again"]

    screen = lost()
    for name in ("down", "down", "return"):
        screen.scene.handle(Key(screen.now_ns, name))
    assert screen.asked == ["joystick"]

    screen = lost()
    screen.scene.handle(JoystickHat(screen.now_ns, 0, -1))
    screen.scene.handle(JoystickButton(screen.now_ns, 0))
    assert screen.asked == ["mouse"]


@pytest.mark.parametrize(("light", "may"), [(DARK, True), (BRIGHT, True), (BLACK, False), (FROZEN, False)])
def test_after_twenty_seconds_one_may_go_on_unless_there_is_no_picture(
    context: Context, light: Light, may: bool
) -> None:
    screen = Screen(context, Camera(hand(), light)).run(19.8)
    assert "go_on" not in screen.offered
    screen.run(0.5)
    assert ("go_on" in screen.offered) is may
    if may:
        screen.scene.chosen("go_on")
        assert screen.asked == ["done"]


def test_the_four_marks_say_what_is_right(context: Context, canvas: Canvas) -> None:
    """Each mark's place on the screen changes when its own check does, and no other mark does."""

    def drawn(camera: Camera) -> Any:
        context.settings = Settings()
        screen = Screen(context, camera).run(0.9)
        screen.scene.draw(canvas, 0.9, 1.0)
        return pixels(canvas).copy()

    good = drawn(Camera(hand()))
    wrong = {
        "light": Camera(hand(), DARK),
        "distance": Camera(hand(0.4)),
        "frame": Camera(hand(x=0.495)),
        "people": Camera(hand(), people=2),
    }
    for about, camera in wrong.items():
        changed = drawn(camera) != good
        for k, other in enumerate(ABOUTS):
            x = 876 + 102 * k
            here = changed[370:462, x - 30 : x + 56]
            assert here.any() == (other == about), (about, other)
