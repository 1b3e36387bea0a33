"""The camera's page says what was measured and what never was."""

from __future__ import annotations

import re
from pathlib import Path

from deploy.camera_table import END, PAGE, START, TRACKERS, Row, written
from game_client.camera.untested import UNTESTED
from tests.game_client.camera.measured import Measures


def test_the_page_holds_a_measured_row_a_tracker_and_the_whole_list() -> None:
    text = PAGE.read_text(encoding="utf-8")
    made = text[text.index(START) + len(START) : text.index(END)]
    for _, what, _, _ in TRACKERS:
        (line,) = [each for each in made.splitlines() if each.startswith(f"| {what} |")]
        assert len(re.findall(r"\d+\.\d", line)) == 7, line
    listed = [each[2:-1] for each in made.splitlines() if each.startswith("- ")]
    assert listed == list(UNTESTED)


def test_the_page_names_files_that_exist() -> None:
    root = Path(PAGE).parents[1]
    for name in re.findall(r"`(\w+\.py|game_client/[\w/]+\.py)`", PAGE.read_text(encoding="utf-8")):
        folders = (root, root / "game_client/camera", root / "game_client/devices")
        assert any((folder / name).is_file() for folder in folders), name


def test_the_table_says_the_figures() -> None:
    row = Row("x", 180, Measures(0.995, 5.04, 20.06, 18.0, 25.0, 0.7), 21.0, 30.0, 1.2)
    text = written([row])
    assert "| x | 180 | 99.5% | 5.0 / 20.1 | 18.0 / 25.0 | 21.0 / 30.0 |" in text
    assert "turns by 0.70°" in text
