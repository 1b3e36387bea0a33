"""The camera's page says what was measured and what never was."""

from __future__ import annotations

import re
from pathlib import Path

from deploy._bench_camera import GAMES, NAMES, Beside
from deploy.camera_table import END, PAGE, START, TRACKERS, Row, written
from game_client.camera.untested import UNTESTED
from tests.game_client.camera.measured import Measures


def test_the_page_holds_a_measured_row_a_tracker_and_the_whole_list() -> None:
    text = PAGE.read_text(encoding="utf-8")
    made = text[text.index(START) + len(START) : text.index(END)]
    for _, what, _, _ in TRACKERS:
        (line,) = [each for each in made.splitlines() if each.startswith(f"| {what} |")]
        assert len(re.findall(r"\d+\.\d", line)) == 7, line
    for game in GAMES:
        (line,) = [each for each in made.splitlines() if each.startswith(f"| {NAMES[game]} |")]
        assert len(re.findall(r"\d+\.\d", line)) == 8, line
    listed = [each[2:-1] for each in made.splitlines() if each.startswith("- ")]
    assert listed == list(UNTESTED)


def test_the_page_names_files_that_exist() -> None:
    root = Path(PAGE).parents[1]
    for name in re.findall(r"`(\w+\.py|game_client/[\w/]+\.py)`", PAGE.read_text(encoding="utf-8")):
        folders = (root, root / "game_client/camera", root / "game_client/devices")
        assert any((folder / name).is_file() for folder in folders), name


def test_the_table_says_the_figures() -> None:
    row = Row("x", 180, Measures(0.995, 5.04, 20.06, 18.0, 25.0, 0.7), 21.0, 30.0, 1.2)
    play = Beside("ferry_crossing", 1200, 600, 0.0125, 0.0008, (8.04, 11.0), (12.0, 18.0), (4.0, 8.2), (3, 4))
    text = written([row], [play])
    assert "| Ferry Crossing | 1200 | 1.25% | 0.08% | 8.0 / 11.0 | 12.0 / 18.0 | 4.0 / 8.2 |" in text
    assert "| x | 180 | 99.5% | 5.0 / 20.1 | 18.0 / 25.0 | 21.0 / 30.0 |" in text
    assert "turns by 0.70°" in text
