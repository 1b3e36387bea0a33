"""Every screen, in every look: targets are large, apart and inside; words are whole; one sentence to hear."""

from __future__ import annotations

import itertools
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from game_client.alerts import Alert
from game_client.config import Settings
from game_client.devices._port import PROBLEMS
from game_client.engine import text as typeset
from game_client.engine.capture import pixels
from game_client.engine.input import Key
from game_client.places import NAMES
from game_client.scenes._camera_sign import draw_sign_above
from game_client.scenes._targets import SMALLEST_PX, Target
from game_client.scenes.arrived import Arrived
from game_client.scenes.choices import Choices
from game_client.scenes.count import Count
from game_client.scenes.home import Home, HomeView, in_words
from game_client.scenes.note import Note, alert_screen, message_screens
from game_client.scenes.pair import Pair, PairView
from game_client.scenes.pause import Pause
from game_client.scenes.playing_with import PlayingWith
from game_client.scenes.progress import Progress, ProgressNumber
from game_client.scenes.rest import Rest
from game_client.scenes.safety import SafetyStop
from game_client.scenes.settings import SettingsScreen, step
from game_client.scenes.summary import Summary
from game_client.scenes.symptoms import Symptoms
from game_client.scenes.today import Today
from game_client.scenes.wish import Wish

if TYPE_CHECKING:
    from collections.abc import Callable

    from game_client.engine.canvas import Canvas
    from game_client.scenes._context import Context
    from game_client.scenes._menu import Menu


def quiet(*anything: Any) -> None:
    return None


def _symptoms(context: Context, answered: int) -> Symptoms:
    scene = Symptoms(context, quiet)
    for _ in range(answered):
        scene.chosen("0")
    return scene


_DAY = HomeView("Rosa", 9, 3, 20, place=4, unsent=2, messages=1)
TODAY = (("a", "Tide & Anchor"), ("b", "Reeds & Rhythm"), ("c", "Ferry Crossing"))
_NUMBERS = [ProgressNumber(12, "progress.days"), ProgressNumber(140, "progress.minutes", 90)]
SCREENS: dict[str, Callable[[Context], Menu]] = {
    "home": lambda c: Home(c, lambda: _DAY, quiet),
    "home_done": lambda c: Home(c, lambda: replace(_DAY, games=0), quiet),
    "home_no_plan": lambda c: Home(c, lambda: replace(_DAY, games=0, has_plan=False, name=""), quiet),
    "wish": lambda c: Wish(c, quiet),
    "count": lambda c: Count(c, quiet),
    "summary_next": lambda c: Summary(c, (31, "summary.good", {"of": 40}), quiet, c.words("summary.next_2")),
    "home_choose": lambda c: Home(c, lambda: replace(_DAY, can_choose=True), quiet),
    "today": lambda c: Today(c, TODAY, ("spring", "birch_brook"), quiet, quiet, ("b", "spring")),
    "today_two": lambda c: Today(c, TODAY[:2], (), None, quiet),
    "today_place": lambda c: Today(c, (), ("spring",), quiet, quiet),
    "home_lanterns": lambda c: Home(c, lambda: replace(_DAY, lanterns=2), quiet),
    "home_place_1": lambda c: Home(c, lambda: replace(_DAY, place=1), quiet),
    "home_place_12": lambda c: Home(c, lambda: replace(_DAY, place=12, sending=True), quiet),
    "more": lambda c: Choices(c, ["progress", "settings", "messages", "leave"], quiet),
    "pair": lambda c: Pair(c, lambda: PairView("waiting", "WMWMWMWM", "7F2A 91C4"), quiet),
    "pair_offline": lambda c: Pair(c, lambda: PairView("offline"), quiet),
    "pair_expired": lambda c: Pair(c, lambda: PairView("expired"), quiet),
    "pain": lambda c: _symptoms(c, 0),
    "effort": lambda c: _symptoms(c, 1),
    "warning": lambda c: _symptoms(c, 2),
    "rest": lambda c: Rest(c, quiet, offers_stop=True),
    "pause": lambda c: Pause(c, quiet),
    "pause_lost": lambda c: Pause(c, quiet, "lost"),
    "pause_gone": lambda c: Pause(c, quiet, "joystick_gone"),
    "pause_drifts": lambda c: Pause(c, quiet, "joystick_drifts"),
    **{
        f"pause_{code}": partial(Pause, leave=quiet, reason=code, is_back=lambda t_ns: False, has_spare=True)
        for code in PROBLEMS
        if code.startswith(("camera", "stream"))
    },
    "summary": lambda c: Summary(c, (188, "summary.anchors", {"n": 188, "of": 240}), quiet),
    "summary_lights": lambda c: Summary(c, (1, "summary.lights", {"n": 1, "of": 2}), quiet),
    "safety": lambda c: SafetyStop(c, quiet),
    "settings": SettingsScreen,
    "settings_of_a_profile": lambda c: SettingsScreen(c, Path("nowhere")),
    "playing_with": lambda c: PlayingWith(c, Path("nowhere")),
    "progress": lambda c: Progress(c, _NUMBERS, "progress.keep"),
    "progress_keepsakes": lambda c: Progress(c, _NUMBERS, "progress.keep", NAMES),
    **{f"arrived_{place}": partial(Arrived, place=place, leave=quiet) for place in NAMES},
    "progress_none": lambda c: Progress(c, [], "progress.keep"),
    "alert_late": lambda c: alert_screen(c, Alert.LATE),
    "alert": lambda c: alert_screen(c, Alert.PLAN_TOO_NEW),
    "message": lambda c: Note(
        c, "From your therapist", "Well done. Rest on Sunday, and drink enough.", "messages"
    ),
}
LOOKS = {
    "usual": Settings(),
    "text_150": Settings(text_scale=1.5),
    "text_200": Settings(text_scale=2.0),
    "contrast": Settings(high_contrast=True, reduced_motion=True),
    "left_200": Settings(hand="left", text_scale=2.0, high_contrast=True),
    "left": Settings(hand="left"),
}


