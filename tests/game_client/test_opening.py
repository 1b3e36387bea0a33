"""From Home to the first tick in the real window: which device plays, what is asked, and ways around."""

from __future__ import annotations

import math
import multiprocessing
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from game_client import calibrations
from game_client.alerts import Alert, sentence
from game_client.app import App
from game_client.camera.frames import Camera, Clip
from game_client.camera.light import Light
from game_client.camera.ring import NOTHING, Result
from game_client.camera.tracker import Point
from game_client.engine.canvas import Canvas
from game_client.engine.input import Counts
from game_client.hand import Wanted
from game_client.journal.outbox import Outbox
from game_client.profiles import folder_of, local
from game_client.scenes.calibrate import Calibrate
from game_client.scenes.home import Home
from game_client.scenes.note import Note
from game_client.scenes.play import Play
from game_client.scenes.setup import Setup
from game_client.scenes.wish import Wish
from game_client.virtual import practice_plan
from shared.movement.calibration import Calibration, Hull
from shared.wire.codec import decode_recording, unframe
from shared.wire.streams import stream_columns
from tests.journeys.steered import VARIABLE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from game_client.engine.window import Window

TICK_NS = 1_000_000_000 // 120
DAY_MS = 24 * 3600 * 1000
CIRCLE = Hull(tuple((0.1 * math.cos(a), 0.1 * math.sin(a)) for a in (k * math.tau / 24 for k in range(24))))
CLIP = Clip("tests.journeys.steered:hand")


class SlowCapture:
    """A hand that lies still before a camera with a frame each `gap_ms`, and a slow tracker."""

    def __init__(self, gap_ms: float, tracker_ms: float) -> None:
        self._gap_ns, self._tracker_ns = round(gap_ms * 1e6), round(tracker_ms * 1e6)
        self._begun_ns = time.perf_counter_ns()
        self.is_open = True

    def since(self, number: int) -> list[Result]:
        last = (time.perf_counter_ns() - self._begun_ns - self._tracker_ns) // self._gap_ns
        return [self._frame(each) for each in range(max(number, last - 60) + 1, last + 1)]

    def _frame(self, number: int) -> Result:
        at_ns = self._begun_ns + number * self._gap_ns
        points = tuple(Point(0.0, y, 0.0, 0.9) for y in (-0.13, 0.15, 0.0))
        light = Light(120.0, 0.0, 0.0, 0.0)
        return Result(number, number, at_ns, at_ns + self._tracker_ns, points, None, light, 0.75)

    def newest(self) -> Result:
        return (self.since(0) or [NOTHING])[-1]

    def problem(self, t_ns: int) -> None:
        return None

    def close(self) -> None:
        self.is_open = False


class Game:
    """The real game at Home in the real window, one press of start after another."""

    def __init__(self, window: Window, data: Path, wanted: Wanted, **plan: Any) -> None:
        self.data, self.profile = data, local(data, now_utc_ms=1)
        self.app = App(window, data, self.profile, None, wanted, lambda each: practice_plan(each, **plan))
        self.stack = self.app._context.stack
        self.stack.push(Home(self.app._context, self.app._home, self.app._chosen))
        self.is_open = True
        self.run(0.5)  # the first pictures take longer to draw than those that lateness is told by

    @property
    def folder(self) -> Path:
        return folder_of(self.data, self.profile.id)

    @property
    def top(self) -> Any:
        return self.stack.top

    def run(self, seconds: float) -> None:
        self.app._loop.run(seconds)

    def start(self) -> Any:
        self.top.chosen("start")
        self.run(0.03)
        return self.top

    def choose(self, *names: str) -> Any:
        for name in names:
            self.top.chosen(name)
            self.run(0.03)
        return self.top

    def until(self, screen: type, seconds: float = 45.0) -> Any:
        until_s = time.monotonic() + seconds
        while not isinstance(self.top, screen):
            assert time.monotonic() < until_s, f"{type(self.top).__name__} and no {screen.__name__}"
            self.run(0.05)
        return self.top

    @property
    def header(self) -> Any:
        assert self.app._flow is not None
        return self.app._flow.session.header  # type: ignore[attr-defined]

    def close(self) -> None:
        if self.is_open:
            self.is_open = False
            self.app._quit()
            self.app.run(seconds=0.0)

    def recorded(self) -> Any:
        """Leave; what was stored."""
        self.close()
        with Outbox(self.folder) as outbox:
            return decode_recording(unframe(outbox.file(outbox.entries()[-1].id)))


@pytest.fixture
def game(window: Window, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Game]]:
    """A game is closed at the test's end, and leaves no child."""
    monkeypatch.setenv(VARIABLE, str(tmp_path / "body"))
    made: list[Game] = []

    def make(wanted: Wanted, **plan: Any) -> Game:
        made.append(Game(window, tmp_path / "data", wanted, **plan))
        return made[-1]

    yield make
    for each in made:
        each.close()
    assert not multiprocessing.active_children()


