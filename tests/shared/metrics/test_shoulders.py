"""Shoulder metrics where a recording carries the shoulders, and the reason where it does not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import numpy as np
import pytest

from shared.metrics.shoulders import FLOOR_DEG, FLOOR_WIDTHS
from shared.movement.shoulders import TRUNK_WIDTHS
from shared.wire.events import Onset, TrialEnd
from shared.wire.session import Recording
from shared.wire.streams import pack_block, stream_columns
from tests.shared.courses import eight, followed
from tests.shared.metrics.edited import reason, rows_of, value
from tests.shared.recordings import MONO_NS, TICK_HZ, PlannedTrial, min_jerk, planned_session, recording

NAMES = ("shoulder_hike_deg", "trunk_side_lean")
WIDTH = 0.25
Tremble = Callable[[np.ndarray], np.ndarray]


def with_shoulders(
    plain: Recording,
    *,
    hike_deg: float = 0.0,
    lean_deg: float = 0.0,
    rest_tilt_deg: float = 2.0,
    side: str = "right",
    tremble: Tremble | None = None,
    rate_hz: float = 30.0,
    seen: bool = True,
    movement: str = "hand_reach",
) -> Recording:
    """In each reach the shoulder of `side` is hiked and the trunk leans away from it, and both come back.

    `tremble(times)` is added to left x, y, right x, y: shape (N, 4), picture widths.
    """
    times = np.arange(0, plain.ticks / TICK_HZ, 1 / rate_hz)
    share = np.zeros(len(times))
    onset_s = 0.0
    for each in plain.events:
        if isinstance(each, Onset):
            onset_s = each.tick / TICK_HZ
        elif isinstance(each, TrialEnd):
            end_s = each.tick / TICK_HZ
            share += min_jerk((times - onset_s) / 0.5) - min_jerk((times - end_s) / 0.4)
    sign = 1.0 if side == "right" else -1.0
    turn = np.radians(sign * lean_deg) * share
    tilt = np.radians(rest_tilt_deg) + np.radians(sign * hike_deg) * share + turn
    middle = np.column_stack([-np.sin(turn), np.cos(turn)]) * TRUNK_WIDTHS * WIDTH
    half = WIDTH / 2 * np.column_stack([np.cos(tilt), np.sin(tilt)])
    places = np.hstack([middle - half, middle + half])
    if tremble is not None:
        places = places + tremble(times)
    microns = np.rint(places * 1e6).astype(np.int64)
    columns: dict[str, Any] = {
        name: microns[:, at].tolist()
        for at, name in enumerate(("left_x_um", "left_y_um", "right_x_um", "right_y_um"))
    }
    columns["t_ns"] = (MONO_NS + np.rint(times * 1e9).astype(np.int64)).tolist()
    columns["confidence"] = [90 if seen else 0] * len(times)
    blocks = [msgspec.structs.replace(each, side=side, movement=movement) for each in plain.blocks]
    block = pack_block("shoulders", 0, columns)
    return msgspec.structs.replace(plain, blocks=blocks, samples=[*plain.samples, block])


@pytest.fixture(scope="module")
def reaches() -> Recording:
    return recording(planned_session(practice=16, probes=4))


@pytest.mark.parametrize("side", ["left", "right"])
@pytest.mark.parametrize("rate_hz", [15.0, 30.0])
def test_a_hike_of_six_degrees_is_found_on_either_side(reaches: Recording, side: str, rate_hz: float) -> None:
    found = with_shoulders(reaches, hike_deg=6.0, side=side, rate_hz=rate_hz)
    assert value(found, "shoulder_hike_deg") == pytest.approx(6.0, abs=0.3)
    assert value(found, "trunk_side_lean") == 0.0
    assert rows_of(found)["shoulder_hike_deg", ""].n == 16
    assert value(found, "shoulder_hike_deg", "phase:probe_opening") == pytest.approx(6.0, abs=0.3)


def test_the_other_sides_hike_is_none(reaches: Recording) -> None:
    found = with_shoulders(reaches, hike_deg=-6.0)
    assert value(found, "shoulder_hike_deg") == 0.0


@pytest.mark.parametrize("lean_deg", [-12.0, 12.0])
def test_a_lean_of_the_whole_trunk_is_no_hike(reaches: Recording, lean_deg: float) -> None:
    found = with_shoulders(reaches, lean_deg=lean_deg)
    assert value(found, "shoulder_hike_deg") == 0.0


def test_a_lean_towards_the_moving_side_is_told_in_shoulder_widths(reaches: Recording) -> None:
    found = with_shoulders(reaches, lean_deg=-12.0)
    expected = TRUNK_WIDTHS * np.sin(np.radians(12.0))
    assert value(found, "trunk_side_lean") == pytest.approx(expected, rel=0.05)


def test_points_that_tremble_do_not_pass_the_floor(reaches: Recording) -> None:
    """Half a percent of the picture's width: of each point alone, at random; then of all of it together."""
    random = np.random.default_rng(3)
    alone = with_shoulders(reaches, tremble=lambda times: 0.005 * random.standard_normal((len(times), 4)))
    assert [value(alone, name) for name in NAMES] == [0.0, 0.0]

    def shake(times: np.ndarray) -> np.ndarray:
        both = 0.005 * np.column_stack([np.sin(2 * np.pi * 2.0 * times), np.cos(2 * np.pi * 1.3 * times)])
        return np.hstack([both, both])

    together = with_shoulders(reaches, tremble=shake)
    assert [value(together, name) for name in NAMES] == [0.0, 0.0]


