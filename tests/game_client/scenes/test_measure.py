"""Measuring with a bank card, and the layout of every screen before play in every look."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import pytest

from game_client import calibrations
from game_client.camera.light import Light
from game_client.engine.input import Counts, Key, Moved, Pressed, Wheel
from game_client.scenes.calibrate import Calibrate
from game_client.scenes.measure import CardOnScreen, Measure, SlideMouse, gain_of, screen_of
from game_client.scenes.settings import SettingsScreen
from game_client.scenes.setup import Setup
from tests.game_client.scenes import test_calibrate as calibrating
from tests.game_client.scenes import test_screens as screens
from tests.game_client.scenes import test_setup as setting_up

if TYPE_CHECKING:
    from pathlib import Path

    from game_client.engine.canvas import Canvas
    from game_client.scenes._context import Context
    from game_client.scenes._menu import Menu

TICK_NS = 1_000_000_000 // 120


def slide(scene: SlideMouse, counts: float, deg: float = 0.0, bend: float = 0.0) -> None:
    """Press, slide so many counts in 60 steps, press."""
    scene.handle(Pressed(1, 640.0, 360.0))
    a, at = math.radians(deg), (0, 0)
    for k in range(1, 61):
        along, aside = counts * k / 60, bend * math.sin(math.pi * k / 60)
        now = (
            round(along * math.cos(a) - aside * math.sin(a)),
            round(along * math.sin(a) + aside * math.cos(a)),
        )
        scene.handle(Counts(1 + k, now[0] - at[0], now[1] - at[1]))
        at = now
    scene.handle(Pressed(100, 640.0, 360.0))


# -- the mouse -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("deg", [0.0, 35.0, 90.0, 180.0])
@pytest.mark.parametrize("dpi", [200, 800, 1600, 6400])
def test_the_counts_along_the_cards_edge_give_the_gain(context: Context, dpi: int, deg: float) -> None:
    kept: list[float] = []
    scene = SlideMouse(context, kept.append)
    assert scene.wants_relative
    scene.resume(0)
    slide(scene, 85.6 / 25.4 * dpi, deg, bend=0.03 * dpi)
    assert kept == [pytest.approx(25400.0 / dpi, rel=0.005)]


@pytest.mark.parametrize(
    ("counts", "bend"),
    [(0, 0), (30, 0), (300, 0), (60_000, 0), (2000, 900)],
    ids=["none", "hardly any", "a mouse of 89 an inch", "a mouse of 17 800 an inch", "crooked"],
)
def test_what_no_card_gives_is_refused_with_a_sentence(context: Context, counts: int, bend: int) -> None:
    kept: list[float] = []
    scene = SlideMouse(context, kept.append)
    scene.resume(0)
    slide(scene, counts, bend=bend)
    assert not kept
    assert scene.sentence == "That does not fit a card. Start again at the left."
    slide(scene, 2697.0)
    assert kept == [pytest.approx(31.74, rel=0.01)]


def test_there_and_back_is_no_edge() -> None:
    out = [(10.0 * k, 0.0) for k in range(100)]
    assert gain_of(out) == pytest.approx(85600.0 / 990.0)
    assert gain_of([*out, *out[::-1][:50]]) is None
    assert gain_of([*out[:20][::-1], *out]) is None


def test_space_presses_too_and_esc_or_a_second_refusal_leaves_without_a_change(context: Context) -> None:
    kept: list[float] = []
    base: Any = CardOnScreen(context, print)
    scene: Any = SlideMouse(context, kept.append)
    for each in (base, scene):
        context.stack.push(each)
    context.stack.settle(0)
    scene.handle(Key(1, "space"))
    scene.handle(Counts(2, 1348, 0))
    scene.handle(Key(3, "space"))
    context.stack.settle(3)
    assert kept == [pytest.approx(63.5, rel=0.001)] and context.stack.top is base
    for leaving in ("escape", "twice"):
        scene = SlideMouse(context, kept.append)
        context.stack.push(scene)
        context.stack.settle(4)
        if leaving == "escape":
            scene.handle(Key(5, "escape"))
        else:
            slide(scene, 0)
            assert scene.sentence.startswith("That does not fit")
            slide(scene, 0)
        context.stack.settle(6)
        assert context.stack.top is base
    assert len(kept) == 1


# -- the screen ----------------------------------------------------------------------------------------------


def test_a_card_laid_on_the_screen_gives_its_size() -> None:
    """24 inch, 16:9: 531 mm wide, so that a card is 206.3 of 1280 pixels."""
    assert screen_of(206.3) == pytest.approx((531.1, 298.7), abs=0.1)


def test_the_frame_grows_by_wheel_arrows_and_targets_and_undo_takes_it_back(context: Context) -> None:
    kept: list[Any] = []
    scene = CardOnScreen(context, kept.append)
    scene.resume(0)
    first = scene.card_px
    scene.handle(Wheel(1, 3))
    assert scene.card_px == first + 6
    for name in ("up", "right", "down", "down", "left"):
        scene.handle(Key(2, name))
    assert scene.card_px == first + 4
    scene.chosen("undo")
    assert scene.card_px == first
    for _ in range(60):
        scene.chosen("larger")
    assert scene.card_px == 760
    scene.chosen("undo")
    for _ in range(60):
        scene.chosen("smaller")
    assert scene.card_px == 150
    assert not kept


@pytest.mark.parametrize("real_px", [171.0, 206.3, 353.4, 702.7])
def test_two_targets_alone_find_any_screen_by_dwell(context: Context, real_px: float) -> None:
    """Whoever can only stay on targets: within a pixel after a few, the steps grow finer by themselves."""
    kept: list[Any] = []
    scene = CardOnScreen(context, kept.append)
    scene.resume(0)
    t_ns = 1_000_000_000
    choices = 0
    while abs(scene.card_px - real_px) > 1.0:
        choices += 1
        name = "larger" if scene.card_px < real_px else "smaller"
        target = next(each for each in scene.chooser.targets if each.name == name)
        before = scene.card_px
        scene.handle(Moved(t_ns, 20.0, 700.0))
        scene.update(t_ns)
        scene.handle(Moved(t_ns + 1, target.x, target.y))
        for k in range(200):
            scene.update(t_ns + k * TICK_NS)
        t_ns += 200 * TICK_NS
        assert scene.card_px != before
        assert choices <= 24
    scene.chosen("done")
    assert kept[0][0] == pytest.approx(85.6 * 1280 / real_px, rel=0.006)


def test_it_is_reached_from_settings_kept_in_the_profile_and_forgotten(
    context: Context, tmp_path: Path
) -> None:
    settings = SettingsScreen(context, tmp_path)
    context.stack.push(settings)
    context.stack.settle(0)
    settings.chosen("measure")
    context.stack.settle(1)
    scene = context.stack.top
    assert isinstance(scene, Measure)
    assert "forget" not in {each.name for each in scene.chooser.targets}
    assert "Not measured yet" in scene.sentence
    scene.chosen("mouse")
    context.stack.settle(2)
    sliding: Any = context.stack.top
    slide(sliding, 2697.0)
    context.stack.settle(3)
    scene.chosen("screen")
    context.stack.settle(4)
    card: Any = context.stack.top
    assert isinstance(card, CardOnScreen)
    card.chosen("done")
    context.stack.settle(5)
    assert calibrations.gain_um_per_count(tmp_path) == pytest.approx(31.74, rel=0.01)
    assert calibrations.screen_mm(tmp_path) == pytest.approx((342.4, 192.6))
    assert "Mouse: Measured. Screen: 34 cm wide." in scene.sentence
    again = CardOnScreen(context, print, calibrations.screen_mm(tmp_path))
    assert again.card_px == pytest.approx(320.0)
    assert "forget" in {each.name for each in scene.chooser.targets}
    scene.chosen("forget")
    assert calibrations.gain_um_per_count(tmp_path) is None
    assert calibrations.screen_mm(tmp_path) is None
    assert "forget" not in {each.name for each in scene.chooser.targets}


def test_without_a_folder_settings_offer_no_measuring(context: Context) -> None:
    scene = SettingsScreen(context)
    scene.resume(0)
    assert "measure" not in {each.name for each in scene.chooser.targets}


# -- the layout of all screens before play -------------------------------------------------------------------


def _checked(context: Context, seconds: float, of: Any = "hand", problem: str = "", **camera: Any) -> Menu:
    device = setting_up.Camera(**camera)
    device.problem = problem
    scene = Setup(context, device, of, screens.quiet, screens.quiet, has_joystick=True)  # type: ignore[arg-type]
    return _after(scene, seconds)


def _calibrated(context: Context, seconds: float, device: Any) -> Menu:
    movement = next(iter(device.movements))
    return _after(
        Calibrate(context, device, device.kind, movement, "right", screens.quiet, screens.quiet), seconds
    )


def _after(scene: Menu, seconds: float) -> Menu:
    scene.resume(0)
    for tick in range(round(seconds * 120)):
        scene.update(tick * TICK_NS)
    return scene


_DARK = Light(20.0, 0.1, 0.0, 0.0)
_FAR = calibrating.circles(0.2)
_BENT = calibrating.leans(0.3, 0.3, 0.1)
BEFORE_PLAY: dict[str, Any] = {
    "starting": lambda c: _checked(c, 0.1),
    "dark": lambda c: _checked(c, 21.0, points=setting_up.hand(), light=_DARK),
    "cut_off": lambda c: _checked(c, 2.0, "body", points=setting_up.body(x=0.4)),
    "nobody": lambda c: _checked(c, 2.0, "body"),
    "no_camera": lambda c: _checked(c, 2.0, problem="camera_failed"),
    "rest": lambda c: _calibrated(c, 1.0, calibrating.Tracker(_FAR)),
    "not_still": lambda c: _calibrated(c, 12.0, calibrating.Tracker(calibrating._never_still)),
    "reach": lambda c: _calibrated(c, 7.0, calibrating.Tracker(_FAR)),
    "small": lambda c: _calibrated(c, 20.0, calibrating.Tracker(calibrating.circles(0.01))),
    "lean": lambda c: _calibrated(c, 7.0, calibrating.Body(_BENT, "trunk_lean")),
    "shift": lambda c: _calibrated(c, 7.0, calibrating.Body(_BENT, "weight_shift")),
    "fits": lambda c: _calibrated(c, 16.0, calibrating.Body(_BENT, "head")),
    "card": lambda c: CardOnScreen(c, screens.quiet),
}


@pytest.mark.parametrize("look", sorted(screens.LOOKS))
@pytest.mark.parametrize("name", [*sorted(BEFORE_PLAY), "measure", "settings_measure"])
def test_every_screen_before_play_is_laid_out_well_in_every_look(
    context: Context, canvas: Canvas, name: str, look: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same rules as for all others: large targets apart from each other, and no word cut off."""
    calibrations.save_gain(tmp_path, 31.7, 1_800_000_000_000)
    more: dict[str, Any] = {
        "measure": lambda c: Measure(c, tmp_path),
        "settings_measure": lambda c: SettingsScreen(c, tmp_path),
    }
    monkeypatch.setitem(screens.SCREENS, name, (BEFORE_PLAY | more)[name])
    screens.test_targets_are_large_apart_and_on_the_screen(context, canvas, name, look, monkeypatch)


def test_the_slide_is_drawn_as_it_goes(context: Context, canvas: Canvas) -> None:
    from game_client.engine.capture import pixels

    scene = SlideMouse(context, screens.quiet)
    scene.resume(0)
    scene.draw(canvas, 0.0, 1.0)
    before = pixels(canvas).copy()
    scene.handle(Pressed(1, 0.0, 0.0))
    scene.handle(Counts(2, 1500, 0))
    scene.draw(canvas, 0.1, 1.0)
    assert (pixels(canvas)[400:560, 420:900] != before[400:560, 420:900]).any()
