"""Settings are stored at once, survive damage, and refuse what cannot be meant."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from game_client import config
from game_client.config import Settings
from shared.errors import MovereError

if TYPE_CHECKING:
    from pathlib import Path

_SETTINGS = st.builds(
    Settings,
    text_scale=st.floats(1, 2),
    dwell_s=st.floats(0.5, 3),
    high_contrast=st.booleans(),
    reduced_motion=st.booleans(),
    dwell=st.booleans(),
    hand=st.sampled_from(["left", "right"]),
    anchor_bar=st.sampled_from(["", "left", "right"]),
    pointer_filter=st.sampled_from(["off", "default", "tremor"]),
    music_volume=st.floats(0, 1),
    language=st.text(max_size=8).filter(lambda t: t.isprintable()),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=50)
@given(_SETTINGS)
def test_what_is_saved_is_loaded(tmp_path: Path, chosen: Settings) -> None:
    config.save(chosen, tmp_path)
    assert config.load(tmp_path) == chosen


def test_a_missing_or_damaged_file_gives_the_defaults(tmp_path: Path) -> None:
    assert config.load(tmp_path) == Settings()
    (tmp_path / config.FILE_NAME).write_bytes(b"text_scale = \xff\xfe")
    assert config.load(tmp_path) == Settings()


def test_one_bad_value_costs_only_itself(tmp_path: Path) -> None:
    (tmp_path / config.FILE_NAME).write_text('text_scale = 9.0\nhand = "left"\nfrom_the_future = 1\n')
    assert config.load(tmp_path) == replace(Settings(), hand="left")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("text_scale", 2.5),
        ("dwell_s", 0.1),
        ("hand", "both"),
        ("high_contrast", "yes"),
        ("music_volume", True),
    ],
)
def test_values_out_of_bounds_are_refused_by_name(name: str, value: object) -> None:
    with pytest.raises(MovereError, match=name):
        replace(Settings(), **{name: value})


def test_the_look_follows_the_settings() -> None:
    look = Settings(hand="left", text_scale=1.5, high_contrast=True).look
    assert look.mirrored and look.size(40) == 60 and look.paper == (0, 0, 0)
