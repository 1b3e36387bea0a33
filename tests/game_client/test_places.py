"""The river: attendance and effort open places; nothing is lost, whatever the clock or the file does."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from game_client import diary
from game_client.diary import Diary
from game_client.places import LEAST_S, NAMES, Way, way_of


def days(count: int, apart: int = 1) -> list[str]:
    return [(date(2026, 1, 1) + timedelta(days=apart * k)).isoformat() for k in range(count)]


def test_three_days_a_week_make_twelve_places_in_twelve_weeks() -> None:
    assert way_of([]).place == 1
    weekly = [
        (date(2026, 1, 5) + timedelta(weeks=week, days=day)).isoformat()
        for week in range(12)
        for day in (0, 2, 4)
    ]
    reached = [way_of([(each, 900.0) for each in weekly[:count]]).place for count in (3, 6, 33, 36)]
    assert reached == [2, 3, 12, 12]
    assert NAMES[0] == "spring"
    assert NAMES[-1] == "open_sea"


def test_an_empty_visit_lights_nothing_and_a_second_session_of_a_day_lights_no_second_lantern() -> None:
    assert way_of([("a", LEAST_S - 1)]) == Way(1, 0)
    assert way_of([("a", LEAST_S / 2), ("a", LEAST_S / 2)]) == Way(1, 1)
    assert way_of([("a", 900.0), ("a", 900.0)]) == Way(1, 1)


@given(st.lists(st.tuples(st.sampled_from("abcdefghijklmnop"), st.floats(0, 4000)), max_size=60))
def test_playing_more_never_takes_anything_away(sessions: list[tuple[str, float]]) -> None:
    before = [way_of(sessions[:count]) for count in range(len(sessions) + 1)]
    walked = [3 * each.place + each.lanterns for each in before]
    assert walked == sorted(walked)


def test_the_diary_keeps_the_furthest_place_also_when_days_are_lost(tmp_path: Path) -> None:
    kept = Diary()
    for day in days(7):
        kept = kept.played(day, 600.0, "plan")
    assert kept.way == Way(3, 1)
    assert kept.sessions_of == {"plan": 7}
    diary.save(kept, tmp_path)
    assert diary.load(tmp_path) == kept
    assert Diary(place=5, play_s={"2026-01-01": 600.0}).way == Way(5, 0)


def test_an_arrival_is_new_until_it_was_seen(tmp_path: Path) -> None:
    kept = Diary()
    for day in days(4):
        kept = kept.played(day, 600.0, "plan")
    assert (kept.way.place, kept.greeted) == (2, 1)
    seen = kept.arrived()
    assert (seen.way, seen.greeted) == (kept.way, 2)
    diary.save(seen, tmp_path)
    assert diary.load(tmp_path).greeted == 2
    # The journal's days alone bring nobody a second welcome.
    (tmp_path / diary.FILE_NAME).write_bytes(b"{")
    assert diary.load(tmp_path, days(7)).greeted == 3


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b'{"play_s": 3}', b"\xff\xfe"])
def test_a_damaged_diary_is_begun_from_the_days_that_the_journal_knows(tmp_path: Path, data: bytes) -> None:
    (tmp_path / diary.FILE_NAME).write_bytes(data)
    assert diary.load(tmp_path, days(7)).way == Way(3, 1)


def test_the_question_comes_once_a_week_and_a_clock_set_back_does_not_silence_it() -> None:
    fresh = Diary()
    assert fresh.asks_wish("2026-03-02")
    asked = fresh.wished("2026-03-02", 1)
    assert not asked.asks_wish("2026-03-02")
    assert not asked.asks_wish("2026-03-08")
    assert asked.asks_wish("2026-03-09")
    assert asked.asks_wish("2026-01-01")