def keep(game: Game, source: str, days: float = 0.0, kind: str = "webcam_hand") -> None:
    made_ms = time.time_ns() // 1_000_000 - round(days * DAY_MS)
    calibrations.save(
        game.folder,
        Calibration(
            kind=kind, made_at_ms=made_ms, side="right", unit="norm", neutral=(0.0, 0.0), reach=CIRCLE,
            movement="hand_reach", source=source,
        ),
        "hand_reach",
    )  # fmt: skip


def by_slow_camera(monkeypatch: pytest.MonkeyPatch, gap_ms: float, tracker_ms: float) -> list[SlowCapture]:
    """The device itself is the real one."""
    made: list[SlowCapture] = []

    def capture(source: Any, tracker: str) -> SlowCapture:
        made.append(SlowCapture(gap_ms, tracker_ms))
        return made[-1]

    monkeypatch.setattr("game_client.devices._webcam.Capture", capture)
    return made


@contextmanager
def written(monkeypatch: pytest.MonkeyPatch) -> Iterator[set[str]]:
    """What is written on the canvas meanwhile."""
    words: set[str] = set()
    plain = Canvas.text

    def listening(self: Canvas, says: str, *rest: Any, **more: Any) -> int:
        words.add(says)
        return plain(self, says, *rest, **more)

    with monkeypatch.context() as patch:
        patch.setattr(Canvas, "text", listening)
        yield words


def says_camera(game: Game, monkeypatch: pytest.MonkeyPatch) -> bool:
    game.run(0.5)  # the change of screens is over
    with written(monkeypatch) as words:
        game.run(0.1)
    assert words
    return game.app._context.words("camera.on") in words


def reach_around(game: Game) -> None:
    """Rest, then go round by the mouse, until the calibration is over."""
    scene, now_ns = game.top, time.perf_counter_ns()
    x = y = 0
    for tick in range(60 * 120):
        if game.top is not scene:
            return
        now_ns += TICK_NS
        if tick > 3 * 120:
            far, angle = min(1.0, (tick - 360) / 240) * 1000.0, tick / 120 * 2.0
            to = round(far * math.cos(angle)), round(far * math.sin(angle))
            scene.handle(Counts(now_ns, to[0] - x, to[1] - y))
            x, y = to
        scene.update(now_ns)
        game.stack.settle(now_ns)
    raise AssertionError("a minute is the most")


def test_the_first_time_measures_the_reach_and_the_second_goes_straight_on(game: Callable[..., Game]) -> None:
    first = game(Wanted("mouse"))
    assert isinstance(first.start(), Calibrate)
    reach_around(first)
    assert isinstance(first.top, Wish)
    assert (first.folder / "calibration" / "mouse.hand_reach.json").is_file()
    assert first.header.device.calibrated
    first.close()
    second = game(Wanted("mouse"))
    assert isinstance(second.start(), Wish)
    assert second.header.device.calibrated


def test_without_measuring_one_plays_uncalibrated(game: Callable[..., Game]) -> None:
    here = game(Wanted("mouse"))
    here.start()
    assert isinstance(here.choose("skip"), Wish)
    assert not here.header.device.calibrated
    assert not (here.folder / "calibration").exists()


def test_without_a_camera_the_mouse_is_offered_in_time_and_named_in_the_header(
    game: Callable[..., Game],
) -> None:
    here = game(Wanted("webcam", camera=Camera(99)))
    begun_s = time.monotonic()
    scene = here.start()
    assert isinstance(scene, Setup)
    while not scene._trouble:
        here.run(0.05)
        assert time.monotonic() - begun_s < 10.0
    assert [each.name for each in scene.chooser.targets][:1] == ["mouse"]
    assert isinstance(here.choose("mouse"), Calibrate)
    assert isinstance(here.choose("skip"), Wish)
    assert here.header.device.kind == "mouse" and here.header.device.map is None
    assert not multiprocessing.active_children()


@pytest.mark.parametrize(
    ("source", "days", "asks"), [(CLIP, 29, False), (CLIP, 31, True), (Camera(3), 1, True)]
)
def test_an_old_calibration_or_another_cameras_is_made_again(
    game: Callable[..., Game], monkeypatch: pytest.MonkeyPatch, source: Any, days: int, asks: bool
) -> None:
    by_slow_camera(monkeypatch, 33.0, 10.0)
    here = game(Wanted("webcam", camera=CLIP))
    keep(here, str(source), days)
    here.start()
    if asks:
        here.until(Calibrate)
        here.choose("skip")
    here.until(Wish, 5.0)
    device = here.header.device
    assert device.kind == "webcam_hand" and device.map is not None
    assert device.calibrated is (source == CLIP), "what another camera saw is no measure for this one"


