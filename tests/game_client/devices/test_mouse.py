"""The mouse adds up raw counts at a fixed gain, each at its own time, and keeps every one of them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from game_client.devices.mouse import Mouse
from game_client.engine.input import Counts, Moved


def test_ten_centimetres_are_a_thousand_counts_and_up_is_away() -> None:
    mouse = Mouse()
    mouse.handle(Counts(5, 1000, -250))
    assert mouse.at(10) == (100_000, 25_000, 100, 0)


def test_a_count_belongs_to_the_tick_after_it() -> None:
    mouse = Mouse()
    mouse.handle(Counts(100, 1, 0))
    mouse.handle(Counts(200, 1, 0))
    assert [mouse.at(t)[0] for t in (99, 100, 199, 250)] == [0, 100, 100, 200]


def test_a_calibrated_gain_is_used() -> None:
    mouse = Mouse(gain_um_per_count=31.75)
    mouse.handle(Counts(1, 8, 0))
    assert mouse.at(1)[0] == 254


def test_menu_positions_are_not_the_hand() -> None:
    mouse = Mouse()
    mouse.handle(Moved(1, 400, 300))
    assert mouse.at(2) == (0, 0, 100, 0)
    assert mouse.take_rows() == ("raw_counts", [])


@given(st.lists(st.tuples(st.integers(0, 1000), st.integers(-300, 300), st.integers(-300, 300))))
def test_the_raw_rows_give_the_position(moves: list[tuple[int, int, int]]) -> None:
    mouse = Mouse()
    for t_ns, dx, dy in sorted(moves):
        mouse.handle(Counts(t_ns, dx, dy))
    x_um, y_um, _, _ = mouse.at(2000)
    layout, rows = mouse.take_rows()
    assert layout == "raw_counts"
    assert (x_um, y_um) == (100 * sum(dx for _, dx, _ in rows), -100 * sum(dy for _, _, dy in rows))
    assert mouse.take_rows()[1] == []