def test_a_hike_is_found_through_the_trembling(reaches: Recording) -> None:
    random = np.random.default_rng(4)
    found = with_shoulders(
        reaches, hike_deg=6.0, tremble=lambda times: 0.005 * random.standard_normal((len(times), 4))
    )
    assert value(found, "shoulder_hike_deg") == pytest.approx(6.0, abs=1.5)


def test_the_floor_lies_where_it_is_said_to_be(reaches: Recording) -> None:
    assert value(with_shoulders(reaches, hike_deg=FLOOR_DEG - 0.4), "shoulder_hike_deg") == 0.0
    assert value(with_shoulders(reaches, hike_deg=FLOOR_DEG + 0.4), "shoulder_hike_deg") > FLOOR_DEG
    less, more = (np.degrees(np.arcsin((FLOOR_WIDTHS + each) / TRUNK_WIDTHS)) for each in (-0.01, 0.01))
    assert value(with_shoulders(reaches, lean_deg=-less), "trunk_side_lean") == 0.0
    assert value(with_shoulders(reaches, lean_deg=-more), "trunk_side_lean") > FLOOR_WIDTHS


def test_reasons(reaches: Recording) -> None:
    def both(found: Recording) -> set[str | None]:
        return {reason(found, name) for name in NAMES}

    assert both(reaches) == {"no_shoulder_samples"}
    assert both(with_shoulders(reaches, seen=False)) == {"no_shoulder_samples"}
    assert both(with_shoulders(reaches, rate_hz=8.0)) == {"sample_rate_too_low"}
    assert both(with_shoulders(reaches, movement="trunk_lean")) == {"not_by_reaching"}
    assert both(with_shoulders(recording([PlannedTrial(phase="practice")] * 3))) == {"too_few_trials"}
    assert both(with_shoulders(followed(eight()))) == {"no_reaches"}
    ticks_only = recording(planned_session(practice=16, probes=4), device="ticks", anchors=[])
    assert both(with_shoulders(ticks_only)) == {"no_clock"}


def test_shoulders_out_of_sight_in_a_reach_take_that_reach_only(reaches: Recording) -> None:
    found = with_shoulders(reaches, hike_deg=6.0)
    end = next(each for each in reaches.events if isinstance(each, TrialEnd) and each.trial == 8)
    columns = {name: each.copy() for name, each in stream_columns(found, "shoulders").items()}
    at_s = (columns["t_ns"] - MONO_NS) * 1e-9 - (end.tick / TICK_HZ - 0.4)
    columns["confidence"][np.abs(at_s) < 0.25] = 0
    again = pack_block("shoulders", 0, {name: each.tolist() for name, each in columns.items()})
    gone = msgspec.structs.replace(found, samples=[*found.samples[:-1], again])
    assert rows_of(gone)["shoulder_hike_deg", ""].n == 15