@pytest.mark.parametrize(("gap_ms", "tracker_ms"), [(250.0, 30.0), (33.0, 140.0)])
def test_errors_are_not_trained_by_a_late_camera_but_by_the_mouse(
    game: Callable[..., Game], monkeypatch: pytest.MonkeyPatch, gap_ms: float, tracker_ms: float
) -> None:
    made = by_slow_camera(monkeypatch, gap_ms, tracker_ms)
    here = game(Wanted("webcam", camera=CLIP), mode="error_based")
    keep(here, str(CLIP))
    here.start()
    note = here.until(Note)
    assert note.sentence.startswith(sentence(Alert.TOO_LATE, here.app._context.words)[0])
    assert not made[0].is_open
    assert not says_camera(here, monkeypatch)
    assert isinstance(here.choose("ok"), Calibrate)
    here.choose("skip")
    assert here.header.device.kind == "mouse"


def test_a_camera_that_is_a_little_late_is_told_and_plays(
    game: Callable[..., Game], monkeypatch: pytest.MonkeyPatch
) -> None:
    by_slow_camera(monkeypatch, 80.0, 60.0)
    here = game(Wanted("webcam", camera=CLIP), mode="error_based")
    keep(here, str(CLIP))
    here.start()
    note = here.until(Note)
    assert note.sentence.startswith(sentence(Alert.LATE, here.app._context.words)[0])
    assert isinstance(here.choose("ok"), Wish)
    device = here.header.device
    assert device.kind == "webcam_hand" and 100.0 < device.latency_ms < 150.0
    assert device.rate_hz == pytest.approx(12.5, abs=0.1)


@pytest.mark.parametrize("plays_with", ["auto", "webcam"])
def test_a_lean_is_played_by_the_mouse_where_the_camera_must_stay_off(
    game: Callable[..., Game], plays_with: str
) -> None:
    here = game(Wanted(has_webcam=False), movement="trunk_lean")
    context = here.app._context
    context.change(_with(context.settings, plays_with))
    assert isinstance(here.start(), Calibrate)
    here.choose("skip")
    assert here.header.device.kind == "mouse"
    assert [each.movement for each in here.header.blocks] == ["hand_reach"]


@pytest.mark.parametrize("screen", [Setup, Calibrate])
def test_closing_the_window_on_the_way_lets_the_camera_go(game: Callable[..., Game], screen: type) -> None:
    here = game(Wanted("webcam", camera=CLIP))
    here.start()
    here.until(screen)
    assert len(multiprocessing.active_children()) == 1
    here.app._quit()
    here.run(0.1)
    assert here.top is None
    assert not multiprocessing.active_children()


def test_every_screen_says_that_a_camera_is_on_until_the_mouse_takes_over(
    game: Callable[..., Game], monkeypatch: pytest.MonkeyPatch
) -> None:
    here = game(Wanted("webcam", camera=CLIP), mode="reward_based")
    assert not says_camera(here, monkeypatch)
    here.start()
    assert says_camera(here, monkeypatch)
    here.until(Calibrate)
    assert says_camera(here, monkeypatch)
    here.choose("skip")
    here.until(Wish, 5.0)
    assert says_camera(here, monkeypatch)
    here.app._flow.device.use_spare()  # type: ignore[union-attr]
    assert not multiprocessing.active_children()
    assert not says_camera(here, monkeypatch)


def test_a_camera_watches_the_shoulders_beside_a_mouse(
    game: Callable[..., Game], monkeypatch: pytest.MonkeyPatch
) -> None:
    here = game(Wanted("mouse", camera=Clip("tests.journeys.steered:person")))
    context = here.app._context
    context.change(_with(context.settings, "auto", watches_posture=True))
    here.start()
    here.choose("skip")
    assert len(multiprocessing.active_children()) == 1
    assert says_camera(here, monkeypatch)
    watched = here.app._flow._posture.__self__.posture  # type: ignore[union-attr]
    until_s = time.monotonic() + 40.0
    while not watched.capture.newest().points and time.monotonic() < until_s:
        here.run(0.1)
    for answer in ("3", "0", "1", "none"):
        here.choose(answer)
    assert isinstance(here.top, Play)
    here.run(5.0)  # the countdown, and play
    recording = here.recorded()
    assert not multiprocessing.active_children()
    assert recording.device.kind == "mouse"
    rows = stream_columns(recording, "shoulders")
    assert len(rows["t_ns"]) > 10 and (rows["confidence"] > 50).any()


def _with(settings: Any, plays_with: str, **more: Any) -> Any:
    from dataclasses import replace

    return replace(settings, plays_with=plays_with, **more)