def box(target: Target) -> tuple[float, float, float, float]:
    half_width, half_height = target.width / 2, target.height / 2
    return target.x - half_width, target.y - half_height, target.x + half_width, target.y + half_height


@pytest.mark.parametrize("look", sorted(LOOKS))
@pytest.mark.parametrize("name", sorted(SCREENS))
def test_targets_are_large_apart_and_on_the_screen(
    context: Context, canvas: Canvas, name: str, look: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    context.settings = LOOKS[look]
    written: list[tuple[str, float, float, float, float]] = []
    plain = type(canvas).text

    def listening(self: Canvas, words: str, x: float, y: float, size_px: int, *rest: Any, **more: Any) -> int:
        width = plain(self, words, x, y, size_px, *rest, **more)
        align = more.get("align") or (rest[2] if len(rest) > 2 else "left")
        left = x - (width / 2 if align == "centre" else width if align == "right" else 0)
        written.append((words, left, y - size_px * 0.4, left + width, y + size_px * 0.4))
        return width

    monkeypatch.setattr(type(canvas), "text", listening)
    scene = SCREENS[name](context)
    scene.resume(0)
    scene.draw(canvas, 1.0, 1.0)
    scene.draw(canvas, 2.5, 1.0)
    targets = scene.chooser.targets
    assert targets and scene.sentence
    for each in targets:
        left, top, right, bottom = box(each)
        assert min(each.width, each.height) >= SMALLEST_PX
        assert left >= 0 and top >= 0 and right <= 1280 and bottom <= 720, each.name
    for one, other in itertools.combinations(targets, 2):
        a, b = box(one), box(other)
        gap = max(b[0] - a[2], a[0] - b[2], b[1] - a[3], a[1] - b[3])
        assert gap >= 8, (one.name, other.name)
    for words, left, top, right, bottom in written:
        assert left >= 0 and right <= 1280 and top >= 0 and bottom <= 720, f"{words!r} is cut"
        assert not words.endswith("…")


IN_A_SESSION = ["pain", "effort", "warning", "rest", "summary", "safety", "alert_late", "pause_camera_gone"]


@pytest.mark.parametrize("look", sorted(LOOKS))
def test_the_sign_of_a_camera_is_whole_and_hides_no_target(
    context: Context, canvas: Canvas, look: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    context.settings = LOOKS[look]
    plates: list[tuple[float, ...]] = []
    monkeypatch.setattr(type(canvas), "plate", lambda self, *where: plates.append(where[:4]))
    draw_sign_above(canvas, context)
    left, top, width, height = plates[0]
    assert left >= 0 and left + width <= 1280 and top + height <= 716
    for name in IN_A_SESSION:
        scene = SCREENS[name](context)
        scene.resume(0)
        for each in scene.chooser.targets:
            a = box(each)
            assert max(left - a[2], a[0] - left - width, top - a[3]) >= 4, (name, each.name)


@pytest.mark.parametrize("look", sorted(LOOKS))
def test_words_do_not_lie_over_targets(context: Context, canvas: Canvas, look: str) -> None:
    """Labels may; the sentence of home, which is free text above them, may not."""
    context.settings = LOOKS[look]
    scene = SCREENS["home"](context)
    scene.resume(0)
    size = context.look.size(46)
    wide = 500 if context.look.text_scale <= 1.3 else 1120
    fitted, lines = typeset.fit(scene._today(), size, "Bold", wide, 300, 1.2)  # type: ignore[attr-defined]
    tops = [each.y - each.height / 2 - (32 if each.style == "start" else 0) for each in scene.chooser.targets]
    ends = (102 if wide == 500 else 40) + len(lines) * fitted * 1.2
    assert ends <= min(tops)


def test_escape_goes_on_from_the_pause(context: Context) -> None:
    left: list[str] = []
    scene = Pause(context, left.append)
    scene.resume(0)
    scene.handle(Key(1, "escape"))
    assert left == ["go_on"]


def test_listen_reads_the_sentence(context: Context) -> None:
    scene = SCREENS["pain"](context)
    home = SCREENS["home"](context)
    home._answer("listen")
    assert context.speech.said[-1] == "Good morning, Rosa. Today: three games, about twenty minutes."
    assert "0 is no pain" in scene.sentence


def test_settings_step_through_their_values_and_are_stored_at_once(context: Context) -> None:
    stored: list[Settings] = []
    context.save = stored.append
    scene = SettingsScreen(context)
    scene.chosen("text")
    assert stored[-1].text_scale == 1.25 and context.look.text_scale == 1.25
    scene.chosen("contrast")
    assert stored[-1].high_contrast
    for card in ("motion", "hand", "effects", "speech", "music"):
        scene.chosen(card)
    assert stored[-1].reduced_motion and stored[-1].hand == "left"
    settings = Settings()
    seen = []
    for _ in range(6):
        settings = step(settings, "dwell")
        seen.append((settings.dwell, settings.dwell_s))
    assert seen == [(True, 1.5), (True, 2.0), (True, 3.0), (False, 3.0), (True, 0.5), (True, 1.0)]


def test_home_follows_the_sync_without_being_reopened(context: Context, canvas: Canvas) -> None:
    views = [replace(_DAY, messages=0)]
    scene = Home(context, lambda: views[-1], quiet)
    scene.resume(0)
    assert "messages" not in {each.name for each in scene.chooser.targets}
    views.append(_DAY)
    scene.update(1)
    assert "messages" in {each.name for each in scene.chooser.targets}


def test_pairing_asks_once_a_second_and_shows_the_end(context: Context) -> None:
    asked = 0
    states = ["waiting", "waiting", "waiting", "paired"]

    def poll() -> PairView:
        nonlocal asked
        asked += 1
        return PairView(states[min(asked - 1, 3)], "BKRTWNMP", "7F2A")  # type: ignore[arg-type]

    done: list[str] = []
    scene = Pair(context, poll, done.append)
    scene.resume(0)
    for k in range(360):
        scene.update(k * 1_000_000_000 // 120)
    assert asked == 4
    assert scene.chooser.targets[0].name == "paired"
    scene.chosen("paired")
    assert done == ["paired"]


def test_messages_open_one_after_another(context: Context) -> None:
    read: list[int] = []
    message_screens(context, ["Well done.", "Rest on Sunday."], read.append)
    stack = context.stack
    for _ in range(2):
        stack.settle(0)
        assert isinstance(stack.top, Note)
        stack.top.chosen("ok")
    stack.settle(0)
    assert read == [0, 1] and stack.top is None


@pytest.mark.parametrize(
    ("hour", "greeting"), [(5, "Good morning"), (13, "Good afternoon"), (21, "Good evening"), (2, "Good")]
)
def test_the_greeting_knows_the_hour(context: Context, hour: int, greeting: str) -> None:
    assert Home(context, lambda: replace(_DAY, hour=hour), quiet).sentence.startswith(greeting)


def test_numbers_in_words() -> None:
    assert [in_words(n) for n in (1, 3, 15, 20)] == ["one", "three", "15", "twenty"]
    assert in_words(3, "nb") == "3"


def test_the_progress_screen_shows_three_numbers_at_most(context: Context) -> None:
    scene = Progress(context, [*_NUMBERS, *_NUMBERS], "progress.keep")
    assert scene.sentence.count("days this month") + scene.sentence.count("minutes this week") == 3


def test_reduced_motion_keeps_the_rest_still_between_steps(context: Context, canvas: Canvas) -> None:
    context.settings = Settings(reduced_motion=True)
    scene = Rest(context, quiet)
    scene.resume(0)
    scene.draw(canvas, 0.0, 1.0)
    scene.draw(canvas, 0.10, 1.0)
    first = pixels(canvas)
    scene.draw(canvas, 0.40, 1.0)
    assert (first == pixels(canvas)).all()
    scene.draw(canvas, 2.5, 1.0)
    assert (first != pixels(canvas)).any()
