"""Swaying in time: planned lateness, extent and stays are found again, and what is missing says why."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.metrics.compute import compute_recording
from shared.metrics.rhythm import stayed, turns
from shared.wire.events import PaceOn
from shared.wire.trials import trials_of
from tests.virtual_sessions import make_plan, play

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from shared.metrics.spec import MetricRow
    from shared.wire.session import Recording

FAR_M, BEATS, HALF_S = 0.075, 8, 1.4


def pace(direction_deg: float = 0.0) -> PaceOn:
    return PaceOn(
        tick=0, trial=0, direction_deg=direction_deg, distance_m=FAR_M, half_period_s=HALF_S, beats=BEATS
    )


def swayed(
    late_s: float = 0.0, extent: float = 1.0, deg: float = 0.0, beats: float = BEATS + 0.6
) -> NDArray[np.float64]:
    times = np.maximum(np.arange(round(beats * HALF_S * 120)) / 120 - late_s, 0.0) / HALF_S
    along = np.where(times < 1, 0.5 * (1 - np.cos(np.pi * times)), -np.cos(np.pi * times)) * extent * FAR_M
    way = np.array([math.cos(math.radians(deg)), math.sin(math.radians(deg))])
    return np.asarray(along[:, None] * way)


@settings(deadline=None, max_examples=30)
@given(st.floats(-0.3, 0.4), st.floats(0.4, 1.3), st.floats(0.0, 180.0))
def test_lateness_and_extent_come_back_in_any_direction(late_s: float, extent: float, deg: float) -> None:
    places = swayed(late_s, extent, deg)
    # Who is early has no turn at the very beginning to be early for.
    found = turns(places, np.ones(len(places)), pace(deg), 120.0)[1 if late_s < 0 else 0 :]
    assert len(found) >= BEATS - 1
    if late_s >= 0.0:
        for each in found:
            assert each.late_s == pytest.approx(late_s, abs=0.01)
    for each in found:
        assert each.extent == pytest.approx(extent, abs=0.002)
        assert each.miss_m == pytest.approx(abs(1 - extent) * FAR_M, abs=2e-4)


def test_a_sway_beside_the_way_misses_its_ends() -> None:
    places = swayed(deg=20.0)
    (miss_m,) = {round(each.miss_m, 4) for each in turns(places, np.ones(len(places)), pace(), 120.0)}
    assert miss_m == pytest.approx(2 * FAR_M * math.sin(math.radians(10.0)), abs=1e-4)


def test_beats_that_were_not_seen_or_did_not_come_have_no_turn() -> None:
    places, seen = swayed(), np.ones(round((BEATS + 0.6) * HALF_S * 120), dtype=bool)
    seen[round(2.5 * HALF_S * 120) : round(3.5 * HALF_S * 120)] = False
    assert len(turns(places, seen, pace(), 120.0)) == BEATS - 1
    assert len(turns(swayed(beats=4.5), np.ones(756), pace(), 120.0)) == 4


def test_staying_is_told_from_going_on() -> None:
    still = np.zeros((180, 2))
    assert stayed(still, np.ones(180), FAR_M, 120.0) is True
    settles = still.copy()
    settles[:100, 0] = np.linspace(-0.1, 0.0, 100)
    assert stayed(settles, np.ones(180), FAR_M, 120.0) is True, "a second to come to rest is given"
    goes_on = still.copy()
    goes_on[:, 0] = np.linspace(0.0, 0.09, 180)
    assert stayed(goes_on, np.ones(180), FAR_M, 120.0) is False
    assert stayed(still, np.zeros(180), FAR_M, 120.0) is None


# ---- in a session


def rows(recording: Recording) -> dict[tuple[str, str], MetricRow]:
    return {(each.metric, each.scope): each for each in compute_recording(recording)}


def song_plan(practice: int = 12, probe: int = 5, freeze_share: float = 0.5) -> Recording:
    plan = make_plan(
        "use_dependent",
        game="reeds_rhythm",
        practice=practice,
        probe=probe,
        game_params={"freeze_share": freeze_share},
    )
    return play(plan, "healthy_old", 3)[1]


@pytest.fixture(scope="module")
def recording() -> Recording:
    return song_plan()


def test_the_share_of_good_beats_is_the_one_that_decides_success(recording: Recording) -> None:
    found = rows(recording)["rhythm_good_share", ""]
    assert found.n == 12 and found.value is not None
    verdicts = [
        each.end.success
        for each in trials_of(recording.events)
        if each.start.phase == "practice" and each.end is not None
    ]
    assert (found.value >= 0.7) == (sum(map(bool, verdicts)) >= 6)


def test_a_virtual_person_is_a_little_early_and_nearly_full(recording: Recording) -> None:
    found = rows(recording)
    early, extent = found["rhythm_asynchrony_s", ""].value, found["rhythm_extent_error", ""].value
    scatter, stays = found["rhythm_timing_sd_s", ""].value, found["rhythm_stayed_share", ""]
    assert early is not None and -0.10 < early < 0.03
    assert extent is not None and -0.2 < extent < 0.1
    assert scatter is not None and 0.01 < scatter < 0.2
    assert stays.value is not None and stays.value >= 0.75 and stays.n >= 4


def test_a_rhythm_is_neither_a_reach_nor_a_stop_signal_task(recording: Recording) -> None:
    found = rows(recording)
    assert found["ssrt_s", ""].missing_reason == "no_stop_trials"
    assert found["hand_angle_deg", ""].missing_reason is not None


def test_reasons() -> None:
    tide = rows(play(make_plan(practice=8, probe=0), "healthy_old", 1)[1])
    for metric in ("rhythm_asynchrony_s", "rhythm_good_share", "rhythm_stayed_share"):
        assert tide[metric, ""].missing_reason == "no_rhythm"
    calm = rows(song_plan(4, 0, 0.0))
    assert calm["rhythm_stayed_share", ""].missing_reason == "no_drops"
    assert rows(song_plan(2, 0, 0.0))["rhythm_timing_sd_s", ""].missing_reason == "too_few_trials"
