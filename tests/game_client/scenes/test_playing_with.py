"""What the game is played with: values go round and are stored; measuring anew forgets calibrations."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from game_client import calibrations, config
from game_client.config import FILTERS, PREDICTIONS, Settings
from game_client.engine.capture import pixels
from game_client.hand import ASKED
from game_client.scenes import playing_with
from game_client.scenes.measure import Measure
from game_client.scenes.playing_with import PlayingWith
from game_client.scenes.settings import SettingsScreen
from shared.movement.calibration import Calibration

if TYPE_CHECKING:
    from pathlib import Path

    from game_client.engine.canvas import Canvas
    from game_client.scenes._context import Context


@pytest.fixture
def scene(context: Context, tmp_path: Path) -> PlayingWith:
    """Opened from the settings of a profile, whose changes are stored in its folder."""
    context.save = lambda changed: config.save(changed, tmp_path)
    context.stack.push(SettingsScreen(context, tmp_path))
    context.stack.settle(0)
    context.stack.top.chosen("playing")  # type: ignore[union-attr]
    context.stack.settle(0)
    assert isinstance(context.stack.top, PlayingWith)
    return context.stack.top


def rounds(scene: PlayingWith, card: str, field: str, times: int) -> tuple[list[str], list[str]]:
    """The values that a card takes one after another, as stored and as written on the card."""
    stored, written = [], []
    for _ in range(times):
        scene.chosen(card)
        stored.append(str(getattr(config.load(scene._folder), field)))
        written.append(scene.value(card))
    return stored, written


@pytest.mark.parametrize(
    ("card", "field", "values"),
    [
        ("device", "plays_with", ASKED),
        ("steady", "pointer_filter", FILTERS),
        ("ahead", "prediction", PREDICTIONS),
        ("posture", "watches_posture", ("False", "True")),
    ],
)
def test_a_card_goes_round_every_value_and_stores_each_at_once(
    scene: PlayingWith, monkeypatch: pytest.MonkeyPatch, card: str, field: str, values: tuple[str, ...]
) -> None:
    monkeypatch.setattr(playing_with, "has_tracker", lambda: True)
    monkeypatch.setattr(playing_with, "has_streams", lambda: True)
    before = str(getattr(Settings(), field))
    stored, written = rounds(scene, card, field, len(values))
    assert stored[-1] == before and sorted(stored) == sorted(values)
    assert len(set(written)) == len(values), "each is told from the others"


def test_what_is_not_installed_is_not_offered(scene: PlayingWith, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(playing_with, "has_tracker", lambda: False)
    monkeypatch.setattr(playing_with, "has_streams", lambda: False)
    stored, _ = rounds(scene, "device", "plays_with", 4)
    assert stored == ["mouse", "joystick", "touch", "auto"]
    assert rounds(scene, "posture", "watches_posture", 2)[0] == ["False", "False"]


def test_a_device_whose_group_was_taken_away_can_be_left(
    scene: PlayingWith, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Settings of a machine that had a camera's tracker are kept on one that has none."""
    scene.context.change(Settings(plays_with="webcam", watches_posture=True))
    monkeypatch.setattr(playing_with, "has_tracker", lambda: False)
    assert rounds(scene, "device", "plays_with", 1)[0] == ["auto"]
    assert rounds(scene, "posture", "watches_posture", 1)[0] == ["False"]


def test_measuring_anew_forgets_reaches_and_keeps_what_a_card_measured(scene: PlayingWith) -> None:
    folder, now_ms = scene._folder, time.time_ns() // 1_000_000
    for kind, movement in (("mouse", "hand_reach"), ("webcam_body", "trunk_lean")):
        made = Calibration(
            kind=kind, made_at_ms=now_ms, side="right", unit="norm", neutral=(0.0, 0.0), movement=movement
        )
        calibrations.save(folder, made, movement)
    calibrations.save_gain(folder, 63.5, now_ms)
    calibrations.save_screen(folder, (344.0, 194.0), now_ms)
    before = scene.sentence
    scene.chosen("again")
    assert calibrations.load(folder, "mouse", "hand_reach") is None
    assert calibrations.load(folder, "webcam_body", "trunk_lean") is None
    assert calibrations.gain_um_per_count(folder) == 63.5
    assert calibrations.screen_mm(folder) == (344.0, 194.0)
    assert scene.sentence != before
    assert scene.context.speech.said[-1] == scene.title, "it says that it was done"
    scene.chosen("again")  # nothing is left to forget
    assert isinstance(scene.context.stack.top, PlayingWith)


def test_a_change_is_seen_and_heard(scene: PlayingWith, canvas: Canvas) -> None:
    scene.draw(canvas, 1.0, 1.0)
    before, said = pixels(canvas), scene.sentence
    scene.chosen("device")
    scene.draw(canvas, 1.0, 1.0)
    assert (before != pixels(canvas)).any()
    assert scene.sentence != said


def test_the_ways_lead_there_and_back(scene: PlayingWith) -> None:
    stack = scene.context.stack
    scene.chosen("back")
    stack.settle(0)
    settings = stack.top
    assert isinstance(settings, SettingsScreen)
    settings.chosen("measure")
    stack.settle(0)
    assert isinstance(stack.top, Measure)


def test_without_a_profile_the_settings_lead_nowhere(context: Context) -> None:
    scene = SettingsScreen(context)
    scene.resume(0)
    assert not {"playing", "measure"} & {each.name for each in scene.chooser.targets}
