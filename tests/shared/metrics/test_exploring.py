"""Exploring: known ways cover known squares, whatever the rate; rests, gaps and stretches cut short."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pytest
from msgspec.structs import replace

from game_client.session.header import SessionEnd, assemble
from game_client.session.run import SessionRun
from shared.metrics.compute import compute_recording
from shared.metrics.exploring import CELL_M, even_places, grid_of, visited
from shared.wire.streams import FLAG_LOST
from tests.virtual_sessions import make_header, make_plan, play

if TYPE_CHECKING:
    from collections.abc import Callable

    from shared.metrics.spec import MetricRow
    from shared.wire.session import Recording

    Hand = Callable[[float], tuple[float, float] | None]

METRICS = ("explored_share", "explored_left_share", "swum_path_m")
GRID_10_CM = 316  # squares of 10 mm whose middle lies within 10 cm


def swum(hand: Hand, stretches: int = 2, stretch_s: float = 10.0, hold: int = 1) -> Recording:
    """Play free stretches; `hand(time in play)` gives the place, None where it is lost; every place stays
    for `hold` ticks, as from a device of 120 / `hold` samples a second."""
    params = {"stretch_s": stretch_s, "reach_m": 0.10}
    run = SessionRun(
        make_header(make_plan("use_dependent", game="otter", practice=stretches, probe=0, game_params=params))
    )
    for name in ("pain", "effort", "warning"):
        run.command(name, 0.0)
    while run.stage == "play":
        place = hand(run.ticks // hold * hold / 120.0)
        x_m, y_m = place or (0.0, 0.0)
        run.tick(round(x_m * 1e6), round(y_m * 1e6), 100, 0 if place else FLAG_LOST)
    return assemble(run.header, [run.take_piece()], SessionEnd(ended_reason="completed", client_metrics=[]))


def rows(found: Recording) -> dict[str, MetricRow]:
    return {each.metric: each for each in compute_recording(found) if each.metric in METRICS}


def value(found: Recording, metric: str) -> float:
    got = rows(found)[metric]
    assert got.value is not None, got.missing_reason
    return got.value


def line(time_s: float) -> tuple[float, float]:
    """To and fro from 8 cm left to 8 cm right in 4 s, in the middle of a row."""
    return 0.08 * math.sin(math.tau * time_s / 4.0), 0.005


def ring(time_s: float) -> tuple[float, float]:
    return 0.05 * math.cos(2.0 * time_s), 0.05 * math.sin(2.0 * time_s)


def test_the_grid_is_even_and_as_large_as_the_reach() -> None:
    grid = grid_of(0.10)
    assert len(grid) == GRID_10_CM
    assert len(grid) * CELL_M**2 == pytest.approx(math.pi * 0.1**2, rel=0.01)
    assert sum(column < 0 for column, _ in grid) == GRID_10_CM / 2


def test_a_line_touches_each_square_on_it_once() -> None:
    assert visited(np.array([(-0.034, 0.005), (0.034, 0.005)])) == {(x, 0) for x in range(-4, 4)}
    gap = np.array([(-0.034, 0.005), (-0.026, 0.005), (np.nan, np.nan), (0.034, 0.005), (0.036, 0.005)])
    assert visited(gap) == {(-4, 0), (-3, 0), (3, 0)}


def test_a_step_that_was_mostly_not_seen_has_no_place() -> None:
    places = np.array([(float(at), 0.0) for at in range(8)])
    seen = np.array([True, True, False, True, False, False, False, True])
    way = even_places(places, seen, 4)
    assert way[0] == pytest.approx((4.0 / 3.0, 0.0)) and np.isnan(way[1]).all()


def test_a_known_way_covers_its_squares_and_has_its_length() -> None:
    found = swum(line)
    assert value(found, "explored_share") == pytest.approx(16 / GRID_10_CM)
    assert value(found, "explored_left_share") == 0.5
    # 20 s are five times to and fro; means over a tenth of a second round the turns a little.
    assert value(found, "swum_path_m") == pytest.approx(5 * 4 * 0.08, rel=0.02)
    row = rows(found)["explored_share"]
    assert (row.n, row.quality) == (2, pytest.approx(20 / 60, abs=0.01))


@pytest.mark.parametrize("hold", [4, 6])
def test_a_slower_device_finds_the_same(hold: int) -> None:
    """The trap: samples counted instead of squares would fall with the rate."""
    fast, slow = swum(ring), swum(ring, hold=hold)
    assert value(slow, "explored_share") == pytest.approx(value(fast, "explored_share"), rel=0.08)
    assert value(slow, "explored_left_share") == pytest.approx(value(fast, "explored_left_share"), abs=0.04)
    assert value(slow, "swum_path_m") == pytest.approx(value(fast, "swum_path_m"), rel=0.02)


def test_a_place_counts_once_however_long_one_stays() -> None:
    """The trap: by samples, a hand that lingers on the right would have explored the right."""

    def lingering(time_s: float) -> tuple[float, float]:
        at = time_s % 10.0
        return (line(at) if at < 4.0 else (0.06, 0.005)) if at < 8.0 else line(at - 8.0)

    assert value(swum(lingering), "explored_left_share") == pytest.approx(0.5, abs=0.001)


def test_between_two_stretches_nothing_counts() -> None:
    """The pause is six ticks long; a hand that jumps away in it has not been there."""

    def away_between(time_s: float) -> tuple[float, float]:
        between = 1206 <= round(120 * time_s) < 1212
        return (-0.045, -0.085) if between else still(time_s)

    def still(time_s: float) -> tuple[float, float]:
        return 0.02 + 0.005 * math.sin(time_s), 0.015

    quiet, jumps = swum(still, stretch_s=10.05), swum(away_between, stretch_s=10.05)
    assert value(jumps, "explored_share") == value(quiet, "explored_share") == 2 / GRID_10_CM
    assert value(jumps, "swum_path_m") == pytest.approx(value(quiet, "swum_path_m"), rel=0.05)


def test_what_was_not_seen_is_not_joined() -> None:
    """Half of the line is never seen: neither its squares nor its length count."""

    def half(time_s: float) -> tuple[float, float] | None:
        x_m, y_m = line(time_s)
        return None if abs(x_m) < 0.04 else (x_m, y_m)

    found = swum(half)
    assert value(found, "explored_share") == pytest.approx(8 / GRID_10_CM)
    # Up to a step is lost at each edge of what is seen; joined, it would be 1.6 m.
    assert 0.65 < value(found, "swum_path_m") < 5 * 2 * 0.08


def test_only_the_first_minute_is_explored_but_all_of_it_is_swum() -> None:
    found = swum(lambda time_s: ring(time_s) if time_s < 60.3 else line(time_s), stretches=4, stretch_s=20.0)
    minute = swum(ring, stretches=3, stretch_s=20.0)
    assert value(found, "explored_share") == value(minute, "explored_share")
    assert rows(found)["explored_share"].quality == pytest.approx(1.0, abs=0.01)
    assert value(found, "swum_path_m") > value(minute, "swum_path_m") + 1.0


def test_reasons() -> None:
    assert rows(swum(lambda time_s: (0.0, 0.3)))["explored_left_share"].missing_reason == "outside_the_reach"
    short = rows(swum(ring, stretches=1, stretch_s=8.0))
    assert {short[each].missing_reason for each in METRICS} == {"too_little_free_play"}
    unseen = rows(swum(lambda time_s: ring(time_s) if time_s < 5.0 else None))
    assert {unseen[each].missing_reason for each in METRICS} == {"too_little_free_play"}
    found = swum(ring)
    nominal = rows(replace(found, device=replace(found.device, unit="norm")))
    assert {nominal[each].missing_reason for each in METRICS} == {"uncalibrated"}
    tide = rows(play(make_plan(practice=4, probe=0), "healthy_old", 1)[1])
    assert {tide[each].missing_reason for each in METRICS} == {"no_free_play"}
