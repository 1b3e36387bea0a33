"""Steadiness in gusts: the swing, what the image does, and the lamps lit, from real play."""

from __future__ import annotations

from statistics import mean

import pytest
from msgspec.structs import replace

from shared.metrics._session import session_data
from shared.metrics.compute import compute_recording
from shared.metrics.spec import MetricRow
from shared.metrics.steadiness import cue_gap
from shared.patient.virtual import VirtualPatient, draw_person
from shared.wire.events import TrialEnd
from shared.wire.session import Recording
from shared.wire.trials import trials_of
from tests.virtual_sessions import make_plan, play


def played(seed: int = 1, strategy: float = 0.95, practice: int = 60, probe: int = 8) -> Recording:
    person = replace(draw_person("healthy_old", seed), strategy=strategy)
    plan = make_plan("strategy_cue", game="lighthouse", practice=practice, probe=probe)
    return play(plan, "healthy_old", seed, VirtualPatient(person, seed))[1]


def rows(recording: Recording) -> dict[tuple[str, str], MetricRow]:
    return {(each.metric, each.scope): each for each in compute_recording(recording)}


@pytest.fixture(scope="module")
def recording() -> Recording:
    return played()


def test_the_swing_is_the_games_own_by_phase(recording: Recording) -> None:
    found = rows(recording)
    for scope, phase, number in (("", "practice", 60), ("phase:probe_opening", "probe", 8)):
        ends = [
            1000 * (each.end.endpoint_error_m or 0.0)
            for each in trials_of(recording.events)
            if each.end and each.start.phase == phase and (phase != "probe" or each.probe == "opening")
        ]
        ends.sort()
        middle = number // 2
        row = found["gust_swing_mm", scope]
        assert row.n == number
        assert row.value == pytest.approx((ends[middle - 1] + ends[middle]) / 2)
    probe, practice = found["gust_swing_mm", "phase:probe_opening"].value, found["gust_swing_mm", ""].value
    assert probe is not None and practice is not None and probe > practice


def test_the_cue_gap_tells_who_can_use_an_image() -> None:
    helped, not_helped = (
        mean(rows(played(seed, strategy, 90, 0))["gust_cue_gap_mm", ""].value or 0.0 for seed in range(4))
        for strategy in (1.0, 0.0)
    )
    assert helped < -2.0
    assert abs(not_helped) < 1.2


def test_the_gap_compares_neighbours_only(recording: Recording) -> None:
    """What comes after the last image does not count, however well it went."""
    events = [
        replace(each, endpoint_error_m=0.0)
        if isinstance(each, TrialEnd) and each.trial >= 8 + 8 + 40
        else each
        for each in recording.events
    ]
    other = replace(recording, events=events)
    assert rows(other)["gust_cue_gap_mm", ""] == rows(recording)["gust_cue_gap_mm", ""]
    assert rows(recording)["gust_cue_gap_mm", ""].n == 40


def test_lamps_lit_are_counted_where_there_was_one(recording: Recording) -> None:
    assert rows(recording)["gust_transfer_share", ""].value == 1.0
    lamps = [
        each.start.trial
        for each in trials_of(recording.events)
        if each.start.phase == "practice" and each.start.target_distance_m > 0
    ]
    late = set(lamps[:5])
    events = [
        replace(each, outcome="timeout") if isinstance(each, TrialEnd) and each.trial in late else each
        for each in recording.events
    ]
    row = rows(replace(recording, events=events))["gust_transfer_share", ""]
    assert row.n == 20 and row.value == pytest.approx(0.75)


def test_without_gusts_or_images_there_is_a_reason() -> None:
    tide = rows(play(make_plan(practice=8, probe=0), "healthy_old", 1)[1])
    assert tide["gust_swing_mm", ""].missing_reason == "no_gusts"
    short = played(practice=6, probe=0)
    assert rows(short)["gust_cue_gap_mm", ""].missing_reason == "too_few_trials"
    uncued = [each for each in session_data(short).played if each.view.start.cue_strength == 0.0]
    assert cue_gap(uncued).reason == "no_cue"  # type: ignore[union-attr]


def test_a_gust_is_no_reach(recording: Recording) -> None:
    data = session_data(recording)
    assert data.trials == () and len(data.played) == 76
    assert rows(recording)["gust_swing_mm", ""].smallest_detectable_change is None
